//! What cannot be recorded is refused, with an error that names it, and does not happen.

use changesets_seaorm::{
    CaptureError, Changeset, LogTables, Tracker, TrackerBuilder, Uncapturable,
};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, DbErr, Statement, TransactionTrait,
};
use tracing::instrument::WithSubscriber;

use crate::shop::{self, product_tag, setting, tag};
use crate::tracked::{
    assert_replay, lines, shop_tables, shop_tracker, tracked_shop, tracked_shop_with,
};
use crate::{Backend, Events, TestDb};

/// Statements of one database that do not say which rows of `setting` or `tag` they change, and the
/// kind and table that the error names.
fn uncapturable(backend: Backend) -> &'static [(&'static str, &'static str, &'static str)] {
    match backend {
        Backend::Sqlite => &[
            (
                "a statement that cannot be parsed",
                "tag",
                "DELETE tag WITHOUT FROM",
            ),
            (
                "a statement that cannot be parsed",
                "setting",
                "UPDATE OR NOTHING setting SET value = 'lost'",
            ),
        ],
        Backend::Postgres => &[
            ("TRUNCATE", "setting", "TRUNCATE setting"),
            ("TRUNCATE", "mood", "TRUNCATE mood, setting"),
            ("COPY FROM", "setting", "COPY setting FROM STDIN"),
            ("COPY FROM", "tag", "COPY tag (name) FROM '/dev/null'"),
            (
                "MERGE",
                "tag",
                "MERGE INTO tag USING (SELECT 1 AS id) s ON tag.id = s.id WHEN MATCHED THEN DELETE",
            ),
        ],
        Backend::MySql => &[
            ("TRUNCATE", "setting", "TRUNCATE TABLE setting"),
            (
                "a DELETE over several tables",
                "tag",
                "DELETE tag FROM tag JOIN product ON tag.id = product.id",
            ),
            (
                "a statement that cannot be parsed",
                "tag",
                "UPDATE tag, setting SET tag.name = 'lost', setting.value = 'lost'",
            ),
            (
                "an UPDATE over several tables",
                "tag",
                "UPDATE tag JOIN product ON tag.id = product.id SET tag.name = 'lost'",
            ),
            (
                "a statement that cannot be parsed",
                "setting",
                "LOAD DATA INFILE '/dev/null' INTO TABLE setting",
            ),
        ],
    }
}

