//! Counters beside the public rows: changed together with them, and counted anew from what they were made from.

use std::collections::BTreeMap;

use db::{Sql, Tx, sql};
use kernel::{Instant, Level, RegionCode, Result};

use crate::modules::disclosure::model::{Disclosure, Month, NotFixedReason, Shown};

/// What cases are counted under: place, month, matter, class, state, reason, late.
type Figure = (RegionCode, String, String, String, &'static str, &'static str, bool);

/// How counters change, gathered before they are written: several cases of one place are one change. In order, so that
/// two who write at once wait for one another and not for each other.
#[derive(Debug)]
pub struct Counters {
    /// Places wider than the instance's are not counted.
    widest: Level,
    figures: BTreeMap<Figure, i64>,
    days: BTreeMap<(RegionCode, String, i64), i64>,
    counts: BTreeMap<(RegionCode, String, String, &'static str), i64>,
}

impl Counters {
    /// No change, for an instance that serves `root`.
    pub fn new(root: &RegionCode) -> Self {
        Self { widest: root.level(), figures: BTreeMap::new(), days: BTreeMap::new(), counts: BTreeMap::new() }
    }

    /// Counts a case as it is told; `by` is 1 to add it and -1 to take it away.
    pub fn add(&mut self, it: &Disclosure, by: i64) {
        let standing = &it.standing;
        let month = Month::of(standing.received_day).as_str().to_owned();
        let province = standing.place.city.as_ref().and_then(|city| city.at(Level::Province));
        for place in province.iter().chain(standing.place.known()).filter(|place| place.level() >= self.widest) {
            match standing.shown {
                Shown::Hidden => {}
                Shown::Counted => {
                    let year = month.chars().take(4).collect();
                    let key = (place.clone(), year, standing.class.clone(), standing.state.as_str());
                    *self.counts.entry(key).or_default() += by;
                }
                Shown::Listed => {
                    let key = (
                        place.clone(),
                        month.clone(),
                        standing.matter.clone(),
                        standing.class.clone(),
                        standing.state.as_str(),
                        standing.reason.map_or("", NotFixedReason::as_str),
                        standing.is_late,
                    );
                    *self.figures.entry(key).or_default() += by;
                    if let Some(days) = standing.days {
                        *self.days.entry((place.clone(), month.clone(), days)).or_default() += by;
                    }
                }
            }
        }
    }

