"""The office stands, is lit as a room is, and is cheap to draw."""

from __future__ import annotations

import numpy as np
import pytest
from panda3d.core import CardMaker, Point2, Point3

from game import furnishing, lighting, painting
from game.lighting import Block, Pane, Room
from game.office import DESK_EDGE_M, DESK_HEIGHT_M, CameraSettings, Office
from perception.errors import StorageError

pytestmark = pytest.mark.render

UP = np.array([[0.0, 0.0, 1.0]], np.float32)


@pytest.fixture(scope="module")
def rooms(tmp_path_factory):
    return tmp_path_factory.mktemp("rooms")


@pytest.fixture(scope="module")
def office(stage, rooms):
    built = Office(stage, cache=rooms)
    yield built
    built.remove()


def on_screen(office, point):
    """Where a point of the room is seen, as column and row."""
    spot = Point2()
    seen = office.stage.camera.getRelativePoint(office.stage.scene, Point3(*point))
    assert office.stage.lens.project(seen, spot)
    width, height = office.stage.size
    return (spot.x + 1) / 2 * width, (1 - spot.y) / 2 * height


def count(node):
    geoms = [g for p in node.findAllMatches("**/+GeomNode") for g in p.node().getGeoms()]
    return sum(g.getPrimitive(0).getNumFaces() for g in geoms), len(geoms)


def empty_room(blocks=()):
    window = Pane((-0.5, -0.5, 2.0), (0, 1, 0), (1, 0, 0), (1.0, 1.0, 1.0))
    dark = np.zeros((6, 3), np.float32)
    return Room((-2, -2, 0), (2, 2, 2.5), dark, [window], [], list(blocks), (0.0, 0.0, 0.0))


def test_picture_is_a_room_with_a_bright_window_and_a_wooden_desk(stage, office):
    stage.step()
    picture = stage.picture().astype(float)
    height, width = picture.shape[:2]
    assert picture.std() > 25
    window = picture[int(0.05 * height) : int(0.2 * height), int(0.1 * width) : int(0.17 * width)]
    assert window.mean() > 190
    column, row = on_screen(office, (0.0, DESK_EDGE_M - 0.06, DESK_HEIGHT_M))
    red, green, blue = picture[int(row), int(column)]
    assert red > green > blue


def test_recruiter_is_framed_from_head_to_desk(office):
    _, crown = on_screen(office, (0.0, 0.0, 1.36))
    _, eyes = on_screen(office, (0.0, -0.1, 1.2))
    _, hands = on_screen(office, (0.17, -0.40, DESK_HEIGHT_M))
    height = office.stage.size[1]
    assert 0.04 * height < crown < eyes < 0.40 * height
    assert hands < height


def test_costs_few_triangles_and_draw_calls_each_frame(stage, office):
    triangles, calls = count(office.hiding)
    backdrop, cards = count(stage.camera)
    assert triangles + backdrop < 1_000
    assert calls + cards <= 3
    assert not office.far.hasParent()
    assert not office.near.hasParent()


def test_desk_hides_what_is_behind_it_and_not_what_is_before_it(stage, office):
    maker = CardMaker("red")
    maker.setFrame(-0.05, 0.05, -0.05, 0.05)
    maker.setColor(1, 0, 0, 1)
    red = stage.scene.attachNewNode(maker.generate())
    red.setTwoSided(True)

    def reds(place):
        red.setPos(*place)
        stage.step()
        r, g, b = np.moveaxis(stage.picture().astype(int), 2, 0)
        return int(((r > 200) & (g < 40) & (b < 40)).sum())

    shown = reds((0.0, -0.30, DESK_HEIGHT_M + 0.06))
    hidden = reds((0.0, -0.30, DESK_HEIGHT_M - 0.07))
    red.removeNode()
    assert shown > 300
    assert hidden == 0


