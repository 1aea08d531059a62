"""Identities, and the cache of baked humans."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import numpy as np
import pytest

from game.bake import ARKIT_NAMES, cache, ensure_baked, identities, identity, load_identity
from game.bake.assemble import rested
from game.bake.mesh import Part, split, triangulated
from game.bake.simplify import simplified
from game.bake.source import base_mesh, expression_targets, rig_of, shaped_vertices
from perception.errors import InputError, SettingsError, StorageError


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


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_cache_says_so(quick_bake, monkeypatch, tmp_path):
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(stat.S_IREAD | stat.S_IEXEC)
    monkeypatch.setenv("RECRUITER_CACHE", str(folder))
    with pytest.raises(StorageError, match="locked"):
        ensure_baked("anna")


def test_the_cache_follows_the_user_s_folders(monkeypatch):
    monkeypatch.delenv("RECRUITER_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert cache.cache_folder() == Path("/somewhere/recruiter/humans")


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
