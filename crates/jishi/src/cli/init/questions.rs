//! Asking: one line a question, the present answer offered in brackets. Nothing secret is ever asked for, so that plain
//! lines do, with a terminal and without one.

use std::io::{self, BufRead, Write};

use kernel::{Lang, Names};

use super::super::failure::{Failure, Outcome};
use crate::platform::access::Role;

/// Who is asked, if anybody.
pub struct Questions {
    lang: Lang,
    asks: bool,
}

impl Questions {
    /// Questions in a language; with `yes` nobody is asked.
    pub fn new(lang: Lang, yes: bool) -> Self {
        Self { lang, asks: !yes }
    }

    /// Whether somebody is asked.
    pub fn asks(&self) -> bool {
        self.asks
    }

    /// An answer that is right: the one given; the present one when nobody is asked, or when the line is left empty.
    pub fn ask(
        &mut self,
        question: &Names,
        (given, present): (Option<&str>, Option<String>),
        check: impl Fn(&str) -> Result<(), Names>,
    ) -> Outcome<String> {
        let settled = given.map(str::to_owned).or_else(|| (!self.asks).then(|| present.clone().unwrap_or_default()));
        if let Some(text) = settled {
            return match check(&text) {
                Ok(()) => Ok(text),
                Err(why) => Err(self.wrong(&text, &why)),
            };
        }
        loop {
            let offered =
                present.as_ref().filter(|text| !text.is_empty()).map_or_else(String::new, |it| format!(" [{it}]"));
            print!("{}{offered}: ", question.in_lang(self.lang));
            io::stdout().flush()?;
            let typed = line()?;
            let answer = if typed.is_empty() { present.clone().unwrap_or_default() } else { typed };
            match check(&answer) {
                Ok(()) => return Ok(answer),
                Err(why) => println!("  {}", why.in_lang(self.lang)),
            }
        }
    }

    /// Says what is wrong with an answer that was looked at elsewhere, so that it is asked for again.
    ///
    /// # Errors
    /// The same, when it was given on the command line: then nobody is there to mend it.
    pub fn refuse(&self, text: &str, why: &Names, is_given: bool) -> Outcome<()> {
        if is_given || !self.asks {
            return Err(self.wrong(text, why));
        }
        println!("  {}", why.in_lang(self.lang));
        Ok(())
    }

    fn wrong(&self, text: &str, why: &Names) -> Failure {
        Failure::because(format!("{text:?}: {}", why.in_lang(self.lang)))
    }

    /// Log-in and name of an administrator; none when nobody is asked and none was given, or the line is left empty.
    pub fn administrator(
        &mut self,
        role: Role,
        given: Option<&str>,
        option: &str,
    ) -> Outcome<Option<(String, String)>> {
        let names = role.names();
        let question = Names::new(
            format!("{}的用户名和姓名，如 zhang.{option}:张三；以后再定的不填", names.in_lang(Lang::Zh)),
            format!("{}: log-in and name, e.g. zhang.{option}:Zhang San; empty for later", names.in_lang(Lang::En)),
        );
        let answer = match (given, self.asks) {
            (None, false) => return Ok(None),
            _ => self.ask(&question, (given, Some(String::new())), |_| Ok(()))?,
        };
        let (login, name) = answer.split_once([':', '：']).unwrap_or((&answer, &answer));
        let (login, name) = (login.trim().to_owned(), name.trim().to_owned());
        Ok((!login.is_empty()).then_some((login, name)))
    }
}

/// A line that was typed; its end is the end of all answers.
fn line() -> Outcome<String> {
    let mut text = String::new();
    if io::stdin().lock().read_line(&mut text)? == 0 {
        return Err(Failure::because(
            "no answer: give the options (jishi init --help) and --yes, or answer at a terminal",
        ));
    }
    Ok(text.trim().to_owned())
}
