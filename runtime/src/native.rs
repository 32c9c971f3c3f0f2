//! Native functions: how builtins, `str` members and system modules appear to the virtual machine and the checker.

use std::sync::Arc;

use crate::effects::Effect;
use crate::error::Result;
use crate::value::{Sym, Value};
use crate::vm::Vm;

/// A native function: one declaration gives signature, documentation and implementation.
#[derive(Clone, Copy)]
pub struct NativeFn {
    /// `len`, `str.upper`, `math.ceil`.
    pub name: &'static str,
    /// As in the library reference: `len(inval: str | {any:any} | [any]) -> int`; members without their receiver.
    pub signature: &'static str,
    /// Documentation: a sentence and, where useful, examples.
    pub doc: &'static str,
    /// Parameter names in order; keywords are matched against them. Empty for a variadic function.
    pub params: &'static [&'static str],
    /// How many of them must be given.
    pub required: usize,
    /// Calls with their results, both as in a program.
    pub examples: &'static [(&'static str, &'static str)],
    /// What it touches beside its arguments.
    pub effect: Effect,
    /// The implementation.
    pub imp: NativeImp,
}

impl NativeFn {
    /// The same function, declared to touch something.
    #[must_use]
    pub const fn touching(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }

    /// The same function with examples: calls with their results, both as in a program.
    #[must_use]
    pub const fn examples(mut self, examples: &'static [(&'static str, &'static str)]) -> Self {
        self.examples = examples;
        self
    }
}

/// An implementation that takes all positional arguments and the keywords as written.
pub type Variadic = fn(&mut Vm, &[Value], &[(Sym, Value)]) -> Result<Value>;

/// The two shapes of an implementation.
#[derive(Clone, Copy)]
pub enum NativeImp {
    /// `args` has one value a parameter, `Value::Hole` where none was given. For members the receiver comes first.
    Fixed(fn(&mut Vm, &[Value]) -> Result<Value>),
    /// All positional arguments and the keywords as written. For members the receiver comes first.
    Variadic(Variadic),
}

impl std::fmt::Debug for NativeFn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NativeFn")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// What a function of a host does. `args` has one value a parameter, `Value::Hole` where none was given.
pub type HostImp = Arc<dyn Fn(&mut Vm, &[Value]) -> Result<Value> + Send + Sync>;

/// A function that a host adds.
pub struct HostFn {
    /// With its plugin: `hello.greet`.
    pub name: Box<str>,
    /// Its signature, for messages.
    pub signature: Box<str>,
    /// Parameter names in order.
    pub params: Vec<Box<str>>,
    /// How many of them must be given.
    pub required: usize,
    /// What it touches beside its arguments.
    pub effect: Effect,
    /// The implementation.
    pub imp: HostImp,
}

impl std::fmt::Debug for HostFn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HostFn")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// The table of all native functions that a virtual machine can call; `NativeId` is an index into `functions`, and then
/// into `host`.
#[derive(Clone, Debug)]
pub struct NativeTable {
    /// All of them: builtins, then `str` members, then module functions.
    pub functions: &'static [NativeFn],
    /// Those that the host adds.
    pub host: Arc<[HostFn]>,
}

impl NativeTable {
    /// A table without functions, for tests of the machine alone.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            functions: &[],
            host: Arc::default(),
        }
    }
}
