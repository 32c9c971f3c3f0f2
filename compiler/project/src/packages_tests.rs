//! Imports against small file trees. The outcomes in the first test were compared with the reference implementation; the
//! one difference is that a missing `-E` folder is an empty package there.

use super::*;
use crate::source::MemoryFileSystem;

fn fs(files: &[&str]) -> MemoryFileSystem {
    MemoryFileSystem::with_files(files.iter().map(|file| {
        // "path: text", the text being optional.
        file.split_once(": ").unwrap_or((file, ""))
    }))
}

fn externals(pairs: &[(&str, &str)]) -> BTreeMap<String, PathBuf> {
    pairs
        .iter()
        .map(|&(name, path)| (name.to_owned(), PathBuf::from(path)))
        .collect()
}

fn graph(fs: &MemoryFileSystem, root: &str, packages: &[(&str, &str)]) -> PackageGraph {
    PackageGraph::load(
        fs,
        ModuleRoots::single(root),
        &externals(packages),
        Some(Path::new("/vendor")),
    )
}

/// Resolves an import written as in a program.
fn resolve(
    graph: &PackageGraph,
    fs: &MemoryFileSystem,
    file: &str,
    import: &str,
) -> Result<ImportTarget, ImportError> {
    let path = import.trim_start_matches('.');
    let components: Vec<&str> = path.split('.').collect();
    graph.resolve_import(fs, Path::new(file), import.len() - path.len(), &components)
}

fn outcome(graph: &PackageGraph, fs: &MemoryFileSystem, file: &str, import: &str) -> String {
    match resolve(graph, fs, file, import) {
        Ok(ImportTarget::System(name)) => format!("system {name}"),
        Ok(ImportTarget::Plugin(name)) => format!("plugin {name}"),
        Ok(ImportTarget::Package(package)) => {
            let files: Vec<_> = package
                .files
                .iter()
                .map(|file| file.to_str().unwrap())
                .collect();
            format!("{} = {}", package.import_path, files.join(" "))
        }
        Err(ImportError::NotFound { .. }) => "not found".to_owned(),
        Err(ImportError::Ambiguous { .. }) => "ambiguous".to_owned(),
        Err(ImportError::AboveRoot { .. }) => "above root".to_owned(),
        Err(other) => other.to_string(),
    }
}

