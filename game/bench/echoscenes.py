"""Interviews over a loudspeaker in simulated rooms: her voice, its echo, and who interrupts it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dialogue.content.persona import load_persona
from dialogue.content.script import load_interview
from dialogue.manager import DialogueManager
from dialogue.pace import DialogueSettings
from dialogue.types import Feedback, RecruiterAct, WaitData
from game.synthetic.loudspeakers import CANDIDATE_DBFS, EchoRoom, Place, Sound, Transport
from game.voice.voice_flite import FliteVoice
from perception.echo.stage import EchoStage, Playback
from perception.fusion import Fusion, Input
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ
from perception.pipeline.audio import AudioPipeline
from perception.signal.levels import levels_dbfs
from perception.signal.resampling import resample
from perception.types import AudioBlock, CandidateState, Event

BLOCK_S = BLOCK_SAMPLES / RATE_HZ
TICK_S = 1 / 60
AHEAD = 3
"""Blocks that the sound system takes ahead of time: 96 ms."""
ARRIVAL_S = 0.03
"""From the end of a block to its readings: a PulseAudio device's median, see the virtual microphone
of the tests, and the ear's work."""
ROLE = "sales_assistant"


@lru_cache(maxsize=1)
def _voice() -> FliteVoice:
    return FliteVoice("female")


@lru_cache(maxsize=64)
def spoken(text: str) -> Sound:
    """Her voice saying a line, at 16 kHz.

    Raises:
        ModelError: flite is not installed.
    """
    rendered = _voice().render(text)
    return resample(rendered.samples, rendered.rate_hz, RATE_HZ)


def interview_lines() -> list[str]:
    """Lines of a real interview in the order of its bank."""
    interview = load_interview(ROLE)
    questions = (interview.warm_up, *interview.questions)
    return [*interview.greetings, *(text for question in questions for text in question.text)]


