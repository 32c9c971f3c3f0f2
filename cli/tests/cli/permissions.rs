//! What programs may touch on a real file system.

use std::os::unix::fs::symlink;

use crate::common::Folder;

fn project(main: &str) -> Folder {
    Folder::new(&[
        ("project/kcl.mod", "[package]\nname = \"p\"\n"),
        ("project/app/main.k", main),
        ("project/data.txt", "inside"),
        ("outside.txt", "outside"),
    ])
}

fn run(folder: &Folder, flags: &[&str]) -> crate::common::Outcome {
    let mut arguments = vec!["run", "project/app/main.k"];
    arguments.extend(flags);
    folder.kiln(&arguments)
}

#[test]
fn files_of_the_module_may_be_read() {
    let folder = project(
        "import file\na = file.read(\"../data.txt\")\nb = [p.split(\"/\")[-1] for p in file.glob(\"../*.txt\")]\n",
    );
    assert_eq!(run(&folder, &[]).ok(), "a: inside\nb:\n- data.txt\n");
}

#[test]
fn files_outside_need_a_permission_for_their_path() {
    let folder = project("import file\na = file.read(\"../../outside.txt\")\n");
    let message = run(&folder, &[]).fails(1);
    let path = folder.path("outside.txt").canonicalize().expect("a file");
    let help = format!("permit it with `--allow-read={}`", path.display());
    assert!(
        message.contains("E0524") && message.contains(&help),
        "{message}"
    );
    assert!(message.contains("main.k:2:5"), "{message}");
    let only = format!("--allow-read={}", path.display());
    for flags in [
        &["--allow-read"][..],
        &[&only],
        &["--allow-all"],
        &["--allow-read=."],
    ] {
        assert_eq!(run(&folder, flags).ok(), "a: outside\n", "{flags:?}");
    }
    run(&folder, &["--allow-read=project"]).fails(1);
    run(&folder, &["--allow-write", "--allow-env"]).fails(1);
}

#[test]
fn links_do_not_lead_out() {
    for read in [
        "file.read(\"link\")",
        "file.read(\"folder/outside.txt\")",
        "file.size(\"link\")",
    ] {
        let folder = project(&format!("import file\na = {read}\n"));
        symlink(folder.path("outside.txt"), folder.path("project/app/link")).expect("a link");
        symlink(folder.path("."), folder.path("project/app/folder")).expect("a link");
        assert!(run(&folder, &[]).fails(1).contains("E0524"), "{read}");
    }
    let folder = project("import file\na = len(file.glob(\"**/*.txt\"))\n");
    folder.write("other/b.txt", b"");
    symlink(folder.path("other"), folder.path("project/app/folder")).expect("a link");
    // a link that leads in a circle has an end
    symlink(folder.path("."), folder.path("project/app/circle")).expect("a link");
    assert_eq!(run(&folder, &[]).ok(), "a: 0\n");
    assert_eq!(run(&folder, &["--allow-read"]).ok(), "a: 1\n");
}

#[test]
fn files_are_changed_only_where_that_is_permitted() {
    let write = "import file\n_ = file.write(\"out/a.txt\", \"x\")\n";
    let folder = project(&format!("{write}k = 1\n"));
    assert!(run(&folder, &[]).fails(1).contains("--allow-write="));
    run(&folder, &["--allow-write=elsewhere"]).fails(1);
    let failed = run(&folder, &["--allow-write=project/app/out"]).fails(1);
    assert!(
        failed.contains("there is no such file or folder"),
        "{failed}"
    );
    std::fs::create_dir(folder.path("project/app/out")).expect("a folder");
    assert_eq!(
        run(&folder, &["--allow-write=project/app/out"]).ok(),
        "k: 1\n"
    );
    assert_eq!(folder.read("project/app/out/a.txt"), "x");

    let dump = project("import yaml\nyaml.dump_to_file({a = 1}, \"../../dump.yaml\")\nk = 1\n");
    run(&dump, &[]).fails(1);
    assert_eq!(run(&dump, &["--allow-write"]).ok(), "k: 1\n");
    assert_eq!(dump.read("dump.yaml"), "a: 1\n");
}

#[test]
fn variables_of_the_environment_are_permitted_by_name() {
    let folder = project("import file\na = file.read_env(\"KILN_A\")\n");
    let run = |flags: &[&str]| {
        let mut command = folder.command(&["run", "project/app/main.k"]);
        command.args(flags).env("KILN_A", "one two");
        let output = command.output().expect("the command runs");
        (
            output.status.success(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    };
    assert!(!run(&[]).0);
    assert!(!run(&["--allow-env=KILN_B"]).0);
    assert_eq!(
        run(&["--allow-env=KILN_B,KILN_A"]),
        (true, "a: one two\n".to_owned())
    );
    assert_eq!(run(&["--allow-env"]), (true, "a: one two\n".to_owned()));
}
