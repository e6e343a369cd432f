//! Conditions that answer differently each time they are asked.

use std::ops::ControlFlow;

use sqlparser::ast::{Expr, visit_expressions};

/// Functions of SQLite and MySQL whose value changes from call to call. (PostgreSQL asks a condition
/// once, in one statement.) `now` and its like are not here: no row moves in or out of a condition
/// within the microseconds between two looks but by the clock itself, and the looks share a
/// transaction, not a time; they are compared with columns at a coarser grain in practice.
const VOLATILE: [&str; 8] = [
    "random",
    "randomblob",
    "rand",
    "uuid",
    "uuid_short",
    "sleep",
    "sys_guid",
    "last_insert_rowid",
];

/// Whether `condition` calls such a function.
pub(super) fn is_volatile(condition: &Expr) -> bool {
    let found = visit_expressions(condition, |expression| match expression {
        Expr::Function(function)
            if VOLATILE.contains(&function.name.to_string().to_lowercase().as_str()) =>
        {
            ControlFlow::Break(())
        }
        _ => ControlFlow::Continue(()),
    });
    found.is_break()
}
