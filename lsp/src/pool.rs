//! Threads that answer requests.

use std::thread::JoinHandle;

use crossbeam_channel::{Sender, unbounded};

/// Native stack of each thread, in bytes: chains of declarations are followed recursively. Pages are used only as they are
/// touched.
pub(crate) const STACK: usize = 256 << 20;

type Task = Box<dyn FnOnce() + Send>;

/// A few threads and their queue.
pub(crate) struct Pool {
    queue: Option<Sender<Task>>,
    threads: Vec<JoinHandle<()>>,
}

impl Pool {
    /// Starts threads.
    pub(crate) fn new(threads: usize) -> std::io::Result<Self> {
        let (queue, tasks) = unbounded::<Task>();
        let threads = (0..threads)
            .map(|index| {
                let tasks = tasks.clone();
                thread(&format!("request-{index}"), move || {
                    for task in tasks {
                        task();
                    }
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            queue: Some(queue),
            threads,
        })
    }

    /// Puts a task at the end of the queue.
    pub(crate) fn spawn(&self, task: impl FnOnce() + Send + 'static) {
        if let Some(queue) = &self.queue {
            // without threads nobody waits for an answer
            let _ = queue.send(Box::new(task));
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// A thread with a deep stack.
pub(crate) fn thread(
    name: &str,
    work: impl FnOnce() + Send + 'static,
) -> std::io::Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .stack_size(STACK)
        .spawn(work)
}
