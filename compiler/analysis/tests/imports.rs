//! What imports mean, whether they are used, and the order of packages. Programs and verdicts are those of the reference
//! implementation.

mod common;

use common::Program;
use kiln_analysis::imports::{ImportTarget, file_imports, import_graph, reachable_packages};
use kiln_analysis::packages::package_files;
use kiln_analysis::syntax::package_syntax_diagnostics;

/// `name -> target` for each import of the main file, with `unused` where that is so.
fn imports(program: &Program) -> Vec<String> {
    let db = &program.db;
    let imports = file_imports(db, program.file()).imports.iter();
    let show = imports.map(|import| {
        let target = match &import.target {
            Some(ImportTarget::Package(package)) => package.path(db).to_string(),
            Some(ImportTarget::System(module)) => format!("system {module}"),
            Some(ImportTarget::Plugin(plugin)) => format!("plugin {plugin}"),
            None => "nothing".into(),
        };
        format!(
            "{} -> {target}{}",
            import.name,
            if import.used { "" } else { " unused" }
        )
    });
    show.collect()
}

fn import_problems(program: &Program) -> Vec<String> {
    program.show(&file_imports(&program.db, program.file()).diagnostics)
}

fn order(program: &Program) -> Vec<&str> {
    let packages = reachable_packages(&program.db, program.project).iter();
    packages
        .map(|package| &**package.path(&program.db))
        .collect()
}

#[test]
fn targets() {
    let files = [
        (
            "main.k",
            "import math\nimport a\nimport a.b as c\nimport .a as d\nimport kcl_plugin.x.y\nimport lib.s\nx = [math.pi, a.v, c.v, d.v, y.f(), s.v]\n",
        ),
        ("a/b.k", "v = 1\n"),
        ("a.k", "v = 'hidden by the directory'\n"),
        ("math/m.k", "v = 'hidden by the system module'\n"),
        ("l/s.k", "import lib.t\nimport u\nv = t.v + u.v\n"),
        ("l/t.k", "v = 1\n"),
        ("l/u.k", "v = 2\n"),
        ("u.k", "v = 'not seen from lib'\n"),
    ];
    let program = Program::with(&files, &["main.k"], &[("lib", "l")]);
    let expected = [
        "math -> system math",
        "a -> a",
        "c -> a.b",
        "d -> a",
        "y -> plugin x.y",
        "s -> lib.s",
    ];
    assert_eq!(imports(&program), expected);
    let problems = import_problems(&program);
    assert_eq!(problems.len(), 1, "the plugin has no host: {problems:?}");
    assert_eq!(
        order(&program),
        ["a", "a.b", "lib.t", "lib.u", "lib.s", "__main__"]
    );
}

#[test]
fn files_of_packages() {
    let files = [
        ("main.k", "import a\nimport empty\nx = a.v + empty.v\n"),
        ("a/z.k", "v = 1\n"),
        ("a/b.k", ""),
        ("a/_hidden.k", ""),
        ("a/b_test.k", ""),
        ("a/notes.txt", ""),
        ("a/in/c.k", ""),
        ("empty/notes.txt", ""),
    ];
    let program = Program::new(&files);
    let packages = reachable_packages(&program.db, program.project).iter();
    let paths: Vec<Vec<&str>> = packages
        .map(|&package| {
            package_files(&program.db, package)
                .iter()
                .map(|file| &**file.path(&program.db))
                .collect()
        })
        .collect();
    assert_eq!(
        paths,
        [vec!["/p/a/b.k", "/p/a/z.k"], vec![], vec!["/p/main.k"]]
    );
}

#[test]
fn only_members_make_an_import_used() {
    let used = |text: &str| {
        let program = Program::new(&[
            ("main.k", &format!("import a\n{text}\n")),
            ("a.k", "v = 1\n"),
        ]);
        file_imports(&program.db, program.file()).imports[0].used
    };
    assert!(used("x = a.v"));
    assert!(used("x = '${a.v}'"));
    assert!(used("x = {'${a.v}' = 1}"));
    assert!(used("x = {a.b = a.v}"));
    assert!(used("x: a.V = 1"));
    assert!(used("x = a.V {}"));
    assert!(used("schema S(a.V):\n    y: int"));
    assert!(used("schema S:\n    y: [a.V]"));
    assert!(!used("x = 1"));
    assert!(!used("x = {a = 1}"));
    assert!(!used("x = {a.b = 1}"));
    assert!(!used("x = 'a.v'"));
    assert!(!used("# a.v"));
    assert!(!used("x = lambda a {a}"));
    assert!(!used("x = [a for a in [1]]"));
    assert!(!used("schema S:\n    a: int = 1\n    b: int = a"));
    assert!(!used("x = _a.v\n_a = {v = 1}"));
}

