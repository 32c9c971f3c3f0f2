//! What a program touches beside its arguments: effects of native functions, permission for them, and a record of
//! what was touched (library reference §5). How it is touched is up to the [`Host`].

use std::collections::BTreeSet;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use crate::error::{self, Result, RunError};
use crate::host::{Host, NoHost};

/// What a native function touches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Effect {
    /// Nothing: its result depends on its arguments alone.
    #[default]
    Pure,
    /// Files that are read. Those of the project need no permission.
    Read,
    /// Files that are made, changed or removed.
    Write,
    /// Variables of the environment.
    Env,
    /// Clock and time zone.
    Time,
    /// Random numbers.
    Random,
    /// The network, or the name of the machine.
    Net,
    /// Where the program's own files are. Needs no permission.
    Location,
    /// What the caller of the program gave it. Needs no permission.
    Input,
}

impl Effect {
    /// The flag that permits it, if it needs one: `--allow-read`.
    #[must_use]
    pub const fn flag(self) -> Option<&'static str> {
        match self {
            Self::Pure | Self::Location | Self::Input => None,
            Self::Read => Some("--allow-read"),
            Self::Write => Some("--allow-write"),
            Self::Env => Some("--allow-env"),
            Self::Time => Some("--allow-time"),
            Self::Random => Some("--allow-random"),
            Self::Net => Some("--allow-net"),
        }
    }

    /// What is done, for messages and documentation: `read files`.
    #[must_use]
    pub const fn what(self) -> &'static str {
        match self {
            Self::Pure => "touch nothing",
            Self::Read => "read files",
            Self::Write => "change files",
            Self::Env => "read the environment",
            Self::Time => "read the clock",
            Self::Random => "make random numbers",
            Self::Net => "use the network",
            Self::Location => "tell where files are",
            Self::Input => "read what the caller gave",
        }
    }
}

/// For which of several things a permission holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Grant<T> {
    /// None.
    #[default]
    Nothing,
    /// These; of paths also what is below them.
    These(Vec<T>),
    /// All.
    Everything,
}

impl<T> Grant<T> {
    /// Adds one more.
    pub fn add(&mut self, one: T) {
        match self {
            Self::Nothing => *self = Self::These(vec![one]),
            Self::These(all) => all.push(one),
            Self::Everything => {}
        }
    }

    fn covers(&self, fits: impl FnMut(&T) -> bool) -> bool {
        match self {
            Self::Nothing => false,
            Self::These(all) => all.iter().any(fits),
            Self::Everything => true,
        }
    }
}

/// What a program may touch. Nothing by default, except reading the files of its project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permissions {
    /// Files outside the project that may be read. For a machine, paths must be absolute, without links and dots.
    pub read: Grant<PathBuf>,
    /// Files that may be written. Paths as for `read`.
    pub write: Grant<PathBuf>,
    /// Variables of the environment.
    pub env: Grant<String>,
    /// Clock and time zone.
    pub time: bool,
    /// Random numbers.
    pub random: bool,
    /// Network.
    pub net: bool,
}

impl Permissions {
    /// Permission for everything.
    #[must_use]
    pub const fn all() -> Self {
        Self {
            read: Grant::Everything,
            write: Grant::Everything,
            env: Grant::Everything,
            time: true,
            random: true,
            net: true,
        }
    }
}

/// Something that a run touched: what a cache of its result depends on, and what it changed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Touch {
    /// The contents of a file.
    Contents(PathBuf),
    /// What there is at a path: nothing, a file of some size, a folder.
    Presence(PathBuf),
    /// The names in a folder.
    Listing(PathBuf),
    /// A file or folder that was made, changed or removed.
    Change(PathBuf),
    /// A variable of the environment.
    Env(String),
    /// An option of the caller.
    Option(String),
    /// The clock or the time zone.
    Time,
    /// Random numbers.
    Random,
    /// The network.
    Net,
    /// Where the program's files are.
    Location,
}

/// The world around an evaluation: how it is reached, what of it is permitted, and what was touched.
#[derive(Clone)]
pub struct World {
    /// How it is reached.
    pub host: Arc<dyn Host>,
    /// What may be touched.
    pub permissions: Permissions,
    /// Folders whose files may be read: the project, and the packages that it imports. Absolute, without links and dots.
    pub roots: Vec<PathBuf>,
    /// The root of the program's module, for `file.modpath`.
    pub module: PathBuf,
    /// The folder that the program was started in.
    pub work_dir: PathBuf,
    /// What was touched.
    pub touched: BTreeSet<Touch>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            host: Arc::new(NoHost),
            permissions: Permissions::default(),
            roots: Vec::new(),
            module: PathBuf::new(),
            work_dir: PathBuf::new(),
            touched: BTreeSet::new(),
        }
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("World")
            .field("permissions", &self.permissions)
            .field("roots", &self.roots)
            .finish_non_exhaustive()
    }
}

