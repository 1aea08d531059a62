"""What rules go by: fillers as the report counts them, what is usual, nerves, and what-ifs."""

from __future__ import annotations

import math

import pytest

from dialogue.reacting.cues import CUES, CueReader, Moment
from dialogue.reacting.fillers import count_fillers
from dialogue.reacting.nerves import nerves
from dialogue.reacting.settings import ReactionSettings
from dialogue.reacting.suppositions import Supposition, read_supposition
from dialogue.reacting.windows import MeanWindow, ShareWindow, Usual
from dialogue.turntaking.turn import TurnDetector
from perception.calibration import VoiceBaseline
from perception.errors import InputError
from perception.filler_table import CUES as TABLE
from perception.fusion import Fusion
from perception.types import Event, Word, Words
from scoring.measures.fillers import find_fillers
from scoring.rubric import RUBRICS
from tests.fakes import Doing, is_loud, looks, moves, smiles, sounds, speaks, timeline

SAID = (
    "Um, I mean, we were, like, three people and, uh, you know, the shop was kind of small.",
    "I like my work and I would like to go on, I kind of know what I mean by that.",
    "You know how it is. Er… it was sort of, hmm, sort of a mess, d’you know?",
    "He did it like that, and I said: what kind of a plan is that?",
    "",
    "um uh um",
    "Um, um um, so I, ummmm, left. Uh. Um, then",
    "Mm-hmm, I did, um… um",
)


@pytest.mark.parametrize("text", SAID)
def test_a_filler_is_to_her_what_it_is_to_the_report(text: str) -> None:
    words, t_s = [], 0.0
    for word in text.split():
        words.append(Word(word, t_s, t_s + 0.4))
        t_s += 1.0 if word.endswith((".", "…", "?")) else 0.4
    assert count_fillers(text) == count_fillers(text, words) == len(find_fillers(words))


def test_the_sentences_above_tell_something_and_both_read_one_table() -> None:
    """Filled pauses in one breath are one."""
    assert [count_fillers(text) for text in SAID] == [5, 1, 4, 1, 0, 1, 4, 2]
    assert TABLE.parent == RUBRICS


@pytest.mark.parametrize(
    ("said", "count"),
    [
        ([("um,", 3.59, 3.87), ("um", 3.87, 4.1), ("um,", 4.1, 4.31)], 1),
        ([("um", 3.5, 4.2), ("um,", 3.7, 3.9)], 1),
        ([("uh", 1.0, 1.3), ("um", 1.5, 1.9)], 1),
        ([("um", 1.0, 1.3), ("um", 1.6, 1.9)], 2),
        ([("um", 1.0, 1.3), ("um", 1.3, 1.6), ("um", 2.4, 2.7)], 2),
        ([("um", 1.0, 1.3), ("the", 1.3, 1.4), ("um", 1.4, 1.7)], 2),
        ([("um", 1.0, 1.3), ("like,", 1.3, 1.6), ("um", 1.6, 1.9)], 3),
    ],
)
def test_a_held_sound_is_one_filler_and_one_that_comes_again_another(
    said: list[tuple[str, float, float]], count: int
) -> None:
    words = [Word(*one) for one in said]
    text = " ".join(word.text for word in words)
    found = find_fillers(words)
    assert count_fillers(text, words) == len(found) == count
    assert found[0].start_s == words[0].start_s
    if count == 1:
        assert found[0].end_s == max(word.end_s for word in words)


def test_she_counts_by_the_times_of_words() -> None:
    """A recogniser that writes an "um" of one second as three words, a word each third."""
    fusion = Fusion()
    held = [Word("um,", 4.0 + i / 3, 4.0 + (i + 1) / 3) for i in range(3)]
    again = [Word("um,", 8.0, 8.4), Word("um,", 9.5, 9.9)]
    text = " ".join(word.text for word in [*held, *again])
    fusion.add(Event(1.0, "microphone", "speech_start", {"t_s": 1.0}))
    fusion.add(Words(1.0, 16.0, text, (*held, *again)))
    fusion.add(Event(16.0, "microphone", "speech_end", {"t_s": 16.0}))
    state = fusion.state(16.0)
    assert state.answer == text and state.answer_words == (*held, *again)
    assert count_fillers(state.answer, state.answer_words) == 3


