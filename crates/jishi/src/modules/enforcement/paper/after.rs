//! Documents of a decision: the decision itself, and the receipt of its delivery.

use kernel::Names;

use super::{Printable, Tongue};
use crate::{
    modules::enforcement::{
        items::Remedy,
        model::{DecisionOutcome, Penalty, StatementKind},
    },
    platform::paper::{Block, Start},
};

/// 行政处罚决定书: what §59 demands of it: the party, facts and evidence, basis, kind and way of carrying it out, remedies and
/// their time, office and date.
pub(super) fn decision(tongue: &Tongue<'_>, it: &Printable) -> Vec<Block> {
    let record = &it.case.record;
    let (Some(decision), Some(notice)) = (&record.decision, &record.notice) else { return Vec::new() };
    let title = match decision.outcome {
        DecisionOutcome::Penalty => tongue.say("行政处罚决定书", "Decision on a penalty"),
        DecisionOutcome::NoPenalty => tongue.say("不予行政处罚决定书", "Decision: no penalty"),
        DecisionOutcome::Transfer => tongue.say("案件移送决定书", "Decision to hand the case over"),
    };
    let indented = |words: String| Block::Text(words, Start::Indented);
    let address = it.address.clone().unwrap_or_else(|| tongue.open("地址", "address"));
    let party = tongue.say(format!("当事人：{}　地址：{address}", it.party), format!("Party: {}, {address}", it.party));
    let facts = tongue.sentence(&notice.facts);
    let mut blocks = vec![
        Block::Office(tongue.name(&it.office)),
        Block::Title(title),
        Block::Space(6.0),
        Block::Ends(String::new(), decision.number.clone()),
        Block::Space(4.0),
        Block::Text(party, Start::Flush),
        indented(tongue.say(format!("经查，你（单位）{facts}"), format!("It was found that you {facts}"))),
        indented(evidence(tongue, it)),
        indented(told(tongue, it)),
        indented(imposed(tongue, it)),
    ];
    if decision.penalties.contains(&Penalty::Fine) {
        let bank = told_of(tongue, it, |remedy| &remedy.bank, ("代收银行", "bank"));
        blocks.push(indented(tongue.say(
            format!("罚款自收到本决定书之日起十五日内缴至{bank}，或者通过电子支付系统缴纳；到期不缴纳的，每日按罚款数额的百分之三加处罚款，加处罚款的数额不超过罚款的数额。"),
            format!("The fine is paid within fifteen days of receiving this, to {bank} or electronically; after that three per cent of it is added for each day, at most as much as the fine."),
        )));
    }
    let review = told_of(tongue, it, |remedy| &remedy.review, ("行政复议机关", "reviewing government"));
    let court = told_of(tongue, it, |remedy| &remedy.court, ("人民法院", "court"));
    blocks.push(indented(tongue.say(
        format!("不服本决定的，可以自收到本决定书之日起六十日内依法向{review}申请行政复议，也可以自收到之日起六个月内依法向{court}提起诉讼。复议、诉讼期间，本决定不停止执行，法律另有规定的除外。"),
        format!("Whoever disagrees may ask {review} for a review within sixty days of receiving this, or sue at {court} within six months. It is carried out meanwhile, unless the law says otherwise."),
    )));
    blocks.push(Block::Together(vec![
        indented(
            tongue.say(format!("执法人员：{}", tongue.officers(it)), format!("Officers: {}", tongue.officers(it))),
        ),
        Block::Space(14.0),
        Block::Signed(vec![tongue.name(&it.office), tongue.day(decision.at)]),
    ]));
    blocks
}

/// Whom the paper names; where the catalogue does not say it, a gap that says what belongs there.
fn told_of(tongue: &Tongue<'_>, it: &Printable, of: fn(&Remedy) -> &Names, (zh, en): (&str, &str)) -> String {
    it.remedy.as_ref().map_or_else(|| tongue.open(zh, en), |remedy| tongue.name(of(remedy)))
}

