"""Checks the words of the demo city: what residents, desks and units say, the hotline's orders, and the tours.

Each check is a name and its problems, as `check` prints them.
"""

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DEMO = ROOT / "demo" / "changzhi"

# What every matter may say, by who says it. `texts`, `urban` and `rural` are reports, `en` are reports in English.
REPORTS = ("texts", "urban", "rural")
SAYINGS = ("results", "unsolved", "answers", "returns", "good", "bad")
FIELDS = {"matter", "weight", "places", "season", "hours", "en", "asks", "summary", *REPORTS, *SAYINGS}
# What answers a report has to fit it: an entry may name the words (`to`) one of which the report must have.
ANSWERS = ("results", "answers")
SIDES = {"urban": ("urban",), "rural": ("rural",), "both": ("urban", "rural")}

SHORTEST, LONGEST, LONGEST_EN = 6, 90, 200
FEWEST_MATTERS, FEWEST_TEXTS = 110, 5
# Belief, ethnicity, politics and petitions have no place in this platform, so no word of them stands here.
RED_LINES = """信访 上访 访民 请愿 维权 宗教 信仰 信教 教堂 教会 寺庙 寺院 佛 庙会 清真 基督 天主 伊斯兰 穆斯林 道观 香火 民族 汉族 回族
    藏族 蒙古族 维吾尔 少数民族 政治 选举 党派 游行 示威 集会 罢工 petition religio ethnic politic church mosque temple protest
    """.split()
KINDS = {"投诉", "求助", "咨询", "建议", "举报", "表扬"}
SEASON = r"(\d\d-\d\d)\.\.(\d\d-\d\d)"


def word_checks():
    matters, texts_max = catalogue(), longest_report()
    common = read("words/common.toml")
    files = {path.name: tomllib.loads(path.read_text("utf-8")) for path in sorted((DEMO / "words").glob("[0-9]*.toml"))}
    words = [word for file in files.values() for word in file["words"]]
    yield from matter_checks(files, words, matters)
    yield from text_checks(words, common, texts_max)
    yield from slot_checks(words, common)
    yield "answers fit: every report has one that may be given", unanswered(words, matters)
    yield "a summary stands where the catalogue publishes one, and only there", (
        word["matter"] for word in words
        if (matters.get(word["matter"], {}).get("publicity") == "summary") != ("summary" in word))


def catalogue():
    files = (ROOT / "catalog" / "matters").glob("*.toml")
    return {matter["code"]: matter for path in files for matter in tomllib.loads(path.read_text("utf-8"))["matter"]}


def longest_report():
    """The limit as the program has it."""
    source = ROOT / "crates" / "jishi" / "src" / "modules" / "cases" / "actions" / "mod.rs"
    return int(re.search(r"TEXT_MAX: usize = ([\d_]+);", source.read_text("utf-8"))[1].replace("_", ""))


def read(name):
    return tomllib.loads((DEMO / name).read_text("utf-8"))


# Matters


def matter_checks(files, words, matters):
    yield f"at least {FEWEST_MATTERS} matters have words", [len(words)] if len(words) < FEWEST_MATTERS else []
    yield "matters of the words are in the catalogue", (w["matter"] for w in words if w["matter"] not in matters)
    yield "no matter twice", twice(word["matter"] for word in words)
    yield "words stand in the file of their class", (
        f"{name}: {word['matter']}" for name, file in files.items() for word in file["words"]
        if word["matter"].split(".")[0] != name[3:].removesuffix(".toml"))
    yield "fields of the words are known", (f"{w['matter']}: {key}" for w in words for key in w.keys() - FIELDS)
    yield "weights are from 1 to 40", (w["matter"] for w in words if w.get("weight") not in range(1, 41))
    yield "places are urban, rural or both, and have texts of their own", (
        f"{word['matter']}: {side}" for word in words for side in ("urban", "rural")
        if (side in SIDES.get(word.get("places"), ())) != bool(word.get(side)))
    yield f"at least {FEWEST_TEXTS} reports a matter", (w["matter"] for w in words if len(reports(w)) < FEWEST_TEXTS)
    yield "seasons and hours are such", (w["matter"] for w in words if not (good_season(w) and good_hours(w)))
    yield "a question has answers, a request results, a signpost answers only", (
        word["matter"] for word in words if not has_its_end(word, matters.get(word["matter"], {}).get("kind")))


def reports(word):
    return [text for key in REPORTS for text in word.get(key, [])]


def good_season(word):
    season = word.get("season", {"from": "01-01", "to": "12-31"})
    return season.keys() == {"from", "to"} and all(is_day(day) for day in season.values())


