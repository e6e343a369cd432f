//! What the reader finds in SQL text.

mod control;
mod misread;
mod names;
mod placeholders;
mod script;
mod shorten;
mod writes;

use std::sync::Arc;

use super::*;

#[allow(non_upper_case_globals, reason = "named as the backends")]
const MySql: DbBackend = DbBackend::MySql;
#[allow(non_upper_case_globals, reason = "named as the backends")]
const Postgres: DbBackend = DbBackend::Postgres;
#[allow(non_upper_case_globals, reason = "named as the backends")]
const Sqlite: DbBackend = DbBackend::Sqlite;

const ALL: [DbBackend; 3] = [MySql, Postgres, Sqlite];

/// `users` (0) and `posts` (1) are tracked, `changesets` is the log.
fn lookup(schema: Option<&str>, table: &str) -> TableUse {
    match (schema, table) {
        (None | Some("public" | "main"), "users") => TableUse::Tracked(0),
        (None | Some("public" | "main"), "posts") => TableUse::Tracked(1),
        (_, "changesets") => TableUse::Log,
        _ => TableUse::Other,
    }
}

fn read(backend: DbBackend, sql: &str) -> Plan {
    plan(backend, sql, &lookup)
}

/// The kind of a plan, in a word.
fn kind(backend: DbBackend, sql: &str) -> &'static str {
    match read(backend, sql) {
        Plan::Pass => "pass",
        Plan::Schema => "schema",
        Plan::Write(_) => "write",
        Plan::Script(_) => "script",
        Plan::Refuse(_) => "refuse",
        Plan::TransactionControl { .. } => "control",
    }
}

/// Checks the kinds of many texts at once, and tells all that differ.
fn check(backends: &[DbBackend], expected: &str, texts: &[&str]) {
    let mut wrong = Vec::new();
    for backend in backends {
        for sql in texts {
            let found = kind(*backend, sql);
            if found != expected {
                wrong.push(format!("{backend:?}: {sql}: {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "not {expected}:\n{}", wrong.join("\n"));
}

fn write(backend: DbBackend, sql: &str) -> Arc<Write> {
    match read(backend, sql) {
        Plan::Write(write) => write,
        other => panic!("{sql}: {other:?}"),
    }
}

fn main(write: &Write) -> &TableWrite {
    match &write.main {
        Main::Write(main) => main,
        Main::Other(other) => panic!("{other:?}"),
    }
}

fn text(fragment: &Fragment) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Sql(sql) => sql.clone(),
        Piece::Param(index) => format!("<{index}>"),
    };
    fragment.pieces().iter().map(piece).collect()
}
