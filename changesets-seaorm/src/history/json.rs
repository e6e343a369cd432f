//! Tests inside a JSON diff, in the words of each database.

use sea_orm::{
    DbBackend, IntoSimpleExpr,
    sea_query::{Alias, Expr, ExprTrait, Func, SimpleExpr},
};

use super::error::HistoryError;
use crate::log::change;

/// Whether the diff names `column`.
///
/// On PostgreSQL the function behind the `?` operator: the operator itself
/// looks like a placeholder to some drivers.
pub(crate) fn has_column(backend: DbBackend, column: &str) -> Result<SimpleExpr, HistoryError> {
    let diff = change::Column::Diff.into_simple_expr();
    Ok(match backend {
        DbBackend::Sqlite => function("json_type", [diff, path(column).into()]).is_not_null(),
        DbBackend::Postgres => function("jsonb_exists", [diff, column.into()]),
        DbBackend::MySql => function(
            "JSON_CONTAINS_PATH",
            [diff, "one".into(), path(column).into()],
        )
        .eq(1),
        other => return Err(unknown(other)),
    })
}

/// The new value of `column` in the diff of an update, as text.
pub(crate) fn new_text(backend: DbBackend, column: &str) -> Result<SimpleExpr, HistoryError> {
    let diff = change::Column::Diff.into_simple_expr();
    let new = format!("{}[1]", path(column));
    Ok(match backend {
        DbBackend::Sqlite => {
            Expr::expr(function("json_extract", [diff, new.into()])).cast_as(Alias::new("text"))
        }
        DbBackend::Postgres => {
            function("jsonb_extract_path_text", [diff, column.into(), "1".into()])
        }
        DbBackend::MySql => function(
            "JSON_UNQUOTE",
            [function("JSON_EXTRACT", [diff, new.into()])],
        ),
        other => return Err(unknown(other)),
    })
}

pub(crate) fn unknown(backend: DbBackend) -> HistoryError {
    HistoryError::UnknownDatabase {
        backend: format!("{backend:?}"),
    }
}

fn function<const N: usize>(name: &'static str, args: [SimpleExpr; N]) -> SimpleExpr {
    Func::cust(Alias::new(name)).args(args).into()
}

/// A JSON path to a member of the top-level object, whatever its name.
fn path(column: &str) -> String {
    format!(
        "$.\"{}\"",
        column.replace('\\', "\\\\").replace('"', "\\\"")
    )
}
