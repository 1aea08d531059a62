"""Figures of turn taking: how often she cuts in, how long she waits, and where she nods.

The timelines are made of answers of people who took no part in training; what of them is real and
what is drawn says :mod:`game.synthetic.timelines`. Recordings of people through the real ear are in
:mod:`game.bench.hearing_turns_real`. A cut-in is a pause inside an answer in which
she takes the floor; a sound of listening is none.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np

from dialogue.reacting.engine import Reactions
from dialogue.turntaking.settings import TurnSettings
from dialogue.turntaking.turn import TurnDetector, TurnView
from game.bench.hearing_turns_real import judged, real_rows
from game.bench.row import Row
from game.bench.turnrules import TurnRules
from game.synthetic.interviews import TRANSCRIPTS, RealAnswer, read_answers
from game.synthetic.timeline_types import AnswerTimeline
from game.synthetic.timelines import TimelineSettings, states
from game.training.real_pauses import recordings
from game.training.turns import taught, timelines_of
from perception.types import CandidateState

CURVE = ((0.4, 1.92), (0.55, 1.92), (0.7, 1.92), (0.46, 2.4), (0.46, 3.0), (0.8, 3.0))
"""Points of the curve, ``over`` and ``floor_most_s``."""

LEAST_PAUSE_S = 0.2
"""Silences that count as pauses; shorter ones are brief (Campione & Veronis 2002)."""

AS_SHIPPED = TimelineSettings(no_words=0.0, no_partials=0.0, pocketsphinx=0.0)
"""Whoever uses the program as it comes has whisper's words while they speak. Smart Turn's readings
are added where its weights are here."""
AS_BEFORE = TimelineSettings(no_words=0.0, no_partials=0.0)
"""Half of them heard by pocketsphinx, nobody by Smart Turn: as the program came before it had both,
and as figures were told until November 2026."""
WITHOUT_WORDS = TimelineSettings(no_words=1.0)
"""With ``--speech-to-text none``, or a recogniser that failed."""

_SEED = 2026


def measure_turns(data_dir: Path | None, quick: bool = False) -> list[Row]:
    """Measures turn taking.

    Args:
        data_dir: folder of the real recordings and transcripts; without it there are no figures.
        quick: a smaller sample, in some seconds.

    Returns:
        Rows of the bench "hearing".
    """
    if data_dir is None or not (data_dir / TRANSCRIPTS).is_file():
        return [Row.at_most("hearing", "turns: cut-in rate, of pauses", None, "%", 3.0)]
    answers = [answer for answer in read_answers(data_dir) if not taught(answer.person)]
    people = sorted({answer.person for answer in answers})[: 2 if quick else None]
    kept = [answer for answer in answers if answer.person in people]
    heard = [] if quick else list(recordings(data_dir))
    readings = judged(heard)
    shipped_as = replace(
        AS_SHIPPED,
        smart_turn_pauses=tuple(each.finished for each in readings if not each.over),
        smart_turn_ends=tuple(each.finished for each in readings if each.over),
    )
    default, rules = Judge(_Model), Judge(TurnRules)
    curve = [] if quick else [Judge(partial(_Model, _point(*at))) for at in CURVE]
    nods = _Nods()
    run(kept, [default, rules, *curve], shipped_as, nods)
    unjudged, before, wordless = Judge(_Model), Judge(_Model), Judge(_Model)
    if readings:
        run(kept, [unjudged], AS_SHIPPED)
    run(kept, [before], AS_BEFORE)
    run(kept, [wordless], WITHOUT_WORDS)
    what = "turns, Smart Turn drawn" if readings else "turns"
    rows = [*default.rows(what), *rules.rows("turns, rules before", aims=False)]
    if readings:
        rows += unjudged.rows("turns without Smart Turn")
    rows += before.rows("turns, timelines until November 2026")
    rows += wordless.curve_rows("turns without words or Smart Turn")
    for (over, most_s), judge in zip(CURVE, curve, strict=False):
        rows += judge.curve_rows(f"{what}, at {over:g} and {most_s:g} s")
    rows += nods.rows()
    rows.append(Row.at_most("hearing", "turns: cost of a tick", default.tick_us, "µs", 200.0))
    return [*rows, *real_rows(heard or list(recordings(data_dir))[:2], readings)]


class _Listener(Protocol):
    """Something that takes turns."""

    def begin(self, t_s: float, expected_s: float) -> None: ...

    def resumed(self) -> None: ...

    def cut_in(self) -> None: ...

    def step(self, state: CandidateState) -> tuple[bool, bool]: ...


class _Model:
    """The detector as the dialogue uses it."""

    def __init__(self, settings: TurnSettings | None = None) -> None:
        self._detector = TurnDetector(settings)
        self.view: TurnView | None = None
        self.begin = self._detector.begin
        self.resumed = self._detector.resumed
        self.cut_in = self._detector.cut_in

    def step(self, state: CandidateState) -> tuple[bool, bool]:
        self.view = self._detector.step(state)
        return self.view.ended, self.view.over


class Judge:
    """Holds what a listener does against the truth of timelines.

    Args:
        make: a listener, anew for each person: a session has one candidate.
    """

    def __init__(self, make: Callable[[], _Listener]) -> None:
        self._make = make
        self._listener = make()
        self._answer: AnswerTimeline | None = None
        self._begun_s = 0.0
        self._pause = 0
        self._sounds: dict[int, float] = {}
        self._floors: dict[int, float] = {}
        self._told = 0
        self._ticks, self._took_s = 0, 0.0
        self.cut_ins = self.pauses = self.answers = self.answers_cut = self.sounds = 0
        self.floor_s: list[float] = []
        """Seconds from the end of each answer to taking the floor."""
        self.first_s: list[float] = []
        """The same to her first sound, whichever it is."""

    def meet(self) -> None:
        """Another person, whose session begins anew."""
        self._listener = self._make()

    def begin(self, t_s: float, answer: AnswerTimeline) -> None:
        """An answer begins at session time ``t_s``."""
        self.finish()
        self._answer, self._begun_s = answer, t_s
        self._pause = self._told = 0
        self._listener.begin(t_s, answer.expected_s)

    def step(self, state: CandidateState) -> None:
        """One tick."""
        answer = self._answer
        assert answer is not None
        t = state.t_s - self._begun_s
        stretches = answer.stretches
        # what comes while the next words are not yet noticed still belongs to the pause before
        while self._pause < len(stretches) and stretches[self._pause].end_s <= t:
            self._pause += 1
        went_on = self._pause < len(stretches) and t > stretches[self._pause].start_s + 0.15
        if went_on and self._pause in self._sounds and self._told < self._pause:
            self._told = self._pause
            self._listener.resumed()
            if self._pause in self._floors:
                self._listener.cut_in()
        began = time.perf_counter()
        ended, over = self._listener.step(state)
        self._took_s += time.perf_counter() - began
        self._ticks += 1
        if self._pause and over:
            self._floors.setdefault(self._pause, t)
        if self._pause and (ended or over):
            self._sounds.setdefault(self._pause, t)

    def finish(self) -> None:
        """The silence after an answer has passed; it is counted."""
        answer, self._answer = self._answer, None
        if answer is None:
            return
        last = len(answer.stretches)
        early = sum(pause < last for pause in self._floors)
        self.answers += 1
        self.answers_cut += early > 0
        self.cut_ins += early
        self.pauses += sum(each.pause_s >= LEAST_PAUSE_S for each in answer.stretches[:-1])
        self.sounds += sum(pause < last for pause in self._sounds)
        if last in self._floors:
            self.floor_s.append(self._floors[last] - answer.end_s)
            self.first_s.append(self._sounds[last] - answer.end_s)
        self._sounds, self._floors = {}, {}

    @property
    def view(self) -> TurnView | None:
        """What the detector last told; None for a listener that is none."""
        return self._listener.view if isinstance(self._listener, _Model) else None

    @property
    def tick_us(self) -> float:
        """Mean microseconds a tick."""
        return 1e6 * self._took_s / max(1, self._ticks)

    @property
    def cut_in_share(self) -> float:
        """Percent of the pauses inside answers in which she takes the floor."""
        return 100.0 * self.cut_ins / max(1, self.pauses)

    @property
    def _answers_cut_share(self) -> float:
        return 100.0 * self.answers_cut / max(1, self.answers)

    def curve_rows(self, what: str) -> list[Row]:
        """One point of the curve."""
        return [
            _row(f"{what}: cut-in rate, of pauses inside answers", self.cut_in_share, "%"),
            _row(f"{what}: answers cut in on", self._answers_cut_share, "%"),
            _row(f"{what}: end of answer to the floor, p50", _ms(self.floor_s, 50), "ms"),
            _row(f"{what}: end of answer to the floor, p95", _ms(self.floor_s, 95), "ms"),
        ]

    def rows(self, what: str, aims: bool = True) -> list[Row]:
        """All figures, with the aims where they are the program's own."""
        rate = (f"{what}: cut-in rate, of pauses inside answers", self.cut_in_share, "%")
        delay = (f"{what}: end of answer to the floor, p50", _ms(self.floor_s, 50), "ms")
        late = (f"{what}: end of answer to the floor, p95", _ms(self.floor_s, 95), "ms")
        cut = (f"{what}: answers cut in on", self._answers_cut_share, "%")
        return [
            Row.at_most("hearing", *rate, 3.0) if aims else _row(*rate),
            Row.at_most("hearing", *delay, 700.0) if aims else _row(*delay),
            Row.at_most("hearing", *late, 2000.0) if aims else _row(*late),
            _row(f"{what}: end of answer to her first sound, p50", _ms(self.first_s, 50), "ms"),
            _row(f"{what}: end of answer to her first sound, p95", _ms(self.first_s, 95), "ms"),
            Row.at_most("hearing", *cut, 10.0) if aims else _row(*cut),
            _row(
                f"{what}: sounds of hers inside an answer", self.sounds / max(1, self.answers), ""
            ),
        ]


