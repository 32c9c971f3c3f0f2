//! Reads signature texts such as `range(start: int = Undefined, stop: int = Undefined, step: int = 1) -> [int]`.
//!
//! Beside the language's own types they know `number` (`int | float`), `NoneType` and `number_multiplier`, and the
//! parameter forms `*args` and `**kw`. What cannot be read is `any`.

use super::union::UnionBuilder;
use super::{FnParam, FunctionTy, Sym, Ty};
use crate::Db;

/// A function's name and type. Messages show the name with the prefix; one in the text itself is dropped.
#[must_use]
pub fn parse<'db, 't>(db: &'db dyn Db, prefix: &str, text: &'t str) -> Option<(&'t str, Ty<'db>)> {
    let written = text.split('(').next().unwrap_or(text);
    let name = written.rsplit('.').next().unwrap_or(written);
    let mut reader = Reader {
        db,
        rest: text.get(written.len()..)?,
    };
    let function = reader.function(&format!("{prefix}{name}"))?;
    Some((name, Ty::Function(function)))
}

struct Reader<'db, 'a> {
    db: &'db dyn Db,
    rest: &'a str,
}

impl<'db> Reader<'db, '_> {
    fn eat(&mut self, token: &str) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn word(&mut self) -> Option<String> {
        self.rest = self.rest.trim_start();
        let end = self
            .rest
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then(|| word.to_owned())
    }

    fn function(&mut self, name: &str) -> Option<FunctionTy<'db>> {
        if !self.eat("(") {
            return None;
        }
        let (mut params, mut variadic, mut keywords) = (Vec::new(), false, false);
        while !self.eat(")") {
            let stars = (self.eat("**"), self.eat("*"));
            let word = self.word()?;
            let ty = if self.eat(":") { self.ty()? } else { Ty::Any };
            let has_default = self.eat("=");
            if has_default {
                self.skip_default();
            }
            match stars {
                (true, _) => keywords = true,
                (_, true) => variadic = true,
                _ => params.push(FnParam {
                    name: Some(Sym::new(self.db, word.as_str())),
                    ty,
                    has_default,
                }),
            }
            if !self.eat(",") && !self.rest.trim_start().starts_with(')') {
                return None;
            }
        }
        let ret = if self.eat("->") { self.ty()? } else { Ty::Any };
        Some(FunctionTy::new(
            self.db,
            name,
            params.into_boxed_slice(),
            ret,
            variadic,
            keywords,
            None,
        ))
    }

    /// A default ends at the next `,` or `)` outside quotes.
    fn skip_default(&mut self) {
        let mut quote = None;
        let end = self.rest.find(|c: char| match quote {
            Some(open) => {
                quote = quote.filter(|_| c != open);
                false
            }
            None => {
                quote = matches!(c, '"' | '\'').then_some(c);
                matches!(c, ',' | ')')
            }
        });
        self.rest = &self.rest[end.unwrap_or(self.rest.len())..];
    }

    fn ty(&mut self) -> Option<Ty<'db>> {
        let mut members = vec![self.single()?];
        while self.eat("|") {
            members.push(self.single()?);
        }
        let mut union = UnionBuilder::new(self.db);
        members.into_iter().for_each(|member| union.add(member));
        Some(union.build_declared())
    }

    fn single(&mut self) -> Option<Ty<'db>> {
        if self.eat("[") {
            let element = if self.eat("]") {
                return Some(Ty::list(self.db, Ty::Any));
            } else {
                self.ty()?
            };
            return self.eat("]").then(|| Ty::list(self.db, element));
        }
        if self.eat("{") {
            let key = self.ty()?;
            let value = if self.eat(":") {
                self.ty()?
            } else {
                return None;
            };
            return self.eat("}").then(|| Ty::dict(self.db, key, value));
        }
        if self.eat("(") {
            let mut params = Vec::new();
            while !self.eat(")") {
                params.push(FnParam {
                    name: None,
                    ty: self.ty()?,
                    has_default: false,
                });
                self.eat(",");
            }
            let ret = if self.eat("->") { self.ty()? } else { Ty::Any };
            let function = FunctionTy::new(
                self.db,
                "",
                params.into_boxed_slice(),
                ret,
                false,
                false,
                None,
            );
            return Some(Ty::Function(function));
        }
        Some(match self.word()?.as_str() {
            "bool" => Ty::Bool,
            "int" => Ty::Int,
            "float" => Ty::Float,
            "str" => Ty::Str,
            "number" => Ty::Union(super::UnionTy::new(
                self.db,
                vec![Ty::Int, Ty::Float].into_boxed_slice(),
            )),
            "NoneType" | "Undefined" | "UndefinedType" => Ty::None,
            "number_multiplier" => Ty::Multiplier,
            _ => Ty::Any,
        })
    }
}
