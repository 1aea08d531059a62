"""The real parts of an interview, each within reach of a test, and states to show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dialogue.conduct.agenda import Agenda
from dialogue.conduct.conduct import Conduct
from dialogue.conduct.mood import Mood
from dialogue.conduct.time_budget import TimeBudget
from dialogue.content.lines import Lines
from dialogue.content.persona import load_persona
from dialogue.content.script import load_interview
from dialogue.interviewing.acts import Acts
from dialogue.interviewing.advancing import Advancing
from dialogue.interviewing.answering import Answering
from dialogue.interviewing.asking import Asking
from dialogue.interviewing.barge_in import BargeIn
from dialogue.interviewing.deciding import Deciding
from dialogue.interviewing.follow_ups import FollowUps
from dialogue.interviewing.hand_over import HandOver
from dialogue.interviewing.inquiries import Inquiries
from dialogue.interviewing.moving_on import MovingOn
from dialogue.interviewing.opening import Opening
from dialogue.interviewing.own_speech import OwnSpeech
from dialogue.interviewing.remarking import Remarking
from dialogue.interviewing.settings import DialogueSettings
from dialogue.interviewing.showing import Showing
from dialogue.interviewing.silence_help import SilenceHelp
from dialogue.interviewing.standing import Standing
from dialogue.interviewing.typed_answers import TypedAnswers
from dialogue.interviewing.withdrawal import Withdrawal
from dialogue.reacting.engine import Reactions
from dialogue.reacting.rules import Rule
from dialogue.reacting.suppositions import Supposition
from dialogue.turntaking.turn import TurnDetector, TurnView
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


class Parts:
    """An interview's parts, put together as the manager does it."""

    def __init__(
        self,
        understands: bool = False,
        questions: int = 3,
        settings: DialogueSettings | None = None,
        patience: float = 1.0,
        rules: Sequence[Rule] | None = None,
        supposed: Sequence[Supposition] = (),
    ) -> None:
        s = self.settings = settings or DialogueSettings()
        persona = load_persona("anna", 1)
        manner = persona.manner
        plan = self.plan = load_interview("nurse").plan(questions, 1, False)
        self.budget = TimeBudget(s.conduct.minutes)
        self.agenda = Agenda(plan, 0, s.conduct, self.budget)
        self.lines = Lines(plan, persona, 1)
        self.mood = Mood(manner)
        self.turn = TurnDetector(s.turn, manner.patience)
        self.reactions = Reactions(
            s.reactions, manner, 1, rules=rules, say=self.lines.say, supposed=supposed
        )
        self.follow_ups = FollowUps(s.follow_ups, 1, questions)
        conduct = Conduct(self.lines, manner, None, s.conduct, 1, self.mood)
        self.standing = Standing(plan)
        self.own = OwnSpeech(s.ducking)
        self.acts = Acts(self.standing, self.mood, self.own)
        common = (self.standing, self.acts, self.lines)
        self.barge_in = BargeIn(s, self.standing, self.acts, self.own)
        self.inquiries = Inquiries(understands)
        self.typed = TypedAnswers(*common, understands)
        self.opening = Opening(
            s, *common, self.own, self.barge_in, self.inquiries, self.typed, self.mood
        )
        self.asking = Asking(*common, self.agenda, self.follow_ups, self.barge_in, understands)
        self.withdrawal = Withdrawal(
            s,
            self.standing,
            self.acts,
            self.own,
            self.barge_in,
            self.asking,
            self.turn,
            self.lines,
        )
        self.answering = Answering(
            s, *common, self.asking, self.turn, self.inquiries, self.reactions, 1.0
        )
        self.silence_help = SilenceHelp(s, *common, self.own, self.mood, patience)
        transcript = self.answering.transcript
        self.hand_over = HandOver(
            s, *common, self.follow_ups, self.inquiries, transcript, self.reactions, self.own
        )
        self.showing = Showing(self.reactions, *common, self.mood)
        self.advancing = Advancing(
            self.standing, self.lines, self.asking, self.agenda, conduct, understands, True
        )
        self.deciding = Deciding(
            self.standing, self.inquiries, transcript, self.agenda, self.budget, conduct
        )
        self.remarking = Remarking(
            s.conduct,
            self.standing,
            self.acts,
            self.asking,
            self.agenda,
            self.reactions,
            self.mood,
        )
        self.moving_on = MovingOn(
            *common,
            self.asking,
            self.answering,
            self.follow_ups,
            self.deciding,
            self.remarking,
            self.advancing,
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
