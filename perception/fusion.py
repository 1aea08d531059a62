"""Fuses the newest readings of all signals into one state of the candidate, tick by tick.

The fusion holds no clock and no thread: it sees readings in their order of arrival and the ticks
between them, so feeding it a recorded session gives the recorded states again, to the bit.
"""

from __future__ import annotations

from dataclasses import dataclass

from perception import troubles
from perception.settings import NotNegative, Positive, Share, checked, in_order
from perception.smile import smile_of
from perception.types import (
    FACE_FRESH_S,
    FACE_TRUSTED,
    BodyReading,
    CandidateState,
    Event,
    FaceReading,
    HeadGesture,
    PictureReading,
    ProsodyReading,
    VoiceReading,
    Words,
)

Input = (
    FaceReading
    | BodyReading
    | PictureReading
    | VoiceReading
    | ProsodyReading
    | HeadGesture
    | Words
    | Event
)


@checked
@dataclass(frozen=True, slots=True)
class FusionSettings:
    """How long a reading speaks for the present."""

    face_fresh_s: Positive = FACE_FRESH_S
    """Seconds after which a face reading no longer tells of the candidate now."""
    face_lost_s: Positive = 1.5
    """Seconds without a trusted face after which the face counts as missing."""
    typing_pause_s: NotNegative = 8.0
    """Seconds since the last key for which a typed answer counts as under way."""
    face_confidence: Share = FACE_TRUSTED
    """Least confidence (0...1) of a face reading that is believed."""

    def __post_init__(self) -> None:
        in_order(self, "face_fresh_s <= face_lost_s")


