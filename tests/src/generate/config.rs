//! Config blocks: dicts and schema instances.

use super::r#gen::{Gen, Scope};
use super::types::{Attr, Ty};

/// A block of entries; on several lines if an entry needs them or `wide`.
pub(super) fn block(entries: &[String], wide: bool) -> String {
    if entries.is_empty() {
        return "{}".to_owned();
    }
    if !wide && entries.iter().all(|e| !e.contains('\n')) {
        return format!("{{{}}}", entries.join(", "));
    }
    format!("{{\n{}\n}}", indent(&entries.join("\n")))
}

/// Moves all lines to the right.
pub(super) fn indent(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|l| {
            if l.is_empty() {
                String::new()
            } else {
                format!("    {l}")
            }
        })
        .collect();
    lines.join("\n")
}

impl Gen {
    /// Entries of a `{str:T}` on one line each; with `overrides` only `=`.
    pub(super) fn dict_entries(
        &mut self,
        of: &Ty,
        depth: u32,
        scope: &Scope,
        overrides: bool,
    ) -> Vec<String> {
        // what shares a list with another name would change with it
        let mut scope = Scope {
            copies: true,
            ..scope.clone()
        };
        let mut entries = Vec::new();
        let mut used: Vec<String> = Vec::new();
        let count = if self.rng.chance(12) {
            0
        } else {
            self.rng.range(1, 3)
        };
        for _ in 0..count {
            let key = self.key().to_owned();
            let value = self.expr(of, depth.saturating_sub(1), &scope);
            let seen = used.contains(&key);
            if depth > 0 && self.rng.chance(8) {
                let c = self.expr(&Ty::Bool, 1, &scope);
                entries.push(format!("if {c}: {key} = {value}"));
                continue;
            }
            if let Ty::List(item) = of
                && self.rng.chance(30)
            {
                let more = self.expr(&item.clone().list(), depth.saturating_sub(1), &scope);
                entries.push(format!("{key} += [*{more}]"));
            } else {
                let written = if self.rng.chance(25) {
                    format!("\"{key}\"")
                } else {
                    key.clone()
                };
                let op = if overrides || seen || self.rng.chance(50) {
                    " ="
                } else {
                    ":"
                };
                entries.push(format!("{written}{op} {value}"));
            }
            scope.push_key(key.clone(), of.clone(), false);
            used.push(key);
        }
        entries
    }

    /// `S {…}` or `S(args) {…}`.
    pub(super) fn instance(&mut self, k: usize, depth: u32, scope: &Scope, wide: bool) -> String {
        let entries = self.config_entries(k, depth, scope, true, false, wide);
        let args = self.schemas[k].args.clone();
        let mut text = self.schema_name(k);
        if !args.is_empty() {
            let all = self.rng.chance(60);
            let given: Vec<String> = args
                .iter()
                .filter(|(_, _, default)| !default || all)
                .map(|(name, ty, default)| {
                    let value = self.expr(ty, depth.min(1), scope);
                    if *default {
                        format!("{name} = {value}")
                    } else {
                        value
                    }
                })
                .collect();
            if !given.is_empty() {
                text.push_str(&format!("({})", given.join(", ")));
            }
        }
        format!(
            "{text} {}",
            block(&entries, wide && (entries.len() > 1 || self.rng.chance(50)))
        )
    }

    /// Entries that configure a schema. `full`: everything required is there; `overrides`: only `=`; `wide`: entries may
    /// span lines.
    pub(super) fn config_entries(
        &mut self,
        k: usize,
        depth: u32,
        scope: &Scope,
        full: bool,
        overrides: bool,
        wide: bool,
    ) -> Vec<String> {
        let mut scope = Scope {
            copies: true,
            ..scope.clone()
        };
        let mut attrs = self.attrs(k);
        self.rng.shuffle(&mut attrs);
        let mut entries = Vec::new();
        let (mut full, mut overrides) = (full, overrides);
        if depth > 0
            && self.rng.chance(8)
            && let Some(path) = self.instance_path(k, &scope)
        {
            entries.push(format!("**{path}"));
            (full, overrides) = (false, true);
        }
        let density = if depth == 0 { 10 } else { 40 };
        for attr in &attrs {
            let required = full && !attr.optional && !attr.default;
            if !required && !self.rng.chance(density) {
                continue;
            }
            if !required && wide && depth > 0 && self.rng.chance(12) {
                let entry = self.conditional_entry(attr, depth - 1, &scope);
                entries.push(entry);
                continue;
            }
            let (entry, key_known) = self.attr_entry(attr, depth, &scope, overrides, wide);
            entries.push(entry);
            if key_known {
                scope.push_key(attr.name.clone(), attr.ty.clone(), attr.optional);
            }
        }
        if let Some(of) = self.schemas[k].index.clone() {
            for _ in 0..self.rng.below(3) {
                let key = self.next("x");
                entries.push(format!(
                    "{key} = {}",
                    self.expr(&of, depth.saturating_sub(1), &scope)
                ));
            }
        }
        entries
    }

