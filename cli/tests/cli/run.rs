//! `kiln run` from outside: inputs, flags, where results go, and exit statuses.

use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::common::Folder;

const MAIN: &str = "env = option(\"env\") or \"dev\"\n_hidden = 1\napp = {name = \"a\", none = None, ports = [80, 443]}\n";

fn main_folder() -> Folder {
    Folder::new(&[("main.k", MAIN)])
}

#[test]
fn a_file_gives_yaml() {
    let expected = "env: dev\napp:\n  name: a\n  none: null\n  ports:\n  - 80\n  - 443\n";
    let folder = main_folder();
    for arguments in [
        &["run", "main.k"][..],
        &["r", "main.k"],
        &["main.k"],
        &["run", "."],
        &["."],
        &["run"],
    ] {
        assert_eq!(folder.kiln(arguments).ok(), expected, "{arguments:?}");
    }
}

#[test]
fn several_files_are_one_program() {
    let folder = Folder::new(&[
        ("a.k", "a = 1\n"),
        ("b.k", "b = a + 1\n"),
        ("c_test.k", "c = 3\n"),
    ]);
    assert_eq!(folder.kiln(&["run", "a.k", "b.k"]).ok(), "a: 1\nb: 2\n");
    assert_eq!(folder.kiln(&["run", "."]).ok(), "a: 1\nb: 2\n");
}

#[test]
fn program_text_comes_from_standard_input() {
    let folder = Folder::new(&[("more.k", "b = a\n")]);
    assert_eq!(
        folder.kiln_with_stdin(&["run", "-"], b"a = 1\n").ok(),
        "a: 1\n"
    );
    assert_eq!(folder.kiln_with_stdin(&["-"], b"a = 1\n").ok(), "a: 1\n");
    assert_eq!(
        folder
            .kiln_with_stdin(&["run", "-", "more.k"], b"a = 1\n")
            .ok(),
        "a: 1\nb: 1\n"
    );
    assert_eq!(
        folder.kiln_with_stdin(&["-", "-O", "a=2"], b"a = 1\n").ok(),
        "a: 2\n"
    );
    let message = folder.kiln_with_stdin(&["-"], b"a = b\n").fails(1);
    assert!(message.contains("<stdin>:1:5"), "{message}");
    let message = folder.kiln_with_stdin(&["-"], b"a = \"\xff\"\n").fails(1);
    assert_eq!(
        message,
        "error: the standard input is not UTF-8 (at byte 5)\n"
    );
}

#[test]
fn options_are_json_or_text() {
    let folder = Folder::new(&[("main.k", "a = option(\"a\")\nb = option(\"b\")\n")]);
    let with = |values: &[&str]| folder.kiln(&[&["main.k"], values].concat()).ok();
    assert_eq!(with(&["-D", "a=prod", "-D", "b=3"]), "a: prod\nb: 3\n");
    assert_eq!(
        with(&["-D", "a=[1,2]", "--argument", "b={\"c\":true}"]),
        "a:\n- 1\n- 2\nb:\n  c: true\n"
    );
    assert_eq!(with(&["-Da=-5", "--argument=b="]), "a: -5\nb: ''\n");
}

#[test]
fn changes_and_selectors_may_be_separated_by_commas() {
    let folder = Folder::new(&[("main.k", "a = {x = 1, y = [1]}\nb = 2\n")]);
    assert_eq!(
        folder
            .kiln(&["main.k", "-O", "a.x=5,a.y+=[2,3]", "-O", "b-"])
            .ok(),
        "a:\n  x: 5\n  'y':\n  - 1\n  - 2\n  - 3\n"
    );
    assert_eq!(folder.kiln(&["main.k", "-S", "a.y.0"]).ok(), "1\n");
    assert_eq!(folder.kiln(&["main.k", "-S", "b,a.x"]).ok(), "- 2\n- 1\n");
    assert_eq!(
        folder
            .kiln(&["main.k", "-S", "b", "--path_selector", "a.x"])
            .ok(),
        "- 2\n- 1\n"
    );
    assert_eq!(folder.read("main.k"), "a = {x = 1, y = [1]}\nb = 2\n");
}

#[test]
fn packages_can_be_given_by_folder() {
    let folder = Folder::new(&[
        ("main.k", "import lib\na = lib.x\n"),
        ("deps/lib/lib.k", "x = 7\n"),
    ]);
    assert_eq!(
        folder.kiln(&["main.k", "-E", "lib=deps/lib"]).ok(),
        "a: 7\n"
    );
    assert_eq!(folder.kiln(&["main.k", "-E", "deps/lib"]).code, 2);
}

