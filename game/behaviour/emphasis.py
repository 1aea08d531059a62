"""Words that stand out in a line: marked by the author, or tied to a movement's stroke.

Brows, nods and hands fall on stressed words (Ekman 1979; McNeill 1992), so whoever writes in BML
that a stroke comes at a mark in the text means the word that follows it to be stressed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dialogue.types import BehaviourBlock

_STROKES = ("strokeStart", "stroke", "ready")
_ON_WORDS = ("gesture", "pointing", "head", "face", "faceLexeme", "faceFacs")
_REFERENCE = re.compile(r"^\s*(?:[^\s:]+:)?([^\s:]+):([^\s:]+)\s*$")


def emphasised_words(
    blocks: Iterable[BehaviourBlock],
) -> dict[str, tuple[tuple[int, int], ...]]:
    """Lines to the stretches of them that stand out.

    A reference with an offset names no word, and is passed over.

    Returns:
        Text to (first character, the one after the last) of each word, in order; lines in which
        all words are alike are left out.
    """
    found: dict[str, tuple[tuple[int, int], ...]] = {}
    for block in blocks:
        struck = {
            match.groups()
            for behaviour in block.behaviours
            if behaviour.kind in _ON_WORDS
            for point in _STROKES
            if (match := _REFERENCE.match(str(behaviour.sync.get(point, ""))))
        }
        for speech in block.behaviours:
            if speech.kind != "speech":
                continue
            text = str(speech.attributes["text"])
            words = [match.span() for match in re.finditer(r"\S+", text)]
            places = {
                place
                for mark, place in speech.attributes.get("marks", {}).items()
                if (speech.id, mark) in struck and place < len(words)
            }
            places.update(speech.attributes.get("stressed", ()))
            if places:
                found[text] = tuple(words[place] for place in sorted(places))
    return found
