//! The syntax tree as nested lists: `(assign a (+ 1 2))`, one statement a line.

use std::fmt::Write;
use std::sync::Arc;

use crate::ast::{
    Check, CompClause, CompElement, Decorator, Entry, EntryOp, Expr, ExprId, FormatPart,
    FormatSpec, Item, ItemAst, List, Name, Param, Stmt, StmtId, TypeExpr, TypeId,
};
use crate::outline::outline;
use crate::parse::parse_item;

/// The tree of a file.
#[must_use]
pub fn ast(text: &str) -> String {
    file(text, false)
}

/// The tree of a file without what a formatter may change: an `if` alone in an `else` is an `elif`, index signatures come
/// first in their schemas, decorators are calls, instances without arguments have no parentheses, and lambdas that may
/// give anything do not say so.
#[must_use]
pub fn meaning(text: &str) -> String {
    file(text, true)
}

fn file(text: &str, canonical: bool) -> String {
    let mut out = String::new();
    for item_outline in outline(text).items {
        let _ = writeln!(out, "{:?}", item_outline.kind);
        let parsed = parse_item(
            Arc::from(&text[item_outline.range.range()]),
            item_outline.kind,
        );
        out.push_str(&dump(&parsed.ast, 1, canonical));
        for diagnostic in &parsed.diagnostics {
            let _ = writeln!(out, "  ! {}: {}", diagnostic.code, diagnostic.message);
        }
    }
    out
}

/// The tree of one item.
#[must_use]
pub fn item(ast: &ItemAst) -> String {
    dump(ast, 0, false)
}

fn dump(ast: &ItemAst, depth: usize, canonical: bool) -> String {
    let mut dumper = Dumper {
        ast,
        out: String::new(),
        depth,
        canonical,
    };
    dumper.stmts(ast.root);
    dumper.out
}

struct Dumper<'a> {
    ast: &'a ItemAst,
    out: String,
    depth: usize,
    /// See [`meaning`].
    canonical: bool,
}

