//! In-process timings on generated programs; each result is checked before it is timed.
//!
//! ```text
//! bench [ROUNDS]                              whole runs
//! bench check [ROUNDS] [LINES] [FILES]        checks of a large package of schemas: cold, and after an edit
//! ```
#![expect(clippy::print_stdout, reason = "a command prints")]

use std::fmt::Write;
use std::time::Instant;

use kiln::{Format, MemoryFileSystem, RunOptions, Session};
use kiln_tests::generate::package::PackageOptions;

/// Name, program, and what its output must contain.
type Workload = (&'static str, String, String);

fn workloads() -> Vec<Workload> {
    let mut flat = String::new();
    let mut record = "config = {\n".to_owned();
    for i in 0..5_000 {
        let entry = format!(
            "app_{i} = {{\n    image = \"registry.local/app-{i}:v1\"\n    replicas = {}\n    labels = {{app = \"app-{i}\"}}\n}}\n",
            i % 9
        );
        flat.push_str(&entry);
        for line in entry.lines() {
            let _ = writeln!(record, "    {line}");
        }
    }
    record.push_str("}\n");
    let schemas = "
mixin UrlMixin:
    url: str = \"https://${host}:${port}\"

schema Base:
    name: str
    labels: {str:str} = {app = name}
    cpu: int = 100
    limit: int = cpu * 4

    check:
        limit >= cpu

schema Server(Base):
    mixin [UrlMixin]
    host: str = \"${name}.local\"
    port: int = 8080

    check:
        1024 <= port < 65536

servers = [Server {name = \"s${i}\", port = 8000 + i % 1000, labels: {shard = \"s${i % 16}\"}} for i in range(5000)]
";
    let calls = "
fib = lambda n: int -> int {
    n if n < 2 else fib(n - 1) + fib(n - 2)
}
result = fib(22)
";
    let typed = "
schema Probe:
    path: str = \"/health\"
    codes: [int] = [200, 201, 204, 301, 302]

schema App:
    name: str
    ports: [int] = [80, 443, 8080, 8443]
    labels: {str:str} = {team = \"platform\", tier = \"backend\", zone = \"a\"}
    limits: {str:{str:int}} = {cpu = {min = 1, max = 4}, memory = {min = 128, max = 512}}
    probe: Probe = Probe {}
    url: str = \"http://${name}:${probe.path}\"

apps = [App {name = \"app-${i}\"} for i in range(5000)]
count = len([a for a in apps if a.probe.path == \"/health\" and a.probe.codes])
";
    let emit = "items = [{id = i, name = \"item-${i}\", note = \"a: b\", tags = [\"x\", \"yes\"]} for i in range(20000)]\n";
    vec![
        ("flat literal, 25,000 lines", flat, "app_4999:".to_owned()),
        ("one record, 25,000 lines", record, "  app_4999:".to_owned()),
        (
            "schemas, 5,000 instances",
            schemas.to_owned(),
            "url: https://s4999.local".to_owned(),
        ),
        (
            "typed attributes, 5,000 instances",
            typed.to_owned(),
            "count: 5000".to_owned(),
        ),
        (
            "calls, fib(22)",
            calls.to_owned(),
            "result: 17711".to_owned(),
        ),
        (
            "emission, 20,000 items",
            emit.to_owned(),
            "name: item-19999".to_owned(),
        ),
    ]
}

fn run(program: &str) -> (String, f64) {
    let system = MemoryFileSystem::with_files([("/bench/main.k", program)]);
    let options = RunOptions {
        work_dir: "/bench".into(),
        inputs: vec!["main.k".to_owned()],
        ..RunOptions::default()
    };
    let start = Instant::now();
    let mut session = Session::new(system);
    let mut out = Vec::new();
    if let Ok(run) = session.run(&options) {
        let _ = run.write(Format::Yaml, &mut out);
    }
    let seconds = start.elapsed().as_secs_f64();
    (String::from_utf8_lossy(&out).into_owned(), seconds)
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, other| {
        words
            .get(index)
            .and_then(|word| word.parse().ok())
            .unwrap_or(other)
    };
    if words.first().is_some_and(|word| word == "check") {
        let options = PackageOptions {
            lines: number(2, 500_000),
            files: number(3, 2000),
            seed: 1,
        };
        return checks(options, number(1, 9));
    }
    let rounds = number(0, 5);
    println!("{:34} {:>10} {:>12}", "workload", "best ms", "MB/s source");
    for (name, program, needle) in workloads() {
        let (text, _) = run(&program);
        assert!(text.contains(&needle), "{name}: the output is wrong");
        let best = (0..rounds)
            .map(|_| run(&program).1)
            .fold(f64::MAX, f64::min);
        println!(
            "{name:34} {:10.2} {:12.1}",
            best * 1e3,
            program.len() as f64 / best / 1e6
        );
    }
}

fn checks(options: PackageOptions, rounds: usize) {
    let times = kiln_tests::recheck::measure(options, rounds);
    println!("{} lines in {} files", times.lines, times.files);
    for (what, found) in [
        ("cold", &times.cold),
        ("nothing changed", &times.unchanged),
        ("the body of one schema changed", &times.body),
        ("the signature of one schema changed", &times.signature),
    ] {
        let mut sorted: Vec<f64> = found.iter().map(|time| time.as_secs_f64() * 1e3).collect();
        sorted.sort_by(f64::total_cmp);
        let (Some(best), Some(median)) = (sorted.first(), sorted.get(sorted.len() / 2)) else {
            continue;
        };
        println!("{what:36} best {best:9.2} ms, median {median:9.2} ms");
    }
}
