//! `sflint history`

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use crate::check::{HistoryRequest, history};
use crate::cli::{CheckArgs, HistoryArgs};
use crate::commands::{Failure, Outcome, Terminal, check, output, progress};
use crate::project::git::{Commits, GitRepository};

/// Runs the command.
///
/// # Errors
/// There is no repository, git does not know the range, a mistake in the config, or an output that cannot be written.
pub fn run(args: &HistoryArgs, terminal: &Terminal) -> Result<Outcome, Failure> {
    let commits = match &args.range {
        Some(range) => Commits::Range(range.clone()),
        None => Commits::All { unreachable: args.unreachable },
    };
    let shown = CheckArgs {
        choice: args.choice.clone(),
        shown: args.shown.clone(),
        threads: args.threads,
        ..CheckArgs::default()
    };
    let request = check::request(&shown)?;
    output::usable(&shown.shown.output, &request.current_dir)?;
    let current = request.current_dir.canonicalize()?;
    let repository = GitRepository::around(&current, &current)?;
    let after = args.after.as_deref().map(|name| repository.commit(name)).transpose()?;
    let interrupted = Arc::new(AtomicBool::new(false));
    // Where that cannot be had, an interrupt ends the run as it ends any other.
    let _ = signal_hook::flag::register(signal_hook::consts::SIGINT, Arc::clone(&interrupted));
    let started = SystemTime::now();
    let bar = progress::Bar::new(io::stderr().is_terminal());
    let of = HistoryRequest {
        repository: &repository,
        commits: &commits,
        after: after.as_ref(),
        interrupted: &interrupted,
    };
    let (checked, store) = history(&request, &of, Some(&bar))?;
    bar.finish();
    let outcome = check::show(&shown, &request, &checked, &store, started, terminal)?;
    Ok(if interrupted.load(Ordering::Relaxed) { Outcome::Interrupted } else { outcome })
}
