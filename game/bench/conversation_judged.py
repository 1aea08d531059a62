"""All that is said of one played interview, small enough to be handed on and added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from game.bench.conversation_exchange import Tally
from game.bench.conversation_facts import in_role, planted, quoted
from game.bench.conversation_manners import Described, features
from game.bench.conversation_questions import judge
from game.bench.conversation_reactions import answered, too_soon
from game.bench.conversation_requests import Outcome, outcomes
from game.bench.conversation_time import dead_ends, over_time, replies_s, under_time
from game.synthetic.conversation.play import Played, Setting

PROBING = ("neutral", "demanding")
"""Manners that follow up what is missing, so that what they leave out is a fault."""


@dataclass(slots=True)
class Judged:
    """One interview."""

    setting: Setting
    described: Described
    dead_ends: Tally = field(default_factory=Tally)
    repeated: Tally = field(default_factory=Tally)
    misplaced: Tally = field(default_factory=Tally)
    cut_off: Tally = field(default_factory=Tally)
    over: Tally = field(default_factory=Tally)
    under: Tally = field(default_factory=Tally)
    precise: Tally = field(default_factory=Tally)
    found: Tally = field(default_factory=Tally)
    quoted: Tally = field(default_factory=Tally)
    planted: Tally = field(default_factory=Tally)
    in_role: Tally = field(default_factory=Tally)
    reactions: Tally = field(default_factory=Tally)
    smiles: Tally = field(default_factory=Tally)
    cooled: Tally = field(default_factory=Tally)
    outcomes: Sequence[Outcome] = ()
    replies_s: Sequence[float] = ()
    step_ms: Sequence[float] = ()
    session_s: float = 0.0
    reciprocity: float = 0.0
    """Share of smiles that the manner returns."""


def judged(played: Played) -> Judged:
    """Looks at an interview from every side."""
    setting = played.setting
    described = Described(setting.candidate.name, setting.manner, features(played))
    found = Judged(setting, described)
    questions = judge(played)
    asked = sum(line.act.kind == "ask" for line in played.spoken)
    found.dead_ends = dead_ends(played)
    found.repeated = Tally(asked - len(questions.repeated), asked, questions.repeated)
    found.misplaced = Tally(asked - len(questions.misplaced), asked, questions.misplaced)
    found.cut_off = Tally(asked - len(questions.cut_off), asked, questions.cut_off)
    if setting.minutes:
        found.over, found.under = over_time(played), under_time(played)
    elif setting.manner in PROBING:
        # where time is short she may well leave a gap open
        found.precise, found.found = questions.precise, questions.found
    found.quoted, found.planted = quoted(played), planted(played)
    found.in_role = in_role(played)
    found.reactions, found.smiles = answered(played)
    found.cooled = too_soon(played)
    found.outcomes = outcomes(played)
    found.replies_s = replies_s(played)
    found.step_ms = played.step_ms
    found.session_s = played.ended_s
    found.reciprocity = played.persona.manner.smile_reciprocity
    return found


def faults(one: Judged) -> list[str]:
    """Everything in one interview that was not as it should be."""
    tallies = (
        *(one.dead_ends, one.repeated, one.misplaced, one.cut_off, one.over, one.under),
        *(one.precise, one.found, one.quoted, one.in_role, one.reactions, one.cooled),
    )
    told = [fault for tally in tallies for fault in tally.faults]
    return told + [outcome.told for outcome in one.outcomes if not outcome.met]
