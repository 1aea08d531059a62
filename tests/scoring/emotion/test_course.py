"""How somebody may have come across over time, from records in which that is planted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from perception.types import (
    EmotionImpression,
    Event,
    FaceReading,
    PictureReading,
    ProsodyReading,
    VoiceImpression,
)
from scoring.emotion.course import Course, Estimate, course, fuse
from scoring.emotion.observed import Observation
from scoring.record.session import read_session
from scoring.record.writer import SessionWriter
from scoring.rubric import load
from tests.scoring.sessions import Answer, Script

GLAD = (
    "It was a great success and I enjoyed it and we improved much and I am proud of the team "
    "because they helped me and I learned to love good work and the best support and trust"
)
GRIM = (
    "It was a terrible failure and a problem and we lost the worst of it and I hated the stress "
    "because they blamed me and it was difficult and wrong and bad and unfair and painful trouble"
)
PLAIN = (
    "I went to the office on the first day and I wrote the list of all that was there and then "
    "we took the boxes to the other room and put them on the table near the window for a week"
)
Along = Callable[[float], float | None]
"""Session time to a figure, -1...1; None for nothing seen or heard."""
More = Callable[[SessionWriter, float], None]
"""Adds to a record, told when it ends."""


@dataclass(frozen=True)
class Planted:
    """What is told of the candidate, besides the words of two answers."""

    valence: Along | None = None
    """Of the face."""
    lively: Along | None = None
    """Of the face."""
    voice: Along | None = None
    words: tuple[str, str] = (PLAIN, PLAIN)

    def write(
        self, folder: Path, more: Callable[[SessionWriter, float], None] | None = None
    ) -> Path:
        """Writes the record, and more into it."""
        script = Script(
            [
                ("q1", "What do you like?", Answer(self.words[0])),
                ("q2", "And why is that?", Answer(self.words[1])),
            ],
            camera=False,
        )
        script.write(folder)
        answers = read_session(folder).answers
        with SessionWriter(folder, {}, resume=True) as writer:
            for i in range(round(script.end_s * 5)):
                self._face(writer, i / 5)
            for answer in answers:
                for i in range(int((answer.end_s - answer.start_s) * 4)):
                    self._voice(writer, answer.start_s + i / 4)
            if more is not None:
                more(writer, script.end_s)
            writer.close("complete", script.end_s)
        return folder

    def _face(self, writer: SessionWriter, t_s: float) -> None:
        pleasant = None if self.valence is None else self.valence(t_s)
        lively = 0.15 if self.lively is None else self.lively(t_s)
        if pleasant is None or lively is None:
            return
        seen = EmotionImpression({"neutral": 1.0}, pleasant, lively)
        writer.reading(FaceReading(t_s, 0.02, 0.95, 0.0, 0.0, 0.0, faces=1, impression=seen))

    def _voice(self, writer: SessionWriter, t_s: float) -> None:
        heard = None if self.voice is None else self.voice(t_s)
        if heard is not None:
            impression = VoiceImpression(heard)
            writer.reading(ProsodyReading(t_s, 4.0, 120.0, impression=impression))


def found(folder: Path, planted: Planted, more: More | None = None) -> Course:
    made = course(read_session(planted.write(folder, more)))
    assert made is not None
    return made


def width(estimate: Estimate) -> float:
    return estimate.high - estimate.low


def always(value: float) -> Along:
    return lambda t_s: value


NOTHING = fuse([])


def test_knowing_nothing_is_as_usual_and_too_wide_to_tell() -> None:
    table = load("emotion")
    assert NOTHING.mean == 0.0 and NOTHING.sd == pytest.approx(table["prior_sd"])
    assert not NOTHING.told and NOTHING.sources == () and NOTHING.leaning == 0
    assert width(NOTHING) > table["widest"]


def test_one_source_alone_gives_the_regression_of_its_agreement(tmp_path: Path) -> None:
    """The best guess is r times the figure's own distance, its error what r leaves."""
    table = load("emotion")
    cue, prior = table["voice"]["arousal"], table["prior_sd"]
    made = found(tmp_path / "s", Planted(voice=always(cue["spread"])))
    estimate = made.answers[0].stretch.arousal
    assert estimate.sources == ("voice",) and estimate.coverage > 0.95
    assert estimate.mean == pytest.approx(cue["agreement"] * prior, abs=0.005)
    assert estimate.sd == pytest.approx(prior * (1 - cue["agreement"] ** 2) ** 0.5, abs=0.005)
    # how pleasant a voice sounds is not guessed, and plain words say nothing of it
    assert made.answers[0].stretch.valence == NOTHING


def test_a_source_that_is_missing_only_widens(tmp_path: Path) -> None:
    glad = Planted(always(0.5), always(0.4), always(0.5), (GLAD, GLAD))
    whole = found(tmp_path / "whole", glad)
    without = course(read_session(tmp_path / "whole"), ("face",))
    wordless = course(read_session(tmp_path / "whole"), ("words",))
    voiceless = course(read_session(tmp_path / "whole"), ("voice",))
    assert without and wordless and voiceless
    for n in range(2):
        full = whole.answers[n].stretch
        assert full.valence.sources == ("face", "words")
        assert full.arousal.sources == ("face", "voice")
        assert full.valence.mean > 0 and full.arousal.mean > 0
        for whole_of, estimate in (
            (full.valence, without.answers[n].stretch.valence),
            (full.arousal, without.answers[n].stretch.arousal),
            (full.valence, wordless.answers[n].stretch.valence),
            (full.arousal, voiceless.answers[n].stretch.arousal),
        ):
            assert width(whole_of) < width(estimate) < width(NOTHING)
            # and is not taken for a zero: the rest still speaks for the same side
            assert estimate.mean > 0
        assert wordless.answers[n].stretch.arousal == full.arousal


