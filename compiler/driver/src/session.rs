//! A session: one database, any number of runs. Packages that do not depend on a run's inputs are evaluated once.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use kiln_analysis::imports::{import_graph, reachable_packages};
use kiln_analysis::{
    Database, Item, Package, Project, name_diagnostics, package_syntax_diagnostics,
};
use kiln_codegen::{Located, build_package, package_key};
use kiln_project::{FileSystem, ProjectError, canonical_or_normal};
use kiln_runtime::effects::{Grant, World};
use kiln_runtime::emit::EmitOptions;
use kiln_runtime::error::{RunError, STEP_LIMIT};
use kiln_runtime::host::Host;
use kiln_runtime::native::NativeTable;
use kiln_runtime::value::Value;
use kiln_runtime::vm::{Base, Limits, Vm};
use kiln_stdlib::{PluginError, Plugins};
use kiln_syntax::diagnostic::{Diagnostic, Kind, Severity};

use crate::host::SessionHost;
use crate::interrupt::interruptible;
use crate::options::RunOptions;
use crate::plan::{Plan, STDIN_FILE};
use crate::plugin::Plugin;
use crate::report::{self, Report, Texts};
use crate::run::Run;

/// Native stack for compiling, in bytes. Pages are used only as they are touched.
pub(crate) const COMPILE_STACK: usize = 256 << 20;

/// What keeps a run from starting.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionError {
    /// Files, settings or options.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// A folder without anything to check.
    #[error("there is no `.k` file in the folder `{}` or below it", folder.display())]
    NothingToCheck {
        /// The folder.
        folder: PathBuf,
    },
}

impl SessionError {
    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Project(error) => error.help(),
            Self::NothingToCheck { .. } => {
                Some("hidden folders and files ending in `_test.k` do not count".to_owned())
            }
        }
    }
}

/// A file system shared by the database and the planning of runs.
pub(crate) type Shared = Arc<dyn FileSystem>;

/// What a run is for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Wanted<'a> {
    /// What the program describes.
    Document,
    /// The value of a top-level name.
    Name(&'a str),
    /// What a top-level function without parameters gives.
    Call(&'a str),
}

/// One database, any number of runs.
pub struct Session {
    pub(crate) db: Database,
    pub(crate) system: Shared,
    pub(crate) base: Base,
    places: Vec<Located>,
    share: bool,
    /// Texts of files may change between runs.
    live: bool,
    /// Others use the database, too.
    foreign: bool,
    pub(crate) natives: NativeTable,
    plugins: Plugins,
    host: Arc<dyn Host>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").finish_non_exhaustive()
    }
}

impl Session {
    /// A session for one run: nothing is kept for later ones.
    pub fn new(system: impl FileSystem + 'static) -> Self {
        Self::build(Arc::new(system), false, Plugins::default())
    }

    /// A session for many runs over files that do not change: packages are checked once, and evaluated once if they
    /// read nothing that belongs to a run.
    pub fn shared(system: impl FileSystem + 'static) -> Self {
        Self::build(Arc::new(system), true, Plugins::default())
    }

    /// A session for runs of a program whose text changes. Other packages do not change, and are evaluated once if
    /// possible.
    pub(crate) fn live(system: Shared) -> Self {
        let db = Database::new(system.clone());
        Self {
            db,
            live: true,
            ..Self::build(system, true, Plugins::default())
        }
    }

    /// A session that asks a database which others use, too: an editor's, say. Nothing in it is changed.
    #[must_use]
    pub fn over(db: Database, system: impl FileSystem + 'static) -> Self {
        Self {
            db,
            foreign: true,
            ..Self::build(Arc::new(system), false, Plugins::default())
        }
    }

    fn build(system: Shared, share: bool, plugins: Plugins) -> Self {
        let host = Arc::new(SessionHost::new(system.clone()));
        Self {
            db: Database::frozen(system.clone()).with_plugins(plugins.clone()),
            system,
            base: Base::default(),
            places: Vec::new(),
            share,
            live: false,
            foreign: false,
            natives: plugins.table(),
            plugins,
            host,
        }
    }

