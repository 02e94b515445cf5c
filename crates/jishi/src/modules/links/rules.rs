//! What may stand on a card and at a door, how often one is in touch, and what a need has come to. Pure.

use kernel::{Code, Error, Level, Names, RegionCode, Result};

use super::model::{LinkKind, NeedStage, OfferRef};
use crate::{
    modules::cases::{ClosedHow, Status},
    platform::masking,
};

/// The longest words at a door, in characters.
const DOOR_MAX: usize = 60;
/// The longest telephone, in characters.
const PHONE_MAX: usize = 30;

/// The file in force.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    /// What can be offered and needed.
    pub(super) offers: Vec<OfferRef>,
    /// How often a month, by what one is linked to.
    pub(super) times: Vec<(LinkKind, i64)>,
    /// For how many days it is kept whom they met and what was said.
    pub keep_days: i64,
    /// For how many hours whoever wrote a record may change it.
    pub change_hours: i64,
}

impl Catalogue {
    /// Kinds of what can be offered and needed, in their order.
    pub fn offers(&self) -> Vec<OfferRef> {
        self.offers.clone()
    }

    /// One of them.
    pub fn offer(&self, code: &str) -> Option<&OfferRef> {
        self.offers.iter().find(|offer| offer.code == code)
    }

    /// One of them by its names; by its code where the catalogue has it no more.
    pub fn offer_ref(&self, code: &str) -> OfferRef {
        let gone = || OfferRef { code: code.to_owned(), names: Names::zh_only(code) };
        self.offer(code).cloned().unwrap_or_else(gone)
    }

    /// How often a month one is in touch.
    pub fn times(&self, kind: LinkKind) -> i64 {
        self.times.iter().find(|(known, _)| *known == kind).map_or(0, |(_, times)| *times)
    }
}

/// What a place is to whoever is linked to it.
pub(super) fn kind_of(region: &RegionCode) -> LinkKind {
    match region.level() {
        Level::Village => LinkKind::Village,
        Level::Grid | Level::MicroGrid => LinkKind::Group,
        _ => LinkKind::Township,
    }
}

/// The telephone of a desk: one with an area code or an extension of an office, never somebody's own.
///
/// # Errors
/// `too_long`, `bad_phone`, `phone_is_private` on `phone`.
pub(super) fn office_phone(phone: Option<&str>) -> Result<Option<String>> {
    let Some(phone) = phone.map(str::trim).filter(|phone| !phone.is_empty()) else { return Ok(None) };
    if phone.chars().count() > PHONE_MAX {
        let max = i64::try_from(PHONE_MAX).unwrap_or(i64::MAX);
        return Err(Error::field("phone", Code::TooLong).with("max", max));
    }
    let is_number = phone.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | ' ' | '+' | '(' | ')' | '转'));
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    if !is_number || !(3..=18).contains(&digits.len()) {
        return Err(Error::field("phone", Code::BadPhone));
    }
    // A mobile number is somebody's own, with or without the country in front of it.
    let local = digits.strip_prefix("86").filter(|rest| rest.len() == 11).unwrap_or(&digits);
    let is_mobile = local.len() == 11 && local.starts_with('1') && !local.starts_with("10");
    if is_mobile { Err(Error::field("phone", Code::PhoneIsPrivate)) } else { Ok(Some(phone.to_owned())) }
}

/// What stands at a door: a number, not people.
///
/// # Errors
/// `required`, `too_long`, `door_names_person` on `door`.
pub(super) fn door(door: &str) -> Result<String> {
    let door = door.trim();
    if door.is_empty() {
        return Err(Error::field("door", Code::Required));
    }
    if door.chars().count() > DOOR_MAX {
        let max = i64::try_from(DOOR_MAX).unwrap_or(i64::MAX);
        return Err(Error::field("door", Code::TooLong).with("max", max));
    }
    // A door has a number on it; what has none, or one that is a person's, names people.
    let has_number = door.chars().any(|c| c.is_numeric() || "一二三四五六七八九十".contains(c));
    if !has_number || masking::mask(door, None).text != door {
        return Err(Error::field("door", Code::DoorNamesPerson));
    }
    Ok(door.to_owned())
}

/// 收集、归类、解决: what a need has come to, by where its case stands. Solved is what the resident says, or was settled on the
/// spot; what was answered, sent elsewhere or left unverified is over and not called solved.
pub fn stage(has_need: bool, case: Option<(Status, Option<ClosedHow>)>) -> NeedStage {
    match case {
        None if has_need => NeedStage::Collected,
        None => NeedStage::None,
        Some((Status::Received, _)) => NeedStage::Collected,
        Some((Status::Closed, Some(ClosedHow::Confirmed | ClosedHow::Settled))) => NeedStage::Solved,
        Some((status, _)) if status.is_open() => NeedStage::Classified,
        Some(_) => NeedStage::Ended,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_telephone_is_an_offices_and_never_somebodys_own() {
        for good in ["0355-2023456", "2023456", "0355-2023456 转 802", "12345", "8002"] {
            assert_eq!(office_phone(Some(good)).unwrap().as_deref(), Some(good));
        }
        assert_eq!(office_phone(Some("  ")).unwrap(), None);
        for (bad, code) in [
            ("13800001234", Code::PhoneIsPrivate),
            ("138-0000-1234", Code::PhoneIsPrivate),
            ("+86 13800001234", Code::PhoneIsPrivate),
            ("微信 abc", Code::BadPhone),
            ("12", Code::BadPhone),
        ] {
            let error = office_phone(Some(bad)).unwrap_err();
            assert_eq!(error.fields().first().map(|field| field.code), Some(code), "{bad}");
        }
    }

    #[test]
    fn a_door_is_a_number_and_no_person() {
        for good in ["3 号楼 2 单元 301", "府后西街 12 号院", "第六排东头"] {
            assert_eq!(door(good).unwrap(), good);
        }
        for bad in ["李大爷家", "3 号楼，联系人张三丰", "2 单元 13800001234", " "] {
            assert!(door(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_need_is_collected_classified_and_solved_by_the_residents_word() {
        let case = |status, how| stage(true, Some((status, how)));
        assert_eq!((stage(false, None), stage(true, None)), (NeedStage::None, NeedStage::Collected));
        assert_eq!(case(Status::Received, None), NeedStage::Collected);
        for status in [Status::Dispatched, Status::Signed, Status::Working, Status::Parked, Status::Verifying] {
            assert_eq!(case(status, None), NeedStage::Classified);
        }
        assert_eq!(case(Status::Closed, Some(ClosedHow::Confirmed)), NeedStage::Solved);
        assert_eq!(case(Status::Closed, Some(ClosedHow::Settled)), NeedStage::Solved);
        for (status, how) in
            [(Status::Closed, Some(ClosedHow::Unverified)), (Status::Answered, None), (Status::Refused, None)]
        {
            assert_eq!(case(status, how), NeedStage::Ended);
        }
    }

    #[test]
    fn a_place_is_linked_as_what_it_is() {
        let kind = |code: &str| kind_of(&RegionCode::parse(code).unwrap());
        assert_eq!(kind("140403001"), LinkKind::Township);
        assert_eq!(kind("140403001001"), LinkKind::Village);
        assert_eq!(kind("140403001001001"), LinkKind::Group);
    }
}
