"""Plays behaviour blocks: BML's schedule of sync points becomes movement over time.

The realizer is pure: blocks in, contributions to a pose out, all by the session time it is given.
Speech is the exception that proves the rule: its sound is started by whoever owns the voice, which
tells the realizer when, because behaviours may refer to it. When things happen is worked out in
``game/behaviour/schedule.py`` and what each shows in ``game/behaviour/players.py``; here they are
composed, and told as they pass.
"""

from __future__ import annotations

import dataclasses
import random
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

from dialogue.types import (
    SYNC_POINTS,
    Behaviour,
    BehaviourBlock,
    BehaviourWarning,
    Prediction,
    Progress,
    Spoken,
)
from game.behaviour.gestures import gestures
from game.behaviour.players import (
    PLAYERS,
    RELEASE_S,
    SHIFTS,
    Active,
    Contribution,
    face_of,
    fault_of,
    release_of,
    side_of,
)
from game.behaviour.schedule import Schedule, schedule
from game.behaviour.spans import Times
from game.pose import Angles

KEPT_TOLD = 4096
"""Sync points that wait to be asked for, at most: nobody has to ask."""
OWN_POINTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("speech", "wait", *SHIFTS), ("start", "end")),
    **dict.fromkeys(
        ("faceLexeme", "faceFacs", "face", "gaze", "posture"), ("start", "ready", "relax", "end")
    ),
}
"""Kind to the sync points that BML gives it and that are told; all of them for the rest."""
REMEMBERED_BLOCKS = 32
"""Blocks that a later one may refer to."""


@dataclass(slots=True)
class _Waiting:
    """A block that is appended: it begins when those before it are over."""

    block: BehaviourBlock
    spoken: Mapping[str, Spoken]
    lead_s: float
    number: int
    """How many blocks were sent before it."""


@dataclass(slots=True)
class _Running:
    """A block under way."""

    id: str
    start_s: float
    end_s: float
    number: int
    """How many blocks were sent before it."""
    started: bool = False
    replaced_s: float | None = None


