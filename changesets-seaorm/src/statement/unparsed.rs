//! Texts that cannot be parsed.

use sqlparser::{
    dialect::GenericDialect,
    tokenizer::{Token, Tokenizer},
};

use super::{Lookup, Plan, Refusal, TableUse};

/// First words of texts that change no rows.
const READS: [&str; 14] = [
    "select", "show", "pragma", "explain", "describe", "desc", "set", "use", "analyze", "vacuum",
    "listen", "unlisten", "notify", "values",
];
/// First words of texts that change the schema, or what runs in the database.
const SCHEMA: [&str; 6] = ["create", "alter", "drop", "comment", "grant", "revoke"];

/// A text that nobody can read is let through only if it names no tracked table.
pub(super) fn plan(sql: &str, lookup: &Lookup<'_>) -> Plan {
    let words = words(sql);
    let first = words
        .first()
        .map(|word| word.to_lowercase())
        .unwrap_or_default();
    if READS.contains(&first.as_str()) {
        return Plan::Pass;
    }
    if SCHEMA.contains(&first.as_str()) {
        return Plan::Schema;
    }
    let tracked = words.iter().find(|word| {
        matches!(lookup(None, word), TableUse::Tracked(_))
            || matches!(lookup(None, &word.to_lowercase()), TableUse::Tracked(_))
    });
    match tracked {
        Some(table) => Plan::Refuse(Refusal {
            table: table.clone(),
            kind: "a statement that cannot be parsed",
            why: "what it changes is not known".to_owned(),
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
