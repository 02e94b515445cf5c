//! Places: their kinds, how they are shown, where something is.

use std::collections::BTreeMap;

use kernel::{Day, Id, Instant, Level, Names, RegionCode};
use serde::{Deserialize, Serialize};

/// What sort of place it is; tells what the level alone does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RegionKind)]
pub enum Kind {
    /// 省、自治区、直辖市
    Province,
    /// 市、地区、州、盟
    City,
    /// 县、旗
    County,
    /// 区
    District,
    /// 县级市
    CountyCity,
    /// 街道
    Subdistrict,
    /// 镇
    Town,
    /// 乡、苏木
    Township,
    /// 开发区、农林场等：stands on the townships' level without being one
    DevelopmentZone,
    /// 服务中心：stands on the townships' level without being one
    ServiceCentre,
    /// 社区
    Community,
    /// 村
    Village,
    /// 集体资产社区、虚拟社区: exists for its members or assets, has no land and no boundary
    LandlessCommunity,
    /// 网格
    Grid,
    /// 专属网格: a school, a market, a works
    DedicatedGrid,
    /// 村民小组: owns land and decides; beside the grids, not in them
    Group,
    /// 微网格
    MicroGrid,
}

impl Kind {
    /// All kinds, from the widest level down.
    pub const ALL: [Self; 17] = [
        Self::Province,
        Self::City,
        Self::County,
        Self::District,
        Self::CountyCity,
        Self::Subdistrict,
        Self::Town,
        Self::Township,
        Self::DevelopmentZone,
        Self::ServiceCentre,
        Self::Community,
        Self::Village,
        Self::LandlessCommunity,
        Self::Grid,
        Self::DedicatedGrid,
        Self::Group,
        Self::MicroGrid,
    ];

    /// The level it stands on.
    pub fn level(self) -> Level {
        match self {
            Self::Province => Level::Province,
            Self::City => Level::City,
            Self::County | Self::District | Self::CountyCity => Level::County,
            Self::Subdistrict | Self::Town | Self::Township | Self::DevelopmentZone | Self::ServiceCentre => {
                Level::Township
            }
            Self::Community | Self::Village | Self::LandlessCommunity => Level::Village,
            Self::Grid | Self::DedicatedGrid | Self::Group => Level::Grid,
            Self::MicroGrid => Level::MicroGrid,
        }
    }

    /// Its name in code, JSON, files and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Province => "province",
            Self::City => "city",
            Self::County => "county",
            Self::District => "district",
            Self::CountyCity => "county_city",
            Self::Subdistrict => "subdistrict",
            Self::Town => "town",
            Self::Township => "township",
            Self::DevelopmentZone => "development_zone",
            Self::ServiceCentre => "service_centre",
            Self::Community => "community",
            Self::Village => "village",
            Self::LandlessCommunity => "landless_community",
            Self::Grid => "grid",
            Self::DedicatedGrid => "dedicated_grid",
            Self::Group => "group",
            Self::MicroGrid => "micro_grid",
        }
    }

    /// The kind of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A place, as it is named wherever something else mentions it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RegionRef {
    /// The code asked for, even when the place has another by now.
    pub code: RegionCode,
    /// Its level.
    pub level: Level,
    /// Its kind.
    pub kind: Kind,
    /// Its names.
    pub names: Names,
}

/// A place.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Region {
    /// Code, level, kind, names.
    #[serde(flatten)]
    pub place: RegionRef,
    /// The place above; null for a province.
    pub parent: Option<RegionCode>,
    /// Syllables with a space between, for sorting and for readers of Latin script.
    pub pinyin: String,
    /// Longitude of its seat, WGS-84.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    /// Latitude of its seat, WGS-84.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// Whether there are places in it.
    pub has_children: bool,
    /// The first day it exists.
    pub valid_from: Day,
    /// The first day it exists no more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Day>,
    /// The place that took over when it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<RegionCode>,
    /// What the office wants to remember about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Counts its changes.
    pub version: i64,
    /// Its identity, which outlives its codes.
    #[serde(skip)]
    pub id: Id<Region>,
}

impl Region {
    /// Whether it exists no more on that day.
    pub fn is_over(&self, day: Day) -> bool {
        self.valid_until.is_some_and(|until| until <= day)
    }
}

/// A found place with the places above it.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct RegionWithPath {
    /// The place.
    #[serde(flatten)]
    pub region: Region,
    /// The places above, the widest first.
    pub path: Vec<RegionRef>,
}

/// How many places of each kind; a kind without places is left out.
pub type Counts = BTreeMap<Kind, i64>;

/// A place with the places above it, how many lie in it, and what it was called before.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct RegionDetail {
    /// The place.
    #[serde(flatten)]
    pub region: Region,
    /// The places above, the widest first.
    pub path: Vec<RegionRef>,
    /// Places directly in it, by kind.
    pub child_counts: Counts,
    /// All places in it at any depth, by kind.
    pub counts: Counts,
    /// Codes and names it had before, the oldest first.
    pub former: Vec<Former>,
}

