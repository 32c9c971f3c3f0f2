//! Writes the reference of the library, a page for each module, from the declarations of its functions.

use std::fmt::Write;
use std::path::PathBuf;

use kiln::{Effect, Limits, MemoryFileSystem, RunOptions};
use kiln_stdlib::{self as library, Number};

use crate::compare::{FOLDER, Given, run_options};
use crate::words::Output;

type NativeFn = kiln_stdlib::NativeFn;

/// The pages: file name and text.
///
/// # Panics
/// If an example's result is no value.
#[must_use]
pub fn pages() -> Vec<(PathBuf, String)> {
    let mut pages = vec![
        page(
            "builtins",
            "Builtin functions",
            "These names are always there, without an import.",
            library::builtins(),
            &[],
        ),
        page(
            "str",
            "Methods of texts",
            "They are called on a text: `\"a\".upper()`. Positions are byte offsets; negative ones count from the end.",
            library::str_members(),
            &[],
        ),
    ];
    for module in library::modules() {
        let title = format!("Module `{}`", module.name);
        pages.push(page(
            module.name,
            &title,
            module.doc,
            module.functions,
            module.constants,
        ));
    }
    let mut index = String::from(
        "# The library\n\nThese pages are written from the declarations of the functions in `stdlib/src`, by `cargo run -p kiln-tests --bin \
         chapters`. Their\nexamples are tests.\n\n",
    );
    for (path, text) in &pages {
        let title = text.lines().next().unwrap_or_default();
        let _ = writeln!(
            index,
            "- [{}]({})",
            title.trim_start_matches("# "),
            path.display()
        );
    }
    pages.push(("README.md".into(), index));
    pages
}

fn page(
    file: &str,
    title: &str,
    doc: &str,
    functions: &[NativeFn],
    constants: &[library::Constant],
) -> (PathBuf, String) {
    let mut text = format!("# {title}\n\n{doc}\n");
    if !constants.is_empty() {
        text.push_str("\n| Constant | Value | |\n|---|---|---|\n");
        for constant in constants {
            let value = match constant.value {
                Number::Int(int) => int.to_string(),
                Number::Float(float) => format!("{float:?}"),
            };
            let (name, doc) = (constant.name, constant.doc);
            let _ = writeln!(text, "| `{file}.{name}` | {value} | {doc} |");
        }
    }
    for function in functions {
        let bare = function.name.rsplit('.').next().unwrap_or(function.name);
        let _ = write!(
            text,
            "\n## `{bare}`\n\n```text\n{}\n```\n\n{}\n",
            function.signature, function.doc
        );
        if let Some(flag) = function.effect.flag() {
            let _ = write!(
                text,
                "\n{} with [the permission](../26-permissions.md) `{flag}`.\n",
                match function.effect {
                    Effect::Read => "Reads files of the project; others",
                    _ => "Only",
                }
            );
        }
        if !function.examples.is_empty() {
            let (program, answer) = example(function);
            let _ = write!(
                text,
                "\n```kcl\n{program}```\n```yaml\n{}\n```\n",
                answer.trim_end()
            );
        }
    }
    (format!("{file}.md").into(), text)
}

/// The program of a function's examples, and the document that it must give: that of the declared results.
fn example(function: &NativeFn) -> (String, String) {
    let import = match function.name.split_once('.') {
        Some((module, _)) if module != "str" => format!("import {module}\n\n"),
        _ => String::new(),
    };
    let names = ["a", "b", "c", "d"];
    let lines = |which: fn(&(&'static str, &'static str)) -> &'static str| -> String {
        let examples = names.iter().zip(function.examples);
        examples
            .map(|(name, example)| format!("{name} = {}\n", which(example)))
            .collect()
    };
    let program = format!("{import}{}", lines(|e| e.0));
    (program, documents(function.name, &lines(|e| e.1)))
}

/// What a program prints.
fn documents(name: &str, program: &str) -> String {
    let system = MemoryFileSystem::with_files([(format!("{FOLDER}/main.k"), program)]);
    let options = RunOptions {
        work_dir: FOLDER.into(),
        inputs: vec!["main.k".into()],
        limits: Limits::default(),
        ..RunOptions::default()
    };
    match run_options(system, &options, Output::Yaml) {
        Given::Output(text) => text,
        other => panic!("the results of the examples of `{name}` are no values: {other:?}"),
    }
}
