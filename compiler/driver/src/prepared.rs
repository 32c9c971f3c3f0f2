//! Programs that were compiled, and need no database to be run: whoever shares a database with others lets go of it
//! meanwhile.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use kiln_analysis::imports::reachable_packages;
use kiln_analysis::{Database, Db};
use kiln_codegen::{Located, build_package};
use kiln_runtime::effects::World;
use kiln_runtime::emit::EmitOptions;
use kiln_runtime::error::{Loc, RunError};
use kiln_runtime::native::NativeTable;
use kiln_runtime::program::Package;
use kiln_runtime::value::Value;
use kiln_runtime::vm::{Base, Limits, Vm};
use kiln_syntax::diagnostic::{Place, Severity};
use kiln_syntax::line_index::LineIndex;
use kiln_syntax::span::Span;
use rustc_hash::FxHashMap;

use crate::options::RunOptions;
use crate::plan::Plan;
use crate::report::{self, Locate, Report, ReportLabel, Texts};
use crate::run::Run;
use crate::session::{COMPILE_STACK, Session, SessionError, Wanted, decode_options, result_of};
use crate::values::Values;

/// A program ready to be run.
pub struct Prepared {
    /// Imported ones first.
    packages: Vec<Package>,
    sources: Sources,
    plan: Plan,
    world: World,
    limits: Limits,
    natives: NativeTable,
    reports: Vec<Report>,
    texts: Texts,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").finish_non_exhaustive()
    }
}

impl Session {
    /// Compiles a program.
    ///
    /// # Errors
    /// See [`Session::run`]. Mistakes in the program are reports of its [`Run`].
    pub fn prepare(&mut self, options: &RunOptions) -> Result<Prepared, SessionError> {
        stacker::grow(COMPILE_STACK, || self.prepare_program(options))
    }

    fn prepare_program(&mut self, options: &RunOptions) -> Result<Prepared, SessionError> {
        let plan = Plan::new(&self.system, options)?;
        if let Some(mut own) = self.apart(&plan, options) {
            return own.prepare_program(options);
        }
        self.set_texts(&plan, options);
        let db = self.db.clone();
        let project = plan.project(&db);
        let packages = reachable_packages(&db, project);
        let reports = self.static_reports(&db, packages, project);
        let mut limits = options.limits;
        limits.strict_range |= plan.strict_range_check;
        let mut prepared = Prepared {
            packages: Vec::new(),
            sources: Sources::default(),
            world: self.world(&plan, options),
            plan,
            limits,
            natives: self.natives.clone(),
            texts: Texts::new(&db, &reports),
            reports,
        };
        if !prepared.has_errors() {
            for &package in packages {
                let (compiled, units) = build_package(&db, package);
                prepared.packages.push(compiled);
                prepared.sources.add(&db, &units);
            }
        }
        Ok(prepared)
    }
}

impl Prepared {
    /// Its files; nothing if it has mistakes.
    pub fn files(&self) -> impl Iterator<Item = &Arc<str>> {
        self.sources.texts.keys()
    }

    fn has_errors(&self) -> bool {
        let mut reports = self.reports.iter();
        reports.any(|report| report.severity == Severity::Error)
    }

    /// Runs the program.
    #[must_use]
    pub fn run(self) -> Run {
        self.evaluate(None).0
    }

    /// Runs the program, and tells where its values come from. Of a program that fails, what it got to is told.
    #[must_use]
    pub fn run_traced(self) -> (Run, Values) {
        self.evaluate(Some(&[]))
    }

    /// The same for the value at a path and what it consists of, however many values there are.
    #[must_use]
    pub fn run_traced_at(self, path: &[String]) -> (Run, Values) {
        self.evaluate(Some(path))
    }

