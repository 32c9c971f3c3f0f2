//! What is wrong with a template, and where in it.

use handlebars::{RenderError, RenderErrorReason, TemplateError, TemplateErrorReason};

/// A mistake in the text of a template.
pub(super) fn syntax(source: &str, problem: &TemplateError) -> String {
    let reason = match problem.reason() {
        TemplateErrorReason::MismatchingClosedHelper(opened, closed)
        | TemplateErrorReason::MismatchingClosedDecorator(opened, closed) => {
            format!("`{opened}` is open, but `{closed}` is closed")
        }
        TemplateErrorReason::InvalidSyntax(expected) => match expectation(expected) {
            Some(expected) => format!("expected {expected}"),
            None if ends_at(source, problem.pos()) => "a block is not closed".to_owned(),
            None => "this cannot stand here".to_owned(),
        },
        TemplateErrorReason::InvalidParam(param) => format!("{param:?} is no parameter"),
        other => other.to_string(),
    };
    match problem.pos() {
        Some((line, column)) => {
            format!("the template has a mistake in line {line}, column {column}: {reason}")
        }
        None => format!("the template has a mistake: {reason}"),
    }
}

/// What a template may go on with, from a list of the grammar's rules; nothing if that is any tag.
fn expectation(rules: &str) -> Option<String> {
    let mut names: Vec<&str> = rules
        .split([' ', ','])
        .filter_map(|rule| {
            Some(match rule {
                "identifier" | "partial_identifier" => "a name",
                "path_inline" | "reference" => "a path",
                "subexpression" => "an expression in brackets",
                "helper_parameter" => "a parameter",
                "literal" => "a literal",
                "trailing_tilde_to_omit_whitespace" => "`}}`",
                _ => return None,
            })
        })
        .collect();
    names.dedup();
    let (last, others) = names.split_last()?;
    Some(if others.is_empty() {
        (*last).to_owned()
    } else {
        format!("{} or {last}", others.join(", "))
    })
}

/// Whether a line and column are behind the last character.
fn ends_at(source: &str, at: Option<(usize, usize)>) -> bool {
    let lines = source.split('\n');
    let last = lines.clone().next_back().unwrap_or_default();
    at == Some((lines.count(), last.chars().count() + 1))
}

/// Why a template cannot be filled.
pub(super) fn failure(problem: &RenderError) -> String {
    let reason = match problem.reason() {
        RenderErrorReason::HelperNotFound(name) => format!("there is no helper `{name}`"),
        RenderErrorReason::DecoratorNotFound(name) => format!("there is no decorator `{name}`"),
        RenderErrorReason::PartialNotFound(name) => format!("there is no partial `{name}`"),
        RenderErrorReason::PartialBlockNotFound => {
            "`@partial-block` stands in a partial that is used without a block".to_owned()
        }
        RenderErrorReason::ParamNotFoundForIndex(helper, _)
        | RenderErrorReason::ParamNotFoundForName(helper, _) => {
            format!("`{helper}` needs another parameter")
        }
        RenderErrorReason::InvalidLoggingLevel(level) => {
            format!("`{level}` is no level of messages")
        }
        other => other.to_string(),
    };
    match (problem.line_no, problem.column_no) {
        (Some(line), Some(column)) => {
            format!("the template fails in line {line}, column {column}: {reason}")
        }
        _ => format!("the template fails: {reason}"),
    }
}
