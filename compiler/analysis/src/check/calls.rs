//! Calls: which arguments a callee takes, and what it gives.

use kiln_syntax::ast::{Arg, ExprId, Stmt};
use kiln_syntax::diagnostic::Diagnostic;
use kiln_syntax::span::Span;

use super::advice::article;
use super::checker::Checker;
use super::codes;
use super::report::Declared;
use super::schema::schema_shape;
use crate::syntax::item_syntax;
use crate::types::{FnParam, FunctionTy, ParamsOrigin, SchemaTy, Ty};

/// What a call's arguments are matched with.
pub(super) struct Callee<'db, 'a> {
    /// For messages.
    pub(super) name: String,
    pub(super) params: &'a [FnParam<'db>],
    pub(super) variadic: bool,
    pub(super) keywords: bool,
    /// The lambda or schema that declares the parameters.
    pub(super) origin: Option<ParamsOrigin<'db>>,
}

impl<'db> Checker<'db> {
    /// `callee(args)`
    pub(super) fn call(&mut self, callee: ExprId, args: &'db [Arg]) -> Ty<'db> {
        let ty = self.infer(callee);
        match ty {
            Ty::Function(function) => {
                self.call_function(function, callee, args);
                function.ret(self.db)
            }
            Ty::Schema(schema) => {
                self.schema_arguments(schema, callee, args);
                Ty::Instance(schema)
            }
            Ty::Any | Ty::Error => {
                for arg in args {
                    self.infer(arg.value);
                }
                ty
            }
            _ => {
                for arg in args {
                    self.infer(arg.value);
                }
                let found = self.show_kind(ty);
                let message = match ty {
                    Ty::Instance(_) => format!("an instance of schema `{found}` cannot be called"),
                    _ => format!("{} `{found}` cannot be called", article(&found)),
                };
                self.error(codes::NOT_CALLABLE, self.span(callee), message);
                Ty::Error
            }
        }
    }

    fn call_function(&mut self, function: FunctionTy<'db>, callee: ExprId, args: &'db [Arg]) {
        let name = match function.name(self.db) {
            "" => self.callee_name(callee),
            name => format!("`{name}`"),
        };
        let callee_info = Callee {
            name,
            params: function.params(self.db),
            variadic: function.variadic(self.db),
            keywords: function.keywords(self.db),
            origin: function.origin(self.db),
        };
        self.arguments(&callee_info, self.span(callee), args);
    }

    /// The arguments of `A(…)` or `A(…) {…}`.
    pub(super) fn schema_arguments(
        &mut self,
        schema: SchemaTy<'db>,
        callee: ExprId,
        args: &'db [Arg],
    ) {
        let item = schema.item(self.db);
        let Some(shape) = schema_shape(self.db, item) else {
            for arg in args {
                self.infer(arg.value);
            }
            return;
        };
        let info = Callee {
            name: format!("`{}`", schema.name(self.db).text(self.db)),
            params: &shape.params,
            variadic: shape.partial && shape.params.is_empty(),
            keywords: shape.partial && shape.params.is_empty(),
            origin: Some(ParamsOrigin { item, lambda: None }),
        };
        self.arguments(&info, self.span(callee), args);
    }

    fn callee_name(&self, callee: ExprId) -> String {
        let callee = self.ast.peel(callee);
        match self.ast.dotted(callee) {
            Some(_) => {
                let range = self.span(callee).range();
                format!("`{}`", self.ast.text.get(range).unwrap_or_default())
            }
            None => "anonymous function".to_owned(),
        }
    }

    /// Matches arguments with parameters.
    pub(super) fn arguments(&mut self, callee: &Callee<'db, '_>, span: Span, args: &'db [Arg]) {
        self.note_call(callee, span, args);
        let mut given = vec![false; callee.params.len()];
        let positional = args.iter().filter(|arg| arg.keyword.is_none()).count();
        let mut overflow = false;
        for (index, arg) in args.iter().filter(|arg| arg.keyword.is_none()).enumerate() {
            // What is named beside `*args` is given by keyword only.
            match callee.params.get(index).filter(|_| !callee.variadic) {
                Some(&param) => {
                    given[index] = true;
                    self.argument(callee, index, param, arg.value);
                }
                None => {
                    self.infer(arg.value);
                    if !callee.variadic && !overflow {
                        overflow = true;
                        let takes = count(callee.params.len(), "positional argument");
                        let verb = if positional == 1 { "was" } else { "were" };
                        let message = format!(
                            "{} takes {takes}, but {positional} {verb} given",
                            callee.name
                        );
                        self.error(codes::TOO_MANY_ARGUMENTS, self.span(arg.value), message);
                        self.show_parameters(callee);
                    }
                }
            }
        }
        let mut seen: Vec<&str> = Vec::new();
        let mut unknown_keyword = false;
        for arg in args {
            let Some(keyword) = arg.keyword else { continue };
            let name = self.text(keyword);
            let at = keyword.0;
            if seen.contains(&name) {
                let message = format!("{} gets the argument `{name}` twice", callee.name);
                let mut diagnostic = Diagnostic::error(codes::DUPLICATE_KEYWORD, at, message);
                let first = args.iter().filter_map(|arg| arg.keyword);
                if let Some(first) = first.into_iter().find(|&first| self.text(first) == name) {
                    diagnostic = diagnostic.label(first.0, "the first one is here");
                }
                self.diagnostics.push(diagnostic);
                self.infer(arg.value);
                continue;
            }
            seen.push(name);
            let is_it =
                |param: &FnParam<'db>| param.name.is_some_and(|it| it.text(self.db) == name);
            match callee.params.iter().position(is_it) {
                Some(index) => {
                    given[index] = true;
                    self.argument(callee, index, callee.params[index], arg.value);
                }
                None => {
                    self.infer(arg.value);
                    if !callee.keywords {
                        unknown_keyword = true;
                        let names: Vec<&str> = callee
                            .params
                            .iter()
                            .filter_map(|param| Some(param.name?.text(self.db)))
                            .collect();
                        let message = format!("{} has no parameter `{name}`", callee.name);
                        self.no_such(codes::UNEXPECTED_KEYWORD, at, name, &message, &names);
                    }
                }
            }
        }
        if unknown_keyword {
            return;
        }
        let required = callee
            .params
            .iter()
            .filter(|param| !param.has_default)
            .count();
        let missing: Vec<usize> = (0..callee.params.len())
            .filter(|&index| !given[index] && !callee.params[index].has_default)
            .collect();
        // An argument that is given twice counts twice.
        let found = args.len();
        if !missing.is_empty() && found < required {
            let names: Vec<String> = missing
                .iter()
                .filter_map(|&index| {
                    Some(format!("`{}`", callee.params[index].name?.text(self.db)))
                })
                .collect();
            let expected = count(required, "argument");
            let mut message = format!("{} expects {expected}, found {found}", callee.name);
            if !names.is_empty() {
                let verb = if names.len() == 1 { "is" } else { "are" };
                message = format!("{message}: {} {verb} missing", listed(&names));
            }
            self.error(codes::TOO_FEW_ARGUMENTS, span, message);
            self.show_parameters(callee);
        }
    }

    /// Adds the parameters of a callee to the last diagnostic: where they are declared, or else what they are.
    fn show_parameters(&mut self, callee: &Callee<'db, '_>) {
        let first = callee
            .origin
            .and_then(|origin| Some((origin, self.param_span(origin, 0)?)));
        let Some(diagnostic) = self.diagnostics.pop() else {
            return;
        };
        let name = |param: &FnParam<'db>| {
            let name = param.name.map_or("…", |name| name.text(self.db));
            if param.has_default {
                format!("{name} = …")
            } else {
                name.to_owned()
            }
        };
        let names: Vec<String> = callee.params.iter().map(name).collect();
        self.diagnostics.push(match first {
            Some((origin, at)) => {
                let last = self.param_span(origin, names.len().saturating_sub(1));
                let at = last.map_or(at, |last| at.cover(last));
                let text = "its parameters";
                if origin.item == self.item {
                    diagnostic.label(at, text)
                } else {
                    diagnostic.label_in(origin.item.place(self.db), at, text)
                }
            }
            None if names.is_empty() => diagnostic.note("it has no parameters"),
            None => diagnostic.note(format!("its parameters are `({})`", names.join(", "))),
        });
    }

