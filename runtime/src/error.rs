//! Run-time errors as data. The driver turns them into diagnostics; texts never carry positions.

/// A place in a program: an item (index into the program's item table) and a byte range relative to its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "see the type")]
pub struct Loc {
    pub item: u32,
    pub start: u32,
    pub end: u32,
}

/// A registered run-time error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ErrorCode {
    /// Printed as `E0501`; never reused.
    pub number: u16,
    /// One line, for lists of codes.
    pub summary: &'static str,
}

impl ErrorCode {
    /// Whether it stands for a limit of the evaluation, a refusal, or an error of Kiln itself: nothing that a program may
    /// catch.
    #[must_use]
    pub fn is_limit(self) -> bool {
        [
            DEPTH_LIMIT,
            STEP_LIMIT,
            MEMORY_LIMIT,
            NOT_PERMITTED,
            INTERNAL,
        ]
        .contains(&self)
    }
}

macro_rules! run_codes {
    ($($name:ident = $number:literal, $summary:literal;)*) => {
        $(#[doc = $summary] pub const $name: ErrorCode = ErrorCode { number: $number, summary: $summary };)*
        /// Every run-time error code.
        pub const ALL: &[ErrorCode] = &[$($name),*];
    };
}

run_codes! {
    TYPE_MISMATCH = 501, "a value does not fit the declared type";
    BAD_OPERANDS = 502, "an operator cannot work on these values";
    OVERFLOW = 503, "a number is out of range";
    DIVISION_BY_ZERO = 504, "division by zero";
    INDEX_OUT_OF_RANGE = 505, "an index is out of range";
    NO_ATTRIBUTE = 506, "a value has no such attribute";
    NOT_SUBSCRIPTABLE = 507, "a value cannot be indexed that way";
    NOT_ITERABLE = 508, "a value cannot be iterated or unpacked";
    NOT_CALLABLE = 509, "a value cannot be called";
    BAD_ARGUMENTS = 510, "a call does not fit the parameters";
    CONFLICT = 511, "two different values for one key";
    BAD_MERGE = 512, "two values cannot be merged";
    MISSING_ATTRIBUTE = 513, "a required attribute has no value";
    UNKNOWN_ATTRIBUTE = 514, "a schema has no such attribute";
    CHECK_FAILED = 515, "a check of a schema failed";
    ASSERTION_FAILED = 516, "an assertion failed";
    DEPRECATED = 517, "something deprecated was used";
    BAD_VALUE = 518, "a function got a value that it cannot work on";
    MISSING_OPTION = 519, "a required option was not given";
    DEPTH_LIMIT = 520, "the program recurses too deeply";
    STEP_LIMIT = 521, "the program runs for too long";
    MEMORY_LIMIT = 522, "the program needs too much memory";
    BAD_SELECTOR = 523, "a path selector finds nothing";
    NOT_PERMITTED = 524, "a function needs a permission that was not given";
    INTERNAL = 599, "an error of Kiln itself";
}

/// An error that stops the evaluation.
#[derive(Clone, Debug)]
pub struct RunError(pub Box<RunErrorData>);

/// What is known of a [`RunError`].
#[derive(Clone, Debug)]
pub struct RunErrorData {
    /// Its code.
    pub code: ErrorCode,
    /// One sentence: lower case, no final period, code in back-quotes.
    pub message: String,
    /// Where it happened; filled in by the virtual machine.
    pub at: Option<Loc>,
    /// Start of the statement that was running, which is what the reference implementation reports.
    pub statement: Option<Loc>,
    /// Other places that matter.
    pub labels: Vec<(Loc, String)>,
    /// Facts.
    pub notes: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    /// The text without decoration that `runtime.catch` gives, where it differs from `message`.
    pub plain: Option<String>,
    /// Calls that were active, innermost first.
    pub trace: Vec<Loc>,
    /// Internal: the place is to be taken from the next frame out.
    pub(crate) deferred: bool,
}

impl RunError {
    /// A new error.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(Box::new(RunErrorData {
            code,
            message: message.into(),
            at: None,
            statement: None,
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
            plain: None,
            trace: Vec::new(),
            deferred: false,
        }))
    }

    /// With the place, unless one is known already.
    #[must_use]
    pub fn at(mut self, loc: Option<Loc>) -> Self {
        if self.0.at.is_none() {
            self.0.at = loc;
        }
        self
    }

    /// With another place.
    #[must_use]
    pub fn label(mut self, loc: Loc, text: impl Into<String>) -> Self {
        self.0.labels.push((loc, text.into()));
        self
    }

    /// With another place, unless there is one already.
    #[must_use]
    pub fn label_once(self, loc: Loc, text: impl Into<String>) -> Self {
        if self.0.labels.is_empty() && self.0.at.is_none() {
            self.label(loc, text)
        } else {
            self
        }
    }

    /// With a fact.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.0.notes.push(text.into());
        self
    }

    /// With advice.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.0.help = Some(text.into());
        self
    }
}

/// What running code gives.
pub type Result<T, E = RunError> = std::result::Result<T, E>;
