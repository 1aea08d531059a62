"""Numbers that stand alone or in a form of their own: ordinals, fractions, ratios, versions,
telephone numbers, sizes."""

from __future__ import annotations

import re

from game.text_analysis.spoken_tokens import (
    Said,
    part,
    rule,
    whole,
    word_after,
    word_before,
    words,
)
from game.text_analysis.word_lists import word_set
from perception.number_words import (
    cardinal,
    decimal,
    digits,
    fraction,
    ordinal,
    plural,
    room_number,
)

_PROGRAMS = word_set(
    "python java php ruby node angular react vue django swift ubuntu version release v"
)
"""Before the number of a version."""


def _ordinal(match: re.Match[str]) -> Said:
    number = int(match["n"].replace(",", ""))
    return whole(match, ordinal(number))


def _fraction(match: re.Match[str]) -> Said | None:
    over, under = int(match["over"]), int(match["under"])
    ahead = part(match, "whole", f"{cardinal(int(match['whole']))} and") if match["whole"] else []
    start, end = match.start("over"), match.end("under")
    if under == 0 or over >= under:
        return None if ahead else whole(match, f"{cardinal(over)} {_second(match['under'])}")
    if ahead and over == 1:  # "two and a half"
        return ahead + words(f"a {fraction(1, under).partition(' ')[2]}", start, end)
    parts = under in (2, 3, 4, 6, 8, 16) or over == 1 or word_after(match) == "of"
    said = fraction(over, under) if parts else f"{cardinal(over)} out of {cardinal(under)}"
    return ahead + words(said, start, end)


def _second(figures: str) -> str:
    return decimal(figures) if figures != "0" else "zero"


