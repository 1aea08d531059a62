"""The rules at work: cues in, reactions out, tick by tick.

Chance draws from the session's seed, each rule from a stream of its own, so that one more reaction
of one rule changes nothing of the others.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dialogue.conduct.mood import Mood
from dialogue.content.manner import Attitude, Manner
from dialogue.reacting.cues import CueReader, Cues, Moment
from dialogue.reacting.remarks import Remark, Remarks
from dialogue.reacting.rules import Condition, Does, Gesture, Rule, amount, shipped_rules
from dialogue.reacting.settings import ReactionSettings
from dialogue.reacting.suppositions import Supposition
from dialogue.turntaking.turn import TurnView
from dialogue.types import AcknowledgeData, Because
from perception.calibration import VoiceBaseline
from perception.types import CandidateState

_SOUND = "sound"
"""Whose cool-down sounds of listening keep."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What she does: becomes an act of kind "acknowledge"."""

    gesture: Gesture
    strength: float
    """0...1."""
    because: Because
    attitude: Attitude = "neutral"
    """Her mood's where it is neutral."""
    sound: str = ""
    """Field of the persona's lines of which she makes one; empty for none."""
    repetition: int | None = None
    """Nods in a row."""
    cue_t_s: float | None = None
    """Session time of the picture that is answered, where it is one."""
    mood: str = ""
    """What it does to her mood."""

    @property
    def data(self) -> AcknowledgeData:
        """As it goes with the act."""
        return AcknowledgeData(self.gesture, self.strength, self.repetition, self.cue_t_s)


class _Course:
    """How it stands with one rule."""

    def __init__(self, rule: Rule, rng: random.Random) -> None:
        self.rule = rule
        self.rng = rng
        self.held = False
        self.since_s = 0.0
        self.due_s: float | None = None
        """When ``when`` had held for long enough; None while it has not."""
        self.armed = True
        self.acted_s = float("-inf")
        self.used = False
        self.gap_s: float | None = None


