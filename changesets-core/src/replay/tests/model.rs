//! Random writes, recorded by [`Diff`] and replayed, give the rows of a plain map.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    Action, Change, ChangesetId, ColumnKind, Diff, ObjectKey, Replay, Row, TrackedColumn,
    TrackedTable,
};

#[derive(Clone, Debug)]
enum Write {
    Put {
        key: i64,
        name: Option<String>,
        secret: i64,
    },
    Move {
        from: i64,
        to: i64,
    },
    Delete {
        key: i64,
    },
}

fn write() -> impl Strategy<Value = Write> {
    let key = 0..6_i64;
    prop_oneof![
        (key.clone(), proptest::option::of("[a-c]{0,2}"), 0..3_i64)
            .prop_map(|(key, name, secret)| Write::Put { key, name, secret }),
        (key.clone(), key.clone()).prop_map(|(from, to)| Write::Move { from, to }),
        key.prop_map(|key| Write::Delete { key }),
    ]
}

fn table() -> TrackedTable {
    TrackedTable::new("t")
        .column(TrackedColumn::new("note", ColumnKind::Text).excluded())
        .column(TrackedColumn::new("id", ColumnKind::Integer))
        .column(TrackedColumn::new("name", ColumnKind::Text))
        .column(TrackedColumn::new("secret", ColumnKind::Integer).redacted())
        .key(["id"])
        .build()
        .unwrap()
}

fn row(id: i64, rest: &(Option<String>, i64)) -> Row {
    Row::new(vec![Value::Null, json!(id), json!(rest.0), json!(rest.1)])
}

proptest! {
    #[test]
    fn replaying_the_log_gives_the_table(writes in proptest::collection::vec(write(), 0..60)) {
        let table = table();
        let mut model: BTreeMap<i64, (Option<String>, i64)> = BTreeMap::new();
        let mut log: Vec<(Row, Action, Diff)> = Vec::new();
        for write in writes {
            match write {
                Write::Put { key, name, secret } => {
                    let new = row(key, &(name.clone(), secret));
                    match model.insert(key, (name, secret)) {
                        None => log.push((new.clone(), Action::Insert, Diff::insert(&table, &new))),
                        Some(old) => {
                            let old = row(key, &old);
                            if let Some(diff) = Diff::update(&table, &old, &new) {
                                log.push((old, Action::Update, diff));
                            }
                        }
                    }
                }
                Write::Move { from, to } => {
                    if model.contains_key(&to) {
                        continue;
                    }
                    let Some(rest) = model.remove(&from) else { continue };
                    let (old, new) = (row(from, &rest), row(to, &rest));
                    let diff = Diff::update(&table, &old, &new).unwrap();
                    log.push((old, Action::Update, diff));
                    model.insert(to, rest);
                }
                Write::Delete { key } => {
                    let Some(rest) = model.remove(&key) else { continue };
                    let old = row(key, &rest);
                    log.push((old.clone(), Action::Delete, Diff::delete(&table, &old)));
                }
            }
        }

        let mut replay = Replay::new();
        for (id, (before, action, diff)) in (1..).zip(log) {
            let diff = serde_json::from_str(&serde_json::to_string(&diff).unwrap()).unwrap();
            let change = Change {
                id,
                changeset: ChangesetId::generate(),
                recorded_at: chrono::DateTime::UNIX_EPOCH,
                entity: "t".into(),
                key: before.key(&table).unwrap(),
                action,
                diff,
            };
            replay.apply(&table, &change).unwrap();
        }
        prop_assert_eq!(replay.check(), Ok(()));
        let expected: BTreeMap<ObjectKey, Value> = model
            .iter()
            .map(|(id, rest)| (ObjectKey::new(id.to_string()), json!({"id": id, "name": rest.0})))
            .collect();
        let rows = replay.rows("t").into_iter();
        let replayed: BTreeMap<_, _> = rows.map(|(key, row)| (key, Value::Object(row))).collect();
        prop_assert_eq!(replayed, expected);
    }
}
