//! Modules that a host adds to the language, written in Rust: `import kcl_plugin.name` (tooling reference §17).

use std::fmt::Display;
use std::sync::Arc;

use kiln_runtime::effects::Effect;
use kiln_runtime::emit::{EmitOptions, json_text};
use kiln_runtime::error::{self, RunError};
use kiln_runtime::native::HostImp;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;
use kiln_stdlib::{PluginDecl, PluginFunction};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A module that a host adds. Programs see its functions with the types of their signatures, and editors their
/// documentation.
///
/// Arguments and results pass as data: schema instances arrive as maps, `None` as nothing. A function takes its
/// arguments as one tuple, with an `Option` for each parameter that has a default or may be `None`.
///
/// ```
/// use kiln::{MemoryFileSystem, Plugin, RunOptions, Session};
///
/// let greetings = Plugin::new("greetings", "Friendly texts.").function(
///     "hello(name: str, times: int = 1) -> str",
///     "Greets somebody.",
///     |(name, times): (String, Option<usize>)| -> Result<String, String> {
///         Ok(vec![format!("hello, {name}"); times.unwrap_or(1)].join("; "))
///     },
/// );
/// let program = "import kcl_plugin.greetings\ntext = greetings.hello(\"Ada\", times = 2)\n";
/// let files = MemoryFileSystem::with_files([("/app/main.k", program)]);
/// let mut session = Session::new(files).with_plugins([greetings]).expect("well-formed signatures");
/// let options = RunOptions { work_dir: "/app".into(), inputs: vec!["main.k".into()], ..RunOptions::default() };
/// let run = session.run(&options)?;
/// assert_eq!(run.to_yaml()?, "text: hello, Ada; hello, Ada\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Plugin(PluginDecl);

impl std::fmt::Debug for Plugin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let signatures = self.0.functions.iter().map(|f| &f.signature);
        f.debug_list().entries(signatures).finish()
    }
}

impl Plugin {
    /// A plugin without functions.
    #[must_use]
    pub fn new(name: impl Into<String>, doc: impl Into<String>) -> Self {
        Self(PluginDecl {
            name: name.into(),
            doc: doc.into(),
            functions: Vec::new(),
        })
    }

    /// Adds a function. `signature` is written as in the library reference: `name(a: int, b: str = "x") -> bool`. An error
    /// of the function ends the program at the call, with its text as the message.
    ///
    /// What it gives is taken to depend on more than its arguments, so that it is not shared between runs; say otherwise
    /// with [`Plugin::touching`].
    #[must_use]
    pub fn function<A, R, E>(
        mut self,
        signature: impl Into<String>,
        doc: impl Into<String>,
        function: impl Fn(A) -> Result<R, E> + Send + Sync + 'static,
    ) -> Self
    where
        A: DeserializeOwned,
        R: Serialize,
        E: Display,
    {
        let signature = signature.into();
        let name = signature.split('(').next().unwrap_or_default();
        let name = format!("{}.{name}", self.0.name);
        let imp: HostImp = Arc::new(move |vm: &mut Vm, args: &[Value]| {
            let args = read_arguments(vm, &name, args)?;
            let result = function(args).map_err(|problem| {
                RunError::new(error::BAD_VALUE, format!("`{name}` failed: {problem}"))
            })?;
            store(vm, &name, &result)
        });
        self.0.functions.push(PluginFunction {
            signature,
            doc: doc.into(),
            effect: Effect::Input,
            imp,
        });
        self
    }

    /// Says what the function that was added last touches: [`Effect::Pure`] if its result depends on its arguments alone, or
    /// something that needs a permission.
    #[must_use]
    pub fn touching(mut self, effect: Effect) -> Self {
        if let Some(last) = self.0.functions.last_mut() {
            last.effect = effect;
        }
        self
    }

    pub(crate) fn declaration(self) -> PluginDecl {
        self.0
    }
}

/// Arguments as the function wants them.
fn read_arguments<A: DeserializeOwned>(vm: &Vm, name: &str, args: &[Value]) -> Result<A, RunError> {
    let mut text = String::from("[");
    for (i, &arg) in args.iter().enumerate() {
        if i > 0 {
            text.push(',');
        }
        match arg {
            Value::Hole | Value::Undefined => text.push_str("null"),
            Value::Func(_) | Value::Native(_) | Value::Bound(_) | Value::Type(_) => {
                return Err(RunError::new(
                    error::BAD_VALUE,
                    format!("`{name}` takes data, not functions"),
                ));
            }
            data => text.push_str(&json_text(&vm.heap, data, &EmitOptions::ALL, 0)),
        }
    }
    text.push(']');
    // a function without parameters takes `()`
    let text = if args.is_empty() { "null" } else { &text };
    serde_json::from_str(text).map_err(|problem| {
        // the position in the text says nothing to the program's author
        let problem = problem.to_string();
        let problem = problem.split(" at line ").next().unwrap_or_default();
        RunError::new(
            error::BAD_VALUE,
            format!("`{name}` cannot take these arguments: {problem}"),
        )
    })
}

/// A result as a value of the program.
fn store<R: Serialize>(vm: &mut Vm, name: &str, result: &R) -> Result<Value, RunError> {
    let problem = |problem: String| {
        RunError::new(
            error::BAD_VALUE,
            format!("the result of `{name}` is no data: {problem}"),
        )
    };
    let text = serde_json::to_string(result).map_err(|e| problem(e.to_string()))?;
    let text = vm.heap.text(&text);
    let Some(decode) = kiln_stdlib::module_fn_id("json", "decode") else {
        return Ok(Value::Undefined);
    };
    vm.call(Value::Native(decode), &[text])
}
