//! Diagnostics as data: stable code, message, labelled places, notes and fixes. Rendering lives elsewhere.

use crate::span::Span;

/// How bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The program is wrong.
    Error,
    /// The program works, but something in it looks like a mistake.
    Warning,
}

/// What kind of mistake, in the reference implementation's terms. Tests compare it with recorded answers;
/// it is never printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "names of the reference's error kinds")]
pub enum Kind {
    Syntax,
    Immutable,
    IllegalParameter,
    RecursiveLoad,
    CannotFindModule,
    Compile,
    Type,
    IllegalAttribute,
    UniqueKey,
    IllegalInherit,
    Name,
    IndexSignature,
    Evaluation,
    Warning,
}

/// A registered diagnostic: `E0301` and what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Code {
    /// Stable number, printed as `E0301`, or as `W0401` if it is a lint; never reused.
    pub number: u16,
    /// The reference's kind, as a rule; [`Diagnostic::kind`] has the last word.
    pub kind: Kind,
    /// One line, for lists of codes.
    pub summary: &'static str,
}

impl Code {
    /// `W` for lints, `E` for everything else.
    #[must_use]
    pub const fn letter(&self) -> char {
        match self.kind {
            Kind::Warning => 'W',
            _ => 'E',
        }
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{:04}", self.letter(), self.number)
    }
}

/// A place in a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Label {
    /// Where: relative to the item in which the diagnostic was found, unless `file` says otherwise.
    pub span: Span,
    /// What to say there; may be empty.
    pub text: String,
    /// Another place than the item of the diagnostic.
    pub file: Option<Place>,
}

/// An item elsewhere: the file's path and the item's ordinal in its outline.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Path of the file.
    pub path: std::sync::Arc<str>,
    /// Ordinal of the item in that file; spans are relative to its start. `None`: absolute in the file.
    pub item: Option<u32>,
}

/// A change of text that would mend it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fix {
    /// What it does, as an order: `add the missing attribute`.
    pub title: String,
    /// Replacements: span (as in the primary label) and new text.
    pub edits: Vec<(Span, String)>,
}

/// One mistake.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Diagnostic {
    /// Its registered code.
    pub code: Code,
    /// The reference's kind: that of the code, unless the reference sorts this one elsewhere.
    pub kind: Kind,
    /// How bad.
    pub severity: Severity,
    /// One sentence that stands alone: lower case, no final period, code in back-quotes.
    pub message: String,
    /// Where it is, with what to say there.
    pub primary: Label,
    /// Other places that matter.
    pub labels: Vec<Label>,
    /// Facts.
    pub notes: Vec<String>,
    /// One action to take.
    pub help: Option<String>,
    /// Machine-applicable changes.
    pub fixes: Vec<Fix>,
    /// What to say where the next item begins, if the mistake shows there. The primary place is then a label; without
    /// a next item it stays.
    pub next_item: Option<&'static str>,
}

impl Diagnostic {
    /// An error at `span` (relative to the current item).
    #[must_use]
    pub fn error(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            kind: code.kind,
            severity: Severity::Error,
            message: message.into(),
            primary: Label {
                span,
                text: String::new(),
                file: None,
            },
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            fixes: Vec::new(),
            next_item: None,
        }
    }

    /// The same as a warning.
    #[must_use]
    pub fn warning(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, span, message)
        }
    }

    /// The reference calls this one another kind of mistake than others of its code.
    #[must_use]
    pub fn of_kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// Says something at the primary place.
    #[must_use]
    pub fn at(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Adds a place in the same item.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
            file: None,
        });
        self
    }

    /// Adds a place in another item.
    #[must_use]
    pub fn label_in(mut self, place: Place, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            text: text.into(),
            file: Some(place),
        });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// The mistake shows where the next item begins, if there is one.
    #[must_use]
    pub fn at_next_item(mut self, text: &'static str) -> Self {
        self.next_item = Some(text);
        self
    }

    /// Offers a change.
    #[must_use]
    pub fn fix(mut self, title: impl Into<String>, edits: Vec<(Span, String)>) -> Self {
        self.fixes.push(Fix {
            title: title.into(),
            edits,
        });
        self
    }
}

/// Declares codes: `codes! { pub UNDEFINED_NAME = 201, Compile, "a name is not defined"; }` also makes `ALL`.
#[macro_export]
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $kind:ident, $summary:literal;)*) => {
        $(
            #[doc = $summary]
            pub const $name: $crate::diagnostic::Code = $crate::diagnostic::Code {
                number: $number,
                kind: $crate::diagnostic::Kind::$kind,
                summary: $summary,
            };
        )*
        /// Every code declared here.
        pub const ALL: &[$crate::diagnostic::Code] = &[$($name),*];
    };
}
