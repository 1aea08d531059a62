"""The baked human as a camera sees it.

These tests bake into the normal cache, so that only the first run pays for it.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import pytest
from panda3d.core import NodePath, Thread, Vec3, Vec4

from dialogue.types import Behaviour
from game.bake.identity import identities
from game.behaviour.gestures import gestures, rests, target_of
from game.behaviour.gesturing import Gesturer
from game.behaviour.players import Active
from game.behaviour.spans import fit, usual_spans
from game.figure import hands
from game.figure.human import DESK_HANDS, Human
from game.figure.pose3d import apply_pose
from game.places import DESK_EDGE_M, DESK_HEIGHT_M, NOTEBOOK, PEN
from game.pose import HandTarget, Pose
from game.scene.held_pen import HeldPen
from game.scene.seating import seat_for
from game.stage import shading
from perception.errors import InputError

pytestmark = [pytest.mark.render, pytest.mark.slow]

_GREEN = np.array([0, 255, 0])


class Studio:
    """A human alone before green, and a face finder for its pictures."""

    open: ClassVar[list[Studio]] = []

    def __init__(self, stage, who: str) -> None:
        import mediapipe as mp

        self.stage = stage
        self.scene = stage.scene.attach_new_node("studio")
        shading.set_lights(self.scene)
        stage.base.win.set_clear_color(Vec4(0, 1, 0, 1))
        self.human = Human(who, self.scene, stage.base.win.gsg)
        self.finder = mp.solutions.face_mesh.FaceMesh(
            static_image_mode=True, refine_landmarks=True, max_num_faces=3
        )
        Studio.open.append(self)
        self.frame(0.0)

    def frame(self, around_deg: float, fov_deg: float = 30.0, drop_m: float = 0.03) -> None:
        eye = self.human.eye_point()
        turn = np.radians(around_deg)
        target = eye + Vec3(0, 0.05, -drop_m)
        self.stage.camera.set_pos(target + Vec3(np.sin(turn), -np.cos(turn), 0) * 1.1)
        self.stage.camera.look_at(target)
        self.stage.lens.set_fov(fov_deg)

    def picture(self) -> np.ndarray:
        self.stage.step()
        self.stage.step()
        return self.stage.picture()

    def faces(self) -> list[np.ndarray]:
        """Each found face's (478, 2) landmarks in pixels."""
        picture = self.picture()
        found = self.finder.process(np.ascontiguousarray(picture)).multi_face_landmarks or []
        scale = np.array(picture.shape[1::-1])
        return [np.array([(p.x, p.y) for p in face.landmark]) * scale for face in found]

    def face(self) -> np.ndarray:
        faces = self.faces()
        assert len(faces) == 1
        return faces[0]

    def rest(self) -> None:
        from game.bake.arkit import ARKIT_NAMES

        for other in Studio.open:
            other.scene.hide()
        self.scene.show()
        self.human.set_expressions(dict.fromkeys(ARKIT_NAMES, 0.0))
        self.human.set_gaze(0, 0)
        self.human.set_head(0, 0, 0)
        self.human.set_torso(0, 0, 0)
        self.human.set_breath(0)
        self.human.set_shoulders(0)
        for side in ("L", "R"):
            self.human.set_hand(side, None)
        self.human.settle()
        self.frame(0.0)

    def close(self) -> None:
        Studio.open.remove(self)
        self.finder.close()
        self.scene.remove_node()
        self.stage.step()  # the driver lets go of a person with the next frame


@pytest.fixture(scope="module", params=["anna", "marcus", "candidate"])
def everyone(stage, request) -> Iterator[Studio]:
    studio = Studio(stage, request.param)
    yield studio
    studio.close()


@pytest.fixture(scope="module")
def anna(stage) -> Iterator[Studio]:
    studio = Studio(stage, "anna")
    yield studio
    studio.close()


@pytest.fixture
def still(anna) -> Studio:
    anna.rest()
    return anna


@pytest.mark.parametrize("around", [0.0, 25.0, -25.0])
def test_one_face_is_seen(everyone, around):
    everyone.rest()
    everyone.frame(around)
    assert len(everyone.faces()) == 1


