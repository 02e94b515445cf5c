//! The measures of a page and how words look on it: the margins of GB/T 9704-2012 on A4, lengths in points.

use super::fonts::Use;

pub(super) const MM: f32 = 72.0 / 25.4;
/// A4.
pub(super) const PAGE: (f32, f32) = (210.0 * MM, 297.0 * MM);
pub(super) const LEFT: f32 = 28.0 * MM;
pub(super) const TOP: f32 = 37.0 * MM;
pub(super) const WIDTH: f32 = 156.0 * MM;
pub(super) const BOTTOM: f32 = TOP + 225.0 * MM;
/// 一字线 and page number stand 7 mm below the text.
pub(super) const NUMBER: f32 = BOTTOM + 7.0 * MM;
pub(super) const FOOT: f32 = BOTTOM + 15.0 * MM;
/// The heads of the pages after the first stand so far above the text, over a red rule.
pub(super) const HEAD: f32 = TOP - 13.0 * MM;
/// So many lines at least of what stands before go along with what closes a paper.
pub(super) const ALONG: usize = 2;
/// Room between a border and the words.
pub(super) const PAD: (f32, f32) = (5.0, 4.0);
/// Where the pen goes below the upper edge of a character.
pub(super) const ASCENT: f32 = 0.88;

pub(super) type Colour = [f32; 3];
pub(super) const BLACK: Colour = [0.0, 0.0, 0.0];
pub(super) const RED: Colour = [0.86, 0.0, 0.0];
pub(super) const GREY: Colour = [0.35, 0.35, 0.35];

/// How words look: for what, how large, how far from line to line, in what colour.
#[derive(Clone, Copy)]
pub(super) struct Style(pub(super) Use, pub(super) f32, pub(super) f32, pub(super) Colour);

pub(super) const OFFICE: Style = Style(Use::Title, 30.0, 40.0, RED);
pub(super) const TITLE: Style = Style(Use::Title, 22.0, 32.0, BLACK);
pub(super) const HEADING: Style = Style(Use::Heading, 16.0, 24.0, BLACK);
pub(super) const TEXT: Style = Style(Use::Body, 16.0, 28.0, BLACK);
pub(super) const ENDS: Style = Style(Use::Body, 12.0, 20.0, BLACK);
pub(super) const LABEL: Style = Style(Use::Heading, 11.0, 16.0, BLACK);
pub(super) const CELL: Style = Style(Use::Body, 11.0, 16.0, BLACK);
pub(super) const SMALL: Style = Style(Use::Body, 9.0, 13.0, GREY);
pub(super) const FOLIO: Style = Style(Use::Body, 14.0, 20.0, BLACK);
