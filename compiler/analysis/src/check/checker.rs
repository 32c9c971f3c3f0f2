//! The state of one walk over an item, names, and the dispatch over expressions.

use kiln_syntax::ast::{Expr, ExprId, FormatPart, ItemAst, Name, TypeExpr, TypeId, UnaryOp};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;
use rustc_hash::FxHashMap;

use super::lower::{Lower, literal};
use super::merged::MergedBlocks;
use super::narrowing::Narrowing;
use super::notes::Notes;
use super::resolve::{definition_as_value, import_type};
use super::schema::{attribute, attribute_names};
use super::scope::{LocalKind, Mark, Scopes};
use super::{Inference, codes, variables};
use crate::Db;
use crate::imports::file_imports;
use crate::names::{PackageNames, package_names};
use crate::outline::Item;
use crate::types::union::sup;
use crate::types::{SchemaTy, SchemaTyKind, Sym, Ty, signatures};

/// So many mistakes of an item get a suggestion.
const SUGGESTIONS: usize = 20;
/// So many names are compared with an unknown one.
const CANDIDATES: usize = 1_000;

/// Where statements stand, which decides what an assignment means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At the top level of a file.
    Module,
    /// In the body of a schema.
    Schema,
    /// In the body of a lambda.
    Lambda,
}

/// What is nested deeper is not looked at, so that no program exhausts the native stack. Brackets end before; what is
/// left are chains of a length that nobody writes.
pub(super) const MAX_DEPTH: u32 = 600;

/// One walk over an item.
pub(super) struct Checker<'db> {
    pub(super) db: &'db dyn Db,
    pub(super) item: Item<'db>,
    pub(super) ast: &'db ItemAst,
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) scopes: Scopes<'db>,
    /// The schema, mixin, protocol or rule whose body this is.
    pub(super) schema: Option<SchemaTy<'db>>,
    /// In mixins and rules, unknown names may come from the host.
    pub(super) relaxed: bool,
    pub(super) place: Place,
    /// Where the scope of the innermost lambda or schema body begins.
    pub(super) body: super::scope::Mark,
    /// Variables that the item has set so far.
    pub(super) own: Vec<(&'db str, Ty<'db>)>,
    /// How many expressions are around the current one.
    depth: u32,
    /// Open configs of instances.
    pub(super) instance_depth: u32,
    /// Where the innermost scope began, if it is the config of an instance.
    pub(super) direct: Option<Mark>,
    /// Whether known entries are looked at because of `**`.
    pub(super) unpacking: bool,
    /// For the next block: those that it is merged with, and its position among them.
    pub(super) part: Option<(&'db MergedBlocks<'db>, u32)>,
    /// What conditions tell.
    pub(super) narrowing: Narrowing<'db>,
    /// What editors want to know, if this walk is for one.
    pub(super) notes: Option<Box<Notes<'db>>>,
    own_index: FxHashMap<&'db str, usize>,
    names: Option<&'db PackageNames<'db>>,
    types: Vec<Ty<'db>>,
}

impl<'db> Checker<'db> {
    pub(super) fn new(db: &'db dyn Db, item: Item<'db>, ast: &'db ItemAst) -> Self {
        let scopes = Scopes::default();
        let body = scopes.enter();
        Self {
            db,
            item,
            ast,
            diagnostics: Vec::new(),
            scopes,
            schema: None,
            relaxed: false,
            place: Place::Module,
            body,
            own: Vec::new(),
            depth: 0,
            instance_depth: 0,
            direct: None,
            unpacking: false,
            part: None,
            narrowing: Narrowing::default(),
            notes: None,
            own_index: FxHashMap::default(),
            names: None,
            types: vec![Ty::Any; ast.exprs.len()],
        }
    }

