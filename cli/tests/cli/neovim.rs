//! A session in a real Neovim, with the set-up that the handbook of editors gives for its version: what somebody sees who
//! opens a file with a mistake, mends it, and looks around.
//!
//! Runs with the `nvim` on the path, or the one that `KILN_NVIM` names; without one, it says so.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::common::Folder;

/// So long all of it may take, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(120);

const MODEL: &str =
    "schema Server:\n    \"\"\"A thing that runs.\"\"\"\n    name: str\n    replicas: int = 1\n";
const MAIN: &str = "import model\nimport math\n\nweb = model.Server {\n    name = \"web\"\n    replicas = \"two\"\n}\nsize   =   web.replicas\n";

/// The version of Neovim: its second number.
fn version(nvim: &str) -> Option<u32> {
    let output = Command::new(nvim).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.lines().next()?.strip_prefix("NVIM v0.")?;
    version.split('.').next()?.parse().ok()
}

/// The code of a section of the handbook.
fn set_up(heading: &str) -> String {
    let handbook = Path::new(env!("CARGO_MANIFEST_DIR")).join("../lsp/editors/README.md");
    let handbook = std::fs::read_to_string(handbook).expect("the handbook of editors");
    let (_, rest) = handbook.split_once(heading).expect("a section for Neovim");
    let (_, code) = rest.split_once("```lua\n").expect("code");
    let (code, _) = code.split_once("```").expect("its end");
    code.to_owned()
}

#[test]
fn neovim_works_with_the_documented_set_up() {
    let nvim = std::env::var("KILN_NVIM").unwrap_or_else(|_| "nvim".to_owned());
    let Some(version) = version(&nvim) else {
        println!("skipped: there is no `{nvim}` on the path");
        return;
    };
    let heading = if version >= 11 {
        "### From 0.11"
    } else {
        "### From 0.7 to 0.10"
    };
    let folder = Folder::new(&[
        ("module/kcl.mod", "[package]\nname = \"test\"\n"),
        ("module/model/model.k", MODEL),
        ("module/main.k", MAIN),
        ("init.lua", &set_up(heading)),
        ("session.lua", include_str!("neovim/session.lua")),
    ]);
    let binary = Path::new(env!("CARGO_BIN_EXE_kiln"));
    let mut path = binary
        .parent()
        .expect("a folder")
        .to_string_lossy()
        .into_owned();
    if let Ok(rest) = std::env::var("PATH") {
        path = format!("{path}:{rest}");
    }
    let mut command = Command::new(&nvim);
    command
        .args(["--headless", "-n", "-i", "NONE", "-u", "../init.lua"])
        .args(["main.k", "-c", "luafile ../session.lua"])
        .current_dir(folder.path("module"))
        .env("PATH", path)
        .env("XDG_STATE_HOME", folder.path("state"))
        .env("XDG_CACHE_HOME", folder.path("cache"))
        .env("XDG_DATA_HOME", folder.path("data"))
        .env("XDG_CONFIG_HOME", folder.path("config"))
        .env("KILN_TEST_REPORT", folder.path("report"))
        .stdin(Stdio::null());
    let mut child = command.spawn().expect("an editor");
    let until = Instant::now() + PATIENCE;
    let status = loop {
        if let Some(status) = child.try_wait().expect("an editor") {
            break status;
        }
        if Instant::now() > until {
            child.kill().expect("an editor");
            panic!("it does not end; so far: {}", folder.read("report"));
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    let report = folder.read("report");
    println!("{report}");
    assert!(status.success(), "{report}");
    assert!(report.ends_with("all is well\n"), "{report}");
    assert_eq!(
        folder.read("module/main.k"),
        "import model\n\nweb = model.Server {\n    name = \"web\"\n    count = 2\n}\nsize = web.count\n"
    );
    let model = folder.read("module/model/model.k");
    assert!(model.contains("    count: int = 1\n"), "{model}");
}
