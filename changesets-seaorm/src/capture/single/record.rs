//! The parts of the statement that write the log.

use crate::statement::{TableWrite, UpdatePlan, WriteKind};

use super::{
    super::log_values::HEADER,
    build::{Builder, MEMBERS, NEW, OLD},
};

/// `count` placeholders that follow on `before` others.
fn places(before: usize, count: usize) -> String {
    let places: Vec<String> = (before + 1..=before + count).map(place).collect();
    places.join(", ")
}

fn place(number: usize) -> String {
    format!("${number}")
}

impl Builder<'_> {
    /// What picks the rows of a part that leave a change: every one, but of an update those that it changed.
    fn changed(&self, target: &TableWrite) -> String {
        match &target.kind {
            WriteKind::Update(plan) => match self.is_diff(target, plan) {
                true => format!(" WHERE \"{MEMBERS}\" IS NOT NULL"),
                false => format!(" WHERE \"{MEMBERS}\" <> ''"),
            },
            WriteKind::Insert(_) | WriteKind::Delete(_) => String::new(),
        }
    }

    /// Whether an update carries its diff, and not the members of it.
    fn is_diff(&self, target: &TableWrite, plan: &UpdatePlan) -> bool {
        let columns = self.columns(target);
        columns.changed_alone(self.may_change(plan, columns))
    }

    /// Whether there is a change at all.
    fn any_change(&self, parts: &[(String, &TableWrite)]) -> String {
        let exists = |(part, target): &(String, &TableWrite)| {
            format!("EXISTS (SELECT 1 FROM \"{part}\"{})", self.changed(target))
        };
        parts.iter().map(exists).collect::<Vec<_>>().join(" OR ")
    }

    /// The insert that writes the changes of all parts to the log.
    pub(super) fn log_insert(&self, parts: &[(String, &TableWrite)]) -> String {
        let first = self.shape.values + if self.shape.header { HEADER.len() } else { 0 };
        let [changeset, now] = [place(first + 1), place(first + 2)];
        let changes = |(part, target): &(String, &TableWrite)| {
            let columns = self.columns(target);
            let entity = self.dialect.literal(columns.table.entity());
            let (action, key, diff) = match &target.kind {
                WriteKind::Insert(_) => ("insert", NEW, columns.whole_diff(NEW)),
                WriteKind::Delete(_) => ("delete", OLD, columns.whole_diff(OLD)),
                WriteKind::Update(plan) => {
                    let diff = match self.is_diff(target, plan) {
                        true => format!("\"{MEMBERS}\""),
                        false => format!("concat('{{', \"{MEMBERS}\", '}}')::jsonb"),
                    };
                    ("update", OLD, diff)
                }
            };
            let key = columns.object_key(key);
            // With their types, as a UNION looks at no column that they are for.
            format!(
                "SELECT {changeset}::uuid, {now}::timestamptz, {entity}, {key}, '{action}', {diff} \
                 FROM \"{part}\"{}",
                self.changed(target)
            )
        };
        let changes: Vec<String> = parts.iter().map(changes).collect();
        format!(
            "INSERT INTO {} (changeset_id, recorded_at, entity, object_key, action, diff) {}",
            self.log_table(self.shared.log.change()),
            changes.join(" UNION ALL ")
        )
    }

    /// Appends that insert as a part, and the references.
    pub(super) fn log(&mut self, parts: &[(String, &TableWrite)]) {
        let insert = self.log_insert(parts);
        self.begin("\"__changesets_l\" AS (").push(&insert);
        let linked: Vec<_> = parts
            .iter()
            .filter(|(_, target)| self.columns(target).table.link().is_some())
            .collect();
        if !linked.is_empty() {
            self.sql.push(" RETURNING id, entity, object_key");
        }
        self.sql.push(")");
        for linked in &linked {
            self.logged(linked);
        }
        if !linked.is_empty() {
            self.refs(&linked);
        }
    }

    /// Appends the header, if there is one to write.
    pub(super) fn header(&mut self, parts: &[(String, &TableWrite)]) {
        if !self.shape.header {
            return;
        }
        let once = match parts {
            // A subquery takes longer to plan and to run.
            [(part, target)] => format!("FROM \"{part}\"{} LIMIT 1", self.changed(target)),
            _ => format!("WHERE {}", self.any_change(parts)),
        };
        let header = format!(
            "\"__changesets_h\" AS (INSERT INTO {} \
             (id, created_at, actor, actor_label, reason, context, parent_id, origin) SELECT {} \
             {once} ON CONFLICT (id) DO NOTHING)",
            self.log_table(self.shared.log.changeset()),
            places(self.shape.values, HEADER.len()),
        );
        self.begin(&header);
    }

    /// Appends the rows of `part` with the number of the change of each.
    fn logged(&mut self, (part, target): &(String, &TableWrite)) {
        let columns = self.columns(target);
        let entity = self.dialect.literal(columns.table.entity());
        let key = columns.object_key(match target.kind {
            WriteKind::Insert(_) => NEW,
            WriteKind::Update(_) | WriteKind::Delete(_) => OLD,
        });
        self.begin(&format!(
            "\"{part}_l\" AS (SELECT l.id AS \"__changesets_id\", w.* FROM \"{part}\" w \
             JOIN \"__changesets_l\" l ON l.entity = {entity} AND l.object_key = {key})"
        ));
    }

    fn refs(&mut self, parts: &[&(String, &TableWrite)]) {
        let mut selects = Vec::new();
        for (part, target) in parts {
            let columns = self.columns(target);
            let images: &[&str] = match target.kind {
                WriteKind::Insert(_) => &[NEW],
                WriteKind::Delete(_) => &[OLD],
                WriteKind::Update(_) => &[OLD, NEW],
            };
            for end in columns.table.link().iter().flat_map(|link| &link.ends) {
                for image in images {
                    selects.push(format!(
                        "SELECT \"__changesets_id\", {}::text, {}, {}::text FROM \"{part}_l\" \
                         WHERE {}",
                        self.dialect.literal(&end.entity),
                        columns.end_key(end, image),
                        self.dialect.literal(&end.role),
                        columns.end_present(end, image),
                    ));
                }
            }
        }
        // An update of a link that keeps an end names it once, and so do two parts that write one link.
        // The ends of a link have different roles.
        let alone = matches!(parts, [(_, target)] if !matches!(target.kind, WriteKind::Update(_)));
        let union = if alone { " UNION ALL " } else { " UNION " };
        let refs = format!(
            "\"__changesets_f\" AS (INSERT INTO {} (change_id, entity, object_key, role) {})",
            self.log_table(self.shared.log.change_ref()),
            selects.join(union)
        );
        self.begin(&refs);
    }

    fn log_table(&self, name: &str) -> String {
        self.dialect.table(self.shared.log.schema_name(), name)
    }
}
