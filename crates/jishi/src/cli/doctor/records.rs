//! What is kept: database, catalogue, calendar, people, places.

use std::{collections::BTreeMap, path::Path};

use db::{Backend, Db};
use kernel::{Level, RegionCode};

use super::Finding;
use crate::{
    cli::{
        failure::{Failure, Outcome},
        instance as opening,
    },
    modules::{App, SharedApp, contacts, matters::Duty},
    platform::{
        health::{self, Office},
        instance, paper,
        schema::MIGRATIONS,
        settings::Settings,
    },
};

/// Townships and duties named at once.
const NAMED: usize = 5;

/// Looks at everything in the database; what cannot be reached is said once.
pub(super) async fn records(settings: Settings) -> Vec<Finding> {
    let has_key = settings.master.is_some() || instance::key_file(&settings).exists();
    let db = match reach(&settings).await {
        Ok(db) => db,
        Err(finding) => return vec![*finding],
    };
    let mut findings = Vec::new();
    match schema(&db).await {
        Ok((version, pending)) => {
            let kind = match db.backend() {
                Backend::Sqlite => "SQLite",
                Backend::Postgres => "PostgreSQL",
            };
            findings.push(if pending.is_empty() {
                let (zh, en) =
                    (format!("{kind} {version}，结构是最新的"), format!("{kind} {version}, its schema is current"));
                Finding::ok("database", zh, en)
            } else {
                unfinished(&format!("{kind} {version}"), &pending)
            });
            if !pending.is_empty() || !has_key {
                return findings;
            }
        }
        Err(failure) => return vec![broken("database", &failure)],
    }
    let examined = async {
        let app = opening::start(db, settings).await?;
        let found = all(&app).await;
        app.db.close().await;
        found
    };
    match examined.await {
        Ok(more) => findings.extend(more),
        Err(failure) => findings.push(broken("records", &failure)),
    }
    findings
}

/// A database without tables, or one that the program has outgrown.
fn unfinished(database: &str, pending: &[String]) -> Finding {
    let count = pending.len();
    if count == MIGRATIONS.len() {
        return Finding::wrong("database", format!("{database}，还没有建表"), format!("{database} has no tables yet"))
            .mend("运行 jishi init 或 jishi migrate", "run jishi init or jishi migrate");
    }
    let more = if count > NAMED { " …" } else { "" };
    let list = pending.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ") + more;
    Finding::wrong(
        "database",
        format!("{database}，缺 {count} 步结构：{list}"),
        format!("{database} misses {count} steps of the schema: {list}"),
    )
    .mend("先备份，再运行 jishi migrate", "make a backup, then run jishi migrate")
}

fn broken(item: &'static str, failure: &Failure) -> Finding {
    let said = failure.to_string().trim_start_matches("error: ").trim_end().to_owned();
    Finding::wrong(item, said.clone(), said)
}

/// The database, which must be there: a doctor makes nothing.
async fn reach(settings: &Settings) -> Result<Db, Box<Finding>> {
    if let Some(file) = settings.database.strip_prefix("sqlite:")
        && !Path::new(file).exists()
    {
        let missing = Finding::wrong("database", format!("没有 {file}"), format!("there is no {file}"));
        return Err(Box::new(missing.mend("运行 jishi init 或 jishi migrate", "run jishi init or jishi migrate")));
    }
    if let Err(error) = db::reach(&settings.database).await {
        return Err(Box::new(unopened(settings, &error.into())));
    }
    opening::open(settings).await.map_err(|failure| Box::new(unopened(settings, &failure)))
}

