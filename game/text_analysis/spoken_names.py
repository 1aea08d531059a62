"""Names, abbreviations, initialisms, addresses of mail and web, and signs, as they are said."""

from __future__ import annotations

import functools
import re

from game.text_analysis.overrides import by_any_case, overrides
from game.text_analysis.spoken_tokens import (
    Rule,
    Said,
    SpokenToken,
    part,
    rule,
    whole,
    word_after,
    word_before,
)
from game.text_analysis.spoken_tokens import words as tokens_of
from game.text_analysis.word_lists import listed, word_set
from perception.number_words import cardinal, ordinal, room_number

_SIGNS = {
    **{"&": "and", "+": "plus", "=": "equals", "%": "percent", "@": "at", "×": "times"},
    **{"£": "pounds", "$": "dollars", "€": "euros", "°": "degrees", "→": "to", "§": "section"},
}
_PARTS_OF_ADDRESSES = {".": "dot", "@": "at", "-": "dash", "_": "underscore", "/": "slash"}
_SPELLED_ENDS = word_set("js ts md py sh io ai tv uk us de fr eu html htm csv pdf sql xml")
"""Ends of names of files and hosts that are said by letters."""

_NUMERALS = listed("I II III IV V VI VII VIII IX X XI XII XIII XIV XV XVI XVII XVIII XIX XX XXI")
_NUMBERED = word_set(
    "part chapter phase level grade type stage volume act section class tier title appendix "
    "step group band category schedule model mark"
)
"""Before a Roman numeral of one letter, which is a letter elsewhere."""
_REIGNED = word_set(
    "Henry Elizabeth Charles George Edward Richard Louis James William Paul Catherine Francis "
    "Frederick Philip Mary Pius Benedict Alexander Ivan Napoleon Wilhelm Leo"
)
_STARTERS = word_set(
    "a i the then this that these those what which who why how when where and but or so if in "
    "on at it we you he she they my our your there here let can could would will do did is "
    "are"
)
"""A capital after a full stop is no surname if it begins one of these."""


@functools.cache
def _spoken() -> dict[str, str]:
    return by_any_case(overrides().spoken)


@functools.cache
def _spoken_pattern() -> re.Pattern[str]:
    signs = sorted(_spoken(), key=len, reverse=True)
    return re.compile(rf"(?P<sign>{'|'.join(map(re.escape, signs))})(?P<s>['’]?s)?(?![\w+#])")


def _fixed(match: re.Match[str]) -> Said:
    said = _spoken()[match["sign"]]
    end = match.end()
    if match["s"] and "_" not in said.split()[-1]:
        said += "s" if match["s"] == "s" else "'s"
    elif match["s"]:
        said += "_'s"
    dot = match["sign"].endswith(".") and _ends_sentence(match.string, end)
    tokens = whole(match, said)
    return [*tokens, SpokenToken(".", end - 1, end, "mark")] if dot else tokens


def _ends_sentence(text: str, at: int) -> bool:
    """Whether a sentence ends before this place: nothing follows, or blanks and a capital."""
    rest = text[at : at + 12].lstrip("\"')”’")
    return not rest.strip() or re.match(r"\s+[\"'“(]?[A-Z]", rest) is not None


@functools.cache
def _abbreviations() -> dict[str, str]:
    table = overrides().abbreviations
    return {**{short.capitalize(): said for short, said in table.items()}, **table}


@functools.cache
def _abbreviation_pattern() -> re.Pattern[str]:
    known = sorted(_abbreviations(), key=len, reverse=True)
    return re.compile(rf"(?P<short>{'|'.join(map(re.escape, known))})(?:(?P<dot>\.)|(?!\w))")


