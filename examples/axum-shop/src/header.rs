//! Headers that are refused before anything is done with them.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderValue},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::Error;

/// How large the headers of a request may be, all together.
const MAX_BYTES: usize = 16 * 1024;
/// How long a request id may be.
const MAX_REQUEST_ID: usize = 128;
/// What a changeset keeps: only what can be read as text.
const KEPT: [&str; 4] = ["user-agent", "x-request-id", "x-tenant", "traceparent"];

/// Refuses requests whose headers are too large, or no text.
pub(crate) async fn check(request: Request, next: Next) -> Response {
    match checked(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

fn checked(headers: &HeaderMap) -> Result<(), Error> {
    let bytes = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len());
    let bytes = bytes.sum();
    if bytes > MAX_BYTES {
        return Err(Error::Headers {
            bytes,
            limit: MAX_BYTES,
        });
    }
    for name in KEPT {
        for value in headers.get_all(name) {
            readable(name, value)?;
        }
    }
    Ok(())
}

fn readable(name: &str, value: &HeaderValue) -> Result<(), Error> {
    let Ok(text) = value.to_str() else {
        return Err(Error::Input(format!(
            "header `{name}` has characters other than visible ASCII: send it without"
        )));
    };
    let is_id = name == "x-request-id";
    if is_id && !(1..=MAX_REQUEST_ID).contains(&text.len()) {
        return Err(Error::Input(format!(
            "header `{name}` has {} characters: send 1 to {MAX_REQUEST_ID}",
            text.len()
        )));
    }
    Ok(())
}
