//! Doing some work, and nothing else: this is what is timed.

use changesets_seaorm::Changeset;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, TransactionSession, TransactionTrait};

use crate::{
    contender::Contender,
    shop::{Operations, header, with_header},
    turn::Turn,
    work::{Action, Shape, Work},
};

/// The tag that products get.
const TAG: i64 = 1;

/// Does a round of some work on a connection.
pub(crate) async fn perform<S, C>(
    db: &C,
    contender: Contender,
    work: &Work,
    turn: Turn,
) -> Result<(), DbErr>
where
    S: Operations,
    C: ConnectionTrait + TransactionTrait,
{
    let ours = contender.is_ours();
    match work.shape {
        Shape::Alone {
            count,
            per_changeset,
        } => {
            let mut number = 0;
            while number < count {
                let last = count.min(number + per_changeset);
                let writes = async {
                    for number in number..last {
                        let portion = Portion::One { number };
                        alone::<S, C>(db, contender, work.action, turn, portion).await?;
                    }
                    Ok::<_, DbErr>(())
                };
                in_changeset(ours, writes).await?;
                number = last;
            }
            Ok(())
        }
        Shape::Together { count } => {
            let writes = async {
                let transaction = db.begin().await?;
                for number in 0..count {
                    one::<S, _>(&transaction, work.action, turn, number).await?;
                }
                transaction.commit().await
            };
            in_changeset(ours, writes).await
        }
        Shape::Bulk { rows, times } => {
            for number in 0..times {
                let portion = Portion::Many {
                    rows,
                    times,
                    number,
                };
                let write = alone::<S, C>(db, contender, work.action, turn, portion);
                in_changeset(ours, write).await?;
            }
            Ok(())
        }
        Shape::AfterOne { rows } => {
            let portion = Portion::Many {
                rows,
                times: 1,
                number: 0,
            };
            let write = alone::<S, C>(db, contender, work.action, turn, portion);
            in_changeset(ours, write).await
        }
    }
}

/// Who and why: those who have no changesets leave it out.
async fn in_changeset<F: Future>(ours: bool, work: F) -> F::Output {
    if ours {
        let changeset = Changeset::new().actor("user:1").reason("spring sale");
        changeset.scope(work).await
    } else {
        work.await
    }
}

/// What is written at once: a row, or one of so many statements of many rows.
#[derive(Clone, Copy)]
enum Portion {
    One { number: i64 },
    Many { rows: i64, times: i64, number: i64 },
}

/// In a transaction of its own, where the contender does not make one.
async fn alone<S, C>(
    db: &C,
    contender: Contender,
    action: Action,
    turn: Turn,
    portion: Portion,
) -> Result<(), DbErr>
where
    S: Operations,
    C: ConnectionTrait + TransactionTrait,
{
    let one = matches!(portion, Portion::One { .. });
    if contender == Contender::BareLog && one && db.get_database_backend() == DbBackend::Postgres {
        return write::<S, _>(&with_header(db), action, turn, portion).await;
    }
    if contender.needs_transaction() {
        let transaction = db.begin().await?;
        if contender == Contender::BareLog {
            header(&transaction).await?;
        }
        write::<S, _>(&transaction, action, turn, portion).await?;
        transaction.commit().await
    } else {
        write::<S, _>(db, action, turn, portion).await
    }
}

async fn write<S, C>(db: &C, action: Action, turn: Turn, portion: Portion) -> Result<(), DbErr>
where
    S: Operations,
    C: ConnectionTrait,
{
    match portion {
        Portion::One { number } => one::<S, _>(db, action, turn, number).await,
        Portion::Many {
            rows,
            times,
            number,
        } => many::<S, _>(db, action, turn, rows, times, number).await,
    }
}

async fn one<S, C>(db: &C, action: Action, turn: Turn, number: i64) -> Result<(), DbErr>
where
    S: Operations,
    C: ConnectionTrait,
{
    let id = turn.id(number);
    match action {
        Action::Insert => S::insert(db, number).await,
        Action::Update => S::update(db, id, stock(turn, number)).await,
        Action::Delete => S::delete(db, id).await,
        Action::Link => S::link(db, id, TAG).await,
        Action::Read => S::read(db, id).await,
        Action::Note => S::note(db, number).await,
    }
}

/// A stock that no product has had: an update that changes nothing is recorded nowhere.
fn stock(turn: Turn, number: i64) -> i32 {
    i32::try_from(100 + turn.round * 10_000 + number).unwrap_or(i32::MAX)
}

async fn many<S, C>(
    db: &C,
    action: Action,
    turn: Turn,
    rows: i64,
    times: i64,
    number: i64,
) -> Result<(), DbErr>
where
    S: Operations,
    C: ConnectionTrait,
{
    let ids = turn.ids(rows, times, number);
    match action {
        Action::Insert => S::insert_many(db, rows).await,
        Action::Update => S::update_many(db, ids).await,
        Action::Delete => S::delete_many(db, ids).await,
        Action::Link => S::link_many(db, ids, TAG).await,
        Action::Read | Action::Note => Err(DbErr::Custom("there is no such bulk work".to_owned())),
    }
}
