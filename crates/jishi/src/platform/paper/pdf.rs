//! A paper that is set, written as PDF 1.7: fonts cut down to the characters used, words that can be copied and read aloud.

use std::{
    collections::{BTreeMap, HashMap},
    io::Write as _,
};

use flate2::{Compression, write::ZlibEncoder};
use jiff::Zoned;
use kernel::{Error, Lang, Result};
use pdf_writer::{
    Content, Date, Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr,
    types::{CidFontType, FontFlags, StructRole, SystemInfo, TabOrder, TableHeaderScope, UnicodeCmap},
    writers::StructTreeRoot,
};
use subsetter::GlyphRemapper;
use ttf_parser::{RawFace, Tag};

use super::{
    Paper,
    fonts::Faces,
    layout::{Mark, Role, Set},
    lines::Line,
    style::PAGE,
};
use crate::platform::keys::{hex, sha256};

const IDENTITY: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// Writes it.
///
/// # Errors
/// `internal` when a font cannot be cut down.
pub(super) fn write(paper: &Paper, faces: &Faces<'_>, set: &Set) -> Result<Vec<u8>> {
    let mut out = Out { pdf: Pdf::new(), next: 1, fonts: BTreeMap::new() };
    out.pdf.set_version(1, 7);
    let (catalog, tree, info, root, meta) = (out.id(), out.id(), out.id(), out.id(), out.id());
    let pages: Vec<(Ref, Ref)> = set.pages.iter().map(|_| (out.id(), out.id())).collect();
    let parts: Vec<Ref> = set.parts.iter().map(|_| out.id()).collect();
    let mut shown = vec![Vec::new(); parts.len()];
    let mut owners = Vec::new();
    for (marks, (page, content)) in set.pages.iter().zip(&pages) {
        let (bytes, here) = out.content(marks);
        out.pdf.stream(*content, &deflate(&bytes)).filter(Filter::FlateDecode);
        for (number, part) in here.iter().enumerate() {
            if let Some(list) = shown.get_mut(*part) {
                list.push((*page, i32::try_from(number).unwrap_or(i32::MAX)));
            }
        }
        owners.push((out.id(), here));
    }
    let fonts: Vec<(usize, Ref)> =
        out.fonts.keys().copied().collect::<Vec<_>>().into_iter().map(|font| (font, out.id())).collect();
    for (at, (page, content)) in pages.iter().enumerate() {
        let mut writer = out.pdf.page(*page);
        writer.parent(tree).contents(*content).struct_parents(i32::try_from(at).unwrap_or(i32::MAX));
        writer.media_box(Rect::new(0.0, 0.0, PAGE.0, PAGE.1)).tab_order(TabOrder::StructureOrder);
        let mut resources = writer.resources();
        let mut named = resources.fonts();
        for (font, id) in &fonts {
            named.pair(Name(format!("F{font}").as_bytes()), *id);
        }
    }
    for (font, id) in &fonts {
        out.font(faces, *font, *id)?;
    }
    let count = i32::try_from(pages.len()).unwrap_or(i32::MAX);
    out.pdf.pages(tree).kids(pages.iter().map(|(page, _)| *page)).count(count);
    structure(&mut out.pdf, set, root, (&parts, &shown, &owners));
    about(&mut out.pdf, paper, (info, meta));
    let mut writer = out.pdf.catalog(catalog);
    writer.pages(tree).lang(TextStr(tag(paper.lang))).metadata(meta);
    writer.mark_info().marked(true);
    writer.viewer_preferences().display_doc_title(true);
    writer.pair(Name(b"StructTreeRoot"), root);
    writer.finish();
    let id = sha256(paper.title.as_bytes()).get(..16).unwrap_or_default().to_vec();
    out.pdf.set_file_id((id.clone(), id));
    Ok(out.pdf.finish())
}

struct Out {
    pdf: Pdf,
    next: i32,
    /// The characters used of each font, in the order in which they first came.
    fonts: BTreeMap<usize, Used>,
}

#[derive(Default)]
struct Used {
    glyphs: GlyphRemapper,
    shown: BTreeMap<u16, (char, f32)>,
}

impl Out {
    fn id(&mut self) -> Ref {
        let id = Ref::new(self.next);
        self.next += 1;
        id
    }

