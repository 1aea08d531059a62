"""Timelines of answers: made from given words here, so that no recording is needed."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from game.synthetic.interviews import OPEN_S, RealAnswer, Said, ends_on, read_answers
from game.synthetic.timeline_types import AnswerTimeline
from game.synthetic.timelines import CONTOURS, TimelineSettings, draw_speaker, speak, states
from game.training.turns import COMMON_PEOPLE, common_words, follow, joined, taught
from perception.errors import InputError
from perception.types import CandidateState

TEXT = (
    "um so i worked in a small shop, and we sold bread. it was early in the morning, uh and i "
    "learned to talk with people. let me think… then i went to the university, because i like "
    "numbers. so i study computers now, and i work with a team of four. that was a good year."
)


def answer(times: int = 3) -> RealAnswer:
    words = []
    for piece in TEXT.split() * times:
        text = piece.rstrip(",.…")
        words.append(Said(text, piece[len(text) :]))
    return RealAnswer("p1", OPEN_S, tuple(words))


def spoken(seed: int = 1, **more: Any) -> AnswerTimeline:
    settings = TimelineSettings(**more)
    rng = np.random.default_rng(seed)
    return speak(answer(), draw_speaker(rng, settings), rng, settings)


def test_pauses_stand_where_people_pause_and_are_no_longer_than_allowed() -> None:
    timelines = [spoken(seed, longest_pause_s=1.5, slow_pause_s=1.5) for seed in range(20)]
    holds = [stretch for each in timelines for stretch in each.stretches[:-1]]
    assert all(each.stretches[-1].place == "end" for each in timelines)
    assert min(s.pause_s for s in holds) >= 0.1 and max(s.pause_s for s in holds) <= 1.5
    places = {place: sum(s.place == place for s in holds) for place in CONTOURS}
    assert places["sentence"] > 50 and places["clause"] > 50 and places["filler"] > 10
    assert places["holding"] >= 40  # "let me think" is always followed by a pause
    assert all(
        before.end_s + before.pause_s == pytest.approx(after.start_s)
        for each in timelines
        for before, after in itertools.pairwise(each.stretches)
    )


def test_shares_of_contours_are_whole() -> None:
    assert all(sum(shares) == pytest.approx(1.0, abs=1e-6) for shares in CONTOURS.values())


def test_places_are_told_by_words() -> None:
    words = answer(1).words
    by_text = {word.text: ends_on(words, i) for i, word in enumerate(words)}
    assert by_text["um"] == "filler" and by_text["bread"] == "sentence"
    assert by_text["shop"] == "clause" and by_text["think"] == "holding"
    assert by_text["small"] == ""


def run(seed: int = 1) -> list[CandidateState]:
    timeline = spoken(seed, no_words=0.0)
    return [state for _, _, state in states([timeline], np.random.default_rng(seed))]


def test_states_are_what_hearing_gives() -> None:
    timeline = spoken(1, no_words=0.0)
    seen = run()
    end = next(i for i, s in enumerate(seen) if s.t_s > timeline.end_s + 1.5)
    assert not seen[end].speaking
    ended_s = seen[end].speech_ended_s
    assert ended_s is not None and abs(ended_s - timeline.end_s) < 0.1
    assert any(s.words is not None and not s.words.final for s in seen)
    assert seen[-1].answer_final and len(seen[-1].answer.split()) > 60
    pitches = [s.voice.pitch_hz for s in seen if s.voice is not None]
    assert None in pitches and any(pitch is not None for pitch in pitches)
    assert all(a.t_s < b.t_s for a, b in itertools.pairwise(seen))


def test_the_same_seed_gives_the_same_states() -> None:
    assert run(3) == run(3)
    assert run(3) != run(4)


def test_moments_of_pauses_are_labelled_by_the_truth() -> None:
    pauses = joined([follow([answer()], lambda text: None, seed) for seed in (1, 2)])
    ends = np.unique(pauses.pause[pauses.over])
    assert len(ends) == 2  # one end an answer
    assert len(np.unique(pauses.pause)) > 20
    assert pauses.silence_s.min() >= 0.2
    assert pauses.silence_s[~pauses.over].max() < 4.6
    assert np.isfinite(pauses.inputs).all()


def test_only_what_many_people_say_becomes_a_word_of_the_model() -> None:
    people = [RealAnswer(f"p{i}", 5.0, (Said("yes"),)) for i in range(COMMON_PEOPLE)]
    own = [RealAnswer("p1", 5.0, (Said("smithfield"),))] * 50
    assert common_words([*people, *own]) == ["yes"]


def test_missing_transcripts_are_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="RECRUITER_TEST_DATA"):
        read_answers(tmp_path)


@pytest.mark.data
def test_real_answers_are_read_and_a_quarter_of_the_people_kept_apart(data_dir: Path) -> None:
    answers = read_answers(data_dir)
    people = {a.person for a in answers}
    kept = {p for p in people if not taught(p)}
    assert len(answers) > 500 and len(people) > 90
    assert 0.15 < len(kept) / len(people) < 0.35
    assert all(a.words[-1].after == "." for a in answers)
    assert sum(w.after == "|" for a in answers for w in a.words) > 100


def test_settings_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="no_words"):
        TimelineSettings(no_words=2.0)
    with pytest.raises(ValueError, match="longest_pause_s"):
        TimelineSettings(longest_pause_s=6.0)


def test_smart_turns_word_is_drawn_beside_all_else_and_comes_with_each_pause() -> None:
    plain = spoken(4, no_words=0.0)
    judged = spoken(4, no_words=0.0, smart_turn_pauses=(0.02, 0.9), smart_turn_ends=(0.6,))
    assert [s.start_s for s in judged.stretches] == [s.start_s for s in plain.stretches]
    assert [s.contour for s in judged.stretches] == [s.contour for s in plain.stretches]
    assert all(s.finished is None for s in plain.stretches)
    assert judged.stretches[-1].finished == 0.6
    assert {s.finished for s in judged.stretches[:-1]} == {0.02, 0.9}
    seen = [state for _, _, state in states([judged], np.random.default_rng(4))]
    assert seen[-1].finished == (pytest.approx(judged.end_s), 0.6)
    told = {state.finished for state in seen} - {None}
    long = [s for s in judged.stretches if s.pause_s >= 0.5]
    assert len(told) >= len(long)


def test_who_hears_them_is_drawn_as_asked_for() -> None:
    def recognisers(**more: Any) -> set[str]:
        settings = TimelineSettings(no_words=0.0, **more)
        rng = np.random.default_rng(1)
        return {draw_speaker(rng, settings).recogniser for _ in range(40)}

    assert recognisers(pocketsphinx=0.0) == {"whisper"}
    assert recognisers(pocketsphinx=1.0) == {"pocketsphinx"}
    assert recognisers() == {"whisper", "pocketsphinx"}
