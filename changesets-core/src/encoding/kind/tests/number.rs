use serde_json::json;

use super::{check, refusal};
use crate::ColumnKind::{self, Decimal, Double, Float, Integer};

#[test]
fn integers_are_exact() {
    check(
        &Integer,
        [
            (json!(0), json!(0)),
            (json!(i64::MIN), json!(i64::MIN)),
            (json!(u64::MAX), json!(u64::MAX)),
            (json!("-9223372036854775808"), json!(i64::MIN)),
            (json!("18446744073709551615"), json!(u64::MAX)),
            (json!("007"), json!(7)),
            (json!(3.0), json!(3)),
            (json!(1.5), json!(1.5)),
            (json!(true), json!(1)),
        ],
    );
}

#[test]
fn what_is_no_integer_is_refused_without_showing_it() {
    let advice = "check the column's type, or exclude the column";
    assert_eq!(
        refusal(&Integer, json!("s3cret")),
        format!(
            "expected a value of type integer, the database gave text that is no 64-bit integer: {advice}"
        ),
    );
    assert_eq!(
        refusal(&Integer, json!([1])),
        format!("expected a value of type integer, the database gave an array: {advice}"),
    );
    assert!(Integer.canonical(json!("18446744073709551616")).is_err());
}

#[test]
fn a_float_is_its_shortest_text() {
    check(
        &Float,
        [
            (json!(f64::from(0.1_f32)), json!(0.1)),
            (json!(0.1), json!(0.1)),
            (json!(f64::from(f32::MAX)), json!(3.4028235e38)),
            (json!(f64::from(f32::MIN_POSITIVE)), json!(1.1754944e-38)),
            (json!(3), json!(3.0)),
            (json!(-0.0), json!(0.0)),
            (json!("1.5"), json!(1.5)),
            (json!("NaN"), json!("NaN")),
            (json!("-inf"), json!("-Infinity")),
            (json!(1e300), json!(1e300)),
            (json!(1e-300), json!(1e-300)),
        ],
    );
}

#[test]
fn a_double_is_exact() {
    check(
        &Double,
        [
            (json!(f64::from(0.1_f32)), json!(f64::from(0.1_f32))),
            (json!(f64::MAX), json!(f64::MAX)),
            (json!(5e-324), json!(5e-324)),
            (json!(7), json!(7.0)),
            (json!(10_000_000_000_000_000_u64), json!(1e16)),
            (json!("-1e-3"), json!(-0.001)),
        ],
    );
}

#[test]
fn what_is_no_finite_number_is_a_string() {
    for kind in [Float, Double] {
        check(
            &kind,
            [
                (json!("nan"), json!("NaN")),
                (json!("NaN"), json!("NaN")),
                (json!("inf"), json!("Infinity")),
                (json!("Inf"), json!("Infinity")),
                (json!("+Infinity"), json!("Infinity")),
                (json!("9e999"), json!("Infinity")),
                (json!("-Inf"), json!("-Infinity")),
                (json!("-Infinity"), json!("-Infinity")),
                (json!("-9e999"), json!("-Infinity")),
                (json!("-9.0e+999"), json!("-Infinity")),
            ],
        );
        assert!(kind.canonical(json!("one")).is_err());
        assert!(kind.canonical(json!(true)).is_err());
    }
}

#[test]
fn a_decimal_has_its_scale() {
    check(
        &Decimal { scale: Some(2) },
        [
            (json!("12.5"), json!("12.50")),
            (json!(12.5), json!("12.50")),
            (json!(12), json!("12.00")),
            (json!(12.0), json!("12.00")),
            (json!("12.505"), json!("12.505")),
            (json!("-0.00"), json!("0.00")),
            (json!("-0.01"), json!("-0.01")),
            (json!("+.5"), json!("0.50")),
            (json!("5."), json!("5.00")),
            (json!("007.1"), json!("7.10")),
            (json!("1e3"), json!("1000.00")),
            (json!("1.25e1"), json!("12.50")),
            (json!("1.5E-3"), json!("0.0015")),
            (json!("-12345e-2"), json!("-123.45")),
            (json!("NaN"), json!("NaN")),
            (json!("Infinity"), json!("Infinity")),
        ],
    );
}

#[test]
fn a_decimal_without_scale_keeps_the_one_it_has() {
    check(
        &Decimal { scale: None },
        [
            (json!("12.50"), json!("12.50")),
            (json!("12"), json!("12")),
            (json!(3.0), json!("3")),
            (json!(1e16), json!("10000000000000000")),
            (json!(1e-7), json!("0.0000001")),
            (
                json!("123456789012345678901234567890.123"),
                json!("123456789012345678901234567890.123"),
            ),
            (json!("1e1000000000"), json!("1e1000000000")),
            (
                json!("1e-9223372036854775808"),
                json!("1e-9223372036854775808"),
            ),
            (json!("12,50 €"), json!("12,50 €")),
            (json!("."), json!(".")),
            (json!(""), json!("")),
        ],
    );
    assert!(Decimal { scale: None }.canonical(json!(true)).is_err());
}

#[test]
fn an_array_encodes_each_element() {
    let array = |kind| ColumnKind::Array(Box::new(kind));
    check(
        &array(Decimal { scale: Some(1) }),
        [
            (json!([]), json!([])),
            (json!([1, null, "2"]), json!(["1.0", null, "2.0"])),
            (json!([[1], [2]]), json!([["1.0"], ["2.0"]])),
        ],
    );
    check(
        &array(array(Integer)),
        [(json!([["1"], []]), json!([[1], []]))],
    );
    check(
        &array(ColumnKind::Json),
        [(json!(["[1]", {"a": 1}, [2]]), json!([[1], {"a": 1}, [2]]))],
    );
    assert!(array(Integer).canonical(json!(["x"])).is_err());
    assert_eq!(
        refusal(&array(Integer), json!("{1,2}")),
        "expected a value of type array, the database gave text: check the column's type, or \
         exclude the column",
    );
}
