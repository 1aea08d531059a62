"""What she would have done had the candidate been otherwise: ``replay SESSION --set NAME=VALUE``.

The recorded readings run through the dialogue twice, once as they are and once with a cue of the
rules replaced. Where she does the same, what became of it on screen and loudspeaker is as it was
recorded; a line that she says only in the second run is taken to take no time, so that what the
candidate did afterwards stays where it was.

The comparison ends where she would have asked another question: what the candidate would have
answered nobody knows.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dialogue.conduct.mood import MoodState
from dialogue.reacting.cues import CUES
from dialogue.reacting.suppositions import Supposition, read_supposition
from dialogue.types import AcknowledgeData, Feedback, RecruiterAct, WaitData
from game.app.deciding_again import (
    RecordedProgress,
    Replay,
    decide_again,
    read_live,
    settings_of,
    tell_notes,
)
from game.app.wiring import gone_by
from perception.errors import InputError

SAME_S = 1.0
"""Seconds by which an act may be earlier or later and still be the same."""
ATTITUDE_S = 1.5
"""Seconds for which another attitude has to show to be told."""


class SupposedProgress:
    """What becomes of acts that are decided on otherwise than they were recorded.

    Args:
        base: the session decided on again as it was.
    """

    def __init__(self, base: Sequence[RecruiterAct]) -> None:
        self._spoken = [act for act in base if act.text]
        self._taken: set[int] = set()
        self._supposed_id: dict[str, str] = {}
        self._kept: dict[str, list[Feedback]] = {}
        self._late: list[Feedback] = []
        self._begun: list[RecruiterAct] = []
        self._unheard: list[RecruiterAct] = []

    def begin(self) -> None:
        """The interview is taken up again: acts are numbered anew."""
        self._supposed_id.clear()
        self._kept.clear()
        self._late, self._begun, self._unheard = [], [], []

    def tell(self, t_s: float, recorded: Sequence[Feedback]) -> Sequence[Feedback]:
        """What the record has of lines that she says here, too, and what others are taken for."""
        told, self._late = self._late, []
        for each in recorded:
            supposed_id = self._supposed_id.get(each.act_id)
            if supposed_id is None:
                self._kept.setdefault(each.act_id, []).append(each)
            else:
                told.append(replace(each, act_id=supposed_id))
        told += [Feedback(t_s, act.id, "end") for act in self._begun]
        told += [Feedback(t_s, act.id, "start") for act in self._unheard]
        self._begun, self._unheard = self._unheard, []
        return told

    def play(self, acts: Sequence[RecruiterAct], t_s: float) -> None:
        """Finds the recorded line for each that is decided on."""
        for act in acts:
            if not act.text:
                continue
            number = next(
                (
                    i for i, other in enumerate(self._spoken)
                    if i not in self._taken
                    and abs(other.t_s - t_s) <= SAME_S
                    and (other.kind, other.text) == (act.kind, act.text)
                ),
                None,
            )  # fmt: skip
            if number is None:
                self._unheard.append(act)
                continue
            self._taken.add(number)
            recorded_id = self._spoken[number].id
            self._supposed_id[recorded_id] = act.id
            kept = self._kept.pop(recorded_id, [])
            self._late += [replace(each, act_id=act.id) for each in kept]


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that would have been otherwise."""

    t_s: float
    did: str
    would: str
    why: str


@dataclass(frozen=True, slots=True)
class Counterfactual:
    """What would have been otherwise in a session."""

    supposed: tuple[Supposition, ...]
    rows: tuple[Row, ...]
    acts: int
    """That were compared."""
    until_s: float | None
    """Session time from which on nothing can be compared; None for the end."""
    replays: bool
    """Whether the session is decided on today as it was recorded."""
    notes: tuple[str, ...] = ()
    """What of the record was damaged or is not known, in plain words."""


