//! What an update changed of a row, put together from what it changed of each column.

use crate::dialect::{Dialect, Part};

/// What is around one of several members of a diff, the first of which loses its comma; and around the only
/// one.
const MEMBER: [&str; 2] = [",", ""];
const ALONE: [&str; 2] = ["{", "}"];

/// What goes around each of so many members.
pub(super) fn around(count: usize) -> [&'static str; 2] {
    if count == 1 { ALONE } else { MEMBER }
}

/// A column as it was and as it is.
#[derive(Debug)]
pub(super) struct Compared {
    /// Whether the two are not the same; never NULL.
    pub(super) differs: String,
    /// Cases, each with a space behind it, in which there is something else than the member; or nothing.
    pub(super) cases: String,
    /// The member of the diff, with what goes [`around`] it.
    pub(super) member: String,
}

/// All columns that may have changed.
#[derive(Debug)]
pub(super) struct Changed {
    /// Whether one of them has; never NULL.
    pub(super) differs: String,
    /// The diff, if so; NULL, or an error, where the database cannot make it.
    pub(super) diff: String,
}

impl Changed {
    pub(super) fn new(dialect: Dialect, columns: &[Compared]) -> Self {
        let differs: Vec<_> = columns.iter().map(|it| it.differs.as_str()).collect();
        let diff = match columns {
            [] => return Self::nothing(),
            [alone] if alone.cases.is_empty() => alone.member.clone(),
            [alone] => format!("CASE {}ELSE {} END", alone.cases, alone.member),
            several => {
                let members: Vec<_> = several.iter().map(Compared::member_if_any).collect();
                let members = format!("SUBSTR({}, 2)", dialect.concat(&members));
                let [open, close] = ALONE.map(|brace| Part::Literal(brace.to_owned()));
                dialect.concat(&[open, Part::Value(members), close])
            }
        };
        Self {
            differs: differs.join(" OR "),
            diff,
        }
    }

    fn nothing() -> Self {
        Self {
            differs: "0".to_owned(),
            diff: "NULL".to_owned(),
        }
    }
}

impl Compared {
    fn member_if_any(&self) -> Part {
        let Self {
            differs,
            cases,
            member,
        } = self;
        Part::Value(format!(
            "CASE WHEN NOT {differs} THEN '' {cases}ELSE {member} END"
        ))
    }
}