/// A database that cannot be opened, with what helps for its kind.
fn unopened(settings: &Settings, failure: &Failure) -> Finding {
    let Some(file) = settings.database.strip_prefix("sqlite:") else {
        let said = failure.to_string();
        let reason = said.trim_end().rsplit_once("opened: ").map_or(said.as_str(), |(_, reason)| reason).to_owned();
        let zh = format!("连不上数据库：{reason}");
        return Finding::wrong("database", zh, format!("the database does not answer: {reason}")).mend(
            "检查 database 的地址、账号，以及数据库是否在运行；建库要用 LC_COLLATE 'C'",
            "check the address and account in database and that it runs; it is to be made with LC_COLLATE 'C'",
        );
    };
    let is_damaged = ["not a database", "malformed"].iter().any(|sign| failure.to_string().contains(sign));
    if !is_damaged {
        return broken("database", failure);
    }
    let (zh, en) =
        (format!("{file} 不是 SQLite 数据库，或已损坏"), format!("{file} is no SQLite database, or damaged"));
    Finding::wrong("database", zh, en).mend(
        "停止服务，把它移开，再用 jishi restore 从备份恢复",
        "stop serving, move it away, and put a backup back with jishi restore",
    )
}

async fn schema(db: &Db) -> Outcome<(String, Vec<String>)> {
    let version = health::version_unscoped(&mut db.read().await?).await?;
    Ok((version, db.pending(MIGRATIONS).await?.into_iter().map(|step| step.to_string()).collect()))
}

async fn all(app: &SharedApp) -> Outcome<Vec<Finding>> {
    let mut db = app.db.read().await?;
    let today = app.today();
    Ok(vec![
        vault(contacts::is_readable_unscoped(&mut db, app).await?),
        clock(app, health::last_event_unscoped(&mut db).await?),
        catalogue(app),
        calendar(app),
        answering(
            app,
            &health::offices_unscoped(&mut db, today).await?,
            &health::townships_unscoped(&mut db, &app.settings.region, today).await?,
        ),
        administrators(health::administrators_unscoped(&mut db, today).await?),
        posts(health::posts_in_ended_places_unscoped(&mut db, today).await?),
        villages(health::villages_unscoped(&mut db, &app.settings.region, today).await?),
        jobs(health::dead_jobs_unscoped(&mut db).await?),
        names(app, &health::names_unscoped(&mut db, today).await?),
    ])
}

/// Names that a printed sheet would show with a box in them, and which characters are missing.
fn names(app: &App, all: &[String]) -> Finding {
    let fonts = paper::fonts_of(&app.settings);
    let missing = |name: &String| {
        let missing: String = fonts.lacking([name.as_str()]).unwrap_or_default().into_iter().collect();
        (!missing.is_empty()).then(|| (name.clone(), missing))
    };
    let found: Vec<(String, String)> = all.iter().filter_map(missing).collect();
    if found.is_empty() || fonts.is_empty() {
        return Finding::ok("names", "单据上的人名、单位名、地名都印得出来", "every name can be printed on the sheets");
    }
    let named = |open: &str, close: &str| {
        let one = |(name, missing): &(String, String)| format!("{name}{open}{missing}{close}");
        found.iter().take(NAMED).map(one).collect::<Vec<_>>()
    };
    let (count, more) = (found.len(), if found.len() > NAMED { " …" } else { "" });
    Finding::look(
        "names",
        format!("{count} 个名称有印不出的字：{}{more}", named("（", "）").join("、")),
        format!("{count} names have characters that no font has: {}{more}", named(" (", ")").join(", ")),
    )
    .mend(
        format!("把有这些字的字体放进 {}，文件名以 fallback 开头", app.settings.fonts.display()),
        format!("put a font that has them into {}, its name beginning with fallback", app.settings.fonts.display()),
    )
}

fn vault(is_readable: Option<bool>) -> Finding {
    match is_readable {
        None => Finding::ok("vault", "还没有联系方式", "no contact details yet"),
        Some(true) => Finding::ok("vault", "主密钥打得开联系方式", "the master key opens the contact details"),
        Some(false) => Finding::wrong(
            "vault",
            "主密钥打不开联系方式：不是原来那一份",
            "the master key opens no contact detail: it is another one",
        )
        .mend(
            "停止服务，从安全的地方放回原来的主密钥",
            "stop serving, and put the old master key back from its safe place",
        ),
    }
}

