"""The parts of one interview, put together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from dialogue.conduct.agenda import Agenda
from dialogue.conduct.conduct import Conduct
from dialogue.conduct.mood import Mood
from dialogue.conduct.time_budget import TimeBudget
from dialogue.content.employer import Employer
from dialogue.content.lines import Lines
from dialogue.content.persona import Persona
from dialogue.content.planning import InterviewPlan
from dialogue.content.wording import Wording
from dialogue.interviewing.acts import Acts
from dialogue.interviewing.advancing import Advancing
from dialogue.interviewing.answering import Answering
from dialogue.interviewing.asking import Asking
from dialogue.interviewing.barge_in import BargeIn
from dialogue.interviewing.deciding import Deciding
from dialogue.interviewing.follow_ups import FollowUps
from dialogue.interviewing.hand_over import HandOver
from dialogue.interviewing.inquiries import Inquiries
from dialogue.interviewing.microphone_back import MicrophoneBack
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
from dialogue.turntaking.turn import TurnDetector
from perception.calibration import VoiceBaseline


class InterviewParts:
    """What the manager steps, each part given those that it works with.

    Args:
        plan: of the interview.
        persona: who sits opposite.
        settings: of the dialogue.
        seed: of the session.
        first: index of the question to begin with.
        wording: phrases the lines; picks among the written ones by default.
        voice: how the candidate speaks by nature, where that was measured before.
        employer: what she knows of the job.
        understands: whether what the candidate says is understood.
        rules: of her reactions; those that ship by default.
        supposed: values of cues that stand in for those that are measured.
        left_out: names of cues that she does not go by.
        fillers: what counts as one; that which ships by default.
    """

    def __init__(
        self,
        plan: InterviewPlan,
        persona: Persona,
        settings: DialogueSettings,
        seed: int,
        *,
        first: int = 0,
        wording: Wording | None = None,
        voice: VoiceBaseline | None = None,
        employer: Employer | None = None,
        understands: bool = False,
        rules: Sequence[Rule] | None = None,
        supposed: Sequence[Supposition] = (),
        left_out: Collection[str] = (),
        fillers: Mapping[str, Any] | None = None,
    ) -> None:
        s, manner = settings, persona.manner
        pitch_hz = None if voice is None else voice.pitch_range_hz

        # what she goes by
        self.budget = budget = TimeBudget(s.conduct.minutes)
        self.agenda = agenda = Agenda(plan, first, s.conduct, budget)
        self.lines = lines = Lines(plan, persona, seed, wording)
        self.mood = mood = Mood(manner)
        self.turn = turn = TurnDetector(s.turn, manner.patience, pitch_hz=pitch_hz)
        self.reactions = reactions = Reactions(
            s.reactions,
            manner,
            seed,
            rules=rules,
            say=lines.say,
            voice=voice,
            supposed=supposed,
            left_out=left_out,
            fillers=fillers,
        )
        self.follow_ups = follow_ups = FollowUps(s.follow_ups, seed, len(plan.questions))
        self.conduct = conduct = Conduct(lines, manner, employer, s.conduct, seed, mood)

        # what she says, and who speaks over it
        self.standing = standing = Standing(plan)
        self.own = own = OwnSpeech(s.ducking)
        self.acts = acts = Acts(standing, mood, own)
        self.barge_in = barge_in = BargeIn(s, standing, acts, own)

        # from her greeting to an answer
        self.inquiries = inquiries = Inquiries(understands)
        self.typed = typed = TypedAnswers(standing, acts, lines, understands)
        self.opening = Opening(s, standing, acts, lines, own, barge_in, inquiries, typed, mood)
        self.back = MicrophoneBack(standing, acts, lines, own, typed)
        self.asking = asking = Asking(
            standing, acts, lines, agenda, follow_ups, barge_in, understands
        )
        self.withdrawal = Withdrawal(s, standing, acts, own, barge_in, asking, turn, lines)
        self.answering = answering = Answering(
            s, standing, acts, lines, asking, turn, inquiries, reactions, manner.interrupts_after
        )
        self.silence_help = SilenceHelp(
            s, standing, acts, lines, own, mood, manner.patience, left_out
        )
        self.showing = Showing(reactions, standing, acts, lines, mood)

        # from an answer to the next question
        transcript = answering.transcript
        self.hand_over = HandOver(
            s, standing, acts, lines, follow_ups, inquiries, transcript, reactions, own
        )
        self.advancing = advancing = Advancing(
            standing, lines, asking, agenda, conduct, understands, s.conduct.your_questions
        )
        self.deciding = deciding = Deciding(
            standing, inquiries, transcript, agenda, budget, conduct
        )
        self.remarking = remarking = Remarking(
            s.conduct, standing, acts, asking, agenda, reactions, mood
        )
        self.moving_on = MovingOn(
            standing, acts, lines, asking, answering, follow_ups, deciding, remarking, advancing
        )
