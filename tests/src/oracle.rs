//! Random programs: writes through every path, in and out of transactions and scopes, some of them
//! cancelled. Whatever they do, replaying the log must give the tables.

pub(crate) mod cancel;
mod writes;

use changesets_seaorm::{Changeset, TrackedConnection, TrackedTransaction};
use futures_util::future::try_join_all;
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};
use sea_orm::{DbErr, TransactionSession, TransactionTrait};

use crate::{
    Backend,
    tracked::{CONNECTIONS, assert_replay, shop_tables},
};

/// How deep transactions nest.
const DEPTH: usize = 3;

/// How many steps and programs: `CHANGESETS_ORACLE_STEPS`, `CHANGESETS_ORACLE_SEEDS`.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Steps of one program.
    pub steps: u32,
    /// Programs, with seeds counting from `first_seed`.
    pub seeds: u64,
    /// `CHANGESETS_ORACLE_SEED`, to run one program again.
    pub first_seed: u64,
}

impl Size {
    /// What the environment asks for.
    #[must_use]
    pub fn from_env() -> Self {
        let number = |name: &str, default: u64| {
            let value = std::env::var(name).ok();
            value.map_or(default, |value| {
                value
                    .parse()
                    .unwrap_or_else(|_| panic!("{name} is no number"))
            })
        };
        Self {
            steps: u32::try_from(number("CHANGESETS_ORACLE_STEPS", 150)).expect("fewer steps"),
            seeds: number("CHANGESETS_ORACLE_SEEDS", 2),
            first_seed: number("CHANGESETS_ORACLE_SEED", 1),
        }
    }
}

/// One running program.
#[derive(Debug)]
pub struct Program<'a> {
    db: &'a TrackedConnection,
    backend: Backend,
    rng: StdRng,
    open: Vec<TrackedTransaction>,
    /// What was done, for the message of a failure.
    done: Vec<String>,
    /// Something was dropped, and may still be on its way.
    dropped: bool,
}

impl<'a> Program<'a> {
    /// A program on an empty shop.
    #[must_use]
    pub fn new(db: &'a TrackedConnection, backend: Backend, seed: u64) -> Self {
        Self {
            db,
            backend,
            rng: StdRng::seed_from_u64(seed),
            open: Vec::new(),
            done: Vec::new(),
            dropped: false,
        }
    }

    /// Takes `steps` steps, ends what is open, and compares.
    pub async fn run(mut self, steps: u32) {
        let mut left = steps;
        while left > 0 {
            // A scope lasts for some steps, as a request does for some writes.
            let length = self.rng.random_range(1..12).min(left);
            left -= length;
            if self.rng.random_bool(0.8) {
                let actor = format!("user:{}", self.rng.random_range(1..5));
                Changeset::new()
                    .actor(actor)
                    .scope(self.steps(length))
                    .await;
            } else {
                self.steps(length).await;
            }
        }
        while let Some(transaction) = self.open.pop() {
            self.end(transaction).await;
        }
        self.settle().await;
        assert_replay(self.db, &shop_tables()).await;
    }

    /// Waits for what was dropped and is still on its way: until then a connection is missing.
    async fn settle(&self) {
        let all = (0..CONNECTIONS).map(|_| self.db.untracked().begin());
        let all = try_join_all(all).await.expect("all connections");
        for one in all {
            one.rollback().await.expect("a rollback");
        }
    }

    async fn steps(&mut self, count: u32) {
        for _ in 0..count {
            self.step().await;
        }
    }

    async fn step(&mut self) {
        match self.rng.random_range(0..100) {
            0..12 if self.open.len() < DEPTH => self.begin().await,
            12..24 => {
                if let Some(transaction) = self.open.pop() {
                    self.end(transaction).await;
                }
            }
            _ => self.write().await,
        }
    }

    async fn begin(&mut self) {
        let patience = self.patience();
        self.did("begin", patience);
        let begun = match self.open.last() {
            Some(outer) => cancel::after(patience, outer.begin()).await,
            None => cancel::after(patience, self.db.begin()).await,
        };
        match begun {
            Some(Ok(transaction)) => self.open.push(transaction),
            // PostgreSQL: an earlier error has aborted the transaction.
            Some(Err(_)) => self.abandon().await,
            None => {}
        }
    }

    async fn end(&mut self, transaction: TrackedTransaction) {
        let patience = self.patience();
        match self.rng.random_range(0..4) {
            0 => {
                self.did("rollback", patience);
                cancel::after(patience, TransactionSession::rollback(transaction)).await;
            }
            1 => {
                self.did("drop", None);
                drop(transaction);
            }
            _ => {
                self.did("commit", patience);
                cancel::after(patience, TransactionSession::commit(transaction)).await;
            }
        }
    }

    /// After how many polls the next call is dropped, if it is.
    fn patience(&mut self) -> Option<u32> {
        let cancelled = self.rng.random_bool(0.1);
        cancelled.then(|| self.rng.random_range(1..30))
    }

    fn did(&mut self, what: &str, patience: Option<u32>) {
        self.dropped |= patience.is_some();
        let cancelled = patience.map_or(String::new(), |polls| format!(" (dropped after {polls})"));
        self.done.push(format!("{what}{cancelled}"));
    }

    /// Rolls everything back, innermost first.
    async fn abandon(&mut self) {
        self.done.push("abandon".to_owned());
        while let Some(transaction) = self.open.pop() {
            let _ = TransactionSession::rollback(transaction).await;
        }
    }

    async fn write(&mut self) {
        let seed = self.rng.next_u64();
        let backend = self.backend;
        let patience = self.patience();
        let name = writes::name(backend, seed);
        self.did(name, patience);
        let result = match self.open.last() {
            Some(transaction) => {
                cancel::after(patience, writes::write(transaction, backend, seed)).await
            }
            None => cancel::after(patience, writes::write(self.db, backend, seed)).await,
        };
        // A request that is cancelled drops all it has open, while its last write is on its way.
        if result.is_none() && self.rng.random_bool(0.3) {
            self.did("drop all", None);
            while let Some(transaction) = self.open.pop() {
                drop(transaction);
            }
        }
        if let Some(Err(error)) = result {
            self.explain(name, &error);
            // PostgreSQL does nothing more in a transaction after an error.
            if self.backend.is_postgres() {
                self.abandon().await;
            }
        }
    }

    /// Broken constraints are part of the game; anything else is a bug.
    fn explain(&self, name: &str, error: &DbErr) {
        let text = error.to_string();
        // What was dropped runs beside what came after it, as another client would. SQLite does not
        // wait for it when a transaction that has read begins to write.
        let beside = ["database is locked", "None of the records", "eadlock"];
        if self.dropped && beside.iter().any(|word| text.contains(word)) {
            return;
        }
        let expected = [
            "nique",
            "UNIQUE",
            "uplicate",
            "oreign key",
            "FOREIGN KEY",
            "aborted",
            "a second time",
        ];
        assert!(
            expected.iter().any(|word| text.contains(word)),
            "{name}: {text}\nafter {:#?}",
            self.done
        );
    }
}