    /// A name or path of an instance.
    fn instance_path(&mut self, k: usize, scope: &Scope) -> Option<String> {
        let bare = Scope {
            copies: false,
            ..scope.clone()
        };
        self.read(&Ty::Schema(k), &bare)
            .filter(|t| !t.starts_with('('))
    }

    fn conditional_entry(&mut self, attr: &Attr, depth: u32, scope: &Scope) -> String {
        let c = self.expr(&Ty::Bool, depth, scope);
        let entry = |this: &mut Self| {
            let value = this.expr(&attr.ty, depth, scope);
            format!("{} = {value}", attr.name)
        };
        let first = entry(self);
        let mut text = if self.rng.chance(30) {
            let c2 = self.expr(&Ty::Bool, 1, scope);
            format!("if {c}:\n    if {c2}:\n        {first}")
        } else {
            format!("if {c}:\n    {first}")
        };
        if self.rng.chance(25) {
            let c3 = self.expr(&Ty::Bool, 1, scope);
            text.push_str(&format!("\nelif {c3}:\n    {}", entry(self)));
        }
        if self.rng.chance(40) {
            text.push_str(&format!("\nelse:\n    {}", entry(self)));
        }
        text
    }

    /// An entry, and whether its key is a name for later entries.
    fn attr_entry(
        &mut self,
        attr: &Attr,
        depth: u32,
        scope: &Scope,
        overrides: bool,
        wide: bool,
    ) -> (String, bool) {
        let name = attr.name.clone();
        let d = depth.saturating_sub(1);
        let op = if overrides || self.rng.chance(50) {
            " ="
        } else {
            ":"
        };
        match &attr.ty {
            Ty::Schema(k) => {
                let k = *k;
                // a dict with keys of mixins is not converted by the reference
                let plain = self.schemas[k].args.is_empty() && !self.is_mixed(k);
                if !overrides && attr.default && plain && self.rng.chance(35) {
                    // onto the default
                    let inner = self.config_entries(k, d, scope, false, false, wide);
                    if let [one] = &inner[..]
                        && !one.contains('\n')
                        && self.rng.chance(60)
                    {
                        return (format!("{name}.{one}"), false);
                    }
                    let wide = wide && self.rng.chance(50);
                    return (format!("{name}: {}", block(&inner, wide)), true);
                }
                if plain && self.rng.chance(40) {
                    let inner = self.config_entries(k, d, scope, true, overrides, wide);
                    if !inner.is_empty() || !self.has_required(k) {
                        return (format!("{name}{op} {}", block(&inner, false)), true);
                    }
                }
                (
                    format!("{name}{op} {}", self.value(&attr.ty, depth, scope, wide)),
                    true,
                )
            }
            Ty::List(_) if !overrides && !attr.appended && attr.default && self.rng.chance(30) => (
                format!("{name} += [*{}]", self.expr(&attr.ty, d, scope)),
                true,
            ),
            Ty::Dict(of) if !overrides && self.rng.chance(30) && !of.is_container() => {
                let key = self.key();
                (format!("{name}.{key} = {}", self.expr(of, d, scope)), false)
            }
            _ => {
                let written = if self.rng.chance(8) {
                    format!("\"{name}\"")
                } else {
                    name
                };
                (
                    format!("{written}{op} {}", self.value(&attr.ty, depth, scope, wide)),
                    true,
                )
            }
        }
    }

    /// A value that may span lines if `wide`.
    pub(super) fn value(&mut self, ty: &Ty, depth: u32, scope: &Scope, wide: bool) -> String {
        if !wide || self.rng.chance(50) {
            return self.expr(ty, depth, scope);
        }
        let d = depth.saturating_sub(1);
        match ty {
            Ty::Schema(k) => self.instance(*k, d, scope, true),
            Ty::Dict(of) => {
                let entries = self.dict_entries(of, depth, scope, false);
                block(&entries, true)
            }
            Ty::List(of) => {
                let items: Vec<String> = (0..self.rng.below(4))
                    .map(|_| self.value(of, d, scope, true))
                    .collect();
                if items.is_empty() {
                    "[]".into()
                } else {
                    format!("[\n{}\n]", indent(&items.join("\n")))
                }
            }
            _ => self.expr(ty, depth, scope),
        }
    }
}