#[test]
fn imports_resolve_as_in_the_reference() {
    let fs = fs(&[
        "/r/kcl.mod",
        "/r/main.k",
        "/r/a/b.k",
        "/r/a/b/m.k",
        "/r/a/b/l.k",
        "/r/a/b/_private.k",
        "/r/a/b/some_test.k",
        "/r/a/b/deep/not_this.k",
        "/r/math.k",
        "/r/deep/math.k",
        "/r/deep/x/y.k",
        "/r/only/_p.k",
        "/r/only/q_test.k",
        "/r/empty/inner/z.k",
        "/r/empty.k",
        "/r/ext9/m.k",
        "/r/lib/a/a.k",
        "/r/kcl_plugin/x.k",
        "/r/nested/kcl.mod",
        "/r/nested/y.k",
        "/r/nested/inner.k",
        "/ext/main.k",
        "/ext/rel.k",
        "/ext/sub/s.k",
        "/ext/ext3/s.k",
        "/libx/a/b.k",
        "/libx/b/b.k",
        "/vendor/vlib/kcl.mod",
        "/vendor/vlib/v.k",
        "/vendor/vlib/w/q.k",
        "/vendor/not_a_module/v.k",
    ]);
    let packages = [
        ("ext", "/ext"),
        ("ext3", "/ext"),
        ("ext9", "/r/ext9"),
        ("lib", "/libx"),
        ("e7", "/nothing"),
    ];
    let graph = graph(&fs, "/r", &packages);
    let cases = [
        // Folder before file, sorted, without tests and `_` files.
        ("/r/main.k", "a.b", "a.b = /r/a/b/l.k /r/a/b/m.k"),
        ("/r/main.k", "a.b.m", "a.b.m = /r/a/b/m.k"),
        ("/r/main.k", "only", "only = "),
        ("/r/main.k", "empty", "empty = "),
        // Leading dots.
        ("/r/main.k", ".a.b.l", "a.b.l = /r/a/b/l.k"),
        ("/r/deep/q.k", "..a.b.l", "a.b.l = /r/a/b/l.k"),
        ("/r/deep/x/y.k", "...a.b.l", "a.b.l = /r/a/b/l.k"),
        ("/r/main.k", "..a.b", "above root"),
        ("/ext/main.k", "..r.a", "above root"),
        // System modules and plugins.
        ("/r/main.k", "math", "system math"),
        ("/r/deep/q.k", "math", "system math"),
        ("/r/deep/q.k", ".math", "deep.math = /r/deep/math.k"),
        ("/r/main.k", "deep.math", "deep.math = /r/deep/math.k"),
        ("/r/main.k", "math.foo", "not found"),
        ("/r/main.k", "kcl_plugin.x", "plugin x"),
        ("/r/main.k", "kcl_plugin.x.y", "plugin x.y"),
        // External packages: their own root, their own name, each other; not the importer's module.
        ("/r/main.k", "ext", "ext = /ext/main.k /ext/rel.k"),
        ("/r/main.k", "ext.sub", "ext.sub = /ext/sub/s.k"),
        ("/r/main.k", "ext.sub.s", "ext.sub.s = /ext/sub/s.k"),
        ("/ext/main.k", "sub", "ext.sub = /ext/sub/s.k"),
        ("/ext/main.k", "ext.sub", "ext.sub = /ext/sub/s.k"),
        ("/ext/rel.k", ".sub", "ext.sub = /ext/sub/s.k"),
        ("/ext/sub/s.k", "sub.s", "ext.sub.s = /ext/sub/s.k"),
        ("/ext/main.k", "lib.b", "lib.b = /libx/b/b.k"),
        ("/ext/main.k", "a.b", "not found"),
        ("/ext/main.k", "ext3", "ambiguous"),
        // Found in both places, by the whole path.
        ("/r/main.k", "ext9", "ambiguous"),
        ("/r/main.k", "lib.a", "ambiguous"),
        ("/r/main.k", "lib.b", "lib.b = /libx/b/b.k"),
        // A module inside the module is only a folder.
        ("/r/main.k", "nested.y", "nested.y = /r/nested/y.k"),
        ("/r/nested/y.k", "inner", "not found"),
        (
            "/r/nested/y.k",
            "nested.inner",
            "nested.inner = /r/nested/inner.k",
        ),
        // The vendor folder.
        ("/r/main.k", "vlib", "vlib = /vendor/vlib/v.k"),
        ("/r/main.k", "vlib.w", "vlib.w = /vendor/vlib/w/q.k"),
        ("/vendor/vlib/v.k", "w", "vlib.w = /vendor/vlib/w/q.k"),
        ("/r/main.k", "not_a_module", "not found"),
        // Nothing.
        ("/r/main.k", "nothere", "not found"),
        ("/r/main.k", ".zz.yy", "not found"),
        ("/r/main.k", "a.b.m.c", "not found"),
        ("/r/main.k", "A", "not found"),
        ("/r/main.k", "e7", "not found"),
    ];
    for (file, import, expected) in cases {
        assert_eq!(
            outcome(&graph, &fs, file, import),
            expected,
            "{file}: import {import}"
        );
    }
}

#[test]
fn a_relative_import_never_means_a_system_module() {
    let fs = fs(&["/r/kcl.mod", "/r/main.k", "/r/math.k", "/r/yaml/x.k"]);
    let graph = graph(&fs, "/r", &[]);
    assert_eq!(
        outcome(&graph, &fs, "/r/main.k", ".math"),
        "math = /r/math.k"
    );
    assert_eq!(
        outcome(&graph, &fs, "/r/main.k", "yaml.x"),
        "yaml.x = /r/yaml/x.k"
    );
}

#[test]
fn a_package_knows_its_place() {
    let fs = fs(&["/r/kcl.mod", "/r/main.k", "/e/s/x.k"]);
    let graph = graph(&fs, "/r", &[("my-e", "/e")]);
    let expected = Package {
        location: "/e/s".into(),
        files: vec!["/e/s/x.k".into()],
        import_path: "my_e.s".into(),
        root: "/e".into(),
    };
    assert_eq!(
        resolve(&graph, &fs, "/r/main.k", "my_e.s"),
        Ok(ImportTarget::Package(expected))
    );
}

#[test]
fn files_of_several_modules_use_their_own_roots() {
    let fs = fs(&[
        "/m1/kcl.mod",
        "/m1/in/a.k",
        "/m1/p.k",
        "/m2/kcl.mod",
        "/m2/b.k",
        "/m2/p.k",
    ]);
    let files = ["/m1/in/a.k", "/m2/b.k"];
    let roots = ModuleRoots::of_files(&fs, &files, Path::new("/"));
    let graph = PackageGraph::load(&fs, roots, &BTreeMap::new(), None);
    assert_eq!(outcome(&graph, &fs, files[0], "p"), "p = /m1/p.k");
    assert_eq!(outcome(&graph, &fs, files[1], "p"), "p = /m2/p.k");
}

