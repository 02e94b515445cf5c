//! 立案: a case filed from a check, from a resident's case or from a whistle.

use db::Tx;
use kernel::{Code, Error, Id, RegionCode, Result};
use serde_json::json;

use super::{number, officer, origin, own_place, party::seal_party, steps::reckon_due};
use crate::{
    modules::{
        SharedApp,
        enforcement::{
            model::{Case, CaseSource, CaseStatus, Check, PartyKind, PublicityState, Record, StepTaken, Whistle},
            rules::{self, CaseDraft},
            store,
        },
        register::Item,
    },
    platform::{
        access::{Actor, Permission, Person},
        idempotency::{self, Key},
        live::Topic,
        trail::{self, By, Entry},
    },
};

/// A case to be filed; whoever files it is one of the two officers.
#[derive(Clone, Debug)]
pub struct NewCase {
    /// The narrowest place.
    pub place: RegionCode,
    /// Where, in words.
    pub place_text: Option<String>,
    /// The thing of the register.
    pub thing: Option<Id<Item>>,
    /// Code of the delegated item.
    pub item: String,
    /// The other officer.
    pub second: Id<Person>,
    /// What it is about.
    pub cause: String,
    /// What the party is.
    pub party_kind: PartyKind,
    /// Its name.
    pub party_name: String,
    /// Its telephone.
    pub party_phone: Option<String>,
    /// Its address.
    pub party_address: Option<String>,
    /// The check it comes from.
    pub check: Option<Id<Check>>,
    /// Number of the resident's case it comes from.
    pub report: Option<String>,
    /// The whistle it comes from.
    pub whistle: Option<Id<Whistle>>,
}

fn some(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// Files a case.
///
/// # Errors
/// Field errors, among them `two_officers`, `no_certificate`, `item_not_delegated`; `required` on `check` where it comes from
/// nothing; `check_filed`.
pub async fn file(app: &SharedApp, actor: &Actor, new: NewCase, key: Key) -> Result<Id<Case>> {
    let scope = actor.require(Permission::EnforcementCheck)?;
    let (now, today) = (app.now(), app.today());
    let draft = CaseDraft {
        place: &new.place,
        place_text: some(new.place_text.as_ref()),
        officers: (actor.person, new.second),
        cause: &new.cause,
        party_kind: new.party_kind,
        party_name: &new.party_name,
        party_phone: some(new.party_phone.as_ref()),
        party_address: some(new.party_address.as_ref()),
    };
    rules::check_case(&draft)?;
    let name = new.party_name.trim();
    let private = (new.party_kind == PartyKind::Person).then_some(name);
    let cause = rules::text("cause", Some(&new.cause), private)?;
    let item = app.enforcement.items().item(&new.item, &new.place, today);
    let kept = item.ok_or_else(|| Error::field("item", Code::ItemNotDelegated))?.kept();
    let mut db = app.db.read().await?;
    own_place(&mut db, app, &scope, &new.place).await?;
    let officers = [
        officer(&mut db, &new.place, today, ("officer", actor.person)).await?,
        officer(&mut db, &new.place, today, ("second", new.second)).await?,
    ];
    let follows = (new.report.as_deref(), new.whistle, new.thing);
    let origin = origin(&mut db, actor, &scope, &new.place, follows).await?;
    let source = match (new.check, origin.report, new.whistle) {
        (Some(_), ..) => CaseSource::Check,
        (None, Some(_), _) => CaseSource::Report,
        (None, None, Some(_)) => CaseSource::Whistle,
        (None, None, None) => return Err(Error::field("check", Code::Required)),
    };
    drop(db);
    let id = Id::new(now, &app.chance);
    let sealed = seal_party(app, id, &draft)?;
    let mut case = Case {
        id,
        number: String::new(),
        place_text: draft.place_text.map(str::to_owned),
        thing: origin.thing,
        kept,
        officers,
        source,
        check: new.check,
        report: origin.report,
        whistle: origin.whistle,
        cause,
        party_kind: new.party_kind,
        party_name: (new.party_kind == PartyKind::Organisation).then(|| name.to_owned()),
        filed_at: now,
        status: CaseStatus::Investigating,
        closed_how: None,
        closed_at: None,
        record: Record::default(),
        due_at: None,
        due_what: None,
        publicity: PublicityState::None,
        version: 1,
        place: new.place.clone(),
    };
    reckon_due(app, &mut case);
    let (person, step): (Id<Person>, Id<StepTaken>) = (actor.person, Id::new(now, &app.chance));
    let by = By::actor(actor, actor.acting(Permission::EnforcementCheck, Some(&case.place), None));
    let write = async move |mut tx: Tx| {
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &id.to_string(), now).await? {
            return earlier.parse().map_err(Error::internal);
        }
        if let Some(check) = case.check {
            // Whoever files from the same check at the same moment waits here.
            let check = store::lock_check(&mut tx, &scope, check).await?;
            from_check(&check, &case.place)?;
            // What a whistle led to is found from it, by the check in between too.
            case.whistle = case.whistle.or(check.whistle);
        }
        case.number = number(&mut tx, &case.place, today, "A").await?;
        if !store::insert_case(&mut tx, &case).await? {
            return Err(Error::new(Code::CheckFiled));
        }
        for detail in &sealed {
            store::put_party(&mut tx, id, detail).await?;
        }
        store::add_step(&mut tx, (step, id), (now, "file", person), (Some(&case.cause), json!({}))).await?;
        let params = json!({"number": case.number, "item": case.kept.code, "source": case.source});
        let (kind, object_id, place) = ("enforcement.filed", id.to_string(), Some(&case.place));
        trail::record(&mut tx, now, &by, Entry { kind, object_kind: "enforcement_case", object_id, place, params })
            .await?;
        Ok(id)
    };
    let made = app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(made)
}

/// A case comes once from a check that stands, in the same township.
fn from_check(check: &Check, place: &RegionCode) -> Result<()> {
    if check.case.is_some() || check.struck.is_some() || check.rechecked_by.is_some() {
        return Err(Error::new(Code::CheckFiled));
    }
    let township = kernel::Level::Township;
    if check.place.at(township) == place.at(township) {
        Ok(())
    } else {
        Err(Error::field("place", Code::CheckElsewhere))
    }
}
