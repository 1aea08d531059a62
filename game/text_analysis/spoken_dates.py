"""Dates, years and times of day as they are said.

Dates are said so that nobody mistakes day and month. Where figures alone leave that open, the day
comes first, as in British English, in which the lines of ``assets`` are written.
"""

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
from game.text_analysis.word_lists import listed, word_set
from perception.number_words import cardinal, ordinal, plural, year

MONTHS = listed(
    "January February March April May June July August September October November December"
)
_MONTH_OF = {
    **{name.lower(): name for name in MONTHS},
    **{name[:3].lower(): name for name in MONTHS},
    "sept": "September",
}
_DAY_OF = {
    **{"mon": "Monday", "tue": "Tuesday", "tues": "Tuesday", "wed": "Wednesday", "thu": "Thursday"},
    **{"thur": "Thursday", "thurs": "Thursday", "fri": "Friday", "sat": "Saturday"},
    "sun": "Sunday",
}
_MONTH = rf"(?P<month>{'|'.join(sorted((n.title() for n in _MONTH_OF), key=len, reverse=True))})"
_YEAR = r"(?P<year>1[0-9]\d\d|20\d\d)"
_END = r"(?![\w%])(?![.,:/]\d)"
_DASH = "[-–—]"

_BEFORE_YEAR = word_set(
    "c ca in since until till by from of during before after around about circa early late mid "
    "summer autumn winter spring fall class year between through"
)
_UNITS_OF_YEARS = word_set("and to or was is has with years")
"""Words in small letters that may follow a year although they end like a plural or a noun."""


def _month(match: re.Match[str]) -> str:
    return _MONTH_OF[match["month"].lower()]


def _the(match: re.Match[str]) -> str:
    return "" if word_before(match).lower() == "the" else "the "


def _day_month(match: re.Match[str]) -> Said | None:
    day = int(match["day"])
    if not 1 <= day <= 31:
        return None
    said = part(match, "day", f"{_the(match)}{ordinal(day)}")
    if match["to"]:
        last = int(match["last"])
        if not day < last <= 31:
            return None
        said += part(match, "to", "to") + part(match, "last", f"the {ordinal(last)}")
    said += part(match, "month", f"of {_month(match)}")
    return said + _year_after(match)


def _month_day(match: re.Match[str]) -> Said | None:
    day = int(match["day"])
    if not 1 <= day <= 31:
        return None
    said = part(match, "month", _month(match)) + part(match, "day", ordinal(day))
    if match["to"]:
        said += part(match, "to", "to") + part(match, "last", ordinal(int(match["last"])))
    return said + _year_after(match)


def _year_after(match: re.Match[str]) -> Said:
    return [] if match["year"] is None else part(match, "year", f", {year(int(match['year']))}")


def _month_year(match: re.Match[str]) -> Said:
    tail = match["year"]
    said = year(int(tail)) if len(tail) == 4 else cardinal(int(tail))
    return part(match, "month", _month(match)) + part(match, "year", said)


def _month_figures(match: re.Match[str]) -> Said:
    """03/2020."""
    said = part(match, "number", MONTHS[int(match["number"]) - 1])
    return said + part(match, "year", year(int(match["year"])))


def _short_month(match: re.Match[str]) -> Said | None:
    """A short month alone, with a full stop or in a span of months."""
    return part(match, "month", _month(match))


def _figures(match: re.Match[str]) -> Said | None:
    """14/03/2021, 14.03.21, 3/14/2021."""
    first, second, tail = int(match["first"]), int(match["second"]), match["year"]
    day, month = (second, first) if second > 12 >= first else (first, second)
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    number = int(tail) if len(tail) == 4 else 2000 + int(tail) - (100 if int(tail) > 49 else 0)
    said = f"{_the(match)}{ordinal(day)} of {MONTHS[month - 1]} , {year(number)}"
    return whole(match, said)


def _iso(match: re.Match[str]) -> Said | None:
    """2021-03-14."""
    day, month = int(match["day"]), int(match["month"])
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    date = f"{_the(match)}{ordinal(day)} of {MONTHS[month - 1]} , {year(int(match['year']))}"
    return whole(match, date)


def _day_figures(match: re.Match[str]) -> Said | None:
    """14/03 without a year, where it can hardly be anything else."""
    day, month = int(match["day"]), int(match["month"])
    sure = (
        match["month"][0] == "0"
        or day > 12
        or word_before(match).lower() in ("on", "by", "until", "from")
    )
    if not (sure and 1 <= day <= 31 and 1 <= month <= 12):
        return None
    return whole(match, f"{_the(match)}{ordinal(day)} of {MONTHS[month - 1]}")


def _weekday(match: re.Match[str]) -> Said | None:
    return part(match, "name", _DAY_OF[match["name"].lower()])


def _year(match: re.Match[str]) -> Said | None:
    """A year, or a number of four figures that is none."""
    before = word_before(match).lower()
    after = word_after(match)
    number = int(match["year"])
    counted = after.islower() and after.endswith("s") and after not in _UNITS_OF_YEARS
    if counted or (number < 1900 and before not in _BEFORE_YEAR):
        return None
    return whole(match, year(number))


def _years(match: re.Match[str]) -> Said:
    """2019–2021, 2019/20."""
    tail = match["last"]
    last = year(int(tail)) if len(tail) == 4 else cardinal(int(tail))
    said = part(match, "year", year(int(match["year"])))
    return said + part(match, "to", "" if match["to"] == "/" else "to") + part(match, "last", last)