    pub(super) fn finish(self) -> Inference<'db> {
        let variables = self
            .own
            .into_iter()
            .map(|(name, ty)| (Sym::new(self.db, name), ty))
            .collect();
        Inference {
            variables,
            diagnostics: self.diagnostics.into(),
            types: self.types.into(),
        }
    }

    /// All statements of the item.
    pub(super) fn item_statements(&mut self) {
        let ast = self.ast;
        self.statements(ast.stmt_ids(ast.root));
    }

    pub(super) fn text(&self, name: Name) -> &'db str {
        self.ast.name(name)
    }

    pub(super) fn sym(&self, name: &str) -> Sym<'db> {
        Sym::new(self.db, name)
    }

    pub(super) fn span(&self, expr: ExprId) -> Span {
        self.ast.expr_span(expr)
    }

    pub(super) fn show(&self, ty: Ty<'db>) -> String {
        ty.display(self.db)
    }

    pub(super) fn package_names(&mut self) -> &'db PackageNames<'db> {
        let (db, item) = (self.db, self.item);
        self.names
            .get_or_insert_with(|| package_names(db, item.package(db)))
    }

    /// A variable that this item has set.
    pub(super) fn own_type(&self, name: &str) -> Option<Ty<'db>> {
        if self.own_index.is_empty() {
            return self
                .own
                .iter()
                .find(|(own, _)| *own == name)
                .map(|&(_, ty)| ty);
        }
        self.own_index.get(name).map(|&index| self.own[index].1)
    }

    pub(super) fn set_own(&mut self, name: &'db str, ty: Ty<'db>) {
        // A few names are searched, many are hashed.
        if self.own.len() < 8 {
            match self.own.iter_mut().find(|(own, _)| *own == name) {
                Some(own) => own.1 = ty,
                None => self.own.push((name, ty)),
            }
            return;
        }
        if self.own_index.is_empty() {
            self.own_index.extend(
                self.own
                    .iter()
                    .enumerate()
                    .map(|(index, &(own, _))| (own, index)),
            );
        }
        match self.own_index.get(name) {
            Some(&index) => self.own[index].1 = ty,
            None => {
                self.own_index.insert(name, self.own.len());
                self.own.push((name, ty));
            }
        }
    }

    /// A written type; names in it that mean nothing are reported.
    pub(super) fn written_type(&mut self, id: TypeId) -> Ty<'db> {
        let (db, item, ast) = (self.db, self.item, self.ast);
        let scopes = &self.scopes;
        let locals = |name: &str| scopes.get(name).map(|local| local.ty);
        let mut lower = Lower {
            db,
            item,
            ast,
            bad: Vec::new(),
            variables: 0,
            locals: &locals,
        };
        let ty = lower.ty(id);
        let (variables, bad) = (lower.variables, lower.bad);
        self.note_type(id, ty);
        if variables > 0 && self.place == Place::Module && !matches!(ast[id], TypeExpr::Named(_)) {
            let message = "a variable's name inside a type does not stand for the variable's type";
            self.diagnostics.push(Diagnostic::error(
                codes::RETYPED,
                ast.type_span(id),
                message,
            ));
        }
        for bad in bad {
            match bad.module {
                None => self.undefined(bad.span, &bad.name),
                Some(module) => {
                    let message = format!("module `{module}` has no type `{}`", bad.name);
                    self.error(codes::UNKNOWN_ATTRIBUTE, bad.span, message);
                }
            }
        }
        ty
    }

    /// Whether no expression is around the current one.
    pub(super) const fn is_outermost(&self) -> bool {
        self.depth == 1
    }

    /// The type of an expression, without an expectation.
    pub(super) fn infer(&mut self, expr: ExprId) -> Ty<'db> {
        self.infer_as(expr, None)
    }

    /// The type of an expression where a value of some type is expected. What is expected only helps to look into
    /// literals; whether the result fits is the caller's question.
    pub(super) fn infer_as(&mut self, expr: ExprId, expected: Option<Ty<'db>>) -> Ty<'db> {
        if self.depth >= MAX_DEPTH {
            return Ty::Any;
        }
        self.depth += 1;
        let ty = self.expression(expr, expected);
        self.depth -= 1;
        self.record(expr, ty);
        self.note_expected(expr, expected);
        ty
    }

    /// As [`Checker::infer_as`], but strings are just `str` unless their values matter: no type is made for each.
    pub(super) fn plain(&mut self, expr: ExprId, expected: Option<Ty<'db>>) -> Ty<'db> {
        let simple = expected.is_none_or(|ty| matches!(ty, Ty::Str | Ty::Any | Ty::Error));
        if simple && matches!(self.ast[expr], Expr::Str(_) | Expr::StrDecoded(_)) {
            self.record(expr, Ty::Str);
            self.note_expected(expr, expected);
            return Ty::Str;
        }
        self.infer_as(expr, expected)
    }

    /// Remembers the type of an expression.
    pub(super) fn record(&mut self, expr: ExprId, ty: Ty<'db>) {
        if let Some(slot) = self.types.get_mut(expr.0 as usize) {
            *slot = ty;
        }
    }

    /// The types of all expressions, for whoever does not want the rest.
    pub(super) fn take_types(self) -> Box<[Ty<'db>]> {
        self.types.into()
    }

    /// The type of an expression as far as it was inferred.
    pub(super) fn recorded(&self, expr: ExprId) -> Ty<'db> {
        let ty = self.types.get(self.ast.peel(expr).0 as usize);
        ty.copied().unwrap_or(Ty::Any)
    }

    fn expression(&mut self, expr: ExprId, expected: Option<Ty<'db>>) -> Ty<'db> {
        if self.narrowing.on
            && let Some(ty) = self.narrowed(expr)
        {
            if self.notes.is_some() {
                self.dispatch(expr, expected);
            }
            return ty;
        }
        self.dispatch(expr, expected)
    }

    fn dispatch(&mut self, expr: ExprId, expected: Option<Ty<'db>>) -> Ty<'db> {
        let ast = self.ast;
        match ast[expr] {
            Expr::Error => Ty::Error,
            Expr::Name(name) => self.name(name),
            Expr::Str(_) | Expr::StrDecoded(_) if expected == Some(Ty::Str) => Ty::Str,
            Expr::Int(_)
            | Expr::Float(_)
            | Expr::Unit(_)
            | Expr::Bool(_)
            | Expr::None
            | Expr::Undefined
            | Expr::Str(_)
            | Expr::StrDecoded(_) => literal(self.db, ast, expr).unwrap_or(Ty::Error),
            Expr::Format(format) => {
                for part in &ast[format].parts {
                    if let FormatPart::Hole { expr, .. } = *part {
                        self.infer(expr);
                    }
                }
                Ty::Str
            }
            Expr::Paren(inner) => self.infer_as(inner, expected),
            Expr::Unary { op, operand } => self.unary(expr, op, operand),
            Expr::Binary { .. } => self.binary_chain(expr, expected),
            Expr::Compare { first, rest } => self.comparison(first, ast.compares(rest)),
            Expr::Cond {
                cond,
                then,
                otherwise,
            } => {
                self.infer(cond);
                let known = self.assume(cond, true);
                let then = self.infer_as(then, expected);
                self.forget(known);
                let known = self.assume(cond, false);
                let otherwise = self.infer_as(otherwise, expected);
                self.forget(known);
                sup(self.db, [then, otherwise])
            }
            Expr::As { value, ty } => self.cast(expr, value, ty),
            Expr::List(items) => self.list(ast.items(items), expected),
            Expr::ListComp(comp) => self.list_comprehension(comp, expected),
            Expr::Config(entries) => self.config(entries, expected, true),
            Expr::ConfigComp(comp) => self.config_comprehension(comp, expected),
            Expr::Select {
                optional,
                value,
                attr,
            } => self.select(expr, value, attr, optional),
            Expr::Index { value, index, .. } => self.subscript(value, index),
            Expr::Slice(slice) => self.slice(slice),
            Expr::Call { callee, args } => self.call(callee, ast.args(args)),
            Expr::Schema(schema) => self.instance(schema),
            Expr::Lambda(lambda) => self.lambda(lambda),
            Expr::Quant(quant) => self.quantifier(quant),
        }
    }

    /// The type of a name that is read.
    fn name(&mut self, name: Name) -> Ty<'db> {
        let text = self.text(name);
        let found = self.lookup(text);
        self.note_name(name, found.unwrap_or(Ty::Any));
        if let Some(ty) = found {
            return ty;
        }
        let rule = self
            .schema
            .is_some_and(|schema| schema.kind(self.db) == SchemaTyKind::Rule);
        let may_be_of_host = self.relaxed && (rule || !text.starts_with(char::is_uppercase));
        if may_be_of_host || text.is_empty() {
            return Ty::Any;
        }
        self.undefined(name.0, text);
        Ty::Error
    }

    /// The type of the typed attribute that has the name of a key, unless the key belongs to the instance's config right
    /// here.
    fn attribute_before_key(&mut self, text: &str) -> Option<Ty<'db>> {
        let schema = self.schema?;
        if let Some(mark) = self.direct
            && self.scopes.get_since(text, mark).is_some()
        {
            return None;
        }
        let attribute = attribute(self.db, schema, self.sym(text))?;
        (attribute.ty != Ty::Any).then_some(attribute.ty)
    }

    /// What a name means here, if anything.
    pub(super) fn lookup(&mut self, text: &str) -> Option<Ty<'db>> {
        if let Some(&local) = self.scopes.get(text) {
            if matches!(local.kind, LocalKind::Key | LocalKind::WeakKey)
                && let Some(ty) = self.attribute_before_key(text)
            {
                // In a block inside an instance's config it is the key that counts when the program runs, but the
                // attribute for the reference's checker: nothing certain is known.
                return Some(match local.kind {
                    LocalKind::WeakKey => ty,
                    _ => Ty::Any,
                });
            }
            return Some(local.ty);
        }
        if let Some(schema) = self.schema
            && let Some(attribute) = attribute(self.db, schema, self.sym(text))
        {
            return Some(attribute.ty);
        }
        if let Some(ty) = self.own_type(text) {
            return Some(ty);
        }
        let (db, item) = (self.db, self.item);
        if let Some(definition) = self.package_names().get(text) {
            let value = definition_as_value(db, definition);
            return Some(
                value.unwrap_or_else(|| variables::type_seen_from(db, definition, text, item)),
            );
        }
        import_type(db, item.file(db), text).or_else(|| signatures::builtins(db).get(text))
    }

    /// The name in scope that is most like another one.
    fn nearest_name(&mut self, name: &str) -> Option<String> {
        let db = self.db;
        let package_names = self.package_names();
        let mut candidates: Vec<&str> = self.scopes.names().collect();
        if let Some(schema) = self.schema {
            candidates.extend(attribute_names(db, schema));
        }
        candidates.extend(package_names.iter().map(|(name, _)| &**name));
        let imports = &file_imports(db, self.item.file(db)).imports;
        candidates.extend(imports.iter().map(|import| &*import.name));
        candidates.extend(signatures::builtin_names().map(|name| -> &str { name }));
        if candidates.len() > CANDIDATES {
            // mistakes in the first letter are rare, and thousands of names must not make each mistake expensive
            candidates.retain(|candidate| candidate.chars().next() == name.chars().next());
            candidates.truncate(CANDIDATES);
        }
        kiln_project::nearest(name, candidates).map(str::to_owned)
    }

    /// Reports a name that means nothing.
    pub(super) fn undefined(&mut self, span: Span, name: &str) {
        // an item with so many unknown names has another problem than spelling
        let nearest = if self.diagnostics.len() < SUGGESTIONS {
            self.nearest_name(name)
        } else {
            None
        };
        let mut diagnostic = Diagnostic::error(
            codes::UNDEFINED_NAME,
            span,
            format!("`{name}` is not defined"),
        );
        if let Some(nearest) = nearest {
            diagnostic = diagnostic.help(format!("did you mean `{nearest}`?")).fix(
                format!("replace it with `{nearest}`"),
                vec![(span, nearest)],
            );
        } else if signatures::module_index(name).is_some() {
            diagnostic = diagnostic.help(format!("import the module: `import {name}`"));
        }
        if let Some(help) = super::foreign_words::meaning(name) {
            diagnostic.help = Some(help.to_owned());
            diagnostic.fixes.clear();
        }
        self.diagnostics.push(diagnostic);
    }

    fn unary(&mut self, expr: ExprId, op: UnaryOp, operand: ExprId) -> Ty<'db> {
        let ty = self.infer(operand);
        self.unary_result(self.span(expr), op, ty)
    }
}
