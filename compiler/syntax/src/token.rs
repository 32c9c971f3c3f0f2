//! Tokens: one small `Copy` enum for the raw lexer and for what layout makes of it.

use logos::Logos;

/// A kind of token. The first part comes from the lexer, the last part only from layout, which also turns words
/// into [`Tok::Name`] where their position does not make them keywords.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Logos)]
#[logos(skip r"[ \t\r\x0B\x0C]+")]
#[repr(u8)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Tok {
    #[regex(r"\$?[A-Za-z_\u{80}-\u{10FFFF}][A-Za-z0-9_\u{80}-\u{10FFFF}]*")]
    Name,
    #[regex(r"[0-9][0-9A-Za-z_]*")]
    Number,
    /// A whole string literal with prefix and quotes.
    #[regex(r#"[rR]?["']"#)]
    Str,
    #[token("True")]
    True,
    #[token("False")]
    False,
    #[token("None")]
    None,
    #[token("Undefined")]
    Undefined,
    #[token("import")]
    Import,
    #[token("as")]
    As,
    #[token("rule")]
    Rule,
    #[token("schema")]
    Schema,
    #[token("mixin")]
    Mixin,
    #[token("protocol")]
    Protocol,
    #[token("check")]
    Check,
    #[token("for")]
    For,
    #[token("assert")]
    Assert,
    #[token("if")]
    If,
    #[token("elif")]
    Elif,
    #[token("else")]
    Else,
    #[token("or")]
    Or,
    #[token("and")]
    And,
    #[token("not")]
    Not,
    #[token("in")]
    In,
    #[token("is")]
    Is,
    #[token("lambda")]
    Lambda,
    #[token("all")]
    All,
    #[token("any")]
    Any,
    #[token("filter")]
    Filter,
    #[token("map")]
    Map,
    #[token("type")]
    Type,
    #[token("+")]
    Plus,
    #[token("-")]
    Minus,
    #[token("*")]
    Star,
    #[token("/")]
    Slash,
    #[token("%")]
    Percent,
    #[token("**")]
    StarStar,
    #[token("//")]
    SlashSlash,
    #[token("^")]
    Caret,
    #[token("&")]
    Amp,
    #[token("|")]
    Pipe,
    #[token("<<")]
    Shl,
    #[token(">>")]
    Shr,
    #[token("~")]
    Tilde,
    #[token("==")]
    EqEq,
    #[token("!=")]
    NotEq,
    #[token("<")]
    Lt,
    #[token("<=")]
    Le,
    #[token(">")]
    Gt,
    #[token(">=")]
    Ge,
    #[token("+=")]
    PlusEq,
    #[token("-=")]
    MinusEq,
    #[token("*=")]
    StarEq,
    #[token("/=")]
    SlashEq,
    #[token("%=")]
    PercentEq,
    #[token("**=")]
    StarStarEq,
    #[token("//=")]
    SlashSlashEq,
    #[token("^=")]
    CaretEq,
    #[token("&=")]
    AmpEq,
    #[token("|=")]
    PipeEq,
    #[token("<<=")]
    ShlEq,
    #[token(">>=")]
    ShrEq,
    #[token("=")]
    Eq,
    #[token(":")]
    Colon,
    #[token(",")]
    Comma,
    #[token(".")]
    Dot,
    #[token("...")]
    Ellipsis,
    #[token("?")]
    Question,
    #[token("@")]
    At,
    // The reference skips blanks inside.
    #[regex(r"-[ \t]*>")]
    Arrow,
    #[token("(")]
    LParen,
    #[token(")")]
    RParen,
    #[token("[")]
    LBracket,
    #[token("]")]
    RBracket,
    #[token("{")]
    LBrace,
    #[token("}")]
    RBrace,
    /// A line end after at least one token, the blank and comment lines after it, and the next line's indentation.
    #[regex(r"\r?\n[ \t]*")]
    Newline,
    /// Trivia, never in the token list.
    #[regex(r"#[^\r\n]*", allow_greedy = true)]
    Comment,
    /// `\` and a line end: joins lines, never in the token list.
    #[regex(r"\\\r?\n")]
    Join,
    /// A string whose end is missing.
    StrOpen,
    #[token("\\")]
    Backslash,
    #[token("!")]
    Bang,
    #[token("&&")]
    AmpAmp,
    #[token("||")]
    PipePipe,
    #[token("<>")]
    LtGt,
    #[token(";")]
    Semicolon,
    #[token("$")]
    Dollar,
    /// Anything else.
    Bad,

    // From here on: made by layout.
    /// `if` after an operand.
    IfInfix,
    /// `else` after an operand.
    ElseInfix,
    NotIn,
    IsNot,
    /// `?` before `:`.
    OptionalMark,
    /// `->` of a function type.
    FnArrow,
    /// `(` after an operand.
    CallParen,
    /// `[` after an operand.
    IndexBracket,
    /// `[` of an index signature.
    SigBracket,
    /// `{` of a schema instance.
    InstBrace,
    /// `{` of a lambda body.
    BodyBrace,
    /// `{` of a quantifier body.
    QuantBrace,
    /// `{` of braced lambda parameters.
    ParamBrace,
    Indent,
    Dedent,
    /// Ends an item of a list, a config or an argument list.
    Sep,
    /// Stands for an expression that is too deeply nested.
    Missing,
    /// First token when statements are parsed.
    StartItem,
    /// First token when one expression is parsed.
    StartExpr,
}

const _: () = assert!(size_of::<Tok>() == 1);

/// A token and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// What it is.
    pub kind: Tok,
}

impl Tok {
    /// Whether it is a word that can be a name by position.
    #[must_use]
    pub const fn is_word(self) -> bool {
        matches!(self, Self::Name)
            || (self as u8 >= Self::True as u8 && self as u8 <= Self::Type as u8)
    }

    /// Whether an operand may begin with it.
    #[must_use]
    pub const fn starts_operand(self) -> bool {
        matches!(
            self,
            Self::Number
                | Self::Str
                | Self::StrOpen
                | Self::LParen
                | Self::LBracket
                | Self::LBrace
                | Self::Tilde
                | Self::Plus
                | Self::Minus
        ) || self.is_word()
    }

    /// Whether it opens a bracket (raw or as made by layout).
    #[must_use]
    pub const fn is_opener(self) -> bool {
        matches!(self, Self::LParen | Self::LBracket | Self::LBrace)
    }

    /// Whether it closes a bracket.
    #[must_use]
    pub const fn is_closer(self) -> bool {
        matches!(self, Self::RParen | Self::RBracket | Self::RBrace)
    }

    /// Whether it is `+=` or one of its kin.
    #[must_use]
    pub const fn is_aug_assign(self) -> bool {
        self as u8 >= Self::PlusEq as u8 && self as u8 <= Self::ShrEq as u8
    }
}
