//! Calls: lambdas, native functions, members, schemas called like functions.

use std::sync::Arc;

use super::interp::Entry;
use super::{Frame, INSTANCES, Image, NO_INST, Vm};
use crate::effects::Effect;
use crate::error::{self, Result, RunError};
use crate::heap::FuncObj;
use crate::native::{NativeFn, NativeImp};
use crate::value::{Func, List, NativeId, Sym, Value};

impl Vm {
    /// Calls any function value; keywords name the last arguments.
    pub(crate) fn call_value(
        &mut self,
        image: &Image,
        callee: Value,
        args: &[Value],
        keywords: &[Sym],
    ) -> Result<Value> {
        let first = self.stack.len();
        self.stack.extend_from_slice(args);
        let result = match callee {
            Value::Func(func) => self.deeper(|vm| {
                vm.enter(image, func, first, args.len(), keywords, 0)?;
                vm.exec(image)
            }),
            other => self.call_other(image, other, first, args.len(), keywords),
        };
        self.stack.truncate(first);
        result
    }

    /// Pushes the frame of a lambda whose arguments lie at `first` on the stack.
    #[inline]
    pub(crate) fn enter(
        &mut self,
        image: &Image,
        func: Func,
        first: usize,
        n: usize,
        keywords: &[Sym],
        dst: u16,
    ) -> Result<()> {
        if self.native_depth + self.frames.len() > self.limits.depth {
            return Err(self.too_deep());
        }
        let obj = *self.heap.get_func(func);
        let (unit, code_index) = (obj.unit, obj.code);
        let code = &image.units[unit as usize].unit.codes[code_index as usize];
        let params = code.params.len();
        if n != params || !keywords.is_empty() {
            self.arrange(image, unit, code_index, first, n, keywords)?;
        }
        let base = first as u32;
        self.stack.truncate(first + params);
        self.push_frame(
            image,
            Entry {
                unit,
                code: code_index,
                owner: obj.owner,
                part: obj.part,
                captures: obj.captures,
                key: Value::Undefined,
            },
            base,
            dst,
        );
        Ok(())
    }

    /// Brings arguments into the order of the parameters, with holes for missing ones.
    #[cold]
    fn arrange(
        &mut self,
        image: &Image,
        unit: u32,
        code: u32,
        first: usize,
        n: usize,
        keywords: &[Sym],
    ) -> Result<()> {
        let code = &image.units[unit as usize].unit.codes[code as usize];
        let syms: Vec<Sym> = code
            .params
            .iter()
            .map(|&p| self.links[unit as usize].syms[p as usize])
            .collect();
        let given: Vec<Value> = self.stack[first..first + n].to_vec();
        let args = self.bind_arguments(
            "the function",
            &syms,
            code.required as usize,
            &given,
            keywords,
        )?;
        self.stack.truncate(first);
        self.stack.extend_from_slice(&args);
        Ok(())
    }

    /// Arguments in parameter order.
    pub(crate) fn bind_arguments(
        &self,
        what: &str,
        params: &[Sym],
        required: usize,
        given: &[Value],
        keywords: &[Sym],
    ) -> Result<Vec<Value>> {
        let positional = given.len() - keywords.len();
        let mut args = vec![Value::Hole; params.len()];
        if positional > params.len() {
            return Err(RunError::new(
                error::BAD_ARGUMENTS,
                format!(
                    "{what} takes {} but {positional} {} given",
                    plural(params.len(), "argument"),
                    if positional == 1 { "was" } else { "were" }
                ),
            ));
        }
        args[..positional].copy_from_slice(&given[..positional]);
        for (&keyword, &value) in keywords.iter().zip(&given[positional..]) {
            let Some(at) = params.iter().position(|&p| p == keyword) else {
                let name = self.heap.name(keyword);
                return Err(RunError::new(
                    error::BAD_ARGUMENTS,
                    format!("{what} has no parameter `{name}`"),
                ));
            };
            if !matches!(args[at], Value::Hole) {
                let name = self.heap.name(keyword);
                return Err(RunError::new(
                    error::BAD_ARGUMENTS,
                    format!("argument `{name}` is given twice"),
                ));
            }
            args[at] = value;
        }
        if let Some(missing) = args
            .iter()
            .take(required)
            .position(|a| matches!(a, Value::Hole))
        {
            let name = self.heap.name(params[missing]);
            return Err(RunError::new(
                error::BAD_ARGUMENTS,
                format!("{what} needs a value for its parameter `{name}`"),
            ));
        }
        Ok(args)
    }