class Loudspeaker:
    """Plays lines one after another and is asked for blocks ahead of time, as a device does."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[str, Sound]] = deque()
        self._rest = np.zeros(0, np.float32)
        self._act = ""
        self._taken = 0
        self._told: list[Feedback] = []

    @property
    def busy(self) -> bool:
        """Whether anything is left to be played."""
        return bool(self._waiting) or len(self._rest) > 0

    def say(self, act_id: str, samples: Sound) -> None:
        """Puts a line at the end of the queue."""
        self._waiting.append((act_id, samples))

    def stop(self) -> None:
        """Fades out within 30 ms; what waits is dropped."""
        self._waiting.clear()
        fade = min(len(self._rest), round(0.03 * RATE_HZ))
        self._rest = self._rest[:fade] * np.linspace(1.0, 0.0, fade, dtype=np.float32)

    def next_block(self) -> Sound:
        """The next 512 samples, to be heard ``AHEAD`` blocks later."""
        block = np.zeros(BLOCK_SAMPLES, np.float32)
        if not len(self._rest) and self._waiting:
            self._act, self._rest = self._waiting.popleft()
            self._told.append(Feedback(self._heard_s(0), self._act, "start"))
        taken, self._rest = self._rest[:BLOCK_SAMPLES], self._rest[BLOCK_SAMPLES:]
        block[: len(taken)] = taken
        if len(taken) and not len(self._rest):
            self._told.append(Feedback(self._heard_s(len(taken)), self._act, "end"))
        self._taken += BLOCK_SAMPLES
        return block

    def feedback(self, t_s: float) -> list[Feedback]:
        """What has become audible or ended by ``t_s``."""
        due = [told for told in self._told if told.t_s <= t_s]
        self._told = [told for told in self._told if told.t_s > t_s]
        return due

    def _heard_s(self, into: int) -> float:
        return (self._taken + into) / RATE_HZ + AHEAD * BLOCK_S


@dataclass
class Heard:
    """One block of a session, as the microphone and the ear had it."""

    t_s: float
    played: Sound
    echo: Sound
    microphone: Sound
    items: list[object] = field(default_factory=list)


class Session:
    """A loudspeaker, a room and the real ear, block by block.

    Args:
        place: the room; None for headphones.
        seed: of everything random.
        stage: of the ear, where somebody wants to look at it.
    """

    def __init__(self, place: Place | None, seed: int = 0, stage: EchoStage | None = None) -> None:
        self.speaker = Loudspeaker()
        self.pipeline = AudioPipeline(echo=stage)
        self.room = None if place is None else EchoRoom(place, seed)
        self._noise = np.random.default_rng([seed, 7])
        self._transport = Transport(seed)
        self._coming: deque[Sound] = deque(
            np.zeros(BLOCK_SAMPLES, np.float32) for _ in range(AHEAD)
        )
        self._near: deque[Sound] = deque()
        self.blocks = 0
        self.tell = True
        """Whether the ear is told what is played."""
        self._transport_starts()

    @property
    def t_s(self) -> float:
        """Session time: the end of the last block."""
        return self.blocks * BLOCK_S

    def speak(self, sound: Sound) -> None:
        """The candidate says something, from the next block on."""
        padded = np.pad(sound, (0, -len(sound) % BLOCK_SAMPLES))
        self._near.extend(padded.reshape(-1, BLOCK_SAMPLES))

    def hush(self) -> None:
        """The candidate says no more."""
        self._near.clear()

    def step(self) -> Heard:
        """One block of 32 ms."""
        self._coming.append(self.speaker.next_block())
        self._tell(self._coming[-1])
        played = self._coming.popleft()
        if self.room is None:
            echo = np.zeros(BLOCK_SAMPLES, np.float32)
            heard = self._noise.normal(0.0, 1e-3, BLOCK_SAMPLES).astype(np.float32)
        else:
            echo = self.room.echo(played)
            heard = echo + self.room.noise()
        if self._near:
            heard = heard + self._near.popleft()
        t_s = self.blocks * BLOCK_S
        items = self.pipeline.process_block(AudioBlock(t_s, RATE_HZ, heard))
        self.blocks += 1
        return Heard(t_s, played, echo, heard, list(items))

    def _transport_starts(self) -> None:
        for block in self._coming:
            self._tell(block)

    def _tell(self, block: Sound) -> None:
        for t_s, samples, position in self._transport.transmit(block):
            if self.tell:
                self.pipeline.playback(Playback(t_s, RATE_HZ, samples, position))


def at_level(sound: NDArray[np.float32], dbfs: float) -> Sound:
    """Speech scaled so that its loud half has a level; pauses do not count."""
    frames = sound[: len(sound) // 320 * 320].reshape(-1, 320).astype(np.float64)
    powers = np.sort(np.mean(frames**2, axis=1))[len(frames) // 2 :]
    return (sound * (10 ** (dbfs / 20) / np.sqrt(powers.mean()))).astype(np.float32)


def first_sound_s(sound: NDArray[np.float32]) -> float:
    """Where speech really begins in a recording.

    Its first 10 ms within 25 dB of its loudest that also stand 10 dB out of the recording's own
    noise (its quietest tenth), which is no part of anybody's voice.
    """
    level_db = levels_dbfs(sound, 160)
    loud_db = level_db.max()
    noise_db = float(np.percentile(level_db, 10))
    edge_db = max(loud_db - 25.0, min(noise_db + 10.0, loud_db - 12.0))
    return float(np.argmax(level_db > edge_db)) / 100


class Interruptions:
    """A candidate who speaks over her, against the real ear, fusion and dialogue.

    Args:
        place: the room; None for headphones.
        seed: of everything random.
        greet: whether she has said two lines before, from which the ear has learnt the room; if
            not, whoever speaks over her does so in the first line of the session.
    """

    def __init__(self, place: Place | None, seed: int = 0, greet: bool = True) -> None:
        self._session = Session(place, seed)
        self._echo_db = -3.0 if place is None else place.echo_db
        self._fusion = Fusion()
        self._arriving: deque[tuple[float, object]] = deque()
        self._rng = np.random.default_rng([seed, 0x1A7])
        self._trial = 0
        lines = interview_lines()
        self._run(1.0)  # nobody greets before the room has been heard
        for text in lines[: 2 if greet else 0]:
            self._session.speaker.say("", spoken(text))
        while self._session.speaker.busy:
            self._step()
        self._run(1.0)

    def reaction_s(self, sound: Sound, onset_s: float, over_db: float) -> float | None:
        """From the candidate's first real sound to her falling silent; None where she does not.

        Args:
            sound: what is said.
            onset_s: where in it speech really begins.
            over_db: its level re the echo's, dB.
        """
        session = self._session
        manager = self._manager()
        level = at_level(sound, CANDIDATE_DBFS + self._echo_db + over_db)
        begin_s: float | None = None
        wait_s = float(self._rng.uniform(1.2, 2.2))
        started_s: float | None = None
        next_tick_s = session.t_s
        give_up_s = session.t_s + 12.0
        held_s: float | None = None
        while held_s is None and session.t_s < give_up_s:
            self._step()
            while next_tick_s <= session.t_s:
                told = session.speaker.feedback(next_tick_s)
                started_s = next((f.t_s for f in told if f.phase == "start"), started_s)
                acts = manager.step(self._state(next_tick_s), told)
                for act in acts:
                    if act.text:
                        session.speaker.say(act.id, spoken(act.text))
                    elif _silences(act) and begin_s is not None:
                        held_s = next_tick_s
                next_tick_s += TICK_S
            if begin_s is None and started_s is not None and session.t_s >= started_s + wait_s:
                begin_s = session.t_s + onset_s
                session.speak(level)
                give_up_s = begin_s + 1.5
        session.speaker.stop()
        session.hush()
        self._run(1.2)
        return None if held_s is None or begin_s is None else held_s - begin_s

    def _manager(self) -> DialogueManager:
        self._trial += 1
        settings = DialogueSettings(settle_s=0.0, settle_most_s=0.0)
        return DialogueManager(
            load_interview(ROLE), load_persona("anna"), settings, self._trial, questions=2
        )

    def _run(self, seconds: float) -> None:
        for _ in range(round(seconds / BLOCK_S)):
            self._step()
        self._state(self._session.t_s)
        self._session.speaker.feedback(self._session.t_s)

    def _step(self) -> None:
        heard = self._session.step()
        for item in heard.items:
            self._arriving.append((self._session.t_s + ARRIVAL_S, item))

    def _state(self, t_s: float) -> CandidateState:
        for item in self._arrived(t_s):
            self._fusion.add(item)
        return self._fusion.state(t_s)

    def _arrived(self, t_s: float) -> Iterator[Input]:
        while self._arriving and self._arriving[0][0] <= t_s:
            item = self._arriving.popleft()[1]
            if isinstance(item, Input):
                yield item


def _silences(act: RecruiterAct) -> bool:
    return isinstance(act.data, WaitData) and (act.data.hold or act.data.stop)


def speech_starts(heard: Heard) -> int:
    """How many stretches of the candidate's speech begin in a block, as the ear tells them."""
    return sum(isinstance(item, Event) and item.kind == "speech_start" for item in heard.items)
