"""Offices of the demo city: which exist follows the ordinary layout of a county; telephone numbers are invented.

`{zh}` and `{en}` stand for the place. Names are generic on purpose: what a county really calls its bureaus differs
and changes, and an installation brings its own list.
"""

from dataclasses import dataclass

# duty -> name patterns at county level. A place is 潞州区 / Luzhou District.
DEPARTMENTS = {
    "urban_management": ("{zh}城市管理局", "{en} Urban Management Bureau"),
    "housing": ("{zh}住房和城乡建设局", "{en} Housing and Construction Bureau"),
    "ecology": ("{zh}生态环境分局", "{en} Ecology and Environment Office"),
    "emergency": ("{zh}应急管理局", "{en} Emergency Management Bureau"),
    "agriculture": ("{zh}农业农村局", "{en} Agriculture and Rural Affairs Bureau"),
    "labour": ("{zh}人力资源和社会保障局", "{en} Labour and Social Security Bureau"),
    "market": ("{zh}市场监督管理局", "{en} Market Supervision Bureau"),
    "health": ("{zh}卫生健康局", "{en} Health Bureau"),
    "education": ("{zh}教育局", "{en} Education Bureau"),
    "medical_insurance": ("{zh}医疗保障局", "{en} Medical Insurance Bureau"),
    "civil_affairs": ("{zh}民政局", "{en} Civil Affairs Bureau"),
    "water_affairs": ("{zh}水利局", "{en} Water Affairs Bureau"),
    "water_supply": ("{zh}供水服务中心", "{en} Water Supply Service"),
    "power": ("{zh}供电服务中心", "{en} Power Supply Service"),
    "gas": ("{zh}燃气服务中心", "{en} Gas Supply Service"),
    "heating": ("{zh}供热服务中心", "{en} Heating Service"),
    "telecom": ("{zh}通信服务中心", "{en} Telecommunications Service"),
    "police": ("{zh}公安局", "{en} Public Security Bureau"),
    "traffic_police": ("{zh}交通警察大队", "{en} Traffic Police"),
    "transport": ("{zh}交通运输局", "{en} Transport Bureau"),
    "natural_resources": ("{zh}自然资源局", "{en} Natural Resources Bureau"),
    "justice": ("{zh}司法局", "{en} Justice Bureau"),
    "veterans": ("{zh}退役军人事务局", "{en} Veterans Affairs Bureau"),
    "culture": ("{zh}文化和旅游局", "{en} Culture and Tourism Bureau"),
    "fire": ("{zh}消防救援大队", "{en} Fire and Rescue Brigade"),
    "enforcement": ("{zh}综合行政执法指导中心", "{en} Administrative Enforcement Guidance Centre"),
    "party_service": ("{zh}党群服务中心", "{en} Party–Mass Service Centre"),
    "disabled": ("{zh}残疾人联合会", "{en} Disabled Persons' Federation"),
    "forestry": ("{zh}林业局", "{en} Forestry Bureau"),
    "hotline": ("{zh}12345热线办理中心", "{en} 12345 Hotline Office"),
    "leading_group": ("{zh}基层治理领导小组办公室", "{en} Grassroots Governance Leading Group Office"),
}

# Elsewhere than in the two demo counties: enough for the matters residents raise most; the rest falls back.
SMALLER_SET = """urban_management housing ecology emergency agriculture labour market health education medical_insurance
    civil_affairs water_affairs water_supply power heating police traffic_police transport natural_resources
    leading_group""".split()


@dataclass
class Unit:
    slug: str
    zh: str
    en: str
    duty: str
    level: str
    region: str
    parent: str
    phone: str = ""


def make_units(city, places):
    """Parents before children: the city, then each county with its departments, townships and villages."""
    demo_counties = {city["demo"]["subdistrict"][:6], city["demo"]["township"][:6]}
    units = []
    for place in places:
        if place.level == "city":
            units += _city(place)
        elif place.level == "county":
            units += _county(place, DEPARTMENTS if place.code in demo_counties else SMALLER_SET)
        elif place.level == "township":
            units += _township(place)
        elif place.level == "village":
            units.append(_village(place))
    for number, unit in enumerate(units, 1):
        # No subscriber's number begins with 0: these can be printed and never ring.
        unit.phone = f"0355-000{number:04}"
    return units


def _city(place):
    government = _unit(place, "government", "{zh}人民政府", "{en} People's Government", "")
    hotline = _unit(place, "hotline", "{zh}12345政务服务便民热线中心", "{en} 12345 Hotline Centre", government.slug)
    return [government, hotline]


def _county(place, duties):
    government = _unit(place, "government", "{zh}人民政府", "{en} People's Government", f"{place.parent}-government")
    departments = [_unit(place, duty, *DEPARTMENTS[duty], government.slug) for duty in duties]
    return [government, *departments]


def _township(place):
    government = _unit(place, "government", *_government_of(place), f"{place.parent}-government")
    enforcement = _unit(place, "enforcement", "{zh}综合行政执法队", "{en} Administrative Enforcement Team", government.slug)
    party = _unit(place, "party_service", "{zh}党群服务中心", "{en} Party–Mass Service Centre", government.slug)
    return [government, enforcement, party]


def _government_of(place):
    if place.kind == "subdistrict":
        return "{zh}办事处", "{en} Office"
    if place.kind in ("town", "township"):
        return "{zh}人民政府", "{en} People's Government"
    if place.zh.endswith("中心"):
        return "{zh}", "{en}"
    return "{zh}管理委员会", "{en} Management Committee"


def _village(place):
    patterns = {
        "community": ("{zh}居民委员会", "{en} Residents' Committee"),
        "village": ("{zh}村民委员会", "{en} Villagers' Committee"),
        "landless_community": ("{zh}管理委员会", "{en} Management Committee"),
    }
    zh, en = patterns[place.kind]
    # 桃园村 + 村民委员会: the 村 is said once.
    name = place.zh.removesuffix("村") if place.kind == "village" and len(place.zh) > 2 else place.zh
    unit = _unit(place, "government", zh, en, f"{place.parent}-government")
    unit.zh = zh.format(zh=name)
    unit.en = unit.en.replace(" Village Villagers'", " Villagers'").replace(" Community Residents'", " Residents'")
    return unit


def _unit(place, duty, zh, en, parent):
    slug = f"{place.code}-{duty.replace('_', '-')}"
    return Unit(slug, zh.format(zh=place.zh), en.format(en=place.en), duty, place.level, place.code, parent)
