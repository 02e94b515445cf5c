//! Open data: the ledger as CSV, JSON and GeoJSON, written while it is read, and what its fields mean.

use std::{collections::HashMap, io, pin::pin};

use futures::StreamExt;
use kernel::{Instant, Names, RegionCode, Result};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::rows::{self, PublicCase};
use crate::{
    modules::{
        App, SharedApp,
        disclosure::{
            model::{DisclosedCase, NotFixedReason, PublicFilter, PublicState},
            store,
        },
        regions::{self, RegionRef},
    },
    platform::sheet::Sheet,
};

/// Rows whose names are read together.
const CHUNK: usize = 200;

/// As what the ledger is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table of text with commas.
    Csv,
    /// An object with `about` and `cases`.
    Json,
    /// A `FeatureCollection`, a point a case: the middle of its grid or village.
    GeoJson,
}

/// One field of the open data.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OpenField)]
pub struct Field {
    /// Its name in the files.
    pub name: &'static str,
    /// `text`, `code`, `day`, `bool` or one of `values`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// What it means.
    pub means: Names,
    /// What it may be, each with what that means.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<FieldValue>,
}

/// One value of a field of a closed set.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OpenFieldValue)]
pub struct FieldValue {
    /// The value.
    pub value: &'static str,
    /// What it means.
    pub means: Names,
}

/// What the open data are.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = OpenAbout)]
pub struct About {
    /// What they are called.
    pub title: Names,
    /// Who publishes them.
    pub publisher: Names,
    /// Under which licence.
    pub licence: Names,
    /// What is in them and what is not.
    pub scope: Names,
    /// When they changed last.
    pub updated_at: Option<Instant>,
    /// Their fields.
    pub fields: Vec<Field>,
}

/// What the open data are.
pub fn about(app: &App, updated_at: Option<Instant>) -> About {
    let licence = app.settings.open_data_licence.clone().map(Names::zh_only).unwrap_or_else(|| {
        Names::new("可以自由使用，请注明来源和取数日期", "Free to use; name the source and the day it was read")
    });
    About {
        title: Names::new("办理公开台账", "Public ledger of requests"),
        publisher: app.settings.name.clone(),
        licence,
        scope: Names::new(
            "可逐件公开的诉求。涉及个人、家庭、邻里、照料和纠纷的不在其中；地点只到网格，坐标是网格或村（社区）的中心。",
            "Requests that may be public one by one. Those about persons, homes, neighbours, care and disputes are not among \
             them; places are no finer than the grid, and coordinates are the middle of a grid or village.",
        ),
        updated_at,
        fields: fields(),
    }
}

fn fields() -> Vec<Field> {
    let field = |name, kind, zh: &str, en: &str| Field { name, kind, means: Names::new(zh, en), values: Vec::new() };
    let states = PublicState::ALL.iter().map(|it| FieldValue { value: it.as_str(), means: it.names() }).collect();
    let reasons = NotFixedReason::ALL.iter().map(|it| FieldValue { value: it.as_str(), means: it.names() }).collect();
    vec![
        field("key", "text", "公开编号", "name in public"),
        field("class", "code", "大类代码", "code of the class"),
        field("class_name", "text", "大类", "class"),
        field("matter", "code", "事项代码", "code of the matter"),
        field("matter_name", "text", "事项", "matter"),
        field("county", "code", "县（区）代码", "code of the county"),
        field("county_name", "text", "县（区）", "county"),
        field("township", "code", "乡镇（街道）代码", "code of the township"),
        field("township_name", "text", "乡镇（街道）", "township"),
        field("village", "code", "村（社区）代码", "code of the village"),
        field("village_name", "text", "村（社区）", "village"),
        field("grid", "code", "网格代码", "code of the grid"),
        field("grid_name", "text", "网格", "grid"),
        field("received", "day", "收到日期", "day of arrival"),
        field("due", "day", "应答复日期", "day the answer is due"),
        field("answered", "day", "答复日期", "day of the answer"),
        Field { values: states, ..field("state", "values", "状态", "where it stands") },
        Field { values: reasons, ..field("reason", "values", "没有解决的原因", "why it was not fixed") },
        field("late", "bool", "是否超期", "whether late"),
        field("summary", "text", "公开摘要", "summary"),
        field("summary_en", "text", "公开摘要（英文）", "summary in English"),
    ]
}

/// The values of a row in the order of [`fields`].
fn values(row: &PublicCase) -> Vec<String> {
    let code = |place: &Option<RegionRef>| place.as_ref().map(|it| it.code.to_string()).unwrap_or_default();
    let name = |place: &Option<RegionRef>| place.as_ref().map(|it| it.names.zh().to_owned()).unwrap_or_default();
    let day = |day: Option<kernel::Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let place = &row.place;
    let summary = |of: fn(&Names) -> Option<&str>| row.summary.as_ref().and_then(of).unwrap_or_default().to_owned();
    vec![
        row.key.clone(),
        row.class.code.clone(),
        row.class.names.zh().to_owned(),
        row.matter.code.clone(),
        row.matter.names.zh().to_owned(),
        code(&place.county),
        name(&place.county),
        code(&place.township),
        name(&place.township),
        code(&place.village),
        name(&place.village),
        code(&place.grid),
        name(&place.grid),
        row.received_day.to_string(),
        day(row.due_day),
        day(row.done_day),
        row.state.as_str().to_owned(),
        row.reason.map_or("", NotFixedReason::as_str).to_owned(),
        row.is_late.to_string(),
        summary(|names| Some(names.zh())),
        summary(Names::en),
    ]
}