def is_day(text):
    month, _, day = text.partition("-")
    return re.fullmatch(r"\d\d-\d\d", text) is not None and 1 <= int(month) <= 12 and 1 <= int(day) <= 31


def good_hours(word):
    hours = word.get("hours", [7, 22])
    return len(hours) == 2 and all(hour in range(24) for hour in hours) and hours[0] != hours[1]


def has_its_end(word, kind):
    if kind == "signpost":
        return "answers" in word and not word.keys() & {"results", "unsolved", "good", "bad", "returns"}
    return ("answers" in word or kind != "question") and "results" in word


# Texts


def text_checks(words, common, texts_max):
    all_said = [(w["matter"], text) for w in words for text in said(w)]
    all_said += [(f"common {key}", text) for key, texts in common["verdict"].items() for text in texts]
    filled = [(matter, longest(text, common)) for matter, text in all_said]
    yield f"reports have {SHORTEST} to {LONGEST} characters", (
        f"{w['matter']}: {text}" for w in words for text in reports(w)
        if not SHORTEST <= len(re.sub(r"\{\w+\}", "某某某", text)) <= LONGEST)
    yield f"English reports have at most {LONGEST_EN} characters", (
        f"{w['matter']}: {text}" for w in words for text in w.get("en", []) if len(text) > LONGEST_EN)
    yield f"nothing is longer than the program takes ({texts_max})", (m for m, text in filled if len(text) > texts_max)
    yield "no numbers of telephones or documents", (f"{m}: {text}" for m, text in filled if re.search(r"\d[\d -]{5,}\d", text))
    yield "no words beyond the red lines", (
        f"{m}: {text}" for m, text in filled if any(word in text.lower() for word in RED_LINES))
    yield "nothing is said twice", twice(text for _, text in all_said)
    yield "nothing is empty or has a blank at its ends", (f"{m}: {text!r}" for m, text in all_said if text.strip() != text or not text)


def said(word):
    """Everything written for a matter."""
    yield from reports(word)
    yield from word.get("en", [])
    for key in SAYINGS:
        yield from (text_of(entry) for entry in word.get(key, []))
    for ask in word.get("asks", []):
        yield from (ask["ask"], *ask["replies"])
    if "summary" in word:
        yield word["summary"]


def text_of(entry):
    return entry if isinstance(entry, str) else entry.get("text") or entry["ask"]


def unanswered(words, matters):
    for word in words:
        kind = matters.get(word["matter"], {}).get("kind")
        entries = [entry for key in (("answers",) if kind == "signpost" else ANSWERS) for entry in word.get(key, [])]
        for text in (*reports(word), *word.get("en", [])):
            if not any(fits(entry, text) for entry in entries):
                yield f"{word['matter']}: {text}"
        for entry in [entry for key in (*SAYINGS, "asks") for entry in word.get(key, [])]:
            if not any(fits(entry, text) for text in (*reports(word), *word.get("en", []))):
                yield f"{word['matter']}: fits nothing: {text_of(entry)}"


def fits(entry, report):
    return isinstance(entry, str) or any(word in report for word in entry.get("to", [""]))


# Slots


def slot_checks(words, common):
    used = [(w["matter"], side, slot) for w in words for side, slot in slots_used(w)]
    yield "slots are defined where they are used", sorted({
        f"{matter}: {{{slot}}} ({side})" for matter, side, slot in used if not values(common, slot, side)})
    yield "slots have 12 to 60 values, none twice", (
        name for name, of in slot_lists(common) if not 12 <= len(of) <= 60 or twice(of))
    yield "every slot is used", common["slots"].keys() - {slot for _, _, slot in used}


def slots_used(word):
    sides = SIDES[word["places"]]
    for key in ("texts", "urban", "rural", "en", *SAYINGS):
        where = {"urban": ("urban",), "rural": ("rural",), "en": ("en",)}.get(key, sides)
        for entry in word.get(key, []):
            yield from ((side, slot) for slot in slots(text_of(entry)) for side in where)
    for ask in word.get("asks", []):
        yield from ((side, slot) for text in (ask["ask"], *ask["replies"]) for slot in slots(text) for side in sides)


def slots(text):
    return re.findall(r"\{(\w*)\}", text)


def values(common, slot, side):
    of = common["english" if side == "en" else "slots"].get(slot, {})
    return of if isinstance(of, list) else of.get(side, [])


def slot_lists(common):
    for part in ("slots", "english"):
        for name, of in common[part].items():
            yield from [(name, of)] if isinstance(of, list) else ((f"{name}.{side}", each) for side, each in of.items())


