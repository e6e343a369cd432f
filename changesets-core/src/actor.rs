//! Who did it.

/// Who did it: an id that stays the same, and a label to show.
///
/// Both are plain text, and no foreign key to anybody's table of users: history outlives users.
///
/// ```
/// use changesets_core::Actor;
///
/// let actor = Actor::new("user:42").label("Ann");
/// assert_eq!(actor.label.as_deref(), Some("Ann"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Actor {
    /// What the actor is found by, such as `user:42`.
    pub id: String,
    /// What to show of the actor, such as a name at that time.
    pub label: Option<String>,
}

impl Actor {
    /// An actor without a label.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            label: None,
        }
    }

    /// Sets what to show.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }
}

impl From<&str> for Actor {
    fn from(id: &str) -> Self {
        Self::new(id)
    }
}

impl From<String> for Actor {
    fn from(id: String) -> Self {
        Self::new(id)
    }
}
