"""Tiles of the picture that bodies fall on, and the rectangles that cover them."""

from __future__ import annotations

import numpy as np
from panda3d.core import LMatrix4f, PerspectiveLens

from game.stage.tiles import (
    TILE_PX,
    Frame,
    TileCards,
    frame_of,
    rectangles,
    tiles_of,
    whole,
)

SIZE = (640, 360)


def lens() -> PerspectiveLens:
    made = PerspectiveLens()
    made.set_fov(60)
    made.set_aspect_ratio(SIZE[0] / SIZE[1])
    made.set_near_far(0.1, 60)
    return made


def spot(point: np.ndarray) -> tuple[float, float]:
    """Pixels from the picture's upper left at which a place before the eye is seen."""
    x, y, _, w = np.array([[*row] for row in lens().get_projection_mat()]).T @ np.append(point, 1.0)
    return (x / w + 1.0) / 2.0 * SIZE[0], (1.0 - y / w) / 2.0 * SIZE[1]


def seen(mask: np.ndarray, point: np.ndarray) -> bool:
    x, y = spot(point)
    if not (0 <= x < SIZE[0] and 0 <= y < SIZE[1]):
        return True
    return bool(mask[int(y) // TILE_PX, int(x) // TILE_PX])


def test_tiles_hold_all_of_a_body_and_little_else():
    rng = np.random.default_rng(3)
    view = LMatrix4f(lens().get_projection_mat())
    shares = []
    for _ in range(40):
        body = np.column_stack(
            [rng.uniform((-0.5, 1.2, -0.3), (0.5, 2.0, 0.3), (3, 3)), np.full(3, 0.06)]
        )
        mask = tiles_of([body], view, SIZE, 0.1)
        for _ in range(60):
            weights = rng.dirichlet(np.ones(3))
            way = rng.normal(size=3)
            place = weights @ body[:, :3] + 0.06 * way / np.linalg.norm(way)
            assert seen(mask, place)
        shares.append(mask.mean())
    assert np.mean(shares) < 0.25
    assert not tiles_of([np.array([[9.0, 1.5, 0.0, 0.05]])], view, SIZE, 0.1).any(), (
        "off the picture"
    )


def test_slack_holds_what_has_moved_by_it():
    view = LMatrix4f(lens().get_projection_mat())
    body = np.array([[0.0, 1.5, 0.0, 0.05]])
    rng = np.random.default_rng(4)
    mask = tiles_of([body], view, SIZE, 0.1, slack_m=0.1)
    for _ in range(200):
        way = rng.normal(size=3)
        assert seen(mask, body[0, :3] + 0.149 * way / np.linalg.norm(way))
    assert mask.sum() > tiles_of([body], view, SIZE, 0.1).sum()


def test_what_is_at_the_eye_fills_the_picture():
    view = LMatrix4f(lens().get_projection_mat())
    assert tiles_of([np.array([[0.0, 0.12, 0.0, 0.05]])], view, SIZE, 0.1).all()
    assert tiles_of([np.array([[0.0, -1.0, 0.0, 0.05]])], view, SIZE, 0.1).all()


def test_rectangles_cover_every_tile_once():
    rng = np.random.default_rng(5)
    for share in (0.0, 0.1, 0.5, 0.9, 1.0):
        mask = rng.random((23, 40)) < share
        count = np.zeros(mask.shape, int)
        for left, right, top, bottom in rectangles(mask):
            count[top:bottom, left:right] += 1
        assert np.array_equal(count, mask.astype(int))
    assert len(rectangles(whole(SIZE))) == 1


def test_the_mesh_lies_where_the_rectangles_do():
    cards = TileCards()
    mask = np.zeros((23, 40), np.bool_)
    mask[2:5, 3:7] = True
    for rows in (mask, whole(SIZE)):
        cards.show(rectangles(rows), SIZE)
        low, high = cards.node.get_geom(0).get_vertex_data(), cards.node.get_geom(0)
        points = np.frombuffer(bytes(low.get_array(0).get_handle().get_data()), np.float32)
        points = points.reshape(-1, 3)
        frame = frame_of(rows, SIZE)
        found = ((points[:, [0, 2]] + 1.0) / 2.0 * SIZE).round().astype(int)
        assert Frame(*found.min(axis=0), *found.max(axis=0)) == frame
        assert high.get_primitive(0).get_num_vertices() == 6 * len(rectangles(rows))


def test_a_frame_holds_all_tiles_and_nothing_outside_the_picture():
    mask = np.zeros((23, 40), np.bool_)
    assert frame_of(mask, SIZE).width == 1
    mask[22, 39] = True
    # the last row of tiles reaches below the picture: 23 of 16 pixels are 368
    assert frame_of(mask, SIZE) == Frame(624, 0, 640, 8)
    assert frame_of(whole(SIZE), SIZE) == Frame(0, 0, *SIZE)
    assert Frame(0, 0, *SIZE).holds(frame_of(mask, SIZE))
    assert not frame_of(mask, SIZE).holds(Frame(0, 0, *SIZE))
    assert frame_of(mask, SIZE).grown(20).shared(Frame(0, 0, *SIZE)) == Frame(604, 0, 640, 28)
