//! The formats of errors and warnings for other programs.

use crate::check::without_time;
use crate::common::Folder;
use insta::assert_snapshot;
use serde_json::Value;

/// A file with an error that has a label, a note or help, a fix, and something to escape in its name.
fn folder() -> Folder {
    Folder::new(&[(
        "a,b: 50%.k",
        "schema App:\n    ü: str\n\nreplicas: int = \"3\"\ntotal = replica + 1\n",
    )])
}

fn machine(format: &str) -> String {
    let outcome = folder().kiln(&["check", "--message-format", format]);
    assert_eq!(outcome.code, 1, "{}", outcome.stderr);
    outcome.stdout
}

#[test]
fn short() {
    let outcome = folder().kiln(&["check", "--message-format", "short"]);
    assert_snapshot!(without_time(&outcome.stderr), @r"
    a,b: 50%.k:4:17: error[E0302]: `replicas` expects `int`, found `str`
    a,b: 50%.k:5:9: error[E0301]: `replica` is not defined
    checked 1 file in 1 package: 2 errors
    ");
}

#[test]
fn json() {
    let text = machine("json");
    let (start, _) = text.rsplit_once("\"seconds\"").expect("a summary");
    assert_snapshot!(start, @r#"
    {"version":1,"type":"diagnostic","code":"E0302","kind":"type","severity":"error","message":"`replicas` expects `int`, found `str`","primary":{"path":"a,b: 50%.k","line":4,"column":17,"end_line":4,"end_column":20,"start":41,"end":44,"text":"this is a `str`"},"labels":[{"path":"a,b: 50%.k","line":4,"column":11,"end_line":4,"end_column":14,"start":35,"end":38,"text":"declared here as `int`"}],"notes":[],"help":"write it without quotes: `3`","fixes":[{"title":"write it without quotes: `3`","edits":[{"path":"a,b: 50%.k","start":41,"end":44,"text":"3"}]}]}
    {"version":1,"type":"diagnostic","code":"E0301","kind":"type","severity":"error","message":"`replica` is not defined","primary":{"path":"a,b: 50%.k","line":5,"column":9,"end_line":5,"end_column":16,"start":53,"end":60,"text":""},"labels":[],"notes":[],"help":"did you mean `replicas`?","fixes":[{"title":"replace it with `replicas`","edits":[{"path":"a,b: 50%.k","start":53,"end":60,"text":"replicas"}]}]}
    {"version":1,"type":"summary","files":1,"packages":1,"errors":2,"warnings":0,"fixed":0,
    "#);
    for line in text.lines() {
        let value: Value = serde_json::from_str(line).expect("JSON");
        assert_eq!(value["version"], 1);
    }
}

#[test]
fn json_places_are_those_of_the_text() {
    let folder = folder();
    let outcome = folder.kiln(&["check", "--message-format", "json"]);
    let source = folder.read("a,b: 50%.k");
    let value: Value =
        serde_json::from_str(outcome.stdout.lines().nth(1).expect("two lines")).expect("JSON");
    let at = |place: &Value, key: &str| place[key].as_u64().expect("a number") as usize;
    let primary = &value["primary"];
    assert_eq!(&source[at(primary, "start")..at(primary, "end")], "replica");
    assert_eq!(
        at(primary, "end_column") - at(primary, "column"),
        "replica".len()
    );
    let edit = &value["fixes"][0]["edits"][0];
    let mut mended = source;
    mended.replace_range(
        at(edit, "start")..at(edit, "end"),
        edit["text"].as_str().expect("a text"),
    );
    assert!(mended.contains("total = replicas + 1"), "{mended}");
}

#[test]
fn sarif() {
    let text = machine("sarif");
    assert_snapshot!(text);
    let document: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["version"], "2.1.0");
    let run = &document["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    for result in run["results"].as_array().expect("results") {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str();
        assert_eq!(uri, Some("a,b%3A%2050%25.k"));
    }
}

#[test]
fn github() {
    assert_snapshot!(machine("github"), @r"
    ::error file=a%2Cb%3A 50%25.k,line=4,col=17,endLine=4,title=E0302::`replicas` expects `int`, found `str`%0Ahelp: write it without quotes: `3`
    ::error file=a%2Cb%3A 50%25.k,line=5,col=9,endLine=5,title=E0301::`replica` is not defined%0Ahelp: did you mean `replicas`?
    ");
}

#[test]
fn without_findings() {
    let folder = Folder::new(&[("main.k", "a = 1\n")]);
    let check = |format| {
        folder
            .kiln(&["check", "-q", "--message-format", format])
            .ok()
    };
    assert_eq!(check("github"), "");
    let document: Value = serde_json::from_str(&check("sarif")).expect("JSON");
    assert_eq!(document["runs"][0]["results"], Value::Array(Vec::new()));
    assert!(check("json").starts_with(
        r#"{"version":1,"type":"summary","files":1,"packages":1,"errors":0,"warnings":0,"#
    ));
}

#[test]
fn a_run_writes_messages_beside_its_documents() {
    let folder = Folder::new(&[("main.k", "a = 1 // option(\"zero\")\n")]);
    let run = |format| {
        folder
            .kiln(&["main.k", "-D", "zero=0", "--message-format", format])
            .fails(1)
    };
    assert_snapshot!(run("short"), @r"main.k:1:5: error[E0504]: division by zero");
    assert_snapshot!(run("github"), @r"::error file=main.k,line=1,col=5,endLine=1,title=E0504::division by zero");
    assert_snapshot!(run("json"), @r#"{"version":1,"type":"diagnostic","code":"E0504","kind":"evaluation","severity":"error","message":"division by zero","primary":{"path":"main.k","line":1,"column":5,"end_line":1,"end_column":24,"start":4,"end":23,"text":""},"labels":[],"notes":[],"help":null,"fixes":[]}"#);
    let document: Value = serde_json::from_str(&run("sarif")).expect("JSON");
    assert_eq!(document["runs"][0]["results"][0]["ruleId"], "E0504");
    assert_eq!(
        folder
            .kiln(&["main.k", "-D", "zero=1", "--message-format", "json"])
            .ok(),
        "a: 1\n"
    );
}
