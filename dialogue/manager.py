"""The interview as it runs: one step per tick, the candidate's state in, the recruiter's acts out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from dialogue.followup import FollowUpSettings
from dialogue.persona import Persona
from dialogue.reactions import ReactionSettings
from dialogue.script import Interview, InterviewPlan
from dialogue.turn import TurnSettings
from dialogue.types import Feedback, RecruiterAct
from dialogue.wording import Wording
from perception.types import CandidateState

Phase = Literal["settling", "greeting", "asking", "listening", "deciding", "closing", "finished"]


@dataclass(frozen=True, slots=True)
class DialogueSettings:
    """Pace and rules of the interview."""

    turn: TurnSettings = field(default_factory=TurnSettings)
    """Table [turn]."""
    reactions: ReactionSettings = field(default_factory=ReactionSettings)
    """Table [reactions]."""
    follow_ups: FollowUpSettings = field(default_factory=FollowUpSettings)
    """Table [follow_ups]."""


class DialogueManager:
    """Decides what the recruiter does.

    Pure: no threads, no clock, no files. Time is ``state.t_s``; chance comes from ``seed``. The
    same states and feedback give the same acts, to the bit.

    How the realizer plays acts:

    * ``say``, ``ask``, ``interrupt``, ``close`` and an ``acknowledge`` with text are spoken one
      after another in the order given; each posts Feedback ``start`` with its first sound and
      ``end`` with its last.
    * an ``acknowledge`` or ``listen`` without text is shown at once, over whatever else happens.
      Feedback for it is welcome and changes nothing.
    * ``wait`` with ``data["stop"]`` true: she yields. Speech stops within a syllable, spoken acts
      that wait their turn are dropped, and each act so ended posts Feedback ``stopped``.
    * ``listen`` marks the start of an answer: ``data["answer"]`` is "new" (words heard from now
      on are an answer to ``question_id``) or "continues" (the answer before goes on). Fusion's
      ``begin_answer`` and a recorded candidate's ``turn`` cue belong to "new".

    Args:
        interview: a plan, or an interview from which one is made.
        persona: who sits opposite.
        settings: defaults apply when None.
        seed: of the session.
        questions: how many, the warm-up included, when ``interview`` is not yet a plan.
        start_at: index of the question to begin with, for an interview that was interrupted.
        wording: phrases the lines; picks among the written ones by default.
    """

    def __init__(
        self,
        interview: Interview | InterviewPlan,
        persona: Persona,
        settings: DialogueSettings | None = None,
        seed: int = 0,
        questions: int | None = None,
        start_at: int = 0,
        wording: Wording | None = None,
    ) -> None:
        raise NotImplementedError

    def step(
        self, state: CandidateState, feedback: Sequence[Feedback] = ()
    ) -> tuple[RecruiterAct, ...]:
        """One tick.

        Args:
            state: the candidate now; its ``t_s`` never runs backwards.
            feedback: what became of earlier acts since the last tick.

        Returns:
            Acts to be played now, in order; most ticks none.
        """
        raise NotImplementedError

    @property
    def finished(self) -> bool:
        """Whether she has said her last word."""
        raise NotImplementedError

    @property
    def phase(self) -> Phase:
        """Where the interview stands."""
        raise NotImplementedError

    @property
    def question_id(self) -> str | None:
        """Id of the question in progress; a follow-up's is "question/condition"."""
        raise NotImplementedError

    @property
    def progress(self) -> tuple[int, int]:
        """Number of the question in progress, from 1 (0 before the first), and of how many."""
        raise NotImplementedError

    @property
    def plan(self) -> InterviewPlan:
        """The questions of this interview."""
        raise NotImplementedError

    def upcoming(self) -> tuple[str, ...]:
        """Texts that she may say next, likeliest first, so that a voice can render them ahead."""
        raise NotImplementedError
