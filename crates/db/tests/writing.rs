//! What a write means: kept whole or not at all, and acknowledged only when it is durable. On both databases.

#![expect(clippy::unwrap_used, reason = "tests may be blunt, and so may the helpers they share")]

use std::time::Duration;

use db::{
    Backend, Db, FromRow, Migration, Migrations, Row, Text, Tx,
    testing::{self, Fresh},
};
use futures::{StreamExt, TryStreamExt, future::join_all};
use kernel::{Chance, Code, Day, Error, Id, Instant, Names, RegionCode, Result};
use tokio::sync::oneshot;

const SCHEMA: Migrations = &[Migration {
    name: "0001_test.sql",
    text: Text::Shared(
        "-- a UUID in a comment; is not a type;
CREATE TABLE words (
    id BIGINT NOT NULL PRIMARY KEY,
    word TEXT NOT NULL
);
CREATE TABLE children (
    parent BIGINT NOT NULL REFERENCES words (id) DEFERRABLE INITIALLY DEFERRED
);
CREATE TABLE kinds (
    seq SEQUENCE_KEY,
    a_bool BOOLEAN,
    an_int BIGINT,
    a_float DOUBLE PRECISION,
    a_text TEXT,
    some_bytes BYTEA,
    an_id UUID,
    a_json JSONB,
    an_instant BIGINT,
    a_day TEXT,
    a_code TEXT,
    names JSONB
);
",
    ),
}];

async fn fresh() -> Fresh {
    testing::fresh(SCHEMA).await.unwrap()
}

struct Number(i64);

impl FromRow for Number {
    fn from_row(row: &Row) -> Result<Self> {
        row.get("n").map(Self)
    }
}

