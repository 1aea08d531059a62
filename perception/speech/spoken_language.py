"""Whether a candidate answers in the language of the interview, by what the recogniser heard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from perception.languages import name_of
from perception.settings import InnerShare, at_least, checked
from perception.types import Event, Words


@checked
@dataclass(frozen=True, slots=True)
class LanguageSettings:
    """When another language is told."""

    least_confidence: InnerShare = 0.6
    """Probability (0...1) from which an utterance counts as being in a language."""
    least_s: Annotated[float, at_least(1)] = 4.0
    """s of speech in another language, without any of the interview's in between, from which it is
    told."""


class LanguageWatch:
    """Follows the language of final words.

    Args:
        expected: code of the interview's language; auto for any.
        settings: when another one is told.
    """

    def __init__(self, expected: str, settings: LanguageSettings | None = None) -> None:
        self._expected = expected
        self._settings = settings or LanguageSettings()
        self._other: str | None = None
        self._span_s = 0.0
        self._told: str | None = None

    def add_words(self, words: Words, t_s: float) -> list[Event]:
        """Takes final words.

        Args:
            words: of one utterance; words that do not say their language tell nothing.
            t_s: session time of an event that comes of it.

        Returns:
            ``other_language`` with ``language`` and ``confidence`` once it is clear; ``restored``
            when the interview's language is heard again.
        """
        sure = words.language_confidence
        if self._expected == "auto" or words.language is None or sure is None:
            return []
        if sure < self._settings.least_confidence:
            return []
        if words.language == self._expected:
            self._other, self._span_s = None, 0.0
            if self._told is None:
                return []
            self._told = None
            message = f"that was {name_of(self._expected)} again"
            return [Event(t_s, "speech_to_text", "restored", {"message": message})]
        if words.language != self._other:
            self._other, self._span_s = words.language, 0.0
        self._span_s += words.t_end_s - words.t_start_s
        if self._span_s < self._settings.least_s or self._told == self._other:
            return []
        self._told = self._other
        message = (
            f"that sounds like {name_of(words.language)} ({100 * sure:.0f} % sure); this interview "
            f"is in {name_of(self._expected)}, and answers in other languages are written down but "
            "not rated"
        )
        data = {"message": message, "language": words.language, "confidence": round(sure, 2)}
        return [Event(t_s, "speech_to_text", "other_language", data)]
