//! Each detector on written-out programs: a true case, a near miss, and one that heals.

mod futurelock;
mod growth;
mod ledger;
mod program;
mod stuck;
mod threads;
