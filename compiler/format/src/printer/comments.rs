//! Comments: each stays where it is, at the end of its line or on a line of its own.

use super::{Blank, Printer};

impl Printer<'_> {
    /// Prints the comments that stand in the source before `end`.
    #[inline]
    pub(super) fn comments_before(&mut self, end: u32) {
        if self
            .input
            .comments
            .get(self.next_comment)
            .is_some_and(|comment| comment.start < end)
        {
            self.print_comments(end, None);
        }
    }

    /// Prints comments before `end`: all, or those that belong to the block of a header in column `header`.
    pub(super) fn print_comments(&mut self, end: u32, header: Option<u32>) {
        let mut follows_comment = false;
        while let Some(comment) = self
            .input
            .comments
            .get(self.next_comment)
            .filter(|comment| comment.start < end)
            .copied()
        {
            let own_line = self.out.is_empty() || self.has_line_end(comment.start);
            let before = (self.position, self.line_start);
            let lines = self.take(comment.start);
            let text = &self.input.text[comment.range()];
            if !own_line {
                self.out.push(' ');
                self.out.push_str(text);
                if !self.line_break {
                    self.end_line();
                }
            } else {
                if header.is_some_and(|column| comment.start - self.line_start <= column) {
                    (self.position, self.line_start) = before;
                    return;
                }
                if follows_comment {
                    self.owed = self.owed.max(usize::from(lines > 1));
                    self.line_break = true;
                    self.begin_line(false);
                } else {
                    let blank = lines > 1 || (header.is_none() && self.are_apart(lines, end));
                    self.begin_line(blank);
                }
                self.out.push_str(text);
                self.end_line();
                self.glued = false;
                follows_comment = true;
            }
            self.position = comment.end;
            self.next_comment += 1;
        }
    }

    fn has_line_end(&self, to: u32) -> bool {
        let from = self.position.min(to);
        self.input.text.as_bytes()[from as usize..to as usize].contains(&b'\n')
    }

    /// Where the next comment starts.
    pub(super) fn next_comment_start(&self) -> u32 {
        let comment = self.input.comments.get(self.next_comment);
        comment.map_or(u32::MAX, |comment| comment.start)
    }

    /// Prints the comment at the end of the line just printed.
    pub(super) fn trailing_comment(&mut self) {
        let next = self.next_real(self.at);
        if let Some(comment) = self.input.comments.get(self.next_comment)
            && comment.start < next
            && !self.has_line_end(comment.start)
        {
            self.print_comments(comment.end, None);
        }
    }

    /// Whether comments before `end` are set off by an empty line: if there is one below them, or if they take several
    /// lines.
    fn are_apart(&self, lines: usize, end: u32) -> bool {
        let last = end as usize == self.input.text.len();
        if last || self.blank == Blank::Drop || self.owed > 0 {
            return false;
        }
        let from = self.position as usize;
        let rest = &self.input.text.as_bytes()[from..end as usize];
        let below = rest.iter().filter(|byte| **byte == b'\n').take(2).count();
        lines + below > 2
    }
}
