use super::LogTables;

fn prefix_error(prefix: &str) -> String {
    LogTables::new().prefix(prefix).unwrap_err().to_string()
}

fn schema_error(schema: &str) -> String {
    LogTables::new().schema(schema).unwrap_err().to_string()
}

#[test]
fn names_without_and_with_a_prefix() {
    let plain = LogTables::default();
    assert_eq!(plain.all(), ["changeset", "change", "change_ref"]);
    assert_eq!((plain.prefix_str(), plain.schema_name()), ("", None));
    let named = LogTables::new()
        .schema("log")
        .unwrap()
        .prefix("_a1_")
        .unwrap();
    assert_eq!(
        named.all(),
        ["_a1_changeset", "_a1_change", "_a1_change_ref"]
    );
    assert_eq!(named.changeset(), "_a1_changeset");
    assert_eq!(named.change(), "_a1_change");
    assert_eq!(named.change_ref(), "_a1_change_ref");
    assert_eq!(
        (named.prefix_str(), named.schema_name()),
        ("_a1_", Some("log"))
    );
}

#[test]
fn the_limits_are_inclusive() {
    assert!(LogTables::new().prefix(&"p".repeat(40)).is_ok());
    assert!(LogTables::new().schema(&"s".repeat(63)).is_ok());
}

#[test]
fn a_bad_prefix_is_refused_with_what_is_allowed() {
    assert_eq!(
        prefix_error(""),
        "table prefix is empty: leave it out to have none, or use at most 40 ASCII letters, digits \
         and underscores, not starting with a digit",
    );
    assert_eq!(
        prefix_error("1a"),
        "table prefix \"1a\" starts with a digit: use at most 40 ASCII letters, digits and \
         underscores, not starting with a digit",
    );
    assert_eq!(
        prefix_error("a\"; drop table x; --"),
        "table prefix \"a\\\"; drop table x; --\" has the character '\"': use at most 40 ASCII \
         letters, digits and underscores, not starting with a digit",
    );
    assert_eq!(
        prefix_error("grün"),
        "table prefix \"grün\" has the character 'ü': use at most 40 ASCII letters, digits and \
         underscores, not starting with a digit",
    );
    let long = "p".repeat(41);
    assert_eq!(
        prefix_error(&long),
        format!(
            "table prefix \"{long}\" has 41 characters: use at most 40 ASCII letters, digits and \
             underscores, not starting with a digit"
        ),
    );
}

#[test]
fn a_bad_schema_is_refused_with_what_is_allowed() {
    assert_eq!(
        schema_error("a.b"),
        "schema \"a.b\" has the character '.': use at most 63 ASCII letters, digits and \
         underscores, not starting with a digit",
    );
    assert_eq!(
        schema_error(""),
        "schema is empty: leave it out to have none, or use at most 63 ASCII letters, digits and \
         underscores, not starting with a digit",
    );
    let long = "s".repeat(64);
    assert_eq!(
        schema_error(&long),
        format!(
            "schema \"{long}\" has 64 characters: use at most 63 ASCII letters, digits and \
             underscores, not starting with a digit"
        ),
    );
}
