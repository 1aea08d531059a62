"""Each quality draws a lit person, falls back where the driver refuses, and smooths outlines."""

from __future__ import annotations

import subprocess

import numpy as np
import pytest

from game.bake.mesh import Part
from game.bake.occlusion import shade
from game.stage.quality import tier_for
from game.stage.settings import StageSettings
from tests.game.stage.test_stage import run_python

pytestmark = pytest.mark.render


@pytest.mark.parametrize(
    ("wanted", "software", "tier"),
    [
        ("auto", True, "lean"),
        ("auto", False, "full"),
        ("lean", False, "lean"),
        ("full", True, "full"),
    ],
)
def test_tier_follows_setting_and_driver(wanted, software, tier):
    assert tier_for(wanted, software) == tier


def test_unknown_quality_is_refused():
    with pytest.raises(ValueError, match="lean"):
        StageSettings(quality="best")


def sheet(z: float, half: float, steps: int) -> Part:
    """A level square of cloth at a height, (steps + 1)² vertices, seen from above."""
    side = np.linspace(-half, half, steps + 1)
    x, y = np.meshgrid(side, side)
    points = np.column_stack([x.ravel(), y.ravel(), np.full(x.size, z)])
    first = (np.arange(steps)[:, None] * (steps + 1) + np.arange(steps)).ravel()
    right, up = first + 1, first + steps + 1
    triangles = np.concatenate(
        [np.column_stack([first, right, up]), np.column_stack([right, up + 1, up])]
    )
    return Part(
        "sheet",
        "wool",
        points,
        np.tile([0.0, 0.0, 1.0], (len(points), 1)),
        np.zeros((len(points), 2)),
        triangles,
        np.ones((len(points), 1), np.float32),
        np.full((1, 1, 4), 255, np.uint8),
    )


def test_what_lies_below_is_shadowed_and_what_lies_above_is_not():
    ground, lid = sheet(0.0, 0.20, 20), sheet(0.05, 0.06, 8)
    shade([ground, lid])
    assert ground.visibility is not None and lid.visibility is not None
    middle = np.hypot(*ground.points[:, :2].T) < 0.03
    corner = np.hypot(*ground.points[:, :2].T) > 0.25
    above = 2  # the third light
    assert ground.visibility[middle, above].mean() > 0.5
    assert ground.visibility[corner, above].mean() < 0.1
    assert ground.visibility[middle, 3].mean() < ground.visibility[corner, 3].mean() - 0.3
    assert lid.visibility[:, above].max() < 0.1


def test_light_from_the_left_leaves_a_shadow_on_the_right():
    ground, lid = sheet(0.0, 0.25, 30), sheet(0.08, 0.05, 8)
    shade([ground, lid])
    assert ground.visibility is not None
    x, y = ground.points[:, :2].T
    right = (abs(x - 0.08) < 0.04) & (abs(y - 0.08) < 0.04)
    left = (abs(x + 0.08) < 0.04) & (abs(y - 0.08) < 0.04)
    assert ground.visibility[right, 0].mean() > ground.visibility[left, 0].mean() + 0.2


ROOM = """
import json, sys
import numpy as np
from game.stage import shading
from game.stage.base import Stage, StageSettings
from game.scene.room import Room
from panda3d.core import load_prc_file_data
tier, prepare = sys.argv[1:3] if len(sys.argv) > 2 else (TIER, PREPARE)
exec(prepare)
with Stage(640, 360, 'offscreen', settings=StageSettings(quality=tier)) as s:
    room = Room(s, 'anna', self_view=False)
    eye, lens = room.human.eye_point(), s.lens
    def look():
        for _ in range(3): s.step()
        return s.picture().astype(float)
    s.base.setBackgroundColor(0, 1, 0)
    room.office._backdrop.hide(); room._shadows._root.hide()
    def between():
        # outline pixels whose colour lies between the person's and the green behind
        green = look()
        share = np.clip((green[..., 1] - np.maximum(green[..., 0], green[..., 2])) / 255, 0, 1)
        return int(((share > 0.15) & (share < 0.85)).sum()), int((share < 0.15).sum())
    smooth, person = between()
    s.hide_people()
    rough, _ = between()
    room.office._backdrop.show()
    s.camera.set_pos(0, eye.y - 0.6, eye.z); s.camera.look_at(s.scene, 0, 0, eye.z - 0.02)
    lens.set_min_fov(20)
    near = look()
    from panda3d.core import Point2
    def pixel(dx, dz):
        at, spot = s.camera.get_relative_point(s.scene, eye + (dx, -0.02, dz)), Point2()
        assert lens.project(at, spot)
        x, y = int((spot.x + 1) * 320), int((1 - spot.y) * 180)
        return near[y-6:y+7, x-6:x+7].mean()
    print(json.dumps({
        'tier': s.quality, 'note': s.driver.note,
        'left': pixel(-0.045, -0.045), 'right': pixel(0.045, -0.045),
        'smooth': smooth, 'rough': rough, 'person': person,
    }))
"""

