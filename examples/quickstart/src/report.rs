//! The history as a person reads it.

use std::collections::HashMap;

use changesets_seaorm::{
    Action, Entry, HasHistory, HistoryError, Revision, TrackedConnection, feed,
    history::{LinkChange, LinkEvent},
    history_of,
};
use sea_orm::{EntityTrait, IdenStatic, prelude::Decimal};
use serde_json::Value;

use crate::{shop::product, story::Shop};

pub async fn write(db: &TrackedConnection, shop: &Shop) -> Result<String, HistoryError> {
    let names = Names::of_everything(db).await?;
    let mut page = Vec::new();

    page.push("THE KETTLE: kettle.history()\n".to_owned());
    let history = shop.kettle.history().oldest_first().all(db).await?;
    page.push(names.revisions(&history));

    page.push("THE TEAPOT, which is gone: history_of::<product::Entity>(2)\n".to_owned());
    let history = history_of::<product::Entity>(shop.teapot_id);
    let history = history.oldest_first().all(db).await?;
    page.push(names.revisions(&history));

    page.push("THE TAG \"tea\": tea.history()\n".to_owned());
    let history = shop.tea.history().oldest_first().all(db).await?;
    page.push(names.revisions(&history));

    page.push("THE PRICE OF THE KETTLE, typed: .touching(product::Column::Price)\n".to_owned());
    page.push(price_of_the_kettle(db, &shop.kettle).await?);

    page.push("WHAT BOB DID, less what was rolled back: feed().by_actor(\"user:2\")\n".to_owned());
    let entries = feed().by_actor("user:2").oldest_first().all(db).await?;
    page.push(entries.iter().map(|entry| names.entry(entry)).collect());

    Ok(page.join("\n"))
}

async fn price_of_the_kettle(
    db: &TrackedConnection,
    kettle: &product::Model,
) -> Result<String, HistoryError> {
    use product::Column::Price;
    let mut lines = String::new();
    for revision in kettle
        .history()
        .touching(Price)
        .oldest_first()
        .all(db)
        .await?
    {
        let old: Option<Decimal> = revision.old(Price)?;
        let new: Option<Decimal> = revision.new(Price)?;
        let saved = old.zip(new).map(|(old, new)| old - new);
        let saved = saved
            .map(|saved| format!(", {saved} less"))
            .unwrap_or_default();
        let new = new.unwrap_or_default();
        lines += &format!("  {}  {new}{saved}\n", day(&revision));
    }
    Ok(lines)
}

/// What things are called, or were when they were still there.
struct Names(HashMap<(String, String), String>);

impl Names {
    async fn of_everything(db: &TrackedConnection) -> Result<Self, HistoryError> {
        let mut names = HashMap::new();
        for entry in feed().action(Action::Insert).all(db).await? {
            if let Some(Value::String(name)) = entry.diff().as_map().get("name") {
                let key = (entry.entity().to_owned(), entry.key().to_string());
                names.insert(key, name.clone());
            }
        }
        Ok(Self(names))
    }

    fn of(&self, entity: &str, key: &str) -> String {
        match self.0.get(&(entity.to_owned(), key.to_owned())) {
            Some(name) => format!("{entity} \"{name}\""),
            None => format!("{entity} {key}"),
        }
    }

    /// Who, when and why, once for each changeset; below it what changed, line by line.
    fn revisions<E: EntityTrait>(&self, history: &[Revision<E>]) -> String {
        let mut text = String::new();
        for changeset in history.chunk_by(|a, b| a.changeset_id() == b.changeset_id()) {
            if let [first, ..] = changeset {
                let why = first.reason().map(|why| format!(": {why}"));
                let why = why.unwrap_or_default();
                text += &format!("  {}  {}{why}\n", day(first), who(first));
            }
            for revision in changeset {
                text += &match revision.is_link() {
                    true => revision
                        .links()
                        .iter()
                        .map(|link| self.link(link))
                        .collect(),
                    false => columns(revision),
                };
            }
        }
        text
    }

    /// One line for a change of whatever entity.
    fn entry(&self, entry: &Entry) -> String {
        let done = match entry.action() {
            Action::Insert => "added",
            Action::Update => "changed",
            Action::Delete => "deleted",
        };
        let what = self.of(entry.entity(), entry.key().as_str());
        let columns: Vec<&str> = entry.diff().columns().collect();
        let (day, why) = (day(entry), entry.reason().unwrap_or("no reason"));
        format!("  {day}  {done} {what} ({}): {why}\n", columns.join(", "))
    }

    fn link(&self, link: &LinkChange) -> String {
        let other = self.of(&link.entity, link.key.as_str());
        match link.event {
            LinkEvent::Added => format!("      + {other}\n"),
            LinkEvent::Removed => format!("      - {other}\n"),
            _ => format!("      ~ {other}\n"),
        }
    }
}

/// Per column: what it was → what it became.
fn columns<E: EntityTrait>(revision: &Revision<E>) -> String {
    let mut lines = match revision.action() {
        Action::Insert => "      created\n".to_owned(),
        Action::Delete => "      deleted\n".to_owned(),
        Action::Update => String::new(),
    };
    for column in revision.changed() {
        let name = column.as_str();
        let values = match (revision.old_json(name), revision.new_json(name)) {
            _ if name == "id" => continue,
            _ if revision.is_redacted(column) => "(kept out of the history)".to_owned(),
            (Some(old), Some(new)) => format!("{} → {}", show(old), show(new)),
            (None, Some(value)) | (Some(value), None) => show(value),
            (None, None) => continue,
        };
        lines += &format!("      {name:<9} {values}\n");
    }
    lines
}

fn show(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn who(entry: &Entry) -> String {
    let actor = entry.actor();
    actor.map_or("somebody".to_owned(), |who| who.label.unwrap_or(who.id))
}

fn day(entry: &Entry) -> String {
    entry.at().format("%-d %b %H:%M").to_string()
}
