"""Names of places: the ordinary Chinese name, toneless pinyin, and a romanised English name.

The source has the names of committees (`桃园村委会`); a reader wants the names of places (`桃园村`).
"""

import re

from pypinyin import lazy_pinyin

COMMITTEES = re.compile(r"(居民委员会|村民委员会|居委会|村委会)$")

TYPE_WORDS = {
    "district": ("区", "District"),
    "county": ("县", "County"),
    "county_city": ("市", "City"),
    "subdistrict": ("街道", "Subdistrict"),
    "town": ("镇", "Town"),
    "township": ("乡", "Township"),
    "community": ("社区", "Community"),
    "village": ("村", "Village"),
}

# A road word keeps its direction with it and stands apart: Yingxiong Nanlu, Zijin Jie.
ROAD = re.compile(r"^(.{2,}?)([东西南北中]?大?[街路巷])$")


class Names:
    """Turns source names into names of places, with the readings and exceptions of one city."""

    def __init__(self, city):
        self.words = {zh: reading.split() for zh, reading in city["readings"]["words"].items()}
        self.characters = city["readings"]["characters"]
        self.splits = city["split_stems"]

    def pinyin(self, zh):
        """Full toneless pinyin with a space between syllables; `v` stands for `ü`, as typed."""
        return " ".join(self._syllables(zh))

    def english(self, zh, kind):
        """Romanised name and type word: 英雄南路街道 -> Yingxiong Nanlu Subdistrict."""
        suffix, word = TYPE_WORDS[kind]
        stem = zh.removesuffix(suffix)
        # 王村 and 沁县 would be left with one syllable: the type word stays in the name, as on road signs.
        if len(stem) < 2:
            stem = zh
        return f"{self.romanise(stem)} {word}"

    def romanise(self, stem):
        """One capitalised word, or two where a road word or a listed exception asks for it."""
        if stem in self.splits:
            return self.splits[stem]
        if road := ROAD.match(stem):
            return f"{self._word(road[1])} {self._word(road[2])}"
        return self._word(stem)

    def _word(self, zh):
        first, *rest = self._syllables(zh)
        joined = first + "".join(f"'{s}" if s[0] in "aoe" else s for s in rest)
        return joined.capitalize().replace("v", "ü")

    def _syllables(self, zh):
        zh = re.sub(r"[（）]", "", zh)
        readings = [self.characters.get(c, r) for c, r in zip(zh, lazy_pinyin(zh), strict=True)]
        for word, syllables in self.words.items():
            for match in re.finditer(word, zh):
                readings[match.start() : match.end()] = syllables
        return readings


def place_name(source, kind):
    """The place behind a committee's name, as residents say it.

    神下村委会 -> 神下村; 岭后村村委会 -> 岭后村; 演武社区居委会 -> 演武社区.
    """
    stem = COMMITTEES.sub("", source)
    suffix = TYPE_WORDS[kind][0]
    return stem if stem.endswith(suffix) else stem + suffix


def ordinal_zh(number):
    """第一, 第十二: enough for grids and groups (1 to 19)."""
    digits = "零一二三四五六七八九"
    if not 1 <= number <= 19:
        raise ValueError(number)
    text = digits[number] if number < 10 else "十" + (digits[number - 10] if number > 10 else "")
    return f"第{text}"