    /// A session whose programs can import the modules of a host.
    ///
    /// # Errors
    /// If a name or signature cannot be used.
    pub fn with_plugins(
        self,
        plugins: impl IntoIterator<Item = Plugin>,
    ) -> Result<Self, PluginError> {
        let plugins = Plugins::new(plugins.into_iter().map(Plugin::declaration))?;
        let host = self.host;
        let mut session = Self::build(self.system, self.share, plugins);
        session.host = host;
        Ok(session)
    }

    /// Lets programs reach the world in another way: with a clock that stands still, say.
    #[must_use]
    pub fn with_host(mut self, host: impl Host + 'static) -> Self {
        self.host = Arc::new(host);
        self
    }

    /// Compiles and runs a program.
    ///
    /// # Errors
    /// If its files, settings or options cannot be used; mistakes in the program are reports of the [`Run`].
    pub fn run(&mut self, options: &RunOptions) -> Result<Run, SessionError> {
        // resolution and checking recurse along chains of declarations, which may be longer than a thread's stack
        stacker::grow(COMPILE_STACK, || self.run_for(options, Wanted::Document))
    }

    /// Compiles and runs a program, then calls one of its top-level functions, which has no parameters. The document is
    /// what it gives.
    ///
    /// # Errors
    /// See [`Session::run`].
    pub fn call(&mut self, options: &RunOptions, name: &str) -> Result<Run, SessionError> {
        stacker::grow(COMPILE_STACK, || self.run_for(options, Wanted::Call(name)))
    }

    /// Compiles and runs a program for what is wanted of it. The stack must be large.
    pub(crate) fn run_for(
        &mut self,
        options: &RunOptions,
        wanted: Wanted<'_>,
    ) -> Result<Run, SessionError> {
        let mut run = self.run_program(options, wanted)?;
        if run.sources.is_empty() {
            run.sources = Texts::new(&self.db, &run.reports);
        }
        Ok(run)
    }

    fn run_program(
        &mut self,
        options: &RunOptions,
        wanted: Wanted<'_>,
    ) -> Result<Run, SessionError> {
        let plan = Plan::new(&self.system, options)?;
        if let Some(mut own) = self.apart(&plan, options) {
            return own.run_for(options, wanted);
        }
        self.set_texts(&plan, options);
        let mut run = Run {
            vm: None,
            document: Value::Undefined,
            emit: EmitOptions {
                show_hidden: plan.emit.show_hidden || plan.type_paths,
                ..plan.emit
            },
            log: String::new(),
            touched: BTreeSet::new(),
            reports: Vec::new(),
            output: plan.output.clone(),
            sources: Texts::default(),
        };
        let db = self.db.clone();
        let finished = interruptible(&db, options.limits.interrupt, || {
            self.compile_and_evaluate(&db, &plan, options, wanted, &mut run);
        });
        if finished.is_none() {
            let error = RunError::new(STEP_LIMIT, "the run was interrupted");
            let places = report::InDatabase {
                db: &self.db,
                places: &[],
            };
            run.vm = None;
            run.reports = vec![report::of_error(&error, &places)];
        }
        Ok(run)
    }

    /// Fills in what a run gives, or what is wrong.
    fn compile_and_evaluate(
        &mut self,
        db: &Database,
        plan: &Plan,
        options: &RunOptions,
        wanted: Wanted<'_>,
        run: &mut Run,
    ) {
        let project = plan.project(db);
        let packages = reachable_packages(db, project);
        run.reports = self.static_reports(db, packages, project);
        if run.reports.iter().any(|r| r.severity == Severity::Error) {
            return;
        }
        let mut limits = options.limits;
        limits.strict_range |= plan.strict_range_check;
        let world = self.world(plan, options);
        match self.evaluate(db, packages, plan, (limits, world), wanted, run) {
            Ok((vm, document)) => {
                run.vm = Some(vm);
                run.document = document;
            }
            Err((error, places)) => {
                let places = &places[..];
                let report = report::of_error(&error, &report::InDatabase { db, places });
                run.reports.push(report);
            }
        }
    }

