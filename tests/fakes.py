"""Scripted candidates: what they do and when, as the states that the real fusion makes of it.

A test says what the candidate does (``speaks(0.5, 2.5)``, ``smiles(3, 4)``), lets a dialogue
manager run against it and looks at the acts. Readings and events have the same rates and delays
as the real perception's; the recruiter's loudspeaker is simulated, with lines as long as
``speech_s`` says. No wall clock anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from dialogue.manager import DialogueManager
from dialogue.types import ActData, Because, Feedback, RecruiterAct, answer_begins_s
from game.synthetic.conversation.recruiter_voice import SimulatedVoice as Loudspeaker
from perception.clock import FakeClock
from perception.fusion import Fusion
from perception.types import (
    BodyReading,
    CandidateState,
    Event,
    FaceReading,
    Gaze,
    HeadGesture,
    ProsodyReading,
    VoiceReading,
    Word,
    Words,
)

TICK_S = 1 / 30
BLOCK_S = 0.032  # 512 samples at 16 kHz
VOICE_DELAY_S = 0.03
FACE_DELAY_S = 0.04
ONSET_KNOWN_S = 0.096  # speech this long before a start is told
OFFSET_KNOWN_S = 0.2  # silence this long before an end is told


@dataclass(frozen=True)
class Doing:
    """One thing that the candidate does."""

    kind: str
    start_s: float
    end_s: float
    text: str = ""
    ending: str = "unknown"
    amount: float = 0.8
    words_delay_s: float = 1.0
    confidence: float | None = None
    values: Mapping[str, float | bool] = field(default_factory=dict)

    def later(self, by_s: float) -> Doing:
        return replace(self, start_s=self.start_s + by_s, end_s=self.end_s + by_s)


def speaks(
    start_s: float,
    end_s: float,
    text: str = "",
    ending: str = "unknown",
    words_delay_s: float = 1.0,
    confidence: float | None = None,
) -> Doing:
    """Speech; ``ending`` is what its pitch does: "final" falls, "held" stays level."""
    return Doing(
        "speech", start_s, end_s, text, ending, words_delay_s=words_delay_s, confidence=confidence
    )


def smiles(start_s: float, end_s: float, amount: float = 0.8) -> Doing:
    return Doing("smile", start_s, end_s, amount=amount)


def nods(at_s: float) -> Doing:
    return Doing("nod", at_s, at_s + 0.5)


def looks(start_s: float, end_s: float, target: str) -> Doing:
    return Doing("look", start_s, end_s, target)


def frowns(start_s: float, end_s: float, amount: float = 0.6) -> Doing:
    return Doing("frown", start_s, end_s, amount=amount)


def turns_head(start_s: float, end_s: float, yaw_deg: float) -> Doing:
    return Doing("turn_head", start_s, end_s, amount=yaw_deg)


def is_loud(start_s: float, end_s: float, level_dbfs: float) -> Doing:
    """What is said meanwhile is so loud."""
    return Doing("level", start_s, end_s, amount=level_dbfs)


def sounds(start_s: float, end_s: float, **values: float) -> Doing:
    """How speech sounds, by the fields of a ``ProsodyReading``; four readings a second."""
    return Doing("sound", start_s, end_s, values=values)


def moves(start_s: float, end_s: float, **values: float | bool) -> Doing:
    """What body and hands do, by the fields of a ``BodyReading``; ten readings a second."""
    return Doing("body", start_s, end_s, values=values)


def leaves(start_s: float, end_s: float) -> Doing:
    """No face in the picture."""
    return Doing("leave", start_s, end_s)


def loses(device: str, start_s: float, end_s: float = math.inf) -> Doing:
    return Doing("lose", start_s, end_s, device)


def opens(until_s: float) -> Doing:
    """The microphone takes until then to open."""
    return Doing("opening", 0.0, until_s)


def types(at_s: float, text: str) -> Doing:
    return Doing("type", at_s, at_s, text)


def presses_keys(start_s: float, end_s: float) -> Doing:
    """Writes at the keyboard, without handing anything in yet."""
    return Doing("keys", start_s, end_s)


def part_ends(at_s: float) -> Doing:
    return Doing("part_over", at_s, at_s)


class Signals:
    """Turns what the candidate does into readings and events in order of arrival."""

    def __init__(self, camera: bool = True, microphone: bool = True) -> None:
        self._camera, self._microphone = camera, microphone
        self._doings: list[Doing] = []
        self._told: set[tuple[int, str]] = set()
        self._block = self._frame = self._body_frame = self._sound_frame = 0
        self._silent_since_s: float | None = None
        self._in_speech = False
        self._tried_s: float | None = None
        self._sound_end_s = 0.0
        self.echo = False
        """Whether the microphone hears the recruiter's own voice at this moment."""

    def add(self, doings: Iterable[Doing]) -> None:
        self._doings += doings

    def until(
        self, t_s: float
    ) -> Iterator[
        FaceReading | BodyReading | VoiceReading | ProsodyReading | HeadGesture | Words | Event
    ]:
        """Everything that has arrived by ``t_s`` since the last call."""
        yield from self._devices(t_s)
        if self._microphone:
            while (self._block + 1) * BLOCK_S + VOICE_DELAY_S <= t_s:
                yield from self._voice(self._block * BLOCK_S)
                self._block += 1
        if self._camera:
            while self._frame / 30 + FACE_DELAY_S <= t_s:
                yield self._face(self._frame / 30)
                self._frame += 1
        while self._body_frame / 10 + FACE_DELAY_S <= t_s:
            body = self._active("body", self._body_frame / 10)
            if self._camera and body is not None:
                yield BodyReading(self._body_frame / 10, **body.values)  # type: ignore[arg-type]
            self._body_frame += 1
        while self._sound_frame / 4 + VOICE_DELAY_S <= t_s:
            at_s = self._sound_frame / 4
            sound = self._active("sound", at_s)
            if sound is not None and self._active("speech", at_s) is not None:
                yield ProsodyReading(at_s, 2.0, **sound.values)  # type: ignore[arg-type]
            self._sound_frame += 1
        for i, doing in enumerate(self._doings):
            yield from self._once(i, doing, t_s)

    def _active(self, kind: str, t_s: float) -> Doing | None:
        for doing in self._doings:
            if doing.kind == kind and doing.start_s <= t_s < doing.end_s:
                return doing
        return None

    def _first(self, i: int, what: str) -> bool:
        if (i, what) in self._told:
            return False
        self._told.add((i, what))
        return True

    def _devices(self, t_s: float) -> Iterator[Event]:
        if not self._camera and self._first(-1, "camera"):
            yield Event(t_s, "camera", "unavailable", {"message": "none"})
        if not self._microphone and self._first(-1, "microphone"):
            yield Event(t_s, "microphone", "unavailable", {"message": "none"})

    def _voice(self, t_s: float) -> Iterator[VoiceReading | Event]:
        if self._active("lose", t_s) is not None or self._active("opening", t_s) is not None:
            return
        speech = self._active("speech", t_s + BLOCK_S / 2)
        if speech is None and self.echo:
            speech = Doing("speech", t_s, t_s + BLOCK_S)
        if speech is None:
            yield VoiceReading(t_s, BLOCK_S, 0.02, -60.0)
            self._tried_s = None
            if self._in_speech:
                if self._silent_since_s is None:
                    self._silent_since_s = self._sound_end_s
                if t_s + BLOCK_S - self._silent_since_s >= OFFSET_KNOWN_S:
                    self._in_speech = False
                    yield Event(t_s, "microphone", "speech_end", {"t_s": self._silent_since_s})
            return
        self._silent_since_s = None
        self._sound_end_s = min(t_s + BLOCK_S, speech.end_s)
        level = self._active("level", t_s)
        level_dbfs = -22.0 if level is None else level.amount
        yield VoiceReading(t_s, BLOCK_S, 0.95, level_dbfs, _pitch(speech, t_s))
        if not self._in_speech:
            if self._tried_s is None:
                self._tried_s = max(speech.start_s, t_s)
            if t_s + BLOCK_S - self._tried_s >= ONSET_KNOWN_S:
                self._in_speech = True
                yield Event(t_s, "microphone", "speech_start", {"t_s": self._tried_s})

    def _face(self, t_s: float) -> FaceReading:
        if self._active("leave", t_s) is not None:
            return FaceReading(t_s, FACE_DELAY_S, 0.0)
        smile = self._active("smile", t_s)
        amount = 0.03
        if smile is not None:
            amount = smile.amount * min(1.0, (t_s - smile.start_s) / 0.3)
        look = self._active("look", t_s)
        target = "screen" if look is None else look.text
        gaze = Gaze(0.0, 0.0, target)  # type: ignore[arg-type]
        frown, turn = self._active("frown", t_s), self._active("turn_head", t_s)
        shown = {"mouthSmile": amount, "browDown": 0.05 if frown is None else frown.amount}
        sides = {f"{name}{side}": v for name, v in shown.items() for side in ("Left", "Right")}
        yaw = 0.0 if turn is None else turn.amount
        return FaceReading(
            t_s, FACE_DELAY_S, 0.95, yaw, 0.0, 0.0, (0.0, 0.0, -0.6), gaze, sides, faces=1
        )

    def _once(self, i: int, doing: Doing, t_s: float) -> Iterator[HeadGesture | Words | Event]:
        if doing.kind == "nod" and t_s >= doing.end_s + 0.1 and self._first(i, "nod"):
            yield HeadGesture("nod", doing.start_s, doing.end_s, 9.0, t_s)
        elif doing.kind == "type" and t_s >= doing.start_s and self._first(i, "type"):
            yield Words(doing.start_s, t_s, doing.text, source="typed")
        elif doing.kind == "keys" and doing.start_s <= t_s < doing.end_s:
            yield Event(t_s, "candidate", "typing", {"characters": 1})
        elif doing.kind == "part_over" and t_s >= doing.start_s and self._first(i, "part"):
            yield Event(t_s, "microphone", "part_over", {})
        elif doing.kind == "opening":
            if self._first(i, "opening"):
                yield Event(t_s, "microphone", "opening")
            if t_s >= doing.end_s and self._first(i, "settled"):
                yield Event(t_s, "microphone", "settled")
        elif doing.kind == "lose":
            if t_s >= doing.start_s and self._first(i, "lost"):
                yield Event(t_s, doing.text, "lost", {"message": "gone"})
            if t_s >= doing.end_s and self._first(i, "restored"):
                yield Event(t_s, doing.text, "restored", {"message": "back"})
        elif doing.kind == "speech" and doing.text:
            if t_s >= doing.end_s and self._first(i, "pending"):
                yield Event(t_s, "speech_to_text", "pending", {"count": 1})
            if t_s >= doing.end_s + doing.words_delay_s and self._first(i, "words"):
                said = tuple(
                    Word(w, doing.start_s, doing.end_s, doing.confidence)
                    for w in doing.text.split()
                )
                yield Words(doing.start_s, doing.end_s, doing.text, said)
                yield Event(t_s, "speech_to_text", "pending", {"count": 0})


