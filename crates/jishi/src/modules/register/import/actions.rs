//! Writing what a file of items says, in one transaction. Rows written: one a new or changed item, one a fact, some ten terms
//! a new item, one on the trail: a file's are at most [`super::columns::ROWS_MAX`] items.

use db::{Conn, Tx};
use kernel::{Chance, Code, Error, Id, Instant, Result};
use serde_json::json;

use super::{
    columns::{self, Row},
    ground::{self, Ground},
    plan::{Plan, plan},
};
use crate::{
    modules::{
        App,
        register::{
            actions::new_item,
            model::{Draft, Item, NewFact},
            rules, store,
        },
    },
    platform::{
        idempotency::{self, Key},
        import::{Mode, Report, RowError, Writer},
        live::Topic,
        trail::{self, Entry},
    },
};

/// What a file says of items, read and not yet compared with those there are.
pub struct ItemsFile {
    rows: Vec<Row>,
    unreadable: Vec<RowError>,
}

impl ItemsFile {
    /// Reads a workbook or a text with commas.
    ///
    /// # Errors
    /// A field error on `file`; mistakes in its headings are kept and told when it is written.
    pub fn read(app: &App, bytes: &[u8]) -> Result<Self> {
        let (rows, unreadable) = columns::read(bytes, &app.register.kinds())?;
        Ok(Self { rows, unreadable })
    }

    async fn plan(&self, db: &mut Conn, app: &App, writer: &Writer) -> Result<Plan> {
        let mut found = Plan { errors: self.unreadable.clone(), ..Plan::default() };
        let ground = Ground::read(db, app, &self.rows).await?;
        let kinds = app.register.kinds();
        let mut rows = Vec::new();
        for row in &self.rows {
            match ground.named(row, app.today()) {
                Ok(named) => rows.push(named),
                Err(error) => found.mistaken(row, kinds.called(row.cell("kind")).map(AsRef::as_ref), &error),
            }
        }
        let known = ground::known(db, &rows).await?;
        Ok(plan(found, &rows, &known, writer, app.today()))
    }
}

/// Brings in items from a file, or says what that would do.
///
/// # Errors
/// A field error on `file`; `record_changed` when somebody was faster. Mistakes in rows are part of the report.
pub async fn import(app: &App, writer: Writer, bytes: &[u8], mode: Mode) -> Result<Report> {
    let file = ItemsFile::read(app, bytes)?;
    let plan = file.plan(&mut app.db.read().await?, app, &writer).await?;
    match mode {
        Mode::Write(key) if plan.errors.is_empty() => run(app, writer, plan, Some(key)).await,
        _ => Ok(plan.report()),
    }
}

/// Brings in a file for the command line and the demonstration, where there is no one to ask.
///
/// # Errors
/// As [`import`].
pub async fn import_csv(app: &App, bytes: &[u8]) -> Result<Report> {
    let (file, writer) = (ItemsFile::read(app, bytes)?, Writer::platform());
    let plan = file.plan(&mut app.db.read().await?, app, &writer).await?;
    if plan.errors.is_empty() { run(app, writer, plan, None).await } else { Ok(plan.report()) }
}

async fn run(app: &App, writer: Writer, plan: Plan, key: Option<Key>) -> Result<Report> {
    let (now, chance, region) = (app.now(), app.chance.clone(), app.settings.region.clone());
    let made = |(kind, draft, facts): &(_, Draft, Vec<NewFact>)| new_item(app, kind, draft.clone(), facts);
    let new: Vec<Item> = plan.new.iter().map(made).collect();
    let write = async move |mut tx: Tx| {
        let report = plan.report();
        if let Some(key) = &key
            && let Some(before) = idempotency::claim(&mut tx, key, &report.pack(), now).await?
        {
            return Ok(Report::unpack(&before));
        }
        bring_in(&mut tx, &plan, &new, &writer, (now, &chance)).await?;
        if report.inserted + report.changed > 0 {
            let place = writer.scope.as_ref().and_then(|scope| scope.places.first()).unwrap_or(&region);
            let params = json!({"inserted": report.inserted, "changed": report.changed, "unchanged": report.unchanged});
            let (kind, object_id) = ("items.imported", "items.imported".to_owned());
            let entry = Entry { kind, object_kind: "import", object_id, place: Some(place), params };
            trail::record(&mut tx, now, &writer.by, entry).await?;
        }
        Ok(report)
    };
    let report = app.db.write(write).await?;
    app.live.hint(Topic::Records);
    Ok(report)
}

/// Writes what was planned. What somebody else changed since the plan was made gives the whole up.
async fn bring_in(
    tx: &mut Tx,
    plan: &Plan,
    new: &[Item],
    writer: &Writer,
    (now, chance): (Instant, &Chance),
) -> Result<()> {
    let changed_meanwhile = || Error::new(Code::RecordChanged);
    let inserted = store::insert(tx, new).await?;
    if inserted != u64::try_from(new.len()).unwrap_or(u64::MAX) {
        return Err(changed_meanwhile());
    }
    let words: Vec<_> = new
        .iter()
        .zip(&plan.new)
        .map(|(item, (kind, draft, _))| (item.id, rules::words(kind, draft, &item.facts)))
        .collect();
    store::put_words(tx, &words).await?;
    let mut facts: Vec<(Id<Item>, NewFact)> = Vec::new();
    for (item, (.., own)) in new.iter().zip(&plan.new) {
        facts.extend(own.iter().map(|fact| (item.id, fact.clone())));
    }
    for (kind, before, draft, own) in &plan.changed {
        if !store::update(tx, before.id, before.version, draft).await? {
            return Err(changed_meanwhile());
        }
        let held = rules::in_force(before.facts.clone(), own);
        store::renew_words(tx, before.id, rules::words(kind, draft, &held)).await?;
        if !own.is_empty() {
            let item = Item { version: before.version + 1, ..before.clone() };
            if !store::set_facts(tx, &item, &held, rules::stale_on(Some(kind), &held)).await? {
                return Err(changed_meanwhile());
            }
            facts.extend(own.iter().map(|fact| (before.id, fact.clone())));
        }
    }
    store::insert_facts(tx, &facts, (writer.by.person, now), chance).await
}
