"""Numbers in words, as they are said: "three hundred and five", "nineteen ninety", "twenty first".

Words are parted by single spaces, without hyphens. Hundreds take "and", as in the lines of
``assets``, which are written in British English.
"""

from __future__ import annotations

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = [
    "zero",
    "ten",
    "twenty",
    "thirty",
    "forty",
    "fifty",
    "sixty",
    "seventy",
    "eighty",
    "ninety",
]
_GROUPS = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (10**3, "thousand"))
_ORDINALS = {
    **{"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth"},
    **{"nine": "ninth", "twelve": "twelfth"},
}
_PLURALS = {"six": "sixes", "second": "seconds", "half": "halves"}

_LONGEST = 15
"""Digits beyond which nobody has a name for a number: it is read digit by digit."""


def cardinal(number: int) -> str:
    """A whole number: 205 is "two hundred and five"."""
    if number < 0:
        return f"minus {cardinal(-number)}"
    if number >= 10**_LONGEST:
        return digits(str(number))
    said = []
    for size, name in _GROUPS:
        if number >= size:
            said.append(f"{_under_thousand(number // size)} {name}")
            number %= size
    if number or not said:
        joint = ["and"] if said and number < 100 else []
        said += [*joint, _under_thousand(number)]
    return " ".join(said)


def _under_thousand(number: int) -> str:
    if number >= 100:
        rest = f" and {_under_thousand(number % 100)}" if number % 100 else ""
        return f"{_ONES[number // 100]} hundred{rest}"
    if number < 20:
        return _ONES[number]
    return _TENS[number // 10] + (f" {_ONES[number % 10]}" if number % 10 else "")


def ordinal(number: int) -> str:
    """A place in an order: 21 is "twenty first"."""
    return _last_word(cardinal(number), _ORDINALS, "ieth", "th")


def plural(words: str) -> str:
    """The last word in the plural: "twenty" is "twenties"."""
    return _last_word(words, _PLURALS, "ies", "s")


def _last_word(words: str, irregular: dict[str, str], for_y: str, ending: str) -> str:
    """Words whose last one gets an ending, in place of its y where it has one."""
    start, _, last = words.rpartition(" ")
    regular = last[:-1] + for_y if last.endswith("y") else last + ending
    return f"{start} {irregular.get(last, regular)}".strip()


def year(number: int) -> str:
    """A year of four digits: 1990 is "nineteen ninety", 2005 "two thousand and five"."""
    century, rest = divmod(number, 100)
    if number % 1000 < 10 or century < 10:
        return cardinal(number)
    if rest == 0:
        return f"{cardinal(century)} hundred"
    return f"{cardinal(century)} {'oh ' if rest < 10 else ''}{cardinal(rest)}"


def digits(text: str, zero: str = "zero") -> str:
    """One digit after another; other characters are passed over."""
    return " ".join(zero if c == "0" else _ONES[int(c)] for c in text if c in "0123456789")


def decimal(text: str) -> str:
    """A written number without grouping: "3.05" is "three point zero five", "007" its digits."""
    whole, dot, after = text.partition(".")
    if dot and not after:
        dot = ""
    if len(whole) > _LONGEST or (len(whole) > 1 and whole[0] == "0"):
        said = digits(whole)
    else:
        said = cardinal(int(whole)) if whole else ""
    return f"{said} point {digits(after)}".strip() if dot else said


def room_number(text: str) -> str:
    """Digits of a name: "12" is "twelve", "101" "one oh one", "320" "three twenty"."""
    if len(text) <= 2 and not (len(text) == 2 and text[0] == "0"):
        return cardinal(int(text))
    if text[0] == "0" or len(text) > 4:
        return digits(text, "oh")
    if text.endswith("00"):
        return cardinal(int(text)) if text[-3] == "0" else f"{cardinal(int(text[:-2]))} hundred"
    head, tail = text[:-2], int(text[-2:])
    if text[-3:-1] == "00":
        return cardinal(int(text))
    return f"{cardinal(int(head))} {'oh ' if tail < 10 else ''}{cardinal(tail)}"


def fraction(over: int, under: int) -> str:
    """Parts of a whole: "three quarters", "one half"."""
    names = {2: "half", 4: "quarter"}
    part = names.get(under) or ordinal(under)
    return f"{cardinal(over)} {part if over == 1 else plural(part)}"