    fn argument(
        &mut self,
        callee: &Callee<'db, '_>,
        index: usize,
        param: FnParam<'db>,
        value: ExprId,
    ) {
        let ty = self.infer_as(value, Some(param.ty));
        let span = self.span(value);
        if crate::types::relation::assignable(self.db, ty, param.ty) {
            return;
        }
        let what = match param.name {
            Some(name) => format!("parameter `{}` of {}", name.text(self.db), callee.name),
            None => format!("{} of {}", ordinal(index), callee.name),
        };
        self.mismatch(ty, param.ty, span, &what, Declared::Unknown);
        let want = self.show(param.ty);
        let declared = callee
            .origin
            .and_then(|origin| Some((origin, self.param_span(origin, index)?)));
        if let Some((origin, at)) = declared
            && let Some(diagnostic) = self.diagnostics.pop()
        {
            let text = format!("declared here as `{want}`");
            self.diagnostics.push(if origin.item == self.item {
                diagnostic.label(at, text)
            } else {
                diagnostic.label_in(origin.item.place(self.db), at, text)
            });
        }
    }

    /// Where a parameter of a lambda or schema is declared.
    fn param_span(&self, origin: ParamsOrigin<'db>, index: usize) -> Option<Span> {
        let ast = &item_syntax(self.db, origin.item).ast;
        if let Some(lambda) = origin.lambda {
            let lambda = ast.lambdas.get(lambda as usize)?;
            return lambda.params.get(index).map(|param| param.name.0);
        }
        ast.stmt_ids(ast.root).iter().find_map(|&id| match ast[id] {
            Stmt::Schema(schema) => ast[schema].params.get(index).map(|param| param.name.0),
            Stmt::Rule(rule) => ast[rule].params.get(index).map(|param| param.name.0),
            _ => None,
        })
    }
}

fn count(number: usize, what: &str) -> String {
    if number == 1 {
        format!("1 {what}")
    } else {
        format!("{number} {what}s")
    }
}

/// `a, b and c`
pub(super) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [many @ .., last] => format!("{} and {last}", many.join(", ")),
    }
}

fn ordinal(index: usize) -> String {
    format!("argument {}", index + 1)
}
