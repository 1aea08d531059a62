"""What the candidate asked to have left out she does not react to either, and a study's own fillers
are hers: whole interviews, with the manager that a session's settings make."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from game.app.green_room import steps_wanted
from game.app.wiring import make_manager
from game.greenroom.flow import GreenRoom
from game.settings import Settings, leaving_out, load_settings, without_impressions
from perception.errors import SettingsError
from scoring.leaving_out import left_out
from scoring.report.reactions import _names
from scoring.rubric import RUBRICS, load
from tests.fakes import (
    Doing,
    Played,
    figures,
    frowns,
    is_loud,
    leaves,
    looks,
    moves,
    nods,
    play,
    smiles,
    sounds,
    speaks,
    turns_head,
)
from tests.scoring.test_rubric import change

META = {"role": "software_developer", "persona": "marcus", "questions": 4, "seed": 1}
UMS = "Um, we were, uh, three people and, um, the shop, er, was small and, um, busy, uh, all day. "
PLAINLY = "Basically we were three people and basically the shop was small and basically busy. "


def says(text: str) -> list[Doing]:
    """Words of twenty seconds, which she knows a second later, and ten seconds more."""
    return [speaks(0.6, 20.0, text, ending="held"), speaks(20.4, 30.0, ending="final")]


ANSWERS: list[list[Doing]] = [
    # all that she would notice in somebody ill at ease
    [
        *says(UMS * 3),
        *(looks(2.0, 29.0, "away"), moves(1.0, 30.0, fidget=0.8, hand_to_face=True)),
        *(sounds(0.0, 30.0, syllables_per_s=7.0, pitch_sd_st=0.6), nods(7.0), nods(14.0)),
    ],
    [
        speaks(3.0, 40.0, ending="final"),
        *(frowns(0.0, 3.0, 0.8), smiles(8.0, 10.0), turns_head(12.0, 25.0, 45.0)),
        *(
            is_loud(16.0, 34.0, -48.0),
            moves(10.0, 39.0, lean_m=0.15, fidget=0.8),
            leaves(36.0, 38.0),
        ),
    ],
    [],  # and silence
]
NOTICED = {
    "gaze": {"gaze_lost"},
    "face": {"return_smile"},
    "head": {"return_nod"},
    "body": {"fidgeting"},
    "pauses": {"long_silence"},
    "fillers": {"hesitating"},
    "pace": {"racing"},
    "voice": {"too_quiet"},
}
"""Cue to rules that act on it in this interview."""


def held(
    settings: Settings, answers: list[list[Doing]] = ANSWERS, seconds: float = 200.0
) -> Played:
    """An interview with the manager that a session of these settings would have."""
    return play(make_manager(META, settings), answers=answers, seconds=seconds)


def gone_by(played: Played) -> set[str]:
    """All cues that she names as reasons, and those that they rest on."""
    return {name for a in played.acts if a.because is not None for name in _names(a.because.cue)}


@pytest.fixture(scope="module")
def whole() -> Played:
    """The interview with nothing left out."""
    return held(Settings())


def test_with_nothing_left_out_she_notices_all_of_it(whole: Played) -> None:
    rules = {a.because.rule for a in whole.acts if a.because is not None}
    assert set().union(*NOTICED.values()) <= rules
    assert "nerves" in gone_by(whole)


@pytest.mark.parametrize("cue", load("leave_out")["cue"])
def test_she_does_not_react_to_what_was_left_out(whole: Played, cue: str) -> None:
    played = held(leaving_out(Settings(), (cue,)))
    out = left_out([cue]).reactions
    turn_taking = {"end_of_turn", "next_question", "question_cut_off"}
    reasons = [a.because for a in played.acts if a.because is not None]
    for because in reasons:
        if because.rule not in turn_taking and because.rule not in ("long_silence", "no_answer"):
            assert not _names(because.cue) & out, because
    assert {because.rule for because in reasons}.isdisjoint(
        NOTICED.get(cue, set()) - {"long_silence"}
    )
    # and to the rest she reacts as before
    for other, rules in NOTICED.items():
        if other != cue:
            assert all(played.by(rule) for rule in rules), other


def test_nerves_are_told_from_what_was_not_left_out(whole: Played) -> None:
    assert any("gaze_on_screen" in (a.because.cue if a.because else "") for a in whole.by("nerves"))
    told = held(leaving_out(Settings(), ("gaze", "fillers"))).by("nerves")
    assert told, "restless hands and haste are enough"
    for act in told:
        assert act.because is not None
        assert not {"gaze_on_screen", "fillers_per_min"} & _names(act.because.cue)
    assert not held(leaving_out(Settings(), ("gaze", "fillers", "body", "pace"))).by("nerves")
    assert not held(without_impressions(Settings())).by("nerves"), "nor where none are formed"


def test_without_pauses_silence_is_no_reason_but_to_go_on(whole: Played) -> None:
    said = [a.kind for a in whole.by("long_silence")]
    assert said[:3] == ["acknowledge", "say", "say"]
    played = held(leaving_out(Settings(), ("pauses",)))
    offered = played.by("long_silence")
    assert offered and {a.kind for a in offered} == {"say"}
    dialogue = Settings().dialogue
    assert all(figures(a)[1] >= dialogue.offer_s for a in offered), "neither a look nor a hint"
    assert played.of("close"), "and the interview comes to its end"


@pytest.fixture
def study(tmp_path: Path) -> Settings:
    """Settings of a study to which "basically" is a filler and nothing else is."""
    folder = tmp_path / "rubrics"
    folder.mkdir()
    shutil.copy(RUBRICS / "cues.toml", folder)
    table = load("cues")["fillers"]
    for key, words in (("sounds", table["sounds"]), ("phrases", table["phrases"])):
        listed = ", ".join(f'"{word}"' for word in words)
        change(folder / "cues.toml", f"{key} = [{listed}]", f'{key} = ["basically"]')
    (tmp_path / "study.toml").write_text('[scoring]\nrubrics = "rubrics"\n', "utf-8")
    return load_settings(tmp_path / "study.toml")


def test_what_counts_as_a_filler_is_the_studys(study: Settings) -> None:
    plainly, ums = ([says(text * 4)] for text in (PLAINLY, UMS))
    assert held(study, plainly, 60.0).by("hesitating")
    assert not held(study, ums, 60.0).by("hesitating")
    assert not held(Settings(), plainly, 60.0).by("hesitating")
    assert held(Settings(), ums, 60.0).by("hesitating")
    assert load("cues")["fillers"]["sounds"] != ["basically"], "and nobody else's afterwards"


def test_a_study_that_is_gone_leaves_the_usual_ones(study: Settings) -> None:
    shutil.rmtree(study.scoring.rubrics)
    ums = [says(UMS * 4)]
    assert held(study, ums, 60.0).by("hesitating")
    wrong = dataclasses.replace(study.scoring, rubrics=str(Path(__file__).parent))
    with pytest.raises(SettingsError, match="holds no rubric"):
        make_manager(META, dataclasses.replace(study, scoring=wrong))


def test_nobody_is_asked_to_follow_dots_whose_looks_are_left_out() -> None:
    room = steps_wanted(leaving_out(Settings(), ("gaze",)))
    assert room.dot_s == 0.0 and steps_wanted(Settings()).dot_s > 0
    _, face, eyes, _ = GreenRoom(room, lambda: ()).bounds()
    assert eyes == face  # where the chapters end
