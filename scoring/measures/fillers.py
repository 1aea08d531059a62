"""Finding fillers: sounds such as "um", and phrases that say nothing where they stand."""

from __future__ import annotations

from collections.abc import Sequence

from perception.types import Word
from scoring.rubric import load, tokens


def is_hesitation(text: str) -> bool:
    """Whether a recognised word is a filled pause: "um", "Uh,"."""
    said = tokens(text)
    return bool(said) and all(token in load("cues")["fillers"]["sounds"] for token in said)


def fluent(transcript: str) -> str:
    """What was said without its filled pauses, which are no words of the language.

    Whether a recogniser writes them must not change grammar, vocabulary or content.
    """
    return " ".join(word for word in transcript.split() if not is_hesitation(word))


def find_fillers(words: Sequence[Word]) -> tuple[Word, ...]:
    """Fillers among words, each as one word with its time.

    Phrases count only where the words beside them do not give them a meaning ("I like it").
    """
    table = load("cues")["fillers"]
    sounds = set(table["sounds"])
    phrases = sorted((p.split() for p in table["phrases"]), key=len, reverse=True)
    plain = [" ".join(tokens(w.text)) for w in words]
    found: list[Word] = []
    i = 0
    while i < len(words):
        if plain[i] in sounds:
            found.append(words[i])
            i += 1
            continue
        step = 1
        for phrase in phrases:
            end = i + len(phrase)
            if plain[i:end] == phrase and _idle(" ".join(phrase), plain, i, end, table):
                found.append(Word(" ".join(phrase), words[i].start_s, words[end - 1].end_s))
                step = len(phrase)
                break
        i += step
    return tuple(found)


def _idle(phrase: str, plain: Sequence[str], start: int, end: int, table: dict) -> bool:
    before = plain[start - 1] if start > 0 else ""
    after = plain[end] if end < len(plain) else ""
    if before in table["not_after"].get(phrase, ()):
        return False
    return after not in table["not_before"].get(phrase, ())
