"""Whether she answered what the candidate showed without words, and never too often.

What should come of a cue is what the shipped rules say (``assets/personas/rules``): from which
value on and for how long, in which phase, how likely with this manner, and how long she rests
after it. How long a cue takes to show in the numbers that rules go by is known from how those are
worked out.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dialogue.content.manner import Manner
from dialogue.interviewing.settings import DialogueSettings
from dialogue.reacting.cues import (
    FILLERS_LEAST_S,
    HANDS_LEAST_S,
    HANDS_WINDOW_S,
    PITCH_LEAST,
    RATE_LEAST,
)
from dialogue.reacting.rules import Rule, amount, shipped_rules
from dialogue.reacting.settings import ReactionSettings
from dialogue.types import ListenData, RecruiterAct
from game.bench.conversation_exchange import Tally, label
from game.synthetic.conversation.play import Played
from game.synthetic.conversation.presence import NOD_FOUND_S
from game.synthetic.conversation.speech import PROSODY_EVERY_S
from game.synthetic.conversation.utterance import ShownCue
from perception.fusion import FusionSettings

ONCE_S = 1e9
SOON_S = 1.5
"""Seconds from the moment at which a rule should act to that by which it has to have."""
_SURE = 0.999
_SHOWN_S = 0.2
"""Seconds for which a cue has to be shown beyond that moment."""
_NOD_S = 0.6
_SENTENCE_S = 4.0
"""Seconds by which the words that are known may lag: they come sentence by sentence."""


@dataclass(frozen=True, slots=True)
class Sign:
    """How something that is shown comes to be seen or heard."""

    cue: str
    """Which of her cues it moves."""
    reached_s: Callable[[float], float]
    """Threshold of a rule to the seconds from its beginning until the cue reaches it."""
    same: tuple[str, ...] = ()
    """Other cues that it moves in the end, so that rules that go by those answer it, too."""


def _at_once(threshold: float) -> float:
    return 0.0


SIGNS: dict[str, Sign] = {
    "smile": Sign("smile", _at_once),
    "nod": Sign("nod", lambda threshold: _NOD_S + NOD_FOUND_S),
    "gaze_down": Sign("gaze_off_s", lambda threshold: threshold, ("gaze_on_screen",)),
    "gaze_away": Sign("gaze_off_s", lambda threshold: threshold, ("gaze_on_screen",)),
    "turned": Sign("head_turned_deg", _at_once, ("gaze_on_screen",)),
    "leaves": Sign("face_missing", lambda threshold: FusionSettings().face_lost_s),
    "frown": Sign("frown", _at_once),
    "leans": Sign("lean_m", _at_once),
    "fidget": Sign(
        "fidget", lambda threshold: max(HANDS_LEAST_S, threshold * HANDS_WINDOW_S), ("nerves",)
    ),
    "quiet": Sign("snr_db", lambda threshold: RATE_LEAST * PROSODY_EVERY_S, ("level_dbfs",)),
    "racing": Sign("syllables_per_s", lambda threshold: RATE_LEAST * PROSODY_EVERY_S),
    "fillers": Sign("fillers_per_min", lambda threshold: FILLERS_LEAST_S + _SENTENCE_S),
    "monotone": Sign("pitch_sd_st", lambda threshold: PITCH_LEAST * PROSODY_EVERY_S),
}
"""Kind of cue to how it shows."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What should come of a cue."""

    rule: Rule
    """That goes by it."""
    rules: tuple[str, ...]
    """Names of rules of hers, any of which answers it."""
    least_s: float
    """How long it has to be shown before she acts."""
    rest_s: float
    """After such a reaction, for how long no other is due."""

    def chance(self, manner: Manner) -> float:
        """That she answers it, 0...1."""
        chance = self.rule.chance
        for name in self.rule.scaled.chance:
            chance *= float(getattr(manner, name))
        return chance

    @property
    def in_words(self) -> bool:
        """Whether she answers in words alone, when the floor is hers, once in an interview."""
        return not self.rule.does


