//! Leaving out the rows of a long `INSERT … VALUES`.
//!
//! The rows tell a plan nothing, and parsing 1,000 of them costs milliseconds.

/// Texts below this are read whole.
const LONG: usize = 1024;

/// A long `INSERT` with one row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Short {
    pub(super) sql: String,
    /// Whether all its rows are spelled as that one.
    pub(super) alike: bool,
}

/// `sql` with only the first of its `VALUES` rows, if it is a long `INSERT`.
pub(super) fn shorten(sql: &str) -> Option<Short> {
    let text = sql.trim_start();
    let first = text.get(..7)?;
    let insert = first[..6].eq_ignore_ascii_case("insert") || first.eq_ignore_ascii_case("replace");
    if sql.len() < LONG || !insert {
        return None;
    }
    let bytes = sql.as_bytes();
    let values = find_values(bytes)?;
    let first = skip_space(bytes, values);
    let first_end = group_end(bytes, first)?;
    let row = &bytes[first..first_end];
    let mut end = first_end;
    let mut alike = true;
    loop {
        let comma = skip_space(bytes, end);
        if bytes.get(comma) != Some(&b',') {
            break;
        }
        let open = skip_space(bytes, comma + 1);
        if bytes.get(open) != Some(&b'(') {
            return None;
        }
        end = match bytes[open..].starts_with(row) {
            true => open + row.len(),
            false => {
                alike = false;
                group_end(bytes, open)?
            }
        };
    }
    (end > first_end).then(|| Short {
        sql: format!("{}{}", &sql[..first_end], &sql[end..]),
        alike,
    })
}

/// The byte after the keyword `VALUES`.
fn find_values(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut depth = 0_usize;
    while at < bytes.len() {
        match bytes[at] {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            b'v' | b'V'
                if depth == 0
                    && bytes.get(at..at + 6)?.eq_ignore_ascii_case(b"values")
                    && !bytes[at - 1].is_ascii_alphanumeric() =>
            {
                return Some(at + 6);
            }
            _ => {}
        }
        at = next(bytes, at)?;
    }
    None
}

/// The byte after the group that opens at `open`.
fn group_end(bytes: &[u8], open: usize) -> Option<usize> {
    if bytes.get(open) != Some(&b'(') {
        return None;
    }
    let mut depth = 0_usize;
    let mut at = open;
    while at < bytes.len() {
        match bytes[at] {
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at = next(bytes, at)?;
    }
    None
}

fn skip_space(bytes: &[u8], from: usize) -> usize {
    let space = |byte: &&u8| byte.is_ascii_whitespace();
    from + bytes
        .get(from..)
        .map_or(0, |rest| rest.iter().take_while(space).count())
}

/// The position after this byte, or after the quoted text that begins here. `None` for what could
/// hide a quote: comments, backslashes, dollar quotes.
fn next(bytes: &[u8], at: usize) -> Option<usize> {
    let quote = bytes[at];
    match quote {
        b'\'' | b'"' | b'`' => {
            let mut end = at + 1;
            loop {
                match bytes.get(end)? {
                    b'\\' => return None,
                    byte if *byte == quote => return Some(end + 1),
                    _ => end += 1,
                }
            }
        }
        b'-' if bytes.get(at + 1) == Some(&b'-') => None,
        b'/' if bytes.get(at + 1) == Some(&b'*') => None,
        b'#' | b'\\' => None,
        b'$' if !bytes.get(at + 1).is_some_and(u8::is_ascii_digit) => None,
        _ => Some(at + 1),
    }
}
