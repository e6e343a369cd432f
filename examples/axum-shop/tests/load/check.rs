//! What the clients remember against what the log says.

use std::collections::{BTreeMap, HashMap, HashSet};

use changesets_core::Change;
use changesets_seaorm::log::changeset;
use changesets_tests::tracked;
use sea_orm::prelude::Uuid;
use serde_json::Value;

use crate::{
    act::{Did, End, Kind},
    common::TestShop,
};

/// That there was something to check: most requests came through, and each fault was there.
pub fn outcomes(did: &[Did]) {
    let mut counts: BTreeMap<(Kind, &str), usize> = BTreeMap::new();
    for did in did {
        let end = match did.end {
            End::Done(_) => "done",
            End::Refused => "refused",
            End::Panicked => "panicked",
            End::TimedOut => "timed out",
            End::Aborted => "aborted",
        };
        *counts.entry((did.kind, end)).or_default() += 1;
    }
    println!("{counts:#?}");
    let ended = |wanted: &str| {
        counts
            .iter()
            .filter(|((_, end), _)| *end == wanted)
            .map(|(_, n)| n)
            .sum::<usize>()
    };
    assert!(ended("done") * 2 > did.len(), "most requests were done");
    for fault in ["panicked", "timed out", "aborted"] {
        assert!(ended(fault) * 100 > did.len(), "{fault}: {}", ended(fault));
    }
}

/// That every change is under the request that made it, with its actor; and that every request
/// left what it should.
pub async fn log(shop: &TestShop, before: &[Uuid], did: &[Did]) {
    let plain = shop.db.plain();
    let before: HashSet<Uuid> = before.iter().copied().collect();
    let mut changes: HashMap<Uuid, Vec<Change>> = HashMap::new();
    for change in tracked::changes(&plain).await {
        changes
            .entry(change.changeset.as_uuid())
            .or_default()
            .push(change);
    }
    let mut headers: HashMap<String, changeset::Model> = HashMap::new();
    for header in tracked::headers(&plain).await {
        if before.contains(&header.id) {
            continue;
        }
        let request = header.context["request_id"].as_str().unwrap().to_owned();
        let twice = headers.insert(request, header);
        assert!(twice.is_none(), "two changesets for one request: {twice:?}");
    }
    let mut told = HashSet::new();
    for did in did {
        if let Some(changeset) = &did.changeset {
            assert!(
                told.insert(changeset),
                "two requests in one changeset: {did:?}"
            );
        }
        let header = headers.remove(&did.request_id);
        let made = header
            .as_ref()
            .and_then(|header| changes.remove(&header.id));
        one(did, header.as_ref(), &made.unwrap_or_default());
    }
    assert!(headers.is_empty(), "changesets of nobody: {headers:#?}");
    changes.retain(|changeset, _| !before.contains(changeset));
    assert!(changes.is_empty(), "changes of nobody: {changes:#?}");
}

fn one(did: &Did, header: Option<&changeset::Model>, changes: &[Change]) {
    let lines: Vec<String> = changes
        .iter()
        .map(|change| format!("{} {}", change.action, change.entity))
        .collect();
    let right = match did.end {
        End::Done(ref body) => is_whole(did, &serde_json::from_str(body).unwrap(), &lines),
        End::Panicked => lines == ["update product"],
        End::Refused => lines.is_empty(),
        // Its transaction was open for longer than a request may take.
        End::TimedOut if did.kind == Kind::Slow => lines.is_empty(),
        // It may have got as far as its commit, or not: all of it, or nothing.
        End::TimedOut | End::Aborted => lines.is_empty() || is_whole(did, &Value::Null, &lines),
    };
    assert!(right, "{did:?} left {lines:#?}");
    let Some(header) = header else { return };
    assert_eq!(
        header.actor,
        Some(format!("customer:{}", did.customer)),
        "{did:?}"
    );
    if let Some(changeset) = &did.changeset {
        assert_eq!(*changeset, header.id.to_string(), "{did:?}");
    }
    match did.kind {
        Kind::Create | Kind::Panic | Kind::Rename => {
            let name = &changes[0].diff.as_map()["name"];
            let name = name.get(1).unwrap_or(name);
            assert_eq!(*name, did.request_id, "{did:?}");
        }
        Kind::Sale => assert_eq!(header.reason.as_ref(), Some(&did.request_id), "{did:?}"),
        Kind::Order => assert_eq!(
            changes[0].diff.as_map()["customer_id"],
            did.customer,
            "{did:?}"
        ),
        Kind::Delete | Kind::Read | Kind::Slow | Kind::Tag => {}
    }
}

/// Whether this is all that such a request does; without a body it is not known how much it was.
fn is_whole(did: &Did, body: &Value, lines: &[String]) -> bool {
    let count = |line: &str| lines.iter().filter(|other| *other == line).count();
    match did.kind {
        Kind::Create => lines == ["insert product"],
        Kind::Rename => lines == ["update product"],
        Kind::Panic => lines == ["update product"],
        Kind::Read | Kind::Slow => lines.is_empty(),
        Kind::Delete => {
            count("delete product") == 1 && count("delete product_tag") + 1 == lines.len()
        }
        Kind::Order => {
            lines.first().is_some_and(|line| line == "insert order")
                && count("update product") == did.lines
                && count("insert order_line") == did.lines
                && lines.len() == 1 + 2 * did.lines
        }
        // The product may have had the tag.
        Kind::Tag => matches!(
            lines.iter().map(String::as_str).collect::<Vec<_>>()[..],
            [] | ["insert product_tag"] | ["insert tag", "insert product_tag"]
        ),
        Kind::Sale => {
            let all = count("update product") == lines.len();
            all && body["products"]
                .as_u64()
                .is_none_or(|told| told == lines.len() as u64)
        }
    }
}
