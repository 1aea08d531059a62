"""What flows from the candidate to the rest of the program.

Times are float seconds on the session clock, taken where the signal was captured. ``None`` means
"not measured"; never 0, never NaN.

Axes: x to the candidate's left as the camera sees it (image right), y up, z toward the camera.
Yaw is positive when the candidate turns toward image right, pitch positive upward, roll positive
clockwise in the image. Positions are metres from the camera; a face in front of it has z < 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

GazeTarget = Literal["screen", "down", "away", "unknown"]

FACE_TRUSTED = 0.5
"""Confidence (0...1) of a face reading from which it is believed; settings begin with it."""

FACE_FRESH_S = 0.5
"""s for which a face reading speaks for the present, and no reading for longer."""

VOICE_LIKELY = 0.3
"""First signs of a voice (0...1) that are likely a voice's: coughs, keys and most breaths gave less
in a trial; nineteen voices in twenty gave that much within 80 ms."""
VOICE_FRESH_S = 0.4
"""s for which a voice reading does: a dozen of its blocks."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture from the camera."""

    t_s: float
    """Session time of the grab."""
    seq: int
    """Number of the frame since the camera opened; a gap is a dropped frame."""
    image: NDArray[np.uint8]
    """(H, W, 3) RGB, row 0 at the top."""


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """A stretch of sound from the microphone."""

    t_s: float
    """Session time of the first sample."""
    rate_hz: int
    """Samples per second."""
    samples: NDArray[np.float32]
    """(n,) mono, -1...1."""


@dataclass(frozen=True, slots=True)
class Gaze:
    """Where the candidate looks, relative to the camera's axes (eye in head plus head)."""

    yaw_deg: float
    pitch_deg: float
    target: GazeTarget
    confidence: float | None = None
    """0...1 that ``target`` is right, from the error of this gaze and its distance to the target's
    borders; eyes that were not calibrated lower it. None in records from before it was told."""
    eyes: bool | None = None
    """Whether the look rests on the recruiter's eyes (``target`` is then screen); None where the
    gaze is too coarse to tell the eyes from the rest of the screen."""
    eyes_error_deg: float | None = None
    """The network's own opinion of its error, degrees, before calibration: about 2.4 for eyes that
    are plain to see, above 2.8 behind glasses, hair or glare. None in records from before it was
    told."""


@dataclass(frozen=True, slots=True)
class EmotionImpression:
    """What a face may look like to others. An impression, not what the person feels."""

    probabilities: Mapping[str, float]
    """neutral, happiness, sadness, surprise, fear, anger, disgust to 0...1, summing to 1."""
    valence: float
    """-1 unpleasant...1 pleasant."""
    arousal: float
    """-1 calm...1 excited."""


@dataclass(frozen=True, slots=True)
class FaceReading:
    """What one camera frame says of the candidate's face.

    A frame in which no face was found is a reading too, with ``confidence`` 0 and everything else
    None: "no face" is a measurement, and differs from "camera gone" (no readings at all).
    """

    t_s: float
    """Grab time of the frame."""
    latency_s: float
    """From grab to reading."""
    confidence: float
    """0...1; 0 when no face was found."""
    yaw_deg: float | None = None
    pitch_deg: float | None = None
    roll_deg: float | None = None
    position_m: tuple[float, float, float] | None = None
    """Midpoint between the eyes from the camera."""
    gaze: Gaze | None = None
    expressions: Mapping[str, float] = field(default_factory=dict)
    """ARKit blendshape name to 0...1, as far as they can be told."""
    action_units: Mapping[int, float] = field(default_factory=dict)
    """FACS action unit number to 0...1, as far as they can be told."""
    faces: int = 0
    """Faces seen in the frame, the candidate's included."""
    eyes_deg: tuple[float, float] | None = None
    """Yaw and pitch of the eyes in the head as measured, before any calibration; None where both
    are closed or hidden."""
    impression: EmotionImpression | None = None
    """Formed five times a second; None in between, and where it was not asked for
    (``--no-emotion``)."""
    hidden: tuple[str, ...] = ()
    """Parts that something hides, of mouth, eye_right, eye_left, brow_right and brow_left (the
    candidate's sides); what they would show is in none of the above."""


