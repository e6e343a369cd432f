//! What a changeset's header says.

use serde_json::{Map, Value};

use crate::{Actor, Origin};

/// How large the context of one changeset may be, in bytes of JSON.
pub const MAX_CONTEXT_BYTES: usize = 16 * 1024;

/// What a changeset's header says, besides its id and time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Metadata {
    /// Who did it; `None` when nobody said.
    pub actor: Option<Actor>,
    /// Why.
    pub reason: Option<String>,
    /// Whatever else is worth keeping, such as an address or a request id: a JSON object of at most
    /// [`MAX_CONTEXT_BYTES`].
    pub context: Map<String, Value>,
    /// Where the changeset came from.
    pub origin: Origin,
}

impl Metadata {
    /// Adds one entry to the context, unless it would grow too large.
    pub(crate) fn try_context(&mut self, key: String, value: Value) -> Result<(), ContextError> {
        let before = self.context.insert(key.clone(), value);
        if self.context_bytes() <= MAX_CONTEXT_BYTES {
            return Ok(());
        }
        match before {
            Some(before) => self.context.insert(key.clone(), before),
            None => self.context.remove(&key),
        };
        Err(ContextError::TooLarge {
            key,
            limit: MAX_CONTEXT_BYTES,
        })
    }

    fn context_bytes(&self) -> usize {
        // A map of JSON values always prints.
        serde_json::to_string(&self.context).map_or(usize::MAX, |text| text.len())
    }
}

/// Why an entry was not taken into a context.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContextError {
    /// The context would grow too large.
    #[error(
        "context entry `{key}` does not fit: the context of a changeset holds {limit} bytes of JSON; store less, or a reference"
    )]
    #[non_exhaustive]
    TooLarge {
        /// The entry that was left out.
        key: String,
        /// The limit, in bytes.
        limit: usize,
    },
}
