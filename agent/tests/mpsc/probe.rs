//! Asks which auto traits a value has.

use std::marker::PhantomData;
use std::panic::{RefUnwindSafe, UnwindSafe};

/// Asks for the traits of a type that may have no name. The traits below answer "no" for all types; the methods of
/// the same names here come first where they exist.
pub(crate) struct Probe<T>(PhantomData<T>);

pub(crate) fn probe<T>(_: &T) -> Probe<T> {
    Probe(PhantomData)
}

macro_rules! questions {
    ($($question:ident, $fallback:ident: $bound:path;)*) => {
        $(
            pub(crate) trait $fallback {
                fn $question(&self) -> bool {
                    false
                }
            }
            impl<T> $fallback for Probe<T> {}
            impl<T: $bound> Probe<T> {
                pub(crate) fn $question(&self) -> bool {
                    true
                }
            }
        )*
    };
}

questions! {
    send, NoSend: Send;
    sync, NoSync: Sync;
    unpin, NoUnpin: Unpin;
    unwind_safe, NoUnwindSafe: UnwindSafe;
    ref_unwind_safe, NoRefUnwindSafe: RefUnwindSafe;
    cloned, NoClone: Clone;
}

/// The name of a value, and which traits it has.
macro_rules! traits {
    ($value:expr) => {{
        use crate::probe::*;
        let value = $value;
        let probe = probe(&value);
        let answers = [
            ("Send", probe.send()),
            ("Sync", probe.sync()),
            ("Unpin", probe.unpin()),
            ("UnwindSafe", probe.unwind_safe()),
            ("RefUnwindSafe", probe.ref_unwind_safe()),
            ("Clone", probe.cloned()),
        ];
        (stringify!($value), answers)
    }};
}

pub(crate) use traits;
