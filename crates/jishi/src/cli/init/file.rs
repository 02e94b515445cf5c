//! The settings file: what it says now, and writing it anew with its comments.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use toml::{Table, Value};

use super::answers::{Answers, Reach};
use crate::{
    cli::failure::{Failure, Outcome},
    platform::settings::Settings,
};

/// The settings that are asked for; all others stay as they are.
const ASKED: [&str; 10] = [
    "region",
    "name",
    "data",
    "listen",
    "time_zone",
    "close_of_business",
    "database",
    "behind_proxy",
    "tls_certificate",
    "tls_key",
];

/// What the file says now.
#[derive(Debug)]
pub struct Present {
    /// Division code.
    pub region: Option<String>,
    /// Name in Chinese.
    pub name: Option<String>,
    /// Name in English.
    pub name_en: Option<String>,
    /// Time zone.
    pub time_zone: Option<String>,
    /// Close of business.
    pub close_of_business: Option<String>,
    /// Data folder.
    pub data: Option<String>,
    /// Database.
    pub database: Option<String>,
    /// Address.
    pub listen: Option<String>,
    /// How others reach it.
    pub reach: Reach,
    /// Settings of which nothing is asked.
    pub others: Table,
}

/// Reads what is there; nothing when there is no file yet.
///
/// # Errors
/// A file that is no TOML: it is somebody's and is not written over.
pub fn present(file: &Path) -> Outcome<Present> {
    let named = |error: &dyn std::fmt::Display| Failure::because(format!("{}: {error}", file.display()));
    let table: Table = match fs::read_to_string(file) {
        Ok(text) => text.parse().map_err(|error: toml::de::Error| named(&error))?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Table::new(),
        Err(error) => return Err(named(&error)),
    };
    let text = |key: &str| table.get(key).and_then(Value::as_str).map(str::to_owned);
    let name =
        |lang: &str| table.get("name").and_then(|names| names.get(lang)).and_then(Value::as_str).map(str::to_owned);
    let reach = match (text("tls_certificate"), text("tls_key"), table.get("behind_proxy").and_then(Value::as_bool)) {
        (Some(certificate), Some(key), _) => Reach::Files(certificate, key),
        (_, _, Some(true)) => Reach::Proxy,
        _ => Reach::Loopback,
    };
    let others = table.iter().filter(|(key, _)| !ASKED.contains(&key.as_str()));
    Ok(Present {
        region: text("region"),
        name: name("zh"),
        name_en: name("en"),
        time_zone: text("time_zone"),
        close_of_business: text("close_of_business"),
        data: text("data"),
        database: text("database"),
        listen: text("listen"),
        reach,
        others: others.map(|(key, value)| (key.clone(), value.clone())).collect(),
    })
}

/// The file as it will be, beside the present one until it is kept.
#[derive(Debug)]
pub struct Draft {
    fresh: PathBuf,
    file: PathBuf,
    /// What the platform will read in it.
    pub settings: Settings,
}

impl Draft {
    /// Puts it in the place of the present one.
    ///
    /// # Errors
    /// What the system refuses.
    pub fn keep(self) -> Outcome<Settings> {
        let named = |error: std::io::Error| Failure::because(format!("{}: {error}", self.file.display()));
        let is_same = fs::read(&self.file).is_ok_and(|present| fs::read(&self.fresh).is_ok_and(|it| it == present));
        if !is_same {
            fs::rename(&self.fresh, &self.file).map_err(named)?;
        }
        Ok(self.settings.clone())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.fresh);
    }
}

/// Writes the file down beside the present one and reads it as the platform will. Nothing stays that the platform would not
/// take.
///
/// # Errors
/// Every mistake, as at the start.
pub fn draft(file: &Path, answers: &Answers) -> Outcome<Draft> {
    let text = lines(answers);
    let named = |error: std::io::Error| Failure::because(format!("{}: {error}", file.display()));
    let fresh = file.with_extension("toml.new");
    // It may hold the password of a database.
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(&fresh)
        .and_then(|mut handle| handle.write_all(text.as_bytes()).and_then(|()| handle.sync_all()))
        .map_err(named)?;
    match Settings::read(Some(&fresh)) {
        Ok(settings) => Ok(Draft { fresh, file: file.to_path_buf(), settings }),
        Err(mistakes) => {
            let _ = fs::remove_file(&fresh);
            Err(Failure::from(mistakes))
        }
    }
}

/// The file, each setting under a line that says what it is.
fn lines(answers: &Answers) -> String {
    let quoted = |text: &str| Value::from(text).to_string();
    let mut names = format!("zh = {}", quoted(&answers.name));
    if !answers.name_en.is_empty() {
        names.push_str(&format!(", en = {}", quoted(&answers.name_en)));
    }
    let mut entries: Vec<(&str, String)> = vec![
        (
            "# 本平台服务的地方：区划代码  The place served: its division code",
            format!("region = {}", quoted(&answers.region)),
        ),
        ("# 显示的名称  The name that is shown", format!("name = {{ {names} }}")),
        ("# 数据目录：数据库、照片、主密钥  Database, photos, master key", format!("data = {}", quoted(&answers.data))),
        ("# 监听的地址和端口  Address and port", format!("listen = {}", quoted(&answers.listen))),
        ("# 时区  Time zone", format!("time_zone = {}", quoted(&answers.time_zone))),
        (
            "# 下班时间，时限到此为止  When the last day of a deadline ends",
            format!("close_of_business = {}", quoted(&answers.close_of_business)),
        ),
    ];
    if !answers.database.is_empty() {
        entries.push(("# 数据库  Database", format!("database = {}", quoted(&answers.database))));
    }
    match &answers.reach {
        Reach::Loopback => {}
        Reach::Proxy => {
            entries.push(("# 前面的代理提供 HTTPS  A proxy in front speaks HTTPS", "behind_proxy = true".to_owned()))
        }
        Reach::Files(certificate, key) => {
            entries.push(("# 证书  Certificate", format!("tls_certificate = {}", quoted(certificate))));
            entries.push(("# 私钥  Its key", format!("tls_key = {}", quoted(key))));
        }
    }
    let asked: String = entries.into_iter().map(|(comment, entry)| format!("{comment}\n{entry}\n\n")).collect();
    format!("{asked}{}", answers.others)
}
