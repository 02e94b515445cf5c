//! Which fonts there are: those the program brings, and those an office puts into a folder of its own (`fonts` of the
//! settings; `fonts/` of the data folder where nothing is said). What 公文
//! asks for (小标宋, 仿宋) is sold by its makers and cannot be shipped; an office that has it names its files so.

use std::{borrow::Cow, cell::RefCell, fs, path::Path};

use kernel::{Code, Error, Names, Result};
use ttf_parser::{Face, Permissions, Tag, name_id};

use crate::platform::{embedded::Embedded, settings::Settings};

/// For what words are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// The issuing office and the title: 小标宋.
    Title,
    /// Headings and labels: 黑体.
    Heading,
    /// Everything else: 仿宋.
    Body,
}

/// The files an office may give, by the beginning of their names, and what each is for; a `fallback` is looked into for
/// what the others lack.
pub const GIVEN: [(&str, Option<Use>); 4] =
    [("title", Some(Use::Title)), ("heading", Some(Use::Heading)), ("body", Some(Use::Body)), ("fallback", None)];
/// Those the program brings (SIL Open Font License 1.1).
const BROUGHT: [(&str, &[Use]); 2] =
    [("fonts/NotoSansHans-Bold.otf", &[Use::Title, Use::Heading]), ("fonts/NotoSansHans-Regular.otf", &[Use::Body])];
/// What stands for a character that no font has.
pub const MISSING: char = '□';

/// A file that is no use, and why.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The file's name.
    pub file: String,
    /// What is wrong with it.
    pub why: Names,
}

#[derive(Clone, Debug)]
struct Font {
    data: Cow<'static, [u8]>,
    uses: Vec<Use>,
}

/// The fonts of an instance, by its settings.
pub fn fonts_of(settings: &Settings) -> Fonts {
    Fonts::read(&settings.fonts)
}

/// The fonts of an instance.
#[derive(Clone, Debug, Default)]
pub struct Fonts {
    fonts: Vec<Font>,
    /// Names of the office's own files that are used.
    pub given: Vec<String>,
    /// Files that were passed over.
    pub faults: Vec<Fault>,
}

impl Fonts {
    /// Reads the office's fonts from `folder`, if it is there, and puts those of the program behind them. A file that cannot
    /// be used is passed over and told.
    pub fn read(folder: &Path) -> Self {
        let mut fonts = Self::default();
        let mut files: Vec<String> = fs::read_dir(folder)
            .map(|entries| entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
            .unwrap_or_default();
        files.retain(|name| !name.starts_with('.'));
        files.sort();
        for file in files {
            fonts.take(folder, file);
        }
        for (path, uses) in BROUGHT {
            if let Some(found) = Embedded::get(path) {
                fonts.fonts.push(Font { data: found.data, uses: uses.to_vec() });
            }
        }
        fonts
    }

    fn take(&mut self, folder: &Path, file: String) {
        let stem = Path::new(&file).file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
        let Some((_, purpose)) = GIVEN.into_iter().find(|(name, _)| stem.starts_with(name)) else {
            let why = Names::new(
                "不知道用在哪里：文件名以 title、heading、body 或 fallback 开头",
                "its use is not known: begin its name with title, heading, body or fallback",
            );
            return self.faults.push(Fault { file, why });
        };
        let data = fs::read(folder.join(&file)).map_err(|error| Names::new(error.to_string(), error.to_string()));
        match data.and_then(|data| usable(&data).map(|()| data)) {
            Ok(data) => {
                self.fonts.push(Font { data: Cow::Owned(data), uses: purpose.into_iter().collect() });
                self.given.push(file);
            }
            Err(why) => self.faults.push(Fault { file, why }),
        }
    }

    /// Whether there is any at all.
    pub fn is_empty(&self) -> bool {
        self.fonts.is_empty()
    }

    /// The characters of some words that no font has, each once, in order: they would be printed as a box.
    ///
    /// # Errors
    /// `no_font` when there is none.
    pub fn lacking<'w>(&self, words: impl IntoIterator<Item = &'w str>) -> Result<Vec<char>> {
        let faces = self.faces()?;
        for c in words.into_iter().flat_map(str::chars) {
            faces.glyph(Use::Body, c);
        }
        Ok(faces.lacking.into_inner())
    }

