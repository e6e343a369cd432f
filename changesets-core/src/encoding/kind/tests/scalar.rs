use serde_json::json;

use super::{check, refusal};
use crate::ColumnKind::{Binary, Bool, Json, Other, Text, Uuid};

#[test]
fn truth_has_many_spellings() {
    for yes in [
        json!(true),
        json!(1),
        json!(-2),
        json!("1"),
        json!("t"),
        json!("true"),
        json!("TRUE"),
    ] {
        check(&Bool, [(yes, json!(true))]);
    }
    for no in [
        json!(false),
        json!(0),
        json!(0.0),
        json!("0"),
        json!("f"),
        json!("false"),
        json!("F"),
    ] {
        check(&Bool, [(no, json!(false))]);
    }
    assert_eq!(
        refusal(&Bool, json!("maybe")),
        "expected a value of type bool, the database gave text that is no truth value: check the \
         column's type, or exclude the column",
    );
    assert!(Bool.canonical(json!({})).is_err());
}

#[test]
fn text_and_the_rest_are_strings() {
    for kind in [Text, Other] {
        check(
            &kind,
            [
                (json!(""), json!("")),
                (json!(" Ä\u{0} "), json!(" Ä\u{0} ")),
                (json!(12), json!("12")),
                (json!(1.5), json!("1.5")),
                (json!(true), json!("true")),
                (json!([1]), json!("[1]")),
            ],
        );
    }
}

#[test]
fn a_uuid_is_lower_case_and_hyphenated() {
    let canonical = json!("67e55044-10b1-426f-9247-bb680e5fe0c8");
    check(
        &Uuid,
        [
            (json!("67E5504410B1426F9247BB680E5FE0C8"), canonical.clone()),
            (
                json!("67E55044-10B1-426F-9247-BB680E5FE0C8"),
                canonical.clone(),
            ),
            (canonical.clone(), canonical),
            (json!("No UUID"), json!("No UUID")),
        ],
    );
    assert!(Uuid.canonical(json!(1)).is_err());
}

#[test]
fn json_is_the_value_itself() {
    check(
        &Json,
        [
            (json!(r#"{"a":[1,null,"x"]}"#), json!({"a": [1, null, "x"]})),
            (json!("\"text\""), json!("text")),
            (json!("12"), json!(12)),
            (json!("null"), json!(null)),
            (json!({"a": 1}), json!({"a": 1})),
            (json!([1]), json!([1])),
            (json!(1), json!(1)),
            (json!(true), json!(true)),
        ],
    );
    assert_eq!(
        refusal(&Json, json!("{\"s3cret\": }")),
        "expected JSON, the database gave text that does not parse (line 1, column 12): correct \
         the stored value, or exclude the column",
    );
    assert!(Json.canonical(json!("")).is_err());
}

#[test]
fn binary_is_lower_case_hex() {
    check(
        &Binary,
        [
            (json!("00FFab"), json!("00ffab")),
            (json!(""), json!("")),
            (json!("\\x00ff"), json!("00ff")),
            (json!("0xFF"), json!("ff")),
        ],
    );
    for wrong in [json!("0"), json!("zz"), json!(1)] {
        assert!(Binary.canonical(wrong).is_err());
    }
}