    /// Calls what is not a lambda; its arguments lie at `first` on the stack.
    pub(crate) fn call_other(
        &mut self,
        image: &Image,
        callee: Value,
        first: usize,
        n: usize,
        keywords: &[Sym],
    ) -> Result<Value> {
        match callee {
            Value::Func(_) => {
                let args: Vec<Value> = self.stack[first..first + n].to_vec();
                self.call_value(image, callee, &args, keywords)
            }
            Value::Native(id) if keywords.is_empty() => self.call_native(id.0, first, n),
            Value::Native(id) => {
                let args: Vec<Value> = self.stack[first..first + n].to_vec();
                self.call_native_keywords(id, &args, keywords, false)
            }
            Value::Bound(bound) => {
                let (receiver, native) = self.heap.get_bound(bound);
                let mut args = vec![receiver];
                args.extend_from_slice(&self.stack[first..first + n]);
                if native.0 == INSTANCES {
                    return self.instances_of(receiver, &args[1..]);
                }
                self.call_native_keywords(native, &args, keywords, true)
            }
            Value::Type(class) => {
                let args: Vec<Value> = self.stack[first..first + n].to_vec();
                let config = self.heap.dict(&[], None);
                self.instantiate(image, class, config, &args, keywords)
            }
            other => Err(RunError::new(
                error::NOT_CALLABLE,
                format!("{} cannot be called", self.described(other)),
            )),
        }
    }

    /// Calls a native function with positional arguments that lie at `first` on the stack.
    pub(crate) fn call_native(&mut self, id: u16, first: usize, n: usize) -> Result<Value> {
        let Some(native) = self.natives.functions.get(id as usize) else {
            let args: Vec<Value> = self.stack[first..first + n].to_vec();
            return self.call_host(NativeId(id), &args, &[]);
        };
        let native: &'static NativeFn = native;
        self.permit(native.name, native.effect)?;
        match native.imp {
            NativeImp::Fixed(f) => {
                let params = native.params.len();
                if n > params || n < native.required {
                    return Err(arity(&Shape::of(native, 0), n));
                }
                let mut args = [Value::Hole; 8];
                let count = params.min(8);
                args[..n.min(8)].copy_from_slice(&self.stack[first..first + n.min(8)]);
                f(self, &args[..count])
            }
            NativeImp::Variadic(f) => {
                let args: Vec<Value> = self.stack[first..first + n].to_vec();
                f(self, &args, &[])
            }
        }
    }

    /// Asks whether a function may be called. What depends on its arguments, it asks itself.
    #[inline]
    fn permit(&mut self, name: &str, effect: Effect) -> Result<()> {
        if effect == Effect::Pure {
            return Ok(());
        }
        self.impure = true;
        self.world.may(name, effect)
    }

    /// Calls a function of the host.
    fn call_host(&mut self, id: NativeId, args: &[Value], keywords: &[Sym]) -> Result<Value> {
        let table = Arc::clone(&self.natives.host);
        let at = usize::from(id.0) - self.natives.functions.len();
        let Some(function) = table.get(at) else {
            return Err(RunError::new(
                error::INTERNAL,
                "a function that nobody declared was called",
            ));
        };
        self.permit(&function.name, function.effect)?;
        let params: Vec<&str> = function.params.iter().map(|p| &**p).collect();
        let shape = Shape {
            name: &function.name,
            signature: &function.signature,
            params: &params,
            required: function.required,
            skip: 0,
        };
        let bound = self.bind(&shape, args, keywords)?;
        (function.imp)(self, &bound)
    }

    /// The arguments of a call in the order of the parameters, `Value::Hole` where none is given.
    fn bind(&self, shape: &Shape<'_>, args: &[Value], keywords: &[Sym]) -> Result<Vec<Value>> {
        let (skip, total) = (shape.skip, shape.params.len() + shape.skip);
        let positional = args.len() - keywords.len();
        if positional > total {
            return Err(arity(shape, positional - skip));
        }
        let mut bound = vec![Value::Hole; total];
        bound[..positional].copy_from_slice(&args[..positional]);
        for (&keyword, &value) in keywords.iter().zip(&args[positional..]) {
            let name = self.heap.name(keyword);
            let Some(at) = shape.params.iter().position(|p| *p == name) else {
                return Err(RunError::new(
                    error::BAD_ARGUMENTS,
                    format!("`{}` has no parameter `{name}`", shape.name),
                ));
            };
            if !matches!(bound[at + skip], Value::Hole) {
                return Err(RunError::new(
                    error::BAD_ARGUMENTS,
                    format!("argument `{name}` is given twice"),
                ));
            }
            bound[at + skip] = value;
        }
        let required = &bound[..shape.required + skip];
        if required.iter().any(|v| matches!(v, Value::Hole)) {
            return Err(arity(shape, args.len() - skip));
        }
        Ok(bound)
    }

