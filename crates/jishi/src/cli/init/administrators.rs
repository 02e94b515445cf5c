//! The three administrators: each answer is looked at when it is given, and all are made at once, so that no first password
//! is made and never told.

use kernel::{Error, Lang, Names, RegionCode};

use super::{super::failure::Outcome, InitOptions, questions::Questions};
use crate::{
    modules::{
        SharedApp,
        people::{self, Founder},
    },
    platform::{
        access::Role,
        health::{self, Administrators},
    },
};

/// Someone new, with the password that is shown once.
pub(super) struct Welcomed {
    pub(super) founder: Founder,
    pub(super) password: String,
}

/// Asks for the administrators of whom there are none; three people. Told is who is new, and whose place is still empty.
pub(super) async fn administrators(
    app: &SharedApp,
    questions: &mut Questions,
    options: &InitOptions,
) -> Outcome<(Vec<Welcomed>, Vec<Role>)> {
    let Administrators { system, security, audit, .. } =
        health::administrators_unscoped(&mut app.db.read().await?, app.today()).await?;
    let wanted = [
        (Role::SystemAdmin, system, &options.system, "system"),
        (Role::SecurityAdmin, security, &options.security, "security"),
        (Role::AuditAdmin, audit, &options.audit, "audit"),
    ];
    let (mut chosen, mut missing) = (Vec::new(), Vec::new());
    for (role, _, given, option) in wanted.into_iter().filter(|(_, held, ..)| *held == 0) {
        match choose(app, questions, (role, given.as_deref(), option), &chosen).await? {
            Some(founder) => chosen.push(founder),
            None => missing.push(role),
        }
    }
    let region: RegionCode = app.settings.region.clone();
    let passwords = people::add_founders(app, chosen.clone(), &region).await?;
    let welcomed = chosen.into_iter().zip(passwords).map(|(founder, password)| Welcomed { founder, password });
    Ok((welcomed.collect(), missing))
}

async fn choose(
    app: &SharedApp,
    questions: &mut Questions,
    (role, given, option): (Role, Option<&str>, &str),
    chosen: &[Founder],
) -> Outcome<Option<Founder>> {
    loop {
        let Some((login, name)) = questions.administrator(role, given, option)? else { return Ok(None) };
        let founder = Founder { login, name, role };
        match refusal(app, &founder, chosen).await? {
            None => return Ok(Some(founder)),
            Some(why) => questions.refuse(&founder.login, &why, given.is_some())?,
        }
    }
}

/// Why somebody cannot be this administrator.
async fn refusal(app: &SharedApp, founder: &Founder, chosen: &[Founder]) -> Outcome<Option<Names>> {
    if let Some(other) = chosen.iter().find(|other| other.login == founder.login) {
        let role = other.role.names();
        return Ok(Some(Names::new(
            format!("这个用户名已是{}的：三种管理员要三个人", role.in_lang(Lang::Zh)),
            format!("this log-in is the {}'s already: the three are three people", role.in_lang(Lang::En)),
        )));
    }
    match people::check_founder(app, founder).await {
        Ok(()) => Ok(None),
        Err(error) if error.fields().is_empty() => Err(error.into()),
        Err(error) => Ok(Some(sentences(&error))),
    }
}

fn sentences(error: &Error) -> Names {
    let said = |lang| error.fields().iter().map(|field| field.sentence(lang)).collect::<Vec<_>>().join(" ");
    Names::new(said(Lang::Zh), said(Lang::En))
}
