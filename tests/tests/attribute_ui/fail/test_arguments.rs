//! Mistakes with the arguments of `#[taskscope::test]`.

#[taskscope::test(leak = false)]
async fn unknown() {}

#[taskscope::test(leaks = 1)]
async fn no_truth() {}

#[taskscope::test(leaks)]
async fn no_value() {}

#[taskscope::test(leaks = true, leaks = false)]
async fn twice() {}

#[taskscope::test(max_poll = "soon")]
async fn no_duration() {}

#[taskscope::test(max_poll = "0ms")]
async fn no_time() {}

#[taskscope::test(except(task = "flush"))]
async fn no_reason() {}

#[taskscope::test(except(name = "flush", reason = "because"))]
async fn no_kind() {}

#[taskscope::test(flavor = "multi_thread")]
fn no_runtime() {}

#[taskscope::test]
fn with_argument(n: u32) {
    let _ = n;
}

#[taskscope::test]
struct NoFunction;

fn main() {}
