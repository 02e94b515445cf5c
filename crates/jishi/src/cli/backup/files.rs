//! Files of a copy.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use sha2::{Digest, Sha256};

use crate::platform::keys::hex;

/// The SHA-256 of a file, in hexadecimal digits; a file of any size takes the same room.
pub(super) fn hash(file: &Path) -> io::Result<String> {
    let (mut file, mut hash, mut piece) = (File::open(file)?, Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(piece.get(..read).unwrap_or_default()),
        }
    }
}

/// Copies a folder with all below it; returns how many files. Files that are just being written (`.part`) are left out,
/// and one that is thrown away meanwhile was in no case.
pub(super) fn copy_folder(from: &Path, to: &Path) -> io::Result<u64> {
    fs::create_dir_all(to)?;
    let mut copied = 0;
    let entries = match fs::read_dir(from) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copied += copy_folder(&entry.path(), &target)?;
        } else if !entry.file_name().to_string_lossy().ends_with(".part") {
            match fs::copy(entry.path(), target) {
                Ok(_) => copied += 1,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
    }
    Ok(copied)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_copied_without_what_is_half_written() {
        let folder = tempfile::tempdir().unwrap();
        let from = folder.path().join("from");
        fs::create_dir_all(from.join("ab")).unwrap();
        fs::write(from.join("ab/one.jpg"), "1").unwrap();
        fs::write(from.join("ab/.7-0.part"), "1").unwrap();
        assert_eq!(copy_folder(&from, &folder.path().join("to")).unwrap(), 1);
        assert!(folder.path().join("to/ab/one.jpg").exists());
        assert_eq!(copy_folder(&folder.path().join("nothing"), &folder.path().join("to2")).unwrap(), 0);
    }

    #[test]
    fn a_file_has_the_hash_that_other_programs_say() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "abc").unwrap();
        let said = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(hash(&folder.path().join("a")).unwrap(), said);
    }
}