@dataclass(frozen=True, slots=True)
class BodyReading:
    """What one frame says of the candidate's upper body."""

    t_s: float
    shoulders_roll_deg: float | None = None
    """Of the line through both shoulders, clockwise in the image."""
    lean_m: float | None = None
    """Toward the camera from the resting place, head and shoulders taken together; negative is
    away."""
    hands_visible: int | None = None
    """Of the candidate's, in the picture: 0, 1 or 2."""
    hand_speed: float | None = None
    """Shoulder widths per second, the faster hand; None where no hand is in the picture or how it
    moves cannot be told."""
    hand_to_face: bool | None = None
    """Whether a hand covers part of the face and is about as far away as it."""
    slouch: float | None = None
    """How far the shoulders have sunk below the resting place, beyond what leaning takes them down,
    in shoulder widths; negative is above."""
    fidget: float | None = None
    """0...1: small, repeated movements of resting hands and body in the last seconds."""
    gesturing: bool | None = None
    """Whether a raised hand moves as speakers' hands do; meant while the candidate speaks."""
    confidence: float | None = None
    """0...1 that shoulders were seen."""


@dataclass(frozen=True, slots=True)
class PictureReading:
    """How well the camera's picture serves; some times a second."""

    t_s: float
    brightness: float | None = None
    """0...1, median luma of the face, or of the picture where there is no face."""
    backlight: float | None = None
    """Luma of what surrounds the face over that of the face; above about 2 the face is a shadow."""
    sharpness: float | None = None
    """0...1: detail of the face against what a focused camera gives."""
    distance_m: float | None = None
    off_centre: float | None = None
    """Distance of the face from the picture's middle, in half picture heights."""
    cut_off: float | None = None
    """0...1, share of the face beyond the picture's edge."""
    problems: tuple[str, ...] = ()
    """Any of dark, bright, backlit, blurred, far, near, cut_off, off_centre, no_face, frozen."""


SPEECH = 0.5
"""Probability of speech from which a span of sound counts as speech; silero's own default."""

PAUSE_S = 0.25
"""s of silence that are a pause, live and in the report; shorter gaps belong to articulation
(Goldman-Eisler's convention)."""


@dataclass(frozen=True, slots=True)
class VoiceReading:
    """What a short span of sound says of the candidate's voice."""

    t_s: float
    """Session time of the span's first sample."""
    span_s: float
    speech: float
    """Probability of speech, 0...1."""
    level_dbfs: float
    """Root mean square level re full scale; never below -120."""
    pitch_hz: float | None = None
    """Fundamental frequency; None when the span is not voiced."""
    near_end: float | None = None
    """First signs, 0...1, of somebody who begins to speak, beside the recruiter if she does: 0
    where nothing stands out of her voice and the room's noise, above 0 a sound of any kind, from
    about 0.3 on likely a voice, up to 150 ms before ``speech`` is sure. None where nobody looked
    for it."""


@dataclass(frozen=True, slots=True)
class VoiceImpression:
    """What a voice may sound like to others. An impression, not what the person feels."""

    arousal: float
    """-1 calm...1 excited, against this speaker's own usual voice."""
    valence: float | None = None
    """-1 unpleasant...1 pleasant; None where no model of it could be backed."""


@dataclass(frozen=True, slots=True)
class ProsodyReading:
    """How the candidate sounded in the last seconds; four times a second while they speak.

    Everything but the times is None where it was not measured.
    """

    t_s: float
    """Session time of the end of the stretch that is measured."""
    span_s: float
    """Length of that stretch, s."""
    pitch_hz: float | None = None
    """Median fundamental frequency of the voiced blocks."""
    pitch_sd_st: float | None = None
    """Standard deviation of it, semitones, octave errors left out."""
    level_dbfs: float | None = None
    """Median level of the blocks with speech, re full scale."""
    level_sd_db: float | None = None
    syllables_per_s: float | None = None
    """Syllable nuclei per second of speech, pauses left out."""
    jitter_pct: float | None = None
    """Praat's jitter (local), %."""
    shimmer_pct: float | None = None
    """Praat's shimmer (local), %."""
    harmonicity_db: float | None = None
    """Mean harmonics-to-noise ratio of the voiced sound, dB."""
    snr_db: float | None = None
    """Level of the speech over that of the room's noise, dB; low ones make the three above
    unreliable, and they are then left out."""
    impression: VoiceImpression | None = None
    """None where too little is known of this voice, and where it was not asked for
    (``--no-emotion``)."""


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word."""

    text: str
    start_s: float
    end_s: float
    confidence: float | None = None
    """0...1, as the recogniser puts it; None when it does not say."""


@dataclass(frozen=True, slots=True)
class Words:
    """A recognised stretch of the candidate's speech (or a typed answer)."""

    t_start_s: float
    t_end_s: float
    text: str
    words: tuple[Word, ...] = ()
    final: bool = True
    """False for a partial result that a later one replaces."""
    source: str = "speech"
    """Name of the recogniser, or "typed"."""
    settled: int = 0
    """Of a partial result: how many words at its beginning will stay as they are."""
    language: str | None = None
    """Code of the language that was heard; None where the recogniser does not tell."""
    language_confidence: float | None = None
    """0...1; None where the sound was too short to tell."""


