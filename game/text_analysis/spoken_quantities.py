"""Numbers with what belongs to them: money, units, percentages, magnitudes, ranges."""

from __future__ import annotations

import functools
import re

from game.text_analysis.overrides import overrides
from game.text_analysis.spoken_tokens import (
    Rule,
    Said,
    part,
    rule,
    whole,
    word_after,
    word_before,
    words,
)
from game.text_analysis.word_lists import word_set
from perception.number_words import cardinal, decimal

_NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d\d)+,\d{3}"
    r"|\d{1,3}(?:[ '\u00a0\u2009\u202f]\d{3})+(?![\d,.]*\d)"
    r"|\d+(?:\.\d+)?|(?<![\d.])\.\d+)"
)
_MAGNITUDES = {
    **{"k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million"},
    **{"mln": "million", "bn": "billion", "B": "billion", "tn": "trillion"},
    **{name: name for name in ("thousand", "million", "billion", "trillion")},
}
_SIGNS = {
    **{"-": "minus", "−": "minus", "+": "plus", "±": "plus or minus", "~": "about", "≈": "about"},
    **{"<": "less than", ">": "more than", "≤": "at most", "<=": "at most", "≥": "at least"},
    **{">=": "at least"},
}
_MAGNITUDE = (
    r"(?:k|K|mn|mln|bn|tn|(?<=\d)(?:M(?!\w)|B(?= [a-z]))|(?(cur1)(?<=\d)[mB]|(?!))"
    r"|\s(?:thousand|million|billion|trillion)|\s(?:bn|mn|m(?=\s(?:pounds|dollars|euros))))(?!\w)"
)
_DASH = "[-–—]"

_ATTRIBUTED = word_set("a an the this that my your our their his her its per one each every")
"""After one of these a unit before a noun stands in the singular: "a five kilometre run"."""
_NO_NOUN = word_set(
    "a an and or but of in on at to for from with by per as is was are were if than then into "
    "over under up down out off away more less fewer who that which when where while before "
    "after about around a this these those each every plus minus not so because per long high "
    "wide deep tall thick across apart old ago later"
)


@functools.cache
def _quantity_pattern() -> re.Pattern[str]:
    unit, money = (
        "|".join(re.escape(sign) for sign in sorted(table, key=len, reverse=True))
        for table in (overrides().units, overrides().currencies)
    )
    return re.compile(
        rf"(?P<sign>[~≈≤≥<>±]\s?|[<>]=\s?|(?<![\w)])[-−+](?=[\d.£$€]))?"
        rf"(?P<cur1>(?:{money})\s?)?(?P<n1>{_NUMBER})(?P<mag1>{_MAGNITUDE})?"
        rf"(?:(?P<to>\s?{_DASH}\s?)(?P<cur2>(?:{money})\s?)?(?P<n2>{_NUMBER})"
        rf"(?P<mag2>{_MAGNITUDE})?)?"
        rf"(?:(?P<percent>\s?%)|(?P<cur3>\s?(?:{money})(?!\w))"
        rf"|(?P<unit>[\s-]?(?:{unit}))(?!\w)(?:\.(?= [a-z\d]))?)?"
        rf"(?P<plus>\+(?!\w))?"
        rf"(?P<per>\s?/\s?(?:hour|hr|h|day|week|wk|month|mo|year|yr|annum|pa|person|head)(?!\w)"
        rf"|\s?p\.?(?:a|w|h|d|cm|m)(?:\.(?!\s*$|\s+[A-Z])|(?!\w)))?"
        rf"(?P<tail>(?<=\d)[A-Za-z])?"
    )


_PER = {
    **{"hr": "hour", "h": "hour", "wk": "week", "mo": "month", "yr": "year", "pa": "annum"},
    **{"pw": "week", "ph": "hour", "pd": "day", "pm": "month", "pcm": "calendar month"},
}
"""Over what a rate is counted."""


def _value(number: str, currency: str | None) -> str:
    plain = re.sub(r"[, '\u00a0\u2009\u202f]", "", number)
    if currency and re.fullmatch(r"\d{1,3}\.\d{3}", plain):
        plain = plain.replace(".", "")  # grouped as on the continent: 45.000 €
    return plain


def _quantity(match: re.Match[str]) -> Said | None:
    short_rate = match["per"] and "/" not in match["per"]
    if match["tail"] or (short_rate and not (match["cur1"] or match["cur3"])):
        return None  # "5abc" is a name of something, "5pm" a time
    second = match["n2"]
    currency = (match["cur1"] or match["cur2"] or match["cur3"] or "").strip()
    unit = (match["unit"] or "").lstrip("-").strip()
    magnitude = _glued_million(match, unit)
    if unit == "m" and magnitude:
        unit = ""
    said: Said = []
    if match["sign"]:
        said += part(match, "sign", _SIGNS[match["sign"].strip()])
    if second is None and currency and not magnitude and not match["mag1"] and not match["cur3"]:
        said += _amount(match, currency)
    else:
        said += _numbers(match, currency, magnitude)
        said += _what(match, currency, unit, magnitude)
    if match["percent"]:
        said += part(match, "percent", "percent")
    if match["plus"]:
        said += part(match, "plus", "plus")
    if match["per"]:
        over = match["per"].strip(" /").replace(".", "")
        said += part(match, "per", f"per {_PER.get(over, over)}")
    return said


