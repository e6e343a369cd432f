//! One statement.

use sea_orm::DbBackend;
use sqlparser::tokenizer::Token;

use super::{
    Lookup, Plan, Refusal, TableUse, other,
    source::{Source, Span},
    target::Name,
    with,
};

/// Why planning ended early.
#[derive(Debug)]
pub(super) enum Stop {
    /// The statement writes a tracked table in a way that cannot be recorded.
    Refuse(Refusal),
    /// The statement cannot be understood.
    Unreadable,
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

/// The statement being planned.
#[derive(Clone, Copy)]
pub(super) struct Planner<'a> {
    pub(super) source: &'a Source<'a>,
    pub(super) tables: &'a Lookup<'a>,
}

impl Planner<'_> {
    /// The position of the tracked table `name`, or nothing if it is not tracked.
    ///
    /// Nobody but us writes the log.
    pub(super) fn tracked(&self, name: &Name) -> Result<Option<usize>, Stop> {
        match name.table_use(self.tables) {
            TableUse::Tracked(table) => Ok(Some(table)),
            TableUse::Other => Ok(None),
            TableUse::Log => Err(name
                .refusal("a write to the log", "only Changesets itself writes its tables")
                .into()),
        }
    }

    /// Refuses a write to `name` that cannot be recorded, if it is tracked.
    pub(super) fn refuse(&self, name: &Name, kind: &'static str, why: &str) -> Result<(), Stop> {
        match self.tracked(name)? {
            Some(_) => Err(name.refusal(kind, why).into()),
            None => Ok(()),
        }
    }
}

/// Plans the statement at `span`.
pub(super) fn plan(source: &Source<'_>, span: Span, tables: &Lookup<'_>) -> Plan {
    let planner = Planner { source, tables };
    match read(&planner, span.clone()) {
        Ok(plan) => plan,
        Err(Stop::Refuse(refusal)) => Plan::Refuse(refusal),
        Err(Stop::Unreadable) => unreadable(source, span, tables),
    }
}

fn read(planner: &Planner<'_>, span: Span) -> Result<Plan, Stop> {
    let source = planner.source;
    let at = span.start;
    let Some(first) = source.word(at).map(|word| word.value.to_ascii_uppercase()) else {
        // A parenthesised query. Only PostgreSQL writes in one, and then the text says so.
        return Err(Stop::Unreadable);
    };
    match first.as_str() {
        "INSERT" | "REPLACE" | "UPDATE" | "DELETE" | "WITH" => with::read(planner, span),
        "SELECT" | "VALUES" | "TABLE" => {
            // `SELECT … INTO` makes a table, except in MySQL.
            let makes = source.backend != DbBackend::MySql && source.find(span, "INTO").is_some();
            Ok(if makes { Plan::Schema } else { Plan::Pass })
        }
        "EXPLAIN" | "DESCRIBE" | "DESC" | "ANALYZE" | "ANALYSE" => other::explain(planner, span),
        "MERGE" => other::merge(planner, span),
        "COPY" => other::copy(planner, span),
        "TRUNCATE" => other::truncate(planner, span),
        "LOAD" => other::load(planner, span),
        "CREATE" | "ALTER" | "DROP" | "RENAME" | "ATTACH" | "DETACH" | "USE" | "IMPORT" => {
            other::schema(planner, span)
        }
        "SET" if source.is_any(at + 1, &["search_path"]) => Ok(Plan::Schema),
        "SET" if source.is_any(at + 2, &["search_path"]) => Ok(Plan::Schema),
        "PRAGMA" => Ok(other::pragma(source, span)),
        "PREPARE" if !source.is(at + 1, "TRANSACTION") => Ok(Plan::Pass),
        _ => match transaction_control(&first) {
            Some(kind) => Ok(Plan::TransactionControl { kind }),
            None if PASSES.contains(&first.as_str()) => Ok(Plan::Pass),
            None => Err(Stop::Unreadable),
        },
    }
}

