//! The layer around plain tower services, writing to SQLite in memory.
#![allow(
    unreachable_pub,
    reason = "SeaORM's derives make public items of public models"
)]

mod body;
mod early;
mod grpc;
mod hostile;
mod keep_alive;
mod lazy;
mod make;
mod nothing;
mod service;
mod shop;
mod spawned;