def read(
    doings: list[Doing], seconds: float, voice: VoiceBaseline | None = None, *supposed: Supposition
) -> list:
    """Cues at each tick while the candidate does something and she listens."""
    reader, turn = CueReader(ReactionSettings(), voice, supposed), TurnDetector()
    turn.begin(0.0)
    found = []
    for state in timeline(doings, seconds):
        found.append(reader.read(Moment(state, turn.step(state), True, False)))
    return found


def test_every_cue_is_read_under_its_name() -> None:
    (cues, *_) = read([], 0.1)
    assert set(cues.values) == set(CUES)
    assert set(cues.usual) == {name for name, cue in CUES.items() if cue.usual}


def test_fillers_are_counted_over_the_answer_so_far() -> None:
    text = "Um, I was, uh, at the, um, shop and, er, we had, um, a lot of people there that day."
    cues = read([speaks(1.0, 21.0, text, words_delay_s=0.5)], 24.0)
    assert cues[-1].values["fillers_per_min"] == pytest.approx(5 / 20 * 60, rel=0.05)
    before = cues[20 * 30].values["fillers_per_min"]
    assert before is None, "no words are known yet"


def test_gaze_is_a_share_of_what_was_seen_and_a_run_without_break() -> None:
    looked = [looks(10.0, 20.0, "away"), looks(20.0, 24.0, "unknown")]
    cues = read([speaks(0.0, 30.0), *looked], 30.0)
    assert cues[5 * 30].values["gaze_on_screen"] is None, "too little to tell"
    assert cues[20 * 30 - 1].values["gaze_on_screen"] == pytest.approx(0.5, abs=0.02)
    assert cues[20 * 30 - 1].values["gaze_off_s"] == pytest.approx(10.0, abs=0.1)
    assert cues[22 * 30].values["gaze_off_s"] is None
    assert cues[-1].values["gaze_off_s"] == 0.0
    thinking = read([speaks(0.0, 10.0), looks(10.0, 20.0, "away")], 20.0)
    share = thinking[-1].values["gaze_on_screen"]
    assert share is not None and share > 0.95, "looking away to think is free"


def test_how_loud_somebody_is_is_held_against_how_loud_they_are() -> None:
    doings = [speaks(0.5, 60.0), is_loud(40.0, 60.0, -36.0)]
    cues = read(doings, 50.0)
    level, usual = cues[-1].values["level_dbfs"], cues[-1].usual["level_dbfs"]
    assert level == pytest.approx(-36.0, abs=0.1)
    assert usual is not None and -26.0 < usual <= -22.0
    first = read([speaks(0.5, 60.0)], 3.0, VoiceBaseline(level_dbfs=-20.0))[-1]
    assert first.usual["level_dbfs"] is not None, "the green room has measured it"


def test_hands_are_restless_by_whatever_measures_them() -> None:
    still = read([moves(0.0, 20.0, fidget=0.1, hand_to_face=False)], 18.0)[-1].values
    assert still["fidget"] == 0.0 and still["hand_to_face"] == 0.0
    restless = read([moves(0.0, 20.0, fidget=0.8, hand_to_face=True)], 18.0)[-1].values
    assert restless["fidget"] == 1.0 and restless["hand_to_face"] == 1.0
    fast = read([moves(0.0, 20.0, hand_speed=1.2, gesturing=False)], 18.0)[-1].values
    assert fast["fidget"] == 1.0 and fast["hand_to_face"] is None
    talking = read([moves(0.0, 20.0, hand_speed=1.2, gesturing=True)], 18.0)[-1].values
    assert talking["fidget"] == 0.0


def test_prosody_is_the_mean_of_the_last_seconds() -> None:
    doings = [speaks(0.5, 40.0), sounds(0.0, 20.0, syllables_per_s=4.0, pitch_sd_st=3.0),
              sounds(20.0, 40.0, syllables_per_s=7.0, pitch_sd_st=1.0)]  # fmt: skip
    cues = read(doings, 39.0)
    assert cues[15 * 30].values["syllables_per_s"] == pytest.approx(4.0)
    assert cues[-1].values["syllables_per_s"] == pytest.approx(7.0)
    assert cues[5 * 30].values["pitch_sd_st"] is None
    assert cues[-1].values["pitch_sd_st"] == pytest.approx(2.0, abs=0.2), "over the whole answer"


