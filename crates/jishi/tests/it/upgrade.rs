//! A database with rows is brought forward, and what was in it means the same.

use db::{FromRow, Migrations, Row, sql, testing};
use jishi::platform::schema::MIGRATIONS;
use kernel::{Id, Instant, Names};

struct Part {
    kind: String,
    received_at: Instant,
    case_is_open: bool,
}

impl FromRow for Part {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        Ok(Self {
            kind: row.get("kind")?,
            received_at: row.get("received_at")?,
            case_is_open: row.get("case_is_open")?,
        })
    }
}

struct Waiting(Id<Part>);

impl FromRow for Waiting {
    fn from_row(row: &Row) -> kernel::Result<Self> {
        row.get("case_id").map(Self)
    }
}

/// 0002 and 0003: parts learn when their case came in, and whether it is open.
#[tokio::test]
async fn parts_that_were_there_know_their_case() {
    const BEFORE: Migrations = &[MIGRATIONS[0]];
    let test = testing::empty().await.unwrap();
    test.db.migrate(BEFORE).await.unwrap();
    let unit: Id<Part> = "01a03273-6837-7005-aa10-82fca6cb3791".parse().unwrap();
    let case: Id<Part> = "01a03273-6837-7005-aa20-64f8ca59249b".parse().unwrap();
    let at = Instant::from_millis(1_700_000_000_000);
    test.db
        .write(async move |mut tx| {
            tx.execute(sql!(
                "INSERT INTO units (id, names, name, duty, level, region, version)
                 VALUES ($1, $2, 'u', 'power', 'county', '140403', 1)",
                unit,
                &Names::new("单位", "Unit"),
            ))
            .await?;
            tx.execute(sql!(
                "INSERT INTO cases (id, number, status, is_open, urgency, publicity, summary, channel, city, county,
                     place_source, place_is_guess, received_at, received_day, reports, redos, returns, reopens, reminders,
                     last_kind, last_at, version)
                 VALUES ($1, 'n', 'closed', FALSE, 'normal', 'count', 's', 'web', '1404', '140403', 'chosen', FALSE, $2,
                     '2023-11-14', 1, 0, 0, 0, 0, 'closed', $2, 1)",
                case,
                at,
            ))
            .await?;
            for (part, kind) in [(unit, "lead"), (case, "assist")] {
                tx.execute(sql!(
                    "INSERT INTO assignments (id, case_id, kind, unit, state, is_open, assigned_at)
                     VALUES ($1, $2, $3, $4, 'done', FALSE, $5)",
                    part,
                    case,
                    kind,
                    unit,
                    at.plus_hours(5),
                ))
                .await?;
            }
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(test.db.migrate(MIGRATIONS).await.unwrap().len(), MIGRATIONS.len() - 1);
    let mut db = test.db.read().await.unwrap();
    let parts: Vec<Part> =
        db.all(sql!("SELECT kind, received_at, case_is_open FROM assignments ORDER BY kind")).await.unwrap();
    assert!(parts.iter().all(|part| part.received_at == at), "from the case, not from the day it was given");
    assert!(parts.iter().all(|part| !part.case_is_open));
    assert_eq!(parts.iter().map(|part| part.kind.as_str()).collect::<Vec<_>>(), ["assist", "lead"]);
    let waiting: Vec<Waiting> = db.all(sql!("SELECT case_id FROM case_unread")).await.unwrap();
    assert_eq!(waiting.into_iter().map(|Waiting(id)| id).collect::<Vec<_>>(), [case], "0004: its words are read later");
}
