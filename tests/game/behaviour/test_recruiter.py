"""The recruiter speaks, moves and tells what became of her acts."""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from panda3d.core import LQuaternionf, Vec3

from dialogue.behaviour.planner import BehaviourPlanner
from dialogue.content.persona import load_persona
from dialogue.types import ActKind, Because, Feedback, RecruiterAct, act_data
from game.behaviour.delivery import BETWEEN_LINES_S, LEAD_S
from game.behaviour.recruiter import Recruiter
from game.bench import movement
from game.figure.pose3d import apply_pose
from game.sound.mixdown import Mixdown
from game.sound.speaker import choose_speaker
from game.voice.base import Renderer, choose_voice
from perception.clock import FakeClock
from perception.signal.wav import read_wav
from tests.cost import cost

HELLO = "Good morning, and thank you for coming."
QUESTION = "What did you do last summer?"


class Room:
    """A recruiter on a fake clock at 60 frames a second."""

    def __init__(self, renderer: Renderer, mixdown: Mixdown | None = None) -> None:
        self.clock = FakeClock()
        self.renderer = renderer
        speaker = choose_speaker("silent", self.clock)
        self.recruiter = Recruiter(load_persona("anna"), renderer, speaker, 3, mixdown)
        self.planner = BehaviourPlanner(load_persona("anna"), seed=3)
        self.told: list[Feedback] = []
        self.poses: list = []

    def act(self, kind: ActKind, text: str = "", **data: object) -> RecruiterAct:
        because = Because("test", "cue")
        return RecruiterAct(
            self.clock.now(),
            kind,
            text,
            "warm",
            because,
            f"{kind}-{text[:5]}",
            data=act_data(kind, data),
        )

    def play(self, *acts: RecruiterAct) -> None:
        for act in acts:
            if act.text:
                self.renderer.get(act.text)
        self.recruiter.play([self.planner.plan(act) for act in acts], self.clock.now())

    def run(self, seconds: float) -> None:
        for _ in range(int(seconds * 60)):
            self.poses.append(self.recruiter.advance(self.clock.now()))
            self.recruiter.shown(self.clock.now())
            self.told += self.recruiter.take_feedback()
            self.clock.sleep(1 / 60)

    def phases(self, act: RecruiterAct) -> list[str]:
        return [f.phase for f in self.told if f.act_id == act.id]


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    made = Renderer(choose_voice("auto", "female"))
    yield made
    made.close()


def test_lines_are_spoken_one_after_another_with_a_breath_between(renderer: Renderer) -> None:
    room = Room(renderer)
    first, second = room.act("say", HELLO), room.act("ask", QUESTION)
    room.play(first, second)
    room.run(0.2)
    assert room.recruiter.speaking
    room.run(9.0)
    assert room.phases(first) == ["start", "end"]
    assert room.phases(second) == ["start", "end"]
    times = {(f.act_id, f.phase): f.t_s for f in room.told}
    spoken = times[first.id, "end"] - times[first.id, "start"]
    assert spoken == pytest.approx(renderer.get(HELLO).duration_s, abs=0.03)
    gap = times[second.id, "start"] - times[first.id, "end"]
    assert BETWEEN_LINES_S - 0.02 <= gap <= BETWEEN_LINES_S + 0.1


def test_face_posture_and_eyes_go_with_an_attitude_and_leave_it_together(
    renderer: Renderer,
) -> None:
    room = Room(renderer)

    def nods(attitude: str) -> tuple[float, float]:
        """How far her brows are up and she leans back, degrees, in the seconds after such a nod."""
        nod = dataclasses.replace(room.act("acknowledge", strength=0.2), attitude=attitude)
        room.play(nod)
        room.run(3.0)
        room.poses.clear()
        room.run(2.0)
        brows = [pose.expressions.get("browInnerUp", 0.0) for pose in room.poses]
        return float(np.mean(brows)), float(np.mean([p.torso.pitch_deg for p in room.poses]))

    plain = nods("neutral")
    interested = nods("interested")
    assert interested[0] > plain[0] + 0.1, "in her face"
    assert interested[1] < plain[1] - 1.0, "forward is down"
    # a nod without an attitude of its own takes her back, without a word of hers
    again = nods("neutral")
    assert again[0] < interested[0] - 0.1
    assert again[1] > interested[1] + 1.0


