//! Lints: what is allowed, but looks like a mistake or reads badly.
//!
//! Each concern has a file of its own with queries that know nothing of levels; [`package_lints`] puts their findings
//! together, leaves out what settings and comments allow, and says how bad the rest is. Lints never change what a program
//! means, and are wrong to speak up unless they are certain.

use kiln_syntax::diagnostic::{Code, Diagnostic, Severity};

use crate::Db;
use crate::outline::{File, outline};
use crate::packages::{Package, package_files};
use crate::syntax::placed;

pub mod comparisons;
pub mod complexity;
pub mod deprecated;
pub mod docs;
pub mod duplicate_keys;
pub mod imports;
pub mod locals;
pub mod naming;
pub mod private;
mod settings;
pub mod shadowing;
pub mod suppression;
pub mod unreachable;
mod uses;

pub use settings::{Level, LintSettings, UnknownLint};

/// A lint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lint {
    /// How settings and comments call it.
    pub name: &'static str,
    /// Its code, with a summary.
    pub code: Code,
    /// How bad its findings are unless somebody says otherwise.
    pub level: Level,
}

macro_rules! lints {
    ($($name:ident $text:literal = $number:literal, $level:ident, $summary:literal;)*) => {
        /// The codes of lints: W0401 to W0499.
        pub mod codes {
            kiln_syntax::codes! { $($name = $number, Warning, $summary;)* }
        }

        /// Every lint, in order of codes.
        pub const ALL: &[Lint] = &[
            $(Lint { name: $text, code: codes::$name, level: Level::$level },)*
        ];
    };
}

lints! {
    UNUSED_IMPORT "unused_import" = 401, Warn, "an import that nothing uses";
    REIMPORT "reimport" = 402, Warn, "a package that is imported twice";
    IMPORT_POSITION "import_position" = 403, Warn, "an import below other statements";
    UNUSED_VARIABLE "unused_variable" = 404, Warn, "a variable that nothing reads";
    SHADOWED_NAME "shadowed_name" = 405, Warn, "a local name that hides a global one";
    NAMING "naming" = 406, Warn, "a name that is written unlike others of its kind";
    COMPLEXITY "complexity" = 407, Warn, "a schema or lambda with too many branches";
    MISSING_DOCS "missing_docs" = 408, Allow, "a public schema without documentation";
    DEPRECATED "deprecated" = 409, Warn, "something deprecated is used";
    UNREACHABLE "unreachable" = 410, Warn, "code that can never take part";
    DUPLICATE_KEY "duplicate_key" = 411, Warn, "an entry that a later one replaces";
    NONE_COMPARISON "none_comparison" = 412, Warn, "a comparison with None by `==` or `!=`";
    BOOL_COMPARISON "bool_comparison" = 413, Warn, "a condition compared with True or False";
    UNKNOWN_LINT "unknown_lint" = 414, Warn, "a comment that names a lint that does not exist";
}

/// The lint of a code.
#[must_use]
pub fn by_code(number: u16) -> Option<&'static Lint> {
    ALL.iter().find(|lint| lint.code.number == number)
}

/// The lint of a name.
///
/// # Errors
/// If there is none.
pub fn by_name(name: &str) -> Result<&'static Lint, UnknownLint> {
    ALL.iter()
        .find(|lint| lint.name == name)
        .ok_or_else(|| UnknownLint::new(name))
}

/// The findings of all lints that are not allowed, each with its place. A denied one is an error.
#[must_use]
pub fn package_lints<'db>(
    db: &'db dyn Db,
    package: Package<'db>,
    settings: &LintSettings,
) -> Vec<Diagnostic> {
    let mut all: Vec<Diagnostic> = private::unused_privates(db, package).to_vec();
    for &file in package_files(db, package) {
        collect(db, file, settings, &mut all);
    }
    apply(settings, &mut all);
    for &file in package_files(db, package) {
        suppression::retain_wanted(db, file, &mut all);
    }
    all
}

/// The same for one file of a package, without looking at the others.
#[must_use]
pub fn file_lints<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    settings: &LintSettings,
) -> Vec<Diagnostic> {
    let privates = private::unused_privates(db, file.package(db)).iter();
    let is_here = |found: &&Diagnostic| {
        let place = found.primary.file.as_ref();
        place.is_some_and(|place| place.path == *file.path(db))
    };
    let mut all: Vec<Diagnostic> = privates.filter(is_here).cloned().collect();
    collect(db, file, settings, &mut all);
    apply(settings, &mut all);
    suppression::retain_wanted(db, file, &mut all);
    all
}

/// What the queries of a file and of its items find.
fn collect<'db>(
    db: &'db dyn Db,
    file: File<'db>,
    settings: &LintSettings,
    all: &mut Vec<Diagnostic>,
) {
    all.extend(imports::import_lints(db, file).iter().cloned());
    all.extend(suppression::suppressions(db, file).unknown.iter().cloned());
    for &item in &outline(db, file).items {
        let place = item.place(db);
        let of_item = [
            comparisons::comparison_lints(db, item),
            deprecated::deprecated_lints(db, item),
            docs::doc_lints(db, item),
            duplicate_keys::duplicate_key_lints(db, item),
            locals::local_lints(db, item),
            naming::naming_lints(db, item),
            shadowing::shadowing_lints(db, item),
            unreachable::unreachable_lints(db, item),
        ];
        let complex = complexity::complexities(db, item).iter().flatten();
        let complex = complex.filter_map(|unit| unit.finding(settings.max_complexity));
        all.extend(
            of_item
                .into_iter()
                .flatten()
                .flat_map(|found| found.iter().cloned())
                .chain(complex)
                .map(|found| placed(found, place.clone())),
        );
    }
}

/// Leaves out what is allowed, and says how bad the rest is.
fn apply(settings: &LintSettings, all: &mut Vec<Diagnostic>) {
    all.retain_mut(|found| {
        let Some(lint) = by_code(found.code.number) else {
            return false;
        };
        found.severity = match settings.level(lint) {
            Level::Allow => return false,
            Level::Warn => Severity::Warning,
            Level::Deny => Severity::Error,
        };
        true
    });
}

/// Findings of an item; hardly any item has some.
pub type Findings = Option<Box<[Diagnostic]>>;

/// The same, from a list.
fn findings(found: Vec<Diagnostic>) -> Findings {
    (!found.is_empty()).then(|| found.into())
}
