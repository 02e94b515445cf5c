//! Zip archives from outside.

use std::io::{self, Cursor, Read};

use kernel::{Code, Error, Result};

/// Refuses an archive that unpacks to more than the memory should hold, whatever it says of its own size.
///
/// # Errors
/// What `wrong` makes when it is no archive; `payload_too_large` when it unpacks to more than so many megabytes.
pub fn refuse_bombs(bytes: &[u8], megabytes: u64, wrong: impl Fn() -> Error) -> Result<()> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| wrong())?;
    let mut left = megabytes << 20;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|_| wrong())?.take(left + 1);
        let unpacked = io::copy(&mut part, &mut io::sink()).map_err(|_| wrong())?;
        let too_large = || Error::new(Code::PayloadTooLarge).with("max", format!("{megabytes} MB"));
        left = left.checked_sub(unpacked).ok_or_else(too_large)?;
    }
    Ok(())
}