def test_the_mouth_moves_with_the_words_and_rests_after_them(renderer: Renderer) -> None:
    room = Room(renderer)
    room.play(room.act("say", HELLO))
    room.run(renderer.get(HELLO).duration_s - 0.2)
    open_jaw = [pose.expressions.get("jawOpen", 0.0) for pose in room.poses]
    assert max(open_jaw) > 0.15
    assert min(open_jaw[20:]) < 0.05
    room.run(1.0)
    assert room.poses[-1].expressions.get("jawOpen", 0.0) < 0.02


def test_she_yields_at_once_and_says_so(renderer: Renderer) -> None:
    room = Room(renderer)
    first, second = room.act("say", HELLO), room.act("ask", QUESTION)
    room.play(first, second)
    room.run(0.5)
    room.play(room.act("wait", stop=True))
    room.run(0.1)
    assert room.phases(first) == ["start", "stopped"]
    assert room.phases(second) == ["stopped"]
    assert not room.recruiter.delivery.busy


def test_a_question_that_waits_is_withdrawn_and_the_sound_before_it_is_not(
    renderer: Renderer,
) -> None:
    room = Room(renderer)
    sound, question = room.act("acknowledge", "I see."), room.act("ask", QUESTION)
    room.play(sound, question)
    room.run(0.3)
    room.play(room.act("wait", withdraw=True, act=question.id))
    room.run(3.0)
    assert room.phases(sound) == ["start", "end"]
    assert room.phases(question) == ["stopped"]
    assert not room.recruiter.delivery.busy
    again = room.act("ask", QUESTION)
    room.play(again)
    room.run(4.0)
    assert room.phases(again) == ["stopped", "start", "end"]  # of one name with the first


def test_a_question_whose_sound_has_just_begun_fades_out_as_it_is_withdrawn(
    renderer: Renderer,
) -> None:
    room = Room(renderer)
    question, later = room.act("ask", QUESTION), room.act("say", HELLO)
    room.play(question, later)
    room.run(0.3)
    room.play(room.act("wait", withdraw=True, act=question.id))
    room.run(5.0)
    assert room.phases(question) == ["start", "stopped"]
    assert room.phases(later) == ["start", "end"]


def test_a_held_line_goes_on_at_the_word_in_which_it_was_cut(renderer: Renderer) -> None:
    room = Room(renderer)
    line = room.act("say", HELLO)
    room.play(line)
    room.run(0.12 + 0.9)
    assert room.recruiter.speaking
    room.play(room.act("wait", hold=True))
    held_s = room.clock.now()
    room.run(1.0)
    assert not room.recruiter.speaking and room.recruiter.delivery.busy
    assert room.poses[-1].expressions.get("jawOpen", 0.0) < 0.02
    assert room.phases(line) == ["start"]
    room.play(room.act("wait", resume=True))
    resumed_s = room.clock.now() + LEAD_S
    room.run(5.0)
    assert room.phases(line) == ["start", "end"]
    times = {f.phase: f.t_s for f in room.told if f.act_id == line.id}
    rendered = renderer.get(HELLO)
    cut_at_s = held_s - times["start"]
    words = [word.start_s for word in rendered.words if word.start_s <= cut_at_s]
    assert words and 0.0 < cut_at_s - words[-1] < 1.0
    rest_s = rendered.duration_s - words[-1]
    assert times["end"] - resumed_s == pytest.approx(rest_s, abs=0.04)


def test_a_muted_line_runs_on_and_once_held_goes_on_at_the_first_word_unheard(
    renderer: Renderer, tmp_path: Path
) -> None:
    with Mixdown(tmp_path / "recruiter.wav") as mixdown:
        room = Room(renderer, mixdown)
        line = room.act("say", HELLO)
        room.play(line)
        room.run(0.12 + 0.5)
        room.play(room.act("wait", loudness="lowered"))
        room.run(0.3)
        assert room.recruiter.speaking
        room.play(room.act("wait", loudness="muted"))
        muted_s = room.clock.now()
        room.run(0.6)
        room.play(room.act("wait", hold=True))
        room.run(1.0)
        assert room.recruiter.delivery.busy and not room.recruiter.speaking
        room.play(room.act("wait", resume=True))
        resumed_s = room.clock.now() + LEAD_S
        room.run(5.0)
    times = {f.phase: f.t_s for f in room.told if f.act_id == line.id}
    rendered = renderer.get(HELLO)
    words = [w.start_s for w in rendered.words if w.start_s <= muted_s - times["start"]]
    rest_s = rendered.duration_s - words[-1]
    assert times["end"] - resumed_s == pytest.approx(rest_s, abs=0.04)
    samples, rate = read_wav(tmp_path / "recruiter.wav")

    def level(from_s: float, to_s: float) -> float:
        return float(np.sqrt(np.mean(samples[round(from_s * rate) : round(to_s * rate)] ** 2)))

    loud = level(times["start"], muted_s - 0.35)
    assert 0.0 < level(muted_s - 0.2, muted_s) < 0.5 * loud
    assert level(muted_s + 0.03, resumed_s - 0.05) < 1e-3
    assert level(resumed_s, times["end"]) > 0.3 * loud


