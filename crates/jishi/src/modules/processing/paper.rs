//! 个人信息保护影响评估报告 as a paper: the three questions of PIPL §56, answered from what is in force.

use kernel::{Instant, Lang, Names};

use super::model::{ProcessingRecord, ProcessingRow, SeenBy};
use crate::{
    modules::{App, contacts::Purpose},
    platform::{
        keys::Suite,
        paper::{Block, Cell, Paper, Row, Sheet, Start},
    },
};

/// What protects the data on this instance, as it is now.
#[derive(Clone, Debug)]
pub(super) struct Measures {
    /// The ciphers in use.
    pub suite: Option<Suite>,
    /// Since when the key that seals is in use.
    pub key_since: Option<Instant>,
    /// How often details were opened in the last year, by purpose.
    pub openings: Vec<(String, i64)>,
}

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

    fn day(&self, at: Instant) -> String {
        let form = self.say("%Y年%-m月%-d日", "%Y-%m-%d");
        at.zoned(&self.app.settings.zone).strftime(&form).to_string()
    }
}

/// Sets the paper.
pub(super) fn compose(
    app: &App,
    record: &ProcessingRecord,
    measures: &Measures,
    (lang, printer): (Lang, &str),
    (year, number): (i64, i64),
) -> Paper {
    let tongue = Tongue { app, lang };
    let now = app.now();
    let (keeper, day) = (tongue.name(&record.keeper), tongue.day(now));
    let title = tongue.say("个人信息保护影响评估报告", "Personal information protection impact assessment");
    let mut blocks = vec![
        Block::Office(keeper.clone()),
        Block::Title(title.clone()),
        Block::Space(6.0),
        Block::Ends(tongue.say(format!("编号：{year}-{number:03}"), format!("No. {year}-{number:03}")), day.clone()),
        Block::Space(4.0),
    ];
    let text = |zh: String, en: String| Block::Text(tongue.say(zh, en), Start::Indented);
    blocks.push(text(
        "本报告依据《个人信息保护法》第五十五条、第五十六条，由系统按当前生效的设置生成，供负责人审阅、补充后签字。报告和处理情况记录至少保存三年。".into(),
        "Made from the settings in force, under articles 55 and 56 of the Personal Information Protection Law, for whoever is responsible to read, complete and sign. Report and record are kept for three years at least.".into(),
    ));
    blocks.extend(heading(
        &tongue,
        "一、处理的目的、方式是否合法、正当、必要",
        "1. Whether purposes and ways are lawful, proper and necessary",
    ));
    blocks.push(text(
        format!("共 {} 类个人信息，各自的目的、依据、期限和可见范围如下。不收集宗教信仰、民族、政治面貌、健康、上访经历，不记行踪，不做人脸识别，不设“重点人”名单。", record.rows.len()),
        format!("{} sorts of personal data, with their purpose, basis, term and readers below. No belief, ethnicity, politics, health or history of petitions, no movements, no faces, no list of persons to watch.", record.rows.len()),
    ));
    blocks.push(Block::Table(fields(&tongue, record)));
    blocks.extend(heading(&tongue, "二、对个人权益的影响及安全风险", "2. Effects on people and risks"));
    blocks.push(Block::Table(risks(&tongue)));
    blocks.extend(heading(&tongue, "三、保护措施及其与风险程度是否相适应", "3. Measures in force"));
    blocks.push(Block::Table(in_force(&tongue, record, measures)));
    blocks.extend(heading(&tongue, "四、结论和签字", "4. Finding and signature"));
    let label = |zh: &str, en: &str| Cell::label(0.2, tongue.say(zh, en));
    blocks.push(Block::Closing(vec![Block::Table(vec![
        Row::new(vec![label("评估结论", "Finding"), Cell::words(0.8, "").with_room(80.0, "")]),
        Row::new(vec![
            label("负责人签字", "To be signed by whoever is responsible"),
            Cell::words(0.8, "").with_room(50.0, tongue.say("　　年　　月　　日", "date              ")),
        ]),
    ])]));
    let foot = tongue.say(format!("生成：{printer}　{day}"), format!("Made by {printer}, {day}"));
    let head = tongue.say(
        format!("{keeper}　{title}　{year}-{number:03}（续）"),
        format!("{keeper} · {title} {year}-{number:03} (continued)"),
    );
    Paper { title, lang, at: now.zoned(&app.settings.zone), sheets: vec![Sheet { blocks, head, foot }] }
}

fn heading(tongue: &Tongue<'_>, zh: &str, en: &str) -> [Block; 3] {
    [Block::Space(8.0), Block::Heading(tongue.say(zh, en)), Block::Space(4.0)]
}

/// The readers are many; the other columns hold a sentence each.
const WIDTHS: [f32; 5] = [0.2, 0.17, 0.18, 0.16, 0.29];

fn fields(tongue: &Tongue<'_>, record: &ProcessingRecord) -> Vec<Row> {
    let heads = [
        tongue.say("个人信息", "Data"),
        tongue.say("目的", "Purpose"),
        tongue.say("依据", "Basis"),
        tongue.say("期限", "Term"),
        tongue.say("谁能看", "Seen by"),
    ];
    let labels = heads.into_iter().zip(WIDTHS).map(|(head, width)| Cell::label(width, head));
    let mut rows = vec![Row::new(labels.collect())];
    let cells = |row: &ProcessingRow| {
        let sealed = if row.is_sealed { tongue.say("（加密）", " (encrypted)") } else { String::new() };
        [
            format!("{}{sealed}\n{}", tongue.name(&row.name), tongue.name(&row.whose.names())),
            tongue.name(&row.why),
            tongue.name(&row.basis),
            tongue.name(&row.term),
            seen(tongue, row),
        ]
    };
    rows.extend(record.rows.iter().map(|row| {
        let words = cells(row).into_iter().zip(WIDTHS).map(|(words, width)| Cell::words(width, words));
        Row::new(words.collect())
    }));
    rows
}

