"""How long set-up takes to make the people and the rooms."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from game.bake import cache
from game.bake.everyone import bake_everyone
from game.bake.identity import identities
from game.bench.row import Row
from game.rooms.catalogue import ROOMS
from game.rooms.store import load_or_bake
from game.scene.settings import RoomSettings
from game.stage.base import Stage


def measure(quick: bool, data_dir: Path | None) -> list[Row]:
    """Bakes everyone, and every room at its usual hour, into an empty cache.

    Args:
        quick: one person and one room.
        data_dir: not needed.
    """
    del data_dir
    people = identities()[:1] if quick else identities()
    rooms = list(ROOMS)[:1] if quick else list(ROOMS)
    rows = []
    with tempfile.TemporaryDirectory(prefix="bench-bake-") as folder:
        began = time.perf_counter()
        with cache.elsewhere(Path(folder)):
            bake_everyone(people, lambda _share, _text: None)
        took = time.perf_counter() - began
        name = f"baking people: {len(people)}"
        if quick:
            rows.append(Row("bake", name, took, "s"))
        else:
            rows.append(Row.at_most("bake", name, took, "s", 90))
        with Stage(64, 48, mode="offscreen") as stage:
            for room in rooms:
                began = time.perf_counter()
                load_or_bake(Path(folder), room, RoomSettings().time_h, stage.base)
                took = time.perf_counter() - began
                rows.append(Row.at_most("bake", f"baking the room {room}", took, "s", 10))
    return rows
