"""Where an interview stands: its phase, the question in progress, and what became of its answer.

The one thing that all parts of an interview share. Each reads it; whichever part takes a step
writes it down here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dialogue.content.planning import InterviewPlan
from dialogue.content.script import Question
from dialogue.interviewing.silence import SilenceLadder
from dialogue.turntaking.turn import TurnView
from dialogue.turntaking.turn_entry import Acknowledgement
from dialogue.understanding.assent import Offer

Phase = Literal["settling", "greeting", "asking", "listening", "deciding", "closing", "finished"]
"""``asking``: a line of hers is to be heard out; ``deciding``: she has shown that she takes the
turn, and it is open what she does with it."""

YOUR_QUESTIONS = Question(
    "your_questions",
    ("Do you have any questions for me?",),
    "your_questions",
    "closing",
    max_answer_s=60.0,
)
"""What stands for a question while the candidate is to ask."""

REPEATED_S = 6.0
"""Seconds of speech up to which an answer that cut off her question is no answer to it."""
RETREAT_S = 1.2
"""Seconds of speech up to which it is no answer yet, and may be taken back by falling silent."""
MOVED_ON_S = 2.0
"""Seconds of speech up to which a reply to her offer to move on takes it up."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question in progress, main or follow-up."""

    index: int
    """In the plan's ``every``; -1 where the candidate is to ask."""
    follow_up: str
    """What a follow-up is about; empty for a main question."""
    id: str
    text: str
    conditions: tuple[str, ...] = ()
    """Follow-ups asked so far, this one included."""


@dataclass(slots=True)
class AnswerInProgress:
    """What happened since a question was asked."""

    since_s: float = 0.0
    ladder: SilenceLadder = field(default_factory=SilenceLadder)
    acknowledged: Acknowledgement = field(default_factory=Acknowledgement)
    must_repeat: bool = False
    """The question was cut off before enough of it was out."""
    ran_on: bool = False
    """What cut it off was the answer before, which she had ended."""
    cut_short: bool = False
    """She has ended it, because it was too long."""
    over_s: float | None = None
    """When it was first found to be over."""
    typed: str | None = None
    """What was handed in, with what was said aloud beside it."""
    handed_s: float = 0.0
    """When it was handed in first."""
    typed_s: float = 0.0
    """When the last of it came."""
    withdrawn: int = 0
    """How often the next question was withdrawn because the answer went on."""
    offered: Offer | None = None
    """What of hers a yes or no would reply to."""
    patience: float = 1.0
    """Factor on the ladder's times: the candidate asked for time."""
    thinking: bool = False
    """Whether she has shown that she thinks about what was said."""

    def repeats(self, speech_s: float | None) -> bool:
        """Whether so short an answer came because her question was cut off: it comes again."""
        brief = speech_s is not None and (self.ran_on or speech_s < REPEATED_S)
        return self.must_repeat and brief

    def hardly_begun(self, view: TurnView) -> bool:
        """Whether hardly a word was said since her question was cut off: it may be a slip."""
        return self.must_repeat and view.heard and view.speech_s < RETREAT_S

    def takes_up_offer(self, speech_s: float) -> bool:
        """Whether so short an answer replies to her offer to move on."""
        return self.ladder.offered and speech_s < MOVED_ON_S


class Standing:
    """Where one interview stands.

    Args:
        plan: its questions.

    Attributes:
        now_s: session time of this tick.
        phase: of the interview.
        asked: the question in progress; None before the first.
        answer: to it, or while it is being put to the one before.
        heard_out_s: session time at which the main question in progress had been put, first.
    """

    now_s: float
    phase: Phase
    asked: Asked | None
    answer: AnswerInProgress
    heard_out_s: float

    def __init__(self, plan: InterviewPlan) -> None:
        self._plan = plan
        self._heard_out: str | None = None
        self.heard_out_s = 0.0
        self.now_s = 0.0
        self.phase = "settling"
        self.asked = None
        self.answer = AnswerInProgress()

    def begin_answer(self) -> None:
        """She has put a question, or put it again, and waits for an answer."""
        self.answer = AnswerInProgress(since_s=self.now_s)
        if self.asked is not None and not self.asked.follow_up and self.asked.id != self._heard_out:
            self._heard_out, self.heard_out_s = self.asked.id, self.now_s

    @property
    def plan(self) -> InterviewPlan:
        """The questions of this interview."""
        return self._plan

    @property
    def question_id(self) -> str | None:
        """Id of the question in progress; a follow-up's is "question/condition"."""
        return None if self.asked is None else self.asked.id

    @property
    def candidate_asks(self) -> bool:
        """Whether the question in progress is what the candidate wants to know."""
        return self.asked is not None and self.asked.index < 0

    @property
    def index(self) -> int:
        """Of the main question in progress, in the plan's ``every``."""
        return 0 if self.asked is None else self.asked.index

    @property
    def question(self) -> Question:
        """The main question in progress; before any, the first of the plan."""
        return YOUR_QUESTIONS if self.candidate_asks else self._plan.every[self.index]

    @property
    def conditions(self) -> tuple[str, ...]:
        """Follow-ups to the main question in progress so far."""
        return () if self.asked is None else self.asked.conditions