def _abbreviation(match: re.Match[str]) -> Said | None:
    short, dot = match["short"], match["dot"]
    said = _abbreviations()[short]
    is_title = short in overrides().titles
    ends = bool(dot) and _ends_sentence(match.string, match.end())
    title = is_title and short[0].isupper() and word_after(match)[:1].isupper()
    if short.lower() in _ONLY_WITH_DOT and not title and (not dot or ends):
        return None
    follows_number = re.match(r" ?\d", match.string[match.end() : match.end() + 2])
    if short.lower() in ("no", "nos") and not follows_number:
        return None
    if short in ("St", "Dr") and dot and not word_after(match)[:1].isupper():
        said = {"St": "street", "Dr": "drive"}[short] if word_before(match)[:1].isupper() else said
        is_title = False
    ends = ends and not is_title and not follows_number
    tokens = part(match, "short", said)
    return [*tokens, SpokenToken(".", match.end() - 1, match.end(), "mark")] if ends else tokens


_ONLY_WITH_DOT = word_set(
    "exp no nos st p fig sec min max est ext ed eds col gen rev hon ch ave tel mt ft apt temp perm "
    "ref refs avg ca std"
)
"""Abbreviations that are words or names without a full stop, and where one ends a sentence."""


def _initials(match: re.Match[str]) -> Said:
    """U.S., B.B.C., J.K. Rowling."""
    letters = "_".join(re.findall(r"[A-Za-z]", match["letters"]))
    end = match.end()
    plural = "'s" if match["s"] else ""
    tokens = tokens_of(f"{letters}_{plural}", match.start(), end)
    last = match["s"] is None and match[0].endswith(".") and not match.string[end:].strip("\"')”’ ")
    return [*tokens, SpokenToken(".", end - 1, end, "mark")] if last else tokens


def _initial(match: re.Match[str]) -> Said | None:
    """The J of J. Smith."""
    before, after = word_before(match), word_after(match)
    ahead = match.string[: match.start()].rstrip()
    named = not ahead or ahead[-1] in ".!?" or before[:1].isupper()
    if not named or not after[:1].isupper() or after.lower() in _STARTERS:
        return None
    return whole(match, f"{match['letter']}_")


def _and(match: re.Match[str]) -> Said:
    """P&L, R&D, AT&T."""
    left, right = (("_".join(match[g]) + "_").lower() for g in ("left", "right"))
    plural = f"{right}'s" if match["s"] else right
    return part(match, "left", left) + part(match, "and", "and") + part(match, "right", plural)


def _per(match: re.Match[str]) -> Said:
    """The rate of "2 days/wk"."""
    names = {"hr": "hour", "h": "hour", "wk": "week", "mo": "month", "yr": "year"}
    return whole(match, f"per {names.get(match['time'], match['time'])}")


def _slash(match: re.Match[str]) -> Said:
    """Letters parted by strokes, A/B, CI/CD, I/O; between words "or" is said: he/she."""
    before = re.search(r"[a-z]{2}$", match.string[: match.start()])
    after = re.match(r"[a-z]{2}", match.string[match.end() :])
    return whole(match, "or" if before and after else "")


def _mail(match: re.Match[str]) -> Said:
    return _address_parts(match[0], match.start())


def _web(match: re.Match[str]) -> Said:
    address = match["address"].rstrip(".,;:!?)")
    path = address.partition("?")[0].partition("#")[0].rstrip("/")
    return _address_parts(path, match.start("address"))


def _address_parts(address: str, start: int) -> Said:
    said: Said = []
    for found in re.finditer(r"[A-Za-zÀ-ɏ]+|\d+|[.@/_-]", address):
        item, place = found[0], start + found.start()
        if item in _PARTS_OF_ADDRESSES:
            said += tokens_of(_PARTS_OF_ADDRESSES[item], place, place + 1)
        elif item.isdigit():
            said += tokens_of(room_number(item), place, place + len(item))
        elif item.lower() in _SPELLED_ENDS and found.start():
            said += tokens_of("_".join(item.lower()) + "_", place, place + len(item))
        else:
            said.append(SpokenToken(item, place, place + len(item)))
    return said


def _file(match: re.Match[str]) -> Said:
    """index.html, Node.js, README.md."""
    return _address_parts(match[0], match.start())


