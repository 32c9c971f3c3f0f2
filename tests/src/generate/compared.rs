//! Both answers to one program, and how to name their difference.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::explained;
use super::oracle::Oracle;
use super::program::Program;
use crate::cases::{Answer, Case};
use crate::compare::{self, Given};

/// A difference between the two implementations.
#[derive(Clone, Debug)]
pub struct Difference {
    /// What a smaller program has to keep: kinds of both answers.
    pub class: String,
    /// Both answers, readable.
    pub text: String,
    /// The row of `spec/differences.md` that explains it, if one is known to.
    pub explained: Option<&'static str>,
}

/// Kiln's answer; nothing if it panicked.
#[must_use]
pub fn kiln(program: &Program) -> Option<Given> {
    let case = Case {
        name: String::new(),
        args: program.args.clone(),
        files: program.files.clone(),
        differs: None,
        expect: Answer::Crash,
        kiln: None,
    };
    catch_unwind(AssertUnwindSafe(|| compare::run(&case))).ok()
}

fn class_of(given: &Given) -> String {
    match given {
        Given::Output(_) => "output".into(),
        Given::Input(_) => "refused".into(),
        Given::Errors(reports) => {
            reports.first().map_or_else(
                || "nothing".into(),
                |r| {
                    // the words of the message, without what is quoted in it
                    let words: Vec<&str> = r.message.split('`').step_by(2).collect();
                    format!("{} {}", r.code_text(), words.concat())
                },
            )
        }
    }
}

fn class_of_answer(answer: &Answer) -> String {
    match answer {
        Answer::Output(_) => "output".into(),
        Answer::Static(kind, _) => format!("static {kind}"),
        Answer::Runtime(_) => "runtime".into(),
        Answer::Input => "refused".into(),
        Answer::Crash => "crash".into(),
    }
}

/// Compares both answers to a program. Places of errors in running programs are not compared: the reference reports the
/// line it visited last.
///
/// # Errors
/// If the oracle is gone.
pub fn difference(
    oracle: &mut Oracle,
    program: &Program,
) -> std::io::Result<(Answer, Option<Difference>)> {
    let heard = oracle.hear(program)?;
    let mut found = differs(&heard.answer, program);
    // which of several mistakes is told first does not matter
    let told = |other: &Answer| differs(other, program).is_none();
    if found.is_some() && heard.also.iter().any(told) {
        found = None;
    }
    if let Some(found) = &mut found {
        found.explained = explained::row(&heard).or_else(|| explained::own_row(&found.class));
    }
    Ok((heard.answer, found))
}

/// Whether Kiln's answer to a program can belong to a difference of that class; asks no oracle.
#[must_use]
pub fn may_be(class: &str, program: &Program) -> bool {
    match kiln(program) {
        Some(given) => class.ends_with(&format!("/ {}", class_of(&given))),
        None => class == "panic",
    }
}

/// Whether two texts are equal but for the last digit of floats, which the reference gets wrong now and then.
fn same_but_for_digits(a: &str, b: &str) -> bool {
    let (a, b) = (
        a.trim_end().split([' ', '\n', '\'', ',']),
        b.trim_end().split([' ', '\n', '\'', ',']),
    );
    a.clone().count() == b.clone().count()
        && a.zip(b).all(|(a, b)| {
            a == b
                || a.contains('.')
                    && matches!((a.parse::<f64>(), b.parse::<f64>()), (Ok(a), Ok(b)) if (a - b).abs() <= a.abs() * 1e-15)
        })
}

/// Compares Kiln's answer with one that is known.
#[must_use]
pub fn differs(wanted: &Answer, program: &Program) -> Option<Difference> {
    let Some(given) = kiln(program) else {
        return Some(Difference {
            class: "panic".into(),
            text: "Kiln panicked".into(),
            explained: None,
        });
    };
    let loose = match wanted {
        Answer::Runtime(_) => Answer::Runtime(None),
        // where a bracket or block should have ended is a matter of taste
        Answer::Static(kind, _) if kind == "InvalidSyntax" => Answer::Static(kind.clone(), None),
        other => other.clone(),
    };
    let text = compare::difference(&loose, &given)?;
    if let (Answer::Output(a), Given::Output(b)) = (wanted, &given)
        && same_but_for_digits(a, b)
    {
        return None;
    }
    if let (Answer::Runtime(_), Given::Errors(reports)) = (wanted, &given)
        && reports.iter().all(|r| {
            compare::kind_name(r) == "CompileError" && r.message.ends_with("is not defined")
        })
    {
        // what is set before it exists is known without running
        return None;
    }
    Some(Difference {
        class: format!("{} / {}", class_of_answer(wanted), class_of(&given)),
        text,
        explained: None,
    })
}
