//! Reading a picture that came from anywhere, and making our own of it. Pure; the caller finds a thread for it.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits, Rgb, RgbImage, codecs::jpeg::JpegEncoder,
    imageops::FilterType, metadata::Orientation,
};
use kernel::{Code, Day, Error, Names, Result};

use crate::platform::keys::Keys;

/// A picture of more points than this is refused before any of it is unpacked.
const MAX_PIXELS: u64 = 50_000_000;
/// What unpacking one picture may take.
const MAX_MEMORY: u64 = 256 * 1024 * 1024;
/// The longer edge of what is kept: enough to read a house number, small enough for a village's network.
const EDGE: u32 = 2_048;
/// The longer edge of the small picture.
const THUMB_EDGE: u32 = 320;
const QUALITY: u8 = 82;

/// A picture ready to be stored.
pub(super) struct Prepared {
    pub picture: Vec<u8>,
    pub thumb: Vec<u8>,
    pub width: u32,
    pub height: u32,
    pub print: i64,
}

/// Unpacks what was sent, turns it upright, and makes a picture and a small one that hold nothing else.
///
/// # Errors
/// `photo_not_readable` when it is not a whole JPEG, PNG or WebP whatever it claims; `photo_too_large` when it has too
/// many points.
pub(super) fn prepare(sent: &[u8]) -> Result<Prepared> {
    let (image, orientation) = decode(sent)?;
    let mut image = DynamicImage::ImageRgb8(on_white(&fit(image, EDGE)));
    image.apply_orientation(orientation);
    let thumb = fit(image.clone(), THUMB_EDGE);
    let print = print(&thumb);
    let (width, height) = (image.width(), image.height());
    Ok(Prepared { picture: encode(&image)?, thumb: encode(&thumb)?, width, height, print })
}

/// What a picture looks like: whether each of 8 by 8 fields is brighter than the one to its right (dHash; N. Krawetz, 2013). It
/// stays nearly the same in another size, another encoding, a little more light.
pub(super) fn print(image: &DynamicImage) -> i64 {
    let small = image.resize_exact(9, 8, FilterType::Triangle).to_luma8();
    let mut bits = 0_u64;
    for y in 0..8 {
        for x in 0..8 {
            let brighter = small.get_pixel(x, y).0 > small.get_pixel(x + 1, y).0;
            bits = bits << 1 | u64::from(brighter);
        }
    }
    bits.cast_signed()
}

/// The same of a small picture that is kept; 0 where it cannot be read.
pub(super) fn print_of(thumb: &[u8]) -> i64 {
    decode(thumb).map_or(0, |(image, _)| print(&image))
}

fn not_readable(cause: impl std::fmt::Display) -> Error {
    Error::new(Code::PhotoNotReadable).because(cause)
}

fn decode(sent: &[u8]) -> Result<(DynamicImage, Orientation)> {
    let format = format_of(sent).ok_or_else(|| not_readable("an unknown kind of file"))?;
    if format == ImageFormat::Jpeg && !is_whole_jpeg(sent) {
        return Err(not_readable("a JPEG without its end"));
    }
    let mut reader = ImageReader::with_format(Cursor::new(sent), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_MEMORY);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(not_readable)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(Error::new(Code::PhotoTooLarge).with("max", Names::new("5000 万像素", "50 megapixels")));
    }
    // A picture whose notes cannot be read is still a picture.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).map_err(not_readable)?;
    Ok((image, orientation))
}

/// What the first bytes say; names and declared types are not believed.
fn format_of(sent: &[u8]) -> Option<ImageFormat> {
    match sent {
        [0xFF, 0xD8, 0xFF, ..] => Some(ImageFormat::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(ImageFormat::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(ImageFormat::WebP),
        _ => None,
    }
}

/// The decoder paints what is missing of a cut-off JPEG grey; we would keep half a photo as if it were whole.
/// So the segments are followed to the end mark. (What comes after it is dropped by the re-encoding.)
fn is_whole_jpeg(sent: &[u8]) -> bool {
    let mut at = 2;
    while let Some(found) = sent.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0xFF)) {
        at += found + 1;
        match sent.get(at) {
            Some(0xD9) => return true,
            Some(0xFF) => {}
            // Marks without content, and 0xFF inside the picture's data.
            Some(0x00 | 0x01 | 0xD0..=0xD8) => at += 1,
            Some(_) => match sent.get(at + 1..at + 3) {
                Some(&[high, low]) => at += 1 + usize::from(u16::from_be_bytes([high, low])),
                _ => return false,
            },
            None => return false,
        }
    }
    false
}

