"""End-of-turn detection: when is an answer over, and when has the speaker only paused?

Silence alone cannot tell. People leave about 200 ms between turns and hear more than 700 ms as
reluctance (Levinson & Torreira 2015; Roberts & Francis 2013), yet pauses of a second and more are
common inside spontaneous speech (Campione & Veronis 2002). So the recruiter answers in up to two
steps:

1. Where it is not yet clear whether the answer is over, she makes a sound after a first silence
   that fits both cases ("mm-hm"). If the candidate goes on, it was a backchannel and nothing is
   lost.
2. She takes the floor with her next question as soon as the model of
   :mod:`dialogue.turntaking.end_of_turn` finds that the answer is over. Where it finds so within a
   second, she does without the sound. After two seconds she takes it unless they likely go on.

Words and Smart Turn's judgement may come late or never; nothing here waits for them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from dialogue.turntaking.backchannel_opportunity import opportunity
from dialogue.turntaking.end_of_turn import CUES, PAUSES_S, EndOfTurn, Floats, TurnCues, shipped
from dialogue.turntaking.settings import TurnSettings
from dialogue.turntaking.speechflow import EXPECTED_S, SpeechFlow
from dialogue.types import Because
from perception.types import CandidateState

Tail = Literal["final", "held", "unknown"]
"""How the last stretch of speech ended, all cues taken together."""


@dataclass(frozen=True, slots=True)
class TurnView:
    """The answer in progress, as of one tick."""

    talking: bool
    """Speech is heard at this moment (gaps shorter than about 0.1 s bridged)."""
    stirring: bool
    """A sound is heard now that may become speech: no moment for taking the turn."""
    heard: bool
    """Anything was said since the answer began."""
    speech_s: float
    """Seconds of speech in the answer, pauses left out."""
    stretch_s: float
    """Seconds of the present or last stretch of speech, from its start to its last sound."""
    pause_s: float
    """Seconds since the last sound of the answer; 0 before any."""
    tail: Tail
    first_sound_s: float
    """Silence after which she makes her first sound."""
    floor_s: float
    """Silence after which she takes the floor."""
    opportunity: float
    """How well a backchannel fits here, 0...1: see ``backchannel_opportunity``."""
    opportunity_cue: str = ""
    """The strongest sign for it."""
    probability: float | None = None
    """That the answer is over; None while they talk."""
    needed: float | None = None
    """Probability at which she takes the floor; None while they talk."""
    cue: str = "silence"
    """Group of cues that speaks most for the answer being over."""
    words_reach_end: bool = False
    """Whether the words so far reach to the last sound."""

    @property
    def ended(self) -> bool:
        """Whether the silence has lasted long enough for her first sound."""
        return self._quiet and self.pause_s >= self.first_sound_s

    @property
    def over(self) -> bool:
        """Whether the silence has lasted long enough for taking the floor."""
        return self._quiet and self.pause_s >= self.floor_s

    @property
    def _quiet(self) -> bool:
        return self.heard and not self.talking and not self.stirring

    def because(self, floor: bool = False) -> Because:
        """The reason for taking the turn now."""
        pause = round(self.pause_s, 3)
        if not floor:
            cue = f"silence_s ({self.tail} ending)"
            return Because("end_of_turn", cue, pause, self.first_sound_s)
        if self.probability is not None and self.probability >= (self.needed or 0.0):
            cue = f"probability_over ({self.cue}, {pause} s of silence)"
            return Because("end_of_turn_model", cue, self.probability, self.needed)
        return Because("end_of_turn_limit", f"silence_s ({self.tail} ending)", pause, self.floor_s)


@dataclass(frozen=True, slots=True)
class _Pause:
    """What was worked out for a pause; it holds until words come or speech goes on."""

    cues: TurnCues
    log_odds: Floats
    """That the answer is over, at each of ``PAUSES_S``."""
    first_sound_s: float
    floor_s: float
    tail: Tail

    def probability(self, pause_s: float) -> float:
        """That the answer is over when ``pause_s`` has passed in silence."""
        return _probability(float(np.interp(pause_s, PAUSES_S, self.log_odds)))


class TurnDetector:
    """Follows the candidate's speech, tick by tick.

    Args:
        settings: thresholds.
        patience: of the persona; moves the probability at which she takes the floor.
        model: of the end of a turn; the one that ships by default.
        pitch_hz: 5th percentile, median and 95th percentile of the candidate's pitch, where it was
            measured before; otherwise the first two seconds of voice have no range to be held
            against.

    Raises:
        ModelError: the model is missing or damaged.
    """

    def __init__(
        self,
        settings: TurnSettings | None = None,
        patience: float = 1.0,
        model: EndOfTurn | None = None,
        pitch_hz: tuple[float, float, float] | None = None,
    ) -> None:
        self._settings = settings or TurnSettings()
        self._patience = patience
        self._model = model or shipped()
        self._flow = SpeechFlow(self._model.completeness.assess)
        if pitch_hz is not None:
            self._flow.know_pitch(*pitch_hz)
        self._pause: _Pause | None = None
        self._pause_of: tuple[object, ...] = ()
        self._resumed = self._cut_ins = self._cut_ins_ever = 0

    def begin(self, t_s: float, expected_s: float = EXPECTED_S) -> None:
        """A new answer begins to count at ``t_s``; what the speaker's pauses are like is kept.

        Args:
            t_s: session time.
            expected_s: how long answers to this question usually take.
        """
        self._flow.begin(t_s, expected_s)
        self._pause = None
        self._resumed = self._cut_ins = 0

    def resumed(self) -> None:
        """The speaker went on after her first sound: more patience in the rest of the answer."""
        self._resumed += 1
        self._pause = None

    def cut_in(self) -> None:
        """She took the floor and the speaker was not done: she takes more care not to again."""
        self._cut_ins += 1
        self._cut_ins_ever += 1
        self._pause = None

    @property
    def pauses(self) -> tuple[float, ...]:
        """Lengths of the pauses inside the candidate's answers so far, in seconds, sorted."""
        return self._flow.own.lengths

    def step(self, state: CandidateState) -> TurnView:
        """Takes the state of one tick."""
        flow = self._flow
        flow.step(state)
        pause_s = flow.pause_s(state.t_s)
        pause = self._pause_in_progress(state)
        fits, sign = opportunity(
            None if pause is None else pause.cues, flow.talking, pause_s, flow.low_pitch
        )
        last = pause or self._pause
        s = self._settings
        probability = None if pause is None else round(pause.probability(pause_s), 3)
        judged = pause is not None and pause.cues.finished is not None
        due = pause is not None and pause_s >= pause.floor_s
        return TurnView(
            talking=flow.talking,
            stirring=flow.stirs(state),
            heard=flow.heard,
            speech_s=flow.speech_s,
            stretch_s=flow.stretch_s,
            pause_s=pause_s,
            tail="unknown" if last is None else last.tail,
            first_sound_s=s.held_s if last is None else last.first_sound_s,
            floor_s=s.floor_most_s if last is None else last.floor_s,
            opportunity=fits,
            opportunity_cue=sign,
            probability=probability,
            needed=None if pause is None else round(_probability(self._needed(pause_s, judged)), 3),
            cue=self._deciding(pause, pause_s) if due and pause is not None else "silence",
            words_reach_end=pause is not None and pause.cues.said is not None,
        )

    def _pause_in_progress(self, state: CandidateState) -> _Pause | None:
        flow = self._flow
        if not flow.heard or flow.talking:
            return None
        # words and Smart Turn's word come late, and an end of speech is told more exactly later
        key = (flow.last_sound_s, state.words, state.answer, state.finished)
        if self._pause is None or key != self._pause_of:
            self._pause, self._pause_of = self._weigh(flow.cues(state)), key
        return self._pause

    def _needed(self, pause_s: float, judged: bool) -> float:
        """Log odds at which she takes the floor after so long a silence."""
        s = self._settings
        extra = s.patience_log_odds * math.log(self._patience)
        extra += s.resumed_log_odds * min(self._resumed, 3)
        extra += s.cut_in_log_odds * min(self._cut_ins, 2)
        extra += s.cut_in_kept_log_odds * min(self._cut_ins_ever, 5)
        if pause_s <= self._direct_s:
            return _log_odds(s.over) + extra
        if pause_s < self._floor_most_s:
            return _log_odds(s.over_late) + extra
        return _log_odds(s.over_most if judged else s.over_most_unjudged) + extra

    @property
    def _direct_s(self) -> float:
        return self._settings.direct_s * max(1.0, self._patience)

    @property
    def _floor_most_s(self) -> float:
        return self._settings.floor_most_s * max(1.0, self._patience)

    def _weigh(self, cues: TurnCues) -> _Pause:
        """Works out how long a silence she lets pass after such an end."""
        s = self._settings
        odds = self._model.log_odds(cues, self._flow.own, PAUSES_S)
        tail = self._tail(cues)
        judged = cues.finished is not None
        floor = max(_reached_s(odds, self._needed(0.0, judged)), s.least_s)
        if floor > self._direct_s:
            floor = self._late_s(odds, judged, tail)
        first = floor
        if floor > self._direct_s:
            first = {"final": s.least_s, "unknown": s.unknown_s, "held": s.held_s}[tail]
            first = max(first, s.short_s) if cues.speech_s < s.short_speech_s else first
            first *= self._patience
        if cues.speech_s < s.fragment_s and (cues.said is None or cues.said.filler):
            first = max(first, s.fragment_wait_s * self._patience)
            floor = max(floor, first + 0.3)
        return _Pause(cues, odds, round(min(first, floor), 3), round(floor, 3), tail)

    def _tail(self, cues: TurnCues) -> Tail:
        """How the end sounds, whatever was said before it."""
        said = cues.said
        if said is not None and (said.holding or said.filler or said.open):
            return "held"
        at = np.array([TAIL_S])
        whole = self._model.log_odds(cues, self._flow.own, at)[0]
        evidence = whole - self._model.log_odds(cues, self._flow.own, at, CUES)[0]
        return "final" if evidence >= FINAL else "held" if evidence <= HELD else "unknown"

    def _late_s(self, odds: Floats, judged: bool, tail: Tail) -> float:
        """Silence before she takes the floor, where she does not at once."""
        most, last = self._floor_most_s, self._floor_last_s(judged or tail == "held")
        late = np.where((self._direct_s < PAUSES_S) & (most > PAUSES_S), odds, -np.inf)
        sure_s = _reached_s(late, self._needed(0.5 * (self._direct_s + most), judged))
        if sure_s < most:
            return min(sure_s, last)
        if np.interp(most, PAUSES_S, odds) >= self._needed(most, judged):
            return min(most, last)
        later = np.where(most < PAUSES_S, odds, -np.inf)
        return min(_reached_s(later, self._needed(last, judged)), last)

    def _floor_last_s(self, told: bool) -> float:
        """Silence that she never lets grow longer; ``told`` whether something says they go on."""
        s = self._settings
        usual = s.floor_held_most_s if told else s.floor_unjudged_most_s
        own = self._flow.own.lengths
        # one long pause may have been a distraction; two are a way of speaking
        longest = s.own_margin * own[-2] if len(own) >= 2 else 0.0
        return max(usual, min(longest, 2.0 * s.floor_held_most_s)) * max(1.0, self._patience)

    def _deciding(self, pause: _Pause, pause_s: float) -> str:
        return self._model.deciding(pause.cues, self._flow.own, pause_s)


TAIL_S = 0.6
"""Seconds of silence after which an ending is called final or held; about the median of gaps that
listeners still find prompt (Roberts & Francis 2013)."""


FINAL, HELD = 0.7, -3.0
"""Log odds by which the cues must change the odds for an end to count as final (they double them)
or as held (a twentieth: a sound of listening does no harm, so this has to be plain)."""


def _reached_s(odds: Floats, needed: float) -> float:
    """Pause length at which the log odds first reach ``needed``; infinite where they never do."""
    above = odds >= needed
    if not above.any():
        return math.inf
    i = int(above.argmax())
    if i == 0:
        return float(PAUSES_S[0])
    if not math.isfinite(odds[i - 1]):
        return float(PAUSES_S[i])
    share = (needed - odds[i - 1]) / (odds[i] - odds[i - 1])
    return float(PAUSES_S[i - 1] + share * (PAUSES_S[i] - PAUSES_S[i - 1]))


def _log_odds(probability: float) -> float:
    return math.log(probability / (1.0 - probability))


def _probability(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-log_odds))