async fn count(db: &Db) -> i64 {
    let mut conn = db.read().await.unwrap();
    conn.one::<Number>(db::sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM words")).await.unwrap().0
}

async fn insert(tx: &mut Tx, id: i64) -> Result<()> {
    tx.execute(db::sql!("INSERT INTO words (id, word) VALUES ($1, $2)", id, "词")).await.map(|_| ())
}

/// A child of nobody: the foreign key is checked when the transaction commits, and fails it.
async fn orphan(tx: &mut Tx) -> Result<()> {
    tx.execute(db::sql!("INSERT INTO children (parent) VALUES ($1)", 99)).await.map(|_| ())
}

/// Begins a write that inserts `id` and then waits for the gate; returns when it is in the middle.
async fn held(db: &Db, id: i64) -> (tokio::task::JoinHandle<Result<()>>, oneshot::Sender<()>) {
    let (begun, has_begun) = oneshot::channel();
    let (open, gate) = oneshot::channel();
    let db = db.clone();
    let task = tokio::spawn(async move {
        db.write(async move |mut tx| {
            insert(&mut tx, id).await?;
            let _ = begun.send(());
            let _ = gate.await;
            insert(&mut tx, id + 1).await
        })
        .await
    });
    has_begun.await.unwrap();
    (task, open)
}

#[tokio::test]
async fn an_action_that_returns_an_error_leaves_nothing() {
    let fresh = fresh().await;
    let refused: Result<()> = fresh
        .db
        .write(async |mut tx| {
            insert(&mut tx, 1).await?;
            Err(Error::new(Code::NotFound))
        })
        .await;
    assert_eq!(refused.unwrap_err().code(), Code::NotFound);
    assert_eq!(count(&fresh.db).await, 0);
}

#[tokio::test]
async fn a_panic_inside_an_action_undoes_it_and_the_writer_lives_on() {
    let fresh = fresh().await;
    let panicked: Result<()> = fresh
        .db
        .write(async |mut tx| {
            insert(&mut tx, 1).await?;
            panic!("on purpose");
        })
        .await;
    let error = panicked.unwrap_err();
    assert_eq!(error.code(), Code::Internal);
    assert!(error.to_string().contains("on purpose"), "{error}");
    fresh.db.write(async |mut tx| insert(&mut tx, 2).await).await.unwrap();
    assert_eq!(count(&fresh.db).await, 1);
}

#[tokio::test]
async fn an_action_that_fails_does_not_touch_the_others_of_its_group() {
    let fresh = fresh().await;
    let (first, open) = held(&fresh.db, 1).await;
    let (a, b) = (fresh.db.clone(), fresh.db.clone());
    let failing =
        tokio::spawn(async move { a.write(async |mut tx| insert(&mut tx, 5).await.and_then(|()| refuse())).await });
    let saved = tokio::spawn(async move { b.write(async |mut tx| insert(&mut tx, 6).await).await });
    queued().await;
    open.send(()).unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(failing.await.unwrap().unwrap_err().code(), Code::NotFound);
    saved.await.unwrap().unwrap();
    assert_eq!(count(&fresh.db).await, 3);
}

fn refuse() -> Result<()> {
    Err(Error::new(Code::NotFound))
}

/// Lets the tasks just spawned reach the writer's queue.
async fn queued() {
    tokio::time::sleep(Duration::from_millis(100)).await;
}

#[tokio::test]
async fn a_commit_that_fails_tells_nobody_saved() {
    let fresh = fresh().await;
    let (first, open) = held(&fresh.db, 1).await;
    let (a, b) = (fresh.db.clone(), fresh.db.clone());
    let bad = tokio::spawn(async move { a.write(async |mut tx| orphan(&mut tx).await).await });
    let neighbour = tokio::spawn(async move { b.write(async |mut tx| insert(&mut tx, 6).await).await });
    queued().await;
    open.send(()).unwrap();
    assert_eq!(bad.await.unwrap().unwrap_err().code(), Code::NotSaved);
    let others = [first.await.unwrap(), neighbour.await.unwrap()];
    match fresh.db.backend() {
        // One COMMIT for the group: nobody was told "saved", nothing was.
        Backend::Sqlite => {
            assert!(others.iter().all(|told| told.as_ref().is_err_and(|error| error.code() == Code::NotSaved)));
            assert_eq!(count(&fresh.db).await, 0);
        }
        // A transaction each.
        Backend::Postgres => {
            assert!(others.iter().all(Result::is_ok));
            assert_eq!(count(&fresh.db).await, 3);
        }
    }
    fresh.db.write(async |mut tx| insert(&mut tx, 7).await).await.unwrap();
}

#[tokio::test]
async fn a_client_that_hangs_up_leaves_the_whole_action() {
    let fresh = fresh().await;
    let (client, open) = held(&fresh.db, 1).await;
    client.abort();
    assert!(client.await.unwrap_err().is_cancelled());
    open.send(()).unwrap();
    for _ in 0..500 {
        if count(&fresh.db).await == 2 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the action did not run to its end");
}

#[tokio::test]
async fn a_client_that_hangs_up_before_its_action_began_leaves_nothing() {
    let fresh = fresh().await;
    drop(fresh.db.write(async |mut tx| insert(&mut tx, 1).await));
    fresh.db.write(async |mut tx| insert(&mut tx, 2).await).await.unwrap();
    assert_eq!(count(&fresh.db).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_of_200_writes_at_once_that_were_acknowledged_are_there() {
    let fresh = fresh().await;
    let writes = (0..200).map(|id| {
        let db = fresh.db.clone();
        async move {
            // Every seventh fails on a key that is taken, and must not harm the rest.
            let id = if id % 7 == 6 { id - 1 } else { id };
            let told = db.write(async move |mut tx| insert(&mut tx, id).await).await;
            let mut conn = db.read().await.unwrap();
            let seen =
                conn.one::<Number>(db::sql!("SELECT CAST(count(*) AS BIGINT) AS n FROM words WHERE id = $1", id)).await;
            assert_eq!(seen.unwrap().0, 1, "what was acknowledged, or was there before, is seen by the next read");
            told.is_ok()
        }
    });
    let saved = join_all(writes.map(tokio::spawn)).await.into_iter().filter(|told| *told.as_ref().unwrap()).count();
    assert_eq!(i64::try_from(saved).unwrap(), count(&fresh.db).await);
    assert_eq!(saved, 200 - 28);
}

#[tokio::test]
async fn a_swallowed_error_is_never_acknowledged_as_saved() {
    let fresh = fresh().await;
    fresh.db.write(async |mut tx| insert(&mut tx, 1).await).await.unwrap();
    let told = fresh
        .db
        .write(async |mut tx| {
            let taken = insert(&mut tx, 1).await;
            assert!(taken.is_err());
            let _ = insert(&mut tx, 2).await;
            Ok(())
        })
        .await;
    assert_eq!(count(&fresh.db).await, if told.is_ok() { 2 } else { 1 });
    if fresh.db.backend() == Backend::Postgres {
        assert_eq!(told.unwrap_err().code(), Code::NotSaved);
    }
    fresh.db.write(async |mut tx| insert(&mut tx, 3).await).await.unwrap();
}

#[tokio::test]
async fn a_write_inside_a_write_is_refused_instead_of_waiting_for_itself() {
    let fresh = fresh().await;
    let db = fresh.db.clone();
    let refused = fresh.db.write(async move |_tx| db.write(async |mut tx| insert(&mut tx, 1).await).await).await;
    assert_eq!(refused.unwrap_err().code(), Code::Internal);
    assert_eq!(count(&fresh.db).await, 0);
}

struct Anything;

impl FromRow for Anything {
    fn from_row(_: &Row) -> Result<Self> {
        Ok(Self)
    }
}

#[tokio::test]
async fn a_full_disk_saves_nothing_and_harms_nobody_later() {
    let fresh = fresh().await;
    if fresh.db.backend() == Backend::Postgres {
        return; // a full disk cannot be simulated there without owning the server
    }
    let full: Result<()> = fresh
        .db
        .write(async |mut tx| {
            // As many pages as there are now, and not one more.
            tx.all::<Anything>(db::sql!("PRAGMA max_page_count = 1")).await?;
            tx.execute(db::sql!("INSERT INTO words (id, word) VALUES ($1, $2)", 1, "词".repeat(100_000)))
                .await
                .map(|_| ())
        })
        .await;
    assert!(full.is_err());
    let roomy = async |mut tx: Tx| {
        tx.all::<Anything>(db::sql!("PRAGMA max_page_count = 1073741823")).await?;
        insert(&mut tx, 2).await
    };
    fresh.db.write(roomy).await.unwrap();
    assert_eq!(count(&fresh.db).await, 1);
}

#[tokio::test]
async fn readers_cannot_write_on_sqlite() {
    let fresh = fresh().await;
    if fresh.db.backend() == Backend::Postgres {
        return; // readers and writers share one pool there
    }
    let mut conn = fresh.db.read().await.unwrap();
    assert!(conn.execute(db::sql!("DELETE FROM words")).await.is_err());
}

#[tokio::test]
async fn after_closing_nothing_is_told_saved() {
    let fresh = fresh().await;
    fresh.db.write(async |mut tx| insert(&mut tx, 1).await).await.unwrap();
    fresh.db.close().await;
    let told = fresh.db.write(async |mut tx| insert(&mut tx, 2).await).await;
    assert_eq!(told.unwrap_err().code(), Code::NotSaved);
    let reopened = Db::open(&db::Settings::new(&fresh.url)).await.unwrap();
    assert_eq!(count(&reopened).await, 1);
}

#[tokio::test]
async fn nul_is_refused_wherever_it_hides() {
    let fresh = fresh().await;
    let json = |json: serde_json::Value| db::sql!("INSERT INTO kinds (a_json) VALUES ($1)", json);
    let statements = [
        db::sql!("INSERT INTO words (id, word) VALUES ($1, $2)", 1, "a\0b"),
        json(serde_json::json!({"deep": ["a\0b"]})),
        json(serde_json::json!({"a\0b": 1})),
    ];
    for statement in statements {
        let refused = fresh.db.write(async move |mut tx| tx.execute(statement).await).await;
        assert_eq!(refused.unwrap_err().code(), Code::ForbiddenCharacter);
    }
    let mut conn = fresh.db.read().await.unwrap();
    let search = db::sql!("SELECT id AS n FROM words WHERE word = $1", "\0");
    assert!(conn.all::<Number>(search.clone()).await.is_err());
    assert!(fresh.db.stream::<Number>(search).await.unwrap().next().await.unwrap().is_err());
}

#[derive(Debug, PartialEq)]
struct Kinds {
    a_bool: Option<bool>,
    an_int: Option<i64>,
    a_float: Option<f64>,
    a_text: Option<String>,
    some_bytes: Option<Vec<u8>>,
    an_id: Option<Id<Kinds>>,
    a_json: Option<serde_json::Value>,
    an_instant: Option<Instant>,
    a_day: Option<Day>,
    a_code: Option<RegionCode>,
    names: Option<Names>,
}

impl FromRow for Kinds {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self {
            a_bool: row.opt("a_bool")?,
            an_int: row.opt("an_int")?,
            a_float: row.opt("a_float")?,
            a_text: row.opt("a_text")?,
            some_bytes: row.opt("some_bytes")?,
            an_id: row.opt("an_id")?,
            a_json: row.opt("a_json")?,
            an_instant: row.opt("an_instant")?,
            a_day: row.opt("a_day")?,
            a_code: row.opt("a_code")?,
            names: row.opt("names")?,
        })
    }
}

fn insert_kinds(kinds: &Kinds) -> db::Sql {
    db::sql!(
        "INSERT INTO kinds (a_bool, an_int, a_float, a_text, some_bytes, an_id, a_json, an_instant, a_day, a_code, names)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        kinds.a_bool,
        kinds.an_int,
        kinds.a_float,
        kinds.a_text.clone(),
        kinds.some_bytes.clone(),
        kinds.an_id,
        kinds.a_json.clone(),
        kinds.an_instant,
        kinds.a_day,
        kinds.a_code.clone(),
        kinds.names.as_ref(),
    )
}

#[tokio::test]
async fn values_of_every_type_come_back_as_they_went_in_and_so_does_null() {
    let fresh = fresh().await;
    let full = Kinds {
        a_bool: Some(true),
        an_int: Some(i64::MIN),
        a_float: Some(113.116_255_000_000_01),
        a_text: Some("路灯 'quoted' \"twice\"\n𠮷 🏮".into()),
        some_bytes: Some(vec![0, 255, 1]),
        an_id: Some(Id::new(Instant::from_millis(1_790_000_000_000), &Chance::seeded(1))),
        a_json: Some(serde_json::json!({"文": [1, 2.5, null, true, "x"]})),
        an_instant: Some(Instant::from_millis(-1)),
        a_day: Some("2024-02-29".parse().unwrap()),
        a_code: Some(RegionCode::parse("140403100").unwrap()),
        names: Some(Names::new("长治市", "Changzhi")),
    };
    let empty = Kinds {
        a_bool: None,
        an_int: None,
        a_float: None,
        a_text: None,
        some_bytes: None,
        an_id: None,
        a_json: None,
        an_instant: None,
        a_day: None,
        a_code: None,
        names: None,
    };
    let statements = [insert_kinds(&full), insert_kinds(&empty)];
    fresh
        .db
        .write(async move |mut tx| {
            for statement in statements {
                tx.execute(statement).await?;
            }
            Ok(())
        })
        .await
        .unwrap();
    let all = db::sql!(
        "SELECT a_bool, an_int, a_float, a_text, some_bytes, an_id, a_json, an_instant, a_day, a_code, names
         FROM kinds
         ORDER BY seq"
    );
    let mut conn = fresh.db.read().await.unwrap();
    let read: Vec<Kinds> = conn.all(all.clone()).await.unwrap();
    assert_eq!(read, [full, empty]);
    let absent = conn.optional::<Number>(db::sql!("SELECT id AS n FROM words WHERE id = $1", 1)).await.unwrap();
    assert!(absent.is_none());
    let streamed: Vec<Kinds> = fresh.db.stream(all).await.unwrap().try_collect().await.unwrap();
    assert_eq!(streamed, read);
}

#[tokio::test]
async fn a_stream_does_not_wait_for_those_who_read() {
    let fresh = fresh().await;
    fresh.db.write(async |mut tx| insert(&mut tx, 1).await).await.unwrap();
    // All connections of the test's database are taken.
    let readers = join_all((0..4).map(|_| fresh.db.read())).await;
    assert!(readers.iter().all(Result::is_ok));
    let all = db::sql!("SELECT id AS n FROM words ORDER BY id");
    let read: Vec<Number> = fresh.db.stream(all).await.unwrap().try_collect().await.unwrap();
    assert_eq!(read.len(), 1);
}

#[tokio::test]
async fn a_stream_may_be_left_in_the_middle() {
    let fresh = fresh().await;
    let fill = async |mut tx: Tx| {
        for id in 0..1_000 {
            insert(&mut tx, id).await?;
        }
        Ok(())
    };
    fresh.db.write(fill).await.unwrap();
    let all = db::sql!("SELECT id AS n FROM words ORDER BY id");
    // Oftener than there are connections: each comes back when its reader has gone.
    for _ in 0..20 {
        let stream = fresh.db.stream(all.clone()).await.unwrap();
        let first: Vec<Number> = stream.take(3).try_collect().await.unwrap();
        assert_eq!(first.iter().map(|number| number.0).collect::<Vec<_>>(), [0, 1, 2]);
    }
    assert_eq!(fresh.db.read().await.unwrap().all::<Number>(all).await.unwrap().len(), 1_000);
}

#[tokio::test]
async fn migrating_twice_is_nothing_and_an_edited_step_is_refused() {
    const EDITED: Migrations =
        &[Migration { name: "0001_test.sql", text: Text::Shared("CREATE TABLE words (id BIGINT);\n") }];
    const NEXT: Migrations = &[
        SCHEMA[0],
        Migration { name: "0002_next.sql", text: Text::Shared("CREATE TABLE more (id BIGINT NOT NULL);\n") },
    ];
    let fresh = fresh().await;
    assert!(fresh.db.pending(SCHEMA).await.unwrap().is_empty());
    assert!(fresh.db.migrate(SCHEMA).await.unwrap().is_empty());
    assert!(fresh.db.migrate(EDITED).await.is_err());
    assert!(fresh.db.pending(EDITED).await.is_err());
    assert_eq!(fresh.db.pending(NEXT).await.unwrap(), ["0002_next.sql"]);
    let (one, two) = tokio::join!(fresh.db.migrate(NEXT), fresh.db.migrate(NEXT));
    let applied = [one.unwrap(), two.unwrap()].concat();
    assert_eq!(applied, ["0002_next.sql"], "two nodes that start together apply a step once");
}

#[tokio::test]
async fn a_step_that_fails_leaves_the_schema_as_it_was() {
    const BROKEN: Migrations = &[
        SCHEMA[0],
        Migration {
            name: "0002_broken.sql",
            text: Text::Shared("CREATE TABLE half (id BIGINT NOT NULL);\nCREATE NONSENSE;\n"),
        },
    ];
    let fresh = fresh().await;
    assert!(fresh.db.migrate(BROKEN).await.is_err());
    assert_eq!(fresh.db.pending(BROKEN).await.unwrap(), ["0002_broken.sql"]);
    let mut conn = fresh.db.read().await.unwrap();
    assert!(conn.all::<Number>(db::sql!("SELECT id AS n FROM half")).await.is_err());
}

#[tokio::test]
async fn a_database_without_a_schema_misses_every_step() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&db::Settings::new(format!("sqlite:{}", folder.path().join("a.db").display()))).await.unwrap();
    assert_eq!(db.pending(SCHEMA).await.unwrap(), ["0001_test.sql"]);
}

