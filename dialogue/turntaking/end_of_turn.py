"""How likely an answer is over: a small model over its pause, its sound and its words.

Silence alone cannot tell: pauses inside spontaneous answers reach two seconds and more (Campione &
Veronis 2002), yet people answer each other within a few hundred milliseconds (Levinson & Torreira
2015), because they hear in the sentence and in its melody whether it is over. The model does the
same. Given how long the silence has lasted, it says P(over | still silent now): what is left of
"only a pause" shrinks as the pause outlasts those that the speaker makes.

Every group of inputs may be missing, alone or with others: words come late or never, pitch cannot
always be followed. It was trained with each left out at times, so it then decides on the rest.
Trained by ``run.py models train turns`` on timelines made from real interviews; see
:mod:`game.synthetic.timelines` for what of them is real.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogue.turntaking.completeness import Completeness, Said, SentenceEnds, Vocabulary
from dialogue.turntaking.final_sound import SoundEnd
from perception.models.modelfile import MODELS, of_this_form, read_model

MODEL = MODELS / "turns.npz"
"""Weights of the model that ships."""
TRAINING = "turns"
"""What ``models train`` calls it."""

Floats = NDArray[np.float64]

GROUPS: Mapping[str, tuple[str, ...]] = {
    "silence": ("log_pause", "pause", "log_pause_to_own", "own_share_longer"),
    "amount": ("log_speech", "log_stretch", "log_expected", "log_speech_to_expected"),
    "pitch": ("slope", "rank", "rank_known", "held", "unvoiced", "pitch_known"),
    "loudness": ("level", "level_slope", "level_known"),
    "words": (
        *("complete", "closing", "holding", "tag", "filler", "mark", "doubt"),
        *("log_words", "words_known"),
    ),
}
"""Groups of inputs and their names, in the order in which the model takes them."""

NAMES = tuple(name for names in GROUPS.values() for name in names)

OPTIONAL = ("pitch", "loudness", "words")
"""Groups that may be unknown: all their inputs are then 0."""

CUES = (*OPTIONAL, "smart_turn")
"""What may speak for or against an end beside silence and amount. Smart Turn stands outside the
network: timelines have no sound that it could hear, so its worth was measured on recordings."""

TELLING_LOG_ODDS = (-5.0, -2.0)
"""Smart Turn's log odds between which they tell something (probabilities of 0.007 and 0.12). It
judges sentences: where it hears that one is broken off it is to be believed, while a finished one
need not be the answer's last."""

PAUSES_S: Floats = np.concatenate([np.arange(0.2, 2.0, 0.05), np.arange(2.0, 5.01, 0.1)])
"""Pause lengths at which the probability is worked out, in seconds."""

USUAL_PAUSE_S = 0.5
"""A pause of a speaker of whom nothing is known, in seconds; between the medium and the long ones
of Campione & Veronis (2002)."""
PRIOR_PAUSES = 5.0
"""How many pauses of one's own that is worth."""
PAUSE_SPREAD = 0.6
"""Standard deviation of the logarithm of such a speaker's pauses."""


class OwnPauses:
    """Pauses that the candidate has made inside answers, over what people do in general."""

    def __init__(self) -> None:
        self._lengths: list[float] = []

    def add(self, pause_s: float) -> None:
        """Takes a pause after which they went on."""
        self._lengths.append(pause_s)

    @property
    def lengths(self) -> tuple[float, ...]:
        """All so far in seconds, sorted."""
        return tuple(sorted(self._lengths))

    def usual_s(self) -> float:
        """Geometric mean in seconds."""
        told = sum(map(math.log, self._lengths)) + PRIOR_PAUSES * math.log(USUAL_PAUSE_S)
        return math.exp(told / (len(self._lengths) + PRIOR_PAUSES))

    def longer(self, pauses_s: Floats) -> Floats:
        """Share (0...1) of their pauses that last longer than each of ``pauses_s``; (n,)."""
        z = np.log(pauses_s / USUAL_PAUSE_S) / PAUSE_SPREAD
        # logistic for the normal tail: within 0.01 everywhere (Bowling et al. 2009)
        general = 1.0 / (1.0 + np.exp(1.702 * z))
        own = np.array(self._lengths)
        count = (own[None, :] > pauses_s[:, None]).sum(axis=1) if len(own) else 0.0
        longer: Floats = (count + PRIOR_PAUSES * general) / (len(own) + PRIOR_PAUSES)
        return longer


