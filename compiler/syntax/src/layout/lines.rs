//! Line ends: statements and items end, blocks open and close, levels of indentation are compared.

use super::levels::{Level, Step, compare, describe, level_of};
use super::{Block, Engine, FrameKind, Pending};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::explain::near_header;
use crate::span::Span;
use crate::token::{Tok, Token};

impl Engine<'_> {
    /// Ends the statement or item before an operand that follows another one without a separator.
    #[cold]
    pub(super) fn separator(&mut self) {
        if let Some(waiting) = self.waiting() {
            if matches!(waiting, Pending::Lambda { .. }) {
                self.emit_synthetic(Tok::Comma);
            }
            return;
        }
        let frame = self.frame();
        if frame.header.is_some() || frame.loop_variables {
            return;
        }
        match frame.kind {
            FrameKind::Module | FrameKind::LambdaBody => {
                self.end_statement();
                self.close_inline();
            }
            FrameKind::List | FrameKind::Config | FrameKind::Call => {
                self.end_item();
                self.close_inline();
            }
            FrameKind::Params => self.emit_synthetic(Tok::Comma),
            FrameKind::Alone | FrameKind::Paren | FrameKind::Index | FrameKind::QuantBody => {}
        }
    }

    pub(super) fn end_statement(&mut self) {
        if !self.start {
            self.emit_synthetic(Tok::Newline);
            self.start = true;
        }
        self.type_alias = false;
        self.forget_line();
    }

    pub(super) fn end_item(&mut self) {
        if !self.start {
            self.emit_synthetic(Tok::Sep);
            self.start = true;
        }
        self.forget_line();
    }

    fn forget_line(&mut self) {
        self.ends = false;
        let frame = self.frame_mut();
        frame.header = None;
        frame.loop_variables = false;
        let pending = frame.pending as usize;
        self.pending.truncate(pending);
    }

    /// Whether the innermost block of this frame is an inline one.
    pub(super) fn in_inline(&self) -> bool {
        self.blocks.len() > self.frame().blocks as usize
            && self.blocks.last().is_some_and(|block| block.inline)
    }

    pub(super) fn close_inline(&mut self) {
        while self.in_inline() {
            self.close_block();
        }
    }

    pub(super) fn close_block(&mut self) {
        self.blocks.pop();
        self.emit_synthetic(Tok::Dedent);
        self.start = true;
    }

    /// A comma.
    pub(super) fn comma(&mut self, token: Token) {
        let frame = self.frame();
        let separates = matches!(
            frame.kind,
            FrameKind::List | FrameKind::Config | FrameKind::Call
        ) && !self.start
            && !frame.loop_variables
            && !frame.comprehension
            && self.waiting().is_none();
        if !separates {
            self.emit(Tok::Comma, token);
            self.ends = false;
            self.note_default(false);
            return;
        }
        self.out.tokens.push((token.start, Tok::Sep, token.end));
        self.prev = Tok::Sep;
        self.last_end = token.end;
        self.start = true;
        self.forget_line();
        self.close_inline();
    }

    /// A colon, which may end the header of a block.
    pub(super) fn colon(&mut self, token: Token) {
        self.emit(Tok::Colon, token);
        self.ends = false;
        if self.frame().header.is_none() || self.waiting().is_some() {
            return;
        }
        let Some(header) = self.frame_mut().header.take() else {
            return;
        };
        match self.raw_kind(1) {
            Some(Tok::Newline) | None => self.frame_mut().expects_block = Some(header),
            Some(next) => {
                if !matches!(header, Tok::If | Tok::Elif | Tok::Else) {
                    let next_span = self
                        .raw
                        .get(self.at + 1)
                        .map_or_else(Span::default, |t| Self::span(*t));
                    self.report(
                        Diagnostic::error(
                            codes::INLINE_BLOCK,
                            next_span,
                            format!(
                                "the body of a {} must start on a new line",
                                header_name(header)
                            ),
                        )
                        .label(Self::span(token), "after this `:`"),
                    );
                    self.broken = true;
                } else if next.is_closer() {
                    self.report(missing_block(header, Self::span(token)));
                }
                self.blocks.push(Block {
                    header,
                    inline: true,
                    depth: self.levels.len() as u32,
                });
                self.emit_synthetic(Tok::Indent);
                self.start = true;
            }
        }
    }

    /// A line end, with the indentation of the next line.
    #[inline]
    pub(super) fn newline(&mut self) {
        if self.unclosed {
            self.column = self.raw.get(self.at).map_or(0, |newline| {
                let level = level_of(self.text, *newline);
                level.tabs + level.spaces
            });
            if self.frames.len() > 1 {
                self.close_by_heuristic();
                self.close_one_line_brackets();
            }
        }
        match self.frame().kind {
            FrameKind::Module | FrameKind::LambdaBody => self.statement_line_end(),
            FrameKind::List => {
                let continues = self.continues_comprehension();
                self.item_line_end(continues);
            }
            FrameKind::Config => {
                let at_opener = self.at_opener();
                let next_closes = self.raw_kind(1) == Some(Tok::RBrace);
                if at_opener {
                    self.frame_mut().multi = true;
                } else if !self.frame().multi
                    && !next_closes
                    && self.frame().expects_block.is_none()
                    && !self.in_block()
                {
                    self.complain();
                }
                let continues = self.continues_comprehension();
                self.item_line_end(continues);
            }
            FrameKind::Call => {
                if self.at_opener() {
                    self.frame_mut().multi = true;
                } else if !self.frame().multi {
                    self.complain();
                }
                self.item_line_end(false);
            }
            FrameKind::Params => {
                if self.at_opener() {
                    self.frame_mut().multi = true;
                } else if !self.frame().multi {
                    self.complain();
                }
                self.line_level();
                if self.ends && self.raw_kind(1) != Some(Tok::RBrace) {
                    self.emit_synthetic(Tok::Comma);
                }
            }
            FrameKind::QuantBody => {
                if self.at_opener() {
                    self.frame_mut().multi = true;
                } else if !(self.frame().multi && self.raw_kind(1) == Some(Tok::RBrace)) {
                    self.complain();
                }
                self.line_level();
            }
            FrameKind::Paren | FrameKind::Index => {
                self.complain();
                self.line_level();
            }
            FrameKind::Alone => {
                if self.raw_kind(1).is_some() && !self.start {
                    self.complain();
                }
            }
        }
    }

    fn at_opener(&self) -> bool {
        self.frame().opener as usize + 1 == self.at
    }

    fn in_block(&self) -> bool {
        self.blocks.len() > self.frame().blocks as usize
    }

    fn continues_comprehension(&self) -> bool {
        match self.raw_kind(1) {
            Some(Tok::For) => !self.start,
            Some(Tok::If) => self.frame().comprehension,
            _ => false,
        }
    }

    /// Reports a line break once per bracket.
    #[cold]
    fn complain(&mut self) {
        self.broken = true;
        if std::mem::replace(&mut self.frame_mut().complained, true) {
            return;
        }
        let frame = *self.frame();
        // Where an entry follows on the next line, that is the place to look at.
        let next = self.raw.get(self.at).map(|newline| newline.end);
        let here = match (frame.kind, next) {
            (FrameKind::Config, Some(next)) if self.ends => next,
            (FrameKind::QuantBody, Some(next)) if frame.multi => next,
            _ => self.last_end,
        };
        let here = Span::new(here, here);
        let opener = self.raw.get(frame.opener as usize).copied();
        let (message, help) = match frame.kind {
            FrameKind::Alone => {
                self.report(Diagnostic::error(
                    codes::LINE_BREAK,
                    here,
                    "this expression must be on one line",
                ));
                return;
            }
            FrameKind::Config | FrameKind::Call | FrameKind::Params | FrameKind::QuantBody => (
                "a line break here needs a line break directly after the opening bracket too",
                "start a new line after the opening bracket, or write everything on one line",
            ),
            _ => (
                "there may be no line break inside these brackets",
                "end the line with `\\` to continue it on the next one",
            ),
        };
        let mut diagnostic = Diagnostic::error(codes::LINE_BREAK, here, message).help(help);
        if let Some(opener) = opener {
            diagnostic = diagnostic.label(Self::span(opener), "the bracket was opened here");
        }
        self.report(diagnostic);
    }

    /// A header whose colon is missing, if its block follows: reported, and the colon supplied.
    fn supply_colon(&mut self) {
        let frame = self.frame();
        if self.prev == Tok::Colon
            && frame.header.is_none()
            && frame.expects_block.is_none()
            && self.waiting().is_none()
        {
            if frame.kind != FrameKind::List && self.next_line_is_deeper() && self.is_head() {
                self.lone_block();
            }
            return;
        }
        if frame.header.is_none()
            || frame.expects_block.is_some()
            || self.waiting().is_some()
            || !self.ends
        {
            return;
        }
        if !self.next_line_is_deeper() {
            return;
        }
        let here = Span::new(self.last_end, self.last_end);
        let header = self.frame_mut().header.take();
        if !self.broken {
            self.report(
                Diagnostic::error(
                    codes::MISSING_COLON,
                    here,
                    format!(
                        "the line of the {} must end with `:`",
                        header.map_or("block", header_name)
                    ),
                )
                .fix("add `:`", vec![(here, ":".to_owned())]),
            );
        }
        self.emit_synthetic(Tok::Colon);
        self.frame_mut().expects_block = header;
    }

    fn next_line_is_deeper(&self) -> bool {
        self.raw
            .get(self.at)
            .zip(self.levels.last())
            .is_some_and(|(newline, top)| {
                self.at + 1 < self.raw.len()
                    && compare(level_of(self.text, *newline), *top) == Step::Deeper
            })
    }

    /// The last character before the end of the line; not every one belongs to a token.
    fn last_character(&self) -> Span {
        let mut start = self.last_end.saturating_sub(1);
        while !self.text.is_char_boundary(start as usize) {
            start -= 1;
        }
        Span::new(start, self.last_end)
    }

    /// `x:` with an indented block below: read as a block, so that its lines keep their meaning.
    #[cold]
    fn lone_block(&mut self) {
        let colon = self.last_character();
        let help = if self.frame().kind == FrameKind::Config {
            "put the inner entries into braces: `key = {`"
        } else {
            "blocks belong to `if`, `elif`, `else`, `schema`, `check` and their like"
        };
        if !self.broken {
            let mut diagnostic = Diagnostic::error(
                codes::LONE_BLOCK,
                colon,
                "no indented block can follow this line",
            )
            .help(help);
            if let Some((word, span)) = self.first_word(colon.start)
                && let Some(keyword) = near_header(word)
            {
                diagnostic = diagnostic.help(format!("did you mean `{keyword}`?")).fix(
                    format!("replace it with `{keyword}`"),
                    vec![(span, keyword.to_owned())],
                );
            }
            self.report(diagnostic);
        }
        self.frame_mut().expects_block = Some(Tok::If);
    }

    /// The word at the start of the line of an offset.
    fn first_word(&self, offset: u32) -> Option<(&str, Span)> {
        let before = self.text.get(..offset as usize)?;
        let line = before.rsplit('\n').next()?;
        let code = line.trim_start();
        let start = before.len() - code.len();
        let length = code
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(code.len());
        let span = Span::new(start as u32, (start + length) as u32);
        Some((&code[..length], span))
    }

    fn item_line_end(&mut self, continues: bool) {
        self.supply_colon();
        if let Some(header) = self.frame_mut().expects_block.take() {
            self.open_block(header);
            return;
        }
        if continues {
            self.line_level();
            return;
        }
        if !self.start {
            self.end_item();
        }
        self.close_inline();
        let step = self.line_level();
        if self.in_block() {
            if step == Step::Between {
                self.report_between();
            }
            self.close_deeper_blocks();
        }
    }

    pub(super) fn statement_line_end(&mut self) {
        self.supply_colon();
        if let Some(header) = self.frame_mut().expects_block.take() {
            // the header may end in a line that is indented deeper than its first
            self.check_closing_indent();
            self.open_block(header);
            self.statement_depth = self.levels.len();
            return;
        }
        if !self.start {
            self.check_closing_indent();
        }
        self.broken = false;
        self.end_statement();
        self.close_inline();
        let step = self.line_level();
        if step != Step::Same {
            let checked = self.frame().kind == FrameKind::Module || self.in_block();
            if checked {
                match step {
                    Step::Between => {
                        self.report_between();
                        if matches!(self.raw_kind(1), Some(Tok::Else | Tok::Elif)) {
                            self.levels.pop();
                        }
                    }
                    Step::Deeper => self.report_indent(),
                    _ => {}
                }
            }
        }
        self.close_deeper_blocks();
        self.statement_depth = self.levels.len();
    }

    /// The last line of a statement has to be where the statement began.
    fn check_closing_indent(&mut self) {
        let checked = self.frame().kind == FrameKind::Module || self.in_block();
        if checked && self.levels.len() > self.statement_depth {
            self.report_closing_indent();
        }
    }

    /// Opens the block after a header, if the next line is deeper.
    fn open_block(&mut self, header: Tok) {
        let step = self.line_level();
        self.emit_synthetic(Tok::Indent);
        self.start = true;
        let closes = self.raw_kind(1).is_some_and(Tok::is_closer);
        if step == Step::Deeper && !closes {
            self.blocks.push(Block {
                header,
                inline: false,
                depth: self.levels.len() as u32,
            });
            return;
        }
        self.emit_synthetic(Tok::Dedent);
        if !matches!(header, Tok::Schema | Tok::Mixin | Tok::Protocol) {
            const MISSING: &str = "an indented block is missing before this line";
            let colon = self.last_character();
            let diagnostic = match self.next_code() {
                Some(next) => missing_block(header, next)
                    .at(MISSING)
                    .label(colon, "after this `:`"),
                None => missing_block(header, colon).at_next_item(MISSING),
            };
            self.report(diagnostic);
        }
        if step == Step::Between {
            self.report_between();
        }
        self.close_deeper_blocks();
    }

    pub(super) fn missing_block_here(&mut self, header: Tok) {
        self.emit_synthetic(Tok::Indent);
        self.emit_synthetic(Tok::Dedent);
        self.start = true;
        if !matches!(header, Tok::Schema | Tok::Mixin | Tok::Protocol) {
            let colon = self.last_character();
            self.report(missing_block(header, colon));
        }
    }

    fn close_deeper_blocks(&mut self) {
        while self.blocks.len() > self.frame().blocks as usize
            && self
                .blocks
                .last()
                .is_some_and(|block| block.inline || block.depth as usize > self.levels.len())
        {
            self.close_block();
        }
    }

    /// Enters the next line's indentation into the level stack.
    fn line_level(&mut self) -> Step {
        let Some(&newline) = self.raw.get(self.at) else {
            return Step::Same;
        };
        if self.at + 1 >= self.raw.len() {
            let step = if self.levels.len() > 1 {
                Step::Shallower
            } else {
                Step::Same
            };
            self.levels.truncate(1);
            return step;
        }
        let level = level_of(self.text, newline);
        let Some(&top) = self.levels.last() else {
            return Step::Same;
        };
        if level == top {
            return Step::Same;
        }
        match compare(level, top) {
            Step::Shallower => {
                let mut popped = top;
                while let Some(&top) = self.levels.last() {
                    match compare(level, top) {
                        Step::Shallower => {
                            popped = top;
                            self.levels.pop();
                        }
                        Step::Same => return Step::Shallower,
                        _ => break,
                    }
                }
                self.levels.push(popped);
                Step::Between
            }
            Step::Deeper => {
                self.levels.push(level);
                Step::Deeper
            }
            Step::Inconsistent => {
                let from = newline.end - (level.tabs + level.spaces);
                self.report(
                    Diagnostic::error(
                        codes::INCONSISTENT_TABS,
                        Span::new(from, newline.end),
                        "this line mixes tabs and spaces differently from the lines above",
                    )
                    .help("indent with spaces only"),
                );
                Step::Inconsistent
            }
            step => step,
        }
    }

    #[cold]
    fn report_between(&mut self) {
        let (span, level) = self.next_indentation();
        self.report(
            Diagnostic::error(
                codes::INVALID_INDENTATION,
                span,
                format!(
                    "this line is indented by {}, which matches no block around it",
                    describe(level)
                ),
            )
            .help("align it with the lines of the block it belongs to"),
        );
    }

    #[cold]
    fn report_indent(&mut self) {
        let (span, _) = self.next_indentation();
        self.report(
            Diagnostic::error(
                codes::UNEXPECTED_INDENT,
                span,
                "this line is indented, but no block starts here",
            )
            .help("align it with the line above"),
        );
    }

    #[cold]
    fn report_closing_indent(&mut self) {
        const ENDS: &str = "the statement ends here";
        let end = self.last_character();
        self.levels.truncate(self.statement_depth.max(1));
        if self.broken {
            return;
        }
        let diagnostic = |place| {
            Diagnostic::error(
                codes::CLOSING_INDENT,
                place,
                "the last line of a statement must be indented like its first line",
            )
            .help("put the closing bracket on a line of its own, aligned with the start of the statement")
        };
        let diagnostic = match self.next_code() {
            Some(next) => diagnostic(next).label(end, ENDS),
            None => diagnostic(end).at(ENDS).at_next_item(""),
        };
        self.report(diagnostic);
    }

    /// Where the code behind the current line end begins; `None` at the end of the text.
    pub(super) fn next_code(&self) -> Option<Span> {
        let newline = self.raw.get(self.at)?;
        let next = self.raw.get(self.at + 1)?;
        (next.kind != Tok::Newline).then(|| Span::new(newline.end, newline.end))
    }

    fn next_indentation(&self) -> (Span, Level) {
        self.raw
            .get(self.at)
            .map_or((Span::default(), Level::default()), |newline| {
                let level = level_of(self.text, *newline);
                (
                    Span::new(newline.end - (level.tabs + level.spaces), newline.end),
                    level,
                )
            })
    }
}

fn header_name(header: Tok) -> &'static str {
    match header {
        Tok::If => "`if`",
        Tok::Elif => "`elif`",
        Tok::Else => "`else`",
        Tok::Rule => "rule",
        Tok::Check => "`check` block",
        Tok::Mixin => "mixin",
        Tok::Protocol => "protocol",
        _ => "schema",
    }
}

fn missing_block(header: Tok, place: Span) -> Diagnostic {
    Diagnostic::error(
        codes::MISSING_BLOCK,
        place,
        format!("the {} has no body", header_name(header)),
    )
    .at("an indented block must follow")
}
