//! Whole programs.

use super::config::{block, indent};
use super::r#gen::{Gen, Scope};
use super::types::{Fun, Ty};

/// A program: files with their text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Path and text of each.
    pub files: Vec<(String, String)>,
    /// Words after `run`.
    pub args: Vec<String>,
}

impl Program {
    /// All files, as shown to a reader.
    #[must_use]
    pub fn show(&self) -> String {
        let mut text = String::new();
        for (path, body) in &self.files {
            if self.files.len() > 1 {
                text.push_str(&format!("# ---- {path}\n"));
            }
            text.push_str(body);
        }
        text
    }

    /// Changes if the program does.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        super::rng::hash(&format!("{:?}", (&self.files, &self.args)))
    }
}

/// The program of a seed. Every fifth is wrong on purpose.
#[must_use]
pub fn program(seed: u64) -> Program {
    let mut generator = Gen::new(seed);
    let wrong = generator.rng.chance(20);
    let mut program = generator.program();
    if wrong {
        super::spoil::spoil(&mut program, &mut generator.rng);
    }
    program
}

impl Gen {
    fn constants(&mut self, scope: &mut Scope) -> Vec<String> {
        let mut lines = Vec::new();
        for i in 0..self.rng.range(1, 3) {
            let ty = self.plain_type();
            let value = self.literal(&ty, 1, &Scope::default());
            let name = format!("c{i}");
            lines.push(if self.rng.chance(40) {
                format!("{name}: {} = {value}\n", self.type_text(&ty))
            } else {
                format!("{name} = {value}\n")
            });
            scope.push(name, ty, false);
        }
        lines
    }

    fn functions(&mut self, scope: &Scope) -> Vec<String> {
        let mut texts = Vec::new();
        for _ in 0..self.rng.below(4) {
            let n = self.funs.len();
            let packaged = self.inside;
            let fun =
                |name: String, params: Vec<Ty>, required: usize, result: Ty, small: bool| Fun {
                    name,
                    packaged,
                    params,
                    required,
                    result,
                    small,
                };
            match self.rng.below(7) {
                0 => {
                    texts.push(format!("rec{n} = lambda n: int -> int {{\n    0 if n <= 0 else n + rec{n}(n - 1)\n}}\n"));
                    self.funs
                        .push(fun(format!("rec{n}"), vec![Ty::Int], 1, Ty::Int, true));
                }
                1 => {
                    let mut inner = scope.clone();
                    inner.push("n", Ty::Int, false);
                    inner.push("x", Ty::Int, false);
                    let body = self.expr(&Ty::Int, 2, &inner);
                    texts.push(format!("mk{n} = lambda n: int {{\n    lambda x: int -> int {{\n        {body}\n    }}\n}}\n"));
                    let given = self.rng.below(9);
                    self.funs.push(fun(
                        format!("mk{n}({given})"),
                        vec![Ty::Int],
                        1,
                        Ty::Int,
                        false,
                    ));
                }
                2 => {
                    texts.push(format!(
                        "ap{n} = lambda f: (int) -> int, x: int -> int {{ f(f(x)) }}\n"
                    ));
                    let add = self.rng.below(9);
                    // the function is given with its first argument
                    let text = format!("ap{n}");
                    let callee = format!("call{n}");
                    texts.push(format!("{callee} = lambda x: int -> int {{ {text}(lambda y: int -> int {{ y + {add} }}, x) }}\n"));
                    self.funs
                        .push(fun(callee, vec![Ty::Int], 1, Ty::Int, false));
                }
                3 => {
                    texts.push(format!(
                        "even{n} = lambda n: int -> bool {{ True if n == 0 else odd{n}(n - 1) }}\nodd{n} = lambda n: int -> bool {{ False if n == 0 else even{n}(n - 1) }}\n"
                    ));
                    self.funs
                        .push(fun(format!("even{n}"), vec![Ty::Int], 1, Ty::Bool, true));
                }
                _ => {
                    let result = self.any_type(self.schemas.len());
                    let mut inner = scope.clone();
                    let mut params = Vec::new();
                    let mut types = Vec::new();
                    let mut required = 0;
                    for i in 0..self.rng.below(3) {
                        let ty = self.plain_type();
                        let name = format!("p{i}");
                        let mut text = format!("{name}: {}", self.type_text(&ty));
                        if i > 0 && self.rng.chance(50) {
                            text.push_str(&format!(
                                " = {}",
                                self.literal(&ty, 0, &Scope::default())
                            ));
                        } else if required == i {
                            required = i + 1;
                        }
                        inner.push(name, ty.clone(), false);
                        params.push(text);
                        types.push(ty);
                    }
                    let mut body = Vec::new();
                    if self.rng.chance(50) {
                        let start = self.expr(&Ty::Int, 1, &inner);
                        body.push(format!("t = {start}"));
                        inner.push("t", Ty::Int, false);
                        if self.rng.chance(60) {
                            let (c, x) = (
                                self.expr(&Ty::Bool, 1, &inner),
                                self.expr(&Ty::Int, 1, &inner),
                            );
                            body.push(format!("if {c}:\n    t = {x}"));
                        }
                        if self.rng.chance(40) {
                            let x = self.expr(&Ty::Int, 1, &inner);
                            body.push(format!("t += {x}"));
                        }
                    }
                    let value = self.expr(&result, 2, &inner);
                    body.push(value);
                    let arrow = if self.rng.chance(75) {
                        format!(" -> {}", self.type_text(&result))
                    } else {
                        String::new()
                    };
                    let list = params.join(", ");
                    let space = if list.is_empty() { "" } else { " " };
                    texts.push(format!(
                        "fn{n} = lambda{space}{list}{arrow} {{\n{}\n}}\n",
                        indent(&body.join("\n"))
                    ));
                    self.funs
                        .push(fun(format!("fn{n}"), types, required, result, false));
                }
            }
        }
        texts
    }

