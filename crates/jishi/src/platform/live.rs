//! Live pages: a hint to read again, never the data.

use std::sync::Arc;

use tokio::sync::{Notify, broadcast, watch};

/// What changed, coarse enough that a hint betrays nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Some case changed.
    Cases,
    /// Places, units, people or the catalogue changed.
    Records,
}

impl Topic {
    /// All topics; what a listener is told who missed some hints.
    pub const ALL: [Self; 2] = [Self::Cases, Self::Records];

    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cases => "cases",
            Self::Records => "records",
        }
    }
}

/// Tells the pages of this process that something changed.
#[derive(Clone, Debug)]
pub struct Live {
    hints: broadcast::Sender<Topic>,
    ending: watch::Sender<bool>,
    pressing: Arc<Notify>,
}

impl Default for Live {
    fn default() -> Self {
        Self { hints: broadcast::channel(256).0, ending: watch::channel(false).0, pressing: Arc::default() }
    }
}

impl Live {
    /// Sends a hint; nobody listening is fine.
    pub fn hint(&self, topic: Topic) {
        let _ = self.hints.send(topic);
    }

    /// Says, after the commit, that something happened that may not wait for the next round: an emergency.
    pub fn press(&self) {
        self.pressing.notify_one();
    }

    /// Waits until something presses. What pressed while nobody waited is not lost.
    pub async fn pressed(&self) {
        self.pressing.notified().await;
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Topic> {
        self.hints.subscribe()
    }

    /// Says that the process is about to end, so that no open stream keeps it waiting.
    pub fn end(&self) {
        self.ending.send_replace(true);
    }

    /// Turns true when the process is about to end.
    pub fn ending(&self) -> watch::Receiver<bool> {
        self.ending.subscribe()
    }
}
