//! Limits of a template: how much it writes, how often it goes round, how deep its partials call each other. The engine
//! has none, so a helper that checks them is put in front of every block of a template.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU8, AtomicU64, AtomicUsize, Ordering};

use handlebars::template::{Parameter, Template, TemplateElement};
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderErrorReason,
    Renderable,
};
use kiln_runtime::error::RunError;
use kiln_runtime::vm::Vm;

use crate::args::bad;

/// Names that no template can write.
const CHECK: &str = " check";
const BOUND: &str = " bound";

/// How deep partials, `each` and `with` may be nested while a template is filled.
const DEEPEST: usize = 256;

/// The stack that has to be left for one more block.
const STACK_LEFT: usize = 1 << 20;

/// Which limit was exceeded.
const MEMORY: u8 = 1;
const STEPS: u8 = 2;
const DEPTH: u8 = 3;

/// What a template has used of its limits.
pub(super) struct Guard {
    /// Bytes of the data; each partial gets a copy.
    data: usize,
    bytes_left: usize,
    written: AtomicUsize,
    steps_left: u64,
    steps: AtomicU64,
    exceeded: AtomicU8,
}

impl Guard {
    /// Limits for a template whose data take this many bytes.
    pub(super) fn new(vm: &Vm, data: usize) -> Self {
        let held = vm.heap.bytes().saturating_add(data);
        Self {
            data,
            bytes_left: vm.limits.memory.saturating_sub(held),
            written: AtomicUsize::new(0),
            steps_left: vm.steps_left(),
            steps: AtomicU64::new(0),
            exceeded: AtomicU8::new(0),
        }
    }

    /// The error for the limit that was exceeded, if one was.
    pub(super) fn failure(&self, vm: &mut Vm) -> Option<RunError> {
        match self.exceeded.load(Ordering::Relaxed) {
            MEMORY => vm.reserve(usize::MAX).err(),
            STEPS => Some(vm.out_of_steps()),
            DEPTH => Some(
                bad(format!(
                    "the partials and loops of the template are nested more than {DEEPEST} levels deep"
                ))
                .help("look for a partial that uses itself without end"),
            ),
            _ => None,
        }
    }

    fn exceed(&self, limit: u8) -> RenderErrorReason {
        self.exceeded.store(limit, Ordering::Relaxed);
        RenderErrorReason::Other("a limit is exceeded".to_owned())
    }

    fn check(&self, depth: usize) -> Result<(), RenderErrorReason> {
        if self.steps.fetch_add(1, Ordering::Relaxed) >= self.steps_left {
            return Err(self.exceed(STEPS));
        }
        if depth > DEEPEST || stacker::remaining_stack().is_some_and(|left| left < STACK_LEFT) {
            return Err(self.exceed(DEPTH));
        }
        let held = self.written.load(Ordering::Relaxed);
        if held.saturating_add(self.data.saturating_mul(depth)) > self.bytes_left {
            return Err(self.exceed(MEMORY));
        }
        Ok(())
    }

    /// An output that counts.
    pub(super) const fn output(&self) -> Counted<'_> {
        Counted {
            guard: self,
            text: String::new(),
        }
    }

    /// Makes the helpers of [`insert`] known.
    pub(super) fn register<'g>(&'g self, engine: &mut Handlebars<'g>) {
        engine.register_helper(CHECK, Box::new(Check(self)));
        engine.register_helper(BOUND, Box::new(Bound(self)));
    }
}

/// A text whose length is limited.
pub(super) struct Counted<'g> {
    guard: &'g Guard,
    text: String,
}

impl Counted<'_> {
    pub(super) fn into_text(self) -> String {
        self.text
    }
}

impl Output for Counted<'_> {
    fn write(&mut self, text: &str) -> Result<(), std::io::Error> {
        let before = self.guard.written.fetch_add(text.len(), Ordering::Relaxed);
        if before.saturating_add(text.len()) > self.guard.bytes_left {
            let limit = self.guard.exceed(MEMORY);
            return Err(std::io::Error::other(limit.to_string()));
        }
        self.text.push_str(text);
        Ok(())
    }
}

/// Checks the limits and writes nothing.
struct Check<'g>(&'g Guard);

impl HelperDef for Check<'_> {
    fn call<'reg: 'rc, 'rc>(
        &self,
        _: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        _: &mut dyn Output,
    ) -> HelperResult {
        let blocks = rc.replace_blocks(VecDeque::new());
        let depth = blocks.len();
        rc.replace_blocks(blocks);
        Ok(self.0.check(depth)?)
    }
}

/// Renders its block into an output that counts: the engine renders the block of a partial into one that does not.
struct Bound<'g>(&'g Guard);

impl HelperDef for Bound<'_> {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        engine: &'reg Handlebars<'reg>,
        context: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        if let Some(block) = helper.template() {
            let mut counted = self.0.output();
            block.render(engine, context, rc, &mut counted)?;
            out.write(&counted.text)?;
        }
        Ok(())
    }
}

/// Puts the helpers that check the limits into a template.
pub(super) fn insert(template: &mut Template) {
    for element in &mut template.elements {
        match element {
            TemplateElement::Expression(helper)
            | TemplateElement::HtmlExpression(helper)
            | TemplateElement::HelperBlock(helper) => {
                helper.template.iter_mut().for_each(insert);
                helper.inverse.iter_mut().for_each(insert);
            }
            TemplateElement::DecoratorExpression(decorator)
            | TemplateElement::DecoratorBlock(decorator)
            | TemplateElement::PartialExpression(decorator) => {
                decorator.template.iter_mut().for_each(insert);
            }
            TemplateElement::PartialBlock(partial) => {
                if let Some(block) = &mut partial.template {
                    insert(block);
                    bind(block);
                }
            }
            _ => {}
        }
    }
    if let Some(check) = hidden("{{check}}", CHECK) {
        template.elements.insert(0, check);
        if let Some(first) = template.mapping.first().cloned() {
            template.mapping.insert(0, first);
        }
    }
}

/// Moves the contents of a template into a block that counts what it writes.
fn bind(block: &mut Template) {
    if let Some(mut bound) = hidden("{{#bound}}{{/bound}}", BOUND) {
        if let TemplateElement::HelperBlock(helper) = &mut bound {
            helper.template = Some(std::mem::take(block));
        }
        block.elements.push(bound);
    }
}

/// An element of a template that calls a helper which templates cannot name.
fn hidden(source: &str, name: &str) -> Option<TemplateElement> {
    let mut element = Template::compile(source).ok()?.elements.pop()?;
    if let TemplateElement::Expression(helper) | TemplateElement::HelperBlock(helper) = &mut element
    {
        helper.name = Parameter::Name(name.to_owned());
    }
    Some(element)
}
