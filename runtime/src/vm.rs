//! The virtual machine: one evaluation of a program.
//!
//! Calls of lambdas do not use the native stack; evaluating slots, instantiating and merging do, guarded by a depth
//! limit and by growing the stack on demand.

mod arith;
mod attr;
mod calls;
mod instance;
mod interp;
mod layout;
mod link;
mod merge;
mod output;
mod pack;
mod slots;
mod trace;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use rustc_hash::FxHashMap;

use crate::bytecode::Unit;
use crate::class::{Class, LayoutRef};
use crate::effects::World;
use crate::error::{self, Loc, Result, RunError};
use crate::heap::{DictBuilder, Frozen, Heap};
use crate::native::NativeTable;
use crate::origin::{Origin, Origins};
use crate::value::{ClassId, Inst, List, Sym, Value};

pub use link::Base;
pub use trace::TopLevel;

/// A document stream that replaces the program's output (`manifests.yaml_stream`).
#[derive(Clone, Debug)]
pub struct Stream {
    /// The documents.
    pub documents: Vec<Value>,
    /// Sort keys.
    pub sort_keys: bool,
    /// Drop `_private` keys.
    pub ignore_private: bool,
    /// Drop `None`.
    pub ignore_none: bool,
    /// Line between documents, `---` by default.
    pub separator: String,
}

/// What an evaluation may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Nested calls and evaluations.
    pub depth: usize,
    /// Calls and loop rounds.
    pub steps: u64,
    /// Bytes of heap.
    pub memory: usize,
    /// Whether integers must fit 32 bits.
    pub strict_range: bool,
    /// Ends the evaluation soon after it becomes true: for callers that change their mind.
    pub interrupt: Option<&'static AtomicBool>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 8_000,
            steps: u64::MAX,
            memory: 4 << 30,
            strict_range: false,
            interrupt: None,
        }
    }
}

/// A linked unit.
#[derive(Clone, Debug)]
pub(crate) struct LinkedUnit {
    pub(crate) unit: Arc<Unit>,
    pub(crate) file: Arc<Path>,
    pub(crate) package: u32,
}

/// All linked units; shared by an evaluation and the code that runs in it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Image {
    pub(crate) units: Vec<LinkedUnit>,
}

/// Handles of a unit in this run's heap.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) syms: Vec<Sym>,
    pub(crate) consts: Vec<Value>,
    /// Package and slot; `u32::MAX` if there is no such name.
    pub(crate) globals: Vec<(u32, u32)>,
    /// Name of each field, and the slot in which it was found last: a hint, so that runs may share it.
    pub(crate) fields: Vec<(Sym, AtomicU32)>,
}

/// A top-level name of a package.
#[derive(Clone, Debug, Default)]
pub(crate) struct GlobalSlot {
    pub(crate) setters: Vec<GlobalSetter>,
    /// Whether a read depends on where the reader stands.
    pub(crate) positional: bool,
    /// Type alias: unit and type.
    pub(crate) alias: Option<(u32, u32)>,
}

/// A setter of a top-level name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GlobalSetter {
    pub(crate) unit: u32,
    pub(crate) index: u32,
    /// Position among all setters of the package.
    pub(crate) seq: u32,
}

/// What does not change of a package.
#[derive(Debug)]
pub(crate) struct PackageShape {
    pub(crate) path: Arc<str>,
    pub(crate) names: Vec<Sym>,
    pub(crate) by_name: FxHashMap<Sym, u32>,
    pub(crate) slots: Vec<GlobalSlot>,
    pub(crate) units: std::ops::Range<u32>,
    pub(crate) is_main: bool,
}

/// A package of this run.
#[derive(Clone, Debug)]
pub(crate) struct PackageState {
    pub(crate) shape: Arc<PackageShape>,
    pub(crate) values: Vec<Value>,
    /// Position of the statement that runs; `u32::MAX` when none does.
    pub(crate) position: u32,
}

/// Whose slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Owner {
    Package(u32),
    Inst(Inst),
}

/// A slot that is being evaluated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RunningSlot {
    pub(crate) owner: Owner,
    pub(crate) slot: u32,
    pub(crate) value: Value,
}

/// An activation of a code block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) unit: u32,
    pub(crate) code: u32,
    pub(crate) pc: u32,
    pub(crate) base: u32,
    pub(crate) dst: u16,
    pub(crate) part: u16,
    pub(crate) owner: Inst,
    pub(crate) captures: List,
    pub(crate) dict_base: u32,
    pub(crate) acc_base: u32,
    pub(crate) key: Value,
}