    /// Changes the order, but leaves schemas and constants in front: a schema that is used before
    /// it is declared is a quirk, and so is one that reads such a name in a function.
    fn shuffle(&mut self, statements: &mut Vec<String>) {
        let is_type = |s: &String| {
            ["schema ", "mixin ", "protocol ", "c0", "c1", "c2"]
                .iter()
                .any(|w| s.starts_with(w))
        };
        let (mut types, mut others): (Vec<_>, Vec<_>) =
            std::mem::take(statements).into_iter().partition(is_type);
        self.rng.shuffle(&mut others);
        statements.append(&mut types);
        statements.append(&mut others);
    }

    /// The program.
    pub(super) fn program(&mut self) -> Program {
        let shuffled = self.rng.chance(40);
        self.shuffled = shuffled;
        let packaged = self.rng.chance(20);
        let mut constants = Scope {
            calls: true,
            ..Scope::default()
        };
        if packaged {
            self.inside = true;
            self.package = Some((*self.rng.pick(&["lib", "l"])).to_owned());
        }
        let mut shared = self.constants(&mut constants);
        for _ in 0..self.rng.below(2) {
            let text = self.mixin(&constants, 0);
            shared.push(text);
        }
        for _ in 0..self.rng.range(1, 4) {
            let text = self.schema(&constants);
            shared.push(text);
            if self.rng.chance(30) && self.mixins.len() < 2 {
                let limit = self.schemas.len();
                let text = self.mixin(&constants, limit);
                shared.push(text);
            }
        }
        let functions = self.functions(&constants);
        shared.extend(functions);
        self.inside = false;
        let mut scope = Scope {
            calls: true,
            ..Scope::default()
        };
        for var in &constants.vars {
            let path = self.qualified(&var.path);
            scope.push(path, var.ty.clone(), false);
        }

        let mut statements = self.globals(&mut scope);
        statements.extend(self.unifications(&scope));
        let mut tail = Vec::new();
        if !shuffled {
            tail = self.mutable(&mut scope);
        }
        let mut files = Vec::new();
        let mut args = Vec::new();
        if packaged {
            if shuffled {
                self.shuffle(&mut shared);
            }
            let alias = self.package.clone().unwrap_or_default();
            let import = if alias == "lib" {
                "import lib\n".to_owned()
            } else {
                format!("import lib as {alias}\n")
            };
            if self.rng.chance(30) && shared.len() > 1 {
                let other = shared.split_off(shared.len() / 2);
                files.push(("lib/b.k".to_owned(), other.concat()));
            }
            files.push(("lib/a.k".to_owned(), shared.concat()));
            if shuffled {
                self.shuffle(&mut statements);
            }
            files.insert(
                0,
                (
                    "main.k".to_owned(),
                    format!("{import}{}{}", statements.concat(), tail.concat()),
                ),
            );
        } else {
            shared.extend(statements);
            if shuffled {
                self.shuffle(&mut shared);
            }
            if shuffled && self.rng.chance(15) && shared.len() > 2 {
                let other = shared.split_off(shared.len() / 2);
                files.push(("main.k".to_owned(), shared.concat()));
                files.push(("more.k".to_owned(), other.concat()));
                args = vec!["main.k".to_owned(), "more.k".to_owned()];
            } else {
                shared.extend(tail);
                files.push(("main.k".to_owned(), shared.concat()));
            }
        }
        Program { files, args }
    }

