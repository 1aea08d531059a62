"""Whether a candidate answers in the language of the interview, by what the recogniser heard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from perception.languages import name_of
from perception.settings import InnerShare, at_least, checked
from perception.types import Event, Words

LEAST_S = 2.0
"""s of sound below which its language is anybody's guess."""
_KNOWN_FROM_S = 4.0
"""s from which the likelier language is taken. Before that, Whisper base took the English of a
Mandarin speaker for Chinese with 0.9, and of French for Portuguese with 0.8."""
_CLEAR = 0.9
"""Probability of a language from which it is clear sooner."""
_OTHER = ((0.4, 0.1), (0.75, 0.2))
"""Least probability of another language, and the most of the one expected with it, for an utterance
to be taken for the other. Of English by Mandarin speakers the latter was 0.29 and more. Written
down as English, another language becomes what nobody said; music was Breton with 0.3."""
_EXPECTED_EARLY = 0.03
"""The same before ``_KNOWN_FROM_S``."""

_NOT_SPOKEN = frozenset({"la", "nn", "sa"})
"""Latin, Sanskrit, and a way of writing Norwegian: nobody answers in them, but Whisper finds them
where it is at a loss; it took a Mexican's Spanish for Latin with 0.9, and "um" for Nynorsk."""
_ONE_WHEN_SPOKEN = {"hi": "ur", "ur": "hi"}
"""Hindi and Urdu differ in writing and in learned words."""


@dataclass(frozen=True, slots=True)
class DetectedLanguage:
    """What language some sound is in."""

    code: str
    confidence: float | None
    """0...1; None where it was not looked for."""
    clear: bool = False
    """Whether more of the same utterance will hardly change it."""

    @property
    def sure(self) -> bool:
        """Whether what is said next may be expected to be in it, too."""
        return self.clear and self.confidence is not None and self.confidence >= _CLEAR


def detected(
    chances: Mapping[str, float],
    expected: str | None,
    span_s: float,
    final: bool,
    before: str | None = None,
) -> DetectedLanguage:
    """The language of some sound by what a recogniser takes it for.

    Args:
        chances: language code to probability (0...1).
        expected: code of the interview's language, kept to unless it is clearly another; None for
            any.
        span_s: seconds of sound that were heard.
        final: whether no more will come.
        before: code of the language that was clearly spoken a moment ago; None without. Whoever
            has answered in another one goes on in it unless the expected one is likelier.
    """
    spoken = {code: chance for code, chance in chances.items() if code not in _NOT_SPOKEN}
    total = sum(spoken.values())
    spoken = {code: chance / total for code, chance in spoken.items()} if total > 0 else {}
    likeliest = max(spoken, key=lambda code: spoken[code], default=expected or "en")
    twin = _ONE_WHEN_SPOKEN.get(likeliest)
    if twin is not None and twin in (expected, *spoken):
        kept = twin if twin == expected else likeliest
        spoken[kept] = spoken.get(likeliest, 0.0) + spoken.get(twin, 0.0)
        likeliest = kept
    sure = spoken.get(likeliest, 0.0)
    known = final or span_s >= _KNOWN_FROM_S
    if expected is None or likeliest == expected:
        return DetectedLanguage(likeliest, sure, known or sure >= _CLEAR)
    still = spoken.get(expected, 0.0)
    if known:
        other = any(sure >= least and still < most for least, most in _OTHER)
    else:
        other = sure >= _CLEAR and still < _EXPECTED_EARLY
    if other:
        return DetectedLanguage(likeliest, sure, clear=True)
    goes_on = spoken.get(before, 0.0) if before is not None else 0.0
    if before is not None and before != expected and goes_on > still:
        return DetectedLanguage(before, goes_on, known)
    return DetectedLanguage(expected, still, known)


def same_spoken(one: str, other: str) -> bool:
    """Whether two codes name what is one language when it is spoken."""
    return one == other or _ONE_WHEN_SPOKEN.get(one) == other


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
        if same_spoken(words.language, self._expected):
            self._other, self._span_s = None, 0.0
            if self._told is None:
                return []
            self._told = None
            message = f"that was {name_of(self._expected)} again"
            return [Event(t_s, "speech_to_text", "restored", {"message": message})]
        if self._other is None or not same_spoken(words.language, self._other):
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
