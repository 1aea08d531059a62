"""A candidate who answers in another language is told, once it is clear."""

from __future__ import annotations

import pytest

from perception.speech.spoken_language import LanguageWatch, detected
from perception.types import Words


def said(language: str | None, sure: float | None, begin_s: float, span_s: float) -> Words:
    return Words(begin_s, begin_s + span_s, "x", language=language, language_confidence=sure)


def test_it_is_told_once_with_how_sure_that_is_and_when_it_is_over() -> None:
    watch = LanguageWatch("en")
    assert watch.add_words(said("en", 0.99, 0, 5), 5) == []
    assert watch.add_words(said("de", 0.97, 5, 3), 8) == [], "a phrase may be a quotation"
    (told,) = watch.add_words(said("de", 0.95, 8, 3), 11)
    assert (told.kind, told.data["language"], told.data["confidence"]) == (
        "other_language",
        "de",
        0.95,
    )
    assert "German (95 % sure)" in told.data["message"] and "in English" in told.data["message"]
    assert watch.add_words(said("de", 0.95, 11, 9), 20) == []
    (over,) = watch.add_words(said("en", 0.9, 20, 4), 24)
    assert over.kind == "restored"


def test_what_is_unsure_or_unsaid_tells_nothing() -> None:
    watch = LanguageWatch("en")
    for words in (said("zh", 0.55, 0, 9), said(None, None, 9, 9), said("zh", None, 18, 9)):
        assert watch.add_words(words, 30) == []
    assert LanguageWatch("auto").add_words(said("de", 0.99, 0, 20), 20) == []


def test_the_interviews_language_in_between_begins_the_count_anew() -> None:
    watch = LanguageWatch("en")
    for language in ("fr", "en", "fr", "en", "fr"):
        assert watch.add_words(said(language, 0.95, 0, 3), 3) == []


def test_hindi_and_urdu_are_one_language_when_spoken() -> None:
    watch = LanguageWatch("en")
    assert watch.add_words(said("hi", 0.98, 0, 3), 3) == []
    (told,) = watch.add_words(said("ur", 0.98, 3, 3), 6)
    assert told.kind == "other_language"
    assert LanguageWatch("ur").add_words(said("hi", 0.98, 0, 9), 9) == []
    merged = detected({"hi": 0.62, "ur": 0.32, "en": 0.04}, "en", 6.0, False)
    assert merged.code == "hi" and merged.confidence == pytest.approx(0.94 / 0.98)
    assert detected({"hi": 0.1, "ur": 0.85, "en": 0.01}, "hi", 6.0, True).code == "hi"


def test_an_accent_is_not_taken_for_another_language() -> None:
    # what Whisper base took the English of Mandarin speakers for
    assert detected({"zh": 0.90, "en": 0.074}, "en", 3.0, False).code == "en"
    assert detected({"zh": 0.58, "en": 0.29}, "en", 4.0, False).code == "en"
    unclear = detected({"zh": 0.47, "en": 0.053}, "en", 3.0, False)
    assert unclear.code == "en" and not unclear.clear, "no word is settled on that"


def test_another_language_is_seen_soon_where_it_is_clear_and_later_where_not() -> None:
    french = detected({"fr": 0.99, "en": 0.002}, "en", 2.0, False)
    assert (french.code, french.clear) == ("fr", True)
    spread = {"de": 0.45, "nl": 0.3, "en": 0.03}  # German with an American accent
    assert detected(spread, "en", 3.0, False).code == "en"
    assert detected(spread, "en", 5.0, False).code == "de"
    assert detected({"la": 0.88, "es": 0.07, "en": 0.004}, "en", 6.0, False).code == "es"


def test_whoever_speaks_another_language_goes_on_in_it() -> None:
    unsure = {"es": 0.40, "it": 0.2, "en": 0.15}
    assert detected(unsure, "en", 6.0, False).code == "en"
    assert detected(unsure, "en", 6.0, False, before="es").code == "es"
    assert detected({"es": 0.2, "en": 0.6}, "en", 6.0, False, before="es").code == "en"
