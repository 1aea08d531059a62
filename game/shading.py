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

from dataclasses import dataclass

from panda3d.core import (
    ConfigVariableBool,
    GraphicsStateGuardianBase,
    NodePath,
    PNMImage,
    Shader,
    Texture,
    Vec3,
    Vec4,
)

_VERTEX_HEAD = """
#version 130
uniform mat4 p3d_ModelViewProjectionMatrix;
uniform mat4 p3d_ModelMatrix;
uniform mat4 p3d_ViewMatrixInverse;
uniform vec4 p3d_ColorScale;
uniform vec3 key_direction;
uniform vec3 key_color;
uniform vec3 fill_direction;
uniform vec3 fill_color;
uniform vec3 sky_color;
uniform vec3 ground_color;
uniform vec3 rim_color;
uniform vec3 wrap;
uniform vec4 gloss;      // strength, exponent, rim, whether alpha is gloss
in vec4 p3d_Vertex;
in vec3 p3d_Normal;
in vec4 p3d_Color;
in vec2 p3d_MultiTexCoord0;
out vec2 uv;
"""

_VERTEX = (
    _VERTEX_HEAD
    + """
out vec3 light;
out vec3 spark;
out float cover;
void main() {
    gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
    uv = p3d_MultiTexCoord0;
    vec3 world = (p3d_ModelMatrix * p3d_Vertex).xyz;
    vec3 n = normalize(mat3(p3d_ModelMatrix) * p3d_Normal);
    vec3 v = normalize(p3d_ViewMatrixInverse[3].xyz - world);
    float key = dot(n, key_direction);
    float fill = dot(n, fill_direction);
    vec3 w = vec3(1.0) + wrap;
    light = key_color * clamp((key + wrap) / (w * w), 0.0, 1.0)
          + fill_color * clamp((fill + wrap) / (w * w), 0.0, 1.0)
          + mix(ground_color, sky_color, 0.5 + 0.5 * n.z);
    light *= p3d_Color.rgb * p3d_ColorScale.rgb * p3d_ColorScale.rgb;
    float lobe = pow(max(dot(n, normalize(v + key_direction)), 0.0), gloss.y) * max(key, 0.0);
    float lobe_fill =
        pow(max(dot(n, normalize(v + fill_direction)), 0.0), gloss.y) * max(fill, 0.0);
    float edge = 1.0 - clamp(dot(n, v), 0.0, 1.0);
    edge = edge * edge * edge;
    float open = p3d_Color.r * p3d_Color.r;      // hollows reflect little
    spark = (key_color * lobe + fill_color * lobe_fill) * (open * gloss.x * (0.5 + 0.9 * edge));
    // the skin's texture scales what is here by its gloss, of which the rim takes none
    spark += rim_color * (open * edge * gloss.z * (0.5 + 0.5 * n.z)) * mix(1.0, 2.2, gloss.w);
    cover = p3d_Color.a * p3d_ColorScale.a;
}
"""
)

_FRAGMENT_SKIN = """
#version 130
uniform sampler2D p3d_Texture0;
in vec2 uv;
in vec3 light;
in vec3 spark;
out vec4 color;
void main() {
    vec4 paint = texture(p3d_Texture0, uv);
    color = vec4(sqrt(paint.rgb * paint.rgb * light + spark * paint.a), 1.0);
}
"""

_FRAGMENT = """
#version 130
uniform sampler2D p3d_Texture0;
in vec2 uv;
in vec3 light;
in vec3 spark;
in float cover;
out vec4 color;
void main() {
    vec4 paint = texture(p3d_Texture0, uv);
    float alpha = paint.a * cover;
    if (alpha < 0.02) discard;
    color = vec4(sqrt(paint.rgb * paint.rgb * light + spark), alpha);
}
"""

_FRAGMENT_CLOTH = """
#version 130
uniform sampler2D p3d_Texture0;
in vec2 uv;
in vec3 light;
in vec3 spark;
in float cover;
out vec4 color;
void main() {
    vec4 paint = texture(p3d_Texture0, uv);
    // cover is a distance from the garment's rim: its slope makes an edge of a few pixels
    float alpha = min(paint.a, clamp((cover - 0.5) * 40.0, 0.0, 1.0));
    if (alpha < 0.02) discard;
    color = vec4(sqrt(paint.rgb * paint.rgb * light + spark), alpha);
}
"""