/// Shrinks a picture to `edge`; never enlarges. From far larger ones first coarsely, which needs no memory of its own.
fn fit(image: DynamicImage, edge: u32) -> DynamicImage {
    let longer = image.width().max(image.height());
    if longer <= edge {
        return image;
    }
    let image = if longer > 2 * edge { image.thumbnail(2 * edge, 2 * edge) } else { image };
    image.resize(edge, edge, FilterType::Triangle)
}

/// JPEG knows no transparency; what shines through becomes white, like paper.
fn on_white(image: &DynamicImage) -> RgbImage {
    if !image.color().has_alpha() {
        return image.to_rgb8();
    }
    let image = image.to_rgba8();
    RgbImage::from_fn(image.width(), image.height(), |x, y| {
        let [r, g, b, alpha] = image.get_pixel(x, y).0;
        let mix = |part: u8| {
            let mixed = (u32::from(part) * u32::from(alpha) + 255 * u32::from(255 - alpha)) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        Rgb([mix(r), mix(g), mix(b)])
    })
}

fn encode(image: &DynamicImage) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    JpegEncoder::new_with_quality(&mut out, QUALITY).encode_image(&image.to_rgb8()).map_err(Error::internal)?;
    Ok(out)
}

/// The ticket of a photo's address, made today.
pub(super) fn ticket(keys: &Keys, sha: &str, today: Day) -> String {
    keys.ticket(&format!("photo {sha} {today}"))
}

/// Whether a ticket was made for this photo today or yesterday.
pub(super) fn ticket_is_good(keys: &Keys, sha: &str, given: &str, today: Day) -> bool {
    [today, today.plus(-1)].into_iter().any(|day| same(&ticket(keys, sha, day), given))
}

