//! Schemas, mixins and protocols.

use super::config::indent;
use super::r#gen::{Gen, Scope, is_write_only};
use super::types::{Attr, Schema, Ty};

fn has_attr(attrs: &[Attr], name: &str) -> bool {
    attrs.iter().any(|a| a.name == name)
}

impl Gen {
    /// What attribute expressions may read: attributes of lower rank, arguments, constants.
    fn body_scope(
        &self,
        base: &Scope,
        attrs: &[Attr],
        args: &[(String, Ty, bool)],
        target: &str,
    ) -> Scope {
        let mut scope = Scope {
            calls: base.calls,
            copies: true,
            ..Scope::default()
        };
        scope.vars.clone_from(&base.vars);
        for (name, ty, _) in args {
            scope.push(name.clone(), ty.clone(), false);
        }
        let rank = self.rank(target);
        for attr in attrs {
            if attr.name != target && !is_write_only(&attr.name) && self.rank(&attr.name) < rank {
                scope.push(attr.name.clone(), attr.ty.clone(), attr.optional);
            }
        }
        scope
    }

    fn new_attrs(&mut self, count: usize, limit: usize, taken: &[Attr]) -> Vec<Attr> {
        let mut attrs: Vec<Attr> = Vec::new();
        for _ in 0..count {
            let ty = self.any_type(limit);
            let optional = !matches!(ty, Ty::Schema(_)) && self.rng.chance(12);
            let name = self.attr_name(&ty, optional);
            if attrs.iter().any(|a| a.name == name) {
                continue;
            }
            // what a base declares keeps its default
            let inherited = taken.iter().any(|a| a.name == name);
            let default = inherited || (!optional && self.rng.chance(75));
            attrs.push(Attr {
                name,
                ty,
                optional,
                default,
                appended: false,
            });
        }
        attrs
    }

    fn attr_line(&mut self, attr: &Attr, scope: &Scope, inherited: bool) -> String {
        if attr.optional && !attr.default {
            return format!("{}?: {}", attr.name, self.type_text(&attr.ty));
        }
        let head = if inherited && self.rng.chance(40) {
            attr.name.clone()
        } else {
            format!("{}: {}", attr.name, self.type_text(&attr.ty))
        };
        if !attr.default {
            return head;
        }
        format!("{head} = {}", self.value(&attr.ty, 2, scope, true))
    }

    /// A mixin and its text.
    pub(super) fn mixin(&mut self, base: &Scope, limit: usize) -> String {
        let n = self.mixins.len();
        let mut attrs = self.new_attrs(2, limit, &[]);
        for attr in &mut attrs {
            attr.default = !attr.optional;
        }
        let mut text = String::new();
        let mut scope = base.clone();
        let mut head = format!("mixin M{n}Mixin");
        if self.rng.chance(40) {
            // what the host has to have is named by a protocol
            let needed = Attr {
                name: "i0".into(),
                ty: Ty::Int,
                optional: false,
                default: true,
                appended: false,
            };
            text.push_str(&format!("protocol P{n}Protocol:\n    i0: int\n\n"));
            head = format!("{head} for P{n}Protocol");
            scope.copies = true;
            attrs.retain(|a| a.name != "i0");
            let lines = attrs.clone();
            let mut all = attrs.clone();
            all.push(needed.clone());
            text.push_str(&format!("{head}:\n"));
            for attr in &lines {
                let scope = self.body_scope(base, &all, &[], &attr.name);
                let line = self.attr_line(attr, &scope, false);
                text.push_str(&format!("{}\n", indent(&line)));
            }
            if lines.is_empty() {
                text.push_str("    io: int = 1\n");
                attrs.push(Attr {
                    name: "io".into(),
                    ..needed
                });
            }
            self.mixins.push(Schema {
                name: format!("M{n}Mixin"),
                attrs,
                index: Some(Ty::Int),
                ..Schema::default()
            });
            return text;
        }
        text.push_str(&format!("{head}:\n"));
        if attrs.is_empty() {
            attrs.push(Attr {
                name: "s0".into(),
                ty: Ty::Str,
                optional: false,
                default: true,
                appended: false,
            });
        }
        for attr in attrs.clone() {
            let scope = self.body_scope(base, &attrs, &[], &attr.name);
            let line = self.attr_line(&attr, &scope, false);
            text.push_str(&format!("{}\n", indent(&line)));
        }
        self.mixins.push(Schema {
            name: format!("M{n}Mixin"),
            attrs,
            ..Schema::default()
        });
        text
    }

