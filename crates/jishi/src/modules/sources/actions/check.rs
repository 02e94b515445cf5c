//! Orders looked at as they would be taken in: what is new, what is here, what is to be mended. The rehearsal and the
//! bringing in look with the same eyes.

use std::collections::{BTreeMap, HashMap};

use kernel::{Code, Error, FieldError, Id, Instant, Lang, RegionCode, Result};

use crate::modules::{
    SharedApp,
    cases::{
        self, Alias, Channel, Identity, Intake, Known,
        actions::{NewContact, NewPlace, NewReport, Order, Origin, look_at_order},
    },
    regions::PlaceSource,
    sources::{
        model::{Carrier, CaseMark, Source},
        places::Places,
        rules::{self, Cells, Said, cell},
    },
};

/// Numbers looked up in one statement.
const TOGETHER: usize = 400;

/// What one order is.
pub enum Verdict {
    /// It can be taken in.
    Fresh(Box<(Order, Alias)>, Marks),
    /// It is here already, just so; the file it came in with.
    Known(Option<Id<Intake>>),
    /// It is here already with other content; its case, where the carrier may see it.
    Differs(Option<CaseMark>),
    /// What is to be mended.
    Mistaken(Vec<FieldError>),
}

/// What whoever brings an order in should know of it.
#[derive(Clone, Copy, Debug)]
pub struct Marks {
    /// Whether its category leads to a matter; else the dispatcher decides.
    pub has_matter: bool,
    /// Whether what stands for the caller's telephone is none, and is left out.
    pub is_phone_left_out: bool,
}

/// Orders on their way in.
pub struct Checking<'a> {
    app: &'a SharedApp,
    source: &'a Source,
    carrier: &'a Carrier,
    now: Instant,
    places: Places,
    known: HashMap<String, Known>,
    /// What stood under a number earlier in the same file, and in which row.
    seen: HashMap<String, (Vec<u8>, i64)>,
}

impl<'a> Checking<'a> {
    /// Looks up everything that the orders name, at once.
    ///
    /// # Errors
    /// `internal` when the database fails.
    pub async fn new(app: &'a SharedApp, source: &'a Source, carrier: &'a Carrier, orders: &[Cells]) -> Result<Self> {
        let mut db = app.db.read().await?;
        let places = Places::read(&mut db, orders, &app.settings.region, app.today()).await?;
        let numbers: Vec<&str> = orders.iter().filter_map(|cells| cell(cells, "number")).collect();
        let mut known = HashMap::new();
        for chunk in numbers.chunks(TOGETHER) {
            let found = cases::known_unscoped(&mut db, &source.code, chunk).await?;
            known.extend(found.into_iter().map(|order| (order.number.clone(), order)));
        }
        Ok(Self { app, source, carrier, now: app.now(), places, known, seen: HashMap::new() })
    }

    /// Looks at one order, which stands in this row.
    ///
    /// # Errors
    /// `internal` when the database fails; what is wrong with the order is the verdict.
    pub async fn look(&mut self, cells: &Cells, line: i64, intake: Option<Id<Intake>>) -> Result<Verdict> {
        match self.verdict(cells, line, intake).await {
            Err(error) if !error.fields().is_empty() => Ok(Verdict::Mistaken(told(cells, &error))),
            other => other,
        }
    }

    async fn verdict(&mut self, cells: &Cells, line: i64, intake: Option<Id<Intake>>) -> Result<Verdict> {
        let said = match rules::said(self.source, cells, self.now, &self.app.settings.zone) {
            Ok(said) => said,
            // All that is wrong with a row is told at once.
            Err(error) => return Err(self.place(cells).await.err().into_iter().fold(error, Error::and)),
        };
        let content = self.content(&said, cells);
        if let Some(known) = self.known.get(&said.number) {
            return Ok(self.compared(known, &content));
        }
        match self.seen.get(&said.number) {
            Some((earlier, _)) if *earlier == content => return Ok(Verdict::Known(None)),
            Some((_, row)) => {
                return Err(Error::field("number", Code::SameAsLine).with("value", said.number).with("line", *row));
            }
            None => {}
        }
        let place = self.place(cells).await?;
        let alias = self.alias(&said, content.clone(), intake);
        let origin = self.origin(&said);
        self.seen.insert(said.number.clone(), (content, line));
        let is_phone_left_out = said.is_phone_left_out;
        let report = self.report(said, place);
        let marks = Marks { has_matter: report.matter.is_some(), is_phone_left_out };
        let order = look_at_order(self.app, origin, report).await?;
        Ok(Verdict::Fresh(Box::new((order, alias)), marks))
    }

