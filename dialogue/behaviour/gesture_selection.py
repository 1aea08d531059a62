"""Which gestures go with a line, and on which of its words.

People gesture where the words carry information, and the stroke falls on the stressed word or just
before it (McNeill 1992; Kendon 2004). What the hands do follows what is said: palms open toward the
other with a question or an offer, fingers count what is counted, a hand points to what is spoken
of, shoulders rise where it does not matter; else the hand beats time. No gesture is made twice in a
row, and amounts, hands and distances vary, so that nothing looks like a loop.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dialogue.content.manner import Manner

Word = tuple[str, float, float]
"""Word as written, its start and its end in seconds from the first sample."""

FUNCTION_WORDS = frozenset(
    """
    a about all am an and any are as at be been but by can could did do does for from had has have
    he her him his i if in into is it its just let like me my no not of on or our out she so some
    that the their them then there they this to up us was we were what when which who will with
    would you your i'm i'd it's that's you've you're let's
    """.split()  # noqa: SIM905 - a list of eighty quoted words is harder to read
)
"""Words that carry no stress in a sentence."""

ORDINALS: Mapping[str, int] = {
    **{"first": 1, "firstly": 1, "second": 2, "secondly": 2, "third": 3, "thirdly": 3},
    **{"fourth": 4, "finally": 3, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5},
}
"""Words that count, and how many fingers show it."""
NUMBERS = frozenset(("one", "two", "three", "four", "five"))
"""Those that count only before something ``COUNTABLE``."""
COUNTABLE = frozenset(("things", "questions", "parts", "reasons", "examples", "steps"))
"""What is counted off on fingers."""

CV_WORDS = frozenset("cv cvs résumé resumé resume application".split())  # noqa: SIM905
"""Words for the paper before her."""
OWN_CV_WORDS = frozenset("background experience career studies qualifications".split())  # noqa: SIM905
"""Words that mean it when they are the candidate's: "your experience"."""

INDIFFERENT = re.compile(
    r"(doesn.t matter|up to you|either way|never mind|whatever you|no problem|it.s (fine|all right)"
    r"|don.t worry)",
    re.IGNORECASE,
)
"""Phrases that go with a shrug."""


@dataclass(slots=True)
class Memory:
    """What she did last, so that she does not do it again at once."""

    last: str = ""
    """Lexeme of her last gesture."""
    asked: int = 0
    """Questions that she has asked, follow-ups not counted."""
    listening_since_s: float | None = None
    """Session time at which the answer in progress began."""
    noted_s: float = float("-inf")
    """Session time at which she wrote last."""
    rested_s: float = float("-inf")
    """Session time until which her hands rest in a pose of listening."""
    attitude: str = "neutral"
    """In which she sits there."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One gesture within a line; times in seconds from the line's first sample."""

    lexeme: str
    start_s: float
    stroke_s: float
    relax_s: float
    end_s: float
    amount: float
    """0...1."""
    mode: str = "BOTH_HANDS"
    """BML's name of the hands: LEFT_HAND, RIGHT_HAND, BOTH_HANDS."""
    number: int = 0
    """What ENUMERATE counts to; 0 for other gestures."""


@dataclass(frozen=True, slots=True)
class Stress:
    """A word that carries information."""

    start_s: float
    end_s: float
    weight: float
    """How much: 0...1 of the line's most informative."""
    cue: str = ""
    """Gesture that its meaning asks for; empty for any."""
    place: int = field(default=0, compare=False)
    """Number of the word in the line."""


def stresses(words: Sequence[Word]) -> list[Stress]:
    """The words of a line that carry stress, in order.

    Long words are rare ones and so informative (Piantadosi et al. 2011); the last content word
    before a pause carries the sentence's main stress.
    """
    found: list[tuple[int, float, str]] = []
    shrugged = _shrugged(words)
    for place, (word, _, _) in enumerate(words):
        bare = _bare(word)
        cue = "SHRUG" if place in shrugged else _cue(words, place)
        if not cue and (len(bare) <= 3 or bare in FUNCTION_WORDS):
            continue
        weight = min(1.0, len(bare) / 9.0)
        if word[-1:] in ",.;:?!" or place == len(words) - 1:
            weight += 0.35
        if any(character.isdigit() for character in bare) or cue:
            weight += 0.5
        found.append((place, weight, cue))
    most = max((weight for _, weight, _ in found), default=1.0)
    return [
        Stress(words[place][1], words[place][2], weight / most, cue, place)
        for place, weight, cue in found
    ]


