//! The tables that are written to, and what is done with them.
//!
//! The entities exist twice: [`plain`], and [`hooked`] with the line that `track!` adds. All else is
//! one text, in `family.rs`.

mod along;
mod bare_log;
mod by_hand;
mod family;
mod operations;
mod tables;
mod triggers;

pub(crate) use bare_log::{BareLog, header, with_header};
pub(crate) use by_hand::ByHand;
pub(crate) use operations::Operations;
pub(crate) use tables::{create, put_back, seed};
pub(crate) use triggers::{create_row_triggers, create_statement_triggers};

family::family! {
    /// Entities that nobody tracks.
    plain, Plain, plain_behavior
}

family::family! {
    /// Entities with the hook, which stands aside on a tracked connection.
    hooked, Hooked, tracked_behavior
}
