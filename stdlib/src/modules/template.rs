//! Module `template`: Handlebars templates.

mod context;
mod guard;
mod messages;
mod nesting;

use handlebars::template::Template;
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, JsonValue, Output, RenderContext,
    RenderErrorReason, Renderable,
};
use kiln_runtime::error::Result;
use kiln_runtime::native::NativeFn;
use kiln_runtime::value::Value;
use kiln_runtime::vm::Vm;

use super::ModuleDecl;
use crate::args::{bad, misfit, new_text, take, text};
use crate::signature::native;
use guard::Guard;

pub(super) const MODULE: ModuleDecl = ModuleDecl {
    name: "template",
    doc: "Texts from Handlebars templates.",
    functions: FUNCTIONS,
    constants: &[],
};

const FUNCTIONS: &[NativeFn] = &[
    native!(
        "template.execute",
        "template.execute(template: str, data: {str:any} = {}) -> str",
        "Fills a Handlebars template with data. `{{name}}` is escaped for HTML, `{{{name}}}` and `{{raw name}}` are not. \
         A name without a value gives nothing. Dicts are iterated in the order of their keys.",
        execute
    ).examples(&[(r#"template.execute("Hello {{name}}", {name = "w"})"#, r#""Hello w""#)]),
    native!(
        "template.html_escape",
        "template.html_escape(data: str) -> str",
        "Escapes the characters `& < > \" ' =` and the back-quote for HTML.",
        html_escape
    ).examples(&[(r#"template.html_escape("")"#, r#""""#)]),
];

/// Stack for a template of the deepest nesting that [`nesting::check`] and [`Guard`] let through.
const STACK: usize = 64 << 20;

/// Bytes that parsing takes for each byte of a template, at most.
const PARSING: usize = 64;

/// Bytes that escaping makes of one.
const LONGEST_ESCAPE: usize = "&quot;".len();

/// `{{raw x}}`: a string as it is, anything else as JSON.
struct Raw;

impl HelperDef for Raw {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = helper
            .param(0)
            .ok_or(RenderErrorReason::ParamNotFoundForIndex("raw", 0))?
            .value();
        match value {
            JsonValue::String(text) => out.write(text)?,
            other => out.write(&other.to_string())?,
        }
        Ok(())
    }
}

fn execute(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    const NAME: &str = "template.execute";
    let [template, data] = take(args)?;
    let template = text(vm, NAME, "template", template)?;
    if !matches!(
        data,
        Value::Hole | Value::Undefined | Value::None | Value::Dict(_) | Value::Inst(_)
    ) {
        return Err(misfit(vm, NAME, "a dict", "data", data));
    }
    let source = vm.heap.get_str(template).to_owned();
    vm.reserve(source.len().saturating_mul(PARSING))?;
    nesting::check(&source)?;
    let (data, bytes) = context::of(vm, data)?;
    let guard = Guard::new(vm, bytes);
    let rendered = stacker::grow(STACK, || render(&source, data, &guard));
    match rendered {
        Ok(rendered) => new_text(vm, &rendered),
        Err(problem) => Err(guard.failure(vm).unwrap_or_else(|| bad(problem))),
    }
}

/// The text of a template, or what is wrong with it.
fn render(source: &str, data: JsonValue, guard: &Guard) -> Result<String, String> {
    let mut template =
        Template::compile(source).map_err(|problem| messages::syntax(source, &problem))?;
    guard::insert(&mut template);
    let mut engine = Handlebars::new();
    engine.register_helper("raw", Box::new(Raw));
    guard.register(&mut engine);
    let context = Context::from(data);
    let mut out = guard.output();
    template
        .render(&engine, &context, &mut RenderContext::new(None), &mut out)
        .map_err(|problem| messages::failure(&problem))?;
    Ok(out.into_text())
}

fn html_escape(vm: &mut Vm, args: &[Value]) -> Result<Value> {
    let [data] = take(args)?;
    let data = text(vm, "template.html_escape", "data", data)?;
    vm.reserve((data.len as usize).saturating_mul(LONGEST_ESCAPE))?;
    let escaped = handlebars::html_escape(vm.heap.get_str(data));
    new_text(vm, &escaped)
}
