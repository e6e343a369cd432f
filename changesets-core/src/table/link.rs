//! What a junction table links.

/// What a junction table links: a row added or removed is a change of both ends, and shows in the
/// history of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Both ends.
    pub ends: [LinkEnd; 2],
}

/// One end of a [`Link`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkEnd {
    /// The table at this end, as [`TrackedTable::entity`](crate::TrackedTable::entity) names it.
    pub entity: String,
    /// The junction's columns that hold the key of that table, in that key's order.
    pub columns: Vec<String>,
    /// What this end is to the link, such as `product`. Tells apart the ends of a link from a table
    /// to itself.
    pub role: String,
}
