//! What a run touches is done to the file system it was given, and recorded.

use std::io;
use std::path::Path;
use std::time::{Duration, SystemTime};

use kiln::{
    FileSystem, Grant, Host, MemoryFileSystem, Permissions, Run, RunOptions, Session, Touch,
};

fn files(main: &str) -> MemoryFileSystem {
    MemoryFileSystem::with_files([
        ("/p/main.k", main),
        ("/p/a.txt", "α"),
        ("/p/dir/b.txt", "b"),
        ("/p/dir/deep/c.txt", "c"),
        ("/else/d.txt", "d"),
    ])
}

fn run(main: &str, permissions: Permissions) -> Run {
    let options = RunOptions {
        work_dir: "/p".into(),
        inputs: vec!["main.k".into()],
        permissions,
        ..RunOptions::default()
    };
    let program =
        format!("import crypto\nimport datetime\nimport file\nimport json\nimport yaml\n{main}");
    Session::new(files(&program))
        .run(&options)
        .expect("a program")
}

fn output(main: &str) -> String {
    let run = run(main, Permissions::all());
    assert!(run.reports.is_empty(), "{:?}", run.reports);
    run.to_yaml().expect("documents")
}

fn error(main: &str) -> String {
    let run = run(main, Permissions::all());
    run.reports.first().expect("an error").message.clone()
}

#[test]
fn reading() {
    let shown = output(
        "a = file.read(\"a.txt\")\nb = file.size(\"a.txt\")\nc = [file.exists(p) for p in [\"dir\", \"a.txt\", \"no\", \"\"]]\n\
         d = file.abs(\"dir/../a.txt\")\ne = file.current()\nf = file.modpath()\ng = file.workdir()\n",
    );
    assert_eq!(
        shown,
        "a: α\nb: 2\nc:\n- true\n- true\n- false\n- true\nd: /p/a.txt\ne: /p/main.k\nf: /p\ng: /p\n"
    );
    assert_eq!(
        error("a = file.read(\"no\")\n"),
        "`file.read` cannot read `/p/no`: there is no such file or folder"
    );
    assert_eq!(
        error("a = file.read(\"dir\")\n"),
        "`file.read` cannot read `/p/dir`: it is a folder"
    );
}

#[test]
fn patterns() {
    for (pattern, found) in [
        ("*.txt", "/p/a.txt"),
        ("**/*.txt", "/p/a.txt /p/dir/b.txt /p/dir/deep/c.txt"),
        ("dir/**/*.txt", "/p/dir/b.txt /p/dir/deep/c.txt"),
        ("*/[a-b].txt", "/p/dir/b.txt"),
        ("?.txt", "/p/a.txt"),
        ("[!a].txt", ""),
        ("**", "/p/dir /p/dir/deep"),
        ("*/", "/p/dir"),
        ("a.txt", "/p/a.txt"),
        ("", "/p"),
        ("/else/*", "/else/d.txt"),
        ("no/*", ""),
    ] {
        let joined = format!("a = \" \".join(file.glob(\"{pattern}\"))\n");
        assert_eq!(
            output(&joined)
                .trim()
                .trim_start_matches("a: ")
                .trim_matches('\''),
            found,
            "{pattern}"
        );
    }
    for wrong in ["a**b", "***", "[a"] {
        assert!(
            error(&format!("a = file.glob(\"{wrong}\")\n")).contains("cannot read the pattern"),
            "{wrong}"
        );
    }
}

#[test]
fn changing() {
    let shown = output(
        "_a = [file.write(\"w.txt\", \"1\"), file.append(\"w.txt\", \"2\"), file.append(\"new.txt\", \"3\"), \
         file.mkdir(\"m/n\"), file.mkdir(\"m/n\"), file.mkdir(\"w.txt\", True), file.cp(\"dir\", \"m/copy\"), \
         file.mv(\"new.txt\", \"m/moved.txt\"), file.cp(\"w.txt\", \"m/w.txt\"), file.delete(\"m/n\"), file.delete(\"w.txt\")]\n\
         k = len(_a)\nb = [p[3:] for p in file.glob(\"m/**/*\")]\nc = file.read(\"m/moved.txt\") + file.read(\"m/w.txt\")\n\
         d = file.exists(\"w.txt\")\n",
    );
    assert_eq!(
        shown,
        "k: 11\nb:\n- m/copy\n- m/copy/b.txt\n- m/copy/deep\n- m/copy/deep/c.txt\n- m/moved.txt\n- m/w.txt\nc: '312'\nd: false\n"
    );
    assert!(error("a = file.cp(\"dir\", \"dir/deep/x\")\n").contains("into itself"));
    assert!(error("a = file.delete(\"dir\")\n").contains("cannot remove"));
    assert!(error("a = file.write(\"no/x\", \"\")\n").contains("cannot write `/p/no/x`"));
    assert!(error("a = file.mkdir(\"a.txt\")\n").contains("cannot make"));
    assert!(error("a = file.mv(\"no\", \"x\")\n").contains("cannot move"));
}

