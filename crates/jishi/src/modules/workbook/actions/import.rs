//! Bringing a workbook in: all of it or nothing.
//!
//! Sheets are brought in by the very code that reads CSV files: a sheet becomes the lines of such a file, each on the line
//! it has in the sheet, so that a mistake finds its way back to its cell.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use db::Tx;
use kernel::{Code, Day, Error, Id, Instant, RegionCode, Result};
use serde_json::json;

use super::{
    super::{
        model::{CellError, Counts, Import, Imported, Journal, SheetReport},
        names::{self, People, Places, Units, several},
        read::{self, Row, Table},
        sheets::SHEETS,
        store,
    },
    Bringer, Writers,
};
use crate::{
    modules::{
        SharedApp,
        people::{self, NamedUnit, Outcome, StaffFile, UnitsFile},
        regions::{self, Kind, PlacesFile},
    },
    platform::{
        access::Role,
        idempotency,
        import::{Mode, RowError, Writer},
        live::Topic,
        trail::{self, Entry},
    },
};

/// The duty of the sheet of Party organisations.
const PARTY: &str = "party_organisation";

/// Brings a workbook in, or says what that would do. With mistakes nothing is written.
///
/// # Errors
/// `forbidden`; a field error on `file` when it is no workbook; what the database refuses. Mistakes in cells are in the
/// answer.
pub async fn import(app: &SharedApp, bringer: Bringer, file: String, bytes: Vec<u8>, mode: Mode) -> Result<Imported> {
    let writers = Arc::new(Writers::new(&bringer)?);
    let read = tokio::task::spawn_blocking(move || read::workbook(&bytes)).await;
    let tables = Arc::new(read.map_err(Error::internal)??);
    let (rehearsing, of, by) = (Arc::clone(app), Arc::clone(&tables), Arc::clone(&writers));
    let rehearse = async move |mut tx: Tx| {
        let mut bringing = Bringing::new(&rehearsing, &by, true);
        bringing.all(&mut tx, &of).await?;
        Ok(bringing.done())
    };
    let (rehearsed, _) = app.db.rehearse(rehearse).await?;
    let rehearsed = Imported { id: None, sheets: rehearsed };
    let key = match mode {
        Mode::Write(key) if rehearsed.is_sound() => key,
        _ => return Ok(rehearsed),
    };
    let writing = Arc::clone(app);
    let id = Id::new(app.now(), &app.chance);
    let write = async move |mut tx: Tx| {
        if let Some(earlier) = idempotency::claim(&mut tx, &key, &id.to_string(), writing.now()).await? {
            return Ok((earlier.parse().map_err(Error::internal)?, rehearsed.sheets));
        }
        let mut bringing = Bringing::new(&writing, &writers, false);
        bringing.all(&mut tx, &tables).await?;
        let now = bringing.now;
        let (sheets, journal) = bringing.done();
        if sheets.iter().any(|sheet| !sheet.errors.is_empty()) {
            // Someone was faster between the rehearsal and this.
            return Err(Error::new(Code::RecordChanged));
        }
        record(&mut tx, (id, now), &writers, &file, &sheets, &journal).await?;
        Ok((id, sheets))
    };
    let (id, sheets) = app.db.write(write).await?;
    regions::refresh(app).await?;
    app.live.hint(Topic::Records);
    Ok(Imported { id: Some(id), sheets })
}

async fn record(
    tx: &mut Tx,
    (id, now): (Id<Import>, Instant),
    writers: &Writers,
    file: &str,
    sheets: &[SheetReport],
    journal: &Journal,
) -> Result<()> {
    let count = |sheet: &SheetReport| Counts {
        sheet: sheet.sheet.key.to_owned(),
        inserted: sheet.inserted,
        changed: sheet.changed,
    };
    let counts: Vec<Counts> = sheets.iter().map(count).collect();
    let import = Import { id, at: now, person: writers.by.person, file: file.to_owned(), counts, undone_at: None };
    store::insert(tx, &import, journal).await?;
    let params = json!({ "file": file, "counts": import.counts });
    let entry =
        Entry { kind: "workbook.imported", object_kind: "import", object_id: id.to_string(), place: None, params };
    trail::record(tx, now, &writers.by, entry).await
}

