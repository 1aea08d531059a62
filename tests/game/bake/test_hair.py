"""Hair and glasses of baked humans: where they are, how much they cost, how they move."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from game.bake.body import Figure, with_legs_seated
from game.bake.cuts import FORMS
from game.bake.glasses import FRAMES, glasses_parts
from game.bake.hair import covers_ears, flatten_ears, hair_parts
from game.bake.identity import CUTS, GLASSES, load_identity
from game.bake.mesh import Part
from game.bake.scalp import ear_vertices, hair_cover
from game.bake.source import base_mesh, rig_of, shaped_vertices
from tests.lanes import some_always

BOUND = 4500
"""Triangles of one head's hair and glasses."""


def _dressed(name: str, **changes: object) -> Figure:
    """A known person with another cut, colour or frame."""
    who = replace(load_identity(name), **changes)  # type: ignore[arg-type]
    plain = replace(who, face={}, rest={})
    mesh, vertices, rig = _body(name, plain.cut)
    return Figure(plain, mesh, vertices, rig, {})


@lru_cache(maxsize=16)
def _body(name: str, cut: str):
    who = load_identity(name)
    vertices = with_legs_seated(shaped_vertices(who))
    figure = Figure(replace(who, cut=cut), base_mesh(), vertices, rig_of(vertices), {})
    if covers_ears(figure.who):
        flatten_ears(figure)
    return figure.mesh, figure.vertices, figure.rig


@lru_cache(maxsize=16)
def _hair(name: str, cut: str) -> tuple[Figure, list[Part]]:
    figure = _dressed(name, cut=cut)
    return figure, hair_parts(figure)


WORN = [("anna", "bob"), ("mei", "long"), ("priya", "waves"), ("david", "parted")]
WORN += [("candidate", "swept"), ("ingrid", "pinned"), ("kwame", "fade"), ("marcus", "crop")]
WORN += [("priya", "tied"), ("marcus", "long"), ("david", "bob")]

ALWAYS = ("bob", "long", "fade", "tied")
"""Long, short and gathered hair; the other cuts are baked in the same ways."""

BAKED = some_always(WORN, *(worn for worn in WORN if worn[1] in ALWAYS))


def test_every_cut_that_an_identity_may_name_has_a_form_and_is_tested():
    assert set(CUTS) == set(FORMS) == {cut for _, cut in WORN}
    assert set(GLASSES) == {"none", *FRAMES}


@pytest.mark.parametrize(("name", "cut"), BAKED)
def test_a_cut_bakes_within_its_share_of_triangles(name, cut):
    _, parts = _hair(name, cut)
    assert 800 < sum(len(p.triangles) for p in parts) <= BOUND
    for part in parts:
        assert np.isfinite(part.points).all()
        assert part.triangles.max() < len(part.points)
        assert part.tangents is not None
        assert np.allclose(np.linalg.norm(part.tangents, axis=1), 1.0, atol=1e-3)
        assert np.allclose(np.linalg.norm(part.normals, axis=1), 1.0, atol=1e-3)
        assert np.allclose(part.weights.sum(axis=1), 1.0, atol=1e-5)
        assert 0.0 <= part.uv.min() <= part.uv.max() <= 1.0


@pytest.mark.parametrize(("name", "cut"), BAKED)
def test_hair_lies_outside_the_skull(name, cut):
    figure, parts = _hair(name, cut)
    eye = figure.joint("eye.L") * (0, 1, 1)
    used = np.unique(figure.mesh.quads[figure.body_quads])
    used = np.setdiff1d(used, ear_vertices(figure))
    skin, out = figure.vertices[used], figure.normals[used]
    points = np.concatenate([p.points for p in parts])
    points = points[points[:, 2] > eye[2] + 0.01]
    nearest = np.array([np.argmin(((skin - p) ** 2).sum(axis=1)) for p in points])
    over = ((points - skin[nearest]) * out[nearest]).sum(axis=1)
    assert np.quantile(over, 0.01) > -0.0015
    assert over.min() > -0.006
    assert over.max() < 0.085


@pytest.mark.parametrize(("name", "cut"), BAKED)
def test_no_hair_hangs_before_eyes_nose_or_mouth(name, cut):
    figure, parts = _hair(name, cut)
    eye = figure.joint("eye.L") * (0, 1, 1)
    shares = np.array([(a, b, 6 - a - b) for a in range(7) for b in range(7 - a)]) / 6.0
    for part in parts:
        corners = part.points[part.triangles] - eye
        x, y, z = np.moveaxis(np.einsum("ps,msk->mpk", shares, corners), 2, 0)
        face = (np.abs(x) < 0.046) & (z < 0.03) & (z > -0.115) & (y < 0.02)
        assert not face.any()


