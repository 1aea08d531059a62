"""Clothes as a camera sees them: no skin through cloth, no hole in it, within their budget.

These tests bake into the normal cache, so that only the first run pays for it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest
from panda3d.core import ColorAttrib, NodePath, Vec3, Vec4

from game.bake.body import Figure, with_legs_seated
from game.bake.clothes import clothes_parts
from game.bake.drape import DeskPose, body_shell
from game.bake.identity import identities, load_identity
from game.bake.source import base_mesh, rig_of, shaped_vertices
from game.behaviour.gestures import rests, target_of
from game.figure.human import Human
from game.figure.pose3d import apply_pose
from game.pose import Angles, HandTarget, Pose
from game.stage import shading

_SKIN = ("head", "hand")
_MOST_TRIANGLES = 5000

POSES = {
    "desk": Pose(),
    "lean": Pose(torso=Angles(0.0, -12.0, 0.0), shoulders=1.0, breath=1.0),
    "back": Pose(torso=Angles(0.0, 12.0, 0.0), head=Angles(0.0, -15.0, 0.0)),
    "left": Pose(head=Angles(40.0, 10.0, 8.0)),
    "right": Pose(head=Angles(-40.0, -10.0, -8.0), shoulders=0.6),
    "raised": Pose(
        left=HandTarget((0.20, -0.33, 1.00), 15.0, 45.0, 80.0),
        right=HandTarget((-0.24, -0.30, 0.95), 15.0, 40.0, 120.0),
    ),
    **{
        f"hands {name}": Pose(
            left=target_of(hands["left"], "left"), right=target_of(hands["right"], "right")
        )
        for name, hands in rests().items()
    },
}


def figure_of(name: str, **fields: Any) -> Figure:
    """One identity's body without expressions."""
    who = replace(load_identity(name), **fields)
    vertices = shaped_vertices(who)
    hips = rig_of(vertices).heads["spine05"]
    vertices = with_legs_seated(vertices + np.array([0.0, -hips[1], 0.545 - hips[2]]))
    return Figure(who, base_mesh(), vertices, rig_of(vertices), {})


class Mannequin:
    """A human before green of whom only skin (magenta) and clothes (white) are drawn."""

    def __init__(self, stage, who: str) -> None:
        self.stage = stage
        self.scene: NodePath = stage.scene.attach_new_node("mannequin")
        stage.base.win.set_clear_color(Vec4(0, 1, 0, 1))
        shading.set_lights(self.scene)
        self.human = Human(who, self.scene, stage.base.win.gsg)
        for part in self.human.root.find_all_matches("**/+GeomNode"):
            part.clear_shader()
            part.clear_texture()
            part.set_texture_off(1)
            part.set_light_off(1)
            name = part.name
            if name.startswith("clothes"):
                part.set_attrib(ColorAttrib.make_flat(Vec4(1, 1, 1, 1)), 1)
            elif name.startswith(_SKIN):
                part.set_attrib(ColorAttrib.make_flat(Vec4(1, 0, 1, 1)), 1)
            else:
                part.hide()

    def picture(self, pose: Pose, around_deg: float) -> np.ndarray:
        apply_pose(self.human, pose)
        turn = np.radians(around_deg)
        target = Vec3(0, -0.1, 0.95)
        self.stage.camera.set_pos(target + Vec3(np.sin(turn), -np.cos(turn), 0.10) * 1.3)
        self.stage.camera.look_at(target)
        self.stage.lens.set_fov(58.0)
        self.stage.step()
        self.stage.step()
        return np.asarray(self.stage.picture()).astype(int)

    def pixel(self, x: float, y: float, z: float) -> tuple[int, int]:
        from panda3d.core import Point2, Point3

        place = self.stage.camera.get_relative_point(self.scene, Point3(x, y, z))
        at = Point2()
        assert self.stage.lens.project(place, at)
        height, width = self.stage.picture().shape[:2]
        return int((at.x + 1) / 2 * width), int((1 - at.y) / 2 * height)

    def close(self) -> None:
        self.scene.remove_node()


