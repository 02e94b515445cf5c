//! The questions, one after the other.

use std::{
    net::SocketAddr,
    path::{self, Path},
};

use jiff::{civil::Time, tz::TimeZone};
use kernel::{Names, RegionCode};
use toml::Table;

use super::{InitOptions, divisions, file::Present, ground, questions::Questions};
use crate::cli::failure::Outcome;

/// What the settings file will say.
#[derive(Clone, Debug)]
pub struct Answers {
    /// Division code of the place.
    pub region: String,
    /// Name in Chinese.
    pub name: String,
    /// Name in English; may be empty.
    pub name_en: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Time of day.
    pub close_of_business: String,
    /// Folder.
    pub data: String,
    /// Database; empty for a file in the folder.
    pub database: String,
    /// Address and port.
    pub listen: String,
    /// How others reach it.
    pub reach: Reach,
    /// What the file said besides, kept as it is.
    pub others: Table,
}

/// How others reach it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// This machine alone.
    Loopback,
    /// A proxy in front speaks HTTPS.
    Proxy,
    /// Certificate and key.
    Files(String, String),
}

impl Answers {
    /// The names of instance and place.
    pub fn names(&self) -> Names {
        if self.name_en.is_empty() { Names::zh_only(&self.name) } else { Names::new(&self.name, &self.name_en) }
    }
}

/// Asks everything.
///
/// # Errors
/// An answer that is wrong and that nobody is there to mend.
pub async fn answers(questions: &mut Questions, options: &InitOptions, present: Present) -> Outcome<Answers> {
    let q = |zh: &str, en: &str| Names::new(zh, en);
    let or = |text: Option<String>, usual: &str| Some(text.unwrap_or_else(|| usual.to_owned()));
    let any = |_: &str| Ok(());
    let region = questions.ask(
        &q(
            "本平台服务的地方：区划代码，如县（区）140403、街道 140403003；不知道的，写名称或拼音试试",
            "The place it serves: its division code, e.g. county 140403, subdistrict 140403003; or try its name or pinyin",
        ),
        (options.region.as_deref(), present.region),
        is_region,
    )?;
    let name = questions.ask(
        &q("名称（中文），如 潞州区", "Its name in Chinese, e.g. 潞州区"),
        (options.name.as_deref(), present.name),
        is_named,
    )?;
    let name_en = questions.ask(
        &q("英文名称，可不填", "Its name in English, may be left out"),
        (options.name_en.as_deref(), present.name_en.or(Some(String::new()))),
        any,
    )?;
    let time_zone = questions.ask(
        &q("时区", "Time zone"),
        (options.time_zone.as_deref(), or(present.time_zone, "Asia/Shanghai")),
        is_zone,
    )?;
    let close_of_business = questions.ask(
        &q("下班时间，时限到这一刻为止", "Close of business, when the last day of a deadline ends"),
        (options.close_of_business.as_deref(), or(present.close_of_business, "18:00")),
        is_time,
    )?;
    let data = questions.ask(
        &q("数据目录：数据库、照片、主密钥", "Data folder: database, photos, master key"),
        (options.data.as_deref(), or(present.data.clone(), &from_anywhere("data"))),
        is_named,
    )?;
    let data = if Some(&data) == present.data.as_ref() { data } else { from_anywhere(&data) };
    let database = database(questions, options, present.database.unwrap_or_default()).await?;
    let listen = questions.ask(
        &q("监听的地址和端口", "Address and port to listen on"),
        (options.listen.as_deref(), or(present.listen, "127.0.0.1:8080")),
        is_address,
    )?;
    let reach = reach(questions, options, present.reach)?;
    Ok(Answers {
        region,
        name,
        name_en,
        time_zone,
        close_of_business,
        data,
        database,
        listen,
        reach,
        others: present.others,
    })
}

/// A path that means the same wherever the program is started, by a timer for instance.
fn from_anywhere(path: &str) -> String {
    path::absolute(path).map_or_else(|_| path.to_owned(), |path| path.display().to_string())
}

/// The database, once it answers.
async fn database(questions: &mut Questions, options: &InitOptions, present: String) -> Outcome<String> {
    let question = Names::new(
        "数据库：不填用数据目录里的一个文件；大的地方填 postgres://…",
        "Database: empty for a file in the data folder; postgres://.. for large places",
    );
    loop {
        let given = options.database.as_deref();
        let answer = questions.ask(&question, (given, Some(present.clone())), is_database)?;
        let answer = match answer.strip_prefix("sqlite:").filter(|_| answer != present) {
            Some(file) => format!("sqlite:{}", from_anywhere(file)),
            None => answer,
        };
        let Some(why) = ground::unreachable(&answer).await else { return Ok(answer) };
        questions.refuse(&answer, &why, given.is_some())?;
    }
}

