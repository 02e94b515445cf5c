//! What people write in cells, and what it names: places by code, name or path; units; people.

use db::Conn;
use kernel::{Code, Day, Error, Result};

use crate::{
    modules::{
        people::{self, PersonRecord},
        regions::{self, ambiguous_name},
    },
    platform::access::Scope,
};

pub(super) use crate::modules::{people::CalledUnits as Units, regions::CalledPlaces as Places};

/// Someone as the workbook knows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub name: String,
    pub login: String,
    pub phone: Option<String>,
    /// The row of the staff sheet that names them first, if none of those who are there is meant.
    pub line: Option<i64>,
    /// False of who is kept elsewhere: their log-in name is taken, and nothing else of them is known here.
    is_own: bool,
}

/// People by what they are called.
pub(super) struct People(Vec<Known>);

impl People {
    /// Looks up everything the cells name, at once.
    pub(super) async fn read(db: &mut Conn, cells: &[&str], own: Option<&Scope>, today: Day) -> Result<Self> {
        let known = |person: PersonRecord| Known {
            is_own: own.is_none_or(|own| own.covers(&person.region)),
            name: person.name,
            login: person.login,
            phone: person.phone,
            line: None,
        };
        let found = people::people_named_unscoped(db, cells, today).await?;
        Ok(Self(found.into_iter().map(known).collect()))
    }

    /// The log-in name of someone of the staff sheet: as written; of who is there by this name and telephone; or made from
    /// the name.
    pub(super) fn login(&mut self, name: &str, login: &str, phone: Option<&str>, line: i64) -> String {
        let is_same = |known: &&Known| {
            known.is_own
                && known.name == name
                && (known.phone.is_none() || phone.is_none() || known.phone.as_deref() == phone)
        };
        let login = if login.is_empty() {
            self.0.iter().find(is_same).map_or_else(|| self.free(name, phone), |known| known.login.clone())
        } else {
            login.to_owned()
        };
        if !self.0.iter().any(|known| known.login == login) {
            let (name, phone) = (name.to_owned(), phone.map(str::to_owned));
            self.0.push(Known { name, login: login.clone(), phone, line: Some(line), is_own: true });
        }
        login
    }

    /// Someone of another name whose log-in name this is.
    pub(super) fn other(&self, login: &str, name: &str) -> Option<&Known> {
        self.0.iter().find(|known| known.login == login && known.name != name)
    }

    /// A log-in name nobody has: made of the name, then counted.
    fn free(&self, name: &str, phone: Option<&str>) -> String {
        let [plain, longer] = made_of(name, phone.unwrap_or_default());
        let counted = (2..).map(|number| format!("{plain}{number}"));
        let mut candidates = [plain.clone(), longer].into_iter().chain(counted);
        let is_free = |login: &String| !self.0.iter().any(|known| known.login == *login);
        candidates.find(is_free).unwrap_or_default()
    }

    /// The person a cell names, by log-in name or name.
    ///
    /// # Errors
    /// `unknown_staff`, `ambiguous`.
    pub(super) fn find(&self, key: &'static str, cell: &str) -> Result<&Known> {
        let own = || self.0.iter().filter(|known| known.is_own);
        if let Some(known) = own().find(|known| known.login == cell) {
            return Ok(known);
        }
        let found: Vec<&Known> = own().filter(|known| known.name == cell).collect();
        match found.as_slice() {
            [] => Err(Error::field(key, Code::UnknownStaff).with("value", cell)),
            [one] => Ok(one),
            many => Err(ambiguous_name(key, cell, &many.iter().map(|known| known.login.clone()).collect::<Vec<_>>())),
        }
    }
}

/// Log-in names made of a name: its pinyin, and that with the end of the telephone number.
pub(super) fn made_of(name: &str, phone: &str) -> [String; 2] {
    let plain: String = regions::pinyin(name).chars().filter(char::is_ascii_alphanumeric).take(30).collect();
    let plain = if plain.len() < 2 { format!("staff{plain}") } else { plain };
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let longer = format!("{plain}{}", digits.get(digits.len().saturating_sub(4)..).unwrap_or_default());
    [plain, longer]
}

/// Several names in one cell.
pub(super) fn several(cell: &str) -> impl Iterator<Item = &str> {
    cell.split(['、', ',', '，', ';', '；', '\n']).map(str::trim).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(name: &str, login: &str, is_own: bool) -> Known {
        Known { name: name.into(), login: login.into(), phone: Some("1".into()), line: None, is_own }
    }

    #[test]
    fn who_is_kept_elsewhere_is_not_named_here_but_keeps_their_log_in_name() {
        let mut people = People(vec![known("王丽", "wangli", false)]);
        assert_eq!(people.find("person", "王丽").unwrap_err().fields()[0].code, Code::UnknownStaff);
        assert_eq!(people.find("person", "wangli").unwrap_err().fields()[0].code, Code::UnknownStaff);
        assert_eq!(people.login("王丽", "", Some("1"), 2), "wangli1", "not the same person");
    }

    #[test]
    fn a_log_in_name_is_made_once_and_stays() {
        let mut people = People(vec![known("王丽", "wangli", true)]);
        assert_eq!(people.login("王丽", "", Some("1"), 2), "wangli", "the same person");
        assert_eq!(people.login("王丽", "", Some("13900001234"), 2), "wangli1234", "another of the same name");
        assert_eq!(people.login("王力", "", None, 2), "wangli2", "another name that sounds alike");
        assert_eq!(people.login("王力", "", None, 2), "wangli2", "the same row twice");
        assert_eq!(people.login("X", "", None, 2), "staffx");
        assert_eq!(people.find("person", "王力").unwrap().login, "wangli2");
        assert_eq!(people.find("person", "王丽").unwrap_err().fields()[0].code, Code::Ambiguous);
        assert_eq!(people.find("person", "李四").unwrap_err().fields()[0].code, Code::UnknownStaff);
    }

    #[test]
    fn several_names_stand_in_one_cell() {
        assert_eq!(several("王丽华、 李晓燕,张三；").collect::<Vec<_>>(), ["王丽华", "李晓燕", "张三"]);
    }
}
