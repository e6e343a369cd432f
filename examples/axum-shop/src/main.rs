//! Runs the shop as the environment says, until Ctrl-C.

use axum_shop::{Config, start};
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).init();
    let shop = start(Config::from_env()?).await?;
    tracing::info!("open at http://{}/openapi.json", shop.address);
    tokio::signal::ctrl_c().await?;
    shop.stop().await;
    Ok(())
}