@dataclass(frozen=True, slots=True)
class HeadGesture:
    """A nod, shake, tilt or blink, found by its movement."""

    kind: Literal["nod", "shake", "tilt", "blink"]
    t_start_s: float
    t_end_s: float
    amplitude: float
    """Peak to peak: degrees; for a blink, closure 0...1."""
    t_found_s: float
    """Frame time at which it was known."""


@dataclass(frozen=True, slots=True)
class CandidateState:
    """All that is known of the candidate at one tick."""

    t_s: float
    face: FaceReading | None = None
    face_age_s: float | None = None
    body: BodyReading | None = None
    body_age_s: float | None = None
    voice: VoiceReading | None = None
    voice_age_s: float | None = None
    prosody: ProsodyReading | None = None
    prosody_age_s: float | None = None
    words: Words | None = None
    words_age_s: float | None = None
    speaking: bool = False
    """Whether the candidate is in a stretch of speech (short gaps bridged)."""
    speech_started_s: float | None = None
    """Session time at which the present or last stretch of speech began."""
    speech_ended_s: float | None = None
    """Session time of the last speech heard; None before any."""
    silence_s: float | None = None
    """Since speech was last heard; None when there is no microphone or nothing was said yet."""
    finished: tuple[float, float] | None = None
    """Session time of the last sound before a pause, and the probability (0...1) that speech
    sounded finished there; of the newest pause that was judged, None before any."""
    nod: bool = False
    """A nod was found since the last tick."""
    shake: bool = False
    """A shake was found since the last tick."""
    smile: float | None = None
    """0...1; None when no face is measured."""
    answer: str = ""
    """Words of the present answer so far."""
    answer_words: tuple[Word, ...] = ()
    """The same with their times; empty where a stretch of it came without."""
    answer_final: bool = False
    """Whether the recogniser has given its last word on all speech heard so far."""
    typed: str | None = None
    """A typed answer that was handed in since the last tick."""
    typing: bool = False
    """Whether the candidate is at the keyboard, in the midst of a typed answer."""
    trouble: tuple[str, ...] = ()
    """Signals now missing: any of "camera", "microphone", "face", "body",
    "speech_to_text"."""
    own_voice_known: bool = False
    """Whether hearing knows what the recruiter's loudspeaker plays, so that what it tells of speech
    is not her own."""
    opening: bool = False
    """Whether the microphone is still being opened: nothing that the candidate says is heard."""
    part_over: bool = False
    """The recorded or scripted candidate has nothing more to play."""
    nobody: bool = False
    """Nobody can answer, and nobody will: there is neither a microphone nor a field to type in."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Tells a recorded or synthetic candidate what the interview expects of it.

    Kinds: ``begin`` (a recording that plays straight through starts at ``t_s``), ``turn`` (the
    recruiter has asked and waits; data: ``question`` id, ``index``),
    ``recruiter_speaks`` (she began; data: ``text``, ``kind`` of the act), ``close`` (the interview
    is over).
    """

    kind: Literal["begin", "turn", "recruiter_speaks", "close"]
    t_s: float
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened once; one line of ``events.jsonl``."""

    t_s: float
    source: str
    """Room or device: "camera", "microphone", "dialogue", "game", "candidate", "record" ..."""
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    """JSON values only."""
