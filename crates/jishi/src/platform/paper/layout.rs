//! Blocks set one below another on pages of A4, with the margins of GB/T 9704-2012: 37 mm above, 28 mm left, a text of 156 by
//! 225 mm. Lengths are points; what is below has the greater height.

use super::{
    Block, Cell, Paper, Row, Sheet, Start,
    fonts::Faces,
    lines::{Line, lines},
    style::{
        ALONG, ASCENT, BLACK, BOTTOM, CELL, Colour, ENDS, FOLIO, FOOT, GREY, HEAD, HEADING, LABEL, LEFT, NUMBER,
        OFFICE, PAD, RED, SMALL, Style, TEXT, TITLE, TOP, WIDTH,
    },
};

/// What a part of the page is, for whoever has it read aloud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Sheet,
    Title,
    Heading,
    Text,
    Table,
    Row,
    Label,
    Head,
    Cell,
}

/// A part, and the part it belongs to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) role: Role,
    pub(super) within: Option<usize>,
}

/// Something drawn.
#[derive(Clone, Debug)]
pub(super) enum Mark {
    /// A line of words: where the pen begins, how large, in what colour, of which part (none: decoration).
    Words { x: f32, y: f32, size: f32, colour: Colour, line: Line, part: Option<usize> },
    /// A straight line.
    Stroke { from: (f32, f32), to: (f32, f32), width: f32, colour: Colour, is_dashed: bool },
}

/// A paper, set: pages in order, and the parts they show.
#[derive(Debug, Default)]
pub(super) struct Set {
    pub(super) pages: Vec<Vec<Mark>>,
    pub(super) parts: Vec<Part>,
}

/// Sets a paper.
pub(super) fn set(paper: &Paper, faces: &Faces<'_>) -> Set {
    let mut setter = Setter { faces, done: Set::default(), y: TOP, within: None };
    for sheet in &paper.sheets {
        setter.sheet(sheet);
    }
    setter.done
}

struct Setter<'a, 'f> {
    faces: &'a Faces<'f>,
    done: Set,
    y: f32,
    within: Option<usize>,
}

impl Setter<'_, '_> {
    fn sheet(&mut self, sheet: &Sheet) {
        let first = self.done.pages.len();
        self.within = None;
        self.new_page();
        self.inside(Role::Sheet, |setter| setter.blocks(&sheet.blocks));
        let count = self.done.pages.len() - first;
        for (number, page) in (first..self.done.pages.len()).enumerate() {
            self.foot(page, number + 1, &sheet.foot);
            if number > 0 {
                self.head(page, &sheet.head, &format!("{}/{count}", number + 1));
            }
        }
    }

    fn foot(&mut self, page: usize, number: usize, words: &str) {
        let folio = self.line(FOLIO, &format!("— {number} —"));
        let x = LEFT + (WIDTH - folio.width * FOLIO.1) / 2.0;
        self.write(page, FOLIO, (x, NUMBER), folio, None);
        for (at, line) in (0_u16..).zip(lines(self.faces, SMALL.0, words, WIDTH / SMALL.1, 0.0)) {
            self.write(page, SMALL, (LEFT, FOOT + f32::from(at) * SMALL.2), line, None);
        }
    }

