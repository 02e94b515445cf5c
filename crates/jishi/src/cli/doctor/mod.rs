//! `jishi doctor`: says in words what is wrong and what to do. It changes nothing.

mod machine;
mod records;

use std::path::Path;

use clap::Args;
use kernel::{Lang, Names};
use serde_json::json;

use super::{
    failure::{Failure, Outcome},
    tongue::{Tongue, language},
};
use crate::platform::settings::Settings;

/// How the doctor speaks.
#[derive(Debug, Args)]
pub(super) struct DoctorOptions {
    /// The language; that of the terminal if left out
    #[arg(long, value_enum)]
    lang: Option<Tongue>,
    /// For programs
    #[arg(long)]
    json: bool,
}

/// How something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// As it should be.
    Ok,
    /// It works, but somebody should look at it.
    Look,
    /// It does not work, or will not.
    Wrong,
}

impl State {
    fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Look => "look",
            Self::Wrong => "wrong",
        }
    }

    fn mark(self, lang: Lang) -> &'static str {
        match (self, lang) {
            (Self::Ok, Lang::Zh) => "正常",
            (Self::Look, Lang::Zh) => "请看",
            (Self::Wrong, Lang::Zh) => "有误",
            (Self::Ok, Lang::En) => "ok   ",
            (Self::Look, Lang::En) => "look ",
            (Self::Wrong, Lang::En) => "WRONG",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug)]
struct Finding {
    item: &'static str,
    state: State,
    said: Names,
    mend: Option<Names>,
}

impl Finding {
    fn ok(item: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { item, state: State::Ok, said: Names::new(zh, en), mend: None }
    }

    fn look(item: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { state: State::Look, ..Self::ok(item, zh, en) }
    }

    fn wrong(item: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { state: State::Wrong, ..Self::ok(item, zh, en) }
    }

    /// What to do about it.
    fn mend(self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { mend: Some(Names::new(zh, en)), ..self }
    }
}

/// Looks at everything and says how it is. Fails when something is wrong.
pub(super) async fn doctor(config: Option<&Path>, options: DoctorOptions) -> Outcome<()> {
    let lang = language(options.lang);
    let findings = examine(config).await;
    let wrong = findings.iter().filter(|finding| finding.state == State::Wrong).count();
    if options.json {
        println!("{}", as_json(&findings, lang));
    } else {
        findings.iter().for_each(|finding| tell(finding, lang));
    }
    if wrong == 0 {
        return Ok(());
    }
    Err(Failure::because(match lang {
        Lang::Zh => format!("{wrong} 处有误"),
        Lang::En => format!("{wrong} wrong"),
    }))
}

async fn examine(config: Option<&Path>) -> Vec<Finding> {
    let settings = match Settings::read(config) {
        Ok(settings) => settings,
        Err(_) if config.is_some_and(|file| !file.exists()) => return vec![machine::no_settings(config)],
        Err(mistakes) => {
            let wrong = |mistake: String| {
                Finding::wrong("settings", mistake.clone(), mistake)
                    .mend("改好设置，或运行 jishi init", "mend the settings, or run jishi init")
            };
            return mistakes.into_iter().map(wrong).collect();
        }
    };
    let mut findings = vec![machine::settings(config, &settings)];
    findings.extend(machine::folder(&settings));
    findings.push(machine::key(&settings));
    findings.extend(machine::tls(&settings));
    findings.push(machine::port(&settings));
    findings.push(machine::client());
    findings.extend(machine::fonts(&settings));
    findings.extend(records::records(settings).await);
    findings
}

fn tell(finding: &Finding, lang: Lang) {
    println!("{}  {}  {}", finding.state.mark(lang), label(finding.item, lang), finding.said.in_lang(lang));
    if let Some(mend) = &finding.mend {
        println!("       → {}", mend.in_lang(lang));
    }
}

/// What was looked at, as wide as the widest. A Chinese character takes two columns.
fn label(item: &'static str, lang: Lang) -> String {
    let zh = match item {
        "settings" => "设置",
        "folder" => "数据目录",
        "space" => "剩余空间",
        "key" => "主密钥",
        "tls" => "证书",
        "port" => "端口",
        "client" => "网页",
        "fonts" => "字体",
        "database" => "数据库",
        "vault" => "联系方式",
        "clock" => "时钟",
        "catalogue" => "事项清单",
        "calendar" => "工作日历",
        "units" => "承办单位",
        "administrators" => "管理员",
        "posts" => "岗位",
        "places" => "地方",
        "jobs" => "后台任务",
        "names" => "名称",
        other => other,
    };
    match lang {
        Lang::Zh => format!("{zh}{}", "  ".repeat(4_usize.saturating_sub(zh.chars().count()))),
        Lang::En => format!("{item:<14}"),
    }
}

fn as_json(findings: &[Finding], lang: Lang) -> serde_json::Value {
    let one = |finding: &Finding| {
        json!({
            "item": finding.item,
            "state": finding.state.as_str(),
            "said": finding.said.in_lang(lang),
            "mend": finding.mend.as_ref().map(|mend| mend.in_lang(lang)),
        })
    };
    findings.iter().map(one).collect()
}
