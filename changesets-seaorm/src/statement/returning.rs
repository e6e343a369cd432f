//! `RETURNING` lists.

use sea_orm::DbBackend;
use sqlparser::ast::{Expr, Ident, ObjectName, SelectItem};

use super::{Fragment, Refusal, ReturnItem, folded, read::Reader};

/// What a `RETURNING` list can name: the table that is written, and any others it was joined with.
pub(super) struct Returned<'t> {
    pub(super) target: &'t ObjectName,
    pub(super) alias: Option<&'t str>,
    pub(super) joined: bool,
}

impl Returned<'_> {
    /// Whether a qualifier means the table that is written. (`old` and `new` do not, in PostgreSQL 18.)
    fn is_target(&self, qualifier: &Ident) -> bool {
        match (self.alias, self.target.0.last()) {
            (Some(alias), _) => *alias == qualifier.to_string(),
            (None, Some(name)) => name
                .as_ident()
                .is_some_and(|name| name.value == qualifier.value),
            (None, None) => false,
        }
    }
}

impl Reader<'_> {
    pub(super) fn returning(
        &self,
        items: Option<&Vec<SelectItem>>,
        returned: &Returned<'_>,
    ) -> Result<Option<Vec<ReturnItem>>, Refusal> {
        let Some(items) = items else {
            return Ok(None);
        };
        let item = |item| self.return_item(item, returned);
        items.iter().map(item).collect::<Result<_, _>>().map(Some)
    }

    fn return_item(
        &self,
        item: &SelectItem,
        returned: &Returned<'_>,
    ) -> Result<ReturnItem, Refusal> {
        let verbatim = |expression: &Expr, name: Option<String>| ReturnItem::Expr {
            sql: Fragment::of(expression),
            name,
            column: (!returned.joined)
                .then(|| self.inner_column(expression))
                .flatten(),
        };
        Ok(match item {
            SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..)
                if returned.joined && self.backend == DbBackend::Postgres =>
            {
                let table = returned.target.to_string();
                let why = "it has columns of several tables; name the columns";
                return Err(self.refusal(&table, "RETURNING * over joined tables", why));
            }
            SelectItem::Wildcard(_) | SelectItem::QualifiedWildcard(..) => ReturnItem::Wildcard,
            SelectItem::UnnamedExpr(expression) => match self.own_column(expression, returned) {
                Some(name) => ReturnItem::Column { name },
                None => {
                    let name = self
                        .column(expression)
                        .or_else(|| self.result_name(expression));
                    verbatim(expression, name)
                }
            },
            SelectItem::ExprWithAlias { expr, alias } => {
                verbatim(expr, Some(folded(self.backend, alias)))
            }
            SelectItem::ExprWithAliases { expr, .. } => verbatim(expr, None),
        })
    }

    /// The name of a column that is surely one of the table that is written.
    fn own_column(&self, expression: &Expr, returned: &Returned<'_>) -> Option<String> {
        match expression {
            Expr::Identifier(ident) if !returned.joined => Some(folded(self.backend, ident)),
            Expr::CompoundIdentifier(idents) => {
                let qualifier = idents.len().checked_sub(2).and_then(|at| idents.get(at))?;
                let own = returned.is_target(qualifier);
                own.then(|| folded(self.backend, &idents[idents.len() - 1]))
            }
            _ => None,
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