def _glued_million(match: re.Match[str], unit: str) -> str:
    """Whether a glued "m" counts millions: "5m users", not "5m away"."""
    if unit != "m" or match["unit"] != "m":
        return ""
    after = word_after(match)
    return "million" if after.islower() and after not in _NO_NOUN else ""


def _numbers(match: re.Match[str], currency: str, magnitude: str) -> Said:
    first, second = match["n1"], match["n2"]
    own = _magnitude(match["mag1"])
    said = words(
        f"{decimal(_value(first, currency))} {own if second or not magnitude else magnitude}",
        *_place(match, 1),
    )
    if second is None:
        return said
    if own and currency:
        said += words(_name(currency, 2), *_place(match, 1))
    one, two = (float(_value(n, currency)) for n in (first, second))
    span = match["to"] != "-" or one < two or (one, two) == (9, 5)
    span = span or bool(own or match["cur2"] or match["unit"] or match["percent"])
    said += part(match, "to", "to" if span else "")
    last = f"{decimal(_value(second, currency))} {_magnitude(match['mag2'])} {magnitude}"
    return said + words(last, *_place(match, 2))


def _magnitude(written: str | None) -> str:
    return _MAGNITUDES[written.strip()] if written else ""


def _what(match: re.Match[str], currency: str, unit: str, magnitude: str) -> Said:
    """Names of the currency and of the unit."""
    numbers = [_value(n, currency) for n in (match["n1"], match["n2"]) if n]
    one = numbers[-1] == "1" and not (match["mag1"] or match["mag2"] or magnitude)
    single = one or _attributive(match)
    said: Said = []
    if currency:
        # a sign before the number is said after it
        place = match.span("cur3") if match["cur3"] else _place(match, 2 if match["n2"] else 1)
        said += words(_name(currency, 1 if single else 2), *place)
    if unit:
        names = overrides().units[unit].split("|")
        said += part(match, "unit", names[0] if single else names[1])
    return said


def _place(match: re.Match[str], which: int) -> tuple[int, int]:
    """Span of the first or second number, with its currency and magnitude."""
    sign, number, magnitude = f"cur{which}", f"n{which}", f"mag{which}"
    start = match.start(sign) if match[sign] else match.start(number)
    return start, match.end(magnitude) if match[magnitude] else match.end(number)


def _attributive(match: re.Match[str]) -> bool:
    """Whether it stands before a noun as an adjective does: "a £5,000 bonus", "a 5-km run"."""
    after = word_after(match)
    if (match["unit"] or "").startswith("-"):
        return True
    noun = after.islower() and after not in _NO_NOUN and not match["per"]
    if noun and (match["unit"] or "").endswith("B"):  # 5 GB disks
        return True
    return noun and word_before(match).lower() in _ATTRIBUTED


def _name(currency: str, count: int) -> str:
    return overrides().currencies[currency].split("|")[0 if count == 1 else 1]


def _amount(match: re.Match[str], currency: str) -> Said:
    """One amount of money without a magnitude: pounds and pence."""
    one, many, small, smalls = overrides().currencies[currency].split("|")
    value = _value(match["n1"], currency)
    whole_part, _, after = value.partition(".")
    pounds = int(whole_part or 0)
    if len(after) != 2:
        name = one if value == "1" or _attributive(match) else many
        return words(f"{decimal(value)} {name}", match.start("cur1"), match.end("n1"))
    cents = int(after)
    said = f"{cardinal(pounds)} {one if pounds == 1 else many}" if pounds or not cents else ""
    if cents and pounds:
        said += f" {cardinal(cents)}"
    elif cents:
        said = f"{cardinal(cents)} {small if cents == 1 else smalls}"
    return words(said, match.start("cur1"), match.end("n1"))


def _bare_unit(match: re.Match[str]) -> Said | None:
    """The unit of "4 min per km"."""
    if word_before(match).lower() != "per":
        return None
    return whole(match, overrides().units[match[0]].split("|")[0])


def _pence(match: re.Match[str]) -> Said:
    number = int(match["n"])
    return whole(match, f"{cardinal(number)} {'penny' if number == 1 else 'pence'}")


@functools.cache
def rules() -> tuple[Rule, ...]:
    """In the order in which they are tried."""
    signs = sorted((sign for sign in overrides().units if len(sign) > 1), key=len, reverse=True)
    return (
        rule(r"(?P<n>\d{1,2})p(?!\w)", _pence),
        Rule(_quantity_pattern(), _quantity),
        rule(rf"(?:{'|'.join(map(re.escape, signs))})(?!\w)", _bare_unit),
    )
