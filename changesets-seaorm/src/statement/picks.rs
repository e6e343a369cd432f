//! How much of a condition can be told without asking the database.

use std::ops::ControlFlow;

use sqlparser::ast::{BinaryOperator, Expr, Value, ValueWithSpan, visit_expressions};

use super::read::Reader;

/// What a condition says of the rows it picks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Picks {
    /// Columns that have one given value in all of them.
    pub(crate) fixed: Vec<String>,
    /// It looks at other rows than the one that it judges.
    pub(crate) looks_elsewhere: bool,
}

impl Reader<'_> {
    pub(super) fn picks(&self, condition: Option<&Expr>) -> Picks {
        let mut picks = Picks::default();
        if let Some(condition) = condition {
            picks.looks_elsewhere = looks_elsewhere(condition);
            self.collect_fixed(condition, &mut picks.fixed);
        }
        picks
    }

    fn collect_fixed(&self, condition: &Expr, fixed: &mut Vec<String>) {
        match condition {
            Expr::Nested(inner) => self.collect_fixed(inner, fixed),
            Expr::BinaryOp { left, op, right } => match op {
                BinaryOperator::And => {
                    self.collect_fixed(left, fixed);
                    self.collect_fixed(right, fixed);
                }
                BinaryOperator::Eq if is_constant(right) => fixed.extend(self.column(left)),
                BinaryOperator::Eq if is_constant(left) => fixed.extend(self.column(right)),
                _ => {}
            },
            _ => {}
        }
    }
}

fn is_constant(expression: &Expr) -> bool {
    match expression {
        Expr::Value(ValueWithSpan { value, .. }) => !matches!(value, Value::Null),
        _ => false,
    }
}

fn looks_elsewhere(condition: &Expr) -> bool {
    let found = visit_expressions(condition, |expression| match expression {
        Expr::Subquery(_) | Expr::InSubquery { .. } | Expr::Exists { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    found.is_break()
}
