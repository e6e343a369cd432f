//! A shop that sells lamps, and what its log says of them.

use axum::body::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectOptions, Database, DatabaseConnection, EntityTrait,
    QueryOrder,
};
use serde_json::{Value as Json, json};

use crate::{
    TrackedConnection, Tracker, current,
    log::{change, changeset},
};

pub(super) mod lamp {
    use sea_orm::entity::prelude::{
        DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
    };

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "lamp")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub name: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    crate::track!(ActiveModel);
}

pub(super) type Answer = Response<Full<Bytes>>;

/// One change, and the header it is recorded under.
#[derive(Debug, PartialEq)]
pub(super) struct Sold {
    pub(super) lamp: Json,
    pub(super) actor: Option<String>,
    pub(super) path: Json,
}

pub(super) fn sold(lamp: &str, actor: Option<&str>, path: &str) -> Sold {
    Sold {
        lamp: json!(lamp),
        actor: actor.map(str::to_owned),
        path: json!(path),
    }
}

#[derive(Clone)]
pub(super) struct Shop {
    pub(super) db: TrackedConnection,
}

impl Shop {
    /// With one connection: whoever holds it shuts out all others.
    pub(super) async fn open() -> Self {
        let mut options = ConnectOptions::new("sqlite::memory:");
        options.max_connections(1).sqlx_logging(false);
        options.acquire_timeout(std::time::Duration::from_secs(5));
        let db = Database::connect(options).await.unwrap();
        let schema = db.get_schema_builder().register(lamp::Entity);
        schema.apply(&db).await.unwrap();
        changesets_migration::up(&db, &Default::default())
            .await
            .unwrap();
        let tracker = Tracker::builder().entity::<lamp::Entity>().build().unwrap();
        Self {
            db: tracker.connect(db),
        }
    }

    pub(super) async fn sell(&self, name: &str) {
        let lamp = lamp::ActiveModel {
            name: Set(name.to_owned()),
            ..Default::default()
        };
        lamp.insert(&self.db).await.unwrap();
    }

    /// A handler: writes, and only then learns who acts.
    pub(super) async fn sell_then_name(&self, lamp: &str, actor: &str) -> Answer {
        self.sell(lamp).await;
        current().unwrap().set_actor(actor);
        answer("sold")
    }

    pub(super) fn plain(&self) -> &DatabaseConnection {
        self.db.untracked()
    }

    /// All headers, oldest first.
    pub(super) async fn headers(&self) -> Vec<changeset::Model> {
        let headers = changeset::Entity::find().order_by_asc(changeset::Column::Id);
        headers.all(self.plain()).await.unwrap()
    }

    /// All changes, in order.
    pub(super) async fn sold(&self) -> Vec<Sold> {
        let changes = change::Entity::find()
            .find_also_related(changeset::Entity)
            .order_by_asc(change::Column::Id);
        let changes = changes.all(self.plain()).await.unwrap();
        let sold = changes.into_iter().map(|(change, header)| {
            let header = header.unwrap();
            Sold {
                lamp: change.diff["name"].clone(),
                actor: header.actor,
                path: header.context["path"].clone(),
            }
        });
        sold.collect()
    }

    /// Waits for what a task of its own does.
    pub(super) async fn until_sold(&self, expected: &[Sold]) {
        for _ in 0..200 {
            if self.sold().await == expected {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        assert_eq!(self.sold().await, expected);
    }
}

pub(super) fn answer(text: &'static str) -> Answer {
    Response::new(Full::from(text))
}

pub(super) fn request(method: &str, path: &str) -> Request<()> {
    Request::builder()
        .method(method)
        .uri(path)
        .body(())
        .unwrap()
}
