"""End-of-turn detection: when is an answer over, and when has the speaker only paused?

Silence alone cannot tell. People leave about 200 ms between turns and hear more than 700 ms as
reluctance (Levinson & Torreira 2015; Roberts & Francis 2013), yet pauses of a second and more are
common inside spontaneous speech (Campione & Veronis 2002). So the recruiter answers in two steps:

1. After a first silence she makes a sound that fits both cases ("mm-hm"). If the candidate goes
   on, it was a backchannel and nothing is lost.
2. Only when the silence lasts (``floor_s``) does she take the floor with her next question.

Both thresholds depend on what the end of the speech sounded like (low pitch: final; level pitch,
a filler or a conjunction: held), on how much was said so far, and on the speaker's own pauses.
Words may come late or never; nothing here waits for them.
"""

from __future__ import annotations

import bisect
import math
from collections import deque
from dataclasses import dataclass
from typing import Literal

from dialogue.types import Because
from perception.types import CandidateState

Tail = Literal["final", "held", "unknown"]
"""How the last stretch of speech ended."""

HOLDING_WORDS = frozenset(
    """
    a about an and as at because but er erm for from hmm i if in into like my of on or our so than
    that the their they to uh um until we well when where which while who with you
    your
    """.split()  # noqa: SIM905 - a list of forty quoted words is harder to read
)
"""Words that rarely end a sentence: fillers, conjunctions, articles, prepositions, pronouns."""

SPEECH_ON = 0.5
"""Speech probability from which a span counts as speech; silero's own default."""


@dataclass(frozen=True, slots=True)
class TurnSettings:
    """When an answer counts as ended."""

    final_s: float = 0.45
    """Seconds of silence before her first sound when the answer sounded finished."""
    unknown_s: float = 0.62
    """The same when nothing tells whether it was finished."""
    held_s: float = 1.3
    """The same when it ended on a filler, a conjunction or level pitch."""
    floor_final_s: float = 1.4
    """Seconds of silence before she takes the floor when the answer sounded finished."""
    floor_unknown_s: float = 1.7
    """The same when nothing tells."""
    floor_held_s: float = 2.3
    """The same when it sounded held."""
    short_speech_s: float = 2.0
    """Seconds of speech below which an answer has hardly begun and gets more patience."""
    short_s: float = 0.85
    """Least silence before her first sound after so little speech, in seconds."""
    floor_short_s: float = 2.0
    """Least silence before she takes the floor after so little speech, in seconds."""
    fragment_s: float = 0.7
    """Seconds of speech below which there was no more than a hesitation."""
    fragment_wait_s: float = 2.2
    """Least silence before her first sound after a hesitation, in seconds."""
    most_s: float = 1.4
    """Most silence before her first sound after an answer proper, in seconds."""
    floor_most_s: float = 3.2
    """Most silence before she takes the floor, in seconds."""
    pause_quantile: float = 0.85
    """Share (0...1) of the speaker's own pauses that the floor threshold has to outlast."""
    resumed_extra_s: float = 0.2
    """Seconds added to the floor's threshold each time the speaker went on after a first sound."""

    def __post_init__(self) -> None:
        for name in ("final_s", "unknown_s", "held_s", "short_s", "fragment_wait_s"):
            if not 0.2 <= getattr(self, name) <= 5:
                raise ValueError(f"{name} is {getattr(self, name)}; use 0.2 to 5 seconds")
        for soft, floor in (
            ("final_s", "floor_final_s"),
            ("unknown_s", "floor_unknown_s"),
            ("held_s", "floor_held_s"),
        ):
            if not getattr(self, soft) <= getattr(self, floor) <= 10:
                raise ValueError(f"{floor} is {getattr(self, floor)}; use {soft} to 10 seconds")
        if not 0 < self.pause_quantile < 1:
            raise ValueError(f"pause_quantile is {self.pause_quantile}; use 0 to 1")
        if self.most_s < self.held_s or self.floor_most_s < self.floor_held_s:
            raise ValueError("most_s and floor_most_s must not be below held_s and floor_held_s")


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
    pitch_low: bool
    """A region of low pitch has just been heard: a cue for a backchannel (Ward & Tsukahara 2000)"""

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
        rule = "end_of_turn_floor" if floor else "end_of_turn"
        limit = self.floor_s if floor else self.first_sound_s
        return Because(rule, f"silence_s ({self.tail} ending)", round(self.pause_s, 3), limit)


