//! A progress bar on stderr, only when it takes long and a person watches.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::run::Progress;

/// A run shorter than this shows nothing.
const PATIENCE: Duration = Duration::from_millis(800);

/// The bar; it is made when patience ends.
pub struct Bar {
    watched: bool,
    started: Instant,
    files: AtomicUsize,
    bar: OnceLock<ProgressBar>,
}

impl Bar {
    /// A bar that stays silent unless somebody watches.
    pub fn new(watched: bool) -> Bar {
        Bar { watched, started: Instant::now(), files: AtomicUsize::new(0), bar: OnceLock::new() }
    }

    /// Removes the bar from the screen.
    pub fn finish(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Bar {
    fn done(&self, files: usize) {
        let total = self.files.fetch_add(files, Ordering::Relaxed) + files;
        if !self.watched || self.started.elapsed() < PATIENCE {
            return;
        }
        let bar = self.bar.get_or_init(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{spinner} {pos} files read") {
                bar.set_style(style);
            }
            bar
        });
        bar.set_position(total as u64);
    }
}
