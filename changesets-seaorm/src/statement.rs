//! What a statement's text does to tracked tables.
//!
//! Everything that reaches a connection is text and values in the end, typed or raw; so one reader
//! of SQL serves all. A text is read once and its [`Plan`] remembered ([`PlanCache`]). Pure
//! functions: no database.

mod adapt;
mod cache;
mod current;
mod delete;
mod fragment;
mod insert;
mod kept;
mod misread;
mod picks;
mod pieces;
mod placeholders;
mod read;
mod returning;
mod shorten;
mod split;
mod tables;
#[cfg(test)]
mod tests;
mod types;
mod unparsed;
mod update;
mod volatile;

pub(crate) use cache::PlanCache;
pub(crate) use fragment::{Fragment, Piece};
pub(crate) use kept::{Kept, Listed, Place, Shape, Text, is_long};
pub(crate) use picks::Picks;
pub(crate) use types::{
    Assigned, Conflict, Cte, CteBody, DeletePlan, InsertPlan, InsertRows, Main, Plan, Refusal,
    ReturnItem, ScriptPart, TableUse, TableWrite, UpdatePlan, Write, WriteKind,
};

use sea_orm::DbBackend;
use sqlparser::{
    ast,
    dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect},
    parser::Parser,
};

use misread::Misread;
use read::Reader;

/// Finds out what a table name stands for: schema and name, unquoted and folded.
pub(crate) type Lookup<'a> = dyn Fn(Option<&str>, &str) -> TableUse + 'a;

/// One cheap look: whether `sql` is a single `SELECT`, which needs no plan.
///
/// On PostgreSQL a `SELECT` can change rows only through a function, which no connection sees.
pub(crate) fn is_plain_read(sql: &str) -> bool {
    let text = sql.trim_start();
    text.get(..6)
        .is_some_and(|word| word.eq_ignore_ascii_case("select"))
        && !text.contains(';')
}

/// What rows `sql` lists.
pub(crate) fn listed(sql: &str) -> Listed {
    match shorten::shorten(sql) {
        Some(short) if short.alike => Listed::Alike,
        Some(_) => Listed::More,
        None => Listed::AsPlanned,
    }
}

/// What `sql` does.
pub(crate) fn plan(backend: DbBackend, sql: &str, lookup: &Lookup<'_>) -> Plan {
    let dialect = dialect(backend);
    let Ok(tokens) = placeholders::tokens(&*dialect, sql) else {
        let single = !sql.trim_end_matches([';', ' ', '\n']).contains(';');
        return unparsed::plan(sql, single, lookup);
    };
    let parts = split::parts(sql, &tokens);
    if parts.len() > 1 {
        return script(backend, &parts, lookup);
    }
    match misread::look(&tokens) {
        Misread::No => {}
        Misread::Unparsable => return unparsed::plan(sql, false, lookup),
        Misread::TransactionControl(kind) => return Plan::TransactionControl { kind },
    }
    let adapted = adapt::adapt(backend, &tokens);
    let parsed = Parser::new(&*dialect)
        .with_tokens_with_locations(adapted.tokens)
        .parse_statements();
    let statement = match parsed {
        Ok(mut statements) if statements.len() == 1 => statements.remove(0),
        Ok(statements) if statements.is_empty() => return Plan::Pass,
        Ok(_) => return unparsed::plan(sql, false, lookup),
        Err(_) => return unparsed::plan(sql, true, lookup),
    };
    let reader = Reader::new(backend, &*dialect, sql, &tokens, lookup);
    match reader.statement(&statement).unwrap_or_else(Plan::Refuse) {
        Plan::Write(write) if adapted.shortened && !write.is_plain_insert() => {
            unparsed::plan(sql, true, lookup)
        }
        plan => plan,
    }
}

fn dialect(backend: DbBackend) -> Box<dyn Dialect> {
    match backend {
        DbBackend::Postgres => Box::new(PostgreSqlDialect {}),
        DbBackend::Sqlite => Box::new(SQLiteDialect {}),
        _ => Box::new(MySqlDialect {}),
    }
}

/// A text of several statements; of no interest if none of them is.
fn script(backend: DbBackend, parts: &[&str], lookup: &Lookup<'_>) -> Plan {
    let pass = |part: &&str| matches!(plan(backend, part, lookup), Plan::Pass);
    if parts.iter().all(pass) {
        return Plan::Pass;
    }
    let parts = parts.iter().map(|part| ScriptPart {
        sql: (*part).to_owned(),
    });
    Plan::Script(parts.collect())
}

/// A name as the database compares it: PostgreSQL folds what is not quoted.
fn folded(backend: DbBackend, ident: &ast::Ident) -> String {
    match (backend, ident.quote_style) {
        (DbBackend::Postgres, None) => ident.value.to_lowercase(),
        _ => ident.value.clone(),
    }
}
