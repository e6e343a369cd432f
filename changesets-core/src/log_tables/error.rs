//! Why a name is refused.

/// Why a name for the log's tables is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// It is empty.
    #[error("{what} is empty: leave it out to have none, or {}", allowed(*limit))]
    #[non_exhaustive]
    Empty {
        /// Which name.
        what: &'static str,
        /// The most characters it may have.
        limit: usize,
    },
    /// It is too long.
    #[error("{what} {name:?} has {length} characters: {}", allowed(*limit))]
    #[non_exhaustive]
    TooLong {
        /// Which name.
        what: &'static str,
        /// The name.
        name: String,
        /// Its length.
        length: usize,
        /// The most characters it may have.
        limit: usize,
    },
    /// It starts with a digit.
    #[error("{what} {name:?} starts with a digit: {}", allowed(*limit))]
    #[non_exhaustive]
    LeadingDigit {
        /// Which name.
        what: &'static str,
        /// The name.
        name: String,
        /// The most characters it may have.
        limit: usize,
    },
    /// It has a character that is not allowed.
    #[error("{what} {name:?} has the character {character:?}: {}", allowed(*limit))]
    #[non_exhaustive]
    BadCharacter {
        /// Which name.
        what: &'static str,
        /// The name.
        name: String,
        /// The first such character.
        character: char,
        /// The most characters it may have.
        limit: usize,
    },
}

fn allowed(limit: usize) -> String {
    format!("use at most {limit} ASCII letters, digits and underscores, not starting with a digit")
}

pub(super) fn check(what: &'static str, name: &str, limit: usize) -> Result<(), NameError> {
    if name.is_empty() {
        return Err(NameError::Empty { what, limit });
    }
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || character == '_';
    if let Some(character) = name.chars().find(|&character| !is_allowed(character)) {
        return Err(NameError::BadCharacter {
            what,
            name: name.to_owned(),
            character,
            limit,
        });
    }
    if name.starts_with(|first: char| first.is_ascii_digit()) {
        return Err(NameError::LeadingDigit {
            what,
            name: name.to_owned(),
            limit,
        });
    }
    if name.len() > limit {
        return Err(NameError::TooLong {
            what,
            name: name.to_owned(),
            length: name.len(),
            limit,
        });
    }
    Ok(())
}
