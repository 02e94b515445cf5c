//! The demo: a city of invented people on real places, ready to look at.

use std::net::SocketAddr;

use db::Db;
use kernel::{Chance, Clock, Names, RegionCode};

use super::{
    DemoOptions,
    failure::{Failure, Outcome},
    instance,
    records::{self, Counts},
    serve,
};
use crate::{
    http::assets,
    modules::{
        App, SharedApp, briefs, calendar, cases, demo, disclosure, enforcement, indicators, links, matters, mediation,
        neighbours, objections, patrols, phrases, pleas, recurrence, redrawing, register, retention, signs, sources,
        supervision, verification, visits, whistles,
    },
    platform::{instance::keys_unscoped, schema::MIGRATIONS, settings::Settings},
};

/// 长治市
const CITY: &str = "1404";

/// The seed of the season that everybody sees who gives no other.
const SEED: u64 = 1404;

/// Prepares the demo city and serves it. Every step may be repeated: what is there already stays.
pub(super) async fn demo(options: DemoOptions) -> Outcome<()> {
    if !options.no_serve && !assets::is_built() {
        return Err(Failure::because(serve::CLIENT_MISSING));
    }
    let app = prepare(&options).await?;
    if options.no_serve {
        println!("the demo is ready in {}", app.settings.data.display());
        app.db.close().await;
        return Ok(());
    }
    let (signals, listener) = (serve::Signals::listen()?, serve::listen(app.settings.listen)?);
    introduce(&app, &serve::address(&app, &listener)?)?;
    serve::run(app, listener, signals).await
}

async fn prepare(options: &DemoOptions) -> Outcome<SharedApp> {
    let settings = settings(options)?;
    instance::make_folder(&settings)?;
    let db = instance::open(&settings).await?;
    db.migrate(MIGRATIONS).await.map_err(|error| {
        Failure::because(format!(
            "{}; the demo's data are of another version: remove {} and start again",
            error.cause().unwrap_or_default(),
            options.data.display()
        ))
    })?;
    play(db.clone(), settings.clone(), options).await?;
    instance::start(db, settings).await
}

/// Loads the city and plays a season of its work, on an application of its own whose clock can be moved. The people of the
/// demo city took office before it: its oldest cases were handled by them.
async fn play(db: Db, settings: Settings, options: &DemoOptions) -> Outcome<()> {
    let now = Clock::system().now();
    let keys = keys_unscoped(&db, &settings, &Chance::system(), Clock::system().now()).await?;
    let chance = options.seed.map_or_else(Chance::system, Chance::seeded);
    let stage = App::new(db, Clock::moved(now.plus_days(-demo::SEASON_DAYS - 1)), chance, keys, settings).await?;
    load(&stage).await?;
    stage.clock.set(now);
    stage.refresh().await?;
    let played = demo::fill(&stage, options.seed.unwrap_or(SEED), options.cases, now).await?;
    println!("  invented work: {} cases, {} steps", played.stories, played.steps);
    for broken in &played.broken {
        println!("  broken off: {broken}");
    }
    if played.stories > 0 {
        pleas::demo::fill(&stage).await?;
        done("requests and decisions", None);
        supervision::demo::fill(&stage).await?;
        done("supervision", None);
        println!("  whistles: {}", whistles::demo::fill(&stage, now).await?);
        println!("  patrol rounds: {} things looked at", patrols::demo::fill(&stage, now).await?);
        println!("  projects of neighbours: {}", neighbours::demo::fill(&stage, now).await?);
        println!("  visits: {}", visits::demo::fill(&stage, now).await?);
        println!("  objections to openings: {}", objections::demo::fill(&stage, now).await?);
        println!("  details erased early: {} residents", retention::demo::fill(&stage, now).await?);
        println!("  reports about offices: {}", cases::demo::about_offices(&stage, now).await?);
        disclosure::fill_demo(&stage, &demo::abouts()?).await?;
        done("public ledger", None);
        mediation::fill_demo(&stage).await?;
        done("disputes", None);
        recurrence::fill_demo(&stage).await?;
        done("topics", None);
    }
    enforcement::demo::fill(&stage, now).await?;
    done("enforcement", None);
    println!("  a border redrawn and taken back: {}", redrawing::demo::fill(&stage, now).await?);
    // What is there already is followed as it happens, as everywhere.
    if played.stories > 0 {
        indicators::rebuild(&stage).await?;
        done("indicators", None);
        signs::look(&stage).await?;
        done("signs", None);
    }
    Ok(())
}

