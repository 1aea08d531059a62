"""What the recruiter does while she listens: nods, returned smiles, interest, concern.

Rules look at one tick's state and propose; ``manager.py`` turns proposals into acts. Chance
decides only the form of a reaction and the spacing of backchannels, so that they do not tick like
a clock.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from dialogue.content.manner import Manner
from dialogue.turntaking.turn import TurnView
from dialogue.types import AcknowledgeData, Because
from perception.settings import InnerShare, Positive, PositiveShare, checked, in_order
from perception.smile import SMILE_OFF, SMILE_ON, SmileDetector
from perception.types import FACE_FRESH_S, CandidateState


@checked
@dataclass(frozen=True, slots=True)
class ReactionSettings:
    """How readily a listener reacts."""

    smile_on: InnerShare = SMILE_ON
    """Rise (0...1) of the candidate's smile above their resting face that counts as a smile."""
    smile_off: InnerShare = SMILE_OFF
    """Rise below which the smile is over."""
    smile_gap_s: Positive = 4.0
    """Least seconds between two returned smiles."""
    nod_return_gap_s: Positive = 5.0
    """Least seconds between two returned nods."""
    backchannel_gap_s: Positive = 4.0
    """Mean seconds between backchannels while the candidate talks on, before the persona's
    factor."""
    backchannel_speech_s: Positive = 0.7
    """Least seconds of speech before a backchannel (Ward & Tsukahara 2000)."""
    pause_s: Positive = 0.22
    """Seconds of pause inside an answer that invite a backchannel."""
    pause_speech_s: Positive = 1.5
    """Least seconds of speech before such a pause."""
    opportunity: PositiveShare = 0.5
    """Score (0...1) from which a moment invites a backchannel: see
    ``dialogue/turntaking/backchannel_opportunity.py``."""
    vocal_gap_s: Positive = 12.0
    """Least seconds between two backchannels with a sound."""
    look_away_s: Positive = 7.0
    """Seconds of gaze off the screen without a break that she answers with encouragement."""
    face_gap_s: Positive = 20.0
    """Least seconds between reactions to a missing or averted face."""
    interest_s: Positive = 12.0
    """Seconds of speech in one answer after which she leans in."""

    def __post_init__(self) -> None:
        in_order(self, "smile_off <= smile_on")


@dataclass(frozen=True, slots=True)
class Reaction:
    """A proposal: becomes an act of kind "acknowledge"."""

    gesture: Literal["nod", "smile", "brow_raise", "tilt", "lean_in"]
    strength: float
    """0...1."""
    because: Because
    attitude: str = "neutral"
    vocal: bool = False
    """Whether a short sound goes with it."""
    repetition: int | None = None
    """Nods in a row."""
    cue_t_s: float | None = None
    """Session time of the picture that is answered, where it is one."""

    @property
    def data(self) -> AcknowledgeData:
        """As it goes with the act."""
        return AcknowledgeData(self.gesture, self.strength, self.repetition, self.cue_t_s)


