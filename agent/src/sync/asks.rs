//! What a future waits for, as a type: so that the future has no room for it to fill and to move.

use super::wait::Op;
use std::fmt;

/// What a future waits for.
pub(crate) trait Asks: fmt::Debug {
    /// The operation.
    const OP: Op;

    /// How many messages or permits.
    fn amount(&self) -> u32 {
        1
    }
}

macro_rules! asks {
    ($($op:ident)*) => {
        $(
            /// One of what the operation is about.
            #[derive(Debug)]
            pub(crate) struct $op;

            impl Asks for $op {
                const OP: Op = Op::$op;
            }
        )*
    };
}

asks!(Send Recv Changed Notified Wait Init);

/// Room for so many messages.
#[derive(Debug)]
pub(crate) struct SendMany(pub(crate) u32);

impl Asks for SendMany {
    const OP: Op = Op::Send;

    fn amount(&self) -> u32 {
        self.0
    }
}
