//! 登记: a person's words come in, from their own phone or through someone who writes for them.

use db::Tx;
use kernel::{Code, Error, Id, Instant, Lang, Names, RegionCode, Result};
use serde_json::json;

use super::{Step, optional, record, required, touch};
use crate::{
    modules::{
        App, SharedApp,
        cases::{
            ground::{self, Ground},
            masking::{self, Masked},
            model::{Case, Channel, ClosedHow, Identity, Note, Publicity, Report, Status, Urgency},
            number, store,
        },
        contacts::{self, Field, Sealed},
        photos,
        regions::PlaceSource,
    },
    platform::{
        access::{Actor, Permission},
        idempotency::{self, Key},
        live::Topic,
        trail::By,
    },
};

/// What comes in.
#[derive(Clone, Debug)]
pub struct NewReport {
    /// 16 digits made by the client, so that they can be shown before the network answers.
    pub receipt: String,
    /// How it comes.
    pub channel: Channel,
    /// The person's words.
    pub text: String,
    /// The matter they chose, if one.
    pub matter: Option<String>,
    /// The answer shown from the catalogue is enough for them.
    pub accepts_answer: bool,
    /// How they wish to be known.
    pub identity: Identity,
    /// How to reach them.
    pub contact: NewContact,
    /// Where.
    pub place: NewPlace,
    /// 户籍地
    pub registered_region: Option<RegionCode>,
    /// Photos uploaded before, by hash.
    pub photos: Vec<String>,
    /// Number of the case they join ("me too").
    pub joins: Option<String>,
    /// The language they read.
    pub locale: String,
    /// Code of the QR spot it began at.
    pub qr: Option<String>,
}

/// How to reach a person, if they say.
#[derive(Clone, Debug, Default)]
pub struct NewContact {
    /// Their name.
    pub name: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
}

/// Where, as the client knows it.
#[derive(Clone, Debug)]
pub struct NewPlace {
    /// How it is known.
    pub source: PlaceSource,
    /// Longitude, WGS-84 degrees.
    pub lon: Option<f64>,
    /// Latitude, WGS-84 degrees.
    pub lat: Option<f64>,
    /// A place chosen or printed in a QR code.
    pub region: Option<RegionCode>,
    /// Place in words.
    pub text: Option<String>,
}

/// Settled in the same breath, by a grid worker.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// What was done.
    pub text: String,
    /// Photos, never demanded.
    pub photos: Vec<String>,
}

