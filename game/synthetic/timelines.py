"""Timelines of answers with their pauses, for training and judging the end of a turn.

What is real: the words of answers, their fillers, the ends of sentences and of answers (transcripts
of mock interviews). What is drawn, and from where:

* Pauses: medium and long ones, lognormal, after Campione & Veronis (2002); long ones where people
  think: after fillers, broken phrases and "let me think". Each speaker has their own pace and their
  own factor; the spread of both is that of the same interviews' measured speech.
* Pitch at the end: contours with the shares that Gravano & Hirschberg (2011, table 6.1 of the
  thesis it rests on) counted at ends of turns and at holds, so a third of the ends do not fall and
  a quarter of the holds do. Fillers are level. What such contours look like in numbers is drawn.
* Loudness: turns trail off more often than holds (the same source gives the direction only).
* Recognisers: word errors, missing fillers, punctuation, confidence and lateness like those of
  pocketsphinx and whisper, partial words twice a second, or no words at all.
* Smart Turn, where it is asked for: readings drawn from those that it gave at pauses, and at ends,
  in recordings of other people, whatever the kind of place; timelines have no sound to be heard.

They come as the readings and events that hearing gives, and pass through the real fusion, so the
detector is given what it gets in an interview.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np

from game.synthetic.interviews import RealAnswer, Said, ends_on
from game.synthetic.timeline_types import (
    BLOCK_S,
    VOICE_DELAY_S,
    AnswerTimeline,
    Contour,
    Speaker,
    Spoken,
    Stretch,
)
from perception.fusion import Fusion
from perception.settings import Share, between, checked, in_order
from perception.types import CandidateState

AFTER_S = 5.2
"""Seconds of silence after the end of an answer."""


_CONTOURS: tuple[Contour, ...] = ("high_rise", "plateau", "low_rise", "fall", "none")

CONTOURS: dict[str, tuple[float, ...]] = {
    # ends of turns: published 0.227, 0.136, 0.145, 0.485, 0.007 without "other"; half the high
    # rises, which were questions in that corpus, are falls in answers
    "end": (0.114, 0.136, 0.145, 0.598, 0.007),
    # holds: such that all together come near the published 0.094, 0.306, 0.118, 0.253, 0.230
    "sentence": (0.12, 0.22, 0.15, 0.36, 0.15),
    "listened": (0.18, 0.22, 0.18, 0.32, 0.10),
    "clause": (0.14, 0.25, 0.16, 0.28, 0.17),
    "broken": (0.03, 0.35, 0.05, 0.09, 0.48),
    "holding": (0.05, 0.40, 0.10, 0.35, 0.10),
    "filler": (0.01, 0.75, 0.02, 0.12, 0.10),
    "": (0.06, 0.12, 0.06, 0.12, 0.64),
}
"""How pitch ends: before the end of a turn, and before pauses at each kind of place."""

PAUSED: dict[str, float] = {
    "sentence": 0.85,
    "listened": 1.0,
    "clause": 0.6,
    "broken": 0.85,
    "holding": 1.0,
    "filler": 0.55,
    "": 0.045,
}
"""Share of such places at which there is a pause."""

LONG: dict[str, float] = {
    "sentence": 0.12,
    "listened": 0.12,
    "clause": 0.06,
    "broken": 0.3,
    "holding": 0.75,
    "filler": 0.22,
    "": 0.08,
}
"""Share of those pauses that are long."""

MEDIUM_S, MEDIUM_SPREAD = 0.43, 0.5
LONG_S, LONG_SPREAD = 1.45, 0.35
"""Medians in seconds and spreads of the logarithm, of medium and long pauses."""

HOLDING_PHRASES = (
    *("let me think", "let me see", "let me think about that", "that's a good question"),
    *("how do i put this", "give me a second", "what else"),
)
CLOSING_PHRASES = ("so yeah", "so that's it", "and that was it", "yeah that's about it")


@checked
@dataclass(frozen=True, slots=True)
class TimelineSettings:
    """What timelines are like."""

    longest_pause_s: Annotated[float, between(1, 10)] = 2.5
    """Seconds that no pause inside an answer exceeds."""
    slow_share: Share = 0.0
    """Share (0...1) of speakers who may pause up to ``slow_pause_s``."""
    slow_pause_s: Annotated[float, between(1, 10)] = 4.5
    """Seconds that no pause of theirs exceeds."""
    no_words: Share = 0.1
    """Share (0...1) of speakers whose words are not recognised."""
    pocketsphinx: Share = 0.5
    """Share (0...1) of all others who are heard by pocketsphinx; the rest are by whisper."""
    no_partials: Share = 0.05
    """Share (0...1) of speakers whose words are told only once an utterance has ended."""
    no_pitch: Share = 0.05
    """Share (0...1) of speakers whose pitch cannot be followed."""
    holding: Share = 0.06
    """Share (0...1) of answers that begin with asking for time to think."""
    closing: Share = 0.04
    """Share (0...1) of long answers that get a closing phrase at their end."""
    smart_turn_pauses: tuple[Share, ...] = ()
    """Smart Turn's readings (0...1) at pauses, to draw from; nothing is judged without any."""
    smart_turn_ends: tuple[Share, ...] = ()
    """The same at ends."""

    def __post_init__(self) -> None:
        in_order(self, "longest_pause_s <= slow_pause_s")