def longest(text, common):
    """With the longest filling of every slot."""
    for slot in slots(text):
        filling = [value for name, of in slot_lists(common) if name.split(".")[0] == slot for value in of]
        text = text.replace(f"{{{slot}}}", max(filling, key=len, default=""))
    return text


# The hotline


def hotline_checks(regions):
    source = tomllib.loads((ROOT / "catalog" / "sources" / "12345.toml").read_text("utf-8"))
    fields = [column["field"] for column in source["column"]]
    with open(DEMO / "hotline.csv", encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    own = {"days_ago", "time", "season"}
    yield "60 to 80 orders of the hotline", [len(rows)] if not 60 <= len(rows) <= 80 else []
    yield "orders have the packaged source's columns", set(rows[0]) - own - set(fields)
    yield "numbers of orders are unique", twice(row["number"] for row in rows)
    yield "orders are of the last 90 days, the oldest first", [
        *(row["number"] for row in rows if not (row["days_ago"].isdigit() and 1 <= int(row["days_ago"]) <= 90)),
        *(b["number"] for a, b in zip(rows, rows[1:])
          if (-int(a["days_ago"]), a["time"]) > (-int(b["days_ago"]), b["time"]))]
    yield "times and seasons of orders are such", (
        row["number"] for row in rows
        if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", row["time"]) or not good_range(row["season"]))
    yield "kinds of orders are known", (row["number"] for row in rows if row["kind"] not in KINDS)
    yield "orders say something, within the lengths of their columns", (
        row["number"] for row in rows if not row["title"] or len(row["text"]) < 15 or len(row["text"]) > 2000
        or any(len(row[key]) > 200 for key in row.keys() - {"text"}))
    yield "callers have a family name only", (row["number"] for row in rows if not re.fullmatch(r".(先生|女士)", row["name"]))
    yield "orders name places that there are", (row["number"] for row in rows if not places_fit(row, regions))
    paths = {category["path"] for category in source["category"]}
    known = sum(any(f"{row['category']}->".startswith(f"{path}->") for path in paths) for row in rows)
    yield "some orders have a category of ours, some have not", [] if 15 <= known <= len(rows) - 15 else [known]
    texts = [f"{row['title']} {row['text']}" for row in rows]
    yield "orders have no numbers of telephones, no words beyond the red lines, nothing twice", [
        *twice(row["text"] for row in rows),
        *(text for text in texts if re.search(r"\d{7,}", text) or any(word in text.lower() for word in RED_LINES))]


def good_range(season):
    found = re.fullmatch(SEASON, season)
    return season == "" or (found is not None and all(is_day(day) for day in found.groups()))


def places_fit(row, regions):
    code = "1404"
    for name in filter(None, (row["county"], row["township"], row["village"])):
        below = [c for c, region in regions.items() if len(c) == len(code) + (2 if len(code) == 4 else 3)
                 and c.startswith(code) and region["name_zh"] == name]
        if len(below) != 1:
            return False
        code = below[0]
    return True


# Tours


def tour_checks(staff):
    tours = read("tours.toml")["tour"]
    personas = {row["login"]: row for row in staff if row["persona_note_zh"]}
    routes = {app: list(route_patterns(app)) for app in ("resident", "desk")}
    yield "five tours, one of them a resident's", [] if len(tours) == 5 and sum("login" not in t for t in tours) == 1 else [len(tours)]
    yield "tours are led by personas of the staff", (t["code"] for t in tours if t.get("login", next(iter(personas))) not in personas)
    yield "tours have six to eight steps", (t["code"] for t in tours if not 6 <= len(t["step"]) <= 8)
    yield "tours are told in both languages", (
        f"{t['code']}: {part}" for t in tours for part in said_of(t) if not (part.get("zh") and part.get("en")))
    yield "steps open pages that there are", (
        f"{t['code']}: {step['path']}" for t in tours for step in t["step"]
        if not any(re.fullmatch(pattern, path_of(step)) for pattern in routes["desk" if "/desk" in step["path"] else "resident"]))


def said_of(tour):
    yield from (tour["name"], tour["who"])
    for step in tour["step"]:
        yield from (step["do"], step["notice"])


def path_of(step):
    return re.sub(r"[?#].*", "", step["path"].removeprefix("/desk")) or "/"


def route_patterns(app):
    """The paths of an app's router as patterns; the one that catches everything else is left out."""
    source = (ROOT / "web" / "src" / app / "router.ts").read_text("utf-8")
    for path in re.findall(r"path: '([^']+)'", source):
        if "(.*)" not in path:
            yield re.sub(r"/:\w+\?", r"(/[^/]+)?", re.sub(r":\w+(?!\w*\?)", r"[^/]+", path))


def twice(values):
    return [value for value, count in Counter(values).items() if count > 1]
