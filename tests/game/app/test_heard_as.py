"""Recogniser, language and CV from the command line."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from game.app.heard_as import heard_as
from game.settings import Settings
from perception.errors import InputError


def options(**given: object) -> argparse.Namespace:
    return argparse.Namespace(**{"speech_to_text": None, "language": None, "cv": None, **given})


def test_what_is_given_is_taken_and_the_rest_stays() -> None:
    assert heard_as(Settings(), options()) == Settings()
    cv = Path("my cv.txt")
    speech = heard_as(Settings(), options(language="de", cv=cv)).hearing.speech
    assert (speech.language, speech.cv, speech.recogniser) == ("de", "my cv.txt", "auto")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"language": "German"}, "--language German: .*use a code such as en, or auto"),
        ({"speech_to_text": "kaldi"}, "--speech-to-text kaldi: .*use one of auto"),
    ],
)
def test_what_cannot_be_is_said_with_its_option(given: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        heard_as(Settings(), options(**given))
