//! From a copy of a stack to the addresses in it.

use super::handler::{Caught, Registers};
use super::modules;
use framehop::{CacheNative, UnwindRegsNative, Unwinder};

/// How many functions of a stack are found at most, the innermost ones.
const MOST: usize = 256;

/// The addresses of the code that was under way, innermost first: where the thread was, and where each call returns to.
pub(super) fn unwind(caught: &Caught) -> Vec<usize> {
    let registers = caught.registers();
    let unwinder = modules::unwinder(|| caught.words().chain([registers.instruction, registers.link]));
    let mut cache = CacheNative::<_>::new();
    let mut read = |address| caught.word(address).ok_or(());
    let mut frames = unwinder.iter_frames(registers.instruction, native(registers), &mut cache, &mut read);
    let mut addresses = Vec::new();
    while addresses.len() < MOST
        && let Ok(Some(frame)) = frames.next()
    {
        addresses.push(frame.address() as usize);
    }
    addresses
}

#[cfg(target_arch = "x86_64")]
fn native(registers: Registers) -> UnwindRegsNative {
    UnwindRegsNative::new(registers.instruction, registers.stack, registers.frame)
}

#[cfg(target_arch = "aarch64")]
fn native(registers: Registers) -> UnwindRegsNative {
    UnwindRegsNative::new(registers.link, registers.stack, registers.frame)
}
