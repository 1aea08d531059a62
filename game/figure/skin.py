"""The vertices of a baked human, as arrays: where they are and which joints move them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from panda3d.core import GeomNode, GeomVertexData, InternalName, NodePath

Floats = NDArray[np.float64]

_MOVED_M = 5e-4
"""A morph that moves a vertex less than this is not told of."""


@dataclass(frozen=True, slots=True)
class Skin:
    """Vertices in the baked pose; those that a face moves also where each of its morphs has them.

    Attributes:
        places: (n, 3) metres.
        joints: names of the joints.
        shares: (n, len(joints)) how much of a vertex each joint moves, 0–1, 1 together.
    """

    places: Floats
    joints: tuple[str, ...]
    shares: NDArray[np.float32]

    def held(self, *joints: str, least: float) -> Floats:
        """(m, 3) places of the vertices of which one of some joints has at least a share."""
        columns = [self.joints.index(joint) for joint in joints if joint in self.joints]
        return self.places[(self.shares[:, columns] >= least).any(axis=1)]


def skin_of(model: NodePath) -> Skin:
    """Reads all vertices of a baked human."""
    joints: dict[str, int] = {}
    places: list[Floats] = []
    held: list[list[dict[int, float]]] = []
    blend_of: list[NDArray[np.int64]] = []
    for path in model.find_all_matches("**/+GeomNode"):
        node = path.node()
        assert isinstance(node, GeomNode)
        data = node.get_geom(0).get_vertex_data()
        blends = _blends(data, joints)
        number = column(data, InternalName.get_transform_blend(), np.uint16)[:, 0].astype(np.int64)
        still = column(data, InternalName.get_vertex())
        layout = data.get_format()
        moved = [(still, number)]
        for index in range(layout.get_num_morphs()):
            if layout.get_morph_base(index) == InternalName.get_vertex():
                delta = column(data, layout.get_morph_delta(index))
                rows = np.abs(delta).max(axis=1) > _MOVED_M
                moved.append((still[rows] + delta[rows], number[rows]))
        for each, numbers in moved:
            places.append(each)
            held.append(blends)
            blend_of.append(numbers)
    shares = []
    for blends, numbers in zip(held, blend_of, strict=True):
        table = np.zeros((len(blends), len(joints)), np.float32)
        for row, blend in enumerate(blends):
            table[row, list(blend)] = list(blend.values())
        shares.append(table[numbers])
    return Skin(np.concatenate(places), tuple(joints), np.concatenate(shares))


def column(
    data: GeomVertexData, name: InternalName, kind: type = np.float32
) -> NDArray[np.float64]:
    """(n, k) values of a column of vertices, whose numbers are of a ``kind``."""
    layout = data.get_format()
    index = layout.get_array_with(name)
    place = layout.get_array(index).get_column(name)
    stride = layout.get_array(index).get_stride()
    rows = np.frombuffer(bytes(data.get_array(index).get_handle().get_data()), np.uint8)
    start = place.get_start()
    size = place.get_num_components() * np.dtype(kind).itemsize
    rows = rows.reshape(-1, stride)[:, start : start + size]
    return rows.copy().view(kind).astype(np.float64)


def _blends(data: GeomVertexData, joints: dict[str, int]) -> list[dict[int, float]]:
    """For each blend of a part, index of a joint to its share; new joints are added."""
    table = data.get_transform_blend_table()
    found = []
    for number in range(table.get_num_blends()):
        blend = table.get_blend(number)
        shares: dict[int, float] = {}
        for each in range(blend.get_num_transforms()):
            name = blend.get_transform(each).get_joint().get_name()
            shares[joints.setdefault(name, len(joints))] = blend.get_weight(each)
        found.append(shares)
    return found