    /// Whose paper a further page belongs to, and which page of how many it is. What does not fit beside that begins higher up.
    fn head(&mut self, page: usize, words: &str, which: &str) {
        let right = self.line(SMALL, which);
        let room = WIDTH / SMALL.1 - right.width - 2.0;
        for (above, line) in (0_u16..).zip(lines(self.faces, SMALL.0, words, room, 0.0).into_iter().rev()) {
            let y = HEAD - f32::from(above) * SMALL.2;
            self.write(page, SMALL, (LEFT, y), Line { spread: 0.0, ..line }, None);
        }
        let x = LEFT + WIDTH - right.width * SMALL.1;
        self.write(page, SMALL, (x, HEAD), right, None);
        let y = HEAD + SMALL.2 + 3.0;
        let rule = Mark::Stroke { from: (LEFT, y), to: (LEFT + WIDTH, y), width: 0.8, colour: RED, is_dashed: false };
        if let Some(marks) = self.done.pages.get_mut(page) {
            marks.push(rule);
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for (at, block) in blocks.iter().enumerate() {
            let closing = match blocks.get(at + 1) {
                Some(Block::Closing(closing)) => self.measure(closing),
                _ => 0.0,
            };
            self.block(block, closing);
        }
    }

    /// Sets a block so that `closing` has room below its end.
    fn block(&mut self, block: &Block, closing: f32) {
        match block {
            Block::Office(words) => self.office(words),
            Block::Title(words) => self.centred(TITLE, Role::Title, words),
            Block::Heading(words) => self.heading(words),
            Block::Ends(left, right) => self.ends(left, right),
            Block::Text(words, start) => self.text(words, *start, closing),
            Block::Signed(words) => self.signed(words),
            Block::Table(rows) => self.inside(Role::Table, |setter| {
                for (at, row) in rows.iter().enumerate() {
                    setter.row(row, if at + 1 == rows.len() { closing } else { 0.0 });
                }
            }),
            Block::Cut(words) => self.cut(words),
            Block::Space(height) => self.y += height,
            Block::Together(blocks) | Block::Closing(blocks) => {
                let height = self.measure(blocks);
                if self.y + height > BOTTOM && height <= BOTTOM - TOP {
                    self.new_page();
                }
                self.blocks(blocks);
            }
        }
    }

    /// How high blocks are on a page of their own.
    fn measure(&self, blocks: &[Block]) -> f32 {
        let mut trial = Setter { faces: self.faces, done: Set::default(), y: TOP, within: None };
        trial.new_page();
        trial.blocks(blocks);
        let pages = f32::from(u16::try_from(trial.done.pages.len() - 1).unwrap_or(u16::MAX));
        pages * (BOTTOM - TOP) + trial.y - TOP
    }

    /// The office's name is as wide as the text at most, and stands over the red rule.
    fn office(&mut self, words: &str) {
        let line = self.line(OFFICE, words);
        let size = OFFICE.1.min(WIDTH / line.width.max(1.0)).max(16.0);
        self.centred(Style(OFFICE.0, size, OFFICE.2, OFFICE.3), Role::Text, words);
        self.y += 6.0;
        self.stroke((LEFT, self.y), (LEFT + WIDTH, self.y), 1.5, RED, false);
        self.y += 12.0;
    }

    fn centred(&mut self, style: Style, role: Role, words: &str) {
        let part = self.part(role);
        for line in lines(self.faces, style.0, words, WIDTH / style.1, 0.0) {
            self.need(style.2);
            let x = LEFT + (WIDTH - line.width * style.1) / 2.0;
            self.put(style, x, Line { spread: 0.0, ..line }, part);
        }
    }

    /// A heading stands on the page of what it heads.
    fn heading(&mut self, words: &str) {
        self.need(3.0 * HEADING.2);
        self.centred(HEADING, Role::Heading, words);
    }

    fn ends(&mut self, left: &str, right: &str) {
        self.need(ENDS.2);
        let (first, second) = (self.part(Role::Text), self.part(Role::Text));
        let (left, right) = (self.line(ENDS, left), self.line(ENDS, right));
        let x = LEFT + WIDTH - right.width * ENDS.1;
        let page = self.page();
        self.write(page, ENDS, (LEFT, self.y), left, first);
        self.put(ENDS, x, right, second);
        self.y += 2.0;
    }

    fn text(&mut self, words: &str, start: Start, closing: f32) {
        let indent = if start == Start::Indented { 2.0 } else { 0.0 };
        let paragraphs: Vec<&str> = words.lines().collect();
        for (number, paragraph) in paragraphs.iter().enumerate() {
            let part = self.part(Role::Text);
            let set = lines(self.faces, TEXT.0, paragraph, WIDTH / TEXT.1, indent);
            // The line with which the end begins that goes along with what closes the paper.
            let last = (number + 1 == paragraphs.len() && closing > 0.0).then(|| set.len().saturating_sub(ALONG));
            let all = count(&set);
            for (at, line) in set.into_iter().enumerate() {
                let left = all - f32::from(u16::try_from(at).unwrap_or(u16::MAX));
                self.need(if last == Some(at) { left * TEXT.2 + closing } else { TEXT.2 });
                let x = if at == 0 { LEFT + indent * TEXT.1 } else { LEFT };
                self.put(TEXT, x, line, part);
            }
        }
    }

    fn signed(&mut self, words: &[String]) {
        let part = self.part(Role::Text);
        let set: Vec<Line> = words.iter().map(|words| self.line(TEXT, words)).collect();
        let widest = set.iter().map(|line| line.width).fold(0.0, f32::max);
        for line in set {
            self.need(TEXT.2);
            // 右空四字, each line in the middle of the widest.
            let x = LEFT + WIDTH - (4.0 + widest / 2.0 + line.width / 2.0) * TEXT.1;
            self.put(TEXT, x.max(LEFT), line, part);
        }
    }

    /// At the top of a page there is nothing to be cut off.
    fn cut(&mut self, words: &str) {
        if self.y <= TOP {
            return;
        }
        self.need(SMALL.2 + 16.0);
        let line = self.line(SMALL, words);
        let (width, middle) = (line.width * SMALL.1 + 12.0, self.y + 8.0 + SMALL.2 / 2.0);
        let side = (WIDTH - width) / 2.0;
        self.stroke((LEFT, middle), (LEFT + side, middle), 0.6, GREY, true);
        self.stroke((LEFT + side + width, middle), (LEFT + WIDTH, middle), 0.6, GREY, true);
        self.y += 8.0;
        self.put(SMALL, LEFT + side + 6.0, line, None);
        self.y += 8.0;
    }

    fn row(&mut self, row: &Row, closing: f32) {
        self.inside(Role::Row, |setter| {
            let label = if row.cells.iter().all(|cell| cell.is_label) { Role::Head } else { Role::Label };
            let mut cells: Vec<Setting> = row.cells.iter().map(|cell| setter.set_cell(cell, label)).collect();
            let whole = height(&cells);
            let longest = |cells: &[Setting]| cells.iter().map(|cell| cell.words.len()).max().unwrap_or_default();
            let splits = row.splits && setter.room_for(&cells) >= 3;
            let is_too_high = setter.y + whole > BOTTOM;
            // What has not lines enough to leave some here goes along as a whole.
            let is_parted = closing > 0.0 && !is_too_high && setter.y + whole + closing > BOTTOM;
            let leaves_some = splits && longest(&cells) > 2 * ALONG;
            if (is_too_high && !splits) || (is_parted && !leaves_some && whole + closing <= BOTTOM - TOP) {
                setter.new_page();
            }
            while setter.y + height(&cells) > BOTTOM {
                let fits = setter.room_for(&cells);
                // What is too high without being long stays as it is.
                if fits == 0 || cells.iter().all(|cell| cell.words.len() <= fits) {
                    break;
                }
                let rest: Vec<Setting> = cells.iter_mut().map(|cell| cell.split(fits)).collect();
                setter.draw(&cells);
                setter.new_page();
                cells = rest;
            }
            let longest = longest(&cells);
            if closing > 0.0 && setter.y > TOP && setter.y + height(&cells) + closing > BOTTOM && longest > 2 * ALONG {
                let rest: Vec<Setting> = cells.iter_mut().map(|cell| cell.split(longest - ALONG)).collect();
                setter.draw(&cells);
                setter.new_page();
                cells = rest;
            }
            setter.draw(&cells);
        });
    }

    fn set_cell<'c>(&mut self, cell: &'c Cell, label: Role) -> Setting<'c> {
        let style = if cell.is_label { LABEL } else { CELL };
        let room = (cell.width * WIDTH - 2.0 * PAD.0) / style.1;
        let mut words: Vec<Line> = Vec::new();
        for paragraph in cell.text.lines() {
            words.extend(lines(self.faces, style.0, paragraph, room, 0.0));
        }
        let foot: Vec<Line> = cell.foot.lines().map(|words| self.line(CELL, words)).collect();
        let part = self.part(if cell.is_label { label } else { Role::Cell });
        Setting { cell, style, words, foot, part }
    }

    /// How many lines of a row the page still holds.
    fn room_for(&self, cells: &[Setting]) -> usize {
        let leading = cells.first().map_or(CELL.2, |cell| cell.style.2);
        let mut lines = 0;
        let mut left = BOTTOM - self.y - 2.0 * PAD.1;
        while left >= leading {
            left -= leading;
            lines += 1;
        }
        lines
    }

    fn draw(&mut self, cells: &[Setting]) {
        let (top, bottom) = (self.y, self.y + height(cells));
        let page = self.page();
        let mut x = LEFT;
        for Setting { cell, style, words, foot, part } in cells {
            let width = cell.width * WIDTH;
            let block = count(words) * style.2;
            // Short words stand in the middle of their cell's height; a long text begins at its top.
            let y =
                if foot.is_empty() && cell.height == 0.0 { top + (bottom - top - block) / 2.0 } else { top + PAD.1 };
            for (at, line) in (0_u16..).zip(words) {
                let centre = (width - line.width * style.1) / 2.0;
                let (indent, line) = match cell.is_label {
                    true => (centre, Line { spread: 0.0, ..line.clone() }),
                    false => (PAD.0, line.clone()),
                };
                self.write(page, *style, (x + indent, y + f32::from(at) * style.2), line, *part);
            }
            let below = bottom - PAD.1 - count(foot) * CELL.2;
            for (at, line) in (0_u16..).zip(foot) {
                let start = x + width - PAD.0 - line.width * CELL.1;
                self.write(page, CELL, (start, below + f32::from(at) * CELL.2), line.clone(), *part);
            }
            self.stroke((x, top), (x, bottom), 0.6, BLACK, false);
            x += width;
        }
        self.stroke((x, top), (x, bottom), 0.6, BLACK, false);
        self.stroke((LEFT, top), (x, top), 0.6, BLACK, false);
        self.stroke((LEFT, bottom), (x, bottom), 0.6, BLACK, false);
        self.y = bottom;
    }

    fn inside(&mut self, role: Role, work: impl FnOnce(&mut Self)) {
        let outer = self.within;
        self.within = self.part(role);
        work(self);
        self.within = outer;
    }

    fn part(&mut self, role: Role) -> Option<usize> {
        self.done.parts.push(Part { role, within: self.within });
        Some(self.done.parts.len() - 1)
    }

    /// Words in one line, however long.
    fn line(&self, style: Style, words: &str) -> Line {
        lines(self.faces, style.0, words, f32::MAX, 0.0).into_iter().next().unwrap_or_default()
    }

    fn put(&mut self, style: Style, x: f32, line: Line, part: Option<usize>) {
        let page = self.page();
        self.write(page, style, (x, self.y), line, part);
        self.y += style.2;
    }

    fn write(&mut self, page: usize, style: Style, (x, top): (f32, f32), line: Line, part: Option<usize>) {
        let Style(_, size, leading, colour) = style;
        let y = top + (leading - size) / 2.0 + ASCENT * size;
        if let Some(marks) = self.done.pages.get_mut(page).filter(|_| !line.glyphs.is_empty()) {
            marks.push(Mark::Words { x, y, size, colour, line, part });
        }
    }

    fn stroke(&mut self, from: (f32, f32), to: (f32, f32), width: f32, colour: Colour, is_dashed: bool) {
        if let Some(marks) = self.done.pages.last_mut() {
            marks.push(Mark::Stroke { from, to, width, colour, is_dashed });
        }
    }

    fn need(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.new_page();
        }
    }

    fn new_page(&mut self) {
        self.done.pages.push(Vec::new());
        self.y = TOP;
    }

    fn page(&self) -> usize {
        self.done.pages.len().saturating_sub(1)
    }
}

/// A cell whose words are broken into lines.
struct Setting<'c> {
    cell: &'c Cell,
    style: Style,
    words: Vec<Line>,
    foot: Vec<Line>,
    part: Option<usize>,
}

impl Setting<'_> {
    fn height(&self) -> f32 {
        let words = count(&self.words) * self.style.2 + count(&self.foot) * CELL.2 + 2.0 * PAD.1;
        words.max(self.cell.height).max(CELL.2 + 2.0 * PAD.1)
    }

    /// Keeps so many lines and hands on the rest; what stands at the foot goes with the end.
    fn split(&mut self, lines: usize) -> Self {
        let rest = self.words.split_off(lines.min(self.words.len()));
        let foot = std::mem::take(&mut self.foot);
        Self { cell: self.cell, style: self.style, words: rest, foot, part: self.part }
    }
}

fn height(cells: &[Setting]) -> f32 {
    cells.iter().map(Setting::height).fold(0.0, f32::max)
}

fn count(lines: &[Line]) -> f32 {
    f32::from(u16::try_from(lines.len()).unwrap_or(u16::MAX))
}