def test_a_supposed_value_takes_the_place_of_the_measured_one_in_its_time() -> None:
    supposed = Supposition("smile", 0.9, 2.0, 3.0)
    cues = read([smiles(4.0, 5.0, 0.5)], 6.0, None, supposed)
    assert cues[60].values["smile"] == 0.9
    assert cues[95].values["smile"] == pytest.approx(0.03)
    rest = cues[60].usual["smile"]
    assert rest is not None and rest < 0.1, "what is usual is learnt from what was measured"


def test_nerves_need_two_plain_signs() -> None:
    assert nerves({"fidget": 0.9}, None) == (None, ())
    assert nerves({"fidget": 0.9, "fillers_per_min": 2.0}, None) == (0.0, ())
    value, signs = nerves({"fidget": 0.9, "fillers_per_min": 9.0, "gaze_on_screen": 0.8}, None)
    assert value is not None and value > 0.6
    assert signs == ("fidget", "fillers_per_min")
    raised, signs = nerves({"fidget": 0.9, "pitch_hz": 260.0}, 200.0)
    assert raised == 1.0 and "pitch_hz" in signs


def test_nerves_follow_what_is_supposed_of_their_signs() -> None:
    restless = moves(0.0, 20.0, fidget=0.9, hand_to_face=False)
    supposed = Supposition("fillers_per_min", 12.0)
    assert read([restless], 18.0)[-1].values["nerves"] == 0.0
    cues = read([restless], 18.0, None, supposed)[-1]
    assert cues.values["nerves"] == 1.0
    assert cues.named("nerves") == "nerves (fidget, fillers_per_min)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("smile=0.8", Supposition("smile", 0.8)),
        ("level_dbfs=-50", Supposition("level_dbfs", -50.0)),
        ("smile=0.8@60-75.5", Supposition("smile", 0.8, 60.0, 75.5)),
        ("smile=0@60-", Supposition("smile", 0.0, 60.0, math.inf)),
        ("strength=none", Supposition("strength", None)),
    ],
)
def test_what_ifs_are_read_as_they_are_written(text: str, expected: Supposition) -> None:
    assert read_supposition(text, CUES) == expected
    assert read_supposition(str(expected), CUES) == expected


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("smile", "write NAME=VALUE"),
        ("grin=0.8", "no cue 'grin'; use one of answer_share"),
        ("smile=wide", "'wide' is no number"),
        ("smile=inf", "'inf' is no number"),
        ("smile=1@9-5", "9 is not before 5"),
        ("smile=1@5", "write NAME=VALUE"),
        ("smile=1@1.2.3-5", "no two times"),
    ],
)
def test_what_ifs_that_are_none_are_refused(text: str, what: str) -> None:
    with pytest.raises(InputError, match="--set") as caught:
        read_supposition(text, CUES)
    assert what in str(caught.value)


def test_windows_count_only_what_was_measured() -> None:
    share = ShareWindow(10.0, 2.0)
    for tick in range(41):
        share.add(tick * 0.1, None if tick < 20 else tick % 2 == 0)
    assert share.share == pytest.approx(0.5, abs=0.05)
    share.add(60.0, True)
    assert share.share is None, "a minute that nobody looked is not a minute of it"
    mean = MeanWindow(5.0, 2)
    mean.add(0.0, 2.0)
    assert mean.mean(0.1) is None
    mean.add(1.0, 4.0)
    assert mean.mean(1.1) == 3.0
    assert mean.mean(5.5) is None


def test_what_is_usual_is_learnt_slowly_and_known_only_after_a_while() -> None:
    usual = Usual(30.0, 5.0)
    usual.learn(0.0, 10.0)
    for tick in range(1, 40):
        usual.learn(tick * 0.1, 10.0)
    assert usual.value is None
    for tick in range(40, 400):
        usual.learn(tick * 0.1, 10.0)
    assert usual.value == pytest.approx(10.0)
    for tick in range(400, 450):
        usual.learn(tick * 0.1, 20.0)
    assert 11.0 < (usual.value or 0.0) < 13.0