    fn call_native_keywords(
        &mut self,
        id: NativeId,
        args: &[Value],
        keywords: &[Sym],
        member: bool,
    ) -> Result<Value> {
        let Some(native) = self.natives.functions.get(id.0 as usize) else {
            return self.call_host(id, args, keywords);
        };
        let native: &'static NativeFn = native;
        self.permit(native.name, native.effect)?;
        let positional = args.len() - keywords.len();
        match native.imp {
            NativeImp::Variadic(f) => {
                let named: Vec<(Sym, Value)> = keywords
                    .iter()
                    .copied()
                    .zip(args[positional..].iter().copied())
                    .collect();
                f(self, &args[..positional], &named)
            }
            NativeImp::Fixed(f) => {
                // of a member, the receiver is the first argument but not a parameter that can be named
                let skip = usize::from(member);
                let bound = self.bind(&Shape::of(native, skip), args, keywords)?;
                f(self, &bound)
            }
        }
    }

    /// Calls a member of a string: receiver and arguments lie at `first` on the stack.
    pub(crate) fn call_str_member(&mut self, name: Sym, first: usize, n: usize) -> Result<Value> {
        let args: Vec<Value> = self.stack[first..first + n].to_vec();
        let id = self.str_member(name)?;
        self.call_native_keywords(id, &args, &[], true)
    }

    /// The native function of a `str` member.
    pub(crate) fn str_member(&mut self, name: Sym) -> Result<NativeId> {
        if let Some(&cached) = self.members.get(&name) {
            return Ok(cached);
        }
        let text = self.heap.name(name);
        let found = self.natives.functions.iter().position(|f| {
            f.name
                .strip_prefix("str.")
                .is_some_and(|member| member == text)
        });
        match found {
            Some(at) => {
                let id = NativeId(at as u16);
                self.members.insert(name, id);
                Ok(id)
            }
            None => Err(RunError::new(
                error::NO_ATTRIBUTE,
                format!("a string has no member `{text}`"),
            )),
        }
    }

    pub(crate) fn keyword_names(&self, image: &Image, unit: usize, list: u16) -> Vec<Sym> {
        let names = &image.units[unit].unit.keywords[list as usize];
        names
            .iter()
            .map(|&n| self.links[unit].syms[n as usize])
            .collect()
    }

    pub(crate) fn closure(&mut self, frame: &Frame, code: u32, captures: List) -> Value {
        self.heap.func(FuncObj {
            unit: frame.unit,
            code,
            captures,
            owner: frame.owner,
            part: frame.part,
        })
    }

    /// `class(args) {config}`: class, config and arguments lie at `at` on the stack.
    pub(crate) fn instance_expr(
        &mut self,
        image: &Image,
        at: usize,
        n: usize,
        keywords: &[Sym],
    ) -> Result<Value> {
        let (class, config) = (self.stack[at], self.stack[at + 1]);
        let args: Vec<Value> = self.stack[at + 2..at + 2 + n].to_vec();
        match (class, config) {
            (Value::Type(class), Value::Dict(config)) => {
                self.instantiate(image, class, config, &args, keywords)
            }
            (Value::Inst(_) | Value::Dict(_), _) => {
                self.union(image, class, config, super::merge::Mode::Operator)
            }
            (Value::None | Value::Undefined, _) => Ok(config),
            (other, _) => Err(RunError::new(
                error::NOT_CALLABLE,
                format!(
                    "{} cannot be instantiated: a schema is needed here",
                    self.described(other)
                ),
            )),
        }
    }

    pub(crate) fn assertion(&self, message: Value) -> RunError {
        let text = if message.is_nullish() {
            String::new()
        } else {
            self.display(message)
        };
        let mut error = RunError::new(
            error::ASSERTION_FAILED,
            if text.is_empty() {
                "assertion failed".to_owned()
            } else {
                format!("assertion failed: {text}")
            },
        );
        error.0.plain = Some(own_text(message, text));
        error
    }

