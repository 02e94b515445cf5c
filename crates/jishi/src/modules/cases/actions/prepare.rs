//! What is done before a report's transaction: fields are checked, the place and the matter found, words masked, contact
//! details encrypted.

use kernel::{Code, Error, Id, Instant, Lang, RegionCode, Result};
use serde_json::json;

use super::{
    Step, optional,
    report::{NewContact, NewReport, Reporter},
    required,
};
use crate::{
    modules::{
        App,
        cases::{
            conflict,
            ground::{self, Ground},
            model::{Case, ClosedHow, Note, Publicity, Report, Status, Urgency},
            number, summary,
        },
        contacts::{self, Field, Sealed},
    },
    platform::{
        access::{Permission, Person},
        masking::{self, Masked},
    },
};

/// Everything decided before the transaction begins.
#[derive(Debug)]
pub(super) struct Prepared {
    /// When it comes in here; where it came in before, that was earlier.
    pub(super) now: Instant,
    /// The number it has where it came from.
    pub(super) alias: Option<String>,
    pub(super) report: Report,
    pub(super) case: Case,
    pub(super) matter_version: Option<i64>,
    pub(super) receipt: Vec<u8>,
    pub(super) words: Masked,
    pub(super) contacts: Vec<Sealed>,
    pub(super) photos: Vec<String>,
    pub(super) joins: Option<String>,
    /// What the history keeps of how it came: the channel, and the place as the reporter named it.
    pub(super) came: serde_json::Value,
    /// What ends the case at once: an answer accepted, a signpost, a settlement on the spot.
    pub(super) ending: Option<Step>,
}

/// Checks and composes a report; all mistakes are told at once.
pub(super) async fn prepare(app: &App, reporter: &Reporter, new: NewReport) -> Result<Prepared> {
    let now = app.now();
    let mut mistakes: Option<Error> = None;
    let mut check = |result: Result<()>| {
        if let Err(error) = result {
            mistakes = Some(match mistakes.take() {
                Some(earlier) => earlier.and(error),
                None => error,
            });
        }
    };
    check(required("text", &new.text).map(|_| ()));
    check(check_receipt(&new.receipt));
    check(check_contact(&new.contact));
    check(check_settlement(reporter));
    let place_text = optional("place.text", new.place.text.as_deref());
    check(place_text.as_ref().map(|_| ()).map_err(Clone::clone));
    let above = above(app, &new).await;
    check(above.as_ref().map(|_| ()).map_err(Clone::clone));
    let ground = ground::find(app, &new).await;
    check(ground.as_ref().map(|_| ()).map_err(Clone::clone));
    if let Some(mistakes) = mistakes {
        return Err(mistakes);
    }
    let ground = ground?;
    let scope = match reporter {
        Reporter::Resident => None,
        Reporter::Staff(actor, _) => Some(actor.require(Permission::CaseEnter)?),
        Reporter::Source(origin) => Some(origin.scope.clone()),
    };
    if let Some(scope) = scope.filter(|scope| !scope.covers(&ground.place)) {
        return Err(ground::outside(app, &scope).await);
    }
    if let (Some(id), Reporter::Staff(actor, _)) = (new.item, reporter) {
        ground::may_name(app, &actor.require(Permission::CaseRead)?, id).await?;
    }
    compose(app, reporter, new, place_text?, (ground, above?), now)
}

/// Where a report about a unit waits, if it is about one. A voice behind another case is not about anybody else.
async fn above(app: &App, new: &NewReport) -> Result<Option<RegionCode>> {
    let Some(about) = new.about else { return Ok(None) };
    if new.joins.is_some() {
        return Err(Error::field("about", Code::PublicMattersOnly));
    }
    conflict::place_above(&mut app.db.read().await?, about, &app.settings.region, app.today()).await.map(Some)
}

fn check_settlement(reporter: &Reporter) -> Result<()> {
    match reporter {
        Reporter::Staff(_, Some(settlement)) => required("settle.text", &settlement.text).map(|_| ()),
        _ => Ok(()),
    }
}

