//! A contender with its database.

use std::time::Duration;

use changesets_migration::LogTables;
use changesets_seaorm::{
    TrackedConnection, Tracker,
    log::{change, change_ref},
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder,
};

use crate::{
    contender::Contender,
    database::{self, Database},
    distance::Distance,
    error::{Result, ensure},
    kind::{Durability, Kind},
    measure,
    perform::perform,
    shop::{
        self, BareLog, ByHand, Operations,
        hooked::{self, Hooked},
        plain::Plain,
    },
    turn::Turn,
    work::{Action, Shape, Work},
};

/// A contender, ready to work.
#[derive(Debug)]
pub(crate) struct Stand {
    /// Who it is.
    pub(crate) contender: Contender,
    database: Database,
    tracked: TrackedConnection,
    /// The connection that tidies up.
    keeper: DatabaseConnection,
    products: i64,
}

impl Stand {
    /// Creates the contender's database and fills it.
    ///
    /// # Errors
    ///
    /// Whatever the database says.
    pub(crate) async fn create(
        contender: Contender,
        kind: Kind,
        durability: Durability,
        distance: Distance,
        products: i64,
    ) -> Result<Self> {
        let database = Database::create_at(kind, durability, distance).await?;
        let plain = database.plain();
        shop::create(plain).await?;
        shop::seed(plain, products).await?;
        match contender {
            contender if contender.has_log() => {
                changesets_migration::up(plain, &LogTables::default()).await?;
            }
            Contender::RowTrigger => shop::create_row_triggers(plain, kind).await?,
            Contender::StatementTrigger => shop::create_statement_triggers(plain, true).await?,
            Contender::BareStatementTrigger => {
                shop::create_statement_triggers(plain, false).await?;
            }
            _ => {}
        }
        let keeper = if kind == Kind::Postgres {
            let keeper = database.connect().await?;
            for sql in ["ANALYZE", "SET session_replication_role = replica"] {
                keeper.execute_unprepared(sql).await?;
            }
            keeper
        } else {
            // A second connection to SQLite would empty the cache of the first.
            plain.clone()
        };
        let tracker = Tracker::builder()
            .entity::<hooked::product::Entity>()
            .entity::<hooked::tag::Entity>()
            .link::<hooked::product_tag::Entity>()
            .build()?;
        Ok(Self {
            contender,
            tracked: tracker.connect(plain.clone()),
            keeper,
            database,
            products,
        })
    }

    /// Does a round of some work, says how long it took, and puts the tables back as they were.
    ///
    /// # Errors
    ///
    /// Whatever the database says; with `check`, when the contender did not record what it did.
    pub(crate) async fn round(&self, work: &Work, round: i64, check: bool) -> Result<Duration> {
        let turn = Turn {
            products: self.products,
            round,
        };
        let plain = self.database.plain();
        if let Shape::AfterOne { .. } = work.shape {
            // As in a new session: what comes first decides on the plan.
            plain.execute_unprepared("DISCARD PLANS").await?;
            Plain::update_many(plain, 1..=1).await?;
        }
        let before = if check { self.recorded().await? } else { None };
        let time = self.perform(work, turn).await?;
        if let Some(before) = before {
            self.check(work, before).await?;
        }
        self.restore(work, turn).await?;
        Ok(time)
    }

    async fn perform(&self, work: &Work, turn: Turn) -> Result<Duration> {
        let (plain, contender) = (self.database.plain(), self.contender);
        let time = match contender {
            Contender::Tracked => {
                measure::timed(perform::<Hooked, _>(&self.tracked, contender, work, turn)).await
            }
            Contender::Hook => {
                measure::timed(perform::<Hooked, _>(plain, contender, work, turn)).await
            }
            Contender::ByHand => {
                measure::timed(perform::<ByHand, _>(plain, contender, work, turn)).await
            }
            Contender::BareLog => {
                measure::timed(perform::<BareLog, _>(plain, contender, work, turn)).await
            }
            Contender::Untracked
            | Contender::RowTrigger
            | Contender::StatementTrigger
            | Contender::BareStatementTrigger => {
                measure::timed(perform::<Plain, _>(plain, contender, work, turn)).await
            }
        };
        Ok(time?)
    }

