//! How slots are written and read without a lock. Documentation only.
//!
//! # Memory
//!
//! A [`Slab`](super::Slab) is a table of chunks. A chunk is allocated zeroed when it is first needed and never freed,
//! so a pointer to a slot stays valid for the life of the process: a reader, a late waker or a signal handler may
//! follow it at any time and will find a slot, if perhaps another use of it.
//!
//! The cap on memory holds for chunks as it does for tables, but for the first chunk of each slab, for those of tasks, and
//! for as many waits as there are tasks: what is asked for beyond it gets no slot and is counted. An eighth of the cap is
//! kept for slots, and another for names, so that histograms do not take it all ([`Room`](super::Room)).
//!
//! # Histograms
//!
//! A histogram takes memory for four octaves when the first duration of them comes, so a group that a thread sees now and
//! then costs it a few hundred bytes. Only the polls of a group that the thread polls again and again have histograms that
//! are there as a whole, since to record in them takes fewer instructions; what was recorded before stays where it is, and
//! readers add both up. A duration that finds no room goes to the group of all that found none, and is counted.
//!
//! # Free slots
//!
//! Each thread keeps a short stack of free indices for each slab and trades them in batches with a global list: a
//! Treiber stack of batches, whose links lie in the slots themselves (they are free, so nobody else uses them). Its
//! head carries a tag that grows with each change, so that a head seen twice was not changed in between.
//!
//! # Task slots
//!
//! `id` holds the slot's index and the generation of its use, which the freeing advances. A reader sees a task as alive
//! from the store of `group` with the `LIVE` bit to the task's end, which clears it; it reads `id` before that bit and
//! after its copy, so that the copy is of one task. The freeing stores the next `id` with release, which pairs with the
//! acquire of the first reading, and a release fence stands before the next filling, as for all slots.
//!
//! `refs` counts the task itself and each live clone of its waker. Whoever brings it to 0 (the task's end or the last
//! clone's drop) frees the slot. That a task has ended while clones are left is thus known inside the slot only.
//!
//! The runtime lends its own waker to each poll. The slot holds the two words of what was lent last, and compares them
//! with what is lent now: another waker is taken on if there is no clone of ours, and else the poll goes unrecorded,
//! with the runtime's waker. The first clone of ours, which can only happen while theirs is lent, clones theirs and sets
//! `KEPT`; the last reference drops that. Until then the words are only ever compared, or used while they are lent.
//!
//! `polls` is even between polls and odd during one; half of it is the number of polls that have ended. The poller
//! alone writes it. A wake stores in `woken` what `polls` will be during the poll that it asks for: the next odd number,
//! also if a poll is running. So `woken == polls + 1` while idle means runnable, a poller that finds what it is about to
//! store knows that it was asked for, and a wake during a poll is never overwritten by the end of that poll. No state
//! is derived by comparing clocks.
//!
//! `refs` is read first, with acquire: a wake stores `woken`, and the drop of the future marks `list`, before they give up a
//! waker with release. So a task of which no waker is seen was neither woken for the last time nor is it on its way out.
//!
//! `link` says which shard's thread polls the task, from before `polls` turns odd; so two polls on one thread, one inside
//! the other, are both known to be there.
//!
//! A thread is a task of a poll that lasts as long as it runs: each recorded wait ends one, and its end begins the next.
//! So `polls` tells two waits apart as it tells two polls. Nobody wakes it.
//!
//! One window remains, and it is the scheduler's own: between the runtime's decision to poll a task and the store to
//! `polls`, a wake can name the poll that is about to start, while the runtime already counts it for the one after.
//! The reader then shows `waiting` for a task that will be polled again. No verdict follows from one look: a proof
//! asks that the same task was in the same poll on two looks, and that the waits and holds of both close: those of the
//! first were read while no task of the proof moved, since the tasks are what a look reads first.
//!
//! # Wait and hold slots, resources
//!
//! `version` is odd while the slot is in use. A writer fills the slot, then stores the odd version with release; at
//! the end it stores the next even one, and a release fence stands before the next filling. A reader loads the
//! version with acquire, copies, fences, and loads it again: equal and odd means that the copy is of one use.
//!
//! Each shard keeps one hold slot of its own. Only the shard's thread takes it, and only when it finds the version even
//! (acquire, pairs with the release of whoever closed it, which may be another thread). It is never in a list.
//!
//! # Ends of channels
//!
//! The slot of an end is versioned like that of a wait, and belongs to the sender or receiver, wherever that is moved.
//! An end is counted in its channel's slot before it has a slot of its own, and gives that back before it is counted no
//! longer: as many slots as the channel counts means that each of them was seen. An end that gets no slot leaves a mark
//! on its channel.
//!
//! `owner` and `body` say which task entered which body that keeps the end; the last one to say so wins, and `owner` is 0
//! while the body changes. Whether the end is with that task now is not written anywhere: the reader finds out, from the
//! task's await list or from where it was spawned (`snapshot/read/endpoints.rs`).
