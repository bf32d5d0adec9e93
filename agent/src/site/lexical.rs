//! From a place in the source to the pool and the name that the attribute gave it.

use crate::site::item::{Item, Position};
use crate::site::place::Place;
use crate::site::unseen::unseen;
use std::collections::HashMap;
use std::panic::Location;
use std::sync::OnceLock;

/// What the source says about a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lexical {
    /// Pool of the innermost item around it that has the attribute.
    pub pool: Option<&'static str>,
    /// Name of the spawn or creation at exactly this place.
    pub label: Option<&'static str>,
}

/// What the source says about the place of a call. Asked once for each call site; logarithmic.
pub fn lookup(location: &'static Location<'static>) -> Lexical {
    index().lookup(location.file(), (location.line(), location.column()))
}

/// Every place that the attribute had to leave as it is, or at which it turned out that something is not seen, and why, in
/// the order of the source.
pub fn uncovered() -> Vec<(Place, &'static str)> {
    let mut all = unseen();
    all.extend(inventory::iter::<Item>.into_iter().flat_map(|item| {
        item.uncovered.iter().map(|u| (Place { file: item.file, line: u.line, column: u.column }, u.reason))
    }));
    all.sort_unstable();
    all.dedup();
    all
}

fn index() -> &'static Index {
    static INDEX: OnceLock<Index> = OnceLock::new();
    INDEX.get_or_init(|| Index::new(inventory::iter::<Item>))
}

/// The items of the program by file.
#[derive(Debug, Default)]
pub(super) struct Index(HashMap<&'static str, FileIndex>);

#[derive(Debug, Default)]
struct FileIndex {
    /// By start; an item that begins where another does and ends later comes first.
    items: Vec<Range>,
    /// By position.
    labels: Vec<(Position, &'static str)>,
}

#[derive(Debug)]
struct Range {
    start: Position,
    end: Position,
    pool: &'static str,
    /// The item around this one, by its place in the list.
    around: Option<usize>,
}

impl Index {
    pub(super) fn new(items: impl IntoIterator<Item = &'static Item>) -> Self {
        let mut files: HashMap<&'static str, FileIndex> = HashMap::new();
        for item in items {
            let file = files.entry(item.file).or_default();
            let (line, column) = item.origin;
            for (start, end) in [(item.start, item.end), (item.origin, (line, column + 1))] {
                file.items.push(Range { start, end, pool: item.pool, around: None });
            }
            file.labels.extend(item.labels.iter().map(|l| ((l.line, l.column), l.text)));
        }
        for file in files.values_mut() {
            file.sort();
        }
        Self(files)
    }

    pub(super) fn lookup(&self, file: &str, at: Position) -> Lexical {
        let Some(file) = self.0.get(file) else { return Lexical::default() };
        let label = file.labels.binary_search_by_key(&at, |(position, _)| *position).ok();
        Lexical { pool: file.innermost(at).map(|i| i.pool), label: label.map(|i| file.labels[i].1) }
    }
}

impl FileIndex {
    /// Orders both lists and links each item to the one around it. Items nest or are apart, as the source does.
    fn sort(&mut self) {
        self.items.sort_unstable_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
        let mut open: Vec<usize> = Vec::new();
        for i in 0..self.items.len() {
            let start = self.items[i].start;
            while open.last().is_some_and(|last| self.items[*last].end <= start) {
                open.pop();
            }
            self.items[i].around = open.last().copied();
            open.push(i);
        }
        self.labels.sort_unstable();
        // An item in an item may have been written down by both.
        self.labels.dedup_by_key(|(position, _)| *position);
    }

    fn innermost(&self, at: Position) -> Option<&Range> {
        let after = self.items.partition_point(|item| item.start <= at);
        let mut candidate = after.checked_sub(1);
        while let Some(i) = candidate {
            if at < self.items[i].end {
                return Some(&self.items[i]);
            }
            candidate = self.items[i].around;
        }
        None
    }
}
