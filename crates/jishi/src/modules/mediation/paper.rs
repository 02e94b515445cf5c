//! 人民调解协议书、调解笔录: what the parties sign. Names stand in full, opened for it; the foot says who printed it.

use db::Conn;
use kernel::{Code, Day, Error, Instant, Lang, Names, Result};

use super::{
    actions::Sheet as Kind,
    model::{AgreementForm, Dispute, DisputeSide, Hearing, HearingState},
    store, views,
};
use crate::{
    modules::{App, people},
    platform::paper::{Block, Cell, Paper, Row, Sheet, Start},
};

/// How wide a label is.
const LABEL: f32 = 0.18;

/// What a paper says beside the dispute itself.
#[derive(Debug)]
pub struct Ground {
    kind: Kind,
    centre: Names,
    mediator: String,
    class: Names,
    place: Vec<Names>,
    hearings: Vec<Hearing>,
}

/// Reads what a paper says; the caller has checked the right to the dispute.
///
/// # Errors
/// `no_agreement_yet` where there is nothing to print.
pub(super) async fn gather(db: &mut Conn, app: &App, dispute: &Dispute, kind: Kind) -> Result<Ground> {
    let hearings = store::hearings_of(db, dispute.id).await?;
    let hearings: Vec<Hearing> = hearings.into_iter().filter(|one| one.state == HearingState::Held).collect();
    let is_there = match kind {
        Kind::Agreement => dispute.agreement.is_some(),
        Kind::Record => !hearings.is_empty() || dispute.agreement.is_some(),
    };
    if !is_there {
        return Err(Error::new(Code::NoAgreementYet).with("number", dispute.number.clone()));
    }
    let ids: Vec<_> = dispute.mediator.into_iter().collect();
    let mediator = people::people_unscoped(db, &ids).await?.into_values().next().map(|person| person.name);
    let centre = people::units_unscoped(db, &[dispute.centre]).await?.remove(&dispute.centre);
    Ok(Ground {
        kind,
        centre: centre.map_or_else(|| app.settings.name.clone(), |unit| unit.names),
        mediator: mediator.unwrap_or_default(),
        class: app.disputes.named(&dispute.class).names,
        place: views::place_names(db, dispute).await?,
        hearings,
    })
}

/// Sets a paper.
pub(super) fn compose(
    app: &App,
    dispute: &Dispute,
    (ground, names): (&Ground, &[(DisputeSide, String)]),
    (lang, printer): (Lang, &str),
    at: Instant,
) -> Paper {
    let pen = Pen { app, lang, dispute, ground, names };
    let title = match ground.kind {
        Kind::Agreement => pen.say("人民调解协议书", "Mediation agreement"),
        Kind::Record => pen.say("调解笔录", "Record of mediation"),
    };
    let foot = pen.say(
        format!("打印：{printer}　{}　　含个人信息，仅供当事人签署和归档。人民调解不收费。", pen.time(at)),
        format!(
            "Printed by {printer}, {}. Holds personal data: to be signed and filed. Mediation is free.",
            pen.time(at)
        ),
    );
    let blocks = match ground.kind {
        Kind::Agreement => pen.agreement(&title),
        Kind::Record => pen.record(&title),
    };
    let title = format!("{title} {}", dispute.number);
    let sheets = vec![Sheet { blocks, head: title.clone(), foot }];
    Paper { title, lang, at: at.zoned(&app.settings.zone), sheets }
}

struct Pen<'a> {
    app: &'a App,
    lang: Lang,
    dispute: &'a Dispute,
    ground: &'a Ground,
    names: &'a [(DisputeSide, String)],
}

