"""When the behaviours of a block take place: sync points solved whatever their order in the block.

Each behaviour has the sync points of BML, apart by usual times of its kind. Points that are given,
as seconds, by reference or by a constraint, are anchors; the rest is fitted between and around
them: what lies between two anchors is squeezed in proportion where it is too long, and where there
is room to spare the behaviour is held longer, not moved more slowly. References are followed from
what depends on nothing to what depends on it. Of behaviours that depend on each other one may begin
before its end is known ("she gestures until she has spoken, and speaks from the stroke on"); a loop
that leaves no beginning is told, and dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dialogue.types import (
    LONGEST_S,
    SYNC_POINTS,
    Behaviour,
    BehaviourBlock,
    BehaviourWarning,
    Constraint,
    Spoken,
    spoken_s,
)
from game.behaviour.spans import SLACK_S, Times, fit, mark_times, usual_spans
from perception.errors import InputError

LEAST_HASTE = 0.4
"""Share of its usual time in which a movement can be prepared; where there is less, the whole
block begins later."""

_REFERENCE = re.compile(r"([^\s+]+?)\s*(?:([+-])\s*([0-9]*\.?[0-9]+(?:[eE]-?\d+)?))?")


@dataclass(slots=True)
class Schedule:
    """When a block takes place."""

    start_s: float
    times: dict[str, Times]
    """Behaviour to its points, speech marks included; those that are not played are missing."""
    warnings: list[BehaviourWarning] = field(default_factory=list)
    dropped: bool = False
    """Whether something required could not be played, so that nothing is."""

    @property
    def end_s(self) -> float:
        """Session time at which the last of it is over."""
        return max((times["end"] for times in self.times.values()), default=self.start_s)


def schedule(
    block: BehaviourBlock,
    begin_s: float,
    spoken: Mapping[str, Spoken] | None = None,
    others: Mapping[str, Mapping[str, Times]] | None = None,
    faults: Mapping[str, BehaviourWarning] | None = None,
) -> Schedule:
    """Solves a block's sync points.

    Args:
        block: what is to be scheduled.
        begin_s: session time at which it begins.
        spoken: speech behaviour to the timing of its sound.
        others: blocks that were scheduled before, for references to them.
        faults: behaviours that cannot be played anyway, and why.
    """
    return _Solver(block, begin_s, spoken or {}, others or {}).solve(faults or {})


@dataclass(slots=True)
class _Anchor:
    """A point that was given, as another one and seconds from it."""

    point: str
    reference: str
    """"behaviour:point", "block:behaviour:point"; empty for a time in the block."""
    offset_s: float
    line: int | None
    required: bool
    bound: str = ""
    """"before" or "after" where the other is only a limit."""


class _Solver:
    """Follows the references of one block."""

    def __init__(
        self,
        block: BehaviourBlock,
        begin_s: float,
        spoken: Mapping[str, Spoken],
        others: Mapping[str, Mapping[str, Times]],
    ) -> None:
        self._block = block
        self._begin_s = begin_s
        self._spoken = spoken
        self._others = others
        self._behaviours = {behaviour.id: behaviour for behaviour in block.behaviours}
        self._anchors: dict[str, list[_Anchor]] = {name: [] for name in self._behaviours}
        self._times: dict[str, Times] = {}
        self._provisional: set[str] = set()
        self._unchecked: list[tuple[str, _Anchor]] = []
        self._result = Schedule(begin_s, self._times)

    def solve(self, faults: Mapping[str, BehaviourWarning]) -> Schedule:
        for name, fault in faults.items():
            self._drop(name, fault)
        self._check_numbers()
        for behaviour in self._block.behaviours:
            for point, when in behaviour.sync.items():
                self._given(behaviour, point, when)
        for constraint in self._block.constraints:
            self._constrain(constraint)
        waiting = [name for name in self._behaviours if name not in self._times]
        while waiting:
            ready = [name for name in waiting if self._ready(name)]
            if not ready:
                ready = self._break_loop(waiting)
            for name in ready:
                if name in self._anchors:
                    self._settle(name)
            waiting = [
                n for n in self._behaviours if n not in self._times or n in self._provisional
            ]
        for name, anchor in self._unchecked:
            if name in self._times:
                self._bounded(name, self._times[name], anchor, free=False)
        if self._result.dropped:
            self._times.clear()
        else:
            self._shift_into_block()
        return self._result

    # -- what was given ------------------------------------------------------------------------

    def _check_numbers(self) -> None:
        """Refuses what would never end or never begin, whoever planned it."""
        for name, behaviour in self._behaviours.items():
            for key, value in behaviour.attributes.items():
                number = isinstance(value, int | float)
                if number and not abs(value) <= LONGEST_S and name in self._behaviours:
                    self._refuse(name, f"{key} {value} is out of range")

    def _given(self, behaviour: Behaviour, point: str, when: float | str) -> None:
        if behaviour.id not in self._anchors:
            return
        if point not in SYNC_POINTS:
            return self._warn(behaviour.id, f"unknown sync point '{point}'", behaviour.line)
        reference, offset = ("", float(when)) if isinstance(when, int | float) else _parted(when)
        fault = self._fault(reference, str(when), offset)
        if fault:
            return self._refuse(behaviour.id, fault)
        if reference.partition(":")[0] == behaviour.id:
            return self._refuse(behaviour.id, f"'{when}' is a sync loop: it refers to itself")
        anchor = _Anchor(point, reference, offset, behaviour.line, behaviour.required)
        self._anchors[behaviour.id].append(anchor)
        return None

    def _constrain(self, constraint: Constraint) -> None:
        parted = [_parted(ref) for ref in constraint.refs]
        for (reference, offset), text in zip(parted, constraint.refs, strict=True):
            fault = self._fault(reference, text, offset)
            if fault:
                self._warn("", f"<{constraint.kind}>: {fault}", constraint.line)
                self._result.dropped |= constraint.required
                return
        if constraint.kind == "synchronize":
            # what cannot be stretched leads: a speech's words, another block
            parted.sort(key=lambda pair: self._leads(pair[0]), reverse=True)
        (lead, lead_offset), *followers = parted
        for reference, offset in followers:
            name, _, point = reference.partition(":")
            if name not in self._anchors or name == lead.partition(":")[0]:
                self._warn("", f"<{constraint.kind}> cannot move '{reference}'", constraint.line)
                self._result.dropped |= constraint.required
                continue
            bound = "" if constraint.kind == "synchronize" else constraint.kind
            point = "ready" if point == "attackPeak" else point
            self._anchors[name].append(
                _Anchor(
                    point,
                    lead,
                    lead_offset - offset,
                    constraint.line,
                    constraint.required,
                    bound,
                )
            )

    def _leads(self, reference: str) -> int:
        behaviour = self._behaviours.get(reference.partition(":")[0])
        if behaviour is None:
            return 3
        tied = any(anchor.reference == "" for anchor in self._anchors[behaviour.id])
        return 2 if behaviour.kind == "speech" else 1 if tied else 0

    def _fault(self, reference: str, text: str, offset: float = 0.0) -> str:
        """Why a reference points at nothing, or at no time; empty when it does."""
        if not abs(offset) <= LONGEST_S:
            return f"'{text}' is no time within an hour of the block"
        if not reference:
            return ""
        head, _, rest = reference.partition(":")
        if head in self._behaviours:
            behaviour = self._behaviours[head]
            point = "ready" if rest == "attackPeak" else rest
            if point in SYNC_POINTS or point in behaviour.attributes.get("marks", {}):
                return ""
            return f"sync reference '{text}': {head} has no point '{rest}'"
        if head == self._block.id and rest.partition(":")[0] in self._behaviours:
            return self._fault(rest, text)
        begins = head in ("bml", self._block.id) and rest == "start"
        known = begins or self._elsewhere(reference) is not None
        return "" if known else f"sync reference '{text}' points at nothing"

    def _elsewhere(self, reference: str) -> float | None:
        """Time of a point in another block."""
        head, _, rest = reference.partition(":")
        name, _, point = rest.partition(":")
        times = self._others.get(head, {}).get(name if point else "", {})
        return times.get(point or name)

    # -- solving --------------------------------------------------------------------------------

    def _time(self, reference: str) -> float | None:
        if not reference:
            return self._begin_s
        head, _, point = reference.partition(":")
        if head in self._behaviours:
            return self._times.get(head, {}).get("ready" if point == "attackPeak" else point)
        if reference in ("bml:start", f"{self._block.id}:start"):
            return self._begin_s
        if head == self._block.id:
            return self._time(point)
        return self._elsewhere(reference)

    def _depends(self, anchor: _Anchor) -> str:
        head, _, rest = anchor.reference.partition(":")
        if head == self._block.id and head not in self._behaviours:
            head = rest.partition(":")[0]
        return head if head in self._behaviours else ""

    def _ready(self, name: str) -> bool:
        return all(
            self._time(a.reference) is not None and self._depends(a) not in self._provisional
            for a in self._anchors[name]
        )

    def _break_loop(self, waiting: Sequence[str]) -> list[str]:
        """Lets one of several that wait for each other begin; else drops one of the loop."""
        for name in waiting:
            anchors = self._anchors[name]
            unknown = [a for a in anchors if self._time(a.reference) is None]
            if unknown and all(a.bound for a in unknown):
                # a limit need not be known to begin: whether it holds is looked at in the end
                self._unchecked += [(name, a) for a in unknown]
                self._anchors[name] = [a for a in anchors if a not in unknown]
                return []
        for name in waiting:
            anchors = self._anchors[name]
            unknown = [a for a in anchors if self._time(a.reference) is None]
            if name not in self._provisional and all(a.point == "end" for a in unknown):
                known = [a for a in anchors if a not in unknown]
                self._provisional.add(name)
                if self._place(name, known) and self._dependants_end(name):
                    return []
                self._times.pop(name, None)
                self._provisional.discard(name)
                if name not in self._anchors:
                    return []
        stuck = [n for n in waiting if self._provisional & {self._depends(a) for a in
                 self._anchors[n]} and all(self._time(a.reference) is not None
                 for a in self._anchors[n])]  # fmt: skip
        if stuck:
            return stuck
        loop = self._loop(waiting)
        path = " -> ".join([*loop, loop[0]])
        self._provisional.discard(loop[0])
        self._times.pop(loop[0], None)
        self._refuse(loop[0], f"a sync loop: {path}")
        return []

    def _dependants_end(self, name: str) -> bool:
        """Whether what waits for this waits for points that its end will not move."""
        return not any(
            self._depends(a) == name and a.reference.endswith((":relax", ":end", ":strokeEnd"))
            for anchors in self._anchors.values()
            for a in anchors
        )

    def _loop(self, waiting: Sequence[str]) -> list[str]:
        """Behaviours that wait for each other, in order."""
        trail = [waiting[0]]
        while True:
            unknown = (self._depends(a) for a in self._anchors[trail[-1]]
                       if self._time(a.reference) is None)  # fmt: skip
            following = next((name for name in unknown if name), trail[0])
            if following in trail:
                return trail[trail.index(following) :]
            trail.append(following)

    def _settle(self, name: str) -> None:
        self._provisional.discard(name)
        self._times.pop(name, None)
        self._place(name, self._anchors[name])

    def _place(self, name: str, anchors: Sequence[_Anchor]) -> bool:
        """Gives a behaviour its times by its anchors; whether that went well."""
        behaviour = self._behaviours[name]
        at: dict[str, float] = {}
        for anchor in anchors:
            when = self._time(anchor.reference)
            if when is None or anchor.bound:
                continue
            when += anchor.offset_s
            if abs(at.get(anchor.point, when) - when) > SLACK_S:
                message = f"its {anchor.point} is to be at two times at once; the first is taken"
                self._warn(name, message, anchor.line)
                self._result.dropped |= anchor.required
                continue
            at.setdefault(anchor.point, when)
        free = not at
        try:
            times = self._fitted(behaviour, at)
        except InputError as error:
            self._refuse(name, str(error))
            return False
        for anchor in anchors:
            if anchor.bound:
                times = self._bounded(name, times, anchor, free)
        self._times[name] = times
        return True

    def _fitted(self, behaviour: Behaviour, at: dict[str, float]) -> Times:
        if behaviour.kind == "speech":
            return self._speech(behaviour, at)
        spans = usual_spans(behaviour)
        held = 3 if behaviour.kind == "head" else 4
        if not at:
            at = {"start": self._begin_s}
        times = fit(spans, at, held)
        if "start" not in at and times["start"] < self._begin_s:
            usual_s = min(at.values()) - times["start"]
            if min(at.values()) - self._begin_s >= LEAST_HASTE * usual_s:
                times = fit(spans, {**at, "start": self._begin_s}, held)
        return times

    def _speech(self, behaviour: Behaviour, at: Mapping[str, float]) -> Times:
        """A speech takes as long as its sound does: one anchor says where it lies."""
        spoken = self._spoken.get(behaviour.id)
        if spoken is None:  # nothing sounds: as long as it is said to be, or as it reads
            read_s = spoken_s(str(behaviour.attributes.get("text", "")))
            spoken = Spoken(at["end"] - at["start"] if {"start", "end"} <= set(at) else read_s)
        marks = mark_times(behaviour, spoken)
        length = spoken.duration_s
        usual = {"start": 0.0, "ready": 0.0, "strokeStart": 0.0, "stroke": 0.0, **marks}
        usual |= {"strokeEnd": length, "relax": length, "end": length}
        start = self._begin_s
        if at:
            point = next((p for p in usual if p in at), "start")
            start = at[point] - usual[point]
            for other, when in at.items():
                if behaviour.id in self._spoken and abs(start + usual[other] - when) > 0.02:
                    message = f"its {other} would need another pace; the voice keeps its own"
                    self._warn(behaviour.id, message, behaviour.line)
        return {point: start + when for point, when in usual.items()}

    def _bounded(self, name: str, times: Times, anchor: _Anchor, free: bool) -> Times:
        limit = self._time(anchor.reference)
        own = times.get(anchor.point)
        if limit is None or own is None:
            return times
        late = own - limit - anchor.offset_s
        late = max(0.0, late) if anchor.bound == "before" else min(0.0, late)
        if abs(late) <= SLACK_S:
            return times
        if free and times["start"] - late >= self._begin_s - SLACK_S:
            return {point: when - late for point, when in times.items()}
        self._warn(name, f"its {anchor.point} cannot come {anchor.bound} '{anchor.reference}'",
                   anchor.line)  # fmt: skip
        self._result.dropped |= anchor.required
        return times

    def _shift_into_block(self) -> None:
        """Puts off the whole block where something in it would begin before it."""
        first = min((times["start"] for times in self._times.values()), default=self._begin_s)
        late = self._begin_s - first
        if late > SLACK_S:
            for times in self._times.values():
                for point in times:
                    times[point] += late

    # -- what cannot be -------------------------------------------------------------------------

    def _refuse(self, name: str, message: str) -> None:
        self._drop(name, self._fault_of(name, message))

    def _fault_of(self, name: str, message: str) -> BehaviourWarning:
        line = self._behaviours[name].line
        return BehaviourWarning(self._block.id, name, "IMPOSSIBLE_TO_SCHEDULE", message, line)

    def _drop(self, name: str, fault: BehaviourWarning) -> None:
        """Leaves a behaviour out, and what refers to it, and what refers to that."""
        dropping = [(name, fault)]
        while dropping:
            name, fault = dropping.pop()
            if name not in self._anchors:
                continue
            self._result.warnings.append(fault)
            del self._anchors[name]
            self._times.pop(name, None)
            self._result.dropped |= self._behaviours[name].required
            self._behaviours = {n: b for n, b in self._behaviours.items() if n != name}
            dropping += reversed([*self._left_by(name)])

    def _left_by(self, name: str) -> Iterator[tuple[str, BehaviourWarning]]:
        """What cannot be played without this one; limits by it are lifted."""
        for other, anchors in self._anchors.items():
            lost = [a for a in anchors if a.reference.partition(":")[0] == name]
            self._anchors[other] = [a for a in anchors if not (a.bound and a in lost)]
            if any(not a.bound for a in lost):
                yield other, self._fault_of(other, f"it refers to '{name}', which is not played")

    def _warn(self, name: str, message: str, line: int | None) -> None:
        warning = BehaviourWarning(self._block.id, name, "IMPOSSIBLE_TO_SCHEDULE", message, line)
        self._result.warnings.append(warning)


def _parted(reference: str) -> tuple[str, float]:
    """A reference and the seconds of its offset."""
    try:
        return "", float(reference)
    except ValueError:
        pass
    found = _REFERENCE.fullmatch(reference.strip())
    if found is None:
        return reference, 0.0
    name, sign, number = found.groups()
    return name, float(f"{sign}{number}") if number else 0.0
