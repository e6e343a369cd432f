//! Lists, a page at a time.

use serde::Serialize;
use utoipa::ToSchema;

use crate::Error;

/// The size of a page when nobody says.
pub(crate) const DEFAULT: u64 = 20;
/// The largest page.
pub(crate) const MAX: u64 = 100;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// What to send as `after` for the next page; none on the last.
    pub next: Option<String>,
}

/// The size of the page that is asked for.
pub(crate) fn size(asked: Option<u64>) -> Result<u64, Error> {
    let size = asked.unwrap_or(DEFAULT);
    if !(1..=MAX).contains(&size) {
        return Err(Error::Input(format!(
            "`limit` is {size}: send a number from 1 to {MAX}"
        )));
    }
    Ok(size)
}

impl<T> Page<T> {
    /// A page of rows, of which one more than its size was read to know whether there is a next.
    pub(crate) fn of<R>(
        mut rows: Vec<R>,
        size: u64,
        cursor: impl Fn(&R) -> String,
        show: impl FnMut(R) -> T,
    ) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(cursor);
        Self {
            items: rows.into_iter().map(show).collect(),
            next,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Page, size};

    #[test]
    fn a_page_knows_whether_there_is_another() {
        let page = |rows: Vec<i32>| Page::of(rows, 2, ToString::to_string, |row| row * 10);
        let (full, last) = (page(vec![1, 2, 3]), page(vec![1, 2]));
        assert_eq!(
            (full.items, full.next.as_deref()),
            (vec![10, 20], Some("2"))
        );
        assert_eq!((last.items, last.next), (vec![10, 20], None));
    }

    #[test]
    fn a_page_is_bounded() {
        assert_eq!(size(None).unwrap(), 20);
        assert_eq!(size(Some(100)).unwrap(), 100);
        assert_eq!(
            size(Some(101)).unwrap_err().to_string(),
            "`limit` is 101: send a number from 1 to 100"
        );
        assert!(size(Some(0)).is_err());
    }
}
