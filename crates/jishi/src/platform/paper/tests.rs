use super::{
    fonts::{MISSING, Use},
    layout::{self, Mark, Set},
    lines::lines,
    *,
};

fn fonts() -> Fonts {
    let fonts = Fonts::read(std::path::Path::new("/nowhere"));
    assert!(!fonts.is_empty(), "the fonts come with the web client: run `make web` once");
    fonts
}

fn broken(text: &str, room: f32, indent: f32) -> Vec<String> {
    let fonts = fonts();
    lines(&fonts.faces().unwrap(), Use::Body, text, room, indent).iter().map(lines::Line::text).collect()
}

fn paper(blocks: Vec<Block>) -> Paper {
    let at = "2026-11-16T09:00:00+08:00[Asia/Shanghai]".parse().unwrap();
    let sheet = Sheet { blocks, head: "某街道　交办单　1（续）".into(), foot: "打印人".into() };
    Paper { title: "交办单".into(), lang: Lang::Zh, at, sheets: vec![sheet] }
}

fn set(blocks: Vec<Block>) -> Set {
    let fonts = fonts();
    layout::set(&paper(blocks), &fonts.faces().unwrap())
}

/// The words of each page, line by line.
fn pages(set: &Set) -> Vec<Vec<String>> {
    let words = |mark: &Mark| match mark {
        Mark::Words { line, .. } => Some(line.text()),
        Mark::Stroke { .. } => None,
    };
    set.pages.iter().map(|marks| marks.iter().filter_map(words).collect()).collect()
}

#[test]
fn no_full_stop_begins_a_line_and_no_bracket_ends_one() {
    assert_eq!(broken("门口路灯不亮。请修", 6.0, 0.0), ["门口路灯不", "亮。请修"]);
    assert_eq!(broken("一二三四五（六）七", 6.0, 0.0), ["一二三四五", "（六）七"]);
    assert_eq!(broken("一二三四，", 4.0, 0.0), ["一二三", "四，"]);
}

#[test]
fn a_word_stays_whole_unless_it_is_longer_than_a_line() {
    assert_eq!(broken("请看 street lamp 的号", 6.0, 0.0), ["请看 street", "lamp 的号"]);
    let long = broken(&"w".repeat(40), 5.0, 0.0);
    assert!(long.len() > 3 && long.concat().len() == 40, "{long:?}");
    assert_eq!(broken("140403-261116-000001-7", 4.0, 0.0).concat(), "140403-261116-000001-7");
}

#[test]
fn characters_have_straight_edges_and_words_of_letters_keep_their_shape() {
    let fonts = fonts();
    let faces = fonts.faces().unwrap();
    let first = |text: &str, room| lines(&faces, Use::Body, text, room, 0.0).swap_remove(0);
    assert!(first(&"门口路灯不亮。".repeat(8), 20.5).spread > 0.0);
    let words = first(&"objections to openings of details ".repeat(8), 20.5);
    assert!(words.width < 20.5 && words.spread == 0.0, "{words:?}");
}

#[test]
fn the_first_line_stands_further_in_and_blank_lines_stay() {
    assert_eq!(broken("一二三四五六七八", 4.0, 2.0), ["一二", "三四五六", "七八"]);
    assert_eq!(broken("一\n\n二", 4.0, 0.0), ["一", "", "二"]);
    assert_eq!(broken("", 4.0, 0.0), [""]);
}

#[test]
fn a_character_that_no_font_has_is_a_box_and_what_shows_nothing_is_left_out() {
    assert_eq!(broken("灯\u{e000}坏", 9.0, 0.0), [format!("灯{MISSING}坏")]);
    assert_eq!(broken("灯😀\u{fe0f}坏\u{200b}了", 9.0, 0.0), [format!("灯{MISSING}坏了")]);
    assert_eq!(broken("\u{7}a\u{200d}b", 9.0, 0.0), ["ab"]);
}

