"""Takes back a question because the answer before it goes on."""

from __future__ import annotations

from dialogue.content.lines import Lines
from dialogue.interviewing.acts import Acts
from dialogue.interviewing.asking import Asking
from dialogue.interviewing.barge_in import BargeIn
from dialogue.interviewing.own_speech import OwnSpeech
from dialogue.interviewing.settings import DialogueSettings
from dialogue.interviewing.standing import Standing
from dialogue.turntaking.turn import TurnDetector, TurnView
from dialogue.types import AcknowledgeData, Because, ListenData, WaitData
from perception.types import CandidateState


class Withdrawal:
    """Gives way to an answer that was not over, before or while the next question is said.

    Args:
        settings: pace of the interview.
        standing: where it stands.
        acts: makes what she does.
        own: her speech.
        barge_in: follows who speaks over her.
        asking: puts the questions.
        turn: learns that the answer was not over.
        lines: what she says.
    """

    def __init__(
        self,
        settings: DialogueSettings,
        standing: Standing,
        acts: Acts,
        own: OwnSpeech,
        barge_in: BargeIn,
        asking: Asking,
        turn: TurnDetector,
        lines: Lines,
    ) -> None:
        self._settings = settings
        self._standing = standing
        self._acts = acts
        self._own = own
        self._barge_in = barge_in
        self._asking = asking
        self._turn = turn
        self._lines = lines

    def unheard(self, state: CandidateState, view: TurnView) -> bool:
        """Whether the candidate goes on before her question has begun, so that it is not said.

        It may wait behind her "mm-hm", or for its sound. Nobody has heard anything of it, so
        nothing is said about it either; it comes when the answer is over.
        """
        s, before, answer = self._settings, self._asking.before, self._standing.answer
        if before is None or answer.cut_short or answer.typed is not None:
            return False
        if answer.withdrawn >= s.yields_per_question or not self._own.unbegun(before.act):
            return False
        # what was heard so far, not until its end is told
        spoken_s = min(self._own.spoken_into(state, view, before.act.t_s), view.stretch_s)
        if spoken_s < s.hold_s:
            return False
        because = Because("answer_goes_on", "speech_s", round(spoken_s, 3), s.hold_s)
        data = WaitData(withdraw=True, act=before.act.id)
        self._acts.make("wait", because, "", "interested", data)
        self._own.withdraw(before.act)
        self._asking.take_back(heard=False)
        answer.acknowledged = before.acknowledged
        answer.withdrawn += 1
        answer.over_s = None
        self._turn.resumed()
        if before.phase == "greeting":
            self._standing.phase = "greeting"
        else:
            self._standing.phase = "listening"
            self._acts.make("listen", because, data=ListenData("continues"))
        return True

    def resumable(self, state: CandidateState, overlap_s: float) -> bool:
        """Whether what is said over her question is the end of the answer before.

        Args:
            state: the candidate now.
            overlap_s: for how long they have been speaking over it.
        """
        before = self._asking.before
        started_over_s = self._own.elapsed(state.t_s) - overlap_s
        may_go_on = before is not None and before.answer is not None
        return may_go_on and started_over_s <= self._settings.resume_s

    def let_go_on(self, state: CandidateState, view: TurnView) -> None:
        """The answer was not over after all: she stops, and back to the question before."""
        limit_s = self._settings.resume_barge_in_s
        because = self._barge_in.yield_floor(state, view, "answer_goes_on", limit_s)
        answer = self._asking.take_back(heard=True).answer
        assert answer is not None
        standing = self._standing
        standing.answer = answer
        answer.over_s = None
        self._turn.cut_in()
        standing.phase = "listening"
        line = self._lines.short("yields")
        self._acts.make("acknowledge", because, line, "warm", AcknowledgeData("none", 0.0))
        answer.acknowledged.made(state.t_s)
        self._acts.make("listen", because, data=ListenData("continues"))