def counted(word: str) -> int:
    """How far a word counts; 1 for one that does not."""
    return ORDINALS.get(_bare(word), 1)


def strokes(
    text: str,
    words: Sequence[Word],
    manner: Manner,
    rng: random.Random,
    memory: Memory,
    free_from_s: float = 0.0,
    free_until_s: float = float("inf"),
) -> list[Stroke]:
    """Gestures of a line.

    Args:
        text: what she says.
        words: its words with their times.
        manner: how much she gestures.
        rng: variation.
        memory: her last gesture; brought up to date.
        free_from_s: until when her hands are busy already.
        free_until_s: from when they are busy again.
    """
    chosen: list[Stroke] = []
    busy_until_s, lively = free_from_s, manner.liveliness
    for stress in stresses(words):
        cue = stress.cue
        asks = text.rstrip().endswith("?") and stress.place >= len(words) - 4
        likely = 0.95 * lively * stress.weight * (1.4 if asks else 1.0) + (0.45 if cue else 0.0)
        prepare_s = rng.uniform(0.34, 0.5)
        drawn = rng.random()
        room_s = stress.start_s - busy_until_s
        if drawn > likely or room_s < 0.2 or stress.end_s + 0.6 > free_until_s:
            continue
        lexeme = cue or _plain(asks, memory.last, rng)
        if lexeme == memory.last:
            lexeme = _plain(asks, memory.last, rng)
        size = 0.35 + 0.45 * lively * rng.uniform(0.7, 1.3) + (0.15 if cue else 0.0)
        hold_s = rng.uniform(0.08, 0.25) if lexeme == "BEAT" else rng.uniform(0.3, 0.8)
        relax_s = max(stress.end_s, stress.start_s + 0.1) + hold_s
        end_s = relax_s + rng.uniform(0.5, 0.75)
        chosen.append(
            Stroke(
                lexeme,
                stress.start_s - min(prepare_s, room_s),
                stress.start_s,
                relax_s,
                end_s,
                round(min(1.0, size), 3),
                _mode(lexeme, rng),
                counted(words[stress.place][0]) if lexeme == "ENUMERATE" else 0,
            )
        )
        memory.last = lexeme
        # between gestures the hands rest for a while, longer in a quiet person
        busy_until_s = end_s + rng.uniform(0.1, 2.6 - 2.2 * lively)
    return chosen


def _cue(words: Sequence[Word], place: int) -> str:
    """The gesture that a word's meaning asks for."""
    bare = _bare(words[place][0])
    before = {_bare(word) for word, _, _ in words[max(0, place - 2) : place]}
    if bare in CV_WORDS or (bare in OWN_CV_WORDS and "your" in before):
        return "POINT_CV"
    after = _bare(words[place + 1][0]) if place + 1 < len(words) else ""
    if bare in ORDINALS and (bare not in NUMBERS or after in COUNTABLE):
        return "ENUMERATE"
    return ""


def _shrugged(words: Sequence[Word]) -> set[int]:
    """Last words of phrases that say it does not matter."""
    text = " ".join(word for word, _, _ in words)
    return {text.count(" ", 0, found.end()) for found in INDIFFERENT.finditer(text)}


def _plain(asks: bool, last: str, rng: random.Random) -> str:
    """A gesture without a meaning of its own, other than the last."""
    weights = {"BEAT": 0.3 if asks else 0.75, "OPEN_PALMS": 0.7 if asks else 0.25}
    weights.pop(last, None)
    return rng.choices(list(weights), list(weights.values()))[0]


def _mode(lexeme: str, rng: random.Random) -> str:
    if lexeme == "BEAT":
        return rng.choice(("RIGHT_HAND", "RIGHT_HAND", "LEFT_HAND", "BOTH_HANDS"))
    if lexeme == "POINT_CV":
        return "LEFT_HAND"  # it lies on her left
    return "RIGHT_HAND" if lexeme == "ENUMERATE" else "BOTH_HANDS"


def _bare(word: str) -> str:
    return word.strip(".,;:!?\"'()").lower()
