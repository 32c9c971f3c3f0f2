//! What the values of a program are, and where they come from: a tree of limited size that outlives the run.

mod text;

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;
use std::ops::Range;
use std::sync::Arc;

use kiln_runtime::origin::{Fate, How, Origin, Setting};
use kiln_runtime::value::{Sym, Value};
use kiln_runtime::vm::Vm;
use kiln_syntax::span::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::prepared::Sources;
use crate::report::Locate;

/// So many values are kept.
const MOST: usize = 20_000;
/// Values that lie deeper are not.
const DEEPEST: u16 = 32;

/// A value of a program, by its number in [`Values`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueId(u32);

/// How a value is found in the one that it is part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A top-level name of a package, whose import path is empty for the program itself.
    Name(Arc<str>, Arc<str>),
    /// A key or attribute.
    Key(Arc<str>),
    /// A position in a list.
    Item(u32),
}

impl Step {
    /// Whether a part of a path means it; of top-level names those of the program itself.
    fn is_named(&self, part: &str) -> bool {
        match self {
            Self::Name(package, name) => package.is_empty() && **name == *part,
            Self::Key(key) => **key == *part,
            Self::Item(at) => part.parse() == Ok(*at),
        }
    }
}

/// How a place sets a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OriginKind {
    /// It declares an attribute and gives no value.
    Declared,
    /// It declares an attribute with this default.
    Default,
    /// It is this entry or assignment.
    Set,
}

/// What became of what a place set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OriginRole {
    /// It is the value.
    Current,
    /// It is a part of the value.
    United,
    /// A later one took its place.
    Overridden,
}

/// A place that sets a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueOrigin {
    /// The file.
    pub path: Arc<str>,
    /// The bytes of the key, attribute or name.
    pub range: Range<u32>,
    /// The line, counted from 1.
    pub line: u32,
    /// How it sets the value.
    pub kind: OriginKind,
    /// What became of that.
    pub role: OriginRole,
}

/// A value.
#[derive(Clone, Debug)]
pub struct ValueInfo {
    /// What it is part of.
    pub parent: Option<ValueId>,
    /// How it is found there.
    pub step: Step,
    /// As a program would write it, cut if it is long.
    pub text: Box<str>,
    /// Its type.
    pub ty: Arc<str>,
    /// Whether it has no parts.
    pub is_scalar: bool,
    /// The places that set it: the last one first. Of an item, those of its list.
    pub origins: Box<[ValueOrigin]>,
}

/// The values of a program.
#[derive(Clone, Debug, Default)]
pub struct Values {
    all: Vec<ValueInfo>,
    /// The values that the name at a place sets: by file, sorted by where the name starts.
    places: BTreeMap<Arc<str>, Vec<(Span, ValueId)>>,
    /// The length of the longest of these names.
    longest: u32,
    /// Whether there are more values than these.
    cut: bool,
}

impl Values {
    /// The values of a machine and its document: those at a path and below it.
    pub(crate) fn new(
        vm: &Vm,
        sources: &Sources,
        document: Option<Value>,
        path: &[String],
    ) -> Self {
        let mut values = Self::default();
        let mut collector = Collector {
            vm,
            sources,
            path,
            texts: FxHashMap::default(),
            origins: FxHashMap::default(),
            pending: VecDeque::new(),
        };
        collector.collect(&mut values, document);
        for places in values.places.values_mut() {
            places.sort_unstable_by_key(|(span, id)| (span.start, span.end, *id));
        }
        values
    }

    /// Whether nothing is known.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether the program has more values than these.
    #[must_use]
    pub const fn is_cut(&self) -> bool {
        self.cut
    }

    /// What is known about a value.
    #[must_use]
    pub fn get(&self, id: ValueId) -> Option<&ValueInfo> {
        self.all.get(id.0 as usize)
    }

    /// The value at a path of the program: top-level name, keys, positions.
    #[must_use]
    pub fn at<S: AsRef<str>>(&self, path: &[S]) -> Option<&ValueInfo> {
        let mut found: Option<ValueId> = None;
        for part in path {
            let is_it =
                |info: &ValueInfo| info.parent == found && info.step.is_named(part.as_ref());
            let mut all = self.all.iter().zip(0..);
            let (_, next) = all.find(|(info, _)| is_it(info))?;
            found = Some(ValueId(next));
        }
        self.get(found?)
    }

