//! Edits of texts that keep lists and configs well-formed.

use kiln_syntax::ast::{Expr, ExprId, ItemAst, Stmt};
use kiln_syntax::span::Span;
use kiln_syntax::{ParsedItem, parse_expr, parse_file};

use super::locate::{Site, entry_span};
use super::{Action, NewValue};

/// Replacements in several files; none overlaps another.
pub(super) struct Edits {
    files: Vec<Vec<(Span, String)>>,
}

impl Edits {
    pub(super) fn new(files: usize) -> Self {
        Self {
            files: vec![Vec::new(); files],
        }
    }

    pub(super) fn apply(self, files: &mut [String]) {
        for (text, mut edits) in files.iter_mut().zip(self.files) {
            edits.sort_by_key(|(span, _)| *span);
            for (span, new) in edits.into_iter().rev() {
                text.replace_range(span.range(), &new);
            }
        }
    }

    pub(super) fn replace(&mut self, site: &Site<'_>, span: Span, text: &str) {
        self.files[site.file].push((span.shifted(site.base), text.to_owned()));
    }

    pub(super) fn remove(&mut self, site: &Site<'_>, span: Span) {
        self.replace(site, span, "");
    }

    /// Adds an entry at the end of a config.
    pub(super) fn insert(&mut self, site: &Site<'_>, config: ExprId, entry: &str) {
        self.insert_last(site, site.ast.expr_span(config), &[entry]);
    }

    /// Adds items at the end of a list, if it is a list literal.
    pub(super) fn append_items(&mut self, site: &Site<'_>, list: ExprId, items: &[&str]) -> bool {
        let list = site.ast.peel(list);
        if !matches!(site.ast[list], Expr::List(_)) {
            return false;
        }
        if !items.is_empty() {
            self.insert_last(site, site.ast.expr_span(list), items);
        }
        true
    }

    /// Adds parts before the closing bracket. A bracket with a line break after it gets each part on its own line.
    fn insert_last(&mut self, site: &Site<'_>, bracket: Span, parts: &[&str]) {
        let text = &*site.ast.text;
        let inner = &text[bracket.start as usize + 1..bracket.end as usize - 1];
        let trimmed = inner.trim_end();
        let at = bracket.start + 1 + trimmed.len() as u32;
        let new = if opens_lines(inner) {
            let indent = indent_of(inner).unwrap_or_else(|| {
                let line = text[..bracket.end as usize - 1]
                    .rfind('\n')
                    .map_or(0, |at| at + 1);
                let blank = text[line..].len() - text[line..].trim_start_matches([' ', '\t']).len();
                format!("{}    ", &text[line..line + blank])
            });
            parts
                .iter()
                .map(|part| format!("\n{indent}{part}"))
                .collect()
        } else if trimmed.is_empty() {
            parts.join(", ")
        } else if trimmed.ends_with(',') {
            format!(" {}", parts.join(", "))
        } else {
            format!(", {}", parts.join(", "))
        };
        self.replace(site, Span::new(at, at), &new);
    }

    /// Replaces key and value of an entry.
    pub(super) fn replace_entry(
        &mut self,
        site: &Site<'_>,
        config: ExprId,
        index: usize,
        text: &str,
    ) {
        if let Some(span) = span_of(site.ast, config, index) {
            self.replace(site, span, text);
        }
    }

    /// Removes an entry together with one of the commas beside it.
    pub(super) fn remove_entry(&mut self, site: &Site<'_>, config: ExprId, index: usize) {
        let Some(mut span) = span_of(site.ast, config, index) else {
            return;
        };
        let text = &*site.ast.text;
        let is_blank = |c: char| c == ' ' || c == '\t';
        let before = text[..span.start as usize].trim_end_matches(is_blank);
        // the comma may be gone already, with an entry before that is removed as well
        let taken = self.files[site.file]
            .iter()
            .any(|(other, _)| other.end == span.start + site.base);
        if before.ends_with(',') && !taken {
            span.start = before.len() as u32 - 1;
        } else if let Some(rest) = text[span.end as usize..]
            .trim_start_matches(is_blank)
            .strip_prefix(',')
        {
            span.end = (text.len() - rest.trim_start_matches(is_blank).len()) as u32;
        }
        self.remove(site, span);
    }
}