    /// A page's content, and the part of each of its marked pieces.
    fn content(&mut self, marks: &[Mark]) -> (Vec<u8>, Vec<usize>) {
        let mut content = Content::new();
        let mut pieces: Vec<usize> = Vec::new();
        for mark in marks {
            match mark {
                Mark::Stroke { from, to, width, colour, is_dashed } => {
                    content.begin_marked_content(Name(b"Artifact")).save_state().set_line_width(*width);
                    content.set_stroke_rgb(colour[0], colour[1], colour[2]);
                    if *is_dashed {
                        content.set_dash_pattern([3.0, 3.0], 0.0);
                    }
                    content.move_to(from.0, PAGE.1 - from.1).line_to(to.0, PAGE.1 - to.1).stroke();
                    content.restore_state().end_marked_content();
                }
                Mark::Words { x, y, size, colour, line, part } => {
                    match part {
                        Some(part) => {
                            let number = i32::try_from(pieces.len()).unwrap_or(i32::MAX);
                            pieces.push(*part);
                            let mut begun = content.begin_marked_content_with_properties(Name(b"Span"));
                            begun.properties().identify(number);
                        }
                        None => {
                            content.begin_marked_content(Name(b"Artifact"));
                        }
                    }
                    content.begin_text().set_fill_rgb(colour[0], colour[1], colour[2]);
                    content.set_text_matrix([1.0, 0.0, 0.0, 1.0, *x, PAGE.1 - y]);
                    content.set_char_spacing(line.spread * size);
                    self.show(&mut content, line, *size);
                    content.end_text().end_marked_content();
                }
            }
        }
        (content.finish().into_vec(), pieces)
    }

    fn show(&mut self, content: &mut Content, line: &Line, size: f32) {
        for run in line.glyphs.chunk_by(|one, other| one.font == other.font) {
            let Some(font) = run.first().map(|glyph| glyph.font) else { continue };
            let used = self.fonts.entry(font).or_default();
            let mut codes = Vec::with_capacity(run.len() * 2);
            for glyph in run {
                let code = used.glyphs.remap(glyph.id);
                used.shown.entry(code).or_insert((glyph.shown, glyph.advance));
                codes.extend(code.to_be_bytes());
            }
            content.set_font(Name(format!("F{font}").as_bytes()), size).show(Str(&codes));
        }
    }

    fn font(&mut self, faces: &Faces<'_>, font: usize, id: Ref) -> Result<()> {
        let used = self.fonts.remove(&font).unwrap_or_default();
        let (data, face) = faces.data.get(font).zip(faces.faces.get(font)).ok_or_else(|| Error::internal("no font"))?;
        let cut = subsetter::subset(data, 0, &used.glyphs).map_err(Error::internal)?;
        // Outlines of the PostScript kind are embedded bare.
        let raw = RawFace::parse(&cut, 0).map_err(Error::internal)?;
        let bare = raw.table(Tag::from_bytes(b"CFF "));
        let (cid, descriptor, unicode, file) = (self.id(), self.id(), self.id(), self.id());
        let mark: String = hex(&sha256(&cut)).bytes().take(6).map(|digit| char::from(b'A' + digit % 26)).collect();
        let name = format!("{mark}+{}", faces.name(font));
        let name = Name(name.as_bytes());

        let mut writer = self.pdf.type0_font(id);
        writer.base_font(name).encoding_predefined(Name(b"Identity-H")).descendant_font(cid).to_unicode(unicode);
        writer.finish();

        let mut writer = self.pdf.cid_font(cid);
        writer.subtype(if bare.is_some() { CidFontType::Type0 } else { CidFontType::Type2 });
        writer.base_font(name).system_info(IDENTITY).font_descriptor(descriptor).default_width(1_000.0);
        if bare.is_none() {
            writer.cid_to_gid_map_predefined(Name(b"Identity"));
        }
        let mut widths = writer.widths();
        for (code, (_, advance)) in &used.shown {
            widths.consecutive(*code, [advance * 1_000.0]);
        }
        widths.finish();
        writer.finish();

        let scale = 1_000.0 / f32::from(face.units_per_em());
        let edge = face.global_bounding_box();
        let edges = [edge.x_min, edge.y_min, edge.x_max, edge.y_max].map(|at| f32::from(at) * scale);
        let mut writer = self.pdf.font_descriptor(descriptor);
        writer.name(name).flags(FontFlags::SYMBOLIC).bbox(Rect::new(edges[0], edges[1], edges[2], edges[3]));
        writer
            .italic_angle(0.0)
            .ascent(f32::from(face.ascender()) * scale)
            .descent(f32::from(face.descender()) * scale);
        writer.cap_height(f32::from(face.capital_height().unwrap_or(face.ascender())) * scale).stem_v(80.0);
        if bare.is_some() {
            writer.font_file3(file)
        } else {
            writer.font_file2(file)
        };
        writer.finish();

        let mut map = UnicodeCmap::new(Name(b"Custom"), IDENTITY);
        for (code, (shown, _)) in &used.shown {
            map.pair(*code, *shown);
        }
        self.pdf.cmap(unicode, &deflate(map.finish().as_slice())).filter(Filter::FlateDecode);
        let outlines = deflate(bare.unwrap_or(&cut));
        let mut stream = self.pdf.stream(file, &outlines);
        stream.filter(Filter::FlateDecode);
        if bare.is_some() {
            stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
        }
        Ok(())
    }
}