#[test]
fn settings_files_say_what_to_run() {
    let folder = Folder::new(&[
        (
            "kcl.yaml",
            "kcl_cli_configs:\n  files: [main.k]\nkcl_options:\n- {key: env, value: prod}\n",
        ),
        ("other.yaml", "kcl_options:\n- {key: env, value: test}\n"),
        ("main.k", "env = option(\"env\")\n"),
        ("extra.k", "extra = 1\n"),
    ]);
    assert_eq!(folder.kiln(&["run"]).ok(), "env: prod\n");
    assert_eq!(
        folder.kiln(&["-Y", "kcl.yaml,other.yaml"]).ok(),
        "env: test\n"
    );
    assert_eq!(
        folder
            .kiln(&["run", "-Y", "kcl.yaml", "-D", "env=mine"])
            .ok(),
        "env: mine\n"
    );
    let message = folder.kiln(&["run", "-Y", "nope.yaml"]).fails(1);
    assert!(
        message.starts_with("error: ") && message.contains("nope.yaml"),
        "{message}"
    );
}

#[test]
fn formats_are_named_in_any_case() {
    let folder = Folder::new(&[("main.k", "a = {x = 1}\n")]);
    assert_eq!(
        folder.kiln(&["main.k", "--format", "json"]).ok(),
        "{\n    \"a\": {\n        \"x\": 1\n    }\n}\n"
    );
    assert_eq!(
        folder.kiln(&["main.k", "--format=TOML"]).ok().trim_start(),
        "[a]\nx = 1\n"
    );
    assert_eq!(
        folder.kiln(&["main.k", "--format", "Yaml"]).ok(),
        "a:\n  x: 1\n"
    );
    let message = folder.kiln(&["main.k", "--format", "xml"]).fails(2);
    assert!(message.contains("yaml, json, toml"), "{message}");
}

#[test]
fn switches_may_be_combined_and_spelled_either_way() {
    let folder = Folder::new(&[("main.k", "b = {z = None, a = 1}\n_h = 2\n")]);
    assert_eq!(folder.kiln(&["main.k", "-nkH"]).ok(), "_h: 2\nb:\n  a: 1\n");
    assert_eq!(
        folder
            .kiln(&["main.k", "--disable_none", "--sort_keys", "--show_hidden"])
            .ok(),
        "_h: 2\nb:\n  a: 1\n"
    );
    assert_eq!(
        folder
            .kiln(&["main.k", "--disable-none", "--sort-keys", "--show-hidden"])
            .ok(),
        "_h: 2\nb:\n  a: 1\n"
    );
    assert_eq!(
        folder
            .kiln(&["-n", "main.k", "-q", "-d", "--no_style", "-r"])
            .ok(),
        "b:\n  a: 1\n"
    );
    let verbose = folder.kiln(&["main.k", "-v"]);
    assert!(
        verbose.code == 0 && verbose.stderr.starts_with("finished in "),
        "{verbose:?}"
    );
}

#[test]
fn printed_text_comes_before_the_documents() {
    let folder = Folder::new(&[("main.k", "print(\"one\")\na = 1\nprint(\"two\")\n")]);
    assert_eq!(folder.kiln(&["main.k"]).ok(), "one\ntwo\na: 1\n");
    assert_eq!(
        folder.kiln(&["main.k", "-o", "out.yaml"]).ok(),
        "one\ntwo\n"
    );
    assert_eq!(folder.read("out.yaml"), "a: 1\n");
    folder.write("bad.k", b"print(\"one\")\nassert False\n");
    let failed = folder.kiln(&["bad.k"]);
    assert_eq!((failed.code, failed.stdout.as_str()), (1, "one\n"));
}

#[test]
fn an_output_file_is_complete_or_untouched() {
    let folder = Folder::new(&[
        ("main.k", "a = 1\n"),
        ("bad.k", "a = b\n"),
        ("out.yaml", "old\n"),
        ("list.k", "[1]\n"),
    ]);
    folder.kiln(&["bad.k", "-o", "out.yaml"]).fails(1);
    assert_eq!(folder.read("out.yaml"), "old\n");
    folder
        .kiln(&["list.k", "--format", "toml", "-o", "out.yaml"])
        .fails(1);
    assert_eq!(folder.read("out.yaml"), "old\n");
    assert_eq!(folder.kiln(&["main.k", "-o", "out.yaml"]).ok(), "");
    assert_eq!(folder.read("out.yaml"), "a: 1\n");
    assert_eq!(folder.names(), ["bad.k", "list.k", "main.k", "out.yaml"]);
    let message = folder.kiln(&["main.k", "-o", "no/such/out.yaml"]).fails(1);
    assert_eq!(
        message,
        "error: cannot write `no/such/out.yaml`: no such file or directory\nhelp: make its folder first\n"
    );
    assert_eq!(
        folder.kiln(&["main.k", "-o", "."]).fails(1),
        "error: cannot write `.`: it is a folder\n"
    );
}