class TurnDetector:
    """Follows the candidate's speech, tick by tick.

    Args:
        settings: thresholds.
        patience: factor on them, from the persona.
    """

    def __init__(self, settings: TurnSettings | None = None, patience: float = 1.0) -> None:
        self._settings = settings or TurnSettings()
        self._patience = patience
        self._pitch = PitchTail()
        self._pauses: list[float] = []
        self._last_sound_s: float | None = None
        self._begun_s = 0.0
        self._stretch_from_s = 0.0
        self._earlier_s = 0.0
        self._speech_s = 0.0
        self._heard = False
        self._talking = False
        self._resumed = 0
        self._voiced_s = -math.inf

    def begin(self, t_s: float) -> None:
        """A new answer begins to count at ``t_s``; what the speaker's pauses are like is kept."""
        self._begun_s = t_s
        self._stretch_from_s = t_s
        self._earlier_s = 0.0
        self._speech_s = 0.0
        self._heard = False
        self._last_sound_s = None
        self._resumed = 0

    def resumed(self) -> None:
        """The speaker went on after her first sound: more patience in the rest of the answer."""
        self._resumed += 1

    @property
    def pauses(self) -> tuple[float, ...]:
        """Lengths of the pauses inside the candidate's answers so far, in seconds, sorted."""
        return tuple(self._pauses)

    def step(self, state: CandidateState) -> TurnView:
        """Takes the state of one tick."""
        was_talking = self._talking
        sound_s = self._newest_sound(state)
        self._pitch.step(state, self._talking)
        if self._talking and sound_s is not None and not self._spills_over(state, sound_s):
            if not was_talking or not self._heard:
                self._begin_stretch(state, sound_s)
            self._heard = True
        if self._heard and sound_s is not None and sound_s > self._begun_s:
            self._last_sound_s = max(sound_s, self._last_sound_s or sound_s)
        return self._view(state)

    def _spills_over(self, state: CandidateState, sound_s: float) -> bool:
        """Whether this is only the end of speech from before the answer (or of her own echo)."""
        started = state.speech_started_s
        before = started is not None and started < self._begun_s - 0.05
        return before and not self._heard and sound_s - self._begun_s < 0.4

    def _begin_stretch(self, state: CandidateState, sound_s: float) -> None:
        start = state.speech_started_s
        if start is None or (self._last_sound_s is not None and start <= self._last_sound_s):
            # the activity detector bridged the gap; only the readings show it
            start = sound_s
        if self._last_sound_s is not None:
            pause = start - self._last_sound_s
            if 0.25 <= pause <= 8.0:  # what is shorter belongs to articulation
                bisect.insort(self._pauses, pause)
            self._earlier_s += max(0.0, self._last_sound_s - self._stretch_from_s)
        self._stretch_from_s = max(start, self._begun_s)
        self._pitch.begin_stretch()

    def _newest_sound(self, state: CandidateState) -> float | None:
        """Session time of the last speech sound known; sets whether speech goes on now."""
        voice, age = state.voice, state.voice_age_s
        fresh = voice is not None and age is not None and age <= 0.4
        if voice is not None and voice.speech >= SPEECH_ON:
            self._voiced_s = voice.t_s + voice.span_s
        if not state.speaking:
            self._talking = False
            return state.speech_ended_s
        if voice is None or not fresh:
            self._talking = True
            return state.t_s
        heard_s = self._voiced_s
        if state.speech_started_s is not None:
            heard_s = max(heard_s, state.speech_started_s)
        # a span is 32 ms; closures of stops, and a reading missed between ticks, are no pause
        self._talking = voice.t_s + voice.span_s - heard_s <= 0.1
        return heard_s

    def _view(self, state: CandidateState) -> TurnView:
        pause = 0.0
        if self._last_sound_s is not None and not self._talking:
            pause = max(0.0, state.t_s - self._last_sound_s)
        end = self._last_sound_s if self._last_sound_s is not None else self._stretch_from_s
        stretch = max(0.0, end - self._stretch_from_s)
        self._speech_s = self._earlier_s + stretch
        tail = self._tail(state)
        first, floor = self._thresholds(tail)
        return TurnView(
            talking=self._talking,
            stirring=not self._talking and self._stirs(state),
            heard=self._heard,
            speech_s=self._speech_s,
            stretch_s=stretch,
            pause_s=pause,
            tail=tail,
            first_sound_s=first,
            floor_s=floor,
            pitch_low=self._pitch.low_region_s >= LOW_REGION_S,
        )

    @staticmethod
    def _stirs(state: CandidateState) -> bool:
        voice, age = state.voice, state.voice_age_s
        return voice is not None and age is not None and age < 0.2 and voice.speech >= SPEECH_ON

    def _tail(self, state: CandidateState) -> Tail:
        words = state.words
        fresh = (
            words is not None
            and self._last_sound_s is not None
            and words.t_end_s >= self._last_sound_s - 0.5
        )
        if fresh and words is not None and words.text.strip():
            text = words.text.strip().lower()
            last = text.split()[-1].strip(".,;:!?…\"'")
            if last in HOLDING_WORDS or text.endswith((",", "…", "...", "-")):
                return "held"
            if text.endswith((".", "!", "?")):
                return "final"
        return self._pitch.tail

    def _thresholds(self, tail: Tail) -> tuple[float, float]:
        s = self._settings
        first, floor = {
            "final": (s.final_s, s.floor_final_s),
            "unknown": (s.unknown_s, s.floor_unknown_s),
            "held": (s.held_s, s.floor_held_s),
        }[tail]
        extra = self._resumed * s.resumed_extra_s
        floor += extra
        own = self._own_pause()
        if own is not None:
            floor = max(floor, own)
        first = min(first, s.most_s)
        if self._speech_s < s.fragment_s:
            first = max(first, s.fragment_wait_s)
        elif self._speech_s < s.short_speech_s:
            first = max(first, s.short_s)
            floor = max(floor, s.floor_short_s)
        elif self._speech_s < 2 * s.short_speech_s and tail == "unknown":
            # between a phrase and an answer proper patience fades out evenly
            share = (self._speech_s - s.short_speech_s) / s.short_speech_s
            first = max(first, s.short_s + share * (s.unknown_s - s.short_s))
        first *= self._patience
        floor = min(max(floor * self._patience, first + 0.3), max(s.floor_most_s, first + 0.3))
        return round(first, 3), round(floor, 3)

    def _own_pause(self) -> float | None:
        """Length that most of the speaker's own pauses stay below, with a margin."""
        if len(self._pauses) < 4:
            return None
        index = math.ceil(self._settings.pause_quantile * len(self._pauses)) - 1
        return 1.15 * self._pauses[index]


