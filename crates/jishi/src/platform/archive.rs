//! Zip archives from outside.

use std::io::{self, Cursor, Read};

use kernel::{Code, Error, Names, Result};

/// The most files in an archive: a workbook has a few dozen.
const PARTS: usize = 2_000;
/// The most that is read of a file of words, in bytes.
const TEXT: u64 = 64 * 1024;

/// Refuses an archive that unpacks to more than the memory should hold, whatever it says of its own size, or that holds
/// more files than anybody puts into one.
///
/// # Errors
/// What `wrong` makes when it is no archive; `payload_too_large` when it unpacks to more than so many megabytes or files.
pub fn refuse_bombs(bytes: &[u8], megabytes: u64, wrong: impl Fn() -> Error) -> Result<()> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| wrong())?;
    if archive.len() > PARTS {
        let max = Names::new(format!("{PARTS} 个文件"), format!("{PARTS} files"));
        return Err(Error::new(Code::PayloadTooLarge).with("max", max));
    }
    let mut left = megabytes << 20;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|_| wrong())?.take(left + 1);
        let unpacked = io::copy(&mut part, &mut io::sink()).map_err(|_| wrong())?;
        let too_large = || Error::new(Code::PayloadTooLarge).with("max", format!("{megabytes} MB"));
        left = left.checked_sub(unpacked).ok_or_else(too_large)?;
    }
    Ok(())
}

/// The words of one small file in an archive; none where there is no such file, or it is longer than anybody's words.
pub fn text_of(archive: impl Read + io::Seek, name: &str) -> Option<String> {
    let mut archive = zip::ZipArchive::new(archive).ok()?;
    let mut text = String::new();
    archive.by_name(name).ok()?.take(TEXT).read_to_string(&mut text).ok()?;
    Some(text)
}
