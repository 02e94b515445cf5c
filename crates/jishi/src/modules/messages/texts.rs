//! What is written in messages. Short, in the reader's language, and without anybody's words or contact details.

use jiff::tz::TimeZone;
use kernel::{Instant, Lang, Names};
use serde::{Deserialize, Serialize};

use super::model::News;

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
    /// What waits: the name of each list and how many stand in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<(Names, i64)>,
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
            News::Redo => self.say(
                format!("群众反映未解决，退回重办：{what}，{due} 前办结。"),
                format!("Not solved, to be redone: {what}, due {due}."),
            ),
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
    pub fn code(&self, code: &str, minutes: i64) -> String {
        self.say(
            format!("验证码 {code}，{minutes} 分钟内有效，用于找回您的回执。请勿告诉他人。"),
            format!(
                "Your code is {code}, valid for {minutes} minutes, to find your receipts again. Tell it to nobody."
            ),
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
        let list = |(names, count): &(Names, i64)| format!("{} {count}", names.in_lang(self.lang));
        let lists: Vec<String> = params.waiting.iter().map(list).collect();
        self.say(format!("今日待办：{}。", lists.join("，")), format!("Waiting today: {}.", lists.join(", ")))
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
            "case.answered" => ("已答复".to_owned(), "it was answered".to_owned()),
            "case.redirected" => ("已告知办理途径".to_owned(), "you were told where to turn to".to_owned()),
            _ => ("未予受理，理由见详情".to_owned(), "it was not accepted; the reason is on the page".to_owned()),
        };
        self.say(format!("您反映的事项 {number}：{zh}。"), format!("Your report {number}: {en}."))
    }

    /// A whole text: one line or several, signed, with the address to go on from.
    pub fn text(&self, lines: &[String], path: &str) -> String {
        let from = self.from.in_lang(self.lang);
        let link = self.address.map(|address| format!(" {address}{path}")).unwrap_or_default();
        self.say(format!("【{from}】{}{link}", lines.join("\n")), format!("[{from}] {}{link}", lines.join("\n")))
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
            waiting: vec![(Names::new("待签收", "to sign"), 3)],
        }
    }

    #[test]
    fn every_message_reads_in_both_languages_and_ends_with_the_way_on() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let from = Names::new("长治市", "Changzhi");
        for lang in [Lang::Zh, Lang::En] {
            let voice = Voice { lang, from: &from, address: Some("https://example.cn"), zone: &zone };
            let lines = News::ALL.iter().map(|news| voice.line(*news, &params())).chain([voice.code("482913", 10)]);
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
}
