//! What happens in the city: by every door somebody comes in with a name and a telephone.

use std::time::Duration;

use serde_json::{Value, json};

use super::city::{Asker, City, gateway};

/// Names and telephones that nobody else has, one for each door. What stands behind the surname is too rare to stand anywhere
/// else, and no two share a character: an index that leaves out what a word has in common with the one before hides none.
pub const CANARIES: [Canary; 11] =
    [FORM, LATER, CALL, STEP, VISIT, ONE_SIDE, OTHER_SIDE, PARTY, NEIGHBOUR, ORDER, STAFF];

/// A name and a telephone.
type Canary = (&'static str, &'static str);
const FORM: Canary = ("王犇骉", "13907550001");
const LATER: Canary = ("李羴猋", "13907550002");
const CALL: Canary = ("张麤鱻", "13907550003");
const STEP: Canary = ("陈骎骦", "13907550004");
const VISIT: Canary = ("杨飝飍", "13907550005");
const ONE_SIDE: Canary = ("赵叒叕", "13907550006");
const OTHER_SIDE: Canary = ("黄刕劦", "13907550007");
const PARTY: Canary = ("周贔奰", "13907550008");
const NEIGHBOUR: Canary = ("吴瞐瞾", "13907550009");
const ORDER: Canary = ("徐舙譶", "13907550010");
const STAFF: Canary = ("孙掱毳", "13907550011");

/// Words of a report that are not personal: they are kept in the open, and the search finds them.
pub const MARK: &str = "杆号ZQXJ7743";

const TOWNSHIP: &str = "140403003";
const VILLAGE: &str = "140403003001";
const GRID: &str = "140403003001001";
const RECEIPT: &str = "4827193650281001";

/// Words in which somebody names themselves and says how to reach them, as people write it.
fn words((name, phone): (&str, &str)) -> String {
    let typed = format!("{}-{}-{}", &phone[..3], &phone[3..7], &phone[7..]);
    format!("我叫{name}，电话{typed}，也可以打{phone}")
}

/// Plays it.
pub fn play(city: &City) {
    let (address, arrived) = gateway();
    let admin = city.person("tianjianping");
    let body = json!({"kind": "sms", "name": "短信", "address": address, "secret": "a secret of the tests",
        "is_on": true, "region": "1404"});
    let gateway = admin.post("/api/gateways", &body);
    let gateway = format!("/api/gateways/{}", gateway["id"].as_str().unwrap());
    reports(city);
    staff(city);
    visits(city);
    disputes(city);
    enforcement(city);
    neighbours(city);
    orders(city);
    admin.post(&format!("{gateway}/trial"), &json!({"to": STAFF.1}));
    mistakes(city);
    searches(city);
    // The message of a receipt that was lost goes out with the next round.
    let is_told = || arrived.recv_timeout(Duration::from_secs(60)).unwrap().contains(FORM.1);
    while !is_told() {}
    readings(city);
}

/// Residents report, add, and ask for their receipt; somebody telephones.
fn reports(city: &City) {
    let nobody = city.nobody();
    let report = json!({
        "receipt": RECEIPT, "text": format!("路灯不亮，{MARK}。{}，{}家门口", words(FORM), FORM.0),
        "matter": "city.lighting.street-lamp", "identity": "named", "contact": {"name": FORM.0, "phone": FORM.1},
        "place": {"source": "chosen", "region": GRID, "text": format!("{}家门口，{}", FORM.0, FORM.1)},
        "locale": "zh", "wants_messages": true,
    });
    nobody.post("/api/reports", &report);
    let resident = city.resident(RECEIPT);
    resident.post("/api/receipt/remarks", &json!({"text": words(LATER), "photos": []}));
    nobody.post("/api/receipt-codes", &json!({"phone": FORM.1}));
    let entry = json!({
        "receipt": "4827193650281002", "text": format!("楼道灯坏了。{}", words(CALL)), "channel": "phone",
        "matter": "city.lighting.street-lamp", "identity": "confidential",
        "contact": {"name": CALL.0, "phone": CALL.1}, "place": {"source": "chosen", "region": GRID}, "locale": "zh",
    });
    city.person("fengxiuying").post("/api/cases", &entry);
}

