//! What is collected while an item compiles: pools of names, constants, types and code blocks.

use kiln_analysis::check::Inference;
use kiln_analysis::{DefinitionKind, FileImport, ImportTarget, PackageNames};
use kiln_runtime::bytecode::{Code, Const, GlobalRef, Range, RtType, Unit};
use kiln_runtime::value::NativeId;
use kiln_syntax::ast::ItemAst;
use kiln_syntax::span::Span;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::program::package_key;

/// What an item is compiled in: its tree and its surroundings.
pub(crate) struct Cx<'a, 'db> {
    pub(crate) db: &'db dyn kiln_analysis::Db,
    pub(crate) ast: &'a ItemAst,
    pub(crate) names: &'db PackageNames<'db>,
    pub(crate) imports: Vec<&'db FileImport<'db>>,
    pub(crate) package: std::sync::Arc<str>,
    pub(crate) is_main: bool,
    /// Types of the item's expressions; nothing for an item that needs none.
    pub(crate) inference: Option<&'db Inference<'db>>,
    pub(crate) unit: Unit,
    name_ids: FxHashMap<Box<str>, u32>,
    global_ids: FxHashMap<(Box<str>, u32), u32>,
    /// Set when something does not fit the instruction format.
    pub(crate) too_complex: bool,
    pub(crate) constness: crate::constant::Constness,
    /// Names of loop variables anywhere in the item: as config keys they may be computed.
    pub(crate) loop_names: FxHashSet<Box<str>>,
}

/// What a name outside all local scopes means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outer {
    /// A top-level name of this or (through an import) another package.
    Global(u32),
    Native(NativeId),
    /// An imported module, by the index of its import.
    Module(usize),
    Nothing,
}

impl<'a, 'db> Cx<'a, 'db> {
    pub(crate) fn new(
        db: &'db dyn kiln_analysis::Db,
        ast: &'a ItemAst,
        names: &'db PackageNames<'db>,
        imports: Vec<&'db FileImport<'db>>,
        package: std::sync::Arc<str>,
        is_main: bool,
        inference: Option<&'db Inference<'db>>,
    ) -> Self {
        let mut loop_names = FxHashSet::default();
        for comp in &ast.comps {
            for clause in &comp.clauses {
                loop_names.extend(
                    ast.names(clause.vars)
                        .iter()
                        .map(|&n| Box::from(ast.name(n))),
                );
            }
        }
        for quant in &ast.quants {
            loop_names.extend(
                ast.names(quant.vars)
                    .iter()
                    .map(|&n| Box::from(ast.name(n))),
            );
        }
        Self {
            db,
            ast,
            names,
            imports,
            package,
            is_main,
            inference,
            unit: Unit::default(),
            name_ids: FxHashMap::default(),
            global_ids: FxHashMap::default(),
            too_complex: false,
            constness: crate::constant::Constness::default(),
            loop_names,
        }
    }

    /// Index of a name in the unit's pool.
    pub(crate) fn name(&mut self, text: &str) -> u32 {
        if let Some(&id) = self.name_ids.get(text) {
            return id;
        }
        let id = self.unit.names.len() as u32;
        self.unit.names.push(text.into());
        self.name_ids.insert(text.into(), id);
        id
    }

    /// Index of a constant; not deduplicated, which would cost more than it saves.
    pub(crate) fn constant(&mut self, constant: Const) -> u32 {
        self.unit.consts.push(constant);
        self.unit.consts.len() as u32 - 1
    }

    /// Index of a type.
    pub(crate) fn ty(&mut self, ty: RtType) -> u32 {
        if let Some(at) = self.unit.types.iter().position(|t| *t == ty) {
            return at as u32;
        }
        self.unit.types.push(ty);
        self.unit.types.len() as u32 - 1
    }

    /// Index of a place that reads an attribute of an instance; nothing if there are too many.
    pub(crate) fn field(&mut self, name: u32) -> Option<u16> {
        let at = u16::try_from(self.unit.fields.len()).ok()?;
        self.unit.fields.push(name);
        Some(at)
    }

    /// Index of a code block.
    pub(crate) fn code(&mut self, code: Code) -> u32 {
        self.unit.codes.push(code);
        self.unit.codes.len() as u32 - 1
    }

    /// Index of a reference to a top-level name.
    pub(crate) fn global(&mut self, package: &str, name: &str) -> u32 {
        let name = self.name(name);
        if let Some(&id) = self.global_ids.get(&(Box::from(package), name)) {
            return id;
        }
        let id = self.unit.globals.len() as u32;
        self.unit.globals.push(GlobalRef {
            package: package.into(),
            name,
        });
        self.global_ids.insert((package.into(), name), id);
        id
    }

    /// Reference to a top-level name of the own package.
    pub(crate) fn own_global(&mut self, name: &str) -> u32 {
        let package = std::sync::Arc::clone(&self.package);
        self.global(&package, name)
    }

    /// What a name outside all local scopes means.
    pub(crate) fn outer(&mut self, name: &str) -> Outer {
        if self.names.get(name).is_some() {
            return Outer::Global(self.own_global(name));
        }
        if let Some(index) = self.imports.iter().position(|i| &*i.name == name) {
            return Outer::Module(index);
        }
        match kiln_stdlib::builtin_id(name) {
            Some(id) => Outer::Native(id),
            None => Outer::Nothing,
        }
    }

    /// `module.member`
    pub(crate) fn member(&mut self, import: usize, member: &str) -> Outer {
        match &self.imports[import].target {
            Some(ImportTarget::Package(package)) => {
                let key = package_key(self.db, *package);
                Outer::Global(self.global(key, member))
            }
            Some(ImportTarget::System(module)) => {
                kiln_stdlib::module_fn_id(module, member).map_or(Outer::Nothing, Outer::Native)
            }
            Some(ImportTarget::Plugin(plugin)) => {
                let function = self.db.plugins().function_id(plugin, member);
                function.map_or(Outer::Nothing, Outer::Native)
            }
            _ => Outer::Nothing,
        }
    }

    /// The constant that `module.member` is, in a system module.
    pub(crate) fn module_constant(&self, import: usize, member: &str) -> Option<Const> {
        let module = kiln_stdlib::module(self.system_module(import)?)?;
        let constant = module.constants.iter().find(|c| c.name == member)?;
        Some(match constant.value {
            kiln_stdlib::Number::Int(i) => Const::Int(i),
            kiln_stdlib::Number::Float(f) => Const::Float(f),
        })
    }

    /// Name of the system module behind an import.
    pub(crate) fn system_module(&self, import: usize) -> Option<&'static str> {
        match self.imports[import].target {
            Some(ImportTarget::System(module)) => Some(module),
            _ => None,
        }
    }

    /// Whether a top-level name is set by `name: Schema {…}` somewhere.
    pub(crate) fn has_unification(&self, name: &str) -> bool {
        self.names.get(name).is_some_and(|d| {
            d.kind == DefinitionKind::Variable
                && d.items.len() > 1
                && d.items.iter().any(|&item| {
                    kiln_analysis::item_names(self.db, item).iter().any(|s| {
                        &*s.name == name && s.kind == kiln_analysis::names::SetterKind::Unify
                    })
                })
        })
    }
}

/// A span as a range of the bytecode.
pub(crate) const fn range(span: Span) -> Range {
    Range {
        start: span.start,
        end: span.end,
    }
}
