"""How the turn comes to her: her first sound, and the moment at which the floor is hers.

Step one of taking the turn is a sound that fits whether or not the answer is over. Step two waits
for what may decide on her next line: late words, and what was understood of them.
"""

from __future__ import annotations

from dialogue.conduct.cue_words import is_request
from dialogue.content.lines import Lines
from dialogue.interviewing.acts import Acts
from dialogue.interviewing.follow_ups import Answer, FollowUps, Transcript
from dialogue.interviewing.inquiries import Inquiries
from dialogue.interviewing.own_speech import OwnSpeech
from dialogue.interviewing.settings import DialogueSettings
from dialogue.interviewing.standing import Standing
from dialogue.reacting.engine import Reactions
from dialogue.turntaking.turn import TurnView
from dialogue.turntaking.turn_entry import wording
from dialogue.types import AcknowledgeData, Because
from perception.types import CandidateState

CLEAR_S = 0.45
"""Seconds of silence after which a plain request is met."""
TYPED_THINK_S = 0.8
"""Seconds after an answer was handed in from which on she shows that she thinks about it."""
CUT_SHORT_MOST_S = 2.5
"""Seconds after the words with which she ended an answer, from which on she goes on whatever is
heard."""


class HandOver:
    """Takes the turn.

    Args:
        settings: pace of the interview.
        standing: where it stands.
        acts: makes what she does.
        lines: what she says.
        follow_ups: know whether words may decide on the next line.
        inquiries: what is understood of the answer.
        transcript: its words.
        reactions: keep their distance from her sounds.
        own: her speech.
    """

    def __init__(
        self,
        settings: DialogueSettings,
        standing: Standing,
        acts: Acts,
        lines: Lines,
        follow_ups: FollowUps,
        inquiries: Inquiries,
        transcript: Transcript,
        reactions: Reactions,
        own: OwnSpeech,
    ) -> None:
        self._settings = settings
        self._standing = standing
        self._acts = acts
        self._lines = lines
        self._follow_ups = follow_ups
        self._inquiries = inquiries
        self._transcript = transcript
        self._reactions = reactions
        self._own = own

    def first_sound(self, view: TurnView) -> None:
        """A sound that fits whether or not the answer is over; a nod where one is out of place."""
        standing, answer = self._standing, self._standing.answer
        standing.phase = "deciding"
        answer.over_s = None
        line_answers = (
            answer.repeats(view.speech_s)
            or answer.takes_up_offer(view.speech_s)
            or answer.offered is not None
            or self._inquiries.asks_something
        )
        if line_answers or not answer.acknowledged.due(standing.now_s):
            data = AcknowledgeData("nod", 0.4, 1)
            self._acts.make("acknowledge", view.because(), data=data)
            return
        self._sound(view, view.because())

    def late_sound(self, view: TurnView) -> None:
        """The sound that she left out, because she had just made one, comes in a longer silence."""
        limit_s = self._settings.late_sound_s
        late = view.pause_s >= limit_s and not view.stirring
        if self._standing.answer.acknowledged.withheld and late and not view.over:
            because = Because("end_of_turn", "silence_s", round(view.pause_s, 3), limit_s)
            self._sound(view, because)

    def clear_request(self, state: CandidateState, view: TurnView) -> bool:
        """Whether it is plain that she is asked for something, so that nobody has to wait until
        silence tells that no more is to come."""
        told = self._inquiries.told
        if told is None or view.talking or view.stirring or view.pause_s < CLEAR_S:
            return False
        return told.inquiry.text == state.answer and state.answer_final and is_request(told)

    def answer(self, state: CandidateState, view: TurnView) -> Answer | None:
        """The answer, once it is over and all is known that is waited for; None until then.

        Late words are waited for only where they may decide.
        """
        s, standing, answer = self._settings, self._standing, self._standing.answer
        if answer.over_s is None:
            answer.over_s = state.t_s
        known = state.answer_final or view.words_reach_end
        matter = self._inquiries.understands or self._follow_ups.need_words(
            standing.question, standing.conditions, view.speech_s
        )
        waited_s = state.t_s - answer.over_s
        if matter and not known and waited_s < s.words_wait_s:
            return None
        late = waited_s >= s.words_wait_s + s.conduct.understanding_wait_s
        if not late and not self._inquiries.known(state.answer, state):
            self._think(view.because(floor=True))
            return None
        return self.so_far(state, view)

    def so_far(self, state: CandidateState, view: TurnView) -> Answer:
        """What is known of the answer now."""
        known = state.answer_final or view.words_reach_end
        return Answer(view.speech_s, state.answer, known, self._transcript.confidence)

    def typed_answer(self, state: CandidateState) -> Answer | None:
        """The answer that was handed in, once it is understood or that takes too long."""
        answer = self._standing.answer
        if answer.typed is None:
            return None
        late = state.t_s - answer.typed_s >= self._settings.conduct.typed_wait_s
        if late or self._inquiries.known(answer.typed, state):
            return Answer(None, answer.typed, True, 1.0)
        if state.t_s - answer.typed_s >= TYPED_THINK_S:
            self._think(Because("typed_answer", "typed", "handed in", "handed in"))
        return None

    def after_cutting_in(self, state: CandidateState, view: TurnView) -> Because | None:
        """Why the floor is hers once she has ended an answer that was too long; None until then."""
        own = self._own
        quiet_s = state.t_s - own.ended_s
        if own.speaking or (view.talking and quiet_s < CUT_SHORT_MOST_S):
            return None
        return Because("answer_too_long", "own_speech", "ended", "ended")

    def _sound(self, view: TurnView, because: Because) -> None:
        now_s = self._standing.now_s
        self._standing.answer.acknowledged.made(now_s)
        line = self._lines.short(wording(view.speech_s, self._settings.follow_ups.short_speech_s))
        self._acts.make("acknowledge", because, line, data=AcknowledgeData("nod", 0.45, 1))
        self._reactions.spoke(now_s)

    def _think(self, because: Because) -> None:
        """She shows that she thinks about it, rather than freeze."""
        answer = self._standing.answer
        if answer.thinking:
            return
        answer.thinking = True
        data = AcknowledgeData("think", 0.5)
        self._acts.make("acknowledge", because, "", "neutral", data)
