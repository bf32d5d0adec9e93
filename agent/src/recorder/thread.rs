//! The operating system's numbers and names of threads.

/// Length of a name; what is shorter ends with zeros.
pub(crate) const NAME: usize = 16;

/// The calling thread's number; 0 where the system gives none.
pub(super) fn number() -> u64 {
    #[cfg(target_os = "linux")]
    {
        // SAFETY: the call takes nothing and cannot fail.
        (unsafe { libc::gettid() }) as u64
    }
    #[cfg(not(target_os = "linux"))]
    {
        0
    }
}

/// The calling thread's name; all zeros where the system gives none.
pub(super) fn name() -> [u8; NAME] {
    let mut name = [0; NAME];
    #[cfg(target_os = "linux")]
    {
        // SAFETY: the call takes nothing and cannot fail.
        let this = unsafe { libc::pthread_self() };
        // SAFETY: the call writes up to as many bytes to the address as it is told, the last of them 0.
        unsafe { libc::pthread_getname_np(this, name.as_mut_ptr().cast(), NAME) };
    }
    #[cfg(not(target_os = "linux"))]
    {
        name[0] = 0;
    }
    name
}

/// A name in words that can be stored one by one.
pub(super) fn words_of(name: [u8; NAME]) -> [u64; 2] {
    let mut words = [0; 2];
    for (word, part) in words.iter_mut().zip(name.chunks_exact(8)) {
        *word = part.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
    }
    words
}

/// The name that was stored as these words.
pub(super) fn bytes_of(words: [u64; 2]) -> [u8; NAME] {
    let mut name = [0; NAME];
    for (part, word) in name.chunks_exact_mut(8).zip(words) {
        part.copy_from_slice(&word.to_le_bytes());
    }
    name
}

/// Whether no thread of this process has this number. A number that was given to another thread counts as alive.
pub(super) fn is_gone(number: u64) -> bool {
    #[cfg(all(target_os = "linux", not(miri)))]
    {
        // SAFETY: the call takes nothing and cannot fail.
        let process = unsafe { libc::getpid() };
        // SAFETY: signal 0 is not sent: the call only looks for the thread.
        let found = unsafe { libc::syscall(libc::SYS_tgkill, process, number as libc::pid_t, 0) };
        found != 0
    }
    #[cfg(not(all(target_os = "linux", not(miri))))]
    {
        let _ = number;
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_survives_its_words() {
        let name = *b"rt-worker-17\0\0\0\0";
        assert_eq!(bytes_of(words_of(name)), name);
    }
}
