//! The write-ahead log of SQLite. It begins anew by itself only when it is written to in a moment in which nobody reads
//! from it; beside a server that is always asked something it grew to 19 GB. So the writer, which alone writes to it,
//! begins it anew when it has become long.

use std::{fs, path::PathBuf, sync::Arc};

use crate::sqlite::Pool;

const MIB: u64 = 1 << 20;

/// The log of one file.
#[derive(Debug)]
pub(crate) struct Log {
    file: PathBuf,
    bound: u64,
    /// From this length on it is tried to begin it anew.
    next: u64,
}

impl Log {
    /// The log beside a database, which may grow to so many MiB.
    pub(crate) fn of(database: &str, mib: u32) -> Self {
        let bound = u64::from(mib) * MIB;
        Self { file: format!("{database}-wal").into(), bound, next: bound }
    }

    /// Begins the log anew where it has become long; called between two groups of writes. Whoever reads is waited for a
    /// moment only, during which the next writes wait in their queue: where a long reading stands in the way (an export),
    /// it is tried again when the log has grown by an eighth of its bound.
    pub(crate) async fn tend(&mut self, pool: &Arc<Pool>) {
        if self.length() < self.next {
            return;
        }
        if let Ok(Some(conn)) = pool.acquire().await
            && let Err(error) = conn.truncate_log()
        {
            tracing::warn!(%error, "the write-ahead log could not be begun anew");
        }
        let length = self.length();
        self.next = if length < self.bound { self.bound } else { length + self.bound / 8 };
    }

    fn length(&self) -> u64 {
        fs::metadata(&self.file).map_or(0, |file| file.len())
    }
}
