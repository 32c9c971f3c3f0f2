//! The style of a file: what the `.editorconfig` files in its folder and above say.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ec4rs::property::{IndentSize, IndentStyle, TabWidth};
use ec4rs::{ConfigParser, Properties, PropertiesSource, Section};
use kiln_format::{Indent, Style};
use kiln_project::FileSystem;
use rustc_hash::FxHashMap;

const CONFIG_FILE: &str = ".editorconfig";

/// Styles of files, with every folder read once.
pub(super) struct Styles<'a> {
    system: &'a dyn FileSystem,
    folders: FxHashMap<PathBuf, Option<Arc<Config>>>,
}

/// An `.editorconfig` file.
struct Config {
    is_root: bool,
    sections: Vec<Section>,
}

impl<'a> Styles<'a> {
    pub(super) fn new(system: &'a dyn FileSystem) -> Self {
        Self {
            system,
            folders: FxHashMap::default(),
        }
    }

    /// The style of the file at an absolute path.
    pub(super) fn of(&mut self, path: &Path) -> Style {
        let mut configs = Vec::new();
        for folder in path.ancestors().skip(1) {
            if let Some(config) = self.config(folder) {
                let is_root = config.is_root;
                configs.push((folder, config));
                if is_root {
                    break;
                }
            }
        }
        let mut properties = Properties::new();
        // the nearest file has the last word
        for (folder, config) in configs.iter().rev() {
            let inside = path.strip_prefix(folder).unwrap_or(path);
            for section in &config.sections {
                // patterns are matched against the path below the file that has them
                let _ = section.apply_to(&mut properties, inside);
            }
        }
        style(&properties)
    }

    fn config(&mut self, folder: &Path) -> Option<Arc<Config>> {
        if let Some(known) = self.folders.get(folder) {
            return known.clone();
        }
        let text = self.system.read_text(&folder.join(CONFIG_FILE)).ok();
        let config = text.and_then(|text| read(&text)).map(Arc::new);
        self.folders.insert(folder.to_path_buf(), config.clone());
        config
    }
}

/// Reads a file; one that is malformed is as good as none.
fn read(text: &str) -> Option<Config> {
    let parser = ConfigParser::new(text.as_bytes()).ok()?;
    let is_root = parser.is_root;
    let sections = parser.collect::<Result<_, _>>().ok()?;
    Some(Config { is_root, sections })
}

fn style(properties: &Properties) -> Style {
    let width = match properties.get::<TabWidth>() {
        Ok(TabWidth::Value(width)) => Some(width),
        Err(_) => None,
    };
    let size = match properties.get::<IndentSize>() {
        Ok(IndentSize::Value(size)) => Some(size),
        Ok(IndentSize::UseTabWidth) => width,
        Err(_) => None,
    };
    let indent = match (properties.get::<IndentStyle>(), size) {
        (Ok(IndentStyle::Tabs), _) => Indent::Tab,
        (_, Some(size @ 1..)) => {
            Indent::Spaces(u8::try_from(size).unwrap_or(Indent::MOST).min(Indent::MOST))
        }
        _ => Indent::default(),
    };
    Style { indent }
}

#[cfg(test)]
mod tests {
    use kiln_project::MemoryFileSystem;

    use super::*;

    fn indent(files: &[(&str, &str)], path: &str) -> Indent {
        let system = MemoryFileSystem::with_files(files.iter().copied());
        Styles::new(&system).of(Path::new(path)).indent
    }

    #[test]
    fn sections_apply_to_files() {
        let config = "[*]\nindent_style = tab\n[*.k]\nindent_style = space\nindent_size = 2\n[gen/**.k]\nindent_size = 8\n";
        let files = [("/a/.editorconfig", config)];
        assert_eq!(indent(&files, "/a/x.k"), Indent::Spaces(2));
        assert_eq!(indent(&files, "/a/b/x.k"), Indent::Spaces(2));
        assert_eq!(indent(&files, "/a/gen/b/x.k"), Indent::Spaces(8));
        assert_eq!(indent(&files, "/a/x.txt"), Indent::Tab);
        assert_eq!(indent(&files, "/x.k"), Indent::Spaces(4));
    }

    #[test]
    fn the_nearest_file_wins_and_a_root_ends_the_search() {
        let outer = ("/.editorconfig", "[*.k]\nindent_style = tab\n");
        let inner = (
            "/a/.editorconfig",
            "[*.k]\nindent_style = space\nindent_size = 3\n",
        );
        let root = ("/a/.editorconfig", "root = true\n");
        assert_eq!(indent(&[outer, inner], "/a/x.k"), Indent::Spaces(3));
        assert_eq!(indent(&[outer, inner], "/b/x.k"), Indent::Tab);
        assert_eq!(indent(&[outer, root], "/a/x.k"), Indent::Spaces(4));
    }

    #[test]
    fn tab_width_is_a_size_too() {
        let with = |text: &str| indent(&[("/.editorconfig", text)], "/x.k");
        assert_eq!(
            with("[*.k]\nindent_style = space\nindent_size = tab\ntab_width = 6\n"),
            Indent::Spaces(6)
        );
        assert_eq!(
            with("[*.k]\nindent_style = tab\nindent_size = 2\n"),
            Indent::Tab
        );
        assert_eq!(with("[*.k]\nindent_size = 0\n"), Indent::Spaces(4));
        assert_eq!(with("[*.k]\nindent_size = 900\n"), Indent::Spaces(16));
        assert_eq!(with("[*.k]\nindent_size = many\n"), Indent::Spaces(4));
        assert_eq!(with("not a config\n[[[\n"), Indent::Spaces(4));
    }
}