/// One workbook on its way in.
struct Bringing<'a> {
    app: &'a SharedApp,
    writers: &'a Writers,
    /// Whether all is undone at the end: then also what is someone else's is looked at.
    is_rehearsal: bool,
    now: Instant,
    today: Day,
    reports: Vec<SheetReport>,
    journal: Journal,
    /// What sheets with mistakes would have defined: who names it has made no mistake of their own.
    missing: HashSet<String>,
    /// Where the rows of grids, groups and Party organisations stand.
    placed: HashMap<(&'static str, i64), (RegionCode, Option<String>)>,
}

/// A line of a CSV file made from a row; none where the row is not part of it.
type Lines = Vec<(i64, Vec<String>)>;

/// The file that a sheet would be saved as: each row on its own line.
fn csv(head: &[&str], mut lines: Lines) -> Vec<u8> {
    lines.sort_by_key(|(line, _)| *line);
    let mut out = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = out.write_record(head);
    let mut file = out.into_inner().unwrap_or_default();
    let mut next = 2;
    for (line, cells) in lines {
        while next < line {
            file.push(b'\n');
            next += 1;
        }
        let mut out = csv::Writer::from_writer(Vec::new());
        let _ = out.write_record(&cells);
        file.extend(out.into_inner().unwrap_or_default());
        next += 1;
    }
    file
}

fn text(code: &RegionCode) -> String {
    code.as_str().to_owned()
}

impl<'a> Bringing<'a> {
    fn new(app: &'a SharedApp, writers: &'a Writers, is_rehearsal: bool) -> Self {
        let (now, today) = (app.now(), app.today());
        let report = |sheet| SheetReport { sheet, inserted: 0, changed: 0, unchanged: 0, left: 0, errors: Vec::new() };
        Self {
            app,
            writers,
            is_rehearsal,
            now,
            today,
            reports: SHEETS.iter().map(report).collect(),
            journal: Journal::default(),
            missing: HashSet::new(),
            placed: HashMap::new(),
        }
    }

    fn done(mut self) -> (Vec<SheetReport>, Journal) {
        for report in &mut self.reports {
            report.errors.sort_by_key(|error| (error.line, error.column));
        }
        (self.reports, self.journal)
    }

    fn report(&mut self, table: &Table) -> Result<&mut SheetReport> {
        let found = self.reports.iter_mut().find(|report| report.sheet.key == table.sheet.key);
        found.ok_or_else(|| Error::internal("a sheet without a report"))
    }

    /// Adds mistakes; what the sheet would have defined is missing from now on.
    fn refuse(&mut self, table: &Table, errors: Vec<CellError>) -> Result<()> {
        if errors.is_empty() {
            return Ok(());
        }
        for row in &table.rows {
            let defining = ["name_zh", "name", "login", "code", "id_hint"];
            self.missing
                .extend(defining.into_iter().map(|key| row.cell(key).to_owned()).filter(|text| !text.is_empty()));
        }
        self.report(table)?.errors.extend(errors);
        Ok(())
    }

    /// Whether a name that leads nowhere would have been defined by a sheet that has mistakes itself.
    fn is_missing(&self, cell: &str) -> bool {
        cell.split(['/', '／', '>', '＞']).any(|part| self.missing.contains(part.trim()))
    }

