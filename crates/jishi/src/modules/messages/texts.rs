//! What is written in messages. Short, in the reader's language, and without anybody's words or contact details.

use jiff::tz::TimeZone;
use kernel::{Instant, Lang, Names};
use serde::{Deserialize, Serialize};

use super::model::{CodeFor, News};
use crate::platform::waiting::WaitingList;

/// What a text is made of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Params {
    /// The recipient's language.
    pub lang: Lang,
    /// The case's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matter: Option<Names>,
    /// Where, by the names of its village or township.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Names>,
    /// The unit it is with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Names>,
    /// When the answer is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// The step, e.g. `case.dispatched`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// Where the reader goes on, where that is no case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<String>,
    /// What waits, list by list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<WaitingList>,
    /// 第几次重办: which time it has to be redone; told from the second on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub round: Option<i64>,
}

/// Who a text is for, and from where.
#[derive(Clone, Copy, Debug)]
pub struct Voice<'a> {
    /// The reader's language.
    pub lang: Lang,
    /// The instance's name, which signs the text.
    pub from: &'a Names,
    /// The address people open, if the instance has said it.
    pub address: Option<&'a str>,
    /// The instance's time zone.
    pub zone: &'a TimeZone,
}

impl Voice<'_> {
    fn say(&self, zh: String, en: String) -> String {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    fn name(&self, names: Option<&Names>) -> String {
        names.map(|names| names.in_lang(self.lang).to_owned()).unwrap_or_default()
    }

    fn time(&self, at: Instant) -> String {
        at.zoned(self.zone).strftime("%Y-%m-%d %H:%M").to_string()
    }

    /// One piece of news in one line, without signature and address.
    pub fn line(&self, news: News, params: &Params) -> String {
        let number = params.number.clone().unwrap_or_default();
        let what = self.say(
            format!("{} {}（{}）", number, self.name(params.matter.as_ref()), self.name(params.place.as_ref())),
            format!("{} {} ({})", number, self.name(params.matter.as_ref()), self.name(params.place.as_ref())),
        );
        let due = params.due.map(|due| self.time(due)).unwrap_or_default();
        match news {
            News::Emergency => self.say(
                format!("紧急事项待派单：{what}，{due} 前办结。"),
                format!("Emergency to dispatch: {what}, due {due}."),
            ),
            News::Assigned => self
                .say(format!("派给您单位：{what}，{due} 前办结。"), format!("Given to your unit: {what}, due {due}.")),
            News::Redo => {
                let (zh, en) = again(params);
                self.say(
                    format!("群众反映未解决，退回重办{zh}：{what}，{due} 前办结。"),
                    format!("Not solved, to be redone{en}: {what}, due {due}."),
                )
            }
            News::Whistle | News::WhistleReminder | News::WhistleWithdrawn | News::WhistleEscalated => {
                self.whistle(news, &due, params)
            }
            News::Urged => self.say(
                format!("催办：{what}，{due} 到期，请抓紧办理，要求见平台。"),
                format!("A reminder: {what}, due {due}. What is asked for stands on the page."),
            ),
            News::Digest => self.digest(params),
            News::Step => self.step(&number, &due, params),
            News::Code => String::new(),
            News::Link => self.say(
                format!("您反映的事项 {what}已有办理结果，是否解决由您说了算。请点开链接告诉我们，只能用一次："),
                format!(
                    "There is a result for your report {what}. Whether it is solved is for you to say, once, here:"
                ),
            ),
            News::Trial => self.say(
                "这是一条试发消息，收到说明通道可用。".to_owned(),
                "This is a trial: if you read it, the gateway works.".to_owned(),
            ),
        }
    }

    /// The line that carries a code; the code is no parameter, because parameters are kept.
    pub fn code(&self, code: &str, minutes: i64, code_for: CodeFor) -> String {
        let (zh, en) = match code_for {
            CodeFor::Receipts => ("用于找回您的回执", "to find your receipts again"),
            CodeFor::OwnCopy => ("用于取得您的个人信息副本", "to take a copy of your data"),
        };
        self.say(
            format!("验证码 {code}，{minutes} 分钟内有效，{zh}。请勿告诉他人。"),
            format!("Your code is {code}, valid for {minutes} minutes, {en}. Tell it to nobody."),
        )
    }

    /// Which sort, where, when they meet; the goal is to be read on the page, where only those concerned see it.
    fn whistle(&self, news: News, due: &str, params: &Params) -> String {
        let (kind, place) = (self.name(params.matter.as_ref()), self.name(params.place.as_ref()));
        match news {
            News::WhistleReminder => self.say(
                format!("{place}{kind}等您单位应哨、到场：{due} 集合。"),
                format!("{kind} of {place}: your unit is awaited. They meet at {due}."),
            ),
            News::WhistleWithdrawn => self.say(
                format!("{place}{kind}已撤哨，{due} 不用到场。"),
                format!("{kind} of {place} is withdrawn: nobody need come at {due}."),
            ),
            News::WhistleEscalated => self.say(
                format!("{place}{kind}升级到县（区），请研究。"),
                format!("{kind} of {place} was escalated to the county."),
            ),
            _ => self.say(
                format!("{place}{kind}叫您单位报到：{due} 集合，请即应哨。"),
                format!("{kind}: {place} calls your unit to meet at {due}. Please answer."),
            ),
        }
    }

    fn digest(&self, params: &Params) -> String {
        let lists: Vec<String> = params.lists.iter().map(|list| self.list(list)).collect();
        self.say(format!("今日待办：{}。", lists.join("，")), format!("Waiting today: {}.", lists.join(", ")))
    }

    fn list(&self, list: &WaitingList) -> String {
        format!("{} {}", list.names.in_lang(self.lang), list.count)
    }

    fn step(&self, number: &str, due: &str, params: &Params) -> String {
        let unit = self.name(params.unit.as_ref());
        let (zh, en) = match params.step.as_deref().unwrap_or_default() {
            "case.dispatched" => {
                (format!("已交{unit}办理，{due} 前答复"), format!("it is with {unit}, the answer is due {due}"))
            }
            "case.asked" => (format!("{unit}有问题想问您"), format!("{unit} has a question for you")),
            "case.result_filed" => (
                "已有办理结果，请您看看是否解决".to_owned(),
                "there is a result; please say whether it is solved".to_owned(),
            ),
            "case.reminded" => ("办理结果还等您评价".to_owned(), "the result still waits for your word".to_owned()),
            "case.redo" => {
                (format!("已退回{unit}重办，{due} 前答复"), format!("{unit} has to redo it, the answer is due {due}"))
            }
            "case.closed" => (
                "已办结。没有解决的，30 天内可以重开".to_owned(),
                "it is closed; if it is not solved you can reopen it within 30 days".to_owned(),
            ),
            "case.reopened" => {
                (format!("已重新办理，{due} 前答复"), format!("it was taken up again, the answer is due {due}"))
            }
            "case.split_off" => {
                ("单独立为一件办理，单独答复".to_owned(), "it is now a case of its own, with its own answer".to_owned())
            }
            "case.extended" => (
                format!("办理时限延到 {due}，原因见详情"),
                format!("more time was given, the answer is due {due}; the reason is on the page"),
            ),
            "case.paused" => (
                "要走法定程序，所需时间不计入办理时限".to_owned(),
                "a procedure of the law is needed, whose time does not count".to_owned(),
            ),
            "case.parked" => (
                "现在办不了，已经挂账并定期复查，原因见详情".to_owned(),
                "it cannot be done now and is parked and reviewed; the reason is on the page".to_owned(),
            ),
            "case.taken_up" => {
                (format!("已恢复办理，{due} 前答复"), format!("it was taken up again, the answer is due {due}"))
            }
            "objection.answered" => (
                "您对查看联系方式提出的异议已有答复".to_owned(),
                "your objection to an opening of your contact details was answered".to_owned(),
            ),
            "case.answered" => ("已答复".to_owned(), "it was answered".to_owned()),
            "case.redirected" => ("已告知办理途径".to_owned(), "you were told where to turn to".to_owned()),
            _ => ("未予受理，理由见详情".to_owned(), "it was not accepted; the reason is on the page".to_owned()),
        };
        self.say(format!("您反映的事项 {number}：{zh}。"), format!("Your report {number}: {en}."))
    }

    /// What a letter is about, short enough for a list of letters.
    fn about(&self, news: News, params: &Params) -> String {
        let matter = || match params.matter.as_ref() {
            Some(_) => self.name(params.matter.as_ref()),
            None => params.number.clone().unwrap_or_default(),
        };
        let (zh_what, en_what) = match params.place.as_ref() {
            Some(place) => (
                format!("{}（{}）", matter(), place.in_lang(self.lang)),
                format!("{} ({})", matter(), place.in_lang(self.lang)),
            ),
            None => (matter(), matter()),
        };
        let said = |zh: &str, en: &str| self.say(format!("{zh}：{zh_what}"), format!("{en}: {en_what}"));
        match news {
            News::Emergency => said("紧急，待派单", "Emergency to dispatch"),
            News::Assigned => said("派给您单位", "Given to your unit"),
            News::Redo => {
                let (zh, en) = again(params);
                said(&format!("退回重办{zh}"), &format!("To be redone{en}"))
            }
            News::Urged => said("催办", "Reminder"),
            News::Whistle => said("吹哨，请应哨", "A whistle, please answer"),
            News::WhistleReminder => said("吹哨，等您单位应哨、到场", "A whistle, your unit is awaited"),
            News::WhistleWithdrawn => said("已撤哨", "Whistle withdrawn"),
            News::WhistleEscalated => said("哨已升级到县（区）", "Whistle escalated to the county"),
            News::Digest => {
                let total = WaitingList::total(&params.lists);
                self.say(format!("今日待办 {total} 项"), format!("Waiting today: {total}"))
            }
            News::Step | News::Link => self.say("您反映的事项".to_owned(), "Your report".to_owned()),
            News::Code => self.say("验证码".to_owned(), "Your code".to_owned()),
            News::Trial => self.say("试发消息".to_owned(), "A trial".to_owned()),
        }
    }

    /// A letter: its subject, and its body with a line for each thing, each with the address to go on from, and at the end
    /// who sends it and where one says otherwise. `pages` are the addresses of the news, in their order.
    pub fn letter(&self, told: &[(News, Params)], pages: &[String], wishes: &str) -> (String, String) {
        let more = told.len().saturating_sub(1);
        let first = told.first().map(|(news, params)| self.about(*news, params)).unwrap_or_default();
        let subject = match more {
            0 => first,
            _ => self.say(format!("{first}，另有 {more} 条"), format!("{first}, and {more} more")),
        };
        let at = |page: &str| self.address.map(|address| format!("\n  {address}{page}")).unwrap_or_default();
        let mut lines = vec![self.say("您好：".to_owned(), "Good day,".to_owned())];
        for ((news, params), page) in told.iter().zip(pages) {
            if *news == News::Digest {
                lines.push(self.say("今日待办：".to_owned(), "Waiting today:".to_owned()));
                lines.extend(params.lists.iter().map(|list| format!("· {}{}", self.list(list), at(&list.page))));
            } else {
                lines.push(format!("{}{}", self.line(*news, params), at(page)));
            }
        }
        let change = self.say("不想收，或想换个时间收".to_owned(), "To be told otherwise, or not at all".to_owned());
        let change = match self.address {
            Some(address) => self.say(format!("{change}：{address}{wishes}"), format!("{change}: {address}{wishes}")),
            None => self.say(
                format!("{change}：登录后在“我的账号”的“接收设置”里改。"),
                format!("{change}: log in and change it under \"My account\"."),
            ),
        };
        let from = self.from.in_lang(self.lang);
        (format!("[{from}] {subject}"), format!("{}\n\n-- \n{from}\n{change}\n", lines.join("\n\n")))
    }

    /// A whole text: one line or several, signed, with the address to go on from.
    pub fn text(&self, lines: &[String], path: &str) -> String {
        let from = self.from.in_lang(self.lang);
        let link = self.address.map(|address| format!(" {address}{path}")).unwrap_or_default();
        self.say(format!("【{from}】{}{link}", lines.join("\n")), format!("[{from}] {}{link}", lines.join("\n")))
    }
}

