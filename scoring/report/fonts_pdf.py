"""Fonts of the report's PDF, and how a text is written in them.

The fonts come with packages of which nothing but the font files is used, so nothing is fetched and
every machine sets the same. What none of them has is told in words: a symbol by its name, any other
letter by pointing to the page, which shows it.
"""

from __future__ import annotations

import importlib.util
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from matplotlib.ft2font import FT2Font

from scoring.report.captions import clean
from scoring.report.chart_style import font_path


@dataclass(frozen=True, slots=True)
class Font:
    """A family and the package whose files hold it."""

    family: str
    package: str
    file: str
    """Below the package's folder: the file of upright letters."""


FONTS = (
    Font("Noto Sans", "fontpkg_noto_sans", "files/NotoSans[wdth,wght].ttf"),
    Font(
        "Noto Sans Devanagari",
        "fontpkg_noto_sans_devanagari",
        "files/NotoSansDevanagari[wdth,wght].ttf",
    ),
    Font("Noto Sans Thai", "fontpkg_noto_sans_thai", "files/NotoSansThai[wdth,wght].ttf"),
    Font("Noto Sans CJK SC", "noto_cjk_sans_otc", "NotoSansCJK-Regular.ttc"),
)
"""In the order in which a letter is looked for; DejaVu Sans comes last."""

LAST = "DejaVu Sans"
"""Has Arabic, Hebrew, Armenian, Georgian and many symbols. Of Noto's Arabic font the dots are
letters of their own, which nobody could copy out of the PDF again."""
_CHINESE = "Noto Sans CJK SC"
_LIKE_CHINESE = {"ja": "Noto Sans CJK JP", "ko": "Noto Sans CJK KR"}
"""Families of the same file, in which Chinese characters look as these languages write them."""

ELSEWHERE = "[in letters that this PDF cannot show: see report.html]"
"""What stands in place of writing that cannot be set."""

_LONGEST_UNBROKEN = 40
"""Characters of a word that fit any column; a longer one (an address) may be broken."""

_WRITING = (
    ("\u3040", "\u30ff", "ja"),
    ("\u1100", "\u11ff", "ko"),
    ("\u3130", "\u318f", "ko"),
    ("\uac00", "\ud7af", "ko"),
    ("\u3400", "\u9fff", "zh"),
    ("\uf900", "\ufaff", "zh"),
    ("\u0590", "\u05ff", "he"),
    ("\u0600", "\u08ff", "ar"),
    ("\u0900", "\u097f", "hi"),
    ("\u0e00", "\u0e7f", "th"),
)
"""First and last letter of a writing, and a language that is written so; the first that is found
anywhere in a text decides, as Japanese and Korean have Chinese characters as well."""


def folder_of(font: Font) -> Path | None:
    """Where a font's file lies; None where its package is not installed."""
    found = importlib.util.find_spec(font.package)
    if found is None or not found.submodule_search_locations:
        return None
    path = Path(found.submodule_search_locations[0]) / font.file
    return path.parent if path.is_file() else None


@lru_cache(maxsize=1)
def font_folders() -> tuple[Path, ...]:
    """Folders in which all the fonts of the PDF lie."""
    found = [folder for font in FONTS if (folder := folder_of(font)) is not None]
    return (*found, font_path().parent)


def families(language: str) -> list[str]:
    """Names of fonts in which a letter is looked for, in that order.

    Args:
        language: code of what most of the text is written in.
    """
    names = [font.family for font in FONTS]
    if language in _LIKE_CHINESE:
        names[names.index(_CHINESE)] = _LIKE_CHINESE[language]
    return [*names, LAST]


@lru_cache(maxsize=1)
def letters() -> frozenset[str]:
    """Every letter and symbol that one of the fonts has."""
    files = [folder / Path(f.file).name for f in FONTS if (folder := folder_of(f)) is not None]
    codes: set[int] = set()
    for path in (*files, font_path()):
        codes.update(FT2Font(str(path)).get_charmap())
    return frozenset(map(chr, codes))


def printable(text: str) -> str:
    """A text in which everything can be set, or is told in words."""
    text = clean(text)
    if not text.isascii():
        text = _told(text)
    if len(text) <= _LONGEST_UNBROKEN:
        return text
    return " ".join(_breakable(word) for word in text.split(" "))


def _told(text: str) -> str:
    """A text with what no font has told in words."""
    parts: list[str] = []
    between = ""
    """What stands since the last letter that could not be set; dropped between two of them."""
    cut = False
    for char in text:
        if _can_be_set(char):
            if cut:
                between += char
            else:
                parts.append(char)
            if cut and char.isalpha():
                parts.append(between)
                between, cut = "", False
        elif (name := _symbol(char)) is not None:
            parts += [between, name]
            between, cut = "", False
        else:
            if not cut:
                parts.append(ELSEWHERE)
            between, cut = "", True
    return "".join([*parts, between])


def _can_be_set(char: str) -> bool:
    return char.isascii() or char in letters() or unicodedata.category(char) in ("Cf", "Zs")


def _symbol(char: str) -> str | None:
    """Name of a symbol in brackets; "" for what only changes the one before; None for letters."""
    kind = unicodedata.category(char)
    if unicodedata.name(char, "").startswith("VARIATION SELECTOR") or kind == "Sk":
        return ""
    name = unicodedata.name(char, "symbol").lower()
    return f"[{name}]" if kind in ("So", "Sm", "Sc", "Cn", "Co") else None


def _breakable(word: str) -> str:
    """A long word with places where it may be broken; writing without spaces breaks anywhere."""
    if len(word) <= _LONGEST_UNBROKEN or language_of(word) in ("zh", "ja", "ko", "th"):
        return word
    step = _LONGEST_UNBROKEN // 2
    return "\u200b".join(word[i : i + step] for i in range(0, len(word), step))


def right_to_left(text: str) -> bool:
    """Whether a paragraph runs from right to left: as its first letter with a direction does."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def language_of(text: str) -> str:
    """Code of a language that is written as this text is; "en" for Latin and any other letters."""
    if text.isascii():
        return "en"
    for first, last, code in _WRITING:
        if any(first <= char <= last for char in text):
            return code
    return "en"