impl Dumper<'_> {
    fn line(&mut self, text: &str) {
        for _ in 0..self.depth {
            self.out.push_str("  ");
        }
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn nested(&mut self, body: impl FnOnce(&mut Self)) {
        self.depth += 1;
        body(self);
        self.depth -= 1;
    }

    fn stmts(&mut self, list: List) {
        for &id in self.ast.stmt_ids(list) {
            self.stmt(id);
        }
    }

    fn stmt(&mut self, id: StmtId) {
        let ast = self.ast;
        match ast[id] {
            Stmt::Error => self.line("error"),
            Stmt::Import(id) => {
                let import = &ast[id];
                let path: Vec<&str> = import.path.iter().map(|name| ast.name(*name)).collect();
                let alias = import
                    .alias
                    .map_or_else(String::new, |name| format!(" as {}", ast.name(name)));
                self.line(&format!(
                    "import {}{}{alias}",
                    ".".repeat(import.dots as usize),
                    path.join(".")
                ));
            }
            Stmt::TypeAlias { name, ty } => {
                self.line(&format!("type {} = {}", ast.name(name), self.ty(ty)))
            }
            Stmt::Assert(id) => {
                let a = ast[id];
                self.line(&format!(
                    "assert {}",
                    self.checked(&Check {
                        cond: a.cond,
                        guard: a.guard,
                        message: a.message
                    })
                ));
            }
            Stmt::Unification { target, value } => {
                self.line(&format!("unify {} {}", ast.name(target), self.expr(value)));
            }
            Stmt::Assign(id) => {
                let assign = &ast[id];
                let targets: Vec<String> = assign
                    .targets
                    .iter()
                    .map(|target| self.expr(*target))
                    .collect();
                let ty = assign
                    .ty
                    .map_or_else(String::new, |ty| format!(": {}", self.ty(ty)));
                self.line(&format!(
                    "assign {}{ty} = {}",
                    targets.join(" = "),
                    self.expr(assign.value)
                ));
            }
            Stmt::AugAssign { op, target, value } => {
                self.line(&format!(
                    "augment {op:?} {} {}",
                    self.expr(target),
                    self.expr(value)
                ));
            }
            Stmt::Expr(expr) => self.line(&format!("expr {}", self.expr(expr))),
            Stmt::If(branches) => self.branches(branches, "if"),
            Stmt::Schema(id) => {
                let schema = &ast[id];
                self.decorators(&schema.decorators);
                let base = schema
                    .base
                    .map_or_else(String::new, |base| format!("({})", self.expr(base)));
                let protocol = schema
                    .protocol
                    .map_or_else(String::new, |p| format!(" for {}", self.expr(p)));
                self.line(&format!(
                    "{:?} {}{}{base}{protocol}",
                    schema.kind,
                    ast.name(schema.name),
                    self.params(&schema.params)
                ));
                self.nested(|d| {
                    if let Some(doc) = schema.doc {
                        d.line(&format!("doc {}", d.expr(doc)));
                    }
                    for mixin in &schema.mixins {
                        d.line(&format!("mixin {}", d.expr(*mixin)));
                    }
                    d.members(schema.body);
                    d.checks(&schema.checks);
                });
            }
            Stmt::Rule(id) => {
                let rule = &ast[id];
                self.decorators(&rule.decorators);
                let parents: Vec<String> = rule
                    .parents
                    .iter()
                    .map(|parent| self.expr(*parent))
                    .collect();
                let parents = if parents.is_empty() {
                    String::new()
                } else {
                    format!("({})", parents.join(", "))
                };
                let protocol = rule
                    .protocol
                    .map_or_else(String::new, |p| format!(" for {}", self.expr(p)));
                self.line(&format!(
                    "rule {}{}{parents}{protocol}",
                    ast.name(rule.name),
                    self.params(&rule.params)
                ));
                self.nested(|d| {
                    if let Some(doc) = rule.doc {
                        d.line(&format!("doc {}", d.expr(doc)));
                    }
                    d.checks(&rule.checks);
                });
            }
            Stmt::Attr(id) => {
                let attr = &ast[id];
                self.decorators(&attr.decorators);
                let mark = if attr.optional { "?" } else { "" };
                let default = attr.default.map_or_else(String::new, |value| {
                    let op = attr
                        .aug
                        .map_or_else(|| "=".to_owned(), |op| format!("{op:?}="));
                    format!(" {op} {}", self.expr(value))
                });
                self.line(&format!(
                    "attr {}{mark}: {}{default}",
                    self.expr(attr.name),
                    self.ty(attr.ty)
                ));
            }
            Stmt::IndexSig(id) => {
                let sig = &ast[id];
                let name = sig
                    .name
                    .map_or_else(String::new, |name| format!("{}: ", ast.name(name)));
                let dots = if sig.any_other { "..." } else { "" };
                let default = sig
                    .default
                    .map_or_else(String::new, |value| format!(" = {}", self.expr(value)));
                self.line(&format!(
                    "index [{name}{dots}{}]: {}{default}",
                    self.ty(sig.key),
                    self.ty(sig.value)
                ));
            }
        }
    }

    fn branches(&mut self, branches: List, mut word: &str) {
        let ast = self.ast;
        for branch in ast.stmt_branches(branches) {
            match branch.cond {
                Some(cond) => self.line(&format!("{word} {}", self.expr(cond))),
                None => {
                    if self.canonical
                        && let [only] = ast.stmt_ids(branch.body)
                        && let Stmt::If(inner) = ast[*only]
                    {
                        self.branches(inner, "elif");
                        continue;
                    }
                    self.line("else");
                }
            }
            word = "elif";
            self.nested(|d| d.stmts(branch.body));
        }
    }

    fn members(&mut self, list: List) {
        let ast = self.ast;
        let signature = |id: StmtId| matches!(ast[id], Stmt::IndexSig(_));
        let (signatures, others): (Vec<StmtId>, Vec<StmtId>) = ast
            .stmt_ids(list)
            .iter()
            .partition(|id| self.canonical && signature(**id));
        for id in signatures.into_iter().chain(others) {
            self.stmt(id);
        }
    }

    fn decorators(&mut self, decorators: &[Decorator]) {
        for decorator in decorators {
            let shown = self.expr(decorator.expr);
            if self.canonical && !matches!(self.ast[decorator.expr], Expr::Call { .. }) {
                self.line(&format!("@(call {shown})"));
            } else {
                self.line(&format!("@{shown}"));
            }
        }
    }

    fn checks(&mut self, checks: &[Check]) {
        for check in checks {
            self.line(&format!("check {}", self.checked(check)));
        }
    }

    fn checked(&self, check: &Check) -> String {
        let guard = check
            .guard
            .map_or_else(String::new, |guard| format!(" if {}", self.expr(guard)));
        let message = check
            .message
            .map_or_else(String::new, |message| format!(", {}", self.expr(message)));
        format!("{}{guard}{message}", self.expr(check.cond))
    }

    fn params(&self, params: &[Param]) -> String {
        if params.is_empty() {
            return String::new();
        }
        let shown: Vec<String> = params
            .iter()
            .map(|param| {
                let ty = param
                    .ty
                    .map_or_else(String::new, |ty| format!(": {}", self.ty(ty)));
                let default = param
                    .default
                    .map_or_else(String::new, |value| format!(" = {}", self.expr(value)));
                format!("{}{ty}{default}", self.ast.name(param.name))
            })
            .collect();
        format!("[{}]", shown.join(", "))
    }

    fn names(&self, list: List) -> String {
        let names: Vec<&str> = self
            .ast
            .names(list)
            .iter()
            .map(|name| self.ast.name(*name))
            .collect();
        names.join(", ")
    }

    fn list(&self, head: &str, parts: impl IntoIterator<Item = String>) -> String {
        let mut out = format!("({head}");
        for part in parts {
            out.push(' ');
            out.push_str(&part);
        }
        out.push(')');
        out
    }

    fn member(&self, attr: Name) -> String {
        if attr.0.is_empty() {
            "<missing>".to_owned()
        } else {
            self.ast.name(attr).to_owned()
        }
    }

    fn optional(&self, expr: Option<ExprId>) -> String {
        expr.map_or_else(|| "_".to_owned(), |expr| self.expr(expr))
    }

    fn args(&self, list: List) -> Vec<String> {
        self.ast
            .args(list)
            .iter()
            .map(|arg| match arg.keyword {
                Some(keyword) => format!("{}={}", self.ast.name(keyword), self.expr(arg.value)),
                None => self.expr(arg.value),
            })
            .collect()
    }

    fn expr(&self, id: ExprId) -> String {
        let ast = self.ast;
        match ast[id] {
            Expr::Error => "<error>".to_owned(),
            Expr::Name(name) => ast.name(name).to_owned(),
            Expr::Int(value) => value.to_string(),
            Expr::Float(value) => format!("{value:?}"),
            Expr::Unit(id) => format!("{}{}", ast[id].raw, ast.name(ast[id].suffix)),
            Expr::Bool(true) => "True".to_owned(),
            Expr::Bool(false) => "False".to_owned(),
            Expr::None => "None".to_owned(),
            Expr::Undefined => "Undefined".to_owned(),
            Expr::Str(_) | Expr::StrDecoded(_) => {
                format!("{:?}", ast.string(id).unwrap_or_default())
            }
            Expr::Format(id) => {
                let parts = ast[id].parts.iter().map(|part| match part {
                    FormatPart::Text(index) => format!("{:?}", ast.strings[*index as usize]),
                    FormatPart::Hole { expr, spec } => match spec {
                        FormatSpec::Str => self.expr(*expr),
                        spec => format!("(as{spec:?} {})", self.expr(*expr)),
                    },
                });
                self.list("format", parts)
            }
            Expr::Paren(inner) => self.list("paren", [self.expr(inner)]),
            Expr::Unary { op, operand } => self.list(&format!("{op:?}"), [self.expr(operand)]),
            Expr::Binary { op, left, right } => {
                self.list(&format!("{op:?}"), [self.expr(left), self.expr(right)])
            }
            Expr::Compare { first, rest } => {
                let rest = ast
                    .compares(rest)
                    .iter()
                    .map(|(op, operand)| format!("{op:?} {}", self.expr(*operand)));
                self.list(&format!("compare {}", self.expr(first)), rest)
            }
            Expr::Cond {
                cond,
                then,
                otherwise,
            } => self.list(
                "cond",
                [self.expr(cond), self.expr(then), self.expr(otherwise)],
            ),
            Expr::As { value, ty } => self.list("as", [self.expr(value), self.ty(ty)]),
            Expr::List(list) => format!("[{}]", self.items(list)),
            Expr::ListComp(id) => {
                let comp = &ast[id];
                format!(
                    "[{}{}]",
                    self.element(comp.element),
                    self.clauses(&comp.clauses)
                )
            }
            Expr::Config(list) => format!("{{{}}}", self.entries(list)),
            Expr::ConfigComp(id) => {
                let comp = &ast[id];
                format!(
                    "{{{}{}}}",
                    self.element(comp.element),
                    self.clauses(&comp.clauses)
                )
            }
            Expr::Select {
                optional,
                value,
                attr,
            } => self.list(
                if optional { "?." } else { "." },
                [self.expr(value), self.member(attr)],
            ),
            Expr::Index {
                optional,
                value,
                index,
            } => self.list(
                if optional { "?index" } else { "index" },
                [self.expr(value), self.expr(index)],
            ),
            Expr::Slice(id) => {
                let slice = ast[id];
                let parts = [slice.start, slice.stop, slice.step].map(|part| self.optional(part));
                let head = if slice.optional { "?slice" } else { "slice" };
                self.list(&format!("{head} {}", self.expr(slice.value)), parts)
            }
            Expr::Call { callee, args } => {
                self.list(&format!("call {}", self.expr(callee)), self.args(args))
            }
            Expr::Schema(id) => {
                let schema = ast[id];
                let args = if schema.has_args && !(self.canonical && schema.args.is_empty()) {
                    format!("({})", self.args(schema.args).join(", "))
                } else {
                    String::new()
                };
                self.list(
                    &format!("schema {}{args}", self.expr(schema.callee)),
                    [self.expr(schema.config)],
                )
            }
            Expr::Lambda(id) => {
                let lambda = &ast[id];
                let ret = lambda
                    .ret
                    .filter(|ty| !(self.canonical && ast[*ty] == TypeExpr::Any))
                    .map_or_else(String::new, |ty| format!(" -> {}", self.ty(ty)));
                let mut body = Dumper {
                    ast,
                    out: String::new(),
                    depth: 0,
                    canonical: self.canonical,
                };
                body.stmts(lambda.body);
                let body: Vec<&str> = body.out.lines().map(str::trim).collect();
                format!(
                    "(lambda{}{ret} {{{}}})",
                    self.params(&lambda.params),
                    body.join("; ")
                )
            }
            Expr::Quant(id) => {
                let quant = ast[id];
                let cond = quant
                    .cond
                    .map_or_else(String::new, |cond| format!(" if {}", self.expr(cond)));
                format!(
                    "({:?} {} in {} {{{}{cond}}})",
                    quant.kind,
                    self.names(quant.vars),
                    self.expr(quant.source),
                    self.expr(quant.body)
                )
            }
        }
    }

    fn items(&self, list: List) -> String {
        let items: Vec<String> = self
            .ast
            .items(list)
            .iter()
            .map(|item| match item {
                Item::Expr(expr) => self.expr(*expr),
                Item::Star(expr) => format!("*{}", self.expr(*expr)),
                Item::If(branches) => {
                    let branches = self.ast.item_branches(*branches);
                    self.list(
                        "if",
                        branches
                            .iter()
                            .map(|b| format!("{} [{}]", self.optional(b.cond), self.items(b.body))),
                    )
                }
            })
            .collect();
        items.join(", ")
    }

    fn entries(&self, list: List) -> String {
        let entries: Vec<String> = self
            .ast
            .entries(list)
            .iter()
            .map(|entry| self.entry(entry))
            .collect();
        entries.join(", ")
    }

    fn entry(&self, entry: &Entry) -> String {
        match entry {
            Entry::Error => "<error>".to_owned(),
            Entry::Pair { op, key, value } => {
                let op = match op {
                    EntryOp::Union => ":",
                    EntryOp::Override => " =",
                    EntryOp::Insert => " +=",
                };
                format!("{}{op} {}", self.expr(*key), self.expr(*value))
            }
            Entry::Unpack(expr) => format!("**{}", self.expr(*expr)),
            Entry::If(branches) => {
                let branches = self.ast.entry_branches(*branches);
                self.list(
                    "if",
                    branches
                        .iter()
                        .map(|b| format!("{} {{{}}}", self.optional(b.cond), self.entries(b.body))),
                )
            }
        }
    }

    fn element(&self, element: CompElement) -> String {
        match element {
            CompElement::Item(expr) => self.expr(expr),
            CompElement::Entry(entry) => self.entry(&entry),
        }
    }

    fn clauses(&self, clauses: &[CompClause]) -> String {
        let mut out = String::new();
        for clause in clauses {
            let _ = write!(
                out,
                " for {} in {}",
                self.names(clause.vars),
                self.expr(clause.source)
            );
            if let Some(cond) = clause.cond {
                let _ = write!(out, " if {}", self.expr(cond));
            }
        }
        out
    }

    fn ty(&self, id: TypeId) -> String {
        let ast = self.ast;
        match ast[id] {
            TypeExpr::Error => "<error>".to_owned(),
            TypeExpr::Any => "any".to_owned(),
            TypeExpr::Bool => "bool".to_owned(),
            TypeExpr::Int => "int".to_owned(),
            TypeExpr::Float => "float".to_owned(),
            TypeExpr::Str => "str".to_owned(),
            TypeExpr::Literal(expr) => self.expr(expr),
            TypeExpr::List(element) => format!("[{}]", self.part(element)),
            TypeExpr::Dict(key, value) => format!("{{{}:{}}}", self.part(key), self.part(value)),
            TypeExpr::Union(list) => self.types(list, " | "),
            TypeExpr::Function(list, ret) => {
                let ret = ret.map_or_else(String::new, |ty| format!(" -> {}", self.ty(ty)));
                format!("({}){ret}", self.types(list, ", "))
            }
            TypeExpr::Named(list) => {
                let names: Vec<&str> = ast.names(list).iter().map(|name| ast.name(*name)).collect();
                names.join(".")
            }
        }
    }

    fn part(&self, ty: Option<TypeId>) -> String {
        ty.map_or_else(String::new, |ty| self.ty(ty))
    }

    fn types(&self, list: List, between: &str) -> String {
        let types: Vec<String> = self
            .ast
            .type_ids(list)
            .iter()
            .map(|ty| self.ty(*ty))
            .collect();
        types.join(between)
    }
}
