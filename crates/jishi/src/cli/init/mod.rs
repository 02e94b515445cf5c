//! `jishi init`: a few questions, and an instance is ready to serve; asked again, it offers the present answers and changes
//! only what differs. Every question is an option too, for scripts.

mod administrators;
mod answers;
mod divisions;
mod file;
mod ground;
mod questions;

use std::path::{Path, PathBuf};

use clap::Args;
use kernel::{Chance, Clock, Lang, Names};

use self::{administrators::Welcomed, answers::Answers, questions::Questions};
use super::{
    failure::{Failure, Outcome},
    instance as opening,
    tongue::{Tongue, language},
};
use crate::{
    modules::{
        SharedApp, briefs, calendar, enforcement, indicators, links, matters, mediation, pleas, recurrence, regions,
        register, retention, signs, sources, supervision, verification, whistles,
    },
    platform::{access::Role, idempotency::Key, import::Writer, instance, schema::MIGRATIONS, settings::Settings},
};

/// The answers, as far as they are given on the command line.
#[derive(Debug, Default, Args)]
pub(super) struct InitOptions {
    /// Ask nothing: what is not given stays as it is, or is the usual
    #[arg(long)]
    yes: bool,
    /// The language; that of the terminal if left out
    #[arg(long, value_enum)]
    lang: Option<Tongue>,
    /// Division code of the place this instance serves, e.g. 140403
    #[arg(long)]
    region: Option<String>,
    /// The instance's name in Chinese
    #[arg(long)]
    name: Option<String>,
    /// The same in English
    #[arg(long)]
    name_en: Option<String>,
    /// Time zone, e.g. Asia/Shanghai
    #[arg(long)]
    time_zone: Option<String>,
    /// Close of business, e.g. 18:00
    #[arg(long)]
    close_of_business: Option<String>,
    /// Folder of everything kept on disk
    #[arg(long)]
    data: Option<String>,
    /// Database: sqlite:FILE or postgres://..; a file in the data folder if left out
    #[arg(long)]
    database: Option<String>,
    /// Address and port, e.g. 127.0.0.1:8080
    #[arg(long)]
    listen: Option<String>,
    /// Certificate (PEM)
    #[arg(long, requires = "tls_key")]
    tls_certificate: Option<String>,
    /// Its key (PEM)
    #[arg(long, requires = "tls_certificate")]
    tls_key: Option<String>,
    /// A trusted proxy in front speaks HTTPS
    #[arg(long, conflicts_with = "tls_certificate")]
    behind_proxy: bool,
    /// The system administrator: LOGIN or LOGIN:NAME
    #[arg(long, value_name = "LOGIN:NAME")]
    system: Option<String>,
    /// The security administrator
    #[arg(long, value_name = "LOGIN:NAME")]
    security: Option<String>,
    /// The audit administrator
    #[arg(long, value_name = "LOGIN:NAME")]
    audit: Option<String>,
}

/// Where the settings are written when nobody says.
pub(super) const FILE: &str = "jishi.toml";

/// Asks, writes the settings, makes what is missing, and says what comes next.
pub(super) async fn init(config: Option<PathBuf>, options: InitOptions) -> Outcome<()> {
    let (lang, file) = (language(options.lang), config.unwrap_or_else(|| PathBuf::from(FILE)));
    let mut questions = Questions::new(lang, options.yes);
    let present = file::present(&file)?;
    let before = present.region.clone();
    let answers = answers::answers(&mut questions, &options, present).await?;
    let draft = file::draft(&file, &answers)?;
    if let Some(why) = ground::belongs_to_another(&draft.settings, before.as_deref()).await? {
        return Err(Failure::because(why.in_lang(lang)));
    }
    let settings = draft.keep()?;
    tell(lang, &said(format!("设置：{}", file.display()), format!("settings: {}", file.display())));
    let app = prepare(lang, settings, &answers).await?;
    let (welcomed, missing) = administrators::administrators(&app, &mut questions, &options).await?;
    ended(lang, &app, &file, (&welcomed, &missing));
    app.db.close().await;
    Ok(())
}

fn said(zh: impl Into<String>, en: impl Into<String>) -> Names {
    Names::new(zh, en)
}

fn tell(lang: Lang, names: &Names) {
    println!("{}", names.in_lang(lang));
}

