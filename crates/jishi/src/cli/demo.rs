//! The demo: a city of invented people on real places, ready to look at.

use std::net::SocketAddr;

use db::Db;
use kernel::{Chance, Clock, Lang, Names, RegionCode};
use rust_embed::{EmbeddedFile, RustEmbed};

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
        App, SharedApp, calendar, cases, disclosure, matters,
        patrols::{self, NewList, Rhythm},
        people, phrases, register, sources,
    },
    platform::{instance::keys_unscoped, schema::MIGRATIONS, settings::Settings},
};

/// The demo city: real places, invented units and people.
#[derive(RustEmbed)]
#[folder = "../../demo/changzhi"]
struct City;

/// 长治市
const CITY: &str = "1404";

/// The people of the demo city took office a season ago: its oldest cases were handled by them.
const SEASON_DAYS: i64 = 90;

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
    introduce(&app, &serve::address(&app, &listener)?).await?;
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
    play(db.clone(), settings.clone(), options.seed).await?;
    instance::start(db, settings).await
}

/// Loads the city and plays its cases, on an application of its own whose clock can be moved.
async fn play(db: Db, settings: Settings, seed: Option<u64>) -> Outcome<()> {
    let now = Clock::system().now();
    let keys = keys_unscoped(&mut db.read().await?, &settings, &Chance::system()).await?;
    let chance = seed.map_or_else(Chance::system, Chance::seeded);
    let stage = App::new(db, Clock::moved(now.plus_days(-SEASON_DAYS)), chance, keys, settings).await?;
    load(&stage).await?;
    stage.clock.set(now);
    stage.refresh().await?;
    let cases = cases::demo::fill(&stage, now).await?;
    println!("  cases: {cases} new");
    if cases > 0 {
        disclosure::fill_demo(&stage).await?;
        done("public ledger", None);
    }
    Ok(())
}

/// Brings everything in through the same doors as an office would; what is there already stays as it is.
async fn load(app: &SharedApp) -> Outcome<()> {
    matters::actions::import_packaged(app).await?;
    calendar::import_packaged(app).await?;
    sources::import_packaged(app).await?;
    register::import_packaged(app).await?;
    done("catalogue and calendars", None);
    done("places", Some(records::import_places(app, &"regions.csv", &city_file("regions.csv")?.data).await?));
    for name in ["counties", "townships", "villages", "grids"] {
        let name = format!("boundaries/{name}.geojson");
        done(&name, Some(records::import_boundaries(app, &name, &city_file(&name)?.data).await?));
    }
    done("units", Some(records::import_units(app, &"units.csv", &city_file("units.csv")?.data).await?));
    done("staff", Some(records::import_staff(app, &"staff.csv", &city_file("staff.csv")?.data).await?));
    app.refresh().await?;
    phrases::demo::fill(app).await?;
    done("phrases", None);
    done("register", Some(records::import_register(app, &"register.csv", &city_file("register.csv")?.data).await?));
    for list in patrols() {
        patrols::create_unscoped(app, list?).await?;
    }
    done("patrol lists", None);
    Ok(())
}

/// Two lists to tick: lamps of a grid every month, hydrants of the town every season.
fn patrols() -> [kernel::Result<NewList>; 2] {
    let list = |name: &str, region: &str, kinds: &[&str], rhythm, due_in| {
        let kinds = kinds.iter().map(|kind| (*kind).to_owned()).collect();
        Ok(NewList { name: name.to_owned(), region: RegionCode::parse(region)?, kinds, rhythm, due_in })
    };
    [
        list("路灯和井盖月巡", "140403003001", &["facilities.street-lamp", "facilities.manhole"], Rhythm::Monthly, 25),
        list("消火栓季查", "140404102", &["facilities.hydrant"], Rhythm::Season, 80),
    ]
}

fn done(what: &str, counts: Option<Counts>) {
    match counts {
        Some(Counts { inserted, changed, unchanged }) => {
            println!("  {what}: {inserted} new, {changed} changed, {unchanged} as they were");
        }
        None => println!("  {what}: in force"),
    }
}

fn city_file(name: &str) -> Outcome<EmbeddedFile> {
    City::get(name).ok_or_else(|| Failure::because(format!("{name} of the demo city is not in the program")))
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

/// Says where to look and as whom.
async fn introduce(app: &SharedApp, address: &str) -> Outcome<()> {
    println!();
    println!("  {}  {}", app.settings.name.zh(), app.settings.name.en().unwrap_or_default());
    println!("  居民 residents        {address}/");
    println!("  工作人员 staff        {address}/desk/");
    println!();
    println!("  人物、案件和网格边界均为虚构的演示数据，与真实的人和事无关。");
    println!("  People, cases and grid boundaries are invented for this demo; none is real.");
    println!("  一张回执 a receipt    {}", grouped(&cases::demo::receipt(0)));
    println!("  按 Ctrl-C 结束。Ctrl-C ends it.");
    println!();
    for persona in people::personas(app).await? {
        let (role, place) = (persona.role.names(), &persona.region.names);
        println!(
            "  {:<18} {}  {} · {}  {} · {}",
            persona.login,
            persona.name,
            role.zh(),
            place.zh(),
            role.in_lang(Lang::En),
            place.in_lang(Lang::En),
        );
    }
    println!();
    Ok(())
}

/// Sixteen digits in fours, as they stand on a slip.
fn grouped(receipt: &str) -> String {
    let digits: Vec<char> = receipt.chars().collect();
    digits.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
