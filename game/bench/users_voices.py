"""Voices that a user brings, by the yardsticks of the recruiters' own: words, time, lips, liking.

``RECRUITER_TEST_VOICES`` names them as ``--voice`` takes them, separated by commas; without it
there is nothing to measure.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from game.bench.closeup import SIZE
from game.bench.dnsmos_onnxruntime import ListenersRating
from game.bench.lips import LINES as SHORT_LINES
from game.bench.lips import film, rows_of
from game.bench.row import Row
from game.bench.voice import delays_of, rate
from game.bench.voice_material import LINES, WH_QUESTIONS, YES_OR_NO
from game.bench.voice_timbre_praat import ends_falling, ends_high
from game.bench.voice_understood import Listener
from game.stage.base import Stage
from game.voice.base import Voice, choose_voice
from game.voice.live import SLOWEST_LIVE

VARIABLE = "RECRUITER_TEST_VOICES"
PERSONA = "anna"
_QUESTIONS = 6
_FIRST = 4  # lines whose first sounds are timed


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Has every voice that is named speak.

    Args:
        quick: five lines each instead of twenty, and no film of lips.
        data_dir: not needed.
    """
    del data_dir
    rows: list[Row] = []
    for name in filter(None, os.environ.get(VARIABLE, "").split(",")):
        voice = choose_voice(name)
        rows += _spoken(voice, LINES[20:25] if quick else LINES[20:])
        if not quick:
            with Stage(*SIZE, mode="offscreen") as stage:
                seen = film(stage, PERSONA, list(SHORT_LINES[::2]), name)
            rows += [replace(row, bench="users-voices") for row in rows_of(seen)]
    return rows


def _spoken(voice: Voice, texts: tuple[str, ...]) -> list[Row]:
    voice.render("Hello.")  # the first call also sets things up
    began_s, busy_s = time.perf_counter(), time.thread_time()
    said = [voice.render(text) for text in texts]
    spoken_s = sum(line.duration_s for line in said)
    took_s, busy_s = time.perf_counter() - began_s, time.thread_time() - busy_s
    firsts = delays_of(voice, list(texts[:_FIRST]), False)
    listener = Listener() if Listener.is_here() else None
    rating = ListenersRating() if ListenersRating.is_here() else None
    error = None
    if listener is not None:
        error = listener.word_error(texts, [line.samples for line in said], said[0].rate_hz)
    high = [ends_high(voice.render(text)) for text in YES_OR_NO[:_QUESTIONS]]
    fall = [ends_falling(voice.render(text)) for text in WH_QUESTIONS[:_QUESTIONS]]

    def row(figure: str, value: float | None, unit: str = "") -> Row:
        return Row("users-voices", f"{voice.name}: {figure}", value, unit)

    slow = f"{voice.name}: time over speech"
    return [
        Row.at_most("users-voices", slow, took_s / spoken_s, "", SLOWEST_LIVE),
        row("processor time over speech", busy_s / spoken_s),
        row("first sound of a new line, p50", float(np.median(firsts)), "ms"),
        row(f"words misunderstood, {len(texts)} lines", error),
        row("rated by DNSMOS P.808", None if rating is None else rate(rating, said)),
        row(f"yes-or-no questions that end high, of {len(high)}", float(np.mean(high))),
        row(f"wh-questions that fall, of {len(fall)}", float(np.mean(fall))),
    ]
