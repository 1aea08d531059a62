"""Identities, and the cache of baked humans."""

from __future__ import annotations

import gzip
import os
import stat

import numpy as np
import pytest

from game.bake import cache, identity
from game.bake.arkit import ARKIT_NAMES
from game.bake.assemble import rested
from game.bake.body import Figure
from game.bake.cache import ensure_baked
from game.bake.eyes import eye_parts
from game.bake.facepaint import FacePaint
from game.bake.headchart import FaceMap, HeadChart
from game.bake.identity import identities, load_identity
from game.bake.mesh import Part, rasterise, split, triangulated
from game.bake.simplify import simplified
from game.bake.source import (
    base_mesh,
    expression_targets,
    read_target,
    rig_of,
    shaped_vertices,
)
from perception.errors import InputError, SettingsError, StorageError
from tests.wrong_numbers import WRONG_NUMBERS


def test_every_identity_loads_and_they_differ():
    found = {name: load_identity(name) for name in identities()}
    assert {"anna", "marcus", "candidate"} <= set(found)
    assert len({who.skin for who in found.values()}) == len(found)


def test_unknown_identity_names_those_there_are():
    with pytest.raises(InputError, match="anna"):
        load_identity("nobody")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("hait = 1", "hait"),
        ("age = 3.0", "age"),
        ('cut = "mullet"', "mullet"),
        ("[rest]\ngrin = 0.1", "grin"),
    ],
)
def test_bad_content_file_is_named_with_its_key(tmp_path, monkeypatch, line, said):
    (tmp_path / "odd.toml").write_text(line + "\n")
    monkeypatch.setattr(identity, "IDENTITIES", tmp_path)
    with pytest.raises(SettingsError, match=said) as caught:
        load_identity("odd")
    assert "odd.toml" in str(caught.value)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("age = {}", "age is .*; use 0 to 1"),
        ("lips_closed = {}", "lips_closed is .*; use 0 to 1"),
        ("brow_lift = {}", "brow_lift is .*; use -0.02 to 0.02"),
        ("african = {}", "african is .*; it must not be negative, at most 1000000"),
        ("seed = {}", "seed is .*; use 0 to 4294967295"),
        ("skin = [0.5, {}, 0.5]", "skin number 2 is .*; use 0 to 1"),
        ("[face]\n'nose/nose-hump-incr' = {}", "face: nose/nose-hump-incr is .*; use -2 to 2"),
        ("[rest]\nmouthSmile = {}", "rest: mouthSmile is .*; use 0 to 1"),
    ],
)
@pytest.mark.parametrize("wrong", WRONG_NUMBERS)
def test_what_is_no_number_is_named_with_its_file_and_key(tmp_path, monkeypatch, line, said, wrong):
    (tmp_path / "odd.toml").write_text(line.format(wrong) + "\n")
    monkeypatch.setattr(identity, "IDENTITIES", tmp_path)
    with pytest.raises(SettingsError, match=rf"odd\.toml: {said}$"):
        load_identity("odd")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("skin = [0.5, 0.5]", "skin is [0.5, 0.5]; expected list of 3"),
        ("skin = 0.5", "skin is 0.5; expected list of 3"),
        ("cut = 3", "cut is 3; expected string"),
        ("seed = 2.5", "seed is 2.5; expected whole number; use 0 to 4294967295"),
        ('name = "eve"', "unknown key 'name'; known: african, age"),
    ],
)
def test_what_has_the_wrong_form_is_told(tmp_path, monkeypatch, line, said):
    (tmp_path / "odd.toml").write_text(line + "\n")
    monkeypatch.setattr(identity, "IDENTITIES", tmp_path)
    with pytest.raises(SettingsError) as caught:
        load_identity("odd")
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_shape_parameters_have_their_plain_effect():
    anna, marcus = load_identity("anna"), load_identity("marcus")
    woman, man = shaped_vertices(anna), shaped_vertices(marcus)
    assert 1.45 < np.ptp(woman[:13380, 2]) < 2.0
    assert np.ptp(man[:13380, 2]) > np.ptp(woman[:13380, 2])


def test_expressions_are_the_52_and_move_where_their_name_says():
    targets = expression_targets()
    assert len(ARKIT_NAMES) == len(set(ARKIT_NAMES)) == 52
    mesh = base_mesh().vertices
    moved = np.abs(targets["eyeBlinkLeft"]).max(axis=1)
    assert moved.max() > 0.008
    # the human's left is +x; a few hidden vertices inside the nose move with the other eye
    assert moved[mesh[:, 0] > 0].sum() > 4 * moved[mesh[:, 0] < 0].sum()
    jaw = targets["jawOpen"]
    assert jaw[:, 2].min() < -0.01


def test_weights_of_kept_joints_are_whole():
    rig = rig_of(base_mesh().vertices)
    assert np.allclose(rig.weights.sum(axis=1), 1.0, atol=1e-5)
    for name, parent in rig.parents.items():
        assert parent == "" or rig.names.index(parent) < rig.names.index(name)


