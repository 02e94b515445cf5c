//! Live pages: a hint to read again, never the data.

use tokio::sync::broadcast;

/// What changed, coarse enough that a hint betrays nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// Some case changed.
    Cases,
    /// Places, units, people or the catalogue changed.
    Records,
}

impl Topic {
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
pub struct Live(broadcast::Sender<Topic>);

impl Default for Live {
    fn default() -> Self {
        Self(broadcast::channel(256).0)
    }
}

impl Live {
    /// Sends a hint; nobody listening is fine.
    pub fn hint(&self, topic: Topic) {
        let _ = self.0.send(topic);
    }

    /// Listens from now on.
    pub fn listen(&self) -> broadcast::Receiver<Topic> {
        self.0.subscribe()
    }
}
