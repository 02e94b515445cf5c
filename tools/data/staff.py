"""The people of the demo, from people.toml: every one invented, none with a telephone number.

Those with a sentence of their own are personas, to be tried out. The others make the city work: every grid and group of
the two deep places has its people, every department of a county a handler, and two townships of each county a desk.
"""

import random
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
    note_zh: str = ""
    note_en: str = ""


def make_staff(city, places, units):
    with open(HERE / "people.toml", "rb") as text:
        people = tomllib.load(text)
    slugs = {(unit.region, unit.duty): unit.slug for unit in units}
    personas = [_named(row, slugs) for row in people["person"]]
    personas += _grid_workers(city, places, slugs, people["grid_workers"])
    posts = _missing(personas, [*_deep_posts(city, places), *_wide_posts(city, places, units)])
    return [*personas, *_composed(city, people["names"], personas, posts, slugs)]


def _named(row, slugs):
    region = row.get("region", row["at"])
    return _persona(row["name"], row["role"], region, slugs[row["at"], row["unit"]], row["zh"], row["en"])


def _grid_workers(city, places, slugs, rows):
    by_code = {place.code: place for place in places}
    grids = [p for p in places if p.level == "grid" and p.code.startswith(city["demo"]["subdistrict"])]
    for grid, name in zip(grids, rows["names"], strict=True):
        village = by_code[grid.parent]
        zh = rows["zh"].format(place=f"{village.zh}{grid.zh}")
        en = rows["en"].format(place=f"{grid.en} in {village.en}")
        yield _persona(name, "grid_worker", grid.code, slugs[village.code, "government"], zh, en)


def _persona(name, role, region, unit, zh, en):
    """The English note begins with the romanised name, which is nowhere else to be read."""
    family, *given = lazy_pinyin(name)
    return Person(_login(name), name, role, region, unit, zh, f"{family.capitalize()} {''.join(given).capitalize()}, {en}")


def _login(name):
    return "".join(lazy_pinyin(name))


# Posts that somebody has to hold: (role, region, region of the unit, duty of the unit)


def _deep_posts(city, places):
    """The subdistrict and the town where every post is held."""
    for code in (city["demo"]["subdistrict"], city["demo"]["township"]):
        yield from _township(code)
        yield "department_handler", code, code, "enforcement"
        for village in _below(places, code, "village"):
            yield from _village(places, village)
            if village.kind != "landless_community":
                yield "grid_leader", village.code, village.code, "government"
                yield "linked_cadre", village.code, code, "government"
                groups = [place for place in _below(places, village.code, "grid") if place.kind == "group"]
                # A community's group has no place of its own here; its leader answers for the community.
                for group in groups or [village]:
                    yield "group_leader", group.code, village.code, "government"


def _wide_posts(city, places, units):
    """Enough people everywhere for a case to be dispatched, handled and answered."""
    for place in places:
        if place.level == "county":
            yield "county_office", place.code, place.code, "leading_group"
            yield from (("department_handler", place.code, place.code, duty) for duty in _departments(units, place.code))
        elif place.kind == "landless_community":
            yield "township_dispatcher", place.parent, place.parent, "government"
            yield from _village(places, place)
    for code in city["demo"]["townships"]:
        yield from _township(code)
        for village in _spread(_below(places, code, "village"), 3):
            yield from _village(places, village)


def _departments(units, county):
    offices = ("government", "leading_group")
    return [unit.duty for unit in units if unit.region == county and unit.duty not in offices]


def _township(code):
    yield "township_dispatcher", code, code, "government"
    yield "township_leader", code, code, "government"
    yield "department_handler", code, code, "enforcement"
    yield "department_handler", code, code, "party_service"


def _village(places, village):
    yield "village_officer", village.code, village.code, "government"
    yield "branch_secretary", village.code, village.code, "government"
    for grid in _below(places, village.code, "grid"):
        if grid.kind != "group":
            yield "grid_worker", grid.code, village.code, "government"


def _below(places, code, level):
    return [place for place in places if place.level == level and place.parent == code]


def _spread(rows, count):
    """So many of the rows with land, from the first to the last."""
    rows = [row for row in rows if row.kind != "landless_community"]
    return [rows[index * (len(rows) - 1) // (count - 1)] for index in range(count)]


def _missing(personas, posts):
    """Those that no persona holds."""
    held = {(person.role, person.region, person.unit) for person in personas}
    for role, region, at, duty in sorted(set(posts)):
        if (role, region, f"{at}-{duty.replace('_', '-')}") not in held:
            yield role, region, at, duty


def _composed(city, lists, personas, posts, slugs):
    """A name and a log-in name that nobody else has."""
    family, given = lists["family"].split(), lists["given"].split()
    taken = {person.name for person in personas} | {person.login for person in personas}
    for role, region, at, duty in posts:
        lot = random.Random(f"{city['seed']}/{role}/{region}/{duty}")
        while True:
            # The square keeps to the beginning of the list, where the commonest are.
            first, last = family[int(len(family) * lot.random() ** 2)], lot.choice(given)
            name = first + last
            if first not in last and not taken & {name, _login(name)}:
                break
        taken |= {name, _login(name)}
        yield Person(_login(name), name, role, region, slugs[at, duty])