def test_a_line_that_was_lowered_for_nothing_ends_as_any(renderer: Renderer) -> None:
    room = Room(renderer)
    line = room.act("say", HELLO)
    room.play(line)
    room.run(0.6)
    room.play(room.act("wait", loudness="muted"))
    room.run(0.2)
    shown = len(room.recruiter.blocks)
    room.play(room.act("wait", loudness="full"))
    room.run(5.0)
    times = {f.phase: f.t_s for f in room.told if f.act_id == line.id}
    assert times["end"] - times["start"] == pytest.approx(renderer.get(HELLO).duration_s, abs=0.04)
    assert len(room.recruiter.blocks) == shown  # nothing to be seen: it lasts a moment


def test_a_held_line_can_still_be_broken_off(renderer: Renderer) -> None:
    room = Room(renderer)
    first, second = room.act("say", HELLO), room.act("ask", QUESTION)
    room.play(first, second)
    room.run(0.6)
    room.play(room.act("wait", hold=True))
    room.run(0.5)
    room.play(room.act("wait", stop=True))
    room.play(room.act("wait", resume=True))  # too late: nothing is left to go on with
    room.run(3.0)
    assert room.phases(first) == ["start", "stopped"]
    assert room.phases(second) == ["stopped"]
    assert not room.recruiter.delivery.busy


def test_a_returned_smile_shows_in_the_next_picture_and_is_told(renderer: Renderer) -> None:
    room = Room(renderer)
    room.run(3.0)
    before = room.poses[-1].expressions.get("mouthSmileLeft", 0.0)
    smile = room.act("acknowledge", gesture="smile", strength=1.0)
    began = room.clock.now()
    room.play(smile)
    room.run(0.6)
    told = [f for f in room.told if f.act_id == smile.id]
    assert [f.phase for f in told] == ["start"]
    assert 0.0 < told[0].t_s - began < 0.05
    assert room.poses[-1].expressions["mouthSmileLeft"] > before + 0.2


def test_the_same_seed_gives_the_same_life(renderer: Renderer) -> None:
    poses = []
    for _ in range(2):
        room = Room(renderer)
        room.play(room.act("say", HELLO))
        room.run(6.0)
        poses.append(room.poses)
    assert poses[0] == poses[1]


def speeds(poses: list, names: tuple[str, ...]) -> float:
    """Fastest change between two pictures of the sliders that begin so, weights per second."""
    found = {n for pose in poses for n in pose.expressions if n.startswith(names)}
    return max(
        abs(b.expressions.get(n, 0.0) - a.expressions.get(n, 0.0)) * 60
        for n in found
        for a, b in itertools.pairwise(poses)
    )


def test_nothing_in_her_face_pops_whatever_happens(renderer: Renderer) -> None:
    room = Room(renderer)
    room.run(2.0)
    room.play(room.act("acknowledge", gesture="smile", strength=1.0), room.act("say", HELLO))
    room.run(1.3)
    room.play(room.act("wait", stop=True))
    room.run(1.5)
    room.play(room.act("acknowledge", gesture="brow_raise", strength=1.0))
    room.run(0.1)
    room.play(room.act("acknowledge", gesture="tilt", strength=1.0), room.act("ask", QUESTION))
    room.run(5.0)
    own = ("brow", "eyeWide", "eyeSquint", "cheek", "mouthSmile", "mouthFrown", "mouthDimple")
    assert 0.5 < speeds(room.poses, own) <= 5.0
    assert speeds(room.poses, ("jaw", "mouth", "tongue")) <= 12.0
    for a, b in itertools.pairwise(room.poses):
        turned = (b.head.yaw_deg - a.head.yaw_deg, b.head.pitch_deg - a.head.pitch_deg)
        assert max(map(abs, turned)) < 2.0
        assert abs(b.breath - a.breath) < 0.08