    /// The values that the name around a byte of a file sets, or would set if no other place did.
    #[must_use]
    pub fn set_at(&self, path: &str, offset: u32) -> Vec<ValueId> {
        let places = self.places.get(path).map_or(&[][..], Vec::as_slice);
        let first = places.partition_point(|(span, _)| span.start + self.longest < offset);
        let near = places[first..].iter();
        near.take_while(|(span, _)| span.start <= offset)
            .filter(|(span, _)| offset <= span.end)
            .map(|(_, id)| *id)
            .collect()
    }

    /// How a value is written as a path: `a.b[0]`, with the package in front if it is not the program itself.
    #[must_use]
    pub fn path_of(&self, id: ValueId) -> String {
        let mut steps = Vec::new();
        let mut next = Some(id);
        while let Some(info) = next.and_then(|id| self.get(id)) {
            steps.push(&info.step);
            next = info.parent;
        }
        let mut out = String::new();
        for step in steps.into_iter().rev() {
            // writing to a string cannot fail
            let _ = match step {
                Step::Name(package, name) if package.is_empty() => write!(out, "{name}"),
                Step::Name(package, name) => write!(out, "{package}.{name}"),
                Step::Key(key) if text::is_plain(key) => write!(out, ".{key}"),
                Step::Key(key) => write!(out, "[{key:?}]"),
                Step::Item(at) => write!(out, "[{at}]"),
            };
        }
        out
    }

    /// Each value with its number.
    pub fn iter(&self) -> impl Iterator<Item = (ValueId, &ValueInfo)> {
        let numbers = (0..).map(ValueId);
        numbers.zip(&self.all)
    }
}

/// A value to look at.
struct Pending {
    parent: Option<ValueId>,
    depth: u16,
    step: Step,
    value: Value,
    origin: Origin,
}

struct Collector<'v> {
    vm: &'v Vm,
    sources: &'v Sources,
    /// Only the values on the way to it, and below it, are looked at.
    path: &'v [String],
    /// Texts of symbols and types.
    texts: FxHashMap<String, Arc<str>>,
    origins: FxHashMap<Origin, Box<[ValueOrigin]>>,
    pending: VecDeque<Pending>,
}