def test_backdrop_follows_the_size_of_the_picture(stage, office):
    stage.resize(480, 270)
    office.step()
    stage.step()
    small = stage.picture().astype(float)
    stage.resize(640, 360)
    office.step()
    stage.step()
    large = stage.picture().astype(float)
    # The same room, so the same colours in the same places.
    columns = np.linspace(0, 0.99, 60)
    rows = np.linspace(0, 0.99, 40)
    a = small[np.ix_((rows * 270).astype(int), (columns * 480).astype(int))]
    b = large[np.ix_((rows * 360).astype(int), (columns * 640).astype(int))]
    assert np.abs(a - b).mean() < 8


def test_another_eye_sees_another_picture(stage, office):
    stage.step()
    before = stage.picture()
    office.look(CameraSettings(fov_deg=50.0))
    stage.step()
    after = stage.picture()
    office.look(CameraSettings())
    assert np.abs(after.astype(float) - before).mean() > 5


def test_second_start_takes_the_light_from_the_cache(stage, office, rooms, monkeypatch):
    del office

    def refuse(*_):
        raise AssertionError("baked again")

    monkeypatch.setattr(lighting, "bake", refuse)
    Office(stage, cache=rooms).remove()


@pytest.mark.slow
def test_a_damaged_cache_is_baked_again(stage, rooms, office):
    del office
    (path,) = rooms.glob("office-*.npz")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    Office(stage, cache=rooms).remove()
    assert path.stat().st_size == len(whole)


def test_a_cache_that_cannot_be_written_is_named(stage, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(StorageError, match="RECRUITER_CACHE"):
        Office(stage, cache=blocked / "rooms")


def test_light_of_an_unblocked_window_is_its_form_factor():
    # A unit square at height 2 over a point below its middle: F = 4 · corner form factor of the
    # parallel quarter (Howell's catalogue, configuration B-4): a = b = 0.5, c = 2.
    x = 0.25
    quarter = (2 * x / np.sqrt(1 + x * x) * np.arctan(x / np.sqrt(1 + x * x))) / (2 * np.pi)
    light = lighting.bake(empty_room(), np.zeros((1, 3), np.float32), UP)
    assert light[0, 0] == pytest.approx(4 * quarter, rel=0.02)


def test_a_block_casts_a_shadow_with_soft_edges():
    room = empty_room([Block((0.0, 0.0, 1.0), (0.8, 0.8, 0.05))])
    x = np.linspace(0.0, 1.6, 30, dtype=np.float32)
    points = np.stack([x, np.zeros_like(x), np.zeros_like(x)], 1)
    shadowed = lighting.bake(room, points, np.repeat(UP, 30, 0))[:, 0]
    free = lighting.bake(empty_room(), points, np.repeat(UP, 30, 0))[:, 0]
    share = shadowed / free
    assert share[0] < 0.05
    assert share[-1] == pytest.approx(1.0)
    assert ((share > 0.1) & (share < 0.9)).sum() >= 3


def test_a_turned_block_shades_where_it_lies():
    long = Block((0.0, 0.0, 0.5), (3.0, 0.1, 1.0), yaw_deg=90.0)
    beside = np.array([[-0.3, 0.0, 0.2]], np.float32)
    facing = np.array([[1.0, 0.0, 0.0]], np.float32)
    lit = lighting.bake(empty_room(), beside, facing)
    dark = lighting.bake(empty_room([long]), beside, facing)
    assert dark[0, 0] < lit[0, 0]


def test_light_is_finite_and_brighter_by_the_window():
    model = furnishing.near_model()
    room = furnishing.room(model.blocks)
    places = np.array([[-1.9, 0.0, 0.01], [2.4, 0.0, 0.01]], np.float32)
    light = lighting.bake(room, places, np.repeat(UP, 2, 0))
    assert np.isfinite(light).all()
    assert light[0].sum() > 1.5 * light[1].sum()


def test_atlas_is_the_same_for_the_same_seed():
    assert np.array_equal(painting.atlas(3), painting.atlas(3))
    assert not np.array_equal(painting.atlas(3), painting.atlas(4))


@pytest.mark.parametrize(
    "wrong",
    [{"height_m": 3.0}, {"distance_m": 0.1}, {"fov_deg": 5.0}, {"aim_height_m": 9}, {"blur": 1.0}],
)
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        CameraSettings(**wrong)
