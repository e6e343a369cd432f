//! Every statement SeaORM 2 writes with, row by row of the list of its write paths.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, IntoActiveModel,
    MockDatabase, MockExecResult, QueryFilter, QueryTrait, Set, TryInsert,
    entity::prelude::*,
    sea_query::{
        CommonTableExpression, Expr, ExprTrait, OnConflict, Order, Query, ReturningClause, Table,
        WithClause,
    },
};

use crate::plan::{Main, Plan};

use super::{
    entities::{
        product::{self, State},
        product_tag,
    },
    support::{ALL, MySql, Postgres, Sqlite, items, kind, planned, with_only, write},
};

fn model() -> product::Model {
    product::Model { id: 1, name: "a".to_owned(), price: 5, state: State::Live }
}

fn new() -> product::ActiveModel {
    product::ActiveModel {
        name: Set("a".to_owned()),
        price: Set(5),
        state: Set(State::Draft),
        ..Default::default()
    }
}

fn changed() -> product::ActiveModel {
    let mut changed = model().into_active_model();
    changed.price = Set(7);
    changed
}

fn link() -> product_tag::ActiveModel {
    product_tag::ActiveModel { product_id: Set(1), tag_id: Set(2) }
}

fn mock(backend: DbBackend) -> DatabaseConnection {
    let result = MockExecResult { last_insert_id: 1, rows_affected: 1 };
    MockDatabase::new(backend)
        .append_query_results(vec![vec![model()]; 8])
        .append_exec_results(vec![result; 8])
        .into_connection()
}

/// What the plans make of all statements that were sent.
fn sent(db: DatabaseConnection) -> Vec<String> {
    let backend = db.get_database_backend();
    let log = db.into_transaction_log();
    let statements = log.iter().flat_map(|transaction| transaction.statements());
    let kinds = statements.filter_map(|statement| match planned(backend, &statement.sql) {
        Plan::Pass | Plan::TransactionControl { .. } => None,
        Plan::Write(write) => match &write.main {
            Main::Write(target) => Some(kind(target)),
            other => panic!("{}: {other:?}", statement.sql),
        },
        other => panic!("{}: {other:?}", statement.sql),
    });
    kinds.collect()
}

macro_rules! sends {
    ($test:ident, $expected:expr, |$db:ident| $path:expr) => {
        #[tokio::test]
        async fn $test() {
            for backend in ALL {
                let $db = mock(backend);
                // Whether the canned rows suit the path does not matter: its statement was sent.
                let _ = $path.await;
                assert_eq!(sent($db), $expected, "{backend:?}");
            }
        }
    };
}

// Rows 1 to 6.
sends!(active_model_insert, ["insert 0"], |db| new().insert(&db));
sends!(active_model_update, ["update 0"], |db| changed().update(&db));
sends!(nothing_set, [""; 0], |db| model().into_active_model().update(&db));
sends!(without_returning, ["update 0"], |db| changed().update_without_returning(&db));
sends!(save_new, ["insert 0"], |db| new().save(&db));
sends!(save_old, ["update 0"], |db| changed().save(&db));
sends!(active_model_delete, ["delete 0"], |db| changed().delete(&db));
sends!(model_delete, ["delete 0"], |db| model().delete(&db));
// Rows 7 to 12.
sends!(insert_exec, ["insert 0"], |db| product::Entity::insert(new()).exec(&db));
sends!(insert_bare, ["insert 0"], |db| product::Entity::insert(new()).exec_without_returning(&db));
sends!(insert_model, ["insert 0"], |db| product::Entity::insert(new()).exec_with_returning(&db));
sends!(insert_many, ["insert 0"], |db| product::Entity::insert_many([new(), new()]).exec(&db));
sends!(insert_many_bare, ["insert 0"], |db| {
    product::Entity::insert_many([new(), new()]).exec_without_returning(&db)
});
// Rows 13 and 14.
fn update_price() -> OnConflict {
    OnConflict::column(product::Column::Id).update_column(product::Column::Price).to_owned()
}
sends!(upsert, ["upsert 0"], |db| {
    product::Entity::insert(new()).on_conflict(update_price()).exec_without_returning(&db)
});
sends!(upsert_many, ["upsert 0"], |db| {
    product::Entity::insert_many([new(), new()]).on_conflict(update_price()).exec(&db)
});

