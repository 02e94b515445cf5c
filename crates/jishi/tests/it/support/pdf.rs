//! The words of a PDF of ours, read back as a reader's window would copy them: by each font's map to Unicode.

use std::{collections::HashMap, io::Read};

/// The words in the order in which they were written, a line for each piece of text.
pub fn words(file: &[u8]) -> String {
    let streams = streams(file);
    let pages: Vec<&String> = streams.iter().filter(|text| text.contains("\nBT\n")).collect();
    let maps = streams.iter().filter(|text| text.contains("beginbfchar")).map(|text| map(text));
    let mut fonts: Vec<String> = pages.iter().flat_map(|page| font_names(page)).collect();
    fonts.sort();
    fonts.dedup();
    let maps: HashMap<String, HashMap<u16, String>> = fonts.into_iter().zip(maps).collect();
    pages.into_iter().map(|page| shown(page, &maps)).collect()
}

/// How many pages it has.
pub fn pages(file: &[u8]) -> usize {
    streams(file).iter().filter(|text| text.contains("\nBT\n")).count()
}

/// Everything compressed in it, byte by byte as characters.
fn streams(file: &[u8]) -> Vec<String> {
    let latin: String = file.iter().map(|byte| char::from(*byte)).collect();
    let mut found = Vec::new();
    for part in latin.split("\nstream\n").skip(1) {
        let bytes: Vec<u8> = part.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        let mut text = Vec::new();
        if flate2::read::ZlibDecoder::new(bytes.as_slice()).read_to_end(&mut text).is_ok() {
            found.push(text.into_iter().map(char::from).collect());
        }
    }
    found
}

fn font_names(page: &str) -> Vec<String> {
    let sets = page.lines().filter(|line| line.ends_with(" Tf"));
    sets.map(|line| line.trim_start_matches('/').split(' ').next().unwrap().to_owned()).collect()
}

fn map(text: &str) -> HashMap<u16, String> {
    let number = |text: &str| u16::from_str_radix(text, 16).unwrap();
    let pairs = text.lines().filter_map(|line| line.strip_prefix('<')?.strip_suffix('>')?.split_once("> <"));
    pairs
        .filter(|(code, _)| code.len() == 4)
        .map(|(code, units)| {
            let units: Vec<u16> = (0..units.len() / 4).map(|at| number(&units[at * 4..at * 4 + 4])).collect();
            (number(code), String::from_utf16(&units).unwrap())
        })
        .collect()
}

fn shown(page: &str, maps: &HashMap<String, HashMap<u16, String>>) -> String {
    let (mut text, mut font) = (String::new(), "");
    for line in page.lines() {
        if line.ends_with(" Tf") {
            font = line.trim_start_matches('/').split(' ').next().unwrap();
        } else if let Some(string) = line.strip_suffix(" Tj") {
            for code in codes(string).chunks_exact(2) {
                text.push_str(&maps[font][&u16::from_be_bytes([code[0], code[1]])]);
            }
        } else if line == "ET" {
            text.push('\n');
        }
    }
    text
}

/// The bytes of a string, written in hexadecimal digits or in characters with escapes.
fn codes(string: &str) -> Vec<u8> {
    if let Some(digits) = string.strip_prefix('<') {
        let digits = digits.trim_end_matches('>');
        return (0..digits.len() / 2).map(|at| u8::from_str_radix(&digits[at * 2..at * 2 + 2], 16).unwrap()).collect();
    }
    let inner = string.strip_prefix('(').unwrap().strip_suffix(')').unwrap();
    let (mut bytes, mut chars) = (Vec::new(), inner.bytes());
    while let Some(byte) = chars.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match chars.next().unwrap() {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 8,
            b'f' => 12,
            digit @ b'0'..=b'7' => {
                let rest = [chars.next().unwrap(), chars.next().unwrap()];
                (digit - b'0') * 64 + (rest[0] - b'0') * 8 + (rest[1] - b'0')
            }
            other => other,
        });
    }
    bytes
}
