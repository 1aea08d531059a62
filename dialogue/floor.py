"""The recruiter's own speech: what she is saying, how far, and whether she is interrupted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dialogue.turn import TurnView
from dialogue.types import Feedback, RecruiterAct
from perception.types import CandidateState

YIELDING = ("say", "ask")
"""Kinds of acts that she breaks off when the candidate speaks; sounds of listening, a polite
interruption and the farewell are carried through."""


def spoken_s(text: str) -> float:
    """Estimated length of a spoken line in seconds: about 14 letters a second, 165 words/min."""
    return 0.3 + len(text) / 14.0


@dataclass(slots=True)
class _Line:
    act: RecruiterAct
    due_s: float
    """Session time by which it has to be over, else the loudspeaker is taken for dead."""
    started_s: float | None = None


class OwnSpeech:
    """Follows her lines by the realizer's feedback, one at a time and in order.

    A realizer that stays silent does not hold up the interview: a line counts as spoken after
    about three times its estimated length.
    """

    def __init__(self) -> None:
        self._lines: list[_Line] = []
        self.ended_s = 0.0
        """Session time at which her last line ended."""
        self.echoes = 0
        """How often what she yielded to was, by all signs, her own voice."""
        self._suspect_s: float | None = None

    def add(self, act: RecruiterAct) -> None:
        """A line goes out to be spoken."""
        before = sum(spoken_s(line.act.text) for line in self._lines)
        due = act.t_s + 3.0 * (before + spoken_s(act.text)) + 4.0
        self._lines.append(_Line(act, due))

    def take(self, feedback: Iterable[Feedback], t_s: float) -> None:
        """Takes what the realizer tells, and gives up lines that are long overdue."""
        for told in feedback:
            for line in self._lines:
                if line.act.id == told.act_id and told.phase == "start":
                    line.started_s = told.t_s
                elif line.act.id == told.act_id:
                    self._lines.remove(line)
                    self.ended_s = max(self.ended_s, told.t_s)
                    break
        overdue = [line for line in self._lines if t_s > line.due_s]
        if overdue:
            self._lines = [line for line in self._lines if t_s <= line.due_s]
            self.ended_s = t_s

    def drop(self, t_s: float, overlap_s: float) -> None:
        """She yields: nothing more of what was to be said will be.

        Args:
            t_s: now.
            overlap_s: for how long the candidate has been heard over her.
        """
        # an echo begins when she begins, and ends when she stops
        began_together = self.elapsed(t_s) - overlap_s < 0.4
        self._suspect_s = t_s if began_together else None
        self._lines.clear()
        self.ended_s = t_s

    def echoed(self, turn: TurnView, t_s: float) -> bool:
        """Whether it shows now that she has just yielded to her own voice.

        Loudspeaker and microphone without headphones do that. After two echoes she lets nobody
        cut in any more: better a recruiter who finishes than one who cannot finish a line.
        """
        if self._suspect_s is None or turn.talking or turn.stirring:
            if self._suspect_s is not None and t_s - self._suspect_s > 0.7:
                self._suspect_s = None
            return False
        self._suspect_s = None
        self.echoes += 1
        return True

    @property
    def deaf(self) -> bool:
        """Whether she goes on whatever the microphone hears."""
        return self.echoes >= 2

    @property
    def speaking(self) -> bool:
        """Whether a line is being spoken or about to be."""
        return bool(self._lines)

    @property
    def sounding(self) -> RecruiterAct | None:
        """The act whose sound has begun, the newest."""
        begun = [line.act for line in self._lines if line.started_s is not None]
        return begun[-1] if begun else None

    def elapsed(self, t_s: float) -> float:
        """Seconds since the line in progress began; 0 when none has."""
        begun = [line.started_s for line in self._lines if line.started_s is not None]
        return max(0.0, t_s - begun[-1]) if begun else 0.0

    def share(self, t_s: float) -> float:
        """How much of the line in progress has been said, 0...1, by its estimated length."""
        act = self.sounding
        return 0.0 if act is None else min(1.0, self.elapsed(t_s) / spoken_s(act.text))

    def overlap(self, state: CandidateState, turn: TurnView) -> float:
        """Seconds for which the candidate has now been talking over a line that yields."""
        act = self.sounding
        if act is None or act.kind not in YIELDING or not turn.talking or self.deaf:
            return 0.0
        began = state.speech_started_s
        if began is None:
            return 0.0
        return min(self.elapsed(state.t_s), max(0.0, state.t_s - began))
