"""Runs a recorded session through the dialogue again and compares the acts, to the bit."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

from dialogue.types import Feedback, RecruiterAct, answer_begins_s
from dialogue.understanding.understander import Understood
from game.app.understanding import understood_in
from game.app.wiring import make_manager
from game.settings import Settings
from perception.fusion import Fusion
from perception.settings import build
from perception.types import Event
from scoring.record.lines import Tick, act_of, feedback_of
from scoring.record.session import read_session


@dataclass(frozen=True, slots=True)
class Difference:
    """The first place at which a replay and its record part."""

    index: int
    """Number of the act, from 0."""
    recorded: RecruiterAct | None
    replayed: RecruiterAct | None


@dataclass(frozen=True, slots=True)
class Replay:
    """Outcome of a replay."""

    ticks: int
    acts: tuple[RecruiterAct, ...]
    difference: Difference | None
    """None when all acts are the same."""


def replay_session(folder: Path) -> Replay:
    """Replays a session.

    Args:
        folder: of the session.

    Raises:
        InputError: there is no such session, or it was no live interview.
    """
    session = read_session(folder)
    settings = build(Settings, session.meta.get("settings") or {}, f"{folder}/session.json")
    manager = make_manager(session.meta, settings)
    fusion = Fusion(settings.fusion)
    recorded: list[RecruiterAct] = []
    replayed: list[RecruiterAct] = []
    feedback: list[Feedback] = []
    understood: list[Understood] = []
    ticks = 0
    for arrival in session.arrivals:
        if isinstance(arrival, Tick):
            ticks += 1
            acts = manager.step(fusion.state(arrival.t_s), feedback, understood)
            feedback, understood = [], []
            replayed += acts
            for act in acts:
                begins_s = answer_begins_s(act)
                if begins_s is not None:
                    fusion.begin_answer(begins_s)
        elif isinstance(arrival, Event):
            told, done = feedback_of(arrival), act_of(arrival)
            if told is not None:
                feedback.append(told)
            elif done is not None:
                recorded.append(done)
            elif (meant := understood_in(arrival)) is not None:
                understood.append(meant)
                fusion.add(arrival)
            elif arrival.kind == "resumed" and "start_at" in arrival.data:
                manager = make_manager(session.meta, settings, int(arrival.data["start_at"]))
                fusion = Fusion(settings.fusion)
                feedback, understood = [], []
            else:
                fusion.add(arrival)
        else:
            fusion.add(arrival)
    return Replay(ticks, tuple(replayed), _first_difference(recorded, replayed))


def _first_difference(
    recorded: list[RecruiterAct], replayed: list[RecruiterAct]
) -> Difference | None:
    for index in range(max(len(recorded), len(replayed))):
        old = recorded[index] if index < len(recorded) else None
        new = replayed[index] if index < len(replayed) else None
        if old != new:
            return Difference(index, old, new)
    return None


def replay(options: argparse.Namespace) -> int:
    """Command ``replay SESSION``: status 0 when all acts are the same."""
    outcome = replay_session(options.session)
    if outcome.difference is None:
        if not getattr(options, "quiet", False):
            print(f"{len(outcome.acts)} acts over {outcome.ticks} ticks: the same, to the bit")
        return 0
    at = outcome.difference
    print(
        f"act {at.index} differs: recorded {_brief(at.recorded)}, replayed {_brief(at.replayed)}; "
        "the dialogue or its content has changed since this session",
        file=sys.stderr,
    )
    return 2


def _brief(act: RecruiterAct | None) -> str:
    if act is None:
        return "nothing"
    return f"{act.kind} at {act.t_s:.2f} s" + (f' "{act.text[:40]}"' if act.text else "")
