//! The first page of a village and of a community: what differs, what each figure opens, and whose it is.

use jishi::{modules::register, platform::access::Role};
use serde_json::{Value, json};

use super::{
    cases::{LAMP, RECEIPT, city, filed, lamp, verdict, with},
    support::{Client, TestApp},
};

const COMMUNITY: &str = "140403001001";
const VILLAGE: &str = "140404100201";

async fn places() -> TestApp {
    let test = city().await;
    register::import_packaged(&test.app).await.unwrap();
    test.person("secretary", Role::BranchSecretary, COMMUNITY, Some("village")).await;
    test.person("elsewhere", Role::BranchSecretary, "140403001002", None).await;
    test.person("villager", Role::VillageOfficer, VILLAGE, None).await;
    test
}

async fn report(test: &TestApp, receipt: &str, matter: &str, region: &str) -> String {
    let place = json!({"source": "chosen", "region": region});
    let body = with(with(lamp(), json!({"receipt": receipt})), json!({"matter": matter, "place": place}));
    let number = test.nobody().post("/api/reports", body).await.ok()["number"].as_str().unwrap().to_owned();
    let found = test.as_person("county").await.get(&format!("/api/cases?q={number}")).await.ok();
    found["rows"][0]["id"].as_str().unwrap_or_default().to_owned()
}

fn section<'v>(page: &'v Value, code: &str) -> &'v Value {
    page["sections"].as_array().unwrap().iter().find(|one| one["code"] == code).unwrap_or_else(|| panic!("{code}"))
}

fn within<'v>(list: &'v Value, code: &str) -> &'v Value {
    list.as_array().unwrap().iter().find(|one| one["code"] == code).unwrap_or_else(|| panic!("{code}"))
}

fn counts(page: &Value, of: &str, group: &str) -> Vec<i64> {
    let figures = within(&section(page, of)["groups"], group)["figures"].as_array().unwrap().iter();
    figures.map(|figure| figure["count"].as_i64().unwrap()).collect()
}

async fn opened(client: &Client<'_>, list: &str, opens: &Value, more: &str) -> i64 {
    let query: Vec<String> =
        opens.as_object().unwrap().iter().map(|(key, value)| format!("{key}={}", value.as_str().unwrap())).collect();
    let list = client.get(&format!("/api/{list}?{}{more}", query.join("&"))).await.ok();
    assert_eq!(list["rows"].as_array().unwrap().len(), usize::try_from(list["count"].as_i64().unwrap()).unwrap());
    list["count"].as_i64().unwrap()
}

#[tokio::test]
async fn compounds_that_nobody_manages_are_counted_apart() {
    let test = places().await;
    let secretary = test.as_person("secretary").await;
    let county = test.as_person("county").await;
    for (name, managed) in [("甲小区", "nobody"), ("乙小区", "company")] {
        let body = json!({"kind": "compounds.residential", "name": name, "region": COMMUNITY, "lon": 113.12, "lat": 36.19,
            "facts": {"managed": managed}, "source": "普查", "as_of": "2026-11-01"});
        county.post("/api/register", body).await.ok();
    }
    let page = secretary.get(&format!("/api/briefs/place?region={COMMUNITY}")).await.ok();
    let kinds = &section(&page, "shared")["kinds"];
    let of = |code: &str| within(kinds, code)["count"].clone();
    assert_eq!((of("compounds.residential"), of("compounds.residential?managed=nobody")), (json!(2), json!(1)));
    every_figure_opens(&secretary, &page).await;
}

/// Opens everything that a page counts.
async fn every_figure_opens(client: &Client<'_>, page: &Value) {
    for section in page["sections"].as_array().unwrap() {
        for figure in section["groups"].as_array().unwrap().iter().flat_map(|it| it["figures"].as_array().unwrap()) {
            assert_eq!(opened(client, "cases", &figure["opens"], "").await, figure["count"], "{figure}");
        }
        for kind in section["kinds"].as_array().unwrap() {
            assert_eq!(opened(client, "register", &kind["opens"], "").await, kind["count"], "{kind}");
            assert_eq!(opened(client, "register", &kind["opens"], "&stale=true").await, kind["stale"], "{kind}");
        }
        for list in section["patrols"].as_array().into_iter().flatten() {
            let items = client.get(&format!("/api/patrols/{}/items", list["id"].as_str().unwrap())).await.ok();
            assert_eq!(items["count"], list["left"], "{list}");
        }
    }
}

