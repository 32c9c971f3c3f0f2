//! `kiln repl` at a terminal.

use rexpect::reader::Options;
use rexpect::session::{PtySession, spawn_with_options};

use crate::common::Folder;

/// So long an answer may take, on a machine that is busy.
const PATIENCE: u64 = 60_000;

/// A prompt in a folder, which is also the one for state.
fn prompt(folder: &Folder, arguments: &[&str]) -> PtySession {
    let mut session = start(folder, arguments, false);
    session.exp_string("1> ").expect("a prompt");
    session
}

/// Starts a prompt, whose output has escape sequences if it has colours.
fn start(folder: &Folder, arguments: &[&str], colours: bool) -> PtySession {
    let all = [&["repl"], arguments].concat();
    let mut command = folder.command(&all);
    command
        .env("XDG_STATE_HOME", folder.path("state"))
        .env("TERM", "xterm");
    if colours {
        command.env_remove("NO_COLOR");
    } else {
        command.env("NO_COLOR", "1");
    }
    let options = Options::new()
        .timeout_ms(Some(PATIENCE))
        .strip_ansi_escape_codes(!colours);
    let mut session = spawn_with_options(command, options).expect("a terminal");
    session
        .exp_string("`:help` lists commands")
        .expect("a greeting");
    session
}

/// What the editor sends when it is done with an input.
const AT_WORK: &str = "\u{1b}[?2004l";

/// Clears what is typed; the session has colours.
#[track_caller]
fn clear(session: &mut PtySession, number: u32) {
    control(session, 'c');
    expect(session, AT_WORK);
    expect(session, &format!("{number}> "));
}

#[track_caller]
fn control(session: &mut PtySession, key: char) {
    session.send_control(key).expect("a terminal");
}

/// Types a line as a keyboard does.
#[track_caller]
fn type_line(session: &mut PtySession, line: &str) {
    session.send(&format!("{line}\r")).expect("a terminal");
    session.flush().expect("a terminal");
}

/// Types a line, and waits for a text and the next prompt.
#[track_caller]
fn say(session: &mut PtySession, line: &str, answer: &str, next: u32) {
    type_line(session, line);
    expect(session, answer);
    expect(session, &format!("{next}> "));
}

#[track_caller]
fn expect(session: &mut PtySession, text: &str) {
    if let Err(error) = session.exp_string(text) {
        panic!("`{text}` does not come: {error}");
    }
}

#[track_caller]
fn quit(mut session: PtySession) {
    control(&mut session, 'd');
    session.exp_eof().expect("an end");
}

#[test]
fn blocks_have_several_lines_and_names_are_replaced() {
    let folder = Folder::new(&[]);
    let mut session = prompt(&folder, &[]);
    // the lines of the block are indented by the prompt itself
    for line in ["schema App:", "name: str", "replicas: int = 1", ""] {
        type_line(&mut session, line);
    }
    expect(&mut session, "2> ");
    type_line(&mut session, "web = App {");
    type_line(&mut session, "name = \"web\"");
    type_line(&mut session, "}");
    expect(&mut session, "3> ");
    for line in ["both = [", "{", "a = 1", "}", "2", "]"] {
        type_line(&mut session, line);
    }
    expect(&mut session, "4> ");
    say(&mut session, "both", "- a: 1\r\n- 2\r\n", 5);
    say(&mut session, "web", "name: web\r\nreplicas: 1\r\n", 6);
    say(&mut session, "web = \"gone\"", "", 7);
    say(&mut session, "web", "\ngone\r\n", 8);
    say(
        &mut session,
        "oops",
        "error[E0301]: `oops` is not defined",
        9,
    );
    say(&mut session, ":typ web", "\nstr\r\n", 10);
    say(&mut session, ":lod x", "did you mean `:load`?", 11);
    type_line(&mut session, ":quit");
    session.exp_eof().expect("an end");
}

#[test]
fn tab_completes() {
    let folder = Folder::new(&[("numbers.k", "seven = 7\n")]);
    let mut session = prompt(&folder, &[]);
    say(&mut session, "configuration = {replicas = 41}", "", 2);
    say(&mut session, "confi\t.rep\t + 1", "\n42\r\n", 3);
    say(&mut session, ":lo\t numb\t", "", 4);
    say(&mut session, "seven", "\n7\r\n", 5);
    quit(session);
}

#[test]
fn ctrl_c_ends_an_evaluation_and_clears_a_line() {
    let folder = Folder::new(&[]);
    let mut session = prompt(&folder, &[]);
    say(&mut session, "n = [i for i in range(3000)]", "", 2);
    let endless = "len([1 for i in n for j in n for k in n for l in n if l < 0])";
    type_line(&mut session, endless);
    expect(&mut session, "l < 0])\r\n");
    // the evaluation has begun when the terminal is no longer the editor's
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    control(&mut session, 'c');
    expect(&mut session, "interrupted\r\n");
    expect(&mut session, "3> ");
    session.send("no sense").expect("a terminal");
    session.flush().expect("a terminal");
    expect(&mut session, "no sense");
    control(&mut session, 'c');
    expect(&mut session, "3> ");
    say(&mut session, "len(n)", "\n3000\r\n", 4);
    quit(session);
}

