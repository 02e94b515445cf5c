"""The people of the demo, from people.toml: every one invented, none with a telephone number."""

import tomllib
from dataclasses import dataclass

from pypinyin import lazy_pinyin

from places import HERE


@dataclass
class Person:
    login: str
    name: str
    role: str
    region: str
    unit: str
    note_zh: str
    note_en: str


def make_staff(city, places, units):
    with open(HERE / "people.toml", "rb") as text:
        people = tomllib.load(text)
    slugs = {(unit.region, unit.duty): unit.slug for unit in units}
    named = [_named(row, slugs) for row in people["person"]]
    return [*named, *_grid_workers(city, places, slugs, people["grid_workers"])]


def _named(row, slugs):
    region = row.get("region", row["at"])
    return _person(row["name"], row["role"], region, slugs[row["at"], row["unit"]], row["zh"], row["en"])


def _grid_workers(city, places, slugs, rows):
    by_code = {place.code: place for place in places}
    grids = [p for p in places if p.level == "grid" and p.code.startswith(city["demo"]["subdistrict"])]
    for grid, name in zip(grids, rows["names"], strict=True):
        village = by_code[grid.parent]
        zh = rows["zh"].format(place=f"{village.zh}{grid.zh}")
        en = rows["en"].format(place=f"{grid.en} in {village.en}")
        yield _person(name, "grid_worker", grid.code, slugs[village.code, "government"], zh, en)


def _person(name, role, region, unit, zh, en):
    """The English note begins with the romanised name, which is nowhere else to be read."""
    family, *given = lazy_pinyin(name)
    login = family + "".join(given)
    return Person(login, name, role, region, unit, zh, f"{family.capitalize()} {''.join(given).capitalize()}, {en}")
