//! People, and the posts that the sheets give them.

use std::collections::{HashMap, HashSet};

use db::Tx;
use kernel::{Code, Error, Result};

use super::{
    super::{
        model::CellError,
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
        self.look_at_all();
        let Posts { posts: people, homes } = self.posts(tx, tables).await?;
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
            // Who somebody is stands on their own line, whichever sheet gives them the post.
            let is_personal = matches!(error.field.field.as_str(), "login" | "name" | "phone");
            let home = homes.get(&post.login).filter(|_| is_personal);
            let (table, line) = home.copied().unwrap_or((post.table, post.line));
            let key = if table.sheet.key == "staff" { error.field.field.as_str() } else { post.key };
            self.tell(table, line, key, &error.field)?;
        }
        if writers.people.is_none() {
            return Ok(());
        }
        for (line, _) in done.outcomes.iter().filter(|(_, outcome)| *outcome == Outcome::New) {
            let Some(post) = origin(*line) else { continue };
            self.report(post.table)?.posts += 1;
        }
        let (new, changed): (HashSet<&str>, HashSet<&str>) = (
            done.newcomers.iter().map(String::as_str).collect(),
            done.before.iter().map(|person| person.login.as_str()).collect(),
        );
        for (login, (table, _)) in &homes {
            let report = self.report(table)?;
            match login.as_str() {
                login if new.contains(login) => report.inserted += 1,
                login if changed.contains(login) => report.changed += 1,
                _ => report.unchanged += 1,
            }
        }
        self.journal.people.extend(done.people);
        self.journal.posts.extend(done.posts);
        self.journal.people_before.extend(done.before);
        Ok(())
    }

    /// Every post of every sheet, each once, and where everybody's own line is.
    async fn posts<'t>(&mut self, tx: &mut Tx, tables: &'t [Table]) -> Result<Posts<'t>> {
        let rows = |key: &'static str| {
            tables
                .iter()
                .filter(move |table| table.sheet.key == key)
                .flat_map(|table| table.rows.iter().map(move |row| (table, row)))
        };
        let called = called(tables);
        let called: Vec<&str> = called.iter().map(String::as_str).collect();
        let mut people = People::read(tx, &called, self.writers.scope.as_ref(), self.today).await?;
        let regions = rows("staff").chain(rows("links")).map(|(_, row)| row.cell("region"));
        let regions: Vec<&str> = regions.filter(|region| !region.is_empty()).collect();
        let places = Places::read_unscoped(tx, &regions, self.root(), self.today).await?;
        let named: Vec<&str> = rows("staff").map(|(_, row)| row.cell("unit")).filter(|unit| !unit.is_empty()).collect();
        let units = Units::read_unscoped(tx, &named, self.today).await?;
        let mut posts: Vec<PostLine<'t>> = Vec::new();
        // Who has no post on their own line gets one from another sheet, or from none: that is told below.
        let mut waiting: Vec<(&'t Table, &'t Row, String)> = Vec::new();
        let mut homes: HashMap<String, (&'t Table, i64)> = HashMap::new();
        for (table, row) in rows("staff") {
            let (name, phone) = (row.cell("name"), Some(row.cell("phone")).filter(|phone| !phone.is_empty()));
            let login = self.login(table, row, &mut people)?;
            homes.entry(login.clone()).or_insert((table, row.line));
            let (region, unit) = self.post(table, row, &places, &units)?;
            if row.cell("role").is_empty() {
                waiting.push((table, row, login));
                continue;
            }
            posts.push(PostLine {
                table,
                line: row.line,
                key: "role",
                login,
                name: name.to_owned(),
                role: row.cell("role").to_owned(),
                region,
                unit,
                phone: phone.map(str::to_owned),
            });
        }
        for (table, row) in rows("links") {
            if let Some(region) = self.named(table, row, places.find("region", row.cell("region")))? {
                self.placed.insert((table.sheet.key, row.line), (region, None));
            }
        }
        let mut unknown: Vec<(&'t Table, CellError)> = Vec::new();
        // Also those whose post stands on a row that is to be mended.
        let mut given_to: HashSet<String> = HashSet::new();
        for (table, row, column, role, who) in given(tables) {
            let known = match people.find(column, who) {
                Ok(known) => known,
                Err(_) if self.is_missing(who) => continue,
                // Several may be wrong in one cell.
                Err(error) => {
                    unknown.push((table, table.mistake(row.line, column, &error)));
                    continue;
                }
            };
            given_to.insert(known.login.clone());
            let Some((region, unit)) = self.placed.get(&(table.sheet.key, row.line)).cloned() else {
                // The row has a mistake of its own, or waits for the one who brings it in.
                if !self.is_row_doubted(table, row.line) {
                    let name = row.cell("name_zh");
                    let awaited = Error::field("name_zh", Code::NotBroughtYet).with("value", name);
                    self.refuse(table, vec![table.mistake(row.line, "name_zh", &awaited)])?;
                }
                continue;
            };
            posts.push(PostLine {
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
            });
        }
        for (table, mistake) in unknown {
            self.refuse(table, vec![mistake])?;
        }
        for (table, row, login) in waiting {
            let is_given = given_to.contains(&login) || posts.iter().any(|post| post.login == login);
            let is_somebody = !self.is_doubted(table, row.line, "name");
            if is_somebody && !is_given && !self.is_known(tx, &login).await? {
                self.wrong(table, row, &Error::field("role", Code::Required))?;
            }
        }
        let posts = each_once(posts);
        Ok(Posts { posts, homes })
    }

    pub(super) async fn is_known(&self, tx: &mut Tx, login: &str) -> Result<bool> {
        Ok(people::person_of_login_unscoped(tx, login).await?.is_some())
    }

    /// Place and unit of a line of the staff sheet; of what is not found the mistake is told, and something stands in for it
    /// so that the other cells are looked at too.
    fn post(&mut self, table: &Table, row: &Row, places: &Places, units: &Units) -> Result<(String, String)> {
        let region = self.named(table, row, places.find("region", row.cell("region")))?;
        if region.is_none() {
            self.doubt(table, row.line, "region");
        }
        let region = region.unwrap_or_else(|| self.root().clone());
        let unit = match row.cell("unit") {
            "" => None,
            cell => {
                let found = units.find("unit", cell, &region).map(|unit| unit.code.clone());
                let found = self.named(table, row, found)?;
                if found.is_none() {
                    self.doubt(table, row.line, "unit");
                }
                found
            }
        };
        Ok((text(&region), unit.unwrap_or_default()))
    }

    /// The log-in name of a line of the staff sheet: one person's, whom no other line names otherwise.
    fn login(&mut self, table: &Table, row: &Row, people: &mut People) -> Result<String> {
        let (name, written) = (row.cell("name"), row.cell("login"));
        if name.is_empty() {
            self.doubt(table, row.line, "login");
            return Ok(format!("row-{}", row.line));
        }
        let phone = Some(row.cell("phone")).filter(|phone| !phone.is_empty());
        let login = people.login(name, written, phone, row.line);
        if let Some(other) = people.other(&login, name) {
            let error = match other.line {
                Some(line) => Error::field("login", Code::GivenToOther)
                    .with("value", login.as_str())
                    .with("line", line)
                    .with("name", other.name.as_str()),
                None => Error::field("login", Code::Duplicate).with("value", login.as_str()),
            };
            self.wrong(table, row, &error)?;
        }
        Ok(login)
    }
}