pub async fn what_cannot_be_recorded_does_not_happen(db: TestDb) -> Result<(), DbErr> {
    let tracked = tracked_shop(&db).await;
    shop::a_tag("kept").insert(&tracked).await?;
    a_setting(0, "kept").insert(&tracked).await?;
    let before = lines(tracked.untracked()).await;
    for (kind, table, sql) in uncapturable(db.backend()) {
        // Text and prepared alike, alone and in a transaction.
        let prepared = Statement::from_string(db.backend().db_backend(), *sql);
        let within = tracked.begin().await?;
        let refused = [
            tracked.execute_unprepared(sql).await.unwrap_err(),
            tracked.execute_raw(prepared.clone()).await.unwrap_err(),
            tracked.query_all_raw(prepared).await.unwrap_err(),
            within.execute_unprepared(sql).await.unwrap_err(),
        ];
        // Nothing reached the database: the transaction goes on.
        within.commit().await?;
        for error in refused {
            let Some(CaptureError::Uncapturable {
                kind: k, table: t, ..
            }) = CaptureError::of(&error)
            else {
                panic!("{sql}: {error}");
            };
            assert_eq!((k.as_str(), t.as_str()), (*kind, *table), "{sql}");
            let text = error.to_string();
            let help = "write it another way, run it on `db.untracked()`, or allow it with \
                        `Tracker::builder().uncapturable(..)`";
            assert!(text.ends_with(help), "{text}");
        }
    }
    assert_eq!((db.count("tag").await, db.count("setting").await), (1, 1));
    assert_eq!(lines(tracked.untracked()).await, before);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

fn a_setting(key: u8, value: &str) -> setting::ActiveModel {
    setting::ActiveModel {
        key: Set(vec![key]),
        value: Set(value.to_owned()),
    }
}

/// `Warn` lets it through as `Allow` does, and says which table.
pub async fn a_warning_names_the_table(db: TestDb) -> Result<(), DbErr> {
    let open = shop_tracker().uncapturable(Uncapturable::Warn);
    let tracked = tracked_shop_with(&db, open, 2).await;
    shop::a_tag("kept").insert(&tracked).await?;
    let sql = match db.backend() {
        // The tracker lets it through; that it is no SQL is for SQLite to say.
        Backend::Sqlite => "DELETE tag WITHOUT FROM",
        Backend::Postgres => "TRUNCATE tag CASCADE",
        Backend::MySql => "DELETE tag FROM tag JOIN (SELECT 1) one",
    };
    let events = Events::default();
    let outcome = tracked
        .execute_unprepared(sql)
        .with_subscriber(events.clone())
        .await;
    let lost = db.backend() != Backend::Sqlite;
    assert_eq!(outcome.is_ok(), lost);
    assert_eq!(db.count("tag").await, i64::from(!lost));
    let events = events.lines();
    let [event] = events.as_slice() else {
        panic!("one event: {events:?}");
    };
    assert!(event.starts_with("WARN a write goes unrecorded"), "{event}");
    let what = "cannot record";
    assert!(
        event.contains(what) && event.contains("table `tag`"),
        "{event}"
    );
    Ok(())
}

pub async fn a_scope_can_be_required_of_one_entity(db: TestDb) -> Result<(), DbErr> {
    let strict = shop_tracker().require_scope_for::<tag::Entity>();
    let tracked = tracked_shop_with(&db, strict, 2).await;
    let refused = [
        shop::a_tag("no").insert(&tracked).await.map(drop),
        tracked
            .execute_unprepared("INSERT INTO tag (name) VALUES ('no')")
            .await
            .map(drop),
    ];
    for outcome in refused {
        assert_eq!(
            CaptureError::of(&outcome.unwrap_err())
                .map(ToString::to_string)
                .as_deref(),
            Some(
                "a write to `tag` outside a changeset scope: wrap it in \
                 `Changeset::new().scope(..)`, or do not require a scope for this table"
            )
        );
    }
    a_setting(1, "free").insert(&tracked).await?;
    Changeset::new()
        .scope(shop::a_tag("yes").insert(&tracked))
        .await?;
    assert_eq!(db.count("tag").await, 1);
    assert_eq!(lines(tracked.untracked()).await.len(), 2);
    assert_replay(&tracked, &shop_tables()).await;
    Ok(())
}

pub async fn the_policy_lets_it_through_but_never_to_the_log(db: TestDb) -> Result<(), DbErr> {
    let open = shop_tracker().uncapturable(Uncapturable::Allow);
    let tracked = tracked_shop_with(&db, open, 2).await;
    if db.backend() != Backend::Sqlite {
        let put = "INSERT INTO setting VALUES (";
        let key = if db.backend().is_postgres() {
            "'\\x00'"
        } else {
            "X'00'"
        };
        tracked
            .execute_unprepared(&format!("{put}{key}, 'v')"))
            .await?;
        tracked.execute_unprepared("TRUNCATE TABLE setting").await?;
        assert_eq!(db.count("setting").await, 0);
        assert_eq!(lines(tracked.untracked()).await.len(), 1);
    }
    let error = tracked
        .execute_unprepared("DELETE FROM changeset")
        .await
        .unwrap_err();
    assert!(matches!(
        CaptureError::of(&error),
        Some(CaptureError::Uncapturable { .. })
    ));
    Ok(())
}

/// The entity takes a column for a number, and the database lets a word in.
pub async fn a_value_that_cannot_be_encoded_is_not_written(db: TestDb) -> Result<(), DbErr> {
    let tracker = Tracker::builder().entity::<misread::Entity>();
    let tracked = tracked_shop_with(&db, tracker, 2).await;
    db.sql("CREATE TABLE misread (id integer NOT NULL PRIMARY KEY, size varchar(20))")
        .await;
    tracked
        .execute_unprepared("INSERT INTO misread VALUES (1, '7')")
        .await?;
    let before = lines(tracked.untracked()).await;
    for sql in [
        "INSERT INTO misread VALUES (2, 'wide')",
        "UPDATE misread SET size = 'wide'",
    ] {
        let outcome = tracked.execute_unprepared(sql).await;
        if db.backend().is_postgres() {
            // The server encodes the value itself, as what it is.
            outcome?;
            continue;
        }
        let error = outcome.unwrap_err();
        let text = CaptureError::of(&error).map(ToString::to_string);
        let text = text.unwrap_or_else(|| panic!("{error}"));
        assert_eq!(
            text,
            "cannot record column `size` of table `misread`: expected a value of type integer, the \
             database gave text that is no 64-bit integer: check the column's type, or exclude the \
             column"
        );
    }
    if db.backend().is_postgres() {
        let recorded = lines(tracked.untracked()).await.split_off(1);
        assert_eq!(recorded[0], r#"insert misread 2 {"id":2,"size":"wide"}"#);
        assert_eq!(recorded.len(), 2);
    } else {
        assert_eq!(lines(tracked.untracked()).await, before);
        assert_eq!(db.count("misread").await, 1);
    }
    Ok(())
}

/// An entity that is wrong about its table.
mod misread {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "misread")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub size: Option<i32>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    changesets_seaorm::track!(ActiveModel);
}

pub async fn a_tracker_that_cannot_be_says_why(_db: TestDb) {
    let message = |builder: TrackerBuilder| builder.build().unwrap_err().to_string();
    assert_eq!(
        message(
            Tracker::builder()
                .entity::<tag::Entity>()
                .entity::<tag::Entity>()
        ),
        "table `tag` is registered twice: remove one `.entity::<..>()` or `.link::<..>()`"
    );
    assert_eq!(
        message(Tracker::builder().link::<tag::Entity>()),
        "table `tag` is no junction: `.link::<..>()` needs an entity that belongs to exactly two \
         others; register it with `.entity::<..>()`"
    );
    assert!(
        Tracker::builder()
            .link::<product_tag::Entity>()
            .build()
            .is_ok()
    );
    assert_eq!(
        message(Tracker::builder().entity::<imposter::Entity>()),
        "table `change` belongs to the change log and cannot be tracked: choose another log \
         prefix, or do not register it"
    );
    let bad = |prefix: &str| LogTables::new().prefix(prefix).unwrap_err().to_string();
    let rule = "use at most 40 ASCII letters, digits and underscores, not starting with a digit";
    assert_eq!(
        bad("x; DROP TABLE y"),
        format!("table prefix \"x; DROP TABLE y\" has the character ';': {rule}")
    );
    assert_eq!(
        bad("1st_"),
        format!("table prefix \"1st_\" starts with a digit: {rule}")
    );
    assert_eq!(
        message(Tracker::builder().require_scope_for::<tag::Entity>()),
        "a scope is required for table `tag`, which is not tracked: register it with \
         `.entity::<..>()` or `.link::<..>()`"
    );
    assert_eq!(
        message(Tracker::builder().link::<hidden::Entity>()),
        "column \"tag_id\" of table \"hidden\" is part of link end \"tag_id\" and cannot be redacted \
         or excluded: its value is recorded as the key of the other end"
    );
}

/// A junction that hides one of its ends.
mod hidden {
    use sea_orm::entity::prelude::*;

    use crate::shop::{product, tag};

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "hidden")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub product_id: i64,
        pub tag_id: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {
        #[sea_orm(
            belongs_to = "product::Entity",
            from = "Column::ProductId",
            to = "product::Column::Id"
        )]
        Product,
        #[sea_orm(
            belongs_to = "tag::Entity",
            from = "Column::TagId",
            to = "tag::Column::Id"
        )]
        Tag,
    }

    changesets_seaorm::track!(ActiveModel, redact = [TagId]);
}

/// An application's own table that has the name of the log's.
mod imposter {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "change")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    changesets_seaorm::track!(ActiveModel);
}
