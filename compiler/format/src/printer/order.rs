//! The one rule that changes the order of statements: an index signature stands before the other members of its schema.

use kiln_syntax::token::Tok;

use super::{Blank, Printer};

/// Token indices in a schema's body.
#[derive(Clone, Copy, Debug, Default)]
struct Places {
    /// The first statement behind the doc string and the mixins.
    members: usize,
    /// The signature.
    start: usize,
    /// Behind it.
    end: usize,
}

impl Printer<'_> {
    /// Prints the start of the body that begins here, up to its index signature, if that is not the first member.
    pub(super) fn signature_first(&mut self) {
        let Some(places) = self.places() else {
            return;
        };
        let (body, end) = (self.at + 1, self.end);
        let (comments, source_end) = self.comments_of(places);
        self.run(body..places.members);
        self.trailing_comment();
        let kept = (self.position, self.line_start, self.next_comment);
        let signature = self.input.all[places.start].0;
        self.next_comment = comments.start;
        let above = self.input.comments.get(comments.start);
        self.position = above.map_or(signature, |comment| comment.start.min(signature));
        self.line_start = self.position;
        self.end_line();
        self.comments_above(signature);
        self.run(places.start..places.end);
        self.trailing_comment();
        (self.position, self.line_start, self.next_comment) = kept;
        self.blank = Blank::Drop;
        self.owed = self.owed_above(self.input.all[places.members].0);
        self.run(places.members..places.start);
        self.trailing_comment();
        self.next_comment = comments.end;
        self.position = source_end;
        self.line_start = source_end;
        self.at = places.end - 1;
        self.end = end;
        self.next_shape = self
            .input
            .shapes
            .partition_point(|shape| (shape.token as usize) < places.end);
    }

    /// Comments of several lines above the first member are set off from the signature, now that it stands above them.
    fn owed_above(&self, member: u32) -> usize {
        let start = self.next_comment_start();
        if start >= member {
            return 0;
        }
        let rest = &self.input.text.as_bytes()[start as usize..member as usize];
        usize::from(rest.iter().filter(|byte| **byte == b'\n').count() > 1)
    }

    /// Where a signature stands that is not the first member.
    fn places(&self) -> Option<Places> {
        let tokens = &self.input.all[..self.end];
        let mut depth = 0_usize;
        let mut begins = true;
        let mut members = None;
        let mut start = None;
        for (index, &(_, kind, _)) in tokens.iter().enumerate().skip(self.at + 1) {
            match kind {
                Tok::Dedent if depth == 0 => break,
                Tok::Newline if depth == 0 => {
                    if let Some(start) = start {
                        let members = members.filter(|members| *members < start)?;
                        return Some(Places {
                            members,
                            start,
                            end: index + 1,
                        });
                    }
                    begins = true;
                    continue;
                }
                _ if begins => {
                    let mixins = kind == Tok::Mixin
                        && tokens.get(index + 1).is_some_and(|t| t.1 == Tok::LBracket);
                    let doc = kind == Tok::Str
                        && index == self.at + 1
                        && tokens.get(index + 1).is_some_and(|t| t.1 == Tok::Newline);
                    if !mixins && !doc {
                        members.get_or_insert(index);
                    }
                    if kind == Tok::SigBracket {
                        start = Some(index);
                    }
                    begins = false;
                }
                _ => {}
            }
            match kind {
                Tok::Indent
                | Tok::LParen
                | Tok::LBracket
                | Tok::LBrace
                | Tok::CallParen
                | Tok::IndexBracket
                | Tok::SigBracket
                | Tok::InstBrace
                | Tok::BodyBrace
                | Tok::QuantBrace
                | Tok::ParamBrace => depth += 1,
                Tok::RParen | Tok::RBracket | Tok::RBrace => depth = depth.saturating_sub(1),
                Tok::Dedent => {
                    depth -= 1;
                    begins = depth == 0;
                }
                _ => {}
            }
        }
        None
    }

    /// The comments that belong to the signature: those above it and the one at its end; and where it ends with them.
    fn comments_of(&self, places: Places) -> (std::ops::Range<usize>, u32) {
        let tokens = self.input.all;
        let real_end = |index: usize| {
            let before = tokens[..index].iter().rev();
            before.map(|t| t.2).next().unwrap_or(0)
        };
        let text = self.input.text;
        let comments = self.input.comments;
        let same_line = |from: u32, index: usize| {
            comments
                .get(index)
                .is_some_and(|c| !text[from as usize..c.start as usize].contains('\n'))
        };
        let previous = real_end(places.start);
        let mut first = comments.partition_point(|c| c.start < previous);
        first += usize::from(same_line(previous, first));
        let mut end = real_end(places.end);
        let mut last = comments.partition_point(|c| c.start < end);
        if same_line(end, last) {
            end = comments[last].end;
            last += 1;
        }
        (first..last, end)
    }

    /// Prints the comments above the signature.
    fn comments_above(&mut self, signature: u32) {
        while let Some(comment) = self.input.comments.get(self.next_comment) {
            if comment.start >= signature {
                break;
            }
            let lines = self.take(comment.start);
            self.owed = usize::from(lines > 1);
            self.begin_line(false);
            self.out.push_str(&self.input.text[comment.range()]);
            self.end_line();
            self.position = comment.end;
            self.next_comment += 1;
        }
        self.position = self.position.max(signature);
    }
}