/// No instance.
pub(crate) const NO_INST: Inst = Inst(u32::MAX);

/// An instantiation, for `Schema.instances()`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InstanceRecord {
    pub(crate) value: Inst,
    pub(crate) class: ClassId,
    /// Package of the code that made it.
    pub(crate) package: u32,
}

/// One evaluation.
pub struct Vm {
    /// Where values live.
    pub heap: Heap,
    /// Native functions.
    pub natives: NativeTable,
    /// What `print` wrote.
    pub log: String,
    /// The stream that replaces the output, if any.
    pub stream: Option<Stream>,
    /// Options given by the caller: name to value, already decoded from JSON (the last of equal names).
    pub options: FxHashMap<String, Value>,
    /// Whether per-run inputs (`option`, files, clock …) were read, so that results must not be shared with other runs.
    pub impure: bool,
    /// The world around the evaluation, and what it touched.
    pub world: World,
    /// Compiled regular expressions; see `kiln_stdlib`.
    pub regexes: FxHashMap<String, Result<Arc<fancy_regex::Regex>, String>>,
    /// Bytes that they take at most.
    pub regex_bytes: usize,
    /// Limits of this evaluation.
    pub limits: Limits,
    pub(crate) image: Arc<Image>,
    pub(crate) links: Vec<Arc<Link>>,
    pub(crate) packages: Vec<PackageState>,
    pub(crate) package_index: FxHashMap<Arc<str>, u32>,
    pub(crate) classes: Vec<Class>,
    pub(crate) layouts: Vec<Option<LayoutRef>>,
    pub(crate) stack: Vec<Value>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) acc: Vec<Value>,
    pub(crate) acc_marks: Vec<u32>,
    pub(crate) dicts: Vec<DictBuilder>,
    pub(crate) dict_depth: u32,
    pub(crate) spare: Vec<DictBuilder>,
    pub(crate) running: Vec<RunningSlot>,
    /// Entries `key[index] += …` of open dicts that had no list for them: depth, key, index.
    pub(crate) open_inserts: Vec<(u32, Sym, i64)>,
    /// The same of finished dicts: where they insert when they are merged into something.
    pub(crate) inserts: FxHashMap<(crate::value::Dict, Sym), i64>,
    pub(crate) prefixes: FxHashMap<(u32, u32), Vec<Value>>,
    pub(crate) outputs: Vec<Value>,
    pub(crate) uses_instances: bool,
    pub(crate) instances: Vec<InstanceRecord>,
    pub(crate) pending: Vec<(Inst, Option<Loc>)>,
    pub(crate) inst_depth: u32,
    pub(crate) native_depth: usize,
    pub(crate) linking: Vec<ClassId>,
    pub(crate) steps: u64,
    pub(crate) scratch: String,
    pub(crate) members: FxHashMap<Sym, crate::value::NativeId>,
    /// Where values come from, if that is written down.
    pub(crate) origins: Option<Box<Origins>>,
    /// Of attributes that are being evaluated, innermost last.
    pub(crate) attr_origins: Vec<Origin>,
    /// Of top-level names: package and slot.
    pub(crate) global_origins: FxHashMap<(u32, u32), Origin>,
}

/// Native functions with this id are `Schema.instances`, which the machine implements itself.
pub(crate) const INSTANCES: u16 = u16::MAX;

impl Vm {
    /// A machine without a program.
    #[must_use]
    pub fn new(natives: NativeTable, limits: Limits) -> Self {
        Self::above(&Base::default(), natives, limits)
    }

    pub(crate) fn with_heap(heap: Heap, natives: NativeTable, limits: Limits) -> Self {
        Self {
            heap,
            natives,
            log: String::new(),
            stream: None,
            options: FxHashMap::default(),
            impure: false,
            world: World::default(),
            regexes: FxHashMap::default(),
            regex_bytes: 0,
            limits,
            image: Arc::default(),
            links: Vec::new(),
            packages: Vec::new(),
            package_index: FxHashMap::default(),
            classes: Vec::new(),
            layouts: Vec::new(),
            stack: Vec::with_capacity(256),
            frames: Vec::with_capacity(32),
            acc: Vec::new(),
            acc_marks: Vec::new(),
            dicts: Vec::new(),
            dict_depth: 0,
            spare: Vec::new(),
            running: Vec::new(),
            open_inserts: Vec::new(),
            inserts: FxHashMap::default(),
            prefixes: FxHashMap::default(),
            outputs: Vec::new(),
            uses_instances: false,
            instances: Vec::new(),
            pending: Vec::new(),
            inst_depth: 0,
            native_depth: 0,
            linking: Vec::new(),
            steps: 0,
            scratch: String::new(),
            members: FxHashMap::default(),
            origins: None,
            attr_origins: Vec::new(),
            global_origins: FxHashMap::default(),
        }
    }

