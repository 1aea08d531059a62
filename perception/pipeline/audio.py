"""What runs in the two processes of hearing: one listens, one recognises.

The ear must take a block every 32 ms; a recogniser may hold its interpreter for seconds. So they
are two, and utterances travel from one to the other through the program, which thereby knows how
much speech still waits for its words.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, runtime_checkable

from perception.echo.stage import EchoSettings, EchoStage, Playback, PlaybackStopped
from perception.errors import DeviceError, ModelError, StorageError
from perception.microphone.base import RATE_HZ, Microphone, PostsEvents
from perception.microphone.sound_part import is_channel
from perception.microphone.sound_recorder import SoundRecorder
from perception.pipeline.finished_speech import FinishedSpeech
from perception.pipeline.kept_source import KeptSource
from perception.process.link import Begin, Link
from perception.settings import CountOrZero, Positive, checked
from perception.signal.audio_quality import AudioQualityMonitor, AudioQualitySettings, OffsetRemover
from perception.source import SourceSpec
from perception.speech.base import SpeechSettings
from perception.speech.recognition_confidence import UnderstandingSettings
from perception.speech.spoken_language import LanguageSettings
from perception.speech.utterance import Utterance, UtteranceChunk, UtteranceCollector
from perception.types import AudioBlock, Cue, Event, ProsodyReading, VoiceReading, Words
from perception.voice.activity import VoiceActivity, VoiceSettings
from perception.voice.baseline import Learn, Lesson, Lessons
from perception.voice.paused_speech import PausedSpeech, PausedSpeechCollector
from perception.voice.prosody import Prosody, ProsodySettings
from perception.voice.smart_turn_onnxruntime import SmartTurn

_GAP_S = 0.05
"""Seconds between blocks from which sound was lost; the clocks' drift stays far below."""

REOPEN_EVERY_S = 2.0
"""Pause between tries to get a lost microphone back."""


@checked
@dataclass(frozen=True, slots=True)
class HearingSettings:
    """What hearing does with sound."""

    voice: VoiceSettings = field(default_factory=VoiceSettings)
    """Speech activity and pitch."""
    speech: SpeechSettings = field(default_factory=SpeechSettings)
    """Utterances and the recogniser."""
    understanding: UnderstandingSettings = field(default_factory=UnderstandingSettings)
    """When it is said that the recogniser does not understand."""
    other_language: LanguageSettings = field(default_factory=LanguageSettings)
    """When it is said that another language is spoken."""
    prosody: ProsodySettings = field(default_factory=ProsodySettings)
    """What is told of the voice while it speaks."""
    signal: AudioQualitySettings = field(default_factory=AudioQualitySettings)
    """When the microphone is said to be silent or overdriven."""
    echo: EchoSettings = field(default_factory=EchoSettings)
    """What is done about the recruiter's own voice in the microphone."""
    channel: str = ""
    """Which of a recording's channels is the candidate's: a number from 1, left, right, mid, side
    or mix (all of them). Empty to find out where people are kept apart."""
    track: CountOrZero = 0
    """Which of a recording's sound tracks is the candidate's, from 1; 0 to find out."""
    smart_turn: bool = True
    """Whether each pause is judged by Smart Turn, where its weights are here."""
    restart_after_s: Positive = 1.0
    """s after which a worker that died is started again; twice that the second time ..."""
    restarts: CountOrZero = 3
    """How often, one time after the other, each worker is started again before it is given up."""

    def __post_init__(self) -> None:
        if self.channel and not is_channel(self.channel):
            raise ValueError(
                f"channel {self.channel!r} is none; use a number from 1, left, right, mid, side "
                "or mix"
            )


Sounded = VoiceReading | ProsodyReading | Event | Utterance | UtteranceChunk
"""What the pipeline makes of sound."""

Heard = VoiceReading | ProsodyReading | Words | Event
"""What the program hears of it in the end: utterances have become words."""