    /// Another session for a run whose texts are not those of the files, which must not reach other runs.
    pub(crate) fn apart(&self, plan: &Plan, options: &RunOptions) -> Option<Self> {
        let own_texts = options.stdin.is_some() || !plan.overrides.is_empty();
        let is_shared = self.share && !self.live || self.foreign;
        (is_shared && own_texts).then(|| {
            let mut own = Self::build(self.system.clone(), false, self.plugins.clone());
            own.host = Arc::clone(&self.host);
            own
        })
    }

    /// The world around a run.
    pub(crate) fn world(&self, plan: &Plan, options: &RunOptions) -> World {
        let roots = plan.graph.roots().iter();
        let packages = plan.graph.packages().map(|(_, root)| root);
        let roots = roots
            .chain(packages)
            .map(|root| canonical_or_normal(&self.system, root));
        let mut permissions = options.permissions.clone();
        for grant in [&mut permissions.read, &mut permissions.write] {
            if let Grant::These(paths) = grant {
                for path in paths {
                    *path = canonical_or_normal(&self.system, &options.work_dir.join(&*path));
                }
            }
        }
        World {
            host: Arc::clone(&self.host),
            permissions,
            roots: roots.collect(),
            module: plan.root.clone(),
            work_dir: options.work_dir.clone(),
            touched: BTreeSet::new(),
        }
    }