    /// A schema and its text.
    pub(super) fn schema(&mut self, base_scope: &Scope) -> String {
        let k = self.schemas.len();
        let parents: Vec<usize> = (0..k)
            .filter(|&p| {
                let s = &self.schemas[p];
                s.args.is_empty() && s.index.is_none() && self.depth_of(p) < 3
            })
            .collect();
        let base = (!parents.is_empty() && self.rng.chance(45)).then(|| *self.rng.pick(&parents));
        let mut schema = Schema {
            name: format!("S{k}"),
            base,
            ..Schema::default()
        };
        let inherited = base.map_or_else(Vec::new, |b| self.attrs(b));
        let count = self.rng.range(2, 5);
        let mut attrs = self.new_attrs(count, k, &inherited);
        let declares =
            |attrs: &[Attr], name: &str| attrs.iter().chain(&inherited).any(|a| a.name == name);
        for m in 0..self.mixins.len() {
            // a mixin for a protocol needs a host with that attribute
            let needs = self.mixins[m].index.is_some();
            if self.rng.chance(35) && (!needs || declares(&attrs, "i0")) && schema.mixins.len() < 2
            {
                schema.mixins.push(m);
            }
        }
        if base.is_none() && self.rng.chance(20) {
            schema
                .args
                .push(("aint".into(), Ty::Int, self.rng.chance(50)));
            if self.rng.chance(50) {
                schema.args.push(("astr".into(), Ty::Str, true));
            }
        } else if base.is_none() && schema.mixins.is_empty() && self.rng.chance(15) {
            schema.index = Some(if self.rng.chance(50) {
                Ty::Int
            } else {
                Ty::Str.list()
            });
        }
        let appended = self.rng.chance(15) && !declares(&attrs, "lwi0");
        if appended {
            attrs.push(Attr {
                name: "lwi0".into(),
                ty: Ty::Int.list(),
                optional: false,
                default: true,
                appended: true,
            });
        }
        let switched = self.rng.chance(25) && !declares(&attrs, "iw0");
        if switched {
            attrs.push(Attr {
                name: "iw0".into(),
                ty: Ty::Int,
                optional: false,
                default: true,
                appended: false,
            });
        }
        schema.attrs.clone_from(&attrs);
        let args = schema.args.clone();
        self.schemas.push(schema.clone());
        // a mixin that is read early loses its other statements: the host does not read it
        let mut all = inherited.clone();
        all.extend(
            attrs
                .iter()
                .filter(|a| !has_attr(&inherited, &a.name))
                .cloned(),
        );
        let mixed: Vec<String> = schema
            .mixins
            .iter()
            .flat_map(|&m| self.mixins[m].attrs.iter().map(|a| a.name.clone()))
            .collect();
        all.retain(|a| !mixed.contains(&a.name));

        let mut lines: Vec<String> = Vec::new();
        if self.rng.chance(15) {
            lines.push(format!("\"\"\"Schema number {k}.\"\"\""));
        }
        if !schema.mixins.is_empty() {
            let names: Vec<String> = schema
                .mixins
                .iter()
                .map(|&m| self.mixins[m].name.clone())
                .collect();
            lines.push(format!("mixin [{}]", names.join(", ")));
        }
        if let Some(index) = &schema.index {
            lines.push(format!("[...str]: {}", self.type_text(index)));
        }
        let mut local = base_scope.clone();
        local.copies = true;
        let own_local = self.rng.chance(20);
        if own_local {
            let value = self.expr(&Ty::Int, 1, &local);
            lines.push(format!("_v{k} = {value}"));
            local.push(format!("_v{k}"), Ty::Int, false);
        }
        for attr in &attrs {
            let scope = self.body_scope(&local, &all, &args, &attr.name);
            let was = inherited.iter().any(|a| a.name == attr.name);
            let line = self.attr_line(attr, &scope, was);
            lines.push(line);
        }
        if appended {
            let scope = self.body_scope(&local, &all, &args, "lwi0");
            let value = self.expr(&Ty::Int.list(), 1, &scope);
            lines.push(format!("lwi0 += {value}"));
        }
        if switched {
            let scope = self.body_scope(&local, &all, &args, "iw0");
            let (c, a, b) = (
                self.expr(&Ty::Bool, 2, &scope),
                self.expr(&Ty::Int, 1, &scope),
                self.expr(&Ty::Int, 1, &scope),
            );
            let mut text = format!("if {c}:\n    iw0 = {a}");
            if self.rng.chance(50) {
                text.push_str(&format!("\nelse:\n    iw0 = {b}"));
            }
            lines.push(text);
        }
        if self.rng.chance(40) {
            lines.push(self.checks(&local, &all, &args));
        }
        let mut head = format!("schema S{k}");
        if !args.is_empty() {
            let list: Vec<String> = args
                .iter()
                .map(|(name, ty, default)| {
                    let ty_text = self.type_text(ty);
                    if *default {
                        format!(
                            "{name}: {ty_text} = {}",
                            self.literal(ty, 0, &Scope::default())
                        )
                    } else {
                        format!("{name}: {ty_text}")
                    }
                })
                .collect();
            head.push_str(&format!("[{}]", list.join(", ")));
        }
        if let Some(base) = base {
            head.push_str(&format!("(S{base})"));
        }
        format!("{head}:\n{}\n", indent(&lines.join("\n")))
    }

    fn depth_of(&self, k: usize) -> usize {
        self.schemas[k].base.map_or(1, |b| 1 + self.depth_of(b))
    }

    fn checks(&mut self, local: &Scope, all: &[Attr], args: &[(String, Ty, bool)]) -> String {
        let mut scope = self.body_scope(local, &[], args, "");
        for attr in all {
            scope.push(attr.name.clone(), attr.ty.clone(), attr.optional);
        }
        let mut lines = Vec::new();
        for _ in 0..self.rng.range(1, 2) {
            let mut line = match self.rng.below(4) {
                0 => format!("{} < 100000000", self.expr(&Ty::Int, 1, &scope)),
                1 => format!("len({}) >= 0", self.expr(&Ty::Str, 1, &scope)),
                2 => format!("{} or True", self.expr(&Ty::Bool, 1, &scope)),
                _ => {
                    if self.rng.chance(15) {
                        self.expr(&Ty::Bool, 1, &scope)
                    } else {
                        format!("{} is not None", self.expr(&Ty::Int, 1, &scope))
                    }
                }
            };
            if self.rng.chance(30) {
                line = format!("{line} if {}", self.expr(&Ty::Bool, 1, &scope));
            }
            if self.rng.chance(50) {
                line = format!("{line}, {}", self.expr(&Ty::Str, 1, &scope));
            }
            lines.push(line);
        }
        format!("check:\n{}", indent(&lines.join("\n")))
    }
}
