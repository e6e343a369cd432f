//! Text that a client chose, made fit for the log.

use http::{HeaderMap, HeaderName, HeaderValue, header};

/// How many bytes of one header, path or method a changeset keeps. What is longer is cut at a
/// character, and ends in `…`.
pub const MAX_ENTRY_BYTES: usize = 512;

const CUT: &str = "…";
const SENSITIVE: &str = "(sensitive)";

/// `text`, at most [`MAX_ENTRY_BYTES`] of it.
pub(super) fn bounded(text: &str) -> String {
    if text.len() <= MAX_ENTRY_BYTES {
        return text.to_owned();
    }
    let mut end = MAX_ENTRY_BYTES - CUT.len();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{CUT}", &text[..end])
}

/// All values of one header, as a server may read them (RFC 9110, section 5.2).
pub(super) fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let mut values = headers.get_all(name).into_iter();
    let first = values.next()?;
    if is_sensitive(name, first) {
        return Some(SENSITIVE.to_owned());
    }
    let mut text = readable(first);
    for value in values {
        // What comes after would be cut off: a client may send thousands.
        if text.len() > MAX_ENTRY_BYTES {
            break;
        }
        text.push_str(", ");
        text.push_str(&readable(value));
    }
    Some(bounded(&text))
}

/// No more of a value than can be kept, and one byte to see that it is longer.
fn readable(value: &HeaderValue) -> String {
    let bytes = value.as_bytes();
    // A character that this cuts in two is within what is cut off later.
    let kept = &bytes[..bytes.len().min(MAX_ENTRY_BYTES + 4)];
    String::from_utf8_lossy(kept).into_owned()
}

/// Credentials do not belong in a log, whoever asks for them.
fn is_sensitive(name: &HeaderName, value: &HeaderValue) -> bool {
    value.is_sensitive()
        || [
            header::AUTHORIZATION,
            header::COOKIE,
            header::PROXY_AUTHORIZATION,
        ]
        .contains(name)
}