def _pitch(speech: Doing, t_s: float) -> float:
    """Hertz: wanders round 200, and at the end does what ``ending`` says."""
    left = speech.end_s - t_s
    if speech.ending == "final" and left < 0.35:
        return 200.0 * 2 ** (-(0.35 - left) / 0.35 * 7 / 12)
    if speech.ending == "held" and left < 0.7:
        return 208.0
    return 200.0 * 2 ** (3 * math.sin(5.0 * t_s) * math.sin(1.7 * t_s) / 12)


def timeline(
    doings: Sequence[Doing], seconds: float, camera: bool = True, microphone: bool = True
) -> list[CandidateState]:
    """States at 30 Hz of a candidate whose times are absolute."""
    signals, fusion, clock = Signals(camera, microphone), Fusion(), FakeClock()
    signals.add(doings)
    states = []
    while clock.now() < seconds:
        for item in signals.until(clock.now()):
            fusion.add(item)
        states.append(fusion.state(clock.now()))
        clock.sleep(TICK_S)
    return states


D = TypeVar("D", bound=ActData)


def data_of(act: RecruiterAct, kind: type[D]) -> D:
    """What goes with an act, which has to be of this kind."""
    assert isinstance(act.data, kind), act
    return act.data


def why(act: RecruiterAct) -> Because:
    """The reason of an act; every act has one."""
    assert act.because is not None, act
    return act.because


