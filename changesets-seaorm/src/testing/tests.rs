//! The kit on SQLite in memory, with the failure messages word by word.
#![allow(
    unreachable_pub,
    reason = "SeaORM's derives make public items of public models"
)]

mod ends;
mod frozen;
mod matchers;
mod messages;
mod others;
mod own;
mod plain;
mod shop;
mod text;
mod values;
