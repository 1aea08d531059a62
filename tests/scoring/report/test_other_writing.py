"""Answers in every writing: in captions, in the PDF's words, and as ink on its pages."""

from __future__ import annotations

import shutil
import subprocess
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from perception.types import Word
from scoring.report.captions import clean, pieces_of
from scoring.report.fonts_pdf import (
    ELSEWHERE,
    FONTS,
    families,
    folder_of,
    font_folders,
    language_of,
    letters,
    printable,
    right_to_left,
)
from scoring.report.typeset_typst import typeset
from scoring.report.write import write_report
from scoring.report.writing_pdf import of_runs, written
from tests.scoring.sessions import Answer, Script

TOLD = {
    "ar": "أنا مهندس برمجيات، عملت 5 سنوات في Google على Python 3.11 (مشروع كبير).",
    "he": "אני מהנדס תוכנה, עבדתי 5 שנים ב-Google.",
    "zh": "我叫王小明，在北京工作了三年。",
    "ja": "私はエンジニアです。骨を直す。",
    "ko": "저는 서울에서 일하는 개발자입니다.",
    "hi": "मैं एक सॉफ़्टवेयर इंजीनियर हूँ। क्षत्रिय",
    "th": "ผมเป็นวิศวกรซอฟต์แวร์ที่กรุงเทพฯ",
    "el": "Είμαι προγραμματιστής· ich auch: Ärger, żółć.",
}
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs pdftotext: apt-get install poppler-utils"
)


def test_pieces_of_chinese_have_no_spaces() -> None:
    words = [Word(char, i, i + 1.0, 0.9 if i < 2 else 0.3) for i, char in enumerate("我们工作")]
    assert [(piece.text, piece.unsure) for piece in pieces_of(words)] == [
        ("我们", False),
        ("工作", True),
    ]


def test_a_long_answer_without_spaces_is_no_long_word() -> None:
    said = TOLD["zh"] * 40
    assert clean(said) == said
    assert clean("a" * 300) == "a" * 200 + "…"


def test_every_font_of_the_pdf_is_installed() -> None:
    missing = [font.package for font in FONTS if folder_of(font) is None]
    assert not missing, "the packages of requirements.lock are not all there"
    for text in TOLD.values():
        assert {c for c in text if not c.isspace()} <= letters() | set("\u200b")


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (TOLD["ar"], TOLD["ar"]),
        (TOLD["th"], TOLD["th"]),
        ("Great 🎉", "Great [party popper]"),
        ("❤️ and 👍🏽", "❤ and [thumbs up sign]"),
        ("আমি 3 বছর", ELSEWHERE),
        ("আমি Python 3 কাজ", f"{ELSEWHERE} Python 3 {ELSEWHERE}"),
        ("a\U000f0000b", "a[symbol]b"),
    ],
)
def test_every_letter_is_set_or_told_in_words(said: str, shown: str) -> None:
    assert printable(said).replace("\ufe0f", "") == shown


@pytest.mark.parametrize(
    ("text", "code", "back"),
    [
        *(
            (text, code if code != "el" else "en", code in ("ar", "he"))
            for code, text in TOLD.items()
        ),
        ("I said مرحبا", "ar", False),
        ("3 (مشروع) x", "ar", True),
        ("12:30", "en", False),
    ],
)
def test_writing_and_direction_are_found(text: str, code: str, back: bool) -> None:
    assert (language_of(text), right_to_left(text)) == (code, back)


def test_characters_look_as_the_language_writes_them() -> None:
    """Of 骨 and 直 Chinese and Japanese have different shapes."""
    assert [f for f in families("ja") if "CJK" in f] == ["Noto Sans CJK JP"]
    assert [f for f in families("ko") if "CJK" in f] == ["Noto Sans CJK KR"]
    assert [f for f in families("zh") if "CJK" in f] == ["Noto Sans CJK SC"]


def test_what_the_program_says_does_not_turn_an_answer_round() -> None:
    found = of_runs([{"text": "⟨aside: ", "aside": True}, {"text": TOLD["ar"], "beside": True}])
    assert isinstance(found, dict) and found["rtl"]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("writing") / "s"
    asked = [(f"q-{code}", f"{text} ?", Answer(text, typed=True)) for code, text in TOLD.items()]
    write_report(Script([*asked, ("q-x", "🎉 আমি", None)], camera=False).write(folder))
    return folder


def in_order(text: str) -> str:
    """Letters and digits alone, without marks of direction and composed as written."""
    kept = (c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] in "LNM")
    return "".join(kept)


@needs_poppler
def test_the_words_can_be_copied_out_of_the_pdf_again(session: Path) -> None:
    text = subprocess.run(
        ["pdftotext", "-raw", session / "report.pdf", "-"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = in_order(text)
    for code, told in TOLD.items():
        # a reader gives runs of one direction one after the other: each is whole and in order
        for word in told.replace("-", " ").split():
            assert in_order(word) in found, (code, word)
    assert "[party popper]" in text and " ".join(ELSEWHERE.split()) in " ".join(text.split())


@needs_poppler
@pytest.mark.parametrize("code", TOLD)
def test_there_is_ink_and_no_empty_box(code: str, tmp_path: Path) -> None:
    """The ink of a text differs from that of as many letters that no font has."""
    drawn = {}
    for name, text in {"told": TOLD[code], "boxes": "\U0010fffd" * len(TOLD[code])}.items():
        line = written("x" + text)
        assert isinstance(line, dict) == (not text.isascii())
        if name == "boxes":
            line = {"runs": [{"text": text}], "lang": "en", "rtl": False, "fonts": families("en")}
        data = {**EMPTY, "headline": line}
        (tmp_path / "p.pdf").write_bytes(typeset("report.typ", data, font_folders()))
        subprocess.run(
            ["pdftoppm", "-r", "60", "-gray", "-singlefile", "-png", "p.pdf", name],
            cwd=tmp_path,
            check=True,
        )
        drawn[name] = np.asarray(Image.open(tmp_path / f"{name}.png"))
    told, boxes = (page < 128 for page in drawn.values())
    assert told.sum() > 100 and (told != boxes).sum() > 100


EMPTY: dict[str, Any] = {
    **dict.fromkeys(
        ("title", "plain_title", "subtitle", "headline", "overall", "reactions_by"), ""
    ),
    **dict.fromkeys(("next", "impressions", "emotion")),
    **{
        name: []
        for name in (
            *("scores", "changes", "strengths", "more", "stories", "charts", "competencies"),
            *(
                "questions_heading",
                "questions",
                "measures",
                "untold",
                "notes",
                "disclaimers",
                "reactions",
            ),
        )
    },
    "answered": False,
}
