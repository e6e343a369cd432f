//! A log to write by hand.

use changesets_core::{ChangesetId, LogTables};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection,
    prelude::Uuid,
    sea_query::{Alias, ExprTrait, Query},
};
use serde_json::{Value as Json, json};

pub(super) struct Log {
    pub(super) db: DatabaseConnection,
    pub(super) tables: LogTables,
    changeset: Uuid,
}

/// The beginning of time.
pub(super) fn time(seconds: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(1_800_000_000 + seconds)
}

impl Log {
    /// An empty log with a changeset open in it. `name` is the prefix of its tables.
    pub(super) async fn new(name: &str) -> Self {
        let url = std::env::var("CHANGESETS_UNIT_URL").unwrap_or("sqlite::memory:".to_owned());
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        let db = Database::connect(options).await.unwrap();
        let tables = LogTables::new().prefix(&format!("{name}_")).unwrap();
        let _ = changesets_migration::down(&db, &tables).await;
        changesets_migration::up(&db, &tables).await.unwrap();
        let mut log = Self {
            db,
            tables,
            changeset: Uuid::nil(),
        };
        log.changeset(1, "user:1", 0).await;
        log
    }

    /// Opens another changeset; what follows is in it.
    pub(super) async fn changeset(&mut self, id: u128, actor: &str, at: i64) -> ChangesetId {
        self.child_changeset(id, actor, at, None).await
    }

    pub(super) async fn child_changeset(
        &mut self,
        id: u128,
        actor: &str,
        at: i64,
        parent: Option<u128>,
    ) -> ChangesetId {
        self.changeset = Uuid::from_u128(id);
        let columns = [
            "id",
            "created_at",
            "actor",
            "reason",
            "context",
            "parent_id",
            "origin",
        ];
        let values = [
            self.changeset.into(),
            time(at).into(),
            actor.into(),
            format!("reason {id}").into(),
            json!({"n": 1}).into(),
            parent.map(Uuid::from_u128).into(),
            "app".into(),
        ];
        self.insert(self.tables.changeset(), &columns, values).await;
        ChangesetId::from(self.changeset)
    }

    /// Records a change and says its id.
    pub(super) async fn change(&self, entity: &str, key: &str, action: &str, diff: Json) -> i64 {
        let columns = [
            "changeset_id",
            "recorded_at",
            "entity",
            "object_key",
            "action",
            "diff",
        ];
        let values = [
            self.changeset.into(),
            time(1000).into(),
            entity.into(),
            key.into(),
            action.into(),
            diff.into(),
        ];
        self.insert(self.tables.change(), &columns, values).await;
        let last = Query::select()
            .expr(sea_orm::sea_query::Expr::col(Alias::new("id")).max())
            .from(Alias::new(self.tables.change()))
            .to_owned();
        let row = self.db.query_one(&last).await.unwrap().unwrap();
        row.try_get_by_index(0).unwrap()
    }

    pub(super) async fn product(&self, key: &str, action: &str, diff: Json) -> i64 {
        self.change("product", key, action, diff).await
    }

    /// Records that a change concerns another object.
    pub(super) async fn reference(&self, change: i64, entity: &str, key: &str, role: &str) {
        let columns = ["change_id", "entity", "object_key", "role"];
        let values = [change.into(), entity.into(), key.into(), role.into()];
        self.insert(self.tables.change_ref(), &columns, values)
            .await;
    }

    async fn insert<const N: usize>(
        &self,
        table: &str,
        columns: &[&str; N],
        values: [sea_orm::Value; N],
    ) {
        let insert = Query::insert()
            .into_table(Alias::new(table))
            .columns(columns.iter().map(|column| Alias::new(*column)))
            .values_panic(values.map(sea_orm::sea_query::Expr::val))
            .to_owned();
        self.db.execute(&insert).await.unwrap();
    }
}
