//! Run inputs against a small file tree, compared with the reference implementation where a test says so.

use super::*;
use crate::source::{MemoryFileSystem, OsFileSystem};

fn files() -> MemoryFileSystem {
    let mut fs = MemoryFileSystem::with_files(
        [
            "/w/g/kcl.mod",
            "/w/g/a1.k",
            "/w/g/a2.k",
            "/w/g/b.k",
            "/w/g/_u.k",
            "/w/g/.hid.k",
            "/w/g/q_test.k",
            "/w/g/[a]1.k",
            "/w/g/sub/s.k",
            "/w/g/sub/t_test.k",
            "/w/g/d[1]/z.k",
            "/w/g/notes.txt",
            "/w/ext/v.k",
            "/w/plain/p.k",
            "/w/plain/inner/q.k",
            "/w/none/only_test.k",
        ]
        .map(|path| (path, "")),
    );
    fs.insert_dir("/w/g/x.k");
    fs
}

fn expand(base: &str, inputs: &[&str]) -> Result<Vec<String>, ProjectError> {
    let externals = BTreeMap::from([("ext".to_owned(), PathBuf::from("/w/ext"))]);
    let scope = EntryScope {
        base: Path::new(base),
        externals: &externals,
        vendor_dir: None,
    };
    let entries = expand_entries(&files(), inputs, scope)?;
    let text = |entry: Entry| match entry {
        Entry::File(path) => path
            .strip_prefix("/w")
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned(),
        Entry::Stdin => "-".to_owned(),
    };
    Ok(entries.into_iter().map(text).collect())
}

/// Each case gives the same list in the reference, which only cannot read `g` while it holds a folder called `x.k`.
#[test]
fn inputs_expand_as_in_the_reference() {
    let folder = [
        "g/.hid.k", "g/[a]1.k", "g/_u.k", "g/a1.k", "g/a2.k", "g/b.k",
    ];
    let below = [
        &folder[..],
        &["g/d[1]/z.k", "g/q_test.k", "g/sub/s.k", "g/sub/t_test.k"],
    ]
    .concat();
    let all = [&folder[..], &["g/q_test.k"]].concat();
    let cases: Vec<(&[&str], Vec<&str>)> = vec![
        (&["g/b.k", "g/a1.k"], vec!["g/b.k", "g/a1.k"]),
        (&["g/a1.k", "g/a2.k", "g/a1.k"], vec!["g/a1.k", "g/a2.k"]),
        (&["g/sub/../a1.k", "g/a1.k", "./g/a1.k"], vec!["g/a1.k"]),
        (&["g"], folder.to_vec()),
        (&["g/"], folder.to_vec()),
        (&["g/sub", "g/a*.k"], vec!["g/sub/s.k", "g/a1.k", "g/a2.k"]),
        (&["g/*.k"], all),
        (&["g/**/*.k"], below),
        (&["g/a*.k"], vec!["g/a1.k", "g/a2.k"]),
        (&["g/?1.k"], vec!["g/a1.k"]),
        (&["g/.h*"], vec!["g/.hid.k"]),
        (&["g/q*"], vec!["g/q_test.k"]),
        (&["g/[ab]?.k"], vec!["g/a1.k", "g/a2.k"]),
        // The exact path comes before the pattern.
        (&["g/d[1]"], vec!["g/d[1]/z.k"]),
        // A pattern may match folders.
        (&["g/s*"], vec!["g/sub/s.k"]),
        (&["*/sub/s.k"], vec!["g/sub/s.k"]),
        (&["g/_u.k", "g/q_test.k"], vec!["g/_u.k", "g/q_test.k"]),
        (&["g/notes.txt"], vec!["g/notes.txt"]),
        (&["g/a1.k", "${KCL_MOD}/b.k"], vec!["g/a1.k", "g/b.k"]),
        (&["${KCL_MOD}/b.k", "g/sub"], vec!["g/b.k", "g/sub/s.k"]),
        (&["g/a1.k", "${KCL_MOD}/sub"], vec!["g/a1.k", "g/sub/s.k"]),
        (&["g/a1.k", "${ext:KCL_MOD}/v.k"], vec!["g/a1.k", "ext/v.k"]),
    ];
    for (inputs, expected) in cases {
        assert_eq!(expand("/w", inputs).unwrap(), expected, "{inputs:?}");
    }
}

#[test]
fn patterns_match_sources_and_folders_only() {
    assert_eq!(
        expand("/w", &["g/n*", "plain/*"]).unwrap_err().to_string(),
        "cannot find the file or folder `g/n*`"
    );
    assert_eq!(
        expand("/w", &["p*", "n*"]).unwrap_err().help().as_deref(),
        Some("files ending in `_test.k` do not count, and subfolders are not searched")
    );
    assert_eq!(expand("/w", &["[pn]*"]).unwrap(), ["plain/p.k"]);
}

