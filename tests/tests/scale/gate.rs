//! What all tasks wait for.

use std::sync::Arc;
use taskscope::tokio::sync::Semaphore;

/// Closed at first, so that tasks wait; then open for ever.
pub(crate) struct Gate(Arc<Semaphore>);

impl Default for Gate {
    fn default() -> Self {
        Gate(Arc::new(Semaphore::new(0)))
    }
}

impl Gate {
    /// Waits until the gate opens.
    pub(crate) fn pass(&self) -> impl Future<Output = ()> + Send + use<> {
        let gate = self.0.clone();
        async move {
            // It is opened by being closed: there is no permit, ever.
            assert!(gate.acquire().await.is_err());
        }
    }

    /// Lets everybody pass.
    pub(crate) fn open(&self) {
        self.0.close();
    }
}