    /// A machine whose heap, packages and schemas start as those of a frozen one.
    #[must_use]
    pub fn above(base: &Base, natives: NativeTable, limits: Limits) -> Self {
        let mut vm = Self::with_heap(Heap::above(Arc::clone(&base.heap)), natives, limits);
        vm.image = Arc::clone(&base.image);
        vm.links = base.links.clone();
        vm.packages = base.packages.clone();
        vm.package_index = base.package_index.clone();
        vm.classes = base.classes.clone();
        vm.layouts = base.layouts.clone();
        (vm.origins, vm.global_origins) = base.traced.clone();
        vm
    }

    /// Calls a function value.
    ///
    /// # Errors
    /// Whatever the call fails with.
    pub fn call(&mut self, callee: Value, args: &[Value]) -> Result<Value> {
        let image = Arc::clone(&self.image);
        self.call_value(&image, callee, args, &[])
    }

    /// Calls a function value; gives the error with which it fails. The machine is as before then, so that evaluation can
    /// go on.
    ///
    /// # Errors
    /// If a limit is exceeded, which no program can go on from.
    pub fn attempt(&mut self, callee: Value) -> Result<Option<RunError>> {
        let (pending, running) = (self.pending.len(), self.running.len());
        let open_inserts = self.open_inserts.clone();
        let Err(failure) = self.call(callee, &[]) else {
            return Ok(None);
        };
        if failure.0.code.is_limit() {
            return Err(failure);
        }
        self.pending.truncate(pending);
        self.running.truncate(running);
        self.open_inserts = open_inserts;
        Ok(Some(failure))
    }

    /// The union `a | b` of two values.
    ///
    /// # Errors
    /// If they have none.
    pub fn merge(&mut self, a: Value, b: Value) -> Result<Value> {
        let image = Arc::clone(&self.image);
        self.union(&image, a, b, merge::Mode::Operator)
    }

    /// Name of a schema; with its package in front if `full` and it is not in the main package.
    #[must_use]
    pub fn class_name(&self, class: ClassId, full: bool) -> String {
        let Some(info) = self.classes.get(class.0 as usize) else {
            return String::new();
        };
        let name = self.heap.name(info.name);
        let shape = &self.packages[info.package as usize].shape;
        if full && !shape.is_main {
            format!("{}.{name}", shape.path)
        } else {
            name.to_owned()
        }
    }

    /// Whether the evaluation may allocate `bytes` more.
    ///
    /// # Errors
    /// `MEMORY_LIMIT` if not.
    #[inline]
    pub fn reserve(&self, bytes: usize) -> Result<()> {
        if self.heap.bytes().saturating_add(bytes) > self.limits.memory {
            return Err(self.out_of_memory());
        }
        Ok(())
    }

    /// How many bytes the evaluation may still allocate.
    #[must_use]
    pub const fn room(&self) -> usize {
        self.limits.memory.saturating_sub(self.heap.bytes())
    }

    /// Appends the text of a value, as `str` gives it.
    ///
    /// # Errors
    /// `MEMORY_LIMIT` if there is no room for it.
    #[inline]
    pub fn push_text(&self, out: &mut String, value: Value) -> Result<()> {
        crate::text::write_text(&self.heap, out, self.room(), value)
            .map_err(|_| self.out_of_memory())
    }

    /// The error of a program that needs too much memory.
    #[cold]
    #[must_use]
    pub fn out_of_memory(&self) -> RunError {
        RunError::new(
            error::MEMORY_LIMIT,
            format!("the program needs more than {} MiB of memory", self.limits.memory >> 20),
        )
        .help("look for a range, repetition or comprehension that is larger than intended, or raise `--max-memory`")
    }

    /// The source file that is being evaluated.
    #[must_use]
    pub fn source_file(&self) -> &Path {
        let frame = self.frames.last();
        let unit = frame.and_then(|f| self.image.units.get(f.unit as usize));
        unit.map_or(Path::new(""), |u| &*u.file)
    }