def test_sources_that_contradict_each_other_widen(tmp_path: Path) -> None:
    agreed = found(tmp_path / "a", Planted(always(0.4), always(0.55), always(0.8)))
    at_odds = found(tmp_path / "b", Planted(always(0.4), always(0.55), always(-0.95)))
    one, other = agreed.answers[0].stretch.arousal, at_odds.answers[0].stretch.arousal
    assert one.sources == other.sources == ("face", "voice")
    assert width(other) > 1.02 * width(one)
    assert abs(other.mean) < one.mean and other.leaning == 0 and one.leaning == 1


def test_the_further_apart_the_wider_and_never_wider_than_nothing() -> None:
    def pair(apart: float) -> float:
        return width(
            fuse([Observation("face", apart, 0.05, 1.0), Observation("voice", -apart, 0.05, 1.0)])
        )

    widths = [pair(x / 10) for x in range(12)]
    assert widths == sorted(widths) and widths[-1] > 1.3 * widths[0]
    assert pair(50.0) <= width(NOTHING) + 1e-9
    assert pair(0.0) < width(fuse([Observation("face", 0.0, 0.05, 1.0)]))


def test_more_coverage_narrows_and_below_half_nothing_is_told(tmp_path: Path) -> None:
    widths, told = [], []
    for n, part in enumerate((0.2, 0.4, 0.6, 0.8, 1.0)):

        def seen(t_s: float, part: float = part) -> float | None:
            return 0.4 if t_s % 1.0 < part - 0.01 else None

        estimate = found(tmp_path / f"s{n}", Planted(seen)).answers[0].stretch.valence
        widths.append(width(estimate))
        told.append(estimate.told)
        assert (estimate.coverage < 0.5) == (estimate.why == load("emotion")["say"]["short"])
    assert widths == sorted(widths, reverse=True) and widths[0] > 1.05 * widths[-1]
    assert not told[0] and told[-1]


def test_doubts_widen_and_serious_ones_silence(tmp_path: Path) -> None:
    lively = Planted(always(0.4), always(0.5), always(0.6))
    sure = found(tmp_path / "sure", lively).answers[0].stretch

    def noise(writer: SessionWriter, end_s: float) -> None:
        writer.event(Event(1.0, "microphone", "noisy"))

    noisy = found(tmp_path / "noisy", lively, more=noise).answers[0].stretch
    assert noisy.arousal.sources == ("face", "voice")
    assert width(noisy.arousal) > width(sure.arousal)
    assert noisy.valence == sure.valence  # of a face, noise is no doubt

    def dark(writer: SessionWriter, end_s: float) -> None:
        for i in range(int(end_s)):
            writer.reading(PictureReading(float(i), problems=("dark",)))

    dim = found(tmp_path / "dark", lively, more=dark).answers[0].stretch
    assert width(dim.valence) > width(sure.valence) and width(dim.arousal) > width(sure.arousal)

    def both(writer: SessionWriter, end_s: float) -> None:
        noise(writer, end_s)
        writer.event(Event(1.0, "microphone", "clipping"))

    loud = found(tmp_path / "loud", lively, more=both).answers[0].stretch
    assert loud.arousal.sources == ("face",)  # 0.6 of 0.6 is less than may be spoken of


def test_a_course_is_followed(tmp_path: Path) -> None:
    """Calm until the second question, then lively."""
    script = Planted().write(tmp_path / "plain")
    turn = read_session(script).questions[1].asked_s

    def rising(t_s: float) -> float:
        return -0.8 if t_s < turn else 0.8

    def face(t_s: float) -> float:
        return 0.0 if t_s < turn else 0.5

    made = found(tmp_path / "s", Planted(always(0.0), face, rising))
    first, second = (answer.stretch.arousal for answer in made.answers)
    assert first.leaning == -1 and second.leaning == 1
    assert abs(made.answers[0].stretch.valence.mean) < 0.02
    before = [s.arousal.mean for s in made.steps if s.span[1] <= turn]
    after = [s.arousal.mean for s in made.steps if s.span[0] >= turn]
    assert len(before) >= 3 and len(after) >= 3 and max(before) < min(after)
    assert [s.span[0] for s in made.steps] == [5.0 * n for n in range(len(made.steps))]
    assert made.steps[-1].span[1] == read_session(tmp_path / "s").duration_s


def test_words_turn_it_a_little_and_never_tell_it_alone(tmp_path: Path) -> None:
    made = found(tmp_path / "s", Planted(always(0.0), words=(GLAD, GRIM)))
    glad, grim = (answer.stretch.valence for answer in made.answers)
    assert glad.mean > 0.02 and grim.mean < -0.02 and glad.sources == ("face", "words")
    # far less than a face that smiles
    smiling = found(tmp_path / "smile", Planted(always(0.6))).answers[0].stretch.valence
    assert smiling.mean > 2 * glad.mean
    alone = Planted(words=(GLAD, GRIM)).write(tmp_path / "alone")
    assert course(read_session(alone)) is None


def test_a_session_of_three_hours_has_no_more_steps_than_can_be_drawn(tmp_path: Path) -> None:
    planted = Planted(always(0.2))
    planted.write(tmp_path / "s")
    with SessionWriter(tmp_path / "s", {}, resume=True) as writer:
        writer.close("complete", 3 * 3600.0)
    made = course(read_session(tmp_path / "s"))
    assert made is not None and len(made.steps) == load("emotion")["most_steps"]
    assert made.steps[-1].span[1] == pytest.approx(3 * 3600.0)
    assert made.steps[-1].valence.why == load("emotion")["say"]["short"]
