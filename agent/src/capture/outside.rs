//! Code under the attribute that runs outside of every task that is seen: another runtime's, or one that something else than
//! a drop-in has spawned.

use crate::recorder;
use crate::registry;
use crate::site::Site;

/// What is said of a call that spawns.
const SPAWNED: &str = "what is spawned here runs in no task that is seen";
/// What is said of an await.
const AWAITED: &str = "this is awaited in no task that is seen";

/// The `async` block that the call at `site` was given is polled for the first time.
#[doc(hidden)]
#[inline]
pub fn began(site: &'static Site) {
    if recorder::local().task().is_none() {
        note(site, SPAWNED);
    }
}

/// The await at `site` is pending, and not for a task's own waker.
pub(super) fn pending(site: &'static Site) {
    if recorder::local().task().is_none() {
        note(site, AWAITED);
    }
}

#[cold]
#[inline(never)]
fn note(site: &'static Site, why: &'static str) {
    if registry::enabled() {
        site.not_seen(why);
    }
}