    pub(crate) fn check_failed(&self, frame: &Frame, pc: usize, message: Value) -> RunError {
        let text = if message.is_nullish() {
            String::new()
        } else {
            self.display(message)
        };
        let place = self.loc_of(&Frame {
            pc: pc as u32,
            ..*frame
        });
        let class = (frame.owner != NO_INST).then(|| self.heap.get_inst(frame.owner).class);
        let name = class.map_or_else(String::new, |c| self.class_name(c, false));
        let mut error = RunError::new(
            error::CHECK_FAILED,
            if text.is_empty() {
                format!("this instance of `{name}` fails a check")
            } else {
                format!("this instance of `{name}` fails a check: {text}")
            },
        );
        error.0.plain = Some(own_text(message, text));
        error.0.deferred = true;
        if let Some(place) = place {
            error = error.label(place, "this does not hold");
        }
        error
    }

    pub(crate) fn deprecated(&mut self, name: Sym, args: [Value; 3]) -> Result<()> {
        if let Value::Bool(false) = args[2] {
            return Ok(());
        }
        let mut text = format!("`{}` was deprecated", self.heap.name(name));
        if let Value::Str(version) = args[0]
            && version.len > 0
        {
            text.push_str(" since version ");
            text.push_str(self.heap.get_str(version));
        }
        if let Value::Str(reason) = args[1]
            && reason.len > 0
        {
            text.push_str(": ");
            text.push_str(self.heap.get_str(reason));
        }
        let mut error = RunError::new(error::DEPRECATED, text);
        // shown at the instantiation, which the next frame out performs
        error.0.deferred = true;
        if let Some(place) = self.frames.last().and_then(|f| self.loc_of(f)) {
            error = error.label(place, "deprecated here");
        }
        Err(error)
    }

    /// `Schema.instances()`.
    fn instances_of(&mut self, receiver: Value, args: &[Value]) -> Result<Value> {
        let Value::Type(class) = receiver else {
            return Ok(Value::Undefined);
        };
        let full = args.first().is_some_and(|&a| self.truthy(a));
        let main = self.packages.len() as u32 - 1;
        let mut records: Vec<super::InstanceRecord> = self
            .instances
            .iter()
            .copied()
            .filter(|r| self.is_a(r.class, class))
            .collect();
        if full {
            let mut order: Vec<u32> = Vec::new();
            for record in &records {
                if !order.contains(&record.package) {
                    order.push(record.package);
                }
            }
            records.sort_by_key(|r| order.iter().position(|p| *p == r.package));
        } else {
            records.retain(|r| r.package == main && self.packages[main as usize].shape.is_main);
        }
        let values: Vec<Value> = records.iter().map(|r| Value::Inst(r.value)).collect();
        Ok(Value::List(self.heap.list(&values)))
    }

    /// Package of the code that runs.
    pub(crate) fn current_package(&self) -> u32 {
        self.frames
            .last()
            .map_or(u32::MAX, |f| self.image.units[f.unit as usize].package)
    }

    /// A shared handle on the linked code, for callers outside a run.
    pub(crate) fn shared_image(&self) -> Arc<Image> {
        Arc::clone(&self.image)
    }
}

/// What `runtime.catch` gives for a message of the program: only a string is one.
fn own_text(message: Value, text: String) -> String {
    match message {
        Value::Str(_) => text,
        _ => String::new(),
    }
}

/// What a call of a native function has to fit.
struct Shape<'a> {
    name: &'a str,
    signature: &'a str,
    params: &'a [&'a str],
    required: usize,
    /// Arguments before the first parameter: the receiver of a member.
    skip: usize,
}

impl<'a> Shape<'a> {
    const fn of(native: &'a NativeFn, skip: usize) -> Self {
        Self {
            name: native.name,
            signature: native.signature,
            params: native.params,
            required: native.required,
            skip,
        }
    }
}

fn arity(shape: &Shape<'_>, given: usize) -> RunError {
    let (min, max) = (shape.required, shape.params.len());
    let takes = if min == max {
        plural(max, "argument")
    } else {
        format!("{min} to {}", plural(max, "argument"))
    };
    RunError::new(
        error::BAD_ARGUMENTS,
        format!("`{}` takes {takes}, but {given} were given", shape.name),
    )
    .note(format!("its signature is `{}`", shape.signature))
}

/// `1 argument`, `2 arguments`.
pub(crate) fn plural(n: usize, word: &str) -> String {
    if n == 1 {
        format!("1 {word}")
    } else {
        format!("{n} {word}s")
    }
}