_VERTEX_HAIR = (
    _VERTEX_HEAD
    + """
in vec3 p3d_Tangent;     // along the strand
out vec3 light;
out float cover;
void main() {
    gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
    uv = p3d_MultiTexCoord0;
    vec3 world = (p3d_ModelMatrix * p3d_Vertex).xyz;
    vec3 n = normalize(mat3(p3d_ModelMatrix) * p3d_Normal);
    vec3 v = normalize(p3d_ViewMatrixInverse[3].xyz - world);
    if (dot(n, v) < -0.2) n = -n;
    vec3 along = normalize(mat3(p3d_ModelMatrix) * p3d_Tangent);
    float th = dot(along, normalize(v + key_direction));
    float band = pow(max(1.0 - th * th, 0.0), gloss.y);
    float key = dot(n, key_direction);
    float fill = dot(n, fill_direction);
    light = key_color * clamp((key + 0.25) * 0.75, 0.0, 1.0)
          + fill_color * clamp((fill + 0.25) * 0.75, 0.0, 1.0)
          + mix(ground_color, sky_color, 0.5 + 0.5 * n.z);
    float edge = 1.0 - abs(dot(n, v));
    edge = edge * edge * edge;
    light += key_color * (band * gloss.x * clamp(key + 0.35, 0.0, 1.0) * 3.2)
           + rim_color * (edge * gloss.z * 2.2);
    // paint and light are both roots here, so that a pixel costs one multiplication
    light = sqrt(light * p3d_Color.rgb) * p3d_ColorScale.rgb;
    cover = p3d_Color.a * p3d_ColorScale.a - 1.0;
}
"""
)

_FRAGMENT_HAIR = """
#version 130
uniform sampler2D p3d_Texture0;
in vec2 uv;
in vec3 light;
in float cover;
out vec4 color;
void main() {
    vec4 paint = texture(p3d_Texture0, uv);
    // cover eats into strands one by one, so that ends and hairlines are ragged, not smoky
    float alpha = (paint.a + cover) * 3.5;
    if (alpha < 0.06) discard;
    color = vec4(paint.rgb * light, alpha);
}
"""

_FRAGMENT_TRESS = """
#version 130
uniform sampler2D p3d_Texture0;
in vec2 uv;
in vec3 light;
out vec4 color;
void main() {
    color = vec4(texture(p3d_Texture0, uv).rgb * light, 1.0);
}
"""

_FRAGMENT_SOLID = """
#version 130
uniform sampler2D p3d_Texture0;
in vec2 uv;
in vec3 light;
in vec3 spark;
out vec4 color;
void main() {
    vec3 paint = texture(p3d_Texture0, uv).rgb;
    color = vec4(sqrt(paint * paint * light + spark), 1.0);
}
"""

_VERTEX_EYE = (
    _VERTEX_HEAD
    + """
out vec3 world;
out vec3 normal;
void main() {
    gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
    world = (p3d_ModelMatrix * p3d_Vertex).xyz;
    normal = mat3(p3d_ModelMatrix) * p3d_Normal;
    uv = p3d_MultiTexCoord0;
}
"""
)

_FRAGMENT_HEAD = """
#version 130
uniform sampler2D p3d_Texture0;
uniform mat4 p3d_ViewMatrixInverse;
uniform vec3 key_direction;
uniform vec3 key_color;
uniform vec3 fill_direction;
uniform vec3 fill_color;
uniform vec3 sky_color;
uniform vec3 ground_color;
in vec3 world;
in vec3 normal;
in vec2 uv;
out vec4 color;
"""

_FRAGMENT_EYE = (
    _FRAGMENT_HEAD
    + """
uniform vec3 head_up;
uniform float lid;       // sine of the upper lid's elevation on the eyeball
void main() {
    vec4 paint = texture(p3d_Texture0, uv);
    vec3 albedo = paint.rgb * paint.rgb;
    vec3 n = normalize(normal);
    vec3 v = normalize(p3d_ViewMatrixInverse[3].xyz - world);
    float height = dot(n, head_up);
    float shade = 1.0 - 0.55 * smoothstep(lid - 0.42, lid + 0.06, height);
    shade *= 1.0 - 0.45 * smoothstep(0.25, 0.75, abs(n.x) * (1.0 - abs(height)));
    shade *= 1.0 - 0.25 * smoothstep(0.10, 0.45, -height);
    float key = dot(n, key_direction);
    float fill = dot(n, fill_direction);
    vec3 light = key_color * clamp((key + 0.5) * 0.5, 0.0, 1.0)
               + fill_color * clamp((fill + 0.5) * 0.5, 0.0, 1.0)
               + mix(ground_color, sky_color, 0.5 + 0.5 * n.z);
    vec3 r = reflect(-v, n);
    // a window low enough that the upper lid does not hide its reflection
    vec3 window = normalize(key_direction - vec3(-0.10, 0.25, 0.28));
    float spark = smoothstep(0.965, 0.982, dot(r, window)) * 1.5
                + smoothstep(0.965, 0.99, dot(r, fill_direction)) * 0.25;
    vec3 lit = albedo * light * shade + vec3(spark * 0.75) + sky_color * 0.035 * shade;
    color = vec4(sqrt(lit), 1.0);
}
"""
)


