//! Updates: MariaDB does not give back the rows of one, so they are read before and after it.

use changesets_core::{Record, TrackedColumn};

use super::{
    super::{
        build::{Builder, ROW},
        changed::{Changed, Compared},
    },
    KEEPS, WROTE,
};
use crate::{dialect::Part, statement::UpdatePlan};

/// Prefixes of variables: a column's value as it goes into a diff, and a key column's as it is.
const ENCODED: &str = "__changesets_o";
const KEY: &str = "__changesets_k";
/// All that should stay as it is, as one text.
const REST: &str = "__changesets_rest";
/// The rows as they were, in a table that only this connection sees.
const BEFORE: &str = "`__changesets_before`";
/// The checksum of what should stay as it is, in that table.
const CHECKSUM: &str = "`__changesets_checksum`";
/// `ER_RECORD_FILE_FULL`: a table in memory is larger than `max_heap_table_size`.
const TABLE_FULL: u16 = 1114;

impl Builder<'_> {
    pub(in super::super) fn mariadb_update(&mut self, plan: &UpdatePlan) -> Option<()> {
        if !self.keeps_its_rows(plan) {
            return None;
        }
        if self.facts.picks_one(&plan.picks) {
            self.mariadb_update_one(plan)
        } else {
            self.mariadb_update_many(plan)
        }
    }

    fn mariadb_update_one(&mut self, plan: &UpdatePlan) -> Option<()> {
        let Changed { differs, diff } = self.changed_since(plan)?;
        let diff = format!("CASE WHEN {differs} THEN {diff} ELSE '' END");
        let diff = self.columns.unless_key_is_long("__changesets_key", diff);
        let rest_stays = match self.rest(plan, ROW)? {
            // NULL is what is longer than MariaDB lets a text be.
            Some(rest) => format!("COALESCE({REST} = BINARY {rest}, 0)"),
            None => "1".to_owned(),
        };
        let new = |_: usize, name: &str| self.columns.of(ROW, name);
        let same = self.columns.same_key(|n, _| variable(KEY, n), new);
        self.read_variables(plan)?;
        self.write();
        self.script.statement(WROTE);
        self.check("__changesets_wrote > __changesets_read");
        self.script
            .statement(&format!(
                "SELECT {diff}, {rest_stays} INTO __changesets_diff, __changesets_found"
            ))
            // Locked already; without it, a row that was not changed would be read from an older
            // snapshot.
            .push(&format!(
                " FROM {} AS {ROW} WHERE {same} FOR UPDATE",
                self.target.target
            ));
        self.check(
            "__changesets_found <> __changesets_read \
             OR __changesets_read > 0 AND __changesets_key IS NULL",
        );
        self.script.statement(
            "SET __changesets_key = IF(__changesets_diff <=> '', NULL, __changesets_key)",
        );
        self.log_kept("update")?;
        self.tell(true, None, None);
        Some(())
    }

    fn mariadb_update_many(&mut self, plan: &UpdatePlan) -> Option<()> {
        let old = |_: usize, name: &str| self.columns.of("o", name);
        let new = |_: usize, name: &str| self.columns.of(ROW, name);
        let key = self.columns.key(old)?;
        let changed = self
            .columns
            .changed(|column| self.may_change(plan, column), old, new)?;
        let diff = self.columns.unless_key_is_long(&key, changed.diff);
        let key_stays = self.columns.same_key(old, new);
        let stays = match self.checksum(plan, ROW)? {
            Some(checksum) => format!("{key_stays} AND o.{CHECKSUM} = {checksum}"),
            None => key_stays.clone(),
        };
        self.keep_all(plan)?;
        self.write();
        self.script.statement(WROTE);
        self.check("__changesets_wrote > __changesets_recorded");
        // A row that is not found again, because a trigger gave it another key, must not go missing.
        self.log("update", &key, &format!("IF({stays}, {diff}, NULL)"));
        self.script.push(&format!(
            " FROM {BEFORE} AS o LEFT JOIN {} AS {ROW} ON {key_stays} \
             WHERE {} OR ({stays}) IS NOT TRUE",
            self.target.target, changed.differs
        ));
        self.count_logged()?;
        self.script
            .statement(&format!("DROP TEMPORARY TABLE {BEFORE}"));
        self.tell(false, None, None);
        Some(())
    }

    /// Keeps of the rows as they are what may change, the key, and a checksum of the rest. In memory, if they
    /// are of types that MariaDB keeps there and there is room for them; Aria fills a table of any size faster
    /// than InnoDB does, but takes five times as long to make it.
    fn keep_all(&mut self, plan: &UpdatePlan) -> Option<()> {
        let of = self.of();
        let kept = self.kept(plan);
        let mut values: Vec<_> = kept
            .map(|(_, column)| self.columns.of(of, &column.name))
            .collect();
        if let Some(checksum) = self.checksum(plan, of)? {
            values.push(format!("{checksum} AS {CHECKSUM}"));
        }
        let values = values.join(", ");
        let large = |column: &TrackedColumn| self.dialect.is_large(self.columns.db_type(column));
        if self.kept(plan).any(|(_, column)| large(column)) {
            self.keep_in("InnoDB", &values, plan);
            return Some(());
        }
        self.script.open(&format!(
            "BEGIN DECLARE EXIT HANDLER FOR {TABLE_FULL} BEGIN"
        ));
        self.keep_in("Aria", &values, plan);
        self.script.statement("END");
        self.keep_in("MEMORY", &values, plan);
        self.script.statement("END");
        Some(())
    }

    fn keep_in(&mut self, engine: &str, values: &str, plan: &UpdatePlan) {
        self.script.statement(&format!(
            "CREATE OR REPLACE TEMPORARY TABLE {BEFORE} ENGINE = {engine} SELECT {values}"
        ));
        self.push_source(plan.filter.as_ref());
        self.script
            .push(" FOR UPDATE")
            .statement("SET __changesets_recorded = ROW_COUNT()");
    }

    /// What changed since the row was read into variables.
    fn changed_since(&self, plan: &UpdatePlan) -> Option<Changed> {
        let (columns, may_change) = (self.columns, |column: &_| self.may_change(plan, column));
        columns.changed_by(may_change, |index, column, around| {
            let old = variable(ENCODED, index);
            let new = columns.json_of(ROW, column)?;
            // NULL where the database cannot make one of them: then neither is said.
            let same = format!("BINARY {old} = BINARY {new}");
            let differs = format!("(({same}) IS NOT TRUE)");
            let (cases, member) = match column.record {
                Record::Redact => (
                    format!("WHEN ({same}) IS NULL THEN NULL "),
                    columns.redacted(column, around),
                ),
                _ => (
                    columns.respelled(column, &old, &new),
                    columns.pair(column, around, Part::Value(old), Part::Value(new)),
                ),
            };
            Some(Compared {
                differs,
                cases,
                member,
            })
        })
    }

    /// The columns of `of` that the update should leave alone, as one text: it takes a third of the time
    /// that their members take. If one of them is another, by a trigger that the catalog does not know, the
    /// write goes in steps, which compare all. `None` inside: there are none.
    fn rest(&self, plan: &UpdatePlan, of: &str) -> Option<Option<String>> {
        let untouched = self.untouched(plan, of)?.into_iter();
        let values: Vec<_> = untouched
            .map(|(_, value)| format!("QUOTE({value})"))
            .collect();
        Some((!values.is_empty()).then(|| format!("CONCAT({})", values.join(", "))))
    }

    /// A checksum of the same, for many rows: rows that are others have the same one once in 2³².
    fn checksum(&self, plan: &UpdatePlan, of: &str) -> Option<Option<String>> {
        let mut values = vec!["'|'".to_owned()];
        for (column, value) in self.untouched(plan, of)? {
            // NULL is left out.
            if !self.facts.required.contains(&column.name) {
                values.push(format!("{value} IS NULL"));
            }
            values.push(value);
        }
        Some((values.len() > 1).then(|| format!("CRC32(CONCAT_WS({}))", values.join(", "))))
    }

    /// The columns of `of` that the update should leave alone, each with what spells it out in full; `None` where
    /// nothing does for sure.
    fn untouched(&self, plan: &UpdatePlan, of: &str) -> Option<Vec<(&TrackedColumn, String)>> {
        let columns = self.columns;
        let untouched = columns
            .recorded()
            .filter(|(_, column)| !self.is_kept(plan, column));
        let spelled = untouched.map(|(_, column)| {
            columns.json_of(of, column)?;
            let value = columns.of(of, &column.name);
            let db_type = columns.db_type(column);
            Some((column, self.dialect.comparable(db_type, &value)))
        });
        spelled.collect()
    }

    /// Begins a block with the only row as it was in variables: what may change as it goes into a diff, the
    /// key as it is, and the rest. A variable of a column's type costs as much as a look at the table.
    fn read_variables(&mut self, plan: &UpdatePlan) -> Option<()> {
        let (columns, of) = (self.columns, self.of());
        let (mut names, mut values) = (Vec::new(), Vec::new());
        let mut declared = String::new();
        for (index, column) in columns.recorded() {
            if self.may_change(plan, column) {
                let encoded = variable(ENCODED, index);
                declared.push_str(&format!(
                    "DECLARE {encoded} LONGTEXT CHARACTER SET utf8mb4; "
                ));
                names.push(encoded);
                values.push(columns.json_of(of, column)?);
            }
        }
        if let Some(rest) = self.rest(plan, of)? {
            declared.push_str(&format!("DECLARE {REST} LONGBLOB; "));
            names.push(REST.to_owned());
            values.push(rest);
        }
        for &index in columns.table.key() {
            let (key, name) = (variable(KEY, index), &columns.table.columns()[index].name);
            let of_table = columns.of(&self.target.target, name);
            declared.push_str(&format!("DECLARE {key} TYPE OF {of_table}; "));
            names.push(key);
            values.push(columns.of(of, name));
        }
        values.push(columns.key(|_, name| columns.of(of, name))?);
        self.script.statement(&format!(
            "{KEEPS} DECLARE __changesets_read, __changesets_found BIGINT DEFAULT 0; \
             {declared}SELECT {}, 1 INTO {}, __changesets_key, __changesets_read",
            values.join(", "),
            names.join(", "),
        ));
        self.push_source(plan.filter.as_ref());
        self.script.push(" FOR UPDATE");
        Some(())
    }
}

fn variable(prefix: &str, index: usize) -> String {
    format!("`{prefix}{index}`")
}
