"""The model of the end of a turn: its words, its sound, and what it does where little is known."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path

import numpy as np
import pytest

from dialogue.turntaking.backchannel_opportunity import opportunity
from dialogue.turntaking.completeness import (
    CLASSES,
    Completeness,
    SentenceEnds,
    Vocabulary,
    word_class,
)
from dialogue.turntaking.end_of_turn import (
    CUES,
    MODEL,
    OPTIONAL,
    PAUSES_S,
    EndOfTurn,
    OwnPauses,
    TurnCues,
    shipped,
)
from dialogue.turntaking.final_sound import SoundEnd, SoundTail
from dialogue.turntaking.settings import TurnSettings
from dialogue.turntaking.turn import TurnDetector, TurnView
from perception.errors import ModelError
from perception.types import CandidateState, VoiceReading
from tests.fakes import Doing, loses, speaks, timeline

FALLING = SoundEnd(-18.0, 0.05, 0.03, 0.05, -7.0, -15.0)
LEVEL = SoundEnd(0.0, 0.5, 0.45, 0.03, 0.0, 0.0)


def odds(cues: TurnCues, pause_s: float, own: OwnPauses | None = None) -> float:
    return float(shipped().log_odds(cues, own or OwnPauses(), np.array([pause_s]))[0])


def cues(text: str = "", sound: SoundEnd | None = None, speech_s: float = 30.0) -> TurnCues:
    said = shipped().completeness.assess(text) if text else None
    return TurnCues(speech_s, 4.0, 48.0, sound or SoundEnd(), said, 0.9 if said else None)


@pytest.mark.parametrize(
    ("done", "open_"),
    [
        ("we finished the project on time", "we finished the"),
        ("that is what i learned from it", "that is what i learned from it and"),
        ("i really like working with people", "i really like working with"),
        ("it was my favorite class last year", "it was my favorite class because"),
    ],
)
def test_unfinished_sentences_are_told_from_finished_ones(done: str, open_: str) -> None:
    tell = shipped().completeness.assess
    finished, unfinished = tell(done), tell(open_)
    assert finished is not None and unfinished is not None
    assert finished.complete > unfinished.complete + 1.0


def test_phrases_fillers_and_marks_are_noticed() -> None:
    tell = shipped().completeness.assess

    def said(text: str):
        found = tell(text)
        assert found is not None
        return found

    assert said("well let me think").holding
    assert said("Let me think about that, um").holding
    assert not said("let me think about the project that we did").holding
    assert said("so yeah").tag and said("I guess that's it.").tag
    assert said("and um").filler and not said("and then").filler
    assert [said(text).mark for text in ("It was.", "it was,", "it was...", "it was")] == [
        *(1, -1, -1, 0)
    ]
    assert said("It took [laughs] two days").words == 4
    assert tell("") is None and tell("...") is None


def test_words_have_classes() -> None:
    told = [word_class(w) for w in ("ummm", "2019", "working", "quickly", "zygote")]
    assert told == ["<filler>", "<number>", "<ing>", "<ly>", "<other>"]
    assert set(told) <= set(CLASSES)


@pytest.mark.parametrize("text", ["", "i went to the", "and so that was it", "yes"])
@pytest.mark.parametrize("sound", [SoundEnd(), FALLING, LEVEL])
def test_an_answer_grows_likelier_to_be_over_as_silence_lasts(text: str, sound: SoundEnd) -> None:
    curve = shipped().log_odds(cues(text, sound), OwnPauses(), PAUSES_S)
    assert np.isfinite(curve).all()
    assert curve[-1] > curve[0] + 2.0
    assert odds(cues(text, sound), 60.0) == pytest.approx(curve[-1])


def test_sound_and_amount_count() -> None:
    assert odds(cues(sound=FALLING), 0.7) > odds(cues(), 0.7) > odds(cues(sound=LEVEL), 0.7)
    assert odds(cues(speech_s=60.0), 0.7) > odds(cues(speech_s=6.0), 0.7)


def test_a_pause_is_weighed_against_the_speakers_own() -> None:
    slow, quick = OwnPauses(), OwnPauses()
    for _ in range(8):
        slow.add(1.8)
        quick.add(0.3)
    assert slow.usual_s() > 2 * quick.usual_s()
    assert odds(cues(), 1.2, quick) > odds(cues(), 1.2, slow)
    assert slow.longer(np.array([1.0]))[0] > 0.6 > 0.1 > quick.longer(np.array([1.0]))[0]


def test_what_is_left_out_counts_as_unknown() -> None:
    full = cues("and that was it", FALLING)
    own, at = OwnPauses(), np.array([0.7])
    bare = shipped().log_odds(full, own, at, OPTIONAL)
    assert bare == pytest.approx(shipped().log_odds(cues(), own, at))
    assert shipped().deciding(full, own, 0.7) in ("words", "pitch")
    assert shipped().deciding(cues(), own, 2.0) == "silence"


def test_a_damaged_or_foreign_model_is_refused(tmp_path: Path) -> None:
    broken = tmp_path / "turns.npz"
    with pytest.raises(ModelError, match="models train turns"):
        EndOfTurn(broken)
    broken.write_bytes(MODEL.read_bytes()[:2000])
    with pytest.raises(ModelError, match="models train turns"):
        EndOfTurn(broken)
    with np.load(MODEL) as file:
        arrays = {name: file[name] for name in file.files}
    about = json.loads(str(arrays["about"])) | {"inputs": ["weather"]}
    np.savez(broken, **(arrays | {"about": np.array(json.dumps(about))}))
    with pytest.raises(ModelError, match="other inputs"):
        EndOfTurn(broken)


def test_the_model_is_small_and_holds_no_rare_words() -> None:
    assert MODEL.stat().st_size < 100_000
    assert len(shipped().about["vocabulary"]) < 500


def test_tables_of_another_size_are_refused() -> None:
    ends = SentenceEnds(["the"], np.zeros((len(CLASSES) + 1, 4), np.float32))
    bias = np.zeros(2, np.float32)
    with pytest.raises(ValueError, match="this vocabulary needs"):
        Completeness(ends, Vocabulary(["the"]), np.zeros((3, 2), np.float32), bias)
    with pytest.raises(ValueError, match="sentence ends"):
        SentenceEnds(["the"], np.zeros((2, 4), np.float32))


# People who are hard to take turns with.


def views(
    doings: list[Doing], seconds: float, patience: float = 1.0
) -> list[tuple[float, TurnView]]:
    detector = TurnDetector(TurnSettings(), patience)
    detector.begin(0.0)
    return [(s.t_s, detector.step(s)) for s in timeline(doings, seconds)]


def over_s(doings: list[Doing], seconds: float = 40.0, patience: float = 1.0) -> float:
    """Silence after the last speech at which she takes the floor."""
    last = max(d.end_s for d in doings)
    return next(t for t, v in views(doings, seconds, patience) if t > last and v.over) - last


def test_who_never_stops_keeps_the_floor() -> None:
    assert not any(v.over or v.ended for _, v in views([speaks(0.5, 60.0)], 60.0))


def test_silence_is_no_answer() -> None:
    assert not any(v.over or v.ended or v.heard for _, v in views([], 20.0))


def test_a_lone_um_is_waited_out_and_not_for_ever() -> None:
    um = [speaks(0.5, 0.95, "um", "held", words_delay_s=0.3)]
    first = next(t for t, v in views(um, 20.0) if v.ended) - 0.95
    assert first >= 2.2
    assert first < over_s(um) <= 4.6


@pytest.mark.parametrize("ending", ["final", "held", "unknown"])
def test_without_words_she_takes_the_floor_all_the_same(ending: str) -> None:
    assert over_s([speaks(0.5, 8.0), speaks(8.4, 20.0, ending=ending)]) <= 4.6


def test_a_very_fast_speaker_is_not_cut_off_between_phrases() -> None:
    fast = [speaks(0.5 + 1.2 * i, 1.55 + 1.2 * i) for i in range(20)]
    assert not any(v.over for t, v in views(fast, fast[-1].end_s))
    assert over_s(fast) <= 4.6


def test_a_microphone_that_goes_leaves_nothing_hanging() -> None:
    seen = views([speaks(0.5, 6.0), loses("microphone", 4.0, 9.0)], 15.0)
    assert seen[-1][1].over


def test_silence_counts_from_when_a_lost_microphone_is_back() -> None:
    seen = views([speaks(0.5, 6.0), loses("microphone", 4.0, 9.0)], 15.0)
    assert not any(v.over for t, v in seen if 9.0 < t < 9.4)
    assert next(v.pause_s for t, v in seen if t > 9.5) == pytest.approx(0.5, abs=0.1)
    # while it is away nobody knows; what is typed then is waited for no longer than before
    assert next(v.pause_s for t, v in seen if t > 8.5) > 4.0


def test_patience_raises_what_is_needed_and_the_wait() -> None:
    said = [speaks(0.5, 20.0, "and that was what i did so yeah", "final", words_delay_s=0.1)]
    hasty, patient = over_s(said, patience=0.6), over_s(said, patience=1.8)
    assert hasty <= patient

    def needed(patience: float) -> float:
        seen = views(said, 20.7, patience=patience)[-1][1].needed
        assert seen is not None
        return seen

    assert needed(0.6) < needed(1.0) < needed(1.8)


def test_the_reason_names_the_cue_that_decided() -> None:
    said = [speaks(0.5, 30.0, "and that was it so yeah that's it", "final", words_delay_s=0.1)]
    view = next(v for t, v in views(said, 40.0) if v.over)
    because = view.because(floor=True)
    assert because.rule == "end_of_turn_model"
    assert "words" in because.cue
    assert isinstance(because.value, float) and isinstance(because.threshold, float)
    assert 1.0 >= because.value >= because.threshold > 0.0
    assert view.pause_s <= 0.9
    asked = views([speaks(0.5, 4.0, "let me think", "held", words_delay_s=0.1)], 12.0)
    late = next(v for t, v in asked if v.over).because(floor=True)
    assert late.rule in ("end_of_turn_limit", "end_of_turn_model")
    assert math.isfinite(float(late.threshold or 0.0))


# Backchannels.


def test_signs_of_an_invitation_add_up() -> None:
    def score(text: str = "", sound: SoundEnd | None = None) -> float:
        return opportunity(cues(text, sound), False, 0.3, False)[0]

    falling = "It was a really good year for the team."
    assert score(falling, FALLING) > score("", FALLING) > score()
    assert score() >= 0.5 > score("", LEVEL)
    assert score("and then um", LEVEL) < 0.2


def test_over_speech_only_low_pitch_invites() -> None:
    assert opportunity(None, True, 0.0, True) == (0.5, "low_pitch")
    assert opportunity(None, True, 0.0, False) == (0.0, "")
    assert opportunity(None, False, 0.0, True) == (0.0, "")


def test_a_voice_that_is_known_has_a_range_from_its_first_word() -> None:
    state = CandidateState(1.0, voice=VoiceReading(0.9, 0.032, 0.9, -25.0, 110.0))
    stranger, known = SoundTail(), SoundTail()
    known.know(100.0, 120.0, 160.0)
    ranks = []
    for tail in (stranger, known):
        for i in range(10):
            voice = VoiceReading(1.0 + 0.032 * i, 0.032, 0.9, -25.0, 103.0)
            tail.step(dataclasses.replace(state, t_s=1.04 + 0.032 * i, voice=voice), True)
        ranks.append(tail.end(1.32).pitch_rank)
    assert ranks[0] is None
    assert ranks[1] is not None and ranks[1] < 0.2  # near the bottom of what was measured


def test_who_was_cut_in_on_is_given_more_time() -> None:
    def needed(times: int, later: bool) -> float:
        detector = TurnDetector()
        detector.begin(0.0)
        for _ in range(times):
            detector.cut_in()
        if later:
            detector.begin(0.0)
        seen = [detector.step(state) for state in timeline([speaks(0.5, 8.0)], 9.0)]
        view = next(view for view in seen if view.probability is not None)
        assert view.needed is not None
        return view.needed

    fresh = needed(0, later=False)
    assert needed(1, later=False) > needed(1, later=True) > fresh
    assert needed(2, later=False) > needed(1, later=False)


def test_smart_turn_is_believed_where_it_hears_speech_broken_off() -> None:
    said = cues("and that was it", FALLING)
    without = odds(said, 0.7)
    broken = odds(dataclasses.replace(said, finished=0.01), 0.7)
    whole = odds(dataclasses.replace(said, finished=0.6), 0.7)
    sure = odds(dataclasses.replace(said, finished=0.99), 0.7)
    # a sentence that is whole need not be the last, so that says little
    assert broken < without - 1.0 and without < whole == sure < without + 1.0
    own, at = OwnPauses(), np.array([0.7])
    left_out = shipped().log_odds(dataclasses.replace(said, finished=0.01), own, at, CUES)
    assert left_out == pytest.approx(shipped().log_odds(said, own, at, CUES))


def judged_views(probability: float | None, of_s: float, until_s: float) -> list[TurnView]:
    """Views from the end of 2.5 s of speech on, where Smart Turn speaks of a sound at ``of_s``."""
    detector = TurnDetector()
    detector.begin(0.0, 5.0)
    seen = []
    for state in timeline([speaks(0.5, 3.0)], until_s):
        judged = None if probability is None or state.t_s < 3.3 else (of_s, probability)
        seen.append(detector.step(dataclasses.replace(state, finished=judged)))
    return seen


def test_she_waits_longer_where_smart_turn_hears_that_they_go_on_but_never_for_ever() -> None:
    plain, broken = judged_views(None, 0.0, 4.2)[-1], judged_views(0.005, 3.0, 4.2)[-1]
    assert broken.floor_s > plain.floor_s + 0.2
    assert (broken.probability or 1.0) < (plain.probability or 0.0)
    assert judged_views(0.005, 3.0, 8.0)[-1].over
    # what it said of an earlier pause says nothing of this one
    assert judged_views(0.005, 0.3, 4.2)[-1].floor_s == plain.floor_s
