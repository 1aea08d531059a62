"""Has the dialogue decide again on what a session recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from dialogue.conduct.mood import MoodState
from dialogue.reacting.suppositions import Supposition
from dialogue.types import Feedback, RecruiterAct, answer_begins_s
from dialogue.understanding.record import understood_in
from dialogue.understanding.understander import Understood
from game.app.wiring import make_manager
from game.settings import Settings
from perception.fusion import Fusion
from perception.settings import build
from perception.types import Event
from scoring.record.content import role_of
from scoring.record.lines import Tick, act_of, feedback_of
from scoring.record.session import Session, read_session


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
    session = read_session(folder)
    return decide_again(session, settings_of(session), RecordedProgress())


def settings_of(session: Session) -> Settings:
    """The settings that a session was held with.

    Raises:
        SettingsError: they are not those of this version.
    """
    where = f"{session.folder}/session.json"
    return build(Settings, session.meta.get("settings") or {}, where)


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
    found = Replay()
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
