//! Conditions that do not choose the same rows twice.

use sqlparser::tokenizer::Token;

use super::source::{Source, Span};

/// Functions that answer differently at each call within one statement. Those of the `now` family
/// do not: within a transaction, or at least a statement, they stand still.
const FUNCTIONS: [&str; 24] = [
    "clock_timestamp",
    "gen_random_bytes",
    "gen_random_uuid",
    "last_insert_id",
    "lastval",
    "nextval",
    "rand",
    "random",
    "random_bytes",
    "random_normal",
    "randomblob",
    "setval",
    "sleep",
    "sys_guid",
    "sysdate",
    "timeofday",
    "uuid",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v4",
    "uuid_short",
    "uuid_v4",
    "uuidv4",
    "uuidv7",
];

/// Whether something in `span` may be another each time it is asked.
pub(super) fn is_volatile(source: &Source<'_>, span: Span) -> bool {
    span.into_iter().any(|at| match source.get(at) {
        Some(Token::Word(word)) => {
            let call = source.is_token(at + 1, &Token::LParen);
            let known = FUNCTIONS.iter().any(|name| word.value.eq_ignore_ascii_case(name));
            // `NEXT VALUE FOR sequence`
            (call && known) || (source.is(at, "NEXT") && source.is(at + 1, "VALUE"))
        }
        // `@a := @a + 1`
        Some(Token::Assignment) => true,
        _ => false,
    })
}

/// Whether `span`, an `ORDER BY … LIMIT …`, leaves the choice of rows to the database.
pub(super) fn is_arbitrary(source: &Source<'_>, span: Span) -> bool {
    source.find(span.clone(), "LIMIT").is_some() && source.find(span, "ORDER").is_none()
}
