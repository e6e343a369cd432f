//! A look at a text that is cheap enough for every read.

/// Words that begin a statement that only reads.
const READS: [&str; 8] =
    ["SELECT", "VALUES", "TABLE", "SHOW", "EXPLAIN", "DESCRIBE", "DESC", "PRAGMA"];

/// Whether `sql` is one statement that certainly writes nothing, told without parsing it.
///
/// `false` says nothing: only a [`plan`](super::plan) knows.
pub(crate) fn is_plain_read(sql: &str) -> bool {
    let Some(text) = skip(sql) else {
        return false;
    };
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (first, rest) = text.split_at(end);
    let Some(first) = READS.iter().find(|word| first.eq_ignore_ascii_case(word)) else {
        return false;
    };
    // A semicolon in a string or comment makes it `false` too, and costs a plan.
    if rest.find(';').is_some_and(|at| !rest[at + 1..].trim().is_empty()) {
        return false;
    }
    match *first {
        "EXPLAIN" | "DESCRIBE" | "DESC" => !contains(rest, "ANALY"),
        // `PRAGMA foreign_keys = ON` changes which rows a delete takes along.
        "PRAGMA" => !rest.contains('=') && !contains(rest, "foreign_keys"),
        "SELECT" | "TABLE" | "VALUES" => !contains(rest, "INTO"),
        _ => true,
    }
}

/// What follows space, comments and opening parentheses; nothing where that is not sure.
fn skip(sql: &str) -> Option<&str> {
    let mut rest = sql;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '(');
        if let Some(comment) = rest.strip_prefix("--") {
            rest = comment.find('\n').map_or("", |at| &comment[at + 1..]);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            let end = comment.find("*/")?;
            let inside = &comment[..end];
            // MySQL runs what is in `/*! … */`; PostgreSQL's comments nest, the others' do not.
            if inside.starts_with(['!', 'M']) || inside.contains("/*") {
                return None;
            }
            rest = &comment[end + 2..];
        } else {
            return Some(rest);
        }
    }
}

/// Whether `needle` occurs in `text` in any case.
fn contains(text: &str, needle: &str) -> bool {
    let needle = needle.as_bytes();
    text.as_bytes().windows(needle.len()).any(|window| window.eq_ignore_ascii_case(needle))
}
