"""Helps a candidate who stays silent, by the ladder of silence."""

from __future__ import annotations

from collections.abc import Collection

from dialogue.conduct.mood import Mood
from dialogue.content.lines import Lines
from dialogue.interviewing.acts import Acts
from dialogue.interviewing.own_speech import OwnSpeech
from dialogue.interviewing.settings import DialogueSettings
from dialogue.interviewing.standing import Standing
from dialogue.types import AcknowledgeData, Because, SayData
from perception.types import CandidateState


class SilenceHelp:
    """A look, other words, an offer to move on, and the next question.

    Args:
        settings: pace of the interview.
        standing: where it stands.
        acts: makes what she does.
        lines: what she says.
        own: her speech.
        mood: is drawn by silence.
        patience: of the persona; factor on the ladder's times.
        left_out: names of cues that she does not go by. Without ``silence_s`` silence does not draw
            her mood and she neither looks nor asks in other words; that she offers to move on in
            the end stays, for an interview that nobody answers has to go on.
    """

    def __init__(
        self,
        settings: DialogueSettings,
        standing: Standing,
        acts: Acts,
        lines: Lines,
        own: OwnSpeech,
        mood: Mood,
        patience: float,
        left_out: Collection[str] = (),
    ) -> None:
        self._settings = settings
        self._standing = standing
        self._acts = acts
        self._lines = lines
        self._own = own
        self._mood = mood
        self._patience = patience
        self._passed_over = "silence_s" in left_out

    def step(self, state: CandidateState, patience: float) -> tuple[Because, str] | None:
        """Takes the step of the ladder that is due now.

        Args:
            state: the candidate now, who has said nothing yet.
            patience: another factor on them.

        Returns:
            Where nothing comes of waiting: why she moves on, and what she says first.
        """
        answer = self._standing.answer
        if state.typing:
            # the answer is under way, only slower than speech: patience starts anew
            answer.since_s = state.t_s
            return None
        silent_s, since_own_s = state.t_s - answer.since_s, state.t_s - self._own.ended_s
        rung = answer.ladder.climb(silent_s, since_own_s, self._settings, patience * self._patience)
        if rung is None:
            return None
        if self._passed_over and rung.step in ("look", "help"):
            return None
        if not self._passed_over:
            self._mood.draw("silence")
        if rung.step == "look":
            data = AcknowledgeData("smile", 0.4)
            self._acts.make("acknowledge", rung.because, "", self._mood.show("encouraging"), data)
        elif rung.step == "help":
            self._acts.make("say", rung.because, self._help(), "encouraging", SayData("help"))
        elif rung.step == "offer" and self._standing.candidate_asks:
            return rung.because, self._lines.say("no_more_questions")
        elif rung.step == "offer":
            line = self._lines.short("offers_to_move_on")
            self._acts.make("say", rung.because, line, "warm", SayData("offer"))
        else:
            return rung.because, self._lines.short("moves_on")
        return None

    def _help(self) -> str:
        line, asked = self._line(), self._standing.asked
        if asked is not None and asked.follow_up:
            # it has no other words
            line = f"{self._lines.short('encouragements')} {asked.text}"
        return line

    def _line(self) -> str:
        """Other words for the main question, or none where time was asked for."""
        if self._standing.answer.patience > 1.0:
            return self._lines.say("still_there")
        if self._standing.candidate_asks:
            return self._lines.say("anything_else")
        return self._lines.help(self._standing.question.id)