def suppose_session(folder: Path, supposed: Sequence[Supposition]) -> Counterfactual:
    """Compares a session with itself, had cues been otherwise.

    Args:
        folder: of the session.
        supposed: how.

    Raises:
        InputError: there is no such session, it was no live interview, or she did not go by the cue
            in it.
    """
    session = read_live(folder)
    settings = settings_of(session)
    for each in supposed:
        if each.cue in gone_by(settings)[0]:
            raise InputError(
                f"--set {each.cue}: it was left out of this session as the candidate asked, so she "
                "does not go by it; suppose another"
            )
    base = decide_again(session, settings, RecordedProgress())
    other = decide_again(session, settings, SupposedProgress(base.acts), supposed)
    until_s = _parting(base.acts, other.acts)
    within = [act for act in base.acts if until_s is None or act.t_s <= until_s]
    rows = [
        *_act_rows(base.acts, other.acts, supposed, until_s),
        *_mood_rows(base, other, until_s),
    ]
    rows.sort(key=lambda row: row.t_s)
    return Counterfactual(
        tuple(supposed), tuple(rows), len(within), until_s, base.difference is None, base.notes
    )


def _parting(base: Sequence[RecruiterAct], other: Sequence[RecruiterAct]) -> float | None:
    """When she asks another question than she did; None where she never does."""
    asked, asks = ([a for a in acts if a.kind == "ask"] for acts in (base, other))
    for one, two in zip(asked, asks, strict=False):
        if one.question_id != two.question_id:
            return min(one.t_s, two.t_s)
    more = asked[len(asks) :] or asks[len(asked) :]
    return more[0].t_s if more else None


def _act_rows(
    base: Sequence[RecruiterAct],
    other: Sequence[RecruiterAct],
    supposed: Sequence[Supposition],
    until_s: float | None,
) -> Iterator[Row]:
    """Acts that are in one run and not in the other."""
    left, only = [a for a in other if _told(a, until_s)], []
    for act in base:
        if not _told(act, until_s):
            continue
        same = next(
            (o for o in left if _name(o) == _name(act) and abs(o.t_s - act.t_s) <= SAME_S), None
        )
        if same is None:
            only.append(act)
        else:
            left.remove(same)
    for act in only:
        instead = next((o for o in left if abs(o.t_s - act.t_s) <= SAME_S), None)
        if instead is None:
            yield Row(act.t_s, worded(act), "nothing", _why_not(act, supposed))
        else:
            left.remove(instead)
            yield Row(act.t_s, worded(act), worded(instead), _why(instead))
    for act in left:
        yield Row(act.t_s, "nothing", worded(act), _why(act))


def _told(act: RecruiterAct, until_s: float | None) -> bool:
    """Whether an act is one that is compared."""
    if until_s is not None and act.t_s > until_s:
        return False
    if isinstance(act.data, WaitData):
        return not (act.data.loudness or act.data.withdraw)
    return act.kind != "listen"


def _name(act: RecruiterAct) -> tuple[str, ...]:
    """What makes two acts the same: rule and question, not how large a nod was."""
    rule = act.because.rule if act.because is not None else ""
    if act.kind == "ask":
        return act.kind, act.question_id or ""
    return act.kind, rule, str(bool(act.text))


def _mood_rows(base: Replay, other: Replay, until_s: float | None) -> Iterator[Row]:
    """Stretches of time in which she would have looked otherwise."""
    ends_s = until_s if until_s is not None else max((a.t_s for a in base.acts), default=0.0)
    times = sorted({t_s for run in (base, other) for t_s, _ in run.moods if t_s < ends_s})
    begun: tuple[float, MoodState, MoodState] | None = None
    for t_s in [*times, ends_s]:
        one, two = _mood_at(base, t_s), _mood_at(other, t_s)
        if begun is not None and (
            t_s == ends_s or (one.attitude, two.attitude) != (begun[1].attitude, begun[2].attitude)
        ):
            from_s, did, would = begun
            begun = None
            if t_s - from_s >= ATTITUDE_S:
                until = f"for {t_s - from_s:.0f} s"
                numbers = f"interest {would.interest:.2f}, warmth {would.warmth:.2f}"
                yield Row(
                    from_s, f"looks {did.attitude}", f"looks {would.attitude} {until}",
                    f"mood: {numbers}, patience {would.patience:.2f}",
                )  # fmt: skip
        if begun is None and one.attitude != two.attitude:
            begun = t_s, one, two


def _mood_at(run: Replay, t_s: float) -> MoodState:
    found = [mood for since_s, mood in run.moods if since_s <= t_s]
    return found[-1] if found else run.moods[0][1]