    /// What is wrong with the packages of a program, found without running it.
    pub(crate) fn static_reports<'db>(
        &self,
        db: &'db Database,
        packages: &[Package<'db>],
        project: Project,
    ) -> Vec<Report> {
        let mut found: Vec<(Option<Item<'db>>, Diagnostic)> = Vec::new();
        let graph = import_graph(db, project);
        // packages whose import is not used are parsed all the same
        let parsed = packages.iter().chain(&graph.unused);
        found.extend(graph.diagnostics.iter().map(|d| (None, d.clone())));
        for &package in parsed {
            found.extend(
                package_syntax_diagnostics(db, package)
                    .iter()
                    .map(|d| (None, d.clone())),
            );
        }
        let broken = found.iter().any(|(_, d)| d.severity == Severity::Error);
        for &package in packages {
            for &file in kiln_analysis::package_files(db, package) {
                found.extend(
                    kiln_analysis::file_imports(db, file)
                        .diagnostics
                        .iter()
                        .map(|d| (None, d.clone())),
                );
            }
        }
        // where one item could not be read, what others say about its names is not certain
        if !broken {
            for &package in packages {
                found.extend(
                    name_diagnostics(db, package)
                        .iter()
                        .map(|d| (None, d.clone())),
                );
                found.extend(
                    kiln_analysis::check::check_package(db, package)
                        .iter()
                        .map(|f| (Some(f.item), f.diagnostic.clone())),
                );
            }
        }
        let mut reports: Vec<Report> = found
            .iter()
            .map(|(item, d)| report::of_diagnostic(db, d, item.map(|i| i.place(db)).as_ref()))
            .filter(|r| r.severity == Severity::Error || r.kind != Kind::Warning)
            .collect();
        report::tidy(&mut reports);
        reports
    }

    fn evaluate<'db>(
        &mut self,
        db: &'db Database,
        packages: &[Package<'db>],
        plan: &Plan,
        (limits, world): (Limits, World),
        wanted: Wanted<'_>,
        run: &mut Run,
    ) -> Result<(Vm, Value), (RunError, Vec<Located>)> {
        let mut places = self.places.clone();
        let mut vm = Vm::above(&self.base, self.natives.clone(), limits);
        vm.world = world;
        let (main, imported) = packages
            .split_last()
            .map_or((None, packages), |(last, rest)| (Some(*last), rest));
        let missing: Vec<Package<'db>> = imported
            .iter()
            .copied()
            .filter(|&p| !self.base.has(package_key(db, p)))
            .collect();
        if !missing.is_empty() {
            decode_options(&mut vm, plan);
            let mut failure = None;
            for &package in &missing {
                let (compiled, units) = build_package(db, package);
                places.extend(units);
                let index = vm.add_package(&compiled);
                if let Err(error) = vm.run_package(index) {
                    failure = Some(error);
                    break;
                }
            }
            if let Some(error) = failure {
                run.take_effects(&mut vm);
                return Err((error, places));
            }
            if self.share && !vm.impure && vm.log.is_empty() {
                let world = std::mem::take(&mut vm.world);
                self.base = vm.freeze();
                self.places.clone_from(&places);
                vm = Vm::above(&self.base, self.natives.clone(), limits);
                vm.world = world;
            }
        }
        let Some(main) = main else {
            return Ok((vm, Value::Undefined));
        };
        decode_options(&mut vm, plan);
        let (compiled, units) = build_package(db, main);
        places.extend(units);
        let index = vm.add_package(&compiled);
        let result = vm
            .run_package(index)
            .and_then(|()| result_of(&mut vm, index, plan, wanted));
        run.take_effects(&mut vm);
        match result {
            Ok(document) => Ok((vm, document)),
            Err(error) => Err((error, places)),
        }
    }

    /// Gives the database the texts that differ from the files: standard input, and what `-O` changes.
    pub(crate) fn set_texts(&mut self, plan: &Plan, options: &RunOptions) {
        let stdin = options.stdin.as_deref();
        let text_of = |path: &Path| match stdin {
            Some(text) if path.ends_with(STDIN_FILE) => Some(text.to_owned()),
            _ if plan.overrides.is_empty() => None,
            // what cannot be read is reported when it is compiled
            _ => self.system.read_text(path).ok(),
        };
        let (paths, mut texts): (Vec<&Path>, Vec<String>) = plan
            .files
            .iter()
            .filter_map(|path| Some((path.as_path(), text_of(path)?)))
            .unzip();
        crate::overrides::apply(&mut texts, &plan.overrides);
        for (path, text) in paths.into_iter().zip(texts) {
            self.db
                .set_text(&path.to_string_lossy(), Some(Arc::from(text)));
        }
    }
}

/// What is wanted of a package that was run.
pub(crate) fn result_of(
    vm: &mut Vm,
    package: u32,
    plan: &Plan,
    wanted: Wanted<'_>,
) -> Result<Value, RunError> {
    match wanted {
        Wanted::Document => {}
        Wanted::Name(name) => return Ok(vm.global(package, name).unwrap_or(Value::Undefined)),
        Wanted::Call(name) => {
            let callee = vm.global(package, name).unwrap_or(Value::Undefined);
            return vm.call(callee, &[]);
        }
    }
    let document = vm.document(package, plan.emit.show_hidden)?;
    let document = if plan.type_paths {
        vm.with_type_paths(document, plan.emit.show_hidden)
    } else {
        document
    };
    match &plan.selectors[..] {
        [] => Ok(document),
        [one] => crate::selector::select(&vm.heap, document, one),
        many => {
            let mut values = Vec::new();
            for path in many {
                values.push(crate::selector::select(&vm.heap, document, path)?);
            }
            Ok(Value::List(vm.heap.list(&values)))
        }
    }
}

/// Gives a machine the values that `option(…)` reads.
pub(crate) fn decode_options(vm: &mut Vm, plan: &Plan) {
    for option in &plan.arguments {
        // the text is JSON by construction
        let text = vm.heap.text(&option.json);
        if let Some(decode) = kiln_stdlib::module_fn_id("json", "decode")
            && let Ok(value) = vm.call(Value::Native(decode), &[text])
        {
            vm.options.insert(option.key.clone(), value);
        }
    }
}
