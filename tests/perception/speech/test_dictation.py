"""An utterance is understood while it is being spoken, and its end costs little."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from perception.clock import SessionClock
from perception.errors import ModelError
from perception.microphone.decoding import read_sound
from perception.process.link import Begin
from perception.signal.noise_reduction import reduce_noise
from perception.speech.base import Recogniser, SpeechSettings, StreamingRecogniser, create
from perception.speech.dictation import Dictation, RecogniserWork, Transcription
from perception.speech.utterance import Utterance, UtteranceChunk
from perception.speech.word_error_rate import word_error_rate
from perception.types import Event, Words

RATE_HZ = 16_000
CHUNK = 4096
START_S = 20.0

pytestmark = [pytest.mark.data, pytest.mark.slow]


@pytest.fixture(scope="module")
def sphinx() -> Recogniser:
    return create("pocketsphinx")


@pytest.fixture(scope="module")
def spoken(data_dir: Path) -> np.ndarray:
    """ "He began a confused complaint against the wizard ...", full scale 32768."""
    sound = read_sound(data_dir / "speech/librispeech_61-70968-0000.flac")
    return np.round(sound * 32767).astype(np.int16)


SAID = (
    "he began a confused complaint against the wizard who had vanished behind the curtain on "
    "the left"
)


def chunks(samples: np.ndarray, number: int = 0) -> list[UtteranceChunk]:
    starts = range(0, len(samples), CHUNK)
    return [
        UtteranceChunk(number, START_S, at, RATE_HZ, samples[at : at + CHUNK], at == starts[-1])
        for at in starts
    ]


def whole(samples: np.ndarray, number: int = 0) -> Utterance:
    speech = ((START_S, START_S + len(samples) / RATE_HZ),)
    return Utterance(number, START_S, RATE_HZ, samples, False, speech)


def partials(items: Sequence[object]) -> list[Words]:
    return [item for item in items if isinstance(item, Words)]


def test_words_so_far_grow_and_reach_the_last_word_before_the_end(
    sphinx: Recogniser, spoken: np.ndarray
) -> None:
    assert isinstance(sphinx, StreamingRecogniser)
    now = [0.0]
    dictation = Dictation(sphinx, SpeechSettings(partial_every_s=0.5), lambda: now[0])
    told: list[tuple[float, Words]] = []
    for chunk in chunks(spoken):
        now[0] += CHUNK / RATE_HZ
        told += [(now[0], w) for w in partials(list(dictation.transcribe([chunk])))]
    assert len(told) >= 6
    assert np.diff([t for t, _ in told])[:-1].min() > 0.5  # the last one comes with the pause
    lengths = [len(words.text.split()) for _, words in told]
    assert lengths[-1] >= 14 and lengths == sorted(lengths)
    for heard_s, words in told:
        assert not words.final and words.source == "pocketsphinx"
        assert START_S <= words.t_start_s < words.t_end_s <= START_S + heard_s + 0.05
    assert word_error_rate(SAID, told[-1][1].text) < 0.5


def test_final_words_have_times_and_confidence_and_come_fast_once_a_voice_is_known(
    sphinx: Recogniser, spoken: np.ndarray
) -> None:
    dictation = Dictation(sphinx)
    dictation.conclude(whole(spoken))  # now this voice is known
    list(dictation.transcribe(chunks(spoken)))
    (ended,) = dictation.transcribe([whole(spoken)])
    assert isinstance(ended, Transcription)
    assert ended.words.final and word_error_rate(SAID, ended.words.text) < 0.3
    assert all(word.confidence is not None for word in ended.words.words)
    anew = dictation.conclude(whole(spoken, 1))
    assert ended.took_s < 0.6 * anew.took_s
    assert word_error_rate(anew.words.text, ended.words.text) < 0.2
    assert ended.snr_db is not None and 5 < ended.snr_db < 60


def test_lost_and_stale_chunks_do_no_harm(sphinx: Recogniser, spoken: np.ndarray) -> None:
    dictation = Dictation(sphinx)
    direct = dictation.conclude(whole(spoken)).words.text
    some = chunks(spoken)
    assert partials(list(dictation.transcribe([*some[:3], *some[6:]]))) == []  # a gap
    assert dictation.conclude(whole(spoken)).words.text == direct
    assert list(dictation.transcribe(some[4:])) == []  # its beginning went to a process that died
    list(dictation.transcribe(chunks(spoken, 5)))
    assert dictation.conclude(whole(spoken, 6)).words.text == direct  # of another utterance
    shorter = whole(spoken[: len(spoken) // 2], 7)
    list(dictation.transcribe(chunks(spoken, 7)))
    cut = dictation.conclude(shorter).words  # cut before what was handed on
    assert 0 < len(cut.words) < 12


def test_chunks_that_wait_behind_their_utterance_tell_nothing(
    sphinx: Recogniser, spoken: np.ndarray
) -> None:
    dictation = Dictation(sphinx, SpeechSettings(partial_every_s=0.2))
    items = list(dictation.transcribe([*chunks(spoken), whole(spoken)]))
    assert len(items) == 1 and isinstance(items[0], Transcription)
    none = Dictation(sphinx, SpeechSettings(partial_every_s=0))
    assert list(none.transcribe(chunks(spoken, 1))) == []


def test_filled_pauses_are_put_among_the_words(data_dir: Path, sphinx: Recogniser) -> None:
    talk = read_sound(data_dir / "speech/disfluent/acoustic_corpus.wav")
    samples = np.round(talk[int(7.83 * RATE_HZ) : int(11.95 * RATE_HZ)] * 32767).astype(np.int16)
    words = Dictation(sphinx).conclude(whole(samples)).words.words
    assert words[0].text in ("um", "uh")
    assert words[0].start_s - START_S == pytest.approx(8.02 - 7.83, abs=0.15)


def test_noise_is_taken_out_only_below_the_ratio_that_was_set(
    sphinx: Recogniser, spoken: np.ndarray
) -> None:
    level = float(np.sqrt(np.mean((spoken / 32768.0) ** 2) / 10))
    noise = np.random.default_rng(0).normal(0, level * 32768, len(spoken))
    noisy = np.clip(spoken + noise, -32768, 32767).astype(np.int16)
    cleaned = Dictation(sphinx, SpeechSettings(clean_below_db=20.0))
    untouched = Dictation(sphinx, SpeechSettings(clean_below_db=-20.0))
    first, second = cleaned.conclude(whole(noisy)), untouched.conclude(whole(noisy))
    assert first.snr_db == second.snr_db == pytest.approx(10, abs=3)
    by_hand = sphinx.transcribe(reduce_noise(noisy / np.float32(32768), RATE_HZ), RATE_HZ, START_S)
    # not equal: the decoder's own estimate of the noise goes on from one utterance to the next
    distance = word_error_rate(by_hand.text, first.words.text)
    assert distance < word_error_rate(by_hand.text, second.words.text) - 0.2


def test_clear_sound_is_never_cleaned(sphinx: Recogniser, spoken: np.ndarray) -> None:
    sound = spoken / np.float32(32768)
    assert not Dictation(sphinx).wants_reduction(sound, RATE_HZ)


def test_what_comes_late_is_shown_more_rarely_and_at_last_left_to_the_second_pass(
    sphinx: Recogniser, spoken: np.ndarray
) -> None:
    now = [START_S]
    quick = create("pocketsphinx")
    dictation = Dictation(sphinx, now=lambda: now[0], lesser=lambda: quick)
    first = whole(spoken)
    now[0] = START_S + first.span_s + 0.2
    (heard,) = dictation.transcribe([first])
    assert isinstance(heard, Transcription) and not heard.left and heard.words.text
    assert dictation._recogniser is sphinx
    now[0] += 6.0
    slow, late = dictation.transcribe([whole(spoken, 1)])
    assert isinstance(slow, Event) and slow.kind == "slow"
    assert isinstance(late, Transcription) and late.words.text and not late.left
    assert dictation._recogniser is quick, "it goes on with the quicker one"
    assert list(dictation.transcribe(chunks(spoken, 2))) == [], "no words so far any more"
    now[0] += 20.0
    (left,) = dictation.transcribe([whole(spoken, 2)])
    assert isinstance(left, Transcription) and left.left
    assert (left.number, left.words.text, left.took_s) == (2, "", 0.0)


def test_damaged_weights_have_another_recogniser_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    def damaged(name: str) -> dict[str, bytes]:
        raise ModelError("model.bin: is not the file that it should be (its sha256 differs)")

    pytest.importorskip("faster_whisper")
    monkeypatch.setattr("perception.speech.base.is_here", lambda name: True)
    monkeypatch.setattr("perception.speech.speech_faster_whisper.read_files", damaged)
    clock = SessionClock()
    link: Any = Told([Begin(1, clock.origin_s, None)])
    work = RecogniserWork("faster-whisper:base", SpeechSettings(), or_else="pocketsphinx")
    work.run(link)
    # told in the part before, and again in the one that the record is of
    assert [each[0] for each in link.said] == ["event", "ready", "begin", "event", "ready"]
    for _, (source, kind, message) in (link.said[0], link.said[3]):
        assert (source, kind) == ("speech_to_text", "mode")
        assert "sha256 differs" in message and "pocketsphinx listens in its place" in message
    with pytest.raises(ModelError, match="sha256 differs"):
        RecogniserWork("faster-whisper:base", SpeechSettings()).run(link)


class Told:
    """A link whose commands are known beforehand, and what is said over it."""

    stopping = False

    def __init__(self, commands: list[Begin]) -> None:
        self.clock = SessionClock()
        self.said: list[tuple[str, object]] = []
        self._commands = commands

    def event(self, source: str, kind: str, message: str) -> None:
        self.said.append(("event", (source, kind, message)))

    def ready(self) -> None:
        self.said.append(("ready", None))

    def begin(self, begin: Begin) -> None:
        self.said.append(("begin", begin.part))

    def beat(self) -> None:
        """Nobody counts them here."""

    def commands(self) -> list[Begin]:
        self.stopping = not self._commands
        commands, self._commands = self._commands, []
        return commands

    def wait_stopping(self, seconds: float) -> bool:
        return self.stopping


def test_what_was_said_before_it_was_loaded_is_not_behind(
    sphinx: Recogniser, spoken: np.ndarray
) -> None:
    def steps(since_s: float) -> list[str]:
        # it hears half a minute late what was said in the first seconds
        dictation = Dictation(sphinx, now=lambda: START_S + 40.0, since_s=since_s)
        told = list(dictation.transcribe([whole(spoken)]))
        return [item.kind if isinstance(item, Event) else str(item.left) for item in told]  # type: ignore[union-attr]

    assert steps(0.0) == ["slow", "True"], "it is behind, and leaves that to the second pass"
    assert steps(START_S + 40.0) == ["False"]
