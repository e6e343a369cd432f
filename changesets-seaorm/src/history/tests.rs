//! The history over logs written by hand. SQLite in memory, or the database that
//! `CHANGESETS_UNIT_URL` names: each test has log tables of its own.
#![allow(
    unreachable_pub,
    reason = "SeaORM's derives make public items of public models"
)]

mod filters;
mod join;
mod keys;
mod links;
mod load;
mod log;
mod page;
mod product;
mod revisions;
mod states;
mod types;
