//! A dispute is brought: who brings it, what it is about, who stands against whom.

use db::{Conn, Tx};
use kernel::{Code, Error, Id, Level, RegionCode, Result};
use serde_json::json;

use super::{acting, reckon, record};
use crate::{
    modules::{
        App, SharedApp,
        cases::{self, Case},
        mediation::{
            law::Limit,
            model::{Confirmation, Dispute, DisputeKind, DisputeSide, DisputeSource, DisputeState, Performance},
            rules::{Hand, LINE_MAX, Step, WORDS_MAX},
            store::{self, vault},
        },
        people, regions,
    },
    platform::{
        access::{Actor, Permission, Unit},
        idempotency::{self, Key},
        live::Topic,
        masking,
    },
};

/// What a unit that mediates is there for, as the catalogue's duties call it.
pub(in super::super) const DUTY: &str = "mediation";
/// Parties of one dispute at most.
const PARTIES_MAX: usize = 20;

/// A party to be.
#[derive(Clone, Debug)]
pub struct NewParty {
    /// On which side.
    pub side: DisputeSide,
    /// A person's or a body's name.
    pub name: String,
    /// A telephone.
    pub phone: Option<String>,
}

/// A dispute to be.
#[derive(Clone, Debug)]
pub struct NewDispute {
    /// Whose mediation it shall be.
    pub kind: DisputeKind,
    /// A code of the classes.
    pub class: String,
    /// Where.
    pub region: RegionCode,
    /// Where there, in words.
    pub place_text: Option<String>,
    /// How it came.
    pub source: DisputeSource,
    /// The number of the case it came from.
    pub case: Option<String>,
    /// The number it has elsewhere.
    pub elsewhere: Option<String>,
    /// What it is about.
    pub words: String,
    /// Who stands against whom.
    pub parties: Vec<NewParty>,
    /// That both sides want it: it is taken in at once.
    pub consents: Vec<DisputeSide>,
}

/// Takes a dispute down; taken in at once where both sides want it.
///
/// # Errors
/// Field errors; `no_centre` where nobody mediates for the place; `not_found` for a place that is not the actor's.
pub(in super::super) async fn take_in(
    app: &SharedApp,
    actor: &Actor,
    new: NewDispute,
    key: Key,
) -> Result<Id<Dispute>> {
    let scope = actor.require(Permission::MediationTakeIn)?;
    check(app, &new)?;
    if !scope.covers(&new.region) {
        return Err(Error::field("region", Code::NotFound));
    }
    let mut db = app.db.read().await?;
    if regions::standing_unscoped(&mut db, &new.region, app.today()).await?.as_ref() != Some(&new.region) {
        return Err(Error::field("region", Code::UnknownRegion));
    }
    let case = case_of(&mut db, actor, &new).await?;
    let centre = centre_of(&mut db, app, actor, &new.region).await?;
    drop(db);
    let names: Vec<_> = new.parties.iter().map(|party| (party.side, party.name.trim().to_owned())).collect();
    let names = vault::called(&names);
    let mut parties = Vec::with_capacity(new.parties.len());
    for party in &new.parties {
        let phone = party.phone.as_deref().and_then(masking::telephone);
        parties.push(vault::seal(app, party.side, party.name.trim(), phone.as_deref())?);
    }
    let dispute = made(app, &new, (case.as_ref().map(|case| case.id), centre), &names);
    let by = acting(actor, Hand::Centre, &dispute.place, Some(centre));
    let shared = SharedApp::clone(app);
    let write = async move |mut tx: Tx| {
        let app = &*shared;
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &dispute.id.to_string(), app.now()).await? {
            return earlier.parse().map_err(Error::internal);
        }
        let mut dispute = dispute;
        while !store::insert(&mut tx, &dispute).await? {
            dispute.number = number(app, &dispute.place);
        }
        for party in parties {
            vault::store(&mut tx, dispute.id, party).await?;
        }
        record(&mut tx, app, &by, (&dispute, "dispute.brought"), (json!({"source": dispute.source}), None)).await?;
        if !new.consents.is_empty() {
            let accept = Step::Accept { consents: new.consents.clone() };
            super::steps::take(&mut tx, app, &by, (&dispute, Hand::Centre), accept).await?;
        }
        Ok(dispute.id)
    };
    let id = app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(id)
}

