"""Puts questions: planned ones, follow-ups, one again, and whether the candidate has any."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dialogue.conduct.agenda import Agenda
from dialogue.content.lines import Lines
from dialogue.content.manner import Attitude
from dialogue.content.stress import plain
from dialogue.interviewing.acts import Acts
from dialogue.interviewing.barge_in import BargeIn
from dialogue.interviewing.follow_ups import FollowUps
from dialogue.interviewing.standing import (
    YOUR_QUESTIONS,
    AnswerInProgress,
    Asked,
    Phase,
    Standing,
)
from dialogue.turntaking.turn import TurnView
from dialogue.turntaking.turn_entry import Acknowledgement
from dialogue.types import AskData, Because, CloseData, RecruiterAct

RETREAT_PAUSE_S = 0.8
"""Seconds of silence after which somebody who cut in on her with hardly a word has left her the
floor again."""


@dataclass(frozen=True, slots=True)
class Before:
    """What was before a question that is being put."""

    act: RecruiterAct
    """The question."""
    phase: Phase
    asked: Asked | None
    acknowledged: Acknowledgement
    answer: AnswerInProgress | None
    """The answer that may go on after all; None where none may."""


class Asking:
    """Puts the questions of one interview, and takes one back that the candidate spoke over.

    Args:
        standing: where the interview stands.
        acts: makes what she does.
        lines: what she says.
        agenda: which planned questions are left.
        follow_ups: how many scripted follow-ups are left.
        barge_in: follows who speaks over her.
        understands: whether answers are understood.

    Attributes:
        before: what was before the question that is being put; None while none is.
    """

    before: Before | None

    def __init__(
        self,
        standing: Standing,
        acts: Acts,
        lines: Lines,
        agenda: Agenda,
        follow_ups: FollowUps,
        barge_in: BargeIn,
        understands: bool,
    ) -> None:
        self._standing = standing
        self._acts = acts
        self._lines = lines
        self._agenda = agenda
        self._follow_ups = follow_ups
        self._barge_in = barge_in
        self._understands = understands
        self._broken_off: str | None = None
        self.before = None

    def main(self, index: int, because: Because, lead: str = "", thanks: bool = False) -> None:
        """Puts a planned question.

        Args:
            index: in the plan's ``every``.
            because: why now.
            lead: what she says first, in place of the words that usually lead over.
            thanks: whether thanks for the answer before come first of all.
        """
        standing = self._standing
        first, last = standing.asked is None, self._agenda.none_left
        text = self._lines.ask(index, lead=not first, thanks=thanks, last=last, led=lead)
        question = standing.plan.every[index]
        asked = Asked(index, "", question.id, self._lines.questions[index])
        self._put(asked, text, because)

    def follow_up(
        self, about: str, bare: str, text: str, because: Because, attitude: Attitude | None = None
    ) -> None:
        """One more question about the answer.

        Args:
            about: a condition or a gap.
            bare: the question.
            text: all that she says.
            because: why.
            attitude: in which; interested where None.
        """
        standing = self._standing
        conditions = (*standing.conditions, about)
        asked_id = f"{standing.question.id}/{about}"
        asked = Asked(standing.index, about, asked_id, bare, conditions)
        self._put(asked, text, because, attitude)

    def in_other_words(self, bare: str, text: str, because: Because, attitude: Attitude) -> None:
        """Puts the question in progress once more, in these words or in others.

        Args:
            bare: the question.
            text: all that she says.
            because: why.
            attitude: in which.
        """
        asked = self._standing.asked
        assert asked is not None
        self._put(replace(asked, text=bare), text, because, attitude)

    def repeat(self, because: Because, upset: bool = False, joking: bool = False) -> None:
        """Puts the question in progress again, of which the candidate cannot have heard enough.

        Args:
            because: why.
            upset: whether what cut it off shows that the candidate is, who is reassured first.
            joking: whether it was a joke, at which she smiles.
        """
        asked = self._standing.asked
        assert asked is not None
        attitude: Attitude | None = None
        lead = self._lines.short("resume")
        if upset:
            lead, attitude = self._lines.say("reassures"), "concerned"
        elif joking:
            lead, attitude = self._lines.say("laughs"), "amused"
        self._put(asked, f"{lead} {asked.text}", because, attitude)

    def repeat_after_retreat(self, view: TurnView) -> None:
        """Puts it again where the candidate has fallen silent after cutting in on it.

        Or where it was her own echo that did.
        """
        if not view.talking and view.pause_s >= RETREAT_PAUSE_S:
            pause_s = round(view.pause_s, 3)
            self.repeat(Because("question_cut_off", "silence_s", pause_s, RETREAT_PAUSE_S))

    def for_questions(self, because: Because, lead: str) -> None:
        """Asks for the candidate's own questions."""
        line = self._lines.say("your_questions")
        asked = Asked(-1, "", YOUR_QUESTIONS.id, line)
        self._put(asked, f"{lead} {line}".strip(), because, "warm")

    def close(self, because: Because, early: bool, lead: str = "") -> None:
        """Asks nothing more: the farewell.

        Args:
            because: why.
            early: whether questions are left.
            lead: what she says first.
        """
        line = self._lines.early_closing if early else self._lines.closing
        self._acts.make("close", because, f"{lead} {line}".strip(), "warm", CloseData(early))
        self._standing.phase = "closing"

    def take_back(self, heard: bool) -> Before:
        """The question is not put after all: it will come later, and the one before stands again.

        Args:
            heard: whether some of it was said, so that saying it in the same words once more takes
                a word about it.

        Returns:
            What was before.
        """
        before, asked = self.before, self._standing.asked
        assert before is not None
        if heard and asked is not None:
            self._broken_off = asked.id
        if asked is not None and (before.asked is None or before.asked.id != asked.id):
            if asked.follow_up:
                self._follow_ups.give_back()
            elif asked.index >= 0:
                self._agenda.give_back(asked.index)
        self._standing.asked, self.before = before.asked, None
        return before

    def _put(
        self, asked: Asked, text: str, because: Because, attitude: Attitude | None = None
    ) -> None:
        standing = self._standing
        if asked.id == self._broken_off:
            text, self._broken_off = f"{self._lines.short('resume')} {asked.text}", None
        before, answer = standing.asked, standing.answer
        repeated = before is not None and before.id == asked.id
        resumable = before is not None and not repeated and not answer.cut_short
        if not repeated:
            self._barge_in.begin_question()
        standing.asked = asked
        if attitude is None:
            attitude = "interested" if asked.follow_up else "neutral"
        act = self._acts.make("ask", because, text, attitude, self._ask_data(asked))
        self.before = Before(
            act,
            standing.phase,
            before,
            answer.acknowledged.copy(),
            answer if resumable else None,
        )
        standing.phase = "asking"

    def _ask_data(self, asked: Asked) -> AskData:
        question = self._standing.question
        number, of = self._agenda.progress
        planned = asked.index >= 0
        return AskData(
            competency=question.competency,
            follow_up_of=question.id if asked.follow_up else None,
            number=number if planned else None,
            of=of if planned else None,
            question=plain(asked.text),
            asks_episode=self._asks_episode(asked),
        )

    def _asks_episode(self, asked: Asked) -> bool | None:
        if not self._understands:
            return None
        whole = asked.follow_up in ("", "off_topic")  # the latter puts the question again
        return whole and self._standing.question.asks_episode
