//! Telling what was measured.

pub(crate) mod console;