def test_a_smile_widens_the_mouth(everyone):
    everyone.rest()
    before = everyone.face()
    everyone.human.set_expressions({"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0})
    after = everyone.face()

    def width(face: np.ndarray) -> float:
        return float(np.linalg.norm(face[61] - face[291]) / np.linalg.norm(face[33] - face[263]))

    assert width(after) > 1.12 * width(before)


def test_nothing_shows_through_the_face(everyone):
    everyone.rest()
    face = everyone.face()
    import cv2

    oval = cv2.convexHull(face[:468].astype(np.float32)).astype(np.int32)
    picture = everyone.picture()
    inside = np.zeros(picture.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, oval, (1,))
    inside = cv2.erode(inside, np.ones((9, 9), np.uint8)).astype(bool)
    holes = np.abs(picture.astype(int) - _GREEN).sum(axis=2) < 60
    assert inside.sum() > 5000
    assert not (holes & inside).any()


@pytest.mark.parametrize(
    "name",
    ["jawOpen", "eyeBlinkLeft", "browInnerUp", "mouthPucker", "mouthFunnel", "noseSneerRight"],
)
def test_a_slider_changes_the_picture_and_comes_back(still, name):
    before = still.picture().astype(int)
    still.human.set_expressions({name: 1.0})
    during = still.picture().astype(int)
    still.human.set_expressions({name: 0.0})
    after = still.picture().astype(int)
    assert (np.abs(during - before).sum(axis=2) > 30).sum() > 40
    assert np.abs(after - before).max() <= 2


def test_left_is_the_human_s_own_left(still):
    before = still.picture().astype(int)
    still.human.set_expressions({"eyeBlinkLeft": 1.0})
    changed = np.abs(still.picture().astype(int) - before).sum(axis=2) > 30
    middle = changed.shape[1] / 2
    assert np.nonzero(changed)[1].mean() > middle  # its left is at the picture's right


@pytest.mark.parametrize(("yaw", "pitch"), [(22.0, 0.0), (-22.0, 0.0), (0.0, 15.0), (0.0, -20.0)])
def test_gaze_turns_the_iris(still, yaw, pitch):
    still.frame(0.0, fov_deg=14.0)
    before = still.face()
    still.human.set_gaze(yaw, pitch)
    after = still.face()
    # relative to the eyes' corners, so that a shift of the whole face does not count
    moved = np.mean(
        [
            (after[iris] - (after[a] + after[b]) / 2) - (before[iris] - (before[a] + before[b]) / 2)
            for iris, a, b in ((468, 33, 133), (473, 362, 263))
        ],
        axis=0,
    )
    if yaw:
        assert moved[0] * np.sign(yaw) > 3.0
    else:
        assert -moved[1] * np.sign(pitch) > 0.8


def test_head_angles_have_the_camera_s_signs(still):
    def nose_and_tilt() -> tuple[np.ndarray, float]:
        face = still.face()
        middle = (face[234] + face[454]) / 2
        tilt = face[263] - face[33]
        return face[1] - middle, float(np.degrees(np.arctan2(tilt[1], tilt[0])))

    rest, level = nose_and_tilt()
    still.human.set_head(20, 0, 0)
    assert nose_and_tilt()[0][0] > rest[0] + 10
    still.human.set_head(0, 15, 0)
    assert nose_and_tilt()[0][1] < rest[1] - 5
    still.human.set_head(0, 0, 15)
    assert nose_and_tilt()[1] == pytest.approx(level + 15, abs=4)


def test_leaning_forward_brings_the_eyes_nearer_and_leaves_the_hands(still):
    human = still.human
    eyes = human.eye_point()
    hand = Vec3(human._net("wrist.L")[0])
    human.set_torso(0, -10, 0)
    human.settle()
    assert human.eye_point().y < eyes.y - 0.05
    assert (human._net("wrist.L")[0] - hand).length() < 0.005


def test_sits_at_its_documented_place(everyone):
    everyone.rest()
    eye = everyone.human.eye_point()
    assert 1.12 < eye.z < 1.32
    assert everyone.human.eye_height_m == pytest.approx(eye.z, abs=0.01)
    assert abs(eye.x) < 0.01
    assert -0.2 < eye.y < 0.0


def test_hands_rest_on_the_desk(everyone):
    everyone.rest()
    for side in ("L", "R"):
        for joint in ("wrist", "finger3-1", "finger3-3", "finger5-3"):
            at = everyone.human._net(f"{joint}.{side}")[0]
            assert 0.73 < at.z < 0.84, (joint, side, at)
            assert at.y < -0.28


def test_a_hand_goes_where_it_is_sent(still):
    target = HandTarget((0.2, -0.33, 0.86), heading_deg=20.0, roll_deg=90.0)
    still.human.set_hand("L", target)
    still.human.settle()
    at = still.human._net("wrist.L")[0]
    assert (at - Vec3(*target.wrist)).length() < 0.002
    other = still.human._net("wrist.R")[0]
    assert abs(other.y - DESK_HANDS["R"].wrist[1]) < 0.02


def skin(human: Human, side: str) -> np.ndarray:
    """(n, 3) points of a hand's skin as they are drawn, metres."""
    found = []
    human.character.force_update()
    for path in human._model.find_all_matches("**/hands*"):
        data = path.node().get_geom(0).get_vertex_data()
        data = data.animate_vertices(True, Thread.get_current_thread())
        array = data.get_array(data.get_format().get_array_with("vertex"))
        rows = np.frombuffer(bytes(array.get_handle().get_data()), np.uint8)
        rows = rows.reshape(-1, array.get_array_format().get_stride())[:, :12]
        found.append(rows.copy().view(np.float32))
    # in the baked pose the two hands lie on their own sides; rows keep their order
    points, own = np.concatenate(found), hands.skin_of(human._model)[:, 0] > 0.0
    return points[own if side == "L" else ~own] + np.array([*human._model.get_pos()])


@contextlib.contextmanager
def seated(stage, who: str) -> Iterator[Human]:
    scene = stage.scene.attach_new_node("bodies")
    human = Human(who, scene, stage.base.win.gsg)
    human.sit(seat_for(human.eye_height_m, human.arms["R"].reach_m))
    yield human
    scene.remove_node()


@pytest.fixture(scope="module", params=identities())
def body(stage, request) -> Iterator[Human]:
    with seated(stage, request.param) as human:
        yield human


EXTREMES = ("mei", "kwame", "marcus")
"""The shortest arms, the longest, and the broadest trunk."""


@pytest.fixture(
    scope="module",
    params=[
        *((who, 15) for who in EXTREMES),
        *(pytest.param((who, 60), marks=pytest.mark.whole) for who in identities()),
    ],
    ids=lambda given: f"{given[0]} at {given[1]} Hz",
)
def extreme(stage, request) -> Iterator[tuple[Human, int]]:
    """A body, and how many times a second it is looked at."""
    who, rate_hz = request.param
    with seated(stage, who) as human:
        yield human, rate_hz


@pytest.mark.parametrize("rest", sorted(rests()))
def test_hands_touch_the_desk_in_every_rest(body, rest):
    for side, name in (("L", "left"), ("R", "right")):
        body.set_hand(side, target_of(rests()[rest][name], name))
    body.set_torso(0, -2, 0)
    body.settle()
    for side, name in (("L", "left"), ("R", "right")):
        lowest = float(skin(body, side)[:, 2].min())
        on_desk = rests()[rest][name][8] == 0.0
        if on_desk:
            assert abs(lowest - DESK_HEIGHT_M) < 0.003, (side, lowest)
        else:
            other = skin(body, "R" if side == "L" else "L")[:, 2].max()
            assert DESK_HEIGHT_M + 0.005 < lowest < other + 0.005


@pytest.mark.parametrize("name", sorted(gestures()))
def test_arms_stay_out_of_desk_and_trunk_in_every_gesture(extreme, name):
    body, rate_hz = extreme
    behaviour = Behaviour("g", "gesture", {"lexeme": name, "mode": "BOTH_HANDS", "number": 4})
    given = Active(behaviour, fit(usual_spans(behaviour), {"start": 0.1}), amount=1.0)
    player = Gesturer(random.Random(3), "apart")
    last: dict[str, Vec3] = {}
    nearest = 0.0
    for i in range(int((given.times["end"] + 1.0) * rate_hz)):
        t_s = i / rate_hz
        cues = [given] if given.times["start"] <= t_s and not given.over(t_s) else []
        moment = player.advance(t_s, cues)
        apply_pose(
            body,
            Pose(
                head=moment.head,
                torso=moment.torso,
                shoulders=moment.shoulders,
                breath=0.5 + 0.5 * np.sin(t_s),
                left=moment.left,
                right=moment.right,
            ),
        )
        for side, sign in (("L", 1.0), ("R", -1.0)):
            arm = body.arms[side]
            nearest = min(nearest, arm.wrist.y)
            for joint in ("wrist", "finger1-3", "finger2-3", "finger3-3", "finger5-3"):
                at = body._net(f"{joint}.{side}")[0]
                assert at.y > DESK_EDGE_M or at.z > DESK_HEIGHT_M + 0.002, (joint, t_s, at)
            if arm.elbow.y < DESK_EDGE_M:
                assert arm.elbow.z > DESK_HEIGHT_M
            # seen from above the elbow is no nearer to the trunk's middle than the shoulder
            across = (arm.elbow - arm.shoulder).x * sign
            assert across > -0.005 or arm.elbow.y < -0.2, (side, t_s, across)
            stretch = (arm.wrist - arm.shoulder).length() / arm.reach_m
            assert 0.3 < stretch <= 1.0
            if side in last:
                assert (arm.elbow - last[side]).length() < 3.0 / rate_hz, (side, t_s)  # 3 m/s
            last[side] = arm.elbow
        if i % (rate_hz // 5) == 0:
            for side in ("L", "R"):
                points = skin(body, side)
                over = points[points[:, 1] < DESK_EDGE_M]
                assert over[:, 2].min() > DESK_HEIGHT_M - 0.003, (side, t_s)
    if name == "HANDSHAKE":
        assert nearest < -0.60


def test_the_pen_writes_on_the_page_and_lies_where_it_lay(body):
    pen = body.root.attach_new_node("pen")
    pen.set_pos(-0.2, -0.4, 0.74)
    held = HeldPen(pen, body)
    behaviour = Behaviour("g", "gesture", {"lexeme": "WRITE_NOTE"})
    cue = Active(behaviour, fit(usual_spans(behaviour), {"start": 0.0}))
    player = Gesturer(random.Random(3))
    last, written = Vec3(pen.get_pos()), []
    for i in range(300):
        t_s = i / 60
        note = player.advance(t_s, [] if cue.over(t_s) else [cue])
        apply_pose(body, Pose(torso=note.torso, left=note.left, right=note.right, pen=note.pen))
        held.set_lift(note.pen)
        assert (pen.get_pos() - last).length() < 0.03, t_s
        last = Vec3(pen.get_pos())
        if cue.times["strokeStart"] + 0.2 < t_s < cue.times["strokeEnd"]:
            written.append(body.root.get_relative_point(pen, (0, -PEN.size[1] / 2, 0)))
    tips = np.array([[*tip] for tip in written])
    assert np.abs(tips[:, 2] - NOTEBOOK.top_m).max() < 0.005
    assert np.abs(tips[:, 0] - NOTEBOOK.center[0]).max() < 0.17
    assert np.abs(tips[:, 1] - NOTEBOOK.center[1]).max() < 0.12
    assert np.ptp(tips[:, 0]) > 0.04
    assert (pen.get_pos() - Vec3(-0.2, -0.4, 0.74)).length() < 1e-4
    pen.remove_node()


def test_shoulders_shrug(body):
    for side in ("L", "R"):
        body.set_hand(side, None)
    body.set_torso(0, 0, 0)
    body.set_breath(0)
    body.set_shoulders(0)
    body.settle()
    low = Vec3(body.arms["L"].shoulder)
    wrist = Vec3(body.arms["L"].wrist)
    body.set_shoulders(1)
    body.settle()
    assert 0.02 < body.arms["L"].shoulder.z - low.z < 0.05
    assert (body.arms["L"].wrist - wrist).length() < 0.002
    body.set_shoulders(0)
    body.settle()


def test_breath_moves_the_chest_not_the_head_s_direction(still):
    before = still.human.head_quat
    still.human.set_breath(1.0)
    assert before.angle_deg(still.human.head_quat) < 0.5
    assert still.human._controls["spine02"].get_p() != 0


def test_wrong_names_are_refused_with_the_right_ones(still):
    with pytest.raises(InputError, match="jawOpen"):
        still.human.set_expressions({"jaw": 1.0})
    with pytest.raises(InputError, match="'L' or 'R'"):
        still.human.set_hand("left", None)


def test_fixed_function_light_where_shaders_are_switched_off(stage):
    from panda3d.core import load_prc_file_data, unload_prc_file

    page = load_prc_file_data("test", "recruiter-fixed-function true")
    try:
        card = NodePath("card")
        assert shading.apply(card, "skin", stage.base.win.gsg) is False
    finally:
        unload_prc_file(page)
    assert shading.apply(card, "skin", stage.base.win.gsg) is True
