"""Identities, and the cache of baked humans."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import numpy as np
import pytest

from game.bake import ARKIT_NAMES, cache, ensure_baked, identities, identity, load_identity
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
    ("line", "said"), [("hait = 1", "hait"), ("age = 3.0", "age"), ('cut = "mullet"', "mullet")]
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
