//! Costs grow in proportion: a program four times as long takes less than five times as long.

use std::time::Instant;

use kiln::{Limits, MemoryFileSystem, RunOptions};
use kiln_tests::compare::run_options;
use kiln_tests::words::Output;

fn cost(text: &str) -> u128 {
    let options = RunOptions {
        work_dir: "/case".into(),
        inputs: vec!["main.k".into()],
        limits: Limits::default(),
        ..RunOptions::default()
    };
    let system = MemoryFileSystem::with_files([("/case/main.k", text)]);
    let start = Instant::now();
    let given = run_options(system, &options, Output::Yaml);
    let time = start.elapsed().as_nanos();
    drop(given);
    time.max(1)
}

/// `make(n)` is a program of size n.
#[track_caller]
fn grows(n: usize, make: impl Fn(usize) -> String) {
    let (small, large) = (make(n), make(4 * n));
    let mut ratios = Vec::new();
    for _ in 0..6 {
        let least = |text: &str| (0..3).map(|_| cost(text)).min().unwrap_or(1);
        let ratio = least(&large) as f64 / least(&small) as f64;
        if ratio < 5.0 {
            return;
        }
        ratios.push(ratio);
    }
    panic!("costs grow by {ratios:.1?} when the program grows by 4");
}

fn lines(n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).map(|i| line(i) + "\n").collect()
}

#[test]
fn entries_of_a_record() {
    grows(1_000, |n| {
        format!("a = {{\n{}}}\n", lines(n, |i| format!("    k{i} = {i}")))
    });
}

#[test]
fn items_of_a_list() {
    grows(1_500, |n| {
        format!("a = [\n{}]\n", lines(n, |i| format!("    {i}")))
    });
}

#[test]
fn top_level_lines() {
    grows(400, |n| lines(n, |i| format!("v{i} = {i}")));
}

#[test]
fn instances() {
    grows(200, |n| {
        format!(
            "schema S:\n    x: int = 1\n    y: str = \"${{x}}\"\n\n{}",
            lines(n, |i| format!("i{i} = S {{x = {i}}}"))
        )
    });
}

#[test]
fn attributes_of_a_schema() {
    grows(400, |n| {
        format!(
            "schema S:\n{}\na = S {{}}\n",
            lines(n, |i| format!("    a{i}: int = {i}"))
        )
    });
}

#[test]
fn depth_of_late_binding() {
    grows(200, |n| {
        format!(
            "schema S:\n{}    a{n}: int = 0\n\na = S {{}}\n",
            lines(n, |i| format!("    a{i}: int = a{} + 1", i + 1))
        )
    });
}

#[test]
fn merged_blocks() {
    grows(200, |n| {
        format!(
            "schema S:\n    [...str]: int\n\n{}",
            lines(n, |i| format!("u: S {{k{i} = {i}}}"))
        )
    });
}

#[test]
fn mistakes() {
    grows(200, |n| lines(n, |i| format!("v{i}: int = \"{i}\"")));
    grows(200, |n| {
        format!(
            "a = {{\n{}}}\n",
            lines(n, |i| format!("    k{i} = missing{i}"))
        )
    });
}
