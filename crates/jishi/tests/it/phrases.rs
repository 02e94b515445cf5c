//! Phrases: written by a unit, offered where they help, counted by nobody's name.

use serde_json::{Value, json};

use super::{
    cases::{city, in_hand, lamp, read, reported, step, with},
    support::Client,
};

fn repaired(unit: &Value) -> Value {
    json!({
        "unit": unit, "step": "result", "title": "修好了",
        "texts": { "zh": "{单位}已于{日期}修好{地点}的路灯。", "en": "{unit} mended the lamp at {place} on {date}." },
    })
}

async fn unit_of(client: &Client<'_>) -> Value {
    client.get("/api/session").await.ok()["posts"][0]["unit"]["id"].clone()
}

async fn offered(client: &Client<'_>, query: &str) -> Vec<String> {
    let found = client.get(&format!("/api/phrases/offered?{query}")).await.ok();
    found["rows"].as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_phrase_is_written_once_corrected_by_version_and_ended() {
    let test = city().await;
    let handler = test.as_person("handler").await;
    let new = repaired(&unit_of(&handler).await);
    let once = handler.with_key("the-same-phrase");
    let phrase = once.post("/api/phrases", new.clone()).await.ok();
    assert_eq!(once.post("/api/phrases", new).await.ok(), phrase, "repeated, it is the same phrase");
    assert_eq!((phrase["uses"].as_i64(), phrase["is_own"].as_bool()), (Some(0), Some(true)));

    let path = format!("/api/phrases/{}", phrase["id"].as_str().unwrap());
    let better = json!({ "version": 1, "step": "result", "title": "换件修复", "texts": { "zh": "已换件修复。" } });
    assert_eq!(handler.put(&path, better.clone()).await.ok()["title"], "换件修复");
    assert_eq!(handler.put(&path, better).await.refusal().1, "record_changed");

    let listed = handler.get("/api/phrases?step=result&limit=1").await.ok();
    assert_eq!((listed["count"].as_i64(), &listed["rows"][0]["title"]), (Some(1), &json!("换件修复")));
    assert_eq!(handler.get("/api/phrases?step=ask").await.ok()["count"], 0);

    handler.delete(&path).await.ok();
    assert_eq!(handler.get("/api/phrases").await.ok()["count"], 0);
    assert_eq!(offered(&handler, "step=result").await, Vec::<String>::new());
    assert_eq!(handler.delete(&path).await.refusal(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn what_is_wrong_with_a_phrase_is_told_beside_its_field() {
    let test = city().await;
    let handler = test.as_person("handler").await;
    let unit = unit_of(&handler).await;
    let wrong = json!({
        "unit": unit, "step": "result", "title": "", "is_shared": true,
        "texts": { "zh": "{姓名}您好", "en": "{nobody" },
    });
    let answer = handler.post("/api/phrases", wrong).await;
    let told = answer.fields();
    let fields: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["title", "texts.en", "texts.zh", "matter"]);

    let unknown =
        json!({ "unit": unit, "step": "result", "title": "一", "texts": { "zh": "一" }, "matter": "no.such.matter" });
    assert_eq!(
        handler.post("/api/phrases", unknown).await.fields(),
        [("matter".to_owned(), "unknown_matter".to_owned())]
    );
    let theirs = unit_of(&test.as_person("dispatcher").await).await;
    assert_eq!(
        handler.post("/api/phrases", repaired(&theirs)).await.fields(),
        [("unit".to_owned(), "unknown_unit".to_owned())]
    );
}

#[tokio::test]
async fn others_are_offered_what_is_shared_for_their_matter_and_correct_nothing() {
    let test = city().await;
    let (handler, dispatcher) = (test.as_person("handler").await, test.as_person("dispatcher").await);
    let unit = unit_of(&handler).await;
    handler.post("/api/phrases", repaired(&unit)).await.ok();
    let shared = json!({
        "unit": unit, "step": "result", "title": "共用", "texts": { "zh": "共用" },
        "matter": "city.lighting.street-lamp", "is_shared": true,
    });
    let shared = handler.post("/api/phrases", shared).await.ok();

    assert_eq!(offered(&handler, "step=result&matter=city.lighting.street-lamp").await, ["修好了", "共用"]);
    assert_eq!(offered(&handler, "step=result").await, ["修好了"]);
    assert_eq!(offered(&dispatcher, "step=result&matter=city.lighting.street-lamp").await, ["共用"]);
    assert_eq!(offered(&dispatcher, "step=result&matter=city.roads.manhole").await, Vec::<String>::new());
    assert_eq!(offered(&dispatcher, "step=ask&matter=city.lighting.street-lamp").await, Vec::<String>::new());

    let path = format!("/api/phrases/{}", shared["id"].as_str().unwrap());
    let change = json!({ "version": 1, "step": "result", "title": "别人的", "texts": { "zh": "改" } });
    assert_eq!(dispatcher.put(&path, change).await.refusal(), (404, "not_found".to_owned()));
    assert_eq!(dispatcher.delete(&path).await.refusal(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn the_one_that_was_used_comes_first_and_nobody_is_written_down_for_it() {
    let test = city().await;
    let id = reported(&test).await;
    in_hand(&test, &id).await;
    let handler = test.as_person("handler").await;
    let unit = unit_of(&handler).await;
    handler.post("/api/phrases", repaired(&unit)).await.ok();
    let used = json!({ "unit": unit, "step": "result", "title": "常用的", "texts": { "zh": "已修好。" } });
    let used = handler.post("/api/phrases", used).await.ok();
    assert_eq!(offered(&handler, "step=result").await, ["修好了", "常用的"]);

    let version = read(&handler, &id).await["version"].clone();
    let body = json!({ "version": version, "outcome": "solved", "text": "已修好，请看看。", "phrase": used["id"] });
    step(&handler, &id, "result", body).await.ok();
    assert_eq!(offered(&handler, "step=result").await, ["常用的", "修好了"]);
    let listed = handler.get("/api/phrases").await.ok();
    assert_eq!((listed["rows"][0]["uses"].as_i64(), listed["rows"][0]["version"].as_i64()), (Some(1), Some(1)));
}

#[tokio::test]
async fn pages_of_phrases_neither_repeat_nor_leave_out() {
    let test = city().await;
    let handler = test.as_person("handler").await;
    let unit = unit_of(&handler).await;
    for n in 0..5 {
        let new = json!({ "unit": unit, "step": "ask", "title": format!("第 {n} 句"), "texts": { "zh": "哪一盏？" } });
        handler.post("/api/phrases", new).await.ok();
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = handler.get(&format!("/api/phrases?limit=2{cursor}")).await.ok();
        seen.extend(page["rows"].as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["第 0 句", "第 1 句", "第 2 句", "第 3 句", "第 4 句"]);
}

#[tokio::test]
async fn a_grid_settles_with_a_phrase_of_its_village() {
    let test = city().await;
    let walker = test.as_person("worker").await;
    let new =
        json!({ "unit": unit_of(&walker).await, "step": "settle", "title": "清走", "texts": { "zh": "已清走。" } });
    let phrase = walker.post("/api/phrases", new).await.ok();
    let find = json!({
        "matter": "city.cleanliness.rubbish", "text": "楼道贴了小广告", "channel": "grid",
        "settle": { "text": "已清走。", "phrase": phrase["id"] },
    });
    let find = with(lamp(), find);
    assert_eq!(walker.post("/api/cases", find).await.ok()["status"], "closed");
    assert_eq!(walker.get("/api/phrases").await.ok()["rows"][0]["uses"], 1);
}