    /// A path as the program means it: relative ones start at the folder of the source file that is being evaluated.
    #[must_use]
    pub fn path_from_source(&self, path: &str) -> PathBuf {
        let dir = self.source_file().parent().unwrap_or(Path::new(""));
        dir.join(path)
    }

    /// Place of the instruction before the program counter of a frame.
    pub(crate) fn loc_of(&self, frame: &Frame) -> Option<Loc> {
        let unit = self.image.units.get(frame.unit as usize)?;
        let code = unit.unit.codes.get(frame.code as usize)?;
        let pc = frame.pc.saturating_sub(1);
        let at = code.spans.partition_point(|s| s.0 <= pc).checked_sub(1)?;
        let range = code.spans[at].1;
        Some(Loc {
            item: frame.unit,
            start: range.start,
            end: range.end,
        })
    }

    /// Place of the statement around it.
    pub(crate) fn statement_of(&self, frame: &Frame) -> Option<Loc> {
        let unit = self.image.units.get(frame.unit as usize)?;
        let code = unit.unit.codes.get(frame.code as usize)?;
        let pc = frame.pc.saturating_sub(1);
        let at = code
            .statements
            .partition_point(|s| s.0 <= pc)
            .checked_sub(1)?;
        let range = code.statements[at].1;
        Some(Loc {
            item: frame.unit,
            start: range.start,
            end: range.end,
        })
    }

    /// Counts a unit of work.
    #[inline]
    pub(crate) fn step(&mut self) -> Result<()> {
        self.steps += 1;
        if self.steps & 0xfff == 0 {
            self.check_limits()
        } else {
            Ok(())
        }
    }

    #[cold]
    fn check_limits(&mut self) -> Result<()> {
        let held =
            self.heap.bytes() + (self.acc.capacity() + self.stack.capacity()) * size_of::<Value>();
        if held > self.limits.memory {
            return Err(self.out_of_memory());
        }
        if let Some(interrupt) = self.limits.interrupt
            && interrupt.load(Ordering::Relaxed)
        {
            return Err(RunError::new(error::STEP_LIMIT, "the run was interrupted"));
        }
        if self.steps > self.limits.steps {
            return Err(self.out_of_steps());
        }
        Ok(())
    }

    /// How many steps the evaluation may still take.
    #[must_use]
    pub const fn steps_left(&self) -> u64 {
        self.limits.steps.saturating_sub(self.steps)
    }

    /// The error of a program that runs for too long.
    #[cold]
    #[must_use]
    pub fn out_of_steps(&self) -> RunError {
        RunError::new(
            error::STEP_LIMIT,
            format!("the program did not end within {} steps", self.limits.steps),
        )
        .help("look for a recursion or comprehension without end, or raise `--max-steps`")
    }

    /// Enters a native recursion: evaluating a slot, instantiating, merging.
    pub(crate) fn deeper<T>(&mut self, f: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.native_depth + self.frames.len() > self.limits.depth {
            return Err(self.too_deep());
        }
        self.native_depth += 1;
        let result = stacker::maybe_grow(64 << 10, 1 << 20, || f(self));
        self.native_depth -= 1;
        result
    }

    #[cold]
    pub(crate) fn too_deep(&self) -> RunError {
        RunError::new(
            error::DEPTH_LIMIT,
            format!(
                "the program recurses more than {} levels deep",
                self.limits.depth
            ),
        )
        .help("look for a function or schema that calls itself without end, or raise `--max-depth`")
    }

    /// A builder to merge dicts in; give it back with [`Vm::give_back`].
    pub(crate) fn builder(&mut self) -> DictBuilder {
        self.spare.pop().unwrap_or_default()
    }

    /// Returns a builder for reuse.
    pub(crate) fn give_back(&mut self, mut builder: DictBuilder) {
        if self.spare.len() < 16 && builder.entries.capacity() < 4096 {
            builder.clear();
            self.spare.push(builder);
        }
    }

    /// Frozen form of everything evaluated so far, for other machines to start from. The per-run parts are dropped.
    #[must_use]
    pub fn freeze(self) -> Base {
        let heap: Arc<Frozen> = self.heap.freeze();
        Base {
            heap,
            image: self.image,
            links: self.links,
            packages: self.packages,
            package_index: self.package_index,
            classes: self.classes,
            layouts: self.layouts,
            traced: (self.origins, self.global_origins),
        }
    }
}
