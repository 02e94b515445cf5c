//! A file of orders on its way in: looked at first, then every good row taken in by itself.

use std::collections::{BTreeMap, HashSet};

use db::Tx;
use futures::{StreamExt, stream};
use kernel::{Code, Error, FieldError, Id, Lang, Result};
use rust_xlsxwriter::XlsxError;
use serde_json::json;

use super::{
    book,
    check::{Checking, Marks, Verdict},
};
use crate::{
    modules::{
        SharedApp,
        cases::{
            Alias, Intake,
            actions::{Order, take_order},
        },
        sources::{
            columns::{self, Sheet},
            model::{Brought, Carrier, Difference, IntakeRow, RowMistake, Source},
            rules::{Cells, cell},
            store, writing,
        },
    },
    platform::{
        idempotency::{self, Key},
        import::Mode,
        live::Topic,
        table::{self, Line},
        trail::{self, Entry},
    },
};

/// Orders taken in at once: on SQLite they share a commit, on PostgreSQL the connections.
const AT_ONCE: usize = 16;
/// Orders that are looked at before they are taken in: only so many wait in memory.
const CHUNK: usize = 256;

/// A file of orders as it was brought.
#[derive(Debug)]
pub struct OrdersFile {
    /// Its name, to know the intake by later.
    pub name: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// Headings chosen by hand, by column.
    pub chosen: BTreeMap<String, String>,
}

impl OrdersFile {
    /// Reads the table, where nobody waits for it.
    async fn read(self, source: &Source) -> Result<(String, Sheet)> {
        let Self { name, bytes, chosen } = self;
        let lines = tokio::task::spawn_blocking(move || table::lines(&bytes)).await.map_err(Error::internal)??;
        Ok((name, Sheet::find(source, lines, &chosen)?))
    }
}

/// Brings a file of orders in, or says what that would do. Every good row is taken in, each in a transaction of its own, so
/// that ten thousand keep nobody waiting; it goes on when the page is closed, and is done by doing it again.
///
/// # Errors
/// `not_found` when there is no such source; a field error on `file` when it is no table.
pub async fn bring_in(
    app: &SharedApp,
    carrier: Carrier,
    code: String,
    file: OrdersFile,
    mode: Mode,
) -> Result<Brought> {
    columns::check(&file.chosen)?;
    let shared = SharedApp::clone(app);
    let bring = async move {
        let source = book::find(&mut shared.db.read().await?, &shared, &code, &carrier.home).await?.source;
        let (name, sheet) = file.read(&source).await?;
        let mut bringing = Bringing::new(&shared, &carrier, &source, sheet);
        bringing.all(name, mode).await?;
        Ok(bringing.brought)
    };
    tokio::spawn(bring).await.map_err(Error::internal)?
}

struct Bringing<'a> {
    app: &'a SharedApp,
    carrier: &'a Carrier,
    source: &'a Source,
    sheet: Sheet,
    brought: Brought,
    /// Numbers that are new with this intake and were here when it was repeated.
    again: HashSet<String>,
}

impl<'a> Bringing<'a> {
    fn new(app: &'a SharedApp, carrier: &'a Carrier, source: &'a Source, sheet: Sheet) -> Self {
        let brought = Brought { headings: sheet.headings(), ..Brought::default() };
        Self { app, carrier, source, sheet, brought, again: HashSet::new() }
    }
}

