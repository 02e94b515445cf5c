//! Taking a redrawing back, or trying it: the way there turned round, in one transaction.

use std::{collections::HashMap, sync::Arc};

use db::{Conn, Tx};
use kernel::{Code, Error, Id, Lang, Names, RegionCode, Result};

use super::{
    super::{
        past::{Kept, Past, Staying, StayingKind, TakenBack},
        store,
    },
    told,
};
use crate::{
    modules::{
        App, SharedApp, cases,
        people::{self, SentBack},
        regions::{self, Along, Ended, Redrawn, RegionRef},
        register,
    },
    platform::{
        access::{Actor, Permission},
        idempotency,
        import::{Mode, Writer},
        live::Topic,
    },
};

/// Names told of what stays or stands in the way; the rest is counted.
const TOLD: usize = 20;

/// Takes a redrawing back, or says what that would do and what stands in its way.
///
/// # Errors
/// `forbidden`; `not_found` outside the actor's places; `redrawing_taken_back`; `redrawing_in_use` with what stands in the
/// way, where it is no trial; `too_many_cases`.
pub async fn take_back(app: &SharedApp, actor: &Actor, id: Id<Past>, mode: Mode) -> Result<TakenBack> {
    let writer = Writer::staff(actor, Permission::RegionEdit)?;
    let (shared, name) = (Arc::clone(app), Names::zh_only(actor.name.clone()));
    match mode {
        Mode::Dry => {
            let rehearse = async move |mut tx: Tx| carry_back(&mut tx, &shared, (&writer, &name), id).await;
            app.db.rehearse(rehearse).await
        }
        Mode::Write(key) => {
            let write = async move |mut tx: Tx| {
                if let Some(earlier) = idempotency::claim(&mut tx, &key, "", shared.now()).await? {
                    return serde_json::from_str(&earlier).map_err(Error::internal);
                }
                let done = carry_back(&mut tx, &shared, (&writer, &name), id).await?;
                if !done.obstacles.is_empty() {
                    return Err(Error::new(Code::RedrawingInUse).with("uses", joined(&done.obstacles)));
                }
                let told = serde_json::to_string(&done).map_err(Error::internal)?;
                idempotency::conclude(&mut tx, &key, &told).await?;
                Ok(done)
            };
            let done = app.db.write(write).await?;
            regions::refresh(app).await?;
            app.live.hint(Topic::Records);
            app.live.hint(Topic::Cases);
            Ok(done)
        }
    }
}

async fn carry_back(tx: &mut Tx, app: &App, (writer, name): (&Writer, &Names), id: Id<Past>) -> Result<TakenBack> {
    let (past, kept) = store::lock(tx, writer.scope.as_ref(), id).await?;
    if past.undone_at.is_some() {
        return Err(Error::new(Code::RedrawingTakenBack));
    }
    let at = (app.now(), app.today());
    let mut done = TakenBack { obstacles: later(tx, app, &past, &kept).await?, ..TakenBack::default() };
    if done.obstacles.is_empty() {
        done.obstacles = regions::obstacles_unscoped(tx, &kept.places, at.1).await?;
        done.obstacles.truncate(TOLD);
    }
    if !done.obstacles.is_empty() {
        return Ok(done);
    }
    let Kept { places, people: gone, steps } = kept;
    let along: HashMap<RegionCode, Along> = steps.into_iter().map(|step| (step.parent, step.along)).collect();
    let all = regions::restore_in(tx, writer, (&past.region, &places, along), at).await?;
    let over = over(&places, &all);
    let sent = people::send_back_in(tx, &writer.by, (&gone, &over), at, &app.chance).await?;
    take_over(&mut done, sent);
    for redrawn in all {
        follow(tx, app, (writer, name), redrawn, &mut done).await?;
    }
    done.restored = places.ended.iter().map(|ended| ended.place.clone()).collect();
    done.ended = places.begun.iter().map(|begun| begun.place.clone()).collect();
    store::mark_undone(tx, id, writer.by.person, at.0).await?;
    Ok(done)
}