/// Which time it has to be redone, from the second on.
fn again(params: &Params) -> (String, String) {
    match params.round {
        Some(round) if round > 1 => (format!("（第 {round} 次）"), format!(" (time {round})")),
        _ => Default::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params() -> Params {
        Params {
            lang: Lang::Zh,
            number: Some("140403-261116-48213-7".to_owned()),
            matter: Some(Names::new("路灯不亮或损坏", "Street lamp broken or out")),
            place: Some(Names::new("府后社区", "Fuhou")),
            unit: Some(Names::new("城管局", "Urban management")),
            due: Some("2026-11-23T10:00:00Z".parse().unwrap()),
            step: Some("case.dispatched".to_owned()),
            page: None,
            lists: WaitingList::on("/desk/cases?view=to_sign", vec![(Names::new("待签收", "to sign"), 3)]),
            round: Some(2),
        }
    }

    #[test]
    fn every_message_reads_in_both_languages_and_ends_with_the_way_on() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let from = Names::new("长治市", "Changzhi");
        for lang in [Lang::Zh, Lang::En] {
            let voice = Voice { lang, from: &from, address: Some("https://example.cn"), zone: &zone };
            let lines = News::ALL
                .iter()
                .map(|news| voice.line(*news, &params()))
                .chain([CodeFor::Receipts, CodeFor::OwnCopy].map(|it| voice.code("482913", 10, it)));
            for line in lines {
                let text = voice.text(&[line], "/follow");
                assert!(text.ends_with("https://example.cn/follow"), "{text}");
                assert_eq!(text.is_ascii(), lang == Lang::En, "{text}");
                assert!(text.chars().count() < 200, "{text}");
            }
        }
    }

    #[test]
    fn a_step_says_who_and_until_when_in_local_time() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let from = Names::new("长治市", "Changzhi");
        let voice = Voice { lang: Lang::Zh, from: &from, address: None, zone: &zone };
        assert_eq!(
            voice.text(&[voice.line(News::Step, &params())], "/follow"),
            "【长治市】您反映的事项 140403-261116-48213-7：已交城管局办理，2026-11-23 18:00 前答复。"
        );
    }

    #[test]
    fn a_letter_has_a_short_subject_and_a_line_with_its_address_for_each_thing() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let from = Names::new("长治市", "Changzhi");
        let voice = |lang| Voice { lang, from: &from, address: Some("https://example.cn"), zone: &zone };
        let late =
            WaitingList { names: Names::new("已超期", "overdue"), count: 1, page: "/late".into(), is_part: true };
        let mut all = params();
        all.lists.push(late);
        let (subject, body) = voice(Lang::Zh).letter(&[(News::Digest, all.clone())], &["/desk".into()], "/desk/me");
        assert_eq!(subject, "[长治市] 今日待办 3 项", "what is late is in hand as well, and counts once");
        assert!(body.contains("· 待签收 3\n  https://example.cn/desk/cases?view=to_sign\n"), "{body}");
        assert!(body.contains("· 已超期 1\n  https://example.cn/late"), "{body}");
        assert!(body.ends_with("长治市\n不想收，或想换个时间收：https://example.cn/desk/me\n"), "{body}");
        let both = [(News::Redo, params()), (News::Assigned, params())];
        let pages = ["/desk/cases/1".to_owned(), "/desk/cases/2".to_owned()];
        let (subject, body) = voice(Lang::Zh).letter(&both, &pages, "/desk/me");
        assert_eq!(subject, "[长治市] 退回重办（第 2 次）：路灯不亮或损坏（府后社区），另有 1 条");
        assert!(body.contains("前办结。\n  https://example.cn/desk/cases/1\n"), "{body}");
        let (subject, body) = voice(Lang::En).letter(&both[..1], &pages, "/desk/me");
        assert_eq!(subject, "[Changzhi] To be redone (time 2): Street lamp broken or out (Fuhou)");
        assert!(body.is_ascii() && body.contains("https://example.cn/desk/cases/1"), "{body}");
    }
}
