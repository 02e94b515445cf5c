//! 执法文书: the record of the scene, the notice, the decision and the receipt of its delivery, in the look of an office's paper.
//! They name the party, so printing one is an opening of the party's details and stands on record.

mod after;
mod before;
mod money;

use kernel::{Day, Instant, Lang, Names};

pub use self::money::{capitals, yuan};
use super::{
    items::Remedy,
    model::{Case, Paper as CasePaper, PaperKind, Penalty},
};
use crate::{
    modules::{App, people::PersonRef},
    platform::{
        paper::{Cell, Paper, Row, Sheet},
        words::words,
    },
};

words! {
    /// 文书
    DocumentKind {
        Scene "scene" "现场检查（勘验）笔录" "Record of the scene";
        Notice "notice" "行政处罚事先告知书" "Notice before a penalty";
        Decision "decision" "行政处罚决定书" "Decision";
        Receipt "receipt" "送达回证" "Receipt of delivery";
    }
}

/// How wide a label is, and what stands beside it.
const LABEL: f32 = 0.18;
const HALF: f32 = 0.32;
const WHOLE: f32 = 0.82;

/// What a document is written from.
#[derive(Debug)]
pub struct Printable {
    /// The case.
    pub case: Case,
    /// Its papers.
    pub papers: Vec<CasePaper>,
    /// In whose name: the government of the township.
    pub office: Names,
    /// Where, with the names of its places.
    pub place: Names,
    /// The party's name.
    pub party: String,
    /// Its address.
    pub address: Option<String>,
    /// Whom the party turns to, and where it pays.
    pub remedy: Option<Remedy>,
    /// The officers, in their order.
    pub officers: Vec<PersonRef>,
}

impl Printable {
    /// Whether there is what a document tells of.
    pub fn has(&self, kind: DocumentKind) -> bool {
        match kind {
            DocumentKind::Scene => self.scene().is_some(),
            DocumentKind::Notice => self.case.record.notice.is_some(),
            DocumentKind::Decision | DocumentKind::Receipt => self.case.record.decision.is_some(),
        }
    }

    fn scene(&self) -> Option<&CasePaper> {
        self.papers.iter().rev().find(|paper| paper.kind == PaperKind::SceneRecord && paper.struck.is_none())
    }
}

/// Writes a document.
pub fn compose(app: &App, kind: DocumentKind, it: &Printable, (lang, printer): (Lang, &str), at: Instant) -> Paper {
    let tongue = Tongue { app, lang };
    let foot = tongue.say(
        format!("打印：{printer}　{}　　含当事人信息，仅用于办理本案", tongue.time(at)),
        format!("Printed by {printer}, {}. Names the party: for this case only.", tongue.time(at)),
    );
    let blocks = match kind {
        DocumentKind::Scene => before::scene(&tongue, it),
        DocumentKind::Notice => before::notice(&tongue, it),
        DocumentKind::Decision => after::decision(&tongue, it),
        DocumentKind::Receipt => after::receipt(&tongue, it),
    };
    let title = format!("{} {}", kind.names().in_lang(lang), it.case.number);
    let sheets = vec![Sheet { blocks, head: title.clone(), foot }];
    Paper { title, lang, at: at.zoned(&app.settings.zone), sheets }
}

/// The language of a document, and the clock of the place.
struct Tongue<'a> {
    app: &'a App,
    lang: Lang,
}

impl Tongue<'_> {
    fn say(&self, zh: impl Into<String>, en: impl Into<String>) -> String {
        match self.lang {
            Lang::Zh => zh.into(),
            Lang::En => en.into(),
        }
    }

    fn name(&self, names: &Names) -> String {
        names.in_lang(self.lang).to_owned()
    }

    /// A gap to be filled in by hand, with what belongs there.
    fn open(&self, zh: &str, en: &str) -> String {
        self.say(format!("＿＿＿＿（填写{zh}）"), format!("________ (fill in: {en})"))
    }

    /// Words somebody wrote, closed as a sentence whatever they ended with.
    fn sentence(&self, words: &str) -> String {
        let words = words.trim().trim_end_matches(['，', '、', '；', '：', ',', ';', ':', ' ']);
        if words.is_empty() || words.ends_with(['。', '！', '？', '…', '.', '!', '?']) {
            return words.to_owned();
        }
        format!("{words}{}", self.say("。", "."))
    }

    fn time(&self, at: Instant) -> String {
        let form = self.say("%Y年%-m月%-d日 %H:%M", "%Y-%m-%d %H:%M");
        at.zoned(&self.app.settings.zone).strftime(&form).to_string()
    }

    fn day(&self, at: Instant) -> String {
        self.date(at.day(&self.app.settings.zone))
    }

    fn date(&self, day: Day) -> String {
        let form = self.say("%Y年%-m月%-d日", "%Y-%m-%d");
        day.date().strftime(&form).to_string()
    }

    fn place(&self, it: &Printable) -> String {
        let place = self.name(&it.place);
        match &it.case.place_text {
            Some(text) => format!("{place} {text}"),
            None => place,
        }
    }

    /// 张三（证号）、李四（证号）
    fn officers(&self, it: &Printable) -> String {
        let told = it.case.officers.iter().map(|officer| {
            let known = it.officers.iter().find(|person| person.id == officer.person);
            let name = known.map(|person| person.name.as_str()).unwrap_or_default();
            self.say(format!("{name}（{}）", officer.certificate), format!("{name} ({})", officer.certificate))
        });
        told.collect::<Vec<_>>().join(&self.say("、", ", "))
    }

    /// What is imposed, numbered.
    fn penalties(&self, penalties: &[Penalty], fine_fen: i64) -> String {
        let one = |penalty: &Penalty| match penalty {
            Penalty::Fine => {
                let yuan = money::yuan(fine_fen);
                self.say(format!("罚款人民币 {yuan} 元（{}）", capitals(fine_fen)), format!("a fine of CNY {yuan}"))
            }
            other => self.name(&other.names()),
        };
        let told = (1..).zip(penalties).map(|(number, penalty)| format!("{number}. {}", one(penalty)));
        let told = told.collect::<Vec<_>>().join(&self.say("；", "; "));
        if told.is_empty() { self.say("不予处罚", "no penalty") } else { told }
    }

    fn row(&self, zh: &str, en: &str, words: impl Into<String>) -> Row {
        Row::long(vec![Cell::label(LABEL, self.say(zh, en)), Cell::words(WHOLE, words)])
    }

    fn pairs(&self, first: (&str, &str, String), second: (&str, &str, String)) -> Row {
        let pair =
            |(zh, en, words): (&str, &str, String)| [Cell::label(LABEL, self.say(zh, en)), Cell::words(HALF, words)];
        Row::new(pair(first).into_iter().chain(pair(second)).collect())
    }

    /// Two places to sign.
    fn blanks(&self, first: (&str, &str), second: (&str, &str)) -> Row {
        let foot = self.say("年　　月　　日", "date           ");
        let pair = |(zh, en): (&str, &str)| {
            [Cell::label(LABEL, self.say(zh, en)), Cell::words(HALF, "").with_room(44.0, foot.clone())]
        };
        Row::new(pair(first).into_iter().chain(pair(second)).collect())
    }
}