fn evidence(tongue: &Tongue<'_>, it: &Printable) -> String {
    let mut kinds: Vec<String> = Vec::new();
    for paper in it.papers.iter().filter(|paper| paper.struck.is_none()) {
        let name = tongue.name(&paper.kind.names());
        if !kinds.contains(&name) {
            kinds.push(name);
        }
    }
    let kinds = kinds.join(&tongue.say("、", ", "));
    tongue.say(format!("以上事实有{kinds}等证据证明。"), format!("This is shown by: {kinds}."))
}

fn told(tongue: &Tongue<'_>, it: &Printable) -> String {
    let record = &it.case.record;
    let at = record.notice.as_ref().map(|notice| tongue.day(notice.at)).unwrap_or_default();
    let said = match record.statement.as_ref().map(|statement| statement.kind) {
        Some(StatementKind::Stated) => tongue
            .say("你（单位）进行了陈述、申辩，本机关已予复核。", "You spoke in your defence, and it was looked into."),
        Some(StatementKind::Waived) => tongue.say("你（单位）书面放弃陈述、申辩。", "You waived this in writing."),
        Some(StatementKind::HearingHeld) => tongue.say("本机关依法举行了听证。", "A hearing was held."),
        Some(StatementKind::HearingAsked) | None => {
            tongue.say("你（单位）逾期未陈述、申辩。", "You did not speak within the time.")
        }
    };
    tongue.say(
        format!("本机关于{at}依法告知你（单位）拟处罚的内容及事实、理由、依据和享有的权利。{said}"),
        format!("On {at} you were told what was meant, on what grounds, and your rights. {said}"),
    )
}

fn imposed(tongue: &Tongue<'_>, it: &Printable) -> String {
    let Some(decision) = &it.case.record.decision else { return String::new() };
    let kept = &it.case.kept;
    let imposed = tongue.penalties(&decision.penalties, decision.fine_fen);
    let (words, basis, penalty) = (tongue.sentence(&decision.words), &kept.basis, &kept.penalty_basis);
    match decision.outcome {
        DecisionOutcome::Penalty => tongue.say(
            format!("本机关认为，上述行为违反了{basis}的规定。{words}依据{penalty}，决定给予以下处罚：{imposed}。"),
            format!("This breaks {basis}. {words} By {penalty} it is decided: {imposed}."),
        ),
        DecisionOutcome::NoPenalty => tongue.say(
            format!("{words}依据《行政处罚法》第三十三条、第五十七条，决定不予行政处罚。"),
            format!("{words} By articles 33 and 57 of the Administrative Penalty Law no penalty is imposed."),
        ),
        DecisionOutcome::Transfer => tongue.say(
            format!("{words}依据《行政处罚法》第五十七条，决定将本案移送有权机关处理。"),
            format!("{words} By article 57 of the Administrative Penalty Law the case is handed over."),
        ),
    }
}

/// 送达回证
pub(super) fn receipt(tongue: &Tongue<'_>, it: &Printable) -> Vec<Block> {
    let record = &it.case.record;
    let number = record.decision.as_ref().map(|decision| decision.number.clone()).unwrap_or_default();
    let delivery = record.delivery.as_ref();
    let way = delivery.map(|delivery| tongue.name(&delivery.way.names())).unwrap_or_default();
    let on = delivery.map(|delivery| tongue.date(delivery.on)).unwrap_or_default();
    let said = delivery.map(|delivery| delivery.words.clone()).unwrap_or_default();
    vec![
        Block::Office(tongue.name(&it.office)),
        Block::Title(tongue.say("送　达　回　证", "Receipt of delivery")),
        Block::Space(6.0),
        Block::Ends(tongue.say(format!("案号：{}", it.case.number), format!("Case {}", it.case.number)), String::new()),
        Block::Table(vec![
            tongue.row(
                "送达文书",
                "Document",
                tongue.say(format!("行政处罚决定书 {number}"), format!("Decision {number}")),
            ),
            tongue.row("受送达人", "Party", it.party.clone()),
            tongue.row("送达地点", "Place", it.address.clone().unwrap_or_else(|| tongue.place(it))),
            tongue.pairs(("送达方式", "Way", way), ("送达日期", "Date", on)),
            tongue.blanks(("受送达人签名", "Party"), ("代收人签名", "Received by")),
            tongue.blanks(("送达人签名", "Officer"), ("送达人签名", "Officer")),
            tongue.row("备注", "Remarks", said),
        ]),
    ]
}