class _Nods:
    """Backchannels of the usual persona, and where they fall."""

    def __init__(self) -> None:
        self.meet()
        self._span_s = 0.0
        self._last_s = 0.0
        self._count = self._pauses = self._low = self._falling = self._over_sound = 0

    def meet(self) -> None:
        """Another person, whose session begins anew."""
        self._reactions = Reactions(seed=_SEED)

    def begin(self, t_s: float) -> None:
        """An answer begins."""
        self._reactions.begin_answer()
        self._last_s = t_s

    def step(self, state: CandidateState, view: TurnView, within: bool) -> None:
        """One tick; ``within`` an answer, between its first and its last sound."""
        self._span_s += (state.t_s - self._last_s) if within else 0.0
        self._last_s = state.t_s
        for reaction in self._reactions.step(state, view, True, False):
            if not (within and reaction.because.rule.startswith("backchannel")):
                continue
            self._count += 1
            self._pauses += not view.talking
            self._low += view.talking and view.opportunity_cue == "low_pitch"
            self._falling += view.opportunity_cue in ("falling_pitch", "low_pitch")
            self._over_sound += view.talking and bool(reaction.sound)

    def rows(self) -> list[Row]:
        """How often, and the shares of all."""
        count = max(1, self._count)
        return [
            _row("backchannels", 60.0 * self._count / max(1.0, self._span_s), "1/min"),
            _row("backchannels in pauses", 100.0 * self._pauses / count, "%"),
            _row("backchannels after falling or low pitch", 100.0 * self._falling / count, "%"),
            _row("backchannels over speech at low pitch", 100.0 * self._low / count, "%"),
            Row.at_most("hearing", "sounds of listening over speech", self._over_sound, "", 0.0),
        ]


