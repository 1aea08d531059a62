"""What counts as a filler among words: one rule for the recruiter, who hears them, and the report.

The words themselves are content: ``[fillers]`` of ``assets/rubrics/cues.toml``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

ONE_SOUND_GAP_S = 0.25
"""Two filled pauses less than this apart are one held sound: recognisers write "um, um um" for an
"um" that lasts, and what is shorter is a closure inside speech and no pause (Goldman-Eisler, 1968).
"""

_DRAWN_OUT = re.compile(r"([a-zà-öø-ÿ])\1{2,}")
_STOPS = (".", "…", "?", "!")

_TOKEN = re.compile(r"[a-zà-öø-ÿ0-9]+(?:['’][a-z]+)?%?", re.IGNORECASE)


def tokens(text: str) -> list[str]:
    """Words of a text in lower case, with straight apostrophes."""
    return [t.replace("’", "'").lower() for t in _TOKEN.findall(text)]


def is_filled_pause(word: str, table: Mapping[str, Any]) -> bool:
    """Whether a recognised word is a filled pause and nothing else: "um", "Uh,", "ummmm", "um…um".

    "Mm-hmm" is none: it says yes.
    """
    said = tokens(word)
    if len(said) > 1 and "-" in word.strip(" -,.…"):
        return False
    sounds = table["sounds"]
    return bool(said) and all(_plainly(token) in sounds or token in sounds for token in said)


def _plainly(token: str) -> str:
    """A sound as the table has it, however long somebody drew it: "ummmm" is "um"."""
    return _DRAWN_OUT.sub(r"\1", token)


def filler_spans(
    words: Sequence[str],
    table: Mapping[str, Any],
    times: Sequence[tuple[float, float]] | None = None,
) -> Iterator[tuple[int, int]]:
    """Fillers among words, in order.

    Filled pauses with nothing between them are one: neither a word nor
    :data:`ONE_SOUND_GAP_S` of silence (without times: nor the end of a sentence). Phrases count
    only where the words beside them do not give them a meaning ("I like it").

    Args:
        words: as they were recognised, one each.
        table: ``sounds``, ``phrases``, ``not_after`` and ``not_before``.
        times: start and end in s of each word, where they are known.

    Yields:
        Index of the first word, and of the one after the last.
    """
    phrases = sorted((p.split() for p in table["phrases"]), key=len, reverse=True)
    plain = [" ".join(tokens(word)) for word in words]
    i = 0
    while i < len(plain):
        if is_filled_pause(words[i], table):
            end = i + 1
            while end < len(plain) and is_filled_pause(words[end], table):
                if _apart(words, end, times):
                    break
                end += 1
            length = end - i
        else:
            length = _phrase_at(plain, i, phrases, table)
        if length:
            yield i, i + length
        i += max(1, length)


def _apart(words: Sequence[str], i: int, times: Sequence[tuple[float, float]] | None) -> bool:
    """Whether something lies between a filled pause and the one before it."""
    if times is not None:
        return times[i][0] - times[i - 1][1] >= ONE_SOUND_GAP_S - 1e-9
    return words[i - 1].rstrip("\"'”’) ").endswith(_STOPS)


def _phrase_at(
    plain: Sequence[str], start: int, phrases: Sequence[Sequence[str]], table: Mapping[str, Any]
) -> int:
    """Words of the phrase that stands there and means nothing; 0 where none does."""
    before = plain[start - 1] if start else ""
    for phrase in phrases:
        end = start + len(phrase)
        if list(plain[start:end]) != list(phrase):
            continue
        name = " ".join(phrase)
        after = plain[end] if end < len(plain) else ""
        if before in table["not_after"].get(name, ()) or after in table["not_before"].get(name, ()):
            continue
        return len(phrase)
    return 0