@functools.cache
def expected(kind: str) -> Expected:
    """What the shipped rules have come of a kind of cue."""
    sign, settings = SIGNS[kind], ReactionSettings()
    rule = next(rule for rule in shipped_rules() if rule.when.cue == sign.cue)
    answers = tuple(
        other.name
        for other in shipped_rules()
        if other.when.cue in (sign.cue, *sign.same) or (rule.group and other.group == rule.group)
    )
    reached_s = sign.reached_s(amount(rule.when.threshold, settings))
    also_s = max(
        (amount(c.threshold, settings) for c in rule.also if c.cue == "answer_speech_s"),
        default=0.0,
    )
    least_s = max(reached_s + rule.when.for_s, also_s) + rule.delay_s
    rest_s = amount(rule.cool_down_s, settings) * (1.0 + rule.vary_cool_down)
    return Expected(rule, answers, least_s, ONCE_S if not rule.does else rest_s)


def answered(played: Played) -> tuple[Tally, Tally]:
    """Planted cues that were answered: those that always are, and smiles.

    Of cues that are answered by chance only smiles are frequent enough to be counted.
    """
    always, smiles = Tally(), Tally()
    manner = played.persona.manner
    once: set[str] = set()
    for cue in played.cues:
        due = expected(cue.kind)
        chance = due.chance(manner)
        if cue.kind in once or (chance < _SURE and cue.kind != "smile"):
            continue
        from_s = _due_from(played, cue, due)
        if from_s is None:
            continue
        if due.in_words or due.rule.once_per == "interview":
            once.add(cue.kind)
        by_s = played.ended_s if due.in_words else from_s + due.least_s + SOON_S
        reactions = _of(played, due.rules)
        good = any(cue.start_s <= act.t_s <= by_s for act in reactions)
        tally = always if chance >= _SURE else smiles
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


def _due_from(played: Played, cue: ShownCue, due: Expected) -> float | None:
    """When a cue begins to count; None where it is shown too briefly, outside of the rule's phase
    or too soon after another reaction of its kind."""
    until_s = min(cue.end_s, played.ended_s)
    from_s = cue.start_s
    if cue.kind == "nod":
        until_s = from_s + due.least_s + 2 * _SHOWN_S  # it is over when it is seen
    if due.rule.phase != "any":
        span = next((s for s in _phases(played, due.rule.phase) if s[0] < until_s < s[1] + 60.0
                     and from_s < s[1]), None)  # fmt: skip
        if span is None:
            return None
        if due.rule.phase == "waiting" or cue.kind != "nod":
            from_s = max(from_s, span[0])
        until_s = min(until_s, span[1])
    if until_s - from_s < due.least_s + _SHOWN_S:
        return None
    before = [act.t_s for act in _of(played, due.rules) if act.t_s < cue.start_s]
    ready_s = from_s + due.least_s
    rested = not before or ready_s - before[-1] >= due.rest_s
    if due.rule.once_per == "answer" and before and rested:
        rested = not _same_answer(played, before[-1], ready_s)
    return from_s if rested else None


def _phases(played: Played, phase: str) -> Iterator[tuple[float, float]]:
    """Spans in which a rule of that phase is looked at."""
    for opened_s, closed_s in _turns(played):
        said = [u for u in played.utterances if u.start_s < closed_s and u.end_s > opened_s]
        if phase == "waiting":
            yield opened_s, min((u.start_s for u in said), default=closed_s)
        for u in said:
            if phase != "waiting":
                yield max(opened_s, u.start_s), min(closed_s, u.end_s)


def _turns(played: Played) -> Iterator[tuple[float, float]]:
    """Spans in which it is the candidate's turn: from her listening to her next line."""
    opened_s: float | None = None
    for act in played.acts:
        if isinstance(act.data, ListenData):
            opened_s = act.t_s if opened_s is None else opened_s
        elif opened_s is not None and act.kind in ("say", "ask", "interrupt", "close"):
            yield opened_s, act.t_s
            opened_s = None
    if opened_s is not None:
        yield opened_s, played.ended_s


def _same_answer(played: Played, one_s: float, other_s: float) -> bool:
    begun = [act.t_s for act in played.acts
             if isinstance(act.data, ListenData) and act.data.answer == "new"]  # fmt: skip
    return not any(one_s < t_s <= other_s for t_s in begun)