def _decade(match: re.Match[str]) -> Said | None:
    """1990s, '90s, the 90s, in her 20s."""
    figures = match["figures"]
    if len(figures) == 4:
        number = int(figures)
        said = year(number)
        return whole(match, plural(said))
    if figures == "00":
        return whole(match, "two thousands")
    return whole(match, plural(cardinal(int(figures))))


def _time(match: re.Match[str]) -> Said | None:
    hour, minute = int(match["hour"]), int(match["minute"])
    half = match["half"]
    if hour > 24 or minute > 59 or (match["point"] == "." and half is None):
        return None
    rest = "" if minute == 0 else f"oh {cardinal(minute)}" if minute < 10 else cardinal(minute)
    if half:
        said = f"{cardinal(hour)} {rest}"
    elif minute == 0 and match["second"] is None:
        said = "midnight" if hour in (0, 24) else f"{cardinal(hour)} o'clock"
        if hour > 12 and hour != 24:
            said = f"{cardinal(hour)} hundred"
    else:
        said = f"{cardinal(hour)} {rest or 'oh oh'}"
    if match["second"]:
        said += f" and {cardinal(int(match['second']))} seconds"
    tokens = words(said, match.start("hour"), match.end("minute"))
    return tokens + _half(match)


def _hour(match: re.Match[str]) -> Said | None:
    """2pm, 9 a.m."""
    hour = int(match["hour"])
    if not 0 <= hour <= 24:
        return None
    said = part(match, "hour", cardinal(hour))
    if match["to"]:
        last = int(match["last"])
        if last > 24:
            return None
        said += part(match, "to", "to") + part(match, "last", cardinal(last))
    return said + _half(match)


def _from_hour(match: re.Match[str]) -> Said:
    """The start of 9-5:30."""
    return part(match, "hour", cardinal(int(match["hour"]))) + part(match, "to", "to")


def _half(match: re.Match[str]) -> Said:
    if match["half"] is None:
        return []
    return part(match, "half", "a_m" if match["half"][0] in "aA" else "p_m")


_HALF = r"(?P<half>[ap]\.m\.(?=\s+[a-z\d(–—-]|[,;:?!)])|[ap]\.m|[apAP][mM])(?!\w)"
"""Of the day; a full stop that ends the sentence as well is left."""


RULES = (
    rule(rf"{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d){_END}", _iso),
    rule(
        r"(?P<first>\d{1,2})(?P<sign>[./-])(?P<second>\d{1,2})(?P=sign)(?P<year>\d{4}|\d\d)" + _END,
        _figures,
    ),
    rule(
        rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?(?P<to>{_DASH})\s?(?P<last>\d{{1,2}})"
        rf"(?:st|nd|rd|th)?)?[- ](?:of )?{_MONTH}\b(?:\.(?=,? ?[\da-z]))?"
        rf"(?:(?:,? |-){_YEAR}{_END})?",
        _day_month,
    ),
    rule(
        rf"{_MONTH}\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s?(?P<to>{_DASH})\s?"
        rf"(?P<last>\d{{1,2}})(?:st|nd|rd|th)?)?{_END}(?:,? {_YEAR}{_END})?",
        _month_day,
    ),
    rule(rf"{_MONTH}(?:\.?,? |-){_YEAR}{_END}", _month_year),
    rule(rf"{_MONTH}\.? '(?P<year>\d\d)(?!\w)", _month_year),
    rule(rf"(?P<number>0?[1-9]|1[0-2])/{_YEAR}{_END}", _month_figures),
    rule(r"(?P<hour>\d{1,2})(?P<to>[-–])(?=\d{1,2}[:.]\d\d(?!\d))", _from_hour),
    rule(
        rf"{_MONTH}(?:(?<=[a-z]{{3}})\.(?= ?[a-z\d–-])|"
        rf"(?=\s?{_DASH}\s?{_MONTH.replace('month', 'other')}))",
        _short_month,
    ),
    rule(
        rf"(?P<name>{'|'.join(n.title() for n in _DAY_OF)})(?:\.(?=[ ,]?[\w–-])|(?=,? \d)|"
        rf"(?=\s?{_DASH}\s?[A-Z])|(?<={_DASH}...)(?!\w))",
        _weekday,
    ),
    rule(
        rf"(?P<hour>\d{{1,2}})(?P<point>[:.h])(?P<minute>\d\d)(?::(?P<second>\d\d))?"
        rf"(?:\s?{_HALF})?(?!\w)(?!\.\d)",
        _time,
    ),
    rule(
        rf"(?P<hour>\d{{1,2}})(?:\s?(?P<to>{_DASH})\s?(?P<last>\d{{1,2}}))?\s?{_HALF}(?!\w)",
        _hour,
    ),
    rule(r"['’]?(?P<figures>(?:1\d|20)\d0|(?<![\d.,])[2-9]0|00)(?:['’]?s|s['’])(?!\w)", _decade),
    rule(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})(?![\w/])(?!\.\d)", _day_figures),
    rule(
        rf"{_YEAR}(?:\s?(?P<to>[-–—/])\s?(?P<last>(?:1[0-9]|20)\d\d|\d\d)){_END}(?! ?%)",
        _years,
    ),
    rule(rf"{_YEAR}{_END}(?![-–]\d)", _year),
)
"""In the order in which they are tried."""
