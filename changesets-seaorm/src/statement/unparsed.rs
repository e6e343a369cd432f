//! Texts that cannot be parsed.

use sqlparser::{
    dialect::GenericDialect,
    tokenizer::{Token, Tokenizer},
};

use super::{Lookup, Plan, Refusal, TableUse};

/// First words of texts that change no rows.
const READS: [&str; 22] = [
    "select", "show", "pragma", "describe", "desc", "set", "use", "analyze", "vacuum", "listen",
    "unlisten", "notify", "values", "lock", "unlock", "reindex", "cluster", "refresh", "optimize",
    "flush", "declare", "fetch",
];
/// Words of which one is in every text that changes rows.
const WRITES: [&str; 8] = [
    "insert", "update", "delete", "replace", "merge", "truncate", "copy", "load",
];
/// First words of texts that change the schema, or what runs in the database.
const SCHEMA: [&str; 6] = ["create", "alter", "drop", "comment", "grant", "revoke"];

/// A text that nobody can read is let through only if it names no tracked table, nor the log.
///
/// `single` tells that it is one statement; otherwise its first word does not speak for all of it.
pub(super) fn plan(sql: &str, single: bool, lookup: &Lookup<'_>) -> Plan {
    let words = words(sql);
    let first = words
        .first()
        .map(|word| word.to_lowercase())
        .unwrap_or_default();
    let writes = |words: &[String]| {
        let write = |word: &String| WRITES.contains(&word.to_lowercase().as_str());
        words.iter().any(write)
    };
    // `WITH` and `EXPLAIN ANALYZE` may lead to a write.
    let reads = match first.as_str() {
        "with" | "explain" => !writes(&words),
        first => READS.contains(&first),
    };
    if reads && (single || !writes(&words)) {
        return Plan::Pass;
    }
    if single && SCHEMA.contains(&first.as_str()) {
        return Plan::Schema;
    }
    let tracked = words.iter().find(|word| {
        let other = |name: &str| matches!(lookup(None, name), TableUse::Other);
        !other(word) || !other(&word.to_lowercase())
    });
    match tracked {
        Some(table) => Plan::Refuse(Refusal {
            table: table.clone(),
            kind: "a statement that cannot be parsed",
            why: "what it changes is not known".to_owned(),
            log: lookup(None, table) == TableUse::Log,
        }),
        None => Plan::Pass,
    }
}

/// All words of a text; roughly, where its quotes do not even match.
fn words(sql: &str) -> Vec<String> {
    match Tokenizer::new(&GenericDialect {}, sql).tokenize() {
        Ok(tokens) => tokens
            .into_iter()
            .filter_map(|token| match token {
                Token::Word(word) => Some(word.value),
                _ => None,
            })
            .collect(),
        Err(_) => sql
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect(),
    }
}
