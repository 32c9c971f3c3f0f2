//! Overrides: `-O path=value` and its siblings change the text of the entry files before they are compiled (core
//! reference §14.2).
//!
//! Texts are edited, not trees, so that messages can quote what was compiled. Only top-level statements are looked
//! at, and of their values only literals are taken apart.

use kiln_project::{OverrideOperator, OverrideSpec};
use kiln_syntax::ast::{Entry, EntryOp, Expr, ExprId, Item, ItemAst, Stmt};
use kiln_syntax::diagnostic::Severity;
use kiln_syntax::span::Span;
use kiln_syntax::{ParsedItem, parse_expr, parse_file};

mod edit;
mod locate;

use edit::{Edits, entry_text, quoted, target_text, variable_text};
use locate::{Literal, Place, Program, literal};

/// What to do at a path.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Action {
    Set,
    Union,
    Append,
    Delete,
    /// Add an entry as it is written to the config at the path.
    Add,
}

impl From<OverrideOperator> for Action {
    fn from(operator: OverrideOperator) -> Self {
        match operator {
            OverrideOperator::Set => Self::Set,
            OverrideOperator::Union => Self::Union,
            OverrideOperator::Append => Self::Append,
            OverrideOperator::Delete => Self::Delete,
        }
    }
}

/// A new value: its text, and the same as a tree.
struct NewValue {
    text: String,
    ast: ItemAst,
    root: Option<ExprId>,
}

impl NewValue {
    /// The value that the right side of a spec stands for: what is no expression is a string, and so is arithmetic
    /// and logic (`-1`, `a-b`, `x/y`), as the reference implementation has it.
    fn of_spec(text: &str) -> Self {
        let value = Self::of_source(text);
        match value.root.map(|root| value.ast[root]) {
            None
            | Some(Expr::Error | Expr::Unary { .. } | Expr::Binary { .. } | Expr::As { .. }) => {
                Self::of_source(&quoted(text))
            }
            Some(_) => value,
        }
    }

    /// The expression written in `text`.
    fn of_source(text: &str) -> Self {
        let parsed = parse_expr(text);
        let ok = parsed
            .diagnostics
            .iter()
            .all(|d| d.severity != Severity::Error);
        let root = parsed
            .ast
            .stmt_ids(parsed.ast.root)
            .first()
            .and_then(|stmt| match parsed.ast[*stmt] {
                Stmt::Expr(expr) if ok => Some(expr),
                _ => None,
            });
        let text = root.map_or(text, |root| &text[parsed.ast.expr_span(root).range()]);
        Self {
            text: text.to_owned(),
            ast: parsed.ast,
            root,
        }
    }

    fn literal(&self) -> Option<Literal<'_>> {
        literal(&self.ast, self.root?)
    }

    /// The texts of a list's items, if it is a list of plain items.
    fn items(&self) -> Option<Vec<&str>> {
        let Expr::List(list) = self.ast[self.ast.peel(self.root?)] else {
            return None;
        };
        self.ast
            .items(list)
            .iter()
            .map(|item| match item {
                Item::Expr(expr) => Some(&self.ast.text[self.ast.expr_span(*expr).range()]),
                _ => None,
            })
            .collect()
    }
}

/// Changes the texts of the entry files, spec by spec. What no file sets is added to the last one.
pub(crate) fn apply(files: &mut [String], specs: &[OverrideSpec]) {
    for spec in specs {
        let value = NewValue::of_spec(&spec.value);
        change(files, &spec.path, spec.operator.into(), &value);
    }
}

fn change(files: &mut [String], path: &[String], action: Action, value: &NewValue) {
    split_targets(files, &path[0]);
    let parsed: Vec<_> = files.iter().map(|text| parse_file(text)).collect();
    let broken = |item: &ParsedItem| {
        item.diagnostics
            .iter()
            .any(|d| d.severity == Severity::Error)
    };
    if parsed.iter().flatten().any(|(_, item)| broken(item)) {
        // nothing can be found in a broken file for sure, and its mistakes are reported anyway
        return;
    }
    let program = Program::new(&parsed, path);
    if !program.sets_name() {
        if let (Some(last), true) = (files.last_mut(), action != Action::Delete) {
            add_variable(last, path, action, value);
        }
        return;
    }
    if action == Action::Union
        && let Some(new) = value.literal()
        && program
            .places
            .iter()
            .any(|place| place.literal().is_some_and(|old| old.takes(&new)))
    {
        merge(files, path, &value.ast, &new);
        return;
    }
    let mut edits = Edits::new(files.len());
    program.edit(path, action, value, &mut edits);
    edits.apply(files);
}