def figures(act: RecruiterAct) -> tuple[float, float]:
    """Value and threshold of an act's reason, which have to be numbers."""
    because = why(act)
    assert isinstance(because.value, float) and isinstance(because.threshold, float | int)
    return because.value, float(because.threshold)


@dataclass
class Played:
    """What came of a run."""

    acts: list[RecruiterAct]
    feedback: list[Feedback]
    states: list[CandidateState]
    answers_from_s: list[float]
    """When she began to listen to each answer."""
    doings: list[Doing]
    """Everything the candidate did, in absolute times."""

    def of(self, kind: str) -> list[RecruiterAct]:
        return [act for act in self.acts if act.kind == kind]

    def by(self, rule: str) -> list[RecruiterAct]:
        return [act for act in self.acts if act.because is not None and act.because.rule == rule]

    def heard_s(self, act: RecruiterAct) -> float:
        """When the first sound of a line came."""
        return next(f.t_s for f in self.feedback if f.act_id == act.id and f.phase == "start")

    def first_sound_after(self, t_s: float) -> float | None:
        """When she was first heard after ``t_s``."""
        spoken = {act.id for act in self.acts if act.text}
        times = [
            f.t_s
            for f in self.feedback
            if f.phase == "start" and f.act_id in spoken and f.t_s > t_s
        ]
        return min(times, default=None)


