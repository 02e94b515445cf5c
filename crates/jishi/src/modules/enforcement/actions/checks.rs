//! Checks entered, and struck when they were a mistake.

use db::Tx;
use kernel::{Code, Day, Error, Id, Instant, RegionCode, Result};
use serde_json::json;

use super::{Origin, number, officer, origin, own_place};
use crate::{
    modules::{
        SharedApp,
        enforcement::{
            model::{Check, CheckResult, CheckSource, Whistle},
            rules::{self, CheckDraft},
            store,
        },
        photos,
        register::{self, Item},
    },
    platform::{
        access::{Actor, Permission, Person},
        idempotency::{self, Key},
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// A check to be entered; whoever enters it is one of the two.
#[derive(Clone, Debug)]
pub struct NewCheck {
    /// The narrowest place.
    pub place: RegionCode,
    /// Where, in words.
    pub place_text: Option<String>,
    /// The thing of the register.
    pub thing: Option<Id<Item>>,
    /// Code of the delegated item.
    pub item: String,
    /// When; now if not said.
    pub checked_at: Option<Instant>,
    /// The other officer.
    pub second: Id<Person>,
    /// What came of it.
    pub result: CheckResult,
    /// What was found.
    pub words: String,
    /// Photos.
    pub photos: Vec<String>,
    /// By when it is mended.
    pub mend_by: Option<Day>,
    /// Number of the resident's case it follows.
    pub report: Option<String>,
    /// The whistle it follows.
    pub whistle: Option<Id<Whistle>>,
    /// The check it looks at again.
    pub recheck_of: Option<Id<Check>>,
}

impl NewCheck {
    fn source(&self, origin: &Origin) -> CheckSource {
        match (self.recheck_of, origin.report, self.whistle) {
            (Some(_), ..) => CheckSource::Recheck,
            (None, Some(_), _) => CheckSource::Report,
            (None, None, Some(_)) => CheckSource::Whistle,
            (None, None, None) => CheckSource::Patrol,
        }
    }
}

/// Enters a check.
///
/// # Errors
/// Field errors, among them `two_officers`, `no_certificate`, `item_not_delegated`; `check_filed` for one that was looked at
/// again already.
pub async fn check(app: &SharedApp, actor: &Actor, new: NewCheck, key: Key) -> Result<Id<Check>> {
    let scope = actor.require(Permission::EnforcementCheck)?;
    let (now, today) = (app.now(), app.today());
    let checked_at = new.checked_at.unwrap_or(now).min(now);
    let day = new.checked_at.unwrap_or(now).day(&app.settings.zone);
    let place_text = new.place_text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let draft = CheckDraft {
        place: &new.place,
        place_text: place_text.as_deref(),
        day,
        officers: (actor.person, new.second),
        result: new.result,
        words: &new.words,
        mend_by: new.mend_by,
    };
    rules::check_check(&draft, today)?;
    let words = rules::text("words", Some(&new.words), None)?;
    if app.enforcement.items().item(&new.item, &new.place, day).is_none() {
        return Err(Error::field("item", Code::ItemNotDelegated));
    }
    let mut db = app.db.read().await?;
    own_place(&mut db, app, &scope, &new.place).await?;
    let officers = [
        officer(&mut db, &new.place, day, ("officer", actor.person)).await?,
        officer(&mut db, &new.place, day, ("second", new.second)).await?,
    ];
    let follows = (new.report.as_deref(), new.whistle, new.thing);
    let origin = origin(&mut db, actor, &scope, &new.place, follows).await?;
    drop(db);
    let by = By::actor(actor, actor.acting(Permission::EnforcementCheck, Some(&new.place), None));
    let check = Check {
        id: Id::new(now, &app.chance),
        number: String::new(),
        place_text,
        thing: origin.thing,
        checked_at,
        officers,
        source: new.source(&origin),
        report: origin.report,
        whistle: origin.whistle,
        result: new.result,
        words,
        mend_by: new.mend_by,
        recheck_of: new.recheck_of,
        rechecked_by: None,
        case: None,
        case_number: None,
        struck: None,
        version: 1,
        place: new.place,
        item: new.item,
        photos: new.photos,
    };
    let write = async move |mut tx: Tx| {
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &check.id.to_string(), now).await? {
            return earlier.parse().map_err(Error::internal);
        }
        if let Some(earlier) = check.recheck_of {
            let held = store::lock_check(&mut tx, &scope, earlier).await?;
            if held.mend_by.is_none() || held.struck.is_some() || held.rechecked_by.is_some() {
                return Err(Error::new(Code::CheckFiled));
            }
            if held.item != check.item {
                return Err(Error::field("item", Code::UnknownValue).with("value", check.item.as_str()));
            }
        }
        let number = number(&mut tx, &check.place, day, "J").await?;
        let check = Check { number, ..check };
        store::insert_check(&mut tx, &check).await?;
        photos::attach_evidence(&mut tx, check.id, &check.photos).await?;
        if let Some(earlier) = check.recheck_of {
            store::mark_rechecked(&mut tx, earlier, check.id).await?;
        }
        if let Some(thing) = check.thing {
            let seen = register::Seen { on: day, is_well: check.result == CheckResult::Clear };
            register::touch_seen(&mut tx, thing, seen).await?;
        }
        let params = json!({"number": check.number, "item": check.item, "result": check.result});
        let (kind, object_id, place) = ("enforcement.checked", check.id.to_string(), Some(&check.place));
        trail::record(&mut tx, now, &by, Entry { kind, object_kind: "enforcement_check", object_id, place, params })
            .await?;
        Ok(check.id)
    };
    let made = app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(made)
}

/// Strikes a check that was entered by mistake, with the reason; it stays to be read. What it looked at again waits anew.
///
/// # Errors
/// `not_found`; `not_case_officer`; `check_filed` once something follows from it; `record_changed`.
pub async fn strike(app: &SharedApp, actor: &Actor, (id, seen): (Id<Check>, i64), words: &str, key: Key) -> Result<()> {
    let scope = actor.require(Permission::EnforcementCheck)?;
    let (now, words) = (app.now(), rules::text("words", Some(words), None)?);
    let (person, by) = (actor.person, By::actor(actor, actor.acting(Permission::EnforcementCheck, None, None)));
    let write = async move |mut tx: Tx| {
        let check = store::lock_check(&mut tx, &scope, id).await?;
        if idempotency::claim(&mut tx, &key, &id.to_string(), now).await?.is_some() {
            return Ok(());
        }
        if !check.officers.iter().any(|officer| officer.person == person) {
            return Err(Error::new(Code::NotCaseOfficer));
        }
        if check.case.is_some() || check.rechecked_by.is_some() || check.struck.is_some() {
            return Err(Error::new(Code::CheckFiled));
        }
        if !store::strike_check(&mut tx, id, seen, &words).await? {
            return Err(Error::new(Code::RecordChanged));
        }
        let (kind, object_id, place) = ("enforcement.check_struck", id.to_string(), Some(&check.place));
        let params = json!({"number": check.number});
        trail::record(&mut tx, now, &by, Entry { kind, object_kind: "enforcement_check", object_id, place, params })
            .await
    };
    app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(())
}