#[cfg(unix)]
#[test]
fn an_output_file_keeps_its_mode_and_links_stay_links() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[("main.k", "a = 1\n"), ("real.yaml", "old\n")]);
    fs::set_permissions(folder.path("real.yaml"), fs::Permissions::from_mode(0o640))
        .expect("a mode");
    std::os::unix::fs::symlink("real.yaml", folder.path("link.yaml")).expect("a link");
    folder.kiln(&["main.k", "-o", "link.yaml"]).ok();
    assert_eq!(folder.read("real.yaml"), "a: 1\n");
    assert!(
        fs::symlink_metadata(folder.path("link.yaml"))
            .expect("a link")
            .is_symlink()
    );
    assert_eq!(
        fs::metadata(folder.path("real.yaml"))
            .expect("a file")
            .permissions()
            .mode()
            & 0o777,
        0o640
    );
}

#[test]
fn settings_may_name_the_output_file() {
    let folder = Folder::new(&[
        (
            "kcl.yaml",
            "kcl_cli_configs:\n  files: [main.k]\n  output: out.yaml\n",
        ),
        ("main.k", "a = 1\n"),
    ]);
    assert_eq!(folder.kiln(&["run"]).ok(), "");
    assert_eq!(folder.read("out.yaml"), "a: 1\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_an_error() {
    let folder = main_folder();
    let full = OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .expect("the device");
    let output = folder
        .command(&["main.k"])
        .stdout(full)
        .stderr(Stdio::piped())
        .output()
        .expect("it runs");
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        message,
        "error: cannot write to the standard output: no space left on the device\n"
    );
    assert_eq!(output.status.code(), Some(1));
    let message = folder.kiln(&["main.k", "-o", "/dev/full"]).fails(1);
    assert_eq!(
        message,
        "error: cannot write `/dev/full`: no space left on the device\n"
    );
}

#[cfg(unix)]
#[test]
fn a_reader_may_go_away() {
    let folder = Folder::new(&[(
        "main.k",
        "a = [\"x\" * 20 + str(i) for i in range(20000)]\n",
    )]);
    let mut child = folder
        .command(&["main.k"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut line = String::new();
    BufReader::with_capacity(16, child.stdout.take().expect("a pipe"))
        .read_line(&mut line)
        .expect("a line");
    assert_eq!(line, "a:\n");
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(0), &b""[..])
    );
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = Folder::new(&[("main.k", "a = 1\n"), ("empty/readme.md", "")]);
    assert_eq!(
        folder.kiln(&["mian.k"]).fails(1),
        "error: cannot find the file or folder `mian.k`\nhelp: did you mean `main.k`?\n"
    );
    let message = folder.kiln(&["empty"]).fails(1);
    assert!(
        message.starts_with("error: there is no `.k` file in the folder `"),
        "{message}"
    );
    folder.write("latin.k", b"a = \"\xe9\"\n");
    let message = folder.kiln(&["latin.k"]).fails(1);
    assert!(
        message.contains("latin.k") && message.contains("UTF-8"),
        "{message}"
    );
}

#[cfg(unix)]
#[test]
fn a_file_without_permission_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[("main.k", "a = 1\n")]);
    fs::set_permissions(folder.path("main.k"), fs::Permissions::from_mode(0o000)).expect("a mode");
    if fs::read(folder.path("main.k")).is_ok() {
        // whoever may read everything cannot see the error
        return;
    }
    let message = folder.kiln(&["main.k"]).fails(1);
    assert!(message.contains("main.k"), "{message}");
}

#[test]
fn marks_and_line_ends_of_other_systems_are_fine() {
    let folder = Folder::new(&[]);
    folder.write(
        "main.k",
        b"\xef\xbb\xbfa = 1\r\nb = {\r\n    c = 2\r\n}\r\n",
    );
    assert_eq!(folder.kiln(&["main.k"]).ok(), "a: 1\nb:\n  c: 2\n");
    folder.write("bad.k", b"\xef\xbb\xbfa = b\r\n");
    let message = folder.kiln(&["bad.k"]).fails(1);
    assert!(
        message.contains("bad.k:1:5") && !message.contains(['\r', '\u{feff}']),
        "{message:?}"
    );
}

#[test]
fn wrong_command_lines_exit_with_2() {
    let folder = main_folder();
    let fails = |arguments: &[&str]| folder.kiln(arguments).fails(2);
    let message = fails(&["run", "main.k", "--sort-kyes"]);
    assert!(
        message.contains("'--sort-kyes'") && message.contains("--sort-keys"),
        "{message}"
    );
    let message = fails(&["explian", "main.k"]);
    assert!(
        message.contains("'explian'") && message.contains("'explain'"),
        "{message}"
    );
    let message = fails(&["main.k", "-O", "a"]);
    assert!(
        message.starts_with("error: invalid override `a`: ") && message.contains("\nhelp: "),
        "{message}"
    );
    assert!(fails(&["main.k", "-D", "a"]).starts_with("error: invalid option value `a`: "));
    assert!(fails(&["main.k", "-S", "a..b"]).starts_with("error: invalid path selector `a..b`: "));
    assert!(fails(&["main.k", "--max-depth", "0"]).contains("at least 1"));
    assert!(fails(&["main.k", "--max-memory", "lots"]).contains("512M"));
    assert!(fails(&["main.k", "--vendor"]).contains("not supported yet"));
}

