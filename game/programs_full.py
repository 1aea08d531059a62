"""GLSL of the full quality: light worked out per pixel; ``game.shading`` says when it is used.

The surfaces answer light as in Walter et al., "Microfacet models for refraction" (2007): the GGX
distribution with Smith's shadowing (Hammon's approximation, 2017) and Schlick's Fresnel term. Skin
spreads diffuse light about the terminator by channel, wider where it curves more (after Penner,
SIGGRAPH 2011, without his table); it shines in two lobes, oil over skin. Hair has Marschner's
primary and secondary highlights as two shifted Kajiya-Kay lobes (Scheuermann, 2004). Cloth adds the
sheen of upright fibres (Estevez and Kulla, 2017). Shadows of
the key light are those of ``game.shadowmap`` times what is left of those baked per vertex.
"""

from __future__ import annotations

from game.programs import TONE, VERTEX_HEAD

_VERTEX = (
    VERTEX_HEAD
    + """
in vec3 p3d_Tangent;
out vec3 world;
out vec3 normal;
out vec3 strand;
out vec4 tint;
out vec4 blocked;
void main() {
    gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
    uv = p3d_MultiTexCoord0;
    world = (p3d_ModelMatrix * p3d_Vertex).xyz;
    normal = mat3(p3d_ModelMatrix) * p3d_Normal;
    strand = mat3(p3d_ModelMatrix) * p3d_Tangent;
    tint = p3d_Color * vec4(p3d_ColorScale.rgb * p3d_ColorScale.rgb, p3d_ColorScale.a);
    blocked = visibility;
}
"""
)

_HEAD = (
    TONE
    + """
uniform sampler2D p3d_Texture0;
uniform sampler2D shadow_depth;  // the key light's view of people, from game.shadowmap
uniform mat4 shadow_view;        // world to that view, 0-1 in every axis
uniform vec4 shadow_reach;       // filter's radius in that view, depth's slack; 0 0 0 0 without map
uniform mat4 p3d_ViewMatrixInverse;
uniform vec3 key_direction;
uniform vec3 key_color;
uniform vec3 fill_direction;
uniform vec3 fill_color;
uniform vec3 sky_color;
uniform vec3 ground_color;
uniform vec3 rim_color;
uniform vec3 key_share;
uniform vec3 fill_share;
uniform float bounce;
uniform vec3 wrap;
uniform vec4 gloss;
in vec2 uv;
in vec3 world;
in vec3 normal;
in vec3 strand;
in vec4 tint;
in vec4 blocked;
out vec4 color;

float ggx(vec3 n, vec3 v, vec3 l, float rough, float f0) {
    vec3 h = normalize(v + l);
    float nl = max(dot(n, l), 0.0), nv = max(dot(n, v), 0.05), nh = max(dot(n, h), 0.0);
    float a = rough * rough, a2 = a * a;
    float d = nh * nh * (a2 - 1.0) + 1.0;
    float smith = 0.5 / mix(2.0 * nl * nv, nl + nv, a);
    float f = f0 + (1.0 - f0) * pow(1.0 - max(dot(v, h), 0.0), 5.0);
    return min(a2 / (d * d) * smith * f * nl, 4.0);   // without pi, as the lights are given
}

vec3 wrapped(float cosine, vec3 reach) {
    vec3 lit = clamp((cosine + reach) / (1.0 + reach), 0.0, 1.0);
    return lit * mix(vec3(0.46), vec3(1.0), lit);
}

// What the key light sees of a place, over 16 taps of a spiral that is turned anew at each pixel.
// Baked openness is a soft shadow of the same things at rest: its root is left where the map is.
float shadowed(vec3 n, float baked) {
    if (shadow_reach.x == 0.0) return baked;
    float cosine = dot(n, key_direction);
    vec4 at = shadow_view * vec4(world + n * (0.0025 + 0.004 * (1.0 - max(cosine, 0.0))), 1.0);
    float turn = 6.2832 * fract(52.9829 * fract(dot(gl_FragCoord.xy, vec2(0.06711, 0.00584))));
    float seen = 0.0;
    for (int i = 0; i < 16; ++i) {
        float angle = turn + 2.39996 * float(i);
        vec2 tap = sqrt((float(i) + 0.5) / 16.0) * vec2(cos(angle), sin(angle)) * shadow_reach.xy;
        seen += step(at.z - shadow_reach.z, texture(shadow_depth, at.xy + tap).r) / 16.0;
    }
    // what is turned away is dark by its own slope, softly, and needs no map
    seen = mix(1.0, seen, smoothstep(-0.05, 0.25, cosine));
    return sqrt(max(baked, 0.0)) * seen;
}

vec3 ambient(vec3 n, vec3 reach) {
    vec3 around = mix(ground_color, sky_color, 0.5 + 0.5 * n.z) * pow(vec3(blocked.w), 1.0 - reach);
    around += key_color * ground_color * (bounce * blocked.w * max(-n.z, 0.0)
            * clamp((1.35 - world.z) * 2.0, 0.0, 1.0));
    return around;
}
"""
)

