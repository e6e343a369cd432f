//! `RETURNING`.

use sea_orm::DbBackend;
use sqlparser::ast::{DataType, Expr, Ident, ObjectName, SelectItem, SelectItemQualifiedWildcardKind};

use super::{
    ReturnItem, check,
    clauses::Clauses,
    source::{Source, Span},
    statement::Stop,
    target::{Target, same},
};

/// Reads the `RETURNING` list of a write to `target`.
pub(super) fn read(
    source: &Source<'_>,
    target: &Target,
    clauses: &Clauses,
) -> Result<Option<Vec<ReturnItem>>, Stop> {
    let Some(span) = clauses.returning.clone() else {
        return Ok(None);
    };
    let list = List {
        source,
        target,
        qualifier: target.qualifier(source),
        others: clauses.others.is_some(),
    };
    source.split(span).into_iter().map(|item| list.item(item)).collect::<Result<_, _>>().map(Some)
}

struct List<'a> {
    source: &'a Source<'a>,
    target: &'a Target,
    qualifier: String,
    /// Whether columns may be those of other tables.
    others: bool,
}

impl List<'_> {
    fn item(&self, span: Span) -> Result<ReturnItem, Stop> {
        let item = check::select_item(self.source, span.clone()).ok_or(Stop::Unreadable)?;
        Ok(match item {
            SelectItem::Wildcard(_) if span.len() == 1 => self.wildcard()?,
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(table), _)
                if span.len() == 2 * table.0.len() + 1 =>
            {
                if !self.is_target(table.0.last().and_then(|part| part.as_ident())) {
                    return Err(self.ambiguous());
                }
                ReturnItem::Wildcard
            }
            SelectItem::UnnamedExpr(expr) => self.unnamed(expr, span),
            SelectItem::ExprWithAlias { expr, alias } => {
                let end = span.end - 1;
                let end = if self.source.is(end - 1, "AS") { end - 1 } else { end };
                ReturnItem::Expr {
                    sql: self.source.fragment(span.start..end),
                    name: Some(self.fold(&alias)),
                    column: self.column(&expr),
                }
            }
            _ => return Err(Stop::Unreadable),
        })
    }

    fn wildcard(&self) -> Result<ReturnItem, Stop> {
        // SQLite returns the columns of the written table only, PostgreSQL those of all.
        if self.others && self.source.backend != DbBackend::Sqlite {
            return Err(self.ambiguous());
        }
        Ok(ReturnItem::Wildcard)
    }

    fn ambiguous(&self) -> Stop {
        let why = "it returns all columns of other tables too; name the columns";
        self.target.name.refusal("RETURNING *", why).into()
    }

    fn unnamed(&self, expr: Expr, span: Span) -> ReturnItem {
        let column = self.column(&expr);
        if let (Some(name), Expr::Identifier(_) | Expr::CompoundIdentifier(_)) = (&column, &expr) {
            // PostgreSQL returns the row as one value where the table itself is named.
            if *name != self.qualifier || matches!(expr, Expr::CompoundIdentifier(_)) {
                return ReturnItem::Column { name: name.clone() };
            }
        }
        let name = match (self.source.backend, &expr) {
            (DbBackend::Postgres, expr) => self.result_name(expr),
            (_, Expr::Identifier(ident)) => Some(ident.value.clone()),
            (_, Expr::CompoundIdentifier(parts)) => parts.last().map(|ident| ident.value.clone()),
            _ => None,
        };
        ReturnItem::Expr { sql: self.source.fragment(span), name, column }
    }

    /// The column of the written table that `expr` is, or that it casts.
    fn column(&self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Identifier(ident) => (!self.others).then(|| self.fold(ident)),
            Expr::CompoundIdentifier(parts) => {
                let (column, table) = parts.split_last()?;
                self.is_target(table.last()).then(|| self.fold(column))
            }
            Expr::Cast { expr, .. } | Expr::Nested(expr) => self.column(expr),
            _ => None,
        }
    }

    /// The name PostgreSQL gives the result column (`FigureColname` in its `parse_target.c`).
    fn result_name(&self, expr: &Expr) -> Option<String> {
        match expr {
            Expr::Identifier(ident) => Some(self.fold(ident)),
            Expr::CompoundIdentifier(parts) => parts.last().map(|ident| self.fold(ident)),
            Expr::Nested(expr) | Expr::Collate { expr, .. } => self.result_name(expr),
            Expr::Cast { expr, data_type, .. } => self.result_name(expr).or_else(|| match data_type {
                DataType::Custom(name, _) => self.last(name),
                DataType::Text => Some("text".to_owned()),
                _ => None,
            }),
            Expr::Function(function) => self.last(&function.name),
            Expr::Case { else_result, .. } => {
                let result = else_result.as_ref().and_then(|expr| self.result_name(expr));
                result.or_else(|| Some("case".to_owned()))
            }
            Expr::AtTimeZone { .. } => Some("timezone".to_owned()),
            Expr::Exists { .. } => Some("exists".to_owned()),
            Expr::Array(_) => Some("array".to_owned()),
            Expr::Extract { .. } => Some("extract".to_owned()),
            Expr::Substring { .. } => Some("substring".to_owned()),
            Expr::Position { .. } => Some("position".to_owned()),
            Expr::Overlay { .. } => Some("overlay".to_owned()),
            Expr::Ceil { .. } => Some("ceil".to_owned()),
            Expr::Floor { .. } => Some("floor".to_owned()),
            _ => None,
        }
    }

    fn last(&self, name: &ObjectName) -> Option<String> {
        name.0.last().and_then(|part| part.as_ident()).map(|ident| self.fold(ident))
    }

    fn is_target(&self, table: Option<&Ident>) -> bool {
        table.is_some_and(|table| same(self.source.backend, &self.fold(table), &self.qualifier))
    }

    fn fold(&self, ident: &Ident) -> String {
        let folds = self.source.backend == DbBackend::Postgres && ident.quote_style.is_none();
        if folds { ident.value.to_lowercase() } else { ident.value.clone() }
    }
}