class AudioPipeline:
    """The ear: blocks in; voice readings, prosody, events and utterances out, in order.

    Args:
        settings: what to do with the sound.
        chunks: whether open utterances are handed on chunk by chunk, to be understood meanwhile.
        echo: takes the recruiter's voice out of the sound; by the settings when None.
        pauses: is given the sound before each pause, as it is told.
    """

    def __init__(
        self,
        settings: HearingSettings | None = None,
        chunks: bool = False,
        echo: EchoStage | None = None,
        pauses: Callable[[PausedSpeech], None] | None = None,
    ) -> None:
        settings = settings or HearingSettings()
        self._voice = VoiceActivity(settings.voice)
        self._prosody = Prosody(settings.prosody)
        self._collector = UtteranceCollector(settings.speech, chunks)
        self._paused = PausedSpeechCollector()
        self._pauses = pauses
        self._signal = AudioQualityMonitor(settings.signal)
        self._offset = OffsetRemover()
        self._echo = echo or EchoStage(settings.echo)
        self._lessons = Lessons()
        self._now_s = 0.0

    def cue(self, cue: Cue) -> None:
        """Learns from the interview whose turn it is."""
        self._signal.cue(cue)

    def playback(self, told: Playback | PlaybackStopped) -> None:
        """Learns what the recruiter's loudspeaker plays, so that its echo is not taken for speech.

        To be told before the sound is heard, or its first blocks count as anybody's.
        """
        self._echo.playback(told)

    def learn(self, what: Lesson, on: bool) -> list[Event]:
        """Begins a lesson of the green room, or ends it; ``learned`` at its end."""
        return self._lessons.switch(what, on, self._now_s)

    def process_block(self, block: AudioBlock) -> list[Sounded]:
        """Listens to the next 512 samples."""
        before = self._over_gap(block.t_s)
        troubles = self._signal.process_block(block)
        block = self._offset.process_block(block)
        cleaned = self._echo.process_block(block)
        block = cleaned.block
        reading, events = self._voice.measure_block(
            block, cleaned.detect, cleaned.near_end, cleaned.clean, cleaned.beside
        )
        self._echo.hear(self._voice.heard)
        prosody = self._prosody.measure_block(block, reading, self._voice.harmonicity_db)
        troubles += self._signal.update_noise(block, reading)
        utterances = self._collector.process_block(block, events)
        if self._pauses is not None:
            for paused in self._paused.process_block(block, events):
                self._pauses(paused)
        self._lessons.add_block(block, reading)
        self._now_s = block.t_s + len(block.samples) / block.rate_hz
        told = [] if prosody is None else [prosody]
        return [*before, reading, *told, *events, *cleaned.events, *troubles, *utterances]

    def _over_gap(self, t_s: float) -> list[Sounded]:
        # Speech on both sides of sound that was lost is two stretches: each gets its words.
        lost = self._now_s > 0.0 and t_s - self._now_s > _GAP_S
        return self.flush() if lost else []

    def flush(self) -> list[Sounded]:
        """Ends what is open, because the sound has ended or was lost."""
        return [*self._voice.flush(), *self._collector.flush()]


@runtime_checkable
class Resumes(Protocol):
    """A recorded candidate that can go on where a process before this one was killed."""

    def resume(self, started: Sequence[Event]) -> None:
        """Takes the ``answer_started`` events of before; called after ``start``."""
        ...


@dataclass
class HearingWork:
    """What the listening process does in one part of a session.

    Microphone to readings, events, utterances and a WAV file.
    """

    source: SourceSpec
    settings: HearingSettings
    record_to: Path | None = None
    started: tuple[Event, ...] = ()
    """``answer_started`` events of a process before this one that was killed."""

    def load(self) -> None:
        """Has the models in memory, so that those of a part are there in a moment."""
        self.source.load()
        AudioPipeline(self.settings)
        if self.settings.smart_turn and SmartTurn.is_here():
            with contextlib.suppress(ModelError):  # told once the part has begun
                SmartTurn()

    def run(self, link: Link) -> None:
        """Listens until asked to stop, part after part."""
        source = KeptSource(self.source, link.clock)
        if self.started and isinstance(source.opened, Resumes):
            source.opened.resume(self.started)
        work = self
        echo = EchoStage(self.settings.echo)
        try:
            while True:
                begin = _Part(work, link, echo).listen(source)
                if begin is None:
                    return
                before_s = link.clock.origin_s
                link.begin(begin)
                echo.begin(link.clock.origin_s - before_s)
                work = begin.work
                source.begin()
        finally:
            source.close()


