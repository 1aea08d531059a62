"""Shares and changes that are told without what they are of, or from when to when."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dialogue.understanding.words import UtteredWord, plain_text

_COUNTING = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|"
    "sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|"
    "hundred|thousand"
)
_NUMBER = rf"(?:\d[\d.,]*|(?:(?:{_COUNTING})(?:[ -]and)?[ -]?)*(?:{_COUNTING}))"
_PART = r"(?:half|a third|a quarter)"
_MORE = (
    r"(?:more|less|fewer|faster|quicker|slower|higher|lower|bigger|smaller|better|cheaper|longer|"
    r"shorter|up|down|above|over|under|increase|improvement|growth|saving|reduction)"
)
_AFTER = (
    r"(?: (?:and|but|so|in|on|at|with|which|that|because|i|we|they|he|she|it|my|our|since|i'm|"
    r"i've|we've|for|want|all|too|lol|as|after)(?![^ ])|$)"
)
"""What may follow a number that counts nothing: no noun."""

_SHARE = re.compile(
    rf"(?<![^ ])(?P<number>{_NUMBER} ?(?:%|percent|per cent|points?|x|fold))"
    rf"(?= {_MORE}(?![^ ])|{_AFTER})"
)
_TIMES = re.compile(rf"(?<![^ ])(?P<number>{_NUMBER} times)(?= (?:as|{_MORE})(?![^ ]))")
_DOUBLED = re.compile(
    r"(?<![^ ])(?P<number>doubled|tripled|halved|quadrupled|twice as \w+)(?![^ ])"
)
_BY = re.compile(
    rf"(?<![^ ])(?:by|up|down|plus|minus)(?: by)?(?: (?:about|nearly|almost|over|around|like))? "
    rf"(?P<number>{_NUMBER}(?: ?%| percent| per cent)?|{_PART})(?:{_AFTER})"
)
_PART_GONE = re.compile(rf"(?<![^ ])(?P<number>{_PART})(?= (?:was|were|is|are)(?![^ ]))")
_HOUR = re.compile(
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d\d?)(?![^ ])"
    r"(?! (?:hundred|thousand|per|%))"
)
"""A number that says when rather than by how much: "by eight"."""
_BASE = re.compile(
    r"^of |(?<![^ ])(?:from|compared|than|out of|versus|(?:year|month|week|season) before|"
    r"per (?:day|week|month|hour|shift|year)|(?:a|every|each) (?:day|week|month|shift|year)|"
    r"over (?:the|two|three|six)|within|"
    r"in (?:two|three|four|six|a|one|the) (?:\w+ )?(?:weeks?|months?|years?|quarters?)|"
    r"last year|target|average|baseline)(?![^ ])"
)
_BASE_BEFORE = re.compile(
    r"(?<![^ ])(?:from|compared|out of|versus|last year|target|average|baseline|within)(?![^ ])"
)
"""What a number is of, behind it and before it; "a day" before it counts something else."""
_AROUND = 9
"""Words to each side of a number among which what it is of may stand."""


def bare_numbers(words: Sequence[UtteredWord]) -> list[str]:
    """The first such number of each sentence, in its own words."""
    found = []
    for sentence in _sentences(words):
        plain = plain_text(sentence)
        matches = [m for each in (_SHARE, _TIMES, _DOUBLED, _BY, _PART_GONE)
                   if (m := each.search(plain)) is not None]  # fmt: skip
        for match in sorted(matches, key=lambda m: m.start("number")):
            before = plain[: match.start("number")].split()[-_AROUND:]
            if match.re is _BY and _HOUR.match(match["number"]):
                continue
            behind = plain[match.end("number") :].split()[:_AROUND]
            if not _BASE_BEFORE.search(" ".join(before)) and not _BASE.search(" ".join(behind)):
                found.append(match["number"].strip())
                break
    return found


def _sentences(words: Sequence[UtteredWord]) -> list[list[UtteredWord]]:
    found: list[list[UtteredWord]] = [[]]
    for word in words:
        found[-1].append(word)
        if word.mark in (".", "?") or len(found[-1]) >= 30:
            found.append([])
    return [sentence for sentence in found if sentence]