    fn root(&self) -> &'a RegionCode {
        &self.app.settings.region
    }

    async fn all(&mut self, tx: &mut Tx, tables: &[Table]) -> Result<()> {
        for table in tables {
            self.refuse(table, table.errors.clone())?;
        }
        for table in tables {
            match table.sheet.key {
                "grids" | "groups" => self.places(tx, table).await?,
                "units" | "party" => self.units(tx, table).await?,
                _ => {}
            }
        }
        self.staff(tx, tables).await
    }

    /// As whom a part is written; in a rehearsal as the platform where it is someone else's, and what they would have to
    /// bring in is counted as left.
    fn writer(&mut self, table: &Table, own: Option<&Writer>, missing: usize) -> Result<Option<Writer>> {
        if let Some(own) = own {
            return Ok(Some(own.clone()));
        }
        self.report(table)?.left = i64::try_from(missing).unwrap_or(i64::MAX);
        // What comes before one's own part must really be there; what comes after it is looked at in passing.
        let is_after = self.writers.places.is_some();
        Ok((self.is_rehearsal && is_after).then(Writer::platform))
    }

    async fn places(&mut self, tx: &mut Tx, table: &Table) -> Result<()> {
        let writers = self.writers;
        let cells: Vec<&str> = table.whole_rows().map(|row| row.cell("village")).collect();
        let places = Places::read(tx, &cells, self.root(), self.today).await?;
        let (mut lines, mut errors): (Lines, Vec<CellError>) = Default::default();
        let mut missing = 0;
        let mut numbers = Numbers { is_groups: table.sheet.key == "groups", taken: HashMap::new() };
        for row in table.whole_rows() {
            match self.place(tx, row, &places, &mut numbers).await {
                Ok((code, kind, is_known)) => {
                    missing += usize::from(!is_known);
                    let cells = vec![text(&code), kind.as_str().to_owned(), row.cell("name_zh").to_owned()];
                    lines.push((row.line, cells));
                    self.placed.insert((table.sheet.key, row.line), (code, None));
                }
                Err(error) => errors.extend(self.mistake(table, row, &error)),
            }
        }
        let Some(writer) = self.writer(table, writers.places.as_ref(), missing)? else { return Ok(()) };
        let file = PlacesFile::read(csv(&["code", "kind", "name_zh"], lines)).await?;
        let (root, chance) = (self.root().clone(), self.app.chance.clone());
        let done = regions::places_in(tx, &writer, file, (&root, &chance), (self.now, self.today)).await?;
        errors.extend(located(table, &done.report.errors));
        self.refuse(table, errors)?;
        if writers.places.is_none() {
            return Ok(());
        }
        let report = self.report(table)?;
        report.inserted += done.report.inserted;
        report.changed += done.report.changed;
        report.unchanged += done.report.unchanged;
        self.journal.places.extend(done.made);
        self.journal.places_before.extend(done.before);
        Ok(())
    }

    /// A mistake of a row, unless what it names is missing because of another mistake.
    fn mistake(&self, table: &Table, row: &Row, error: &Error) -> Option<CellError> {
        let field = error.fields().first()?;
        let is_lookup = matches!(field.code, Code::UnknownName | Code::UnknownRegion | Code::UnknownUnit);
        if is_lookup && self.is_missing(row.cell(&field.field)) {
            return None;
        }
        Some(table.located(row.line, &field.field.clone(), field.clone()))
    }

    /// Code and kind of a grid or a group, and whether it is there already.
    async fn place(
        &self,
        tx: &mut Tx,
        row: &Row,
        places: &Places,
        numbers: &mut Numbers,
    ) -> Result<(RegionCode, Kind, bool)> {
        let village = places.find("village", row.cell("village"))?;
        if village.level() != kernel::Level::Village {
            let expected = kernel::Names::new("村或社区", "a village or community");
            return Err(Error::field("village", Code::BadFormat).with("expected", expected));
        }
        let children = regions::children_unscoped(tx, &village, self.today).await?;
        let name = row.cell("name_zh");
        let known = children
            .iter()
            .find(|place| place.place.names.zh() == name && (place.place.kind == Kind::Group) == numbers.is_groups);
        let code = match (row.cell("code"), known) {
            ("", Some(known)) => known.place.code.clone(),
            ("", None) => numbers.next(&village, children.iter().map(|place| &place.place.code))?,
            (written, _) => numbers.written(&village, written)?,
        };
        let before = children.iter().find(|place| place.place.code == code).map(|place| place.place.kind);
        let kind = match row.cell("kind") {
            _ if numbers.is_groups => Kind::Group,
            "" => before.unwrap_or(Kind::Grid),
            written => {
                grid_kind(written).ok_or_else(|| Error::field("kind", Code::UnknownValue).with("value", written))?
            }
        };
        numbers.take(&code).map_err(|()| Error::field("code", Code::Duplicate).with("value", code.as_str()))?;
        Ok((code, kind, before.is_some()))
    }

    async fn units(&mut self, tx: &mut Tx, table: &Table) -> Result<()> {
        let writers = self.writers;
        let is_party = table.sheet.key == "party";
        let column =
            |key: &'static str| table.rows.iter().map(move |row| row.cell(key)).filter(|cell| !cell.is_empty());
        let places = Places::read(tx, &column("region").collect::<Vec<_>>(), self.root(), self.today).await?;
        let called: Vec<&str> = column("name_zh").chain(column("parent")).chain(column("id_hint")).collect();
        let mut units = Units::read(tx, &called, self.today).await?;
        let mut errors: Vec<CellError> = Vec::new();
        let mut found: Vec<(&Row, RegionCode, String)> = Vec::new();
        let mut missing = 0;
        for row in table.whole_rows() {
            match places.find("region", row.cell("region")) {
                Ok(region) => {
                    let known = units.at(row.cell("name_zh"), &region);
                    missing += usize::from(known.is_none() && !units.has(row.cell("id_hint")));
                    let code = match (row.cell("id_hint"), known) {
                        ("", Some(known)) => known.code.clone(),
                        ("", None) => format!("{region}-{}", row.cell("name_zh")),
                        (code, _) => code.to_owned(),
                    };
                    found.push((row, region, code));
                }
                Err(error) => errors.extend(self.mistake(table, row, &error)),
            }
        }
        units = units.and(found.iter().map(|(row, region, code)| NamedUnit {
            code: code.clone(),
            name: row.cell("name_zh").to_owned(),
            region: region.clone(),
        }));
        let mut lines = Lines::new();
        for (row, region, code) in found {
            let parent = match row.cell("parent") {
                "" => String::new(),
                cell => match units.find("parent", cell, &region) {
                    Ok(parent) => parent.code.clone(),
                    Err(error) => {
                        errors.extend(self.mistake(table, row, &error));
                        continue;
                    }
                },
            };
            let duty = if is_party { PARTY.to_owned() } else { self.duty(row.cell("duty")) };
            let cell = |key: &str| row.cell(key).to_owned();
            lines.push((
                row.line,
                vec![code.clone(), cell("name_zh"), cell("name_en"), duty, text(&region), parent, cell("phone")],
            ));
            self.placed.insert((table.sheet.key, row.line), (region, Some(code)));
        }
        let Some(writer) = self.writer(table, writers.units.as_ref(), missing)? else { return Ok(()) };
        let head = ["id_hint", "name_zh", "name_en", "duty", "region", "parent", "phone"];
        let file = UnitsFile::read(self.app, &csv(&head, lines)).await?;
        let done = people::units_in(tx, &writer, &file, self.now).await?;
        errors.extend(located(table, &done.report.errors));
        self.refuse(table, errors)?;
        if writers.units.is_none() {
            return Ok(());
        }
        let report = self.report(table)?;
        report.inserted += done.report.inserted;
        report.changed += done.report.changed;
        report.unchanged += done.report.unchanged;
        self.journal.units.extend(done.made);
        self.journal.units_before.extend(done.before);
        Ok(())
    }

    /// The code of a duty that is written by its name.
    fn duty(&self, written: &str) -> String {
        let catalogue = self.app.matters.catalogue();
        let is_called = |name: &str| name.eq_ignore_ascii_case(written);
        let found = catalogue.duties().find(|duty| duty.names.iter().any(|(_, name)| is_called(name)));
        found.map_or_else(|| written.to_owned(), |duty| duty.code.clone())
    }

    /// People, and every post that any sheet gives them, in one go.
    async fn staff(&mut self, tx: &mut Tx, tables: &[Table]) -> Result<()> {
        let writers = self.writers;
        let people = self.posts(tx, tables).await?;
        let mut writer = None;
        for table in tables.iter().filter(|table| matches!(table.sheet.key, "staff" | "links")) {
            writer = self.writer(table, writers.people.as_ref(), table.rows.len())?;
        }
        if writers.people.is_some() {
            writer.clone_from(&writers.people);
        }
        let Some(writer) = writer.filter(|_| !people.is_empty()) else { return Ok(()) };
        let lines = people.iter().zip(2..).map(|(post, line)| (line, post.cells())).collect();
        let head = ["login", "name", "role", "region", "unit", "phone"];
        let file = StaffFile::read(self.app, &csv(&head, lines));
        let done = people::staff_in(tx, &writer, &file, (self.now, self.today)).await?;
        let origin = |line: i64| usize::try_from(line - 2).ok().and_then(|index| people.get(index));
        for error in &done.report.errors {
            let Some(post) = origin(error.line) else { continue };
            let key = if post.table.sheet.key == "staff" { error.field.field.as_str() } else { post.key };
            let mistake = post.table.located(post.line, key, error.field.clone());
            self.refuse(post.table, vec![mistake])?;
        }
        if writers.people.is_none() {
            return Ok(());
        }
        for (line, outcome) in &done.outcomes {
            let Some(post) = origin(*line) else { continue };
            let report = self.report(post.table)?;
            match outcome {
                Outcome::New => report.inserted += 1,
                Outcome::Changed => report.changed += 1,
                Outcome::Same => report.unchanged += 1,
            }
        }
        self.journal.people.extend(done.people);
        self.journal.posts.extend(done.posts);
        self.journal.people_before.extend(done.before);
        Ok(())
    }

    /// Every post of every sheet, each once.
    async fn posts<'t>(&mut self, tx: &mut Tx, tables: &'t [Table]) -> Result<Vec<PostLine<'t>>> {
        let rows = |key: &'static str| {
            tables
                .iter()
                .filter(move |table| table.sheet.key == key)
                .flat_map(|table| table.whole_rows().map(move |row| (table, row)))
        };
        let called = called(tables);
        let called: Vec<&str> = called.iter().map(String::as_str).collect();
        let mut people = People::read(tx, &called, self.today).await?;
        let regions: Vec<&str> = rows("staff").chain(rows("links")).map(|(_, row)| row.cell("region")).collect();
        let places = Places::read(tx, &regions, self.root(), self.today).await?;
        let named: Vec<&str> = rows("staff").map(|(_, row)| row.cell("unit")).filter(|unit| !unit.is_empty()).collect();
        let units = Units::read(tx, &named, self.today).await?;
        let mut posts: Vec<PostLine<'t>> = Vec::new();
        // Who has no post on their own line gets one from another sheet, or from none: that is told below.
        let mut waiting: Vec<(&'t Table, &'t Row, String)> = Vec::new();
        for (table, row) in rows("staff") {
            let (name, phone) = (row.cell("name"), Some(row.cell("phone")).filter(|phone| !phone.is_empty()));
            if name.is_empty() {
                continue;
            }
            let login = people.login(name, row.cell("login"), phone);
            if row.cell("role").is_empty() {
                waiting.push((table, row, login));
                continue;
            }
            match self.post(row, &places, &units) {
                Ok((region, unit)) => posts.push(PostLine {
                    table,
                    line: row.line,
                    key: "role",
                    login,
                    name: name.to_owned(),
                    role: row.cell("role").to_owned(),
                    region,
                    unit,
                    phone: phone.map(str::to_owned),
                }),
                Err(error) => {
                    let mistake = self.mistake(table, row, &error).into_iter().collect();
                    self.refuse(table, mistake)?;
                }
            }
        }
        let mut given = Vec::new();
        for (key, column, role) in [
            ("grids", "leaders", Role::GridLeader),
            ("grids", "workers", Role::GridWorker),
            ("groups", "leaders", Role::GroupLeader),
            ("party", "secretary", Role::BranchSecretary),
            ("links", "person", Role::LinkedCadre),
        ] {
            for (table, row) in rows(key) {
                given.extend(several(row.cell(column)).map(|who| (table, row, column, role, who)));
            }
        }
        for (table, row, column, role, who) in given {
            let place = match self.placed.get(&(table.sheet.key, row.line)) {
                Some(placed) => Ok(placed.clone()),
                None if table.sheet.key == "links" => {
                    places.find("region", row.cell("region")).map(|region| (region, None))
                }
                // The row has a mistake of its own.
                None => continue,
            };
            let found = place.and_then(|place| Ok((place, people.find(column, who)?)));
            match found {
                Ok(((region, unit), known)) => posts.push(PostLine {
                    table,
                    line: row.line,
                    key: column,
                    login: known.login.clone(),
                    name: known.name.clone(),
                    role: role.as_str().to_owned(),
                    region: text(&region),
                    unit: unit.unwrap_or_default(),
                    phone: waiting
                        .iter()
                        .find(|(_, _, login)| *login == known.login)
                        .and_then(|(_, row, _)| Some(row.cell("phone").to_owned()).filter(|phone| !phone.is_empty())),
                }),
                Err(error) => {
                    let is_known = error.fields().first().is_some_and(|field| field.field == column);
                    let mistake =
                        if is_known && self.is_missing(who) { None } else { self.mistake(table, row, &error) };
                    self.refuse(table, mistake.into_iter().collect())?;
                }
            }
        }
        for (table, row, login) in waiting {
            if !posts.iter().any(|post| post.login == login) && !self.is_known(tx, &login).await? {
                let mistake = table.mistake(row.line, "role", &Error::field("role", Code::Required));
                self.refuse(table, vec![mistake])?;
            }
        }
        let mut seen = HashSet::new();
        posts.retain(|post| seen.insert((post.login.clone(), role_code(&post.role), post.region.clone())));
        Ok(posts)
    }

    async fn is_known(&self, tx: &mut Tx, login: &str) -> Result<bool> {
        Ok(people::person_of_login_unscoped(tx, login).await?.is_some())
    }

    /// Place and unit of a line of the staff sheet.
    fn post(&self, row: &Row, places: &Places, units: &Units) -> Result<(String, String)> {
        let region = places.find("region", row.cell("region"))?;
        let unit = match row.cell("unit") {
            "" => String::new(),
            cell => units.find("unit", cell, &region)?.code.clone(),
        };
        Ok((text(&region), unit))
    }
}

