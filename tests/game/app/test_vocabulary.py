"""Which words an interview's recogniser leans towards."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest

from dialogue.content.script import load_interview
from game.app.vocabulary import interview_vocabulary, stated_vocabulary
from perception.errors import InputError
from perception.paths import ASSETS
from perception.speech.base import SpeechSettings


def test_the_candidates_terms_go_before_the_roles(tmp_path: Path) -> None:
    cv = tmp_path / "cv.txt"
    cv.write_text("Worked two years for Northwind Traders on Terraform.\n", encoding="utf-8")
    settings = SpeechSettings(vocabulary=("Acme",), cv=str(cv))
    interview = load_interview("software_developer")
    terms = interview_vocabulary(interview, settings).terms
    assert terms[:4] == ("Acme", "Northwind Traders", "Terraform", "software developer")
    assert {"debugger", "documentation"} <= set(terms[4:])
    assert stated_vocabulary(settings).terms == terms[:3]


def test_an_interview_may_bring_terms_of_its_own(tmp_path: Path) -> None:
    given = load_interview("nurse")
    source = ASSETS / "interviews" / "nurse.toml"
    bank = tmp_path / "ward.toml"
    bank.write_text('vocabulary = ["cannula", "St Mary"]\n' + source.read_text(encoding="utf-8"))
    own = load_interview(str(bank))
    assert own.vocabulary == ("cannula", "St Mary")
    terms = interview_vocabulary(own, SpeechSettings()).terms
    assert terms[:3] == ("nurse", "cannula", "St Mary")
    assert given.vocabulary == ()


def test_a_cv_that_cannot_be_read_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\[hearing.speech\] cv\): no such file"):
        stated_vocabulary(SpeechSettings(cv=str(tmp_path / "nothing.txt")))
    pdf = tmp_path / "cv.pdf"
    pdf.write_bytes(b"%PDF-1.7 \xe2\xe3\xcf\xd3")
    with pytest.raises(InputError, match="a damaged PDF; save it anew, or as plain text"):
        stated_vocabulary(SpeechSettings(cv=str(pdf)))


def test_a_cv_may_be_a_docx_that_changes(tmp_path: Path) -> None:
    cv = tmp_path / "cv.docx"
    for employer in ("Northwind Traders", "Contoso Bakery"):
        document = docx.Document()
        document.add_table(1, 2).cell(
            0, 1
        ).text = f"I worked two long years for {employer} on a till."
        document.save(str(cv))
        assert stated_vocabulary(SpeechSettings(cv=str(cv))).terms == (employer,)
