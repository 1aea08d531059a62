"""Whether she answered what the candidate showed without words, and never too often."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.content.manner import Manner
from dialogue.interviewing.settings import DialogueSettings
from dialogue.reacting.rules import Rule, amount, shipped_rules
from dialogue.types import RecruiterAct
from game.bench.conversation_exchange import Tally, label
from game.synthetic.conversation.play import Played
from game.synthetic.conversation.utterance import ShownCue

ONCE_S = 1e9


@dataclass(frozen=True, slots=True)
class Expected:
    """What should come of a cue."""

    rules: tuple[str, ...]
    """Names of rules of hers, any of which answers it."""
    least_s: float
    """How long it has to be shown before it is one."""
    within_s: float
    """From then, by when it should be answered."""
    rest_s: float
    """After such a reaction, for how long no other is due."""
    by_chance: bool = False
    """Whether she answers only a share of them, as her manner says."""


EXPECTED: dict[str, Expected] = {
    "smile": Expected(("return_smile",), 0.0, 1.2, 4.0, True),
    "nod": Expected(("return_nod",), 0.0, 1.6, 5.0),
    "gaze_down": Expected(("gaze_averted", "gaze_lost"), 7.0, 1.5, 20.0),
    "gaze_away": Expected(("gaze_averted", "gaze_lost"), 7.0, 1.5, 20.0),
    "fidget": Expected(("fidgeting", "nerves"), 10.5, 3.0, 40.0),
    "leaves": Expected(("face_missing",), 1.5, 1.5, 20.0),
    "quiet": Expected(("hardly_heard", "too_quiet"), 6.0, 6.0, 60.0),
    # she asks about it when the floor is hers, once in an interview
    "monotone": Expected(("monotone",), 10.0, 3600.0, ONCE_S),
}
"""Kind of cue to what should come of it."""


def answered(played: Played) -> tuple[Tally, Tally]:
    """Planted cues that were answered: those that always are, and smiles."""
    always, smiles = Tally(), Tally()
    once: set[str] = set()
    for cue in played.cues:
        expected = EXPECTED[cue.kind]
        if cue.kind in once or not _due(played, cue, expected):
            continue
        if expected.rest_s == ONCE_S:
            once.add(cue.kind)
        by_s = cue.start_s + expected.least_s + expected.within_s
        reactions = _of(played, expected.rules)
        good = any(cue.start_s <= act.t_s <= by_s for act in reactions)
        tally = smiles if expected.by_chance else always
        tally.count(good, label(played, cue.start_s, f"{cue.kind} is not answered"))
    return always, smiles


def too_soon(played: Played, settings: DialogueSettings | None = None) -> Tally:
    """Reactions that kept the distance from the one before that their rule demands."""
    reactions = (settings or DialogueSettings()).reactions
    rules = {rule.name: rule for rule in shipped_rules()}
    manner = played.persona.manner
    tally = Tally()
    last: dict[str, float] = {}
    for act in played.acts:
        rule = rules.get(act.because.rule) if act.because is not None else None
        if rule is None or act.kind != "acknowledge" or (act.text and rule.sound is None):
            continue  # what she says of it comes when the floor is hers
        before_s = last.get(rule.clock)
        if before_s is not None:
            least_s = _cool_down_s(rule, manner, amount(rule.cool_down_s, reactions))
            gap_s = act.t_s - before_s
            told = f"{rule.name} after {gap_s:.1f} s, within {least_s:.1f} s"
            tally.count(gap_s >= least_s - rule.delay_s - 0.1, label(played, act.t_s, told))
        last[rule.clock] = act.t_s
    return tally


def _cool_down_s(rule: Rule, manner: Manner, seconds: float) -> float:
    """The shortest that this rule's cool-down is with this manner."""
    factor = 1.0
    for name in rule.scaled.cool_down:
        factor *= float(getattr(manner, name))
    return seconds * (1.0 - rule.vary_cool_down) / factor if factor > 0 else ONCE_S


def _of(played: Played, rules: tuple[str, ...]) -> list[RecruiterAct]:
    return [act for act in played.acts if act.because is not None and act.because.rule in rules]


def _due(played: Played, cue: ShownCue, expected: Expected) -> bool:
    """Whether a cue was shown long enough, to somebody who listened, and none just before."""
    until_s = min(cue.end_s, played.ended_s)
    if cue.kind != "smile":
        utterance = next(
            (u for u in played.utterances if u.start_s <= cue.start_s <= u.end_s), None
        )
        if utterance is None:
            return False
        until_s = min(until_s, utterance.end_s)
    if until_s - cue.start_s < expected.least_s + 0.2:
        return False
    before = [act.t_s for act in _of(played, expected.rules) if act.t_s < cue.start_s]
    ready_s = cue.start_s + expected.least_s
    return not before or ready_s - before[-1] >= expected.rest_s