/// A post that a row of some sheet gives.
struct PostLine<'t> {
    table: &'t Table,
    line: i64,
    key: &'static str,
    login: String,
    name: String,
    role: String,
    region: String,
    unit: String,
    phone: Option<String>,
}

impl PostLine<'_> {
    fn cells(&self) -> Vec<String> {
        let Self { login, name, role, region, unit, phone, .. } = self;
        let phone = phone.clone().unwrap_or_default();
        vec![login.clone(), name.clone(), role.clone(), region.clone(), unit.clone(), phone]
    }
}

fn role_code(written: &str) -> String {
    let is_called = |role: &Role| role.names().iter().any(|(_, name)| name.eq_ignore_ascii_case(written));
    Role::ALL.into_iter().find(is_called).map_or_else(|| written.to_owned(), |role| role.as_str().to_owned())
}

/// What people may be called in the workbook, to look all of them up at once: as written, and the log-in names that would
/// be made for them.
fn called(tables: &[Table]) -> Vec<String> {
    let mut called: Vec<String> = Vec::new();
    for row in tables.iter().flat_map(|table| &table.rows) {
        for key in ["name", "login", "leaders", "workers", "secretary", "person"] {
            called.extend(several(row.cell(key)).map(str::to_owned));
        }
        if row.cell("login").is_empty() && !row.cell("name").is_empty() {
            called.extend(names::made_of(row.cell("name"), row.cell("phone")));
        }
    }
    called.sort_unstable();
    called.dedup();
    called
}

