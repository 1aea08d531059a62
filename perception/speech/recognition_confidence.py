"""Whether the recogniser understands this candidate at all, by what it believes of its own words.

A recogniser that was made for one way of speaking writes words for any other too: another language,
an accent it never met, a child, a whisper, a room full of echo. Its confidence in them is low, word
after word, and that is said: the fault is the recogniser's, and typing is open to everybody.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Annotated

from perception.settings import InnerShare, at_least, checked, in_order
from perception.types import Event, Words


@checked
@dataclass(frozen=True, slots=True)
class UnderstandingSettings:
    """When words count as not understood."""

    least_confidence: InnerShare = 0.38
    """Mean confidence (0...1) of the newest words below which they count as not understood.
    Pocketsphinx had 0.57 to 0.87 in English recordings most of whose words were right (0.40 in an
    old one), 0.28 to 0.35 in German and French, and 0.18 to 0.28 in accents of which it had four
    words in five wrong."""
    better_confidence: InnerShare = 0.5
    """Mean confidence from which they count as understood again."""
    words: Annotated[int, at_least(5)] = 20
    """How many of the newest words are judged, and the least that are needed for it."""

    def __post_init__(self) -> None:
        in_order(self, "least_confidence <= better_confidence")


class RecognitionConfidence:
    """Follows the confidence of final words.

    Args:
        settings: what is too low.
    """

    def __init__(self, settings: UnderstandingSettings | None = None) -> None:
        self._settings = settings or UnderstandingSettings()
        self._newest: deque[float] = deque(maxlen=self._settings.words)
        self._told = False

    def add_words(self, words: Words, t_s: float) -> list[Event]:
        """Takes final words.

        Args:
            words: of one utterance; words without a confidence tell nothing.
            t_s: session time of an event that comes of it.

        Returns:
            ``unclear`` once few words are understood, ``restored`` once that is over.
        """
        for word in words.words:
            if word.confidence is not None:
                self._newest.append(word.confidence)
        if len(self._newest) < self._settings.words:
            return []
        mean = sum(self._newest) / len(self._newest)
        if not self._told and mean < self._settings.least_confidence:
            self._told = True
            message = (
                "few of your words are understood, which is the program's fault; "
                "come closer to the microphone, or type your answers"
            )
        elif self._told and mean >= self._settings.better_confidence:
            self._told = False
            message = "your words are understood again"
        else:
            return []
        kind = "unclear" if self._told else "restored"
        data = {"message": message, "confidence": round(mean, 2)}
        return [Event(t_s, "speech_to_text", kind, data)]
