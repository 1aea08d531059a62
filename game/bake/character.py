"""Parts, joints and sliders as one Panda3D ``Character``."""

from __future__ import annotations

import numpy as np
from panda3d.core import (
    Character,
    CharacterJoint,
    CharacterSlider,
    CharacterVertexSlider,
    ColorBlendAttrib,
    Geom,
    GeomEnums,
    GeomNode,
    GeomTriangles,
    GeomVertexAnimationSpec,
    GeomVertexArrayFormat,
    GeomVertexData,
    GeomVertexFormat,
    InternalName,
    JointVertexTransform,
    LMatrix4f,
    NodePath,
    PartGroup,
    RenderState,
    SamplerState,
    SliderTable,
    SparseArray,
    Texture,
    TransformBlend,
    TransformBlendTable,
    TransparencyAttrib,
)

from game.bake.arkit import ARKIT_NAMES
from game.bake.mesh import Part
from game.bake.source import Rig

_WEIGHT_STEPS = 24
"""Weights are rounded to this fraction, so that many vertices share a blend."""
_STILL_M = 1e-6
"""A vertex that a morph moves less than this stays out of its slider's rows."""


def character_of(parts: list[Part], rig: Rig) -> NodePath:
    """Builds the animated model.

    Args:
        parts: what is drawn.
        rig: joints and their places; their bind rotations are all identity.

    Returns:
        A node with the ``Character`` as its child.
    """
    root = NodePath("human")
    character = Character("human")
    bundle = character.get_bundle(0)
    skeleton = PartGroup(bundle, "<skeleton>")
    joints: dict[str, CharacterJoint] = {}
    for name in rig.names:
        above = rig.parents[name]
        offset = rig.heads[name] - (rig.heads[above] if above else 0.0)
        matrix = LMatrix4f.translate_mat(*(float(x) for x in offset))
        group = joints[above] if above else skeleton
        joints[name] = CharacterJoint(character, bundle, group, name, matrix)
    morph = PartGroup(bundle, "morph")
    sliders = {name: CharacterSlider(morph, name) for name in ARKIT_NAMES}
    transforms = [JointVertexTransform(joints[name]) for name in rig.names]
    path = root.attach_new_node(character)
    textures: dict[int, Texture] = {}  # parts of one garment share theirs
    for part in parts:
        node = path.attach_new_node(_geom_node(part, transforms, sliders))
        node.set_texture(textures.setdefault(id(part.texture), _texture(part)))
        node.set_tag("surface", part.surface)
        node.set_bin("fixed", part.order)
        if part.two_sided:
            node.set_two_sided(True)
        if part.blend:
            node.set_transparency(TransparencyAttrib.M_alpha)
            node.set_attrib(
                ColorBlendAttrib.make(
                    ColorBlendAttrib.M_add,
                    ColorBlendAttrib.O_incoming_alpha,
                    ColorBlendAttrib.O_one_minus_incoming_alpha,
                )
            )
            node.set_depth_write(True)
    return root


def _texture(part: Part) -> Texture:
    height, width = part.texture.shape[:2]
    texture = Texture(part.name)
    texture.setup_2d_texture(width, height, Texture.T_unsigned_byte, Texture.F_rgba)
    bgra = part.texture[::-1, :, [2, 1, 0, 3]]
    texture.set_ram_image(np.ascontiguousarray(bgra).tobytes())
    # the nearest level: half the texels of a blend of two, and the human's distance hardly changes
    texture.set_minfilter(SamplerState.FT_linear_mipmap_nearest)
    texture.set_magfilter(SamplerState.FT_linear)
    texture.set_wrap_u(SamplerState.WM_repeat if part.name == "head" else SamplerState.WM_clamp)
    texture.set_wrap_v(SamplerState.WM_clamp)
    return texture


def _array(*columns: tuple[InternalName | str, int, int, int]) -> GeomVertexArrayFormat:
    array = GeomVertexArrayFormat()
    for column in columns:
        array.add_column(*column)
    return array