#[test]
fn a_long_report_goes_on_on_the_next_page_and_loses_nothing() {
    let report: String = (0..2_000).map(|number| char::from_u32(0x4e00 + number % 500).unwrap()).collect();
    let row = Row::long(vec![Cell::label(0.16, "诉求内容"), Cell::words(0.84, report.clone())]);
    let set = set(vec![Block::Title("交办单".into()), Block::Table(vec![row])]);
    let pages = pages(&set);
    assert_eq!(pages.len(), 2);
    let is_said =
        |line: &&String| !line.contains(['—', '续', '/']) && !["交办单", "诉求内容", "打印人"].contains(&line.as_str());
    let said: String = pages.iter().flatten().filter(is_said).map(String::as_str).collect();
    assert_eq!(said, report);
    assert!(pages[0].contains(&"— 1 —".to_owned()) && pages[1].contains(&"— 2 —".to_owned()));
    let lowest = set.pages.iter().flatten().filter_map(|mark| match mark {
        Mark::Stroke { to, .. } => Some(to.1),
        Mark::Words { .. } => None,
    });
    assert!(lowest.fold(0.0, f32::max) < 262.5 * 72.0 / 25.4, "nothing hangs over the foot");
}

#[test]
fn what_belongs_together_moves_to_the_next_page_whole() {
    let slip = Block::Together(vec![
        Block::Heading("回执".into()),
        Block::Table(vec![Row::new(vec![Cell::words(1.0, "结果").with_room(200.0, "（盖章）")])]),
    ]);
    let pages = pages(&set(vec![Block::Title("交办单".into()), Block::Space(480.0), slip]));
    assert_eq!(pages.len(), 2);
    assert!(pages[1].starts_with(&["回执".to_owned(), "结果".to_owned(), "（盖章）".to_owned()]), "{pages:?}");
}

#[test]
fn an_empty_paper_and_one_higher_than_any_page_come_to_an_end() {
    assert_eq!(pages(&set(Vec::new())).len(), 1);
    let high = Row::new(vec![Cell::words(1.0, "高").with_room(5_000.0, "")]);
    assert!(pages(&set(vec![Block::Table(vec![high])])).len() <= 2);
}

#[test]
fn the_same_paper_gives_the_same_bytes_and_embeds_only_what_it_uses() {
    let fonts = fonts();
    let paper = paper(vec![Block::Title("交办单".into()), Block::Text("路灯不亮。".into(), Start::Indented)]);
    let bytes = write(&paper, &fonts).unwrap().bytes;
    assert_eq!(bytes, write(&paper, &fonts).unwrap().bytes);
    assert!(bytes.starts_with(b"%PDF-1.7") && bytes.len() < 40_000, "{} bytes", bytes.len());
}

#[test]
fn without_any_font_nothing_is_printed() {
    let refused = write(&paper(Vec::new()), &Fonts::default()).unwrap_err();
    assert_eq!(refused.code(), kernel::Code::NoFont);
}

#[test]
fn an_offices_own_font_comes_first_and_what_cannot_be_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let brought = fonts();
    let bold = crate::platform::embedded::Embedded::get("fonts/NotoSansHans-Bold.otf").unwrap();
    std::fs::write(folder.path().join("Body.otf"), bold.data).unwrap();
    std::fs::write(folder.path().join("title.ttf"), b"no font").unwrap();
    std::fs::write(folder.path().join("readme.txt"), b"").unwrap();
    let own = Fonts::read(folder.path());
    assert_eq!(own.given, ["Body.otf"]);
    let files: Vec<&str> = own.faults.iter().map(|fault| fault.file.as_str()).collect();
    assert_eq!(files, ["readme.txt", "title.ttf"]);
    let wide = |fonts: &Fonts| fonts.faces().unwrap().glyph(Use::Body, 'm').unwrap().advance;
    assert!(wide(&own) > wide(&brought));
}

/// Signed words at the right, over the height of a stamp.
fn closing() -> Block {
    Block::Closing(vec![Block::Space(14.0), Block::Signed(vec!["某街道办事处".into(), "2026年11月16日".into()])])
}

#[test]
fn the_second_page_says_whose_paper_it_is_and_which_page_of_how_many() {
    let report: String = "门口路灯不亮，".repeat(260);
    let row = Row::long(vec![Cell::label(0.16, "诉求内容"), Cell::words(0.84, report)]);
    let pages =
        pages(&set(vec![Block::Office("某街道".into()), Block::Title("交办单".into()), Block::Table(vec![row])]));
    assert!(pages.len() >= 2);
    let head = "某街道　交办单　1（续）".to_owned();
    assert!(!pages[0].contains(&head), "the first page has the office itself");
    for (number, page) in pages.iter().enumerate().skip(1) {
        assert!(page.contains(&head) && page.contains(&format!("{}/{}", number + 1, pages.len())), "{page:?}");
    }
}

