"""Interviews over a loudspeaker in simulated rooms: her voice, its echo, and who interrupts it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from dialogue.content.persona import load_persona
from dialogue.content.script import load_interview
from dialogue.interviewing.settings import DialogueSettings
from dialogue.manager import DialogueManager
from dialogue.types import Feedback, RecruiterAct, WaitData
from game.behaviour.delivery import LOUDNESS, RETURN_S
from game.sound.levels import GainRamp
from game.sound.speaker import FADE_S
from game.synthetic.loudspeakers import CANDIDATE_DBFS, EchoRoom, Place, Sound, Transport
from game.voice.voice_flite import FliteVoice
from perception.echo.stage import EchoStage, Playback
from perception.fusion import Fusion, Input
from perception.microphone.base import BLOCK_SAMPLES, RATE_HZ
from perception.pipeline.audio import AudioPipeline
from perception.signal.levels import levels_dbfs
from perception.signal.resampling import resample
from perception.types import AudioBlock, CandidateState, Event, VoiceReading

BLOCK_S = BLOCK_SAMPLES / RATE_HZ
TICK_S = 1 / 60
TAKEN = BLOCK_SAMPLES // 2
"""Samples that the sound system takes at once: 16 ms, where it really takes 11 (512 at 48 kHz)."""
AHEAD = 1
"""Blocks of 32 ms that it takes ahead of time. From a stop to silence on a PulseAudio sink a real
one took 40 ms at the median and 48 at most before the fade; this one takes 32 to 48."""
ARRIVAL_S = 0.03
"""From the end of a block to its readings: a PulseAudio device's median, see the virtual microphone
of the tests, and the ear's work."""
ROLE = "sales_assistant"
LOWERED = 10 ** (-12 / 20)
"""Gain at which her voice counts as lowered: half as loud, by the ear (Stevens 1955: 10 dB)."""
SILENT = 1e-3
"""Gain at which she counts as silent."""
_KEPT_S = 4.0


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
        self._gain = GainRamp()
        self._stopping = False
        self._gains: deque[Sound] = deque(maxlen=round(_KEPT_S * RATE_HZ / TAKEN))

    @property
    def busy(self) -> bool:
        """Whether anything is left to be played."""
        return bool(self._waiting) or len(self._rest) > 0

    def say(self, act_id: str, samples: Sound) -> None:
        """Puts a line at the end of the queue."""
        self._waiting.append((act_id, samples))

    def stop(self) -> None:
        """Fades out; what waits is dropped."""
        self._waiting.clear()
        self._gain.fade_to(0.0, round(FADE_S * RATE_HZ))
        self._stopping = True

    def change_loudness(self, loudness: str) -> None:
        """What sounds goes on fainter, unheard or as loud as before, as her delivery does it."""
        over_s = RETURN_S if loudness == "full" else FADE_S
        self._gain.fade_to(LOUDNESS[loudness], round(over_s * RATE_HZ))

    def quiet_from_s(self, gain: float) -> float | None:
        """Session time from which on all is heard with at most a gain; None while more is."""
        gains = np.concatenate(self._gains) if self._gains else np.ones(1, np.float32)
        louder = np.flatnonzero(gains > gain)
        if len(louder) and louder[-1] + 1 == len(gains):
            return None
        first = louder[-1] + 1 if len(louder) else 0
        return self._heard_s(first - len(gains))

    def next_samples(self) -> Sound:
        """The next ``TAKEN`` samples, to be heard ``AHEAD`` blocks later."""
        block = np.zeros(TAKEN, np.float32)
        if not len(self._rest) and self._waiting:
            self._act, self._rest = self._waiting.popleft()
            self._gain, self._stopping = GainRamp(), False
            self._told.append(Feedback(self._heard_s(0), self._act, "start"))
        taken, self._rest = self._rest[:TAKEN], self._rest[TAKEN:]
        self._gains.append(self._gain.apply(np.ones(TAKEN, np.float32)))
        block[: len(taken)] = taken * self._gains[-1][: len(taken)]
        if self._stopping and self._gain.gain == 0.0:
            self._rest = self._rest[:0]
        if len(taken) and not len(self._rest) and not self._stopping:
            self._told.append(Feedback(self._heard_s(len(taken)), self._act, "end"))
        self._taken += TAKEN
        return block

    def feedback(self, t_s: float) -> list[Feedback]:
        """What has become audible or ended by ``t_s``."""
        due = [told for told in self._told if told.t_s <= t_s]
        self._told = [told for told in self._told if told.t_s > t_s]
        return due

    def _heard_s(self, into: int) -> float:
        return (self._taken + into) / RATE_HZ + AHEAD * BLOCK_S