REFUSE = (
    "shading.TIERS['full'] = {'skin': (shading.TIERS['full']['skin'][0], '#version 130\\nno GLSL')}"
)


def drawn(tier: str, prepare: str = "") -> tuple[dict, subprocess.CompletedProcess[str]]:
    """What a room in a process of its own says about its picture, and the process."""
    import json

    code = f"TIER, PREPARE = {tier!r}, {prepare!r}\n{ROOM}"
    done = run_python(code)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done


@pytest.mark.slow
@pytest.mark.parametrize("tier", ["lean", "full"])
def test_a_quality_draws_a_person_lit_from_the_key(tier):
    seen, done = drawn(tier)
    assert seen["tier"] == tier
    assert seen["note"] == ""
    assert done.stderr == ""
    assert seen["person"] > 10_000
    # the key comes from the picture's left
    assert seen["left"] > seen["right"] * 1.05
    assert 60 < seen["right"] < seen["left"] < 245
    # drawn in one go, only blended hair and hems lie between person and room
    assert seen["smooth"] > seen["rough"] + 150, (seen["smooth"], seen["rough"])


@pytest.mark.slow
def test_a_refused_program_leaves_the_lean_quality_and_one_plain_note():
    seen, done = drawn("full", REFUSE)
    assert seen["tier"] == "lean"
    assert "skin" in seen["note"]
    assert ";" not in seen["note"]
    assert done.stderr == ""
    assert seen["left"] > seen["right"] * 1.05


@pytest.mark.slow
def test_a_refused_layer_still_draws_the_person():
    refuse = (
        "from game.stage import layers\n"
        "def no(*a, **k): raise LookupError('the driver refuses a layer of 1 samples per pixel')\n"
        "layers.PeopleLayer._open = no"
    )
    seen, _ = drawn("lean", refuse)
    assert "layer" in seen["note"]
    assert seen["person"] > 10_000


@pytest.mark.slow
def test_without_shaders_fixed_functions_light_her():
    seen, _ = drawn("full", "load_prc_file_data('', 'recruiter-fixed-function 1')")
    assert seen["tier"] == "fixed"
    assert "fixed" in seen["note"]
    assert seen["left"] > seen["right"] * 1.05
    assert seen["person"] > 10_000


HAND = """
import json
import numpy as np
from panda3d.core import Point2
from game.pose import HandTarget, Pose
from game.scene.room import Room
from game.stage.shadowmap import ShadowMap
from game.stage.base import Stage, StageSettings
exec(PREPARE)
with Stage(640, 360, 'offscreen', settings=StageSettings(quality='full')) as s:
    room = Room(s, 'anna', self_view=False)
    def look(right):
        for _ in range(3): room.draw(Pose(right=right))
        return s.picture().astype(float)
    rest = look(None)
    raised = look(HandTarget((-0.14, -0.34, 1.02), heading_deg=40, pitch_deg=50, roll_deg=60))
    def pixel(x, z):
        spot = Point2()
        assert s.lens.project(s.camera.get_relative_point(s.scene, (x, -0.12, z)), spot)
        return int((spot.x + 1) * 320), int((1 - spot.y) * 180)
    (left, top), (right, bottom) = pixel(-0.04, 1.10), pixel(0.14, 0.88)
    before, after = rest[top:bottom, left:right], raised[top:bottom, left:right]
    # her jacket is blue, her hand is not
    jacket = (before[..., 2] > before[..., 0] + 15) & (after[..., 2] > after[..., 0] + 8)
    dark = jacket & (after.sum(2) < 0.85 * before.sum(2))
    print(json.dumps({
        'tier': s.quality, 'note': s.driver.note,
        'jacket': int(jacket.sum()), 'dark': int(dark.sum()),
    }))
"""

REFUSE_MAP = (
    "def no(self): raise LookupError('the driver refuses a shadow map: shadows are those baked')\n"
    "ShadowMap._open = no"
)


@pytest.mark.slow
def test_a_hand_before_the_key_light_darkens_the_chest_where_a_map_is_to_be_had():
    import json

    seen = {}
    for name, prepare in (("map", ""), ("refused", REFUSE_MAP)):
        done = run_python(f"PREPARE = {prepare!r}\n{HAND}")
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
        seen[name] = json.loads(done.stdout)
        assert seen[name]["tier"] == "full"
    assert seen["map"]["note"] == ""
    assert "shadow map" in seen["refused"]["note"]
    assert seen["map"]["jacket"] > 300
    assert seen["map"]["dark"] > 40 + 2 * seen["refused"]["dark"], seen