def _capitals(match: re.Match[str]) -> Said | None:
    """AWS, APIs, CEO's; what is a word all the same is left to the word's rule."""
    letters = match["letters"]
    known = overrides()
    if letters in known.acronyms or f"{letters}{match['s'] or ''}" in known.acronyms:
        return None
    if _shouts(match):
        return None
    if letters not in known.letters and not _is_initialism(letters):
        return None
    ending = "'s" if match["s"] else ""
    return whole(match, "_".join(letters.lower()) + "_" + ending)


_SYLLABLES = re.compile(
    r"(?:[BCDFGHJKLMNPRSTVWYZ]|[BCDFGKPST]?[RL]|S[CHKLMNPQTW]|[CSTPWG]H|QU|TW|STR|SCR|SPR)?"
    r"[AEIOUY]{1,2}"
    r"(?:(?:[BCDFGHJKLMNPRSTVXZ]|([BDFGLMNPRSTZ])\1|[LMNRSW][BCDFGHKLMNPSTVZ]|[BCDFGKPTV][LR]|QU"
    r"|CK|[CKPBX]T|[CSTP]H|GN|[LMNRS][BCDFGKPT][LR])[AEIOUY]{1,2})*"
    r"(?:[BCDFGKLMNPRSTVXZ]|([DFGLNSTZ])\2|[LMNR][BCDFGKPTZ]S?|[LNR]S|S[TKP]|[CFPX]T|[CSTP]H|TCH|CK|NG"
    r"|[PTKG]S)?"
)
"""Letters that can be read as a word."""
_SHOUTED = word_set(
    "END ALL AND ANY ARE BAD BIG BUT CAN DAY DID FEW FOR GET GOT HAD HAS HER HIM HIS HOW ITS JOB "
    "LET LOT MAY NEW NOT NOW OFF OLD ONE OUR OUT OWN PAY SAY SEE SHE SIX TEN THE TOO TRY TWO "
    "WAS WAY WHY YES YET YOU BE BY DO GO HE IF IN IS ME MY NO OF ON OR SO TO UP WE AN AS AT"
)
"""Short words that people write in capitals for stress."""


def _is_initialism(letters: str) -> bool:
    return letters not in _SHOUTED and (len(letters) <= 3 or not _SYLLABLES.fullmatch(letters))


def _shouts(match: re.Match[str]) -> bool:
    """Whether the sentence around a match is all in capitals and no mere list of initialisms."""
    before = re.split(r"[.!?\n]", match.string[: match.start()])[-1]
    sentence = before + re.split(r"[.!?\n]", match.string[match.start() :])[0]
    if re.search("[a-z]", sentence):
        return False
    words = re.findall(r"[A-Z']+", sentence)
    return len(words) >= 3 and any(word in _SHOUTED or word in "AI" for word in words)


def _roman(match: re.Match[str]) -> Said | None:
    before, numeral = word_before(match), match["numeral"]
    number = _NUMERALS.index(numeral) + 1
    if before.lower() in _NUMBERED or (len(numeral) > 1 and before[:1].isupper()):
        reigned = before in _REIGNED
        said = f"the {ordinal(number)}" if reigned else cardinal(number)
        return whole(match, f"{said}{match['s'] or ''}")
    return None


def _alphanumeric(match: re.Match[str]) -> Said | None:
    """B2B, HTML5, Q3, 5G, GPT-4: letters by name, figures as in the number of a room."""
    said: Said = []
    for found in re.finditer(r"[A-Za-z]+|\d+", match["code"]):
        item = found[0]
        start = match.start("code") + found.start()
        if item.isdigit():
            spoken = room_number(item)
        elif item.isupper() and item not in overrides().acronyms and len(item) <= 4:
            spoken = "_".join(item.lower()) + "_"
        elif len(item) == 1:
            spoken = f"{item}_"
        else:
            spoken = item
        said += tokens_of(spoken, start, start + len(item))
    return said


def _mixed(match: re.Match[str]) -> Said:
    """MoU, PoC, SoW: letters, of which the small one stands for "of"."""
    return whole(match, "_".join(match["letters"]) + "_" + ("'s" if match["s"] else ""))