def play(
    manager: DialogueManager,
    doings: Sequence[Doing] = (),
    answers: Sequence[Sequence[Doing]] = (),
    seconds: float = 300.0,
    speaker: Loudspeaker | None = None,
    camera: bool = True,
    microphone: bool = True,
    echo: bool = False,
) -> Played:
    """Runs an interview until it is finished or ``seconds`` have passed.

    Args:
        manager: under test.
        doings: what the candidate does at absolute times.
        answers: what they do at each new answer, in times from when she began to listen; when
            they run out the candidate stays silent.
        seconds: of session time, at most.
        speaker: the recruiter's loudspeaker.
        camera: whether there is one.
        microphone: whether there is one.
        echo: whether it hears the recruiter's own voice.
    """
    signals, fusion, clock = Signals(camera, microphone), Fusion(), FakeClock()
    signals.add(doings)
    speaker = speaker or Loudspeaker()
    played = Played([], [], [], [], list(doings))
    waiting: list[Feedback] = []
    while clock.now() < seconds and not manager.finished:
        t_s = clock.now()
        for item in signals.until(t_s):
            fusion.add(item)
        waiting += speaker.advance(t_s)
        signals.echo = echo and speaker.sounding
        state = fusion.state(t_s)
        acts = manager.step(state, tuple(waiting))
        played.feedback += waiting
        waiting = speaker.play(acts, t_s)
        played.acts += acts
        played.states.append(state)
        for act in acts:
            begins_s = answer_begins_s(act)
            if begins_s is not None:
                fusion.begin_answer(begins_s)
                if len(played.answers_from_s) < len(answers):
                    new = [d.later(t_s) for d in answers[len(played.answers_from_s)]]
                    signals.add(new)
                    played.doings += new
                played.answers_from_s.append(t_s)
        clock.sleep(TICK_S)
    played.feedback += waiting
    return played
