"""What a recogniser hears when the voice says the table's written forms."""

from __future__ import annotations

import importlib.util

import numpy as np
import pytest

from game.bench.spoken_forms import (
    SpokenForm,
    _same,
    _strings,
    can_listen,
    hear,
    read_forms,
    spoken_right,
)
from game.text_analysis.pronouncing_lexicon import VOICE
from game.voice.base import VOICES, choose_voice
from perception.errors import InputError
from perception.models.borrowed import how_to_get, is_here, known
from perception.speech.base import FASTER_WHISPER

needs_lexicon = pytest.mark.skipif(
    not is_here(VOICE), reason=f"needs {VOICE}: {how_to_get(known(VOICE))}"
)
needs_voice = pytest.mark.skipif(
    "hibari" not in VOICES or not is_here(VOICE),
    reason=f"needs {VOICE}: {how_to_get(known(VOICE))}",
)
needs_whisper = pytest.mark.skipif(
    not can_listen(), reason=f"needs Whisper: {how_to_get(known(FASTER_WHISPER['base']))}"
)

SAMPLE = (
    *("Kubernetes", "triage", "Kwame", "AWS", "C#", "1990s", "a B.Sc. in maths", "a 5 km run"),
    *("£30k", "14/03/2021", "Priya", "my resume"),
)
"""Those that the voice's own front-end says wrongly, and some of other kinds."""


@needs_voice
@needs_whisper
def test_a_recogniser_hears_what_was_meant() -> None:
    forms = {form.written: form for form in read_forms()}
    heard = hear(choose_voice("hibari"), [forms[written] for written in SAMPLE])
    assert [form for form in heard if not form.right] == []


@pytest.mark.whole
@needs_voice
@needs_whisper
def test_nearly_all_of_the_table_is_heard_as_it_was_meant() -> None:
    right, of = spoken_right()
    assert right / of >= 0.9, f"{right} of {of}"


@needs_lexicon
@pytest.mark.parametrize(
    ("heard", "right"),
    [
        ("Keeve", True),
        ("keev!", True),
        ("the Kyiv", True),
        ("cave", False),
        ("", False),
    ],
)
def test_other_spellings_of_the_same_sounds_are_right(heard: str, right: bool) -> None:
    assert _same(SpokenForm("Kyiv", "Kyiv"), heard) is right


@needs_lexicon
def test_numbers_are_compared_as_they_are_said() -> None:
    form = SpokenForm("£30k", "thirty thousand pounds")
    assert _same(form, "£30,000.")
    assert _same(form, "30 thousand pounds")
    assert not _same(form, "£13,000")
    assert _same(SpokenForm("5 km", "five kilometres"), "five kilometers")


def test_a_table_that_is_not_there_is_one_line(tmp_path) -> None:
    with pytest.raises(InputError, match="no table of spoken forms"):
        read_forms(tmp_path / "none.tsv")


def test_no_string_is_longer_than_the_recogniser_hears() -> None:
    forms = [SpokenForm(str(n), str(n)) for n in range(40)]
    strings = list(_strings(choose_voice("silent"), forms))
    assert [form for together, _ in strings for form in together] == forms
    assert 1 < len(strings) < 40
    assert all(len(sound) <= 30 * 16_000 for _, sound in strings)
    assert not any(np.any(sound) for _, sound in strings)


def test_the_recogniser_is_missed_where_it_is_not_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not can_listen()
