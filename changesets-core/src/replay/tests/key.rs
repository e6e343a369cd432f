use serde_json::json;

use super::{change, insert, message, replay, rows};
use crate::{
    Action, Change, ColumnKind, ObjectKey, Replay, ReplayError, TrackedColumn, TrackedTable,
};

fn moved(id: i64, from: i64, to: i64) -> Change {
    change(
        id,
        &from.to_string(),
        Action::Update,
        json!({"id": [from, to]}),
    )
}

#[test]
fn a_key_change_moves_the_row() {
    let replay = replay(&[
        insert(1, 1, "a"),
        moved(2, 1, 5),
        change(3, "5", Action::Update, json!({"name": ["a", "b"]})),
        insert(4, 1, "new"),
    ]);
    let expected = json!({"1": {"id": 1, "name": "new"}, "5": {"id": 5, "name": "b"}});
    assert_eq!(rows(&replay.unwrap()), expected);
}

#[test]
fn a_composite_key_moves_by_one_of_its_columns() {
    let table = TrackedTable::new("product")
        .column(TrackedColumn::new("a", ColumnKind::Integer))
        .column(TrackedColumn::new("b", ColumnKind::Text))
        .key(["b", "a"])
        .build()
        .unwrap();
    let mut replay = Replay::new();
    let inserted = change(1, r#"["x",1]"#, Action::Insert, json!({"a": 1, "b": "x"}));
    let updated = change(2, r#"["x",1]"#, Action::Update, json!({"a": [1, 2]}));
    replay.apply(&table, &inserted).unwrap();
    replay.apply(&table, &updated).unwrap();
    let keys: Vec<_> = replay.rows("product").into_keys().collect();
    assert_eq!(keys, [ObjectKey::new(r#"["x",2]"#)]);
}

#[test]
fn rows_may_move_through_each_other() {
    let both = || vec![insert(1, 1, "a"), insert(2, 2, "b")];
    let swapped = json!({"1": {"id": 1, "name": "b"}, "2": {"id": 2, "name": "a"}});
    let shifted = json!({"2": {"id": 2, "name": "a"}, "3": {"id": 3, "name": "b"}});
    for (moves, expected) in [
        ([moved(3, 1, 2), moved(4, 2, 1)], &swapped),
        ([moved(3, 2, 1), moved(4, 1, 2)], &swapped),
        ([moved(3, 1, 2), moved(4, 2, 3)], &shifted),
        ([moved(3, 2, 3), moved(4, 1, 2)], &shifted),
    ] {
        let replay = replay(&[both(), moves.to_vec()].concat()).unwrap();
        assert_eq!(&rows(&replay), expected);
        assert_eq!(replay.check(), Ok(()));
    }
}

#[test]
fn a_row_moved_onto_one_that_stays_is_found_by_the_check() {
    let replay = replay(&[insert(1, 1, "a"), insert(2, 2, "b"), moved(3, 1, 2)]).unwrap();
    let error = replay.check().unwrap_err();
    assert_eq!(
        error.to_string(),
        "change 3 moves a row of \"product\" to \"2\", where another one still is",
    );
    assert!(matches!(error, ReplayError::Occupied { change: 3, .. }));
}

#[test]
fn a_key_that_cannot_be_told_is_refused() {
    let wrong = change(2, "1", Action::Update, json!({"id": [1, null]}));
    assert_eq!(
        message(&[insert(1, 1, "a"), wrong]),
        "change 2 of \"product\" \"1\" changes the key, and the new one cannot be told: value 0 of \
         the key is null: a row without a complete key cannot be recorded",
    );
}
