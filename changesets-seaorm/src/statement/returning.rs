//! `RETURNING` lists.

use sqlparser::ast::{Expr, Ident, SelectItem};

use super::{Fragment, ReturnItem, folded, read::Reader};

impl Reader<'_> {
    pub(super) fn returning(&self, items: Option<&Vec<SelectItem>>) -> Option<Vec<ReturnItem>> {
        Some(items?.iter().map(|item| self.return_item(item)).collect())
    }

    fn return_item(&self, item: &SelectItem) -> ReturnItem {
        match item {
            SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => ReturnItem::Wildcard,
            SelectItem::UnnamedExpr(expression) => match self.column(expression) {
                Some(name) => ReturnItem::Column { name },
                None => ReturnItem::Expr {
                    sql: Fragment::of(expression),
                    name: self.result_name(expression),
                    column: self.inner_column(expression),
                },
            },
            SelectItem::ExprWithAlias { expr, alias } => ReturnItem::Expr {
                sql: Fragment::of(expr),
                name: Some(folded(self.backend, alias)),
                column: self.inner_column(expr),
            },
            SelectItem::ExprWithAliases { expr, .. } => ReturnItem::Expr {
                sql: Fragment::of(expr),
                name: None,
                column: None,
            },
        }
    }

    /// The name of a plain, possibly qualified column.
    pub(super) fn column(&self, expression: &Expr) -> Option<String> {
        let ident: &Ident = match expression {
            Expr::Identifier(ident) => ident,
            Expr::CompoundIdentifier(idents) => idents.last()?,
            _ => return None,
        };
        Some(folded(self.backend, ident))
    }

    fn inner_column(&self, expression: &Expr) -> Option<String> {
        match expression {
            Expr::Cast { expr, .. } | Expr::Nested(expr) => self.inner_column(expr),
            other => self.column(other),
        }
    }

    /// PostgreSQL names a result after the column or function inside
    /// (`FigureColname` in `parse_target.c`).
    fn result_name(&self, expression: &Expr) -> Option<String> {
        match expression {
            Expr::Function(function) => {
                let ident = function.name.0.last()?.as_ident()?;
                Some(folded(self.backend, ident))
            }
            Expr::Cast { expr, .. } | Expr::Nested(expr) => {
                self.column(expr).or_else(|| self.result_name(expr))
            }
            _ => None,
        }
    }
}
