//! Work over many files: on as many threads as there are processors, with results in order.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use kiln_ide::references::{Reference, Target, uses_in_file};

use crate::pool::STACK;
use crate::snapshot::Snapshot;

/// Fewer files are not worth a thread.
const ENOUGH: usize = 32;
/// So many files are taken at once.
const CHUNK: usize = 16;

/// Does `work` for each file; stops when the request is cancelled.
pub(crate) fn each<R: Send>(
    snapshot: &Snapshot,
    paths: &[Arc<str>],
    work: impl Fn(&Snapshot, &Arc<str>) -> R + Sync,
) -> Vec<R> {
    if paths.len() < ENOUGH {
        return paths.iter().map(|path| work(snapshot, path)).collect();
    }
    let threads = std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(paths.len()));
    let run = |snapshot: &Snapshot| {
        let mut own = Vec::new();
        loop {
            let start = next.fetch_add(CHUNK, Ordering::Relaxed);
            let Some(chunk) = paths.get(start..paths.len().min(start + CHUNK)) else {
                break;
            };
            if chunk.is_empty() {
                break;
            }
            for (index, path) in chunk.iter().enumerate() {
                own.push((start + index, work(snapshot, path)));
            }
        }
        results
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(own);
    };
    let panicked = std::thread::scope(|scope| {
        let helpers: Vec<_> = (1..threads)
            .filter_map(|index| {
                let (own, run) = (snapshot.clone(), &run);
                let builder = std::thread::Builder::new().name(format!("search-{index}"));
                let helper = builder.stack_size(STACK).spawn_scoped(scope, move || {
                    // a change of the database ends the work here and there
                    std::panic::catch_unwind(AssertUnwindSafe(|| run(&own))).err()
                });
                helper.ok()
            })
            .collect();
        let mut panicked = std::panic::catch_unwind(AssertUnwindSafe(|| run(snapshot))).err();
        for helper in helpers {
            if let Ok(Some(panic)) = helper.join() {
                panicked.get_or_insert(panic);
            }
        }
        panicked
    });
    if let Some(panic) = panicked {
        resume_unwind(panic);
    }
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// What was looked for last. The same is often asked again: by a pointer that rests, or a list that is shown anew.
#[derive(Debug, Default)]
pub(crate) struct Searches(Mutex<Vec<Search>>);

#[derive(Debug)]
struct Search {
    generation: u64,
    target: Target,
    found: Arc<[Reference]>,
}

/// So many results are remembered.
const REMEMBERED: usize = 4;

impl Searches {
    fn get(&self, generation: u64, target: &Target) -> Option<Arc<[Reference]>> {
        let searches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut same = searches
            .iter()
            .filter(|it| it.generation == generation && it.target == *target);
        same.next().map(|it| Arc::clone(&it.found))
    }

    fn put(&self, search: Search) {
        let mut searches = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        searches.retain(|it| it.generation == search.generation);
        searches.truncate(REMEMBERED - 1);
        searches.insert(0, search);
    }
}

/// All uses of a target in the workspace, sorted.
pub(crate) fn references(snapshot: &Snapshot, home: &str, target: &Target) -> Arc<[Reference]> {
    if let Some(found) = snapshot.searches.get(snapshot.generation, target) {
        return found;
    }
    let found: Arc<[Reference]> = search(snapshot, home, target).into();
    snapshot.searches.put(Search {
        generation: snapshot.generation,
        target: target.clone(),
        found: Arc::clone(&found),
    });
    found
}

fn search(snapshot: &Snapshot, home: &str, target: &Target) -> Vec<Reference> {
    let mut paths: Vec<Arc<str>> = if target.is_local() {
        Vec::new()
    } else {
        let index = snapshot
            .index
            .read()
            .unwrap_or_else(PoisonError::into_inner);
        index.files_with(&target.name)
    };
    paths.extend(snapshot.open.keys().filter(|_| !target.is_local()).cloned());
    paths.push(Arc::from(home));
    paths.extend(target.key.iter().map(|key| Arc::clone(&key.path)));
    paths.sort_unstable();
    paths.dedup();
    let found = each(snapshot, &paths, |snapshot, path| {
        // a file that several programs share: what it means in one of them is enough
        let files = snapshot.files(path).into_iter();
        let mut uses = files.map(|file| uses_in_file(&snapshot.db, file, target));
        uses.find(|uses| !uses.is_empty()).unwrap_or_default()
    });
    let mut all: Vec<Reference> = found.into_iter().flatten().collect();
    all.sort_unstable();
    all.dedup();
    all
}