    async fn place(&mut self, cells: &Cells) -> Result<RegionCode> {
        let mut db = self.app.db.read().await?;
        self.places.find(&mut db, self.source, cells, self.carrier, self.app.today()).await
    }

    fn compared(&self, known: &Known, content: &[u8]) -> Verdict {
        if known.content == content {
            return Verdict::Known(known.intake);
        }
        let is_seen = self.carrier.scope.covers(&known.case.place);
        Verdict::Differs(is_seen.then(|| CaseMark { id: known.case.id, number: known.case.number.clone() }))
    }

    /// What tells whether an order comes again with other content; keyed, since it is made of what only the vault may keep.
    fn content(&self, said: &Said, cells: &Cells) -> Vec<u8> {
        let of = |key: &str| cell(cells, key).unwrap_or_default();
        let (name, phone) = (said.name.as_deref().unwrap_or_default(), said.phone.as_deref().unwrap_or_default());
        let category = said.category.join("/");
        let parts =
            [said.text.as_str(), name, phone, of("county"), of("township"), of("village"), of("spot"), &category];
        self.app.keys.lookup("order", &parts.join("\u{1F}"))
    }

    fn alias(&self, said: &Said, content: Vec<u8>, intake: Option<Id<Intake>>) -> Alias {
        let cells: BTreeMap<&str, &str> = said.cells.iter().map(|(key, text)| (*key, text.as_str())).collect();
        Alias {
            source: self.source.code.clone(),
            names: self.source.names.clone(),
            number: said.number.clone(),
            received_at: said.received_at.unwrap_or(self.now),
            content,
            cells: serde_json::to_value(cells).unwrap_or_default(),
            intake,
        }
    }

    fn origin(&self, said: &Said) -> Origin {
        Origin {
            source: self.source.code.clone(),
            names: self.source.names.clone(),
            number: said.number.clone(),
            received_at: said.received_at.unwrap_or(self.now),
            by: self.carrier.by.clone(),
            scope: self.carrier.scope.clone(),
        }
    }

    fn report(&self, said: Said, place: RegionCode) -> NewReport {
        let catalogue = self.app.matters.catalogue();
        let matter = rules::matter(self.source, &said.category);
        // A matter that is not in force there is left to the dispatcher.
        let matter = matter.filter(|code| catalogue.matter(code, &place).is_some()).map(str::to_owned);
        let is_known = said.name.is_some() || said.phone.is_some();
        NewReport {
            receipt: self.receipt(),
            channel: Channel::Hotline,
            text: said.text,
            matter,
            accepts_answer: false,
            // Whether the caller wished to stay unnamed is not said; so nobody but the handlers learns who it was.
            identity: if is_known { Identity::Confidential } else { Identity::Anonymous },
            contact: NewContact { name: said.name, phone: said.phone },
            place: NewPlace { source: PlaceSource::Chosen, lon: None, lat: None, region: Some(place), text: said.spot },
            registered_region: None,
            photos: Vec::new(),
            joins: None,
            locale: Lang::Zh.tag().to_owned(),
            qr: None,
            item: None,
            wants_messages: false,
            about: None,
        }
    }

    /// Nobody was given one: the person follows their order at the source.
    fn receipt(&self) -> String {
        loop {
            let receipt = format!("{:016}", self.app.chance.below(10_u64.pow(16)));
            let digits: std::collections::HashSet<u8> = receipt.bytes().collect();
            if digits.len() >= 4 {
                return receipt;
            }
        }
    }
}

/// The mistakes by our columns: what a report calls otherwise stands in one of them.
fn told(cells: &Cells, error: &Error) -> Vec<FieldError> {
    let narrowest = ["village", "township", "county"].into_iter().find(|key| cell(cells, key).is_some());
    let column = |field: &str| match field {
        "contact.phone" => "phone".to_owned(),
        "contact.name" => "name".to_owned(),
        "place.text" => "spot".to_owned(),
        place if place.starts_with("place") => narrowest.unwrap_or("county").to_owned(),
        other => other.to_owned(),
    };
    error.fields().iter().map(|field| FieldError { field: column(&field.field), ..field.clone() }).collect()
}
