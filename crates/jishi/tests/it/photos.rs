//! Photos over HTTP and in the database.

use std::io::Cursor;

use axum::{body::Body, http::Request};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use jishi::modules::photos;
use kernel::{Code, Id};

use crate::bare::{Answer, Bare};

fn jpeg(shade: u8) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    let image = RgbImage::from_fn(400, 300, |x, _| Rgb([shade, u8::try_from(x % 256).unwrap(), 0]));
    DynamicImage::ImageRgb8(image).write_to(&mut out, ImageFormat::Jpeg).unwrap();
    out.into_inner()
}

async fn upload(bare: &Bare, kind: &str, bytes: Vec<u8>) -> Answer {
    bare.send(Request::post("/api/photos").header("content-type", kind).body(Body::from(bytes)).unwrap()).await
}

async fn sha_of(bare: &Bare, bytes: Vec<u8>) -> String {
    let answer = upload(bare, "image/jpeg", bytes).await;
    assert_eq!(answer.status, 200, "{:?}", String::from_utf8_lossy(&answer.body));
    answer.json()["sha"].as_str().unwrap().to_owned()
}

async fn link(bare: &Bare, sha: &str) -> photos::Photo {
    let mut db = bare.app.db.read().await.unwrap();
    photos::links(&mut db, &bare.app, &[sha.to_owned()]).await.unwrap().remove(0)
}

#[tokio::test]
async fn a_photo_goes_up_and_is_shown_to_whoever_was_given_its_address() {
    let bare = Bare::start().await;
    let first = upload(&bare, "image/png", jpeg(1)).await;
    let again = upload(&bare, "image/jpeg", jpeg(1)).await;
    assert_eq!(first.json(), again.json(), "the same photo is the same photo, whatever it is declared as");
    assert_eq!((&first.json()["width"], &first.json()["height"]), (&400.into(), &300.into()));
    let sha = first.json()["sha"].as_str().unwrap().to_owned();
    let photo = link(&bare, &sha).await;
    assert_eq!((photo.width, photo.height), (400, 300));
    let (large, small) = (bare.get(&photo.url).await, bare.get(&photo.thumb_url).await);
    assert_eq!((large.status.as_u16(), small.status.as_u16()), (200, 200));
    assert_eq!(large.headers["content-type"], "image/jpeg");
    assert!(large.headers["cache-control"].to_str().unwrap().starts_with("private"));
    assert_eq!(large.headers["x-content-type-options"], "nosniff");
    assert_eq!(image::load_from_memory(&large.body).unwrap().width(), 400);
    assert_eq!(image::load_from_memory(&small.body).unwrap().width(), 320);
}

#[tokio::test]
async fn an_address_without_our_mark_or_with_an_old_one_shows_nothing() {
    let bare = Bare::start().await;
    let sha = sha_of(&bare, jpeg(2)).await;
    let photo = link(&bare, &sha).await;
    let other = link(&bare, &sha_of(&bare, jpeg(3)).await).await;
    let foreign_mark = other.url.split_once('?').unwrap().1;
    let wrong = [
        format!("/api/photos/{sha}"),
        format!("/api/photos/{sha}?ticket="),
        format!("/api/photos/{sha}?{foreign_mark}"),
        "/api/photos/..%2F..%2Fmaster.key?ticket=x".to_owned(),
    ];
    for address in wrong {
        assert_eq!(bare.get(&address).await.status, 404, "{address}");
    }
    bare.wait_seconds(86_400);
    assert_eq!(bare.get(&photo.url).await.status, 200);
    bare.wait_seconds(86_400);
    assert_eq!(bare.get(&photo.url).await.status, 404);
}