@pytest.fixture
def quick_bake(monkeypatch, tmp_path):
    """The real cache in a folder of its own, with a model that is made in no time."""
    from panda3d.core import NodePath

    import game.bake.assemble as assemble

    made = []

    def small(who, progress):
        made.append(who.name)
        progress(1.0, "done")
        node = NodePath("human")
        node.set_tag("human", "{}")
        return node

    monkeypatch.setattr(assemble, "assemble", small)
    monkeypatch.setenv("RECRUITER_CACHE", str(tmp_path))
    return made


def test_a_second_start_bakes_nothing(quick_bake):
    steps = []
    first = ensure_baked("anna", lambda share, text: steps.append(share))
    assert ensure_baked("anna") == first
    assert quick_bake == ["anna"]
    assert steps == [1.0]


@pytest.mark.parametrize("damage", [b"", b"not a model", None])
def test_a_damaged_file_is_baked_again(quick_bake, damage):
    path = ensure_baked("anna")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2] if damage is None else damage)
    assert ensure_baked("anna") == path
    assert quick_bake == ["anna", "anna"]
    assert path.read_bytes() == whole


def test_an_interrupted_bake_leaves_nothing_behind(quick_bake, monkeypatch):
    import game.bake.assemble as assemble

    def interrupted(who, progress):
        raise KeyboardInterrupt

    monkeypatch.setattr(assemble, "assemble", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ensure_baked("anna")
    assert list(cache.cache_folder().iterdir()) == []


def test_another_look_is_another_file(quick_bake):
    from dataclasses import replace

    who = load_identity("anna")
    assert cache.baked_path(who) != cache.baked_path(replace(who, age=0.8))


def test_a_cache_that_cannot_be_written_says_so(quick_bake, monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("RECRUITER_CACHE", str(blocked))
    with pytest.raises(StorageError, match="RECRUITER_CACHE"):
        ensure_baked("anna")


@pytest.mark.skipif(
    os.geteuid() == 0, reason="needs another user than root, who may write anywhere"
)
def test_a_read_only_cache_says_so(quick_bake, monkeypatch, tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(stat.S_IREAD | stat.S_IEXEC)
    monkeypatch.setenv("RECRUITER_CACHE", str(folder))
    with pytest.raises(StorageError, match="locked"):
        ensure_baked("anna")


def test_the_cache_follows_the_user_s_folders(monkeypatch, tmp_path):
    monkeypatch.delenv("RECRUITER_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "somewhere"))
    assert cache.cache_folder() == tmp_path / "somewhere/recruiter/humans"


def _sheet(bend: float) -> Part:
    """A square of 20 × 20 cells, bent along its middle, with one morph that lifts a corner."""
    side = np.linspace(0.0, 1.0, 21)
    x, y = (a.reshape(-1) for a in np.meshgrid(side, side))
    points = np.column_stack([x, y, bend * np.abs(x - 0.5)])
    grid = np.arange(441).reshape(21, 21)
    quads = np.stack([grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]], axis=-1)
    lift = np.column_stack([0 * x, 0 * x, np.clip(x + y - 1.5, 0, None)])
    return Part(
        *("sheet", "cloth", points, np.tile((0.0, 0.0, 1.0), (441, 1)), points[:, :2]),
        *(triangulated(quads.reshape(-1, 4)), np.ones((441, 1), np.float32)),
        np.full((4, 4, 4), 255, np.uint8),
        morphs={"lift": (lift, np.zeros_like(lift))},
    )


@pytest.mark.parametrize("expressions", [(), ("lift",)])
def test_a_simpler_part_keeps_rims_folds_and_what_an_expression_bends(expressions):
    part = _sheet(bend=0.6)
    simple = simplified(part, 200, None, expressions)
    assert len(simple.triangles) <= 202 < len(part.triangles)
    corners = simple.points[simple.triangles]
    area = np.linalg.norm(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
    )
    assert area.sum() / 2 == pytest.approx(np.hypot(1.0, 0.6), rel=1e-6)
    rim = (part.points[:, :2] == 0) | (part.points[:, :2] == 1)
    here = {tuple(p) for p in simple.points}
    assert all(tuple(p) in here for p in part.points[rim.any(axis=1)])
    lifted = corners + simple.morphs["lift"][0][simple.triangles]
    middle = lifted.mean(axis=1)
    true = 0.6 * np.abs(middle[:, 0] - 0.5) + np.clip(middle[:, 0] + middle[:, 1] - 1.5, 0, None)
    error = np.abs(middle[:, 2] - true).max()
    assert error < 0.02 if expressions else error > 0.02


def test_opaque_triangles_are_parted_from_those_that_need_their_alpha():
    part = _sheet(bend=0.0)
    solid = part.points[part.triangles].mean(axis=1)[:, 0] < 0.5
    first, second = split(part, solid, "wool", 1)
    assert (first.surface, first.blend, first.order) == ("wool", False, 1)
    assert len(first.triangles) + len(second.triangles) == len(part.triangles)
    assert first.points[:, 0].max() <= 0.5 <= second.points[:, 0].min()


def test_a_resting_smile_ends_where_a_full_smile_would():
    from dataclasses import replace

    who = replace(load_identity("anna"), rest={"mouthSmile": 0.2, "eyeWide": 0.3})
    plain, given = expression_targets(), expression_targets()
    rest = rested(who, given)
    assert np.abs(rest).max() > 1e-4
    both = plain["mouthSmileRight"] * 0.2 + 0.3 * (plain["eyeWideLeft"] + plain["eyeWideRight"])
    assert np.allclose(rest + given["mouthSmileLeft"], plain["mouthSmileLeft"] + both)
    shut = rest + given["eyeBlinkLeft"] + given["eyeBlinkRight"]
    smile = 0.2 * (plain["mouthSmileLeft"] + plain["mouthSmileRight"])
    assert np.allclose(shut, plain["eyeBlinkLeft"] + plain["eyeBlinkRight"] + smile)


def test_a_target_is_read_past_its_comments(tmp_path):
    lines = "# made for a test\n\n3 1.0 2.0 -4.0\n# and a remark\n19157 0 0 .5\n"
    plain, packed = tmp_path / "a.target", tmp_path / "a.target.gz"
    plain.write_text(lines)
    packed.write_bytes(gzip.compress(lines.encode()))
    for path in (plain, packed):
        moved = read_target(path)
        assert moved[3] == pytest.approx([0.1, 0.4, 0.2])
        assert moved[19157] == pytest.approx([0.0, -0.05, 0.0])
        assert np.flatnonzero(np.abs(moved).any(axis=1)).tolist() == [3, 19157]


def test_what_is_drawn_into_a_texture_is_interpolated_and_the_greatest_depth_wins():
    uv = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0.25, 0.25], [0.75, 0.25], [0.5, 0.75]], float)
    triangles = np.array([[0, 1, 2], [0, 2, 3], [4, 5, 6]])
    values = np.column_stack([uv[:, 0], np.r_[np.zeros(4), np.ones(3)]])
    for depth, on_top in (([0, 0, 0, 0, 1, 1, 1], 1.0), ([2, 2, 2, 2, 1, 1, 1], 0.0)):
        drawn, known = rasterise(uv, triangles, values, np.array(depth, float), 64)
        assert known.all()
        assert drawn[32, 32, 1] == pytest.approx(on_top, abs=1e-9)
        assert drawn[2, 2, 1] == pytest.approx(0.0, abs=1e-9)
        assert np.abs(drawn[:, :, 0] - (np.arange(64) + 0.5) / 64).max() < 0.02
    drawn, known = rasterise(uv, triangles[2:], values, np.zeros(7), 64)
    assert known[40, 32] and not known[5, 5]


