"""Whether she answered what the candidate showed without words, and never too often."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from dialogue.types import RecruiterAct
from game.bench.conversation_exchange import Tally, label
from game.synthetic.conversation.play import Played
from game.synthetic.conversation.utterance import ShownCue


@dataclass(frozen=True, slots=True)
class Expected:
    """What should come of a cue."""

    rules: tuple[str, ...]
    """Names of rules of hers, any of which answers it."""
    least_s: float
    """How long it has to be shown before it is one."""
    within_s: float
    """From then, by when it should be answered."""
    cool_down_s: float
    """After such a reaction, for how long no other is due, and none may come."""
    by_chance: bool = False
    """Whether she answers only a share of them, as her manner says."""


EXPECTED: dict[str, Expected] = {
    "smile": Expected(("return_smile",), 0.0, 1.2, 4.0, True),
    "nod": Expected(("return_nod",), 0.5, 1.0, 5.0),
    "gaze_down": Expected(("gaze_averted", "gaze_lost"), 7.0, 1.5, 20.0),
    "gaze_away": Expected(("gaze_averted", "gaze_lost"), 7.0, 1.5, 20.0),
    "fidget": Expected(("fidgeting", "nerves"), 3.0, 4.0, 40.0),
    "leaves": Expected(("face_missing",), 1.5, 1.5, 20.0),
    "monotone": Expected(("monotone",), 6.0, 60.0, 90.0),
    "quiet": Expected(("hardly_heard", "too_quiet"), 6.0, 60.0, 60.0),
}
"""Kind of cue to what should come of it."""


def answered(played: Played) -> tuple[Tally, Tally]:
    """Planted cues that were answered: those that always are, and smiles."""
    always, smiles = Tally(), Tally()
    for cue in played.cues:
        expected = EXPECTED[cue.kind]
        if not _due(played, cue, expected):
            continue
        by_s = cue.start_s + expected.least_s + expected.within_s
        reactions = _of(played, expected.rules)
        good = any(cue.start_s <= act.t_s <= by_s for act in reactions)
        tally = smiles if expected.by_chance else always
        tally.count(good, label(played, cue.start_s, f"{cue.kind} is not answered"))
    return always, smiles


def too_soon(played: Played) -> Tally:
    """Reactions that kept their distance from the one before of the same rule."""
    tally = Tally()
    for expected in EXPECTED.values():
        for rule in expected.rules:
            acts = _of(played, (rule,))
            for before, act in itertools.pairwise(acts):
                gap_s = act.t_s - before.t_s
                # both may fall to ticks a thirtieth of a second apart from what they answer
                good = gap_s >= min(expected.cool_down_s, _LEAST_S.get(rule, 1e9)) - 0.1
                tally.count(good, label(played, act.t_s, f"{rule} again after {gap_s:.1f} s"))
    return tally


_LEAST_S = {"gaze_lost": 45.0, "gaze_averted": 20.0}
"""Where several rules answer a cue, the distance of each from itself."""


def _of(played: Played, rules: tuple[str, ...]) -> list[RecruiterAct]:
    return [act for act in played.acts if act.because is not None and act.because.rule in rules]


def _due(played: Played, cue: ShownCue, expected: Expected) -> bool:
    """Whether a cue was shown long enough, to somebody who listened, and none just before."""
    until_s = min(cue.end_s, played.ended_s)
    if until_s - cue.start_s < expected.least_s + 0.2:
        return False
    utterance = next((u for u in played.utterances if u.start_s <= cue.start_s <= u.end_s), None)
    if cue.kind != "smile" and utterance is None:
        return False
    if cue.kind != "smile" and utterance is not None and utterance.cut:
        until_s = min(until_s, utterance.end_s)
        if until_s - cue.start_s < expected.least_s + 0.2:
            return False
    before = [act.t_s for act in _of(played, expected.rules) if act.t_s < cue.start_s]
    ready_s = cue.start_s + expected.least_s
    return not before or ready_s - before[-1] >= expected.cool_down_s
