//! MariaDB: a compound statement, which is prepared and sent as one
//! (<https://mariadb.com/docs/server/reference/sql-statements/programmatic-compound-statements/using-compound-statements-outside-of-stored-programs>).
//!
//! What others wait for stays short. A row is read by its key, or locked as the write locks it: a
//! range would lock the gap behind it, and with it every insert. `INSERT … SELECT` into the log holds
//! the lock of its numbers until it ends
//! (<https://mariadb.com/docs/server/server-usage/storage-engines/innodb/auto_increment-handling-in-innodb>),
//! so it reads only rows that are locked already.

mod update;

use crate::statement::{Conflict, DeletePlan, Fragment, InsertPlan, InsertRows};

use super::{
    super::log_values::{CHANGE, CHANGE_REF},
    build::{Builder, ROW},
};

/// Keeps what the caller's own statement did.
const WROTE: &str = "SET __changesets_wrote = ROW_COUNT()";
/// Keeps the first number that the caller's statement was given.
const LAST: &str = ", __changesets_last = IF(ROW_COUNT() > 0, LAST_INSERT_ID(), 0)";
/// Not every written row is recorded.
const MISSED: &str = "__changesets_recorded <> __changesets_wrote";
const OTHERS: &str =
    "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'changesets: other rows were written than read'";
/// More rows than one statement has parameters for.
const NUMBERS: &str = "seq_0_to_65535";
/// How many rows were written, and how many are to be recorded. Every variable takes its time: each
/// write declares what else it needs.
const COUNTS: &str = "DECLARE __changesets_wrote, __changesets_recorded BIGINT DEFAULT 0;";
/// Begins a block with what [`log_kept`](Builder::log_kept) needs.
const KEEPS: &str = "BEGIN DECLARE __changesets_change BIGINT; \
     DECLARE __changesets_key, __changesets_diff LONGTEXT CHARACTER SET utf8mb4;";
const TELL: &str = "SELECT __changesets_wrote, __changesets_recorded";

/// What goes around the statements: a transaction of their own, or a savepoint of the open one. An
/// error takes back what was done so far, and is the answer.
pub(super) fn frame(in_transaction: bool) -> [String; 2] {
    if in_transaction {
        // A deadlock has taken back the whole transaction.
        let begin = format!(
            "BEGIN NOT ATOMIC {COUNTS} DECLARE EXIT HANDLER FOR 1213 RESIGNAL; \
             DECLARE EXIT HANDLER FOR SQLEXCEPTION \
             BEGIN ROLLBACK TO SAVEPOINT changesets; RESIGNAL; END; SAVEPOINT changesets"
        );
        [begin, "; END".to_owned()]
    } else {
        let begin = format!(
            "BEGIN NOT ATOMIC {COUNTS} DECLARE EXIT HANDLER FOR SQLEXCEPTION \
             BEGIN ROLLBACK; RESIGNAL; END; START TRANSACTION"
        );
        // Nothing comes after the commit: whatever fails, it was not done.
        [begin, "; COMMIT; END".to_owned()]
    }
}

