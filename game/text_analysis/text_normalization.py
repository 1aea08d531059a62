"""Written lines become words as a person says them: "£30k" is "thirty thousand pounds".

The line is read from left to right; where a token begins, rules are tried in their order (figures
in ``spoken_dates`` and ``spoken_quantities``, names and signs in ``spoken_names``), and what no
rule knows is a word as it stands. Every spoken word keeps the place of what it was written as.
What nobody can say, such as emoji and scripts other than Latin, is passed over.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import replace

from game.text_analysis import spoken_dates, spoken_names, spoken_numbers, spoken_quantities
from game.text_analysis.spoken_tokens import Rule, Said, SpokenToken
from game.text_analysis.word_lists import listed

_PLAIN = str.maketrans("’‘ʼ‑‐−·⁄", "'''--- /")
"""Characters to their plain forms, one for one."""
_KEPT = frozenset("½⅓⅔¼¾⅕⅖⅗⅘⅙⅛⅜⅝⅞²³…№")
"""Signs that the compatible form of Unicode would part into plain figures."""

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*'?")
_TO = re.compile(
    r"(?<=[\dkKmM%])\s?[-–—]\s?(?=[£$€]?\d|(?:present|now|today|current)\b)"
    r"|(?<=[ap]m)\s?[-–—]\s?(?=\d)|(?<=[A-Z]\d)–(?=[A-Z]\d)"
)
_NUMBER_BEFORE = re.compile(r"(?<![\w])[\d:.,]+(?:[ap]m|[kKmM%])?$")
_TO_NAME = re.compile(r"\s?[-–—]\s?(?=[A-Z])")
_PLURAL = re.compile(r"(?<=[^\W\d_])\((e?s)\)")
_PAUSES = (
    (re.compile(r"[^\S\n]*\n\s*\n\s*"), "."),
    (re.compile(r"\s+[-–]{1,3}\s+|\s*—\s*|\s*--+\s*"), "—"),
    (re.compile(r"\s+"), ""),
    (re.compile(r"\((?!(?<=\w.)e?s\))|[)\[\]{}]"), ","),
)
"""What is written between words, and the mark that is heard for it."""
_MARKS = re.compile(r"(?!(?<!\w)(?:\.\w|[.,]\d))[.,;:!?…]+")
"""Not the full stop of .5 and .NET."""
_STRENGTH = "?!.…;:—,"
"""Of several marks in a row the one that stands first here is heard."""
_DATES = frozenset(
    [
        *spoken_dates.MONTHS,
        *listed("Monday Tuesday Wednesday Thursday Friday Saturday Sunday"),
    ]
)


def normalize(text: str) -> tuple[SpokenToken, ...]:
    """A line as it is said.

    Returns:
        Words and marks in order. Marks stand only after words and never two in a row; there are
        none where nothing can be said.
    """
    clean, places = _cleaned(text)
    tokens = [
        SpokenToken(token.text, places[token.start], places[token.end], token.kind)
        for token in _scan(clean)
    ]
    return tuple(_tidied(tokens))


def _cleaned(text: str) -> tuple[str, list[int]]:
    """Plain characters, and for each the place where it was written; the end's stands last."""
    clean: list[str] = []
    places: list[int] = []
    for found in re.finditer(r".[\u0300-\u036f]*", text, re.DOTALL):
        cluster = unicodedata.normalize("NFC", found[0])
        for char in cluster:
            form = unicodedata.decomposition(char).partition(" ")[0]
            if char not in _KEPT and form in ("<wide>", "<narrow>", "<font>", "<compat>"):
                plain = unicodedata.normalize("NFKC", char)
            elif unicodedata.category(char) in ("Cf", "Cc", "Mn") and not char.isspace():
                plain = ""
            else:
                plain = char.translate(_PLAIN)
            clean.append(plain)
            places += [found.start()] * len(plain)
    return "".join(clean), [*places, len(text)]


@functools.cache
def _rules() -> tuple[Rule, ...]:
    return (
        *spoken_names.rules_before_numbers(),
        *spoken_dates.RULES,
        *spoken_numbers.RULES,
        *spoken_quantities.rules(),
        *spoken_names.rules_after_numbers(),
    )


def _scan(text: str) -> Said:
    said: Said = []
    at = 0
    while at < len(text):
        tokens, at = _step(text, at, said)
        said += tokens
    return said


def _step(text: str, at: int, before: Said) -> tuple[Said, int]:
    """The tokens of what is written here, and where the next begins."""
    between = _between(text, at, before)
    if between is not None:
        return between
    for rule in _rules():
        match = rule.pattern.match(text, at)
        if match and match.end() > at:
            tokens = rule.say(match)
            if tokens is not None:
                return tokens, match.end()
    word = _WORD.match(text, at)
    if word and _latin(word[0]):
        plain = word[0].rstrip("'") if not word[0].endswith("s'") else word[0]
        return [SpokenToken(plain, at, at + len(plain))], word.end()
    return [], word.end() if word else at + 1


def _between(text: str, at: int, before: Said) -> tuple[Said, int] | None:
    """What parts words: a mark, a bracket, a dash, a blank; None where none stands here."""
    if before and (to := _span(text, at, before[-1])):
        return [SpokenToken("to", at, to)], to
    for pattern, mark in _PAUSES:
        if found := pattern.match(text, at):
            return _mark(mark, at, found.end()) if mark else [], found.end()
    if before and (found := _PLURAL.match(text, at)):  # candidate(s) is said as several
        last = before.pop()
        return [replace(last, text=last.text + found[1])], found.end()
    if found := _MARKS.match(text, at):
        marks = found[0].replace("...", "…").replace("..", "…")
        return _mark(min(marks, key=_STRENGTH.index), at, found.end()), found.end()
    return None


def _span(text: str, at: int, last: SpokenToken) -> int:
    """End of a dash that is said as "to": 9:00–10:00, Monday–Friday; 0 where there is none."""
    if last.text in _DATES and (found := _TO_NAME.match(text, at)):
        return found.end()
    found = _TO.match(text, at)
    if found is None or (found[0] == "-" and not _NUMBER_BEFORE.search(text[max(0, at - 20) : at])):
        return 0  # or of a name: x86-64
    return found.end()


def _mark(mark: str, start: int, end: int) -> Said:
    return [SpokenToken(mark, start, end, "mark")]


def _latin(word: str) -> bool:
    return all(unicodedata.name(c, "").startswith(("LATIN", "APOSTROPHE")) for c in word)


def _tidied(tokens: Said) -> Said:
    """Leaves marks out where no word stands before them, and of several the strongest."""
    tidy: Said = []
    for token in tokens:
        if token.kind != "mark":
            tidy.append(token)
        elif tidy and tidy[-1].kind == "mark":
            if _STRENGTH.index(token.text) < _STRENGTH.index(tidy[-1].text):
                tidy[-1] = token
        elif tidy:
            tidy.append(token)
    return tidy