fn seen(tongue: &Tongue<'_>, row: &ProcessingRow) -> String {
    let roles: Vec<String> = row.roles.iter().map(|role| tongue.name(&role.names)).collect();
    let roles = roles.join(&tongue.say("、", ", "));
    match row.seen {
        SeenBy::Nobody => tongue.say("任何人都看不到", "Nobody"),
        SeenBy::Own => tongue.say("本人", "The person alone"),
        SeenBy::Everyone => tongue.say("所有人", "Everyone"),
        SeenBy::Roles => roles,
        SeenBy::Opened => tongue.say(format!("写明理由才能打开：{roles}"), format!("Opened with a reason: {roles}")),
    }
}

/// A risk and what stands against it.
fn risks(tongue: &Tongue<'_>) -> Vec<Row> {
    let all = [
        (
            ("工作人员无故查看联系方式", "Staff look at details without need"),
            (
                "只显示打码；打开要选用途、写理由，逐次记录，本人凭回执可见",
                "Masks only; opening takes a purpose and a reason, each time is written down and shown to the person",
            ),
        ),
        (
            ("数据库或备份泄露", "A copy of the database gets out"),
            (
                "加密保存，主密钥不在数据库里；密钥可以更换",
                "Encrypted; the master key is not in the database; keys can be changed",
            ),
        ),
        (
            ("回执丢失被他人捡到", "A lost receipt is found by somebody"),
            (
                "凭回执只能看到打码内容，完整副本要手机验证码",
                "The receipt shows masks; a whole copy takes a code sent to the telephone",
            ),
        ),
        (
            ("被反映的单位得知反映人", "The unit complained of learns who reported"),
            (
                "可以选择保密或匿名；被反映的单位回避，看不到工单",
                "Reports may be confidential or anonymous; the unit it is about takes no part and does not see the case",
            ),
        ),
        (
            ("保存过久", "Kept too long"),
            (
                "到期自动删除，留有不指名的删除记录",
                "Erased by itself when the term is over, with a record that names nobody",
            ),
        ),
        (
            ("公开时泄露个人信息", "Personal data gets into what is published"),
            (
                "公开内容经过打码和人工核对，人数太少的不公布",
                "What is published is masked and checked by hand; too small numbers are left out",
            ),
        ),
    ];
    all.into_iter()
        .map(|((zh, en), (zh_against, en_against))| {
            Row::new(vec![Cell::label(0.34, tongue.say(zh, en)), Cell::words(0.66, tongue.say(zh_against, en_against))])
        })
        .collect()
}

fn in_force(tongue: &Tongue<'_>, record: &ProcessingRecord, measures: &Measures) -> Vec<Row> {
    let row = |zh: &str, en: &str, words: String| {
        Row::new(vec![Cell::label(0.34, tongue.say(zh, en)), Cell::words(0.66, words)])
    };
    let suite = match measures.suite {
        Some(Suite::Sm) => tongue.say("国密 SM4、SM3", "SM4, SM3 (national ciphers)"),
        Some(Suite::Standard) => tongue.say("AES-256、SHA-256", "AES-256, SHA-256"),
        None => tongue.say("未启用密钥轮换", "Keys are not wrapped yet"),
    };
    let since = measures.key_since.map(|at| tongue.day(at)).unwrap_or_default();
    let terms: Vec<String> = record
        .terms
        .iter()
        .map(|term| {
            tongue.say(
                format!("{} {} 天", term.names.zh(), term.days),
                format!("{}: {} days", tongue.name(&term.names), term.days),
            )
        })
        .collect();
    let terms = terms.join(&tongue.say("；", "; "));
    let sealed = record.rows.iter().filter(|row| row.is_sealed).count();
    let total: i64 = measures.openings.iter().map(|(_, n)| n).sum();
    let named = |purpose: &String| Purpose::parse(purpose).map_or_else(|| Names::zh_only(purpose), Purpose::names);
    let openings: Vec<String> =
        measures.openings.iter().map(|(purpose, n)| format!("{} {n}", tongue.name(&named(purpose)))).collect();
    let openings = match openings.as_slice() {
        [] => String::new(),
        some => tongue.say(format!("（{}）", some.join("，")), format!(" ({})", some.join(", "))),
    };
    vec![
        row("加密算法", "Ciphers", suite),
        row("当前密钥启用于", "Key in use since", since),
        row("加密保存的类别", "Sorts that are encrypted", format!("{sealed} / {}", record.rows.len())),
        row(
            "联系方式保存期限",
            "Term of contact details",
            tongue.say(
                format!("办结后 {} 天；{terms}", record.days),
                format!("{} days after the end; {terms}", record.days),
            ),
        ),
        row(
            "近一年打开联系方式",
            "Details opened in the last year",
            tongue.say(format!("{total} 次{openings}"), format!("{total} times{openings}")),
        ),
        row(
            "三员分立",
            "Separated administrators",
            tongue.say(
                "系统、安全、审计管理员由不同的人担任，都看不到工单",
                "System, security and audit administrators are different people, and none sees a case",
            ),
        ),
        row(
            "可核验日志",
            "Log that can be verified",
            tongue.say(
                "每一步都有签名记录，本人凭回执可核验；不含个人信息",
                "Every step is in a signed log that a receipt verifies; it holds no personal data",
            ),
        ),
    ]
}
