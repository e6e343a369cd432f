//! What can go wrong: anything a database says. It ends the run, with what was being done.

pub(crate) use anyhow::{Context, Error, anyhow, ensure};

/// A result whose error ends the run.
pub(crate) type Result<T, E = Error> = std::result::Result<T, E>;