/// Compares in the same time wherever the difference lies.
fn same(ours: &str, given: &str) -> bool {
    ours.len() == given.len() && ours.bytes().zip(given.bytes()).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    fn gradient(width: u32, height: u32) -> DynamicImage {
        let shade = |n: u32| u8::try_from(n % 256).unwrap();
        DynamicImage::ImageRgb8(RgbImage::from_fn(width, height, |x, y| Rgb([shade(x), shade(y), shade(x + y)])))
    }

    fn sent(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        image.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    /// Puts an EXIF block with an orientation and a secret behind the start mark of a JPEG.
    fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
        let mut block = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
        block.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
        block.extend(b"GPS 36.19N 113.11E");
        let length = u16::try_from(block.len() + 2).unwrap().to_be_bytes();
        [&jpeg[..2], &[0xFF, 0xE1], &length, &block, &jpeg[2..]].concat()
    }

    fn contains(bytes: &[u8], part: &[u8]) -> bool {
        bytes.windows(part.len()).any(|window| window == part)
    }

    fn refusal(bytes: &[u8]) -> Code {
        prepare(bytes).err().unwrap().code()
    }

    #[test]
    fn every_format_we_name_becomes_a_jpeg_of_the_same_size() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let prepared = prepare(&sent(&gradient(64, 48), format)).unwrap();
            assert_eq!((prepared.width, prepared.height), (64, 48));
            assert_eq!(format_of(&prepared.picture), Some(ImageFormat::Jpeg));
            assert_eq!(format_of(&prepared.thumb), Some(ImageFormat::Jpeg));
        }
    }

    #[test]
    fn a_single_point_is_a_picture() {
        let prepared = prepare(&sent(&gradient(1, 1), ImageFormat::Png)).unwrap();
        assert_eq!((prepared.width, prepared.height), (1, 1));
    }

    #[test]
    fn a_large_picture_is_shrunk_and_a_strip_keeps_its_shape() {
        let prepared = prepare(&sent(&gradient(5_000, 2_500), ImageFormat::Jpeg)).unwrap();
        assert_eq!((prepared.width, prepared.height), (2_048, 1_024));
        let thumb = image::load_from_memory(&prepared.thumb).unwrap();
        assert_eq!((thumb.width(), thumb.height()), (320, 160));
        let strip = prepare(&sent(&gradient(9_000, 1), ImageFormat::Png)).unwrap();
        assert_eq!((strip.width, strip.height), (2_048, 1));
    }

    #[test]
    fn a_photo_taken_sideways_stands_upright_and_its_notes_are_gone() {
        let jpeg = with_exif(&sent(&gradient(40, 20), ImageFormat::Jpeg), 6);
        assert!(contains(&jpeg, b"GPS"));
        let prepared = prepare(&jpeg).unwrap();
        assert_eq!((prepared.width, prepared.height), (20, 40));
        assert!(!contains(&prepared.picture, b"GPS") && !contains(&prepared.picture, b"Exif"));
        assert!(!contains(&prepared.thumb, b"GPS"));
    }

    #[test]
    fn notes_that_make_no_sense_do_not_spoil_the_photo() {
        assert!(prepare(&with_exif(&sent(&gradient(4, 2), ImageFormat::Jpeg), 77)).is_ok());
    }

    #[test]
    fn what_hides_behind_the_picture_is_dropped() {
        let polyglot =
            [sent(&gradient(8, 8), ImageFormat::Jpeg), b"<script>alert(1)</script>PK\x03\x04".to_vec()].concat();
        let prepared = prepare(&polyglot).unwrap();
        assert!(!contains(&prepared.picture, b"<script>") && !contains(&prepared.picture, b"PK\x03\x04"));
    }

    #[test]
    fn half_a_picture_is_refused_in_every_format() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
            let whole = sent(&gradient(200, 200), format);
            for part in [whole.len() / 2, whole.len() - 100, 16, 4] {
                assert_eq!(refusal(&whole[..part]), Code::PhotoNotReadable, "{format:?} cut to {part}");
            }
        }
    }

    #[test]
    fn what_is_not_one_of_our_formats_is_refused_whatever_its_name() {
        let others: [&[u8]; 7] = [
            b"",
            b"GIF89a\x01\0\x01\0\0\0\0;",
            b"\0\0\0\x18ftypheic\0\0\0\0heicmif1",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "只是文字".as_bytes(),
            b"\xFF\xD8\xFF<?php echo 1; ?>",
            b"BM\x3a\0\0\0",
        ];
        for other in others {
            assert_eq!(refusal(other), Code::PhotoNotReadable, "{other:?}");
        }
    }

    /// A PNG whose head claims a size its data do not have.
    fn claiming(width: u32, height: u32) -> Vec<u8> {
        let mut png = sent(&gradient(1, 1), ImageFormat::Png);
        png[16..20].copy_from_slice(&width.to_be_bytes());
        png[20..24].copy_from_slice(&height.to_be_bytes());
        let sum = !png[12..29].iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 * (sum & 1)))
        });
        png[29..33].copy_from_slice(&sum.to_be_bytes());
        png
    }

    #[test]
    fn a_picture_that_claims_too_many_points_is_refused_before_it_is_unpacked() {
        assert_eq!(refusal(&claiming(60_000, 60_000)), Code::PhotoTooLarge);
        assert_eq!(refusal(&claiming(10_000, 5_001)), Code::PhotoTooLarge);
        assert_eq!(refusal(&claiming(u32::MAX, u32::MAX)), Code::PhotoNotReadable);
        assert_eq!(refusal(&claiming(7_000, 7_000)), Code::PhotoNotReadable);
    }

    #[test]
    fn what_shines_through_becomes_white() {
        let clear = DynamicImage::ImageRgba8(image::RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 0])));
        let prepared = prepare(&sent(&clear, ImageFormat::Png)).unwrap();
        let point = image::load_from_memory(&prepared.picture).unwrap().to_rgb8().get_pixel(4, 4).0;
        assert!(point.iter().all(|part| *part > 250), "{point:?}");
    }

    #[test]
    fn a_ticket_is_good_today_and_tomorrow_for_its_own_photo() {
        let keys = Keys::from_root(&[1; 32]);
        let today: Day = "2026-12-31".parse().unwrap();
        let mark = ticket(&keys, "aa", today);
        assert!(ticket_is_good(&keys, "aa", &mark, today));
        assert!(ticket_is_good(&keys, "aa", &mark, today.plus(1)));
        assert!(!ticket_is_good(&keys, "aa", &mark, today.plus(2)));
        assert!(!ticket_is_good(&keys, "aa", &mark, today.plus(-1)));
        assert!(!ticket_is_good(&keys, "bb", &mark, today));
        assert!(!ticket_is_good(&keys, "aa", "", today));
        assert!(!ticket_is_good(&Keys::from_root(&[2; 32]), "aa", &mark, today));
    }
}
