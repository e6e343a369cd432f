//! The bar that moves while it runs.

use std::io::Write;

use indicatif::{ProgressBar, ProgressStyle};

use crate::error::Result;

/// A progress bar on the terminal; lines where there is none.
#[derive(Clone, Debug)]
pub(crate) struct Progress(ProgressBar);

impl Progress {
    /// A bar of so many steps.
    ///
    /// # Errors
    ///
    /// None: the template of the bar is a constant.
    pub(crate) fn new(steps: u64) -> Result<Self> {
        let style = "{elapsed_precise} [{bar:32}] {pos}/{len} (left: {eta}) {msg}";
        let bar = ProgressBar::new(steps);
        bar.set_style(ProgressStyle::with_template(style)?.progress_chars("=> "));
        Ok(Self(bar))
    }

    /// Says what is being done now; where there is no bar, in a line of its own.
    pub(crate) fn say(&self, what: impl Into<String>) {
        let what = what.into();
        if self.0.is_hidden() {
            // Nobody is told when nobody listens.
            let _ = writeln!(std::io::stderr(), "{what}");
        }
        self.0.set_message(what);
    }

    /// A step is done.
    pub(crate) fn step(&self) {
        self.0.inc(1);
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.0.finish_and_clear();
    }
}
