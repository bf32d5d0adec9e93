//! What the histograms of each group add up to, without their buckets.

/// How many durations were recorded, and their sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub count: u64,
    /// Their sum in nanoseconds.
    pub nanos: u64,
}

/// What was recorded about the resources of one group.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResourceTotals {
    /// Time in waits that have ended, of a queue those to receive, in nanoseconds.
    pub waited: u64,
    /// Times that messages spent in the queue: one message in a few.
    pub dwell: Sum,
}

/// What was recorded about all groups since the start of the program; it only grows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Lifetimes of the tasks that have ended, by [`TaskGroupId`](crate::id::TaskGroupId).
    pub lifetimes: Vec<Sum>,
    /// By [`ResourceGroupId`](crate::id::ResourceGroupId).
    pub resources: Vec<ResourceTotals>,
}

impl Sum {
    /// What was added since `earlier`.
    pub fn since(self, earlier: Sum) -> Sum {
        Sum {
            count: self.count.saturating_sub(earlier.count),
            nanos: self.nanos.saturating_sub(earlier.nanos),
        }
    }

    /// The mean in seconds; `None` without any duration.
    pub fn mean(self) -> Option<f64> {
        (self.count > 0).then(|| self.nanos as f64 / self.count as f64 / 1e9)
    }
}
