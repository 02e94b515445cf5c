//! Documents before a decision: the record of the scene and the notice.

use super::{Printable, Tongue};
use crate::platform::paper::{Block, Start};

/// 现场检查（勘验）笔录
pub(super) fn scene(tongue: &Tongue<'_>, it: &Printable) -> Vec<Block> {
    let paper = it.scene();
    let (made, words) = paper.map(|paper| (tongue.date(paper.made_on), paper.words.clone())).unwrap_or_default();
    let photos = paper.map_or(0, |paper| paper.photos.len());
    vec![
        Block::Office(tongue.name(&it.office)),
        Block::Title(tongue.say("现场检查（勘验）笔录", "Record of the scene")),
        Block::Space(6.0),
        Block::Ends(tongue.say(format!("案号：{}", it.case.number), format!("Case {}", it.case.number)), made.clone()),
        Block::Table(vec![
            tongue.pairs(("检查日期", "Date", made), ("当事人", "Party", it.party.clone())),
            tongue.row("检查地点", "Place", tongue.place(it)),
            tongue.row("执法人员", "Officers", tongue.officers(it)),
            tongue.row(
                "告知事项",
                "Told first",
                tongue.say(
                    "执法人员已出示执法证件，告知当事人有申请回避、陈述和申辩的权利。",
                    "The officers showed their certificates and told the party of its right to ask for their recusal and to speak.",
                ),
            ),
            tongue.row("现场情况", "What was found", words),
            tongue.row("现场照片", "Photos", tongue.say(format!("{photos} 张，见案卷"), format!("{photos}, kept with the case"))),
            tongue.blanks(("当事人签名", "Party"), ("见证人签名", "Witness")),
            tongue.blanks(("执法人员签名", "Officer"), ("执法人员签名", "Officer")),
        ]),
    ]
}

/// 行政处罚事先告知书 (行政处罚法 §44–45、§63–64)
pub(super) fn notice(tongue: &Tongue<'_>, it: &Printable) -> Vec<Block> {
    let Some(notice) = &it.case.record.notice else { return Vec::new() };
    let kept = &it.case.kept;
    let (until, imposed) = (tongue.time(notice.until.due_at), tongue.penalties(&notice.penalties, notice.fine_fen));
    let mut blocks = vec![
        Block::Office(tongue.name(&it.office)),
        Block::Title(tongue.say("行政处罚事先告知书", "Notice before a penalty")),
        Block::Space(6.0),
        Block::Ends(
            tongue.say(format!("案号：{}", it.case.number), format!("Case {}", it.case.number)),
            tongue.day(notice.at),
        ),
        Block::Space(4.0),
        Block::Text(tongue.say(format!("{}：", it.party), format!("To: {}", it.party)), Start::Flush),
        Block::Text(
            tongue.say(
                format!("经调查，你（单位）{}", tongue.sentence(&notice.facts)),
                format!("It was found that you {}", tongue.sentence(&notice.facts)),
            ),
            Start::Indented,
        ),
        Block::Text(
            tongue.say(
                format!(
                    "上述行为涉嫌违反{}的规定。依据{}，本机关拟作出以下决定：{imposed}。",
                    kept.basis, kept.penalty_basis
                ),
                format!(
                    "This may break {}. By {} the office means to decide: {imposed}.",
                    kept.basis, kept.penalty_basis
                ),
            ),
            Start::Indented,
        ),
        Block::Text(
            tongue.say(
                format!("对上述告知事项，你（单位）依法享有陈述、申辩的权利，可于{until}前向本机关提出；逾期视为放弃。本机关不因陈述、申辩而给予更重的处罚。"),
                format!("You may speak in your defence until {until}; later it counts as waived. Nobody fares worse for it."),
            ),
            Start::Indented,
        ),
    ];
    if notice.hearing {
        blocks.push(Block::Text(
            tongue.say(
                format!("你（单位）还有要求听证的权利，可于{until}前提出。"),
                format!("You may also ask for a hearing until {until}."),
            ),
            Start::Indented,
        ));
    }
    blocks.push(Block::Together(vec![
        Block::Text(
            tongue.say(format!("执法人员：{}", tongue.officers(it)), format!("Officers: {}", tongue.officers(it))),
            Start::Indented,
        ),
        Block::Space(14.0),
        Block::Signed(vec![tongue.name(&it.office), tongue.day(notice.at)]),
    ]));
    blocks
}
