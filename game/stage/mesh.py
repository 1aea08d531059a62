"""Fills meshes from arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from panda3d.core import GeomPrimitive, GeomVertexData


def fill(
    data: GeomVertexData,
    faces: GeomPrimitive,
    vertices: NDArray[Any],
    triangles: NDArray[np.unsignedinteger[Any]],
) -> None:
    """Replaces all vertices and triangles of a mesh whose vertices lie in one array.

    Args:
        data: of the vertices.
        faces: triangles by index.
        vertices: (n, …), a row as the vertices' format lays it out.
        triangles: any shape, three indices to a triangle, of the faces' index type.
    """
    data.unclean_set_num_rows(len(vertices))
    data.modify_array_handle(0).copy_data_from(vertices.tobytes())
    indices = faces.modify_vertices()
    indices.unclean_set_num_rows(triangles.size)
    indices.modify_handle().copy_data_from(triangles.tobytes())