_GESTURES = {
    "nod": "nods",
    "smile": "smiles",
    "brow_raise": "raises her brows",
    "tilt": "tilts her head",
    "lean_in": "leans in",
    "think": "looks away to think",
    "none": "",
}
_SPOKEN = {"ask": "asks", "interrupt": "cuts in", "close": "says goodbye"}


def worded(act: RecruiterAct) -> str:
    """An act in words."""
    data = act.data
    if isinstance(data, WaitData):
        return "breaks off" if data.stop else "goes on" if data.resume else "falls silent"
    said = f"{_SPOKEN.get(act.kind, 'says')} “{act.text}”" if act.text else ""
    if isinstance(data, AcknowledgeData):
        return " and ".join(part for part in (_GESTURES[data.gesture], said) if part)
    return said or act.kind


def _why(act: RecruiterAct) -> str:
    because = act.because
    if because is None:
        return ""
    words = f"{because.rule}: {because.cue}"
    if because.value is not None:
        words += f" {_number(because.value)}"
    if because.threshold is not None:
        words += f" (threshold {_number(because.threshold)})"
    return words


def _why_not(act: RecruiterAct, supposed: Sequence[Supposition]) -> str:
    """Why an act would not have been: its cue is supposed, or something before it is otherwise."""
    # a cue that rests on others names them: "nerves (fidget, fillers_per_min)"
    cues = set() if act.because is None else set(re.findall(r"\w+", act.because.cue))
    instead = [s for s in supposed if s.cue in cues and s.from_s <= act.t_s < s.to_s]
    if instead:
        return f"{_why(act)}, not so with {instead[-1]}"
    return f"{_why(act)}, not so after what was otherwise before"


def _number(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:g}"


def suppose(folder: Path, written: Sequence[str], quiet: bool = False) -> int:
    """Prints what would have been otherwise.

    Args:
        folder: of the session.
        written: each NAME=VALUE or NAME=VALUE@FROM-TO.
        quiet: leave notes on the record out.

    Raises:
        InputError: there is no such session, or no such cue.
    """
    supposed = [read_supposition(text, CUES) for text in written]
    found = suppose_session(folder, supposed)
    tell_notes(found.notes, quiet)
    if not found.replays:
        print(
            "the dialogue or its content has changed since this session; what follows is held "
            "against what she would do today",
            file=sys.stderr,
        )
    width = shutil.get_terminal_size((120, 24)).columns
    print("\n".join(table(found, width)))
    return 0


def table(found: Counterfactual, width: int = 120) -> list[str]:
    """Lines that tell what would have been otherwise.

    Args:
        found: what it was.
        width: characters of a line, at least 72 are taken.
    """
    how = ", ".join(str(each) for each in found.supposed)
    if not found.rows:
        return [f"with {how}: no act would have been otherwise ({found.acts} acts)"]
    times = "once" if len(found.rows) == 1 else f"{len(found.rows)} times"
    lines = [f"with {how} she would have acted otherwise {times} ({found.acts} acts):"]
    left = max(72, width) - 9
    did, would = left * 28 // 100, left * 34 // 100
    why = left - did - would - 4
    lines.append(f"{'time':>7}  {'as it was':<{did}}  {'otherwise':<{would}}  why")
    for row in found.rows:
        cells = (_wrapped(row.did, did), _wrapped(row.would, would), _wrapped(row.why, why))
        for number in range(max(len(cell) for cell in cells)):
            at = _clock(row.t_s) if number == 0 else ""
            parts = [cell[number] if number < len(cell) else "" for cell in cells]
            lines.append(f"{at:>7}  {parts[0]:<{did}}  {parts[1]:<{would}}  {parts[2]}".rstrip())
    if found.until_s is not None:
        lines.append(
            f"from {_clock(found.until_s)} on she would have asked another question; what would "
            "have been answered is not known, so the comparison ends there"
        )
    return lines


def _clock(t_s: float) -> str:
    minutes, tenths = divmod(round(10 * t_s), 600)
    return f"{minutes}:{tenths / 10:04.1f}"


def _wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most so many characters."""
    lines = [""]
    for word in re.findall(rf"\S{{1,{width}}}", text):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