    fn globals(&mut self, scope: &mut Scope) -> Vec<String> {
        let mut statements = Vec::new();
        for _ in 0..self.rng.range(3, 8) {
            let count = self.schemas.len();
            let ty = if self.rng.chance(35) {
                Ty::Schema(self.rng.below(count))
            } else {
                self.any_type(count)
            };
            let value = self.value(&ty, 3, scope, true);
            let name = if !self.shuffled && self.rng.chance(15) {
                let name = self.attr_name(&ty, false);
                if scope.vars.iter().any(|v| v.path == name) {
                    self.next("g")
                } else {
                    name
                }
            } else if self.rng.chance(12) {
                self.next("_h")
            } else {
                self.next("g")
            };
            let annotated = self.rng.chance(40);
            let note = if annotated {
                format!(": {}", self.type_text(&ty))
            } else {
                String::new()
            };
            statements.push(format!("{name}{note} = {value}\n"));
            scope.push(name, ty, false);
        }
        if self.rng.chance(15) {
            let name = self.next("q");
            let value = self.expr(&Ty::Int, 2, scope);
            statements.push(format!("{{{name} = {value}}}\n"));
        }
        if self.rng.chance(15) {
            let c = self.expr(&Ty::Bool, 2, scope);
            let message = self.expr(&Ty::Str, 1, scope);
            statements.push(format!("assert {c} or True, {message}\n"));
        }
        if self.rng.chance(20) {
            let name = self.next("w");
            let (c, x) = (
                self.expr(&Ty::Bool, 2, scope),
                self.expr(&Ty::Int, 2, scope),
            );
            statements.push(format!("if {c}:\n    {name} = {x}\n"));
        }
        statements
    }

    /// `u: S {…}` twice.
    fn unifications(&mut self, scope: &Scope) -> Vec<String> {
        if !self.rng.chance(35) {
            return Vec::new();
        }
        let k = self.rng.below(self.schemas.len());
        if !self.schemas[k].args.is_empty() {
            return Vec::new();
        }
        let name = self.next("u");
        // blocks are joined before names are looked up, so that keys cannot be relied on as names
        let scope = Scope {
            keyless: true,
            ..scope.clone()
        };
        let entries = self.config_entries(k, 2, &scope, true, false, true);
        let schema = self.schema_name(k);
        let first = entries;
        let mut second = self.config_entries(k, 1, &scope, false, true, false);
        // of an entry that is replaced only the replacement is checked
        let key = |entry: &String| {
            entry
                .split([' ', ':', '.'])
                .next()
                .unwrap_or_default()
                .replace('"', "")
        };
        let taken: Vec<String> = first
            .iter()
            .flat_map(|e| e.lines().map(|l| key(&l.trim().to_owned())))
            .collect();
        second.retain(|e| !e.starts_with("**") && !taken.contains(&key(e)));
        vec![format!(
            "{name}: {schema} {}\n{name}: {schema} {}\n",
            block(&first, true),
            block(&second, true)
        )]
    }

    /// Statements about names that change; readers only after the change.
    fn mutable(&mut self, scope: &mut Scope) -> Vec<String> {
        let mut lines = Vec::new();
        for _ in 0..self.rng.below(3) {
            let name = self.next("_m");
            match self.rng.below(5) {
                0 => {
                    let (a, b) = (self.expr(&Ty::Int, 2, scope), self.expr(&Ty::Int, 2, scope));
                    let op = *self.rng.pick(&["+=", "-=", "*="]);
                    lines.push(format!("{name} = {a}\n{name} {op} {b}\n"));
                    scope.push(name, Ty::Int, false);
                }
                1 => {
                    let ty = Ty::Int.list();
                    let (a, b) = (self.expr(&ty, 2, scope), self.expr(&ty, 2, scope));
                    lines.push(format!("{name} = {a}\n{name} += {b}\n"));
                    scope.push(name, ty, false);
                }
                2 => {
                    let ty = Ty::Int.dict();
                    let entries = self.dict_entries(&Ty::Int, 2, scope, false);
                    let key = self.key();
                    let value = self.expr(&Ty::Int, 2, scope);
                    lines.push(format!(
                        "{name} = {}\n{name}.{key} = {value}\n",
                        block(&entries, false)
                    ));
                    scope.push(name, ty, false);
                }
                3 => {
                    let (a, c, b) = (
                        self.expr(&Ty::Int, 2, scope),
                        self.expr(&Ty::Bool, 2, scope),
                        self.expr(&Ty::Int, 2, scope),
                    );
                    lines.push(format!("{name} = {a}\nif {c}:\n    {name} = {b}\n"));
                    scope.push(name, Ty::Int, false);
                }
                _ => {
                    let (a, b) = (self.expr(&Ty::Str, 2, scope), self.expr(&Ty::Str, 2, scope));
                    lines.push(format!("{name} = {a}\n{name} = {name} + {b}\n"));
                    scope.push(name, Ty::Str, false);
                }
            }
            let reader = self.next("r");
            let ty = self.plain_type();
            let value = self.expr(&ty, 2, scope);
            lines.push(format!("{reader} = {value}\n"));
            scope.push(reader, ty, false);
        }
        lines
    }
}