impl Bringing<'_> {
    async fn all(&mut self, name: String, mode: Mode) -> Result<()> {
        self.brought.missing = self.sheet.missing();
        if !self.brought.missing.is_empty() {
            return match mode {
                Mode::Dry => Ok(()),
                Mode::Write(_) => Err(columns_missing(&self.brought)),
            };
        }
        let intake = match mode {
            Mode::Dry => None,
            Mode::Write(key) => Some(self.begin(name, key).await?),
        };
        self.rows(intake).await?;
        self.brought.mistakes.sort_by_key(|mistake| mistake.line);
        if let Some(id) = intake {
            self.end(id).await?;
        }
        Ok(())
    }

    async fn rows(&mut self, intake: Option<Id<Intake>>) -> Result<()> {
        let orders: Vec<Cells> = self.sheet.rows.iter().map(|line| self.sheet.cells(line)).collect();
        let mut checking = Checking::new(self.app, self.source, self.carrier, &orders).await?;
        let rows: Vec<(&Cells, i64)> = orders.iter().zip(self.sheet.rows.iter().map(|line| line.number)).collect();
        for chunk in rows.chunks(CHUNK) {
            let mut fresh = Vec::new();
            for (cells, line) in chunk {
                match checking.look(cells, *line, intake).await? {
                    Verdict::Fresh(order, marks) => {
                        self.mark(cells, *line, marks);
                        fresh.push((*line, *order));
                    }
                    verdict => self.note(cells, *line, intake, verdict),
                }
            }
            self.take(intake, fresh).await?;
        }
        Ok(())
    }

    /// What is taken in, and not understood in every cell.
    fn mark(&mut self, cells: &Cells, line: i64, marks: Marks) {
        match (marks.has_matter, cell(cells, "category")) {
            (true, _) => self.brought.matched += 1,
            (false, Some(category)) => *self.brought.unmatched.entry(category.to_owned()).or_default() += 1,
            (false, None) => {}
        }
        if marks.is_phone_left_out {
            self.brought.unreachable.push(line);
        }
    }

    fn note(&mut self, cells: &Cells, line: i64, intake: Option<Id<Intake>>, verdict: Verdict) {
        let number = cell(cells, "number").unwrap_or_default().to_owned();
        match verdict {
            // What this very file brought before its answer was lost; a second row of the same number was known then, too.
            Verdict::Known(with) if with.is_some() && with == intake && self.again.insert(number.clone()) => {
                self.brought.fresh += 1;
            }
            Verdict::Known(_) => self.brought.known += 1,
            Verdict::Differs(case) => self.brought.differing.push(Difference { line, number, case }),
            Verdict::Mistaken(fields) => {
                let mistakes = fields.iter().map(|field| mistake(&self.sheet, line, field));
                self.brought.mistakes.extend(mistakes.collect::<Vec<_>>());
            }
            Verdict::Fresh(..) => self.brought.fresh += 1,
        }
    }

    async fn take(&mut self, intake: Option<Id<Intake>>, fresh: Vec<(i64, (Order, Alias))>) -> Result<()> {
        if intake.is_none() {
            self.brought.fresh += i64::try_from(fresh.len()).unwrap_or(i64::MAX);
            return Ok(());
        }
        let app = self.app;
        let taken = stream::iter(fresh)
            .map(|(line, (order, alias))| async move { (line, take_order(app, order, alias).await) });
        let taken: Vec<(i64, Result<_>)> = taken.buffer_unordered(AT_ONCE).collect().await;
        self.app.live.hint(Topic::Cases);
        for (line, done) in taken {
            match done {
                Ok(_) => self.brought.fresh += 1,
                // Someone else brought the same order in at the same moment.
                Err(error) if error.fields().iter().any(|field| field.code == Code::Duplicate) => {
                    self.brought.known += 1;
                }
                Err(error) if error.fields().is_empty() => return Err(error),
                Err(error) => {
                    let mistakes = error.fields().iter().map(|field| mistake(&self.sheet, line, field));
                    self.brought.mistakes.extend(mistakes.collect::<Vec<_>>());
                }
            }
        }
        Ok(())
    }

    /// Keeps that the file comes in, or finds the intake that was begun under the same key.
    async fn begin(&mut self, file: String, key: Key) -> Result<Id<Intake>> {
        let now = self.app.now();
        let row = IntakeRow {
            id: Id::new(now, &self.app.chance),
            source: self.source.code.clone(),
            at: now,
            person: self.carrier.by.person,
            region: self.carrier.home.clone(),
            file,
            fresh: 0,
            known: 0,
            differing: 0,
            mistaken: 0,
            ended_at: None,
            undone_at: None,
            withdrawn: None,
        };
        let by = self.carrier.by.clone();
        let begin = async move |mut tx: Tx| {
            if let Some(earlier) = idempotency::claim(&mut tx, &key, &row.id.to_string(), now).await? {
                return earlier.parse().map_err(Error::internal);
            }
            store::insert_intake(&mut tx, &row).await?;
            let params = json!({ "source": row.source, "file": row.file });
            let (kind, object_id, place) = ("source.brought", row.id.to_string(), Some(&row.region));
            let entry = Entry { kind, object_kind: "intake", object_id, place, params };
            trail::record(&mut tx, now, &by, entry).await?;
            Ok(row.id)
        };
        let id = self.app.db.write(begin).await?;
        self.brought.intake = Some(id);
        Ok(id)
    }

    async fn end(&mut self, id: Id<Intake>) -> Result<()> {
        let now = self.app.now();
        let row = IntakeRow {
            id,
            source: self.source.code.clone(),
            at: now,
            person: None,
            region: self.carrier.home.clone(),
            file: String::new(),
            fresh: self.brought.fresh,
            known: self.brought.known,
            differing: i64::try_from(self.brought.differing.len()).unwrap_or(i64::MAX),
            mistaken: self.brought.mistaken(),
            ended_at: Some(now),
            undone_at: None,
            withdrawn: None,
        };
        self.app.db.write(async move |mut tx| store::end_intake(&mut tx, &row, now).await).await?;
        self.app.live.hint(Topic::Records);
        Ok(())
    }
}