#[tokio::test]
async fn a_copy_made_in_use_holds_what_was_acknowledged() {
    let fresh = fresh().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.db");
    fresh.db.write(async |mut tx| insert(&mut tx, 1).await).await.unwrap();
    if fresh.db.backend() == Backend::Postgres {
        assert!(fresh.db.copy_to(&file).await.is_err());
        return;
    }
    fresh.db.copy_to(&file).await.unwrap();
    let copy = Db::open(&db::Settings::new(format!("sqlite:{}", file.display()))).await.unwrap();
    assert_eq!(count(&copy).await, 1);
    assert!(fresh.db.copy_to(&file).await.is_err(), "an earlier copy is never overwritten");
}

#[tokio::test]
async fn what_is_put_off_is_seen_by_what_comes_next_and_shares_its_fate() {
    let fresh = fresh().await;
    let word = |id: i64| db::sql!("INSERT INTO words (id, word) VALUES ($1, $2)", id, "词");
    let seen = async move |mut tx: Tx| {
        tx.later(word(1)).await?;
        tx.later(word(2)).await?;
        let seen = tx.all::<Number>(db::sql!("SELECT id AS n FROM words ORDER BY id")).await?;
        tx.later(word(3)).await?;
        // The two parts of one statement see the same state: the third word is not there yet on PostgreSQL.
        let touched = tx.execute(db::sql!("UPDATE words SET word = $1 WHERE id < 3", "字")).await?;
        tx.later(word(4)).await?;
        Ok((seen.len(), touched))
    };
    assert_eq!(fresh.db.write(seen).await.unwrap(), (2, 2));
    assert_eq!(count(&fresh.db).await, 4);
    // Refused where it stands on SQLite, when the action ends on PostgreSQL; undone as a whole on both.
    let twice = fresh.db.write(async move |mut tx| {
        tx.later(word(5)).await?;
        tx.later(word(1)).await
    });
    assert_eq!(twice.await.unwrap_err().code(), Code::Internal);
    assert_eq!(count(&fresh.db).await, 4);
    // More than one statement may hold.
    let many = fresh.db.write(async move |mut tx| {
        for id in 10..40_010 {
            tx.later(word(id)).await?;
        }
        Ok(())
    });
    many.await.unwrap();
    assert_eq!(count(&fresh.db).await, 40_004);
    // What the database numbers keeps its order where that was asked for.
    let numbered = |n: i64| db::sql!("INSERT INTO kinds (an_int) VALUES ($1)", n).in_turn();
    let in_turn = fresh.db.write(async move |mut tx| {
        for n in 1..6 {
            tx.later(numbered(n)).await?;
            tx.later(word(50_000 + n)).await?;
        }
        tx.execute(numbered(6)).await
    });
    in_turn.await.unwrap();
    let mut conn = fresh.db.read().await.unwrap();
    let order = conn.all::<Number>(db::sql!("SELECT an_int AS n FROM kinds ORDER BY seq")).await.unwrap();
    assert_eq!(order.iter().map(|Number(n)| *n).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    let nul =
        fresh.db.write(async |mut tx| tx.later(db::sql!("INSERT INTO words (id, word) VALUES (6, $1)", "\0")).await);
    assert_eq!(nul.await.unwrap_err().code(), Code::ForbiddenCharacter);
}

/// Long enough words to make a log long.
async fn insert_long(db: &Db, id: i64) -> Result<()> {
    db.write(async move |mut tx: Tx| {
        tx.execute(db::sql!("INSERT INTO words (id, word) VALUES ($1, $2)", id, "词".repeat(20_000))).await.map(|_| ())
    })
    .await
}

/// SQLite's alone: PostgreSQL keeps its own log in bounds.
#[tokio::test(flavor = "multi_thread")]
async fn the_log_begins_anew_beside_readers_and_no_write_fails_of_it() {
    let test = fresh().await;
    if test.db.backend() != Backend::Sqlite {
        return;
    }
    let db = Db::open(&db::Settings { log_mib: 1, ..db::Settings::new(&test.url) }).await.unwrap();
    let log = format!("{}-wal", test.url.trim_start_matches("sqlite:"));
    let length = || std::fs::metadata(&log).map_or(0, |file| file.len());
    for id in 0..20 {
        insert_long(&db, id).await.unwrap();
    }
    // A reading that is not over stands in the way of beginning anew, but of no write.
    let mut rows =
        db.stream::<Number>(db::sql!("SELECT a.id AS n FROM words a, words b, words c")).await.unwrap().boxed();
    rows.next().await.unwrap().unwrap();
    for id in 20..120 {
        insert_long(&db, id).await.unwrap();
    }
    assert!(length() > 3 << 20, "{}", length());
    drop(rows);
    // Short readings come and go, as they do in a server.
    let reads = tokio::spawn({
        let db = db.clone();
        async move {
            for _ in 0..200 {
                count(&db).await;
            }
        }
    });
    for id in 120..220 {
        insert_long(&db, id).await.unwrap();
    }
    reads.await.unwrap();
    assert!(length() < 3 << 20, "{}", length());
    assert_eq!(count(&db).await, 220);
    db.close().await;
}