    /// How many changes the contender has recorded; nothing when it does not record.
    async fn recorded(&self) -> Result<Option<i64>> {
        let log = match self.contender {
            Contender::Untracked => return Ok(None),
            contender if contender.has_log() => "change",
            _ => "audit",
        };
        let log = self.database.kind().quote(log);
        let sql = format!("SELECT COUNT(*) FROM {log}");
        Ok(Some(database::value(&self.keeper, &sql).await?))
    }

    /// What the newest change of a contender with our log says, each number as a zero: databases give
    /// their rows other ids, at other times.
    ///
    /// # Errors
    ///
    /// Whatever the database says.
    pub(crate) async fn newest_change(&self) -> Result<Option<String>> {
        if !self.contender.has_log() {
            return Ok(None);
        }
        let newest = change::Entity::find().order_by_desc(change::Column::Id);
        let Some(newest) = newest.one(&self.keeper).await? else {
            return Ok(None);
        };
        let refs = change_ref::Entity::find().filter(change_ref::Column::ChangeId.eq(newest.id));
        let refs = refs
            .order_by_asc(change_ref::Column::Role)
            .all(&self.keeper);
        let roles = refs.await?.into_iter().map(|it| (it.entity, it.role));
        let said = format!(
            "{} of {} {}: {} {:?}",
            newest.action,
            newest.entity,
            newest.object_key,
            newest.diff,
            roles.collect::<Vec<_>>()
        );
        let mut numbers = said.split(|c: char| c.is_ascii_digit());
        let mut shape = numbers.next().unwrap_or_default().to_owned();
        for rest in numbers.filter(|it| !it.is_empty()) {
            shape.push('0');
            shape.push_str(rest);
        }
        Ok(Some(shape))
    }

    /// A contender that records too little is none.
    async fn check(&self, work: &Work, before: i64) -> Result<()> {
        let expected = match work.action {
            Action::Read | Action::Note => 0,
            _ => work.operations(),
        };
        let recorded = self.recorded().await?.unwrap_or_default() - before;
        ensure!(
            recorded == expected,
            "{} recorded {recorded} changes instead of {expected}",
            self.contender
        );
        Ok(())
    }

    /// Takes back what a round did, and leaves no trace of that in an audit table.
    async fn restore(&self, work: &Work, turn: Turn) -> Result<()> {
        let triggers = self.contender == Contender::RowTrigger;
        let last = if triggers && self.database.kind() != Kind::Postgres {
            let sql = "SELECT COALESCE(MAX(id), 0) FROM audit";
            Some(database::value::<i64>(&self.keeper, sql).await?)
        } else {
            None
        };
        let table = match work.action {
            Action::Insert => {
                let sql = format!("DELETE FROM product WHERE id > {}", self.products);
                self.keeper.execute_unprepared(&sql).await?;
                "product"
            }
            Action::Delete => {
                let ids: Vec<i64> = match work.shape {
                    Shape::Bulk { rows, times } => (0..times)
                        .flat_map(|number| turn.ids(rows, times, number))
                        .collect(),
                    _ => (0..work.operations())
                        .map(|number| turn.id(number))
                        .collect(),
                };
                shop::put_back(&self.keeper, &ids).await?;
                "product"
            }
            Action::Update => "product",
            Action::Link => {
                self.keeper
                    .execute_unprepared("DELETE FROM product_tag")
                    .await?;
                "product_tag"
            }
            Action::Note => {
                self.keeper.execute_unprepared("DELETE FROM note").await?;
                "note"
            }
            Action::Read => return Ok(()),
        };
        if let Some(last) = last {
            let sql = format!("DELETE FROM audit WHERE id > {last}");
            self.keeper.execute_unprepared(&sql).await?;
        }
        // Now, and not in the middle of what is timed. SQLite's own checkpoints, left alone, come at
        // the same moment of each round, and so always to the same contender.
        let tidy = match self.database.kind() {
            Kind::Postgres => format!("VACUUM {table}"),
            Kind::Sqlite => "PRAGMA wal_checkpoint(TRUNCATE)".to_owned(),
            Kind::MariaDb => return Ok(()),
        };
        self.keeper.execute_unprepared(&tidy).await?;
        Ok(())
    }

    /// Drops the contender's database.
    ///
    /// # Errors
    ///
    /// Whatever the server says.
    pub(crate) async fn close(self) -> Result<()> {
        self.keeper.close_by_ref().await?;
        self.database.close().await
    }
}
