//! What happens with a whistle becomes messages: whoever is called is told at once, reminded before a limit, and told when it
//! is taken back; the county is told what was escalated to it. An emergency breaks the quiet hours.

use db::Conn;
use kernel::{Id, Level, Result};

use super::{
    super::{
        model::{Gateway, News},
        rules,
        store::NewMessage,
        texts::Params,
    },
    reach::{Audience, Reaching},
};
use crate::{
    modules::{
        App, SharedApp, people,
        whistles::{self, Told, Whistle, WhistleKind},
    },
    platform::{
        access::{Role, Unit},
        trail::Happened,
    },
};

/// The messages of one thing that happened with a whistle.
pub(super) async fn tell(app: &SharedApp, gateways: &[Gateway], event: &Happened) -> Result<Vec<NewMessage>> {
    let Ok(id) = event.object_id.parse::<Id<Whistle>>() else { return Ok(Vec::new()) };
    let mut db = app.db.read().await?;
    let told = whistles::told_unscoped(&mut db, app, id).await?;
    let Some(news) = rules::whistle_news(&event.kind) else { return Ok(Vec::new()) };
    if news != News::WhistleWithdrawn && !told.is_open {
        return Ok(Vec::new()); // it is over: nobody need come any more
    }
    let audience = match news {
        News::WhistleEscalated => county(&mut db, app, &told).await?,
        _ => Audience::of_units(&mut db, app, &units_of(event, &told)).await?,
    };
    let reaching = Reaching {
        app,
        gateways,
        seq: event.seq,
        case: None,
        region: told.place.at(Level::Township).unwrap_or_else(|| told.place.clone()),
        is_emergency: told.kind == WhistleKind::Emergency,
        params: Params {
            matter: Some(told.kind_names.clone()),
            place: told.place_names.clone(),
            due: Some(told.meets_at),
            page: Some(format!("/desk/whistles/{id}")),
            ..Params::default()
        },
    };
    reaching.staff(&mut db, news, &audience).await
}

/// The units an entry of the trail is about, as far as they still have to come; all of them where it names none.
fn units_of(event: &Happened, told: &Told) -> Vec<Id<Unit>> {
    let one = event.params.get("unit").into_iter();
    let more = event.params.get("units").and_then(|units| units.as_array()).into_iter().flatten();
    let named: Vec<Id<Unit>> = one.chain(more).filter_map(|unit| serde_json::from_value(unit.clone()).ok()).collect();
    told.called.iter().copied().filter(|unit| named.is_empty() || named.contains(unit)).collect()
}

/// 县（区）领导小组办公室 of the place.
async fn county(db: &mut Conn, app: &App, told: &Told) -> Result<Audience> {
    let Some(county) = told.place.at(Level::County) else { return Ok(Audience::default()) };
    let today = app.today();
    let office = people::find_unit_unscoped(db, "leading_group", Level::County, &county, today).await?;
    let people = people::holders_unscoped(db, Role::CountyOffice, &county, today).await?;
    Ok(Audience {
        units: office.map(|unit| (unit.id, county)).into_iter().collect(),
        people: people.into_iter().collect(),
    })
}
