//! Hours of random editing: one server in a process of its own that lives all the time, whose memory is watched, and short
//! sessions between, which are made as small as they can be if something goes wrong.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use super::action::Action;
use super::choice::Choice;
use super::memory::{grows, resident};
use super::player::{Player, Style};
use super::workspace::{ALL, Workspace};
use super::{Failure, Outcome, Script, guarded, replay_within, session};
use crate::generate::rng::Rng;

/// What to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// For how long.
    pub time: Duration,
    /// What the choices depend on.
    pub seed: u64,
    /// Where findings are written.
    pub out: PathBuf,
    /// The words of the command that is the long-lived server.
    pub server: Vec<String>,
}

/// Steps of a short session, and of a round of the long one.
const STEPS: usize = 150;
/// So many findings are enough.
const ENOUGH: usize = 12;
/// So long a finding is made smaller.
const REDUCTION: Duration = Duration::from_secs(120);
/// How long a server may take to come to its final word while a finding is made smaller.
const IMPATIENCE: Duration = Duration::from_secs(3);
/// How often is told what happens.
const INTERVAL: Duration = Duration::from_secs(60);

/// Edits until the time is over or there is enough to mend; `tell` gets lines about it. Says whether all was well.
///
/// # Errors
/// If findings cannot be written.
pub fn run(options: &Options, tell: &mut dyn FnMut(&str)) -> std::io::Result<bool> {
    std::fs::create_dir_all(&options.out)?;
    let start = Instant::now();
    let mut campaign = Campaign {
        options,
        tell,
        total: Outcome::default(),
        sessions: 0,
        findings: Vec::new(),
    };
    let mut long = LongSession::new(options.seed);
    let mut seed = options.seed;
    let mut told = Instant::now();
    while start.elapsed() < options.time && campaign.findings.len() < ENOUGH {
        if let Err(failure) = long.round(&options.server, &mut campaign.total) {
            campaign.found(&failure)?;
        }
        for workspace in ALL {
            let workspace = match workspace {
                Workspace::Programs(_) => Workspace::Programs(seed % 500),
                other => other,
            };
            match session(workspace, seed, STEPS) {
                Ok(outcome) => campaign.total += outcome,
                Err(failure) => campaign.found(&failure)?,
            }
            campaign.sessions += 1;
            seed += 1;
            if start.elapsed() >= options.time {
                break;
            }
        }
        if told.elapsed() > INTERVAL || start.elapsed() >= options.time {
            told = Instant::now();
            campaign.report(start.elapsed(), &long);
        }
    }
    let growing = long.memory.iter().any(|samples| grows(samples));
    if growing {
        (campaign.tell)("the memory of the server grows steadily");
    }
    Ok(campaign.findings.is_empty() && !growing)
}

struct Campaign<'a> {
    options: &'a Options,
    tell: &'a mut dyn FnMut(&str),
    total: Outcome,
    sessions: usize,
    /// What distinguishes findings.
    findings: Vec<String>,
}

impl Campaign<'_> {
    fn report(&mut self, time: Duration, long: &LongSession) {
        let Outcome {
            edits,
            questions,
            applied,
            verdicts,
            diagnostics,
        } = self.total;
        let mut line = format!(
            "{:5.0} s: {} sessions and {} rounds, {edits} edits, {questions} requests, {applied} proposals applied, \
             {verdicts} comparisons of {diagnostics} diagnostics, {} findings",
            time.as_secs_f64(),
            self.sessions,
            long.rounds,
            self.findings.len(),
        );
        if let Some(server) = long.memory.last().and_then(|samples| samples.last()) {
            let _ = write!(line, "; the server has {server:.0} MB");
        }
        if let Some(own) = resident(None) {
            let _ = write!(line, ", the client {own:.0} MB");
        }
        (self.tell)(&line);
    }

    /// Makes a failure small, and writes it down, if there was none of its kind.
    fn found(&mut self, failure: &Failure) -> std::io::Result<()> {
        let class = class(&failure.message);
        if self.findings.contains(&class) {
            return Ok(());
        }
        self.findings.push(class.clone());
        let number = self.findings.len();
        let write = |script: &Script| {
            let path = self.options.out.join(format!("found-{number}.json"));
            let text = serde_json::to_string_pretty(script)?;
            std::fs::write(path, text)
        };
        write(&failure.script)?;
        (self.tell)(&format!("##### finding {number}: {}", failure.message));
        let small = smaller(&failure.script, &class);
        write(&small)?;
        let last = replay_within(&small, IMPATIENCE);
        (self.tell)(&format!(
            "----- {} actions left of {}: {:#?}\n{last:?}",
            small.actions.len(),
            failure.script.actions.len(),
            small.actions,
        ));
        Ok(())
    }
}

