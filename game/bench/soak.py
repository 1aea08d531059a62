"""Twenty minutes with her, in real time: slow frames, and memory that must not grow."""

from __future__ import annotations

import gc
import itertools
import random
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import psutil

from dialogue.behaviour.planner import BehaviourPlanner
from dialogue.content.persona import load_persona
from dialogue.content.script import load_interview
from dialogue.types import AcknowledgeData, RecruiterAct
from game.behaviour.recruiter import Recruiter
from game.bench.row import Row
from game.scene.room import Room
from game.sound.speaker import choose_speaker
from game.stage.base import Stage
from game.voice.base import Renderer, voice_of
from perception.clock import SessionClock

SIZE = (960, 540)
MINUTES, QUICK_MINUTES = 20.0, 0.8
FRAME_S = 1 / 30
"""As an interview is paced where a processor draws it."""
SETTLED_SHARE = 0.15
"""Share of the time after which memory is first read: caches are full and fonts are loaded then."""
ANSWER_S = (9.0, 26.0)
KEPT_LINES, QUICK_LINES = 64, 8
"""Lines that are rendered before: as many as the program keeps, and fewer with ``--quick``."""
IDLE_S = 45.0
"""Seconds at the end of every third answer in which nothing at all happens."""


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Lets her greet, ask, listen, nod and wait, paced at 30 frames a second.

    Args:
        quick: under a minute.
        data_dir: not needed.
    """
    del data_dir
    seconds = 60.0 * (QUICK_MINUTES if quick else MINUTES)
    process = psutil.Process()
    persona = load_persona("anna")
    work: list[float] = []
    memory: list[tuple[float, float]] = []
    script = _Script(random.Random(7))
    renderer = Renderer(voice_of(persona))
    _fill(renderer, script.texts[: QUICK_LINES if quick else KEPT_LINES])
    clock = SessionClock(time.monotonic())
    with Stage(*SIZE, mode="offscreen") as stage:
        recruiter = Recruiter(persona, renderer, choose_speaker("silent", clock), seed=7)
        planner = BehaviourPlanner(persona, seed=7)
        room = Room(stage, persona.identity)
        stage.keep_pictures(True)
        next_s = clock.now()
        while (now := clock.now()) < seconds:
            due = script.due(now, recruiter.delivery.busy)
            recruiter.play([planner.plan(act) for act in due], now)
            line = recruiter.delivery.line
            recruiter.gaze.candidate = room.direction_to_candidate()
            room.caption(line.act.text if line is not None else None, now)
            room.progress(1, 5, now)
            room.draw(recruiter.advance(now))
            room.picture()
            recruiter.take_feedback()
            recruiter.blocks.clear()
            work.append(clock.now() - now)
            if not memory or now - memory[-1][0] > seconds / 60:
                gc.collect()
                memory.append((now, process.memory_info().rss / 1e6))
                print(f"\r{now / 60:.1f} of {seconds / 60:.1f} min", end="", file=sys.stderr)
            next_s = max(next_s + FRAME_S, now)
            clock.sleep(max(0.0, next_s - clock.now()))
        print(file=sys.stderr)
        renderer.close()
        room.close()
    return _rows(np.array(work), memory, seconds)


def _fill(renderer: Renderer, texts: Sequence[str]) -> None:
    """Renders lines ahead: what the cache of them takes is bounded, and no growth."""
    renderer.request(*texts)
    for text in texts:
        renderer.get(text, timeout_s=60.0)


def _rows(work: np.ndarray, memory: list[tuple[float, float]], seconds: float) -> list[Row]:
    settled = [mb for t_s, mb in memory if t_s >= SETTLED_SHARE * seconds]
    growth = 100.0 * (float(np.median(settled[-3:])) / float(np.median(settled[:3])) - 1.0)
    slowest = 1e3 * float(work[60:].max())
    over = int((work[60:] > 0.1).sum())
    return [
        Row("soak", "minutes", seconds / 60, "min"),
        Row("soak", "frames/s kept", len(work) / seconds, "1/s"),
        Row.at_most("soak", "slowest frame", slowest, "ms", 100),
        Row.at_most("soak", "frames over 100 ms", float(over), "", 0),
        Row("soak", "99th percentile of a frame", 1e3 * float(np.percentile(work, 99)), "ms"),
        Row("soak", "memory at the end", memory[-1][1], "MB"),
        Row.at_most("soak", "growth of memory", growth, "%", 2),
    ]


class _Script:
    """Lines of all roles in turn, with answers listened to in between."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._number = 0
        self._until_s: float | None = None
        self._nod_s = 0.0
        texts = []
        for role in ("sales_assistant", "nurse", "software_developer", "graduate_trainee"):
            interview = load_interview(role)
            texts += [text for question in interview.questions for text in question.text]
        self.texts = texts
        self._texts = itertools.cycle(texts)

    def due(self, t_s: float, busy: bool) -> list[RecruiterAct]:
        """Acts that begin now."""
        if busy:
            self._until_s = None
            return []
        if self._until_s is None:
            idle = IDLE_S if self._number % 3 == 2 else 0.0
            self._until_s = t_s + self._rng.uniform(*ANSWER_S) + idle
            self._nod_s = t_s + self._rng.uniform(2.0, 6.0)
            return [self._act(t_s, "listen")] if self._number else []
        if self._number and t_s < self._until_s:
            if t_s >= self._nod_s and self._until_s - t_s > IDLE_S / 2:
                self._nod_s = t_s + self._rng.uniform(3.0, 9.0)
                return [self._act(t_s, "acknowledge", data=AcknowledgeData("nod", 0.6))]
            return []
        return [self._act(t_s, "ask", next(self._texts))]

    def _act(self, t_s: float, kind: str, text: str = "", **more: object) -> RecruiterAct:
        self._number += 1
        attitude = self._rng.choice(("warm", "interested", "neutral", "encouraging"))
        return RecruiterAct(t_s, kind, text, attitude, id=f"act-{self._number}", **more)  # type: ignore[arg-type]