#[test]
fn files_are_loaded_and_read_again() {
    let folder = Folder::new(&[("app.k", "replicas = 1\n")]);
    let mut session = prompt(&folder, &["app.k"]);
    say(&mut session, "double = replicas * 2", "", 2);
    folder.write("app.k", b"replicas = 21\n");
    say(&mut session, ":reload", "", 3);
    say(&mut session, "double", "\n42\r\n", 4);
    folder.write("more.k", b"sum = replicas + double\n");
    say(&mut session, ":load more.k", "", 5);
    say(
        &mut session,
        ":yaml",
        "replicas: 21\r\nsum: 63\r\ndouble: 42\r\n",
        6,
    );
    quit(session);
}

#[test]
fn earlier_inputs_are_kept() {
    let folder = Folder::new(&[]);
    let mut session = prompt(&folder, &[]);
    say(&mut session, "answer = 6 * 7", "", 2);
    quit(session);
    assert!(
        folder
            .read("state/kiln/repl_history")
            .contains("answer = 6 * 7")
    );
    let mut session = prompt(&folder, &[]);
    session.send("\u{1b}[A").expect("a terminal");
    session.flush().expect("a terminal");
    expect(&mut session, "answer = 6 * 7");
    type_line(&mut session, "");
    expect(&mut session, "2> ");
    say(&mut session, "answer", "\n42\r\n", 3);
    quit(session);
}

#[test]
fn words_have_colours() {
    let folder = Folder::new(&[]);
    let mut session = start(&folder, &[], true);
    expect(&mut session, "\u{1b}[1m1> \u{1b}[0m");
    type_line(&mut session, "name = \"web\" # a name");
    expect(
        &mut session,
        "name = \u{1b}[32m\"web\"\u{1b}[0m \u{1b}[90m# a name\u{1b}[0m",
    );
    expect(&mut session, "\u{1b}[1m2> \u{1b}[0m");
    type_line(&mut session, "schema App:");
    expect(
        &mut session,
        "\u{1b}[35mschema\u{1b}[0m \u{1b}[33mApp\u{1b}[0m:",
    );
    clear(&mut session, 2);
    // values are for programs to read, messages are for people
    type_line(&mut session, "name");
    expect(&mut session, "\r\nweb\r\n");
    type_line(&mut session, "nmae");
    expect(&mut session, "\u{1b}[");
    expect(&mut session, "E0301");
    expect(&mut session, "\u{1b}[1m4> \u{1b}[0m");
    quit(session);
}

#[test]
fn names_are_explained() {
    let folder = Folder::new(&[(
        "app.k",
        "schema App:\n    \"\"\"An application.\"\"\"\n    name: str\n\nweb = App {name = \"web\"}\n",
    )]);
    let mut session = prompt(&folder, &["app.k"]);
    say(&mut session, ":doc App", "An application.\r\n", 2);
    say(&mut session, "import math", "", 3);
    say(
        &mut session,
        ":doc math.ceil",
        "Returns the least integer",
        4,
    );
    say(&mut session, ":doc nothing", "`nothing` is not defined", 5);
    say(&mut session, ":vars", "schema App\r\nweb: App\r\n", 6);
    say(&mut session, ":help", ":reload         read all loaded", 7);
    say(&mut session, ":yaml web", "\nname: web\r\n", 8);
    quit(session);
}

#[test]
fn ctrl_c_keeps_what_was_entered() {
    let folder = Folder::new(&[]);
    let mut session = start(&folder, &[], true);
    expect(&mut session, "1> ");
    say(&mut session, "kept = 42", "", 2);
    // in the middle of a block, of a bracket and of a text
    for half in ["schema Half:\rname: str\r", "half = [\r1", "\"\"\"one\rtwo"] {
        session.send(half).expect("a terminal");
        session.flush().expect("a terminal");
        clear(&mut session, 2);
    }
    let endless = "len([1 for i in range(100000) for j in range(100000)])";
    for (input, next) in [(endless.to_owned(), 3), (format!("half = {endless}"), 4)] {
        type_line(&mut session, &input);
        expect(&mut session, AT_WORK);
        std::thread::sleep(std::time::Duration::from_millis(500));
        control(&mut session, 'c');
        expect(&mut session, "interrupted\r\n");
        expect(&mut session, &format!("{next}> "));
    }
    say(&mut session, "kept", "\r\n42\r\n", 5);
    say(&mut session, "half", "`half` is not defined", 6);
    quit(session);
}

#[test]
fn pasted_lines_are_one_input() {
    let folder = Folder::new(&[]);
    let mut session = prompt(&folder, &[]);
    let pasted =
        "schema App:\n    name: str\n\n    replicas: int = 2\n\nweb = App {name = \"web\"}";
    session
        .send(&format!("\u{1b}[200~{pasted}\u{1b}[201~"))
        .expect("a terminal");
    type_line(&mut session, "");
    expect(&mut session, "2> ");
    say(&mut session, "web", "name: web\r\nreplicas: 2\r\n", 3);
    quit(session);
}
