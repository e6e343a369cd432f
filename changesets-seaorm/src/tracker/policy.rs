//! What to do with a write that cannot be recorded row by row.

/// What happens to a statement that changes a tracked table in a way that cannot be recorded
/// faithfully: `MERGE`, `COPY … FROM`, `TRUNCATE`, an update of several tables at once, a text that
/// cannot be parsed and names a tracked table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Uncapturable {
    /// It fails with [`CaptureError::Uncapturable`](crate::CaptureError::Uncapturable), and does nothing.
    #[default]
    Refuse,
    /// It runs unrecorded, and a `tracing` event of level `WARN` names the table.
    Warn,
    /// It runs unrecorded.
    Allow,
}
