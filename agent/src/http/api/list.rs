//! One page of a list: filtered, sorted and cut without building anything for the entries that are not shown.
//!
//! Every entry has a rank, a few integers that order it among the others. A cursor holds the rank of the last entry
//! that was shown, so the next page begins behind it whatever has come and gone meanwhile: an entry whose rank does
//! not change is neither shown twice nor left out.

use crate::http::Reply;
use crate::http::query::Query;
use std::collections::BinaryHeap;
use std::fmt::Write;

/// Place in the order: unknown values last, then by key, then by id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    unknown: bool,
    key: u64,
    id: u64,
}

/// How a list is to be shown.
#[derive(Debug)]
pub(crate) struct Order {
    /// The field, and a minus before it for the largest first; empty for the order of ids.
    sort: String,
    after: Option<Rank>,
    limit: usize,
}

/// What is to be shown.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// Places of the entries, in their order.
    pub(crate) rows: Vec<usize>,
    /// How many pass the filter.
    pub(crate) total: u64,
    /// The cursor of the next page.
    pub(crate) next: Option<String>,
}

impl Order {
    /// From the parameters `sort`, `cursor` and `limit`.
    pub(crate) fn of(query: &Query, default_limit: usize) -> Result<Order, Reply> {
        let sort = query.get("sort").unwrap_or_default().to_owned();
        let after = match query.get("cursor") {
            None => None,
            Some(cursor) => Some(read_cursor(cursor, &sort)?),
        };
        let limit = query.number("limit").and_then(|n| usize::try_from(n).ok()).unwrap_or(default_limit);
        Ok(Order { sort, after, limit })
    }

    /// The field that is sorted by.
    pub(crate) fn field(&self) -> Option<&str> {
        let field = self.sort.strip_prefix('-').unwrap_or(&self.sort);
        (!field.is_empty()).then_some(field)
    }

    /// One page of `count` entries: those that `keep` keeps, ordered by `key` and then by `id`.
    pub(crate) fn page(
        &self,
        count: usize,
        keep: impl Fn(usize) -> bool,
        key: impl Fn(usize) -> Option<u64>,
        id: impl Fn(usize) -> u64,
    ) -> Page {
        let descending = self.sort.starts_with('-');
        let mut best: BinaryHeap<(Rank, usize)> = BinaryHeap::new();
        let (mut total, mut left) = (0u64, 0usize);
        for row in (0..count).filter(|row| keep(*row)) {
            total += 1;
            let key = if self.sort.is_empty() { Some(0) } else { key(row) };
            let rank = Rank {
                unknown: key.is_none(),
                key: key.map_or(0, |k| if descending { !k } else { k }),
                id: id(row),
            };
            if self.after.is_some_and(|after| rank <= after) {
                continue;
            }
            left += 1;
            if best.len() < self.limit {
                best.push((rank, row));
            } else if best.peek().is_some_and(|(worst, _)| rank < *worst) {
                best.pop();
                best.push((rank, row));
            }
        }
        let best = best.into_sorted_vec();
        let more = left > best.len();
        let next = best.last().filter(|_| more).map(|(rank, _)| write_cursor(*rank, &self.sort));
        Page { rows: best.into_iter().map(|(_, row)| row).collect(), total, next }
    }
}

/// A cursor is the rank and the order it belongs to, in hexadecimal digits so that nobody takes it apart.
fn write_cursor(rank: Rank, sort: &str) -> String {
    let text = format!("{} {:x} {:x} {sort}", u8::from(rank.unknown), rank.key, rank.id);
    text.bytes().fold(String::new(), |mut cursor, byte| {
        let _ = write!(cursor, "{byte:02x}");
        cursor
    })
}

fn read_cursor(cursor: &str, sort: &str) -> Result<Rank, Reply> {
    let bad =
        || Reply::bad_request("cursor is allowed to be the `next` of an answer with the same sort only");
    let digits: Vec<u8> =
        cursor.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect::<Option<_>>().ok_or_else(bad)?;
    if !digits.len().is_multiple_of(2) {
        return Err(bad());
    }
    let bytes = digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    let text = String::from_utf8(bytes).map_err(|_| bad())?;
    let mut parts = text.splitn(4, ' ');
    let mut number = || parts.next().and_then(|part| u64::from_str_radix(part, 16).ok());
    let (Some(unknown), Some(key), Some(id)) = (number(), number(), number()) else { return Err(bad()) };
    if parts.next() != Some(sort) {
        return Err(bad());
    }
    Ok(Rank { unknown: unknown != 0, key, id })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn order(sort: &str, after: Option<&str>, limit: usize) -> Order {
        let after = after.map(|cursor| read_cursor(cursor, sort).expect("a cursor of ours"));
        Order { sort: sort.to_owned(), after, limit }
    }

    /// All pages one after the other.
    fn walk(keys: &[Option<u64>], sort: &str, limit: usize) -> Vec<usize> {
        let (mut all, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let page =
                order(sort, cursor.as_deref(), limit).page(keys.len(), |_| true, |i| keys[i], |i| i as u64);
            assert_eq!(page.total as usize, keys.len());
            all.extend(page.rows);
            match page.next {
                Some(next) => cursor = Some(next),
                None => return all,
            }
        }
    }

    proptest! {
        #[test]
        fn pages_together_are_the_sorted_list(keys: Vec<Option<u64>>, limit in 1usize..10, descending: bool) {
            let sort = if descending { "-polls" } else { "polls" };
            let mut expected: Vec<usize> = (0..keys.len()).collect();
            expected.sort_by_key(|i| {
                let key = keys[*i];
                (key.is_none(), key.map(|k| if descending { !k } else { k }), *i)
            });
            prop_assert_eq!(walk(&keys, sort, limit), expected);
        }
    }

    #[test]
    fn without_a_field_the_order_is_that_of_the_ids() {
        assert_eq!(walk(&[None, Some(5), Some(1)], "", 2), [0, 1, 2]);
    }

    #[test]
    fn what_comes_and_goes_between_pages_moves_nothing_else() {
        let ids = [10u64, 20, 30, 40];
        let first = order("", None, 2).page(4, |_| true, |_| None, |i| ids[i]);
        assert_eq!(first.rows, [0, 1]);
        // 20 is gone and 5 and 25 have come: the next page is 25, 30.
        let now = [5u64, 10, 25, 30, 40];
        let second = order("", first.next.as_deref(), 2).page(5, |_| true, |_| None, |i| now[i]);
        assert_eq!(second.rows.iter().map(|i| now[*i]).collect::<Vec<_>>(), [25, 30]);
        let third = order("", second.next.as_deref(), 2).page(5, |_| true, |_| None, |i| now[i]);
        assert_eq!((third.rows.len(), third.next), (1, None));
    }

    #[test]
    fn the_filter_counts_and_a_full_page_without_more_has_no_next() {
        let page = order("polls", None, 3).page(6, |i| i % 2 == 0, |i| Some(i as u64), |i| i as u64);
        assert_eq!(page, Page { rows: vec![0, 2, 4], total: 3, next: None });
    }

    #[test]
    fn a_cursor_of_another_order_is_refused() {
        let cursor = write_cursor(Rank { unknown: false, key: 7, id: 9 }, "-polls");
        assert!(read_cursor(&cursor, "-polls").is_ok());
        for (cursor, sort) in
            [(cursor.as_str(), "polls"), ("", ""), ("zz", ""), ("abc", ""), ("ff", ""), ("é", "")]
        {
            assert_eq!(read_cursor(cursor, sort).expect_err(cursor).status.as_u16(), 400);
        }
    }
}
