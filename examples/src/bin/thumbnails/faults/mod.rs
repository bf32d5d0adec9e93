//! Mistakes that a program of this kind could really make; `--fault` makes one of them.

pub(crate) mod futurelock;
pub(crate) mod jam;
pub(crate) mod leak;
pub(crate) mod slow;
pub(crate) mod stall;