LOW_PERCENTILE = 0.26
"""Pitch below this share of the speaker's own is low (Ward & Tsukahara 2000)."""
LOW_REGION_S = 0.11
"""Seconds of low pitch that make a backchannel cue (the same)."""


class PitchTail:
    """Tells from pitch whether speech sounds finished, against the speaker's own range.

    Statements end low in the speaker's range; a level pitch in its middle holds the turn, as
    filled pauses and lists do (Duncan 1972; Gravano & Hirschberg 2011).
    """

    def __init__(self) -> None:
        self._sorted: list[float] = []
        self._order: deque[float] = deque()
        self._recent: deque[tuple[float, float]] = deque(maxlen=64)
        self._last_reading_s = -1.0
        self.low_region_s = 0.0

    def begin_stretch(self) -> None:
        """A new stretch of speech begins."""
        self._recent.clear()
        self.low_region_s = 0.0

    def step(self, state: CandidateState, talking: bool) -> None:
        """Takes the newest voice reading, once."""
        voice = state.voice
        if voice is None or voice.t_s <= self._last_reading_s:
            return
        gap = voice.t_s - self._last_reading_s
        self._last_reading_s = voice.t_s
        if voice.pitch_hz is None or voice.pitch_hz <= 0 or voice.speech < SPEECH_ON:
            return
        semitones = 12 * math.log2(voice.pitch_hz / 100.0)
        low = self._quantile(LOW_PERCENTILE)
        if low is not None and semitones <= low:
            # a reading missed between two ticks belongs to the region as well
            self.low_region_s += min(gap, 2.5 * voice.span_s)
        elif self.low_region_s < LOW_REGION_S or talking:
            self.low_region_s = 0.0
        self._recent.append((voice.t_s, semitones))
        bisect.insort(self._sorted, semitones)
        self._order.append(semitones)
        if len(self._order) > 3000:  # about the last 100 s of voiced speech
            oldest = self._order.popleft()
            self._sorted.pop(bisect.bisect_left(self._sorted, oldest))

    @property
    def tail(self) -> Tail:
        """How the stretch of speech ends, or ended."""
        low, middle, high = self._quantile(0.25), self._quantile(0.45), self._quantile(0.85)
        if low is None or middle is None or high is None or len(self._recent) < 5:
            return "unknown"
        end_s = self._recent[-1][0]
        last = [p for t, p in self._recent if end_s - t <= 0.2]
        before = [p for t, p in self._recent if 0.2 < end_s - t <= 0.5]
        level = sorted(last)[len(last) // 2]
        if level <= low:
            return "final"
        if len(last) >= 4 and len(before) >= 4 and middle <= level <= high:
            spread = max(last + before) - min(last + before)
            if spread <= 1.0:  # half a second within a semitone: a held tone
                return "held"
        return "unknown"

    def _quantile(self, q: float) -> float | None:
        """Of the speaker's pitch so far, in semitones re 100 Hz; None before about 2 s of it."""
        if len(self._sorted) < 60:
            return None
        return self._sorted[int(q * (len(self._sorted) - 1))]