    /// The fonts, opened.
    ///
    /// # Errors
    /// `no_font` when there is none.
    pub(super) fn faces(&self) -> Result<Faces<'_>> {
        let mut faces = Vec::new();
        for font in &self.fonts {
            faces.push(Face::parse(&font.data, 0).map_err(Error::internal)?);
        }
        if faces.is_empty() {
            return Err(Error::new(Code::NoFont));
        }
        let order = [Use::Title, Use::Heading, Use::Body].map(|purpose| self.order(purpose));
        let data = self.fonts.iter().map(|font| font.data.as_ref()).collect();
        Ok(Faces { data, faces, order, lacking: RefCell::default() })
    }

    /// The order in which fonts are asked for a character: those for this use, then all others as they come.
    fn order(&self, purpose: Use) -> Vec<usize> {
        let is_for = |at: &usize| self.fonts.get(*at).is_some_and(|font| font.uses.contains(&purpose));
        let (first, rest): (Vec<usize>, Vec<usize>) = (0..self.fonts.len()).partition(is_for);
        first.into_iter().chain(rest).collect()
    }
}

/// Whether a file can be embedded in part.
fn usable(data: &[u8]) -> std::result::Result<(), Names> {
    let face = Face::parse(data, 0).map_err(|error| Names::new(format!("读不懂：{error}"), error.to_string()))?;
    let has = |tag: &[u8; 4]| face.raw_face().table(Tag::from_bytes(tag)).is_some();
    if has(b"fvar") || has(b"CFF2") {
        return Err(Names::new("是可变字体，请换成固定字重的文件", "it is a variable font; give one of fixed weight"));
    }
    if !has(b"glyf") && !has(b"CFF ") {
        return Err(Names::new("没有轮廓", "it has no outlines"));
    }
    if face.permissions() == Some(Permissions::Restricted) || !face.is_subsetting_allowed() {
        return Err(Names::new("字体的授权不许嵌入文件", "its licence does not allow embedding"));
    }
    Ok(())
}

/// A character as it will be drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Glyph {
    /// Which font.
    pub(super) font: usize,
    /// Its number there.
    pub(super) id: u16,
    /// How far the pen moves on, in em.
    pub(super) advance: f32,
    /// What it shows.
    pub(super) shown: char,
}

/// Fonts opened for one paper.
pub(super) struct Faces<'f> {
    pub(super) data: Vec<&'f [u8]>,
    pub(super) faces: Vec<Face<'f>>,
    order: [Vec<usize>; 3],
    /// The characters asked for that no font has, each once, in order.
    pub(super) lacking: RefCell<Vec<char>>,
}

impl Faces<'_> {
    /// How a character is drawn; none for what shows nothing, such as a joiner.
    pub(super) fn glyph(&self, purpose: Use, c: char) -> Option<Glyph> {
        let c = match c {
            '\t' | '\u{a0}' => ' ',
            c if c.is_control() || is_silent(c) => return None,
            c => c,
        };
        let order = match purpose {
            Use::Title => &self.order[0],
            Use::Heading => &self.order[1],
            Use::Body => &self.order[2],
        };
        let find = |c: char| order.iter().find_map(|at| self.in_font(*at, c));
        let missing = || {
            let mut lacking = self.lacking.borrow_mut();
            if c != MISSING && !lacking.contains(&c) {
                lacking.push(c);
            }
            find(MISSING)
        };
        find(c).or_else(missing).or_else(|| {
            let font = *order.first()?;
            Some(Glyph { font, id: 0, advance: 1.0, shown: MISSING })
        })
    }

    fn in_font(&self, font: usize, c: char) -> Option<Glyph> {
        let face = self.faces.get(font)?;
        let id = face.glyph_index(c).filter(|id| id.0 != 0)?;
        let advance = f32::from(face.glyph_hor_advance(id)?) / f32::from(face.units_per_em());
        Some(Glyph { font, id: id.0, advance, shown: c })
    }

    /// The font's name for programs.
    pub(super) fn name(&self, font: usize) -> String {
        let names = self.faces.get(font).map(|face| face.names());
        let found = names.and_then(|names| {
            names.into_iter().filter(|name| name.name_id == name_id::POST_SCRIPT_NAME).find_map(|name| name.to_string())
        });
        let name: String =
            found.unwrap_or_default().chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        if name.is_empty() { format!("Font{font}") } else { name }
    }
}

/// Characters that show nothing by themselves: marks of order, joiners, selectors of variants.
fn is_silent(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0100}'..='\u{e01ef}')
}
