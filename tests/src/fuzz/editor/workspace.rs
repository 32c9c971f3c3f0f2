//! What is edited: small modules, several modules with stacks that share files, a generated package of schemas, programs
//! without any manifest, and all of them together.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::generate::package::{PackageOptions, package};

/// A workspace.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub enum Workspace {
    /// A module with one package and one program.
    Module,
    /// A platform, and so many applications with two stacks each, which share a base.
    Stacks(usize),
    /// A generated package of schemas of so many lines.
    Package(usize),
    /// Folders with generated programs and no manifest; the number of the first one.
    Programs(u64),
    /// All of that side by side.
    All,
}

/// What random sessions go through.
pub const ALL: [Workspace; 5] = [
    Workspace::Module,
    Workspace::Stacks(3),
    Workspace::Package(600),
    Workspace::Programs(0),
    Workspace::All,
];

const MODEL: &str = "import units

schema Base:
    \"\"\"What everything has.

    Attributes
    ----------
    name : str, required
        How it is called.
    \"\"\"
    name: str
    labels?: {str:str}

schema Server(Base):
    replicas: int = 1
    port?: int
    memory: units.NumberMultiplier = 1Mi
    kind: \"web\" | \"job\" = \"web\"

    check:
        replicas > 0, \"at least one\"
        port > 1000 if port

make = lambda name: str, port: int -> Server {
    Server {name = name, port = port}
}
";

const MAIN: &str = "import model
import model.shapes as s

# what is made
server = model.Server {
    name = \"a\"
    replicas = 2
    labels.app = \"${server.name}-x\"
}
other = model.make(\"b\", 8080)
sizes = [shape.size for shape in [s.Circle {size = 1}, s.Square {size = 2}] if shape.size > 0]
";

const SHAPES: &str = "schema Shape:
    size: int

schema Circle(Shape):
    round: bool = True

@deprecated(version=\"1\", reason=\"use Circle\")
schema Square(Shape):
    round: bool = False
";

impl Workspace {
    /// Its files: paths and texts.
    #[must_use]
    pub fn files(self) -> Vec<(String, String)> {
        match self {
            Self::Module => owned(&[
                ("kcl.mod", "[package]\nname = \"test\"\n"),
                ("main.k", MAIN),
                ("model/model.k", MODEL),
                ("model/more.k", "DEFAULT = 3\n\nnames = [\"a\", \"b\"]\n"),
                ("model/shapes/shapes.k", SHAPES),
            ]),
            Self::Stacks(apps) => stacks(apps),
            Self::Package(lines) => {
                package(PackageOptions {
                    lines,
                    files: 6,
                    seed: lines as u64,
                })
                .files
            }
            Self::Programs(first) => (first..first + 4)
                .flat_map(|seed| {
                    let files = crate::generate::program(seed).files.into_iter();
                    files.map(move |(path, text)| (format!("p{seed}/{path}"), text))
                })
                .collect(),
            Self::All => {
                let parts = [
                    ("module", Self::Module),
                    ("stacks", Self::Stacks(6)),
                    ("schemas", Self::Package(1500)),
                    ("programs", Self::Programs(10)),
                ];
                let files = parts.into_iter().flat_map(|(folder, part)| {
                    let files = part.files().into_iter();
                    files.map(move |(path, text)| (format!("{folder}/{path}"), text))
                });
                files.collect()
            }
        }
    }

    /// Writes its files below a folder.
    ///
    /// # Errors
    /// If that cannot be done.
    pub fn write(self, root: &Path) -> std::io::Result<()> {
        for (path, text) in self.files() {
            write(root, &path, &text)?;
        }
        Ok(())
    }
}

/// Writes a file below a folder.
pub(super) fn write(root: &Path, path: &str, text: &str) -> std::io::Result<()> {
    let path = root.join(path);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, text)
}

fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
    let files = files.iter();
    files
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect()
}

/// Applications whose stacks share a base, and what they are made of in a module of its own.
fn stacks(apps: usize) -> Vec<(String, String)> {
    let mut files = owned(&[
        ("platform/kcl.mod", "[package]\nname = \"platform\"\n"),
        ("platform/model/model.k", MODEL),
        ("platform/model/shapes/shapes.k", SHAPES),
        (
            "platform/render/render.k",
            "import model\n\nservice = lambda s: model.Server -> any {\n    {kind = \"Service\", metadata.name = s.name, spec.replicas = s.replicas}\n}\n",
        ),
    ]);
    for app in 0..apps {
        let name = format!("app{app}");
        files.push((
            format!("{name}/base/base.k"),
            format!(
                "import platform.model\n\n_server: model.Server {{\n    name = \"{name}\"\n    replicas = {}\n}}\n",
                app + 1
            ),
        ));
        for stack in ["dev", "prod"] {
            let folder = format!("{name}/{stack}");
            files.push((
                format!("{folder}/kcl.mod"),
                format!(
                    "[package]\nname = \"{name}\"\n\n[dependencies]\nplatform = {{ path = \"../../platform\" }}\n"
                ),
            ));
            files.push((
                format!("{folder}/kcl.yaml"),
                "kcl_cli_configs:\n  files:\n    - ../base/base.k\n    - main.k\n".to_owned(),
            ));
            files.push((
                format!("{folder}/main.k"),
                "import platform.model\nimport platform.render\n\n_server: model.Server {\n    port = 8080\n}\nservice = render.service(_server)\n"
                    .to_owned(),
            ));
        }
    }
    files
}