impl Pen<'_> {
    fn say(&self, zh: impl Into<String>, en: impl Into<String>) -> String {
        match self.lang {
            Lang::Zh => zh.into(),
            Lang::En => en.into(),
        }
    }

    fn name(&self, names: &Names) -> String {
        names.in_lang(self.lang).to_owned()
    }

    fn time(&self, at: Instant) -> String {
        let form = self.say("%Y年%-m月%-d日 %H:%M", "%Y-%m-%d %H:%M");
        at.zoned(&self.app.settings.zone).strftime(&form).to_string()
    }

    fn day(&self, day: Day) -> String {
        day.date().strftime(&self.say("%Y年%-m月%-d日", "%Y-%m-%d")).to_string()
    }

    fn row(&self, zh: &str, en: &str, words: String) -> Row {
        Row::long(vec![Cell::label(LABEL, self.say(zh, en)), Cell::words(1.0 - LABEL, words)])
    }

    fn side(&self, side: DisputeSide) -> String {
        let names: Vec<&str> =
            self.names.iter().filter(|(own, _)| *own == side).map(|(_, name)| name.as_str()).collect();
        names.join(&self.say("、", ", "))
    }

    /// What both papers begin with.
    fn head(&self, title: &str) -> Vec<Block> {
        vec![
            Block::Office(self.name(&self.ground.centre)),
            Block::Title(title.to_owned()),
            Block::Space(6.0),
            Block::Ends(
                self.say(format!("编号：{}", self.dispute.number), format!("No. {}", self.dispute.number)),
                self.name(&self.ground.class),
            ),
            Block::Space(4.0),
        ]
    }

    fn facts(&self) -> Vec<Row> {
        let place: Vec<String> = self.ground.place.iter().map(|names| self.name(names)).collect();
        vec![
            self.row("甲方", "One side", self.side(DisputeSide::One)),
            self.row("乙方", "The other side", self.side(DisputeSide::Other)),
            self.row("调解员", "Mediator", self.ground.mediator.clone()),
            self.row("地点", "Place", place.join(" · ")),
            self.row("纠纷事实", "The dispute", self.dispute.words.clone()),
        ]
    }

    fn agreement(&self, title: &str) -> Vec<Block> {
        let mut blocks = self.head(title);
        blocks.push(Block::Table(self.facts()));
        blocks.push(Block::Space(8.0));
        let Some(agreement) = &self.dispute.agreement else { return blocks };
        blocks.push(Block::Text(
            self.say("双方自愿达成如下协议：", "The parties agree of their own will as follows:"),
            Start::Indented,
        ));
        for line in agreement.terms.lines().filter(|line| !line.trim().is_empty()) {
            blocks.push(Block::Text(line.trim().to_owned(), Start::Indented));
        }
        if !agreement.items.is_empty() {
            let widths = [0.1, 0.62, 0.28];
            let heads = [("序号", "#"), ("履行事项", "What is owed"), ("履行期限", "By")];
            let head = widths.iter().zip(heads).map(|(width, (zh, en))| Cell::label(*width, self.say(zh, en)));
            let mut table = vec![Row::new(head.collect())];
            for (number, item) in (1..).zip(&agreement.items) {
                let words = [number.to_string(), item.words.clone(), self.day(item.due_on)];
                table.push(Row::new(widths.iter().zip(words).map(|(width, it)| Cell::words(*width, it)).collect()));
            }
            blocks.extend([Block::Space(6.0), Block::Table(table)]);
        }
        blocks.push(Block::Space(6.0));
        let form = match agreement.form {
            AgreementForm::Oral => self.say(
                "本协议为口头协议，由调解员记录，自达成之日起生效（人民调解法第二十八条、第三十条）。",
                "This is an oral agreement, written down by the mediator; it holds from the day it was made.",
            ),
            AgreementForm::Written => self.say(
                "本协议自双方签名、盖章或者按指印，调解员签名并加盖印章之日起生效（人民调解法第二十九条）。",
                "It holds from the day both parties and the mediator have signed and it bears the stamp.",
            ),
        };
        let mut last = vec![Block::Text(form, Start::Indented)];
        let by = self.time(agreement.confirm_by.due_at);
        last.push(Block::Text(
            self.say(
                format!("双方认为有必要的，可以在{by}前共同向人民法院申请司法确认（人民调解法第三十三条）。"),
                format!("Where both wish it, they may jointly ask the court to confirm it until {by}."),
            ),
            Start::Indented,
        ));
        // Whoever signs sees words of the agreement above: no page is of signatures alone.
        last.push(self.signatures(agreement.effective_on));
        blocks.push(Block::Together(last));
        blocks
    }

    fn record(&self, title: &str) -> Vec<Block> {
        let mut blocks = self.head(title);
        blocks.push(Block::Table(self.facts()));
        for (number, hearing) in (1..).zip(&self.ground.hearings) {
            let (from, to) = (self.time(hearing.starts_at), self.time(hearing.ends_at));
            blocks.push(Block::Space(8.0));
            blocks.push(Block::Heading(self.say(format!("第 {number} 次调解"), format!("Hearing {number}"))));
            blocks.push(Block::Text(self.say(format!("{from} 至 {to}"), format!("{from} to {to}")), Start::Flush));
            blocks.push(Block::Text(hearing.words.clone().unwrap_or_default(), Start::Indented));
        }
        if let Some(agreement) = self.dispute.agreement.as_ref().filter(|it| it.form == AgreementForm::Oral) {
            blocks.push(Block::Space(8.0));
            blocks.push(Block::Heading(self.say("口头协议内容", "The oral agreement")));
            blocks.push(Block::Text(agreement.terms.clone(), Start::Indented));
        }
        let today = self.ground.hearings.last().map(|hearing| hearing.starts_at.day(&self.app.settings.zone));
        let day = today.or(self.dispute.agreement.as_ref().map(|it| it.effective_on));
        if let Some(day) = day {
            let last = blocks.pop();
            blocks.push(Block::Together(last.into_iter().chain([self.signatures(day)]).collect()));
        }
        blocks
    }

    fn signatures(&self, day: Day) -> Block {
        let room = |zh: &str, en: &str, foot: String| {
            Row::new(vec![Cell::label(LABEL, self.say(zh, en)), Cell::words(1.0 - LABEL, "").with_room(38.0, foot)])
        };
        Block::Together(vec![
            Block::Space(12.0),
            Block::Table(vec![
                room("甲方签名", "One side", String::new()),
                room("乙方签名", "Other side", String::new()),
                room("调解员签名", "Mediator", self.say("（盖章）", "(stamp)      ")),
            ]),
            Block::Space(8.0),
            Block::Signed(vec![self.name(&self.ground.centre), self.day(day)]),
        ])
    }
}
