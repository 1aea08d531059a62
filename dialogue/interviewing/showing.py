"""What she shows of what she sees and hears, over whatever else she does."""

from __future__ import annotations

from dialogue.conduct.mood import Mood
from dialogue.content.lines import Lines
from dialogue.interviewing.acts import Acts
from dialogue.interviewing.standing import Standing
from dialogue.reacting.engine import Reaction, Reactions
from dialogue.turntaking.turn import TurnView
from perception.types import CandidateState


class Showing:
    """Makes acts of her reactions.

    Args:
        reactions: the rules at work.
        standing: where the interview stands.
        acts: makes what she does.
        lines: her sounds of listening.
        mood: shows in them, and is drawn by what they answer.
    """

    def __init__(
        self, reactions: Reactions, standing: Standing, acts: Acts, lines: Lines, mood: Mood
    ) -> None:
        self._reactions = reactions
        self._standing = standing
        self._acts = acts
        self._lines = lines
        self._mood = mood

    def step(
        self,
        state: CandidateState,
        view: TurnView,
        listening: bool,
        speaking: bool,
        strength: float | None,
        longest_s: float,
    ) -> None:
        """Shows what the rules have her show now.

        Args:
            state: the candidate now.
            view: the same, as a turn.
            listening: whether it is the candidate's turn.
            speaking: whether her own voice is heard.
            strength: 0...1 of the answer so far, where it was understood.
            longest_s: for which she lets it go on.
        """
        answer = self._standing.answer
        silent = self._standing.phase != "listening" or answer.acknowledged.given
        length_s = state.t_s - answer.since_s
        for reaction in self._reactions.step(
            state,
            view,
            listening,
            speaking,
            silent,
            strength=strength,
            answer_share=length_s / longest_s if listening else None,
            mood=self._mood,
        ):
            self._show(state, reaction)

    def _show(self, state: CandidateState, reaction: Reaction) -> None:
        if reaction.mood:
            self._mood.draw(reaction.mood)
        text = self._lines.short(reaction.sound) if reaction.sound else ""
        if text:
            self._standing.answer.acknowledged.made(state.t_s)
        attitude = self._mood.show(reaction.attitude)
        self._acts.make("acknowledge", reaction.because, text, attitude, reaction.data)
