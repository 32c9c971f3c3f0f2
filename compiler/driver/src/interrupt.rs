//! Ending the work of the compiler when somebody wants it to end: a run has a limit for that, and so have the queries
//! before it.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use kiln_analysis::Database;

/// So often is looked whether somebody wants an end.
const INTERVAL: Duration = Duration::from_millis(10);

/// Does work that asks this handle of the database; nothing if it was interrupted before it was done.
pub(crate) fn interruptible<T>(
    db: &Database,
    interrupt: Option<&'static AtomicBool>,
    work: impl FnOnce() -> T,
) -> Option<T> {
    let Some(interrupt) = interrupt else {
        return Some(work());
    };
    let token = salsa::Database::cancellation_token(db);
    let is_wanted = || interrupt.load(Ordering::Relaxed);
    if is_wanted() {
        return None;
    }
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let watch = || {
            while !over.load(Ordering::Acquire) {
                if is_wanted() {
                    // the next query ends the work
                    token.cancel();
                    return;
                }
                std::thread::park_timeout(INTERVAL);
            }
        };
        let watcher = std::thread::Builder::new()
            .name("interrupt".to_owned())
            .spawn_scoped(scope, watch);
        let done = std::panic::catch_unwind(AssertUnwindSafe(|| {
            salsa::Cancelled::catch(AssertUnwindSafe(work)).ok()
        }));
        over.store(true, Ordering::Release);
        // without a watcher, the work cannot be interrupted, and is done all the same
        if let Ok(watcher) = watcher {
            watcher.thread().unpark();
        }
        done.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