fn transaction_control(first: &str) -> Option<&'static str> {
    const CONTROLS: [&str; 10] = [
        "BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT", "SAVEPOINT", "RELEASE", "PREPARE", "XA",
    ];
    CONTROLS.into_iter().find(|control| *control == first)
}

/// First words of statements that write no rows, or run stored code.
const PASSES: [&str; 41] = [
    "CALL", "CACHE", "CHECK", "CHECKPOINT", "CHECKSUM", "CLOSE", "CLUSTER", "COMMENT", "DEALLOCATE",
    "DECLARE", "DISCARD", "DO", "EXECUTE", "FETCH", "FLUSH", "GET", "GRANT", "HANDLER", "HELP",
    "INSTALL", "KILL", "LISTEN", "LOCK", "MOVE", "NOTIFY", "OPTIMIZE", "PURGE", "REASSIGN",
    "REFRESH", "REINDEX", "REPAIR", "RESET", "REVOKE", "SECURITY", "SET", "SHOW", "SIGNAL",
    "UNINSTALL", "UNLISTEN", "UNLOCK", "VACUUM",
];

/// What cannot be read passes unless it seems to write a tracked table.
fn unreadable(source: &Source<'_>, span: Span, tables: &Lookup<'_>) -> Plan {
    let table = names_tracked(source, span.clone(), tables);
    match table.filter(|_| writes(source, span)) {
        Some(table) => Plan::Refuse(unparsable(table)),
        None => Plan::Pass,
    }
}

fn unparsable(table: String) -> Refusal {
    Refusal {
        table,
        kind: "an unparsable statement",
        why: "its text cannot be understood well enough to tell which rows it changes".to_owned(),
    }
}

/// Words that write rows.
const WRITES: [&str; 8] =
    ["INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "COPY", "TRUNCATE", "LOAD"];

/// Whether one of the words that write stands in `span`, other than in `FOR UPDATE`,
/// `ON DELETE CASCADE` and a call of `replace(…)`.
pub(super) fn writes(source: &Source<'_>, span: Span) -> bool {
    span.into_iter().any(|at| {
        let harmless = at > 0 && source.is_any(at - 1, &["FOR", "KEY", "ON"]);
        let call = source.is_token(at + 1, &Token::LParen);
        source.is_any(at, &WRITES) && !harmless && !call
    })
}

/// The first tracked table, or table of ours, that `span` names.
pub(super) fn names_tracked(
    source: &Source<'_>,
    span: Span,
    tables: &Lookup<'_>,
) -> Option<String> {
    let mut at = span.start;
    while at < span.end {
        match Name::read(source, at) {
            Some(name) => {
                if name.table_use(tables) != TableUse::Other {
                    return Some(name.display());
                }
                // `product.id` may be a column of a table as well as a table of a schema.
                let first = Name::read_one(source, at)?;
                if first.table_use(tables) != TableUse::Other {
                    return Some(first.display());
                }
                at = name.span.end;
            }
            None => at += 1,
        }
    }
    None
}

/// A text that is not even made of SQL tokens, or hides some in comments.
pub(super) fn unreadable_text(backend: DbBackend, sql: &str, tables: &Lookup<'_>) -> Plan {
    let words = || {
        let word = |c: char| !(c.is_alphanumeric() || c == '_' || c == '$');
        sql.split(word).filter(|word| !word.is_empty())
    };
    let writes = words().any(|word| WRITES.iter().any(|write| word.eq_ignore_ascii_case(write)));
    let tracked = words().find(|word| {
        let folded = word.to_lowercase();
        tables(None, word) != TableUse::Other
            || (backend == DbBackend::Postgres && tables(None, &folded) != TableUse::Other)
    });
    match tracked.filter(|_| writes) {
        Some(table) => Plan::Refuse(unparsable(table.to_owned())),
        None => Plan::Pass,
    }
}
