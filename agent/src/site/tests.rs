//! Written-out items and what their index answers.

use crate::site::item::Position;
use crate::site::lexical::Index;
use crate::site::{Item, Label, Lexical, Uncovered, uncovered};
use proptest::prelude::*;

const fn item(file: &'static str, start: Position, end: Position, pool: &'static str) -> Item {
    Item { file, origin: (0, 1), start, end, pool, labels: &[], uncovered: &[] }
}

fn pool(index: &Index, file: &str, at: Position) -> Option<&'static str> {
    index.lookup(file, at).pool
}

#[test]
fn the_innermost_item_names_the_pool() {
    static ITEMS: [Item; 5] = [
        item("a.rs", (10, 5), (20, 6), "inner"),
        item("a.rs", (1, 1), (100, 2), "outer"),
        item("a.rs", (12, 9), (14, 10), "innermost"),
        item("a.rs", (200, 1), (210, 2), "later"),
        item("b.rs", (1, 1), (1000, 1), "other file"),
    ];
    let index = Index::new(&ITEMS);
    for (at, expected) in [
        ((1, 1), Some("outer")),
        ((10, 4), Some("outer")),
        ((10, 5), Some("inner")),
        ((13, 1), Some("innermost")),
        ((14, 9), Some("innermost")),
        ((14, 10), Some("inner")),
        ((20, 5), Some("inner")),
        ((20, 6), Some("outer")),
        ((99, 80), Some("outer")),
        ((100, 2), None),
        ((150, 1), None),
        ((205, 30), Some("later")),
    ] {
        assert_eq!(pool(&index, "a.rs", at), expected, "{at:?}");
    }
    assert_eq!(pool(&index, "b.rs", (205, 30)), Some("other file"));
    assert_eq!(pool(&index, "c.rs", (205, 30)), None);
}

#[test]
fn a_call_in_an_item_that_a_macro_wrote_is_at_the_call_of_the_macro() {
    static ITEMS: [Item; 2] = [
        Item { origin: (50, 5), ..item("a.rs", (3, 9), (8, 10), "written") },
        item("a.rs", (40, 1), (60, 2), "around"),
    ];
    let index = Index::new(&ITEMS);
    assert_eq!(pool(&index, "a.rs", (50, 5)), Some("written"));
    assert_eq!(pool(&index, "a.rs", (50, 6)), Some("around"));
    assert_eq!(pool(&index, "a.rs", (4, 1)), Some("written"));
}

#[test]
fn a_label_belongs_to_exactly_one_place() {
    static ITEMS: [Item; 2] = [
        Item {
            labels: &[
                Label { line: 5, column: 9, text: "worker" },
                Label { line: 3, column: 9, text: "jobs" },
            ],
            ..item("a.rs", (1, 1), (9, 2), "p")
        },
        Item { labels: &[Label { line: 5, column: 9, text: "worker" }], ..item("a.rs", (5, 1), (6, 2), "q") },
    ];
    let index = Index::new(&ITEMS);
    assert_eq!(index.lookup("a.rs", (5, 9)), Lexical { pool: Some("q"), label: Some("worker") });
    assert_eq!(index.lookup("a.rs", (3, 9)), Lexical { pool: Some("p"), label: Some("jobs") });
    assert_eq!(index.lookup("a.rs", (5, 10)).label, None);
}

inventory::submit! {
    Item {
        uncovered: &[
            Uncovered { line: 7, column: 1, reason: "is left alone" },
            Uncovered { line: 2, column: 3, reason: "is left alone" },
        ],
        ..item("uncovered.rs", (1, 1), (9, 2), "p")
    }
}

#[test]
fn what_is_not_covered_is_told_in_the_order_of_the_source() {
    let lines: Vec<u32> = uncovered()
        .iter()
        .filter(|(place, _)| place.file == "uncovered.rs")
        .map(|(place, reason)| {
            assert_eq!(*reason, "is left alone");
            place.line
        })
        .collect();
    assert_eq!(lines, [2, 7]);
}

/// Items nested and side by side, as a source has them, each with its own pool.
fn tree(depth: u32) -> impl Strategy<Value = Vec<(u32, u32)>> {
    fn fill(lines: (u32, u32), cuts: &mut impl Iterator<Item = u32>, depth: u32, out: &mut Vec<(u32, u32)>) {
        let (start, end) = lines;
        if depth == 0 || end - start < 4 {
            return;
        }
        let Some(cut) = cuts.next() else { return };
        let middle = start + 1 + cut % (end - start - 2);
        for part in [(start + 1, middle), (middle, end - 1)] {
            if part.1 > part.0 + 1 {
                out.push(part);
                fill(part, cuts, depth - 1, out);
            }
        }
    }
    proptest::collection::vec(any::<u32>(), 1..40).prop_map(move |cuts| {
        let mut out = vec![(1, 400)];
        fill((1, 400), &mut cuts.into_iter(), depth, &mut out);
        out
    })
}

proptest! {
    #[test]
    fn the_index_finds_what_a_search_of_all_items_finds(ranges in tree(6), at in (1u32..410, 1u32..3)) {
        let items: Vec<Item> = ranges
            .iter()
            .enumerate()
            .map(|(i, (start, end))| item("a.rs", (*start, 1), (*end, 2), i.to_string().leak()))
            .collect();
        let items: &'static [Item] = items.leak();
        let slow = items
            .iter()
            .filter(|i| i.start <= at && at < i.end)
            .min_by_key(|i| i.end.0 - i.start.0);
        let found = Index::new(items).lookup("a.rs", at).pool;
        // Two items that touch in one line may both hold a place; the later one is as right as the smaller one.
        match (slow, found) {
            (None, None) => {}
            (Some(_), Some(found)) => {
                let found = &items[found.parse::<usize>().unwrap()];
                prop_assert!(found.start <= at && at < found.end);
                let inner = items.iter().any(|i| {
                    i.start > found.start && i.end <= found.end && i.start <= at && at < i.end
                });
                prop_assert!(!inner);
            }
            other => prop_assert!(false, "{other:?}"),
        }
    }
}