/// 16 digits, and not sixteen times the same few: a receipt is a secret.
fn check_receipt(receipt: &str) -> Result<()> {
    let digits: std::collections::HashSet<u8> = receipt.bytes().collect();
    if receipt.len() == 16 && receipt.bytes().all(|b| b.is_ascii_digit()) && digits.len() >= 4 {
        Ok(())
    } else {
        Err(Error::field("receipt", Code::BadReceipt))
    }
}

fn check_contact(contact: &NewContact) -> Result<()> {
    let name = contact.name.as_deref().map_or(0, |name| name.trim().chars().count());
    if name > 40 {
        return Err(Error::field("contact.name", Code::TooLong).with("max", 40));
    }
    let Some(phone) = contact.phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty()) else { return Ok(()) };
    masking::telephone(phone).map(|_| ()).ok_or_else(|| Error::field("contact.phone", Code::BadPhone))
}

fn compose(
    app: &App,
    reporter: &Reporter,
    new: NewReport,
    place_text: Option<String>,
    (ground, above): (Ground, Option<RegionCode>),
    now: Instant,
) -> Result<Prepared> {
    let (case_id, report_id) = (Id::new(now, &app.chance), Id::new(now, &app.chance));
    let name = new.contact.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let words = masking::mask(new.text.trim(), name);
    let contacts = seal(app, report_id, &new, &words)?;
    let place_text = place_text.map(|text| masking::mask(&text, name).text);
    let received_at = reporter.received_at().unwrap_or(now);
    let deadline = ground::deadline(app, ground.matter.as_ref(), received_at);
    let entered_by = reporter.entered_by();
    let mut case = Case {
        id: case_id,
        number: number::make(&ground.place, app.today(), &app.chance),
        status: Status::Received,
        closed_how: None,
        matter: ground.matter.as_ref().map(|matter| matter.code().to_owned()),
        urgency: Urgency::Normal,
        publicity: Publicity::Count,
        summary: summary::summary(&words.text),
        channel: new.channel,
        place: ground.place.clone(),
        place_text,
        lon: new.place.lon,
        lat: new.place.lat,
        place_source: new.place.source,
        place_is_guess: ground.is_guess,
        item: ground.item,
        registered_region: new.registered_region.clone(),
        lead_unit: None,
        handler: None,
        received_at,
        due_at: None,
        deadline: None,
        dispatched_at: None,
        signed_at: None,
        result_at: None,
        result_note: None,
        result_outcome: None,
        result_by: None,
        asked_at: None,
        ended_at: None,
        reports: 1,
        redos: 0,
        returns: 0,
        reopens: 0,
        reminders: 0,
        excluded: None,
        supervised: None,
        merged_into: None,
        split_from: None,
        about_unit: new.about,
        about_place: None,
        last_by: None,
        last_kind: "received".to_owned(),
        last_at: now,
        version: 1,
        was_open: true,
        was_found_by: None,
    };
    ground::set_deadline(&mut case, &deadline);
    if let Some(matter) = &ground.matter {
        matter.settle_on(&mut case);
    }
    if let Some(above) = above {
        conflict::hide(&mut case, above);
    }
    let mut photos = new.photos.clone();
    let ending = ending(&mut case, &ground, &new, reporter, &mut photos)?;
    if ending.is_some() {
        case.ended_at = Some(now);
        case.handler = entered_by.filter(|_| case.closed_how == Some(ClosedHow::Settled));
    }
    let (came, alias) = how_it_came(&new, &ground, reporter);
    let report = report_of((report_id, case_id, Id::new(now, &app.chance)), &new, entered_by, &words, received_at);
    let matter_version = ground.matter.as_ref().map(ground::Matter::version);
    let receipt = app.keys.receipt(&new.receipt);
    Ok(Prepared {
        now,
        alias,
        came,
        report,
        case,
        matter_version,
        receipt,
        words,
        contacts,
        photos,
        joins: new.joins,
        ending,
    })
}

