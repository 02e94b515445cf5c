//! Looking for words in bytes, in every form in which a program writes them down.

use std::{
    fmt::Write as _,
    fs,
    io::{Cursor, Read},
    path::{Path, PathBuf},
};

use aho_corasick::AhoCorasick;
use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use encoding_rs::GB18030;
use flate2::read::GzDecoder;

/// Where something was found that should stand nowhere.
pub type Finding = String;

/// Knows words in all their forms.
pub struct Scanner {
    words: Vec<String>,
    automaton: AhoCorasick,
    /// The word and the form of each pattern.
    patterns: Vec<(usize, &'static str)>,
}

impl Scanner {
    pub fn new(words: &[&str]) -> Self {
        let (mut forms, mut patterns) = (Vec::new(), Vec::new());
        for (index, word) in words.iter().enumerate() {
            for (form, bytes) in written(word) {
                forms.push(bytes);
                patterns.push((index, form));
            }
        }
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        Self { words, automaton: AhoCorasick::new(forms).unwrap(), patterns }
    }

    /// Which words stand in these bytes, in what form, and what stands around them.
    pub fn look(&self, place: &str, bytes: &[u8]) -> Vec<Finding> {
        let found = self.automaton.find_overlapping_iter(bytes).map(|hit| {
            let (word, form) = self.patterns[hit.pattern().as_usize()];
            let around = &bytes[hit.start().saturating_sub(120)..bytes.len().min(hit.end() + 60)];
            format!("{place}: {} in {form}: {}", self.words[word], String::from_utf8_lossy(around).escape_debug())
        });
        let mut found: Vec<Finding> = found.collect();
        found.dedup();
        found.extend(unpacked(bytes).iter().flat_map(|(name, part)| self.look(&format!("{place}/{name}"), part)));
        found
    }

    /// The same for every file in a folder and below.
    pub fn look_through(&self, folder: &Path) -> Vec<Finding> {
        files(folder).iter().flat_map(|file| self.look(&file.display().to_string(), &fs::read(file).unwrap())).collect()
    }
}

/// The files in a folder and below.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// What is packed in a workbook or a compressed answer.
fn unpacked(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut parts = Vec::new();
    if bytes.starts_with(b"PK\x03\x04") {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        for index in 0..archive.len() {
            let mut entry = archive.by_index(index).unwrap();
            let mut part = Vec::new();
            entry.read_to_end(&mut part).unwrap();
            parts.push((entry.name().unwrap().into_owned(), part));
        }
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut part = Vec::new();
        GzDecoder::new(bytes).read_to_end(&mut part).unwrap();
        parts.push(("unpacked".to_owned(), part));
    }
    parts
}

/// A word in each form, none of them twice.
fn written(word: &str) -> Vec<(&'static str, Vec<u8>)> {
    let utf16 = |to_bytes: fn(u16) -> [u8; 2]| word.encode_utf16().flat_map(to_bytes).collect::<Vec<u8>>();
    let lower = |bytes: Vec<u8>| bytes.to_ascii_lowercase();
    let escaped = |prefix: &str| {
        word.encode_utf16().fold(String::new(), |mut text, unit| {
            let _ = write!(text, "{prefix}{unit:04X}");
            text
        })
    };
    let hex = |bytes: &[u8], prefix: &str| {
        bytes.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{prefix}{byte:02X}");
            text
        })
    };
    let utf8 = word.as_bytes();
    let mut forms = vec![
        ("UTF-8", utf8.to_vec()),
        ("UTF-16LE", utf16(u16::to_le_bytes)),
        ("UTF-16BE", utf16(u16::to_be_bytes)),
        ("GB18030", GB18030.encode(word).0.into_owned()),
        ("percent", hex(utf8, "%").into_bytes()),
        ("percent", lower(hex(utf8, "%").into_bytes())),
        ("hex", hex(utf8, "").into_bytes()),
        ("hex", lower(hex(utf8, "").into_bytes())),
        ("escaped", escaped("\\u").into_bytes().iter().map(|byte| if *byte == b'U' { b'u' } else { *byte }).collect()),
        ("escaped", lower(escaped("\\u").into_bytes())),
    ];
    // Where a word begins within three bytes decides how it looks; what its neighbours share in is left out.
    for before in 0..3 {
        let padded = [vec![0; before], utf8.to_vec()].concat();
        for (form, text) in
            [("base64", STANDARD_NO_PAD.encode(&padded)), ("base64url", URL_SAFE_NO_PAD.encode(&padded))]
        {
            let (from, to) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
            forms.push((form, text.as_bytes()[from..to].to_vec()));
        }
    }
    let mut seen: Vec<Vec<u8>> = Vec::new();
    forms.retain(|(_, bytes)| {
        let is_new = !seen.contains(bytes);
        seen.push(bytes.clone());
        is_new
    });
    forms
}

#[test]
fn a_word_is_found_however_it_is_written() {
    let scanner = Scanner::new(&["犇骉", "13907550001"]);
    let found = |bytes: &[u8]| scanner.look("here", bytes).len();
    for word in ["犇骉", "13907550001"] {
        assert_eq!(found(format!("王{word}，").as_bytes()), 1);
        assert_eq!(found(&word.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()), 1);
        assert_eq!(found(&GB18030.encode(word).0), 1);
        for text in ["", "a", "ab", "abc"] {
            let text = STANDARD_NO_PAD.encode(format!("{text}{word}。"));
            assert_eq!(found(text.as_bytes()), 1, "{text}");
        }
    }
    assert_eq!(found(br#""\u7287\u9a89""#), 1);
    assert_eq!(found(b"?q=%E7%8A%87%E9%AA%89"), 1);
    assert_eq!(found("王**，电话 139****0001".as_bytes()), 0);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, "犇骉".as_bytes()).unwrap();
    assert_eq!(found(&packed.finish().unwrap()), 1, "what is packed is unpacked");
}
