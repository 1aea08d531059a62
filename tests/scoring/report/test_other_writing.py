"""Answers that are written in other letters than English ones, in captions and in the PDF."""

from __future__ import annotations

import io
import re

import pytest
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate

from perception.types import Word
from scoring.report.captions import pieces_of
from scoring.report.fonts_pdf import ELSEWHERE, markup, register_fonts, without_spaces


def test_pieces_of_chinese_have_no_spaces() -> None:
    words = [Word(char, i, i + 1.0, 0.9 if i < 2 else 0.3) for i, char in enumerate("我们工作")]
    assert [(piece.text, piece.unsure) for piece in pieces_of(words)] == [
        ("我们", False),
        ("工作", True),
    ]


def _reader_font(marked: str) -> str:
    """The font that a reader brings; on a machine with a wide font that one is embedded instead."""
    found = re.search('name="([^"]+)"', marked)
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("said", "marked"),
    [
        ("我在公司", '<font name="STSong-Light">我在公司</font>'),
        ("カメラの話", '<font name="HeiseiMin-W3">カメラの話</font>'),
        ("Ich war verärgert & müde", "Ich war verärgert &amp; müde"),
        ("मैं काम करता हूँ।", ELSEWHERE),
        ("میں Python سے 3 کام", f"{ELSEWHERE} Python {ELSEWHERE}"),
    ],
)
def test_the_pdf_sets_every_letter_or_says_where_it_is(said: str, marked: str) -> None:
    register_fonts()
    assert re.sub('name="Report-Wide"', f'name="{_reader_font(marked)}"', markup(said)) == marked
    style = ParagraphStyle("s", fontName="Report", wordWrap="CJK" if without_spaces(said) else None)
    file = io.BytesIO()
    SimpleDocTemplate(file).build([Paragraph(markup(said), style)])
    assert file.getvalue().startswith(b"%PDF")


def test_lines_of_chinese_break_anywhere() -> None:
    assert without_spaces("我在一家小公司工作。") and not without_spaces("I like 北京 very much")
