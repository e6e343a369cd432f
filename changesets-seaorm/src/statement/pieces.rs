//! Pieces of a statement, cut from its text or printed from its tree.

use std::fmt::Display;

use sea_orm::DbBackend;
use sqlparser::{
    ast::{Expr, OrderByExpr, Statement},
    parser::Parser,
};

use super::{Fragment, Refusal, placeholders, read::Reader, split};

impl Reader<'_> {
    pub(super) fn is_mysql(&self) -> bool {
        self.backend == DbBackend::MySql
    }

    /// Nodes as a list.
    pub(super) fn list(&self, nodes: &[impl Display]) -> Fragment {
        let nodes: Vec<String> = nodes.iter().map(ToString::to_string).collect();
        Fragment::of_text(&nodes.join(", "))
    }

    pub(super) fn order_limit(
        &self,
        order: &[OrderByExpr],
        limit: Option<&Expr>,
    ) -> Option<Fragment> {
        let mut text = String::new();
        if !order.is_empty() {
            let order: Vec<String> = order.iter().map(ToString::to_string).collect();
            text.push_str(&format!("ORDER BY {}", order.join(", ")));
        }
        if let Some(limit) = limit {
            text.push_str(&format!(" LIMIT {limit}"));
        }
        (!text.is_empty()).then(|| Fragment::of_text(&text))
    }

    /// How many bytes of the statement's text, from its end, are its `RETURNING` clause.
    pub(super) fn returning_bytes(&self) -> usize {
        let trailing = split::trailing(self.sql, self.tokens);
        let end = self.sql.len() - trailing;
        split::returning_at(self.sql, self.tokens).map_or(0, |at| end.saturating_sub(at))
    }

    /// Pieces of the statement are printed from its tree: make sure that the tree prints as what it
    /// was read from, placeholders included.
    pub(super) fn check_print(&self, statement: &Statement) -> Result<(), Refusal> {
        let printed = statement.to_string();
        let again =
            placeholders::tokens(self.dialect, &placeholders::unmark(&printed, self.backend))
                .ok()
                .and_then(|tokens| {
                    Parser::new(self.dialect)
                        .with_tokens_with_locations(tokens)
                        .parse_statements()
                        .ok()
                });
        let same = again.is_some_and(|again| {
            again.len() == 1 && again.iter().all(|again| again.to_string() == printed)
        });
        if same {
            Ok(())
        } else {
            Err(self.refusal(
                "?",
                "a statement that cannot be read back",
                "its printed form differs from what was read",
            ))
        }
    }
}
