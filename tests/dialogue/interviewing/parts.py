"""The real parts of an interview, each within reach of a test, and states to show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dialogue.content.persona import load_persona
from dialogue.content.planning import plan_of
from dialogue.content.script import load_interview
from dialogue.interviewing.parts import InterviewParts
from dialogue.interviewing.settings import DialogueSettings
from dialogue.reacting.rules import Rule
from dialogue.reacting.suppositions import Supposition
from dialogue.turntaking.turn import TurnView
from dialogue.types import Because, Feedback, RecruiterAct
from dialogue.understanding.types import ActSpan, CandidateAct, Understanding
from dialogue.understanding.understander import Inquiry, Understood
from perception.types import CandidateState

BECAUSE = Because("test", "none")
SILENT = TurnView(False, False, False, 0.0, 0.0, 0.0, "unknown", 1.0, 2.0, 0.0)
"""Nothing was said."""
PAUSED = replace(SILENT, heard=True, speech_s=9.0, stretch_s=4.0, pause_s=1.2)
"""An answer, and a pause that is long enough for a first sound."""
OVER = replace(PAUSED, pause_s=2.2)
"""The same, and the pause long enough for the floor."""
TALKING = replace(PAUSED, talking=True, pause_s=0.0)


class Parts(InterviewParts):
    """Those of an interview for nurses with somebody of usual patience."""

    def __init__(
        self,
        understands: bool = False,
        questions: int = 3,
        settings: DialogueSettings | None = None,
        patience: float = 1.0,
        rules: Sequence[Rule] | None = None,
        supposed: Sequence[Supposition] = (),
    ) -> None:
        anna = load_persona("anna", 1)
        manner = replace(anna.manner, patience=patience, interrupts_after=1.0)
        self.settings = settings or DialogueSettings()
        self.plan = plan_of(load_interview("nurse"), questions, 1, False)
        super().__init__(
            self.plan,
            replace(anna, manner=manner),
            self.settings,
            1,
            understands=understands,
            rules=rules,
            supposed=supposed,
        )

    def at(self, t_s: float, **more: object) -> CandidateState:
        """A new tick, with the candidate's state at it."""
        self.standing.now_s = t_s
        self.acts.begin_tick()
        return CandidateState(t_s, **more)  # type: ignore[arg-type]

    @property
    def made(self) -> RecruiterAct:
        """The one act of this tick."""
        (act,) = self.acts.made
        return act

    def heard_out(self, t_s: float) -> None:
        """All that she had to say has been said by then."""
        self.own.add_feedback([Feedback(t_s, a.id, "end") for a in self.acts.made], t_s)

    def asked(self, t_s: float = 10.0) -> None:
        """She has put her first question by then, and begins to listen."""
        self.at(t_s)
        self.advancing.first(BECAUSE, "")
        self.heard_out(t_s)
        self.acts.begin_tick()
        self.answering.begin(t_s, BECAUSE)
        self.acts.begin_tick()


def understood(act: CandidateAct, text: str, answer: int, confidence: float = 0.9) -> Understood:
    """That a text is all of one act."""
    span = ActSpan(act, confidence, 0, len(text), text)
    return Understood(Inquiry("q", answer, text), Understanding(text, (span,)))
