"""Baked rooms in the cache: geometry, paints and light of one room at one hour."""

from __future__ import annotations

import hashlib
import importlib
import os
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from direct.showbase.ShowBase import ShowBase
from numpy.typing import NDArray

from game.places import PEN
from game.rooms import lighting, lightmap
from game.rooms.catalogue import ROOMS
from game.rooms.daylight import daylight
from game.rooms.modelling import Model
from game.rooms.plan import RoomPlan
from game.rooms.shadows import Shadows
from game.stage.shading import Lights
from perception.errors import StorageError
from perception.paths import ROOT

PARTS = ("far", "near", "clear", "hiding", "pen")
"""What a baked room consists of, as ``game.rooms.plan.RoomPlan`` names it."""


@dataclass(frozen=True, slots=True)
class BakedRoom:
    """A room ready to be drawn."""

    meshes: dict[str, tuple[NDArray, NDArray[np.uint32]]]
    """Vertices of ``lightmap.VERTEX`` and triangles (n, 3) of each of ``PARTS``."""
    paint: NDArray[np.uint8]
    """The atlas, (H, W, 3), first row on top."""
    light: NDArray[np.uint8]
    """The light's map, (H, W, 3), first row at the bottom of texture space."""


def room_lights(name: str, hour: float) -> Lights:
    """A room's light on people at an hour."""
    lights = importlib.import_module(ROOMS[name]).lights(daylight(hour))
    assert isinstance(lights, Lights)
    return lights


def load_or_bake(folder: Path, name: str, hour: float, base: ShowBase) -> BakedRoom:
    """A room from the cache, or baked and kept under a name made of all it depends on.

    Args:
        folder: of the cache.
        name: a key of ``ROOMS``.
        hour: of the day.
        base: whose driver draws the shadows.

    Raises:
        StorageError: the cache folder cannot be written.
    """
    sources = [*sorted(Path(__file__).parent.glob("*.py")), ROOT / "game" / "places.py"]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    path = folder / f"{name}-{hour:05.2f}-{digest[:16]}.npz"
    stored = _stored(path)
    if stored is not None:
        return stored
    part = None
    try:
        # Opened before the work, so that a folder which cannot be written is found out at once,
        # and renamed into place, so that an interrupted bake leaves nothing half-written behind.
        folder.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(suffix=".part", dir=folder)
        with os.fdopen(handle, "wb") as file:
            room = bake(name, hour, base)
            arrays: dict[str, NDArray] = {"paint": room.paint, "light": room.light}
            for key, (vertices, triangles) in room.meshes.items():
                arrays[f"{key}_vertices"] = vertices
                arrays[f"{key}_triangles"] = triangles
            np.savez(file, **arrays)
        os.replace(part, path)
    except OSError as error:
        raise StorageError(
            f"cannot write the baked room to {folder} ({error.strerror}); "
            "make it writable or set RECRUITER_CACHE to another folder"
        ) from error
    finally:
        if part is not None:
            Path(part).unlink(missing_ok=True)
    return room


def bake(name: str, hour: float, base: ShowBase) -> BakedRoom:
    """Models, paints and lights a room; takes seconds."""
    plan: RoomPlan = importlib.import_module(ROOMS[name]).plan(daylight(hour))
    models = [plan.far, plan.near, plan.clear, plan.hiding, plan.pen]
    lying = Model()
    lying.add(plan.pen, (*PEN.center[:2], PEN.center[2] - PEN.size[2] / 2), PEN.yaw_deg)
    placed = [plan.far, plan.near, plan.clear, plan.hiding, lying, plan.unseen]
    corners, height = lightmap.pack(placed)
    patches = [net.patch for model in placed for net in model.nets]
    # Things that hide are drawn in depth alone: they stand where ``near`` stands already.
    scene = lightmap.blockers([plan.far, plan.near, lying, plan.unseen])
    with Shadows(base, scene) as shadows:
        lights = lighting.bake(patches, plan.light, shadows)
    meshes, start = {}, 0
    for key, model in zip(PARTS, models, strict=True):
        own = corners[start : start + len(model.nets)]
        meshes[key] = lightmap.mesh(model, own, height)
        start += len(model.nets)
    return BakedRoom(meshes, plan.atlas.picture(), lightmap.paint_map(corners, height, lights))


def _stored(path: Path) -> BakedRoom | None:
    """What the cache holds; None where it holds nothing or a damaged file."""
    try:
        with path.open("rb") as file, np.load(file) as kept:
            meshes = {key: (kept[f"{key}_vertices"], kept[f"{key}_triangles"]) for key in PARTS}
            return BakedRoom(meshes, kept["paint"], kept["light"])
    except (FileNotFoundError, NotADirectoryError, zipfile.BadZipFile, ValueError, EOFError):
        return None
    except KeyError:
        return None
