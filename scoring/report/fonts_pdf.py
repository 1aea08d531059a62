"""Fonts of the report's PDF, and which font has the letters of a text.

The report's own font has Latin, Greek and Cyrillic letters. Chinese, Japanese and Korean are set in
a font of this machine where it has one that can be embedded, and else in fonts that PDF readers
bring (Adobe's predefined ones; not every reader does). Writing whose letters change or move with
their neighbours (Arabic, Devanagari) cannot be set here; the report's page shows it.
"""

from __future__ import annotations

import itertools
import re
from functools import lru_cache
from pathlib import Path
from xml.sax.saxutils import escape

from matplotlib import font_manager
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from scoring.report.charts import font_path

_CHINESE, _JAPANESE, _KOREAN = "STSong-Light", "HeiseiMin-W3", "HYSMyeongJo-Medium"
_HAN = re.compile("[\u3000-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef]")
_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_NOT_SET = re.compile("[\u0590-\u08ff\u0900-\u10ff\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufeff]")

_WIDE = ("fallback", "arialuni", "arial unicode", "simhei", "simsun", "simfang", "msyh", "wqy")
"""In names of files with TrueType fonts that have Chinese letters, most of them Japanese ones."""

ELSEWHERE = "[in letters that this PDF cannot show: see report.html]"
"""What stands in place of writing that cannot be set."""


def register_fonts() -> None:
    """Makes the report's fonts known to reportlab; may be called again."""
    if "Report" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Report", str(font_path())))
        pdfmetrics.registerFont(TTFont("Report-Bold", str(font_path(bold=True))))
        pdfmetrics.registerFontFamily("Report", "Report", "Report-Bold", "Report", "Report-Bold")


def markup(text: str) -> str:
    """A text as reportlab's markup, every letter in a font that has it."""
    kana, hangul = bool(_KANA.search(text)), bool(_HANGUL.search(text))

    def font(char: str) -> str:
        if _NOT_SET.match(char):
            return ELSEWHERE
        if _HANGUL.match(char):
            return _KOREAN
        if _KANA.match(char) or _HAN.match(char):
            return _JAPANESE if kana else _KOREAN if hangul else _CHINESE
        return ""

    told: list[str] = []
    for name, run in itertools.groupby(text, font):
        part = escape("".join(run))
        if name == ELSEWHERE:
            if not (told and told[-1] == ELSEWHERE):
                told.append(ELSEWHERE)
        elif told and told[-1] == ELSEWHERE and not part.strip(" 0123456789.,!?:;'-"):
            continue  # between words that cannot be set
        elif name:
            told.append(f'<font name="{_registered(name, part)}">{part}</font>')
        else:
            told.append(part)
    return "".join(told)


def _registered(name: str, text: str) -> str:
    """A font that has the letters: one of this machine, to be embedded, or else the reader's."""
    own = _own_font()
    if own is not None and all(ord(char) in own[1] for char in text):
        return own[0]
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont(name))
    return name


@lru_cache(maxsize=1)
def _own_font() -> tuple[str, frozenset[int]] | None:
    """The first wide font of this machine that can be embedded, and the letters that it has."""
    for path in sorted(font_manager.findSystemFonts(fontext="ttf")):
        if not any(hint in Path(path).name.lower() for hint in _WIDE):
            continue
        try:
            font = TTFont("Report-Wide", path)
        except (TTFError, OSError):
            continue  # outlines of another kind
        pdfmetrics.registerFont(font)
        return "Report-Wide", frozenset(font.face.charToGlyph)
    return None


def without_spaces(text: str) -> bool:
    """Whether lines of a text may be broken anywhere: most of it is Chinese or Japanese."""
    return 2 * (len(_HAN.findall(text)) + len(_KANA.findall(text))) > len(text)