@pytest.fixture(scope="module", params=identities())
def mannequin(stage, request):
    shown = Mannequin(stage, request.param)
    yield shown
    shown.close()


@pytest.mark.render
@pytest.mark.slow
@pytest.mark.parametrize("around", [0.0, 30.0, -30.0])
@pytest.mark.parametrize("pose", POSES)
def test_skin_shows_only_above_the_neckline_and_beyond_the_cuffs(mannequin, pose, around):
    picture = mannequin.picture(POSES[pose], around)
    skin = (picture[..., 0] > 150) & (picture[..., 1] < 110) & (picture[..., 2] > 150)
    count, _, stats, _ = cv2.connectedComponentsWithStats(skin.astype(np.uint8), connectivity=8)
    pieces = [tuple(stats[i]) for i in range(1, count) if stats[i, cv2.CC_STAT_AREA] >= 10]
    # head with neck and chest, and two hands: skin that comes through cloth is a piece of its own
    assert 1 <= len(pieces) <= 3, pieces


@pytest.mark.render
@pytest.mark.slow
@pytest.mark.parametrize("around", [0.0, 30.0, -30.0])
@pytest.mark.parametrize("pose", POSES)
def test_nothing_behind_is_seen_through_the_trunk(mannequin, pose, around):
    picture = mannequin.picture(POSES[pose], around)
    lean = POSES[pose].torso.pitch_deg
    forward = -np.sin(np.radians(lean)) * 0.3
    left, top = mannequin.pixel(-0.07, -0.08 - forward, mannequin.human.eye_height_m - 0.22)
    right, bottom = mannequin.pixel(0.07, -0.08, 0.74)
    trunk = picture[top:bottom, left:right]
    assert trunk.size > 3000
    assert (trunk.min(axis=2) > 200).mean() > 0.4
    behind = (trunk[..., 1] > 200) & (trunk[..., 0] < 60) & (trunk[..., 2] < 60)
    assert behind.sum() == 0


@pytest.mark.parametrize("name", ["anna", "marcus", "kwame", "ingrid"])
def test_clothes_keep_their_budget_and_weights_whole(name):
    (part,) = clothes_parts(figure_of(name))
    assert 2500 < len(part.triangles) <= _MOST_TRIANGLES
    assert not part.blend
    assert np.allclose(part.weights.sum(axis=1), 1.0, atol=1e-6)
    assert np.isfinite(part.points).all()
    assert np.allclose(np.linalg.norm(part.normals, axis=1), 1.0, atol=1e-3)


@pytest.mark.parametrize(
    ("outer", "top"),
    [("jacket", "turtleneck"), ("cardigan", "polo"), ("none", "crew"), ("cardigan", "blouse")],
)
def test_any_top_can_be_worn_below_anything(outer, top):
    scarf = (0.5, 0.2, 0.2) if top == "blouse" else None
    (part,) = clothes_parts(figure_of("ingrid", outer=outer, top=top, scarf=scarf))
    assert len(part.triangles) > 2500
    assert part.texture[..., 3].min() == 255


def test_the_desk_pose_is_undone_exactly():
    figure = figure_of("marcus")
    pose = DeskPose(figure)
    shell = body_shell(figure, pose)
    points, _ = pose.unposed(shell.points, shell.normals, shell.weights)
    assert np.allclose(pose.posed(points, shell.weights), shell.points, atol=1e-9)
    # the arms have come down and forward from the bind pose
    sleeve = shell.along > 1.8
    assert shell.points[sleeve, 1].mean() < points[sleeve, 1].mean() - 0.1


@pytest.mark.parametrize("field", ["outer", "top", "top_cloth"])
def test_an_unknown_garment_is_named(field):
    wrong: dict[str, Any] = {field: "toga"}
    with pytest.raises(ValueError, match=f"{field} must be one of .* not 'toga'"):
        replace(load_identity("anna"), **wrong)