@dataclass(frozen=True, slots=True)
class Reaction:
    """How she gave way to a candidate who spoke over her: seconds from their first sound."""

    decided_s: float
    """To the act by which she is not to be heard any more, for good."""
    lowered_s: float
    """Until her loudspeaker sounds at most half as loud, for good."""
    silent_s: float
    """Until it sounds no more: with what it had taken already and the fade."""


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
        self.tells_from_s = 0.0
        """Session time of the first sample of the loudspeaker's stream."""
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

    def step(self, meanwhile: Callable[[float], None] | None = None) -> Heard:
        """One block of 32 ms.

        Args:
            meanwhile: called with the session time each time that the sound system has taken some
                samples, to do what the program does until it takes the next.
        """
        coming = []
        for number in range(1, BLOCK_SAMPLES // TAKEN + 1):
            coming.append(self.speaker.next_samples())
            if meanwhile is not None:
                meanwhile(self.t_s + number * TAKEN / RATE_HZ)
        self._coming.append(np.concatenate(coming))
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
                at_s = self.tells_from_s + t_s
                self.pipeline.playback(Playback(at_s, RATE_HZ, samples, position))


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
        green_room_s: seconds for which she was heard in the green room, a part of the session
            before.
    """

    def __init__(
        self, place: Place | None, seed: int = 0, greet: bool = True, green_room_s: float = 0.0
    ) -> None:
        stage = EchoStage()
        self._session = Session(place, seed, stage)
        self._echo_db = -3.0 if place is None else place.echo_db
        self._fusion = Fusion()
        self._arriving: deque[tuple[float, object]] = deque()
        self._rng = np.random.default_rng([seed, 0x1A7])
        self._trial = 0
        lines = interview_lines()
        self._run(1.0)  # nobody greets before the room has been heard
        if green_room_s:
            self._visit_green_room(green_room_s)
            stage.begin(0.0)
        for text in lines[: 2 if greet else 0]:
            self._session.speaker.say("", spoken(text))
        while self._session.speaker.busy:
            self._step()
        self._run(1.0)

    def reaction(self, sound: Sound, onset_s: float, over_db: float) -> Reaction | None:
        """How soon she falls silent after the candidate's first real sound; None where never.

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
        held_s = muted_s = None

        def tick(t_s: float) -> None:
            nonlocal next_tick_s, started_s, held_s, muted_s
            while next_tick_s <= t_s and held_s is None:
                told = session.speaker.feedback(next_tick_s)
                started_s = next((f.t_s for f in told if f.phase == "start"), started_s)
                acts = manager.step(self._state(next_tick_s), told)
                for act in acts:
                    if act.text:
                        session.speaker.say(act.id, spoken(act.text))
                    elif _silences(act) and begin_s is not None:
                        held_s = next_tick_s
                        session.speaker.stop()
                    elif isinstance(act.data, WaitData) and act.data.loudness:
                        session.speaker.change_loudness(act.data.loudness)
                        muted_s = next_tick_s if act.data.loudness == "muted" else None
                next_tick_s += TICK_S

        while held_s is None and session.t_s < give_up_s:
            self._step(tick)
            if begin_s is None and started_s is not None and session.t_s >= started_s + wait_s:
                begin_s = session.t_s + onset_s
                session.speak(level)
                give_up_s = begin_s + 1.5
        session.speaker.stop()
        session.hush()
        self._run(1.2)
        lowered_s = session.speaker.quiet_from_s(LOWERED)
        silent_s = session.speaker.quiet_from_s(SILENT)
        if held_s is None or begin_s is None or lowered_s is None or silent_s is None:
            return None
        decided_s = held_s if muted_s is None else muted_s
        return Reaction(decided_s - begin_s, lowered_s - begin_s, silent_s - begin_s)

    def _visit_green_room(self, seconds: float) -> None:
        for text in interview_lines()[2:6]:
            self._session.speaker.say("", spoken(text))
        self._run(seconds)
        self._session.speaker.stop()
        self._run(1.0)

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

    def _step(self, meanwhile: Callable[[float], None] | None = None) -> None:
        heard = self._session.step(meanwhile)
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


def first_signs(heard: Heard) -> float:
    """First signs of a voice in a block, 0...1, as the ear tells them."""
    return max(
        (item.near_end or 0.0 for item in heard.items if isinstance(item, VoiceReading)),
        default=0.0,
    )
