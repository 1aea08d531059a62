"""Three rooms stand, are lit as rooms are at their hour, and are cheap to draw."""

from __future__ import annotations

import numpy as np
import pytest
from panda3d.core import CardMaker, Point2, Point3, Vec4

from game.places import DESK_SIZE_M, THINGS
from game.rooms import lighting, lightmap, startup, store
from game.rooms.daylight import daylight
from game.rooms.lighting import Pane, RoomLight, Sun
from game.rooms.modelling import Model, Swatch
from game.rooms.shadows import Shadows
from game.scene.office import DESK_EDGE_M, DESK_HEIGHT_M, Office
from game.scene.settings import CameraSettings, RoomSettings
from perception.errors import SettingsError, StorageError
from perception.settings import build
from tests.lanes import some_always

pytestmark = pytest.mark.render

ALL = some_always(sorted(store.ROOMS), min(store.ROOMS))
BLANK = Swatch(0.0, 0.0, 1.0, 1.0)


@pytest.fixture(scope="module")
def rooms(tmp_path_factory):
    return tmp_path_factory.mktemp("rooms")


@pytest.fixture(scope="module", params=ALL)
def office(stage, rooms, request):
    built = Office(stage, cache=rooms, room=RoomSettings(request.param))
    yield built
    built.remove()


@pytest.fixture(scope="module")
def corporate(stage, rooms):
    built = Office(stage, cache=rooms, room=RoomSettings("corporate"))
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


def lit(stage, light, points, normals, walls=()):
    """Linear light at points of an otherwise black world."""
    model = Model()
    for corner, edge_u, edge_v in walls:
        model.sheet(corner, edge_u, edge_v, BLANK, color=(0, 0, 0))
    far_off = ((90, 90, 90), (1, 0, 0), (0, 1, 0))
    model.sheet(*far_off, BLANK, color=(0, 0, 0))
    places = np.asarray(points, np.float32).reshape(1, -1, 3)
    patch = lighting.Patch(
        np.repeat(places, 2, 0),
        np.broadcast_to(np.asarray(normals, np.float32), (2, places.shape[1], 3)),
        (0.0, 0.0, 0.0),
        1.0,
    )
    with Shadows(stage.base, lightmap.blockers([model])) as shadows:
        assert shadows.working
        return lighting.bake([patch], light, shadows)[0][0]


def ceiling(radiance=1.0):
    pane = Pane((-0.5, -0.5, 2.0), (0, 1, 0), (1, 0, 0), (radiance,) * 3, (8, 8))
    return RoomLight((pane,), ambient=(0.0, 0.0, 0.0))


# -- the picture -----------------------------------------------------------------------------------


def test_picture_is_a_room_with_a_bright_window_on_the_left_and_a_wooden_desk(stage, office):
    office.look(CameraSettings())
    stage.step()
    picture = stage.picture().astype(float)
    height, width = picture.shape[:2]
    assert picture.std() > 25
    window = picture[: int(0.3 * height), int(0.06 * width) : int(0.25 * width)]
    right = picture[: int(0.3 * height), int(0.75 * width) :]
    assert np.percentile(window, 80) > 165
    assert window.mean() > 1.15 * right.mean()
    column, row = on_screen(office, (0.0, DESK_EDGE_M - 0.06, DESK_HEIGHT_M))
    red, green, blue = picture[int(row), int(column)]
    assert red > green > blue


def test_wall_behind_the_head_is_neither_as_dark_as_black_hair_nor_as_light_as_grey(stage, office):
    stage.step()
    picture = stage.picture().astype(float)
    column, row = (int(v) for v in on_screen(office, (0.0, 0.0, 1.22)))
    reach = int(0.13 * picture.shape[0])
    behind = picture[max(0, row - reach) : row, column - reach : column + reach]
    assert 45 < behind.mean() < 185


def test_recruiter_is_framed_from_head_to_desk(corporate):
    _, crown = on_screen(corporate, (0.0, 0.0, 1.36))
    _, eyes = on_screen(corporate, (0.0, -0.1, 1.2))
    _, hands = on_screen(corporate, (0.17, -0.40, DESK_HEIGHT_M))
    height = corporate.stage.size[1]
    assert 0.04 * height < crown < eyes < 0.40 * height
    assert hands < height


def test_costs_few_triangles_and_draw_calls_each_frame(stage, office):
    triangles, calls = count(office.hiding)
    pen, pens = count(office.pen)
    backdrop, cards = count(stage.camera)
    assert triangles + pen + backdrop < 3_500
    assert calls + pens + cards <= 6
    assert not office.far.hasParent()
    assert not office.near.hasParent()
    assert count(office.far)[0] + count(office.near)[0] <= 25_000