/// Folder, key, schema, catalogue, calendars, and the place itself: each made only where it is missing.
async fn prepare(lang: Lang, settings: Settings, answers: &Answers) -> Outcome<SharedApp> {
    opening::make_folder(&settings)?;
    let db = opening::open(&settings).await?;
    let applied = db.migrate(MIGRATIONS).await?.len();
    let key = instance::key_file(&settings);
    let had_key = key.exists();
    instance::keys_unscoped(&db, &settings, &Chance::system(), Clock::system().now()).await?;
    let app = opening::start(db, settings).await?;
    let matters = matters::actions::import_packaged(&app).await?;
    let years = calendar::import_packaged(&app).await?.len();
    sources::import_packaged(&app).await?;
    register::import_packaged(&app).await?;
    briefs::import_packaged(&app).await?;
    indicators::import_packaged(&app).await?;
    pleas::import_packaged(&app).await?;
    supervision::import_packaged(&app).await?;
    whistles::import_packaged(&app).await?;
    enforcement::import_packaged(&app).await?;
    mediation::import_packaged(&app).await?;
    signs::import_packaged(&app).await?;
    verification::import_packaged(&app).await?;
    retention::import_packaged(&app).await?;
    links::import_packaged(&app).await?;
    recurrence::import_packaged(&app).await?;
    app.refresh().await?;
    let is_new = place(&app, answers).await?;
    let (zh, en) = match is_new {
        true => ("，并记下了本地", ", and the place is on record"),
        false => ("", ""),
    };
    tell(
        lang,
        &said(
            format!("数据库：应用了 {applied} 步结构；目录 {matters} 份、日历 {years} 年{zh}"),
            format!(
                "database: {applied} steps of the schema, {matters} files of the catalogue, calendars of {years} years{en}"
            ),
        ),
    );
    let shown = key.display();
    tell(
        lang,
        &if had_key {
            said(format!("主密钥：沿用 {shown}"), format!("master key: {shown}, as it was"))
        } else {
            said(
                format!(
                    "主密钥：新建在 {shown}。请另存一份到安全的地方，不与数据放在一起；丢了它，联系方式再也打不开，回执也查不到诉求，谁也做不出第二把。存好后核对一次：jishi keys check --copy 文件"
                ),
                format!(
                    "master key: made at {shown}. Keep a copy in a safe place apart from the data: without it contact details stay closed for ever, receipts open nothing, and nobody can make another. Then check it: jishi keys check --copy FILE"
                ),
            )
        },
    );
    Ok(app)
}

/// The place the instance serves, where no file of places has named it yet.
async fn place(app: &SharedApp, answers: &Answers) -> Outcome<bool> {
    let code = app.settings.region.clone();
    if regions::names_unscoped(&mut app.db.read().await?, &code).await?.is_some() {
        return Ok(false);
    }
    let new = regions::NewPlace {
        code: code.clone(),
        kind: None,
        names: answers.names(),
        pinyin: None,
        lon: None,
        lat: None,
        valid_from: None,
        note: None,
    };
    let key =
        Key { actor: "platform".to_owned(), operation: "region.create", key: code.to_string(), body_hash: Vec::new() };
    regions::create(app, Writer::platform(), key, new).await?;
    Ok(true)
}

fn ended(lang: Lang, app: &SharedApp, file: &Path, (welcomed, missing): (&[Welcomed], &[Role])) {
    if !welcomed.is_empty() {
        println!();
        tell(
            lang,
            &said(
                "管理员的初始密码，只显示这一次，首次登录要改：",
                "First passwords of the administrators, shown this once, to be changed at the first log-in:",
            ),
        );
    }
    for Welcomed { founder, password } in welcomed {
        println!("  {:<16} {password}  {}", founder.login, founder.role.names().in_lang(lang));
    }
    if !missing.is_empty() {
        let names = |lang| missing.iter().map(|role| role.names().in_lang(lang).to_owned()).collect::<Vec<_>>();
        println!();
        tell(
            lang,
            &said(
                format!("还没有{}，平台还不能用起来：定下人选后再运行一次 jishi init", names(Lang::Zh).join("、")),
                format!(
                    "There is no {} yet, without whom nobody can work: run jishi init again when it is known who",
                    names(Lang::En).join(", no ")
                ),
            ),
        );
    }
    println!();
    let (file, listen) = (file.display(), app.settings.listen);
    tell(
        lang,
        &said(
            format!(
                "下一步：\n  1. jishi --config {file} regions import places.csv   导入乡镇、村（社区）\n  2. jishi --config {file} serve                       开始服务（{listen}）\n  3. 系统管理员登录 /desk，在“迁入”下载工作簿，填好单位、人员、网格后上传\n  有疑问：jishi --config {file} doctor"
            ),
            format!(
                "Next:\n  1. jishi --config {file} regions import places.csv   townships, villages, communities\n  2. jishi --config {file} serve                       serves on {listen}\n  3. The system administrator logs in at /desk, gets the workbook under Moving in, and brings units, people and grids\n  In doubt: jishi --config {file} doctor"
            ),
        ),
    );
}