    /// Writes the changes.
    pub async fn write(self, tx: &mut Tx) -> Result<()> {
        for ((place, month, matter, class, state, reason, is_late), by) in self.figures {
            if by == 0 {
                continue;
            }
            tx.execute(sql!(
                "INSERT INTO disclosed_figures (place, month, matter, class, state, reason, is_late, cases)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                 ON CONFLICT (place, month, matter, state, reason, is_late)
                 DO UPDATE SET cases = disclosed_figures.cases + excluded.cases",
                &place,
                &month,
                &matter,
                class,
                state,
                reason,
                is_late,
                by,
            ))
            .await?;
            if by < 0 {
                tx.execute(sql!(
                    "DELETE FROM disclosed_figures
                     WHERE place = $1 AND month = $2 AND matter = $3 AND state = $4 AND reason = $5 AND is_late = $6
                       AND cases = 0",
                    &place,
                    &month,
                    &matter,
                    state,
                    reason,
                    is_late,
                ))
                .await?;
            }
        }
        write_days(tx, self.days).await?;
        write_counts(tx, self.counts).await
    }
}

async fn write_days(tx: &mut Tx, days: BTreeMap<(RegionCode, String, i64), i64>) -> Result<()> {
    for ((place, month, days), by) in days {
        if by == 0 {
            continue;
        }
        tx.execute(sql!(
            "INSERT INTO disclosed_days (place, month, days, cases) VALUES ($1, $2, $3, $4)
             ON CONFLICT (place, month, days) DO UPDATE SET cases = disclosed_days.cases + excluded.cases",
            &place,
            &month,
            days,
            by,
        ))
        .await?;
        if by < 0 {
            tx.execute(sql!(
                "DELETE FROM disclosed_days WHERE place = $1 AND month = $2 AND days = $3 AND cases = 0",
                &place,
                &month,
                days,
            ))
            .await?;
        }
    }
    Ok(())
}

async fn write_counts(tx: &mut Tx, counts: BTreeMap<(RegionCode, String, String, &'static str), i64>) -> Result<()> {
    for ((place, year, class, state), by) in counts {
        if by == 0 {
            continue;
        }
        tx.execute(sql!(
            "INSERT INTO disclosure_counts (place, year, class, state, cases) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (place, year, class, state)
             DO UPDATE SET cases = disclosure_counts.cases + excluded.cases",
            &place,
            &year,
            &class,
            state,
            by,
        ))
        .await?;
        if by < 0 {
            tx.execute(sql!(
                "DELETE FROM disclosure_counts
                 WHERE place = $1 AND year = $2 AND class = $3 AND state = $4 AND cases = 0",
                &place,
                &year,
                &class,
                state,
            ))
            .await?;
        }
    }
    Ok(())
}

/// Notes that something public changed.
pub async fn bump(tx: &mut Tx, at: Instant) -> Result<()> {
    tx.execute(sql!("UPDATE disclosed_mark SET mark = mark + 1, changed_at = $1 WHERE name = 'public'", at)).await?;
    Ok(())
}

/// A part of counting everything anew from what is kept of each case, whole in itself: what one table says of the places of
/// one level. A million cases take a second or two for each, in which nobody else writes on SQLite.
#[derive(Clone, Copy, Debug)]
pub enum Portion {
    /// Public rows of what is listed no more, and what is counted of places wider than the instance's.
    Stray(Level),
    /// The figures.
    Figures(Level),
    /// The days until the answer.
    Days(Level),
    /// What is only counted.
    Counts(Level),
}

impl Portion {
    /// All of them, for an instance that serves `root`.
    pub fn all(root: &RegionCode) -> Vec<Self> {
        let levels = [Level::Province, Level::City, Level::County, Level::Township, Level::Village, Level::Grid];
        let counted = levels.into_iter().filter(|level| *level >= root.level());
        let of_level = |level| [Self::Figures(level), Self::Days(level), Self::Counts(level)];
        std::iter::once(Self::Stray(root.level())).chain(counted.flat_map(of_level)).collect()
    }

    /// Counts it anew.
    pub async fn recount(self, tx: &mut Tx) -> Result<()> {
        match self {
            Self::Stray(root) => forget_strays(tx, root).await,
            Self::Figures(level) => {
                tx.execute(sql!("DELETE FROM disclosed_figures WHERE length(place) = $1", digits(level))).await?;
                tx.execute(of_level(
                    sql!(
                        "INSERT INTO disclosed_figures (place, month, matter, class, state, reason, is_late, cases)
                         SELECT "
                    ),
                    level,
                    ", substr(received_day, 1, 7), matter, class, state, reason, is_late, count(*)
                      FROM disclosures WHERE shown = 'listed' AND city IS NOT NULL",
                    " GROUP BY 1, 2, 3, 4, 5, 6, 7",
                ))
                .await
                .map(drop)
            }
            Self::Days(level) => {
                tx.execute(sql!("DELETE FROM disclosed_days WHERE length(place) = $1", digits(level))).await?;
                tx.execute(of_level(
                    sql!("INSERT INTO disclosed_days (place, month, days, cases) SELECT "),
                    level,
                    ", substr(received_day, 1, 7), days, count(*)
                      FROM disclosures WHERE shown = 'listed' AND days IS NOT NULL AND city IS NOT NULL",
                    " GROUP BY 1, 2, 3",
                ))
                .await
                .map(drop)
            }
            Self::Counts(level) => {
                tx.execute(sql!("DELETE FROM disclosure_counts WHERE length(place) = $1", digits(level))).await?;
                tx.execute(of_level(
                    sql!("INSERT INTO disclosure_counts (place, year, class, state, cases) SELECT "),
                    level,
                    ", substr(received_day, 1, 4), class, state, count(*)
                      FROM disclosures WHERE shown = 'counted' AND city IS NOT NULL",
                    " GROUP BY 1, 2, 3, 4",
                ))
                .await
                .map(drop)
            }
        }
    }
}

async fn forget_strays(tx: &mut Tx, root: Level) -> Result<()> {
    tx.execute(sql!(
        // Not `NOT IN`: at a million PostgreSQL would go through the whole list for each row.
        "DELETE FROM disclosed_cases
         WHERE NOT EXISTS (
             SELECT 1 FROM disclosures d
             WHERE d.public_key = disclosed_cases.public_key
               AND d.shown = 'listed'
         )"
    ))
    .await?;
    tx.execute(sql!("DELETE FROM disclosed_figures WHERE length(place) < $1", digits(root))).await?;
    tx.execute(sql!("DELETE FROM disclosed_days WHERE length(place) < $1", digits(root))).await?;
    tx.execute(sql!("DELETE FROM disclosure_counts WHERE length(place) < $1", digits(root))).await?;
    Ok(())
}

fn digits(level: Level) -> i64 {
    i64::try_from(level.digits()).unwrap_or(i64::MAX)
}

fn of_level(sql: Sql, level: Level, middle: &'static str, end: &'static str) -> Sql {
    let (column, is_there) = match level {
        Level::Province => ("substr(city, 1, 2)", ""),
        Level::City => ("city", ""),
        Level::County => ("county", " AND county IS NOT NULL"),
        Level::Township => ("township", " AND township IS NOT NULL"),
        Level::Village => ("village", " AND village IS NOT NULL"),
        Level::Grid | Level::MicroGrid => ("grid", " AND grid IS NOT NULL"),
    };
    sql.push(column).push(middle).push(is_there).push(end)
}
