"""What comes after an answer: a reply, a follow-up, the next question, or the end."""

from __future__ import annotations

from dialogue.conduct.moves import Move
from dialogue.content.lines import Lines
from dialogue.interviewing.acts import Acts
from dialogue.interviewing.advancing import Advancing
from dialogue.interviewing.answering import Answering
from dialogue.interviewing.asking import Asking
from dialogue.interviewing.deciding import Deciding
from dialogue.interviewing.follow_ups import Answer, FollowUps
from dialogue.interviewing.remarking import Remarking
from dialogue.interviewing.standing import REPEATED_S, Standing
from dialogue.types import Because, SayData
from perception.types import CandidateState

LEAVING_WORDS = 6
"""Words below which a reply to her offer to move on may take it up."""


class MovingOn:
    """Does something with the floor.

    Args:
        standing: where the interview stands.
        acts: makes what she does.
        lines: what she says.
        asking: puts the questions.
        answering: follows the answers.
        follow_ups: the scripted ones, for answers of which only the length is known.
        deciding: what she decides on by what she understood.
        remarking: what she says before that.
        advancing: the way to the next question.
    """

    def __init__(
        self,
        standing: Standing,
        acts: Acts,
        lines: Lines,
        asking: Asking,
        answering: Answering,
        follow_ups: FollowUps,
        deciding: Deciding,
        remarking: Remarking,
        advancing: Advancing,
    ) -> None:
        self._standing = standing
        self._acts = acts
        self._lines = lines
        self._asking = asking
        self._answering = answering
        self._follow_ups = follow_ups
        self._deciding = deciding
        self._remarking = remarking
        self._advancing = advancing

    def after(self, state: CandidateState, answer: Answer, because: Because) -> None:
        """Goes on after an answer.

        Args:
            state: the candidate now.
            answer: which is over.
            because: why the floor is hers.
        """
        progress = self._standing.answer
        if progress.repeats(answer.speech_s):
            cue = Because("question_cut_off", "answer_speech_s", answer.speech_s, REPEATED_S)
            surely = self._deciding.surely
            self._asking.repeat(cue, upset=surely("upset"), joking=surely("joke"))
            return
        move = self._deciding.decide(state, answer)
        if self._remarking.remark(state, move):
            return
        if move is not None:
            self._perform(state, move)
        elif answer.words < LEAVING_WORDS and progress.takes_up_offer(answer.speech_s or 0.0):
            self._advancing.advance(state, because, lead=self._lines.short("moves_on"))
        elif self._standing.candidate_asks:
            self._advancing.advance(state, because)
        else:
            self._by_script(state, answer, because)

    def after_cutting_in(self, state: CandidateState, answer: Answer, because: Because) -> None:
        """Goes on after an answer that she has ended: with what it left out, if anything.

        Args:
            state: the candidate now.
            answer: so far.
            because: why the floor is hers.
        """
        asked = self._standing.asked
        again = asked is None or bool(asked.follow_up)  # once a question is enough
        move = None if again else self._deciding.decide(state, answer)
        if move is None:
            self._advancing.advance(state, because)
        else:
            self._perform(state, move)

    @property
    def _unthanked(self) -> bool:
        """Whether nothing she did yet acknowledges the answer."""
        answer = self._standing.answer
        return not (answer.acknowledged.given or answer.cut_short)

    def _by_script(self, state: CandidateState, answer: Answer, because: Because) -> None:
        """By the answer's length and a few words of it: a scripted follow-up, or the next one."""
        question = self._standing.question
        chosen = self._follow_ups.choose(question, self._standing.conditions, answer)
        if chosen is None or state.part_over:
            self._advancing.advance(state, because, thanks=self._unthanked)
            return
        follow_up, why = chosen
        text = self._lines.follow_ups[question.id, follow_up.when]
        self._asking.follow_up(follow_up.when, text, text, why)

    def _perform(self, state: CandidateState, move: Move) -> None:
        """Does what was decided."""
        text = f"{move.say} {move.ask}".strip()
        if move.kind == "close":
            self._asking.close(move.because, early=move.early, lead=move.say)
        elif move.kind == "next":
            thanks = not move.say and self._unthanked
            self._advancing.advance(state, move.because, lead=move.say, thanks=thanks)
        elif move.kind == "follow_up":
            self._asking.follow_up(move.follow_up, move.ask, text, move.because, move.attitude)
        elif move.kind == "ask_again":
            self._answering.expect_reply(move)
            self._asking.in_other_words(move.ask, text, move.because, move.attitude)
        else:
            self._answering.expect_reply(move)
            if move.say:
                data = SayData("reply")
                self._acts.make("say", move.because, move.say, move.attitude, data)
                self._standing.phase = "asking"
            else:
                self._answering.begin(self._standing.now_s, move.because)
