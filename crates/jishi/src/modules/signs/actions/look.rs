//! Looking for signs, once an hour: first what was filed since, behind a cursor on the trail; then, county by county, this
//! month and the one before. Looking twice finds the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use db::{Conn, Tx};
use kernel::{Day, Id, Instant, RegionCode, Result};
use serde_json::json;

use super::super::{
    model::{Evidence, Filed, Found, Sign, SignKind, SignState},
    rules::{self, Peers},
    store::{self, NewPrint},
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case},
        indicators::{self, Share},
        people, photos, regions,
    },
    platform::{
        access::Unit,
        trail::{self, By},
    },
};

const SUBSCRIBER: &str = "signs";

/// Looks; returns how many signs there are of the months looked at.
///
/// # Errors
/// `internal` when the database fails.
pub async fn look(app: &SharedApp) -> Result<usize> {
    photos::reckon_prints(app).await?;
    take_in(app).await?;
    let mut found = 0;
    let this = indicators::Rule::Month { from: 1 }.of(app.today());
    for county in counties(app).await? {
        for period in [this.before(), this] {
            found += of_county(app, &county, period).await?;
        }
    }
    Ok(found)
}

/// Counties of the instance; itself if it is one, or lies in one.
async fn counties(app: &App) -> Result<Vec<RegionCode>> {
    let mut db = app.db.read().await?;
    let mut places = vec![app.settings.region.clone()];
    let mut found = Vec::new();
    while let Some(place) = places.pop() {
        match place.at(kernel::Level::County) {
            Some(county) => found.push(county),
            None => {
                let within = regions::children_unscoped(&mut db, &place, app.today()).await?;
                places.extend(within.into_iter().map(|region| region.place.code));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Keeps what was filed since it was last looked.
async fn take_in(app: &SharedApp) -> Result<()> {
    trail::follow(&app.db, (SUBSCRIBER, &["case.result_filed"]), app.now(), async |page| {
        let ids = trail::objects(&page);
        keep(app, &ids).await?;
        Ok(ids.len())
    })
    .await?;
    Ok(())
}

async fn keep(app: &SharedApp, ids: &[Id<Case>]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let (results, prints) = read(app, ids).await?;
    if results.is_empty() {
        return Ok(());
    }
    app.db
        .write(async move |mut tx: Tx| {
            store::insert_results(&mut tx, &results).await?;
            store::insert_prints(&mut tx, &prints).await
        })
        .await
}

/// The results of some cases that are not kept yet, each with its unit and what its photos look like.
async fn read(app: &SharedApp, ids: &[Id<Case>]) -> Result<(Vec<(Filed, RegionCode)>, Vec<NewPrint>)> {
    let mut db = app.db.read().await?;
    let known = store::known_entries(&mut db, ids).await?;
    let cases: HashMap<Id<Case>, Case> =
        cases::some_unscoped(&mut db, ids).await?.into_iter().map(|case| (case.id, case)).collect();
    let said = cases::results_unscoped(&mut db, ids).await?;
    let shas: Vec<String> = said.iter().flat_map(|result| result.photos.iter().cloned()).collect();
    let looks = photos::prints_unscoped(&mut db, &shas).await?;
    let (mut results, mut prints) = (Vec::new(), Vec::new());
    for result in said.into_iter().filter(|result| !known.contains(&result.entry)) {
        let Some(case) = cases.get(&result.case) else { continue };
        let Some(county) = case.place.at(kernel::Level::County) else { continue };
        let Some(unit) = result.unit.or(case.lead_unit) else { continue };
        let rules = app.signs.at(&county)?;
        let filed = Filed {
            entry: result.entry,
            case: case.id,
            unit,
            at: result.at,
            // A deadline that was set anew since then says nothing of this result.
            due_at: case.due_at.filter(|_| case.result_at == Some(result.at)),
            words: rules::words_of(result.text.as_deref().unwrap_or_default(), rules.copied.0),
        };
        for sha in &result.photos {
            let print = looks.get(sha).copied().unwrap_or_default();
            prints.extend(rules::bands(print).into_iter().map(|(band, value)| NewPrint {
                filed: filed.clone(),
                county: county.clone(),
                sha: sha.clone(),
                print,
                band,
                value,
            }));
        }
        results.push((filed, county));
    }
    Ok((results, prints))
}

/// The signs of a county and a month, found and kept; returns how many there are.
async fn of_county(app: &SharedApp, county: &RegionCode, period: indicators::Period) -> Result<usize> {
    let found = find(app, county, period).await?;
    let count = found.len();
    let (shared, county) = (SharedApp::clone(app), county.clone());
    app.db
        .write(async move |mut tx: Tx| {
            let (from, to) = (period.first_day(), period.last_day());
            let known = store::existing(&mut tx, &county, from).await?;
            for sign in &known {
                let is_still = found.iter().any(|it| it.kind == sign.kind && it.unit == sign.unit);
                // What somebody looked at or answered stays on record.
                if !is_still && sign.looked_at.is_none() && sign.answered_at.is_none() {
                    store::forget(&mut tx, sign.id).await?;
                }
            }
            for it in &found {
                match known.iter().find(|sign| sign.kind == it.kind && sign.unit == it.unit) {
                    Some(sign) => again(&mut tx, sign, it).await?,
                    None => begin(&mut tx, &shared, &county, (from, to), it).await?,
                }
            }
            Ok(())
        })
        .await?;
    Ok(count)
}

async fn begin(tx: &mut Tx, app: &App, county: &RegionCode, (from_day, to_day): (Day, Day), it: &Found) -> Result<()> {
    let now = app.now();
    let sign = Sign {
        id: Id::new(now, &app.chance),
        kind: it.kind,
        unit: it.unit,
        county: county.clone(),
        from_day,
        to_day,
        counts: it.counts,
        state: SignState::New,
        found_at: now,
        looked_at: None,
        looked_by: None,
        looked_hits: None,
        words: None,
        answered_at: None,
        answer: None,
        version: 1,
    };
    store::insert(tx, &sign).await?;
    store::put_evidence(tx, sign.id, &it.evidence).await?;
    let entry = trail::Entry {
        kind: "sign.found",
        object_kind: "sign",
        object_id: sign.id.to_string(),
        place: Some(county),
        params: json!({"kind": it.kind, "unit": it.unit, "hits": it.counts.hits}),
    };
    trail::record(tx, now, &By::nobody(), entry).await
}

/// What was looked at is to be looked at again when there is more of it.
async fn again(tx: &mut Tx, sign: &Sign, it: &Found) -> Result<()> {
    if sign.counts == it.counts && store::evidence_of(tx, sign.id).await? == it.evidence {
        return Ok(());
    }
    let is_more = sign.looked_hits.is_some_and(|seen| it.counts.hits > seen);
    let state = if is_more { SignState::New } else { sign.state };
    store::update_counts(tx, sign.id, it.counts, state).await?;
    store::put_evidence(tx, sign.id, &it.evidence).await
}

async fn find(app: &App, county: &RegionCode, period: indicators::Period) -> Result<Vec<Found>> {
    let mut db = app.db.read().await?;
    let rules = app.signs.at(county)?;
    let midnight = |day: Day| day.at(jiff::civil::Time::midnight(), &app.settings.zone);
    let span: (Instant, Instant) = (midnight(period.first_day()), midnight(period.last_day().plus(1)));
    let results = store::filed_in(&mut db, county, span).await?;
    let pairs = store::pairs_in(&mut db, county, span, span.0.plus_days(-rules.same_photo.1)).await?;
    let assisted = indicators::share_by_unit_unscoped(&mut db, county, period, Share::Assisted).await?;
    let excluded = indicators::share_by_unit_unscoped(&mut db, county, period, Share::Excluded).await?;
    let units: BTreeSet<Id<Unit>> = results
        .iter()
        .map(|filed| filed.unit)
        .chain(assisted.keys().copied())
        .chain(excluded.keys().copied())
        .collect();
    let units: Vec<Id<Unit>> = units.into_iter().collect();
    let peers: Peers = people::units_unscoped(&mut db, &units)
        .await?
        .into_iter()
        .map(|(id, unit)| (id, unit.level.as_str().to_owned()))
        .collect();
    let mut found = rules::of_results(&results, &pairs, &peers, &rules);
    for (kind, share, shares) in
        [(SignKind::Assisted, Share::Assisted, assisted), (SignKind::Excluded, Share::Excluded, excluded)]
    {
        found.extend(shares_of(&mut db, app, county, (kind, share, period), &shares, &peers, &rules).await?);
    }
    Ok(found)
}

async fn shares_of(
    db: &mut Conn,
    app: &App,
    county: &RegionCode,
    (kind, share, period): (SignKind, Share, indicators::Period),
    shares: &BTreeMap<Id<Unit>, (i64, i64)>,
    peers: &Peers,
    rules: &super::super::model::Rules,
) -> Result<Vec<Found>> {
    let mut found = Vec::new();
    for (unit, counts) in rules::more_than_peers(shares, peers, rules) {
        let rows = indicators::cases_of_share_unscoped(db, county, period, share, unit).await?;
        let evidence = rows
            .into_iter()
            .map(|(case, day)| Evidence {
                case,
                at: day.at(jiff::civil::Time::midnight(), &app.settings.zone),
                entry: None,
                sha: None,
                beside: None,
            })
            .collect();
        found.push(Found { kind, unit, counts, evidence });
    }
    Ok(found)
}
