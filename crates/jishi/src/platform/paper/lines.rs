//! Words broken into lines: where Unicode's rules allow it (UAX #14), so that no full stop begins a line and no opening
//! bracket ends one.

use unicode_linebreak::{BreakOpportunity, linebreaks};

use super::fonts::{Faces, Glyph, Use};

/// A gap at a line's end up to so many em is spread over the line, so that both edges are straight.
const SPREAD: f32 = 1.6;
/// But never so far that the characters of a short line fall apart.
const APART: f32 = 0.1;

/// From here on Unicode has Chinese characters, their strokes and punctuation.
const FIRST_CHARACTER: char = '\u{2e80}';

/// A line of glyphs.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// From left to right.
    pub(super) glyphs: Vec<Glyph>,
    /// Its width in em.
    pub(super) width: f32,
    /// What is added between two glyphs, in em.
    pub(super) spread: f32,
}

impl Line {
    fn push(&mut self, glyphs: &[Glyph]) {
        self.glyphs.extend_from_slice(glyphs);
        self.width += width(glyphs);
    }

    /// A blank at the end takes no room.
    fn trimmed(mut self) -> Self {
        while let Some(last) = self.glyphs.pop_if(|glyph| glyph.shown == ' ') {
            self.width -= last.advance;
        }
        self
    }

    /// The words as they are read.
    #[cfg(test)]
    pub(super) fn text(&self) -> String {
        self.glyphs.iter().map(|glyph| glyph.shown).collect()
    }

    /// Words of letters are read by their shape and keep it; characters stand as wide apart as a straight edge needs.
    fn filled(mut self, room: f32) -> Self {
        let characters = self.glyphs.iter().filter(|glyph| glyph.shown >= FIRST_CHARACTER).count();
        if 2 * characters < self.glyphs.len() {
            return self;
        }
        let gap = room - self.width;
        let gaps = self.glyphs.len().saturating_sub(1);
        let spread = gap / f32::from(u16::try_from(gaps.max(1)).unwrap_or(u16::MAX));
        if gap > 0.0 && gap <= SPREAD && spread <= APART {
            self.spread = spread;
        }
        self
    }
}

/// Sets words in lines of at most `room` em; the first begins `indent` em further in.
pub(super) fn lines(faces: &Faces<'_>, purpose: Use, text: &str, room: f32, indent: f32) -> Vec<Line> {
    let mut done = Vec::new();
    let mut line = Line::default();
    let mut start = 0;
    for (end, kind) in linebreaks(text) {
        let piece: Vec<Glyph> =
            text.get(start..end).unwrap_or_default().chars().filter_map(|c| faces.glyph(purpose, c)).collect();
        start = end;
        let left = |done: &Vec<Line>| if done.is_empty() { room - indent } else { room };
        if line.width + seen_width(&piece) > left(&done) && !line.glyphs.is_empty() {
            let full = std::mem::take(&mut line).trimmed();
            let room = left(&done);
            done.push(full.filled(room));
        }
        // A word longer than a line is broken where the line ends.
        let mut rest = piece.as_slice();
        while !rest.is_empty() && seen_width(rest) > left(&done) {
            let fits = fitting(rest, left(&done));
            let (head, tail) = rest.split_at(fits.max(1));
            line.push(head);
            done.push(std::mem::take(&mut line));
            rest = tail;
        }
        line.push(rest);
        // The end of the text is a break too, but begins no line.
        if kind == BreakOpportunity::Mandatory && end < text.len() {
            done.push(std::mem::take(&mut line).trimmed());
        }
    }
    done.push(line.trimmed());
    done
}

fn width(glyphs: &[Glyph]) -> f32 {
    glyphs.iter().map(|glyph| glyph.advance).sum()
}

fn seen_width(glyphs: &[Glyph]) -> f32 {
    let blank = glyphs.iter().rev().take_while(|glyph| glyph.shown == ' ').count();
    width(glyphs.get(..glyphs.len() - blank).unwrap_or_default())
}

fn fitting(glyphs: &[Glyph], room: f32) -> usize {
    let mut taken = 0.0;
    glyphs
        .iter()
        .take_while(|glyph| {
            taken += glyph.advance;
            taken <= room
        })
        .count()
}
