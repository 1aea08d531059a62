"""Finding fillers: sounds such as "um", and phrases that say nothing where they stand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from perception.filler_words import filler_spans
from perception.types import Word
from scoring.rubric import load, tokens


def is_hesitation(text: str) -> bool:
    """Whether a recognised word is a filled pause: "um", "Uh,"."""
    return _is_one_of(text, tuple(load("cues")["fillers"]["sounds"]))


@lru_cache(maxsize=8192)
def _is_one_of(text: str, sounds: tuple[str, ...]) -> bool:
    said = tokens(text)
    return bool(said) and all(token in sounds for token in said)


def fluent(transcript: str) -> str:
    """What was said without its filled pauses, which are no words of the language.

    Whether a recogniser writes them must not change grammar, vocabulary or content.
    """
    return " ".join(word for word in transcript.split() if not is_hesitation(word))


def find_fillers(words: Sequence[Word]) -> tuple[Word, ...]:
    """Fillers among words, each as one word with its time; :mod:`perception.filler_words` says
    what is one."""
    found = filler_spans([word.text for word in words], load("cues")["fillers"])
    return tuple(
        words[a]
        if b == a + 1
        else Word(
            " ".join(t for word in words[a:b] for t in tokens(word.text)),
            words[a].start_s,
            words[b - 1].end_s,
        )
        for a, b in found
    )