fn codes(page: &Value) -> Vec<&str> {
    page["sections"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_community_is_shown_its_services_and_every_figure_opens_what_it_counts() {
    let test = places().await;
    let done = report(&test, RECEIPT, LAMP, "140403001001001").await;
    filed(&test, &done).await;
    test.nobody().with_receipt(RECEIPT).post("/api/receipt/verdict", verdict("yes")).await.ok();
    report(&test, "2234567890123456", "city.cleanliness.rubbish", "140403001001001").await;
    report(&test, "3234567890123456", "city.cleanliness.rubbish", "140403001001002").await;
    report(&test, "4234567890123456", "safety.fire.ebike-charging", "140403001001001").await;
    report(&test, "5234567890123456", "city.cleanliness.rubbish", "140403001002001").await;
    let officer = test.as_person("officer").await;
    let hydrant = |number: &str, as_of: &str, grid: &str| {
        json!({"kind": "facilities.hydrant", "number": number, "name": "消火栓", "region": grid, "lon": 113.12, "lat": 36.19,
               "facts": {"pressure": "0.3"}, "source": "巡查", "as_of": as_of})
    };
    for (number, as_of, grid) in [("X-1", "2020-01-01", "140403001001001"), ("X-2", "2026-11-01", "140403001001002")] {
        officer.post("/api/register", hydrant(number, as_of, grid)).await.ok();
    }
    let list = json!({"name": "消火栓巡查", "region": COMMUNITY, "kinds": ["facilities.hydrant"], "rhythm": "monthly",
                      "due_in": 20});
    officer.post("/api/patrols", list).await.ok();

    let secretary = test.as_person("secretary").await;
    let page = secretary.get("/api/briefs/place").await.ok();
    assert_eq!((&page["code"], &page["names"]["zh"]), (&json!("community"), &json!("本社区")));
    assert_eq!(codes(&page), ["services", "shared", "safety"]);
    assert_eq!(counts(&page, "services", "cleanliness"), [2, 0, 0]);
    assert_eq!(counts(&page, "safety", "ebikes"), [1, 0, 0]);
    let hydrants = within(&section(&page, "safety")["kinds"], "facilities.hydrant");
    assert_eq!((&hydrants["count"], &hydrants["stale"]), (&json!(2), &json!(1)));
    assert_eq!(section(&page, "safety")["patrols"][0]["left"], 2);
    every_figure_opens(&secretary, &page).await;

    // Time makes late what was not done.
    test.pass_hours(24 * 6);
    let secretary = test.as_person("secretary").await;
    let later = secretary.get("/api/briefs/place").await.ok();
    assert_eq!(counts(&later, "safety", "ebikes")[1], 1, "{later}");
    every_figure_opens(&secretary, &later).await;

    // A grid worker's is of their grid: what they see, by the page of the community it lies in.
    let worker = test.as_person("worker").await;
    let grid = worker.get("/api/briefs/place").await.ok();
    assert_eq!((&grid["place"]["level"], &grid["village"]["code"]), (&json!("grid"), &json!(COMMUNITY)));
    assert_eq!(counts(&grid, "services", "cleanliness")[0], 1);
    assert_eq!(section(&grid, "safety")["patrols"][0]["left"], 1, "of the list only what lies in the grid");
    every_figure_opens(&worker, &grid).await;
    let whole = worker.get(&format!("/api/briefs/place?region={COMMUNITY}")).await.ok();
    every_figure_opens(&worker, &whole).await;

    // A township reads any of its places; the list that reaches no further is told.
    let desk = test.as_person("dispatcher").await;
    let page = desk.get(&format!("/api/briefs/place?region={COMMUNITY}")).await.ok();
    assert_eq!(section(&page, "safety")["patrols"].as_array().unwrap().len(), 1);
    every_figure_opens(&desk, &page).await;
}

#[tokio::test]
async fn a_village_is_shown_its_livelihood_and_nobody_elses_place() {
    let test = places().await;
    report(&test, RECEIPT, "utilities.water.village-water", VILLAGE).await;
    report(&test, "2234567890123456", "rural.living.village-road", VILLAGE).await;
    report(&test, "3234567890123456", "safety.disaster.flood", VILLAGE).await;
    let villager = test.as_person("villager").await;
    let page = villager.get("/api/briefs/place").await.ok();
    assert_eq!(codes(&page), ["livelihood", "collective", "safety"]);
    assert_eq!(counts(&page, "livelihood", "water"), [1, 0, 0]);
    assert_eq!(counts(&page, "livelihood", "roads-power"), [1, 0, 0]);
    assert_eq!(counts(&page, "safety", "flood"), [1, 0, 0]);
    assert_eq!(within(&section(&page, "collective")["kinds"], "village.asset")["count"], 0);
    every_figure_opens(&villager, &page).await;
    let elsewhere = test.as_person("elsewhere").await;
    for region in [VILLAGE, COMMUNITY] {
        assert_eq!(elsewhere.get(&format!("/api/briefs/place?region={region}")).await.refusal().0, 404);
    }
    assert_eq!(counts(&elsewhere.get("/api/briefs/place").await.ok(), "services", "cleanliness"), [0, 0, 0]);
    let desk = test.as_person("dispatcher").await;
    assert_eq!(desk.get("/api/briefs/place").await.refusal().0, 404, "a township is not a village");
    assert_eq!(test.as_person("auditor").await.get("/api/briefs/place").await.refusal().0, 403);
    assert_eq!(test.nobody().get("/api/briefs/place").await.status, 401);
}

#[tokio::test]
async fn several_matters_are_one_filter_with_words_as_without() {
    let test = places().await;
    report(&test, RECEIPT, LAMP, "140403001001001").await;
    report(&test, "2234567890123456", "city.cleanliness.rubbish", "140403001001001").await;
    report(&test, "3234567890123456", "safety.fire.ebike-charging", "140403001001001").await;
    let desk = test.as_person("dispatcher").await;
    let count = async |query: &str| desk.get(&format!("/api/cases?{query}")).await.ok()["count"].as_i64().unwrap();
    for (matters, wanted) in [
        ("city", 2),
        ("city.lighting", 1),
        (LAMP, 1),
        ("city.light", 0),
        ("city.lighting,safety.fire", 2),
        ("market", 0),
    ] {
        assert_eq!(count(&format!("matters={matters}")).await, wanted, "{matters}");
        assert_eq!(count(&format!("matters={matters}&view=open")).await, wanted, "{matters}");
        assert_eq!(count(&format!("matters={matters}&q=%E8%B7%AF%E7%81%AF")).await, wanted, "{matters} with words");
    }
    for wrong in ["", "city..x", "a.b.c.d", "%E8%B7%AF"] {
        assert_eq!(desk.get(&format!("/api/cases?matters={wrong}")).await.refusal().0, 400, "{wrong}");
    }
    let csv = desk.get("/api/cases.csv?matters=city.lighting,safety").await.text();
    assert_eq!(csv.lines().count(), 3, "{csv}");
}

#[tokio::test]
async fn a_page_is_text_of_the_catalogue_and_its_mistakes_have_lines() {
    let test = places().await;
    test.person("keeper", Role::SystemAdmin, "1404", None).await;
    let keeper = test.as_person("keeper").await;
    let page = |matter: &str| {
        format!(
            "[page]\ncode = \"community\"\nname = {{ zh = \"咱社区\", en = \"Ours\" }}\n\n[[section]]\ncode = \"light\"\n\
             name = {{ zh = \"照明\", en = \"Light\" }}\n\n[[section.group]]\ncode = \"lamps\"\n\
             name = {{ zh = \"路灯\", en = \"Lamps\" }}\nmatters = [\"{matter}\"]\n"
        )
    };
    let put = async |toml: String| keeper.put("/api/catalog/first_pages/community", json!({"toml": toml})).await;
    let wrong = put(page("city.candles")).await;
    assert_eq!(wrong.status, 422);
    let told: Value = serde_json::from_str(&wrong.text()).unwrap();
    let mistake = &told["errors"][0];
    assert_eq!((&mistake["file"], &mistake["line"]), (&json!("community.toml"), &json!(12)), "{told}");
    assert!(mistake["message"].as_str().unwrap().contains("city.candles"), "{told}");
    let secretary = test.as_person("secretary").await;
    assert_eq!(codes(&secretary.get("/api/briefs/place").await.ok()), ["services", "shared", "safety"]);
    put(page("city.lighting")).await.ok();
    let changed = secretary.get("/api/briefs/place").await.ok();
    assert_eq!((codes(&changed), &changed["names"]["en"]), (vec!["light"], &json!("Ours")));
    let elsewhere = keeper.put("/api/catalog/first_pages/village", json!({"toml": page("city.lighting")})).await;
    assert_eq!(elsewhere.status, 422, "a page comes in under its own code");
}
