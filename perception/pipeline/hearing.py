"""Hearing: the handle that the program holds of its ear and its recogniser."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace
from pathlib import Path

from perception import troubles
from perception.clock import SessionClock
from perception.echo.stage import Playback, PlaybackStopped
from perception.pipeline.audio import Heard, HearingSettings, HearingWork, Sounded
from perception.pipeline.recording import SoundObservation, observe_sound
from perception.process.supervisor import RestartSettings, Supervisor
from perception.process.worker import WorkerProcess, WorkerSettings
from perception.source import SourceSpec
from perception.speech.base import choose
from perception.speech.dictation import RecogniserWork, Transcription
from perception.speech.recognition_confidence import RecognitionConfidence
from perception.speech.spoken_language import LanguageWatch
from perception.speech.utterance import Utterance, UtteranceChunk
from perception.speech.vocabulary import Vocabulary
from perception.types import Cue, Event, Words
from perception.voice.baseline import Learn, Lesson

__all__ = ["Heard", "Hearing", "HearingSettings", "SoundObservation", "observe_sound"]

RECOGNISER_SILENT_AFTER_S = 45.0
"""A recogniser at work cannot beat; three times its longest utterance is more than it needs."""
RECOGNISER_HUNG_AFTER_S = 900.0
"""On a busy machine it may need much more, and a new one would only begin again: one that uses its
processor is left alone for so long."""


class Hearing:
    """Handle of the hearing processes: an ear, and a recogniser if there is one.

    Events of its own: ``speech_to_text`` ``pending`` with ``count``, the utterances heard (the one
    being spoken included) whose words are not yet known; and what the workers' handles say of
    workers that died, under the sources ``microphone`` and ``speech_to_text``. A worker that died
    is started again by ``poll``, see :class:`~perception.process.supervisor.Supervisor`; the
    recogniser then gets again what it had not answered. Where recognition falls behind it says
    ``slow`` once. Once per utterance, ``speech_to_text``
    ``snr`` with ``snr_db``, speech over noise, where it is known; ``unclear`` once it shows
    that the recogniser does not understand this candidate, ``other_language`` once they speak
    another one.

    While an utterance is being spoken its words so far come with ``final`` False. They are always
    followed by final words, which are empty where nothing was understood after all.

    Args:
        source: the microphone, opened in the worker.
        origin_s: ``time.monotonic()`` at session time 0.
        settings: what to do with the sound.
        record_to: WAV file to write the candidate's sound to; sample index = session time * rate.
        vocabulary: words that the recogniser should lean towards.

    Attributes:
        recogniser: name of the recogniser in use, or "none".
        decode_s: seconds of each utterance, and seconds that its recognition took.
        spoken: all that was said since the session began, as sound in memory: the second pass makes
            the report's words from it where no recording was agreed to.

    Raises:
        InputError: the settings name a recogniser that does not exist.
        ModelError: they ask for one whose weights are missing.
    """

    decode_s: list[tuple[float, float]]
    spoken: list[Utterance]
    _waiting: dict[int, Utterance]
    _suspect: int | None
    _unanswered: Cue | None
    _backlog: list[Heard]

    def __init__(
        self,
        source: SourceSpec,
        origin_s: float,
        settings: HearingSettings | None = None,
        record_to: Path | None = None,
        vocabulary: Vocabulary | None = None,
    ) -> None:
        settings = settings or HearingSettings()
        name = choose(settings.speech.recogniser, settings.speech.language)
        self.recogniser = name.partition(":")[0]
        self._settings = settings
        self._clock = SessionClock(origin_s)
        self._ear_work = HearingWork(source, settings, record_to)
        restart = RestartSettings(settings.restarts, settings.restart_after_s)
        self._ear = Supervisor(WorkerProcess("microphone", self._ear_work, origin_s), restart)
        self._decoder: Supervisor | None = None
        if self.recogniser != "none":
            speech = settings.speech
            fallback = "pocketsphinx" if self.recogniser != "pocketsphinx" else None
            if speech.recogniser != "auto" or speech.language != "en":
                fallback = None  # what was asked for by name, or nothing
            self._decoder_work = RecogniserWork(name, speech, vocabulary or Vocabulary(), fallback)
            watch = WorkerSettings(
                silent_after_s=RECOGNISER_SILENT_AFTER_S, hung_after_s=RECOGNISER_HUNG_AFTER_S
            )
            worker = WorkerProcess("speech_to_text", self._decoder_work, origin_s, watch)
            self._decoder = Supervisor(worker, restart)
        self._number = 0
        self._forget()

    @property
    def pids(self) -> dict[str, int | None]:
        """Process ids by source."""
        return {each.worker.source: each.worker.pid for each in self._supervisors()}

    @property
    def ready(self) -> bool:
        """Whether ear and recogniser are set up."""
        return all(each.worker.ready for each in self._supervisors())

    @property
    def settled(self) -> bool:
        """Whether it is known how opening ear and recogniser went: they run, or they cannot."""
        return all(each.settled for each in self._supervisors())

    @property
    def listening(self) -> bool:
        """Whether it is known how opening the ear went, whatever the recogniser still loads."""
        return self._ear.settled

    @property
    def dropped(self) -> int:
        """Items lost because nobody polled."""
        return sum(each.worker.dropped for each in self._supervisors())

    @property
    def memory_mb(self) -> float:
        """Resident memory of the processes at their last signs of life."""
        return sum(each.worker.memory_mb for each in self._supervisors())

    def start(self) -> None:
        """Starts the workers; does not wait for them."""
        for each in self._supervisors():
            each.worker.start()

    def prepare(self) -> None:
        """Starts the workers, which load their models; the microphone is opened by :meth:`begin`.

        Returns at once.
        """
        self._ear.worker.prepare()
        if self._decoder is not None:
            self._decoder.worker.start()  # it opens nothing

    def begin(self, origin_s: float, record_to: Path | None = None) -> None:
        """Begins a new part of the session; never blocks, :attr:`settled` says when it runs.

        A device stays open and the recogniser loaded; a recorded candidate begins anew, and what
        waited for its words is forgotten.

        Args:
            origin_s: ``time.monotonic()`` at the part's session time 0.
            record_to: WAV file to write the candidate's sound to; None for none.
        """
        self._clock.origin_s = origin_s
        self._forget()
        self._ear_work = HearingWork(self._ear_work.source, self._settings, record_to)
        self._ear.worker.begin(self._ear_work, origin_s)
        if self._decoder is not None:
            self._decoder.worker.begin(self._decoder_work, origin_s)

    def poll(self) -> list[Heard]:
        """All that was heard since the last call, in order; never blocks."""
        heard, self._backlog = self._backlog, []
        restarts = self._ear.restarts
        for item in self._ear.poll():
            heard += self._from_ear(item)
        if self._ear.restarts > restarts:
            self._cue_again()
        if self._decoder is not None:
            restarts = self._decoder.restarts
            self._send_waiting()
            for item in self._decoder.poll():
                heard += self._from_decoder(item)
            if self._decoder.restarts > restarts:
                self._send_again()
            if self._decoder.given_up:
                self._waiting.clear()
                self._unsent.clear()
                heard += self._take_back()
        return heard + self._pending()

    def cue(self, cue: Cue) -> None:
        """Passes a cue to a recorded or synthetic candidate."""
        self._unanswered = None if cue.kind == "close" else cue
        self._ear.worker.send(cue)

    def playback(self, played: Playback | PlaybackStopped) -> None:
        """Tells of sound that goes to a real loudspeaker, so that its echo is known for what it is.

        To be told before it is heard, or that what was told is cut off; never blocks, and may be
        called from any thread. ``poll`` then brings the events ``echo`` (once a session) and
        ``echo_measured`` (after each stretch of a second or more), see
        :class:`perception.echo.stage.EchoStage`.
        """
        self._ear.worker.send(played)

    def learn(self, what: Lesson, on: bool) -> None:
        """Begins or ends a lesson of the green room; never blocks.

        At its end :meth:`poll` brings an event ``learned``, see
        :meth:`perception.voice.baseline.Lessons.switch`.
        """
        self._ear.worker.send(Learn(what, on))

    def restart(self) -> None:
        """Starts again at once what is down, which ``poll`` would do in its time."""
        if self._ear.restart():
            self._cue_again()
        if self._decoder is not None and self._decoder.restart():
            self._send_again()

    def stop(self, finish_s: float = 10.0) -> None:
        """Ends the workers and finishes the recording; may be called twice.

        What is heard and recognised until then can be polled afterwards.

        Args:
            finish_s: patience for the words of what was said last; 0 gives them up.
        """
        self._ear.worker.stop()
        self._backlog = self.poll()
        if self._decoder is None:
            return
        give_up = time.monotonic() + finish_s
        while self._waiting and self._decoder.worker.alive and time.monotonic() < give_up:
            time.sleep(0.02)
            self._backlog = self.poll()
        self._decoder.worker.stop(timeout_s=1.0)

    def _supervisors(self) -> list[Supervisor]:
        return [self._ear] if self._decoder is None else [self._ear, self._decoder]

    def _forget(self) -> None:
        """Begins with nothing heard; numbers of utterances go on, so that none is mistaken."""
        self.decode_s = []
        self.spoken = []
        self._understanding = RecognitionConfidence(self._settings.understanding)
        self._language = LanguageWatch(
            self._settings.speech.language, self._settings.other_language
        )
        self._waiting = {}
        self._unsent: deque[int] = deque()
        self._suspect = None
        self._unanswered = None
        self._open = False
        self._told_partly = False
        self._pending_said = 0
        self._backlog = []

    def _from_ear(self, item: Sounded) -> list[Heard]:
        if isinstance(item, UtteranceChunk):
            if self._decoder is not None and not self._decoder.given_up and not self._unsent:
                self._decoder.worker.send(replace(item, number=self._number))
            return []
        if isinstance(item, Utterance):
            self._open = item.continues
            self.spoken.append(item)
            if self._decoder is not None and not self._decoder.given_up:
                utterance = replace(item, number=self._number)
                self._number += 1
                self._waiting[utterance.number] = utterance
                self._unsent.append(utterance.number)
            return []
        if isinstance(item, Event):
            if item.kind == "speech_start":
                self._open = True
            elif item.kind == "answer_started":
                self._ear_work.started += (item,)
                self._unanswered = None
            elif item.kind in troubles.GONE and item.source == "microphone":
                self._open = False
        return [item]

    def _from_decoder(self, item: Transcription | Words | Event) -> list[Heard]:
        if isinstance(item, Words):
            self._told_partly = True
        if not isinstance(item, Transcription):
            return [item]
        utterance = self._waiting.pop(item.number, None)
        if utterance is None:
            return []
        if not item.left:
            self.decode_s.append((utterance.span_s, item.took_s))
        heard: list[Heard] = []
        if item.words.text or self._told_partly:
            heard.append(item.words)
        heard += self._understanding.add_words(item.words, self._clock.now())
        heard += self._language.add_words(item.words, self._clock.now())
        self._told_partly = False
        if item.snr_db is not None:
            snr = {"snr_db": round(item.snr_db, 1), "t_s": utterance.t_start_s}
            heard.append(Event(self._clock.now(), "speech_to_text", "snr", snr))
        return heard

    def _take_back(self) -> list[Heard]:
        # Words so far whose utterance will never be answered must not stay as if they were said.
        if not self._told_partly:
            return []
        self._told_partly = False
        now_s = self._clock.now()
        return [Words(now_s, now_s, "", source=self.recogniser)]

    def _cue_again(self) -> None:
        # The process that died may have taken the question with it.
        if self._unanswered is not None:
            self._ear.worker.send(self._unanswered)

    def _send_again(self) -> None:
        # What stood first when the recogniser died may have killed it: try that once more only.
        first = min(self._waiting, default=None)
        if first is not None and first == self._suspect:
            del self._waiting[first]
            self._backlog += self._take_back()
        self._suspect = first
        self._unsent = deque(sorted(self._waiting))
        self._send_waiting()

    def _send_waiting(self) -> None:
        # a recogniser that is starved takes no command for long: nothing said may get lost by that
        assert self._decoder is not None
        while self._unsent:
            utterance = self._waiting.get(self._unsent[0])
            if utterance is not None and not self._decoder.worker.send(utterance):
                return
            self._unsent.popleft()

    def _pending(self) -> list[Heard]:
        recognises = self._decoder is not None and not self._decoder.given_up
        count = len(self._waiting) + (1 if self._open and recognises else 0)
        if count == self._pending_said:
            return []
        self._pending_said = count
        return [Event(self._clock.now(), "speech_to_text", "pending", {"count": count})]
