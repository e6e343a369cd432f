//! What the database said of a call, and what the caller is told of it.

use sea_orm::{DbErr, QueryResult};

use crate::{
    error::CaptureError,
    session::{Recorded, Ticket},
    statement::WriteKind,
};

use super::{
    super::{Answer, Ask, executed::executed, trace},
    Call,
};

/// What the database said of a call.
pub(super) struct Tally {
    /// The caller's.
    rows: Vec<QueryResult>,
    /// How many rows were there to be recorded.
    read: u64,
    wrote: u64,
    pub(super) recorded: u64,
    last_id: u64,
}

impl Call<'_> {
    /// Takes the answers apart.
    ///
    /// Each row of ours has columns by which it is known; the others are the caller's. A write of one
    /// row says nothing more where there is none.
    pub(super) fn tally(&self, answers: Vec<QueryResult>) -> Result<Tally, DbErr> {
        let mut rows = Vec::with_capacity(answers.len());
        let (mut wrote, mut recorded, mut read, mut last_id) = (None, None, None, 0);
        let count_of_all = answers.len();
        for (n, answer) in answers.into_iter().enumerate() {
            // There is none of ours among many of the caller's.
            if self.returns_rows() && n > 0 && n + 2 < count_of_all {
                rows.push(answer);
                continue;
            }
            let names = answer.column_names();
            let ours = names
                .first()
                .is_some_and(|name| name.starts_with("__changesets_"));
            if !ours {
                rows.push(answer);
                continue;
            }
            for name in names {
                let number: i64 = answer.try_get("", &name)?;
                match name.as_str() {
                    "__changesets_wrote" => add(&mut wrote, number),
                    "__changesets_recorded" => add(&mut recorded, number),
                    "__changesets_read" => read = Some(count(number)),
                    "__changesets_last" => last_id = count(number),
                    _ => {}
                }
            }
        }
        if self.dialect().is_mysql() && wrote.is_none() {
            // That goes without saying: one row was written and recorded.
            (wrote, recorded) = (Some(1), Some(1));
        }
        let returned = rows.len() as u64;
        let wrote = match self.returns_rows() {
            true => returned,
            false => wrote.or(recorded).unwrap_or(0),
        };
        let recorded = recorded.unwrap_or(match self.target.kind {
            WriteKind::Insert(_) => wrote,
            WriteKind::Update(_) | WriteKind::Delete(_) => 0,
        });
        Ok(Tally {
            rows,
            read: read.unwrap_or(match self.target.kind {
                WriteKind::Update(_) => 1,
                WriteKind::Insert(_) | WriteKind::Delete(_) => recorded,
            }),
            wrote,
            recorded,
            last_id,
        })
    }

    /// Whether every written row was read: an `UPDATE` may pass over rows.
    pub(super) fn is_complete(&self, tally: &Tally) -> bool {
        match self.target.kind {
            WriteKind::Update(_) => tally.wrote <= tally.read,
            WriteKind::Insert(_) | WriteKind::Delete(_) => tally.wrote == tally.read,
        }
    }

    pub(super) fn incomplete(&self) -> DbErr {
        CaptureError::Unexpected {
            table: self.table().entity().to_owned(),
            what: "other rows were written than recorded".to_owned(),
        }
        .into()
    }

    pub(super) fn settle(&self, ticket: Ticket, tally: &Tally) {
        let recorded = match tally.recorded {
            0 => Recorded::Nothing,
            _ => Recorded::Rows,
        };
        trace::counted(ticket.id(), self.shared, self.target, tally.recorded);
        ticket.settle(recorded);
    }

    pub(super) fn answer(&self, tally: Tally) -> Result<Answer, DbErr> {
        if self.ask != Ask::Execute {
            return Ok(Answer::Rows(match self.returns_rows() {
                true => tally.rows,
                false => Vec::new(),
            }));
        }
        let backend = self.statement.db_backend;
        executed(backend, tally.last_id, tally.wrote).map(Answer::Executed)
    }
}

/// A row each, or one row for all.
fn add(sum: &mut Option<u64>, number: i64) {
    *sum = Some(sum.unwrap_or(0) + count(number));
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
