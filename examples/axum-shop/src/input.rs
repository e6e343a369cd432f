//! What clients send, read with the shop's own errors.

use axum::extract::{FromRequest, FromRequestParts, Json, Path, Query};
use chrono::{DateTime, Datelike, Utc};
use serde::Deserialize;

use crate::Error;

/// A JSON body.
#[derive(Debug, FromRequest)]
#[from_request(via(Json), rejection(Error))]
pub(crate) struct Body<T>(pub(crate) T);

/// What follows the `?`.
#[derive(Debug, FromRequestParts)]
#[from_request(via(Query), rejection(Error))]
pub(crate) struct Parameters<T>(pub(crate) T);

/// What stands in the path.
#[derive(Debug, FromRequestParts)]
#[from_request(via(Path), rejection(Error))]
pub(crate) struct InPath<T>(pub(crate) T);

/// A text that people can read: not empty, at most `MAX` characters, none of them a control
/// character. PostgreSQL would refuse a NUL, and a log is no place for an escape sequence.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Text<const MAX: usize>(String);

impl<const MAX: usize> Text<MAX> {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> From<Text<MAX>> for String {
    fn from(text: Text<MAX>) -> Self {
        text.0
    }
}

impl<const MAX: usize> TryFrom<String> for Text<MAX> {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Err("a text is empty".to_owned());
        }
        let length = text.chars().count();
        if length > MAX {
            return Err(format!(
                "a text has {length} characters: send at most {MAX}"
            ));
        }
        if text.chars().any(char::is_control) {
            return Err("a text has control characters: send it without".to_owned());
        }
        Ok(Self(text))
    }
}

/// A point in time that every database can hold.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Time(pub(crate) DateTime<Utc>);

impl TryFrom<String> for Time {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let time = DateTime::parse_from_rfc3339(&text)
            .map_err(|error| format!("`{text}` is no time such as 2026-07-01T12:00:00Z: {error}"))?
            .to_utc();
        if !(1970..=9999).contains(&time.year()) {
            return Err(format!(
                "`{text}` is too far away: send a time from 1970 to 9999"
            ));
        }
        Ok(Self(time))
    }
}

#[cfg(test)]
mod tests {
    use super::{Text, Time};

    #[test]
    fn a_text_is_readable() {
        let read = |text: &str| Text::<5>::try_from(text.to_owned()).map(String::from);
        assert_eq!(read("Ännö").as_deref(), Ok("Ännö"));
        assert_eq!(read(" ").unwrap_err(), "a text is empty");
        assert_eq!(
            read("sixsix").unwrap_err(),
            "a text has 6 characters: send at most 5"
        );
        assert_eq!(
            read("a\0").unwrap_err(),
            "a text has control characters: send it without"
        );
    }

    #[test]
    fn a_time_is_one_that_databases_know() {
        let read = |text: &str| Time::try_from(text.to_owned()).map(|time| time.0.to_rfc3339());
        assert_eq!(
            read("2026-07-01T14:00:00+02:00").as_deref(),
            Ok("2026-07-01T12:00:00+00:00")
        );
        assert!(
            read("yesterday")
                .unwrap_err()
                .starts_with("`yesterday` is no time")
        );
        assert!(
            read("0001-01-01T00:00:00Z")
                .unwrap_err()
                .contains("too far")
        );
    }
}