/// Gives `path` the entries of a config, one by one.
fn merge(files: &mut [String], path: &[String], ast: &ItemAst, new: &Literal<'_>) {
    let source = |expr: ExprId| &ast.text[ast.expr_span(expr).range()];
    let entries = ast.entries(new.entries);
    if entries
        .iter()
        .any(|entry| matches!(entry, Entry::If(_) | Entry::Error))
    {
        add_entry(files, path, format!("**{}", source(new.config)));
        return;
    }
    for entry in entries {
        let (op, names, value) = match (entry, locate::entry_span(ast, entry)) {
            (Entry::Pair { op, value, .. }, Some((_, Some(names)))) => (op, names, value),
            (Entry::Pair { .. }, Some((span, None))) => {
                add_entry(files, path, ast.text[span.range()].to_owned());
                continue;
            }
            (Entry::Unpack(value), _) => {
                add_entry(files, path, format!("**{}", source(*value)));
                continue;
            }
            (Entry::If(_) | Entry::Error | Entry::Pair { .. }, _) => continue,
        };
        let action = match op {
            EntryOp::Union => Action::Union,
            EntryOp::Override => Action::Set,
            EntryOp::Insert => Action::Append,
        };
        let whole: Vec<String> = path.iter().cloned().chain(names).collect();
        change(files, &whole, action, &NewValue::of_source(source(*value)));
    }
}

/// Adds an entry as it is written to the config at `path`.
fn add_entry(files: &mut [String], path: &[String], text: String) {
    change(
        files,
        path,
        Action::Add,
        &NewValue {
            text,
            ast: ItemAst::default(),
            root: None,
        },
    );
}

/// Adds a statement that sets a variable which no statement sets.
fn add_variable(text: &mut String, path: &[String], action: Action, value: &NewValue) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    let name = variable_text(&path[0]);
    match &path[1..] {
        [] => text.push_str(&format!("{name} = {}\n", value.text)),
        rest => text.push_str(&format!(
            "{name} = {{{}}}\n",
            entry_text(rest, action, &value.text)
        )),
    }
}

/// Rewrites `a = b = v` to one statement a target where `name` is one of them.
fn split_targets(files: &mut [String], name: &str) {
    for text in files {
        let mut edits = Vec::new();
        for (item, parsed) in parse_file(text) {
            let ast = &parsed.ast;
            for &stmt in ast.stmt_ids(ast.root) {
                let Stmt::Assign(assign) = ast[stmt] else {
                    continue;
                };
                let assign = &ast[assign];
                let is_target = |target: &ExprId| {
                    ast.dotted(*target)
                        .is_some_and(|names| ast.name(names[0]) == name)
                };
                if assign.targets.len() < 2 || !assign.targets.iter().any(is_target) {
                    continue;
                }
                let source = |span: Span| &ast.text[span.range()];
                let ty = assign.ty.map_or(String::new(), |ty| {
                    format!(": {}", source(ast.type_span(ty)))
                });
                let value = source(ast.expr_span(assign.value));
                let lines: Vec<String> = assign
                    .targets
                    .iter()
                    .map(|target| format!("{}{ty} = {value}", target_text(ast, *target)))
                    .collect();
                edits.push((
                    ast.stmt_span(stmt).shifted(item.range.start),
                    lines.join("\n"),
                ));
            }
        }
        for (span, new) in edits.into_iter().rev() {
            text.replace_range(span.range(), &new);
        }
    }
}