/// A code and names that a place had for a time.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Former {
    /// The code then.
    pub code: RegionCode,
    /// The names then.
    pub names: Names,
    /// From which day.
    pub valid_from: Day,
    /// The first day of the next.
    pub valid_until: Day,
}

/// How it is known where something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PlaceSource {
    /// The phone's position, given on a tap.
    Gps,
    /// A pin put on the map.
    Pin,
    /// Chosen from the list.
    Chosen,
    /// A printed QR code.
    Qr,
    /// A member of staff said so.
    Staff,
}

impl PlaceSource {
    /// All sources.
    pub const ALL: [Self; 5] = [Self::Gps, Self::Pin, Self::Chosen, Self::Qr, Self::Staff];

    /// Its name in JSON and SQL.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gps => "gps",
            Self::Pin => "pin",
            Self::Chosen => "chosen",
            Self::Qr => "qr",
            Self::Staff => "staff",
        }
    }

    /// The source of that name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == text)
    }
}

/// Where something is, as stored: the deepest place known, words, a point, and how it is known.
#[derive(Clone, Debug)]
pub struct Whereabouts {
    /// The deepest place known.
    pub region: Option<RegionCode>,
    /// In the reporter's words.
    pub text: Option<String>,
    /// WGS-84.
    pub lon: Option<f64>,
    /// WGS-84.
    pub lat: Option<f64>,
    /// How it is known.
    pub source: PlaceSource,
    /// True when no boundary held the point and the nearest seat was taken.
    pub is_guess: bool,
}

/// Where something is, as shown: a name for each level that is known.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Place {
    /// 市
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<RegionRef>,
    /// 县、区
    #[serde(skip_serializing_if = "Option::is_none")]
    pub county: Option<RegionRef>,
    /// 乡镇、街道
    #[serde(skip_serializing_if = "Option::is_none")]
    pub township: Option<RegionRef>,
    /// 村、社区
    #[serde(skip_serializing_if = "Option::is_none")]
    pub village: Option<RegionRef>,
    /// 网格, or a villagers' group
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grid: Option<RegionRef>,
    /// 微网格
    #[serde(skip_serializing_if = "Option::is_none")]
    pub micro_grid: Option<RegionRef>,
    /// In the reporter's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// WGS-84.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    /// WGS-84.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// How it is known.
    pub source: PlaceSource,
    /// True when no boundary held the point and the nearest seat was taken; shown as a guess.
    pub is_guess: bool,
}

/// The boundary of a place, as stored.
#[derive(Clone, Debug)]
pub struct Outline {
    /// Whose boundary.
    pub place: RegionRef,
    /// A GeoJSON Polygon or MultiPolygon.
    pub geometry: serde_json::Value,
    /// True when it was made up for a demonstration.
    pub is_synthetic: bool,
    /// Where it comes from.
    pub source: String,
}

/// Boundaries as a GeoJSON FeatureCollection.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Boundaries {
    /// `FeatureCollection`
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// One for each place.
    pub features: Vec<Feature>,
}

/// The boundary of a place as a GeoJSON feature.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = BoundaryFeature)]
pub struct Feature {
    /// `Feature`
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// A GeoJSON Polygon or MultiPolygon.
    #[schema(value_type = Object)]
    pub geometry: serde_json::Value,
    /// Whose boundary.
    pub properties: FeatureProperties,
}

/// Whose boundary it is, and where it comes from.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = BoundaryProperties)]
pub struct FeatureProperties {
    /// Code, level, kind, names.
    #[serde(flatten)]
    pub place: RegionRef,
    /// True when it was made up for a demonstration; shown wherever it is shown.
    pub synthetic: bool,
    /// Where it comes from.
    pub source: String,
}

impl From<Vec<Outline>> for Boundaries {
    fn from(outlines: Vec<Outline>) -> Self {
        Self { kind: "FeatureCollection", features: outlines.into_iter().map(Feature::from).collect() }
    }
}

impl From<Outline> for Feature {
    fn from(outline: Outline) -> Self {
        let properties =
            FeatureProperties { place: outline.place, synthetic: outline.is_synthetic, source: outline.source };
        Self { kind: "Feature", geometry: outline.geometry, properties }
    }
}

/// 二维码点位: a spot with a printed QR code; a report from it begins with its place filled in.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = QrPlace)]
pub struct Spot {
    /// Eight random characters, as printed.
    pub code: String,
    /// What stands on the sign.
    pub label: Names,
    /// The place it is in.
    pub region: RegionRef,
    /// WGS-84.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lon: Option<f64>,
    /// WGS-84.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// When it was made.
    pub created_at: Instant,
}
