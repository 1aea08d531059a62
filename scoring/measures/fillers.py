"""Finding fillers: sounds such as "um", and phrases that say nothing where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from perception.filler_words import filler_spans, is_filled_pause
from perception.languages import judged
from perception.types import Word
from scoring.rubric import load, tokens


def is_hesitation(text: str) -> bool:
    """Whether a recognised word is a filled pause: "um", "Uh,"."""
    return is_filled_pause(text, load("cues")["fillers"])


def fluent(transcript: str) -> str:
    """What was said without its filled pauses, which are no words of the language.

    Whether a recogniser writes them must not change grammar, vocabulary or content.
    """
    return " ".join(word for word in transcript.split() if not is_hesitation(word))


def looked_at(transcript: str) -> str:
    """As much of what was said, without its filled pauses, as grammar and content go by."""
    return judged(fluent(transcript))


def find_fillers(words: Sequence[Word]) -> tuple[Word, ...]:
    """Fillers among words, each as one word with its time; :mod:`perception.filler_words` says
    what is one."""
    times = [(word.start_s, word.end_s) for word in words]
    found = filler_spans([word.text for word in words], load("cues")["fillers"], times)
    return tuple(_as_one(words[a:b]) for a, b in found)


def _as_one(words: Sequence[Word]) -> Word:
    """One held sound under its first name; a phrase under all of its words."""
    first, last = words[0], words[-1]
    if len(words) == 1 or is_hesitation(first.text):
        return replace(first, end_s=max(word.end_s for word in words))
    said = " ".join(t for word in words for t in tokens(word.text))
    return Word(said, first.start_s, last.end_s)