impl Program<'_> {
    fn edit(&self, path: &[String], action: Action, value: &NewValue, edits: &mut Edits) {
        match action {
            Action::Set | Action::Delete => self.set(path, action, value, edits),
            Action::Union | Action::Append => self.extend(path, action, value, edits),
            Action::Add => {
                if let Some(old) = self.places.iter().rev().find_map(Place::literal) {
                    edits.insert(&old.site, old.config, &value.text);
                }
            }
        }
    }

    /// Replaces what is there, or removes it.
    fn set(&self, path: &[String], action: Action, value: &NewValue, edits: &mut Edits) {
        let delete = action == Action::Delete;
        let assigned = self
            .places
            .iter()
            .any(|place| matches!(place, Place::Assign { .. } | Place::Entry { .. }));
        let mut placed = assigned;
        for place in &self.places {
            match place {
                Place::Entry {
                    site,
                    config,
                    index,
                    ..
                } if delete => edits.remove_entry(site, *config, *index),
                Place::Assign { site, stmt, .. } if delete => {
                    edits.remove(site, site.ast.stmt_span(*stmt))
                }
                Place::Assign {
                    site, value: old, ..
                }
                | Place::Entry {
                    site, value: old, ..
                } => {
                    edits.replace(site, site.ast.expr_span(*old), &value.text);
                }
                Place::Unify {
                    site,
                    stmt,
                    value: old,
                } if !delete && !placed => {
                    placed = true;
                    if matches!(
                        value.root.map(|root| value.ast[root]),
                        Some(Expr::Schema(_))
                    ) {
                        edits.replace(site, site.ast.expr_span(*old), &value.text);
                    } else {
                        let text = format!("{} = {}", path[0], value.text);
                        edits.replace(site, site.ast.stmt_span(*stmt), &text);
                    }
                }
                Place::Unify { site, stmt, .. } | Place::Augment { site, stmt } => {
                    edits.remove(site, site.ast.stmt_span(*stmt));
                }
                Place::Below {
                    site,
                    config,
                    index,
                    depth,
                } if !delete && !placed => {
                    placed = true;
                    let names: Vec<String> = path[*depth..].to_vec();
                    let text = entry_text(&names, Action::Union, &value.text);
                    edits.replace_entry(site, *config, *index, &text);
                }
                Place::Below {
                    site,
                    config,
                    index,
                    ..
                } => edits.remove_entry(site, *config, *index),
            }
        }
        let only_augmented = self
            .places
            .iter()
            .all(|place| matches!(place, Place::Augment { .. }));
        if only_augmented && !delete {
            self.add(path, action, value, edits);
        }
    }

    /// Unites with what is there, or appends to it.
    fn extend(&self, path: &[String], action: Action, value: &NewValue, edits: &mut Edits) {
        let mut found = false;
        for place in &self.places {
            let (site, old) = match place {
                Place::Assign { site, value, .. }
                | Place::Entry { site, value, .. }
                | Place::Unify { site, value, .. } => (site, *value),
                Place::Augment { .. } | Place::Below { .. } => continue,
            };
            found = true;
            match (action, value.items()) {
                (Action::Append, Some(items)) if edits.append_items(site, old, &items) => {}
                (Action::Append, _) => {
                    let text = format!(
                        "{} + {}",
                        edit::operand(site.ast, old),
                        edit::new_operand(value)
                    );
                    edits.replace(site, site.ast.expr_span(old), &text);
                }
                _ => match place {
                    Place::Unify { stmt, .. } if value.literal().is_none() => {
                        let text = format!("{} = {}", path[0], value.text);
                        edits.replace(site, site.ast.stmt_span(*stmt), &text);
                    }
                    _ => edits.replace(site, site.ast.expr_span(old), &value.text),
                },
            }
        }
        if !found {
            self.add(path, action, value, edits);
        }
    }

    /// Adds a key to the config that reaches nearest to the path.
    fn add(&self, path: &[String], action: Action, value: &NewValue, edits: &mut Edits) {
        if let Some(insert) = &self.insert {
            let text = entry_text(&path[insert.depth..], action, &value.text);
            edits.insert(&insert.site, insert.config, &text);
        } else if let Some(opaque) = &self.opaque {
            let entry = entry_text(&path[opaque.depth..], action, &value.text);
            let text = format!(
                "{} | {{{entry}}}",
                edit::operand(opaque.site.ast, opaque.config)
            );
            edits.replace(
                &opaque.site,
                opaque.site.ast.expr_span(opaque.config),
                &text,
            );
        }
    }
}

#[cfg(test)]
#[path = "overrides_tests.rs"]
mod tests;
