"""Turn taking on recordings of people, through the real ear, each followed by its room's quiet.

With words, without, with Smart Turn and without. What Smart Turn's word weighs was measured on the
same recordings, so each of them is judged with the weights that all others give.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from dialogue.turntaking.end_of_turn import EndOfTurn, shipped
from dialogue.turntaking.turn import TurnDetector
from game.bench.row import Row
from game.training.real_pauses import (
    JudgedPause,
    Recording,
    area_under_curve,
    fit_log_ratio,
    judged_pauses,
)
from perception.fusion import Fusion, Input
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ, blocks_of
from perception.models.borrowed import is_here
from perception.pipeline.audio import AudioPipeline
from perception.speech.base import FASTER_WHISPER, SpeechSettings, create
from perception.speech.dictation import Dictation, Transcription
from perception.speech.utterance import Utterance, UtteranceChunk
from perception.types import Event, VoiceReading, Words
from perception.voice.paused_speech import PausedSpeech, finished_event
from perception.voice.smart_turn_onnxruntime import SmartTurn

LEAST_PAUSE_S = 0.25
"""Silences that count as pauses, as :mod:`dialogue.turntaking.speechflow` has it."""
JUDGED_S = 0.1
"""Seconds until Smart Turn's word is there: a little more than it takes."""
WORDS_S = 0.4
"""Seconds until whisper's words of a pause are there: about what they take on two cores."""

_GROUPS = {"disfluent": "disfluent", "accent_mandarin": "Mandarin accents", "": "the others"}


def judged(recordings: Iterable[Recording]) -> list[JudgedPause]:
    """Smart Turn's word on each of their pauses; none without its weights."""
    if not SmartTurn.is_here():
        return []
    judge = SmartTurn()
    return [pause for each in recordings for pause in judged_pauses(each, judge)]


def real_rows(recordings: Sequence[Recording], pauses: Sequence[JudgedPause]) -> list[Row]:
    """All figures of real sound."""
    rows = _auc_rows(pauses)
    ways = [("without words", False, False)]
    if pauses:
        ways.append(("without words, with Smart Turn", True, False))
    if is_here(FASTER_WHISPER["base"]):
        ways.append(("with whisper's words", False, True))
        if pauses:
            ways.append(("with whisper's words and Smart Turn", True, True))
    for what, smart, worded in ways:
        tally = _Tally()
        for each in recordings:
            model = _without(each.name, pauses) if smart else None
            tally.add(each, _inputs(each, smart, worded), model)
        rows += tally.rows(f"turns, real sound {what}")
    return rows


def _auc_rows(pauses: Sequence[JudgedPause]) -> list[Row]:
    if not pauses:
        return []
    rows = []
    for part, name in (*_GROUPS.items(), (None, "all")):
        named = [p for p in pauses if part is None or _group(p.name) == part]
        area = area_under_curve([p.finished for p in named], [p.over for p in named])
        ends = sum(p.over for p in named)
        what = f"Smart Turn, ends against pauses, {name} ({ends} and {len(named) - ends})"
        rows.append(Row("hearing", f"turns: {what}", area, "AUC"))
    return rows


def _group(name: str) -> str:
    return next(part for part in _GROUPS if part in name)


def _without(name: str, pauses: Sequence[JudgedPause]) -> EndOfTurn:
    """The model with Smart Turn's weights from all recordings but one."""
    model = copy.copy(shipped())
    others = [pause for pause in pauses if pause.name != name]
    if any(p.over for p in others) and not all(p.over for p in others):
        model.smart_turn = fit_log_ratio(others)
    return model


def _inputs(recording: Recording, smart: bool, worded: bool) -> list[tuple[float, Input]]:
    """What the fusion is given, with the times at which it arrives, in that order."""
    paused: list[PausedSpeech] = []
    pipeline = AudioPipeline(chunks=worded, pauses=paused.append if smart else None)
    judge = SmartTurn() if smart else None
    now_s = 0.0
    # words so far at pauses only: those between them tell nothing of an end
    dictation = (
        Dictation(create("faster-whisper:base"), SpeechSettings(partial_every_s=5.0), lambda: now_s)
        if worded
        else None
    )
    found: list[tuple[float, Input]] = []
    for block in blocks_of(recording.sound):
        now_s = block.t_s + BLOCK_SAMPLES / RATE_HZ
        for item in pipeline.process_block(block):
            if isinstance(item, VoiceReading | Event):
                found.append((now_s, item))
            elif isinstance(item, Utterance | UtteranceChunk) and dictation is not None:
                found += [(now_s + WORDS_S, words) for words in _words(dictation, item)]
        if judge is not None and paused:
            last = paused.pop()
            told = finished_event(now_s, last.t_s, judge.finished(last.samples))
            found.append((now_s + JUDGED_S, told))
    return sorted(found, key=lambda pair: pair[0])


def _words(dictation: Dictation, item: Utterance | UtteranceChunk) -> Iterable[Words]:
    for told in dictation.transcribe([item]):
        if isinstance(told, Transcription):
            yield told.words
        elif isinstance(told, Words):
            yield told


@dataclass
class _Tally:
    """What came of all recordings."""

    pauses: int = 0
    cut_ins: int = 0
    answers: int = 0
    answers_cut: int = 0
    floors_s: list[float] = field(default_factory=list)

    def add(
        self, recording: Recording, inputs: Sequence[tuple[float, Input]], model: EndOfTurn | None
    ) -> None:
        """Listens to one; nearly each has a speaker of its own, whom she does not know."""
        fusion, detector = Fusion(), TurnDetector(model=model)
        detector.begin(0.0, recording.expected_s)
        end_s = recording.end_s
        taken: list[float] = []
        at, quiet, had = 0, False, False
        for number in range(len(recording.sound) // BLOCK_SAMPLES):
            now_s = (number + 1) * BLOCK_SAMPLES / RATE_HZ
            while at < len(inputs) and inputs[at][0] <= now_s + 1e-9:
                fusion.add(inputs[at][1])
                at += 1
            view = detector.step(fusion.state(now_s))
            if view.talking:
                quiet = had = False
            elif view.heard and view.pause_s >= LEAST_PAUSE_S and not quiet:
                quiet = True
                self.pauses += now_s - view.pause_s < end_s - 0.2 and now_s < end_s
            if view.over and quiet and not had:
                had = True
                taken.append(now_s)
        early = sum(t < end_s for t in taken)
        self.cut_ins += early
        self.answers += 1
        self.answers_cut += early > 0
        self.floors_s += [t - end_s for t in taken if t >= end_s][:1]

    def rows(self, what: str) -> list[Row]:
        """Its figures."""
        rate = 100.0 * self.cut_ins / max(1, self.pauses)
        cut = 100.0 * self.answers_cut / max(1, self.answers)
        middle, late = (_ms(self.floors_s, q) for q in (50, 95))
        return [
            Row("hearing", f"{what}: pauses inside answers", self.pauses, ""),
            Row.at_most("hearing", f"{what}: cut-in rate, of those pauses", rate, "%", 3.0),
            Row.at_most("hearing", f"{what}: answers cut in on", cut, "%", 10.0),
            Row.at_most("hearing", f"{what}: end to the floor, p50", middle, "ms", 700.0),
            Row.at_most("hearing", f"{what}: end to the floor, p95", late, "ms", 2000.0),
            Row("hearing", f"{what}: answers ended", len(self.floors_s), f"of {self.answers}"),
        ]


def _ms(seconds: list[float], percentile: float) -> float | None:
    return float(np.percentile(seconds, percentile)) * 1000 if seconds else None
