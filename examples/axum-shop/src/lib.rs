//! A small HTTP shop whose every change is on record.
//!
//! - `changeset` opens a changeset around each request, `auth` says who its actor is: that is all a
//!   handler has to do with it. They write through SeaORM as ever.
//! - `routes::history` and `routes::changesets` read it back.
//! - [`start`] runs the shop, in `main` and in the tests.
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod auth;
mod changeset;
mod config;
mod database;
mod error;
mod header;
mod input;
mod page;
mod routes;
mod serve;

pub mod entity;
pub mod migration;

use std::{io, net::SocketAddr, sync::Arc};

use argon2::Params;
use axum_extra::extract::cookie::Key;
use changesets_seaorm::{TrackedConnection, TrackerError};
use sea_orm::DbErr;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

pub use config::{Config, ConfigError};
pub use error::{Error, ErrorBody};

/// What every handler has.
#[derive(Clone)]
pub(crate) struct App {
    pub(crate) db: TrackedConnection,
    pub(crate) cookie_key: Key,
    pub(crate) password_cost: Params,
    /// The entities in the log, with the number of their key columns.
    pub(crate) entities: Arc<[(String, usize)]>,
}

/// A shop that is open.
#[derive(Debug)]
pub struct Shop {
    /// Where it listens.
    pub address: SocketAddr,
    /// What it writes through.
    pub db: TrackedConnection,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Shop {
    /// Answers what has been asked, and closes.
    pub async fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.server.await;
    }
}

/// Opens a shop: connects, migrates, listens.
///
/// # Errors
///
/// When the database cannot be reached or migrated, or the address is taken.
pub async fn start(config: Config) -> Result<Shop, StartError> {
    let db = database::open(&config).await?;
    let tracker = entity::tracker()?;
    let entities = tracker.tables();
    let entities = entities.map(|table| (table.entity().to_owned(), table.key().len()));
    let app = App {
        db: db.clone(),
        entities: entities.collect(),
        cookie_key: config.cookie_key.clone(),
        password_cost: config.password_cost.clone(),
    };
    let listener = TcpListener::bind(config.address).await?;
    let address = listener.local_addr()?;
    let (stop, stopped) = oneshot::channel();
    let router = routes::router(app, &config);
    let server = tokio::spawn(serve::serve(listener, router, stopped));
    Ok(Shop {
        address,
        db,
        stop,
        server,
    })
}

/// Why the shop cannot open.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The database cannot be reached, or migrated.
    #[error("cannot use the database")]
    Db(#[from] DbErr),
    /// An entity cannot be tracked.
    #[error("cannot track the shop's entities")]
    Tracker(#[from] TrackerError),
    /// The address cannot be listened on.
    #[error("cannot listen")]
    Listen(#[from] io::Error),
}