def _graded(match: re.Match[str]) -> Said:
    """Marks: A*, B-."""
    sign = {"*": "star", "-": "minus"}[match["sign"]]
    return part(match, "letter", f"{match['letter']}_") + part(match, "sign", sign)


def _letter(match: re.Match[str]) -> Said | None:
    """A single letter: plan B, an A in maths, vitamin C; not the article, nor I."""
    letter = match["letter"]
    if letter in "Ia" or (letter == "A" and (_shouts(match) or not _names_letter(match))):
        return None
    return whole(match, f"{letter}_{match['s'] or ''}")


def _names_letter(match: re.Match[str]) -> bool:
    before, text = word_before(match), match.string
    if match["s"] or re.match(r"[+/&]|\s?[-–](?=levels?\b)| levels?\b", text[match.end() :]):
        return True
    ahead = text[: match.start()].rstrip(" \"'“‘(")
    starts = not ahead or ahead[-1] in ".!?:;…—\n"
    return not starts and bool(before)


def _hashtag(match: re.Match[str]) -> Said:
    return part(match, "sign", "hashtag")


def _sign(match: re.Match[str]) -> Said:
    return whole(match, _SIGNS[match[0]])


@functools.cache
def rules_before_numbers() -> tuple[Rule, ...]:
    """What may hold figures and is no number."""
    return (
        rule(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", _mail),
        rule(
            r"(?:https?://|ftp://)?(?:www\.)?(?P<address>(?<=//|w\.)[^\s<>\"]+|[A-Za-z][\w-]*"
            r"(?:\.[\w-]+)*\.(?:com|org|net|edu|gov|co\.uk|ac\.uk|io|ai)(?:/[^\s<>\"]*)?)(?![\w])",
            _web,
        ),
        Rule(_spoken_pattern(), _fixed),
    )


@functools.cache
def rules_after_numbers() -> tuple[Rule, ...]:
    """What is left when numbers have been told."""
    return (
        rule(r"[A-Za-z][\w-]*\.(?:js|ts|py|md|sh|html?|csv|pdf|sql|xml|json|ya?ml|txt)\b", _file),
        rule(r"(?P<letters>(?:[A-Za-z]\.){2,}(?:[A-Z](?!\w))?)(?P<s>'?s\b)?", _initials),
        Rule(_abbreviation_pattern(), _abbreviation),
        rule(
            r"(?P<numeral>X{1,2}I{0,3}|XI?[XV]|I?[XV]I{0,3}|XVI{0,3}|I{1,3})(?P<s>'s)?(?![\w'-])(?!\.\w)",
            _roman,
        ),
        rule(r"(?P<letter>[A-Z])\.(?= ?[A-Z])", _initial),
        rule(
            r"(?P<left>[A-Z]{1,3})(?P<and>\s?&\s?)(?P<right>[A-Z]{1,3})(?P<s>['’]?s)?(?!\w)", _and
        ),
        rule(
            r"(?P<code>(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z\d]+(?:-\d+\b)?)(?!\w)", _alphanumeric
        ),
        rule(r"(?P<code>[A-Z][A-Za-z]*-\d+)(?![\w])", _alphanumeric),
        rule(r"(?P<letters>[A-Z]{2,})(?P<s>'?s)?(?!\w|'[A-Z])", _capitals),
        rule(r"(?P<letters>[A-Z]o[A-Z])(?P<s>'?s)?(?!\w)", _mixed),
        rule(r"(?P<letter>[A-G])(?P<sign>[*-])(?=[\s,.;:!?)–-]|$)(?!\*\w)", _graded),
        rule(r"(?P<letter>[A-Za-z])(?P<s>['’]s)?(?![\w'’])", _letter),
        rule(r"/(?P<time>hour|hr|h|day|week|wk|month|mo|year|yr|person|head)(?!\w)", _per),
        rule(r"\s?/\s?", _slash),
        rule(r"(?P<sign>#)(?=[A-Za-z])", _hashtag),
        rule("[&+=%@×£$€°→§]", _sign),
    )