/// The case as this person sees it.
fn case(asker: &Asker<'_>) -> Value {
    let found = asker.read("/api/cases?q=ZQXJ7743");
    assert_eq!(found["count"], 1, "what is not personal is found: {found}");
    asker.read(&format!("/api/cases/{}", found["rows"][0]["id"].as_str().unwrap()))
}

fn step(asker: &Asker<'_>, name: &str, mut body: Value) {
    let case = case(asker);
    body["version"] = case["version"].clone();
    asker.post(&format!("/api/cases/{}/{name}", case["id"].as_str().unwrap()), &body);
}

/// Staff write what a resident told them into each field that takes words.
fn staff(city: &City) {
    let (desk, handler) = (city.person("guowenjun"), city.person("liangzhiyong"));
    let told = words(STEP);
    let seen = case(&desk);
    let id = seen["id"].as_str().unwrap();
    let proposal = desk.read(&format!("/api/cases/{id}/proposal"));
    let assists: Vec<&Value> = proposal["assists"].as_array().unwrap().iter().map(|one| &one["unit"]["id"]).collect();
    step(&desk, "remark", json!({"text": told}));
    step(&desk, "ask", json!({"text": told}));
    city.resident(RECEIPT).post("/api/receipt/reply", &json!({"text": words(LATER), "photos": []}));
    step(&desk, "dispatch", json!({"lead": proposal["lead"]["unit"]["id"], "assists": assists, "reason": told}));
    step(&desk, "urge", json!({"text": told}));
    step(&handler, "return", json!({"reason": told}));
    step(&desk, "dispatch", json!({"lead": proposal["lead"]["unit"]["id"], "assists": assists, "reason": told}));
    step(&handler, "sign", json!({}));
    step(&handler, "work", json!({"text": told}));
    step(&handler, "pleas", json!({"kind": "exclusion", "code": "beyond-law", "reason": told}));
    step(&handler, "result", json!({"text": told, "outcome": "solved"}));
    // Who has to reach them opens what is sealed, and says why.
    let report = case(&handler)["reports"][0]["id"].as_str().unwrap().to_owned();
    let why = json!({"purpose": "contact_resident", "words": format!("约{}，{}", STEP.0, told)});
    let opened = handler.open(&format!("/api/reports/{report}/contact/phone/open"), &why);
    assert_eq!(opened["value"], FORM.1, "it is kept, and opens to whoever may");
    let verdict = json!({"contacted": true, "solved": "no", "satisfied": "dissatisfied", "text": words(LATER)});
    city.resident(RECEIPT).post("/api/receipt/verdict", &verdict);
}

/// A linked cadre writes down whom they talked with, and what is needed becomes a case.
fn visits(city: &City) {
    let visit = json!({
        "region": VILLAGE, "whom": format!("3 号楼 2 单元 301，{}", VISIT.0), "said": words(VISIT),
        "need": format!("{}家门口的路灯不亮。{}", VISIT.0, words(VISIT)), "makes_case": true,
        "matter": "city.lighting.street-lamp",
    });
    let made = city.person("kangsufang").open("/api/visits", &visit);
    let why = json!({"words": format!("约{}，{}", VISIT.0, words(VISIT))});
    let path = format!("/api/visits/{}/open", made["id"].as_str().unwrap());
    let opened = city.person("fengxiuying").open(&path, &why);
    assert!(opened["whom"].as_str().unwrap().contains(VISIT.0), "it is kept, and opens to whoever may");
}

fn disputes(city: &City) {
    let dispute = json!({
        "kind": "people", "class": "neighbours", "region": VILLAGE, "source": "walk_in", "place_text": "3 号楼",
        "words": format!("{}家漏水，{}。{}", OTHER_SIDE.0, words(OTHER_SIDE), words(ONE_SIDE)),
        "parties": [{"side": "one", "name": ONE_SIDE.0, "phone": ONE_SIDE.1}, {"side": "other", "name": OTHER_SIDE.0,
            "phone": OTHER_SIDE.1}],
        "consents": ["one", "other"],
    });
    let officer = city.person("qiaoruizhen");
    let brought = officer.post("/api/disputes", &dispute);
    let party = brought["parties"][0]["id"].as_str().unwrap();
    let why = json!({"field": "phone", "purpose": "contact", "words": format!("约{}", words(ONE_SIDE))});
    let opened = officer.open(&format!("/api/parties/{party}/open"), &why);
    assert_eq!(opened["value"], ONE_SIDE.1);
}

