//! The clauses after the target of an `UPDATE` or `DELETE`.

use super::{
    Fragment,
    source::{Source, Span},
    statement::Stop,
    volatile::{is_arbitrary, is_volatile},
};

/// What stands in each clause, without the word that begins it.
#[derive(Debug, Clone, Default)]
pub(super) struct Clauses {
    /// `FROM` or `USING`.
    pub(super) others: Option<Span>,
    /// `WHERE`.
    pub(super) filter: Option<Span>,
    pub(super) returning: Option<Span>,
    /// From `ORDER` or `LIMIT` on, that word included.
    pub(super) order_limit: Option<Span>,
    /// Where the first of them begins.
    pub(super) begin: usize,
}

impl Clauses {
    /// The clauses in `span`, `others` being the word for further tables.
    ///
    /// `RETURNING` may come before or after `ORDER BY`: SQLite has it one way, MariaDB the other.
    pub(super) fn read(source: &Source<'_>, span: Span, others: &str) -> Result<Self, Stop> {
        let filter = source.find(span.clone(), "WHERE");
        let before = span.start..filter.unwrap_or(span.end);
        let rest = filter.unwrap_or(span.start)..span.end;
        let returning = source.find(rest.clone(), "RETURNING");
        let before = before.start..before.end.min(returning.unwrap_or(before.end));
        let order = source
            .outside(rest.clone())
            .find(|at| source.is(*at, "ORDER") && source.is(at + 1, "BY"));
        let order_limit = order.or_else(|| source.find(rest, "LIMIT"));
        let others = source.find(before, others);
        let starts = [others, filter, returning, order_limit];
        let end = |start: usize| {
            let later = starts.into_iter().flatten().filter(|other| *other > start);
            later.min().unwrap_or(span.end)
        };
        let content = |start: usize| start + 1..end(start);
        let clauses = Self {
            others: others.map(content),
            filter: filter.map(content),
            returning: returning.map(content),
            order_limit: order_limit.map(|start| start..end(start)),
            begin: starts.into_iter().flatten().min().unwrap_or(span.end),
        };
        let mut spans = [&clauses.others, &clauses.filter, &clauses.returning, &clauses.order_limit]
            .into_iter()
            .flatten();
        if spans.any(|span| span.is_empty()) {
            return Err(Stop::Unreadable);
        }
        Ok(clauses)
    }

    /// Whether the rows they choose may be others each time.
    pub(super) fn is_volatile(&self, source: &Source<'_>) -> bool {
        let mut spans = [&self.others, &self.filter, &self.order_limit].into_iter().flatten();
        spans.any(|span| is_volatile(source, span.clone()))
            || self.order_limit.clone().is_some_and(|span| is_arbitrary(source, span))
    }

    /// A clause to be used elsewhere.
    pub(super) fn fragment(source: &Source<'_>, span: &Option<Span>) -> Option<Fragment> {
        span.clone().map(|span| source.fragment(span))
    }
}
