//! Random editing: a client types, deletes, undoes, pastes, saves, creates, renames and deletes files, asks questions,
//! applies some of the answers and changes settings. Again and again the server must report what one reports that reads
//! the same files for the first time, and what a cold check of the folder finds.
//!
//! Reading order: [`workspace`] (what is edited), [`action`] (what can happen), [`choice`] (what happens next),
//! [`player`] (how it happens), [`verdict`] (what must hold), [`campaign`] (an hour of it).

pub mod action;
pub mod campaign;
mod choice;
mod edits;
mod memory;
mod player;
mod questions;
mod typing;
mod verdict;
pub mod workspace;

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::generate::rng::Rng;
use action::Action;
use choice::Choice;
use player::{Player, Style};
use workspace::Workspace;

/// A session that can be repeated.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Script {
    /// What is edited.
    pub workspace: Workspace,
    /// What kind of client edits it.
    pub style: Style,
    /// What happens.
    pub actions: Vec<Action>,
}

/// What happened in a session.
#[derive(Clone, Copy, Debug, Default)]
pub struct Outcome {
    /// Changes of open files.
    pub edits: usize,
    /// Requests.
    pub questions: usize,
    /// Changes that the server proposed and that were applied.
    pub applied: usize,
    /// Comparisons with a new server and a cold check.
    pub verdicts: usize,
    /// Diagnostics that were compared.
    pub diagnostics: usize,
}

impl std::ops::AddAssign for Outcome {
    fn add_assign(&mut self, other: Self) {
        self.edits += other.edits;
        self.questions += other.questions;
        self.applied += other.applied;
        self.verdicts += other.verdicts;
        self.diagnostics += other.diagnostics;
    }
}

/// A session that went wrong.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What was wrong.
    pub message: String,
    /// What had happened.
    pub script: Script,
}

/// Edits a workspace at random, in a folder of its own, with a server in the same process.
///
/// # Errors
/// If something is wrong.
pub fn session(workspace: Workspace, seed: u64, steps: usize) -> Result<Outcome, Box<Failure>> {
    let mut rng = Rng::new(seed);
    let style = Style::random(&mut rng);
    let mut script = Script {
        workspace,
        style,
        actions: Vec::new(),
    };
    let result = guarded(|| {
        let mut player = Player::new(&script.workspace, script.style, None)?;
        let mut choice = Choice::new(rng, &script.workspace);
        for _ in 0..steps {
            let action = choice.next(&player);
            script.actions.push(action.clone());
            player.play(&action)?;
        }
        script.actions.push(Action::Verify);
        player.play(&Action::Verify)?;
        player.end()
    });
    result.map_err(|message| Box::new(Failure { message, script }))
}

/// Does again what happened in a session.
///
/// # Errors
/// If something is wrong.
pub fn replay(script: &Script) -> Result<Outcome, String> {
    replay_within(script, verdict::PATIENCE)
}

/// The same with a server that may take so long to come to its final word.
fn replay_within(script: &Script, patience: Duration) -> Result<Outcome, String> {
    guarded(|| {
        let mut player = Player::new(&script.workspace, script.style, None)?;
        player.patience = patience;
        for action in &script.actions {
            player.play(action)?;
        }
        player.end()
    })
}

/// What a panic of the client says is an error: the client asserts what a server may say.
fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    std::panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(text.unwrap_or("panic").to_owned())
    })
}
