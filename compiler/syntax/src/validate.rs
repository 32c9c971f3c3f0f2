//! Rules that the grammar cannot say: targets, orders, places. Its actions only build; most checks run once the tree
//! of the item is complete.

use crate::ast::{
    Assign, AssignId, Attr, Decorator, Expr, ExprId, List, Param, SchemaKind, Stmt, StmtId,
};
use crate::builder::Builder;
use crate::codes;
use crate::diagnostic::{Diagnostic, Kind};
use crate::span::Span;

/// What a statement stands in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Module,
    /// Directly in the body of a schema.
    Schema,
    /// In an `if` of the module.
    Branch,
    /// In an `if` of a schema.
    SchemaBranch,
    Lambda,
}

impl Place {
    /// What the reference calls the mistake of declaring a schema or rule here.
    fn kind_of_declaration(self) -> Kind {
        match self {
            Self::Module | Self::Schema => Kind::Syntax,
            Self::Branch => Kind::Compile,
            Self::SchemaBranch | Self::Lambda => Kind::UniqueKey,
        }
    }
}

impl Builder<'_> {
    /// Names, attributes of targets, subscripts of targets.
    pub(crate) fn check_target(&mut self, target: ExprId) {
        if let Some((span, what)) = self.illegal_target(target)
            && !self.is_broken()
        {
            self.report(
                Diagnostic::error(
                    codes::ILLEGAL_TARGET,
                    span,
                    format!("{what} cannot be assigned to"),
                )
                .help(if self.text[span.start as usize..].starts_with("for ") {
                    "values are repeated by comprehensions: `[value for x in list]`"
                } else {
                    "a target is a name, or a name followed by `.name` or `[index]`"
                }),
            );
        }
    }

    fn illegal_target(&self, mut target: ExprId) -> Option<(Span, &'static str)> {
        loop {
            let span = self.ast.expr_span(target);
            let what = match self.ast[target] {
                Expr::Name(_) | Expr::Error => return None,
                Expr::Select {
                    optional: false,
                    value,
                    ..
                }
                | Expr::Index {
                    optional: false,
                    value,
                    ..
                } => {
                    target = value;
                    continue;
                }
                Expr::Select { .. } | Expr::Index { .. } => "an optional access",
                Expr::Slice(_) => "a slice",
                Expr::Call { .. } => "the result of a call",
                Expr::Paren(_) => "an expression in parentheses",
                Expr::Str(_) | Expr::StrDecoded(_) | Expr::Format(_) => "a string",
                Expr::Int(_) | Expr::Float(_) | Expr::Unit(_) => "a number",
                Expr::Bool(_) | Expr::None | Expr::Undefined => "a constant",
                Expr::Compare { .. } => "a comparison",
                _ => "this expression",
            };
            return Some((span, what));
        }
    }

    pub(crate) fn check_defaults(&mut self, params: &[Param]) {
        let mut with_default: Option<Param> = None;
        for param in params {
            match (param.default, with_default) {
                (Some(_), _) => with_default = with_default.or(Some(*param)),
                (None, Some(earlier)) => {
                    let name = &self.text[param.name.0.range()];
                    self.report(
                        Diagnostic::error(
                            codes::DEFAULT_BEFORE_REQUIRED,
                            param.name.0,
                            format!("parameter `{name}` has no default, but a parameter before it has one"),
                        )
                        .label(earlier.name.0, "this one has a default")
                        .help("put parameters without default first"),
                    );
                    return;
                }
                (None, None) => {}
            }
        }
    }

    pub(crate) fn check_quantifier_source(&mut self, source: ExprId) {
        let mut at = source;
        loop {
            match self.ast[at] {
                Expr::Name(_)
                | Expr::Str(_)
                | Expr::StrDecoded(_)
                | Expr::Format(_)
                | Expr::List(_)
                | Expr::ListComp(_)
                | Expr::Config(_)
                | Expr::ConfigComp(_)
                | Expr::Error => return,
                Expr::Select { value, .. } | Expr::Index { value, .. } => at = value,
                Expr::Slice(id) => at = self.ast[id].value,
                _ => {
                    let span = self.ast.expr_span(source);
                    self.report(
                        Diagnostic::error(
                            codes::QUANTIFIER_SOURCE,
                            span,
                            "a quantifier goes over a name, a string, a list or a config only",
                        )
                        .help("give the expression a name first"),
                    );
                    return;
                }
            }
        }
    }

    /// Checks the complete tree.
    pub(crate) fn validate(&mut self) {
        for id in std::mem::take(&mut self.minimum) {
            let span = self.ast.expr_span(id);
            self.too_large(span.start, span.end);
            self.ast.exprs[id.0 as usize] = Expr::Error;
        }
        self.validate_calls();
        let root = self.ast.root;
        self.validate_stmts(root, Place::Module);
        for index in 0..self.ast.lambdas.len() {
            let body = self.ast.lambdas[index].body;
            self.validate_stmts(body, Place::Lambda);
            self.validate_lambda_result(body);
        }
    }

    fn validate_calls(&mut self) {
        if self.ast.list_args.iter().all(|arg| arg.keyword.is_none()) {
            return;
        }
        let mut lists: Vec<List> = self
            .ast
            .exprs
            .iter()
            .filter_map(|expr| match expr {
                Expr::Call { args, .. } => Some(*args),
                _ => None,
            })
            .collect();
        lists.extend(self.ast.schema_exprs.iter().map(|schema| schema.args));
        for list in lists {
            let mut keyword: Option<Span> = None;
            let mut wrong = None;
            for arg in self.ast.args(list) {
                match (arg.keyword, keyword) {
                    (Some(name), None) => keyword = Some(name.0),
                    (None, Some(keyword)) => {
                        wrong = Some((self.ast.expr_span(arg.value), keyword));
                        break;
                    }
                    _ => {}
                }
            }
            if let Some((span, keyword)) = wrong {
                self.report(
                    Diagnostic::error(
                        codes::POSITIONAL_AFTER_KEYWORD,
                        span,
                        "a positional argument follows a keyword argument",
                    )
                    .label(keyword, "the keyword argument is here")
                    .help("put positional arguments first"),
                );
            }
        }
    }

    fn validate_lambda_result(&mut self, body: List) {
        let Some(&last) = self.ast.stmt_ids(body).last() else {
            return;
        };
        let fine = matches!(
            self.ast[last],
            Stmt::Expr(_)
                | Stmt::Assign(_)
                | Stmt::AugAssign { .. }
                | Stmt::Unification { .. }
                | Stmt::Assert(_)
                | Stmt::Error
                | Stmt::Attr(_)
                | Stmt::Schema(_)
                | Stmt::Rule(_)
                | Stmt::Import(_)
        );
        // a block with a broken header has been reported
        let broken = match self.ast[last] {
            Stmt::If(branches) => self
                .ast
                .stmt_branches(branches)
                .first()
                .is_none_or(|b| b.cond.is_none()),
            _ => false,
        };
        if !fine && !broken {
            let span = self.ast.stmt_span(last);
            let start = Span::new(span.start, span.start + 2.min(span.len()));
            self.report(
                Diagnostic::error(
                    codes::LAMBDA_RESULT,
                    start,
                    "the last statement of a lambda must be an expression, an assignment or an assertion",
                )
                .help("end the body with the expression that is its result"),
            );
        }
    }

    fn validate_stmts(&mut self, list: List, place: Place) {
        for index in list.range() {
            let id = self.ast.list_stmts[index];
            self.validate_stmt(id, place);
        }
    }

    fn validate_stmt(&mut self, id: StmtId, place: Place) {
        match self.ast[id] {
            Stmt::If(branches) => {
                // Without a condition it is a block with a broken header, perhaps that of a schema.
                let broken = self
                    .ast
                    .stmt_branches(branches)
                    .first()
                    .is_some_and(|branch| branch.cond.is_none());
                let inner = match place {
                    _ if broken => Place::Schema,
                    Place::Lambda => Place::Lambda,
                    Place::Schema | Place::SchemaBranch => Place::SchemaBranch,
                    Place::Module | Place::Branch => Place::Branch,
                };
                for index in branches.range() {
                    let body = self.ast.list_stmt_branches[index].body;
                    self.validate_stmts(body, inner);
                }
            }
            Stmt::Schema(schema) => {
                if place != Place::Module {
                    let what = match self.ast[schema].kind {
                        SchemaKind::Schema => "a schema",
                        SchemaKind::Mixin => "a mixin",
                        SchemaKind::Protocol => "a protocol",
                    };
                    self.misplaced(id, what, place.kind_of_declaration());
                }
                let body = self.ast[schema].body;
                self.validate_signatures(body);
                self.validate_stmts(body, Place::Schema);
            }
            Stmt::Rule(_) if place != Place::Module => {
                self.misplaced(id, "a rule", place.kind_of_declaration());
            }
            Stmt::Import(_) if place != Place::Module => {
                self.without_effect(id, place, "an import")
            }
            Stmt::TypeAlias { .. } if place != Place::Module => {
                self.without_effect(id, place, "a type alias")
            }
            Stmt::Expr(_) => self.validate_expr_stmt(id, place),
            Stmt::IndexSig(_) if place != Place::Schema => {
                self.misplaced(id, "an index signature", Kind::Syntax);
            }
            Stmt::Attr(attr) => {
                let attr = self.ast[attr].clone();
                if place == Place::Schema {
                    self.validate_attr(&attr);
                } else {
                    self.attr_to_assign(id, attr);
                }
            }
            _ => {}
        }
    }

    fn misplaced(&mut self, id: StmtId, what: &str, kind: Kind) {
        let span = self.ast.stmt_span(id);
        let text = &self.text[span.range()];
        let word = text
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(text.len())
            .max(1);
        let span = Span::new(span.start, span.start + word as u32);
        let whole = if what == "an index signature" {
            "in the body of a schema"
        } else {
            "at the top level of a file"
        };
        let message = format!("{what} may only stand {whole}");
        self.report(
            Diagnostic::error(codes::MISPLACED_STATEMENT, span, message)
                .of_kind(kind)
                .help(format!(
                    "move it {}",
                    whole
                        .replacen("at the", "to the", 1)
                        .replacen("in the", "into the", 1)
                )),
        );
    }

    /// Imports and aliases in blocks are read and forgotten, except directly in schemas.
    fn without_effect(&mut self, id: StmtId, place: Place, what: &str) {
        if place == Place::Schema {
            // The reference takes the keyword for a name there.
            self.misplaced(id, what, Kind::Compile);
            return;
        }
        let span = self.ast.stmt_span(id);
        self.report(
            Diagnostic::warning(
                codes::MISPLACED_STATEMENT,
                span,
                format!("{what} in a block has no effect"),
            )
            .help("move it to the top level of the file"),
        );
    }

    fn validate_expr_stmt(&mut self, id: StmtId, place: Place) {
        let span = self.ast.stmt_span(id);
        let start = Span::new(span.start, (span.start + 1).min(span.end));
        match self.text.as_bytes().get(span.start as usize) {
            Some(sign @ (b'+' | b'-')) if place != Place::Schema => {
                self.report(
                    Diagnostic::error(
                        codes::STATEMENT_START,
                        start,
                        format!("a statement cannot start with `{}`", char::from(*sign)),
                    )
                    .help("put the expression into parentheses"),
                );
            }
            Some(b'[') if place == Place::Schema => {
                self.report(
                    Diagnostic::error(
                        codes::MISPLACED_STATEMENT,
                        start,
                        "a list cannot stand in the body of a schema",
                    )
                    .help("an index signature is written `[str]: int`"),
                );
            }
            _ => {}
        }
    }

    /// Decorators are names or calls of names.
    pub(crate) fn check_decorators(&mut self, decorators: &[Decorator]) {
        for decorator in decorators {
            let name = match self.ast[decorator.expr] {
                Expr::Call { callee, .. } => callee,
                _ => decorator.expr,
            };
            if self.ast.dotted(name).is_none() && self.ast[name] != Expr::Error {
                let span = self.ast.expr_span(decorator.expr);
                self.report(
                    Diagnostic::error(
                        codes::MISPLACED_DECORATOR,
                        span,
                        "a decorator must be a name or a call of a name",
                    )
                    .help("write `@name` or `@name(…)`"),
                );
            }
        }
    }

    fn validate_signatures(&mut self, body: List) {
        let mut first: Option<Span> = None;
        for index in body.range() {
            let id = self.ast.list_stmts[index];
            if !matches!(self.ast[id], Stmt::IndexSig(_)) {
                continue;
            }
            let span = self.ast.stmt_span(id);
            match first {
                None => first = Some(span),
                Some(first) => {
                    self.report(
                        Diagnostic::error(
                            codes::DUPLICATE_INDEX_SIGNATURE,
                            span,
                            "a schema has a single index signature",
                        )
                        .label(first, "the first one is here"),
                    );
                    return;
                }
            }
        }
    }

    fn validate_attr(&mut self, attr: &Attr) {
        if self.is_broken() {
            return;
        }
        if !matches!(
            self.ast[attr.name],
            Expr::Name(_) | Expr::Str(_) | Expr::StrDecoded(_) | Expr::Error
        ) {
            let span = self.ast.expr_span(attr.name);
            let kind = match self.ast[attr.name] {
                Expr::Select { .. } => Kind::Compile,
                _ => codes::ILLEGAL_TARGET.kind,
            };
            self.report(
                Diagnostic::error(
                    codes::ILLEGAL_TARGET,
                    span,
                    "the name of an attribute must be a plain name or a string",
                )
                .of_kind(kind),
            );
        }
    }

    /// `x: T = e` outside schemas is an assignment; other forms of attributes may not stand there.
    fn attr_to_assign(&mut self, id: StmtId, attr: Attr) {
        let span = self.ast.stmt_span(id);
        let name = self.ast.expr_span(attr.name);
        let broken = matches!(self.ast[attr.ty], crate::ast::TypeExpr::Error);
        let problem = if attr.optional {
            Some((
                name,
                "only attributes of schemas can be optional".to_owned(),
            ))
        } else if attr.aug.is_some() {
            Some((name, "an augmented assignment has no type".to_owned()))
        } else if attr.default.is_none() && !broken {
            let end = Span::new(span.end, span.end);
            Some((end, format!("`{}` needs a value", &self.text[name.range()])))
        } else {
            None
        };
        if let Some((span, message)) = problem
            && !self.is_broken()
        {
            let diagnostic = Diagnostic::error(codes::BARE_ANNOTATION, span, message);
            let diagnostic = if attr.default.is_none() {
                diagnostic
                    .help("add `= …`; only attributes in the body of a schema are declared without a value")
            } else {
                diagnostic
            };
            self.report(diagnostic);
        }
        if let Some(decorator) = attr.decorators.first() {
            let span = self.ast.expr_span(decorator.expr);
            self.report(
                Diagnostic::warning(
                    codes::MISPLACED_DECORATOR,
                    span,
                    "this decorator has no effect",
                )
                .help("decorators belong to schemas, rules and attributes of schemas"),
            );
        }
        self.check_target(attr.name);
        let value = attr
            .default
            .unwrap_or_else(|| self.expr(Expr::Error, span.end, span.end));
        let assign = AssignId(self.ast.assigns.len() as u32);
        self.ast.assigns.push(Assign {
            targets: vec![attr.name],
            ty: Some(attr.ty),
            value,
        });
        self.ast.stmts[id.0 as usize] = Stmt::Assign(assign);
    }
}
