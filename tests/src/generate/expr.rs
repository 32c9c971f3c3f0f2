//! Expressions of a wanted type.

use super::r#gen::{Gen, Scope};
use super::types::Ty;

const WORDS: &[&str] = &[
    "a", "bc", "Name", "x-y", "web", "3", "", "über", "a b", "yes", "k0", "k1", "end.", "0x1F",
];
const KEYS: &[&str] = &["k0", "k1", "k2", "k3"];

impl Gen {
    pub(super) fn key(&mut self) -> &'static str {
        self.rng.pick::<&str>(KEYS)
    }

    fn word(&mut self) -> String {
        format!("\"{}\"", self.rng.pick(WORDS))
    }

    pub(super) fn literal(&mut self, ty: &Ty, depth: u32, scope: &Scope) -> String {
        match ty {
            Ty::Int => match self.rng.below(12) {
                0 => "0".into(),
                1 => "1024".into(),
                2 => format!("-{}", self.rng.range(1, 9)),
                _ => self.rng.range(1, 30).to_string(),
            },
            Ty::Bool => if self.rng.chance(50) { "True" } else { "False" }.into(),
            Ty::Str => self.word(),
            Ty::Float => (*self
                .rng
                .pick(&["0.5", "1.0", "2.25", "100.0", "1e3", "3.14", "0.1", "7.0"]))
            .into(),
            Ty::List(of) => {
                let count = if self.rng.chance(15) {
                    0
                } else {
                    self.rng.range(1, 3)
                };
                let items: Vec<String> = (0..count)
                    .map(|_| self.list_item(of, depth, scope))
                    .collect();
                format!("[{}]", items.join(", "))
            }
            Ty::Dict(of) => {
                let entries = self.dict_entries(of, depth, scope, false);
                format!("{{{}}}", entries.join(", "))
            }
            Ty::Schema(k) => self.instance(*k, depth, scope, false),
        }
    }

    fn list_item(&mut self, of: &Ty, depth: u32, scope: &Scope) -> String {
        if depth > 0 && self.rng.chance(8) {
            let (c, x) = (
                self.expr(&Ty::Bool, 1, scope),
                self.expr(of, depth - 1, scope),
            );
            return if self.rng.chance(50) {
                format!("if {c}: {x}")
            } else {
                format!("if {c}: {x} else: {}", self.expr(of, depth - 1, scope))
            };
        }
        if depth > 0 && self.rng.chance(8) {
            return format!(
                "*{}",
                self.read_or_literal(&of.clone().list(), depth - 1, scope)
            );
        }
        self.expr(of, depth.saturating_sub(1), scope)
    }

    /// A name or path of the type, if there is one.
    pub(super) fn read(&mut self, ty: &Ty, scope: &Scope) -> Option<String> {
        if scope.copies && matches!(ty, Ty::Schema(_)) {
            // it would be shared
            return None;
        }
        let mut found: Vec<(String, bool)> = Vec::new();
        for var in &scope.vars {
            if var.ty == *ty {
                found.push((var.path.clone(), var.optional));
            }
            if let Ty::Schema(k) = var.ty
                && !var.optional
            {
                for attr in self.attrs(k) {
                    if attr.ty == *ty {
                        found.push((format!("{}.{}", var.path, attr.name), attr.optional));
                    }
                    if let Ty::Schema(inner) = attr.ty
                        && !attr.optional
                    {
                        for deep in self.attrs(inner).into_iter().filter(|a| a.ty == *ty) {
                            found.push((
                                format!("{}.{}.{}", var.path, attr.name, deep.name),
                                deep.optional,
                            ));
                        }
                    }
                }
            }
        }
        if found.is_empty() {
            return None;
        }
        let (path, optional) = self.rng.pick(&found).clone();
        if optional {
            let other = match ty {
                Ty::Schema(_) => return None,
                Ty::List(_) => "[]".to_owned(),
                Ty::Dict(_) => "{}".to_owned(),
                _ => self.literal(ty, 0, scope),
            };
            let text = format!("({path} or {other})");
            return Some(if scope.copies {
                Self::copied(ty, &text)
            } else {
                text
            });
        }
        Some(if scope.copies {
            Self::copied(ty, &path)
        } else {
            path
        })
    }

    fn copied(ty: &Ty, text: &str) -> String {
        match ty {
            Ty::List(_) => format!("[*{text}]"),
            Ty::Dict(_) => format!("{{**{text}}}"),
            _ => text.to_owned(),
        }
    }

    fn read_or_literal(&mut self, ty: &Ty, depth: u32, scope: &Scope) -> String {
        match self.read(ty, scope) {
            Some(text) => text,
            None => self.literal(ty, depth, scope),
        }
    }

    /// A plain name or path, as quantifiers want it.
    fn path(&mut self, ty: &Ty, scope: &Scope) -> Option<String> {
        let bare = Scope {
            copies: false,
            ..scope.clone()
        };
        self.read(ty, &bare).filter(|t| !t.starts_with('('))
    }

    fn call(&mut self, result: &Ty, depth: u32, scope: &Scope) -> Option<String> {
        if !scope.calls {
            return None;
        }
        let fits: Vec<usize> = (0..self.funs.len())
            .filter(|&i| self.funs[i].result == *result)
            .collect();
        if fits.is_empty() {
            return None;
        }
        let fun = self.funs[*self.rng.pick(&fits)].clone();
        let count = self.rng.range(fun.required, fun.params.len());
        let args: Vec<String> = fun.params[..count]
            .iter()
            .map(|ty| {
                if fun.small {
                    self.rng.below(7).to_string()
                } else {
                    self.expr(ty, depth.min(1), scope)
                }
            })
            .collect();
        let name = if fun.packaged {
            self.qualified(&fun.name)
        } else {
            fun.name
        };
        Some(format!("{name}({})", args.join(", ")))
    }

    /// What may stand in a hole: no quotes, no braces.
    fn hole(&mut self, scope: &Scope) -> String {
        let mut ty = self.plain_type();
        if self.rng.chance(60) {
            ty = if self.rng.chance(50) {
                Ty::Int
            } else {
                Ty::Str
            };
        }
        let bare = Scope {
            copies: false,
            ..scope.clone()
        };
        match self
            .read(&ty, &bare)
            .filter(|t| !t.contains(['"', '{', '}']))
        {
            Some(path) => match ty {
                Ty::Int if self.rng.chance(30) => format!("{path} + {}", self.rng.below(9)),
                Ty::List(_) | Ty::Dict(_) | Ty::Str if self.rng.chance(30) => {
                    format!("len({path})")
                }
                Ty::List(_) | Ty::Dict(_) if self.rng.chance(30) => format!("{path}:#json"),
                Ty::Bool if self.rng.chance(40) => format!("1 if {path} else 2"),
                _ => path,
            },
            None => format!("{} * {}", self.rng.below(9), self.rng.below(9)),
        }
    }

    fn conditional(&mut self, ty: &Ty, depth: u32, scope: &Scope) -> String {
        if matches!(ty, Ty::List(_)) {
            return self.read_or_literal(ty, depth, scope);
        }
        let x = self.expr(ty, depth - 1, scope);
        let c = self.expr(&Ty::Bool, depth - 1, scope);
        let y = self.expr(ty, depth - 1, scope);
        format!("({x} if {c} else {y})")
    }

    fn loop_var(&mut self) -> String {
        self.loops += 1;
        format!("e{}", self.loops)
    }

    /// A list comprehension or `map`.
    fn comprehension(&mut self, of: &Ty, depth: u32, scope: &Scope) -> String {
        let source = match self.rng.below(4) {
            0 => Ty::Str,
            _ => Ty::Int,
        };
        let e = self.loop_var();
        let mut inner = scope.clone();
        inner.push(e.clone(), source.clone(), false);
        let plain = !matches!(of, Ty::Schema(_) | Ty::Dict(_));
        let text = if plain && self.rng.chance(30) && depth > 0 {
            match self.path(&source.clone().list(), scope) {
                Some(list) => {
                    let body = self.expr(of, depth - 1, &inner);
                    format!("map {e} in {list} {{ {body} }}")
                }
                None => self.comprehension_over(&source, &e, of, depth, scope, inner),
            }
        } else {
            self.comprehension_over(&source, &e, of, depth, scope, inner)
        };
        self.loops -= 1;
        text
    }

    fn comprehension_over(
        &mut self,
        source: &Ty,
        e: &str,
        of: &Ty,
        depth: u32,
        scope: &Scope,
        mut inner: Scope,
    ) -> String {
        let list = self.expr(&source.clone().list(), depth - 1, scope);
        let index = self.rng.chance(25);
        let vars = if index {
            inner.push(format!("{e}i"), Ty::Int, false);
            format!("{e}i, {e}")
        } else {
            e.to_owned()
        };
        let body = self.expr(of, depth - 1, &inner);
        let filter = if self.rng.chance(35) {
            format!(" if {}", self.expr(&Ty::Bool, depth - 1, &inner))
        } else {
            String::new()
        };
        if self.rng.chance(12) {
            let f = format!("{e}b");
            let list2 = self.expr(&Ty::Int.list(), 0, &inner);
            return format!("[{body} for {vars} in {list}{filter} for {f} in {list2}]");
        }
        format!("[{body} for {vars} in {list}{filter}]")
    }

    /// An expression on one line.
    pub(super) fn expr(&mut self, ty: &Ty, depth: u32, scope: &Scope) -> String {
        if depth == 0 || self.rng.chance(20) {
            return if self.rng.chance(65) {
                self.read_or_literal(ty, depth, scope)
            } else {
                self.literal(ty, depth, scope)
            };
        }
        if self.rng.chance(8) {
            return self.conditional(ty, depth, scope);
        }
        if self.rng.chance(20)
            && let Some(call) = self.call(ty, depth, scope)
        {
            return call;
        }
        let d = depth - 1;
        match ty {
            Ty::Int => self.int(d, scope),
            Ty::Bool => self.boolean(d, scope),
            Ty::Str => self.string(d, scope),
            Ty::Float => self.float(d, scope),
            Ty::List(of) => self.list(of, d, scope),
            Ty::Dict(of) => self.dict(of, d, scope),
            Ty::Schema(k) => self.schema_value(*k, d, scope),
        }
    }

    fn int(&mut self, d: u32, scope: &Scope) -> String {
        let n = self.rng.range(1, 9);
        match self.rng.below(18) {
            0..=2 => {
                let (a, b) = (self.expr(&Ty::Int, d, scope), self.expr(&Ty::Int, d, scope));
                format!("({a} + {b})")
            }
            3 => {
                let (a, b) = (self.expr(&Ty::Int, d, scope), self.expr(&Ty::Int, d, scope));
                format!("({a} - {b})")
            }
            4 => format!("({} * {n})", self.expr(&Ty::Int, d, scope)),
            5 => format!("({} // {n})", self.expr(&Ty::Int, d, scope)),
            6 => format!("({} % {n})", self.expr(&Ty::Int, d, scope)),
            7 => {
                let op = *self.rng.pick(&["&", "|", "^", "<<", ">>"]);
                format!("({} {op} {})", self.expr(&Ty::Int, d, scope), n % 4)
            }
            8 => format!("len({})", self.expr(&Ty::Str, d, scope)),
            9 => format!("len({})", self.expr(&Ty::Int.list(), d, scope)),
            10 => format!("len({})", self.expr(&Ty::Int.dict(), d, scope)),
            11 => {
                let list = self.path(&Ty::Int.list(), scope);
                match list {
                    Some(l) => format!(
                        "({l}[{}] if {l} else {n})",
                        (*self.rng.pick(&["0", "-1", "len(LIST) - 1"])).replace("LIST", &l)
                    ),
                    None => n.to_string(),
                }
            }
            12 => {
                let key = self.key();
                match self.path(&Ty::Int.dict(), scope) {
                    Some(dict) => match self.rng.below(3) {
                        0 => format!("({dict}.{key} or {n})"),
                        1 => format!("({dict}?.{key} or {n})"),
                        _ => format!("({dict}[\"{key}\"] or {n})"),
                    },
                    None => n.to_string(),
                }
            }
            13 => {
                let (a, b) = (self.expr(&Ty::Int, d, scope), self.expr(&Ty::Int, d, scope));
                format!("{}({a}, {b})", *self.rng.pick(&["min", "max"]))
            }
            14 => format!("sum({})", self.expr(&Ty::Int.list(), d, scope)),
            15 => format!(
                "{}.{}(\"a\")",
                self.read_or_literal(&Ty::Str, d, scope),
                *self.rng.pick(&["count", "find"])
            ),
            16 => format!("(-{})", self.rng.below(20)),
            _ => format!("abs({})", self.expr(&Ty::Int, d, scope)),
        }
    }

    fn boolean(&mut self, d: u32, scope: &Scope) -> String {
        let op = *self.rng.pick(&["<", "<=", ">", ">=", "==", "!="]);
        match self.rng.below(14) {
            0..=2 => {
                let (a, b) = (self.expr(&Ty::Int, d, scope), self.expr(&Ty::Int, d, scope));
                format!("({a} {op} {b})")
            }
            3 => format!(
                "(0 <= {} < {})",
                self.expr(&Ty::Int, d, scope),
                self.rng.range(1, 40)
            ),
            4 => {
                let (a, b) = (self.expr(&Ty::Str, d, scope), self.expr(&Ty::Str, d, scope));
                format!(
                    "({a} {} {b})",
                    *self.rng.pick(&["==", "!=", "in", "not in"])
                )
            }
            5 => {
                let (a, b) = (
                    self.expr(&Ty::Bool, d, scope),
                    self.expr(&Ty::Bool, d, scope),
                );
                format!("({a} {} {b})", *self.rng.pick(&["and", "or"]))
            }
            6 => format!("(not {})", self.expr(&Ty::Bool, d, scope)),
            7 => {
                let (a, b) = (
                    self.expr(&Ty::Int, d, scope),
                    self.expr(&Ty::Int.list(), d, scope),
                );
                format!("({a} {} {b})", *self.rng.pick(&["in", "not in"]))
            }
            8 | 9 => {
                let of = if self.rng.chance(50) {
                    Ty::Int
                } else {
                    Ty::Str
                };
                match self.path(&of.clone().list(), scope) {
                    Some(list) => {
                        let e = self.loop_var();
                        let mut inner = scope.clone();
                        inner.push(e.clone(), of, false);
                        let body = self.expr(&Ty::Bool, d, &inner);
                        self.loops -= 1;
                        format!(
                            "({} {e} in {list} {{ {body} }})",
                            *self.rng.pick(&["all", "any"])
                        )
                    }
                    None => "True".into(),
                }
            }
            10 => {
                let (a, b) = (self.expr(&Ty::Str, d, scope), self.word());
                format!("{a}.{}({b})", *self.rng.pick(&["startswith", "endswith"]))
            }
            11 => {
                let (a, b) = (
                    self.expr(&Ty::Int.list(), d, scope),
                    self.expr(&Ty::Int.list(), d, scope),
                );
                format!("({a} {} {b})", *self.rng.pick(&["==", "!="]))
            }
            12 => {
                let key = self.key();
                match self.path(&Ty::Int.dict(), scope) {
                    Some(dict) => format!("(\"{key}\" in {dict})"),
                    None => "False".into(),
                }
            }
            _ => {
                let (a, b) = (
                    self.expr(&Ty::Float, d, scope),
                    self.expr(&Ty::Float, d, scope),
                );
                format!("({a} {op} {b})")
            }
        }
    }

    fn string(&mut self, d: u32, scope: &Scope) -> String {
        let n = self.rng.below(4);
        match self.rng.below(15) {
            0 | 1 => {
                let (a, b) = (self.expr(&Ty::Str, d, scope), self.expr(&Ty::Str, d, scope));
                format!("({a} + {b})")
            }
            2..=5 => {
                let mut text = String::new();
                for _ in 0..self.rng.range(1, 2) {
                    text.push_str(self.rng.pick::<&str>(&["", "a-", " ", "n=", "$ ", "x"]));
                    text.push_str(&format!("${{{}}}", self.hole(scope)));
                }
                format!("\"{text}\"")
            }
            6 => {
                let (a, b) = (self.expr(&Ty::Int, d, scope), self.expr(&Ty::Str, d, scope));
                format!(
                    "\"{}\".format({a}, {b})",
                    *self.rng.pick(&["{}-{}", "{1}/{0}", "{} {}{{}}"])
                )
            }
            7 => {
                let method = *self.rng.pick(&[
                    "upper()",
                    "lower()",
                    "strip()",
                    "capitalize()",
                    "replace(\"a\", \"o\")",
                    "title()",
                ]);
                format!("{}.{method}", self.read_or_literal(&Ty::Str, 0, scope))
            }
            8 => format!(
                "\"{}\".join({})",
                *self.rng.pick(&["", "-", ", "]),
                self.expr(&Ty::Str.list(), d, scope)
            ),
            9 => format!("str({})", self.expr(&Ty::Int, d, scope)),
            10 => format!(
                "{}[{}]",
                self.read_or_literal(&Ty::Str, 0, scope),
                *self.rng.pick(&[":2", "1:", "::-1", "-2:", "0:1", "1:-1"])
            ),
            11 => {
                let ty = self.plain_type();
                format!("str({})", self.expr(&ty, d, scope))
            }
            12 => format!("({} * {n})", self.expr(&Ty::Str, d, scope)),
            13 => {
                let key = self.key();
                match self.path(&Ty::Str.dict(), scope) {
                    Some(dict) => format!("({dict}.{key} or {})", self.word()),
                    None => self.word(),
                }
            }
            _ => match self.path(&Ty::Str.list(), scope) {
                Some(list) => format!("({list}[0] if {list} else {})", self.word()),
                None => self.word(),
            },
        }
    }

    fn float(&mut self, d: u32, scope: &Scope) -> String {
        match self.rng.below(6) {
            0 => {
                let (a, b) = (
                    self.expr(&Ty::Float, d, scope),
                    self.expr(&Ty::Float, d, scope),
                );
                format!("({a} {} {b})", *self.rng.pick(&["+", "-", "*"]))
            }
            1 => {
                let (a, b) = (
                    self.expr(&Ty::Float, d, scope),
                    self.expr(&Ty::Int, d, scope),
                );
                format!("({a} {} {b})", *self.rng.pick(&["+", "-", "*"]))
            }
            2 => format!(
                "({} / {}.0)",
                self.expr(&Ty::Float, d, scope),
                self.rng.range(1, 9)
            ),
            3 => format!("float({})", self.expr(&Ty::Int, d, scope)),
            4 => format!("({} // 2)", self.expr(&Ty::Float, d, scope)),
            _ => format!("(-{})", self.rng.pick(&["0.5", "2.5", "10.0"])),
        }
    }

    fn list(&mut self, of: &Ty, d: u32, scope: &Scope) -> String {
        let ty = of.clone().list();
        match self.rng.below(11) {
            0 => {
                let (a, b) = (self.expr(&ty, d, scope), self.expr(&ty, d, scope));
                format!("({a} + {b})")
            }
            1..=4 => self.comprehension(of, d + 1, scope),
            5 => format!(
                "{}[{}]",
                self.read_or_literal(&ty, 0, scope),
                *self.rng.pick(&[":2", "1:", "::-1", "-2:", "::2", "5:"])
            ),
            6 if *of == Ty::Int => format!("[e for e in range({})]", self.rng.below(5)),
            6 if *of == Ty::Str => {
                format!("{}.split(\"-\")", self.read_or_literal(&Ty::Str, 0, scope))
            }
            7 if *of == Ty::Int || *of == Ty::Str => match self.path(&ty, scope) {
                Some(list) => {
                    let e = self.loop_var();
                    let mut inner = scope.clone();
                    inner.push(e.clone(), of.clone(), false);
                    let body = self.expr(&Ty::Bool, d, &inner);
                    self.loops -= 1;
                    format!("(filter {e} in {list} {{ {body} }})")
                }
                None => self.literal(&ty, d, scope),
            },
            8 if *of == Ty::Int => format!("sorted({})", self.expr(&ty, d, scope)),
            9 if *of == Ty::Str => match self.path(&Ty::Int.dict(), scope) {
                Some(dict) => format!("[k for k in {dict}]"),
                None => self.literal(&ty, d, scope),
            },
            9 if *of == Ty::Int => match self.path(&Ty::Int.dict(), scope) {
                Some(dict) => format!("[v for _k, v in {dict}]"),
                None => self.literal(&ty, d, scope),
            },
            _ => self.literal(&ty, d + 1, scope),
        }
    }

    fn dict(&mut self, of: &Ty, d: u32, scope: &Scope) -> String {
        let ty = of.clone().dict();
        match self.rng.below(9) {
            0 | 1 => {
                let e = self.loop_var();
                let mut inner = scope.clone();
                inner.push(e.clone(), Ty::Str, false);
                let value = self.expr(of, d, &inner);
                let keys =
                    *self
                        .rng
                        .pick(&["[\"k0\", \"k1\"]", "[\"k2\"]", "[\"a\", \"b\", \"c\"]"]);
                let key = match self.rng.below(3) {
                    0 => e.clone(),
                    1 => format!("\"${{{e}}}x\""),
                    _ => format!("\"n-${{{e}}}\""),
                };
                let op = if self.rng.chance(50) { ":" } else { " =" };
                let filter = if self.rng.chance(25) {
                    format!(" if {}", self.expr(&Ty::Bool, 0, &inner))
                } else {
                    String::new()
                };
                self.loops -= 1;
                format!("{{{key}{op} {value} for {e} in {keys}{filter}}}")
            }
            2 | 3 => {
                let (a, b) = (
                    self.read_or_literal(&ty, d, scope),
                    self.dict_entries(of, d, scope, true),
                );
                format!("({a} | {{{}}})", b.join(", "))
            }
            4 => {
                let (a, b) = (
                    self.read_or_literal(&ty, d, scope),
                    self.dict_entries(of, d, scope, true),
                );
                let mut parts = vec![format!("**{a}")];
                parts.extend(b);
                format!("{{{}}}", parts.join(", "))
            }
            5 => {
                let k = self.loop_var();
                let v = self.loop_var();
                let source = self.read_or_literal(&ty, d, scope);
                let mut inner = scope.clone();
                inner.push(k.clone(), Ty::Str, false);
                inner.push(v.clone(), of.clone(), false);
                let value = self.expr(of, d, &inner);
                self.loops -= 2;
                format!("{{{k} = {value} for {k}, {v} in {source}}}")
            }
            _ => self.literal(&ty, d + 1, scope),
        }
    }

    fn schema_value(&mut self, k: usize, d: u32, scope: &Scope) -> String {
        if !scope.copies
            && self.rng.chance(30)
            && let Some(path) = self.path(&Ty::Schema(k), scope)
        {
            let entries = self.config_entries(k, d, scope, false, true, false);
            if self.schemas[k].args.is_empty() && !entries.is_empty() {
                return format!("({path} | {{{}}})", entries.join(", "));
            }
            return path;
        }
        self.instance(k, d, scope, false)
    }
}
