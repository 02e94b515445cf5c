use kernel::RegionCode;

use super::{rules::*, *};

fn code(text: &str) -> RegionCode {
    RegionCode::parse(text).unwrap()
}

#[test]
fn the_kind_follows_from_level_and_name() {
    let cases = [
        ("14", "山西省", Kind::Province),
        ("1404", "长治市", Kind::City),
        ("140403", "潞州区", Kind::District),
        ("140423", "襄垣县", Kind::County),
        ("140581", "高平市", Kind::CountyCity),
        ("140403001", "东街街道", Kind::Subdistrict),
        ("140403100", "老顶山镇", Kind::Town),
        ("140403200", "某某乡", Kind::Township),
        ("140403400", "长治高新技术产业开发区", Kind::DevelopmentZone),
        ("140403401", "某便民服务中心", Kind::ServiceCentre),
        ("650102500", "某某农场", Kind::DevelopmentZone),
        ("140403001001", "西街社区", Kind::Community),
        ("140403001002", "新民集体资产社区", Kind::LandlessCommunity),
        ("140403001200", "北寨村委会", Kind::Village),
        ("140403001001001", "第一网格", Kind::Grid),
        ("140403001001002", "医院专属网格", Kind::DedicatedGrid),
        ("140403001200801", "第一村民小组", Kind::Group),
        ("14040300100100101", "一单元", Kind::MicroGrid),
    ];
    for (digits, name, kind) in cases {
        assert_eq!(kind_of(&code(digits), name), kind, "{name}");
        assert!(fits(&code(digits), kind), "{name}");
    }
}

#[test]
fn a_group_is_no_grid_and_a_grid_no_group() {
    assert!(!fits(&code("140403001200801"), Kind::Grid));
    assert!(!fits(&code("140403001200001"), Kind::Group));
    assert!(!fits(&code("140403"), Kind::Town));
}

#[test]
fn the_stable_names_are_those_of_the_wire() {
    for kind in Kind::ALL {
        assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        assert_eq!(Kind::parse(kind.as_str()), Some(kind));
    }
    for source in PlaceSource::ALL {
        assert_eq!(serde_json::to_value(source).unwrap(), source.as_str());
        assert_eq!(PlaceSource::parse(source.as_str()), Some(source));
    }
}

#[test]
fn a_name_sounds_as_people_type_it() {
    assert_eq!(pinyin("潞州区"), "lu zhou qu");
    assert_eq!(pinyin("东街第3网格A区"), "dong jie di 3 wang ge a qu");
    assert_eq!(pinyin_key("dong jie di 3"), "dongjiedi3");
    assert_eq!(initials("dong jie jie dao"), "djjd");
}

#[test]
fn a_search_knows_a_code_from_a_name_from_its_sound() {
    let looks = |words| wanted(words).into_iter().map(|(field, text)| format!("{field:?} {text}")).collect::<Vec<_>>();
    assert_eq!(looks(" 1404 "), ["Code 1404"]);
    assert_eq!(looks("东街%"), ["Name 东街"]);
    assert_eq!(looks("Luzhou District"), ["Initials luzhou", "Pinyin luzhou"]);
    assert!(looks("  ").is_empty() && looks("city").is_empty() && looks("...").is_empty());
}