fn reach(questions: &mut Questions, options: &InitOptions, present: Reach) -> Outcome<Reach> {
    if let (Some(certificate), Some(key)) = (&options.tls_certificate, &options.tls_key) {
        return Ok(Reach::Files(certificate.clone(), key.clone()));
    }
    if options.behind_proxy {
        return Ok(Reach::Proxy);
    }
    if !questions.asks() {
        return Ok(present);
    }
    let question = Names::new(
        "别人怎样打开：1 只在本机试用；2 前面有代理提供 HTTPS；3 用证书文件",
        "How others reach it: 1 this machine alone; 2 a proxy in front speaks HTTPS; 3 certificate files",
    );
    let now = match present {
        Reach::Loopback => "1",
        Reach::Proxy => "2",
        Reach::Files(..) => "3",
    };
    let (certificate, key) = match &present {
        Reach::Files(certificate, key) => (Some(certificate.clone()), Some(key.clone())),
        _ => (None, None),
    };
    loop {
        let choice = questions.ask(&question, (None, Some(now.to_owned())), is_choice)?;
        match choice.as_str() {
            "2" => return Ok(Reach::Proxy),
            "3" => {}
            _ => return Ok(Reach::Loopback),
        }
        let back = ("，不填回到上一问", ", empty to go back");
        let (zh, en) = (format!("证书文件（PEM）{}", back.0), format!("Certificate file (PEM){}", back.1));
        let Some(certificate) = file(questions, &Names::new(zh, en), certificate.clone())? else { continue };
        let (zh, en) = (format!("私钥文件（PEM）{}", back.0), format!("Its key (PEM){}", back.1));
        let Some(key) = file(questions, &Names::new(zh, en), key.clone())? else { continue };
        return Ok(Reach::Files(certificate, key));
    }
}

/// A file that is there; none for an empty line. What the settings name is offered only while it is there.
fn file(questions: &mut Questions, question: &Names, present: Option<String>) -> Outcome<Option<String>> {
    let offered = present.filter(|file| is_file(file).is_ok());
    let is_right = |text: &str| if text.is_empty() { Ok(()) } else { is_file(text) };
    let answer = questions.ask(question, (None, Some(offered.clone().unwrap_or_default())), is_right)?;
    let answer = if Some(&answer) == offered.as_ref() { answer } else { from_anywhere(&answer) };
    Ok(Some(answer).filter(|file| !file.is_empty()))
}

type Check = Result<(), Names>;

fn right(is_right: bool, zh: &str, en: &str) -> Check {
    if is_right { Ok(()) } else { Err(Names::new(zh, en)) }
}

/// A code; to a name or its pinyin it is said which code it may be.
fn is_region(text: &str) -> Check {
    let found = divisions::called(text);
    if !found.is_empty() {
        let list: Vec<String> = found.iter().map(|one| format!("{} {}", one.code, one.path)).collect();
        let list = list.join("；");
        return Err(Names::new(
            format!("找到：{list}。请填前面的代码"),
            format!("Found: {list}. Give the code before it"),
        ));
    }
    let (zh, en) = (
        "区划代码是 2、4、6、9 或 12 位数字（--region），见国家统计局的统计用区划代码",
        "a division code has 2, 4, 6, 9 or 12 digits (--region): see the National Bureau of Statistics' division codes",
    );
    right(RegionCode::parse(text).is_ok() && text.len() <= 12, zh, en)?;
    let province: String = text.chars().take(2).collect();
    right(
        divisions::is_province(&province),
        &format!("没有以 {province} 开头的省级代码（GB/T 2260），请核对"),
        &format!("no province has the code {province} (GB/T 2260): check it"),
    )
}

fn is_named(text: &str) -> Check {
    right(
        !text.trim().is_empty() && text.chars().count() <= 80,
        "请填写，最多 80 个字（--name）",
        "give something, at most 80 characters (--name)",
    )
}

fn is_zone(text: &str) -> Check {
    right(TimeZone::get(text).is_ok(), "没有这个时区，如 Asia/Shanghai", "there is no such zone; e.g. Asia/Shanghai")
}

fn is_time(text: &str) -> Check {
    right(text.parse::<Time>().is_ok(), "应为时刻，如 18:00", "a time of day, e.g. 18:00")
}

fn is_database(text: &str) -> Check {
    let is_known = text.is_empty() || text.starts_with("sqlite:") || text.starts_with("postgres");
    right(is_known, "以 sqlite: 或 postgres:// 开头，或不填", "begin it with sqlite: or postgres://, or leave it empty")
}

fn is_address(text: &str) -> Check {
    right(
        text.parse::<SocketAddr>().is_ok(),
        "应为地址加端口，如 127.0.0.1:8080",
        "an address with a port, e.g. 127.0.0.1:8080",
    )
}

fn is_choice(text: &str) -> Check {
    right(["1", "2", "3"].contains(&text), "填 1、2 或 3", "1, 2 or 3")
}

fn is_file(text: &str) -> Check {
    right(Path::new(text).is_file(), "没有这个文件", "there is no such file")
}
