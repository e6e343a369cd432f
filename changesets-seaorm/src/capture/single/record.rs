//! The parts of the statement that write the log.

use crate::statement::{TableWrite, WriteKind};

use super::{
    super::log_values::{HEADER, SHARED_VALUES},
    build::{Builder, MEMBERS, NEW, OLD},
};

/// `count` placeholders that follow on `before` others.
fn places(before: usize, count: usize) -> String {
    let places: Vec<String> = (before + 1..=before + count)
        .map(|n| format!("${n}"))
        .collect();
    places.join(", ")
}

/// What picks the rows of a part that leave a change: every one, but of an update those that it changed.
fn changed(target: &TableWrite) -> String {
    match target.kind {
        WriteKind::Update(_) => format!(" WHERE \"{MEMBERS}\" <> ''"),
        WriteKind::Insert(_) | WriteKind::Delete(_) => String::new(),
    }
}

/// Whether there is a change at all.
fn any_change(parts: &[(String, &TableWrite)]) -> String {
    let exists = |(part, target): &(String, &TableWrite)| {
        format!("EXISTS (SELECT 1 FROM \"{part}\"{})", changed(target))
    };
    parts.iter().map(exists).collect::<Vec<_>>().join(" OR ")
}

impl Builder<'_> {
    /// Appends the changes of all parts, and the header.
    pub(super) fn changes(&mut self, parts: &[(String, &TableWrite)]) {
        self.sql.push("\"__changesets_c\" AS (");
        for (n, (part, target)) in parts.iter().enumerate() {
            if n > 0 {
                self.sql.push(" UNION ALL ");
            }
            let columns = self.columns(target);
            let entity = self.dialect.literal(columns.table.entity());
            let (action, key, diff) = match target.kind {
                WriteKind::Insert(_) => ("insert", NEW, columns.whole_diff(NEW)),
                WriteKind::Delete(_) => ("delete", OLD, columns.whole_diff(OLD)),
                WriteKind::Update(_) => {
                    let diff = format!("concat('{{', \"{MEMBERS}\", '}}')::jsonb");
                    ("update", OLD, diff)
                }
            };
            let key = columns.object_key(key);
            self.sql.push(&format!(
                "SELECT {entity}::text AS entity, {key} AS object_key, '{action}'::text AS action, \
                 {diff} AS diff FROM \"{part}\"{}",
                changed(target)
            ));
        }
        self.sql.push(")");
        self.header(parts);
    }

    /// The insert that writes the changes to the log.
    pub(super) fn log_insert(&self) -> String {
        let first = self.shape.values + if self.shape.header { HEADER.len() } else { 0 };
        let log = self
            .dialect
            .table(self.shared.log.schema_name(), self.shared.log.change());
        format!(
            "INSERT INTO {log} (changeset_id, recorded_at, entity, object_key, action, diff) \
             SELECT {}, entity, object_key, action, diff FROM \"__changesets_c\"",
            places(first, SHARED_VALUES)
        )
    }

    /// Appends that insert as a part, and the references.
    pub(super) fn log(&mut self, parts: &[(String, &TableWrite)]) {
        let insert = self.log_insert();
        self.sql.push(", \"__changesets_l\" AS (").push(&insert);
        let linked: Vec<_> = parts
            .iter()
            .filter(|(_, target)| self.columns(target).table.link().is_some())
            .collect();
        if !linked.is_empty() {
            self.sql
                .push(" RETURNING id, entity, object_key), \"__changesets_f\" AS (");
            self.refs(&linked);
        }
        self.sql.push(")");
    }

    fn header(&mut self, parts: &[(String, &TableWrite)]) {
        if !self.shape.header {
            return;
        }
        let table = self
            .dialect
            .table(self.shared.log.schema_name(), self.shared.log.changeset());
        self.sql.push(&format!(
            ", \"__changesets_h\" AS (INSERT INTO {table} \
             (id, created_at, actor, actor_label, reason, context, parent_id, origin) SELECT {} \
             WHERE {} ON CONFLICT (id) DO NOTHING)",
            places(self.shape.values, HEADER.len()),
            any_change(parts)
        ));
    }

    fn refs(&mut self, parts: &[&(String, &TableWrite)]) {
        let table = self
            .dialect
            .table(self.shared.log.schema_name(), self.shared.log.change_ref());
        self.sql.push(&format!(
            "INSERT INTO {table} (change_id, entity, object_key, role) "
        ));
        let mut selects = Vec::new();
        for (part, target) in parts {
            let columns = self.columns(target);
            let entity = self.dialect.literal(columns.table.entity());
            let images: &[&str] = match target.kind {
                WriteKind::Insert(_) => &[NEW],
                WriteKind::Delete(_) => &[OLD],
                WriteKind::Update(_) => &[OLD, NEW],
            };
            let own_key = columns.object_key(images[0]);
            for end in columns.table.link().iter().flat_map(|link| &link.ends) {
                for image in images {
                    selects.push(format!(
                        "SELECT l.id, {}::text, {}, {}::text FROM \"{part}\" w \
                         JOIN \"__changesets_l\" l ON l.entity = {entity} AND l.object_key = {own_key} \
                         WHERE {}",
                        self.dialect.literal(&end.entity),
                        columns.end_key(end, image),
                        self.dialect.literal(&end.role),
                        columns.end_present(end, image),
                    ));
                }
            }
        }
        // UNION, not UNION ALL: an update of a link that keeps an end names it once.
        self.sql.push(&selects.join(" UNION "));
    }
}