/// Who hands it in.
#[derive(Clone, Debug)]
pub enum Reporter {
    /// The resident.
    Resident,
    /// A member of staff, for a resident or for what they found themselves.
    Staff(Box<Actor>, Option<Settlement>),
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Reported {
    /// The case.
    pub case: Id<Case>,
}

/// Everything decided before the transaction begins.
struct Prepared {
    report: Report,
    case: Case,
    matter_version: Option<i64>,
    receipt: Vec<u8>,
    words: Masked,
    contacts: Vec<Sealed>,
    photos: Vec<String>,
    joins: Option<String>,
    /// What the history keeps of how it came: the channel, and the place as the reporter named it.
    came: serde_json::Value,
    /// What ends the case at once: an answer accepted, a signpost, a settlement on the spot.
    ending: Option<Step>,
}

/// Takes a report in: a new case, or one more voice behind a case that is there.
///
/// # Errors
/// All field errors at once; `receipt_taken`; `public_matters_only` when the case to join is not public.
pub async fn report(app: &SharedApp, reporter: Reporter, new: NewReport, key: Key) -> Result<Reported> {
    if let Reporter::Staff(actor, settlement) = &reporter {
        actor.require(Permission::CaseEnter)?;
        if settlement.is_some() {
            actor.require(Permission::CaseSettle)?;
        }
    }
    let prepared = prepare(app, &reporter, new).await?;
    let by = match &reporter {
        Reporter::Resident => By::nobody(),
        Reporter::Staff(actor, _) => {
            By::actor(actor, actor.acting(Permission::CaseEnter, Some(&prepared.case.place), None))
        }
    };
    let shared = SharedApp::clone(app);
    let case = app
        .db
        .write(async move |mut tx| {
            let app = &*shared;
            let (id, at) = (prepared.case.id.to_string(), prepared.case.received_at);
            if idempotency::claim(&mut tx, &key, &id, at).await?.is_some() {
                return earlier(&mut tx, &prepared).await;
            }
            match prepared.joins.clone() {
                Some(number) => join(&mut tx, app, &by, prepared, &number).await,
                None => open(&mut tx, app, &by, prepared).await,
            }
        })
        .await?;
    app.live.hint(Topic::Cases);
    Ok(Reported { case })
}

/// A repetition finds its case by the receipt: joining made no case of its own.
async fn earlier(tx: &mut Tx, prepared: &Prepared) -> Result<Id<Case>> {
    store::report_by_receipt(tx, prepared.receipt.clone()).await.map(|report| report.case)
}

async fn prepare(app: &App, reporter: &Reporter, new: NewReport) -> Result<Prepared> {
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
    let ground = ground::find(app, &new).await;
    check(ground.as_ref().map(|_| ()).map_err(Clone::clone));
    if let Some(mistakes) = mistakes {
        return Err(mistakes);
    }
    let ground = ground?;
    if let Reporter::Staff(actor, _) = reporter {
        let scope = actor.require(Permission::CaseEnter)?;
        if !scope.covers(&ground.place) {
            return Err(ground::outside(app, &scope).await);
        }
    }
    compose(app, reporter, new, place_text?, ground, now)
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
    let masked = masking::mask(phone, None);
    if masked.phones.len() == 1 { Ok(()) } else { Err(Error::field("contact.phone", Code::BadPhone)) }
}

fn compose(
    app: &App,
    reporter: &Reporter,
    new: NewReport,
    place_text: Option<String>,
    ground: Ground,
    now: Instant,
) -> Result<Prepared> {
    let (case_id, report_id) = (Id::new(now, &app.chance), Id::new(now, &app.chance));
    let name = new.contact.name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let words = masking::mask(new.text.trim(), name);
    let contacts = seal(app, report_id, &new, &words)?;
    let place_text = place_text.map(|text| masking::mask(&text, name).text);
    let deadline = ground::deadline(app, ground.matter.as_ref(), now);
    let (entered_by, settlement) = match reporter {
        Reporter::Resident => (None, None),
        Reporter::Staff(actor, settlement) => (Some(actor.person), settlement.clone()),
    };
    let mut case = Case {
        id: case_id,
        number: number::make(&ground.place, app.today(), &app.chance),
        status: Status::Received,
        closed_how: None,
        matter: ground.matter.as_ref().map(|matter| matter.code().to_owned()),
        urgency: Urgency::Normal,
        publicity: Publicity::Count,
        summary: words.text.chars().take(80).collect(),
        channel: new.channel,
        place: ground.place.clone(),
        place_text,
        lon: new.place.lon,
        lat: new.place.lat,
        place_source: new.place.source,
        place_is_guess: ground.is_guess,
        registered_region: new.registered_region.clone(),
        lead_unit: None,
        handler: None,
        received_at: now,
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
        merged_into: None,
        last_by: None,
        last_kind: "received".to_owned(),
        last_at: now,
        version: 1,
    };
    ground::set_deadline(&mut case, &deadline);
    if let Some(matter) = &ground.matter {
        matter.settle_on(&mut case);
    }
    let mut photos = new.photos.clone();
    let ending = ending(&mut case, &ground, &new, settlement, &mut photos)?;
    if ending.is_some() {
        case.ended_at = Some(now);
        case.handler = entered_by.filter(|_| case.closed_how == Some(ClosedHow::Settled));
    }
    let report = Report {
        id: report_id,
        case: case_id,
        channel: new.channel,
        identity: new.identity,
        note: Id::<Note>::new(now, &app.chance),
        text: Some(words.text.clone()),
        locale: new.locale.clone(),
        is_joined: new.joins.is_some(),
        is_withdrawn: false,
        registered_region: new.registered_region,
        entered_by,
        received_at: now,
        verdict: None,
        verdict_at: None,
        version: 1,
    };
    let matter_version = ground.matter.as_ref().map(ground::Matter::version);
    let receipt = app.keys.receipt(&new.receipt);
    let came = json!({"channel": new.channel, "place": ground.named});
    Ok(Prepared { came, report, case, matter_version, receipt, words, contacts, photos, joins: new.joins, ending })
}

/// What ends the case in the moment it comes in, if anything does.
fn ending(
    case: &mut Case,
    ground: &Ground,
    new: &NewReport,
    settlement: Option<Settlement>,
    photos: &mut Vec<String>,
) -> Result<Option<Step>> {
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
    if let Some(phone) = new.contact.phone.as_deref().and_then(|phone| masking::mask(phone, None).phones.pop()) {
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

/// A new case with its first report.
async fn open(tx: &mut Tx, app: &App, by: &By, mut prepared: Prepared) -> Result<Id<Case>> {
    let now = prepared.case.received_at;
    let who = who(by);
    let kind = prepared.ending.as_ref().map_or("received", |step| step.kind);
    touch(&mut prepared.case, &who, kind, now);
    let day = now.day(&app.settings.zone);
    while !store::insert_case(tx, &prepared.case, prepared.matter_version, day).await? {
        prepared.case.number = number::make(&prepared.case.place, day, &app.chance);
    }
    let case = prepared.case.clone();
    let received = Step::new("received").params(prepared.came.take());
    let ending = prepared.ending.take();
    add_report(tx, app, by, &case, prepared, received).await?;
    if let Some(step) = ending {
        record(tx, app, by, &case, step, now).await?;
    }
    Ok(case.id)
}

/// 附议: one more voice behind a case that is there; its words stay between this person and those who handle it.
async fn join(tx: &mut Tx, app: &App, by: &By, mut prepared: Prepared, number: &str) -> Result<Id<Case>> {
    let now = prepared.case.received_at;
    let found = store::by_number_unscoped(tx, number).await?;
    let found = found.filter(|case| case.status.is_open()).ok_or_else(|| Error::field("joins", Code::NotFound))?;
    let mut case = store::lock_unscoped(tx, found.id).await?;
    if case.publicity == Publicity::None {
        return Err(Error::new(Code::PublicMattersOnly));
    }
    case.reports += 1;
    touch(&mut case, &who(by), "joined", now);
    prepared.report.case = case.id;
    let joined = Step::new("joined").params(prepared.came.take());
    add_report(tx, app, by, &case, prepared, joined).await?;
    store::save(tx, &mut case).await?;
    Ok(case.id)
}

fn who(by: &By) -> Names {
    if by.person.is_some() {
        Names::new("登记人", "Whoever entered it")
    } else {
        Names::new("诉求人", "The resident")
    }
}

async fn add_report(tx: &mut Tx, app: &App, by: &By, case: &Case, prepared: Prepared, step: Step) -> Result<()> {
    let Prepared { report, receipt, words, contacts, photos, .. } = prepared;
    photos::attach(tx, case.id, &photos).await?;
    // The words are stored once, by the entry that commits to them; the report points there.
    let step = step.text(words.text).photos(&photos).of(report.id);
    let note = record(tx, app, by, case, step, report.received_at).await?;
    let report = Report { note: note.unwrap_or(report.note), ..report };
    let id = report.id;
    store::insert_report(tx, &report, receipt).await?;
    for sealed in contacts {
        contacts::store(tx, id, sealed).await?;
    }
    Ok(())
}
