//! 登记: a person's words come in, from their own phone or through someone who writes for them.

use db::Tx;
use kernel::{Code, Error, Id, Instant, Names, RegionCode, Result};

use super::{
    Step,
    prepare::{Prepared, prepare},
    record,
    search::{put_words, save},
    told, touch,
};
use crate::{
    modules::{
        App, SharedApp,
        cases::{
            model::{Case, Channel, Identity, Publicity, Report},
            number, store,
        },
        contacts, photos,
        phrases::{self, Phrase},
        regions::PlaceSource,
        register::Item,
    },
    platform::{
        access::{Actor, Permission, Person, Scope, Unit},
        idempotency::{self, Key},
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
    /// The thing of the register it is about, chosen by whoever enters it. Residents say so by its sign.
    pub item: Option<Id<Item>>,
    /// They wish to be told of steps by short message; needs a telephone.
    pub wants_messages: bool,
    /// 反映对象: the unit it is about, itself or its people.
    pub about: Option<Id<Unit>>,
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
    /// The phrase the words began with.
    pub phrase: Option<Id<Phrase>>,
}

/// Who hands it in.
#[derive(Clone, Debug)]
pub enum Reporter {
    /// The resident.
    Resident,
    /// A member of staff, for a resident or for what they found themselves.
    Staff(Box<Actor>, Option<Settlement>),
    /// A line or platform outside, with an order that came in there.
    Source(Box<Origin>),
}

/// 来源: where an order came in before it was handed over.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Code of the source.
    pub source: String,
    /// Its names.
    pub names: Names,
    /// The order's number there.
    pub number: String,
    /// When it came in there.
    pub received_at: Instant,
    /// Who brings it here; nobody where the source does so itself.
    pub by: By,
    /// The places it may be for.
    pub scope: Scope,
}

impl Reporter {
    /// The words' clock starts when the resident spoke, wherever that was: handing an order on may not lengthen it.
    pub(super) fn received_at(&self) -> Option<Instant> {
        match self {
            Self::Source(origin) => Some(origin.received_at),
            Self::Resident | Self::Staff(..) => None,
        }
    }

    /// Who of the staff entered it.
    pub(super) fn entered_by(&self) -> Option<Id<Person>> {
        match self {
            Self::Resident => None,
            Self::Staff(actor, _) => Some(actor.person),
            Self::Source(origin) => origin.by.person,
        }
    }

    /// As whom it is written down.
    fn by(&self, place: &RegionCode) -> By {
        match self {
            Self::Resident => By::nobody(),
            Self::Staff(actor, _) => By::actor(actor, actor.acting(Permission::CaseEnter, Some(place), None)),
            Self::Source(origin) => origin.by.clone(),
        }
    }
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Reported {
    /// The case.
    pub case: Id<Case>,
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
    let by = reporter.by(&prepared.case.place);
    let phrase = match &reporter {
        Reporter::Staff(_, Some(settlement)) => settlement.phrase,
        _ => None,
    };
    let (shared, urgency) = (SharedApp::clone(app), prepared.case.urgency);
    let case = app
        .db
        .write(async move |mut tx| {
            let app = &*shared;
            let (id, at) = (prepared.case.id.to_string(), prepared.now);
            if idempotency::claim(&mut tx, &key, &id, at).await?.is_some() {
                return earlier(&mut tx, &prepared).await;
            }
            if let Some(phrase) = phrase {
                phrases::count_use_unscoped(&mut tx, phrase).await?;
            }
            match prepared.joins.clone() {
                Some(number) => join(&mut tx, app, &by, prepared, &number).await,
                None => open(&mut tx, app, &by, prepared).await,
            }
        })
        .await?;
    told(app, Some(urgency));
    Ok(Reported { case })
}

/// A report that has been checked, to be taken in inside a transaction that does more.
#[derive(Debug)]
pub struct Ready {
    prepared: Prepared,
    by: By,
}

/// Checks a report that a member of staff enters together with something else.
///
/// # Errors
/// As [`report`].
pub async fn prepare_report(app: &App, actor: &Actor, new: NewReport) -> Result<Ready> {
    actor.require(Permission::CaseEnter)?;
    let reporter = Reporter::Staff(Box::new(actor.clone()), None);
    let prepared = prepare(app, &reporter, new).await?;
    let by = reporter.by(&prepared.case.place);
    Ok(Ready { prepared, by })
}

/// Takes a report in that has been checked: a new case. Afterwards pages are to be told.
///
/// # Errors
/// `receipt_taken`; `internal` when the database fails.
pub async fn report_in(tx: &mut Tx, app: &App, ready: Ready) -> Result<Id<Case>> {
    open(tx, app, &ready.by, ready.prepared).await
}

/// A repetition finds its case by the receipt: joining made no case of its own.
async fn earlier(tx: &mut Tx, prepared: &Prepared) -> Result<Id<Case>> {
    store::report_by_receipt(tx, prepared.receipt.clone()).await.map(|report| report.case)
}

/// A new case with its first report.
pub(super) async fn open(tx: &mut Tx, app: &App, by: &By, mut prepared: Prepared) -> Result<Id<Case>> {
    let now = prepared.now;
    let who = who(by);
    let kind = prepared.ending.as_ref().map_or("received", |step| step.kind);
    touch(&mut prepared.case, &who, kind, now);
    let (day, received_day) = (now.day(&app.settings.zone), prepared.case.received_at.day(&app.settings.zone));
    while !store::insert_case(tx, &prepared.case, prepared.matter_version, received_day).await? {
        prepared.case.number = number::make(&prepared.case.place, day, &app.chance);
    }
    let case = prepared.case.clone();
    let texts = [Some(prepared.words.text.clone()), prepared.alias.clone()];
    put_words(tx, app, &case, &texts.into_iter().flatten().collect::<Vec<_>>()).await?;
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
    let now = prepared.now;
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
    save(tx, app, &mut case).await?;
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
    let Prepared { report, receipt, words, contacts, photos, now, .. } = prepared;
    photos::attach(tx, case.id, &photos).await?;
    // The words are stored once, by the entry that commits to them; the report points there.
    let step = step.text(words.text).photos(&photos).of(report.id);
    let note = record(tx, app, by, case, step, now).await?;
    let report = Report { note: note.unwrap_or(report.note), ..report };
    let id = report.id;
    store::insert_report(tx, &report, receipt).await?;
    for sealed in contacts {
        contacts::store(tx, id, sealed).await?;
    }
    Ok(())
}
