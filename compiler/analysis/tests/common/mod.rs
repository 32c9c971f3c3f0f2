//! Small programs in memory, and what the queries say about them.

#![allow(dead_code, reason = "each test file uses some of it")]

use kiln_analysis::db::Database;
use kiln_analysis::inputs::{External, Project};
use kiln_analysis::outline::{File, Item, outline};
use kiln_analysis::packages::{Package, main_package, package_files};
use kiln_analysis::syntax::render_location;
use kiln_project::MemoryFileSystem;
use kiln_syntax::diagnostic::{Diagnostic, Label};

/// A database with these files below `/p`, and a project whose main package is `main` (default: `main.k`).
pub(crate) struct Program {
    /// The database, which logs executed queries.
    pub(crate) db: Database,
    /// The project.
    pub(crate) project: Project,
}

impl Program {
    /// Files by path below `/p`.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        Self::with(files, &["main.k"], &[])
    }

    /// The same with other main files, and external packages (name, directory below `/p`).
    pub(crate) fn with(files: &[(&str, &str)], main: &[&str], externals: &[(&str, &str)]) -> Self {
        let mut system = MemoryFileSystem::default();
        system.insert_dir("/p");
        for (path, text) in files {
            system.insert(format!("/p/{path}"), *text);
        }
        let db = Database::logging(system);
        let externals = externals
            .iter()
            .map(|(name, root)| External {
                name: (*name).into(),
                root: Ok(format!("/p/{root}").into()),
            })
            .collect();
        let dependencies = db.dependencies_from(externals, None);
        let main: Vec<String> = main.iter().map(|path| format!("/p/{path}")).collect();
        let main: Vec<&str> = main.iter().map(String::as_str).collect();
        let project = db.project("/p", &main, dependencies);
        Self { db, project }
    }

    /// One file.
    pub(crate) fn single(text: &str) -> Self {
        Self::new(&[("main.k", text)])
    }

    /// The main package.
    pub(crate) fn main(&self) -> Package<'_> {
        main_package(&self.db, self.project)
    }

    /// The first file of the main package.
    pub(crate) fn file(&self) -> File<'_> {
        package_files(&self.db, self.main())[0]
    }

    /// The first item that declares a name.
    pub(crate) fn item(&self, name: &str) -> Item<'_> {
        let items = &outline(&self.db, self.file()).items;
        *items
            .iter()
            .find(|item| item.names(&self.db).first() == Some(name))
            .expect("an item of this name")
    }

    /// Replaces the text of a file.
    pub(crate) fn edit(&mut self, path: &str, text: &str) {
        self.db.set_text(&format!("/p/{path}"), Some(text.into()));
    }

    /// How often each query ran since the last call: `name × count`, sorted.
    pub(crate) fn executed(&self) -> Vec<String> {
        let mut counts = std::collections::BTreeMap::<String, usize>::new();
        for key in self.db.take_log() {
            *counts
                .entry(key.split('(').next().unwrap_or_default().to_owned())
                .or_default() += 1;
        }
        counts
            .into_iter()
            .map(|(name, count)| format!("{name} × {count}"))
            .collect()
    }

    /// `E0210 main.k:2:1 message | 1:1 label`
    pub(crate) fn show(&self, diagnostics: &[Diagnostic]) -> Vec<String> {
        diagnostics
            .iter()
            .map(|diagnostic| self.show_one(diagnostic))
            .collect()
    }

    fn show_one(&self, diagnostic: &Diagnostic) -> String {
        let primary = &diagnostic.primary;
        let mut text = format!(
            "{} {} {}",
            diagnostic.code,
            self.place(primary, primary),
            diagnostic.message
        );
        for label in &diagnostic.labels {
            text += &format!(" | {} {}", self.place(label, primary), label.text);
        }
        text
    }

    fn place(&self, label: &Label, primary: &Label) -> String {
        let place = label
            .file
            .as_ref()
            .or(primary.file.as_ref())
            .expect("a placed diagnostic");
        let (line, column) = render_location(&self.db, &place.path, place.item, label.span);
        format!("{}:{line}:{column}", place.path.trim_start_matches("/p/"))
    }
}
