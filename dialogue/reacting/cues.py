"""Cues: what rules go by, named numbers of the candidate, worked out at every tick.

Each is None where it was not measured, or where the candidate asked to have it left out, and no
rule holds then.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dialogue.reacting.fillers import count_fillers
from dialogue.reacting.nerves import nerves
from dialogue.reacting.settings import ReactionSettings
from dialogue.reacting.suppositions import Supposition
from dialogue.reacting.windows import MeanWindow, ShareWindow, Usual
from dialogue.turntaking.turn import TurnView
from perception.calibration import VoiceBaseline
from perception.restlessness import HAND_SPEED, FidgetDetector
from perception.smile import SmileDetector
from perception.types import (
    FACE_FRESH_S,
    FACE_TRUSTED,
    SPEECH,
    VOICE_FRESH_S,
    BodyReading,
    CandidateState,
    FaceReading,
)

BODY_FRESH_S = 1.0
"""s for which a body reading speaks for the present; it comes a few times a second."""
PROSODY_FRESH_S = 1.5
"""s for which one of how they sound does."""

GAZE_WINDOW_S, GAZE_LEAST_S = 20.0, 10.0
"""Where they look, over so many seconds in which they speak; and how many have to be known. Looking
away in a pause is thinking, to her as to the report."""
HANDS_WINDOW_S, HANDS_LEAST_S = 12.0, 8.0
"""What their hands do, likewise."""
LEVEL_BLOCKS = 120
"""Blocks of speech (32 ms) over which they are loud or quiet: about 4 s."""
LEVEL_WINDOW_S = 20.0
"""s within which those blocks have to lie."""
RATE_WINDOW_S, RATE_LEAST = 8.0, 12
"""s over which they talk fast or slowly, and readings that it takes (four come a second)."""
PITCH_LEAST = 48
"""Readings of prosody (four a second) from which an answer's pitch can be called monotonous: 12 s
of speech."""
FILLERS_LEAST_S = 12.0
"""s of an answer before its fillers tell anything."""


@dataclass(frozen=True, slots=True)
class Cue:
    """What a cue is."""

    unit: str
    meaning: str
    usual: bool = False
    """Whether it is known what is usual with the candidate, so that a rule can go by the distance
    from that."""


CUES: Mapping[str, Cue] = {
    "smile": Cue("0–1", "how far the corners of the mouth are raised", usual=True),
    "frown": Cue("0–1", "how far the brows are lowered", usual=True),
    "nod": Cue("0 or 1", "a nod was found just now"),
    "shake": Cue("0 or 1", "a shake of the head was found just now"),
    "face_missing": Cue("0 or 1", "the camera sees no face"),
    "head_turned_deg": Cue("°", "how far the head is turned aside"),
    "gaze_off_s": Cue("s", "for how long they have looked off the screen without a break"),
    "gaze_on_screen": Cue("0–1", "share of the last 20 s of their speech they looked at her"),
    "fidget": Cue("0–1", "share of the last 12 s in which the hands were restless"),
    "hand_to_face": Cue("0–1", "share of the last 12 s in which a hand was at the face"),
    "lean_m": Cue("m", "how far they lean forward from where they usually sit"),
    "level_dbfs": Cue("dBFS", "how loud their speech is, the last 4 s of it", usual=True),
    "snr_db": Cue("dB", "their speech over the noise of the room, the last 8 s"),
    "pitch_hz": Cue("Hz", "pitch, the last 8 s of speech", usual=True),
    "pitch_sd_st": Cue("semitones", "how far pitch goes from its mean, over the answer"),
    "syllables_per_s": Cue("1/s", "syllables per second of speech, the last 8 s"),
    "fillers_per_min": Cue("1/min", "um, uh, you know ..., over the answer so far"),
    "talking": Cue("0 or 1", "speech is heard now"),
    "stretch_s": Cue("s", "speech since the last pause"),
    "pause_s": Cue("s", "silence since the last sound of the answer"),
    "answer_speech_s": Cue("s", "speech in the answer, pauses left out"),
    "answer_share": Cue("0–", "length of the answer over the longest she lets pass"),
    "opportunity": Cue("0–1", "how well a backchannel fits now"),
    "strength": Cue("0–1", "how good the answer is so far, where it is understood"),
    "nerves": Cue("0–1", "signs of nerves together: hands, gaze, fillers, pace, pitch"),
}
"""What there is to go by."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What cues are worked out from at one tick."""

    state: CandidateState
    turn: TurnView
    listening: bool
    """Whether it is the candidate's turn."""
    speaking: bool
    """Whether the recruiter's own voice is heard."""
    strength: float | None = None
    """0...1: of the answer so far, where it was understood."""
    answer_share: float | None = None
    """Length of the answer over the longest that she lets pass."""