@pytest.mark.parametrize("aside", [-0.35, 0.35])
@pytest.mark.parametrize(("up", "nearer"), [(-0.2, 0.3), (0.2, 0.3), (0.2, -0.3), (-0.2, -0.3)])
def test_outermost_eye_sees_no_hole(stage, office, aside, up, nearer):
    stage.base.win.setClearColor(Vec4(1, 0, 1, 1))
    office.far.reparentTo(stage.scene)
    office.near.reparentTo(stage.scene)
    hidden = [n for n in stage.camera.getChildren() if n.getName() == "backdrop"]
    hidden.append(office.hiding)
    textures = {*office.far.findAllTextures(), *office.near.findAllTextures()}
    degrees = {texture: texture.getAnisotropicDegree() for texture in textures}
    try:
        # llvmpipe takes a minute over a pixel that is seen edge-on, and holes have no texture
        for texture in textures:
            texture.setAnisotropicDegree(1)
        for node in hidden:
            node.hide()
        stage.camera.setPos(aside, -1.40 + nearer, 1.27 + up)
        stage.camera.lookAt(stage.scene, 0.0, 0.0, 0.975)
        stage.step()
        r, g, b = np.moveaxis(stage.picture().astype(int), 2, 0)
    finally:
        for texture, degree in degrees.items():
            texture.setAnisotropicDegree(degree)
        for node in hidden:
            node.show()
        office.far.detachNode()
        office.near.detachNode()
        stage.base.win.setClearColor(Vec4(0, 0, 0, 1))
        office.look(office.camera)
    assert int(((r > 225) & (g < 30) & (b > 225)).sum()) == 0


def test_desk_hides_what_is_behind_it_and_not_what_is_before_it(stage, corporate):
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


def test_backdrop_follows_the_size_of_the_picture(stage, corporate):
    stage.resize(480, 270)
    corporate.step()
    stage.step()
    small = stage.picture().astype(float)
    stage.resize(640, 360)
    corporate.step()
    stage.step()
    large = stage.picture().astype(float)
    # The same room, so the same colours in the same places.
    columns = np.linspace(0, 0.99, 60)
    rows = np.linspace(0, 0.99, 40)
    a = small[np.ix_((rows * 270).astype(int), (columns * 480).astype(int))]
    b = large[np.ix_((rows * 360).astype(int), (columns * 640).astype(int))]
    assert np.abs(a - b).mean() < 10


def test_another_eye_sees_another_picture(stage, corporate):
    stage.step()
    before = stage.picture()
    corporate.look(CameraSettings(fov_deg=50.0))
    stage.step()
    after = stage.picture()
    corporate.look(CameraSettings())
    assert np.abs(after.astype(float) - before).mean() > 5


# -- the hour --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_evening_is_darker_outside_and_warmer_inside(stage, rooms, name):
    pictures, keys = [], []
    for hour in (10.0, 19.0):
        office = Office(stage, cache=rooms, room=RoomSettings(name, hour))
        stage.step()
        pictures.append(stage.picture().astype(float))
        keys.append(np.asarray(office.lights.key_color))
        office.remove()
    day, evening = pictures
    height, width = day.shape[:2]
    sky = (slice(0, int(0.25 * height)), slice(int(0.06 * width), int(0.25 * width)))
    assert evening[sky].mean() < 0.75 * day[sky].mean()
    assert keys[1][0] / keys[1][2] > keys[0][0] / keys[0][2]
    assert keys[1].sum() < keys[0].sum()


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("hour", [8.0, 13.0, 19.0])
def test_main_light_on_people_stays_on_the_pictures_left(name, hour):
    lights = store.room_lights(name, hour)
    assert lights.key_direction[0] < -0.2
    assert sum(lights.key_color) > sum(lights.fill_color)


def test_sun_rises_in_the_east_and_is_highest_at_noon():
    morning, noon, evening = (daylight(h) for h in (8.0, 12.0, 17.0))
    assert 90 < morning.azimuth_deg < noon.azimuth_deg == pytest.approx(180.0)
    assert noon.azimuth_deg < evening.azimuth_deg < 290
    # Noon: 90° − latitude 50° + declination 8°.
    assert noon.elevation_deg == pytest.approx(48.0)
    assert morning.elevation_deg < noon.elevation_deg > evening.elevation_deg
    assert daylight(19.0).lamps == 1.0
    assert noon.lamps == 0.0


def test_hour_now_is_within_the_hours_that_rooms_know():
    assert 8.0 <= RoomSettings(hour="now").time_h <= 19.0


# -- the cache -------------------------------------------------------------------------------------


def test_second_start_takes_the_room_from_the_cache(stage, office, rooms, monkeypatch):
    def refuse(*_):
        raise AssertionError("baked again")

    monkeypatch.setattr(store, "bake", refuse)
    Office(stage, cache=rooms, room=office.room).remove()


@pytest.mark.slow
def test_a_damaged_cache_is_baked_again(stage, rooms, corporate):
    path = next(iter(rooms.glob("corporate-10.00-*.npz")))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    Office(stage, cache=rooms, room=corporate.room).remove()
    assert path.stat().st_size == len(whole)


