//! The words the log stores.

use serde_json::json;

use crate::{Action, Origin};

#[test]
fn actions_read_and_print() {
    for (action, word) in [
        (Action::Insert, "insert"),
        (Action::Update, "update"),
        (Action::Delete, "delete"),
    ] {
        assert_eq!(action.to_string(), word);
        assert_eq!(word.parse(), Ok(action));
        assert_eq!(serde_json::to_value(action).unwrap(), json!(word));
    }
    assert_eq!(
        "Insert".parse::<Action>().unwrap_err().to_string(),
        "`Insert` is no action: expected `insert`, `update` or `delete`",
    );
}

#[test]
fn origins_read_and_print() {
    use Origin::{App, Baseline, Import, Revert, Scan, Trigger};

    let words = ["app", "scan", "baseline", "revert", "import", "trigger"];
    for (origin, word) in [App, Scan, Baseline, Revert, Import, Trigger]
        .into_iter()
        .zip(words)
    {
        assert_eq!(origin.to_string(), word);
        assert_eq!(word.parse(), Ok(origin));
    }
    assert_eq!(
        "web".parse::<Origin>().unwrap_err().to_string(),
        "`web` is no origin that this version of changesets knows",
    );
}
