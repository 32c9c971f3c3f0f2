//! Sessions: options in, documents and diagnostics out. This is the crate to embed.
//!
//! ```
//! use kiln::{MemoryFileSystem, RunOptions, Session};
//!
//! let files = MemoryFileSystem::with_files([("/app/main.k", "replicas = 1 + 2\n")]);
//! let mut session = Session::new(files);
//! let options = RunOptions { work_dir: "/app".into(), inputs: vec!["main.k".into()], ..RunOptions::default() };
//! let run = session.run(&options)?;
//! assert_eq!(run.to_yaml()?, "replicas: 3\n");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
pub mod codes;
mod fix;
mod format;
mod host;
mod interrupt;
mod listing;
mod options;
mod overrides;
mod plan;
mod plugin;
mod prepared;
mod repeats;
pub mod repl;
mod report;
mod run;
mod selector;
mod session;
mod values;
mod workers;

pub use check::{
    CheckOptions, Checked, LiveCheck, Program, Stack, Workspace, editor, test_program,
};
pub use fix::{Fixed, FixedFile, fix};
pub use format::{FormatOptions, FormattedFiles, format_files, format_text};
pub use kiln_analysis::lint::{self, Level, Lint};
pub use kiln_project::{FileSystem, MemoryFileSystem, OptionValue, OsFileSystem, ProjectError};
pub use kiln_runtime::effects::{Effect, Grant, Permissions, Touch};
pub use kiln_runtime::emit::Format;
pub use kiln_runtime::host::{Host, HostEntry, Metadata, NoHost};
pub use kiln_runtime::vm::Limits;
pub use kiln_stdlib::PluginError;
pub use options::RunOptions;
pub use plugin::Plugin;
pub use prepared::Prepared;
pub use report::{Report, ReportFix, ReportLabel, Severity, Texts};
pub use run::Run;
pub use session::{Session, SessionError};
pub use values::{OriginKind, OriginRole, Step, ValueId, ValueInfo, ValueOrigin, Values};
