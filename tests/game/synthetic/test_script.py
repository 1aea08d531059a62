"""The synthetic candidate: scripts, and a performance that its two senses share."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from game.synthetic.player import Player, render_answer
from game.synthetic.script import Scene, choose_answer, load_script, scripts
from game.synthetic.senses import BLOCK_SAMPLES, RATE_HZ, SyntheticMicrophone
from game.voice.base import choose_voice
from perception.clock import FakeClock
from perception.errors import InputError, SettingsError
from perception.types import Cue
from tests.wrong_numbers import WRONG_NUMBERS

SCRIPT = """
title = "Two answers"
role = "sales_assistant"
voice = "silent"
speaker = "male"
[[answers]]
question = "about_you"
after_s = 0.5
say = [{ text = "I sold bread.", pause_s = 1.0 }, { text = "And I baked it." }]
looks = [{ at_s = 1.0, for_s = 1.0, target = "down" }]
smiles = [{ at_s = 3.0, for_s = 1.5, strength = 1.0 }]
nods = [{ at_s = 5.0, times = 2, amplitude_deg = 12.0 }]
[[answers]]
say = [{ text = "Yes." }]
"""


@pytest.fixture
def script_path(tmp_path: Path) -> Path:
    path = tmp_path / "two.toml"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def turn(t_s: float, question: str) -> Cue:
    return Cue("turn", t_s, {"question": question, "index": 0})


def test_every_script_that_ships_loads_and_fits_its_interview() -> None:
    from dialogue.content.script import load_interview
    from dialogue.interviewing.standing import YOUR_QUESTIONS

    assert "demo" in scripts()
    for name in scripts():
        script = load_script(name)
        known = {q.id for q in load_interview(script.role).questions}
        known |= {load_interview(script.role).warm_up.id, YOUR_QUESTIONS.id}
        for answer in script.answers:
            base = answer.question.split("/")[0]
            assert not base or base in known, f"{name}: {answer.question}"


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (("after_s = 0.5", "after_s = -1"), "after_s"),
        (("amplitude_deg = 12.0", "amplitude_deg = 90.0"), "amplitude_deg"),
        (('target = "down"', 'target = "ceiling"'), "target"),
        (("times = 2", "tmies = 2"), "tmies"),
        (('text = "Yes."', 'text = " "'), "text"),
    ],
)
def test_a_broken_script_is_refused_by_file_and_key(
    script_path: Path, change: tuple[str, str], word: str
) -> None:
    script_path.write_text(SCRIPT.replace(*change), encoding="utf-8")
    with pytest.raises(SettingsError, match=word) as caught:
        load_script(str(script_path))
    assert "two.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("after_s = 0.5", r"answers number 1: after_s is .*; use 0 to 60 seconds"),
        ("pause_s = 1.0", r"answers number 1: say number 1: pause_s is .*; use 0 to 30 seconds"),
        ("at_s = 1.0", r"answers number 1: looks number 1: at_s is .*; use 0 to 600 seconds"),
        ("strength = 1.0", r"answers number 1: smiles number 1: strength is .*; use 0 to 1, 0 exc"),
        ("times = 2", r"answers number 1: nods number 1: times is .*; use 1 to 6"),
    ],
)
@pytest.mark.parametrize("wrong", WRONG_NUMBERS)
def test_what_is_no_number_is_refused_by_file_table_and_key(
    script_path: Path, old: str, said: str, wrong: str
) -> None:
    assert old in SCRIPT
    changed = SCRIPT.replace(old, f"{old.partition(' = ')[0]} = {wrong}")
    script_path.write_text(changed, encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"^two\.toml: {said}"):
        load_script(str(script_path))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("times = 2", "times = 2.5"), "times is 2.5; expected whole number; use 1 to 6"),
        (('title = "Two answers"', "title = 2"), "title is 2; expected string"),
        (('role = "sales_assistant"', 'role = "sales_assistant"\nseed = true'), "seed is True; "),
        (('say = [{ text = "Yes." }]', "say = 3"), "answers number 2: say must be"),
        (('say = [{ text = "Yes." }]', "say = [3]"), "say number 1 is 3; expected table"),
        (("[[answers]]", "[answers]"), "not valid TOML"),
    ],
)
def test_what_has_the_wrong_form_is_told(
    script_path: Path, change: tuple[str, str], said: str
) -> None:
    script_path.write_text(SCRIPT.replace(*change, 1), encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        load_script(str(script_path))
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_an_unknown_script_names_the_known_ones() -> None:
    with pytest.raises(InputError, match="demo"):
        load_script("nobody")


def test_answers_are_chosen_by_question_and_said_once() -> None:
    answers = tuple(Scene(question=q) for q in ("a", "a/*", ""))
    assert choose_answer(answers, set(), "a") == 0
    assert choose_answer(answers, set(), "a/short") == 1
    assert choose_answer(answers, {0}, "a") == 2
    assert choose_answer(answers, set(), "b") == 2
    assert choose_answer(answers, {0, 1, 2}, "a") is None


def test_camera_and_microphone_perform_alike_without_a_word(script_path: Path) -> None:
    script = load_script(str(script_path))
    voice = choose_voice(script.voice, script.speaker)
    answers = tuple(render_answer(voice, scene) for scene in script.answers)
    players = [Player(script, answers) for _ in range(2)]
    scheduled = [p.cue(turn(2.0, "about_you")) for p in players]
    assert scheduled[0] is not None and scheduled[1] is not None
    assert scheduled[0].start_s == scheduled[1].start_s == 2.5
    courses = [[p.pose(i / 30) for i in range(300)] for p in players]
    assert courses[0] == courses[1]


def test_the_script_is_played_at_its_times(script_path: Path) -> None:
    script = load_script(str(script_path))
    voice = choose_voice(script.voice, script.speaker)
    player = Player(script, tuple(render_answer(voice, s) for s in script.answers))
    player.cue(turn(2.0, "about_you"))
    times = [i / 60 for i in range(60 * 11)]
    truth = []
    for t in times:
        truth.append(player.truth(t, player.pose(t)))
    down = [p["t_s"] for p in truth if p["target"] == "down"]
    assert down[0] == pytest.approx(3.5, abs=0.02)
    assert down[-1] == pytest.approx(4.5, abs=0.02)
    smiling = [p["t_s"] for p in truth if p["smile"] > 0.3]
    assert 5.5 < smiling[0] < 6.0
    assert 6.5 < smiling[-1] < 7.0
    pitch = np.array([p["head_deg"][1] for p in truth])
    nod = pitch[int(7.5 * 60) : int(7.92 * 60)]
    assert np.ptp(nod) == pytest.approx(12.0, abs=2.0)


def test_a_turn_without_an_answer_ends_the_part(script_path: Path) -> None:
    script = load_script(str(script_path))
    voice = choose_voice(script.voice, script.speaker)
    player = Player(script, tuple(render_answer(voice, s) for s in script.answers))
    assert player.cue(turn(1.0, "other")) is not None
    assert player.cue(turn(9.0, "third")) is None
    assert player.part_over


def test_the_microphone_speaks_when_it_said_it_would(tmp_path: Path) -> None:
    path = tmp_path / "heard.toml"
    path.write_text(SCRIPT.replace('voice = "silent"', 'voice = "auto"'), encoding="utf-8")
    microphone = SyntheticMicrophone(str(path), pace=False)
    clock = FakeClock(10.0)
    microphone.start(clock)
    blocks = [microphone.read() for _ in range(20)]
    microphone.cue(turn(10.0 + 20 * BLOCK_SAMPLES / RATE_HZ, "about_you"))
    blocks += [microphone.read() for _ in range(200)]
    sound = np.concatenate([b.samples for b in blocks if b is not None])
    (played,) = microphone.events()
    start = round((played.data["start_s"] - 10.0) * RATE_HZ)
    assert played.data["start_s"] == pytest.approx(10.0 + 0.64 + 0.5, abs=1e-3)
    quiet, loud = sound[:start], sound[start : start + RATE_HZ]
    assert np.sqrt(np.mean(quiet**2)) < 1e-3 < 1e-2 < np.sqrt(np.mean(loud**2))
    assert np.any(quiet != 0.0)
