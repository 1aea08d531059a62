"""The recruiter's own speech: what she is saying, how far, and whether she is interrupted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from dialogue.interviewing.ducking import Ducking, DuckingSettings, Loudness
from dialogue.turntaking.turn import TurnView
from dialogue.types import Because, Feedback, RecruiterAct, spoken_s
from perception.types import CandidateState

YIELDING = ("say", "ask")
"""Kinds of acts that she breaks off when the candidate speaks; sounds of listening, a polite
interruption and the farewell are carried through."""


ONSET_S = 0.3
"""Seconds by which speech may have begun before it is known: soft onsets take so long."""
TOGETHER_S = 0.4
"""Seconds from the start of her sound within which speech that sets in may be its echo."""


@dataclass(slots=True)
class _Line:
    act: RecruiterAct
    due_s: float
    """Session time by which it has to be over, else the loudspeaker is taken for dead."""
    started_s: float | None = None
    """When it began, put off by as long as she has held it since."""
    sound_s: float | None = None
    """When it last began to sound, at its start or after she had held it."""


class OwnSpeech:
    """Follows her lines by the realizer's feedback, one at a time and in order.

    A realizer that stays silent does not hold up the interview: a line counts as spoken after
    about three times its estimated length.
    """

    def __init__(self, ducking: DuckingSettings | None = None) -> None:
        self._ducking = Ducking(ducking)
        self._lines: list[_Line] = []
        self.ended_s = 0.0
        """Session time at which her last line ended."""
        self.echoes = 0
        """How often what she yielded to was, by all signs, her own voice."""
        self._suspect_s: float | None = None
        self._held_s: float | None = None
        self._known = False

    def add(self, act: RecruiterAct) -> None:
        """A line goes out to be spoken."""
        before = sum(spoken_s(line.act.text) for line in self._lines)
        due = act.t_s + 3.0 * (before + spoken_s(act.text)) + 4.0
        self._lines.append(_Line(act, due))

    def add_feedback(self, feedback: Iterable[Feedback], t_s: float) -> None:
        """Takes what the realizer tells, and gives up lines that are long overdue."""
        for told in feedback:
            for line in self._lines:
                if line.act.id == told.act_id and told.phase == "start":
                    line.started_s = line.sound_s = told.t_s
                elif line.act.id == told.act_id:
                    self._lines.remove(line)
                    self._held_s = None
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
        self._suspect_s = t_s if self._together(t_s - overlap_s) else None
        self._lines.clear()
        self._held_s = None
        self.ended_s = t_s

    def withdraw(self, act: RecruiterAct) -> None:
        """A line that has not begun is not said after all."""
        self._lines = [line for line in self._lines if line.act is not act]

    def unbegun(self, act: RecruiterAct) -> bool:
        """Whether a line waits to be said, as far as is known."""
        return any(line.act is act and line.started_s is None for line in self._lines)

    def spoken_into(self, state: CandidateState, turn: TurnView, since_s: float) -> float:
        """Seconds for which the candidate has now been talking who was silent at a moment.

        Args:
            state: the candidate now.
            turn: the same, as a turn.
            since_s: the moment; a start of speech is known about a tenth of a second late.
        """
        began_s = state.speech_started_s
        if began_s is None or not turn.talking or self.deaf or began_s < since_s - ONSET_S:
            return 0.0
        sounds = self._begun is not None
        if sounds and not self._known and self._together(began_s):
            return 0.0  # her own sound of listening, by all signs
        return state.t_s - began_s

    def attend(
        self, state: CandidateState, turn: TurnView, hold_s: float, quiet_s: float
    ) -> Literal["hold", "resume"] | None:
        """Whether she is to hold her line now, because the candidate speaks, or to go on with it.

        People fall silent within a quarter of a second of being spoken over, before they can know
        whether it is a word of assent or an interruption, and go on if it was the former
        (Schegloff 2000). So does she; what becomes of it is decided while she holds.

        Args:
            state: the candidate now.
            turn: the same, as a turn.
            hold_s: seconds of speech over hers from which she holds.
            quiet_s: seconds of silence after which she goes on.
        """
        self._known = self._known or state.own_voice_known
        line, now_s = self._begun, state.t_s
        if line is None or line.started_s is None:
            return None
        if self._held_s is None:
            if self.overlap(state, turn) < hold_s:
                return None
            self._held_s = now_s
            self._ducking.begin("")
            return "hold"
        last_s = state.speech_ended_s
        if turn.talking or turn.stirring or (last_s is not None and now_s - last_s < quiet_s):
            return None
        began_s = state.speech_started_s
        if began_s is not None and self._together(began_s):
            self.echoes += 1
        passed_s = now_s - self._held_s
        line.started_s += passed_s
        line.sound_s = now_s
        for each in self._lines:
            each.due_s += passed_s
        self._held_s = None
        return "resume"

    def duck(
        self, state: CandidateState, turn: TurnView, yields: bool
    ) -> tuple[Loudness, Because] | None:
        """How loud the line is to go on because of what may become an interruption, and why.

        Args:
            state: the candidate now.
            turn: the same, as a turn.
            yields: whether she would let herself be interrupted now.

        Returns:
            None where nothing changes.
        """
        act = self.sounding
        gives_way = act is not None and act.kind in YIELDING and not self.held and not self.deaf
        line = act.id if act is not None and gives_way and yields else ""
        return self._ducking.step(state, line, self.overlap(state, turn))

    @property
    def held(self) -> bool:
        """Whether she has fallen silent within a line that may go on."""
        return self._held_s is not None

    def _together(self, began_s: float) -> bool:
        """Whether speech that began then may be an echo: it set in when her sound did."""
        line = self._begun
        sound_s = None if line is None else line.sound_s
        return sound_s is None or -0.1 < began_s - sound_s < TOGETHER_S

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
        """Whether she goes on whatever the microphone hears.

        Never where hearing knows what her loudspeaker plays: what it hears is the candidate then.
        """
        return self.echoes >= 2 and not self._known

    @property
    def speaking(self) -> bool:
        """Whether a line is being spoken or about to be."""
        return bool(self._lines)

    @property
    def saying(self) -> bool:
        """Whether any of it is a line: after a sound of listening the next one may follow."""
        return any(line.act.kind != "acknowledge" for line in self._lines)

    @property
    def sounding(self) -> RecruiterAct | None:
        """The act whose sound has begun, the newest."""
        return None if self._begun is None else self._begun.act

    @property
    def _begun(self) -> _Line | None:
        begun = [line for line in self._lines if line.started_s is not None]
        return begun[-1] if begun else None

    def elapsed(self, t_s: float) -> float:
        """Seconds of the line in progress that have been spoken; 0 when none has begun."""
        line = self._begun
        if line is None or line.started_s is None:
            return 0.0
        until_s = t_s if self._held_s is None else self._held_s
        return max(0.0, until_s - line.started_s)

    def share(self, t_s: float) -> float:
        """How much of the line in progress has been said, 0...1, by its estimated length."""
        act = self.sounding
        return 0.0 if act is None else min(1.0, self.elapsed(t_s) / spoken_s(act.text))

    def overlap(self, state: CandidateState, turn: TurnView) -> float:
        """Seconds for which the candidate has now been talking over a line that yields."""
        act = self.sounding
        if act is None or act.kind not in YIELDING or not turn.talking or self.deaf:
            return 0.0
        began, line = state.speech_started_s, self._begun
        if began is None or line is None or line.sound_s is None:
            return 0.0
        if self._held_s is None:
            began = max(began, line.sound_s)
        return max(0.0, state.t_s - began)