impl World {
    /// Asks for an effect that does not depend on arguments, and records it. Files are asked for by
    /// [`World::may_read`] and [`World::may_write`], variables by [`World::may_read_env`].
    ///
    /// # Errors
    /// `NOT_PERMITTED`
    pub fn may(&mut self, function: &str, effect: Effect) -> Result<()> {
        let (permitted, touch) = match effect {
            Effect::Time => (self.permissions.time, Touch::Time),
            Effect::Random => (self.permissions.random, Touch::Random),
            Effect::Net => (self.permissions.net, Touch::Net),
            Effect::Location => (true, Touch::Location),
            Effect::Pure | Effect::Input | Effect::Read | Effect::Write | Effect::Env => {
                return Ok(());
            }
        };
        self.touched.insert(touch);
        if permitted {
            return Ok(());
        }
        Err(refused(function, effect, effect.what(), None))
    }

    /// Asks whether a file or folder may be read.
    ///
    /// # Errors
    /// `NOT_PERMITTED`
    pub fn may_read(
        &mut self,
        function: &str,
        path: &Path,
        touch: fn(PathBuf) -> Touch,
    ) -> Result<()> {
        let real = self.real(path);
        let below = |root: &PathBuf| real.starts_with(root);
        let permitted = self.roots.iter().any(below) || self.permissions.read.covers(below);
        if permitted {
            self.touched.insert(touch(real));
            return Ok(());
        }
        let what = format!("read `{}`, which is outside the project", real.display());
        Err(refused(
            function,
            Effect::Read,
            &what,
            Some(&real.to_string_lossy()),
        ))
    }

    /// Asks whether a file or folder may be made, changed or removed.
    ///
    /// # Errors
    /// `NOT_PERMITTED`
    pub fn may_write(&mut self, function: &str, path: &Path) -> Result<()> {
        let real = self.real(path);
        if self.permissions.write.covers(|root| real.starts_with(root)) {
            self.touched.insert(Touch::Change(real));
            return Ok(());
        }
        let what = format!("change `{}`", real.display());
        Err(refused(
            function,
            Effect::Write,
            &what,
            Some(&real.to_string_lossy()),
        ))
    }

    /// Asks whether a variable of the environment may be read.
    ///
    /// # Errors
    /// `NOT_PERMITTED`
    pub fn may_read_env(&mut self, function: &str, name: &str) -> Result<()> {
        if self.permissions.env.covers(|known| known == name) {
            self.touched.insert(Touch::Env(name.to_owned()));
            return Ok(());
        }
        let what = format!("read the environment variable `{name}`");
        Err(refused(function, Effect::Env, &what, Some(name)))
    }

    /// Where a path leads: links are followed as far as there is something. What is not there yet keeps its spelling.
    fn real(&self, path: &Path) -> PathBuf {
        let mut rest = Vec::new();
        let mut known = path;
        loop {
            if let Ok(mut real) = self.host.canonicalize(known) {
                for name in rest.iter().rev() {
                    match name {
                        Component::ParentDir => {
                            real.pop();
                        }
                        Component::CurDir => {}
                        name => real.push(name),
                    }
                }
                return real;
            }
            let mut components = known.components();
            match components.next_back() {
                Some(name @ (Component::Normal(_) | Component::ParentDir | Component::CurDir)) => {
                    rest.push(name);
                }
                _ => return path.to_path_buf(),
            }
            known = components.as_path();
        }
    }
}

fn refused(function: &str, effect: Effect, what: &str, only: Option<&str>) -> RunError {
    let error = RunError::new(
        error::NOT_PERMITTED,
        format!("`{function}` needs the permission to {what}"),
    );
    let Some(flag) = effect.flag() else {
        return error;
    };
    error.help(match only {
        Some(only) => format!("permit it with `{flag}={only}`, or all of the kind with `{flag}`"),
        None => format!("permit it with `{flag}`"),
    })
}

/// What went wrong with a file, in the words of the operating system without its numbers.
#[must_use]
pub fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "the system denies access".to_owned(),
        io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        io::ErrorKind::NotADirectory => "a part of the path is no folder".to_owned(),
        io::ErrorKind::AlreadyExists => "there is a file of this name".to_owned(),
        _ => error.to_string(),
    }
}
