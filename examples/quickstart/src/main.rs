//! One of everything on SQLite, with no set-up: writes, then prints the history it wrote.
//!
//! `shop` is the schema and the tracker, `story` the writes, `report` the reading.

mod report;
mod shop;
mod story;

use std::io::Write as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = shop::open().await?;
    let shop = story::tell(&db).await?;
    let history = report::write(&db, &shop).await?;
    std::io::stdout().write_all(history.as_bytes())?;
    assert_eq!(history, include_str!("../history.txt"));
    Ok(())
}