#[test]
fn an_exact_name_is_not_a_pattern() {
    assert_eq!(expand("/w", &["g/[a]1.k"]).unwrap(), ["g/[a]1.k"]);
}

#[test]
fn double_stars_match_any_depth() {
    assert_eq!(
        expand("/w", &["plain/**/*.k"]).unwrap(),
        ["plain/inner/q.k", "plain/p.k"]
    );
    assert_eq!(
        expand("/w", &["plain/**"]).unwrap(),
        ["plain/p.k", "plain/inner/q.k"]
    );
    assert_eq!(expand("/w", &["**/q.k"]).unwrap(), ["plain/inner/q.k"]);
}

#[test]
fn module_paths_without_plain_inputs_start_at_the_base() {
    assert_eq!(expand("/w/g/sub", &["${KCL_MOD}/b.k"]).unwrap(), ["g/b.k"]);
    assert_eq!(
        expand("/w/plain", &["${KCL_MOD}/inner/q.k"]).unwrap(),
        ["plain/inner/q.k"]
    );
    assert_eq!(
        expand("/w/g", &["${KCL_MOD}/a*.k"]).unwrap(),
        ["g/a1.k", "g/a2.k"]
    );
    assert_eq!(expand("/w/g", &["${ext:KCL_MOD}"]).unwrap(), ["ext/v.k"]);
}

#[test]
fn module_paths_know_dependencies() {
    let fs = MemoryFileSystem::with_files([
        (
            "/m/kcl.mod",
            "[dependencies]\nmy-base = {path = '../base'}\nfar = '1'",
        ),
        ("/base/b.k", ""),
    ]);
    let externals = BTreeMap::new();
    let scope = EntryScope {
        base: Path::new("/m"),
        externals: &externals,
        vendor_dir: None,
    };
    let expand = |input: &str| expand_entries(&fs, &[input], scope);
    assert_eq!(
        expand("${my_base:KCL_MOD}/b.k"),
        Ok(vec![Entry::File("/base/b.k".into())])
    );
    assert_eq!(
        expand("${my-base:KCL_MOD}/b.k"),
        Ok(vec![Entry::File("/base/b.k".into())])
    );
    let error = expand("${far:KCL_MOD}/b.k").unwrap_err();
    assert!(
        error
            .to_string()
            .contains("remote packages are not supported yet")
    );
    let error = expand("${my_bas:KCL_MOD}/b.k").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`${my_bas:KCL_MOD}/b.k` names the package `my_bas`, which is not known here"
    );
    assert_eq!(error.help().as_deref(), Some("did you mean `my_base`?"));
}

#[test]
fn stdin_is_passed_through() {
    assert_eq!(
        expand("/w/g", &["-", "a1.k", "-"]).unwrap(),
        ["-", "g/a1.k"]
    );
    assert_eq!(expand("/w/g", &[]).unwrap(), [""; 0]);
}

#[test]
fn inputs_that_stand_for_nothing_are_errors() {
    let not_found = [
        "g/zz.k",
        "g/zz*.k",
        "g/a1",
        "",
        "g/{a1,b}.k",
        "g/[!a]1.k",
        "${KCL_MOD}b.k",
        "g/[.k",
    ];
    for input in not_found {
        let error = expand("/w", &["plain/p.k", input]).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("cannot find the file or folder `{input}`")
        );
    }
    for input in ["none", "g/x.k", "non*"] {
        let error = expand("/w", &["plain/p.k", input]).unwrap_err();
        assert!(
            matches!(&error, ProjectError::NoFiles { .. }),
            "{input}: {error}"
        );
    }
    assert_eq!(
        expand("/w", &["none"]).unwrap_err().to_string(),
        "there is no `.k` file in the folder `/w/none`"
    );
}

#[test]
fn misspelt_inputs_get_suggestions() {
    let help = |input: &str| expand("/w", &[input]).unwrap_err().help();
    assert_eq!(help("plain/p"), None);
    assert_eq!(help("g/A1.k").as_deref(), Some("did you mean `g/a1.k`?"));
    assert_eq!(
        help("${KCL_MOD}/plian").as_deref(),
        Some("did you mean `${KCL_MOD}/plain`?")
    );
}

#[cfg(unix)]
#[test]
fn links_count_as_what_they_point_to() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().canonicalize().unwrap();
    std::fs::create_dir(root.join("real")).unwrap();
    std::fs::write(root.join("real/a.k"), "").unwrap();
    std::os::unix::fs::symlink(root.join("real"), root.join("link")).unwrap();
    std::os::unix::fs::symlink(&root, root.join("real/circle")).unwrap();
    let externals = BTreeMap::new();
    let scope = EntryScope {
        base: &root,
        externals: &externals,
        vendor_dir: None,
    };
    let entries = expand_entries(
        &OsFileSystem,
        &["link/a.k", "real", "link", "**/*.k"],
        scope,
    )
    .unwrap();
    assert_eq!(entries, [Entry::File(root.join("real/a.k"))]);
}
