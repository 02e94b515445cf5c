//! The orders of the 12345 hotline: `hotline.csv` as the plan reads it, and a file as the hotline hands it over.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use kernel::{Error, Instant, Level, RegionCode, Result};
use serde::Deserialize;

use super::{city, corpus::Season, plan};

const NAME: &str = "hotline.csv";
/// The headings of the packaged source's columns, in the order of [`Line::cells`].
const HEADINGS: [&str; 13] = [
    "工单编号",
    "工单类型",
    "问题分类",
    "标题",
    "主要内容",
    "来电人",
    "被反映区",
    "被反映街乡镇",
    "村/社区",
    "小区点位",
    "工单性质",
    "处理受理方式",
    "创建时间",
];

/// A line of `hotline.csv`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    days_ago: i64,
    time: Time,
    number: String,
    kind: String,
    category: String,
    title: String,
    text: String,
    name: String,
    county: String,
    township: String,
    village: String,
    spot: String,
    nature: String,
    way: String,
    season: String,
}

/// An order as the plan needs it.
#[derive(Clone, Debug)]
pub(super) struct OrderRow {
    /// Its line in the file, from 0.
    pub line: usize,
    /// When the caller called.
    pub at: Instant,
    /// Its county.
    pub place: RegionCode,
    /// What was said.
    pub text: String,
    /// The matter it is most likely about.
    pub matter: Option<String>,
}

/// A file of one order, with its number at the hotline.
#[derive(Clone, Debug)]
pub(super) struct OrderFile {
    /// The order's number.
    pub number: String,
    /// The file's name.
    pub name: String,
    /// CSV, as the hotline writes it.
    pub bytes: Vec<u8>,
}

#[derive(Deserialize)]
struct CountyRow {
    code: RegionCode,
    name_zh: String,
}

impl Line {
    fn at(&self, now: Instant, zone: &TimeZone) -> Instant {
        now.day(zone).plus(-self.days_ago).at(self.time, zone)
    }

    fn cells(&self, number: &str, at: &str) -> [String; 13] {
        let of = |text: &str| text.to_owned();
        [
            of(number),
            of(&self.kind),
            of(&self.category),
            of(&self.title),
            of(&self.text),
            of(&self.name),
            of(&self.county),
            of(&self.township),
            of(&self.village),
            of(&self.spot),
            of(&self.nature),
            of(&self.way),
            of(at),
        ]
    }
}

/// The orders of a season; those of another time of the year are left out.
pub(super) fn rows(input: &plan::Input<'_>) -> Result<Vec<OrderRow>> {
    let regions: Vec<CountyRow> = city::rows("regions.csv")?;
    let county = |name: &str| regions.iter().find(|row| row.name_zh == name && row.code.level() == Level::County);
    let lines: Vec<Line> = city::rows(NAME)?;
    let mut rows = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let at = line.at(input.now, &input.zone);
        let day = plan::day_of_year(at.day(&input.zone));
        if Season::parse(&line.season).is_some_and(|season| !season.holds(&day)) || line.days_ago > input.days {
            continue;
        }
        let place = county(&line.county).map(|row| row.code.clone());
        let place = place
            .ok_or_else(|| Error::internal(format!("demo/changzhi/{NAME}: order {}: no such county", line.number)))?;
        let matter = (input.guess)(&format!("{} {}", line.title, line.text));
        rows.push(OrderRow { line: index, at, place, text: line.text.clone(), matter });
    }
    Ok(rows)
}

/// The file in which the hotline hands one order over.
pub(super) fn file(index: usize, now: Instant, zone: &TimeZone) -> Result<OrderFile> {
    let lines: Vec<Line> = city::rows(NAME)?;
    let line = lines.get(index).ok_or_else(|| Error::internal(format!("demo/changzhi/{NAME}: no line {index}")))?;
    let at = line.at(now, zone).zoned(zone);
    let number = format!("GD{}{}", at.strftime("%y%m%d"), line.number);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADINGS).map_err(Error::internal)?;
    writer.write_record(line.cells(&number, &at.strftime("%Y-%m-%d %H:%M:%S").to_string())).map_err(Error::internal)?;
    let bytes = writer.into_inner().map_err(Error::internal)?;
    Ok(OrderFile { name: format!("12345-{}.csv", at.strftime("%Y%m%d")), number, bytes })
}