class Realizer:
    """Schedules behaviours and blends those that overlap.

    Args:
        rng: source of the asymmetry between the sides of a face.

    Attributes:
        warnings: what could not be shown, for the record; the reader empties it.
        told: sync points that have passed and predictions, oldest first; at most ``KEPT_TOLD``.
        speeches: speech that is scheduled, for whoever owns the voice; it takes them out.
    """

    def __init__(self, rng: random.Random) -> None:
        gestures()  # read from their files now, not in the middle of a line
        self.rng = rng
        self.warnings: deque[BehaviourWarning] = deque(maxlen=KEPT_TOLD)
        self.told: deque[Progress | Prediction] = deque(maxlen=KEPT_TOLD)
        self.speeches: deque[Active] = deque(maxlen=KEPT_TOLD)
        self._active: list[Active] = []
        self._waiting: deque[_Waiting] = deque()
        self._sent = 0
        self._running: dict[str, _Running] = {}
        self._known: dict[str, dict[str, Times]] = {}
        self._ended_s: float | None = None

    def play(
        self,
        block: BehaviourBlock,
        t_s: float,
        speech_s: float | None = None,
        spoken: Mapping[str, Spoken] | None = None,
        lead_s: float = 0.0,
    ) -> None:
        """Schedules a block from session time ``t_s`` on.

        Args:
            block: behaviours; times in it count from the block's start.
            t_s: now.
            speech_s: length of the block's speech, for behaviours that end with it.
            spoken: speech behaviour to the timing of its sound; in place of ``speech_s``.
            lead_s: what the voice needs before it sounds: a block that speaks begins that much
                later.
        """
        if spoken is None:
            ids = [b.id for b in block.behaviours if b.kind == "speech"]
            spoken = {} if speech_s is None else {name: Spoken(speech_s) for name in ids}
        if block.composition == "REPLACE":
            self._replace(t_s)
        number, self._sent = self._sent, self._sent + 1
        if block.composition == "APPEND" and (self._running or self._waiting):
            self._waiting.append(_Waiting(block, spoken, lead_s, number))
            return
        self._begin(block, t_s, spoken, lead_s, number)

    def _begin(
        self,
        block: BehaviourBlock,
        t_s: float,
        spoken: Mapping[str, Spoken],
        lead_s: float,
        number: int,
    ) -> None:
        speaks = any(behaviour.kind == "speech" for behaviour in block.behaviours)
        faults: dict[str, BehaviourWarning] = {}
        for behaviour in block.behaviours:
            fault = fault_of(behaviour)
            if fault is not None:
                faults[behaviour.id] = BehaviourWarning(
                    block.id, behaviour.id, *fault, behaviour.line, t_s
                )
        begin_s = t_s + (lead_s if speaks else 0.0)
        plan = schedule(block, begin_s, spoken, self._known, faults)
        self.warnings += [dataclasses.replace(warning, t_s=t_s) for warning in plan.warnings]
        if plan.dropped:
            message = "a required behaviour or constraint cannot be kept, so the block is dropped"
            self.warnings.append(
                BehaviourWarning(block.id, "", "BLOCK_DROPPED", message, None, t_s)
            )
            return
        for behaviour in block.behaviours:
            if behaviour.id in plan.times:
                self._activate(block, behaviour, plan.times[behaviour.id])
        self._remember(block.id, plan)
        self._running[block.id] = _Running(block.id, plan.start_s, plan.end_s, number)
        self.told.append(Prediction(t_s, block.id, plan.start_s, plan.end_s, plan.times))

    def _activate(self, block: BehaviourBlock, behaviour: Behaviour, times: Times) -> None:
        # drawn for every behaviour, so that a warning elsewhere changes nothing of the rest
        tilt = self.rng.uniform(-0.1, 0.1)
        active = Active(behaviour, times, tilt, block=block.id)
        active.amount = float(behaviour.attributes.get("amount", 0.6))
        own = OWN_POINTS.get(behaviour.kind, SYNC_POINTS)
        points = [p for p in times if p in own or p not in SYNC_POINTS]
        active.order = tuple(sorted(points, key=times.__getitem__))
        active.weights = {
            name: weight * (1.0 + tilt * side_of(name))
            for name, weight in face_of(behaviour).items()
        }
        if behaviour.kind in SHIFTS:
            for other in self._active:
                if other.behaviour.kind == behaviour.kind:
                    onset_s = times["ready"] - times["start"]
                    other.release(times["start"], max(RELEASE_S, onset_s))
        self._active.append(active)
        if behaviour.kind == "speech":
            self.speeches.append(active)

    def _remember(self, block_id: str, plan: Schedule) -> None:
        whole = {"start": plan.start_s, "end": plan.end_s}
        self._known.pop(block_id, None)
        self._known[block_id] = {"": whole, **plan.times}
        while len(self._known) > REMEMBERED_BLOCKS:
            del self._known[next(iter(self._known))]

    def _replace(self, t_s: float) -> None:
        self._waiting.clear()
        for running in self._running.values():
            running.replaced_s = t_s if running.replaced_s is None else running.replaced_s
        for active in self._active:
            active.release(t_s, release_of(active))
        self.speeches.clear()

    def release(self, t_s: float) -> None:
        """Lets go of everything softly: she was interrupted."""
        self._replace(t_s)

    def sounds(self, speech: Active, t_s: float) -> None:
        """Tells that a speech is heard from ``t_s`` on; what is to come of its block moves along.

        Args:
            speech: one out of ``speeches``.
            t_s: session time of its first sample.
        """
        planned_s = speech.times["start"]
        late_s = t_s - planned_s
        if late_s == 0.0:
            return
        for active in self._active:
            if active.block == speech.block:
                for point, when in active.times.items():
                    if when >= planned_s - 1e-6:
                        active.times[point] = when + late_s
        running = self._running.get(speech.block)
        if running is not None and running.end_s >= planned_s:
            running.end_s += late_s

    @property
    def busy(self) -> int:
        """Behaviours under way or to come, those that stay not counted."""
        moving = sum(active.behaviour.kind not in SHIFTS for active in self._active)
        return moving + len(self._running) + len(self._waiting)

    def advance(self, t_s: float) -> Contribution:
        """What the behaviours show at ``t_s``."""
        if self._running or self._waiting:
            self._follow(t_s)
        shown = Contribution()
        turns = [0.0] * 6
        ended = False
        for active in self._active:
            if t_s < active.times["start"]:
                continue
            if active.over(t_s):
                ended = True
                continue
            player = PLAYERS.get(active.behaviour.kind)
            if player is not None:
                player(active, t_s, shown, turns)
        if ended:
            self._active = [active for active in self._active if not active.over(t_s)]
        shown.head = Angles(*turns[:3])
        shown.torso = Angles(*turns[3:])
        return shown

    def _follow(self, t_s: float) -> None:
        """Tells what has passed, and begins blocks that waited for it."""
        passed: list[Progress] = []
        ended: list[Progress] = []
        for block in list(self._running.values()):
            replaced_s = block.replaced_s
            end_s = block.end_s if replaced_s is None else min(block.end_s, replaced_s)
            if not block.started and min(t_s, end_s) >= block.start_s:
                block.started = True
                passed.append(Progress(block.start_s, block.id, "", "start"))
            if t_s >= end_s:
                ended.append(Progress(end_s, block.id, "", "end"))
                self._ended_s = end_s if self._ended_s is None else max(end_s, self._ended_s)
                del self._running[block.id]
        for active in self._active:
            order, times = active.order, active.times
            until_s = t_s if active.released_s is None else min(t_s, active.released_s)
            while active.told < len(order) and times[order[active.told]] <= until_s:
                point = order[active.told]
                active.told += 1
                name = "attackPeak" if point == "ready" and active.weights else point
                passed.append(Progress(times[point], active.block, active.behaviour.id, name))
        if passed or ended:
            # stable: a block's start is before what starts with it, its end after what ends with it
            self.told += sorted(passed + ended, key=lambda each: each.t_s)
        while self._waiting and not self._runs_before(self._waiting[0].number):
            following = self._waiting.popleft()
            begin_s = t_s if self._ended_s is None else self._ended_s
            self._begin(
                following.block, begin_s, following.spoken, following.lead_s, following.number
            )

    def _runs_before(self, number: int) -> bool:
        return any(running.number < number for running in self._running.values())