impl Builder<'_> {
    pub(super) fn mariadb_insert(&mut self, plan: &InsertPlan) -> Option<()> {
        let numbered = self.facts.auto_increment.as_deref();
        let given = |name: &str| plan.columns.iter().any(|c| c.eq_ignore_ascii_case(name));
        if plan.columns.is_empty() || numbered.is_some_and(given) {
            return None;
        }
        let (key, diff) = self.whole_row(ROW)?;
        let found = self.inserted(plan)?;
        let one = self.is_one(plan);
        if numbered.is_some() {
            self.script
                .open("BEGIN DECLARE __changesets_last BIGINT DEFAULT 0;");
        }
        self.write();
        self.script.statement(WROTE);
        if numbered.is_some() {
            self.script.push(LAST);
        }
        if one && self.is_link() {
            self.keep(&key, &diff);
            self.push_inserted(found);
            self.log_kept("insert")?;
        } else {
            self.log("insert", &key, &diff);
            if one {
                self.push_inserted(found);
            } else {
                self.push_numbered(&found)?;
            }
            self.count_logged()?;
        }
        self.tell(one, Some(MISSED), numbered.map(|_| "__changesets_last"));
        if numbered.is_some() {
            self.script.statement("END");
        }
        Some(())
    }

    /// How the inserted rows are found again.
    fn inserted<'p>(&self, plan: &'p InsertPlan) -> Option<Vec<(String, Found<'p>)>> {
        let numbered = self.facts.auto_increment.as_deref();
        let keys = self.columns.table.key_columns();
        let found = keys.map(|key| {
            if Some(key.name.as_str()) == numbered {
                // Rows that are passed over leave gaps, and a query takes numbers in portions.
                let follow = match plan.rows {
                    InsertRows::One(_) => self.is_one(plan) || plan.conflict == Conflict::None,
                    InsertRows::Several => plan.conflict == Conflict::None,
                    InsertRows::Query => false,
                };
                return follow.then(|| (key.name.clone(), Found::Numbered));
            }
            let InsertRows::One(values) = &plan.rows else {
                return None;
            };
            let value = values.get(plan.place(&key.name)?)?.as_ref()?;
            Some((key.name.clone(), Found::Given(value)))
        });
        found.collect()
    }

    /// ` FROM` the one row that was inserted.
    fn push_inserted(&mut self, found: Vec<(String, Found<'_>)>) {
        self.script
            .push(&format!(" FROM {} AS {ROW} WHERE ", self.target.target));
        for (column, found) in found {
            let column = self.columns.of(ROW, &column);
            self.script.push(&format!("{column} = "));
            match found {
                Found::Given(value) => self.script.push("(").fragment(value).push(")"),
                Found::Numbered => self.script.push("__changesets_last"),
            };
            self.script.push(" AND ");
        }
        // IGNORE: the row that is there is not the caller's.
        self.script.push("__changesets_wrote > 0");
    }

    /// ` FROM` the rows that were inserted, by the numbers that they were given.
    fn push_numbered(&mut self, found: &[(String, Found<'_>)]) -> Option<()> {
        let [(numbered, Found::Numbered)] = found else {
            return None;
        };
        let number = self.columns.of(ROW, numbered);
        self.script.push(&format!(
            " FROM {NUMBERS} AS numbers STRAIGHT_JOIN {} AS {ROW} ON {number} = \
             __changesets_last + numbers.seq * @@auto_increment_increment \
             WHERE numbers.seq < __changesets_wrote",
            self.target.target
        ));
        Some(())
    }

    pub(super) fn mariadb_delete(&mut self, plan: &DeletePlan) -> Option<()> {
        let (key, diff) = self.whole_row(self.of())?;
        let one = self.facts.picks_one(&plan.picks);
        if one && self.is_link() {
            self.keep(&key, &diff);
            self.push_locked(plan);
            self.write();
            self.script.statement(WROTE);
            self.log_kept("delete")?;
        } else {
            if !one {
                // So that the log's insert waits for nobody. One row is locked before it takes a number.
                self.script
                    .statement("SELECT COUNT(*) INTO __changesets_recorded");
                self.push_locked(plan);
            }
            self.log("delete", &key, &diff);
            self.push_locked(plan);
            self.count_logged()?;
            self.write();
            self.script.statement(WROTE);
        }
        self.tell(one, Some(MISSED), None);
        Some(())
    }

    /// ` FROM` the rows that are about to be deleted.
    fn push_locked(&mut self, plan: &DeletePlan) {
        self.push_source(plan.filter.as_ref());
        self.script.push(" FOR UPDATE");
    }

    fn is_link(&self) -> bool {
        self.columns.table.link().is_some()
    }

    /// The object key and the diff of a whole row, from the columns of `of`.
    fn whole_row(&self, of: &str) -> Option<(String, String)> {
        let key = self.columns.key(|_, name| self.columns.of(of, name))?;
        let diff = self.columns.whole_diff(of, None)?;
        let diff = self.columns.unless_key_is_long(&key, diff);
        Some((key, diff))
    }

    /// Begins a block with a `SELECT … INTO`, up to its `FROM`.
    fn keep(&mut self, key: &str, diff: &str) {
        self.script.open(KEEPS).statement(&format!(
            "SELECT {key}, {diff} INTO __changesets_key, __changesets_diff"
        ));
    }

    /// Logs the change that was kept, if there is one, and ends the block of what was kept.
    fn log_kept(&mut self, action: &str) -> Option<()> {
        self.script.open("IF __changesets_key IS NOT NULL THEN");
        let into = self.insert_into(self.shared.log.change(), &CHANGE);
        let entity = self.dialect.literal(self.columns.table.entity());
        self.script.statement(&format!("{into} VALUES ("));
        self.shared_values();
        self.script
            .push(&format!(
                "{entity}, __changesets_key, '{action}', __changesets_diff)"
            ))
            .statement("SET __changesets_recorded = 1, __changesets_change = LAST_INSERT_ID()");
        for end in self.columns.table.link().iter().flat_map(|link| &link.ends) {
            let (key, present) = self.columns.end_key(end, "__changesets_diff")?;
            let into = self.insert_into(self.shared.log.change_ref(), &CHANGE_REF);
            self.script
                .open(&format!("IF {present} THEN"))
                .statement(&format!(
                    "{into} VALUES (__changesets_change, {}, {key}, {})",
                    self.dialect.literal(&end.entity),
                    self.dialect.literal(&end.role)
                ))
                .statement("END IF");
        }
        self.mariadb_header();
        self.script.statement("END IF").statement("END");
        Some(())
    }

    /// What follows on an insert into the log.
    fn count_logged(&mut self) -> Option<()> {
        // Which number belongs to which change would have to be asked of the log, and lock it.
        if self.is_link() {
            return None;
        }
        self.script
            .statement("SET __changesets_recorded = ROW_COUNT()");
        if self.shape.header {
            self.script.open("IF __changesets_recorded > 0 THEN");
            self.mariadb_header();
            self.script.statement("END IF");
        }
        Some(())
    }

    fn mariadb_header(&mut self) {
        if self.shape.header {
            self.header("VALUES (", ") ON DUPLICATE KEY UPDATE `id` = `id`");
        }
    }

    /// Answers, unless it `fails`. Of `one` row that is written and recorded, as is nearly always so, it says
    /// only what is to be told `besides`, if anything: an answer from within a compound statement is sent by
    /// itself, and wakes the caller once more, and each of its columns has to be described.
    fn tell(&mut self, one: bool, fails: Option<&str>, besides: Option<&str>) {
        if one {
            self.script
                .open("IF __changesets_wrote <> 1 OR __changesets_recorded <> 1 THEN");
        }
        if let Some(condition) = fails {
            self.check(condition);
        }
        self.script.statement(TELL);
        if let Some(besides) = besides {
            self.script.push(", ").push(besides);
        }
        if one {
            if let Some(besides) = besides {
                self.script
                    .open("ELSE")
                    .statement(&format!("SELECT {besides}"));
            }
            self.script.statement("END IF");
        }
    }

    /// Fails where this is so.
    fn check(&mut self, condition: &str) {
        self.script
            .open(&format!("IF {condition} THEN"))
            .statement(OTHERS)
            .statement("END IF");
    }
}

/// How the value of a key column of an inserted row is known.
enum Found<'p> {
    Given(&'p Fragment),
    Numbered,
}
