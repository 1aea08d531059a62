"""What is laid over the room holds all that is drawn of a recruiter, and little else."""

from __future__ import annotations

import numpy as np
import pytest

from game.bake.identity import identities
from game.pose import RELAXED, Angles, HandTarget, Pose
from game.scene.room import Room
from game.stage.tiles import TILE_PX
from tests.lanes import some_always

pytestmark = [pytest.mark.render, pytest.mark.slow]


def drawn(room: Room) -> np.ndarray:
    """(H, W) cover of the people's layer, over the whole picture."""
    layer = room.stage._layer
    assert layer is not None
    layer.hulls = None
    for _ in range(2):
        room.stage.step()
    base = room.stage.base
    assert base.graphicsEngine.extractTextureData(layer._texture, base.win.getGsg())
    width, height = room.stage.size
    return np.frombuffer(layer._texture.getRamImage(), np.uint8).reshape(height, width, 4)[
        ::-1, :, 3
    ]


def pose(rng: np.random.Generator) -> Pose:
    """Anything that she may do, and more of it than she does."""

    def turned(yaw: float, pitch: float, roll: float) -> Angles:
        return Angles(*(float(rng.uniform(-most, most)) for most in (yaw, pitch, roll)))

    def hand(side: float) -> HandTarget:
        x, y, z = (
            float(rng.uniform(*span)) for span in ((-0.05, 0.45), (-0.62, -0.2), (0.73, 1.3))
        )
        shape = RELAXED if rng.random() < 0.4 else tuple([float(rng.choice([0.0, 60.0]))] * 20)
        turn = (
            float(rng.uniform(-60, 90)),
            float(rng.uniform(-40, 80)),
            float(rng.uniform(0, 180)),
        )
        return HandTarget((side * x, y, z), *turn, shape=shape)

    return Pose(
        expressions={"jawOpen": float(rng.random()), "cheekPuff": float(rng.random())},
        head=turned(40, 25, 18),
        torso=turned(15, 14, 8),
        breath=float(rng.random()),
        shoulders=float(rng.random()),
        left=hand(1.0) if rng.random() < 0.7 else None,
        right=hand(-1.0) if rng.random() < 0.7 else None,
        pen=float(rng.random()),
        page=float(rng.random()),
    )


@pytest.mark.parametrize("who", some_always(sorted(identities()), "anna", "marcus"))
def test_all_that_is_drawn_of_her_lies_in_the_tiles_that_are_laid_over(stage, who):
    built = Room(stage, who, self_view=False)
    rng = np.random.default_rng(7)
    shares = []
    try:
        for _ in range(25):
            built.draw(pose(rng))
            tiles = np.kron(stage._layer._tiles, np.ones((TILE_PX, TILE_PX), np.bool_))
            tiles = tiles[: stage.size[1], : stage.size[0]]
            cover = drawn(built)
            assert not (cover[~tiles] > 0).any()
            shares.append((tiles.mean(), (cover > 0).mean()))
    finally:
        built.close()
    held, shown = np.mean(shares, axis=0)
    assert shown > 0.1
    assert held < 2.7 * shown, "the tiles are a good fit"
