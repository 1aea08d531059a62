"""The candidate's answers: when one begins, goes on, and is too long."""

from __future__ import annotations

from dialogue.conduct.moves import Move
from dialogue.content.lines import Lines
from dialogue.interviewing.acts import Acts
from dialogue.interviewing.asking import Asking
from dialogue.interviewing.follow_ups import Transcript
from dialogue.interviewing.inquiries import Inquiries
from dialogue.interviewing.settings import DialogueSettings
from dialogue.interviewing.standing import Standing
from dialogue.reacting.engine import Reactions
from dialogue.turntaking.turn import TurnDetector, TurnView
from dialogue.types import Because, ListenData
from perception.types import CandidateState

FOLLOW_UP_S = 15.0
"""Seconds that the answer to a follow-up usually takes: a sentence or two."""

CUT_IN_PAUSE_S = 0.25
"""Seconds of silence in which she ends an answer that is too long; a breath takes as long."""

FOLLOW_UP_SHARE = 0.6
"""Share of the time of an answer that wanders (``wandering_s``) that one to a follow-up has."""


class Answering:
    """Follows the answers of one interview, and tells those who need to know when one begins.

    Args:
        settings: pace of the interview.
        standing: where it stands.
        acts: makes what she does.
        lines: what she says.
        asking: puts the questions.
        turn: finds out when an answer is over.
        inquiries: what is understood of it.
        reactions: what she shows meanwhile.
        interrupts_after: factor of the persona's on a question's longest answer.

    Attributes:
        transcript: words of the answer in progress.
    """

    transcript: Transcript

    def __init__(
        self,
        settings: DialogueSettings,
        standing: Standing,
        acts: Acts,
        lines: Lines,
        asking: Asking,
        turn: TurnDetector,
        inquiries: Inquiries,
        reactions: Reactions,
        interrupts_after: float,
    ) -> None:
        self._settings = settings
        self._standing = standing
        self._acts = acts
        self._lines = lines
        self._asking = asking
        self._turn = turn
        self._inquiries = inquiries
        self._reactions = reactions
        self._interrupts_after = interrupts_after
        self._replied_to: Move | None = None
        self.transcript = Transcript()

    def expect_reply(self, move: Move) -> None:
        """The next answer may take up what she offers with a move, or take the time it gives."""
        self._replied_to = move

    def begin(self, from_s: float, because: Because) -> None:
        """A new answer begins.

        Args:
            from_s: session time from which on words belong to it.
            because: why.
        """
        standing = self._standing
        standing.phase = "listening"
        standing.begin_answer()
        if self._replied_to is not None:
            standing.answer.offered = self._replied_to.offer
            standing.answer.patience = self._replied_to.patience
            self._replied_to = None
        self._asking.before = None
        self._inquiries.begin_answer(standing.now_s)
        follow_up = standing.asked is not None and bool(standing.asked.follow_up)
        self._turn.begin(from_s, FOLLOW_UP_S if follow_up else standing.question.usual_answer_s)
        self.transcript.begin(from_s)
        self._reactions.begin_answer()
        self._acts.make("listen", because, data=ListenData("new", from_s))

    def go_on(self, view: TurnView) -> None:
        """The candidate goes on after her first sound."""
        self._turn.resumed()
        self._standing.phase = "listening"
        because = Because("answer_goes_on", "speech_s", round(view.stretch_s, 3), 0.0)
        self._acts.make("listen", because, data=ListenData("continues"))

    @property
    def longest_s(self) -> float:
        """Seconds for which she lets an answer to the question in progress go on.

        What the bank allows is for answers that tell something all the while; one that wanders has
        less.
        """
        bank_s = self._standing.question.max_answer_s * self._interrupts_after
        if not (self._inquiries.wandering and self._may_wander):
            return bank_s
        long = self._settings.wandering_s * self._interrupts_after
        if self._standing.asked is not None and self._standing.asked.follow_up:
            long *= FOLLOW_UP_SHARE
        return min(bank_s, long)

    @property
    def _may_wander(self) -> bool:
        """Whether she comes in on answers by what they tell: everybody has the same time in a
        structured interview, and the time for questions of their own is theirs."""
        planned = self._settings.conduct.mode != "structured" and self._inquiries.told is not None
        return planned and not self._standing.candidate_asks

    def cut_in(self, state: CandidateState, view: TurnView) -> bool:
        """Ends an overlong answer at a pause, or after some grace without one."""
        longest_s = self.longest_s
        length_s = state.t_s - self._standing.answer.since_s
        grace_s = self._settings.too_long_grace_s
        waits = view.pause_s < CUT_IN_PAUSE_S and length_s < longest_s + grace_s
        if length_s < longest_s or waits:
            return False
        because = Because("answer_too_long", "answer_s", round(length_s, 2), longest_s)
        self._acts.make("interrupt", because, self._words_to_cut_in, "warm")
        self._standing.answer.cut_short = True
        self._standing.phase = "deciding"
        return True

    @property
    def _words_to_cut_in(self) -> str:
        """Her own manner's where she may ask on about the answer, else those that end it."""
        asked = self._standing.asked
        asks_on = self._may_wander and asked is not None and not asked.follow_up
        return (asks_on and self._lines.say("too_long")) or self._lines.short("interruptions")
