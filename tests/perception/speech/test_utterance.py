"""Sound is cut into utterances where it should be, and open ones are handed on in chunks."""

from __future__ import annotations

import numpy as np
import pytest

from perception.speech.base import SpeechSettings
from perception.speech.utterance import Utterance, UtteranceChunk, UtteranceCollector
from perception.types import AudioBlock, Event

RATE_HZ = 16_000
BLOCK = 512


class Talk:
    """Feeds a collector with noise of given loudness and the events of given stretches."""

    def __init__(self, settings: SpeechSettings | None = None, chunks: bool = False) -> None:
        self.collector = UtteranceCollector(settings, chunks)
        self.items: list[Utterance | UtteranceChunk] = []
        self.rng = np.random.default_rng(0)
        self.n = 0

    @property
    def now_s(self) -> float:
        return self.n * BLOCK / RATE_HZ

    @property
    def done(self) -> list[Utterance]:
        return [item for item in self.items if isinstance(item, Utterance)]

    @property
    def chunks(self) -> list[UtteranceChunk]:
        return [item for item in self.items if isinstance(item, UtteranceChunk)]

    def run(self, seconds: float, loud: float = 0.1, event: str | None = None) -> Talk:
        at_s = self.now_s
        for first in [True] + [False] * (round(seconds * RATE_HZ / BLOCK) - 1):
            samples = self.rng.normal(0, loud, BLOCK).astype(np.float32)
            events = []
            if first and event is not None:
                events = [Event(at_s, "microphone", event, {"t_s": at_s})]
            self.items += self.collector.process_block(
                AudioBlock(self.now_s, RATE_HZ, samples), events
            )
            self.n += 1
        return self

    def speak(self, seconds: float, pause_s: float) -> Talk:
        self.run(seconds, 0.1, "speech_start")
        return self.run(pause_s, 0.001, "speech_end")


def test_short_pauses_join_and_long_ones_part() -> None:
    talk = Talk().run(1.0, 0.001).speak(1.0, 0.35).speak(1.0, 1.0).speak(1.0, 1.0)
    spans = [(u.t_start_s, u.t_start_s + u.span_s) for u in talk.done]
    assert len(spans) == 2
    assert spans[0] == pytest.approx((0.8, 3.55), abs=0.1)
    assert spans[1] == pytest.approx((4.15, 5.55), abs=0.1)
    assert [u.number for u in talk.done] == [0, 1]


def test_after_a_long_stretch_any_pause_ends_the_utterance() -> None:
    talk = Talk().speak(5.0, 0.35).speak(1.0, 1.0)
    assert [u.continues for u in talk.done] == [False, False]
    assert talk.done[0].span_s == pytest.approx(5.2, abs=0.1)


def test_endless_speech_is_cut_where_it_is_quietest_and_nothing_is_lost() -> None:
    talk = Talk().run(12.0, 0.1, "speech_start").run(0.2, 0.01).run(8.0).run(1.0, 0.0, "speech_end")
    first, second = talk.done
    assert first.continues and not second.continues
    cut_s = first.t_start_s + first.span_s
    assert 11.9 < cut_s < 12.3
    assert second.t_start_s == pytest.approx(cut_s, abs=1 / RATE_HZ)
    assert second.t_start_s + second.span_s == pytest.approx(20.2 + 0.2, abs=0.1)


def test_missing_sound_ends_an_utterance() -> None:
    talk = Talk().run(1.0, 0.1, "speech_start")
    talk.n += 100
    talk.run(0.5)
    assert len(talk.done) == 1
    assert talk.done[0].span_s == pytest.approx(1.0, abs=0.05)


def test_samples_are_kept_as_they_were() -> None:
    talk = Talk().run(0.5, 0.001)
    sound = talk.rng.bit_generator.state
    talk.speak(1.0, 1.0)
    again = np.random.default_rng(0)
    again.bit_generator.state = sound
    spoken = again.normal(0, 0.1, BLOCK).astype(np.float32)
    (utterance,) = talk.done
    offset = round((15 * BLOCK / RATE_HZ * 1.0 + 0.0 - utterance.t_start_s) * RATE_HZ) + BLOCK
    assert utterance.floats()[offset : offset + BLOCK] == pytest.approx(spoken, abs=1 / 32768)


def test_chunks_add_up_to_the_utterance() -> None:
    talk = Talk(chunks=True).run(1.0, 0.001).speak(1.3, 0.35).speak(1.0, 1.0)
    (utterance,) = talk.done
    assert [p.offset for p in talk.chunks] == list(
        np.cumsum([0, *(len(p.samples) for p in talk.chunks[:-1])])
    )
    assert {(p.number, p.t_start_s) for p in talk.chunks} == {(0, utterance.t_start_s)}
    together = np.concatenate([p.samples for p in talk.chunks])
    assert np.array_equal(together, utterance.samples[: len(together)])
    assert len(utterance.samples) - len(together) < 0.3 * RATE_HZ
    assert all(len(p.samples) < 0.6 * RATE_HZ for p in talk.chunks)


def test_a_pause_is_told_once_and_what_came_by_then_is_the_whole_utterance() -> None:
    talk = Talk(chunks=True).run(1.0, 0.001).speak(1.3, 0.35).speak(1.0, 1.0)
    paused = [i for i, p in enumerate(talk.chunks) if p.paused]
    assert len(paused) == 2
    assert paused[-1] == len(talk.chunks) - 1
    last = talk.chunks[-1]
    assert last.offset + len(last.samples) == len(talk.done[0].samples)


def test_without_a_recogniser_no_chunks_are_made() -> None:
    assert Talk().run(1.0, 0.001).speak(2.0, 1.0).chunks == []


def test_a_cut_utterance_ends_its_pieces_and_the_next_begins_anew() -> None:
    talk = Talk(chunks=True).run(14.0, 0.1, "speech_start").run(0.2, 0.01).run(3.0)
    (utterance,) = talk.done
    of_next = [p for p in talk.chunks if p.number == 1]
    assert of_next[0].offset == 0
    end_s = utterance.t_start_s + utterance.span_s
    assert of_next[0].t_start_s == pytest.approx(end_s, abs=1 / RATE_HZ)


def test_an_utterance_knows_where_speech_was_and_how_loud_the_room_is() -> None:
    talk = Talk().run(4.0, 0.001).speak(1.0, 0.35).speak(1.0, 1.0)
    (utterance,) = talk.done
    assert [round(b - a, 1) for a, b in utterance.speech] == [1.0, 1.0]
    assert utterance.speech[0][0] == pytest.approx(4.0, abs=0.05)
    assert utterance.noise_dbfs == pytest.approx(-60.0, abs=1.0)
