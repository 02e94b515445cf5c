//! Tests of the packaged files and of the rules.

use kernel::RegionCode;

use super::{
    Catalogue, MatterKind,
    actions::read_packaged,
    file::{assisting_of, parse_duties, parse_matters},
    shelf::Volume,
};

const DUTIES: &str =
    "[[duty]]\ncode = \"government\"\nname = { zh = \"政府\", en = \"Government\" }\nlevels = [\"township\"]\n";

fn matter(line: &str) -> String {
    format!(
        r#"[class]
code = "a"
name = {{ zh = "甲", en = "A" }}
[[group]]
code = "a.b"
name = {{ zh = "乙", en = "B" }}
[[matter]]
code = "a.b.c"
name = {{ zh = "丙", en = "C" }}
kind = "request"
words = ["路灯", "灯不亮"]
clock = {{ days = 7 }}
lead = [ {{ duty = "government", level = "township" }} ]
answer = {{ zh = "答", en = "Answer" }}
{line}
"#
    )
}

/// The line and the first words of each mistake.
fn mistakes(text: &str) -> Vec<(i64, String)> {
    let duties = parse_duties("duties.toml", DUTIES).unwrap();
    let found = parse_matters("a.toml", text, &duties).err().unwrap_or_default();
    found.into_iter().map(|mistake| (mistake.line, mistake.message.chars().take(6).collect())).collect()
}

fn packaged() -> Catalogue {
    let files = read_packaged().unwrap();
    let duties = parse_duties("duties.toml", &files[0].2).unwrap();
    let region = RegionCode::parse("1404").unwrap();
    let volume =
        |text: &str| Volume { region: region.clone(), version: 1, file: parse_matters("", text, &duties).unwrap() };
    let volumes = files[1..].iter().map(|(_, _, text)| volume(text)).collect();
    Catalogue::new(duties.clone(), volumes)
}

#[test]
fn the_packaged_catalogue_has_no_mistake_and_at_least_120_matters() {
    let catalogue = packaged();
    let all = catalogue.all(&RegionCode::parse("140403").unwrap());
    assert!(all.iter().filter(|(matter, _)| matter.kind != MatterKind::Signpost).count() >= 120);
    assert!(catalogue.classes().len() >= 15);
}

#[test]
fn a_good_file_has_no_mistake() {
    assert_eq!(mistakes(&matter("")), []);
}

#[test]
fn each_mistake_is_told_with_its_line() {
    assert_eq!(mistakes(&matter("colour = 1")).len(), 1);
    assert_eq!(mistakes(&matter("unsure = [\"colour\"]"))[0].0, 15);
    assert_eq!(mistakes(&matter("").replace("days = 7", "days = 0"))[0].0, 12);
    assert_eq!(mistakes(&matter("").replace("days = 7", "days = 7, hours = 2"))[0].0, 12);
    assert_eq!(mistakes(&matter("").replace("level = \"township\"", "level = \"county\"")).len(), 2);
    assert_eq!(mistakes(&matter("").replace("\"government\"", "\"unknown\"")).len(), 2);
    assert_eq!(mistakes(&matter("").replace(", en = \"C\"", ""))[0].0, 9);
    assert_eq!(mistakes(&matter("").replace("a.b.c", "a.x.c")).len(), 1);
    assert_eq!(mistakes(&matter("immediate = true")).len(), 1);
    assert_eq!(mistakes(&matter("").replace("kind = \"request\"", "kind = \"signpost\"")).len(), 2);
    assert_eq!(mistakes("[class").len(), 1);
}

#[test]
fn matters_about_who_people_are_never_come_in() {
    for name in ["宗教活动登记", "少数民族人员摸排", "上访户台账", "重点人员走访"] {
        assert_eq!(mistakes(&matter("").replace("丙", name)).len(), 1, "{name}");
    }
}

#[test]
fn plain_words_find_their_matter() {
    let catalogue = packaged();
    let place = RegionCode::parse("140403003001").unwrap();
    let first = |text: &str| catalogue.propose(text, &place).0.first().map(|found| found.matter.code.clone());
    assert_eq!(first("我家门口的路灯不亮了三天").as_deref(), Some("city.lighting.street-lamp"));
    assert_eq!(
        catalogue.propose("隔壁着火了", &place).1.and_then(|found| found.route.clone()?.phone),
        Some("119".into())
    );
    assert_eq!(first("小区东门的路灯三天不亮了").as_deref(), Some("city.lighting.street-lamp"));
    assert_eq!(first("学校门口井盖破损").as_deref(), Some("city.roads.manhole"));
    assert_eq!(first("土地补偿款没分给我").as_deref(), Some("rural.land.expropriation"));
    assert!(first("今天天气不错").is_none());
}

