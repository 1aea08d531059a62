"""Has the dialogue decide again on what a session recorded."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from dialogue.conduct.mood import MoodState
from dialogue.reacting.suppositions import Supposition
from dialogue.types import Feedback, RecruiterAct, answer_begins_s
from dialogue.understanding.record import understood_in
from dialogue.understanding.understander import Understood
from game.app.wiring import make_manager
from game.settings import Settings
from perception.errors import InputError
from perception.fusion import Fusion
from perception.recorded import unknown_in
from perception.settings import build
from perception.types import Event
from scoring.record.content import role_of
from scoring.record.lines import Tick, act_of, feedback_of
from scoring.record.session import Session, read_session
from scoring.record.writer import read_meta


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place at which a replay and its record part."""

    index: int
    """Number of the act, from 0."""
    recorded: RecruiterAct | None
    replayed: RecruiterAct | None


@dataclass(slots=True)
class Replay:
    """Outcome of a replay."""

    ticks: int = 0
    acts: list[RecruiterAct] = field(default_factory=list)
    moods: list[tuple[float, MoodState]] = field(default_factory=list)
    """Session time and mood, each time another attitude shows."""
    recorded: list[RecruiterAct] = field(default_factory=list)
    """Acts of the record."""
    notes: tuple[str, ...] = ()
    """What of the record was damaged or is not known, in plain words."""

    @property
    def difference(self) -> Difference | None:
        """Where it parts from the record; None when all acts are the same."""
        for index in range(max(len(self.recorded), len(self.acts))):
            old = self.recorded[index] if index < len(self.recorded) else None
            new = self.acts[index] if index < len(self.acts) else None
            if old != new:
                return Difference(index, old, new)
        return None


class Progress(Protocol):
    """What becomes of acts on screen and loudspeaker in a replay."""

    def tell(self, t_s: float, recorded: Sequence[Feedback]) -> Sequence[Feedback]:
        """What the dialogue is told at a tick.

        Args:
            t_s: of the tick.
            recorded: what the record has of it.
        """
        ...

    def play(self, acts: Sequence[RecruiterAct], t_s: float) -> None:
        """Takes what was decided at a tick."""
        ...

    def begin(self) -> None:
        """The interview is taken up again: acts are numbered anew."""
        ...


class RecordedProgress:
    """As it was recorded."""

    def tell(self, t_s: float, recorded: Sequence[Feedback]) -> Sequence[Feedback]:
        """The same."""
        return recorded

    def play(self, acts: Sequence[RecruiterAct], t_s: float) -> None:
        """Nothing more becomes of them."""

    def begin(self) -> None:
        """Nothing is remembered."""


def replay_session(folder: Path) -> Replay:
    """Replays a session.

    Args:
        folder: of the session.

    Raises:
        InputError: there is no such session, or it was no live interview.
    """
    session = read_live(folder)
    return decide_again(session, settings_of(session), RecordedProgress())


def notes_of(session: Session) -> tuple[str, ...]:
    """What of a record was damaged or is not known, its settings included."""
    unknown = sorted(unknown_in(Settings, _settings_table(session)))
    if not unknown:
        return session.notes
    named = ", ".join(unknown[:_NAMED])
    told = f"session.json: {len(unknown)} settings that this version does not know ({named})"
    return (*session.notes, f"{told} were passed over")


def tell_notes(notes: Sequence[str], quiet: bool) -> None:
    """Prints what was damaged or is not known of a record.

    Args:
        notes: lines.
        quiet: print nothing.
    """
    for note in () if quiet else notes:
        print(f"note: {note}", file=sys.stderr)


_NAMED = 3
"""Unknown settings that are named."""


def _settings_table(session: Session) -> Mapping[str, Any]:
    return session.meta.get("settings") or {}


def read_live(folder: Path) -> Session:
    """Reads a session in which somebody decided something.

    Raises:
        InputError: there is no such session, or it is an analysis.
    """
    if read_meta(folder).get("kind") == "analysis":
        raise InputError(
            f"{folder}: a recording that was analysed; nothing was decided in it, so there is "
            "nothing to replay"
        )
    return read_session(folder)


def settings_of(session: Session) -> Settings:
    """The settings that a session was held with, without those that this version does not know.

    Raises:
        SettingsError: one of the others cannot be.
    """
    table = _settings_table(session)
    for key in list(unknown_in(Settings, table)):
        table = _without(table, key.split("."))
    return build(Settings, table, f"{session.folder}/session.json")


def _without(table: Mapping[str, Any], keys: Sequence[str]) -> Mapping[str, Any]:
    """A table of tables without what lies under one key after another."""
    first, *rest = keys
    if not rest:
        return {name: value for name, value in table.items() if name != first}
    inner = table.get(first)
    return {**table, first: _without(inner, rest)} if isinstance(inner, Mapping) else table


def decide_again(
    session: Session,
    settings: Settings,
    progress: Progress,
    supposed: Sequence[Supposition] = (),
) -> Replay:
    """Has a new dialogue manager decide on what a session recorded.

    Args:
        session: as it was recorded.
        settings: of the session.
        progress: what becomes of the acts.
        supposed: values of cues that stand in for those that were measured.

    Raises:
        InputError: it was no live interview.
    """
    meta = {**session.meta, "role": role_of(session.meta, session.folder)}
    manager = make_manager(meta, settings, supposed=supposed)
    fusion = Fusion(settings.fusion)
    found = Replay(notes=notes_of(session))
    feedback: list[Feedback] = []
    understood: list[Understood] = []
    for arrival in session.arrivals:
        if isinstance(arrival, Tick):
            found.ticks += 1
            told = progress.tell(arrival.t_s, feedback)
            acts = manager.step(fusion.state(arrival.t_s), told, understood)
            feedback, understood = [], []
            progress.play(acts, arrival.t_s)
            found.acts += acts
            if not found.moods or found.moods[-1][1].attitude != manager.mood.attitude:
                found.moods.append((arrival.t_s, manager.mood))
            for act in acts:
                begins_s = answer_begins_s(act)
                if begins_s is not None:
                    fusion.begin_answer(begins_s)
        elif isinstance(arrival, Event):
            became, done = feedback_of(arrival), act_of(arrival)
            if became is not None:
                feedback.append(became)
            elif done is not None:
                found.recorded.append(done)
            elif (meant := _meant(arrival)) is not None:
                understood.append(meant)
                fusion.add(arrival)
            elif arrival.kind == "resumed" and "start_at" in arrival.data:
                start_at = int(arrival.data["start_at"])
                manager = make_manager(meta, settings, start_at, supposed)
                fusion = Fusion(settings.fusion)
                feedback, understood = [], []
                progress.begin()
            else:
                fusion.add(arrival)
        else:
            fusion.add(arrival)
    return found


def _meant(event: Event) -> Understood | None:
    """What was understood; None for other events, and where the record of it is damaged."""
    try:
        return understood_in(event)
    except ValueError:
        return None