#[tokio::test]
async fn what_is_no_photo_is_refused_and_leaves_nothing() {
    let bare = Bare::start().await;
    assert_eq!(upload(&bare, "text/plain", jpeg(1)).await.code(), "unsupported_media");
    assert_eq!(upload(&bare, "image/gif", b"GIF89a".to_vec()).await.code(), "unsupported_media");
    for bytes in
        [b"GIF89a\x01\0".to_vec(), b"\0\0\0\x18ftypheic".to_vec(), "文字".into(), Vec::new(), jpeg(1)[..900].to_vec()]
    {
        let answer = upload(&bare, "image/jpeg", bytes).await;
        assert_eq!((answer.status.as_u16(), answer.code().as_str()), (422, "photo_not_readable"));
    }
    let large = upload(&bare, "image/jpeg", vec![0xFF; photos::MAX_BYTES + 1]).await;
    assert_eq!((large.status.as_u16(), large.code().as_str()), (413, "photo_too_large"));
    assert_eq!(upload(&bare, "image/jpeg", vec![0xFF; 22 * 1024 * 1024]).await.status, 413);
    assert!(!bare.app.settings.data.join("photos").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_uploads_of_one_photo_at_once_make_one() {
    let bare = Bare::start().await;
    let all = futures::future::join_all((0..6).map(|_| upload(&bare, "image/jpeg", jpeg(9)))).await;
    assert!(all.iter().all(|answer| answer.status == 200 && answer.json() == all[0].json()));
}

#[tokio::test]
async fn a_list_of_photos_is_short_and_names_only_what_arrived() {
    let bare = Bare::start().await;
    let sha = sha_of(&bare, jpeg(4)).await;
    let check = async |shas: Vec<String>| {
        bare.app
            .db
            .write(async move |mut tx| photos::must_exist(&mut tx, &shas).await)
            .await
            .err()
            .map(|e| e.fields()[0].code)
    };
    assert_eq!(check(vec![]).await, None);
    assert_eq!(check(vec![sha.clone(), sha.clone()]).await, None);
    assert_eq!(check(vec![sha.clone(), "00".into()]).await, Some(Code::PhotoUnknown));
    assert_eq!(check(vec![sha; 10]).await, Some(Code::TooManyPhotos));
}

/// A case that holds a photo; only what the schema demands.
async fn case_with(bare: &Bare, sha: &str) {
    let (id, shas) = (Id::<()>::new(bare.app.now(), &bare.app.chance), vec![sha.to_owned()]);
    let insert = db::sql!(
        "INSERT INTO cases (id, number, status, is_open, urgency, publicity, summary, channel, city, county, place_source,
             place_is_guess, received_at, received_day, reports, redos, returns, reopens, reminders, last_kind, last_at, version)
         VALUES ($1, 'n', 'received', $2, 'normal', 'none', '', 'web', '1404', '140403', 'chosen',
             $3, 0, '2026-11-22', 1, 0, 0, 0, 0, 'received', 0, 1)",
        id,
        true,
        false,
    );
    bare.app
        .db
        .write(async move |mut tx| {
            tx.execute(insert).await?;
            photos::attach(&mut tx, id, &shas).await?;
            photos::attach(&mut tx, id, &shas).await
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_photo_that_no_case_took_within_a_day_is_thrown_away_with_its_files() {
    let bare = Bare::start().await;
    let (kept, lost) = (sha_of(&bare, jpeg(5)).await, sha_of(&bare, jpeg(6)).await);
    case_with(&bare, &kept).await;
    bare.wait_seconds(86_000);
    let again = sha_of(&bare, jpeg(7)).await;
    assert_eq!(photos::sweep(&bare.app).await.unwrap(), 0);
    bare.wait_seconds(500);
    assert_eq!(photos::sweep(&bare.app).await.unwrap(), 1);
    let exists = async |sha: &str| bare.app.files.get(&format!("{sha}.thumb.jpg")).await.unwrap().is_some();
    assert_eq!((exists(&kept).await, exists(&lost).await, exists(&again).await), (true, false, true));
    let mut db = bare.app.db.read().await.unwrap();
    let links = photos::links(&mut db, &bare.app, &[lost.clone(), kept.clone()]).await.unwrap();
    assert_eq!(links.len(), 1);
    drop(db);
    assert_eq!(sha_of(&bare, jpeg(6)).await, lost, "what was thrown away may come again");
    assert!(exists(&lost).await);
}
