use serde_json::{Value, json};

use super::{KeyError, ObjectKey};
use crate::{ColumnKind, Row, TrackedColumn, TrackedTable};

fn text(values: &[Value]) -> String {
    ObjectKey::from_canonical(values).unwrap().to_string()
}

#[test]
fn a_key_of_one_column_is_plain_text() {
    assert_eq!(text(&[json!(42)]), "42");
    assert_eq!(text(&[json!(i64::MIN)]), "-9223372036854775808");
    assert_eq!(text(&[json!(u64::MAX)]), "18446744073709551615");
    assert_eq!(text(&[json!("a \"quoted\" ü")]), "a \"quoted\" ü");
    assert_eq!(text(&[json!("")]), "");
    assert_eq!(
        text(&[json!("67e55044-10b1-426f-9247-bb680e5fe0c8")]),
        "67e55044-10b1-426f-9247-bb680e5fe0c8"
    );
    assert_eq!(text(&[json!("00ff")]), "00ff", "binary");
    assert_eq!(text(&[json!("12.50")]), "12.50", "decimal");
    assert_eq!(text(&[json!("2026-03-01")]), "2026-03-01", "date");
    assert_eq!(text(&[json!(true)]), "true");
}

#[test]
fn a_key_of_several_columns_is_a_compact_array() {
    assert_eq!(text(&[json!(7), json!("x,\"y\"")]), r#"[7,"x,\"y\""]"#);
    assert_eq!(
        text(&[json!("7"), json!(7), json!(false)]),
        r#"["7",7,false]"#
    );
}

#[test]
fn a_null_or_nothing_is_no_key() {
    let null = ObjectKey::from_canonical(&[json!(1), Value::Null]).unwrap_err();
    assert_eq!(null, KeyError::Null { index: 1 });
    assert_eq!(
        null.to_string(),
        "value 1 of the key is null: a row without a complete key cannot be recorded",
    );
    assert_eq!(ObjectKey::from_canonical(&[]), Err(KeyError::Empty));
}

#[test]
fn a_row_gives_its_key_in_key_order() {
    let table = TrackedTable::new("t")
        .column(TrackedColumn::new("a", ColumnKind::Integer))
        .column(TrackedColumn::new("note", ColumnKind::Text))
        .column(TrackedColumn::new("b", ColumnKind::Text))
        .key(["b", "a"])
        .build()
        .unwrap();
    let row = Row::new(vec![json!(1), json!("n"), json!("x")]);
    assert_eq!(row.key(&table).unwrap().as_str(), r#"["x",1]"#);
    assert_eq!(
        Row::new(vec![json!(1)]).key(&table),
        Err(KeyError::Null { index: 0 })
    );
}

#[test]
fn it_is_a_string_in_json() {
    let key = ObjectKey::new("42");
    assert_eq!(serde_json::to_value(&key).unwrap(), json!("42"));
    assert_eq!(
        serde_json::from_value::<ObjectKey>(json!("42")).unwrap(),
        key
    );
}
