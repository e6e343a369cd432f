//! No test is forgotten: what is written under `src/suite` is in the list.

use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_test_is_in_the_list() {
    let listed: &[&str] = changesets_tests::suite!(names);
    let listed: BTreeSet<String> = listed.iter().map(|&name| name.to_owned()).collect();

    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/suite");
    let mut written = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Some(module) = path
            .file_name()
            .and_then(|name| name.to_str()?.strip_suffix(".rs"))
        else {
            continue;
        };
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let name = line
                .strip_prefix("pub async fn ")
                .and_then(|rest| rest.split_once("(db: TestDb)"));
            if let Some((name, _)) = name {
                written.insert(format!("{module}::{name}"));
            }
        }
    }
    let missing: Vec<_> = written.difference(&listed).collect();
    assert!(
        missing.is_empty(),
        "add to the list in src/suite.rs: {missing:?}"
    );
}