_FRACTIONS = {
    **{"½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5)},
    **{"⅗": (3, 5), "⅘": (4, 5), "⅙": (1, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8)},
}


def _fraction_sign(match: re.Match[str]) -> Said:
    said = fraction(*_FRACTIONS[match["sign"]])
    if match["whole"] is None:
        return whole(match, said if not said.startswith("one half") else "half")
    rest = f"a {said.partition(' ')[2]}" if said.startswith("one ") else said
    return part(match, "whole", f"{cardinal(int(match['whole']))} and") + part(match, "sign", rest)


def _ratio(match: re.Match[str]) -> Said:
    """3:1, 80:20, a time of 45:30; the degrees 2:1 and 2:2 are read without "to"."""
    one, two = int(match["one"]), int(match["two"])
    odds = two == 1 or (one < 10 and two < 10 and one != two)
    between = "to" if odds and (one, two) != (2, 1) else ""
    said = part(match, "one", cardinal(one)) + part(match, "colon", between)
    return said + part(match, "two", cardinal(two))


def _several(match: re.Match[str]) -> Said:
    """100s, 1,000s."""
    number = int(match["n"].replace(",", ""))
    said = cardinal(number)
    return whole(match, plural(said.removeprefix("one ") if number in (100, 1000) else said))


def _height(match: re.Match[str]) -> Said:
    """5'10"."""
    said = part(match, "feet", f"{cardinal(int(match['feet']))} foot")
    return said + part(match, "inches", cardinal(int(match["inches"])))


def _comma(match: re.Match[str]) -> Said:
    """A decimal as it is written on the continent: 1,5."""
    return whole(match, decimal(match[0].replace(",", ".")))


def _groups(match: re.Match[str]) -> Said:
    """A number as it is grouped on the continent: 1.234.567, 12.000."""
    return whole(match, cardinal(int(match[0].replace(".", ""))))


def _to_the_power(match: re.Match[str]) -> Said:
    """10^6."""
    said = part(match, "n", decimal(match["n"])) + part(match, "sign", "to the power of")
    return said + part(match, "power", cardinal(int(match["power"])))


def _circa(match: re.Match[str]) -> Said:
    return whole(match, "circa")


def _version(match: re.Match[str]) -> Said:
    return whole(match, " point ".join(cardinal(int(n)) for n in match[0].split(".")))


def _address(match: re.Match[str]) -> Said:
    return whole(match, " dot ".join(digits(n) for n in match[0].split(".")))


def _named_version(match: re.Match[str]) -> Said | None:
    """After the name of a program 3.11 is "three point eleven"."""
    if word_before(match).lower() not in _PROGRAMS:
        return None
    return whole(match, " point ".join(room_number(n) for n in match[0].split(".")))


def _short_version(match: re.Match[str]) -> Said:
    """v2.1."""
    numbers = " point ".join(cardinal(int(n)) for n in match["n"].split("."))
    return part(match, "v", "version") + part(match, "n", numbers)


def _telephone(match: re.Match[str]) -> Said | None:
    groups = re.findall(r"\d+", match[0])
    if sum(map(len, groups)) < 7:
        return None
    plus = "plus " if match[0][0] == "+" else ""
    return whole(match, plus + " , ".join(digits(group, "oh") for group in groups))


def _product(match: re.Match[str]) -> Said:
    """2x4, 1920×1080."""
    one, two = (
        room_number(match[group]) if len(match[group]) == 4 else decimal(match[group])
        for group in ("one", "two")
    )
    return part(match, "one", one) + part(match, "by", "by") + part(match, "two", two)


def _times(match: re.Match[str]) -> Said:
    return part(match, "n", decimal(match["n"])) + part(match, "x", "times")


def _numbered(match: re.Match[str]) -> Said:
    return part(match, "sign", "number") + part(match, "n", cardinal(int(match["n"])))


def _room(match: re.Match[str]) -> Said:
    return part(match, "name", match["name"]) + part(match, "n", room_number(match["n"]))


def _power(match: re.Match[str]) -> Said:
    said = {"²": "squared", "³": "cubed"}[match["power"]]
    tokens = part(match, "n", decimal(match["n"])) if match["n"][0].isdigit() else []
    return (tokens or part(match, "n", f"{match['n']}_")) + part(match, "power", said)


RULES = (
    rule(r"(?:\d{1,3}\.){3}\d{1,3}(?![\w.])", _address),
    rule(r"\d{1,3}(?:\.\d{3}){2,}(?![\w.])|\d{1,3}\.000(?!\w)(?!\.\d)", _groups),
    rule(r"\d+(?:\.\d+){2,}(?![\w])", _version),
    rule(
        r"(?:\+\d|\(?0\d)[\d ()/-]{5,}\d(?!\w)|\(?\d{3}\)?[- ]\d{3}[- ]\d{4}(?!\w)",
        _telephone,
    ),
    rule(r"\d{1,2}\.\d\d(?!\w)", _named_version),
    rule(r"(?P<v>[vV])\.?(?P<n>\d+(?:\.\d+)*)(?!\w)", _short_version),
    rule(r"(?P<n>\d{1,3}(?:,\d{3})+|\d+)(?:st|nd|rd|th)(?!\w)", _ordinal),
    rule(r"(?P<n>\d{1,3}(?:,\d{3})+|\d*00)s(?!\w)", _several),
    rule(r"(?P<feet>\d)'\s?(?P<inches>\d{1,2})(?!\w)[\"”]?", _height),
    rule(r"(?P<one>\d{1,3})(?P<colon>:)(?P<two>\d{1,3})(?![\w:])", _ratio),
    rule(
        r"(?:(?P<whole>\d+) )?(?P<over>\d+)/(?P<under>\d+)(?:rds|ths?|nds)?(?![\w/])(?!\.\d)",
        _fraction,
    ),
    rule(rf"(?:(?P<whole>\d+) ?)?(?P<sign>[{''.join(_FRACTIONS)}])", _fraction_sign),
    rule(r"(?P<one>\d+(?:\.\d+)?)\s?(?P<by>[x×])\s?(?P<two>\d+(?:\.\d+)?)(?!\w)", _product),
    rule(r"(?P<n>\d+(?:\.\d+)?)(?P<x>[x×X])(?!\w)", _times),
    rule(r"(?P<n>\d+|[a-z])(?P<power>[²³])(?!\w)", _power),
    rule(r"(?P<n>\d+(?:\.\d+)?)(?P<sign>\^)(?P<power>-?\d{1,3})(?!\w)", _to_the_power),
    rule(r"(?P<sign>#|№ ?)(?P<n>\d{1,9})(?!\w)", _numbered),
    rule(r"(?P<name>[Rr]oom|[Ff]light|[Rr]oute) (?P<n>\d{3,4})(?!\w)", _room),
    rule(r"\d+,\d{1,2}(?![\w,])", _comma),
    rule(r"c\.(?= ?\d{3,4}(?!\w))", _circa),
)
"""In the order in which they are tried."""
