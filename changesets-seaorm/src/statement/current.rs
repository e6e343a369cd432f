//! Conditions whose subqueries are to be read as the write itself reads them.
//!
//! MySQL's `UPDATE` and `DELETE` read the tables of their subqueries as they are now, and lock what
//! they find; a `SELECT … FOR UPDATE` reads those tables as they were when the transaction began,
//! unless its subqueries lock too
//! (<https://dev.mysql.com/doc/refman/8.4/en/innodb-locking-reads.html>).

use std::{fmt::Display, ops::ControlFlow};

use sqlparser::ast::{
    Ident, LockClause, LockType, ObjectName, Query, SetExpr, VisitMut, VisitorMut,
};

use super::{Fragment, Refusal, read::Reader};

/// Names no table: it marks the locks that are ours.
const OURS: &str = "\u{3}";

impl Reader<'_> {
    /// A piece of a condition, for reading the rows that a write is about to change.
    pub(super) fn condition<N>(&self, table: &str, node: &N) -> Result<Fragment, Refusal>
    where
        N: VisitMut + Display + Clone,
    {
        if !self.is_mysql() {
            return Ok(Fragment::of(node));
        }
        let mut node = node.clone();
        if node.visit(&mut Locking).is_break() {
            let why = "a subquery with UNION cannot be read as the write itself reads it; \
                       split it, or select the keys first";
            return Err(self.refusal(table, "a condition with UNION", why));
        }
        // MariaDB knows only the older words.
        let ours = format!("FOR SHARE OF {OURS}");
        Ok(Fragment::of_text(
            &node.to_string().replace(&ours, "LOCK IN SHARE MODE"),
        ))
    }
}

/// Puts a lock on every query that has none.
struct Locking;

impl VisitorMut for Locking {
    type Break = ();

    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<()> {
        if !matches!(*query.body, SetExpr::Select(_)) {
            return ControlFlow::Break(());
        }
        if query.locks.is_empty() {
            query.locks.push(LockClause {
                lock_type: LockType::Share,
                of: Some(ObjectName::from(vec![Ident::new(OURS)])),
                nonblock: None,
            });
        }
        ControlFlow::Continue(())
    }
}