#[tokio::test]
async fn try_insert() {
    // MySQL's way to do nothing is `ON DUPLICATE KEY UPDATE id = id`, an upsert that changes nothing.
    for (backend, expected) in [(MySql, "upsert 0"), (Postgres, "try insert 0"), (Sqlite, "try insert 0")]
    {
        let db = mock(backend);
        let nothing = OnConflict::column(product::Column::Id)
            .do_nothing_on([product::Column::Id])
            .to_owned();
        let _ = TryInsert::one(new()).on_conflict(nothing).exec(&db).await;
        assert_eq!(sent(db), [expected], "{backend:?}");
        let db = mock(backend);
        let _ = product::Entity::insert(new())
            .on_conflict_do_nothing()
            .exec_without_returning(&db)
            .await;
        assert_eq!(sent(db), [expected], "{backend:?}");
    }
}

// Row 15.
#[test]
fn insert_from_select() {
    for backend in ALL {
        let mut insert = product::Entity::insert(new());
        let select = Query::select()
            .columns([product::Column::Name, product::Column::Price, product::Column::State])
            .from(product::Entity)
            .and_where(product::Column::Price.gt(3))
            .to_owned();
        QueryTrait::query(&mut insert).select_from(select).expect("three columns");
        let sql = insert.build(backend).sql;
        with_only(backend, &sql, |target| assert_eq!(kind(target), "insert 0"));
    }
}

// Rows 16 to 23.
sends!(update_exec, ["update 0"], |db| product::Entity::update(changed()).exec(&db));
sends!(update_bare, ["update 0"], |db| product::Entity::update(changed()).exec_without_returning(&db));
sends!(update_many, ["update 0"], |db| {
    product::Entity::update_many()
        .col_expr(product::Column::Price, Expr::col(product::Column::Price).add(1))
        .filter(product::Column::Name.is_in(["a", "b"]))
        .exec(&db)
});
sends!(delete_exec, ["delete 0"], |db| product::Entity::delete(changed()).exec(&db));
sends!(delete_by_id, ["delete 0"], |db| product::Entity::delete_by_id(1).exec(&db));
sends!(delete_many, ["delete 0"], |db| {
    product::Entity::delete_many().filter(product::Column::Price.eq(0)).exec(&db)
});
sends!(delete_all, ["delete 0"], |db| product::Entity::delete_many().exec(&db));

#[tokio::test]
async fn returning_models() {
    let db = mock(Postgres);
    let _ = product::Entity::insert(new()).exec_with_returning_keys(&db).await;
    let _ = product::Entity::insert_many([new(), new()]).exec_with_returning(&db).await;
    let update = product::Entity::update_many().col_expr(product::Column::Price, Expr::value(1));
    let _ = update.exec_with_returning(&db).await;
    let _ = product::Entity::delete_by_id(1).exec_with_returning(&db).await;
    let _ = product::Entity::delete_many().exec_with_returning(&db).await;
    assert_eq!(sent(db), ["insert 0", "insert 0", "update 0", "delete 0", "delete 0"]);
}

#[tokio::test]
async fn enums_are_cast_by_postgres_only() {
    let db = mock(Postgres);
    let _ = changed().update(&db).await;
    let log = db.into_transaction_log();
    with_only(Postgres, &log[0].statements()[0].sql, |target| {
        let state = r#"CAST("state" AS "text") as state of state"#;
        let state_bare = "CAST(\"state\" AS text) as state of state";
        let items = items(target);
        assert_eq!(items[..3], ["id", "name", "price"]);
        assert!([state, state_bare].contains(&items[3].as_str()), "{items:?}");
    });
}

