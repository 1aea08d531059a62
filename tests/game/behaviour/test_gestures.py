"""Gestures over time: where hands are, how fast, and when."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import numpy as np
import pytest

from dialogue.types import Behaviour
from game.behaviour import gestures as library
from game.behaviour.gestures import SIDES, gestures, read_gesture, read_shapes, rests, shapes
from game.behaviour.gesturing import Gesturer, Gesturing
from game.behaviour.players import Active
from game.behaviour.posture import EVERY_S, Posture
from game.behaviour.spans import fit, usual_spans
from perception.errors import SettingsError
from tests.wrong_numbers import WRONG_NUMBERS

STEP_S = 1.0 / 60.0
LEXEMES = (
    *("BEAT", "OPEN_PALMS", "ENUMERATE", "STEEPLE", "WRITE_NOTE", "TURN_PAGE", "POINT_CV"),
    *("SHRUG", "HANDSHAKE", "FOLD_HANDS", "REST"),
)


def cue(name: str, start_s: float = 1.0, amount: float = 0.7, **attributes: object) -> Active:
    behaviour = Behaviour("g", "gesture", {"lexeme": name, **attributes})
    return Active(behaviour, fit(usual_spans(behaviour), {"start": start_s}), amount=amount)


class Film:
    """What a gesturer does over time, frame by frame."""

    def __init__(self, hands: Gesturer, cues: list[Active], seconds: float, from_s: float = 0.0):
        self.times = from_s + STEP_S * np.arange(int(seconds / STEP_S))
        self.frames: list[Gesturing] = []
        for t_s in self.times:
            running = [c for c in cues if c.times["start"] <= t_s and not c.over(t_s)]
            self.frames.append(hands.advance(float(t_s), running))

    def wrist(self, side: str) -> np.ndarray:
        """(n, 3) metres."""
        return np.array([getattr(frame, side).wrist for frame in self.frames])

    def speed(self, side: str) -> np.ndarray:
        """(n-1,) metres per second."""
        return np.linalg.norm(np.diff(self.wrist(side), axis=0), axis=1) / STEP_S

    def push(self, side: str) -> np.ndarray:
        """(n-2,) metres per second squared."""
        return np.linalg.norm(np.diff(self.wrist(side), 2, axis=0), axis=1) / STEP_S**2


def test_every_gesture_of_the_language_is_there():
    assert set(LEXEMES) <= set(gestures())


@pytest.mark.parametrize("name", LEXEMES)
@pytest.mark.parametrize("rest", sorted(rests()))
def test_hands_are_never_faster_than_hands_nor_jump(name, rest):
    film = Film(Gesturer(random.Random(4), rest), [cue(name, amount=1.0)], 8.0)
    for side in SIDES:
        assert film.speed(side).max() < 2.5
        # a hand thrown at full strength reaches some 80 m/s2; a jump of a centimetre gives 36 at
        # least on top, in a single frame and against the frames around
        assert film.push(side).max() < 60.0
    before = film.times < 1.0
    assert np.allclose(film.wrist("left")[before], film.wrist("left")[0], atol=1e-9)


@pytest.mark.parametrize("name", [n for n in LEXEMES if n not in ("FOLD_HANDS", "REST")])
def test_gestures_come_back_to_rest(name):
    hands = Gesturer(random.Random(4), "loose")
    film = Film(hands, [cue(name)], 10.0)
    for side in SIDES:
        assert np.abs(film.wrist(side)[-1] - film.wrist(side)[0]).max() < 1e-6
    assert film.frames[-1].torso.pitch_deg == pytest.approx(0.0, abs=1e-9)
    assert hands.free


def test_folded_hands_stay_folded():
    film = Film(Gesturer(random.Random(4), "apart"), [cue("FOLD_HANDS")], 12.0)
    assert film.frames[0].left.on_hand == 0.0
    assert film.frames[-1].left.on_hand == 1.0
    assert abs(film.wrist("left")[-1][0]) < 0.12


@pytest.mark.parametrize("stroke_s", [1.2, 1.5, 2.3])
@pytest.mark.parametrize("name", ["BEAT", "OPEN_PALMS", "ENUMERATE", "POINT_CV", "HANDSHAKE"])
def test_strokes_fall_at_the_time_asked(name, stroke_s):
    behaviour = Behaviour("g", "gesture", {"lexeme": name, "mode": "BOTH_HANDS"})
    given = Active(behaviour, fit(usual_spans(behaviour), {"start": 0.6, "stroke": stroke_s}))
    film = Film(Gesturer(random.Random(2)), [given], 8.0)
    side = "left" if name == "POINT_CV" else "right"
    place = film.wrist(side)
    moving = film.speed(side)
    # the hand comes to a stop there
    stops = 1 + np.flatnonzero((moving[1:-1] < moving[:-2]) & (moving[1:-1] <= moving[2:]))
    stop_s = film.times[1:][stops] - STEP_S / 2
    assert np.abs(stop_s - stroke_s).min() < 0.03
    assert np.linalg.norm(place[np.searchsorted(film.times, stroke_s)] - place[0]) > 0.02


def test_enumerating_shows_as_many_fingers():
    for number in range(1, 6):
        count = cue("ENUMERATE", number=number)
        film = Film(Gesturer(random.Random(1)), [count], 3.0)
        shape = film.frames[np.searchsorted(film.times, count.times["stroke"] + 0.1)].right.shape
        stretched = sum(shape[4 * finger + 1] < 35.0 for finger in range(1, 5))
        thumb = shape[1] < 25.0
        assert stretched + thumb == number


def test_a_gesture_broken_off_goes_home_without_a_jump():
    for moment in (0.2, 0.45, 0.62, 0.8, 1.4):
        given = cue("OPEN_PALMS", start_s=1.0)
        hands = Gesturer(random.Random(6))
        going = Film(hands, [given], 1.0 + moment)
        given.release(1.0 + moment, 0.6)
        after = Film(hands, [given], 3.0, from_s=float(going.times[-1]) + STEP_S)
        for side in SIDES:
            path = np.concatenate([going.wrist(side)[-3:], after.wrist(side)])
            assert (np.linalg.norm(np.diff(path, 2, axis=0), axis=1) / STEP_S**2).max() < 60.0
            assert np.linalg.norm(path[-1] - going.wrist(side)[0]) < 0.002


def test_one_gesture_takes_over_from_another_where_the_hands_are():
    first, second = cue("OPEN_PALMS", start_s=1.0), cue("BEAT", start_s=1.6, mode="BOTH_HANDS")
    film = Film(Gesturer(random.Random(6)), [first, second], 5.0)
    for side in SIDES:
        assert film.push(side).max() < 60.0
        height = film.wrist(side)[:, 2]
        taken = np.searchsorted(film.times, 1.6)
        assert height[taken] > height[0] + 0.03


def test_repetitions_differ_a_little():
    hands = Gesturer(random.Random(9))
    beats = [cue("BEAT", start_s=1.0 + 3.0 * i, mode="BOTH_HANDS") for i in range(5)]
    film = Film(hands, beats, 17.0)
    at = [np.searchsorted(film.times, beat.times["stroke"]) for beat in beats]
    for side in SIDES:
        tops = film.wrist(side)[at]
        assert 0.001 < np.ptp(tops, axis=0).max() < 0.06
    mirrored = film.wrist("left")[at] * (-1.0, 1.0, 1.0)
    assert np.abs(mirrored - film.wrist("right")[at]).max() > 0.002


def test_small_amounts_move_less():
    def height(amount: float) -> float:
        film = Film(Gesturer(random.Random(3)), [cue("BEAT", amount=amount)], 3.0)
        return float(max(np.ptp(film.wrist(side)[:, 2]) for side in SIDES))

    assert height(0.1) < 0.75 * height(1.0)


def test_only_the_hand_named_moves():
    film = Film(Gesturer(random.Random(3)), [cue("BEAT", mode="LEFT_HAND")], 3.0)
    assert film.speed("right").max() < 1e-9
    assert film.speed("left").max() > 0.1


def test_a_hand_is_not_drawn_out_from_under_the_other():
    for seed in range(8):
        film = Film(Gesturer(random.Random(seed), "folded"), [cue("BEAT")], 3.0)
        # of folded hands the left one lies above: it goes, alone or with the other
        assert film.speed("left").max() > 0.1
    film = Film(Gesturer(random.Random(1), "folded"), [cue("ENUMERATE")], 4.0)
    assert film.frames[-1].left.on_hand == 0.0
    assert film.wrist("left")[-1][0] > 0.14


def test_the_pen_is_held_while_writing_only():
    film = Film(Gesturer(random.Random(3)), [cue("WRITE_NOTE")], 8.0)
    pen = np.array([frame.pen for frame in film.frames])
    assert pen[0] == 0.0
    assert pen[-1] == 0.0
    assert pen.max() == 1.0


def test_a_page_that_is_let_go_falls_to_the_nearer_side():
    for broken_s, lies in ((0.25, 0.0), (0.65, 1.0)):
        turning = cue("TURN_PAGE")
        player = Gesturer(random.Random(2))
        start_s, seen = turning.times["strokeStart"], []
        length_s = turning.times["strokeEnd"] - start_s
        for i in range(240):
            t_s = i / 60
            if t_s >= start_s + broken_s * length_s and turning.released_s is None:
                turning.release(t_s, 0.6)
            given = [turning] if t_s >= 1.0 and not turning.over(t_s) else []
            seen.append(player.advance(t_s, given).page)
        assert max(seen) == pytest.approx(lies) or lies == 0.0
        assert max(abs(a - b) for a, b in itertools.pairwise(seen) if 0.0 < a < 1.0) < 0.1
        assert seen[-1] in (0.0, 1.0)


def test_hands_and_trunk_settle_anew_every_half_minute_or_so():
    posture = Posture(random.Random(5))
    hands = Gesturer(random.Random(5), posture.rest)
    seen, shifts, pitches, fastest = {posture.rest}, [], [], 0.0
    last = None
    for i in range(int(1200 / 0.05)):
        t_s = 0.05 * i
        torso = posture.advance(t_s)
        rest = posture.take_rest()
        if rest is not None:
            shifts.append(t_s)
            seen.add(rest)
            hands.settle(t_s, rest)
        hands.advance(t_s, [])
        pitches.append(torso.pitch_deg)
        if last is not None:
            fastest = max(fastest, abs(torso.pitch_deg - last) / 0.05)
        last = torso.pitch_deg
    gaps = np.diff(shifts)
    assert gaps.min() > 0.7 * EVERY_S[0]
    assert gaps.max() < 1.3 * EVERY_S[1]
    assert len(seen) >= 4
    assert np.std(pitches) > 0.5
    assert fastest < 15.0


def test_nothing_pops_in_minutes_of_gestures_in_any_order():
    draw, posture = random.Random(7), Posture(random.Random(1))
    hands = Gesturer(random.Random(2), posture.rest)
    cues: list[Active] = []
    paths: dict[str, list[tuple[float, float, float]]] = {side: [] for side in SIDES}
    next_s = 1.0
    for i in range(120 * 60):
        t_s = i * STEP_S
        posture.advance(t_s)
        rest = posture.take_rest()
        if rest is not None:
            hands.settle(t_s, rest)
        if t_s >= next_s:
            name, number = draw.choice(sorted(gestures())), draw.randint(1, 5)
            cues.append(cue(name, start_s=t_s, amount=draw.random(), number=number))
            next_s = t_s + draw.uniform(0.3, 5.0)
            if draw.random() < 0.25:
                cues[-1].release(t_s + draw.uniform(0.0, 1.5), 0.6)
        cues = [given for given in cues if not given.over(t_s)]
        shown = hands.advance(t_s, cues)
        for side in SIDES:
            paths[side].append(getattr(shown, side).wrist)
    for path in paths.values():
        steps = np.diff(np.array(path), axis=0)
        assert np.linalg.norm(steps, axis=1).max() / STEP_S < 2.5
        assert np.linalg.norm(np.diff(steps, axis=0), axis=1).max() / STEP_S**2 < 60.0


BAD = {
    'lexeme = "WAVE"\nhands = "feet"': "hands must be one of both",
    'hands = "both"': "lexeme must be",
    'lexeme = "WAVE"\nspeed = 3': "unknown key 'speed'",
    'lexeme = "WAVE"\n[[key]]\nat = "apex"': "at must be one of ready",
    'lexeme = "WAVE"\n[[key]]\nat = "stroke"\nboth = { wrist = [1, 2] }': "wrist must be 3",
    'lexeme = "WAVE"\n[[key]]\nat = "stroke"\nboth = { shape = "paw" }': "shape must be one of",
    'lexeme = "WAVE"\n[[key]]\nat = "stroke"\nleft = { elbow = 3 }': "unknown field 'elbow'",
    'lexeme = "WAVE"\n[[key]]\nat = "stroke+x"': "no number",
    'lexeme = "WAVE"\n[[key]]\nat = "stroke"\ntorso = [0, 90, 0]': "torso must be 3 from",
    'lexeme = "WAVE': "Unterminated|Illegal|Expected",
}


@pytest.mark.parametrize("text", sorted(BAD))
def test_errors_name_file_and_key(tmp_path: Path, text: str):
    path = tmp_path / "wave.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=f"wave.toml: .*({BAD[text]})"):
        read_gesture(path)


ODD = {
    'through = "no"': "key 1 through must be true or false, not 'no'",
    "elbow = 3": "key 1: unknown key 'elbow'; known: at, through, both, left",
    "left = { elbow = 3 }": "key 1 left: unknown field 'elbow'; known: wrist, offset",
    "both = 3": "key 1 both must be a table",
}


@pytest.mark.parametrize("text", sorted(ODD))
def test_what_has_the_wrong_form_is_told(tmp_path: Path, text: str):
    path = tmp_path / "wave.toml"
    path.write_text(f'lexeme = "WAVE"\n[[key]]\nat = "stroke"\n{text}\n')
    with pytest.raises(SettingsError, match=f"wave.toml: {ODD[text]}"):
        read_gesture(path)
    for text in ("scribble = 3", "key = 3"):
        path.write_text(f'lexeme = "WAVE"\n{text}\n')
        with pytest.raises(SettingsError, match=f"wave.toml: {text.partition(' ')[0]} "):
            read_gesture(path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("torso = [0, {}, 0]", "key 1 torso must be 3 from -40.0 to 40.0, not "),
        ("shoulders = {}", "key 1 shoulders must be 1 from 0.0 to 1.0, not "),
        ("both = {{ wrist = [0, {}, 0] }}", "key 1 both wrist must be 3 from -1.2 to 1.6, not "),
        ("left = {{ contact = {} }}", "key 1 left contact must be 1 from 0.0 to 1.0, not "),
    ],
)
@pytest.mark.parametrize("wrong", sorted({*WRONG_NUMBERS} - {"[1.0]"}))
def test_what_is_no_number_is_told_by_file_and_key(
    tmp_path: Path, text: str, said: str, wrong: str
):
    path = tmp_path / "wave.toml"
    path.write_text(f'lexeme = "WAVE"\n[[key]]\nat = "stroke"\n{text.format(wrong)}\n')
    with pytest.raises(SettingsError, match=f"wave.toml: {said}"):
        read_gesture(path)


@pytest.mark.parametrize("wrong", WRONG_NUMBERS)
def test_what_is_no_number_in_a_hand_s_shape_is_told(tmp_path: Path, wrong: str):
    path = tmp_path / "shapes.toml"
    shipped = (library.FOLDER / "hands" / "shapes.toml").read_text(encoding="utf-8")
    path.write_text(f"{shipped}\n[x]\nthumb = [1, {wrong}, 3, 4]\n", encoding="utf-8")
    with pytest.raises(
        SettingsError, match=r"shapes.toml: \[x\] thumb must be 4 from -60.0 to 120"
    ):
        read_shapes(path)


def test_a_shape_without_its_fingers_is_refused(tmp_path: Path):
    path = tmp_path / "shapes.toml"
    path.write_text("[relaxed]\nthumb = [1, 2, 3, 4]\n")
    with pytest.raises(SettingsError, match=r"shapes.toml: \[relaxed\] must name all"):
        read_shapes(path)
    path.write_text((library.FOLDER / "hands" / "shapes.toml").read_text() + "\n[x]\ntoe = [1]\n")
    with pytest.raises(SettingsError, match="'toe' is no finger"):
        read_shapes(path)


def test_every_shape_bends_fingers_as_fingers_bend():
    for name, shape in shapes().items():
        bends = shape.reshape(5, 4)[:, :3]
        assert bends.min() >= 0.0, name
        assert bends.max() < 100.0, name
