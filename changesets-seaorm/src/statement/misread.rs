//! Texts that the parser takes for something else than the database does.

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
    let words: Vec<String> = words(tokens).collect();
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

/// The words of a text in lower case; quoted ones are names.
fn words(tokens: &[TokenWithSpan]) -> impl Iterator<Item = String> {
    tokens.iter().filter_map(|token| match &token.token {
        Token::Word(word) => Some(match word.quote_style {
            None => word.value.to_lowercase(),
            Some(_) => String::new(),
        }),
        _ => None,
    })
}
