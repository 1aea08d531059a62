"""What she says of how the candidate comes across, before her next line or in its place."""

from __future__ import annotations

from dialogue.conduct.agenda import Agenda
from dialogue.conduct.mood import Mood
from dialogue.conduct.moves import Move
from dialogue.conduct.settings import ConductSettings
from dialogue.interviewing.acts import Acts
from dialogue.interviewing.asking import Asking
from dialogue.interviewing.standing import Asked, Standing
from dialogue.reacting.engine import Reactions
from perception.types import CandidateState


class Remarking:
    """Makes remarks where the floor is hers and one is due.

    Args:
        settings: mode and limits.
        standing: where the interview stands.
        acts: makes what she does.
        asking: puts the question that a remark may be.
        agenda: whether there is time for it.
        reactions: what is to be remarked on.
        mood: shows in it.
    """

    def __init__(
        self,
        settings: ConductSettings,
        standing: Standing,
        acts: Acts,
        asking: Asking,
        agenda: Agenda,
        reactions: Reactions,
        mood: Mood,
    ) -> None:
        self._settings = settings
        self._standing = standing
        self._acts = acts
        self._asking = asking
        self._agenda = agenda
        self._reactions = reactions
        self._mood = mood

    def remark(self, state: CandidateState, move: Move | None) -> bool:
        """Makes the remark that is due now, if any.

        Args:
            state: the candidate now.
            move: what was decided; None where nothing was.

        Returns:
            Whether it was a question about the answer, which takes the place of what was decided.
        """
        asked = self._standing.asked
        goes_on = move is None or move.kind in ("next", "follow_up")
        if asked is None or asked.index < 0 or not goes_on or state.part_over:
            return False
        asks = self._may_ask(state, asked, move)
        if not asks and self._agenda.likely_next is None:
            return False
        remark = self._reactions.take_remark(state.t_s, asks)
        if remark is None:
            return False
        attitude = self._mood.show(remark.attitude)
        if remark.asks:
            text = f"{'' if move is None else move.say} {remark.text}".strip()
            self._asking.follow_up(remark.rule, remark.text, text, remark.because, attitude)
            return True
        self._acts.make("acknowledge", remark.because, remark.text, attitude, remark.data)
        return False

    def _may_ask(self, state: CandidateState, asked: Asked, move: Move | None) -> bool:
        """Whether a question about the answer would be in its place."""
        gap = move is not None and move.kind == "follow_up" and move.follow_up != "always"
        return (
            not gap
            and self._settings.mode != "structured"
            and len(asked.conditions) < self._settings.follow_ups
            and self._agenda.follow_up_fits(state.t_s)
        )
