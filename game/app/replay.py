"""Command ``replay``: decides a recorded session again and compares the acts, to the bit.

With ``--set`` it does so a second time with a cue of the rules as it was not, and tells what would
have been otherwise.
"""

from __future__ import annotations

import argparse
import sys

from dialogue.types import RecruiterAct
from game.app.counterfactual import suppose
from game.app.deciding_again import replay_session, tell_notes


def replay(options: argparse.Namespace) -> int:
    """Command ``replay SESSION [--set NAME=VALUE]``.

    Returns:
        0 when all acts are the same, or when it was told what would differ; 2 otherwise.

    Raises:
        InputError: there is no such session, or no such cue.
    """
    supposed: list[str] = getattr(options, "supposed", [])
    if supposed:
        return suppose(options.session, supposed, getattr(options, "quiet", False))
    outcome = replay_session(options.session)
    tell_notes(outcome.notes, getattr(options, "quiet", False))
    at = outcome.difference
    if at is None:
        if not getattr(options, "quiet", False):
            print(f"{len(outcome.acts)} acts over {outcome.ticks} ticks: the same, to the bit")
        return 0
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