_VERTEX_PICTURE = """
#version 130
uniform mat4 p3d_ModelViewProjectionMatrix;
in vec4 p3d_Vertex;
in vec2 p3d_MultiTexCoord0;
noperspective out vec2 uv;
void main() {
    gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
    uv = p3d_MultiTexCoord0;
}
"""

_FRAGMENT_PICTURE = """
#version 130
uniform sampler2D p3d_Texture0;
noperspective in vec2 uv;
out vec4 color;
void main() {
    color = texture(p3d_Texture0, uv);
}
"""


@dataclass(frozen=True, slots=True)
class Lights:
    """The room's light, in world axes (x right, y away from the candidate, z up).

    Directions point from the lit thing toward the light and need not be unit.
    Colours are linear intensities per channel.
    """

    key_direction: tuple[float, float, float] = (-0.55, -0.70, 0.55)
    """Toward the main light (a window to the picture's left), unitless."""
    key_color: tuple[float, float, float] = (0.80, 0.76, 0.70)
    """Main light, linear RGB."""
    fill_direction: tuple[float, float, float] = (0.75, -0.60, 0.20)
    """Toward the second light (the room), unitless."""
    fill_color: tuple[float, float, float] = (0.20, 0.22, 0.26)
    """Second light, linear RGB."""
    sky_color: tuple[float, float, float] = (0.30, 0.31, 0.33)
    """Ambient light on surfaces that face up, linear RGB."""
    ground_color: tuple[float, float, float] = (0.15, 0.13, 0.12)
    """Ambient light on surfaces that face down, linear RGB."""
    rim_color: tuple[float, float, float] = (0.22, 0.24, 0.28)
    """Light that grazes edges from behind, linear RGB."""


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
    """A key of ``_PROGRAMS``: ``plain``, ``skin``, ``cloth``, ``hair`` or ``eye``."""


SURFACES: dict[str, Surface] = {
    "skin": Surface((0.38, 0.17, 0.12), 0.16, 22.0, 0.35, alpha_is_gloss=True, program="skin"),
    "cloth": Surface((0.15, 0.15, 0.15), 0.02, 10.0, 0.22, program="cloth"),
    "hair": Surface((0.25, 0.25, 0.25), 0.42, 34.0, 0.6, program="hair"),
    "tress": Surface((0.25, 0.25, 0.25), 0.42, 34.0, 0.6, program="tress"),
    "wool": Surface((0.15, 0.15, 0.15), 0.02, 10.0, 0.22, program="solid"),
    "eye": Surface((0.5, 0.5, 0.5), 0.0, 1.0, 0.0, program="eye"),
    "mouth": Surface((0.3, 0.2, 0.2), 0.35, 40.0, 0.0),
    "lash": Surface((0.5, 0.5, 0.5), 0.0, 1.0, 0.0),
    "matte": Surface((0.10, 0.10, 0.10), 0.02, 8.0, 0.0),
    "wood": Surface((0.10, 0.10, 0.10), 0.10, 24.0, 0.05),
    "gloss": Surface((0.0, 0.0, 0.0), 0.5, 60.0, 0.1),
}

_PROGRAMS = {
    "plain": (_VERTEX, _FRAGMENT),
    "skin": (_VERTEX, _FRAGMENT_SKIN),
    "cloth": (_VERTEX, _FRAGMENT_CLOTH),
    "hair": (_VERTEX_HAIR, _FRAGMENT_HAIR),
    "tress": (_VERTEX_HAIR, _FRAGMENT_TRESS),
    "solid": (_VERTEX, _FRAGMENT_SOLID),
    "eye": (_VERTEX_EYE, _FRAGMENT_EYE),
    "picture": (_VERTEX_PICTURE, _FRAGMENT_PICTURE),
}
_SHADERS: dict[str, Shader] = {}
_PLAIN: list[Texture] = []


def _shader(program: str) -> Shader:
    """The compiled program of one name, made once per process."""
    if program not in _SHADERS:
        _SHADERS[program] = Shader.make(Shader.SL_GLSL, *_PROGRAMS[program])
    return _SHADERS[program]


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
    node.set_shader_input("head_up", Vec3(0, 0, 1))
    node.set_shader_input("lid", 0.36)


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
    node.set_shader(_shader(kind.program), 10)
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


def plain_texture() -> Texture:
    """A white texel, for nodes that carry their colour in vertices or colour scale."""
    if not _PLAIN:
        image = PNMImage(1, 1)
        image.fill(1.0)
        texture = Texture("plain")
        texture.load(image)
        _PLAIN.append(texture)
    return _PLAIN[0]
