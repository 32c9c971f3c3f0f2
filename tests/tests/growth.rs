//! Costs grow in proportion: a program four times as long takes less than five times as long.
//!
//! Run with `--release` (or the quick profile) for that figure. Unoptimised code on a busy machine gets more room for
//! noise; growth with the square of the size would be a factor of sixteen.

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

const LIMIT: f64 = if cfg!(debug_assertions) { 8.0 } else { 5.0 };

/// `make(n)` is a program of size n.
#[track_caller]
fn grows(n: usize, make: impl Fn(usize) -> String) {
    let (small, large) = (make(n), make(4 * n));
    let (mut least_small, mut least_large) = (u128::MAX, u128::MAX);
    let mut ratio = 0.0;
    for _ in 0..20 {
        least_small = least_small.min(cost(&small)).min(cost(&small));
        least_large = least_large.min(cost(&large));
        ratio = least_large as f64 / least_small as f64;
        if ratio < LIMIT {
            return;
        }
    }
    panic!("costs grow by {ratio:.1} times when the program grows by 4");
}

fn lines(n: usize, line: impl Fn(usize) -> String) -> String {
    (0..n).map(|i| line(i) + "\n").collect()
}

#[test]
fn entries_of_a_record() {
    grows(2_000, |n| {
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
    grows(400, |n| {
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
}

#[test]
fn unknown_names() {
    grows(200, |n| {
        format!(
            "a = {{\n{}}}\n",
            lines(n, |i| format!("    k{i} = missing{i}"))
        )
    });
}
