//! What stands on the ground already: whether the database answers, and whose content it holds.

use std::path::Path;

use kernel::{Names, RegionCode};

use super::super::{failure::Outcome, instance as opening};
use crate::{
    modules::regions,
    platform::{schema::MIGRATIONS, settings::Settings},
};

/// Why a database cannot be used, if so: it does not answer.
pub(super) async fn unreachable(url: &str) -> Option<Names> {
    let error = db::reach(url).await.err()?;
    let reason = error.cause().unwrap_or_default().to_owned();
    let reason = reason.rsplit_once("opened: ").map_or(reason.as_str(), |(_, reason)| reason).to_owned();
    Some(Names::new(
        format!("连不上这个数据库：{reason}。请核对地址、账号和库名，以及它是否在运行"),
        format!("this database does not answer: {reason}. Check address, account and name, and whether it runs"),
    ))
}

/// Why the place cannot be another one than before, if so: the database is full of the place of before. A wider place, with
/// all of it inside, is no harm.
pub(super) async fn belongs_to_another(settings: &Settings, before: Option<&str>) -> Outcome<Option<Names>> {
    let new = &settings.region;
    let Some(before) = before.and_then(|code| RegionCode::parse(code).ok()).filter(|before| !new.covers(before)) else {
        return Ok(None);
    };
    let file = settings.database.strip_prefix("sqlite:").map(Path::new);
    if file.is_some_and(|file| !file.exists()) {
        return Ok(None);
    }
    let db = opening::open(settings).await?;
    let is_made = !db.pending(MIGRATIONS).await?.iter().any(|step| Some(*step) == MIGRATIONS.first().map(|it| it.name));
    let is_there = is_made && regions::names_unscoped(&mut db.read().await?, &before).await?.is_some();
    db.close().await;
    Ok(is_there.then(|| {
        Names::new(
            format!("数据库里已经是 {before} 的内容，不能改成 {new}；另一个地方请另用一个数据目录和数据库"),
            format!("the database holds {before} already and cannot become {new}; give another place a data folder and database of its own"),
        )
    }))
}