/// The parts by their objects, the pieces that show each, and for each page the parts of its pieces.
type Shown<'a> = (&'a [Ref], &'a [Vec<(Ref, i32)>], &'a [(Ref, Vec<usize>)]);

/// The tree of parts: what is a title, what a table, which cell names which.
fn structure(pdf: &mut Pdf, set: &Set, root: Ref, (ids, shown, owners): Shown<'_>) {
    let mut children: HashMap<Option<usize>, Vec<Ref>> = HashMap::new();
    for (part, id) in set.parts.iter().zip(ids) {
        children.entry(part.within).or_default().push(*id);
    }
    for (at, ((part, id), pieces)) in set.parts.iter().zip(ids).zip(shown).enumerate() {
        let mut writer = pdf.struct_element(*id);
        writer.kind(match part.role {
            Role::Sheet => StructRole::Sect,
            Role::Title => StructRole::H1,
            Role::Heading => StructRole::H2,
            Role::Text => StructRole::P,
            Role::Table => StructRole::Table,
            Role::Row => StructRole::TR,
            Role::Label | Role::Head => StructRole::TH,
            Role::Cell => StructRole::TD,
        });
        writer.parent(part.within.and_then(|within| ids.get(within).copied()).unwrap_or(root));
        let mut kids = writer.children();
        for child in children.get(&Some(at)).into_iter().flatten() {
            kids.struct_element(*child);
        }
        for (page, number) in pieces {
            kids.marked_content_ref().page(*page).marked_content_id(*number);
        }
        kids.finish();
        let scope = match part.role {
            Role::Label => TableHeaderScope::Row,
            Role::Head => TableHeaderScope::Column,
            _ => continue,
        };
        writer.attributes().push().table().scope(scope);
    }
    let mut writer = pdf.indirect(root).start::<StructTreeRoot<'_>>();
    writer.children().items(children.get(&None).into_iter().flatten().copied());
    let mut tree = writer.parent_tree();
    let mut numbers = tree.nums();
    for (page, (list, _)) in (0_i32..).zip(owners) {
        numbers.insert(page, *list);
    }
    numbers.finish();
    tree.finish();
    writer.finish();
    for (list, parts) in owners {
        pdf.indirect(*list).array().items(parts.iter().filter_map(|part| ids.get(*part).copied()));
    }
}

/// What the file says of itself, twice: old and new readers look in different places.
fn about(pdf: &mut Pdf, paper: &Paper, (info, meta): (Ref, Ref)) {
    let mut writer = pdf.document_info(info);
    writer
        .title(TextStr(&paper.title))
        .producer(TextStr("Jishi"))
        .creation_date(date(&paper.at))
        .modified_date(date(&paper.at));
    writer.finish();
    let at = paper.at.strftime("%Y-%m-%dT%H:%M:%S%:z");
    let (title, lang) = (escaped(&paper.title), tag(paper.lang));
    let text = format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
         <x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
         <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" \
         xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\
         <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\
         <dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>\
         <xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate><pdf:Producer>Jishi</pdf:Producer>\
         </rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>"
    );
    pdf.metadata(meta, text.as_bytes());
}

fn tag(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "zh-CN",
        Lang::En => "en",
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn date(at: &Zoned) -> Date {
    let part = |part: i8| u8::try_from(part).unwrap_or_default();
    let minutes = at.offset().seconds() / 60;
    let hours = i8::try_from(minutes / 60).unwrap_or_default();
    let date = Date::new(u16::try_from(at.year()).unwrap_or_default()).month(part(at.month())).day(part(at.day()));
    date.hour(part(at.hour()))
        .minute(part(at.minute()))
        .second(part(at.second()))
        .utc_offset_hour(hours)
        .utc_offset_minute(u8::try_from(minutes.rem_euclid(60)).unwrap_or_default())
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut out = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = out.write_all(bytes);
    out.finish().unwrap_or_default()
}