fn columns_missing(brought: &Brought) -> Error {
    let names = |at: usize| brought.missing.iter().map(|field| field.name[at]).collect::<Vec<_>>();
    let columns = kernel::Names::new(names(0).join("、"), names(1).join(", "));
    Error::new(Code::ColumnsMissing).with("columns", columns)
}

fn mistake(sheet: &Sheet, line: i64, field: &FieldError) -> RowMistake {
    let heading = sheet.heading(&field.field).map(str::to_owned);
    RowMistake { line, field: field.field.clone(), heading, error: field.clone() }
}

/// The rows that have mistakes, as a workbook with what is wrong in a column before them: to be mended and brought again.
///
/// # Errors
/// As [`bring_in`] when nothing is written.
pub async fn mistakes_file(
    app: &SharedApp,
    carrier: &Carrier,
    code: &str,
    file: OrdersFile,
    lang: Lang,
) -> Result<Vec<u8>> {
    columns::check(&file.chosen)?;
    let source = book::find(&mut app.db.read().await?, app, code, &carrier.home).await?.source;
    let (_, sheet) = file.read(&source).await?;
    let mut bringing = Bringing::new(app, carrier, &source, sheet);
    bringing.all(String::new(), Mode::Dry).await?;
    let Bringing { sheet, brought, .. } = bringing;
    let rows = sheet.rows.iter().filter_map(|line| Some((line, wrong(&brought, line, lang)?)));
    let broken = |error: XlsxError| Error::internal(error.to_string());
    writing::mistakes(&sheet.head, rows, lang).map_err(broken)
}

/// What is wrong with a row, column by column.
fn wrong(brought: &Brought, line: &Line, lang: Lang) -> Option<String> {
    let own = brought.mistakes.iter().filter(|mistake| mistake.line == line.number);
    let said = |mistake: &RowMistake| {
        let message = mistake.error.sentence(lang);
        mistake.heading.as_ref().map_or_else(|| message.clone(), |heading| format!("{heading}：{message}"))
    };
    let all: Vec<String> = own.map(said).collect();
    (!all.is_empty()).then(|| all.join("\n"))
}
