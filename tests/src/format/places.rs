//! Where the comments of a text are: found from its tokens alone, to compare with those of the formatted text.

use kiln_syntax::layout::Spanned;
use kiln_syntax::lexer::TriviaKind;
use kiln_syntax::source::Source;
use kiln_syntax::span::Span;
use kiln_syntax::token::Tok;

/// The place of a comment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The comment itself.
    pub(super) text: String,
    /// It has a line of its own.
    pub(super) own_line: bool,
    /// The words and brackets before it in the text.
    pub(super) after: usize,
    /// Words and brackets before the header of the block it is in.
    pub(super) block: Option<usize>,
}

/// A block: where its header is among the words, and its column in the text.
#[derive(Clone, Copy)]
struct Block {
    word: usize,
    column: usize,
}

/// The places of all comments, in order.
#[must_use]
pub(super) fn places(text: &str) -> Vec<Place> {
    let source = Source::new(text);
    let mut reader = Reader {
        text,
        comments: comments(&source),
        places: Vec::new(),
        words: 0,
        blocks: Vec::new(),
        statement: None,
        begins: true,
    };
    let tokens = source.layout.tokens.get(1..).unwrap_or_default();
    let counted = counted(tokens, &reader.comments);
    let mut at = 0;
    let mut end = 0;
    while at < tokens.len() {
        let gap = tokens[at..].iter().take_while(|token| token.2 <= token.0);
        let gap = gap.count();
        let next = tokens.get(at + gap);
        let start = next.map_or(text.len() as u32, |token| token.0);
        reader.gap(&tokens[at..at + gap], end, start);
        at += gap;
        if let Some(token) = next {
            reader.token(*token, counted[at]);
            end = token.2;
            at += 1;
        }
    }
    reader.gap(&[], end, text.len() as u32);
    reader.places
}

fn comments(source: &Source<'_>) -> Vec<Span> {
    let trivia = source.lexed.trivia.iter();
    let comments = trivia.filter(|trivia| trivia.kind == TriviaKind::Comment);
    comments.map(|comment| comment.span).rev().collect()
}

/// Which tokens the formatter neither adds nor leaves out.
fn counted(tokens: &[Spanned], comments: &[Span]) -> Vec<bool> {
    let mut open = Vec::new();
    let mut counted = vec![false; tokens.len()];
    for (index, token) in tokens.iter().enumerate() {
        counted[index] = match token.1 {
            Tok::If | Tok::Elif | Tok::Else | Tok::Any => false,
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
                open.push(index);
                token.1 != Tok::ParamBrace
            }
            Tok::RParen | Tok::RBracket | Tok::RBrace => match open.pop() {
                Some(opener) if token.1 == Tok::RParen && opener + 1 == index => {
                    let within = Span::new(tokens[opener].2, token.0);
                    let kept = comments
                        .iter()
                        .any(|c| within.start <= c.start && c.end <= within.end);
                    counted[opener] = kept;
                    kept
                }
                Some(opener) => counted[opener],
                None => true,
            },
            kind => kind.is_word() || matches!(kind, Tok::Number | Tok::Str | Tok::StrOpen),
        };
    }
    counted
}

struct Reader<'a> {
    text: &'a str,
    /// Those that have not come yet, the next one last.
    comments: Vec<Span>,
    places: Vec<Place>,
    words: usize,
    blocks: Vec<Block>,
    /// The first token of the statement or element.
    statement: Option<Block>,
    begins: bool,
}

impl Reader<'_> {
    fn token(&mut self, token: Spanned, counted: bool) {
        if self.begins {
            self.begins = false;
            self.statement = Some(Block {
                word: self.words,
                column: self.column(token.0),
            });
        }
        self.words += usize::from(counted);
        let separates = matches!(
            token.1,
            Tok::Sep
                | Tok::Newline
                | Tok::LBracket
                | Tok::LBrace
                | Tok::InstBrace
                | Tok::BodyBrace
                | Tok::QuantBrace
        );
        self.begins |= separates;
    }

    /// What stands between two tokens: ends of statements, blocks and comments.
    fn gap(&mut self, synthetic: &[Spanned], from: u32, to: u32) {
        let mut closed = Vec::new();
        for token in synthetic {
            match token.1 {
                Tok::Indent => self.blocks.extend(self.statement),
                Tok::Dedent => closed.extend(self.blocks.pop()),
                _ => {}
            }
        }
        self.begins |= !synthetic.is_empty();
        while let Some(comment) = self.comments.last().copied().filter(|c| c.start < to) {
            self.comments.pop();
            let before = &self.text[from as usize..comment.start as usize];
            let own_line = from == 0 && self.words == 0 || before.contains('\n');
            let column = self.column(comment.start);
            // a comment at the end of a line is in the block of what it follows, and a block that one has left is over
            closed.retain(|block| !own_line || block.column < column);
            let block = closed.first().or(self.blocks.last());
            self.places.push(Place {
                after: self.words,
                text: self.text[comment.range()].to_owned(),
                own_line,
                block: block.map(|block| block.word),
            });
        }
    }

    fn column(&self, at: u32) -> usize {
        let before = &self.text[..at as usize];
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        before[line..].trim_start_matches('\u{feff}').len()
    }
}
