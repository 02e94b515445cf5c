//! What residents say, as the actions take it.

use kernel::{Code, Error, Id, Result};

use super::Act;
use crate::modules::{
    SharedApp,
    cases::{
        self, Case, Report, Verdict,
        actions::{NewContact, NewPlace, NewReport, Reporter, ResidentStep},
    },
    demo::deeds::{Rating, Said, Teller},
    regions::PlaceSource,
};

pub(super) fn new_report(said: &Said, joins: Option<String>) -> NewReport {
    let source = match (said.point, said.teller) {
        (Some(_), Teller::Resident) => PlaceSource::Gps,
        (Some(_), _) => PlaceSource::Pin,
        (None, _) => PlaceSource::Chosen,
    };
    let (lon, lat) = said.point.unzip();
    NewReport {
        receipt: said.receipt.clone(),
        channel: said.channel,
        text: said.text.clone(),
        matter: said.matter.clone(),
        accepts_answer: said.accepts_answer,
        identity: said.identity,
        contact: NewContact { name: said.name.clone(), phone: said.phone.clone() },
        place: NewPlace { source, lon, lat, region: Some(said.place.clone()), text: None },
        registered_region: None,
        photos: Vec::new(),
        joins,
        locale: said.locale.clone(),
        qr: None,
        item: None,
        wants_messages: false,
        about: None,
    }
}

pub(super) fn join(said: &Said, case: &Case) -> Act {
    Act::Report(Box::new((Reporter::Resident, new_report(said, Some(case.number.clone())))))
}

pub(super) async fn first(app: &SharedApp, case: &Case, which: usize) -> Result<Id<Report>> {
    let reports = cases::demo::reports(app, case.id).await?;
    reports.get(which).map(|report| report.id).ok_or_else(|| Error::new(Code::NotFound))
}

pub(super) async fn voice(app: &SharedApp, case: &Case, which: usize, step: ResidentStep) -> Result<Act> {
    Ok(Act::Resident(first(app, case, which).await?, step))
}

pub(super) fn verdict(rating: &Rating) -> Verdict {
    Verdict { contacted: Some(true), solved: rating.solved, satisfied: rating.satisfied }
}

pub(super) fn rate(rating: &Rating) -> ResidentStep {
    ResidentStep::Rate { verdict: verdict(rating), text: rating.text.clone() }
}