fn clock(app: &App, last: Option<kernel::Instant>) -> Finding {
    let now = app.now();
    let shown = now.zoned(&app.settings.zone).strftime("%Y-%m-%d %H:%M %Z").to_string();
    if last.is_some_and(|last| last > now.plus_seconds(120)) {
        return Finding::wrong(
            "clock",
            format!("现在是 {shown}，早于已有的记录"),
            format!("it is {shown}, earlier than what was recorded"),
        )
        .mend("校准时钟（timedatectl）后再服务", "set the clock right (timedatectl) before serving");
    }
    Finding::ok("clock", format!("现在是 {shown}"), format!("it is {shown}"))
}

fn catalogue(app: &App) -> Finding {
    let catalogue = app.matters.catalogue();
    let (matters, duties) = (catalogue.all(&app.settings.region).len(), catalogue.duties().count());
    if matters == 0 {
        return Finding::wrong("catalogue", "没有事项清单", "there is no catalogue in force")
            .mend("运行 jishi catalog import", "run jishi catalog import");
    }
    Finding::ok(
        "catalogue",
        format!("{matters} 个事项，{duties} 种职责"),
        format!("{matters} matters, {duties} duties"),
    )
}

fn calendar(app: &App) -> Finding {
    let (calendar, today) = (app.calendar.get(), app.today());
    let this = today.year();
    if !calendar.is_published(this) {
        return Finding::wrong(
            "calendar",
            format!("没有 {this} 年的节假日，时限会算错"),
            format!("the holidays of {this} are missing; deadlines are wrong"),
        )
        .mend(
            "在“工作日历”导入，或更新程序后 jishi catalog import",
            "import them under Calendar, or update the program and run jishi catalog import",
        );
    }
    let next = this + 1;
    if calendar.is_published(next) {
        return Finding::ok(
            "calendar",
            format!("{this}、{next} 年的节假日都有"),
            format!("the holidays of {this} and {next} are known"),
        );
    }
    Finding::look("calendar", format!("{next} 年的节假日还没有"), format!("the holidays of {next} are not known yet"))
        .mend(
            "国务院办公厅每年 11 月前后公布，公布后导入",
            "they are published about November each year; import them then",
        )
}

/// Who would answer: every matter in force, in every township, must lead to some unit.
fn answering(app: &App, offices: &[Office], townships: &[RegionCode]) -> Finding {
    let mut missing: BTreeMap<&RegionCode, usize> = BTreeMap::new();
    let mut duties: BTreeMap<String, usize> = BTreeMap::new();
    let catalogue = app.matters.catalogue();
    for township in townships {
        for (matter, _) in catalogue.all(township) {
            if matter.lead.is_empty() || matter.lead.iter().any(|duty| has_office(duty, township, offices)) {
                continue;
            }
            *missing.entry(township).or_default() += 1;
            for duty in &matter.lead {
                *duties.entry(duty.duty.clone()).or_default() += 1;
            }
        }
    }
    if townships.is_empty() {
        return Finding::look(
            "units",
            "还没有乡镇（街道），看不出事项由谁承办",
            "there are no townships yet, so nobody can tell who would answer",
        )
        .mend(
            "导入地点：jishi regions import，或“迁入”工作簿",
            "bring places in: jishi regions import, or the workbook under Moving in",
        );
    }
    if missing.is_empty() {
        return Finding::ok(
            "units",
            format!("{} 个乡镇（街道）的事项都有单位承办", townships.len()),
            format!("in all {} townships every matter finds a unit", townships.len()),
        );
    }
    let mut most: Vec<(String, usize)> = duties.into_iter().collect();
    most.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    let names: Vec<_> = most.iter().take(NAMED).map(|(duty, _)| catalogue.duty_names(duty)).collect();
    let zh: Vec<&str> = names.iter().map(|name| name.in_lang(kernel::Lang::Zh)).collect();
    let en: Vec<&str> = names.iter().map(|name| name.in_lang(kernel::Lang::En)).collect();
    let places: Vec<String> = missing.keys().take(NAMED).map(|code| code.to_string()).collect();
    let (count, places) = (missing.len(), places.join(", "));
    Finding::look(
        "units",
        format!("{count} 个乡镇（街道）有事项无单位承办（{places}），多数缺职责：{}", zh.join("、")),
        format!("in {count} townships some matters find no unit ({places}); mostly the duties {}", en.join(", ")),
    )
    .mend("在“单位”里补上有这些职责的单位", "add units with these duties under Units")
}

