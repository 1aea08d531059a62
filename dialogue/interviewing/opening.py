"""How an interview begins: the candidate settles, she greets, and they may greet her back."""

from __future__ import annotations

from dialogue.conduct.mood import Mood
from dialogue.conduct.small_talk import small_talk
from dialogue.content.lines import Lines
from dialogue.interviewing.acts import Acts
from dialogue.interviewing.barge_in import BargeIn
from dialogue.interviewing.inquiries import Inquiries
from dialogue.interviewing.own_speech import OwnSpeech
from dialogue.interviewing.settings import DialogueSettings
from dialogue.interviewing.standing import Standing
from dialogue.interviewing.typed_answers import TypedAnswers
from dialogue.turntaking.turn import TurnView
from dialogue.types import Because, SayData
from perception.types import FACE_TRUSTED, CandidateState

MOST_GREETINGS = 3
"""How often she begins the greeting where her own voice has cut it off."""
REPLY_PAUSE_S = 0.6
"""Seconds of silence within which a reply to her greeting may go on."""
UNDERSTOOD_MOST_S = 2.0
"""Seconds after her greeting from which on she does not wait for what a reply to it means."""
REPLY_MOST_S = 8.0
"""Seconds after her greeting from which on she asks whatever is heard."""


class Opening:
    """Leads to the first question.

    Args:
        settings: pace of the interview.
        standing: where it stands.
        acts: makes what she does.
        lines: what she says.
        own: her speech.
        barge_in: follows who speaks over her.
        inquiries: what is understood of a reply to her greeting.
        typed: what of it is typed.
        mood: is drawn by small talk.
    """

    def __init__(
        self,
        settings: DialogueSettings,
        standing: Standing,
        acts: Acts,
        lines: Lines,
        own: OwnSpeech,
        barge_in: BargeIn,
        inquiries: Inquiries,
        typed: TypedAnswers,
        mood: Mood,
    ) -> None:
        self._settings = settings
        self._standing = standing
        self._acts = acts
        self._lines = lines
        self._own = own
        self._barge_in = barge_in
        self._inquiries = inquiries
        self._typed = typed
        self._mood = mood
        self._began_s = 0.0
        self._greeted = 0

    def begin(self, t_s: float) -> None:
        """The interview begins."""
        self._began_s = t_s

    def settle(self, state: CandidateState) -> None:
        """Greets once the candidate is there, or nobody comes."""
        s = self._settings
        waited = state.t_s - self._began_s
        seen = state.face is not None and state.face.confidence >= FACE_TRUSTED
        # a face that cannot come is not waited for
        enough = seen or "camera" in state.trouble or state.speaking or waited >= s.settle_most_s
        if waited < s.settle_s or not enough:
            return
        cue = "face" if seen else "voice" if state.speaking else "waited_s"
        self._greet(Because("greeting", cue, round(waited, 3), s.settle_s))

    def greeted(self, state: CandidateState, view: TurnView) -> tuple[Because, str] | None:
        """Hears out what is said to her greeting.

        Returns:
            Why she asks her first question now, and what she says before it; None as long as she
            does not.
        """
        s = self._settings
        if self._own.speaking:
            self._barge_in.yield_if_spoken_over(state, view)
            return None
        if self._barge_in.echoed and self._greeted < MOST_GREETINGS:
            self._greet(Because("own_echo", "overlap_s", None, s.barge_in_s))
            return None
        if self._typed.offer(state) or state.opening:
            return None  # before the microphone is open no answer would be heard: she asks nothing
        quiet_s = state.t_s - self._own.ended_s
        replying = view.talking or state.typing or (view.heard and view.pause_s < REPLY_PAUSE_S)
        if quiet_s < s.greeting_gap_s or (replying and quiet_s < REPLY_MOST_S):
            return None
        reply = self._reply(state)
        if reply is None:
            return None
        return Because("first_question", "quiet_s", round(quiet_s, 3), s.greeting_gap_s), reply

    def _greet(self, because: Because) -> None:
        self._greeted += 1
        self._acts.make("say", because, self._lines.greeting, "warm", SayData("greeting"))
        self._standing.phase = "greeting"

    def _reply(self, state: CandidateState) -> str | None:
        """What she replies to what was said to her greeting; None while it is being understood."""
        inquiry, told = self._inquiries.inquiry, self._inquiries.told
        if inquiry is None or "understanding" in state.trouble:
            return ""
        if told is None or told.inquiry.text != inquiry.text:
            late = state.t_s - self._own.ended_s >= UNDERSTOOD_MOST_S
            return "" if late else None
        if not told.understanding.has("small_talk", 0.5):
            return ""
        self._mood.draw("small_talk")
        self._typed.clear()
        return small_talk(self._lines, told.inquiry.text)