fn span_of(ast: &ItemAst, config: ExprId, index: usize) -> Option<Span> {
    let Expr::Config(entries) = ast[config] else {
        return None;
    };
    entry_span(ast, ast.entries(entries).get(index)?).map(|(span, _)| span)
}

/// Whether only blanks or a comment stand between an opening bracket and a line break.
fn opens_lines(inner: &str) -> bool {
    let Some((first, _)) = inner.split_once('\n') else {
        return false;
    };
    let first = first.trim_start();
    first.is_empty() || first.starts_with('#')
}

/// How the first line inside a bracket is indented.
fn indent_of(inner: &str) -> Option<String> {
    let line = inner
        .lines()
        .skip(1)
        .find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'))?;
    Some(line[..line.len() - line.trim_start().len()].to_owned())
}

/// Whether a text can be written where a name is expected.
pub(super) fn is_name(text: &str) -> bool {
    let parsed = parse_expr(text);
    let stmt = parsed
        .ast
        .stmt_ids(parsed.ast.root)
        .first()
        .map(|stmt| parsed.ast[*stmt]);
    let Some(Stmt::Expr(expr)) = stmt else {
        return false;
    };
    parsed.diagnostics.is_empty()
        && matches!(parsed.ast[expr], Expr::Name(_))
        && parsed.ast.expr_span(expr).range() == (0..text.len())
}

/// A name as it is written at the start of an assignment: `$type` for `type`.
pub(super) fn variable_text(name: &str) -> String {
    let items = parse_file(&format!("{name} = 0"));
    let assigns = |(_, item): &(_, ParsedItem)| {
        item.diagnostics.is_empty()
            && item
                .ast
                .stmt_ids(item.ast.root)
                .iter()
                .all(|stmt| matches!(item.ast[*stmt], Stmt::Assign(_)))
    };
    if items.iter().all(assigns) {
        name.to_owned()
    } else {
        format!("${name}")
    }
}

/// The targets of an assignment as they are written.
pub(super) fn target_text(ast: &ItemAst, target: ExprId) -> String {
    let span = ast.expr_span(target);
    let dollar = span.start > 0 && ast.text.as_bytes().get(span.start as usize - 1) == Some(&b'$');
    format!(
        "{}{}",
        if dollar { "$" } else { "" },
        &ast.text[span.range()]
    )
}

/// A key as it is written in a config.
fn key_text(name: &str) -> String {
    if is_name(name) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

const fn operator_text(action: Action) -> &'static str {
    match action {
        Action::Union => ":",
        Action::Append => " +=",
        Action::Set | Action::Delete | Action::Add => " =",
    }
}

/// `a.b.c op value`; names that must be quoted get a level of their own.
pub(super) fn entry_text(path: &[String], action: Action, value: &str) -> String {
    let plain = path.iter().take_while(|name| is_name(name)).count();
    let (head, rest) = match plain {
        0 => (key_text(&path[0]), &path[1..]),
        _ => (path[..plain].join("."), &path[plain..]),
    };
    if rest.is_empty() {
        format!("{head}{} {value}", operator_text(action))
    } else {
        format!("{head}: {{{}}}", entry_text(rest, action, value))
    }
}

/// A string literal.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' if chars.peek() == Some(&'{') => out.push_str("\\$"),
            c if c.is_control() => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// An expression as an operand.
pub(super) fn operand(ast: &ItemAst, expr: ExprId) -> String {
    let text = &ast.text[ast.expr_span(expr).range()];
    match ast[expr] {
        Expr::List(_)
        | Expr::Config(_)
        | Expr::ListComp(_)
        | Expr::ConfigComp(_)
        | Expr::Name(_)
        | Expr::Select { .. }
        | Expr::Call { .. }
        | Expr::Schema(_)
        | Expr::Paren(_)
        | Expr::Index { .. } => text.to_owned(),
        _ => format!("({text})"),
    }
}

/// A new value as an operand.
pub(super) fn new_operand(value: &NewValue) -> String {
    value
        .root
        .map_or_else(|| value.text.clone(), |root| operand(&value.ast, root))
}
