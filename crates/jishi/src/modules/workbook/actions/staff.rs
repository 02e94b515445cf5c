//! People, and the posts that the sheets give them.

use std::collections::HashSet;

use db::Tx;
use kernel::{Code, Error, Result};

use super::{
    super::{
        names::{self, People, Places, Units, several},
        read::{Row, Table},
    },
    bringing::{Bringing, csv, text},
};
use crate::{
    modules::people::{self, Outcome, StaffFile},
    platform::access::Role,
};

impl Bringing<'_> {
    /// People, and every post that any sheet gives them, in one go.
    pub(super) async fn staff(&mut self, tx: &mut Tx, tables: &[Table]) -> Result<()> {
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
        let mut people = People::read(tx, &called, self.writers.scope.as_ref(), self.today).await?;
        let regions: Vec<&str> = rows("staff").chain(rows("links")).map(|(_, row)| row.cell("region")).collect();
        let places = Places::read_unscoped(tx, &regions, self.root(), self.today).await?;
        let named: Vec<&str> = rows("staff").map(|(_, row)| row.cell("unit")).filter(|unit| !unit.is_empty()).collect();
        let units = Units::read_unscoped(tx, &named, self.today).await?;
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
        let role = |written: &str| Role::called(written).map_or(written.to_owned(), |role| role.as_str().to_owned());
        posts.retain(|post| seen.insert((post.login.clone(), role(&post.role), post.region.clone())));
        Ok(posts)
    }

    pub(super) async fn is_known(&self, tx: &mut Tx, login: &str) -> Result<bool> {
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
