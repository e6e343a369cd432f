//! The kit on SQLite in memory, with the failure messages word by word.
#![allow(
    unreachable_pub,
    reason = "SeaORM's derives make public items of public models"
)]

mod frozen;
mod matchers;
mod messages;
mod own;
mod plain;
mod shop;
mod text;