#[test]
fn a_long_head_leaves_room_for_the_number_of_the_page() {
    let mut paper = paper(vec![Block::Text("门口路灯不亮，".repeat(260), Start::Flush)]);
    paper.sheets[0].head = "Personal information protection impact assessment, ".repeat(3);
    let fonts = fonts();
    let set = layout::set(&paper, &fonts.faces().unwrap());
    let above = set.pages[1].iter().filter_map(|mark| match mark {
        Mark::Words { x, y, size, line, .. } if *y < style::TOP => Some((line.text(), *y, x + line.width * size, *x)),
        _ => None,
    });
    let above: Vec<_> = above.collect();
    let (number, y, _, begins) = above.iter().find(|line| line.0.contains('/')).unwrap();
    let beside: Vec<_> = above.iter().filter(|line| line.1 == *y && line.0 != *number).collect();
    assert!(above.len() > 2 && beside.len() == 1 && beside[0].2 < *begins, "{above:?}");
}

#[test]
fn no_signature_stands_on_a_page_without_words_it_is_under() {
    // Whatever the height of what stands before, row by row or as running text.
    for lines in 1..60 {
        let words = "一二三四五六七八九十".repeat(3 * lines);
        let row = Row::long(vec![Cell::label(0.16, "诉求内容"), Cell::words(0.84, words.clone())]);
        for before in [Block::Table(vec![row]), Block::Text(words, Start::Indented)] {
            let pages = pages(&set(vec![Block::Title("交办单".into()), before, closing()]));
            let last = pages.last().unwrap();
            let signed = last.iter().position(|line| line == "某街道办事处").expect("signed on the last page");
            let said =
                last[..signed].iter().filter(|line| line.starts_with(|c: char| "一二三四五六七八九十".contains(c)));
            assert!(said.count() >= 1, "{lines}: {last:?}");
            assert!(last.contains(&"2026年11月16日".to_owned()), "{lines}");
        }
    }
}

#[test]
fn a_short_row_goes_along_with_the_signature_below_it() {
    let label = |words: &str| Row::long(vec![Cell::label(0.16, "办理要求"), Cell::words(0.84, words)]);
    for height in (0_u8..130).map(|step| f32::from(step) * 5.0) {
        let signed = Block::Closing(vec![Block::Table(vec![Row::new(vec![Cell::label(0.3, "签收人")])])]);
        for words in ["一句", &"请在时限前办结。".repeat(14)] {
            let rows = vec![label(words)];
            let pages = pages(&set(vec![Block::Space(height), Block::Table(rows), signed.clone()]));
            let last = pages.last().unwrap();
            assert!(last.contains(&"签收人".to_owned()), "{height}: {last:?}");
            let said = |line: &String| line.contains("一句") || line.contains("时限") || line.contains("请在");
            assert!(last.iter().any(said), "{height}: {last:?}");
        }
    }
}

#[test]
fn nothing_is_to_be_cut_off_at_the_top_of_a_page() {
    let slip = Block::Together(vec![
        Block::Cut("沿此线裁开".into()),
        Block::Table(vec![Row::new(vec![Cell::words(1.0, "结果").with_room(200.0, "（盖章）")])]),
    ]);
    let pages = pages(&set(vec![Block::Title("交办单".into()), Block::Space(480.0), slip]));
    assert!(pages.len() == 2 && !pages.concat().contains(&"沿此线裁开".to_owned()), "{pages:?}");
}

#[test]
fn what_no_font_can_print_is_told_until_the_office_gives_one() {
    let brought = fonts();
    assert_eq!(brought.lacking(["李𠮷", "𠮷林镕堃喆", "Ava"]).unwrap(), ['𠮷']);
    assert!(brought.lacking(["□", "灯\u{200b}"]).unwrap().is_empty(), "a box that is meant is one");
    assert!(Fonts::default().lacking(["a"]).is_err());
}
