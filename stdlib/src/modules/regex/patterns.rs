//! Compiled patterns. A pattern is compiled when it is first used, once for the whole process; how many are kept is
//! limited by their size.

use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use fancy_regex::{Regex, RegexBuilder};
use kiln_runtime::value::Str;
use kiln_runtime::vm::Vm;
use rustc_hash::FxHashMap;

type Compiled = Result<Regex, String>;

/// Steps of a match that is not linear.
const BACKTRACK_LIMIT: usize = 1_000_000;

/// Bytes of the automaton of a usual pattern, and of the largest one that is accepted.
const USUAL: usize = 1 << 18;
const LARGEST: usize = 10 << 20;

/// Bytes of the automata that are kept for all evaluations, and by one evaluation.
const SHARED: usize = 256 << 20;
const OWN: usize = 64 << 20;

/// Patterns that any evaluation has used.
static KNOWN: LazyLock<RwLock<Known>> = LazyLock::new(RwLock::default);

#[derive(Default)]
struct Known {
    patterns: FxHashMap<String, (Compiled, usize)>,
    bytes: usize,
}

/// The compiled form of a pattern, and the bytes that it takes at most.
fn compile(pattern: &str) -> (Compiled, usize) {
    let within = |bytes| {
        RegexBuilder::new(pattern)
            .backtrack_limit(BACKTRACK_LIMIT)
            .delegate_size_limit(bytes)
            .build()
    };
    match within(USUAL) {
        Ok(regex) => (Ok(regex), USUAL),
        Err(_) => match within(LARGEST) {
            Ok(regex) => (Ok(regex), LARGEST),
            Err(problem) => (Err(problem.to_string()), pattern.len()),
        },
    }
}

fn shared(pattern: &str) -> (Compiled, usize) {
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known.patterns.get(pattern) {
        return found.clone();
    }
    drop(known);
    let (compiled, bytes) = compile(pattern);
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    if known.bytes + bytes > SHARED {
        *known = Known::default();
    }
    known.bytes += bytes;
    known
        .patterns
        .insert(pattern.to_owned(), (compiled.clone(), bytes));
    (compiled, bytes)
}

/// The compiled form of a pattern; what is wrong with it, if it has none.
pub(super) fn compiled(vm: &mut Vm, pattern: Str) -> Result<Arc<Regex>, String> {
    let pattern = vm.heap.get_str(pattern);
    if let Some(known) = vm.regexes.get(pattern) {
        return known.clone();
    }
    let (compiled, bytes) = shared(pattern);
    if vm.regex_bytes + bytes > OWN {
        vm.regexes.clear();
        vm.regex_bytes = 0;
    }
    vm.regex_bytes += bytes;
    // an evaluation has its own working memory for a pattern, which would be locked otherwise
    let compiled = compiled.map(Arc::new);
    vm.regexes.insert(pattern.to_owned(), compiled.clone());
    compiled
}