class Fusion:
    """Newest readings in, ``CandidateState`` out."""

    def __init__(self, settings: FusionSettings | None = None) -> None:
        self._settings = settings or FusionSettings()
        self._face: FaceReading | None = None
        self._trusted_face: FaceReading | None = None
        self._body: BodyReading | None = None
        self._voice: VoiceReading | None = None
        self._prosody: ProsodyReading | None = None
        self._words: Words | None = None
        self._heard: list[Words] = []
        self._partial: Words | None = None
        self._pending = 0
        self._speaking = False
        self._speech_started_s: float | None = None
        self._speech_ended_s: float | None = None
        self._finished: tuple[float, float] | None = None
        self._nod = self._shake = False
        self._typed: str | None = None
        self._typing_s: float | None = None
        self._own_voice_known = False
        self._opening = False
        self._missing: set[str] = set()
        self._part_over: set[str] = set()
        self._answer_from_s = 0.0
        self._first_tick_s: float | None = None

    def add(self, item: Input) -> None:
        """Takes one reading, gesture, stretch of words or device event."""
        if isinstance(item, FaceReading):
            self._face = item
            self._missing.discard("camera")
            if item.confidence >= self._settings.face_confidence:
                self._trusted_face = item
        elif isinstance(item, VoiceReading):
            self._voice = item
            if self._speaking:
                self._speech_ended_s = item.t_s + item.span_s
        elif isinstance(item, BodyReading):
            self._body = item
        elif isinstance(item, PictureReading):
            pass  # tells how well the rest can be trusted; nothing that she reacts to
        elif isinstance(item, ProsodyReading):
            self._prosody = item
        elif isinstance(item, HeadGesture):
            self._nod = self._nod or item.kind == "nod"
            self._shake = self._shake or item.kind == "shake"
        elif isinstance(item, Words):
            self._take_words(item)
        else:
            self._take_event(item)

    def begin_answer(self, t_s: float) -> None:
        """Starts a new answer: words that end before ``t_s`` belong to the one before."""
        self._answer_from_s = t_s
        self._heard = [w for w in self._heard if w.t_end_s > t_s]

    def state(self, t_s: float) -> CandidateState:
        """The candidate at ``t_s``; nods, shakes and typed answers are told once and forgotten."""
        if self._first_tick_s is None:
            self._first_tick_s = t_s
        face = self._trusted_face
        face_age = None if face is None else t_s - face.t_s
        fresh = face_age is not None and face_age <= self._settings.face_fresh_s
        stretches = [w for w in self._heard if w.text]
        if self._partial is not None and self._partial.t_end_s > self._answer_from_s:
            stretches.append(self._partial)
        timed = all(w.words for w in stretches if w.text)
        silence = None
        if self._speech_ended_s is not None:
            silence = 0.0 if self._speaking else max(0.0, t_s - self._speech_ended_s)
        state = CandidateState(
            t_s=t_s,
            face=self._face,
            face_age_s=None if self._face is None else t_s - self._face.t_s,
            body=self._body,
            body_age_s=None if self._body is None else t_s - self._body.t_s,
            voice=self._voice,
            voice_age_s=None if self._voice is None else t_s - self._voice.t_s,
            prosody=self._prosody,
            prosody_age_s=None if self._prosody is None else t_s - self._prosody.t_s,
            words=self._words,
            words_age_s=None if self._words is None else t_s - self._words.t_end_s,
            speaking=self._speaking,
            speech_started_s=self._speech_started_s,
            speech_ended_s=self._speech_ended_s,
            silence_s=silence,
            finished=self._finished,
            nod=self._nod,
            shake=self._shake,
            smile=smile_of(face) if fresh and face is not None else None,
            answer=" ".join(w.text for w in stretches).strip(),
            answer_words=tuple(word for w in stretches for word in w.words) if timed else (),
            answer_final=self._pending == 0 and self._partial is None and not self._speaking,
            typed=self._typed,
            typing=self._typing_s is not None
            and t_s - self._typing_s <= self._settings.typing_pause_s,
            trouble=self._trouble(t_s, face_age),
            own_voice_known=self._own_voice_known,
            opening=self._opening,
            part_over=bool(self._part_over),
            nobody="candidate" in self._part_over,
        )
        self._nod = self._shake = False
        self._typed = None
        return state

    def _trouble(self, t_s: float, face_age: float | None) -> tuple[str, ...]:
        missing = set(self._missing)
        waited = t_s - (self._first_tick_s or 0.0) if face_age is None else face_age
        if "camera" not in missing and waited > self._settings.face_lost_s:
            missing.add("face")
        return tuple(sorted(missing))

    def _take_words(self, words: Words) -> None:
        if words.text:
            self._words = words
        if words.source == "typed":
            self._typed = words.text
            self._typing_s = None
        if not words.final:
            self._partial = words
            return
        self._partial = None
        if words.text and words.t_end_s > self._answer_from_s:
            self._heard.append(words)

    def _still_opening(self, event: Event) -> bool:
        if event.source != "microphone":
            return self._opening
        if event.kind == "opening":
            return True
        return self._opening and event.kind != "settled" and event.kind not in troubles.GONE

    def _take_event(self, event: Event) -> None:
        self._opening = self._still_opening(event)
        if event.kind == "speech_start":
            self._speaking = True
            self._speech_started_s = self._speech_ended_s = _when(event)
        elif event.kind == "speech_end":
            self._speaking = False
            self._speech_ended_s = _when(event)
        elif event.kind == "sounds_finished":
            self._finished = (_when(event), float(event.data["probability"]))
        elif event.kind == "pending":
            self._pending = int(event.data["count"])
            if self._pending == 0:
                self._partial = None  # nothing is being recognised that could still replace it
        elif event.kind == "echo_measured":
            self._own_voice_known = True
        elif event.kind == "typing":
            self._typing_s = event.t_s
        elif event.kind == "part_over":
            self._part_over.add(event.source)
        elif event.kind in troubles.GONE:
            self._missing.add(event.source)
            if event.source == "microphone":
                self._speaking = False
            elif event.source == "speech_to_text":
                self._partial = None
        elif event.kind == "restored":
            self._missing.discard(event.source)


def _when(event: Event) -> float:
    """When it was so, which may be before it was known."""
    return float(event.data.get("t_s", event.t_s))