@dataclass(frozen=True, slots=True)
class Cues:
    """The cues of one tick."""

    values: Mapping[str, float | None]
    usual: Mapping[str, float | None]
    """What is usual with the candidate, for the cues that have it."""
    details: Mapping[str, str] = field(default_factory=dict)
    """What a value rests on, where that can be said in a word or two."""

    def named(self, name: str) -> str:
        """A cue as it stands in a reason."""
        detail = self.details.get(name)
        return f"{name} ({detail})" if detail else name


class CueReader:
    """Works out the cues of one interview, tick by tick.

    Args:
        settings: what counts as a smile.
        voice: how the candidate speaks by nature, where that was measured before.
        supposed: values that stand in for those that are measured.
        left_out: names of cues that the candidate asked to have left out, supposed ones too; nerves
            are told from the rest.
        fillers: what counts as one, as ``[fillers]`` of ``cues.toml`` has it; that which ships
            where None.
    """

    def __init__(
        self,
        settings: ReactionSettings,
        voice: VoiceBaseline | None = None,
        supposed: Sequence[Supposition] = (),
        left_out: Collection[str] = (),
        fillers: Mapping[str, Any] | None = None,
    ) -> None:
        self._supposed = tuple(supposed)
        self._left_out = frozenset(left_out) & CUES.keys()
        self._filler_table = fillers
        self._smiles = SmileDetector(settings.smile_on, settings.smile_off)
        self._frown = Usual(60.0, 5.0)
        self._gaze = ShareWindow(GAZE_WINDOW_S, GAZE_LEAST_S)
        self._gaze_off_s: float | None = None
        self._hands = ShareWindow(HANDS_WINDOW_S, HANDS_LEAST_S)
        self._fidget = FidgetDetector()
        self._at_face = ShareWindow(HANDS_WINDOW_S, HANDS_LEAST_S)
        self._level = MeanWindow(LEVEL_WINDOW_S, LEVEL_BLOCKS, LEVEL_BLOCKS)
        self._usual_level = Usual(90.0, 6.0, None if voice is None else voice.level_dbfs)
        self._rate = MeanWindow(RATE_WINDOW_S, RATE_LEAST)
        self._snr = MeanWindow(RATE_WINDOW_S, RATE_LEAST)
        self._pitch = MeanWindow(RATE_WINDOW_S, RATE_LEAST)
        self._usual_pitch = Usual(90.0, 10.0, None if voice is None else voice.pitch_hz)
        self._pitch_sd = MeanWindow(math.inf, PITCH_LEAST)
        self._block_s = self._prosody_s = float("-inf")
        self._answer_from_s: float | None = None
        self._counted: tuple[str, int] = ("", 0)

    def begin_answer(self) -> None:
        """A new answer: what is measured over answers begins anew."""
        self._pitch_sd.clear()
        self._gaze_off_s = None
        self._answer_from_s = None

    def read(self, moment: Moment) -> Cues:
        """The cues of a tick."""
        state, turn = moment.state, moment.turn
        values: dict[str, float | None] = dict.fromkeys(CUES)
        details: dict[str, str] = {}
        self._read_face(moment, values)
        self._read_body(state, values)
        self._read_voice(moment, values)
        values["nod"] = float(state.nod)
        values["shake"] = float(state.shake)
        values["fillers_per_min"] = self._fillers(state, turn)
        values["talking"] = float(turn.talking)
        values["stretch_s"] = turn.stretch_s
        values["pause_s"] = 0.0 if turn.talking else turn.pause_s
        values["answer_speech_s"] = turn.speech_s
        values["answer_share"] = moment.answer_share
        values["opportunity"] = turn.opportunity
        values["strength"] = moment.strength
        if turn.opportunity_cue:
            details["opportunity"] = turn.opportunity_cue
        usual = {
            "smile": self._smiles.rest,
            "frown": self._frown.value,
            "level_dbfs": self._usual_level.value,
            "pitch_hz": self._usual_pitch.value,
        }
        self._suppose(state.t_s, values)
        values["nerves"], signs = nerves(values, usual["pitch_hz"])
        if signs:
            details["nerves"] = ", ".join(signs)
        self._suppose(state.t_s, values)
        return Cues(values, usual, details)

    def _suppose(self, t_s: float, values: dict[str, float | None]) -> None:
        for supposed in self._supposed:
            if supposed.from_s <= t_s < supposed.to_s:
                values[supposed.cue] = supposed.value
        values.update(dict.fromkeys(self._left_out))

    # -- face and body -------------------------------------------------------------------------

    def _read_face(self, moment: Moment, values: dict[str, float | None]) -> None:
        state, listening, t_s = moment.state, moment.listening, moment.state.t_s
        self._smiles.detect(t_s, state.smile)
        values["smile"] = state.smile
        if "camera" not in state.trouble:
            values["face_missing"] = float("face" in state.trouble)
        face = _fresh_face(state)
        if face is not None:
            frown = _frown_of(face)
            values["frown"] = frown
            if frown is not None:
                self._frown.learn(t_s, frown)
            if face.yaw_deg is not None:
                values["head_turned_deg"] = abs(face.yaw_deg)
        target = None if face is None or face.gaze is None else face.gaze.target
        off = None if target is None or target == "unknown" else target in ("away", "down")
        if not listening:
            self._gaze_off_s = None
            self._gaze.add(t_s, None)
        else:
            thinks = not moment.turn.talking
            self._gaze.add(t_s, None if off is None or thinks else not off)
            if not off:
                self._gaze_off_s = None
            elif self._gaze_off_s is None:
                self._gaze_off_s = t_s
            if off is not None:
                since_s = self._gaze_off_s
                values["gaze_off_s"] = 0.0 if since_s is None else t_s - since_s
        values["gaze_on_screen"] = self._gaze.share

    def _read_body(self, state: CandidateState, values: dict[str, float | None]) -> None:
        body, age = state.body, state.body_age_s
        fresh = body if body is not None and age is not None and age <= BODY_FRESH_S else None
        self._hands.add(state.t_s, None if fresh is None else self._restless(fresh))
        self._at_face.add(state.t_s, None if fresh is None else fresh.hand_to_face)
        values["fidget"] = self._hands.share
        values["hand_to_face"] = self._at_face.share
        values["lean_m"] = None if fresh is None else fresh.lean_m

    def _restless(self, body: BodyReading) -> bool | None:
        """Whether hands or body are restless; None where that was not measured."""
        restless = self._fidget.detect(body.fidget)
        if restless is not None or body.hand_speed is None or body.gesturing is None:
            return restless
        return body.hand_speed >= HAND_SPEED and not body.gesturing

    # -- voice and words -----------------------------------------------------------------------

    def _read_voice(self, moment: Moment, values: dict[str, float | None]) -> None:
        state, t_s = moment.state, moment.state.t_s
        voice, age = state.voice, state.voice_age_s
        if (
            voice is not None and age is not None and age <= VOICE_FRESH_S
            and voice.t_s > self._block_s
        ):  # fmt: skip
            self._block_s = voice.t_s
            if voice.speech >= SPEECH and state.speaking and not moment.speaking:
                self._level.add(voice.t_s, voice.level_dbfs)
                self._usual_level.learn(voice.t_s, voice.level_dbfs)
        sound, age = state.prosody, state.prosody_age_s
        if (
            sound is not None and age is not None and age <= PROSODY_FRESH_S
            and sound.t_s > self._prosody_s
        ):  # fmt: skip
            self._prosody_s = sound.t_s
            if sound.syllables_per_s is not None:
                self._rate.add(sound.t_s, sound.syllables_per_s)
            if sound.snr_db is not None:
                self._snr.add(sound.t_s, sound.snr_db)
            if sound.pitch_hz is not None:
                self._pitch.add(sound.t_s, sound.pitch_hz)
                self._usual_pitch.learn(sound.t_s, sound.pitch_hz)
            if sound.pitch_sd_st is not None and moment.listening:
                self._pitch_sd.add(sound.t_s, sound.pitch_sd_st)
        values["level_dbfs"] = self._level.mean(t_s)
        values["syllables_per_s"] = self._rate.mean(t_s)
        values["snr_db"] = self._snr.mean(t_s)
        values["pitch_hz"] = self._pitch.mean(t_s)
        values["pitch_sd_st"] = self._pitch_sd.mean(t_s)

    def _fillers(self, state: CandidateState, turn: TurnView) -> float | None:
        """Per minute of the answer, as far as its words are known."""
        if not turn.heard or turn.speech_s <= 0.0:
            self._answer_from_s = None
            return None
        if self._answer_from_s is None:
            self._answer_from_s = state.t_s - turn.pause_s - turn.stretch_s
        words = state.words
        if words is None or not state.answer or words.source == "typed":
            return None
        span_s = words.t_end_s - self._answer_from_s
        if span_s < FILLERS_LEAST_S:
            return None
        if state.answer != self._counted[0]:
            table = self._filler_table
            self._counted = (state.answer, count_fillers(state.answer, state.answer_words, table))
        return self._counted[1] / span_s * 60.0


def _fresh_face(state: CandidateState) -> FaceReading | None:
    face, age = state.face, state.face_age_s
    if face is None or age is None or age > FACE_FRESH_S or face.confidence < FACE_TRUSTED:
        return None
    return face


def _frown_of(face: FaceReading) -> float | None:
    """Both brows together, 0...1 (AU 4)."""
    sides = [face.expressions.get(f"browDown{side}") for side in ("Left", "Right")]
    known = [value for value in sides if value is not None]
    return sum(known) / len(known) if known else face.action_units.get(4)
