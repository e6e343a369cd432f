mod key;
mod model;

use serde_json::{Map, Value, json};

use super::{Replay, ReplayError};
use crate::{
    Action, Change, ChangesetId, ColumnKind, Diff, ObjectKey, TrackedColumn, TrackedTable,
};

fn table() -> TrackedTable {
    TrackedTable::new("product")
        .column(TrackedColumn::new("id", ColumnKind::Integer))
        .column(TrackedColumn::new("name", ColumnKind::Text))
        .column(TrackedColumn::new("weight", ColumnKind::Double))
        .key(["id"])
        .build()
        .unwrap()
}

fn change(id: i64, key: &str, action: Action, diff: Value) -> Change {
    let Value::Object(diff) = diff else {
        panic!("a diff is an object")
    };
    Change {
        id,
        changeset: ChangesetId::generate(),
        recorded_at: chrono::DateTime::UNIX_EPOCH,
        entity: "product".into(),
        key: ObjectKey::new(key),
        action,
        diff: Diff::from(diff),
    }
}

fn insert(id: i64, key: i64, name: &str) -> Change {
    change(
        id,
        &key.to_string(),
        Action::Insert,
        json!({"id": key, "name": name}),
    )
}

fn replay(changes: &[Change]) -> Result<Replay, ReplayError> {
    let mut replay = Replay::new();
    for change in changes {
        replay.apply(&table(), change)?;
    }
    Ok(replay)
}

fn rows(replay: &Replay) -> Value {
    let rows = replay.rows("product").into_iter();
    Value::Object(
        rows.map(|(key, row)| (key.into(), Value::Object(row)))
            .collect::<Map<_, _>>(),
    )
}

fn message(changes: &[Change]) -> String {
    replay(changes).unwrap_err().to_string()
}

#[test]
fn changes_fold_into_rows() {
    let replay = replay(&[
        insert(1, 1, "a"),
        insert(2, 2, "b"),
        change(3, "1", Action::Update, json!({"name": ["a", "c"]})),
        change(4, "2", Action::Delete, json!({"id": 2, "name": "b"})),
    ])
    .unwrap();
    assert_eq!(rows(&replay), json!({"1": {"id": 1, "name": "c"}}));
    assert_eq!(
        replay.row("product", &ObjectKey::new("1")).unwrap()["name"],
        json!("c")
    );
    assert_eq!(replay.row("product", &ObjectKey::new("2")), None);
    assert!(replay.rows("nothing").is_empty());
    assert_eq!(replay.check(), Ok(()));
}

#[test]
fn a_key_reused_is_a_new_life() {
    let replay = replay(&[
        insert(1, 1, "a"),
        change(2, "1", Action::Delete, json!({"id": 1, "name": "a"})),
        insert(3, 1, "b"),
    ]);
    assert_eq!(rows(&replay.unwrap()), json!({"1": {"id": 1, "name": "b"}}));
}

#[test]
fn redacted_columns_are_absent() {
    let redacted = || json!({"redacted": true});
    let inserted = change(1, "1", Action::Insert, json!({"id": 1, "name": redacted()}));
    let updated = change(2, "1", Action::Update, json!({"name": redacted()}));
    let replay = replay(&[inserted, updated]).unwrap();
    assert_eq!(rows(&replay), json!({"1": {"id": 1}}));
}

#[test]
fn a_column_redacted_later_goes_and_may_come_back() {
    let replay = replay(&[
        insert(1, 1, "a"),
        change(2, "1", Action::Update, json!({"name": {"redacted": true}})),
        change(3, "1", Action::Update, json!({"name": ["c", "d"]})),
        change(4, "1", Action::Delete, json!({"id": 1, "name": "d"})),
    ]);
    assert_eq!(rows(&replay.unwrap()), json!({}));
}

#[test]
fn columns_the_table_does_not_have_are_kept() {
    let inserted = change(1, "1", Action::Insert, json!({"id": 1, "gone": "x"}));
    let updated = change(
        2,
        "1",
        Action::Update,
        json!({"gone": ["x", "y"], "new": [null, 1]}),
    );
    let replay = replay(&[inserted, updated]).unwrap();
    assert_eq!(
        rows(&replay),
        json!({"1": {"id": 1, "gone": "y", "new": 1}})
    );
}

#[test]
fn numbers_a_database_rewrote_are_the_same_numbers() {
    let inserted = change(
        1,
        "1",
        Action::Insert,
        json!({"id": 1, "weight": 10_000_000_000_000_000_u64, "j": [1.0]}),
    );
    let updated = change(
        2,
        "1",
        Action::Update,
        json!({"weight": [1e16, 2], "j": [[1], {"a": 1}]}),
    );
    let replay = replay(&[inserted, updated]).unwrap();
    assert_eq!(
        rows(&replay),
        json!({"1": {"id": 1, "weight": 2.0, "j": {"a": 1}}})
    );
}

#[test]
fn what_does_not_follow_is_refused_by_name() {
    assert_eq!(
        message(&[insert(1, 1, "a"), insert(2, 1, "b")]),
        "change 2 inserts \"product\" \"1\", which is there already",
    );
    let absent = "change 9 updates or deletes \"product\" \"7\", which is not there";
    assert_eq!(
        message(&[change(9, "7", Action::Update, json!({"name": ["a", "b"]}))]),
        absent
    );
    assert_eq!(
        message(&[change(9, "7", Action::Delete, json!({"id": 7}))]),
        absent
    );
    let mismatch = "change 2 of \"product\" \"1\" has an old value for column \"name\" that the \
                    changes before it did not lead to: a write went unrecorded";
    let wrong = change(2, "1", Action::Update, json!({"name": ["x", "b"]}));
    assert_eq!(message(&[insert(1, 1, "a"), wrong]), mismatch);
    let wrong = change(2, "1", Action::Delete, json!({"name": "x"}));
    assert_eq!(message(&[insert(1, 1, "a"), wrong]), mismatch);
    let wrong = change(2, "1", Action::Update, json!({"name": "b"}));
    assert_eq!(
        message(&[insert(1, 1, "a"), wrong]),
        "change 2 of \"product\" \"1\" has no old and new value for column \"name\"",
    );
    let mut wrong = insert(1, 1, "a");
    wrong.entity = "tag".into();
    assert_eq!(
        message(&[wrong]),
        "change 1 is of \"tag\" (key \"1\"), it was applied to table \"product\"",
    );
}

#[test]
fn a_refused_change_leaves_the_replay_as_it_was() {
    let mut replay = replay(&[insert(1, 1, "a")]).unwrap();
    let before = rows(&replay);
    let wrong = change(
        2,
        "1",
        Action::Update,
        json!({"id": [1, 2], "name": ["x", "b"]}),
    );
    assert!(replay.apply(&table(), &wrong).is_err());
    assert_eq!(rows(&replay), before);
}