/// Brings everything in through the same doors as an office would; what is there already stays as it is.
async fn load(app: &SharedApp) -> Outcome<()> {
    matters::actions::import_packaged(app).await?;
    calendar::import_packaged(app).await?;
    sources::import_packaged(app).await?;
    register::import_packaged(app).await?;
    briefs::import_packaged(app).await?;
    indicators::import_packaged(app).await?;
    pleas::import_packaged(app).await?;
    supervision::import_packaged(app).await?;
    whistles::import_packaged(app).await?;
    enforcement::import_packaged(app).await?;
    mediation::import_packaged(app).await?;
    signs::import_packaged(app).await?;
    verification::import_packaged(app).await?;
    retention::import_packaged(app).await?;
    links::import_packaged(app).await?;
    recurrence::import_packaged(app).await?;
    done("catalogue and calendars", None);
    done("places", Some(records::import_places(app, &"regions.csv", &demo::file("regions.csv")?).await?));
    for name in ["counties", "townships", "villages", "grids"] {
        let name = format!("boundaries/{name}.geojson");
        done(&name, Some(records::import_boundaries(app, &name, &demo::file(&name)?).await?));
    }
    done("units", Some(records::import_units(app, &"units.csv", &demo::file("units.csv")?).await?));
    done("staff", Some(records::import_staff(app, &"staff.csv", &demo::file("staff.csv")?).await?));
    app.refresh().await?;
    phrases::demo::fill(app).await?;
    done("phrases", None);
    done("register", Some(records::import_register(app, &"register.csv", &demo::file("register.csv")?).await?));
    patrols::demo::lists(app).await?;
    done("patrol lists", None);
    Ok(())
}

fn done(what: &str, counts: Option<Counts>) {
    match counts {
        Some(Counts { inserted, changed, unchanged }) => {
            println!("  {what}: {inserted} new, {changed} changed, {unchanged} as they were");
        }
        None => println!("  {what}: in force"),
    }
}

fn settings(options: &DemoOptions) -> Outcome<Settings> {
    let city = RegionCode::parse(CITY)?;
    let mut settings = Settings::in_folder(options.data.clone(), city);
    settings.name = Names::new("长治市基层治理平台（演示）", "Changzhi grassroots governance (demo)");
    settings.listen = SocketAddr::from(([127, 0, 0, 1], options.port));
    settings.is_demo = true;
    if let Some(database) = &options.database {
        settings.database.clone_from(database);
    }
    Ok(settings)
}

/// Says where to look, and how to be shown around.
fn introduce(app: &SharedApp, address: &str) -> Outcome<()> {
    println!();
    println!("  {}  {}", app.settings.name.zh(), app.settings.name.en().unwrap_or_default());
    println!("  居民 residents        {address}/");
    println!("  工作人员 staff        {address}/desk/");
    println!();
    println!("  人物、案件和网格边界均为虚构的演示数据，与真实的人和事无关。");
    println!("  People, cases and grid boundaries are invented for this demo; none is real.");
    println!("  一张回执 a receipt    {}", grouped(&demo::receipt()));
    println!("  按 Ctrl-C 结束。Ctrl-C ends it.");
    println!();
    println!("  五条导览 five tours, five minutes each; begin at {address}/desk/login");
    for tour in demo::tours()? {
        println!("    {}", tour.name.zh());
        println!("    {}", tour.name.en().unwrap_or_default());
    }
    println!();
    Ok(())
}

/// Sixteen digits in fours, as they stand on a slip.
fn grouped(receipt: &str) -> String {
    let digits: Vec<char> = receipt.chars().collect();
    digits.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
