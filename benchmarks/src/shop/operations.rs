//! What is done with the shop: the same calls for every contender.

use std::ops::RangeInclusive;

use sea_orm::{ConnectionTrait, DbErr};

/// Rows of one `INSERT`: 4,000 products have 28,000 parameters, and SQLite takes 32,766.
pub(crate) const ROWS_OF_INSERT: usize = 4_000;

/// The writes and reads that are measured.
///
/// `db` may be a connection or a transaction.
pub(crate) trait Operations {
    /// Inserts a product.
    async fn insert<C: ConnectionTrait>(db: &C, number: i64) -> Result<(), DbErr>;

    /// Loads a product, changes its stock, saves it.
    async fn update<C: ConnectionTrait>(db: &C, id: i64, stock: i32) -> Result<(), DbErr>;

    /// Deletes a product.
    async fn delete<C: ConnectionTrait>(db: &C, id: i64) -> Result<(), DbErr>;

    /// Gives a product a tag.
    async fn link<C: ConnectionTrait>(db: &C, product: i64, tag: i64) -> Result<(), DbErr>;

    /// Inserts so many products with as few statements as the parameters allow.
    async fn insert_many<C: ConnectionTrait>(db: &C, count: i64) -> Result<(), DbErr>;

    /// Raises the price of these products with one statement.
    async fn update_many<C: ConnectionTrait>(db: &C, ids: RangeInclusive<i64>)
    -> Result<(), DbErr>;

    /// Deletes these products with one statement.
    async fn delete_many<C: ConnectionTrait>(db: &C, ids: RangeInclusive<i64>)
    -> Result<(), DbErr>;

    /// Gives these products a tag with one statement.
    async fn link_many<C: ConnectionTrait>(
        db: &C,
        products: RangeInclusive<i64>,
        tag: i64,
    ) -> Result<(), DbErr>;

    /// Reads a product.
    async fn read<C: ConnectionTrait>(db: &C, id: i64) -> Result<(), DbErr>;

    /// Inserts a note, which nobody tracks.
    async fn note<C: ConnectionTrait>(db: &C, number: i64) -> Result<(), DbErr>;
}

/// The row, which must be there.
pub(crate) fn found<T>(row: Option<T>) -> Result<T, DbErr> {
    row.ok_or_else(|| DbErr::RecordNotFound("a product of the benchmark".to_owned()))
}

/// These numbers in the portions that one `INSERT` can take.
pub(crate) fn chunks(numbers: RangeInclusive<i64>) -> impl Iterator<Item = RangeInclusive<i64>> {
    let (first, last) = (*numbers.start(), *numbers.end());
    let rows = i64::try_from(ROWS_OF_INSERT).unwrap_or(i64::MAX);
    (0..)
        .map(move |chunk| first + chunk * rows)
        .take_while(move |start| *start <= last)
        .map(move |start| start..=last.min(start + rows - 1))
}