def _geom_node(
    part: Part, transforms: list[JointVertexTransform], sliders: dict[str, CharacterSlider]
) -> GeomNode:
    blends, blend_of_vertex = _blend_table(part, transforms)
    f32, u8, u16 = GeomEnums.NT_float32, GeomEnums.NT_uint8, GeomEnums.NT_uint16
    layout = GeomVertexFormat()
    places = [("vertex", 3, f32, GeomEnums.C_point), ("normal", 3, f32, GeomEnums.C_normal)]
    turned = [part.points, part.normals]
    if part.tangents is not None:
        places.append((InternalName.get_tangent(), 3, f32, GeomEnums.C_vector))
        turned.append(part.tangents)
    layout.add_array(_array(*places))
    layout.add_array(
        _array(
            ("color", 4, u8, GeomEnums.C_color),
            ("visibility", 4, u8, GeomEnums.C_color),
            ("texcoord", 2, f32, GeomEnums.C_texcoord),
        )
    )
    layout.add_array(_array((InternalName.get_transform_blend(), 1, u16, GeomEnums.C_index)))
    moved = {n: d for n, d in part.morphs.items() if np.abs(d[0]).max() > _STILL_M * 10}
    for name in moved:
        layout.add_array(
            _array(
                (InternalName.get_morph("vertex", name), 3, f32, GeomEnums.C_morph_delta),
                (InternalName.get_morph("normal", name), 3, f32, GeomEnums.C_morph_delta),
            )
        )
    animation = GeomVertexAnimationSpec()
    animation.set_panda()
    layout.set_animation(animation)
    data = GeomVertexData(part.name, GeomVertexFormat.register_format(layout), GeomEnums.UH_dynamic)
    n = len(part.points)
    data.set_num_rows(n)
    _fill(data, 0, np.hstack(turned).astype(np.float32))
    surface = np.zeros(n, dtype=[("color", "u1", 4), ("visibility", "u1", 4), ("uv", "f4", 2)])
    color = np.ones((n, 4)) if part.color is None else part.color
    surface["color"] = np.clip(color * 255.0 + 0.5, 0, 255)
    clear = np.array([[0.0, 0.0, 0.0, 1.0]]) if part.visibility is None else part.visibility
    surface["visibility"] = np.clip(clear * 255.0 + 0.5, 0, 255)
    surface["uv"] = part.uv
    _fill(data, 1, surface)
    padded = np.zeros((n, 2), np.uint16)  # the engine pads rows to four bytes
    padded[:, 0] = blend_of_vertex
    _fill(data, 2, padded)
    table = SliderTable()
    for i, (name, (points, normals)) in enumerate(moved.items()):
        _fill(data, 3 + i, np.hstack([points, normals]).astype(np.float32))
        rows = SparseArray()
        for row in np.flatnonzero(np.abs(points).max(axis=1) > _STILL_M):
            rows.set_bit(int(row))
        table.add_slider(CharacterVertexSlider(sliders[name]), rows)
    if moved:
        data.set_slider_table(SliderTable.register_table(table))
    blends.set_rows(SparseArray.range(0, n))
    data.set_transform_blend_table(blends)
    primitive = GeomTriangles(GeomEnums.UH_static)
    primitive.set_index_type(GeomEnums.NT_uint16 if n < 65535 else GeomEnums.NT_uint32)
    primitive.add_next_vertices(0)
    indices = primitive.modify_vertices(part.triangles.size)
    indices.unclean_set_num_rows(part.triangles.size)
    kind = np.uint16 if n < 65535 else np.uint32
    indices.modify_handle().copy_data_from(part.triangles.astype(kind).tobytes())
    geom = Geom(data)
    geom.add_primitive(primitive)
    node = GeomNode(part.name)
    node.add_geom(geom, RenderState.make_empty())
    return node


def _fill(data: GeomVertexData, array: int, values: np.ndarray) -> None:
    handle = data.modify_array_handle(array)
    if handle.data_size_bytes != values.nbytes:
        raise ValueError(f"array {array}: {handle.data_size_bytes} bytes, not {values.nbytes}")
    handle.copy_data_from(values.tobytes())


def _blend_table(
    part: Part, transforms: list[JointVertexTransform]
) -> tuple[TransformBlendTable, np.ndarray]:
    """One blend per distinct row of rounded weights, and each vertex's blend."""
    weights = part.weights.astype(np.float64)
    fourth = np.sort(weights, axis=1)[:, -4][:, None]
    weights = np.where(weights >= fourth, weights, 0.0)
    steps = np.round(weights / weights.sum(axis=1, keepdims=True) * _WEIGHT_STEPS)
    distinct, of_vertex = np.unique(steps, axis=0, return_inverse=True)
    table = TransformBlendTable()
    place = np.zeros(len(distinct), np.int64)  # the table merges blends that come out equal
    for i, row in enumerate(distinct):
        blend = TransformBlend()
        for joint in np.flatnonzero(row):
            blend.add_transform(transforms[int(joint)], float(row[joint] / row.sum()))
        place[i] = table.add_blend(blend)
    return table, place[of_vertex.reshape(-1)]