_BODY = (
    _HEAD
    + """
void main() {
    vec4 paint = texture(p3d_Texture0, uv);
    float alpha = 1.0;
    COVER
    vec3 albedo = paint.rgb * paint.rgb * tint.rgb;
    vec3 n = normalize(normal);
    vec3 v = normalize(p3d_ViewMatrixInverse[3].xyz - world);
    if (!gl_FrontFacing && dot(n, v) < 0.0) n = -n;
    float key_open = shadowed(n, 1.0 - dot(blocked.xyz, key_share));
    float fill_open = 1.0 - dot(blocked.xyz, fill_share);
    vec3 reach = wrap * REACH;
    vec3 through = mix(vec3(key_open), sqrt(vec3(max(key_open, 0.0))), wrap * 1.6);
    vec3 light = key_color * wrapped(dot(n, key_direction), reach) * through
               + fill_color * fill_open * wrapped(dot(n, fill_direction), reach)
               + ambient(n, wrap);
    float shine = SHINE;
    float bare = tint.r * tint.r * blocked.w;
    vec3 spark = vec3(0.0);
    SPARK
    float edge = pow(1.0 - clamp(dot(n, v), 0.0, 1.0), 4.0);
    spark += rim_color * (bare * edge * gloss.z * (0.5 + 0.5 * n.z));
    color = vec4(tone(albedo * light + spark), alpha);
    GROUP
}
"""
)

_TWO_LOBES = """
    float key_lobes = 0.65 * ggx(n, v, key_direction, 0.52, 0.028)
                    + 0.35 * ggx(n, v, key_direction, 0.38, 0.028);
    spark = (key_color * key_open * key_lobes
          + fill_color * fill_open * ggx(n, v, fill_direction, 0.42, 0.028)) * (bare * shine);
"""

_SHEEN = """
    float fibres = 1.0 - clamp(dot(n, v), 0.0, 1.0);
    fibres = fibres * fibres * fibres;
    spark = (key_color * key_open * ggx(n, v, key_direction, 0.72, 0.04)
          + fill_color * fill_open * ggx(n, v, fill_direction, 0.72, 0.04)) * (bare * shine)
          + (key_color * key_open * max(dot(n, key_direction) + 0.3, 0.0) + sky_color)
          * (fibres * 0.022);
"""

_PLAIN = """
    float rough = sqrt(sqrt(2.0 / (gloss.y + 2.0)));
    spark = (key_color * key_open * ggx(n, v, key_direction, rough, 0.04)
          + fill_color * fill_open * ggx(n, v, fill_direction, rough, 0.04)) * (bare * shine);
"""

_HAIR = (
    _HEAD
    + """
void main() {
    vec4 paint = texture(p3d_Texture0, uv);
    float alpha = 1.0;
    COVER
    vec3 n = normalize(normal);
    vec3 v = normalize(p3d_ViewMatrixInverse[3].xyz - world);
    if (dot(n, v) < -0.2) n = -n;
    vec3 t = normalize(strand);
    float key_open = shadowed(n, 1.0 - dot(blocked.xyz, key_share));
    float fill_open = 1.0 - dot(blocked.xyz, fill_share);
    float key = dot(n, key_direction);
    vec3 light = key_color * (key_open * clamp((key + 0.25) * 0.8, 0.0, 1.0))
               + fill_color * (fill_open * clamp((dot(n, fill_direction) + 0.25) * 0.75, 0.0, 1.0))
               + ambient(n, vec3(0.25));
    vec3 h = normalize(v + key_direction);
    float jitter = (paint.g - 0.35) * 0.25;
    float first = dot(normalize(t + n * (0.08 + jitter)), h);
    float second = dot(normalize(t - n * (0.14 - jitter)), h);
    float facing = clamp(key + 0.35, 0.0, 1.0) * key_open * gloss.x;
    float primary = pow(max(1.0 - first * first, 0.0), gloss.y * 2.2) * facing;
    float inner = pow(max(1.0 - second * second, 0.0), gloss.y * 0.6) * facing;
    float edge = pow(1.0 - abs(dot(n, v)), 3.0);
    light += key_color * (inner * 2.0) + rim_color * (edge * gloss.z * 2.0);
    vec3 spark = key_color * (primary * 0.10 * tint.r * paint.a);
    color = vec4(sqrt(paint.rgb * paint.rgb * tint.rgb * light + spark), alpha);
    GROUP
}
"""
)

_GROUP = "color.a = 0.75 + 0.25 * color.r;     // what game.layers smooths steps by"
_COVERED = """
    alpha = paint.a * tint.a;
    if (alpha < 0.02) discard;
"""
_CUT = """
    // coverage is a distance from the garment's rim: its slope makes an edge of a few pixels
    alpha = min(paint.a, clamp((tint.a - 0.5) * 40.0, 0.0, 1.0));
    if (alpha < 0.02) discard;
"""
_STRANDS = """
    alpha = (paint.a + tint.a - 1.0) * 3.5;
    if (alpha < 0.06) discard;
"""


def _program(body: str, **parts: str) -> tuple[str, str]:
    for name in ("COVER", "REACH", "SHINE", "SPARK", "GROUP"):
        body = body.replace(name, parts.get(name, ""))
    return _VERTEX, body


PROGRAMS: dict[str, tuple[str, str]] = {
    "skin": _program(
        _BODY,
        # finely curved skin is thin against the way that light goes in it
        REACH="(0.8 + 0.5 * clamp(length(fwidth(n)) / max(length(fwidth(world)), 1e-5) "
        "* 0.012, 0.0, 1.0))",
        SHINE="paint.a * 0.55",
        SPARK=_TWO_LOBES,
        GROUP=_GROUP,
    ),
    "cloth": _program(_BODY, COVER=_CUT, REACH="1.0", SHINE="0.4", SPARK=_SHEEN),
    "solid": _program(_BODY, REACH="1.0", SHINE="0.4", SPARK=_SHEEN, GROUP=_GROUP),
    "plain": _program(_BODY, COVER=_COVERED, REACH="1.0", SHINE="gloss.x * 3.0", SPARK=_PLAIN),
    "hair": _program(_HAIR, COVER=_STRANDS),
    "tress": _program(_HAIR, GROUP=_GROUP),
}
"""Name to vertex and fragment program, for those that differ from the lean ones."""