#[test]
fn dumping() {
    for (call, expected) in [
        ("json.dump_to_file({a = 1}, \"x\")", "{\"a\": 1}"),
        ("yaml.dump_to_file({a = 1}, \"x\")", "a: 1\n"),
        ("yaml.dump_all_to_file([1, 2], \"x\")", "1\n\n---\n2\n"),
    ] {
        let text = format!("import json\nimport yaml\n{call}\n");
        let system = std::sync::Arc::new(files(&text));
        let options = RunOptions {
            work_dir: "/p".into(),
            inputs: vec!["main.k".into()],
            permissions: Permissions {
                write: Grant::These(vec!["x".into()]),
                ..Permissions::default()
            },
            ..RunOptions::default()
        };
        let run = Session::new(std::sync::Arc::clone(&system))
            .run(&options)
            .expect("a program");
        assert!(run.succeeded(), "{:?}", run.reports);
        assert_eq!(
            system.read_text(Path::new("/p/x")).expect("a file"),
            expected
        );
        assert!(run.touched.contains(&Touch::Change("/p/x".into())));
    }
}

#[test]
fn what_was_touched_is_recorded_even_if_it_is_not_there() {
    let run = run(
        "a = file.exists(\"no\")\nb = file.read(\"a.txt\")\nc = option(\"o\") or \"\"\nd = file.current()\ne = file.read_env(\"KILN_NONE\")\n\
         f = len(file.glob(\"dir/*\"))\n",
        Permissions {
            env: Grant::Everything,
            ..Permissions::default()
        },
    );
    let touched: Vec<String> = run
        .touched
        .iter()
        .map(|touch| format!("{touch:?}"))
        .collect();
    assert_eq!(
        touched,
        [
            "Contents(\"/p/a.txt\")",
            "Presence(\"/p/dir\")",
            "Presence(\"/p/dir/b.txt\")",
            "Presence(\"/p/dir/deep\")",
            "Presence(\"/p/no\")",
            "Listing(\"/p/dir\")",
            "Env(\"KILN_NONE\")",
            "Option(\"o\")",
            "Location",
        ]
    );
}

#[test]
fn runs_in_one_session_do_not_share_what_depends_on_files() {
    let mut session = Session::shared(MemoryFileSystem::with_files([
        ("/lib/kcl.mod", "[package]\nname = \"lib\"\n"),
        (
            "/lib/a.k",
            "import file\nx = file.read_env(\"KILN_SHARED\") or \"none\"\n",
        ),
        ("/p/main.k", "import lib\nv = lib.x\n"),
    ]));
    let options = |env| RunOptions {
        work_dir: "/p".into(),
        inputs: vec!["main.k".into()],
        externals: [("lib".to_owned(), "/lib".into())].into(),
        permissions: Permissions {
            env,
            ..Permissions::default()
        },
        ..RunOptions::default()
    };
    let permitted = session.run(&options(Grant::Everything)).expect("a program");
    assert_eq!(permitted.to_yaml().expect("documents"), "v: none\n");
    let refused = session.run(&options(Grant::Nothing)).expect("a program");
    assert!(!refused.succeeded());
}

/// A world whose clock stands still.
struct Frozen;

impl Host for Frozen {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(86_400 * 365 + 61)
    }
    fn utc_offset(&self, _: SystemTime) -> i32 {
        3600
    }
    fn random(&self, bytes: &mut [u8]) -> io::Result<()> {
        bytes.fill(0x42);
        Ok(())
    }
    fn full_name(&self, name: &str) -> io::Result<String> {
        Ok(format!("{name}.example"))
    }
}

#[test]
fn another_host_gives_another_world() {
    let text = "import crypto\nimport datetime\nimport net\n\na = datetime.now()\nb = datetime.today()\nc = datetime.date()\n\
                d = datetime.ticks()\ne = crypto.uuid()\nf = net.fqdn(\"h\")\ng = datetime.now(\"%z\")\n";
    let run = |permissions| {
        let options = RunOptions {
            work_dir: "/p".into(),
            inputs: vec!["main.k".into()],
            permissions,
            ..RunOptions::default()
        };
        let session = Session::new(files(text)).with_host(Frozen);
        { session }.run(&options).expect("a program")
    };
    let permitted = run(Permissions::all());
    assert_eq!(
        permitted.to_yaml().expect("documents"),
        "a: Fri Jan 01 01:01:01 1971\nb: '1971-01-01 01:01:01.31536061'\nc: '1971-01-01 01:01:01'\nd: 31536061.0\n\
         e: '42424242-4242-4242-8242-424242424242'\nf: h.example\ng: '+0100'\n"
    );
    for (missing, flag) in [
        (
            Permissions {
                time: false,
                ..Permissions::all()
            },
            "--allow-time",
        ),
        (
            Permissions {
                random: false,
                ..Permissions::all()
            },
            "--allow-random",
        ),
        (
            Permissions {
                net: false,
                ..Permissions::all()
            },
            "--allow-net",
        ),
    ] {
        let refused = run(missing);
        let help = refused.reports[0].help.clone().unwrap_or_default();
        assert!(help.contains(flag), "{help}");
    }
}

#[test]
fn a_refusal_is_not_caught() {
    let text =
        "import file\nimport runtime\n\na = runtime.catch(lambda { file.read(\"/else/d.txt\") })\n";
    let options = RunOptions {
        work_dir: "/p".into(),
        inputs: vec!["main.k".into()],
        ..RunOptions::default()
    };
    let run = Session::new(files(text)).run(&options).expect("a program");
    assert_eq!(run.reports[0].code_text(), "E0524");
}