// Row 24, with the forms only sea-query has.
#[test]
fn statements_of_sea_query() {
    for backend in ALL {
        let sql = |statement: &dyn sea_orm::StatementBuilder| backend.build(statement).sql;
        let replace = Query::insert()
            .replace()
            .into_table(product::Entity)
            .columns([product::Column::Id, product::Column::Name])
            .values_panic([1.into(), "a".into()])
            .to_owned();
        if backend != Postgres {
            with_only(backend, &sql(&replace), |target| assert_eq!(kind(target), "replace 0"));
        }
        let defaults = Query::insert().into_table(product::Entity).or_default_values().to_owned();
        with_only(backend, &sql(&defaults), |target| assert_eq!(kind(target), "insert 0"));
        let update = Query::update()
            .table(product::Entity)
            .value(product::Column::Price, 1)
            .and_where(Expr::col(product::Column::Id).in_subquery(
                Query::select().column(product_tag::Column::ProductId).from(product_tag::Entity).to_owned(),
            ))
            .to_owned();
        with_only(backend, &sql(&update), |target| assert_eq!(kind(target), "update 0"));
        if backend != Postgres {
            let delete = Query::delete()
                .from_table(product::Entity)
                .order_by(product::Column::Id, Order::Asc)
                .limit(2)
                .to_owned();
            with_only(backend, &sql(&delete), |target| assert_eq!(kind(target), "delete 0"));
        }
        let returning = Query::update()
            .table(product::Entity)
            .value(product::Column::Price, 1)
            .returning(ReturningClause::All)
            .to_owned();
        if backend != MySql {
            with_only(backend, &sql(&returning), |target| assert_eq!(items(target), ["*"]));
        }
    }
}

// Row 25.
#[test]
fn with_queries() {
    let cheap = CommonTableExpression::new()
        .query(Query::select().column(product::Column::Id).from(product::Entity).to_owned())
        .column(product::Column::Id)
        .table_name("cheap")
        .to_owned();
    let delete = Query::delete()
        .from_table(product::Entity)
        .and_where(Expr::col(product::Column::Id).in_subquery(
            Query::select().column(product::Column::Id).from("cheap").to_owned(),
        ))
        .to_owned();
    for backend in ALL {
        let with = WithClause::new().cte(cheap.clone()).to_owned();
        let sql = backend.build(&delete.clone().with(with)).sql;
        let write = write(backend, &sql);
        assert_eq!(write.ctes.len(), 1, "{sql}");
        let Main::Write(target) = &write.main else { panic!("{sql}") };
        assert_eq!(kind(target), "delete 0");
        assert_eq!(write.text, sql);
    }
    let gone = CommonTableExpression::new()
        .query(delete.clone().returning(ReturningClause::All).to_owned())
        .table_name("gone")
        .to_owned();
    let mut select = Query::select().column(product::Column::Id).from("gone").to_owned();
    select.with_cte(WithClause::new().cte(gone).to_owned());
    let sql = Postgres.build(&select).sql;
    let write = write(Postgres, &sql);
    assert!(matches!(write.main, Main::Query(_)), "{sql}");
}

// Rows 33 to 35: the statements that links are made and broken with.

#[tokio::test]
async fn links() {
    for backend in ALL {
        let made = if backend == MySql { "upsert 2" } else { "try insert 2" };
        let db = mock(backend);
        let _ = product_tag::Entity::insert_many([link(), link()])
            .on_conflict_do_nothing()
            .exec_without_returning(&db)
            .await;
        assert_eq!(sent(db), [made], "{backend:?}");
        let db = mock(backend);
        let tuple = Expr::tuple([
            Expr::col((product_tag::Entity, product_tag::Column::ProductId)),
            Expr::col((product_tag::Entity, product_tag::Column::TagId)),
        ]);
        let pairs = tuple.in_tuples([(1, 2), (1, 3)]);
        let _ = product_tag::Entity::delete_many().filter(pairs).exec(&db).await;
        let _ = product_tag::Entity::delete_many()
            .filter(product_tag::Column::ProductId.is_in([1]))
            .exec(&db)
            .await;
        assert_eq!(sent(db), ["delete 2", "delete 2"], "{backend:?}");
    }
}

// Rows 38 to 40.
#[test]
fn schema_statements() {
    for backend in ALL {
        let drop = Table::drop().table(product::Entity).to_owned();
        let plan = planned(backend, &backend.build(&drop).sql);
        assert!(matches!(plan, Plan::Schema), "{plan:?}");
        if backend != Sqlite {
            let truncate = Table::truncate().table(product::Entity).to_owned();
            let plan = planned(backend, &backend.build(&truncate).sql);
            assert!(matches!(&plan, Plan::Refuse(refusal) if refusal.kind == "TRUNCATE"), "{plan:?}");
        }
    }
}
