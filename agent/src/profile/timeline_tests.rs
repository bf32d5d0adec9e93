//! Timelines of hand-written traces.

use super::*;
use crate::snapshot::{Hold, Snapshot, Wait};

const A: TaskId = TaskId::new(1, 1);
const B: TaskId = TaskId::new(2, 1);
const GROUP: TaskGroupId = TaskGroupId(0);
const LOCK: ResourceId = ResourceId::new(1, 1);

fn event(at: u64, thread: u64, task: TaskId, kind: TraceKind) -> TraceEvent {
    TraceEvent { at, thread, task: Some(task), kind, place: None }
}

fn trace(events: Vec<TraceEvent>) -> Timeline {
    Timeline::of(&Trace { from: 100, to: 1000, events, ..Trace::default() })
}

fn times(timeline: &Timeline) -> Vec<(u64, u64, u64)> {
    timeline.slices.iter().map(|slice| (slice.thread, slice.from, slice.to)).collect()
}

#[test]
fn polls_are_slices_also_where_an_end_is_missing() {
    let timeline = trace(vec![
        event(200, 7, A, TraceKind::PollEnded(GROUP)),
        event(300, 7, A, TraceKind::PollBegan(GROUP)),
        event(400, 7, A, TraceKind::PollEnded(GROUP)),
        event(500, 8, B, TraceKind::PollBegan(GROUP)),
    ]);
    assert_eq!(times(&timeline), [(7, 100, 200), (7, 300, 400), (8, 500, 1000)]);
}

#[test]
fn polls_inside_of_each_other_end_from_the_inside() {
    let timeline = trace(vec![
        event(200, 7, A, TraceKind::PollBegan(GROUP)),
        event(300, 7, B, TraceKind::PollBegan(GROUP)),
        event(400, 7, B, TraceKind::PollEnded(GROUP)),
        event(500, 7, A, TraceKind::PollEnded(GROUP)),
    ]);
    assert_eq!(times(&timeline), [(7, 200, 500), (7, 300, 400)]);
}

#[test]
fn the_first_wake_leads_to_the_poll() {
    let timeline = trace(vec![
        event(200, 7, A, TraceKind::PollBegan(GROUP)),
        event(250, 7, A, TraceKind::Woke(B)),
        event(260, 7, A, TraceKind::Woke(B)),
        event(300, 7, A, TraceKind::PollEnded(GROUP)),
        event(350, 8, B, TraceKind::PollBegan(GROUP)),
    ]);
    assert_eq!(timeline.arrows, [Arrow { kind: ArrowKind::Wake, from: (7, 250), to: (8, 350) }]);
}

#[test]
fn an_arrow_from_outside_of_any_poll_has_a_moment_to_begin_in() {
    let timeline = trace(vec![
        TraceEvent { task: None, ..event(250, 9, A, TraceKind::Woke(B)) },
        event(350, 8, B, TraceKind::PollBegan(GROUP)),
    ]);
    assert_eq!(times(&timeline), [(9, 250, 250), (8, 350, 1000)]);
    assert_eq!(timeline.slices[0].what, SliceKind::Moment(ArrowKind::Wake));
}

#[test]
fn a_lock_is_handed_over_to_who_waited_for_it() {
    let awaited = Awaited::Resource(LOCK);
    let timeline = trace(vec![
        event(200, 7, B, TraceKind::WaitBegan(Op::Lock, awaited)),
        event(300, 8, A, TraceKind::GivenBack(LOCK)),
        event(400, 7, B, TraceKind::WaitEnded(awaited)),
        event(401, 7, B, TraceKind::Taken(LOCK)),
        event(500, 7, B, TraceKind::GivenBack(LOCK)),
        event(600, 8, A, TraceKind::Taken(LOCK)),
    ]);
    let hand_over = Arrow { kind: ArrowKind::HandOver, from: (8, 300), to: (7, 401) };
    assert_eq!(timeline.arrows, [hand_over], "who takes a free lock has it from nobody");
    assert_eq!((timeline.spans[0].from, timeline.spans[0].to), (200, 400));
}

#[test]
fn messages_are_known_by_their_numbers() {
    let timeline = trace(vec![
        event(200, 7, A, TraceKind::Sent(LOCK, 5)),
        event(210, 7, A, TraceKind::Sent(LOCK, 6)),
        event(300, 8, B, TraceKind::Received(LOCK, 4)),
        event(310, 8, B, TraceKind::Received(LOCK, 5)),
    ]);
    assert_eq!(timeline.arrows, [Arrow { kind: ArrowKind::Message, from: (7, 200), to: (8, 310) }]);
}

#[test]
fn a_wait_that_does_not_end_lasts_to_the_end() {
    let timeline = trace(vec![event(200, 7, A, TraceKind::WaitBegan(Op::Join, Awaited::End(B)))]);
    assert_eq!((timeline.spans[0].from, timeline.spans[0].to), (200, 1000));
}

#[test]
fn a_hold_lasts_from_the_taking_to_the_giving_back() {
    let timeline = trace(vec![
        event(200, 7, A, TraceKind::Taken(LOCK)),
        event(300, 8, B, TraceKind::GivenBack(LOCK)),
        event(400, 7, B, TraceKind::Taken(LOCK)),
    ]);
    let spans: Vec<_> = timeline.spans.iter().map(|span| (span.task, span.op, span.from, span.to)).collect();
    assert_eq!(
        spans,
        [(A, None, 200, 300), (B, None, 400, 1000)],
        "a guard may be given back by another task"
    );
}

#[test]
fn what_lasts_and_was_not_recorded_is_known_from_the_program_at_the_end() {
    let awaited = Awaited::Resource(LOCK);
    let place = Place { file: "a.rs", line: 1, column: 2 };
    let wait = |task, since| {
        let (task, resource) = (Some(task), Some(LOCK));
        Wait { task, resource, since, ..Wait::new(Op::Lock, place) }
    };
    let hold = Hold { task: Some(A), since: Some(150), ..Hold::new(LOCK, Op::Lock, place) };
    let end = Snapshot { waits: vec![wait(A, 40), wait(B, 200)], holds: vec![hold], ..Snapshot::default() };
    let events = vec![event(200, 7, B, TraceKind::WaitBegan(Op::Lock, awaited))];
    let timeline = Timeline::of(&Trace { from: 100, to: 1000, events, end, ..Trace::default() });
    let spans: Vec<_> = timeline.spans.iter().map(|s| (s.task, s.op, s.from, s.before)).collect();
    let expected = [(B, Some(Op::Lock), 200, None), (A, Some(Op::Lock), 100, Some(40)), (A, None, 150, None)];
    assert_eq!(spans, expected);
}

#[test]
fn a_poll_whose_beginning_was_overwritten_begins_with_what_is_known() {
    let events =
        vec![event(200, 7, A, TraceKind::Sent(LOCK, 5)), event(300, 7, A, TraceKind::PollEnded(GROUP))];
    let timeline = Timeline::of(&Trace { from: 100, to: 1000, events, cut: true, ..Trace::default() });
    assert_eq!(times(&timeline), [(7, 200, 300)]);
}
