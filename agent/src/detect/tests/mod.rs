//! Each detector on written-out programs: a true case, a near miss, and one that heals.

mod behind;
mod closing;
mod film;
mod futurelock;
mod growth;
mod in_progress;
mod ledger;
mod never_served;
mod passed_over;
mod permits;
mod polls;
mod program;
mod queues;
mod replies;
mod rwlock;
mod sets;
mod shares;
mod stuck;
mod suspects;
mod threads;