fn made(app: &App, new: &NewDispute, (case, centre): (Option<Id<Case>>, Id<Unit>), names: &[vault::Called]) -> Dispute {
    let deadline = (new.kind == DisputeKind::Administrative).then(|| reckon(app, Limit::Decide.time(), app.now()));
    let kept = |words: &Option<String>| {
        words.as_deref().map(str::trim).filter(|words| !words.is_empty()).map(|words| vault::masked(words, names))
    };
    Dispute {
        id: Id::new(app.now(), &app.chance),
        number: number(app, &new.region),
        kind: new.kind,
        class: new.class.clone(),
        state: DisputeState::Applied,
        outcome: None,
        centre,
        place: new.region.at(Level::Grid).unwrap_or_else(|| new.region.clone()),
        place_text: kept(&new.place_text),
        source: new.source,
        case,
        elsewhere: kept(&new.elsewhere),
        words: vault::masked(&new.words, names),
        mediator: None,
        one_agreed: false,
        other_agreed: false,
        applied_at: app.now(),
        is_prolonged: false,
        accepted_at: None,
        accepted_on: None,
        due_at: deadline.as_ref().map(|deadline| deadline.due_at),
        deadline,
        agreement: None,
        performance: Performance::None,
        confirmation: Confirmation::None,
        ending: None,
        ended_at: None,
        version: 1,
    }
}

/// E.g. `140403-J261127-48213`: county, day, five digits by chance, so that no number gives a volume away.
fn number(app: &App, place: &RegionCode) -> String {
    let county = place.at(Level::County).unwrap_or_else(|| place.clone());
    let day = app.today().date().strftime("%y%m%d").to_string();
    format!("{county}-J{day}-{:05}", app.chance.below(100_000))
}

fn check(app: &App, new: &NewDispute) -> Result<()> {
    use super::super::rules::{needed, short};
    let mut found = vec![
        needed("words", &new.words, WORDS_MAX),
        short("place_text", new.place_text.as_deref(), LINE_MAX),
        short("elsewhere", new.elsewhere.as_deref(), LINE_MAX),
    ];
    if !app.disputes.all().iter().any(|class| class.code == new.class) {
        found.push(Err(Error::field("class", Code::UnknownValue).with("value", new.class.as_str())));
    }
    if new.region.level() < Level::County {
        found.push(Err(Error::field("region", Code::PlaceTooWide)));
    }
    let has = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    match new.source {
        DisputeSource::Case if !has(&new.case) => found.push(Err(Error::field("case", Code::Required))),
        // What another body handed over is known there by its number, and only by it.
        DisputeSource::Court | DisputeSource::Transferred if !has(&new.elsewhere) => {
            found.push(Err(Error::field("elsewhere", Code::Required)));
        }
        _ => {}
    }
    let on = |side| new.parties.iter().any(|party| party.side == side);
    if !on(DisputeSide::One) || !on(DisputeSide::Other) {
        found.push(Err(Error::field("parties", Code::TwoSides)));
    }
    if new.parties.len() > PARTIES_MAX {
        let max = i64::try_from(PARTIES_MAX).unwrap_or(i64::MAX);
        found.push(Err(Error::field("parties", Code::OutOfRange).with("min", 2).with("max", max)));
    }
    for (at, party) in new.parties.iter().enumerate() {
        found.push(needed(&format!("parties.{at}.name"), &party.name, LINE_MAX));
        let phone = party.phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty());
        if phone.is_some_and(|phone| masking::telephone(phone).is_none()) {
            found.push(Err(Error::field(format!("parties.{at}.phone"), Code::BadPhone)));
        }
    }
    if !new.consents.is_empty()
        && [DisputeSide::One, DisputeSide::Other].iter().any(|side| !new.consents.contains(side))
    {
        found.push(Err(Error::field("consents", Code::ConsentNeeded)));
    }
    found.into_iter().filter_map(Result::err).reduce(Error::and).map_or(Ok(()), Err)
}

/// The case it came from, within what the actor sees of cases.
async fn case_of(db: &mut Conn, actor: &Actor, new: &NewDispute) -> Result<Option<Case>> {
    let number = new.case.as_deref().map(str::trim).filter(|number| !number.is_empty());
    let (DisputeSource::Case, Some(number)) = (new.source, number) else { return Ok(None) };
    let scope = actor.require(Permission::CaseRead)?;
    let case = cases::by_number(db, &scope, number).await?;
    case.map(Some).ok_or_else(|| Error::field("case", Code::NotFound))
}

/// The centre that takes it in: that of the actor's post, or the nearest one for the place.
async fn centre_of(db: &mut Conn, app: &App, actor: &Actor, place: &RegionCode) -> Result<Id<Unit>> {
    let post = actor.acting(Permission::MediationTakeIn, Some(place), None);
    if let Some(unit) = post.and_then(|post| post.unit)
        && people::unit_record_unscoped(db, unit).await?.is_some_and(|unit| unit.duty == DUTY)
    {
        return Ok(unit);
    }
    for level in [Level::Village, Level::Township, Level::County] {
        if let Some(unit) = people::find_unit_unscoped(db, DUTY, level, place, app.today()).await? {
            return Ok(unit.id);
        }
    }
    Err(Error::field("region", Code::NoCentre))
}