/// Whether a duty of a lead chain has its unit for a township; one on a deeper level counts when it is somewhere in it.
fn has_office(duty: &Duty, township: &RegionCode, offices: &[Office]) -> bool {
    let wanted = township.at(duty.level);
    offices.iter().filter(|office| office.duty == duty.duty).any(|office| match &wanted {
        Some(place) => office.region == *place,
        None => duty.level > Level::Township && office.region.level() == duty.level && township.covers(&office.region),
    })
}

fn administrators(found: health::Administrators) -> Finding {
    let health::Administrators { system, security, audit, combined } = found;
    let (zh, en) = (
        format!("系统 {system}、安全 {security}、审计 {audit} 人"),
        format!("{system} system, {security} security, {audit} audit"),
    );
    if combined > 0 {
        return Finding::wrong(
            "administrators",
            format!("{combined} 人身兼两种管理员"),
            format!("{combined} people hold two administrators' roles"),
        )
        .mend("由安全管理员结束其中一个岗位", "let the security administrator end one of the posts");
    }
    if system.min(security).min(audit) == 0 {
        return Finding::wrong("administrators", zh, en).mend(
            "运行 jishi init，或 jishi user add，三种管理员要三个人",
            "run jishi init, or jishi user add; the three are three people",
        );
    }
    Finding::ok("administrators", zh, en)
}

fn posts(count: i64) -> Finding {
    if count == 0 {
        return Finding::ok("posts", "没有人在已撤销的地方任职", "nobody holds a post in a place that has ended");
    }
    Finding::look(
        "posts",
        format!("{count} 个岗位在已撤销的地方"),
        format!("{count} posts are in places that have ended"),
    )
    .mend(
        "在“人员、岗位”里结束，另授现有地方的岗位",
        "end them under People, posts, and give posts in places that are there",
    )
}

fn villages(found: health::Villages) -> Finding {
    let health::Villages { all, without_grid, without_boundary } = found;
    if all == 0 {
        return Finding::look("places", "还没有村（社区）", "there are no villages or communities yet")
            .mend("导入地点：jishi regions import", "bring places in: jishi regions import");
    }
    let (zh, en) = (
        format!("{all} 个村（社区）：{without_grid} 个没有网格，{without_boundary} 个没有边界"),
        format!("{all} villages: {without_grid} without a grid, {without_boundary} without a boundary"),
    );
    if without_grid + without_boundary == 0 {
        return Finding::ok("places", zh, en);
    }
    Finding::look("places", zh, en).mend(
        "没有边界也能用，只是不能按定位找网格：在“地点”导入或画地界；网格可用“迁入”工作簿",
        "it works without, but a position finds no grid: import or draw boundaries under Places; grids come by the workbook",
    )
}

fn jobs(dead: i64) -> Finding {
    if dead == 0 {
        return Finding::ok("jobs", "没有搁置的后台任务", "no background job was given up");
    }
    Finding::look(
        "jobs",
        format!("{dead} 个后台任务多次失败后搁置"),
        format!("{dead} background jobs were given up after many tries"),
    )
    .mend("看运行日志里的原因（job failed）", "look for the reason in the log (a job failed)")
}