@dataclass(frozen=True, slots=True)
class TurnCues:
    """What is known at a pause of the answer before it."""

    speech_s: float
    """Seconds of speech in the answer, pauses left out."""
    stretch_s: float
    """Seconds of the last stretch of speech."""
    expected_s: float
    """Seconds that answers to this question usually take: see ``script.Question``."""
    sound: SoundEnd = field(default_factory=SoundEnd)
    said: Said | None = None
    """None where no words are known, or not yet the last ones."""
    confidence: float | None = None
    """Mean confidence (0...1) of the last words; None when the recogniser does not say."""
    finished: float | None = None
    """Probability (0...1) of Smart Turn that speech sounded finished; None where nobody judged."""

    def inputs(self, without: Collection[str] = ()) -> Floats:
        """(n,) all inputs but those of "silence".

        Args:
            without: groups of :data:`OPTIONAL` that are to count as unknown.
        """
        speech = max(self.speech_s, 0.05)
        values = [
            math.log(speech),
            math.log(max(self.stretch_s, 0.05)),
            math.log(self.expected_s),
            math.log(speech / self.expected_s),
        ]
        values += [0.0] * 6 if "pitch" in without else self._pitch()
        values += [0.0] * 3 if "loudness" in without else self._loudness()
        values += [0.0] * 9 if "words" in without else self._words()
        return np.array(values)

    def _pitch(self) -> list[float]:
        s = self.sound
        if s.slope_st_s is None or s.held_s is None or s.unvoiced_s is None:
            return [0.0] * 6
        rank = s.pitch_rank
        return [
            _within(s.slope_st_s / 20.0),
            0.0 if rank is None else 2.0 * rank - 1.0,
            float(rank is not None),
            min(s.held_s, 0.8) / 0.4,
            min(s.unvoiced_s, 0.5) / 0.25,
            1.0,
        ]

    def _loudness(self) -> list[float]:
        s = self.sound
        if s.level_db is None or s.level_slope_db_s is None:
            return [0.0] * 3
        return [_within(s.level_db / 6.0), _within(s.level_slope_db_s / 20.0), 1.0]

    def _words(self) -> list[float]:
        said = self.said
        if said is None:
            return [0.0] * 9
        doubt = 0.5 if self.confidence is None else 1.0 - self.confidence
        # log odds of words that may be wrong are worth less
        trust = 1.0 - 0.5 * doubt
        return [
            _within(said.complete / 3.0) * trust,
            _within(said.closing / 3.0) * trust,
            float(said.holding),
            float(said.tag),
            float(said.filler),
            float(said.mark),
            doubt,
            math.log(said.words) / 3.0,
            1.0,
        ]


def finished_log_ratio(probability: float, slope: float, shift: float) -> float:
    """How much likelier an end is than a pause to be given this probability by Smart Turn.

    Args:
        probability: 0...1.
        slope: of the log odds that count.
        shift: added to them.

    Returns:
        Logarithm of the likelihood ratio.
    """
    held = min(max(probability, 1e-6), 1.0 - 1e-6)
    low, high = TELLING_LOG_ODDS
    return slope * min(max(math.log(held / (1.0 - held)), low), high) + shift


def silence_inputs(pauses_s: Floats, own: OwnPauses) -> Floats:
    """(m, 4) inputs of the group "silence" at each of ``pauses_s``."""
    held = np.clip(pauses_s, 0.1, PAUSES_S[-1])
    return np.stack([np.log(held), held, np.log(held / own.usual_s()), own.longer(held)], axis=1)


class EndOfTurn:
    """The model: one hidden layer.

    Args:
        path: of the trained weights; those that ship by default.

    Raises:
        ModelError: they are missing or not of this form.
    """

    def __init__(self, path: Path | None = None) -> None:
        path = path or MODEL
        arrays, about = read_model(path, TRAINING)
        with of_this_form(path, TRAINING):
            if tuple(about["inputs"]) != NAMES:
                raise ValueError("made for other inputs")
            text = arrays["text"].astype(np.float32)
            ends = SentenceEnds(about["frequent"], arrays["ends"].astype(np.float32))
            vocabulary = Vocabulary(about["vocabulary"])
            self.completeness = Completeness(ends, vocabulary, text[:-1], text[-1])
            """The model of the words."""
            self._set(*(arrays[name].astype(np.float64) for name in ("w0", "b0", "w1", "b1")))
            slope, shift = arrays["smart_turn"].astype(np.float64)
            self.smart_turn = (float(slope), float(shift))
            """Slope and shift that make likelihood ratios of Smart Turn's log odds."""
        self.about = about
        """How it was trained and what it is worth."""

    def _set(self, w0: Floats, b0: Floats, w1: Floats, b1: Floats) -> None:
        if w0.shape[0] != len(NAMES) or w0.shape[1:] != b0.shape or w1.shape != b0.shape:
            raise ValueError("layers do not fit each other")
        self._w0, self._b0, self._w1, self._b1 = w0, b0, w1, float(b1.reshape(-1)[0])

    def log_odds(
        self, cues: TurnCues, own: OwnPauses, pauses_s: Floats, without: Collection[str] = ()
    ) -> Floats:
        """(m,) log odds that the answer is over when each of ``pauses_s`` has passed in silence.

        Args:
            cues: of the answer.
            own: the speaker's pauses so far.
            pauses_s: (m,) seconds.
            without: which of :data:`CUES` to leave out.
        """
        silence = silence_inputs(pauses_s, own)
        # the other inputs are the same at all lengths: their share is worked out once
        fixed = cues.inputs(without) @ self._w0[silence.shape[1] :] + self._b0
        told: Floats = np.tanh(silence @ self._w0[: silence.shape[1]] + fixed) @ self._w1 + self._b1
        if "smart_turn" not in without and cues.finished is not None:
            told = told + finished_log_ratio(cues.finished, *self.smart_turn)
        return told

    def deciding(self, cues: TurnCues, own: OwnPauses, pause_s: float) -> str:
        """The one of :data:`CUES` that speaks most for an end; "silence" where none does."""
        at = np.array([pause_s])
        whole = float(self.log_odds(cues, own, at)[0])
        gains = {g: whole - float(self.log_odds(cues, own, at, (g,))[0]) for g in CUES}
        best = max(gains, key=lambda group: gains[group])
        return best if gains[best] > 0.1 else "silence"


@functools.cache
def shipped() -> EndOfTurn:
    """The model that ships, read once.

    Raises:
        ModelError: it is missing or damaged.
    """
    return EndOfTurn()


def _within(value: float) -> float:
    return min(3.0, max(-3.0, value))
