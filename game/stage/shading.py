"""Lean shaders for people, and the lights they share.

A software renderer pays for every instruction of every pixel, so light is worked
out per vertex: two wrapped lights, a hemisphere of ambient light, one specular
lobe and a rim. A face's vertices lie three or four pixels apart, so that it looks
the same as worked out per pixel. A pixel costs one texture lookup, a few
multiplications and a square root for gamma; only eyes, which are small and
sharp, are lit pixel by pixel. Skin, which covers all it is drawn on, never
discards, so that depth can reject its hidden pixels before they are shaded.

Wrapped diffuse light stands in for light that scatters under skin: red travels
furthest, so red wraps furthest round the terminator (after Green, GPU Gems,
2004, chapter 16). Hair follows Kajiya and Kay (1989): its highlight is a band
across the strands, whose direction comes with the vertices as tangents.

Colours given here are linear; textures hold display colours and are squared on
reading (gamma 2, close to sRGB's and one multiplication).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from panda3d.core import (
    AmbientLight,
    BitMask32,
    ColorBlendAttrib,
    ConfigVariableBool,
    DirectionalLight,
    GraphicsStateGuardianBase,
    LMatrix4f,
    NodePath,
    PNMImage,
    Shader,
    Texture,
    Vec3,
    Vec4,
)

from game.stage.programs import FULL, LEAN


@dataclass(frozen=True, slots=True)
class Lights:
    """The room's light, in world axes (x right, y away from the candidate, z up).

    Directions point from the lit thing toward the light and need not be unit.
    Colours are linear intensities per channel.
    """

    key_direction: tuple[float, float, float] = (-0.55, -0.70, 0.55)
    """Toward the main light (a window to the picture's left), unitless."""
    key_color: tuple[float, float, float] = (1.12, 1.05, 0.96)
    """Main light, linear RGB."""
    fill_direction: tuple[float, float, float] = (0.75, -0.60, 0.20)
    """Toward the second light (the room), unitless."""
    fill_color: tuple[float, float, float] = (0.17, 0.19, 0.23)
    """Second light, linear RGB."""
    sky_color: tuple[float, float, float] = (0.25, 0.26, 0.28)
    """Ambient light on surfaces that face up, linear RGB."""
    ground_color: tuple[float, float, float] = (0.115, 0.10, 0.092)
    """Ambient light on surfaces that face down, linear RGB."""
    rim_color: tuple[float, float, float] = (0.22, 0.24, 0.28)
    """Light that grazes edges from behind, linear RGB."""
    desk_bounce: float = 1.6
    """How strongly the lit desk throws the key light up at chin and hands, unitless."""


@dataclass(frozen=True, slots=True)
class Surface:
    """How one kind of material answers light."""

    wrap: tuple[float, float, float]
    """How far diffuse light wraps past the terminator, per channel, 0–1."""
    specular: float
    """Strength of the specular lobe, 0–1."""
    exponent: float
    """Sharpness of the specular lobe, unitless."""
    rim: float
    """Strength of the rim, 0–1."""
    alpha_is_gloss: bool = False
    """True where the texture's alpha scales the shine instead of covering."""
    program: str = "plain"
    """A key of ``game.stage.programs.LEAN``: ``plain``, ``skin``, ``mouth``, ``eye`` …"""


SURFACES: dict[str, Surface] = {
    "skin": Surface((0.38, 0.17, 0.12), 0.16, 22.0, 0.35, alpha_is_gloss=True, program="skin"),
    "cloth": Surface((0.15, 0.15, 0.15), 0.02, 10.0, 0.22, program="cloth"),
    "hair": Surface((0.25, 0.25, 0.25), 0.42, 34.0, 0.6, program="hair"),
    "tress": Surface((0.25, 0.25, 0.25), 0.42, 34.0, 0.6, program="tress"),
    "wool": Surface((0.15, 0.15, 0.15), 0.02, 10.0, 0.22, program="solid"),
    "eye": Surface((0.5, 0.5, 0.5), 0.0, 1.0, 0.0, program="eye"),
    "mouth": Surface((0.3, 0.2, 0.2), 0.35, 40.0, 0.0, program="mouth"),
    "lash": Surface((0.5, 0.5, 0.5), 0.0, 1.0, 0.0),
    "frame": Surface((0.05, 0.05, 0.05), 0.35, 36.0, 0.25, program="solid"),
    "lens": Surface((0.5, 0.5, 0.5), 0.0, 1.0, 0.0),
    "matte": Surface((0.10, 0.10, 0.10), 0.02, 8.0, 0.0),
    "wood": Surface((0.10, 0.10, 0.10), 0.10, 24.0, 0.05),
    "gloss": Surface((0.0, 0.0, 0.0), 0.5, 60.0, 0.1),
}

BAKED_LIGHTS = ((-0.66, -0.62, 0.42), (0.66, -0.62, 0.42), (0.0, -0.45, 0.89))
"""Directions toward the lights whose shadows are baked into a human, in the order of the vertex
column ``visibility``; ``game.bake.occlusion`` bakes them."""

SHADOW = BitMask32.bit(7)
"""What the key light's camera sees, ``game.stage.shadowmap``."""

_NO_SHADOW = ("eye", "hair", "lash", "lens", "mouth")
"""What is clear, or so thin or deep that its shadow would be wrong: loose hair covers by texture,
and the solid hair under it casts the shadow."""

_COVERING = ColorBlendAttrib.make(
    ColorBlendAttrib.M_add,
    ColorBlendAttrib.O_incoming_alpha,
    ColorBlendAttrib.O_one_minus_incoming_alpha,
    ColorBlendAttrib.M_add,
    ColorBlendAttrib.O_one,
    ColorBlendAttrib.O_one_minus_incoming_alpha,
)

TIERS: dict[str, dict[str, tuple[str, str]]] = {
    "lean": LEAN,
    "full": FULL,
}
"""Programs by tier; what a tier lacks it takes from the lean one."""

_SHADERS: dict[str, Shader] = {}
_USED = ["lean"]
_FIXED: list[bool] = []
_PLAIN: list[Texture] = []


def _shader(program: str, tier: str = "lean") -> Shader:
    """The program of one name, made once per process; the lean one where a tier has no own."""
    if program not in TIERS[tier]:
        tier = "lean"
    key = f"{tier} {program}"
    if key not in _SHADERS:
        _SHADERS[key] = Shader.make(Shader.SL_GLSL, *TIERS[tier][program])
    return _SHADERS[key]


def use_tier(tier: str) -> None:
    """Takes the programs of a tier for all that is shaded from now on.

    Args:
        tier: a key of ``TIERS``, or ``fixed`` for a driver without shaders.
    """
    _FIXED.clear()
    if tier == "fixed":
        _FIXED.append(True)
    _USED[0] = tier if tier in TIERS else "lean"


def refused(tier: str, gsg: GraphicsStateGuardianBase) -> str:
    """The name of the first program of a tier that the driver cannot make; empty if it can all."""
    for program, sources in TIERS[tier].items():
        shader = Shader.make(Shader.SL_GLSL, *sources)
        if shader is None or shader.prepare_now(gsg.prepared_objects, gsg) is None:
            return program
    return ""


def supported(gsg: GraphicsStateGuardianBase | None) -> bool:
    """Whether the driver can run the programs.

    Args:
        gsg: the window's state guardian; ``None`` asks only the configuration.

    Returns:
        False where GLSL is missing, so that fixed-function light is used.
    """
    if ConfigVariableBool("recruiter-fixed-function", False).value:
        return False
    return gsg is None or bool(gsg.supports_basic_shaders and gsg.supports_glsl)


def set_lights(node: NodePath, lights: Lights | None = None) -> None:
    """Gives everything below a node the room's light.

    Args:
        node: usually ``render``; inputs are inherited by all below it.
        lights: the light; the default is a window from the picture's left.
    """
    lights = lights or Lights()
    for name in ("key_direction", "fill_direction"):
        direction = Vec3(*getattr(lights, name))
        direction.normalize()
        node.set_shader_input(name, direction)
    for name in ("key_color", "fill_color", "sky_color", "ground_color", "rim_color"):
        node.set_shader_input(name, Vec3(*getattr(lights, name)))
    for name in ("key", "fill"):
        node.set_shader_input(f"{name}_share", _shares(getattr(lights, f"{name}_direction")))
    node.set_shader_input("bounce", lights.desk_bounce)
    # until game.stage.shadowmap gives people a map
    node.set_shader_input("shadow_depth", plain_texture())
    node.set_shader_input("shadow_view", LMatrix4f.ident_mat())
    node.set_shader_input("shadow_reach", Vec4(0))
    if _FIXED:
        _set_fixed_lights(node, lights)
    node.set_shader_input("head_up", Vec3(0, 0, 1))
    node.set_shader_input("lid", 0.36)


def _set_fixed_lights(node: NodePath, lights: Lights) -> None:
    """The same light by a driver's fixed functions, which know no gamma: hence the roots."""
    for old in node.find_all_matches("fixed light*"):
        node.clear_light(old)
        old.remove_node()
    ambient = AmbientLight("fixed light")
    both = [(a + b) / 2 for a, b in zip(lights.sky_color, lights.ground_color, strict=True)]
    ambient.set_color(Vec4(*(0.85 * math.sqrt(x) for x in both), 1))
    node.set_light(node.attach_new_node(ambient))
    for direction, color in (
        (lights.key_direction, lights.key_color),
        (lights.fill_direction, lights.fill_color),
    ):
        light = DirectionalLight("fixed light")
        light.set_color(Vec4(*(0.58 * math.sqrt(x) for x in color), 1))
        light.set_direction(-Vec3(*direction))
        node.set_light(node.attach_new_node(light))


def _shares(direction: tuple[float, float, float]) -> Vec3:
    """How much of a light each of the three baked ones stands for; less than 1 from behind her.

    The baked lights (``game.bake.occlusion.LIGHTS``) come from the picture's left, its right and
    above; a light that comes from none of them is not shadowed at all.
    """
    toward = Vec3(*direction)
    toward.normalize()
    weights = []
    for baked in BAKED_LIGHTS:
        way = Vec3(*baked)
        way.normalize()
        weights.append(max(0.0, way.dot(toward)) ** 4)
    total = max(sum(weights), 0.6)
    return Vec3(*(weight / total for weight in weights))


def apply(
    node: NodePath, surface: str = "matte", gsg: GraphicsStateGuardianBase | None = None
) -> bool:
    """Shades a node as one kind of material.

    Lights must be set once on an ancestor by :func:`set_lights`. The node
    needs normals and a texture (:func:`plain_texture` where it is of one
    colour); vertex colour multiplies.

    Args:
        node: what to shade, with all below it.
        surface: a key of ``SURFACES``.
        gsg: the window's state guardian, to ask what it can do.

    Returns:
        True if a shader was set, False if fixed-function light has to do.
    """
    kind = SURFACES[surface]
    if not supported(gsg):
        node.clear_shader()
        return False
    node.set_shader(_shader(kind.program, _USED[0]), 10)
    if surface in _NO_SHADOW:
        node.hide(SHADOW)
    if node.has_attrib(ColorBlendAttrib):
        # colour is covered as ever; alpha gathers what covers, for the layer of people
        node.set_attrib(_COVERING)
    node.set_shader_input("wrap", Vec3(*kind.wrap))
    node.set_shader_input(
        "gloss", Vec4(kind.specular, kind.exponent, kind.rim, 1.0 if kind.alpha_is_gloss else 0.0)
    )
    return True


def picture_shader() -> Shader:
    """Shows a texture as it is, on a card that faces the eye.

    On every pixel of the view it saves a third of what the driver's own program costs.
    """
    return _shader("picture")


def sheet_shader() -> Shader:
    """Shows a texture as it is, on any surface."""
    return _shader("sheet")


def depth_shader() -> Shader:
    """Draws nothing but depth, for what hides other things; a fifth of a frame less than paint."""
    return _shader("depth")


def layer_shader() -> Shader:
    """Lays people over the room as they are, ``game.stage.layers``."""
    return _shader("layer")


def smooth_shaders() -> tuple[Shader, Shader]:
    """Lay people over the room: where no outline is, and, smoothed, where the first drew none."""
    return _shader("level"), _shader("smooth")


def plain_texture() -> Texture:
    """A white texel, for nodes that carry their colour in vertices or colour scale."""
    if not _PLAIN:
        image = PNMImage(1, 1)
        image.fill(1.0)
        texture = Texture("plain")
        texture.load(image)
        _PLAIN.append(texture)
    return _PLAIN[0]
