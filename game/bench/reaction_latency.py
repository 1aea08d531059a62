"""How soon the recruiter reacted, by a session's record and, where there is one, its truth.

A cue is the moment at which the candidate did something; a reaction is the first picture that
shows her answer to it, or the first sound. For a recorded or synthetic candidate the cue is known
from what was played, so the delay holds everything: seeing or hearing, deciding, showing.
"""

from __future__ import annotations

import bisect

import numpy as np

from dialogue.types import RecruiterAct
from game.synthetic.truth import Truth, read_truth
from scoring.record.session import Session

SMILE_ONSET = 0.08
"""Weight of a played smile (0...1) at which a person would begin to see it."""
LONGEST_REACTION_S = 2.0
"""What comes later is not an answer to the cue."""
TURN_WINDOW_S = 8.0


def end_of_answer_delays(session: Session) -> list[float]:
    """Seconds from the true end of each played answer to the recruiter's first sound after it."""
    sounds = sorted(
        f.t_s for f in session.progress if f.phase == "start" and _speaks(session, f.act_id)
    )
    delays = []
    for event in session.events:
        if event.kind != "answer_played":
            continue
        end_s = float(event.data.get("sound_end_s", event.data["end_s"]))
        index = bisect.bisect_left(sounds, end_s)
        if index < len(sounds) and sounds[index] - end_s <= TURN_WINDOW_S:
            delays.append(sounds[index] - end_s)
    return delays


def first_sound_s(session: Session) -> float | None:
    """Seconds from the moment at which the room is there to her first word; None if none came.

    Session time begins when the room can be drawn and, where one was asked, the person has started.
    """
    sounds = (f.t_s for f in session.progress if f.phase == "start" and _speaks(session, f.act_id))
    return min(sounds, default=None)


def cut_off_answers(session: Session) -> int:
    """How often she began to speak, more than a backchannel, before a played answer was over."""
    acts = {act.id: act for act in session.acts}
    starts = [f.t_s for f in session.progress if f.phase == "start" and _long(acts, f.act_id)]
    played = [e.data for e in session.events if e.kind == "answer_played"]
    return sum(
        any(float(p["start_s"]) + 0.3 < t < float(p["end_s"]) - 0.05 for t in starts)
        for p in played
    )


def smile_delays(session: Session) -> list[float]:
    """Seconds from the onset of each played smile to the first picture of the one she returns."""
    onsets = smile_onsets(read_truth(session.folder))
    shown = sorted(
        f.t_s
        for act in session.acts
        if act.because is not None and act.because.rule == "return_smile"
        for f in session.progress
        if f.act_id == act.id and f.phase == "start"
    )
    delays = []
    for onset in onsets:
        index = bisect.bisect_left(shown, onset)
        if index < len(shown) and shown[index] - onset <= LONGEST_REACTION_S:
            delays.append(shown[index] - onset)
    return delays


def smile_onsets(truth: Truth) -> list[float]:
    """Session times at which the synthetic candidate's smiles began to be visible."""
    onsets: list[float] = []
    smiling = False
    for picture in truth.pictures:
        now = picture["smile"] >= SMILE_ONSET
        if now and not smiling:
            onsets.append(float(picture["t_s"]))
        smiling = now
    return onsets


def percentile_ms(delays: list[float], percent: float) -> float | None:
    """A percentile in milliseconds; None without any delay."""
    return 1e3 * float(np.percentile(delays, percent)) if delays else None


def _speaks(session: Session, act_id: str) -> bool:
    return any(act.id == act_id and act.text for act in session.acts)


def _long(acts: dict[str, RecruiterAct], act_id: str) -> bool:
    act = acts.get(act_id)
    return act is not None and act.kind in ("ask", "say", "interrupt", "close")