/// What is the same about failures of one kind: the beginning, without numbers and names.
fn class(message: &str) -> String {
    let mut lines = message.lines();
    let first = lines.next().unwrap_or_default();
    let second = lines.next().unwrap_or_default();
    let code = second
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find(|word| {
            word.len() == 5
                && word.starts_with(['E', 'W'])
                && word[1..].bytes().all(|b| b.is_ascii_digit())
        });
    let first: String = first.chars().filter(|c| !c.is_ascii_digit()).collect();
    let first: String = first.chars().take(60).collect();
    format!("{first} {}", code.unwrap_or_default())
}

/// Leaves out actions while what is left fails in the same way.
fn smaller(script: &Script, class_of_all: &str) -> Script {
    let end = Instant::now() + REDUCTION;
    let mut best = script.clone();
    let mut size = best.actions.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        while at < best.actions.len() && Instant::now() < end {
            let mut candidate = best.clone();
            candidate
                .actions
                .drain(at..(at + size).min(best.actions.len()));
            let fails = replay_within(&candidate, IMPATIENCE)
                .is_err_and(|message| class(&message) == class_of_all);
            if fails {
                best = candidate;
            } else {
                at += size;
            }
        }
        if size == 1 {
            break;
        }
        size = size.div_ceil(2);
    }
    best
}

/// One server that lives on while its workspace is edited, and restored, again and again.
struct LongSession {
    rng: Rng,
    player: Option<(Player, Choice)>,
    rounds: usize,
    /// In MB, after each round, by server.
    memory: Vec<Vec<f64>>,
}

impl LongSession {
    fn new(seed: u64) -> Self {
        Self {
            rng: Rng::new(seed ^ 0x5EED),
            player: None,
            rounds: 0,
            memory: Vec::new(),
        }
    }

    /// Edits for a while, compares, and brings everything back to how it was.
    fn round(&mut self, server: &[String], total: &mut Outcome) -> Result<(), Box<Failure>> {
        let style = Style {
            watches: true,
            utf8: true,
            versions: true,
            configuration: true,
            evaluates: true,
        };
        let mut script = Script {
            workspace: Workspace::All,
            style,
            actions: Vec::new(),
        };
        let result = guarded(|| {
            if self.player.is_none() {
                let mut words = server.iter();
                let command = words.next().map(|program| {
                    let mut command = Command::new(program);
                    command.args(words);
                    command
                });
                let player = Player::new(&script.workspace, style, command)?;
                let seed = Rng::new(self.rng.next());
                self.player = Some((player, Choice::new(seed, &script.workspace)));
                self.memory.push(Vec::new());
            }
            let Some((player, choice)) = &mut self.player else {
                return Ok(());
            };
            for _ in 0..STEPS {
                let action = choice.next(player);
                script.actions.push(action.clone());
                player.play(&action)?;
            }
            script.actions.push(Action::Verify);
            player.play(&Action::Verify)?;
            for action in choice.restoration(player) {
                player.play(&action)?;
            }
            *total += std::mem::take(&mut player.outcome);
            let samples = self.memory.last_mut();
            if let (Some(samples), Some(now)) = (samples, resident(player.client.process())) {
                samples.push(now);
            }
            self.rounds += 1;
            Ok(())
        });
        result.map_err(|message| {
            self.player = None;
            Box::new(Failure { message, script })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::class;

    #[test]
    fn failures_of_one_kind_are_known() {
        let one = "not what a check finds:\nmissing in a.k: 1:2 E0201 x";
        let same = "not what a check finds:\nmissing in b.k: 7:2 E0201 y";
        let other = "not what a check finds:\nmissing in b.k: 7:2 W0401 y";
        assert_eq!(class(one), class(same));
        assert_ne!(class(one), class(other));
    }
}