fn located(table: &Table, errors: &[RowError]) -> Vec<CellError> {
    errors.iter().map(|error| table.located(error.line, &error.field.field, error.field.clone())).collect()
}

fn grid_kind(written: &str) -> Option<Kind> {
    match written {
        "普通网格" | "网格" | "ordinary grid" | "grid" => Some(Kind::Grid),
        "专属网格" | "dedicated grid" | "dedicated_grid" => Some(Kind::DedicatedGrid),
        _ => None,
    }
}

/// Numbers of grids and groups within their villages: 001 to 799, and 801 to 999.
struct Numbers {
    is_groups: bool,
    taken: HashMap<RegionCode, HashSet<RegionCode>>,
}

impl Numbers {
    fn range(&self) -> std::ops::RangeInclusive<u32> {
        if self.is_groups { 801..=999 } else { 1..=799 }
    }

    /// The first number that is free.
    fn next<'c>(&mut self, village: &RegionCode, known: impl Iterator<Item = &'c RegionCode>) -> Result<RegionCode> {
        let range = self.range();
        let taken = self.taken.entry(village.clone()).or_default();
        let known: HashSet<&RegionCode> = known.collect();
        range
            .filter_map(|number| RegionCode::parse(&format!("{village}{number:03}")).ok())
            .find(|code| !known.contains(code) && !taken.contains(code))
            .ok_or_else(|| Error::field("code", Code::OutOfRange).with("min", 1).with("max", 999))
    }

    /// A number as written: three digits, or the whole code.
    fn written(&self, village: &RegionCode, written: &str) -> Result<RegionCode> {
        let range = self.range();
        let (first, last) = (i64::from(*range.start()), i64::from(*range.end()));
        let wrong = || Error::field("code", Code::OutOfRange).with("min", first).with("max", last);
        let tail = written.strip_prefix(village.as_str()).unwrap_or(written);
        let number = tail.parse::<u32>().ok().filter(|number| tail.len() <= 3 && range.contains(number));
        let number = number.ok_or_else(wrong)?;
        RegionCode::parse(&format!("{village}{number:03}")).map_err(|_| wrong())
    }

    fn take(&mut self, code: &RegionCode) -> Result<(), ()> {
        let Some(village) = code.parent() else { return Err(()) };
        if self.taken.entry(village).or_default().insert(code.clone()) { Ok(()) } else { Err(()) }
    }
}
