"""Puts together what is known of an answer, for her to decide by what she understood."""

from __future__ import annotations

from dialogue.conduct.agenda import Agenda
from dialogue.conduct.conduct import Conduct
from dialogue.conduct.moves import Move, Reply
from dialogue.conduct.time_budget import TimeBudget
from dialogue.interviewing.follow_ups import Answer, Transcript
from dialogue.interviewing.inquiries import Inquiries
from dialogue.interviewing.standing import Standing
from dialogue.understanding.assent import Offer
from dialogue.understanding.types import CandidateAct
from perception.types import CandidateState

_SURELY = 0.7
"""Confidence (0...1) from which she heeds what cut her question off."""


class Deciding:
    """Has her conduct decide on answers.

    Args:
        standing: where the interview stands.
        inquiries: what was understood of the answer.
        transcript: its words.
        agenda: whether there is time for a follow-up.
        budget: learns how long answers take.
        conduct: decides.
    """

    def __init__(
        self,
        standing: Standing,
        inquiries: Inquiries,
        transcript: Transcript,
        agenda: Agenda,
        budget: TimeBudget,
        conduct: Conduct,
    ) -> None:
        self._standing = standing
        self._inquiries = inquiries
        self._transcript = transcript
        self._agenda = agenda
        self._budget = budget
        self._conduct = conduct

    def decide(self, state: CandidateState, answer: Answer) -> Move | None:
        """What she does after an answer; None where only its length can tell.

        Args:
            state: the candidate now.
            answer: which is over.
        """
        asked = self._standing.asked
        if not self._inquiries.understands or asked is None:
            return None
        question, progress = self._standing.question, self._standing.answer
        planned = not self._standing.candidate_asks
        if planned and not asked.follow_up:
            took_s = state.t_s - self._standing.heard_out_s
            self._budget.answered(question.id, question.usual_answer_s, took_s)
        has_room = self._agenda.follow_up_fits if planned else self._budget.another_fits
        reply = Reply(
            state.t_s,
            question if planned else None,
            asked.id,
            asked.text,
            asked.conditions,
            answer.text,
            answer.speech_s,
            answer.complete,
            answer.confidence,
            self._inquiries.covering(answer.text),
            self._transcript.stretches,
            progress.typed is not None,
            self._offered,
            has_room(state.t_s) and not state.part_over,
            planned and self._agenda.to_spare(state.t_s),
        )
        return self._conduct.decide(reply)

    def surely(self, act: CandidateAct) -> bool:
        """Whether that is what the candidate has just done."""
        told = self._inquiries.told
        return told is not None and told.understanding.has(act, _SURELY)

    @property
    def _offered(self) -> Offer | None:
        """What of hers a yes or no would reply to."""
        answer = self._standing.answer
        if answer.offered is not None:
            return answer.offered
        if answer.ladder.offered:
            return "move_on"
        # she has asked for questions: "no, thank you" is no thanks
        return "more" if self._standing.candidate_asks else None
