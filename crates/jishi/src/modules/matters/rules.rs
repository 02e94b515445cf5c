//! What a matter may be, and which matter some words are about. Pure.

use kernel::{Level, Names};

use super::model::{Duty, Matter, MatterKind};

/// 兜底: the township's government, or the village's own where the matter is the village's.
pub(super) fn is_backstop(duty: &Duty) -> bool {
    duty.duty == "government" && matches!(duty.level, Level::Township | Level::Village)
}

/// Topics that no catalogue may hold, with the words that give them away (个人信息保护法 §28, 信访工作条例 §18, §30).
const FORBIDDEN: [(&str, &[&str]); 5] = [
    ("宗教信仰 religion", &["宗教", "信教", "教徒", "信众", "religio"]),
    ("民族身份 ethnicity", &["民族身份", "少数民族人员", "ethnic"]),
    ("政治观点 political views", &["政治观点", "政治倾向", "political view"]),
    ("信访经历 petition history", &["上访人员", "上访户", "信访人员", "信访重点", "缠访", "petitioner"]),
    ("重点人员 watched people", &["重点人员", "人员管控", "人员稳控", "行踪", "人脸", "key person", "watch list"]),
];

/// The forbidden topic a matter's name or words give away.
pub(super) fn is_forbidden(names: &Names, words: &[String]) -> Option<&'static str> {
    let texts =
        || names.iter().map(|(_, text)| text.to_lowercase()).chain(words.iter().map(|word| word.to_lowercase()));
    let hit = |signs: &[&str]| texts().any(|text| signs.iter().any(|sign| text.contains(sign)));
    FORBIDDEN.iter().find(|(_, signs)| hit(signs)).map(|(topic, _)| *topic)
}

/// What people say in between without meaning anything else by it: 楼道里堆满了杂物 is 楼道堆满杂物.
const SOFT: [char; 9] = ['了', '里', '着', '的', '都', '又', '还', '也', '给'];
/// Words shorter than this are looked for as they stand: of two characters, what is left out could be the meaning.
const SOFT_FROM: usize = 3;

/// Words of a report as they are looked for: as they stand, and without what says nothing.
pub(super) struct Spoken {
    plain: String,
    soft: String,
}

impl Spoken {
    pub(super) fn new(text: &str) -> Self {
        let plain = text.to_lowercase();
        Self { soft: softened(&plain), plain }
    }

    fn has(&self, word: &str) -> bool {
        let word = word.to_lowercase();
        let soft = softened(&word);
        self.plain.contains(&word) || (soft.chars().count() >= SOFT_FROM && self.soft.contains(&soft))
    }
}

fn softened(text: &str) -> String {
    text.chars().filter(|c| !SOFT.contains(c)).collect()
}

/// How well some words fit a matter: the words found, and the sum of their lengths in characters.
pub(super) fn fit(matter: &Matter, spoken: &Spoken) -> (Vec<String>, usize) {
    let found: Vec<String> = matter.words.iter().filter(|word| spoken.has(word)).cloned().collect();
    // A word inside another that was found too ("路灯" in "路灯不亮") adds no weight of its own.
    let own = |word: &&String| !found.iter().any(|other| other.len() > word.len() && other.contains(word.as_str()));
    let weight = found.iter().filter(own).map(|word| word.chars().count()).sum();
    (found, weight)
}

/// Puts proposals in order: more and longer words first; then emergencies; then by code, so that it is always the same.
pub(super) fn order(a: &(usize, &Matter), b: &(usize, &Matter)) -> std::cmp::Ordering {
    let rank = |matter: &Matter| matter.urgency as u8;
    b.0.cmp(&a.0).then_with(|| rank(a.1).cmp(&rank(b.1))).then_with(|| a.1.code.cmp(&b.1.code))
}

/// Whether a signpost must be shown at once, whatever else fits.
pub(super) fn is_alarm(matter: &Matter) -> bool {
    matter.kind == MatterKind::Signpost && matter.is_immediate
}
