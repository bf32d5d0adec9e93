//! The guards that cancel when they are dropped.

use super::CancellationToken;

/// Cancels its token when it is dropped: [`tokio_util::sync::DropGuard`](::tokio_util::sync::DropGuard).
#[derive(Debug)]
pub struct DropGuard {
    token: CancellationToken,
    armed: bool,
}

impl DropGuard {
    pub(super) fn new(token: CancellationToken) -> Self {
        Self { token, armed: true }
    }

    /// The token.
    pub fn token(&self) -> &CancellationToken {
        &self.token
    }

    /// The token, which will not be cancelled.
    pub fn disarm(mut self) -> CancellationToken {
        self.armed = false;
        self.token.clone()
    }
}

impl Drop for DropGuard {
    fn drop(&mut self) {
        if self.armed {
            self.token.cancel();
        }
    }
}

/// Cancels its token when it is dropped: [`tokio_util::sync::DropGuardRef`](::tokio_util::sync::DropGuardRef).
#[derive(Debug)]
pub struct DropGuardRef<'a> {
    token: &'a CancellationToken,
    armed: bool,
}

impl<'a> DropGuardRef<'a> {
    pub(super) fn new(token: &'a CancellationToken) -> Self {
        Self { token, armed: true }
    }

    /// The token.
    pub fn token(&self) -> &CancellationToken {
        self.token
    }

    /// The token, which will not be cancelled.
    pub fn disarm(mut self) -> &'a CancellationToken {
        self.armed = false;
        self.token
    }
}

impl Drop for DropGuardRef<'_> {
    fn drop(&mut self) {
        if self.armed {
            self.token.cancel();
        }
    }
}