def draw_speaker(rng: np.random.Generator, settings: TimelineSettings) -> Speaker:
    """A speaker; those of one seed are the same."""
    slow = rng.random() < settings.slow_share
    draw = rng.random()
    heard = 1.0 - settings.no_words
    whisper = (1.0 - settings.pocketsphinx) * heard
    recogniser: Literal["none", "pocketsphinx", "whisper"] = (
        "whisper" if draw < whisper else "pocketsphinx" if draw < heard else "none"
    )
    return Speaker(
        words_per_s=3.4 * float(rng.lognormal(0.0, 0.13)),
        pause_factor=float(rng.lognormal(0.0, 0.2)) * (1.5 if slow else 1.0),
        longest_pause_s=settings.slow_pause_s if slow else settings.longest_pause_s,
        pitch_hz=float(rng.choice([115.0, 200.0]) * rng.lognormal(0.0, 0.12)),
        liveliness_st=float(rng.uniform(1.0, 3.0)),
        level_dbfs=float(rng.uniform(-34.0, -18.0)),
        recogniser=recogniser,
        word_errors=float(rng.uniform(0.25, 0.4) if recogniser == "pocketsphinx" else 0.1),
        partials=bool(rng.random() < 1.0 - settings.no_partials),
        hears_fillers=float(rng.uniform(0.4, 0.8)),
        follows_pitch=0.0 if rng.random() < settings.no_pitch else float(rng.uniform(0.75, 0.98)),
    )


def speak(
    answer: RealAnswer, speaker: Speaker, rng: np.random.Generator, settings: TimelineSettings
) -> AnswerTimeline:
    """Gives a real answer's words their times, pauses and melody."""
    # a generator of its own: with and without Smart Turn all else is spoken alike
    judge = rng.spawn(1)[0]
    words = _with_phrases(answer, rng, settings)
    last = len(words) - 1
    t = float(rng.lognormal(math.log(0.7), 0.5))  # before the answer begins
    stretches: list[Stretch] = []
    spoken: list[Spoken] = []
    for i, word in enumerate(words):
        place = ends_on(words, i)
        paused = i == last or rng.random() < PAUSED[place]
        length = _length_s(word, speaker, rng) * (1.25 if paused else 1.0)
        spoken.append(Spoken(word, t, t + length))
        t += length
        if not paused:
            continue
        kind = "end" if i == last else place
        pause = math.inf if i == last else _pause_s(place, speaker, rng)
        contour = _CONTOURS[int(rng.choice(len(_CONTOURS), p=CONTOURS[kind]))]
        trailing = {"end": 0.6, "sentence": 0.4, "holding": 0.4}.get(kind, 0.2)
        trails_off = bool(rng.random() < trailing)
        readings = settings.smart_turn_ends if kind == "end" else settings.smart_turn_pauses
        finished = float(judge.choice(readings)) if readings else None
        stretches.append(Stretch(tuple(spoken), kind, contour, pause, trails_off, finished))
        spoken = []
        t += 0.0 if i == last else pause
    return AnswerTimeline(speaker, answer.expected_s, tuple(stretches))


def _with_phrases(
    answer: RealAnswer, rng: np.random.Generator, settings: TimelineSettings
) -> tuple[Said, ...]:
    words = answer.words
    draws = rng.random(2)
    if draws[0] < settings.holding:
        phrase = str(rng.choice(HOLDING_PHRASES)).split()
        words = (*map(Said, phrase[:-1]), Said(phrase[-1], "…"), *words)
    if draws[1] < settings.closing and len(words) >= 30:
        phrase = str(rng.choice(CLOSING_PHRASES)).split()
        words = (*words, *map(Said, phrase[:-1]), Said(phrase[-1], "."))
    return words


def _length_s(word: Said, speaker: Speaker, rng: np.random.Generator) -> float:
    if word.filler:
        return float(rng.uniform(0.22, 0.55))
    # letters stand for sounds; an English word has 4.2 of them in speech
    usual = (1.5 + len(word.text)) / 5.7 / speaker.words_per_s
    return float(max(0.08, usual * rng.lognormal(0.0, 0.15)))


def _pause_s(place: str, speaker: Speaker, rng: np.random.Generator) -> float:
    if rng.random() < LONG[place]:
        length = rng.lognormal(math.log(LONG_S), LONG_SPREAD)
    else:
        length = rng.lognormal(math.log(MEDIUM_S), MEDIUM_SPREAD)
    return float(min(max(length * speaker.pause_factor, 0.1), speaker.longest_pause_s))


def states(
    timelines: Sequence[AnswerTimeline], rng: np.random.Generator
) -> Iterator[tuple[int, float, CandidateState]]:
    """The candidate's states over one person's answers, one after another, 31 a second.

    Yields:
        Number of the answer, session time at which it began to count, and the state.
    """
    from game.synthetic.timelines_heard import heard

    fusion = Fusion()
    begun_s = 0.0
    for number, timeline in enumerate(timelines):
        length_s = timeline.end_s + AFTER_S
        inputs = heard(timeline, begun_s, length_s, rng)
        fusion.begin_answer(begun_s)
        at = 0
        for block in range(int(length_s / BLOCK_S)):
            t_s = begun_s + (block + 1) * BLOCK_S + VOICE_DELAY_S
            while at < len(inputs) and inputs[at][0] <= t_s:
                fusion.add(inputs[at][1])
                at += 1
            yield number, begun_s, fusion.state(t_s)
        for _, item in inputs[at:]:
            fusion.add(item)
        begun_s += int(length_s / BLOCK_S + 3) * BLOCK_S
