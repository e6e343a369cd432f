//! The tables of the shop, and what is tracked of them.

pub mod customer;
pub mod order;
pub mod order_line;
pub mod product;
pub mod product_tag;
pub mod tag;

use changesets_seaorm::{Tracker, TrackerError};

/// The tracker of the whole shop.
///
/// # Errors
///
/// When an entity cannot be tracked: it has no key, say.
pub fn tracker() -> Result<Tracker, TrackerError> {
    Tracker::builder()
        .entity::<customer::Entity>()
        .entity::<product::Entity>()
        .entity::<tag::Entity>()
        .link::<product_tag::Entity>()
        .entity::<order::Entity>()
        .entity::<order_line::Entity>()
        .build()
}