#[test]
fn a_file_sees_the_imports_of_its_siblings() {
    let files = [
        ("main.k", "import a\nimport b\n"),
        ("n.k", "y = a.v\n"),
        ("a.k", "v = 1\n"),
        ("b.k", "v = 1\n"),
    ];
    let program = Program::with(&files, &["main.k", "n.k"], &[]);
    assert_eq!(imports(&program), ["a -> a", "b -> b unused"]);
    assert_eq!(order(&program), ["a", "__main__"]);
}

#[test]
fn unused_packages_are_only_parsed() {
    let program = Program::new(&[
        ("main.k", "import a\nimport b\nx = b.v\n"),
        ("a.k", "import c\nv = (\n"),
        ("b.k", "v = 1\n"),
        ("c.k", ""),
    ]);
    assert_eq!(order(&program), ["b", "__main__"]);
    let graph = import_graph(&program.db, program.project);
    let unused: Vec<_> = graph
        .unused
        .iter()
        .map(|package| &**package.path(&program.db))
        .collect();
    assert_eq!(unused, ["c", "a"]);
    assert!(!package_syntax_diagnostics(&program.db, graph.unused[1]).is_empty());
}

#[test]
fn what_is_not_there() {
    let program = Program::new(&[
        ("main.k", "import moduls.a\nimport mth\n"),
        ("models/a.k", ""),
    ]);
    let diagnostics = &file_imports(&program.db, program.file()).diagnostics;
    let expected = [
        "E0201 main.k:1:1 cannot find the package `moduls.a`",
        "E0201 main.k:2:1 cannot find the package `mth`",
    ];
    assert_eq!(program.show(diagnostics), expected);
    assert_eq!(
        diagnostics[0].help.as_deref(),
        Some("did you mean `models.a`?")
    );
    assert_eq!(diagnostics[1].help.as_deref(), Some("did you mean `math`?"));
}

#[test]
fn relative_imports_stay_in_the_module() {
    let files = [
        ("s/t/main.k", "import ..a\nimport ...b as c\nimport ....d\n"),
        ("s/a.k", ""),
        ("b.k", ""),
        ("d.k", ""),
    ];
    let program = Program::with(&files, &["s/t/main.k"], &[]);
    assert_eq!(
        imports(&program),
        ["a -> s.a unused", "c -> b unused", "d -> nothing unused"]
    );
    assert_eq!(
        import_problems(&program),
        ["E0203 s/t/main.k:3:1 `....d` leads out of the module"]
    );
}

#[test]
fn a_name_means_one_package() {
    let files = [
        ("main.k", "import a\nimport a\nimport b as a\n"),
        ("a.k", ""),
        ("b.k", ""),
    ];
    let program = Program::new(&files);
    let message = "E0205 main.k:3:1 two imports in this file are called `a` | main.k:1:1 `a` is already this package";
    assert_eq!(import_problems(&program), [message]);
}

#[test]
fn both_inside_and_outside() {
    let program = Program::with(
        &[("main.k", "import lib\n"), ("lib/c.k", ""), ("l/d.k", "")],
        &["main.k"],
        &[("lib", "l")],
    );
    assert_eq!(
        import_problems(&program),
        ["E0202 main.k:1:1 `lib` is both a part of this module and a dependency"]
    );
}

fn circles(files: &[(&str, &str)]) -> Vec<String> {
    let program = Program::new(files);
    program.show(&import_graph(&program.db, program.project).diagnostics)
}

#[test]
fn circles_are_found_even_if_unused() {
    let two = circles(&[
        ("main.k", "import a\nx = 1"),
        ("a/a.k", "import b\n"),
        ("b/b.k", "\nimport a\n"),
    ]);
    let expected = "E0206 b/b.k:2:1 packages import each other in a circle: `a` imports `b`, which imports `a` \
                    | a/a.k:1:1 through this import";
    assert_eq!(two, [expected]);
    let own = circles(&[("main.k", "import a\n"), ("a/a.k", "import a\n")]);
    assert_eq!(own, ["E0206 a/a.k:1:1 `a` imports itself"]);
    let main = circles(&[("main.k", "import a\n"), ("a/a.k", "import main\n")]);
    assert_eq!(main.len(), 1);
    let none = circles(&[
        ("main.k", "import a\n"),
        ("a/a.k", "import .b\n"),
        ("a/b.k", "w = 1\n"),
    ]);
    assert_eq!(none, Vec::<String>::new());
}