class _Part:
    """One part of a session in the listening process."""

    def __init__(self, work: HearingWork, link: Link, echo: EchoStage) -> None:
        self._link = link
        wanted = work.settings.smart_turn and SmartTurn.is_here()
        self._finished = FinishedSpeech() if wanted else None
        self._pipeline = AudioPipeline(
            work.settings,
            chunks=work.settings.speech.recogniser != "none",
            echo=echo,
            pauses=None if self._finished is None else self._finished.ask,
        )
        self._recorder = None if work.record_to is None else SoundRecorder(work.record_to, RATE_HZ)
        self._said_part_over = False

    def listen(self, source: KeptSource) -> Begin | None:
        """Listens until asked to stop, or to begin another part, which is returned."""
        link = self._link
        microphone: Microphone = source.opened
        link.ready()
        try:
            while not link.stopping:
                link.beat()
                begin = self._obey(microphone)
                if begin is not None:
                    return begin
                try:
                    block = microphone.read()
                except DeviceError as error:
                    begin = self._lose(microphone, source, error)
                    if begin is not None:
                        return begin
                    continue
                self._pass_on_events(microphone, source)
                if block is None:
                    return self._idle(microphone)
                # what the loudspeaker took meanwhile may be heard in this very block
                begin = self._obey(microphone)
                if begin is not None:
                    return begin
                self._take(source.dated(block))
            return None
        finally:
            self._close()

    def _take(self, block: AudioBlock) -> None:
        for item in self._pipeline.process_block(block):
            self._link.post(item)
        if self._finished is not None:
            for event in self._finished.told(self._link.clock.now()):
                self._link.post(event)
        if self._recorder is None:
            return
        try:
            self._recorder.write(block)
        except StorageError as error:
            message = f"{error}; your voice is no longer recorded"
            self._link.event("record", "unavailable", message=message)
            self._recorder = None

    def _pass_on_events(self, microphone: Microphone, source: KeptSource) -> None:
        events = microphone.events() if isinstance(microphone, PostsEvents) else []
        for event in events:
            self._link.post(source.dated(event))
            self._said_part_over = self._said_part_over or event.kind == "part_over"
        if microphone.part_over and not self._said_part_over:
            self._said_part_over = True
            self._link.event("microphone", "part_over")

    def _obey(self, microphone: Microphone) -> Begin | None:
        begin: Begin | None = None
        for command in self._link.commands():
            if isinstance(command, Begin):
                begin = command
            elif isinstance(command, Learn):
                for item in self._pipeline.learn(command.what, command.on):
                    self._link.post(item)
            elif isinstance(command, Playback | PlaybackStopped):
                self._pipeline.playback(command)
            else:
                microphone.cue(command)
                self._pipeline.cue(command)
        return begin

    def _lose(self, microphone: Microphone, source: KeptSource, error: DeviceError) -> Begin | None:
        """Tries to get a lost microphone back until it is, or until another part begins."""
        link = self._link
        for item in self._pipeline.flush():
            link.post(item)
        link.event("microphone", "lost", message=str(error))
        while not link.wait_stopping(REOPEN_EVERY_S):
            link.beat()
            begin = self._obey(microphone)
            if begin is not None:
                return begin
            microphone.close()
            try:
                microphone.start(source.clock)
                link.beat()
                microphone.read()  # a device may open and still give nothing
            except DeviceError:
                continue  # still away, as was said
            link.event("microphone", "restored", message=f"{microphone.name} is back")
            break
        return None

    def _idle(self, microphone: Microphone) -> Begin | None:
        # No sound will come any more, but this is no fault: stay, so that nobody counts it as lost.
        while not self._link.wait_stopping(0.1):
            self._link.beat()
            begin = self._obey(microphone)
            if begin is not None:
                return begin
        return None

    def _close(self) -> None:
        if self._finished is not None:
            self._finished.close()
        for item in self._pipeline.flush():
            self._link.post(item)
        if self._recorder is not None:
            with contextlib.suppress(StorageError):  # told when the disk filled
                self._recorder.close()