impl Collector<'_> {
    fn collect(&mut self, values: &mut Values, document: Option<Value>) {
        let mut packages: Vec<(u32, &str, bool)> = self.vm.package_paths().collect();
        // the program itself first
        packages.sort_by_key(|(index, _, is_main)| (!is_main, *index));
        let main = packages.first().filter(|(_, _, is_main)| *is_main);
        if let (Some(&(main, ..)), Some(document)) = (main, document) {
            self.unnamed(main, document);
        }
        for (package, path, is_main) in packages {
            let path = self.text(if is_main { "" } else { path });
            for top in self.vm.top_level(package) {
                let name = self.text(self.vm.heap.name(top.name));
                self.add(Pending {
                    parent: None,
                    depth: 0,
                    step: Step::Name(Arc::clone(&path), name),
                    value: top.value,
                    origin: top.origin,
                });
            }
        }
        // level by level, so that what lies deep does not hide other names
        while let Some(pending) = self.pending.pop_front() {
            if values.all.len() == MOST {
                values.cut = true;
                break;
            }
            self.take(values, pending);
        }
    }

    /// What a document has beside top-level names: parts of the values of expression statements.
    fn unnamed(&mut self, main: u32, document: Value) {
        let names: FxHashSet<Sym> = self.vm.top_level(main).iter().map(|it| it.name).collect();
        let entries = self.vm.heap.entries_of(document).unwrap_or_default();
        for entry in entries.iter().filter(|entry| !names.contains(&entry.key)) {
            let name = self.text(self.vm.heap.name(entry.key));
            self.add(Pending {
                parent: None,
                depth: 0,
                step: Step::Name("".into(), name),
                value: entry.value,
                origin: entry.origin,
            });
        }
    }

    fn add(&mut self, pending: Pending) {
        let wanted = self.path.get(usize::from(pending.depth));
        if wanted.is_some_and(|part| !pending.step.is_named(part)) {
            return;
        }
        let is_value = !matches!(
            pending.value,
            Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_)
        );
        if is_value && !pending.value.is_undefined() {
            self.pending.push_back(pending);
        }
    }

    fn take(&mut self, values: &mut Values, pending: Pending) {
        let id = ValueId(values.all.len() as u32);
        let origins = self.origins_of(pending.origin);
        let is_item = matches!(pending.step, Step::Item(_));
        for origin in origins.iter().filter(|_| !is_item) {
            let span = Span::new(origin.range.start, origin.range.end);
            values.longest = values.longest.max(span.len());
            let places = values.places.entry(Arc::clone(&origin.path)).or_default();
            places.push((span, id));
        }
        let ty = self.vm.type_name(pending.value);
        values.all.push(ValueInfo {
            parent: pending.parent,
            step: pending.step,
            text: text::short(&self.vm.heap, pending.value).into(),
            ty: self.text(&ty),
            is_scalar: !matches!(
                pending.value,
                Value::Dict(_) | Value::Inst(_) | Value::List(_)
            ),
            origins,
        });
        if pending.depth == DEEPEST {
            values.cut = true;
            return;
        }
        let inner = |step, value, origin| Pending {
            parent: Some(id),
            depth: pending.depth + 1,
            step,
            value,
            origin,
        };
        if let Value::List(list) = pending.value {
            for (at, &item) in self.vm.heap.items(list).iter().enumerate().take(MOST) {
                self.add(inner(Step::Item(at as u32), item, pending.origin));
            }
        }
        let entries = self.vm.heap.entries_of(pending.value).unwrap_or_default();
        for entry in entries.iter().take(MOST) {
            let key = self.text(self.vm.heap.name(entry.key));
            // what a function made of a dict says nothing about its parts
            let origin = if entry.origin.is_unknown() {
                pending.origin
            } else {
                entry.origin
            };
            self.add(inner(Step::Key(key), entry.value, origin));
        }
    }

    fn text(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.texts.get(text) {
            return Arc::clone(known);
        }
        let new: Arc<str> = text.into();
        self.texts.insert(text.to_owned(), Arc::clone(&new));
        new
    }

    fn origins_of(&mut self, origin: Origin) -> Box<[ValueOrigin]> {
        if let Some(known) = self.origins.get(&origin) {
            return known.clone();
        }
        let places = self.vm.places(origin).into_iter();
        let found: Box<[ValueOrigin]> = places
            .filter_map(|(setting, fate)| self.place(setting, fate))
            .collect();
        self.origins.insert(origin, found.clone());
        found
    }

    fn place(&self, setting: Setting, fate: Fate) -> Option<ValueOrigin> {
        let (path, span) = self.sources.place(setting.at)?;
        let text = self.sources.text(path).get(span.range())?;
        let name = self.vm.heap.name(setting.name);
        let range = match name_in(text, name) {
            Some(at) => span.start + at..span.start + at + name.len() as u32,
            None => span.start..span.end,
        };
        Some(ValueOrigin {
            line: self.sources.line(path, range.start),
            path: Arc::clone(path),
            range,
            kind: match setting.how {
                How::Declared => OriginKind::Declared,
                How::Default => OriginKind::Default,
                How::Set => OriginKind::Set,
            },
            role: match fate {
                Fate::Current => OriginRole::Current,
                Fate::United => OriginRole::United,
                Fate::Overridden => OriginRole::Overridden,
            },
        })
    }
}

/// Where a statement or key has the name that it sets: the first such word.
fn name_in(text: &str, name: &str) -> Option<u32> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut found = text.match_indices(name).filter(|(at, name)| {
        let before = text[..*at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(is_word) && !after.is_some_and(is_word)
    });
    found
        .next()
        .map(|(at, _)| at as u32)
        .filter(|_| !name.is_empty())
}
