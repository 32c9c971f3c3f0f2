//! Which brackets are written over several lines: decided for a whole file in one pass before anything is printed,
//! because it depends on what stands inside.

use kiln_syntax::layout::Spanned;
use kiln_syntax::span::Span;
use kiln_syntax::token::Tok;

/// What is decided about a bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Index of its opener.
    pub(crate) token: u32,
    /// Its elements stand on lines of their own.
    pub(crate) lines: bool,
    /// Comments stand directly in it.
    pub(crate) comments: bool,
}

/// How far the only value of a config has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value {
    /// Its operator has not come yet.
    None,
    Start,
    /// The name of a schema.
    Dotted,
    /// A name with arguments.
    Called,
    /// A config or an instance, and so far nothing else.
    Whole,
    Other,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    kind: Tok,
    shape: usize,
    line: u32,
    /// Number of elements so far.
    elements: u32,
    /// The next token begins an element.
    start: bool,
    /// An element cannot stay on the line of the opener.
    later: bool,
    /// The elements so far do not end on the line where they begin.
    broke: bool,
    comments: bool,
    blocks: bool,
    comprehension: bool,
    /// A comment inside makes everything around it stand on lines of its own.
    forced: bool,
    value: Value,
}

/// The shapes of all brackets in the order of their openers.
pub(crate) fn shapes(text: &str, tokens: &[Spanned], comments: &[Span]) -> Vec<Shape> {
    let mut finder = Finder {
        shapes: Vec::with_capacity(tokens.len() / 8),
        open: Vec::new(),
        line: 0,
        quantifiers: Vec::new(),
    };
    let mut comments = comments.iter().peekable();
    let mut end = 0;
    for (index, &(start, kind, token_end)) in tokens.iter().enumerate() {
        if token_end > start {
            let bytes = text.as_bytes();
            finder.line += line_ends(&bytes[end as usize..start as usize]);
            while comments.next_if(|comment| comment.start < start).is_some() {
                finder.comment();
            }
            end = token_end;
        }
        let next = tokens.get(index + 1).map(|token| token.1);
        if next == Some(Tok::Name) && matches!(kind, Tok::All | Tok::Any | Tok::Filter | Tok::Map) {
            finder.quantifiers.push(finder.line);
        }
        finder.token(index, kind);
        if kind == Tok::Str && token_end - start > 4 {
            finder.line += line_ends(&text.as_bytes()[start as usize..token_end as usize]);
        }
    }
    finder.shapes
}

fn line_ends(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u32
}

struct Finder {
    shapes: Vec<Shape>,
    open: Vec<Open>,
    line: u32,
    /// Lines of the quantifiers whose body has not come yet.
    quantifiers: Vec<u32>,
}

impl Finder {
    fn comment(&mut self) {
        if let Some(top) = self.open.last_mut() {
            top.comments = true;
        }
    }

    fn token(&mut self, index: usize, kind: Tok) {
        match kind {
            Tok::LParen
            | Tok::LBracket
            | Tok::LBrace
            | Tok::CallParen
            | Tok::IndexBracket
            | Tok::SigBracket
            | Tok::InstBrace
            | Tok::BodyBrace
            | Tok::QuantBrace
            | Tok::ParamBrace => {
                self.element(kind);
                let line = match kind {
                    Tok::QuantBrace => self.quantifiers.pop().unwrap_or(self.line),
                    _ => self.line,
                };
                self.shapes.push(Shape {
                    token: index as u32,
                    lines: false,
                    comments: false,
                });
                self.open.push(Open {
                    kind,
                    shape: self.shapes.len() - 1,
                    line,
                    elements: 0,
                    start: true,
                    later: false,
                    broke: false,
                    comments: false,
                    blocks: false,
                    comprehension: false,
                    forced: false,
                    value: Value::None,
                });
            }
            Tok::RParen | Tok::RBracket | Tok::RBrace => self.close(),
            Tok::Sep => {
                if let Some(top) = self.open.last_mut() {
                    top.start = true;
                }
            }
            Tok::Indent | Tok::Dedent => {
                if let Some(top) = self.open.last_mut() {
                    top.start = true;
                    top.blocks = true;
                }
            }
            Tok::Newline => {}
            _ => self.element(kind),
        }
    }

    /// A token directly in the innermost bracket.
    fn element(&mut self, kind: Tok) {
        let line = self.line;
        let Some(top) = self.open.last_mut() else {
            return;
        };
        if top.start {
            top.start = false;
            top.elements += 1;
            top.later |= line != top.line || (top.elements > 1 && top.broke);
        }
        top.comprehension |= kind == Tok::For;
        top.value = match (top.value, kind) {
            (Value::None, Tok::Eq | Tok::Colon | Tok::PlusEq | Tok::StarStar) => Value::Start,
            (Value::None, _) => Value::None,
            (Value::Start, Tok::Name) => Value::Dotted,
            (Value::Dotted, Tok::Dot | Tok::Name) => Value::Dotted,
            // a bracket: see `close`
            (Value::Start, Tok::LBrace)
            | (Value::Dotted, Tok::CallParen | Tok::InstBrace)
            | (Value::Called, Tok::InstBrace) => top.value,
            _ => Value::Other,
        };
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else {
            return;
        };
        let container = matches!(open.kind, Tok::LBracket | Tok::LBrace | Tok::InstBrace);
        let nested = open.kind != Tok::LBracket && open.elements == 1 && open.value == Value::Whole;
        let apart = open.blocks || (!open.comprehension && (open.later || nested));
        let lines = match open.kind {
            Tok::BodyBrace => true,
            Tok::QuantBrace => open.comments || open.later,
            // a loop is joined again, whatever stands in it
            _ if container => open.comments || apart || (open.forced && !open.comprehension),
            _ => open.comments,
        };
        self.shapes[open.shape].lines = lines;
        self.shapes[open.shape].comments = open.comments;
        let Some(around) = self.open.last_mut() else {
            return;
        };
        around.broke |= lines || open.broke;
        around.forced |= open.forced || (container && open.comments && !apart);
        around.value = match (around.value, open.kind) {
            (Value::Start, Tok::LBrace) | (Value::Dotted | Value::Called, Tok::InstBrace) => {
                Value::Whole
            }
            (Value::Dotted, Tok::CallParen) => Value::Called,
            (value, _) => value,
        };
    }
}
