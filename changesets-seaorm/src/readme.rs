//! The README's code, compiled and run with the doctests.

#[doc = include_str!("../../README.md")]
struct Readme;