def run(
    answers: Sequence[RealAnswer],
    judges: Sequence[Judge],
    settings: TimelineSettings,
    nods: _Nods | None = None,
) -> None:
    """Speaks the answers to all judges; the nods follow what the first of them hears."""
    for spoken, rng in timelines_of(answers, settings, _SEED):
        current = -1
        for judge in judges:
            judge.meet()
        if nods is not None:
            nods.meet()
        for index, begun_s, state in states(spoken, rng):
            answer = spoken[index]
            if index != current:
                current = index
                for judge in judges:
                    judge.begin(begun_s, answer)
                if nods is not None:
                    nods.begin(state.t_s)
            for judge in judges:
                judge.step(state)
            view = judges[0].view
            if nods is not None and view is not None:
                within = answer.stretches[0].start_s <= state.t_s - begun_s < answer.end_s
                nods.step(state, view, within)
        for judge in judges:
            judge.finish()


def _point(over: float, most_s: float) -> TurnSettings:
    usual = TurnSettings()
    unjudged_s = max(most_s, usual.floor_unjudged_most_s)
    return TurnSettings(over=over, floor_most_s=most_s, floor_unjudged_most_s=unjudged_s)


def _ms(seconds: list[float], percentile: float) -> float | None:
    return float(np.percentile(seconds, percentile)) * 1000 if seconds else None


def _row(figure: str, value: float | None, unit: str) -> Row:
    return Row("hearing", figure, value, unit)