/// Later redrawings of the same ground, or of what lies in it or above it.
async fn later(db: &mut Conn, app: &App, past: &Past, kept: &Kept) -> Result<Vec<Names>> {
    let own = kept.places.places();
    let mut told = Vec::new();
    for later in store::later_unscoped(db, past).await? {
        let Some(place) = meeting(&own, &later.places) else { continue };
        let when = later.at.zoned(&app.settings.zone).strftime("%Y-%m-%d %H:%M").to_string();
        let called = regions::names_unscoped(db, &place).await?.unwrap_or_else(|| Names::zh_only(place.as_str()));
        told.push(Names::new(
            format!("“{}”在 {when} 又重划过，请先撤回那一次", called.zh()),
            format!("{} was redrawn again at {when}; take that back first", called.in_lang(Lang::En)),
        ));
    }
    told.truncate(TOLD);
    Ok(told)
}

/// The first place of the later ones that is, holds or lies in one of these.
fn meeting(own: &[RegionCode], later: &[RegionCode]) -> Option<RegionCode> {
    let meets = |place: &&RegionCode| own.iter().any(|own| own.covers(place) || place.covers(own));
    later.iter().find(meets).cloned()
}

/// The places that end, each with what takes over from it.
fn over(places: &regions::Journal, all: &[Redrawn]) -> Vec<(RegionRef, Option<Ended>)> {
    let ends: Vec<&Ended> = all.iter().flat_map(|redrawn| &redrawn.ended).collect();
    let end = |place: &RegionRef| ends.iter().find(|end| end.place.code == place.code).map(|end| (*end).clone());
    places.begun.iter().map(|begun| (begun.place.clone(), end(&begun.place))).collect()
}

async fn follow(
    tx: &mut Tx,
    app: &App,
    (writer, name): (&Writer, &Names),
    redrawn: Redrawn,
    done: &mut TakenBack,
) -> Result<()> {
    let items = register::follow_in(tx, app, &writer.by, &redrawn).await?;
    done.items += items.items;
    stays(&mut done.stays, StayingKind::Items, items.kept.into_iter().map(Names::zh_only));
    let cases = cases::follow_in(tx, app, (&writer.by, name), &redrawn).await?;
    done.cases.extend(told(tx, cases.moved).await?);
    done.began_there += cases.began_there;
    stays(&mut done.stays, StayingKind::Cases, cases.kept.into_iter().map(Names::zh_only));
    let stranded = cases.stranded.iter().map(|number| {
        Names::new(
            format!("工单 {number} 在新设的地方，撤销后没有地方可去，请先改它的地点"),
            format!("case {number} lies in a new place and nothing takes over from it; change its place first"),
        )
    });
    let lying = items.stranded.iter().map(|name| {
        Names::new(
            format!("台账“{name}”在新设的地方，撤销后没有地方可去"),
            format!("{name} of the register lies in a new place and nothing takes over from it"),
        )
    });
    done.obstacles.extend(stranded.chain(lying).take(TOLD));
    let standing = redrawn.spots_left.iter().map(|label| {
        Names::new(
            format!("标牌“{}”立在新设的地方，撤销后没有地方可去", label.zh()),
            format!("the sign {} stands in a new place and nothing takes over from it", label.in_lang(Lang::En)),
        )
    });
    done.obstacles.extend(standing.take(TOLD));
    stays(&mut done.stays, StayingKind::Signs, redrawn.spots_kept.iter().cloned());
    done.changed.extend(redrawn.changed);
    done.spots.extend(redrawn.spots);
    Ok(())
}

fn take_over(done: &mut TakenBack, sent: SentBack) {
    done.posts = sent.followed.posts;
    done.units = sent.followed.units;
    stays(&mut done.stays, StayingKind::Posts, sent.kept.into_iter());
    done.obstacles.extend(sent.stranded.into_iter().take(TOLD));
}

fn stays(all: &mut Vec<Staying>, kind: StayingKind, names: impl Iterator<Item = Names>) {
    for name in names {
        let index = all.iter().position(|known| known.kind == kind).unwrap_or_else(|| {
            all.push(Staying { kind, count: 0, names: Vec::new() });
            all.len() - 1
        });
        let Some(known) = all.get_mut(index) else { continue };
        known.count += 1;
        if known.names.len() < TOLD {
            known.names.push(name);
        }
    }
}

fn joined(uses: &[Names]) -> Names {
    let join = |lang: Lang, comma: &str| uses.iter().map(|use_| use_.in_lang(lang)).collect::<Vec<_>>().join(comma);
    Names::new(join(Lang::Zh, "；"), join(Lang::En, "; "))
}
