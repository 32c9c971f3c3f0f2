//! The `kiln` command.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command prints")]
use kiln::*;
fn main() {
    let args: Vec<String> = std::env::args().skip(2).collect();
    let mut options = RunOptions { work_dir: std::env::current_dir().unwrap_or_default(), ..RunOptions::default() };
    let mut json = false;
    let mut it = args.into_iter();
    while let Some(a) = it.next() {
        if a == "-D" { if let Some(v) = it.next() { options.arguments.extend(OptionValue::parse(&v).ok()); } }
        else if a == "--format" { json = it.next().as_deref() == Some("json"); }
        else { options.inputs.push(a); }
    }
    let mut session = Session::new(OsFileSystem);
    match session.run(&options) {
        Err(e) => eprintln!("{e}"),
        Ok(run) => {
            print!("{}", run.log);
            for r in &run.reports {
                eprintln!("{} {:?} {} {:?} {:?} {:?}", r.code_text(), r.kind, r.message, r.primary.as_ref().map(|p| (p.path.clone(), p.line, p.column)), r.notes, r.help);
            }
            let mut out = std::io::BufWriter::with_capacity(1 << 16, std::io::stdout().lock());
            let _ = run.write(if json { Format::Json { indent: 0 } } else { Format::Yaml }, &mut out);
            drop(out);
            run.leak();
        }
    }
}
