//! Programs with marks in memory: `$0` is the cursor.

#![allow(dead_code, reason = "each test file uses some of it")]

use kiln_analysis::db::Database;
use kiln_analysis::inputs::{External, Project};
use kiln_analysis::outline::File;
use kiln_analysis::{main_package, package_files};
use kiln_ide::FileRange;
use kiln_ide::place::text_of;
use kiln_project::MemoryFileSystem;

/// The mark of the cursor.
pub(crate) const MARK: &str = "$0";

/// A program with a cursor in its first file.
pub(crate) struct Editor {
    pub(crate) db: Database,
    project: Project,
    pub(crate) offset: u32,
}

impl Editor {
    /// A program of one file.
    pub(crate) fn single(text: &str) -> Self {
        Self::new(&[("main.k", text)])
    }

    /// Files below `/p`; the first one is the program, and has the cursor.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let mut system = MemoryFileSystem::default();
        system.insert_dir("/p");
        let mut offset = 0;
        for (index, (path, text)) in files.iter().enumerate() {
            let mut text = (*text).to_owned();
            if index == 0
                && let Some(at) = text.find(MARK)
            {
                offset = at as u32;
                text.replace_range(at..at + MARK.len(), "");
            }
            system.insert(format!("/p/{path}"), text);
        }
        let db = Database::new(system);
        let external = External {
            name: "lib".into(),
            root: Ok("/p/lib".into()),
        };
        let dependencies = db.dependencies_from(Box::new([external]), None);
        let main = format!("/p/{}", files[0].0);
        let project = db.project("/p", &[&main], dependencies);
        Self {
            db,
            project,
            offset,
        }
    }

    /// The first file.
    pub(crate) fn file(&self) -> File<'_> {
        package_files(&self.db, main_package(&self.db, self.project))[0]
    }

    pub(crate) fn text(&self) -> &str {
        text_of(&self.db, self.file())
    }

    /// `file:line:column text` of a range.
    pub(crate) fn show(&self, at: &FileRange) -> String {
        let source = kiln_analysis::Db::source(&self.db, &at.path);
        let text = source.text(&self.db).as_deref().unwrap_or_default();
        let start = at.range.start as usize;
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line = text[..start].matches('\n').count() + 1;
        format!(
            "{}:{line}:{} `{}`",
            at.path.trim_start_matches("/p/"),
            start - line_start + 1,
            &text[at.range.range()]
        )
    }
}

/// A small model that most tests use.
pub(crate) const MODEL: &str = r#"schema Port:
    number: int
    protocol: "TCP" | "UDP" = "TCP"

schema Base:
    """What everything has.

    Attributes
    ----------
    name : str, required
        How it is called.
    labels : {str:str}
        More words.

    Examples
    --------
    Base {name = "a"}
    """
    name: str
    labels: {str:str} = {}

mixin LogMixin:
    logging: bool = True

schema Server(Base):
    mixin [LogMixin]
    replicas: int = 1
    # where it listens
    ports: [Port] = []
    main?: Port

    check:
        replicas > 0, "too few"

# makes a port
port = lambda number: int, protocol: str = "TCP" -> Port {
    Port {number = number}
}
"#;