def test_a_cache_that_cannot_be_written_is_named(stage, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(StorageError, match="RECRUITER_CACHE"):
        Office(stage, cache=blocked / "rooms")


# -- light -----------------------------------------------------------------------------------------


def test_light_of_an_unblocked_window_is_its_form_factor(stage):
    # A unit square at height 2 over a point below its middle: F = 4 · corner form factor of the
    # parallel quarter (Howell's catalogue, configuration B-4): a = b = 0.5, c = 2.
    x = 0.25
    quarter = (2 * x / np.sqrt(1 + x * x) * np.arctan(x / np.sqrt(1 + x * x))) / (2 * np.pi)
    light = lit(stage, ceiling(), [(0, 0, 0), (0.01, 0, 0)], (0, 0, 1))
    assert light[0, 0] == pytest.approx(4 * quarter, rel=0.03)


def test_a_board_casts_a_shadow_with_soft_edges(stage):
    x = np.linspace(0.0, 1.8, 30)
    points = np.stack([x, 0 * x, 0 * x], 1)
    board = ((-0.4, -0.4, 1.0), (0.8, 0, 0), (0, 0.8, 0))
    share = lit(stage, ceiling(), points, (0, 0, 1), [board])[:, 0]
    share = share / lit(stage, ceiling(), points, (0, 0, 1))[:, 0]
    assert share[0] < 0.05
    assert share[-1] == pytest.approx(1.0, abs=0.03)
    assert ((share > 0.1) & (share < 0.9)).sum() >= 3


def test_sun_falls_through_a_hole_and_nowhere_else(stage):
    sun = Sun((0.0, 0.0, 1.0), (2.0, 2.0, 2.0), 0.1)
    hole = [
        ((-2, -2, 1.5), (1.6, 0, 0), (0, 4, 0)),
        ((0.4, -2, 1.5), (1.6, 0, 0), (0, 4, 0)),
    ]
    light = lit(
        stage, RoomLight(sun=sun, ambient=(0, 0, 0)), [(0, 0, 0), (1, 0, 0)], (0, 0, 1), hole
    )
    assert light[0, 0] == pytest.approx(2.0, rel=0.01)
    assert light[1, 0] == 0.0


def test_a_corner_is_darker_than_the_open_floor(stage):
    model = Model(texel_m=0.1)
    for corner, u, v in (
        ((-2, -2, 0), (4, 0, 0), (0, 4, 0)),
        ((-2, 2, 0), (4, 0, 0), (0, 0, 2.5)),
        ((-2, -2, 0), (0, 4, 0), (0, 0, 2.5)),
    ):
        model.sheet(corner, u, v, BLANK, color=(0.8, 0.8, 0.8))
    light = RoomLight(ceiling().panes, ambient=(0.3, 0.3, 0.3))
    with Shadows(stage.base, lightmap.blockers([model])) as shadows:
        floor = lighting.bake([n.patch for n in model.nets], light, shadows)[0]
    assert np.isfinite(floor).all()
    assert floor[-1, 0].sum() < 0.8 * floor[20, 20].sum()


# -- things ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", THINGS)
def test_every_thing_lies_on_the_desk(name):
    thing = THINGS[name]
    turn = np.radians(thing.yaw_deg)
    c, s = np.cos(turn), np.sin(turn)
    for dx in (-0.5, 0.5):
        for dy in (-0.5, 0.5):
            a, b = dx * thing.size[0], dy * thing.size[1]
            x, y = thing.center[0] + c * a - s * b, thing.center[1] + s * a + c * b
            assert abs(x) < DESK_SIZE_M[0] / 2
            assert DESK_EDGE_M - DESK_SIZE_M[1] < y < DESK_EDGE_M
    lowest = THINGS["notebook"].top_m if name == "pen" else DESK_HEIGHT_M
    assert thing.top_m - thing.size[2] == pytest.approx(lowest, abs=0.0015)


def test_atlas_is_the_same_for_the_same_seed():
    plan = startup.plan(daylight(10.0))
    one = plan.atlas.picture(3)
    assert np.array_equal(one, plan.atlas.picture(3))
    assert not np.array_equal(one, plan.atlas.picture(4))


# -- settings --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [{"height_m": 3.0}, {"distance_m": 0.1}, {"fov_deg": 5.0}, {"aim_height_m": 9}, {"blur": 1.0}],
)
def test_settings_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        CameraSettings(**wrong)


def test_an_unknown_room_is_refused_with_the_names_of_all():
    with pytest.raises(SettingsError, match="corporate, startup, university"):
        build(RoomSettings, {"name": "garage"}, "settings.toml [room]")


@pytest.mark.parametrize("hour", [3, 23.5, "noon", True])
def test_a_wrong_hour_is_refused(hour):
    with pytest.raises(SettingsError, match=r"8 to 19, or now"):
        build(RoomSettings, {"hour": hour}, "settings.toml [room]")
