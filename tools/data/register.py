"""Makes demo/changzhi/register.csv: invented things of the demo subdistrict and the demo town. See README.md.

Reads what make.py wrote; standard library only, no network. The same seed gives the same bytes.
"""

import csv
import json
import random
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
OUT = HERE.parent.parent / "demo" / "changzhi"

HEAD = ["类别", "编号", "名称", "地点", "位置说明", "经度", "纬度", "权属单位", "启用日期", "来源", "截至日期"]
# Columns of kinds, in the order of the file.
OWN = ["光源", "灯杆高度", "水压", "出水正常", "垃圾桶", "分类投放", "楼栋数", "住房套数", "管理方式", "电动自行车充电位",
       "使用燃气", "装有燃气报警器", "灭火器", "主要经营", "近年最深积水", "应对措施", "常住户数", "耕地面积", "主导产业",
       "通自来水", "装有防坠网", "充电位", "有自动喷淋"]
SPOTS = ["药店门前", "公交站旁", "学校门口", "小广场东侧", "菜市场入口", "路口西北角", "幼儿园对面", "河边步道", "3 号楼前", "停车场出口"]
# Mostly found to be so on the day the demo is loaded; some long ago, so that something wants checking.
DAYS = ["", "", "", "", "2024-05-20"]


def main():
    with open(HERE / "city.toml", "rb") as text:
        city = tomllib.load(text)
    lot = random.Random(city["seed"] + 14)  # a lot of its own: the other files stay as they are
    names = read_names()
    grids = read_grids(city["demo"].values())
    rows = []
    for prefix, code, county in (("YX", city["demo"]["subdistrict"], "140403"), ("YC", city["demo"]["township"], "140404")):
        own = [grid for grid in grids if grid[0].startswith(code)]
        rows += things(lot, prefix, own, names, county)
        rows += villages(lot, [place for place in names if len(place) == 12 and place.startswith(code)], names)
    rows.sort(key=lambda row: (row["类别"], row.get("编号", ""), row["地点"], row["名称"]))
    with open(OUT / "register.csv", "w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, HEAD + OWN, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} things written to {OUT / 'register.csv'}", file=sys.stderr)


def read_names():
    with open(OUT / "regions.csv", encoding="utf-8") as text:
        return {row["code"]: row["name_zh"] for row in csv.DictReader(text)}


def read_grids(prefixes):
    features = json.loads((OUT / "boundaries" / "grids.geojson").read_text(encoding="utf-8"))["features"]
    inside = lambda code: any(code.startswith(prefix) for prefix in prefixes)
    found = [(one["properties"]["code"], one["geometry"]["coordinates"]) for one in features]
    return sorted((code, rings) for code, rings in found if inside(code))


def within(ring, lon, lat):
    """Whether a point lies in a ring, by counting crossings."""
    hits = 0
    for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
        if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
            hits += 1
    return hits % 2 == 1


def point(lot, rings):
    """A point in an area and in none of its holes."""
    outer, holes = rings[0], rings[1:]
    xs, ys = [x for x, _ in outer], [y for _, y in outer]
    while True:
        lon, lat = lot.uniform(min(xs), max(xs)), lot.uniform(min(ys), max(ys))
        if within(outer, lon, lat) and not any(within(hole, lon, lat) for hole in holes):
            return lon, lat


class Counter(dict):
    def __missing__(self, key):
        return 0

    def next(self, key):
        self[key] += 1
        return f"{self[key]:03d}"


def things(lot, prefix, grids, names, county):
    count, rows = Counter(), []
    management = f"{names[county]}城市管理局"
    for code, rings in grids:
        village = names[code[:12]].removesuffix("社区").removesuffix("村")
        is_dedicated = "专属" in names[code]

        def add(kind, letter, name, owner="", **facts):
            lon, lat = point(lot, rings)
            rows.append({
                "类别": kind, "编号": f"{prefix}-{letter}{count.next(letter)}" if letter else "", "名称": name, "地点": code,
                "位置说明": lot.choice(SPOTS), "经度": f"{lon:.5f}", "纬度": f"{lat:.5f}", "权属单位": owner,
                "启用日期": f"20{lot.randint(15, 25)}-{lot.randint(1, 12):02d}-01",
                "来源": "演示普查", "截至日期": lot.choice(DAYS), **facts,
            })

        for _ in range(1 if is_dedicated else 3):
            add("路灯", "L", f"{village}路灯", management, 光源=lot.choice(["LED", "LED", "高压钠灯", "太阳能"]), 灯杆高度=lot.choice(["6", "8", "10"]))
        add("消火栓", "X", f"{village}消火栓", 水压=lot.choice(["0.15", "0.2", "0.25"]), 出水正常=lot.choice(["是", "是", "是", "否"]))
        if is_dedicated:
            continue
        add("垃圾投放点", "T", f"{village}垃圾投放点", 垃圾桶=str(lot.randint(2, 6)), 分类投放=lot.choice(["是", "否"]))
        if prefix == "YX":
            add("井盖", "J", f"{village}井盖", management, 装有防坠网=lot.choice(["是", "否"]))
            add("住宅小区", "", f"{village}{lot.choice(['东苑', '西苑', '南苑', '北苑', '新村', '家园'])}{code[-3:].lstrip('0')}区",
                楼栋数=str(lot.randint(3, 14)), 住房套数=str(lot.randint(80, 640)), 管理方式=lot.choice(["物业企业", "社区托管", "业主自管"]), 电动自行车充电位=str(lot.choice([0, 20, 40])))
            add("餐饮店", "", f"{village}{lot.choice(['小面馆', '饺子馆', '早餐店', '烩面馆'])}{count.next('eat').lstrip('0')}", 使用燃气=lot.choice(["管道气", "瓶装气"]), 装有燃气报警器=lot.choice(["是", "否"]), 灭火器=str(lot.randint(1, 3)))
            if lot.random() < 0.5:
                add("电动自行车充电棚", "C", f"{village}充电棚", 充电位=str(lot.choice([10, 20, 30])), 有自动喷淋=lot.choice(["是", "否"]))
        if lot.random() < 0.4:
            add("易积水点", "", f"{village}{lot.choice(['桥洞', '低洼路段', '涵洞'])}{count.next('low').lstrip('0')}", 近年最深积水=str(lot.randint(10, 45)), 应对措施="汛期备水泵和警示牌")
        if prefix == "YC" and lot.random() < 0.3:
            add("零售店", "", f"{village}便利店{count.next('buy').lstrip('0')}", 主要经营="日用百货", 灭火器="1")
    return rows


def villages(lot, codes, names):
    for code in sorted(codes):
        row = {"类别": "村情概况", "名称": f"{names[code]}概况", "地点": code, "来源": "演示普查", "截至日期": lot.choice(DAYS), "启用日期": "2024-01-01", "常住户数": str(lot.randint(90, 1900)), "通自来水": "是"}
        if names[code].endswith("村"):
            row |= {"耕地面积": str(lot.randint(300, 2600)), "主导产业": lot.choice(["玉米、谷子", "铁器加工", "中药材", "蔬菜大棚"])}
        yield row


main()