#[test]
fn limits_stop_a_program() {
    let folder = Folder::new(&[
        ("deep.k", "f = lambda n {\n    f(n + 1)\n}\na = f(0)\n"),
        ("long.k", "a = sum([i for i in range(1000000)])\n"),
        (
            "big.k",
            "a = [\"x\" * 1000 + str(i) for i in range(10000)]\n",
        ),
    ]);
    for arguments in [
        &["deep.k"][..],
        &["deep.k", "--max-depth", "50"],
        &["long.k", "--max-steps", "1_000"],
    ] {
        let message = folder.kiln(arguments).fails(1);
        assert!(message.starts_with("error[E"), "{arguments:?}: {message}");
    }
    folder.kiln(&["big.k", "--max-memory", "1"]).fails(1);
    assert_eq!(folder.kiln(&["big.k", "--max-memory", "1G"]).code, 0);
}

#[test]
fn many_folders_run_in_one_process() {
    let folder = Folder::new(&[
        ("kcl.mod", "[package]\nname = \"demo\"\n"),
        ("base/base.k", "name = \"n\"\n"),
        (
            "dev/kcl.yaml",
            "kcl_cli_configs:\n  files: [main.k]\nkcl_options:\n- {key: env, value: dev}\n",
        ),
        (
            "dev/main.k",
            "import base\nname = base.name + option(\"env\")\n",
        ),
        (
            "prod/kcl.yaml",
            "kcl_cli_configs:\n  files: [../dev/main.k]\n  overrides: [x=1]\nkcl_options:\n- {key: env, value: prod}\n",
        ),
        ("bad/main.k", "a = b\n"),
        ("list", "dev\n\nprod\ndev\n"),
    ]);
    let expected = "name: ndev\n---\nname: nprod\nx: 1\n---\nname: ndev\n";
    assert_eq!(folder.kiln(&["run", "--many", "list"]).ok(), expected);
    assert_eq!(
        folder
            .kiln_with_stdin(&["run", "--many", "-"], b"dev\nprod\ndev")
            .ok(),
        expected
    );
    let failed = folder.kiln_with_stdin(&["run", "--many", "-"], b"dev\nbad\nnope\nprod\n");
    assert_eq!(
        (failed.code, failed.stdout.as_str()),
        (1, "name: ndev\n---\nname: nprod\nx: 1\n")
    );
    assert!(
        failed.stderr.contains("bad/main.k:1:5"),
        "{}",
        failed.stderr
    );
    assert!(
        failed.stderr.contains("there is no folder `nope`"),
        "{}",
        failed.stderr
    );
}

#[test]
fn a_value_can_be_explained() {
    let base = "schema App:\n    replicas: int = 1\n    name: str\n    tags: {str:str} = {a = \"x\"}\n\napp: App {\n    name = \"a\"\n    tags: {b = \"y\"}\n}\n";
    let more = "app: App {\n    replicas = 2 + 1\n}\nlist = [1, {x = 2}]\n";
    let folder = Folder::new(&[("base.k", base), ("prod.k", more)]);
    let explained = |path| folder.kiln(&["run", "base.k", "prod.k", "--explain-value", path]);
    assert_eq!(
        explained("app.replicas").ok(),
        "app.replicas: int = 3\n  prod.k:2: set\n  base.k:2: default, overridden\n"
    );
    assert_eq!(
        explained("app.tags").ok(),
        "app.tags: dict = {a = \"x\", b = \"y\"}\n  base.k:8: set\n  base.k:4: default, a part of it\n"
    );
    assert_eq!(
        explained("list.1.x").ok(),
        "list.1.x: int = 2\n  prod.k:4: set\n"
    );
    let message = explained("app.none").fails(1);
    assert!(
        message.contains("the program has no value `app.none`"),
        "{message}"
    );
    let outcome = folder.kiln(&["run", "--explain-value", "a..b"]);
    assert_eq!(outcome.code, 2);
    // what the program got to is known all the same
    folder.write("bad.k", b"a = 1 + 1\nassert a == 3\n");
    let outcome = folder.kiln(&["run", "bad.k", "--explain-value", "a"]);
    assert_eq!(
        (outcome.code, &*outcome.stdout),
        (1, "a: int = 2\n  bad.k:1: set\n")
    );
    assert!(outcome.stderr.contains("E0516"));
}