#[test]
fn path_dependencies_are_transitive() {
    let fs = fs(&[
        "/w/app/kcl.mod: [dependencies]\nmid-dle = {path = '../mid'}",
        "/w/app/main.k",
        "/w/mid/kcl.mod: [dependencies]\nlow = {path = 'vendored/low'}\napp = {path = '../app'}",
        "/w/mid/m.k",
        "/w/mid/vendored/low/kcl.mod",
        "/w/mid/vendored/low/l.k",
    ]);
    let graph = graph(&fs, "/w/app", &[]);
    let packages: Vec<_> = graph.packages().collect();
    let expected = [
        ("app", "/w/app"),
        ("low", "/w/mid/vendored/low"),
        ("mid_dle", "/w/mid"),
    ];
    assert_eq!(
        packages,
        expected.map(|(name, root)| (name, Path::new(root)))
    );
    assert_eq!(
        outcome(&graph, &fs, "/w/app/main.k", "mid_dle.m"),
        "mid_dle.m = /w/mid/m.k"
    );
    let low = "/w/mid/vendored/low/l.k";
    assert_eq!(
        outcome(&graph, &fs, "/w/mid/m.k", "low"),
        format!("low = {low}")
    );
    assert_eq!(outcome(&graph, &fs, low, "low.l"), format!("low.l = {low}"));
    let owner = PackageOwner {
        name: Some("low".into()),
        root: "/w/mid/vendored/low".into(),
    };
    assert_eq!(graph.owner(&fs, Path::new(low)), owner);
    let owner = PackageOwner {
        name: None,
        root: "/w/app".into(),
    };
    assert_eq!(graph.owner(&fs, Path::new("/w/app/main.k")), owner);
    assert_eq!(graph.problems().count(), 0);
}

#[test]
fn a_test_folder_may_depend_on_the_module_around_it() {
    let fs = fs(&[
        "/lib/kcl.mod",
        "/lib/s.k",
        "/lib/tests/kcl.mod: [dependencies]\nlib = {path = '..'}",
        "/lib/tests/t.k",
        "/lib/tests/u.k",
    ]);
    let graph = graph(&fs, "/lib/tests", &[]);
    assert_eq!(
        outcome(&graph, &fs, "/lib/tests/t.k", "lib.s"),
        "lib.s = /lib/s.k"
    );
    assert_eq!(
        outcome(&graph, &fs, "/lib/tests/t.k", "u"),
        "u = /lib/tests/u.k"
    );
    assert_eq!(outcome(&graph, &fs, "/lib/s.k", "u"), "not found");
}

#[test]
fn externals_win_over_dependencies_and_own_ones_over_foreign_ones() {
    let fs = fs(&[
        "/app/kcl.mod: [dependencies]\na = {path = '../a'}\nb = {path = '../b1'}",
        "/a/kcl.mod: [dependencies]\nb = {path = '../b2'}",
        "/b1/x.k",
        "/b2/x.k",
        "/b3/x.k",
    ]);
    let own = graph(&fs, "/app", &[]);
    assert_eq!(outcome(&own, &fs, "/app/main.k", "b"), "b = /b1/x.k");
    let external = graph(&fs, "/app", &[("b", "/b3")]);
    assert_eq!(outcome(&external, &fs, "/app/main.k", "b"), "b = /b3/x.k");
}

#[test]
fn packages_that_disagree_are_a_conflict_when_imported() {
    let fs = fs(&[
        "/app/kcl.mod: [dependencies]\na1 = {path = '../a1'}\na2 = {path = '../a2'}",
        "/app/m.k",
        "/a1/kcl.mod: [dependencies]\nb = {path = '../b1'}",
        "/a1/x.k",
        "/a2/kcl.mod: [dependencies]\nb = {path = '../b2'}",
        "/b1/x.k",
        "/b2/x.k",
    ]);
    let graph = graph(&fs, "/app", &[]);
    assert_eq!(outcome(&graph, &fs, "/app/main.k", "a1"), "a1 = /a1/x.k");
    let error = resolve(&graph, &fs, "/app/main.k", "b").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the dependency `b` is `/b1` for one package and `/b2` for another"
    );
    assert_eq!(
        error.help().as_deref(),
        Some("choose one: declare `b` in the main module's `kcl.mod`, or pass `-E b=<folder>`")
    );
}

