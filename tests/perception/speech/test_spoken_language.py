"""A candidate who answers in another language is told, once it is clear."""

from __future__ import annotations

from perception.speech.spoken_language import LanguageWatch
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