/// The person's words, as they stand behind their case.
fn report_of(
    (id, case, note): (Id<Report>, Id<Case>, Id<Note>),
    new: &NewReport,
    entered_by: Option<Id<Person>>,
    words: &Masked,
    received_at: Instant,
) -> Report {
    Report {
        id,
        case,
        came_to: Some(case),
        part_of: None,
        part: 1,
        is_rejoined: false,
        excerpt: None,
        channel: new.channel,
        identity: new.identity,
        note,
        text: Some(words.text.clone()),
        locale: new.locale.clone(),
        is_joined: new.joins.is_some(),
        is_withdrawn: false,
        registered_region: new.registered_region.clone(),
        entered_by,
        wants_messages: new.wants_messages && new.contact.phone.is_some(),
        details_erased_at: None,
        received_at,
        verdict: None,
        verdict_at: None,
        version: 1,
    }
}

/// What the history keeps of how a report came, and its number at the source it came from.
fn how_it_came(new: &NewReport, ground: &Ground, reporter: &Reporter) -> (serde_json::Value, Option<String>) {
    let mut came = json!({"channel": new.channel, "place": ground.named});
    let Reporter::Source(origin) = reporter else { return (came, None) };
    came["source"] = json!({"code": origin.source, "names": origin.names, "number": origin.number});
    (came, Some(origin.number.clone()))
}

/// What ends the case in the moment it comes in, if anything does.
fn ending(
    case: &mut Case,
    ground: &Ground,
    new: &NewReport,
    reporter: &Reporter,
    photos: &mut Vec<String>,
) -> Result<Option<Step>> {
    let settlement = match reporter {
        // Nobody was there to accept an answer: a person decides.
        Reporter::Source(_) => return Ok(None),
        Reporter::Staff(_, settlement) => settlement.clone(),
        Reporter::Resident => None,
    };
    let Some(matter) = &ground.matter else {
        return if settlement.is_some() { Err(Error::field("matter", Code::Required)) } else { Ok(None) };
    };
    if let Some(settlement) = settlement {
        if !matter.grid_settles() {
            return Err(Error::new(Code::NotForGrid));
        }
        case.status = Status::Closed;
        case.closed_how = Some(ClosedHow::Settled);
        photos.extend(settlement.photos.iter().cloned());
        return Ok(Some(Step::new("settled").text(settlement.text.trim().to_owned()).photos(&settlement.photos)));
    }
    // What was told stays with the contact, in the words that were read.
    let words = matter.words(Lang::from_header(&new.locale));
    if matter.is_signpost() {
        case.status = Status::Redirected;
        let params = json!({"signpost": matter.code(), "names": matter.names(), "by": "catalogue"});
        return Ok(Some(Step::new("redirected").params(params).text(words)));
    }
    if new.accepts_answer && matter.has_answer() {
        case.status = Status::Answered;
        let params = json!({"matter": matter.code(), "by": "catalogue"});
        return Ok(Some(Step::new("answered").params(params).text(words)));
    }
    Ok(None)
}

fn seal(app: &App, report: Id<Report>, new: &NewReport, words: &Masked) -> Result<Vec<Sealed>> {
    let mut sealed = Vec::new();
    let mut put = |field, value: &str, mask: String| -> Result<()> {
        sealed.push(contacts::seal(app, report, field, value, mask)?);
        Ok(())
    };
    if let Some(name) = new.contact.name.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        put(Field::Name, name, masking::mask_name(name))?;
    }
    if let Some(phone) = new.contact.phone.as_deref().and_then(masking::telephone) {
        put(Field::Phone, &phone, masking::mask_phone(&phone))?;
    }
    let all = |values: &[String], mask: fn(&str) -> String| -> Option<(String, String)> {
        let masks: Vec<String> = values.iter().map(|value| mask(value)).collect();
        (!values.is_empty()).then(|| (values.join("、"), masks.join("、")))
    };
    let found = [
        (Field::TextName, all(&words.names, masking::mask_name)),
        (Field::TextPhone, all(&words.phones, masking::mask_phone)),
        (Field::TextDocument, all(&words.documents, |_| "**".to_owned())),
    ];
    for (field, value) in found {
        if let Some((value, mask)) = value {
            put(field, &value, mask)?;
        }
    }
    Ok(sealed)
}
