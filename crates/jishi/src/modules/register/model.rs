//! Kinds, items, facts. Types only.

use std::collections::BTreeMap;

use db::{FromRow, Row};
use kernel::{Day, Id, Instant, Names, RegionCode, Result};
use serde::{Deserialize, Serialize};

use crate::platform::{
    access::{Person, Unit},
    words::words,
};

words! {
    /// 位置: what says where an item of a kind is
    Geometry {
        Point "point" "一个点" "a point";
        Place "place" "整个地方" "the place itself";
    }
}

words! {
    /// 填写方式
    FieldType {
        Text "text" "文字" "text";
        Number "number" "数字" "a number";
        Date "date" "日期" "a day";
        Choice "choice" "选择" "a choice";
        YesNo "yes_no" "是否" "yes or no";
    }
}

/// 大类, e.g. 公共设施.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = RegisterClass)]
pub struct Class {
    /// Its code, e.g. `facilities`.
    pub code: String,
    /// Its names.
    pub names: Names,
}

/// 类别: what sort of thing an item is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = RegisterKind)]
pub struct ItemKind {
    /// `class.kind`, never changed.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// What says where an item is.
    pub geometry: Geometry,
    /// After how many days a fact has grown old.
    pub fresh_for: i64,
    /// Whether its items carry signs that the public scans.
    pub is_public: bool,
    /// Codes of the matters it is mostly reported for, the likeliest first.
    pub matters: Vec<String>,
    /// What is known of an item.
    pub fields: Vec<Field>,
}

impl ItemKind {
    /// The field of a code.
    pub fn field(&self, code: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.code == code)
    }
}

/// What is known of an item of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = RegisterField)]
pub struct Field {
    /// Its code, unique within the kind.
    pub code: String,
    /// Its names.
    pub names: Names,
    /// How it is written.
    #[serde(rename = "type")]
    pub sort: FieldType,
    /// The unit of a number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Names>,
    /// The least a number may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<i32>,
    /// The most a number may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<i32>,
    /// What may be chosen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
}

/// What may be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = RegisterChoice)]
pub struct Choice {
    /// Its code.
    pub code: String,
    /// Its names.
    pub names: Names,
}

/// A fact in force, as it stands with its item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InForce {
    /// Its value, as [`super::rules::value`] writes it.
    pub value: String,
    /// Where it is known from, in words.
    pub source: String,
    /// The day it was true of.
    pub as_of: Day,
}

/// The facts in force by field.
pub type Facts = BTreeMap<String, InForce>;

/// 巡查结果: when an item was last looked at, and how it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = RegisterSeen)]
pub struct Seen {
    /// On which day.
    pub on: Day,
    /// Whether nothing was wrong.
    pub is_well: bool,
}

/// 台账条目
#[derive(Clone, Debug)]
pub struct Item {
    /// Its identity.
    pub id: Id<Item>,
    /// Code of its kind.
    pub kind: String,
    /// What stands on the thing.
    pub number: Option<String>,
    /// What it is called.
    pub name: String,
    /// The narrowest place it is in.
    pub place: RegionCode,
    /// Where, in words.
    pub place_text: Option<String>,
    /// Longitude and latitude, WGS-84 degrees.
    pub point: Option<(f64, f64)>,
    /// 权属单位: who looks after it.
    pub owner: Option<Id<Unit>>,
    /// The code on its sign.
    pub sign: Option<String>,
    /// Since when it is there.
    pub begins_on: Day,
    /// The first day it is there no more.
    pub ends_on: Option<Day>,
    /// The facts in force.
    pub facts: Facts,
    /// The first day on which one of them has grown old.
    pub stale_on: Option<Day>,
    /// When it was last looked at.
    pub seen: Option<Seen>,
    /// Counts every change.
    pub version: i64,
}

impl FromRow for Item {
    fn from_row(row: &Row) -> Result<Self> {
        let place = ["micro_grid", "grid", "village", "township"]
            .into_iter()
            .find_map(|level| row.opt::<RegionCode>(level).transpose())
            .unwrap_or_else(|| row.get("county"))?;
        let (lon, lat): (Option<f64>, Option<f64>) = (row.opt("lon")?, row.opt("lat")?);
        let (on, is_well): (Option<Day>, Option<bool>) = (row.opt("seen_on")?, row.opt("seen_well")?);
        let facts: serde_json::Value = row.get("facts")?;
        Ok(Self {
            id: row.get("id")?,
            kind: row.get("kind")?,
            number: row.opt("number")?,
            name: row.get("name")?,
            place,
            place_text: row.opt("place_text")?,
            point: lon.zip(lat),
            owner: row.opt("owner")?,
            sign: row.opt("sign")?,
            begins_on: row.get("begins_on")?,
            ends_on: row.opt("ends_on")?,
            facts: serde_json::from_value(facts).unwrap_or_default(),
            stale_on: row.opt("stale_on")?,
            seen: on.zip(is_well).map(|(on, is_well)| Seen { on, is_well }),
            version: row.get("version")?,
        })
    }
}

/// An item as something else names it: "路灯 YX-012 英雄南路路灯".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = RegisterItemRef)]
pub struct ItemRef {
    /// Its identity.
    #[schema(value_type = uuid::Uuid)]
    pub id: Id<Item>,
    /// Code of its kind.
    pub kind: String,
    /// Its kind's names.
    pub kind_names: Names,
    /// What stands on the thing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// What it is called.
    pub name: String,
}

/// 事实: what was said of an item, kept for good.
#[derive(Clone, Debug)]
pub struct FactRow {
    /// Its identity.
    pub id: Id<FactRow>,
    /// Which field.
    pub field: String,
    /// Its value.
    pub value: String,
    /// Where it is known from.
    pub source: String,
    /// The day it was true of.
    pub as_of: Day,
    /// Who entered it; nobody where the platform did.
    pub person: Option<Id<Person>>,
    /// When.
    pub at: Instant,
}

impl FromRow for FactRow {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            field: row.get("field")?,
            value: row.get("value")?,
            source: row.get("source")?,
            as_of: row.get("as_of")?,
            person: row.opt("person")?,
            at: row.get("at")?,
        })
    }
}

/// What an item shall be: everything but its facts and its sign.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// Code of its kind.
    pub kind: String,
    /// What stands on the thing.
    pub number: Option<String>,
    /// What it is called.
    pub name: String,
    /// The narrowest place it is in.
    pub place: RegionCode,
    /// Where, in words.
    pub place_text: Option<String>,
    /// Longitude and latitude, WGS-84 degrees.
    pub point: Option<(f64, f64)>,
    /// Who looks after it.
    pub owner: Option<Id<Unit>>,
    /// Since when it is there.
    pub begins_on: Day,
}

impl From<&Item> for Draft {
    fn from(item: &Item) -> Self {
        Self {
            kind: item.kind.clone(),
            number: item.number.clone(),
            name: item.name.clone(),
            place: item.place.clone(),
            place_text: item.place_text.clone(),
            point: item.point,
            owner: item.owner,
            begins_on: item.begins_on,
        }
    }
}

/// A fact to be entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFact {
    /// Which field.
    pub field: String,
    /// Its value, checked.
    pub value: String,
    /// Where it is known from.
    pub source: String,
    /// The day it was true of.
    pub as_of: Day,
}
