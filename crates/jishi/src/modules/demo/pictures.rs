//! Pictures of the demo city: painted, because nobody's photo may stand here. A street with houses, different each time.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use kernel::{Error, Result};

use super::dice::Dice;

const WIDTH: u32 = 480;
const HEIGHT: u32 = 360;

/// A street of its own for each name.
///
/// # Errors
/// `internal` when it cannot be encoded.
pub(super) fn street(seed: u64, name: &str) -> Result<Vec<u8>> {
    let dice = Dice::new(seed, &format!("picture {name}"));
    let shade = |from: i64, to: i64| u8::try_from(dice.between(from, to)).unwrap_or(u8::MAX);
    let sky = [shade(120, 220), shade(140, 230), shade(170, 250)];
    let horizon = HEIGHT * 2 / 3;
    let mut image = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        if y > horizon {
            return Rgb([90 + u8::try_from(x % 20).unwrap_or(0), 88, 84]);
        }
        let fade = u8::try_from(y * 60 / horizon).unwrap_or(0);
        Rgb(sky.map(|part| part.saturating_sub(fade)))
    });
    let mut at = 0;
    while at < WIDTH {
        let (wide, high) = (side(&dice, 30, 90), side(&dice, 60, 210));
        let wall = [shade(60, 230), shade(60, 210), shade(60, 200)];
        paint(&mut image, (at, horizon.saturating_sub(high)), (wide, high), wall);
        let (across, lit) = (side(&dice, 10, 20), [shade(20, 250), shade(20, 240), shade(20, 200)]);
        for window in 0..high / 45 {
            paint(&mut image, (at + 8, horizon.saturating_sub(high) + 10 + window * 45), (across, 24), lit);
        }
        at += wide + side(&dice, 0, 25);
    }
    let mut out = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(image).write_to(&mut out, ImageFormat::Jpeg).map_err(Error::internal)?;
    Ok(out.into_inner())
}

fn side(dice: &Dice, from: i64, to: i64) -> u32 {
    u32::try_from(dice.between(from, to)).unwrap_or(1)
}

fn paint(image: &mut RgbImage, (left, top): (u32, u32), (wide, high): (u32, u32), colour: [u8; 3]) {
    for y in top..(top + high).min(HEIGHT) {
        for x in left..(left + wide).min(WIDTH) {
            image.put_pixel(x, y, Rgb(colour));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_street_is_the_same_picture_and_another_is_another() {
        let paint = |name| street(1, name).unwrap();
        assert_eq!(paint("a"), paint("a"));
        assert_ne!(paint("a"), paint("b"));
    }
}
