//! What a case is found by is written with it, in the same transaction.
//!
//! Its price on SQLite is one row for each step that changes it (arrival, dispatch, end, correction); sorting into the
//! index is done for many at once, by whoever comes when some have come together.

use db::Tx;
use kernel::{Id, Result};

use crate::{
    modules::{
        App, SharedApp,
        cases::{
            ground,
            model::Case,
            search,
            store::{self, Piece},
        },
        regions,
    },
    platform::access::Unit,
};

/// One write in so many sorts what is fresh into the index: some milliseconds, and few rows for a search to look through.
const SORTED_BY_ONE_IN: u64 = 128;
/// At most so many are sorted in one transaction.
const SORTED_TOGETHER: i64 = 512;
/// Cases read in one transaction when the index is made for those that were there.
const READ_TOGETHER: i64 = 100;
/// How long one run reads, in seconds; the next goes on.
const READ_SECONDS: i64 = 270;

/// Writes a changed case back, and what it is found by if that changed.
///
/// # Errors
/// As [`store::save`].
pub(super) async fn save(tx: &mut Tx, app: &App, case: &mut Case) -> Result<()> {
    store::save(tx, case).await?;
    let found_by = case.found_by();
    if case.was_found_by.as_ref() != Some(&found_by) {
        renew_words(tx, app, case).await?;
        now_and_then(tx, app).await?;
        case.was_found_by = Some(found_by);
    }
    Ok(())
}

/// Puts a new case into the index, with the words of its first report and the number it came with.
///
/// # Errors
/// `internal` when the database fails.
pub(super) async fn put_words(tx: &mut Tx, app: &App, case: &Case, texts: &[String]) -> Result<()> {
    store::put_words(tx, case, &document(app, case, &[], texts)).await?;
    now_and_then(tx, app).await
}

/// Puts a new case into the index whose reports stand behind it already.
///
/// # Errors
/// `internal` when the database fails.
pub(super) async fn put_words_there(tx: &mut Tx, app: &App, case: &Case) -> Result<()> {
    let document = whole(tx, app, case).await?;
    store::put_words(tx, case, &document).await?;
    now_and_then(tx, app).await
}

/// Makes anew what a case is found by: another unit has a part in it, or has one no more.
pub(super) async fn renew_words(tx: &mut Tx, app: &App, case: &Case) -> Result<()> {
    let document = whole(tx, app, case).await?;
    store::renew_words(tx, case, &document).await
}

async fn whole(tx: &mut Tx, app: &App, case: &Case) -> Result<String> {
    let (mut assistants, mut texts) = (Vec::new(), Vec::new());
    for piece in store::pieces_of(tx, case.id).await? {
        match piece {
            Piece::Text(text) => texts.push(text),
            Piece::Assistant(unit) => assistants.push(unit),
        }
    }
    Ok(document(app, case, &assistants, &texts))
}

/// Words of the reports, the place in words, the matter's names and how they sound. Contact details are in none of them, and notes of staff
/// are not looked at.
fn document(app: &App, case: &Case, assistants: &[Id<Unit>], texts: &[String]) -> String {
    let matter = case.matter.as_deref().and_then(|code| ground::matter(app, code, &case.place));
    let names = matter.iter().flat_map(|matter| matter.names().iter().map(|(_, name)| name));
    // Whoever types without a Chinese keyboard finds 路灯 by `ludeng` and by `ld`.
    let sounds: Vec<String> = matter.iter().flat_map(|matter| sounds_of(matter.names().zh())).collect();
    let texts = texts.iter().map(String::as_str).chain(case.place_text.as_deref()).chain(names);
    let texts = texts.chain(sounds.iter().map(String::as_str));
    search::as_text(&search::document(case, assistants.iter().copied(), texts))
}

/// Pinyin in one word, and its initials: each is found by how it begins.
fn sounds_of(name: &str) -> [String; 2] {
    let pinyin = regions::pinyin(name);
    [pinyin.replace(' ', ""), regions::initials(&pinyin)]
}

async fn now_and_then(tx: &mut Tx, app: &App) -> Result<()> {
    if app.chance.below(SORTED_BY_ONE_IN) == 0 {
        store::settle_words(tx, SORTED_TOGETHER).await?;
    }
    Ok(())
}

/// Reads the words of cases that are not in the index, the newest first: those that were there before it, and those with
/// words that were erased. Returns how many it read. May be stopped at any time; the next run goes on.
///
/// # Errors
/// `internal` when the database fails.
pub async fn read_words(app: &SharedApp) -> Result<usize> {
    let (until, mut read) = (app.now().plus_seconds(READ_SECONDS), 0);
    loop {
        let cases = store::unread_unscoped(&mut app.db.read().await?, READ_TOGETHER).await?;
        read += cases.len();
        let (shared, is_done) = (SharedApp::clone(app), cases.is_empty());
        let ids: Vec<Id<Case>> = cases.into_iter().map(|case| case.id).collect();
        let sorted = app
            .db
            .write(async move |mut tx| {
                for id in ids {
                    // Read again inside the transaction: it may have moved on.
                    let case = store::lock_unscoped(&mut tx, id).await?;
                    renew_words(&mut tx, &shared, &case).await?;
                    store::forget_unread(&mut tx, id).await?;
                }
                store::settle_words(&mut tx, SORTED_TOGETHER).await
            })
            .await?;
        if (is_done && sorted == 0) || app.now() > until {
            return Ok(read);
        }
    }
}
