//! The drill: a copy made while residents report is put back elsewhere, and holds all that was said to be kept.

use std::{
    io::{Cursor, Read, Write},
    net::TcpStream,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::{Value, json};

use crate::process::{Home, Serving, said};

/// Sends a request and returns status and body.
fn send(address: &str, head: &str, body: &[u8]) -> (u16, Value) {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "{head}\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\r\n", body.len()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), serde_json::from_str(body).unwrap_or(Value::Null))
}

/// A resident reports; returns their receipt.
fn report(address: &str, number: usize, photos: &[&str]) -> String {
    let receipt = format!("{:016}", 4_827_193_650_281_000 + number);
    let body = json!({"receipt": receipt, "text": format!("第{number}盏路灯不亮"), "matter": "city.lighting.street-lamp",
        "identity": "anonymous", "place": {"source": "chosen", "region": "140403003001001"}, "locale": "zh",
        "photos": photos});
    let head =
        format!("POST /api/reports HTTP/1.1\r\ncontent-type: application/json\r\nidempotency-key: drill-{receipt}");
    let (status, answer) = send(address, &head, body.to_string().as_bytes());
    assert!((200..300).contains(&status), "{status} {answer}");
    receipt
}

fn follow(address: &str, receipt: &str) -> (u16, Value) {
    send(address, &format!("GET /api/receipt HTTP/1.1\r\nauthorization: Receipt {receipt}"), b"")
}

fn photo(address: &str) -> String {
    let mut file = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(RgbImage::new(80, 60)).write_to(&mut file, ImageFormat::Jpeg).unwrap();
    let (_, answer) = send(address, "POST /api/photos HTTP/1.1\r\ncontent-type: image/jpeg", &file.into_inner());
    answer["sha"].as_str().unwrap().to_owned()
}

/// A city with its catalogue, served.
async fn city() -> Home {
    let home = Home::new().await;
    let demo = home
        .program()
        .args(["demo", "--no-serve", "--cases", "0", "--database", &home.url, "--data"])
        .arg(home.path(""))
        .output()
        .unwrap();
    assert!(demo.status.success(), "{}", said(&demo));
    home
}

fn restore(home: &Home, copy: &Path) -> (bool, String) {
    let output = home.program().arg("restore").arg(copy).output().unwrap();
    (output.status.success(), said(&output))
}

#[tokio::test]
async fn a_copy_made_under_load_is_put_back_and_holds_all_that_was_acknowledged() {
    let (first, second) = (city().await, Home::empty().await);
    let copy = second.path("copy");
    let serving = Serving::start(first.program());
    let sha = photo(&serving.address);
    let mut receipts: Vec<String> = (0..10).map(|number| report(&serving.address, number, &[])).collect();
    receipts.push(report(&serving.address, 10, &[&sha]));
    let is_copied = AtomicBool::new(false);
    thread::scope(|scope| {
        let goes_on = scope.spawn(|| {
            let mut number = 11;
            while !is_copied.load(Ordering::Relaxed) {
                report(&serving.address, number, &[]);
                number += 1;
                // As many as one address may; more would be told to wait.
                thread::sleep(Duration::from_millis(200));
            }
            number - 11
        });
        let output = first.program().args(["backup", "--with-key"]).arg(&copy).output().unwrap();
        is_copied.store(true, Ordering::Relaxed);
        assert!(output.status.success(), "{}", said(&output));
        assert!(goes_on.join().unwrap() > 0, "nobody reported meanwhile");
    });
    serving.stop();

    let (is_done, words) = restore(&second, &copy);
    assert!(is_done, "{words}");
    let serving = Serving::start(second.program());
    for (number, receipt) in receipts.iter().enumerate() {
        let (status, page) = follow(&serving.address, receipt);
        assert_eq!(status, 200, "report {number} was acknowledged before the copy and is gone");
        assert!(page.to_string().contains(&format!("第{number}盏路灯不亮")), "{page}");
    }
    let (_, page) = follow(&serving.address, &receipts[10]);
    let shown = page["timeline"][0]["photos"][0]["url"].as_str().unwrap().to_owned();
    assert_eq!(send(&serving.address, &format!("GET {shown} HTTP/1.1"), b"").0, 200, "the photo came along");
    // The new place goes on: it takes reports, under its own numbers.
    let after = report(&serving.address, 900, &[]);
    assert_eq!(follow(&serving.address, &after).0, 200);
    serving.stop();
    let (is_done, words) = restore(&second, &copy);
    assert!(!is_done && words.contains("already"), "what is there is never written over: {words}");
}

#[tokio::test]
async fn what_stands_against_putting_a_copy_back_is_told_and_nothing_is_written() {
    let (first, second) = (city().await, Home::empty().await);
    let copy = second.path("copy");
    let output = first.program().arg("backup").arg(&copy).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    let (is_done, words) = restore(&second, &copy);
    assert!(!is_done && words.contains("no master key"), "{words}");
    std::fs::write(second.path("master.key"), std::fs::read(first.path("master.key")).unwrap()).unwrap();
    let file = std::fs::read_dir(&copy)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.file_stem().is_some_and(|stem| stem == "jishi"))
        .unwrap();
    let whole = std::fs::read(&file).unwrap();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let (is_done, words) = restore(&second, &copy);
    assert!(!is_done && words.contains("damaged"), "{words}");
    assert!(!second.path("photos").exists(), "nothing was written");
    std::fs::write(&file, whole).unwrap();
    let (is_done, words) = restore(&second, &copy);
    assert!(is_done, "{words}");
}