def _figure(**changes) -> Figure:
    from dataclasses import replace

    who = replace(load_identity("kwame"), **changes)
    vertices = shaped_vertices(who)
    return Figure(who, base_mesh(), vertices, rig_of(vertices), expression_targets())


def test_lashes_stay_at_the_rim_of_a_closing_lid():
    figure = _figure()
    lashes = eye_parts(figure)[1]
    skin = np.unique(figure.mesh.quads[figure.body_quads])
    rows = len(lashes.points) // 12  # two eyes, two lids, three rows from root to tip
    roots = lashes.points[:rows]
    shut = roots + lashes.morphs["eyeBlinkLeft"][0][:rows]
    body = figure.vertices[skin] + figure.targets["eyeBlinkLeft"][skin]
    away = np.linalg.norm(shut[:, None] - body[None], axis=2).min(axis=1)
    assert np.abs(shut - roots)[:, 2].max() > 0.003
    assert away.max() < 0.003


def test_a_beard_grows_on_the_chin_and_not_on_lips_ears_or_forehead():
    pictures = {}
    for beard in (0.0, 0.9):
        face = FaceMap(HeadChart.of(_figure(beard=beard, stubble=0.0)))
        painted = FacePaint(face).paint()
        assert painted.shape == (1024, 1024, 4)
        pictures[beard] = painted[..., :3].astype(float).mean(axis=2)
    front = face.y < 0.05
    chin = front & (np.abs(face.x) < 0.02) & (np.abs(face.z - face.mouth_z + 0.035) < 0.006)
    brow = front & (np.abs(face.x) < 0.02) & (np.abs(face.z - 0.05) < 0.006)
    places = {"chin": chin, "forehead": brow, "lips": face.lips > 0.9, "ears": face.ears > 0.9}
    kept = {
        name: pictures[0.9][where].mean() / pictures[0.0][where].mean()
        for name, where in places.items()
    }
    assert kept.pop("chin") < 0.75
    assert all(share > 0.93 for share in kept.values()), kept


def test_a_face_has_finer_texels_in_front_than_behind():
    face = FaceMap(HeadChart.of(_figure()))
    row = int(np.argmin(np.abs(face.z[:, 512] - 0.03)))
    angle = np.unwrap(np.arctan2(face.x[row], -(face.y[row] + face.eye[1] - face.chart.axis_y)))
    step = np.abs(np.diff(angle))
    assert np.median(step[480:544]) < 0.5 * np.median(np.r_[step[:32], step[-32:]])
    assert 0.010 < face.wing < 0.024 and -0.06 < face.nose[2] < -0.02