    fn evaluate(self, traced: Option<&[String]>) -> (Run, Values) {
        let mut run = Run {
            vm: None,
            document: Value::Undefined,
            emit: EmitOptions {
                show_hidden: self.plan.emit.show_hidden || self.plan.type_paths,
                ..self.plan.emit
            },
            log: String::new(),
            touched: BTreeSet::new(),
            output: self.plan.output.clone(),
            sources: Texts::default(),
            reports: Vec::new(),
        };
        if self.has_errors() {
            run.reports = self.reports;
            run.sources = self.texts;
            return (run, Values::default());
        }
        let Self {
            packages,
            sources,
            plan,
            world,
            limits,
            natives,
            reports,
            texts: _,
        } = self;
        run.reports = reports;
        let mut vm = Vm::above(&Base::default(), natives, limits);
        vm.world = world;
        if traced.is_some() {
            vm.trace();
        }
        let result = stacker::grow(COMPILE_STACK, || evaluated(&mut vm, &packages, &plan));
        run.take_effects(&mut vm);
        // what a selector gives is no part of the program
        let document = result.as_ref().ok().copied();
        let document = document.filter(|_| plan.selectors.is_empty());
        let values = traced.map(|path| Values::new(&vm, &sources, document, path));
        let values = values.unwrap_or_default();
        match result {
            Ok(document) => {
                run.document = document;
                run.vm = Some(vm);
            }
            Err(error) => run.reports.push(report::of_error(&error, &sources)),
        }
        run.sources = sources.quoted(&run.reports);
        (run, values)
    }
}

/// Runs packages; gives the document of the last.
fn evaluated(vm: &mut Vm, packages: &[Package], plan: &Plan) -> Result<Value, RunError> {
    decode_options(vm, plan);
    let mut main = None;
    for package in packages {
        let index = vm.add_package(package);
        vm.run_package(index)?;
        main = Some(index);
    }
    match main {
        Some(main) => result_of(vm, main, plan, Wanted::Document),
        None => Ok(Value::Undefined),
    }
}

/// The files that units come from, as they were compiled.
#[derive(Default)]
pub(crate) struct Sources {
    /// The file of each unit, and where its item begins.
    units: Vec<(Arc<str>, u32)>,
    texts: FxHashMap<Arc<str>, Arc<str>>,
    lines: RefCell<FxHashMap<Arc<str>, Arc<LineIndex>>>,
}

impl Sources {
    fn add(&mut self, db: &Database, units: &[Located]) {
        for unit in units {
            let place = Place {
                path: Arc::clone(&unit.path),
                item: Some(unit.item),
            };
            let start = kiln_analysis::syntax::absolute_span(db, &place, Span::default()).start;
            self.units.push((Arc::clone(&unit.path), start));
            if !self.texts.contains_key(&unit.path)
                && let Some(text) = db.source(&unit.path).text(db)
            {
                self.texts.insert(Arc::clone(&unit.path), Arc::clone(text));
            }
        }
    }

    /// The texts of files that reports point into.
    fn quoted(&self, reports: &[Report]) -> Texts {
        let mut texts = Texts::default();
        for label in reports
            .iter()
            .flat_map(|r| r.primary.iter().chain(&r.labels))
        {
            texts.insert(Arc::clone(&label.path), self.text(&label.path));
        }
        texts
    }

    /// The file of a place, and its bytes in it.
    pub(crate) fn place(&self, loc: Loc) -> Option<(&Arc<str>, Span)> {
        let (path, start) = self.units.get(loc.item as usize)?;
        Some((path, Span::new(start + loc.start, start + loc.end)))
    }

    /// The line of a byte, counted from 1.
    pub(crate) fn line(&self, path: &Arc<str>, offset: u32) -> u32 {
        self.index(path).line(offset)
    }

    fn index(&self, path: &Arc<str>) -> Arc<LineIndex> {
        let mut lines = self.lines.borrow_mut();
        let known = lines.entry(Arc::clone(path));
        Arc::clone(known.or_insert_with(|| Arc::new(LineIndex::new(self.text(path)))))
    }
}

impl Locate for Sources {
    fn label(&self, loc: Loc, text: &str) -> Option<ReportLabel> {
        let (path, span) = self.place(loc)?;
        Some(report::label_in(self.text(path), path, span, text))
    }

    fn text(&self, path: &str) -> &str {
        self.texts.get(path).map_or("", |text| &**text)
    }
}