#[test]
fn unusable_dependencies_are_reported_when_imported() {
    let fs = fs(&[
        "/app/kcl.mod: [dependencies]\nk8s = '1.31'\ngone = {path = '../gone'}\n\
         netlib = {git = 'https://example.org/net'}\nvlib = '1'",
        "/app/m.k",
        "/vendor/vlib/kcl.mod",
        "/vendor/vlib/v.k",
    ]);
    let packages = graph(&fs, "/app", &[]);
    assert_eq!(outcome(&packages, &fs, "/app/main.k", "m"), "m = /app/m.k");
    assert_eq!(outcome(&packages, &fs, "/app/main.k", "other"), "not found");
    assert_eq!(
        outcome(&packages, &fs, "/app/main.k", "vlib"),
        "vlib = /vendor/vlib/v.k"
    );
    let error = resolve(&packages, &fs, "/app/main.k", "k8s.core").unwrap_err();
    assert!(matches!(&error, ImportError::Remote { name, .. } if name == "k8s"));
    assert_eq!(
        error.to_string(),
        "the package `k8s` comes from the registry (version 1.31), and remote packages are not supported yet"
    );
    assert!(error.help().unwrap().contains("-E k8s=<folder>"));
    assert_eq!(
        outcome(&packages, &fs, "/app/main.k", "netlib"),
        "the package `netlib` comes from the git repository `https://example.org/net`, and remote packages are not \
         supported yet"
    );
    let error = resolve(&packages, &fs, "/app/main.k", "gone").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the dependency `gone` of `/app/kcl.mod` points to `/gone`, which is not a folder"
    );
    assert_eq!(
        error.help().as_deref(),
        Some("the path is relative to `/app`")
    );
    // An external package makes a remote dependency usable.
    let packages = graph(&fs, "/app", &[("k8s", "/vendor/vlib")]);
    assert_eq!(
        outcome(&packages, &fs, "/app/main.k", "k8s"),
        "k8s = /vendor/vlib/v.k"
    );
}

#[test]
fn a_broken_manifest_matters_only_when_it_may_name_the_package() {
    let fs = fs(&["/app/kcl.mod: [[[", "/app/m.k", "/e/x.k"]);
    let graph = graph(&fs, "/app", &[("e", "/e")]);
    assert_eq!(graph.manifest(), None);
    assert_eq!(outcome(&graph, &fs, "/app/main.k", "m"), "m = /app/m.k");
    assert_eq!(outcome(&graph, &fs, "/app/main.k", "math"), "system math");
    assert_eq!(outcome(&graph, &fs, "/app/main.k", "e"), "e = /e/x.k");
    let error = outcome(&graph, &fs, "/app/main.k", "lib");
    assert!(
        error.starts_with("invalid manifest `/app/kcl.mod` at 1:"),
        "{error}"
    );
}

fn not_found(
    graph: &PackageGraph,
    fs: &MemoryFileSystem,
    import: &str,
) -> (Vec<PathBuf>, Vec<String>) {
    match resolve(graph, fs, "/r/main.k", import) {
        Err(ImportError::NotFound {
            searched,
            suggestions,
            ..
        }) => (searched, suggestions),
        other => panic!("{import}: {other:?}"),
    }
}

#[test]
fn misspelt_imports_get_suggestions() {
    let fs = fs(&[
        "/r/kcl.mod: [package]\nname = 'my-shop'",
        "/r/platform/model/m.k",
        "/r/platform/common.k",
        "/r/platform/_private.k",
        "/e/inner/i.k",
    ]);
    let graph = graph(&fs, "/r", &[("toolbox", "/e")]);
    let suggestions = |import: &str| not_found(&graph, &fs, import).1;
    assert_eq!(suggestions("platfrom.model"), ["platform.model"]);
    assert_eq!(suggestions("Platform.model"), ["platform.model"]);
    assert_eq!(suggestions("platform.modle"), ["platform.model"]);
    assert_eq!(suggestions("platform.comon"), ["platform.common"]);
    assert_eq!(suggestions("platform.private"), ["platform._private"; 0]);
    assert_eq!(suggestions(".platfrom"), [".platform"]);
    assert_eq!(suggestions("toolbx.inner"), ["toolbox.inner"]);
    assert_eq!(suggestions("toolbox.iner"), ["toolbox.inner"]);
    assert_eq!(suggestions("colection"), ["collection"]);
    assert_eq!(suggestions("my_shop.platform"), ["platform"]);
    assert_eq!(suggestions("unrelated"), [""; 0]);
    let error = resolve(&graph, &fs, "/r/main.k", "platfrom").unwrap_err();
    assert_eq!(error.help().as_deref(), Some("did you mean `platform`?"));
}

#[test]
fn what_was_searched_is_listed() {
    let fs = fs(&["/r/kcl.mod", "/e/x.k"]);
    let graph = graph(&fs, "/r", &[("ext", "/e")]);
    let paths = |texts: &[&str]| texts.iter().map(PathBuf::from).collect::<Vec<_>>();
    assert_eq!(
        not_found(&graph, &fs, "q.z").0,
        paths(&["/r/q/z", "/r/q/z.k"])
    );
    let expected = paths(&["/r/ext/z", "/r/ext/z.k", "/e/z", "/e/z.k"]);
    assert_eq!(not_found(&graph, &fs, "ext.z").0, expected);
    let error = resolve(&graph, &fs, "/r/main.k", "q.z").unwrap_err();
    assert_eq!(error.to_string(), "cannot find the module `q.z`");
    assert_eq!(
        error.help().as_deref(),
        Some("these do not exist: `/r/q/z`, `/r/q/z.k`")
    );
}
