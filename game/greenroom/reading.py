"""The step of the green room in which a sentence is read: level, clarity, and what is understood.

Pure logic, as :mod:`game.greenroom.steps`.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from game.greenroom.sentence import Sentence, Understood, understood
from game.greenroom.settings import GreenRoomSettings
from game.greenroom.sound import DIGITAL_SILENCE_DBFS, SOUND_ADVICE, Listening, SoundVerdict
from game.greenroom.steps import Order, Shown
from perception.calibration import VoiceBaseline
from perception.pipeline.hearing import Heard
from perception.pipeline.seeing import Seen
from perception.signal.levels import LOWEST_DBFS
from perception.types import SPEECH, Event, VoiceReading, Words
from perception.voice.baseline import WHISPERED

LOUDEST_DBFS = -10.0
"""dBFS of speech above which its peaks come near full scale (crest factor of speech: 12 dB)."""


class SentenceStep(Listening):
    """A sentence that is read: how loud it came, and what of it was understood.

    It is read, then checked, then the result is shown. The recogniser's words may still come after
    the step: :meth:`take_words` goes on taking them.

    Args:
        settings: how long.
        sentence: what is read.
        recogniser: name of the recogniser that listens; "none" for none.
        order: takes what is to be done.

    Attributes:
        heard_s: seconds of speech.
        clipped: whether the microphone was overdriven.
        read: what the ear learned of the sentence, by name; None before.
        room: what is wrong with the room, if anything.
        recogniser_trouble: why no words come, in one line; None while well.
    """

    name = "sentence"
    _SLOWEST_SPS = 2.5
    """Syllables per second below which people who read a sentence make long pauses."""
    _SYLLABLES_OFF = 0.2
    """Share by which the syllables that were counted may differ from those of the sentence."""

    def __init__(
        self,
        settings: GreenRoomSettings,
        sentence: Sentence,
        recogniser: str,
        order: Callable[[Order], None],
    ) -> None:
        length_s = settings.sentence_s + settings.check_s + settings.result_s
        super().__init__(length_s)
        self.heard_s = 0.0
        self.clipped = False
        self.settings = settings
        self.sentence = sentence
        self.recogniser = recogniser
        self.recogniser_trouble: str | None = None
        self.noise_dbfs: float | None = None
        self.room: Literal["noisy", "hum"] | None = None
        self.read: dict[str, Any] | None = None
        self._levels: list[float] = []
        self._loudest_dbfs = LOWEST_DBFS
        self._last_s: float | None = None
        self._begun = self._listens = False
        self._read_s: float | None = None
        self._checked_s: float | None = None
        self._pending = 0
        self._owed = False
        self._finals: dict[float, str] = {}
        self._partial = ""
        self._order = order

    def begin(self, t_s: float) -> None:
        """It is this step's turn."""
        super().begin(t_s)
        self._begun = self._listens = True
        self._order(Order("learn", "voice"))
        self._order(Order("turn"))

    def end(self) -> None:
        """The next step's turn comes."""
        self._close_ears()

    # -- in ------------------------------------------------------------------------------------

    def observe(self, item: Seen | Heard) -> None:
        """Something was seen or heard."""
        super().observe(item)
        if isinstance(item, Event) and (item.source, item.kind) == ("microphone", "clipping"):
            self.clipped = True
        if not isinstance(item, VoiceReading) or item.t_s < self.begun_s:
            return
        self._loudest_dbfs = max(self._loudest_dbfs, item.level_dbfs)
        if item.speech < SPEECH or self._read_s is not None:
            return
        self.heard_s += item.span_s
        self._last_s = item.t_s
        self._levels.append(item.level_dbfs)

    def take_words(self, item: Seen | Heard) -> None:
        """Takes words, and what is said of the recogniser; also when the step is over."""
        if isinstance(item, Event) and item.source == "speech_to_text":
            if item.kind == "pending":
                self._pending = int(item.data["count"])
                self._owed = self._owed or (self._begun and self._pending > 0)
            elif item.kind in ("unavailable", "lost"):
                self.recogniser_trouble = str(item.data.get("message", "no words come"))
            elif item.kind == "restored":
                self.recogniser_trouble = None
        elif isinstance(item, Words) and self._begun and item.t_end_s > self.begun_s:
            if item.final:
                self._finals[item.t_start_s] = item.text
                self._partial = ""
            else:
                self._partial = item.text

    def learned(self, data: dict[str, Any]) -> None:
        """What the ear made of the sentence; comes a moment after it was read."""
        self.read = data

    # -- what was found ------------------------------------------------------------------------

    @property
    def speech_dbfs(self) -> float | None:
        """Median level of speech, dBFS; None where there was hardly any."""
        return statistics.median(self._levels) if self.heard_s >= 0.3 else None

    @property
    def snr_db(self) -> float | None:
        """dB that the voice alone stands above the room's noise; None where either is unknown."""
        level, noise = self.speech_dbfs, self.noise_dbfs
        if level is None or noise is None or noise <= DIGITAL_SILENCE_DBFS:
            return None
        voice = 10 ** (level / 10) - 10 ** (noise / 10)
        return 10 * float(np.log10(voice)) - noise if voice > 0 else 0.0

    @property
    def understood(self) -> Understood | None:
        """What of the sentence was understood; None where no recogniser has had all of it."""
        if self.recogniser == "none" or not self._answered:
            return None
        return understood(self.sentence, self._text())

    def _text(self, partial: str = "") -> str:
        texts = [self._finals[at] for at in sorted(self._finals)]
        return " ".join([*texts, partial])

    @property
    def was_read(self) -> bool | None:
        """Whether it was this sentence that was said; None where that cannot be told.

        By its words where a recogniser listens, else by the number of its syllables.
        """
        found = self.understood
        if found is not None and found.heard:
            return found.share >= 0.3
        syllables = None if self.read is None else self.read.get("syllables")
        if not syllables:
            return None
        return abs(syllables / self.sentence.syllables - 1.0) <= self._SYLLABLES_OFF

    @property
    def words_per_min(self) -> float | None:
        """Words per minute, pauses included; None where it was not the sentence that was said."""
        if self.read is None or not self.was_read or self.read["span_s"] <= 0:
            return None
        return 60.0 * len(self.sentence.words) / float(self.read["span_s"])

    @property
    def voice(self) -> VoiceBaseline | None:
        """The candidate's own voice; None where nothing was said, and of whispers."""
        if self.read is None or self.speech_dbfs is None or self.whispered:
            return None
        names = [each.name for each in dataclasses.fields(VoiceBaseline)]
        return VoiceBaseline.of_table({name: self.read.get(name) for name in names})

    def verdict(self) -> SoundVerdict:
        """How the sentence came through."""
        level, s, snr = self.speech_dbfs, self.settings, self.snr_db
        if level is None:
            return "muted" if self._loudest_dbfs <= DIGITAL_SILENCE_DBFS else "unheard"
        if self.clipped:
            return "clipping"
        if self.whispered:
            return "whisper"
        if level < s.too_quiet_dbfs:
            return "quiet"
        if self.room == "hum" or (snr is not None and snr < s.least_snr_db):
            return self.room or "noisy"
        return "ok"

    @property
    def whispered(self) -> bool:
        """Whether hardly any of what was said is voiced."""
        share = None if self.read is None else self.read.get("voiced_share")
        return share is not None and self.heard_s >= 1.0 and share < WHISPERED

    # -- how far it is -------------------------------------------------------------------------

    def over(self, t_s: float) -> bool:
        """Whether its result was shown; reading, checking and showing follow each other here."""
        s = self.settings
        if self._read_s is None:
            if not self._is_read(t_s) and t_s - self.begun_s < s.sentence_s:
                return False
            self._read_s = t_s
            self._close_ears()
        if self._checked_s is None:
            waited_s = t_s - self._read_s
            if self._is_waited_for and waited_s < s.check_s:
                return False
            self._checked_s = t_s
        return t_s - self._checked_s >= s.result_s

    def _is_read(self, t_s: float) -> bool:
        """Whether a pause says that the sentence is at its end."""
        if self._last_s is None or self.heard_s < 1.0:
            return False
        short = self.heard_s < 0.4 * self.sentence.syllables / self._SLOWEST_SPS
        ended = understood(self.sentence, self._text(self._partial)).right[-1]
        pause_s = 0.6 if ended else 2.0 if short else 1.0
        return t_s - self._last_s >= pause_s

    @property
    def _answered(self) -> bool:
        """Whether the recogniser had what was said, and owes no words any more."""
        return self._owed and not self._listens and not self._pending

    @property
    def _is_waited_for(self) -> bool:
        if self.heard_s < 0.3:
            return False  # nothing was said that words could come of
        if self.read is None:
            return True
        recognises = self.recogniser != "none" and self.recogniser_trouble is None
        return recognises and not self._answered

    def _close_ears(self) -> None:
        if self._listens:
            self._listens = False
            self._order(Order("learn", "voice", False))

    # -- out -----------------------------------------------------------------------------------

    def show(self, t_s: float) -> Shown:
        """What is to be seen now."""
        line = "Please read this aloud, as loud as you will speak:"
        found, verdict = self.understood, self.verdict()
        said, good, right = "Waiting for your voice ...", None, None
        if self._checked_s is not None:
            line = "This is how you came through:"
            said, good = self._result(found, verdict)
            right = None if found is None or not self.was_read else found.right
        elif self._read_s is not None:
            said = "Thank you. One moment: what did I understand?"
        elif verdict not in ("unheard", "muted"):
            said, good = (
                ("I hear you well.", True) if verdict == "ok" else (SOUND_ADVICE[verdict], False)
            )
        return Shown(
            "Your voice",
            line,
            said,
            good,
            level_dbfs=self.metered_dbfs,
            noise_dbfs=self.noise_dbfs,
            good_dbfs=(self.settings.too_quiet_dbfs, LOUDEST_DBFS),
            sentence=self.sentence.words,
            understood=right,
            working=self._read_s is not None and self._checked_s is None,
        )

    def _result(self, found: Understood | None, verdict: SoundVerdict) -> tuple[str, bool | None]:
        if verdict != "ok":
            return SOUND_ADVICE[verdict], False
        if found is None or not found.heard or not self.was_read:
            return "I hear you well.", True
        return f"I understood {found.count} of {len(found.right)} words.", found.share >= 0.7
