//! `kiln lint`: levels, comments, corrections.

use crate::check::without_time;
use crate::common::{Folder, Outcome};
use insta::assert_snapshot;
use serde_json::Value;

const UNUSED: &str = "import math\nimport regex\n\na = 1\n";

fn short(folder: &Folder, more: &[&str]) -> Outcome {
    folder.kiln(&[&["lint", "--message-format", "short"], more].concat())
}

/// What a lint says and its exit status.
fn said(folder: &Folder, more: &[&str]) -> (i32, String) {
    let outcome = short(folder, more);
    assert_eq!(outcome.stdout, "");
    (outcome.code, without_time(&outcome.stderr))
}

#[test]
fn findings_look_like_errors() {
    let folder = Folder::new(&[(
        "main.k",
        "import math\n\nname = \"web\"\nlabel = lambda name { \"app-${name}\" }\n",
    )]);
    let outcome = folder.kiln(&["lint"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""));
    assert_snapshot!(without_time(&outcome.stderr), @r#"
    warning[W0401]: nothing uses the import `math`
      ┌─ main.k:1:1
      │
    1 │ import math
      │ ^^^^^^^^^^^
      │
      = help: remove the import

    warning[W0405]: the parameter `name` hides the variable of this name
      ┌─ main.k:4:16
      │
    3 │ name = "web"
      │ ---- the variable `name`
    4 │ label = lambda name { "app-${name}" }
      │                ^^^^
      │
      = help: give it another name

    checked 1 file in 1 package: 2 warnings
    "#);
}

#[test]
fn levels_come_from_the_manifest_and_from_flags() {
    let folder = Folder::new(&[("kcl.mod", ""), ("main.k", UNUSED)]);
    let warned = "main.k:1:1: warning[W0401]: nothing uses the import `math`\n\
                  main.k:2:1: warning[W0401]: nothing uses the import `regex`\n\
                  checked 1 file in 1 package: 2 warnings";
    let denied = warned.replace("warning", "error");
    let nothing = "checked 1 file in 1 package: no errors";
    assert_eq!(said(&folder, &[]), (0, warned.to_owned()));
    assert_eq!(said(&folder, &["-F", "unused_import"]), (1, denied.clone()));
    assert_eq!(
        said(&folder, &["--allow", "unused_import,naming"]),
        (0, nothing.to_owned())
    );
    assert_eq!(
        said(&folder, &["-A", "unused_import", "-W", "unused_import"]),
        (0, warned.to_owned())
    );
    folder.write("kcl.mod", b"[lints]\nunused_import = \"deny\"\n");
    assert_eq!(said(&folder, &[]), (1, denied));
    assert_eq!(
        said(&folder, &["-W", "unused_import"]),
        (0, warned.to_owned())
    );
    folder.write("kcl.mod", b"[lints]\nunused_import = \"allow\"\n");
    assert_eq!(said(&folder, &[]), (0, nothing.to_owned()));
    // a check knows no lints
    assert_eq!(without_time(&folder.kiln(&["check"]).stderr), nothing);
}

#[test]
fn each_module_has_its_own_levels() {
    let folder = Folder::new(&[
        ("strict/kcl.mod", "[lints]\nunused_import = \"deny\"\n"),
        ("strict/main.k", "import math\n"),
        ("loose/kcl.mod", ""),
        ("loose/main.k", "import math\n"),
    ]);
    assert_snapshot!(said(&folder, &[]).1, @r"
    loose/main.k:1:1: warning[W0401]: nothing uses the import `math`
    strict/main.k:1:1: error[W0401]: nothing uses the import `math`
    checked 2 files in 2 packages: 1 error, 1 warning
    ");
}

#[test]
fn unknown_lints_are_errors() {
    let folder = Folder::new(&[
        (
            "kcl.mod",
            "[lints]\nunused_imports = \"deny\"\nnaming = \"never\"\nmax_complexity = \"big\"\ncomplexity = 3\n",
        ),
        ("main.k", "a = 1\n"),
    ]);
    assert_snapshot!(said(&folder, &[]).1, @r"
    kcl.mod:2:18: error[E0219]: there is no lint `unused_imports`
    kcl.mod:3:10: error[E0219]: expected `allow`, `warn` or `deny`, found `never`
    kcl.mod:4:18: error[E0219]: `max_complexity` is a number
    kcl.mod:5:14: error[E0219]: expected `allow`, `warn` or `deny`, found 3
    checked 1 file in 1 package: 4 errors
    ");
    let text = folder.kiln(&["lint", "-W", "nameing"]).fails(2);
    assert!(
        text.contains("there is no lint `nameing`") && text.contains("`naming`?"),
        "{text}"
    );
    folder.write("kcl.mod", b"lints = 1\n");
    let (code, text) = said(&folder, &[]);
    assert!(code == 1 && text.contains("error[E0219]"), "{text}");
}

#[test]
fn comments_allow_lints() {
    let folder = Folder::new(&[(
        "main.k",
        "\n# kiln: allow(unused_import)\nimport math\nimport regex # kiln: allow(unused_import)\nimport json\n",
    )]);
    let (code, text) = said(&folder, &[]);
    assert_eq!(code, 0);
    assert!(
        text.starts_with("main.k:5:1: warning[W0401]: nothing uses the import `json`\nchecked"),
        "{text}"
    );
}

#[test]
fn a_file_of_several_programs_is_used_if_one_uses_it() {
    let settings = "kcl_cli_configs:\n  files: [../base.k, main.k]\n";
    let folder = Folder::new(&[
        ("base.k", "_shared = 1\n_never = 2\n"),
        ("dev/main.k", "dev = 1\n"),
        ("dev/kcl.yaml", settings),
        ("prod/main.k", "prod = _shared\n"),
        ("prod/kcl.yaml", settings),
    ]);
    let (_, text) = said(&folder, &[]);
    assert_eq!(
        text,
        "base.k:2:1: warning[W0404]: nothing reads the private variable `_never`\n\
         checked 3 files in 2 packages: 1 warning"
    );
}

const FIXABLE: &str = "import math # for later\nimport regex\nimport regex\n\n\
                       a = [regex.match(x, \"a\") for i, x in [\"a\"] if x == None]\n\
                       b: bool = True\nc = 1 if b == True else 2\n";

#[test]
fn corrections_are_applied_until_nothing_is_left() {
    let folder = Folder::new(&[("main.k", FIXABLE), ("other.k", "d = 1\n")]);
    let before = folder.kiln(&["run", "main.k"]).ok();
    let (code, text) = said(&folder, &["--fix"]);
    assert_eq!(
        (code, text.as_str()),
        (0, "checked 2 files in 1 package: 5 fixed")
    );
    assert_snapshot!(folder.read("main.k"), @r#"
    import regex

    a = [regex.match(x, "a") for _i, x in ["a"] if x is None]
    b: bool = True
    c = 1 if b else 2
    "#);
    assert_eq!(folder.kiln(&["run", "main.k"]).ok(), before);
    assert_eq!(
        said(&folder, &["--fix"]).1,
        "checked 2 files in 1 package: no errors"
    );
    assert_eq!(folder.names(), ["main.k", "other.k"]);
}

#[test]
fn a_dry_run_shows_a_diff_and_writes_nothing() {
    let folder = Folder::new(&[("main.k", FIXABLE)]);
    let outcome = short(&folder, &["--fix", "--dry-run"]);
    assert_eq!(outcome.code, 0);
    assert_snapshot!(outcome.stdout, @r#"
    --- a/main.k
    +++ b/main.k
    @@ -1,7 +1,5 @@
    -import math # for later
    -import regex
     import regex
     
    -a = [regex.match(x, "a") for i, x in ["a"] if x == None]
    +a = [regex.match(x, "a") for _i, x in ["a"] if x is None]
     b: bool = True
    -c = 1 if b == True else 2
    +c = 1 if b else 2
    "#);
    assert_eq!(
        without_time(&outcome.stderr),
        "checked 1 file in 1 package: 5 can be fixed"
    );
    assert_eq!(folder.read("main.k"), FIXABLE);
    folder.kiln(&["lint", "--dry-run"]).fails(2);
    folder
        .kiln(&["lint", "--fix", "--dry-run", "--message-format", "sarif"])
        .fails(2);
    folder
        .kiln_with_stdin(&["lint", "--fix", "-"], b"import math\n")
        .fails(2);
}

#[test]
fn what_is_allowed_is_not_corrected() {
    let folder = Folder::new(&[("main.k", UNUSED)]);
    said(&folder, &["--fix", "-A", "unused_import"]);
    assert_eq!(folder.read("main.k"), UNUSED);
    folder.write("main.k", b"# kiln: allow(unused_import)\nimport math\n");
    said(&folder, &["--fix"]);
    assert_eq!(
        folder.read("main.k"),
        "# kiln: allow(unused_import)\nimport math\n"
    );
}

#[test]
fn corrections_keep_line_ends_and_byte_order_marks() {
    let folder = Folder::new(&[(
        "main.k",
        "\u{feff}import math\r\nimport regex\r\n\r\na = 1\r\n",
    )]);
    said(&folder, &["--fix"]);
    assert_eq!(folder.read("main.k"), "\u{feff}\r\na = 1\r\n");
}

#[test]
fn files_with_errors_are_not_touched() {
    let text = "import math\n\na = b == None\n";
    let folder = Folder::new(&[
        ("main.k", "import math\na = 1 +\n"),
        ("sub/kcl.mod", ""),
        ("sub/main.k", text),
    ]);
    let (code, _) = said(&folder, &["--fix"]);
    assert_eq!(code, 1);
    assert_eq!(folder.read("main.k"), "import math\na = 1 +\n");
    // an undefined name does not keep the import
    assert_eq!(folder.read("sub/main.k"), "\na = b is None\n");
}

#[test]
fn machines_get_corrections_as_data() {
    let folder = Folder::new(&[("main.k", "import math\na = 1\n")]);
    let json = folder.kiln(&["lint", "--message-format", "json"]);
    let first: Value =
        serde_json::from_str(json.stdout.lines().next().expect("a line")).expect("JSON");
    assert_eq!(
        (&first["code"], &first["kind"]),
        (&"W0401".into(), &"lint".into())
    );
    assert_eq!(first["fixes"][0]["edits"][0]["end"], 12);
    let sarif = folder.kiln(&["lint", "--message-format", "sarif"]).stdout;
    let sarif: Value = serde_json::from_str(&sarif).expect("JSON");
    let run = &sarif["runs"][0];
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "W0401");
    let replacement = &run["results"][0]["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(replacement["deletedRegion"]["endLine"], 2);
    assert_eq!(replacement["insertedContent"]["text"], "");
    let github = folder.kiln(&["lint", "--message-format", "github"]).stdout;
    assert!(
        github.starts_with("::warning file=main.k,line=1,col=1,endLine=1,title=W0401::"),
        "{github}"
    );
}

#[test]
fn the_order_does_not_depend_on_threads() {
    let folder = Folder::new(&[("kcl.mod", "")]);
    for i in 0..30 {
        let text = format!(
            "import p{}\nimport math\n\n_a = 1\n_b = 2\nf{i} = lambda math {{ math }}\n",
            (i + 1) % 30
        );
        folder.write(&format!("p{i}/a.k"), text.as_bytes());
    }
    let first = said(&folder, &[]).1;
    assert!(first.lines().count() > 100, "{first}");
    for _ in 0..10 {
        assert_eq!(said(&folder, &[]).1, first);
    }
}