/// A row as an object: what is empty is null, what is true or false is a bool.
fn object(row: &PublicCase) -> Value {
    let cell = |field: &Field, value: String| match (field.kind, value.as_str()) {
        (_, "") => Value::Null,
        ("bool", value) => Value::Bool(value == "true"),
        _ => Value::String(value),
    };
    fields().iter().zip(values(row)).map(|(field, value)| (field.name.to_owned(), cell(field, value))).collect()
}

/// Where a row is drawn: the middle of its grid, or of its village; no point when neither is known.
type Points = HashMap<RegionCode, (f64, f64)>;

fn feature(row: &PublicCase, points: &Points) -> Value {
    let narrowest = row.place.grid.iter().chain(&row.place.village).find_map(|place| points.get(&place.code));
    let geometry = narrowest.map_or(Value::Null, |(lon, lat)| json!({"type": "Point", "coordinates": [lon, lat]}));
    json!({"type": "Feature", "id": row.key, "geometry": geometry, "properties": object(row)})
}

/// Writes the ledger into `out` while it is read.
///
/// # Errors
/// `internal` when the database fails in the middle.
pub async fn write_data(
    app: &SharedApp,
    filter: &PublicFilter,
    format: Format,
    out: mpsc::Sender<io::Result<Vec<u8>>>,
) -> Result<()> {
    let mut db = app.db.read().await?;
    let (_, updated_at) = store::mark_unscoped(&mut db).await?;
    let mut writer = Writer::begin(format, &about(app, updated_at), out).await;
    let stream = app.db.stream::<DisclosedCase>(store::stream(filter)).await?;
    let mut chunks = pin!(stream.chunks(CHUNK));
    while let Some(chunk) = chunks.next().await {
        let chunk: Vec<DisclosedCase> = chunk.into_iter().collect::<Result<_>>()?;
        let known = rows::known(&mut db, &chunk).await?;
        let points = match format {
            Format::GeoJson => {
                let mut codes: Vec<RegionCode> =
                    chunk.iter().flat_map(|row| row.place.grid.iter().chain(&row.place.village).cloned()).collect();
                codes.sort_unstable();
                codes.dedup();
                regions::points_unscoped(&mut db, &codes).await?
            }
            Format::Csv | Format::Json => Points::new(),
        };
        for row in chunk {
            if !writer.row(&rows::of(app, &known, row), &points).await {
                return Ok(()); // the reader has gone
            }
        }
    }
    writer.end().await;
    Ok(())
}

/// The file while it is written.
enum Writer {
    Table(Sheet),
    Text { out: mpsc::Sender<io::Result<Vec<u8>>>, is_geo: bool, is_first: bool, text: Vec<u8> },
}

/// Bytes gathered before they are sent.
const PIECE: usize = 32 * 1024;

impl Writer {
    async fn begin(format: Format, about: &About, out: mpsc::Sender<io::Result<Vec<u8>>>) -> Self {
        if format == Format::Csv {
            let mut sheet = Sheet::new(out, None);
            sheet.line(&fields().iter().map(|field| field.name).collect::<Vec<_>>()).await;
            return Self::Table(sheet);
        }
        let is_geo = format == Format::GeoJson;
        let about = serde_json::to_string(about).unwrap_or_default();
        let head = if is_geo {
            format!("{{\"type\":\"FeatureCollection\",\"about\":{about},\"features\":[\n")
        } else {
            format!("{{\"about\":{about},\"cases\":[\n")
        };
        Self::Text { out, is_geo, is_first: true, text: head.into_bytes() }
    }

    /// False when nobody reads any more.
    async fn row(&mut self, row: &PublicCase, points: &Points) -> bool {
        match self {
            Self::Table(sheet) => {
                let values = values(row);
                sheet.line(&values.iter().map(String::as_str).collect::<Vec<_>>()).await
            }
            Self::Text { out, is_geo, is_first, text } => {
                let value = if *is_geo { feature(row, points) } else { object(row) };
                if !std::mem::take(is_first) {
                    text.extend_from_slice(b",\n");
                }
                text.extend(value.to_string().into_bytes());
                text.len() < PIECE || out.send(Ok(std::mem::take(text))).await.is_ok()
            }
        }
    }

    async fn end(self) {
        match self {
            Self::Table(mut sheet) => {
                sheet.flush().await;
            }
            Self::Text { out, mut text, .. } => {
                text.extend_from_slice(b"\n]}\n");
                let _ = out.send(Ok(text)).await;
            }
        }
    }
}
