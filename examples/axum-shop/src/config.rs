//! What can be set from outside.

use std::{
    env,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use argon2::Params;
use axum_extra::extract::cookie::Key;

/// How the shop runs.
#[derive(Clone)]
#[non_exhaustive]
pub struct Config {
    /// Where the data is: `sqlite://…`, `postgres://…` or `mysql://…`.
    pub database_url: String,
    /// Where to listen; port 0 takes a free one.
    pub address: SocketAddr,
    /// What session cookies are signed with.
    pub cookie_key: Key,
    /// The most connections to the database.
    pub connections: u32,
    /// How long a request may take.
    pub timeout: Duration,
    /// What it costs to check a password.
    pub password_cost: Params,
    /// Adds routes that panic and dawdle, for tests.
    pub faults: bool,
}

impl Config {
    /// A shop on this database, on a free port of this machine, with a cookie key of its own.
    #[must_use]
    pub fn new(database_url: impl Into<String>) -> Self {
        Self {
            database_url: database_url.into(),
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            cookie_key: Key::generate(),
            connections: 10,
            timeout: Duration::from_secs(10),
            password_cost: Params::default(),
            faults: false,
        }
    }

    /// What the environment says:
    ///
    /// | variable | meaning | without it |
    /// |---|---|---|
    /// | `DATABASE_URL` | the database | a file in `SHOP_FOLDER` |
    /// | `SHOP_FOLDER` | where that file is | `axum-shop` in the folder for temporary files |
    /// | `SHOP_ADDRESS` | where to listen | `127.0.0.1:3000` |
    /// | `SHOP_COOKIE_KEY` | what signs cookies, 64 bytes or more | a new one: logins end with the process |
    ///
    /// # Errors
    ///
    /// [`ConfigError`] names the variable.
    pub fn from_env() -> Result<Self, ConfigError> {
        let url = match env::var("DATABASE_URL") {
            Ok(url) => url,
            Err(_) => sqlite_in(
                &env::var_os("SHOP_FOLDER")
                    .map_or_else(|| env::temp_dir().join("axum-shop"), PathBuf::from),
            )?,
        };
        let mut config = Self::new(url);
        let address = env::var("SHOP_ADDRESS").unwrap_or_else(|_| "127.0.0.1:3000".to_owned());
        let Ok(address) = address.parse() else {
            return Err(ConfigError::Address { found: address });
        };
        config.address = address;
        if let Ok(key) = env::var("SHOP_COOKIE_KEY") {
            let Ok(key) = Key::try_from(key.as_bytes()) else {
                return Err(ConfigError::CookieKey { length: key.len() });
            };
            config.cookie_key = key;
        }
        Ok(config)
    }
}

fn sqlite_in(folder: &Path) -> Result<String, ConfigError> {
    std::fs::create_dir_all(folder).map_err(|source| ConfigError::Folder {
        folder: folder.to_owned(),
        source,
    })?;
    let file = folder.join("shop.sqlite");
    Ok(format!("sqlite://{}?mode=rwc", file.display()))
}

/// Why the shop cannot be set up as the environment says.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// `SHOP_ADDRESS` is no address.
    #[error("SHOP_ADDRESS is `{found}`: give an address and a port, such as 127.0.0.1:3000")]
    #[non_exhaustive]
    Address {
        /// What it is.
        found: String,
    },
    /// `SHOP_COOKIE_KEY` is too short.
    #[error("SHOP_COOKIE_KEY has {length} bytes: give 64 or more, all random")]
    #[non_exhaustive]
    CookieKey {
        /// How long it is.
        length: usize,
    },
    /// The folder cannot be made.
    #[error("cannot make the folder {}: set SHOP_FOLDER to one that can be written", folder.display())]
    #[non_exhaustive]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
}
