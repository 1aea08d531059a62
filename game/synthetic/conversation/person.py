"""A candidate in the room: hears the recruiter's lines, waits, speaks, shows what they feel."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dialogue.content.planning import InterviewPlan
from dialogue.types import AskData, Feedback, ListenData, RecruiterAct, SayData, spoken_s
from game.synthetic.conversation.candidate import WHOLE_ANSWER, Candidate, CueHabit
from game.synthetic.conversation.her_lines import HerLines, Piece
from game.synthetic.conversation.mind import WAITS, Mind, Put
from game.synthetic.conversation.presence import Presence
from game.synthetic.conversation.speech import Speech, utterance_of
from game.synthetic.conversation.utterance import Intended, Segment, ShownCue, Utterance
from perception.fusion import Input

SPOKEN_OVER_S = 1.2
"""Seconds for which they speak on over a line of hers before they give way."""
INTERRUPTED_S = 0.7
"""The same where she interrupts them on purpose."""
WAITING_S = (3.0, 7.0)
"""Seconds that they take where she said that there is time."""
GREETS_S = (0.2, 0.9)
"""Seconds from the end of her greeting to their own word."""
_NOD_S = 0.5
_INVITES = ("help", "offer", "no_microphone", "microphone_back")
"""Purposes of lines after which it is their turn."""


@dataclass(frozen=True, slots=True)
class _Due:
    """An utterance that is about to begin."""

    at_s: float
    intended: Intended


class Person:
    """One candidate in one interview.

    Args:
        who: the candidate.
        role: for which they come.
        plan: the questions that may be asked.
        her: the recruiter's lines.
        seed: of the run.
    """

    def __init__(
        self, who: Candidate, role: str, plan: InterviewPlan, her: HerLines, seed: int
    ) -> None:
        self._who = who
        self._her = her
        self._rng = random.Random(f"candidate:{who.name}:{role}:{seed}")
        self._mind = Mind(who, role, plan, self._rng)
        self._speech = Speech(who, random.Random(f"speech:{who.name}:{seed}"))
        self._presence = Presence(random.Random(f"presence:{who.name}:{seed}"))
        self.utterances: list[Utterance] = []
        self._acts: dict[str, RecruiterAct] = {}
        self._lines: list[Piece] = []
        self._put = ""
        self._heard_of = ""
        self._question_id = ""
        self._due: _Due | None = None
        self._turn = False
        self._sounds: tuple[RecruiterAct, float] | None = None
        self._answered: set[str] = set()

    @property
    def cues(self) -> tuple[ShownCue, ...]:
        """All that was shown so far."""
        return self._presence.shown

    @property
    def talking(self) -> bool:
        """Whether they say or type something now, or are about to."""
        return self._speech.busy or self._due is not None

    def until(self, t_s: float) -> Iterator[Input]:
        """Everything that has arrived by then since the last call."""
        self._give_way(t_s)
        due = self._due
        if due is not None and t_s >= due.at_s and not self._speech.busy:
            self._due = None
            self._begin(due.intended, t_s)
        yield from self._speech.until(t_s)
        yield from self._presence.until(t_s)

    def hear(self, acts: Sequence[RecruiterAct], told: Sequence[Feedback], t_s: float) -> None:
        """What she does, and what became of her lines.

        Args:
            acts: of this tick.
            told: which of her lines began and ended.
            t_s: now.
        """
        self._acts |= {act.id: act for act in acts}
        for each in told:
            act = self._acts.get(each.act_id)
            if act is not None and each.phase == "start":
                self._line_begins(act, each.t_s)
            elif act is not None:
                self._sounds = None
                if each.phase == "end":
                    self._line_ends(act, t_s)
        for act in acts:
            if act.kind == "ask" and isinstance(act.data, AskData):
                self._put, self._question_id = act.data.question, act.question_id or ""
            if isinstance(act.data, ListenData) and act.data.answer == "new":
                self._question_id = act.question_id or self._question_id
                self._turn_comes(t_s)

    # Her lines.

    def _line_begins(self, act: RecruiterAct, t_s: float) -> None:
        self._sounds = (act, t_s)
        if act.kind == "ask" and (act.question_id or "").split("/", 1)[0] != self._heard_of:
            self._heard_of = (act.question_id or "").split("/", 1)[0]
            self._lines.clear()  # what she offered at the question before is no longer offered
        self._lines += self._her.pieces(act.text) or ()
        if act.kind != "acknowledge":
            self._turn = False
        if act.kind == "ask" and "/" not in (act.question_id or ""):
            self._asked(act, t_s)

    def _asked(self, act: RecruiterAct, t_s: float) -> None:
        """A main question begins to sound: some do not wait for its end."""
        base = act.question_id or ""
        if base == "your_questions" or base in self._answered:
            return
        plan = self._mind.plan(base)
        length_s = spoken_s(act.text)
        for cue in plan.cues:
            if cue.when == "listening":
                self._show(cue, t_s)
        if self._speech.busy:
            return
        if plan.barges_in_at is not None and not self._who.typed:
            put = Put(base, self._put, ())
            self._due = _Due(t_s + plan.barges_in_at * length_s, self._mind.barge_in(put))
        elif plan.murmurs:
            words = (Segment("murmur", plan.murmurs),)
            self._due = _Due(t_s + 0.4 * length_s, Intended("murmur", base, words))
            plan.murmurs = ""

    def _line_ends(self, act: RecruiterAct, t_s: float) -> None:
        data = act.data
        if isinstance(data, SayData) and data.purpose == "greeting":
            intended = self._mind.greeting()
            if intended is not None and not self._speech.busy:
                self._due = _Due(t_s + self._rng.uniform(*GREETS_S), intended)
        elif isinstance(data, SayData) and data.purpose in _INVITES:
            self._turn_comes(t_s)

    def _give_way(self, t_s: float) -> None:
        """They stop where she does not."""
        if self._sounds is None or not self._speech.sounding(t_s):
            return
        act, since_s = self._sounds
        if act.kind == "acknowledge":
            return
        begun_s = self.utterances[-1].start_s if self.utterances else since_s
        over_s = t_s - max(since_s, begun_s)
        if over_s >= (INTERRUPTED_S if act.kind == "interrupt" else SPOKEN_OVER_S):
            self._speech.stop(t_s)

    # Their turn.

    def _turn_comes(self, t_s: float) -> None:
        if self._speech.busy or not self._question_id:
            return  # they have been speaking all along, or nothing was asked yet
        if self._due is not None and self._due.intended.purpose not in ("greeting", "murmur"):
            return
        self._turn = True
        put = Put(self._question_id, self._put, tuple(self._lines))
        intended = self._mind.reply(put)
        if intended is None:
            self._due = None
            return
        delay_s = self._rng.uniform(*self._who.delivery.reply_s)
        if put.kinds & set(WAITS):
            delay_s += self._rng.uniform(*WAITING_S)
        if put.base == put.question_id and put.base not in self._answered | {"your_questions"}:
            for cue in self._mind.plan(put.base).cues:
                if cue.when == "waiting":
                    self._show(cue, t_s)
        self._due = _Due(t_s + delay_s, intended)

    def _begin(self, intended: Intended, t_s: float) -> None:
        utterance = utterance_of(intended, len(self.utterances))
        self.utterances.append(utterance)
        self._speech.begin(utterance, t_s)
        if intended.purpose == "murmur":
            return
        self._mind.said(utterance)
        self._lines.clear()
        self._turn = False
        if intended.purpose == "answer" and intended.base not in self._answered:
            self._answered.add(intended.base)
            for cue in self._mind.plan(intended.base).cues:
                if cue.when == "speaking":
                    self._show(cue, t_s, utterance.end_s)

    def _show(self, habit: CueHabit, from_s: float, until_s: float = float("inf")) -> None:
        """Shows something, where there is time for it before ``until_s``."""
        at_s = from_s + self._rng.uniform(*habit.after_s)
        end_s = at_s + (_NOD_S if habit.kind == "nod" else self._rng.uniform(*habit.lasts_s))
        if habit.kind in WHOLE_ANSWER:
            at_s, end_s = from_s, until_s
        if end_s <= until_s:
            self._presence.show(ShownCue(habit.kind, at_s, end_s))
