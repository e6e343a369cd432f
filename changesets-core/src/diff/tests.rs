use proptest::prelude::*;
use serde_json::{Value, json};

use super::{ColumnChange, Diff};
use crate::{Action, ColumnKind, Row, TrackedColumn, TrackedTable};

fn table() -> TrackedTable {
    TrackedTable::new("product")
        .column(TrackedColumn::new("id", ColumnKind::Integer))
        .column(TrackedColumn::new("name", ColumnKind::Text))
        .column(TrackedColumn::new("secret", ColumnKind::Text).redacted())
        .column(TrackedColumn::new("updated_at", ColumnKind::Text).excluded())
        .key(["id"])
        .build()
        .unwrap()
}

fn row(name: Value, secret: &str, updated_at: &str) -> Row {
    Row::new(vec![json!(1), name, json!(secret), json!(updated_at)])
}

fn value(diff: Diff) -> Value {
    diff.into()
}

#[test]
fn insert_and_delete_hold_every_recorded_column() {
    let row = row(Value::Null, "s3cret", "today");
    let expected = json!({"id": 1, "name": null, "secret": {"redacted": true}});
    assert_eq!(value(Diff::insert(&table(), &row)), expected);
    assert_eq!(value(Diff::delete(&table(), &row)), expected);
}

#[test]
fn update_holds_what_changed() {
    let diff = Diff::update(
        &table(),
        &row(json!("a"), "x", "1"),
        &row(json!(null), "y", "2"),
    );
    let expected = json!({"name": ["a", null], "secret": {"redacted": true}});
    assert_eq!(value(diff.unwrap()), expected);
}

#[test]
fn nothing_recorded_changed_is_no_diff() {
    let (old, new) = (row(json!("a"), "x", "1"), row(json!("a"), "x", "2"));
    assert_eq!(Diff::update(&table(), &old, &new), None);
}

#[test]
fn a_column_change_reads_each_action() {
    let change =
        |action, value: Value| Diff::from(value.as_object().unwrap().clone()).get(action, "c");
    let new = ColumnChange {
        new: Some(json!(1)),
        ..ColumnChange::default()
    };
    assert_eq!(change(Action::Insert, json!({"c": 1})), Some(new));
    let old = ColumnChange {
        old: Some(json!(1)),
        ..ColumnChange::default()
    };
    assert_eq!(change(Action::Delete, json!({"c": 1})), Some(old));
    let both = ColumnChange {
        old: Some(json!(1)),
        new: Some(Value::Null),
        redacted: false,
    };
    assert_eq!(change(Action::Update, json!({"c": [1, null]})), Some(both));
    let redacted = ColumnChange {
        redacted: true,
        ..ColumnChange::default()
    };
    for action in [Action::Insert, Action::Update, Action::Delete] {
        assert_eq!(
            change(action, json!({"c": {"redacted": true}})),
            Some(redacted.clone())
        );
        assert_eq!(change(action, json!({"d": 1})), None);
    }
    assert_eq!(change(Action::Update, json!({"c": [1]})), None);
    let object = change(Action::Insert, json!({"c": {"redacted": true, "more": 1}})).unwrap();
    assert!(!object.redacted);
}

#[test]
fn it_is_its_map() {
    let diff: Diff = serde_json::from_value(json!({"b": 1, "a": 2})).unwrap();
    let mut columns: Vec<_> = diff.columns().collect();
    columns.sort_unstable();
    assert_eq!(columns, ["a", "b"]);
    assert!(!diff.is_empty());
    assert_eq!(
        Value::Object(diff.as_map().clone()),
        json!({"a": 2, "b": 1})
    );
}

proptest! {
    #[test]
    fn left_out_values_leave_no_trace(old in "[a-z]{12}", new in "[a-z]{12}") {
        let (before, after) = (row(json!("n"), &old, &old), row(json!("m"), &new, &new));
        let diffs = [
            Some(Diff::insert(&table(), &before)),
            Diff::update(&table(), &before, &after),
            Some(Diff::delete(&table(), &after)),
        ];
        for diff in diffs.into_iter().flatten() {
            let text = value(diff).to_string();
            prop_assert!(!text.contains(&old) && !text.contains(&new) && !text.contains("updated_at"));
        }
    }

    #[test]
    fn an_update_is_the_columns_that_differ(
        old in proptest::collection::vec(0..3_i64, 2),
        new in proptest::collection::vec(0..3_i64, 2),
    ) {
        let table = TrackedTable::new("t")
            .columns(["a", "b"].map(|name| TrackedColumn::new(name, ColumnKind::Integer)))
            .key(["a"])
            .build()
            .unwrap();
        let row = |values: &[i64]| Row::new(values.iter().map(|&value| json!(value)).collect());
        let diff = Diff::update(&table, &row(&old), &row(&new)).unwrap_or_default();
        for (index, name) in ["a", "b"].into_iter().enumerate() {
            let pair = (old[index] != new[index]).then(|| json!([old[index], new[index]]));
            prop_assert_eq!(diff.as_map().get(name), pair.as_ref());
        }
    }
}