class Reactions:
    """The rules and their memory.

    Args:
        settings: thresholds.
        manner: of the persona.
        seed: of the session.
    """

    def __init__(
        self, settings: ReactionSettings | None = None, manner: Manner | None = None, seed: int = 0
    ) -> None:
        self._settings = settings or ReactionSettings()
        self._manner = manner or Manner()
        self._rng = random.Random(f"reactions:{seed}")
        self._last: dict[str, float] = {}
        self._smiles = SmileDetector(self._settings.smile_on, self._settings.smile_off)
        self._away_since_s: float | None = None
        self._face_missing = False
        self._interest_shown = False
        self._next_gap_s = self._draw_gap()
        self._pause_answered = False

    def begin_answer(self) -> None:
        """A new answer: interest may be shown again."""
        self._interest_shown = False

    def step(
        self,
        state: CandidateState,
        turn: TurnView,
        listening: bool,
        speaking: bool,
        silent: bool = False,
    ) -> list[Reaction]:
        """Reactions that are due at this tick, mostly none.

        Args:
            state: the candidate now.
            turn: the answer in progress.
            listening: whether it is the candidate's turn.
            speaking: whether the recruiter's own voice is heard.
            silent: whether no sound may go with a nod, because she takes the turn or has just
                made one.
        """
        found = [self._return_smile(state)]
        if listening:
            found += [
                self._return_nod(state),
                self._missing_face(state),
                self._averted_gaze(state),
            ]
            if turn.heard and not speaking:
                found += [self._backchannel(state, turn, silent), self._show_interest(state, turn)]
        return [reaction for reaction in found if reaction is not None]

    def _since(self, what: str, t_s: float) -> float:
        return t_s - self._last.get(what, float("-inf"))

    def _return_smile(self, state: CandidateState) -> Reaction | None:
        s, smiles = self._settings, self._smiles
        begins = smiles.detect(state.t_s, state.smile)
        if not begins or state.smile is None or smiles.rest is None:
            return None
        if self._since("smile", state.t_s) < s.smile_gap_s:
            return None
        self._last["smile"] = state.t_s
        rise = state.smile - smiles.rest
        strength = round(0.35 + 0.4 * self._manner.warmth + 0.2 * min(1.0, rise), 3)
        threshold = round(smiles.rest + s.smile_on, 3)
        because = Because("return_smile", "smile", round(state.smile, 3), threshold)
        cue_t_s = state.t_s if state.face is None else state.face.t_s
        return Reaction("smile", min(1.0, strength), because, "warm", cue_t_s=cue_t_s)

    def _return_nod(self, state: CandidateState) -> Reaction | None:
        if not state.nod or self._since("nod", state.t_s) < self._settings.nod_return_gap_s:
            return None
        self._last["nod"] = state.t_s
        because = Because("return_nod", "nod", 1.0, 1.0)
        return Reaction("nod", self._amount(0.8), because, "warm", repetition=1)

    def _missing_face(self, state: CandidateState) -> Reaction | None:
        missing = "face" in state.trouble
        newly, self._face_missing = missing and not self._face_missing, missing
        if not newly or self._since("face", state.t_s) < self._settings.face_gap_s:
            return None
        self._last["face"] = state.t_s
        age = None if state.face_age_s is None else round(state.face_age_s, 2)
        because = Because("face_missing", "face_age_s", age, "trouble")
        return Reaction("tilt", 0.35, because, attitude="concerned")

    def _averted_gaze(self, state: CandidateState) -> Reaction | None:
        face, age = state.face, state.face_age_s
        gaze = face.gaze if face is not None and age is not None and age <= FACE_FRESH_S else None
        if gaze is None or gaze.target not in ("away", "down"):
            self._away_since_s = None
            return None
        if self._away_since_s is None:
            self._away_since_s = state.t_s
        away = state.t_s - self._away_since_s
        s = self._settings
        if away < s.look_away_s or self._since("gaze", state.t_s) < s.face_gap_s:
            return None
        self._last["gaze"] = state.t_s
        because = Because("gaze_averted", f"gaze_{gaze.target}_s", round(away, 2), s.look_away_s)
        return Reaction("brow_raise", 0.35, because, attitude="encouraging")

    def _backchannel(self, state: CandidateState, turn: TurnView, silent: bool) -> Reaction | None:
        if turn.talking:
            self._pause_answered = False
        s = self._settings
        if self._since("backchannel", state.t_s) < self._next_gap_s:
            return None
        if turn.opportunity < s.opportunity:
            return None
        cue = f"opportunity ({turn.opportunity_cue})"
        because = Because("backchannel_low_pitch", cue, turn.opportunity, s.opportunity)
        if turn.talking:
            # over speech only at low pitch, and without a sound
            enough = turn.stretch_s >= s.backchannel_speech_s
            return self._nod_along(state, because, vocal=False) if enough else None
        # later than a second into the pause a nod would answer nothing
        in_time = s.pause_s <= turn.pause_s <= s.pause_s + 0.8
        if not in_time or self._pause_answered or turn.stretch_s < s.pause_speech_s:
            return None
        self._pause_answered = True
        because = Because("backchannel_pause", cue, turn.opportunity, s.opportunity)
        wanted = self._rng.random() < self._manner.vocal_backchannels
        vocal = wanted and not silent and self._since("vocal", state.t_s) >= s.vocal_gap_s
        if vocal:
            self._last["vocal"] = state.t_s
        return self._nod_along(state, because, vocal)

    def _nod_along(self, state: CandidateState, because: Because, vocal: bool) -> Reaction | None:
        self._last["backchannel"] = state.t_s
        self._next_gap_s = self._draw_gap()
        if self._manner.backchannel_rate <= 0:
            return None
        form = self._rng.random()
        if form < 0.12 and not vocal:
            return Reaction("brow_raise", 0.4, because, attitude="interested")
        repetition = 1 if form < 0.5 else 2 if form < 0.88 else 3
        return Reaction("nod", self._amount(1.0), because, vocal=vocal, repetition=repetition)

    def _show_interest(self, state: CandidateState, turn: TurnView) -> Reaction | None:
        s = self._settings
        if self._interest_shown or turn.speech_s < s.interest_s or not turn.talking:
            return None
        self._interest_shown = True
        because = Because("interest", "answer_speech_s", round(turn.speech_s, 2), s.interest_s)
        return Reaction("lean_in", 0.6, because, attitude="interested")

    def spoke(self, t_s: float) -> None:
        """She made a sound of another rule's; backchannels keep their distance from it."""
        self._last["vocal"] = self._last["backchannel"] = t_s

    def _amount(self, factor: float) -> float:
        """Size of a nod: the persona's, varied by a quarter."""
        varied = self._manner.nod_amount * factor * self._rng.uniform(0.75, 1.25)
        return round(min(1.0, max(0.1, varied)), 3)

    def _draw_gap(self) -> float:
        rate = self._manner.backchannel_rate
        mean = self._settings.backchannel_gap_s / rate if rate > 0 else float("inf")
        return mean * self._rng.uniform(0.6, 1.4)