def test_the_mouth_opens_before_the_sound_and_shuts_after_it(renderer: Renderer) -> None:
    room = Room(renderer)
    room.run(1.0)
    say = room.act("say", HELLO)
    room.play(say)
    room.run(renderer.get(HELLO).duration_s + 1.0)
    times = {f.phase: f.t_s for f in room.told if f.act_id == say.id}
    moves = [i / 60 for i, p in enumerate(room.poses) if p.expressions.get("jawOpen", 0) > 0.02]
    assert 0.01 <= times["start"] - moves[0] <= 0.13
    assert -0.1 <= moves[-1] - times["end"] <= 0.25


def test_a_line_begins_with_a_breath(renderer: Renderer) -> None:
    for seconds in (1.5, 3.0, 4.5):
        room = Room(renderer)
        room.run(seconds)
        room.play(room.act("ask", QUESTION))
        before = room.poses[-1].breath
        room.run(0.7)
        assert max(p.breath for p in room.poses[-42:]) > max(0.6, before - 0.05)


def test_a_smile_stays_under_speech_but_lets_the_lips_meet(renderer: Renderer) -> None:
    line = "Maybe my mum bumped the map. " * 2
    room = Room(renderer)
    room.play(room.act("acknowledge", gesture="smile", strength=1.0))
    room.run(0.8)
    room.play(room.act("say", line))
    room.run(1.8)
    speaking = room.poses[-30:]
    assert min(p.expressions.get("mouthSmileLeft", 0.0) for p in speaking) > 0.15
    assert max(p.expressions.get("mouthUpperUpLeft", 0.0) for p in speaking) < 0.6
    opened = [room.recruiter.delivery.opening()]
    for _ in range(60):
        room.run(1 / 60)
        opened.append(room.recruiter.delivery.opening())
    assert min(opened) == 0.0


@pytest.mark.slow
def test_an_interview_keeps_the_shares_of_gaze_and_the_rates_of_blinks() -> None:
    persona = movement.average_persona()
    track = movement.simulate(persona, 600.0, seed=4, rate_hz=30)
    at = movement.contact(track)
    assert at[~track.speaking].mean() == pytest.approx(0.75, abs=0.08)
    assert at[track.speaking].mean() == pytest.approx(0.41, abs=0.09)
    assert movement.blinks_per_min(track, False) == pytest.approx(17, rel=0.2)
    assert movement.blinks_per_min(track, True) == pytest.approx(26, rel=0.2)
    assert movement.loop_share(track)[0] < movement.LOOP_SHARE


@pytest.mark.slow
@pytest.mark.render
def test_her_eyes_in_the_room_stay_on_the_candidate_while_she_nods(
    stage, renderer: Renderer
) -> None:
    """The joints that are drawn, not only the angles: within half a degree of where she looks."""
    from game.scene.room import Room as Office

    room, drawn = Room(renderer), Office(stage, "anna", self_view=False)
    try:
        worst = 0.0
        for number in range(240):
            if number % 80 == 0:
                room.play(room.act("acknowledge", gesture="nod", strength=1.0))
            room.recruiter.gaze.candidate = drawn.direction_to_candidate()
            pose = room.recruiter.advance(room.clock.now())
            apply_pose(drawn.human, pose)
            room.clock.sleep(1 / 60)
            turn = LQuaternionf()
            turn.set_hpr(Vec3(pose.eyes.yaw_deg, -pose.eyes.pitch_deg, 0))
            seen = drawn.human.head_quat.xform(turn.xform(Vec3(0, -1, 0)))
            yaw = math.degrees(math.atan2(seen.x, -seen.y))
            pitch = math.degrees(math.asin(seen.z))
            line = room.recruiter.gaze.line
            worst = max(worst, math.hypot(yaw - line.yaw_deg, pitch - line.pitch_deg))
    finally:
        drawn.close()
    assert worst < 0.5


def test_an_update_costs_little_of_a_frame(renderer: Renderer) -> None:
    room = Room(renderer)
    room.play(room.act("ask", QUESTION))

    def frame() -> None:
        room.clock.sleep(1 / 60)
        room.recruiter.advance(room.clock.now())

    assert cost(frame, 600) < 0.7
