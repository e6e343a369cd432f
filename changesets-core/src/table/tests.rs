use super::{Link, LinkEnd, TableError, TrackedColumn, TrackedTable, TrackedTableBuilder};
use crate::ColumnKind;

fn column(name: &str) -> TrackedColumn {
    TrackedColumn::new(name, ColumnKind::Integer)
}

fn junction() -> TrackedTableBuilder {
    let columns = ["product_id", "tag_id"].map(column);
    TrackedTable::new("product_tag")
        .columns(columns)
        .key(["product_id", "tag_id"])
}

fn end(entity: &str, role: &str, columns: &[&str]) -> LinkEnd {
    LinkEnd {
        entity: entity.into(),
        columns: columns.iter().map(|&column| column.into()).collect(),
        role: role.into(),
    }
}

fn message(builder: TrackedTableBuilder) -> String {
    builder.build().unwrap_err().to_string()
}

#[test]
fn a_table_tells_what_was_described() {
    let table = TrackedTable::new("product")
        .schema("shop")
        .columns([
            column("id"),
            column("secret").redacted(),
            column("at").excluded(),
        ])
        .column(column("part"))
        .key(["part", "id"])
        .build()
        .unwrap();
    assert_eq!(
        (table.entity(), table.name(), table.schema()),
        ("shop.product", "product", Some("shop"))
    );
    assert_eq!(table.key(), [3, 0]);
    let names: Vec<_> = table
        .key_columns()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(names, ["part", "id"]);
    let recorded: Vec<_> = table
        .recorded()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(recorded, ["id", "secret", "part"]);
    assert_eq!(table.columns().len(), 4);
    assert_eq!(table.position("at"), Some(2));
    assert_eq!(table.column("nope"), None);
    assert_eq!(junction().build().unwrap().entity(), "product_tag");
}

#[test]
fn a_link_names_columns_of_the_junction() {
    let link = Link {
        ends: [
            end("product", "product", &["product_id"]),
            end("tag", "tag", &["tag_id"]),
        ],
    };
    let table = junction().link(link.clone()).build().unwrap();
    assert_eq!(table.link(), Some(&link));
}

#[test]
fn a_bad_key_is_refused() {
    let table = || TrackedTable::new("t").schema("s").column(column("id"));
    assert_eq!(
        message(table()),
        "table \"s.t\" has no key: name the columns that identify a row"
    );
    assert_eq!(
        message(table().key(["uid"])),
        "the key of table \"s.t\" names column \"uid\", which the table does not have",
    );
    assert_eq!(
        message(table().key(["id", "id"])),
        "the key of table \"s.t\" names column \"id\" twice"
    );
    let hidden = "column \"x\" of table \"s.t\" is part of its key and cannot be redacted or \
                  excluded: the key is what history is found by";
    assert_eq!(
        message(table().column(column("x").redacted()).key(["x"])),
        hidden
    );
    assert_eq!(
        message(table().column(column("x").excluded()).key(["x"])),
        hidden
    );
}

#[test]
fn bad_names_are_refused() {
    let twice = TrackedTable::new("t")
        .columns([column("id"), column("id")])
        .key(["id"]);
    assert_eq!(message(twice), "table \"t\" has two columns named \"id\"");
    let unnamed = TrackedTable::new("").column(column("id")).key(["id"]);
    assert_eq!(unnamed.build(), Err(TableError::NoName));
}

#[test]
fn a_bad_link_is_refused() {
    let tag = || end("tag", "tag", &["tag_id"]);
    let with = |product| {
        junction().link(Link {
            ends: [product, tag()],
        })
    };
    assert_eq!(
        message(with(end("product", "product", &[]))),
        "link end \"product\" of table \"product_tag\" names no columns: name those that hold the \
         key of \"product\"",
    );
    assert_eq!(
        message(with(end("product", "product", &["pid"]))),
        "link end \"product\" of table \"product_tag\" names column \"pid\", which the table does \
         not have",
    );
    assert_eq!(
        message(with(end("product", "tag", &["product_id"]))),
        "both link ends of table \"product_tag\" have the role \"tag\": give each its own",
    );
    let hidden = with(end("product", "product", &["secret"])).column(column("secret").redacted());
    assert_eq!(
        message(hidden),
        "column \"secret\" of table \"product_tag\" is part of link end \"product\" and cannot be \
         redacted or excluded: its value is recorded as the key of the other end",
    );
}