#[test]
fn what_people_say_in_between_does_not_hide_the_matter() {
    let catalogue = packaged();
    let place = RegionCode::parse("140403003001").unwrap();
    for (said, wanted) in [
        ("楼道里堆满了杂物，上楼都得侧着身子", "safety.fire.passage-blocked"),
        ("消防的通道又被车给堵上了", "safety.fire.passage-blocked"),
        ("我们家门口的路灯都不亮了", "city.lighting.street-lamp"),
        ("村里的账目从来没有公开过", "rural.collective.village-disclosure"),
        ("楼顶又漏了，屋里摆了三个盆", "housing.building.roof-leak"),
        ("暖气都不热了好几天", "utilities.heating.not-hot"),
        ("下水又堵了，院里全是脏水", "city.drainage.sewer"),
        ("电动车都推进楼道里充电", "safety.fire.ebike-charging"),
        ("井都没了盖，晚上危险", "city.roads.manhole"),
        ("大树都倒了，压住一辆车", "city.greening.fallen-tree"),
        ("垃圾都没人清，臭了好几天", "city.cleanliness.rubbish"),
        ("水管又爆了，路上全是水", "utilities.water.burst-pipe"),
        ("工地还半夜施工，吵得孩子睡不着", "environment.noise.construction"),
        ("老板给我拖着工资不发", "labour.wages.ordinary"),
    ] {
        let found = catalogue.propose(said, &place).0;
        let codes: Vec<&str> = found.iter().map(|it| it.matter.code.as_str()).collect();
        assert!(codes.first() == Some(&wanted), "{said}: {codes:?}");
    }
    for said in ["公里数不对", "了解一下", "今天天气不错", "谢谢你们了"] {
        assert!(catalogue.propose(said, &place).0.is_empty(), "{said}");
    }
    let alarm = catalogue.propose("老人困在了电梯里", &place).1;
    assert_eq!(alarm.map(|found| found.code.clone()).as_deref(), Some("signposts.emergency.rescue"));
}

#[test]
fn a_countys_matter_wins_over_its_citys_for_its_own_places_only() {
    let duties = parse_duties("duties.toml", DUTIES).unwrap();
    let volume = |region: &str, days: &str| Volume {
        region: RegionCode::parse(region).unwrap(),
        version: 1,
        file: parse_matters("", &matter("").replace("days = 7", days), &duties).unwrap(),
    };
    let catalogue = Catalogue::new(duties.clone(), vec![volume("1404", "days = 7"), volume("140403", "hours = 24")]);
    let amount =
        |place: &str| catalogue.matter("a.b.c", &RegionCode::parse(place).unwrap()).unwrap().0.limit.unwrap().amount();
    assert_eq!((amount("140403001"), amount("140404001")), (24, 7));
}

#[test]
fn the_terms_of_assisting_are_read_and_a_mistake_has_its_line() {
    let with = |terms: &str| format!("{DUTIES}[assisting]\n{terms}\n");
    assert_eq!(assisting_of(DUTIES), super::Assisting::default());
    let good = with("decline_within = { hours = 4 }\nlink_days = 7");
    assert!(parse_duties("duties.toml", &good).is_ok());
    assert_eq!((assisting_of(&good).link_days, assisting_of(&good).decline_within.amount()), (7, 4));
    for (terms, line) in [
        ("decline_within = { hours = 0 }\nlink_days = 7", 6),
        ("decline_within = { hours = 4, days = 1 }\nlink_days = 7", 6),
        ("decline_within = { hours = 4 }\nlink_days = 181", 7),
        ("decline_within = { hours = 4 }", 5),
        ("decline_within = { hours = 4 }\nlink_days = 7\npoints = 3", 8),
    ] {
        let found = parse_duties("duties.toml", &with(terms)).unwrap_err();
        assert_eq!(found.iter().map(|it| it.line).collect::<Vec<_>>(), [line], "{terms}: {found:?}");
        assert!(!found[0].mend.is_empty());
    }
    let (_, _, text) = &read_packaged().unwrap()[0];
    assert_eq!(assisting_of(text), super::Assisting::default(), "what is packaged is the usual");
}