/// What the sheets say of people.
struct Posts<'t> {
    posts: Vec<PostLine<'t>>,
    /// The line on the staff sheet of each log-in name.
    homes: HashMap<String, (&'t Table, i64)>,
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

/// Each post once, whichever sheets give it. Who stands on their own line as a grid worker of the community, and on the sheet of
/// grids at one of its grids, has one post: the grid says more exactly where.
fn each_once(mut posts: Vec<PostLine<'_>>) -> Vec<PostLine<'_>> {
    let role = |written: &str| Role::called(written).map_or(written.to_owned(), |role| role.as_str().to_owned());
    let given: Vec<(String, String, String)> = posts
        .iter()
        .filter(|post| post.table.sheet.key != "staff")
        .map(|post| (post.login.clone(), role(&post.role), post.region.clone()))
        .collect();
    let is_told_nearer = |post: &PostLine<'_>| {
        let is_same = |(login, held, _): &&(String, String, String)| *login == post.login && *held == role(&post.role);
        let nearer =
            |(_, _, region): &(String, String, String)| *region != post.region && region.starts_with(&post.region);
        post.table.sheet.key == "staff" && given.iter().filter(is_same).any(nearer)
    };
    let phones: HashMap<String, String> =
        posts.iter().filter_map(|post| Some((post.login.clone(), post.phone.clone()?))).collect();
    posts.retain(|post| !is_told_nearer(post));
    for post in &mut posts {
        post.phone = post.phone.take().or_else(|| phones.get(&post.login).cloned());
    }
    let mut seen = HashSet::new();
    posts.retain(|post| seen.insert((post.login.clone(), role(&post.role), post.region.clone())));
    posts
}

/// A name that a sheet other than the staff's gives a post: the row, the column, and the post.
type Given<'t> = (&'t Table, &'t Row, &'static str, Role, &'t str);

/// Everyone whom sheets other than the staff's give a post.
fn given(tables: &[Table]) -> Vec<Given<'_>> {
    let mut given = Vec::new();
    for (key, column, role) in [
        ("grids", "leaders", Role::GridLeader),
        ("grids", "workers", Role::GridWorker),
        ("groups", "leaders", Role::GroupLeader),
        ("party", "secretary", Role::BranchSecretary),
        ("links", "person", Role::LinkedCadre),
    ] {
        let own = tables.iter().filter(|table| table.sheet.key == key);
        for (table, row) in own.flat_map(|table| table.rows.iter().map(move |row| (table, row))) {
            given.extend(several(row.cell(column)).map(|who| (table, row, column, role, who)));
        }
    }
    given
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