fn enforcement(city: &City) {
    let (one, two) = (city.person("changhuifang"), city.person("renxiaobo"));
    let second = two.read("/api/session")["person"]["id"].clone();
    let check = |words: String| {
        json!({"place": GRID, "place_text": "府后街口", "item": "streets.stalls", "second": second, "result": "case",
            "words": words})
    };
    // A number in the words of a record is refused: it has a place of its own.
    one.refused("/api/enforcement/checks", &check(words(PARTY)).to_string());
    let check = one.post("/api/enforcement/checks", &check("店外摆放货架。".to_owned()));
    let filing = json!({
        "place": GRID, "item": "streets.stalls", "second": second, "check": check["id"], "party_kind": "person",
        "cause": format!("{}在门前占道经营", PARTY.0), "party_name": PARTY.0, "party_phone": PARTY.1,
        "party_address": format!("{}家，府后街 12 号", PARTY.0),
    });
    let case = one.post("/api/enforcement/cases", &filing);
    let path = format!("/api/enforcement/cases/{}/steps", case["id"].as_str().unwrap());
    let paper = |words: String| {
        json!({"version": case["version"], "step": {"kind": "paper", "paper": "statement_record", "words": words,
            "photos": []}})
    };
    one.refused(&path, &paper(words(PARTY)).to_string());
    one.post(&path, &paper(format!("当事人{}承认摆放。", PARTY.0)));
}

/// What neighbours write is read by everybody: a name in it is refused and not masked.
fn neighbours(city: &City) {
    let officer = city.person("fengxiuying");
    let free = format!("周末找{}，{}", NEIGHBOUR.0, words(NEIGHBOUR));
    let body =
        json!({"region": VILLAGE, "kind": "enterprise", "name": "惠民大药房", "offers": ["clinic"], "free": free});
    officer.refused("/api/neighbours", &body.to_string());
    let need = json!({"region": VILLAGE, "kind": "repair", "title": "修灯", "words": words(NEIGHBOUR),
        "by_on": "2099-12-01"});
    officer.refused("/api/community-needs", &need.to_string());
    let post = officer.read("/api/links")["rows"][0]["id"].clone();
    let household = json!({"post": post, "region": VILLAGE, "door": format!("{}家，{}", NEIGHBOUR.0, NEIGHBOUR.1)});
    officer.refused("/api/links/households", &household.to_string());
}

/// A file of the hotline, with one order that comes in and two with mistakes.
fn orders(city: &City) {
    let office = city.person("yanshaohua");
    let (name, phone) = ORDER;
    let told = words(ORDER);
    let head = "工单编号,标题,主要内容,来电人,来电人电话/账号,被反映区,被反映街乡镇,村/社区,小区点位,创建时间";
    let file = format!(
        "{head}\nGD77430001,路灯,路灯不亮。{told}，{name},{name},{phone},潞州区,,演武社区,{name}家楼下,2026-11-15 20:30:00\n\
         GD77430002,路灯,{told},{name},{phone}转{phone},潞州区,,没有这个社区{name},{name},{phone}\n\
         ,路灯,{told},{name},{phone},潞州区,,演武社区,,\n"
    );
    for query in ["dry_run=true", "", "dry_run=true"] {
        let path = format!("/api/sources/12345/orders?file=orders.csv&{query}");
        // Whoever sent the file is shown what was read in it.
        office.upload(&path, file.as_bytes());
    }
}