@pytest.mark.parametrize(("name", "cut"), [("mei", "long"), ("priya", "waves"), ("marcus", "long")])
def test_long_hair_lies_over_shoulders_and_follows_them(name, cut):
    figure, parts = _hair(name, cut)
    eye = figure.joint("eye.L") * (0, 1, 1)
    names = figure.rig.names
    trunk = np.unique(figure.mesh.quads[figure.mesh.quad_group == "helper-tights"])
    skin, out = figure.vertices[trunk], figure.normals[trunk]
    points = np.concatenate([p.points for p in parts])
    weights = np.concatenate([p.weights for p in parts])
    depth = eye[2] - points[:, 2]
    low = depth > 0.19
    assert low.sum() > 300
    assert depth.max() > 0.28
    nearest = np.array([np.argmin(((skin - p) ** 2).sum(axis=1)) for p in points[low]])
    over = ((points[low] - skin[nearest]) * out[nearest]).sum(axis=1)
    assert np.quantile(over, 0.02) > 0.008  # the jacket is pushed out up to 14 mm at the lapels
    head = weights[:, names.index("head")]
    assert head[depth < 0.05].min() == pytest.approx(1.0)
    assert head[depth > 0.23].max() < 0.05
    between = (depth > 0.10) & (depth < 0.18)
    assert 0.1 < head[between].mean() < 0.9


def test_one_side_of_long_hair_lies_before_the_shoulder_and_one_behind():
    figure, parts = _hair("mei", "long")
    eye = figure.joint("eye.L") * (0, 1, 1)
    rel = np.concatenate([p.points for p in parts]) - eye
    low = rel[(rel[:, 2] < -0.22) & (np.abs(rel[:, 0]) > 0.04)]
    before = low[:, 1] < 0.06
    assert (low[before][:, 0] > 0).all()
    assert before.sum() > 80
    assert (~before & (low[:, 0] < 0)).sum() > 80


def test_shorn_sides_are_painted_thinner_toward_the_ear():
    figure, _ = _hair("kwame", "fade")
    z = np.linspace(0.005, 0.09, 40)
    cover = hair_cover(figure, np.full(40, 0.06), np.full(40, 0.11), z)
    assert cover[:6].mean() < 0.35 < 0.9 < cover[-6:].mean()


def test_grey_is_mixed_strand_by_strand():
    dark = hair_parts(_dressed("david", hair=(0.15, 0.11, 0.08), grey=0.0))[0].texture
    mixed = hair_parts(_dressed("david", hair=(0.15, 0.11, 0.08), grey=0.4))[0].texture
    lit = [t[:, 8:500, :3].mean(axis=2) for t in (dark, mixed)]
    assert (lit[0] > 110).mean() < 0.01
    assert 0.2 < (lit[1] > 110).mean() < 0.6  # about as many strands as are grey
    assert (lit[1] < 70).mean() > 0.2


@pytest.mark.parametrize("name", ["david", "mei", "kwame", "ingrid"])
@pytest.mark.parametrize("kind", sorted(FRAMES))
def test_glasses_sit_on_the_nose_before_the_eyes_and_on_the_ears(name, kind):
    figure = _dressed(name, glasses=kind, cut="swept")
    frame, lenses = glasses_parts(figure)
    assert len(frame.triangles) + len(lenses.triangles) <= 1100
    used = np.unique(figure.mesh.quads[figure.body_quads])
    skin, out = figure.vertices[used], figure.normals[used]
    left = figure.joint("eye.L")
    bridge = frame.points[np.abs(frame.points[:, 0]) < 0.003]
    gap = np.array([np.linalg.norm(skin - p, axis=1).min() for p in bridge])
    assert gap.min() < 0.005
    # in front of cornea and lids, but no further than glasses are worn
    depth = left[1] - lenses.points[:, 1]
    assert 0.015 < depth.min() < depth.max() < 0.055
    face = frame.points[(frame.points[:, 1] < left[1] + 0.03)]
    nearest = np.array([np.argmin(((skin - p) ** 2).sum(axis=1)) for p in face])
    over = ((face - skin[nearest]) * out[nearest]).sum(axis=1)
    assert over.min() > -0.003
    for side in (1, -1):
        ear = figure.vertices[ear_vertices(figure)]
        ear = ear[ear[:, 0] * side > 0]
        temple = frame.points[frame.points[:, 0] * side > 0.06]
        reach = np.linalg.norm(temple[:, None] - ear[None], axis=2).min(axis=1)
        assert reach.min() < 0.004
    assert np.abs(lenses.points[:, 0].mean()) < 1e-6


@pytest.mark.parametrize("name", ["david", "ingrid"])
def test_hair_and_glasses_together_stay_within_their_share(name):
    who = load_identity(name)
    assert who.glasses != "none"
    figure, parts = _hair(name, who.cut)
    parts = [*parts, *glasses_parts(figure)]
    assert sum(len(p.triangles) for p in parts) <= BOUND


def test_glasses_turn_with_the_head():
    frame, lenses = glasses_parts(_dressed("david", glasses="metal"))
    head = _dressed("david").rig.names.index("head")
    for part in (frame, lenses):
        assert (part.weights[:, head] == 1.0).all()
    assert lenses.texture[..., 3].max() < 0.15 * 255


def test_who_wears_none_gets_none():
    assert glasses_parts(_dressed("anna", glasses="none")) == []
