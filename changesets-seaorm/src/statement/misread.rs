//! Texts that the parser takes for something else than the database does.

use sea_orm::DbBackend;
use sqlparser::tokenizer::{Token, TokenWithSpan};

/// What to do about a text before it is parsed.
pub(super) enum Misread {
    /// Nothing.
    No,
    /// Treat it as one that cannot be parsed.
    Unparsable,
    /// It begins or ends a transaction.
    TransactionControl(&'static str),
}

/// Looks at the first words of a text.
pub(super) fn look(tokens: &[TokenWithSpan]) -> Misread {
    let words: Vec<String> = words(tokens).map(|(_, word)| word).collect();
    let word = |n: usize| words.get(n).map_or("", String::as_str);
    let writes = ["insert", "update", "delete", "replace"];
    let partition = |word: &String| word == "partition";
    match (word(0), word(1), word(2)) {
        ("prepare", "transaction", _) => Misread::TransactionControl("PREPARE TRANSACTION"),
        ("xa", ..) => Misread::TransactionControl("XA"),
        // PostgreSQL: read as a table called `only`.
        ("update", "only", _) | ("delete", "from", "only") => Misread::Unparsable,
        // MariaDB: runs the statement.
        ("analyze", what, _) if writes.contains(&what) => Misread::Unparsable,
        // MySQL: empties partitions.
        ("alter", "table", _) if words.iter().any(partition) => Misread::Unparsable,
        _ => Misread::No,
    }
}

/// Leaves out MySQL's modifiers of `UPDATE` and `DELETE`, which the parser takes for the table. They
/// change nothing about which rows are meant.
pub(super) fn without_modifiers(
    backend: DbBackend,
    tokens: &[TokenWithSpan],
) -> Vec<TokenWithSpan> {
    let mut words = words(tokens);
    let modified = backend == DbBackend::MySql
        && matches!(words.next(), Some((_, first)) if first == "update" || first == "delete");
    let modifiers: Vec<usize> = words
        .take_while(|(_, word)| ["low_priority", "quick", "ignore"].contains(&word.as_str()))
        .map(|(index, _)| index)
        .collect();
    let kept = |(index, _): &(usize, &TokenWithSpan)| !(modified && modifiers.contains(index));
    let tokens = tokens.iter().enumerate().filter(kept);
    tokens.map(|(_, token)| token.clone()).collect()
}

/// The words of a text in lower case, with the positions of their tokens. Quoted ones are names.
fn words(tokens: &[TokenWithSpan]) -> impl Iterator<Item = (usize, String)> {
    tokens
        .iter()
        .enumerate()
        .filter_map(|(index, token)| match &token.token {
            Token::Word(word) => Some(match word.quote_style {
                None => (index, word.value.to_lowercase()),
                Some(_) => (index, String::new()),
            }),
            _ => None,
        })
}