/// Bodies that are refused, each with what must not be repeated.
fn mistakes(city: &City) {
    let (nobody, desk) = (city.nobody(), city.person("guowenjun"));
    let (name, phone) = FORM;
    for body in [
        json!({"receipt": phone, "text": words(FORM), "identity": name, "place": phone, "contact": phone}),
        json!({"receipt": phone, "text": words(FORM), "identity": "named", "place": {"source": "chosen", "region": phone},
            "contact": {"name": name.repeat(30), "phone": format!("{phone}{phone}")}, "matter": name}),
        json!({"receipt": phone, phone: name, "text": "灯", "identity": "named", "place": {"source": name}}),
        json!({"receipt": RECEIPT, "text": words(LATER), "identity": "anonymous", "locale": "zh",
            "place": {"source": "chosen", "region": GRID}}),
        json!([name, phone]),
    ] {
        nobody.refused("/api/reports", &body.to_string());
    }
    nobody.refused("/api/reports", &format!("{{\"text\": \"{name}{phone}"));
    nobody.refused("/api/session", &json!({"login": STAFF.1, "password": STAFF.1}).to_string());
    nobody.refused("/api/session", &json!({"login": STAFF.0, "password": words(STAFF)}).to_string());
    nobody.refused("/api/receipt-codes/open", &json!({"phone": phone, "code": "000000"}).to_string());
    city.resident(phone).refused("/api/receipt/remarks", &json!({"text": words(LATER)}).to_string());
    let id = case(&desk)["id"].as_str().unwrap().to_owned();
    for body in [json!({"version": 1, "text": words(STEP)}), json!({"version": STEP.1, "text": [STEP.0]})] {
        desk.refused(&format!("/api/cases/{id}/remark"), &body.to_string());
    }
    desk.refused(&format!("/api/cases/{}/remark", STEP.1), &json!({"version": 1, "text": STEP.0}).to_string());
    nobody.get(&format!("/api/{}", STEP.1));
}

/// Somebody looks for a name or a telephone: nothing is found, and nothing of the question stays.
fn searches(city: &City) {
    let office = city.person("yanshaohua");
    for (name, phone) in super::CANARIES {
        let hidden: String = name.chars().skip(1).collect();
        for word in [hidden.as_str(), phone] {
            for list in ["cases", "disputes", "enforcement/cases", "visits", "people", "register", "messages", "audit"]
            {
                let path = format!("/api/{list}?q={}", percent(word));
                let (status, answer) = office.get(&path);
                let count = answer["count"].as_u64().or(answer["rows"].as_array().map(|rows| rows.len() as u64));
                assert!(status >= 400 || count == Some(0), "{path} {status}: {answer}");
            }
        }
        let view = json!({"list": "cases", "name": "常看", "query": {"q": phone}});
        office.refused("/api/views", &view.to_string());
    }
    // The words beside them are found.
    assert_eq!(office.read("/api/cases?q=ZQXJ7743")["count"], 1);
}

fn percent(word: &str) -> String {
    word.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Every list, page and file, as people who may read them and open nothing. The list of staff is left out: how to reach
/// each other is what it is for.
fn readings(city: &City) {
    const LISTS: [&str; 21] = [
        "cases",
        "disputes",
        "enforcement/cases",
        "enforcement/checks",
        "neighbours",
        "community-needs",
        "community-projects",
        "visits",
        "links",
        "messages",
        "audit",
        "pleas",
        "units",
        "call-backs",
        "supervisions",
        "whistles",
        "shares",
        "topics",
        "gaming-signs",
        "indicators/cases",
        "disclosures",
    ];
    for login in [
        "guowenjun",
        "yanshaohua",
        "liangzhiyong",
        "shenguodong",
        "miaozhiyuan",
        "fengxiuying",
        "qiaoruizhen",
        "changhuifang",
        "yuanxiaohong",
        "cuihuimin",
        "tianjianping",
        "wanglihua",
    ] {
        let asker = city.person(login);
        let mut read = 0;
        for list in LISTS {
            for end in ["", ".csv", ".xlsx"] {
                read += usize::from(asker.get(&format!("/api/{list}{end}")).0 == 200);
            }
        }
        assert!(read > 0, "{login} reads nothing");
        for page in ["today", "visits?list=place", "views", "phrases", "catalog"] {
            asker.get(&format!("/api/{page}"));
        }
        for list in ["cases", "disputes", "enforcement/cases", "visits?list=place"] {
            let (_, page) = asker.get(&format!("/api/{list}"));
            for row in page["rows"].as_array().into_iter().flatten().filter_map(|row| row["id"].as_str()).take(60) {
                asker.get(&format!("/api/{}/{row}", list.split('?').next().unwrap()));
            }
        }
    }
    let nobody = city.nobody();
    for path in ["cases", "cases.csv", "cases.geojson", "figures", "enforcement/decisions", "links", "needs"] {
        nobody.get(&format!("/api/open/{path}?place={TOWNSHIP}"));
    }
    city.resident(RECEIPT).read("/api/receipt");
}
