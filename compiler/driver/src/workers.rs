//! The same work for many things, on several threads, with the results in order.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::session::COMPILE_STACK;

/// How many threads there are by default.
pub(crate) fn threads(wanted: Option<usize>) -> usize {
    wanted.unwrap_or_else(|| {
        std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get)
    })
}

/// Does `work` for each task; every handle serves one thread. Results are in the order of tasks, so that nobody can tell
/// how many threads there were.
pub(crate) fn each<H: Send, T: Sync, R: Send>(
    handles: &mut [H],
    tasks: &[T],
    work: impl Fn(&H, &T) -> R + Sync,
) -> Vec<R> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(tasks.len()));
    let run = |handle: &H| {
        let mut own = Vec::new();
        // order does not matter: each task is taken once, and results are sorted
        while let Some((index, task)) = {
            let index = next.fetch_add(1, Ordering::Relaxed);
            tasks.get(index).map(|task| (index, task))
        } {
            own.push((index, work(handle, task)));
        }
        results
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(own);
    };
    let useful = handles.len().min(tasks.len());
    match &mut handles[..useful] {
        [] => {}
        [only] => run(only),
        several => std::thread::scope(|scope| {
            for handle in several {
                let run = &run;
                scope.spawn(move || stacker::grow(COMPILE_STACK, || run(handle)));
            }
        }),
    }
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}