class Reactions:
    """The rules of one interview and their memory.

    Args:
        settings: thresholds.
        manner: of the persona.
        seed: of the session.
        rules: those that ship where None.
        say: a line of the manner by its field; without, nothing is remarked on.
        voice: how the candidate speaks by nature, where that was measured before.
        supposed: values that stand in for those that are measured.
        left_out: names of cues that she does not go by.
        fillers: what counts as one, as ``[fillers]`` of ``cues.toml`` has it; that which ships
            where None.
    """

    def __init__(
        self,
        settings: ReactionSettings | None = None,
        manner: Manner | None = None,
        seed: int = 0,
        *,
        rules: Sequence[Rule] | None = None,
        say: Callable[[str], str] | None = None,
        voice: VoiceBaseline | None = None,
        supposed: Sequence[Supposition] = (),
        left_out: Collection[str] = (),
        fillers: Mapping[str, Any] | None = None,
    ) -> None:
        self._settings = settings or ReactionSettings()
        self._manner = manner or Manner()
        self._reader = CueReader(self._settings, voice, supposed, left_out, fillers)
        self._remarks = Remarks(self._settings, say)
        self._courses = [
            _Course(rule, random.Random(f"reactions:{rule.name}:{seed}"))
            for rule in (shipped_rules() if rules is None else rules)
        ]
        self._last: dict[str, float] = {}
        self._later: list[tuple[float, Rule, Reaction]] = []
        self._mood: Mood | None = None
        self._silent = False

    def begin_answer(self) -> None:
        """A new answer: what is done once per answer may be done again."""
        self._reader.begin_answer()
        self._remarks.drop_question()
        for course in self._courses:
            if course.rule.once_per == "answer":
                course.used = False

    def step(
        self,
        state: CandidateState,
        turn: TurnView,
        listening: bool,
        speaking: bool,
        silent: bool = False,
        *,
        strength: float | None = None,
        answer_share: float | None = None,
        mood: Mood | None = None,
    ) -> list[Reaction]:
        """Reactions that are due at this tick, mostly none.

        Args:
            state: the candidate now.
            turn: the answer in progress.
            listening: whether it is the candidate's turn.
            speaking: whether the recruiter's own voice is heard.
            silent: whether no sound may go with a nod, because she takes the turn or has just
                made one.
            strength: 0...1 of the answer so far, where it was understood.
            answer_share: length of the answer over the longest that she lets pass.
            mood: hers; makes nods and smiles larger or smaller.
        """
        self._mood, self._silent = mood, silent
        moment = Moment(state, turn, listening, speaking, strength, answer_share)
        cues = self._reader.read(moment)
        phases = {"any"}
        if listening:
            phases.add("listening")
            if not speaking:
                phases.add("answering" if turn.heard else "waiting")
        found = self._due_now(state.t_s, phases)
        holding = set()
        for course in self._courses:
            if course.rule.phase in phases:
                found += self._judge(course, cues, state)
            if course.due_s is not None:
                holding.add(course.rule.name)
        self._remarks.follow(holding, state.t_s)
        return found

    def spoke(self, t_s: float) -> None:
        """She made a sound of another rule's; backchannels keep their distance from it."""
        self._last[_SOUND] = self._last["backchannel"] = t_s

    @property
    def remark(self) -> Remark | None:
        """What she will remark on when the floor is hers; None for nothing."""
        return self._remarks.waiting

    def take_remark(self, t_s: float, asks: bool) -> Remark | None:
        """What she remarks on now, before her next line.

        Args:
            t_s: now.
            asks: whether a question about the answer would be in its place.
        """
        return self._remarks.take(t_s, asks)

    # -- one rule --------------------------------------------------------------------------------

    def _judge(self, course: _Course, cues: Cues, state: CandidateState) -> list[Reaction]:
        rule, t_s = course.rule, state.t_s
        if not self._follow(course, cues, t_s) or not self._may_act(course, cues, t_s):
            return []
        course.armed, course.acted_s = False, t_s
        if course.rng.random() >= rule.chance * self._factor(rule.scaled.chance):
            return []
        return self._act(course, cues, state)

    def _follow(self, course: _Course, cues: Cues, t_s: float) -> bool:
        """Takes the cue of a tick; whether it has held for as long as it has to."""
        when = course.rule.when
        if not self._holds(when, cues, course.held):
            course.held, course.due_s, course.armed = False, None, True
            return False
        if not course.held:
            course.held, course.since_s = True, t_s
        if t_s - course.since_s < when.for_s:
            return False
        if course.due_s is None:
            course.due_s = t_s
        return True

    def _may_act(self, course: _Course, cues: Cues, t_s: float) -> bool:
        rule, due_s = course.rule, course.due_s
        assert due_s is not None
        again = rule.every_s is not None and t_s - course.acted_s >= rule.every_s
        fresh = rule.fresh_s is None or t_s - due_s <= rule.fresh_s
        return (
            (course.armed or again)
            and not course.used
            and fresh
            and all(self._holds(each, cues, False) for each in rule.also)
            and self._rested(course, t_s)
        )

    def _holds(self, condition: Condition, cues: Cues, held: bool) -> bool:
        value = cues.values[condition.cue]
        if value is None:
            return False
        if condition.above_usual:
            usual = cues.usual[condition.cue]
            if usual is None:
                return False
            value -= usual
        return condition.reached(value, self._settings, held)

    def _rested(self, course: _Course, t_s: float) -> bool:
        """Whether the cool-down is over."""
        factor = self._factor(course.rule.scaled.cool_down)
        if factor <= 0.0:
            return False
        if course.gap_s is None:
            vary = course.rule.vary_cool_down
            drawn = course.rng.uniform(1.0 - vary, 1.0 + vary) if vary else 1.0
            course.gap_s = amount(course.rule.cool_down_s, self._settings) * drawn / factor
        return t_s - self._last.get(course.rule.clock, float("-inf")) >= course.gap_s

    def _factor(self, names: Sequence[str]) -> float:
        """Product of numbers of the manner."""
        factor = 1.0
        for name in names:
            factor *= float(getattr(self._manner, name))
        return factor

    # -- what she does -----------------------------------------------------------------------------

    def _act(self, course: _Course, cues: Cues, state: CandidateState) -> list[Reaction]:
        rule, t_s = course.rule, state.t_s
        course.used = rule.once_per != ""
        because = self._because(rule, cues)
        self._last[rule.clock] = t_s
        course.gap_s = None
        if rule.says is not None:
            self._propose(course, because, t_s)
        if not rule.does:
            return []
        sound = self._sound(course, t_s)
        way = self._drawn(course, sound)
        # what is answered is the picture, where it is one that shows it
        seen = rule.when.cue in _SEEN_AT_ONCE and state.face is not None
        reaction = Reaction(
            way.gesture,
            self._strength(way, course, cues),
            because,
            way.attitude,
            sound,
            way.repetition,
            state.face.t_s if seen and state.face is not None else None,
            rule.mood,
        )
        if rule.delay_s > 0.0:
            self._later.append((t_s + rule.delay_s, rule, reaction))
            return []
        return [reaction]

    def _because(self, rule: Rule, cues: Cues) -> Because:
        condition = rule.when
        value = cues.values[condition.cue]
        limit = amount(condition.threshold, self._settings)
        if condition.above_usual:
            limit += cues.usual[condition.cue] or 0.0
        rounded = None if value is None else round(value, 3)
        return Because(rule.name, cues.named(condition.cue), rounded, round(limit, 3))

    def _propose(self, course: _Course, because: Because, t_s: float) -> None:
        says, rule = course.rule.says, course.rule
        assert says is not None
        # drawn whether or not there is room, so that settings change nothing of what follows
        drawn = course.rng.random()
        if drawn < says.chance * self._factor(says.scaled) and self._remarks.wanted(says, t_s):
            self._remarks.propose(rule.name, says, because, t_s)

    def _sound(self, course: _Course, t_s: float) -> str:
        """Which sound goes with it; empty for none."""
        sound = course.rule.sound
        if sound is None:
            return ""
        drawn = course.rng.random()
        if drawn >= sound.chance * self._factor(sound.scaled) or self._silent:
            return ""
        gap_s = amount(sound.gap_s, self._settings)
        if t_s - self._last.get(_SOUND, float("-inf")) < gap_s:
            return ""
        self._last[_SOUND] = t_s
        return sound.line

    def _drawn(self, course: _Course, sound: str) -> Does:
        ways = [way for way in course.rule.does if not (sound and way.silent)]
        if len(ways) == 1:
            return ways[0]
        return course.rng.choices(ways, [way.weight for way in ways])[0]

    def _strength(self, way: Does, course: _Course, cues: Cues) -> float:
        rule = course.rule
        share = min(1.0, self._factor(rule.scaled.strength))
        strength = way.least + (way.strength - way.least) * share
        if way.grows:
            cue = rule.when.cue
            above = (cues.values[cue] or 0.0) - (cues.usual.get(cue) or 0.0)
            strength += way.grows * min(1.0, max(0.0, above))
        if way.vary:
            strength *= course.rng.uniform(1.0 - way.vary, 1.0 + way.vary)
        if self._mood is not None:
            strength *= self._mood.amount(way.gesture)
        return round(min(1.0, max(0.1, strength)), 3)

    def _due_now(self, t_s: float, phases: set[str]) -> list[Reaction]:
        """Delayed reactions whose time has come; those whose phase is over are dropped."""
        due = [(rule, reaction) for due_s, rule, reaction in self._later if t_s >= due_s]
        self._later = [each for each in self._later if t_s < each[0]]
        return [
            Reaction(
                reaction.gesture, reaction.strength, reaction.because, reaction.attitude,
                "" if self._silent else reaction.sound,
                reaction.repetition, reaction.cue_t_s, reaction.mood,
            )
            for rule, reaction in due
            if rule.phase in phases
        ]  # fmt: skip


_SEEN_AT_ONCE = frozenset(("smile", "frown"))
"""Cues that one picture shows, so that how soon she answers can be told from it."""
