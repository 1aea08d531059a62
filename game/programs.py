"""GLSL of the programs that draw people and room; ``game.shading`` says what light they model."""

from __future__ import annotations

VERTEX_HEAD = """
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
uniform vec3 key_share;  // how much of the key each of the three baked lights stands for
uniform vec3 fill_share;
uniform float bounce;    // light that the desk throws up from below, 0-1 of the key
in vec4 p3d_Vertex;
in vec3 p3d_Normal;
in vec4 p3d_Color;
in vec2 p3d_MultiTexCoord0;
in vec4 visibility;      // blocked from left, right, above; openness: 0 0 0 1 unless baked
out vec2 uv;
"""

_VERTEX = (
    VERTEX_HEAD
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
    float key_open = 1.0 - dot(visibility.xyz, key_share);
    float fill_open = 1.0 - dot(visibility.xyz, fill_share);
    float open = visibility.w;
    vec3 w = vec3(1.0) + wrap;
    vec3 lit = clamp((key + wrap) / w, 0.0, 1.0);
    // squared near the dark side, so that the terminator is soft and the lit side full
    lit *= mix(vec3(0.46), vec3(1.0), lit);
    // light that has gone through skin fills a shadow's edge with red
    vec3 through = mix(vec3(key_open), sqrt(vec3(max(key_open, 0.0))), wrap * 1.6);
    light = key_color * lit * through
          + fill_color * fill_open * clamp((fill + wrap) / (w * w), 0.0, 1.0)
          + mix(ground_color, sky_color, 0.5 + 0.5 * n.z) * pow(vec3(open), vec3(1.0) - wrap);
    light += key_color * ground_color * (bounce * open * max(-n.z, 0.0)
           * clamp((1.35 - world.z) * 2.0, 0.0, 1.0));
    light *= p3d_Color.rgb * p3d_ColorScale.rgb * p3d_ColorScale.rgb;
    vec3 half_key = normalize(v + key_direction);
    float edge = 1.0 - clamp(dot(n, v), 0.0, 1.0);
    edge = edge * edge * edge;
    // Schlick's Fresnel term for skin and cloth, relative to head-on
    float grazing = 1.0 - max(dot(v, half_key), 0.0);
    float fresnel = 1.0 + 12.0 * grazing * grazing * grazing * grazing;
    float lobe = pow(max(dot(n, half_key), 0.0), gloss.y) * max(key, 0.0) * fresnel * key_open;
    float lobe_fill = pow(max(dot(n, normalize(v + fill_direction)), 0.0), gloss.y)
                    * max(fill, 0.0) * fill_open;
    float bare = p3d_Color.r * p3d_Color.r * open;      // hollows reflect little
    spark = (key_color * lobe + fill_color * lobe_fill) * (bare * gloss.x * (0.5 + 0.9 * edge));
    // the skin's texture scales what is here by its gloss, of which the rim takes none
    spark += rim_color * (bare * edge * gloss.z * (0.5 + 0.5 * n.z)) * mix(1.0, 2.2, gloss.w);
    cover = p3d_Color.a * p3d_ColorScale.a;
}
"""
)

# Film's shoulder: what is bright comes closer together instead of all turning white, and what is
# dark is a little lifted. The square root is the display's gamma.
TONE = """
#version 130
vec3 tone(vec3 seen) {
    // one share for all channels, so that skin keeps its colour
    return sqrt(seen * (1.10 / (1.0 + 0.46 * dot(seen, vec3(0.55, 0.40, 0.05)))));
}
"""

_FRAGMENT_SKIN = (
    TONE
    + """
uniform sampler2D p3d_Texture0;
in vec2 uv;
in vec3 light;
in vec3 spark;
out vec4 color;
void main() {
    vec4 paint = texture(p3d_Texture0, uv);
    color.rgb = tone(paint.rgb * paint.rgb * light + spark * paint.a);
    color.a = 0.75 + 0.25 * color.r;     // what game.layers smooths steps by
}
"""
)

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

_FRAGMENT_MOUTH = (
    TONE
    + """
uniform sampler2D p3d_Texture0;
in vec2 uv;
in vec3 light;
in vec3 spark;
in float cover;
out vec4 color;
void main() {
    vec3 paint = texture(p3d_Texture0, uv).rgb;
    // what light reaches teeth has gone by lips and gums, which take its green and blue
    float grey = dot(light, vec3(0.4, 0.4, 0.2));
    float front = clamp(grey * 2.5, 0.0, 1.0);
    vec3 warm = grey * mix(vec3(1.10, 0.62, 0.52), vec3(1.22, 1.08, 0.92), front);
    color = vec4(tone(paint * paint * warm + spark), cover);
}
"""
)

_FRAGMENT_CLOTH = (
    TONE
    + """
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
    color = vec4(tone(paint.rgb * paint.rgb * light + spark), alpha);
}
"""
)

_VERTEX_HAIR = (
    VERTEX_HEAD
    + """
in vec3 p3d_Tangent;     // along the strand
out vec3 light;
out vec3 gleam;
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
    float key_open = 1.0 - dot(visibility.xyz, key_share);
    float fill_open = 1.0 - dot(visibility.xyz, fill_share);
    light = key_color * (key_open * clamp((key + 0.25) * 0.8, 0.0, 1.0))
          + fill_color * (fill_open * clamp((fill + 0.25) * 0.75, 0.0, 1.0))
          + mix(ground_color, sky_color, 0.5 + 0.5 * n.z) * visibility.w;
    float edge = 1.0 - abs(dot(n, v));
    edge = edge * edge * edge;
    // a strand's surface reflects the light's own colour, what has been inside it the hair's
    float shine = band * gloss.x * clamp(key + 0.35, 0.0, 1.0) * key_open;
    light += key_color * (shine * 2.2) + rim_color * (edge * gloss.z * 2.2);
    // and a broad sheen, without which black hair is a hole in the picture
    float sheen = pow(max(1.0 - th * th, 0.0), 7.0) * gloss.x * clamp(key + 0.25, 0.0, 1.0);
    gleam = key_color * (shine * 0.38 + sheen * 0.09)
          + (rim_color * 0.35 + sky_color * 0.10) * (edge * gloss.z);
    gleam *= p3d_Color.r * p3d_Color.r;      // what lies deep or inside gleams little
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
in vec3 gleam;
in float cover;
out vec4 color;
void main() {
    vec4 paint = texture(p3d_Texture0, uv);
    // cover eats into strands one by one, so that ends and hairlines are ragged, not smoky
    float alpha = (paint.a + cover) * 3.5;
    if (alpha < 0.06) discard;
    color = vec4(paint.rgb * light + gleam * (paint.a - paint.a * paint.g), alpha);
}
"""

_FRAGMENT_TRESS = """
#version 130
uniform sampler2D p3d_Texture0;
in vec2 uv;
in vec3 light;
in vec3 gleam;
out vec4 color;
void main() {
    vec4 paint = texture(p3d_Texture0, uv);
    color.rgb = paint.rgb * light + gleam * (paint.a - paint.a * paint.g);
    color.a = 0.75 + 0.25 * color.r;
}
"""

_FRAGMENT_SOLID = (
    TONE
    + """
uniform sampler2D p3d_Texture0;
in vec2 uv;
in vec3 light;
in vec3 spark;
out vec4 color;
void main() {
    vec3 paint = texture(p3d_Texture0, uv).rgb;
    color.rgb = tone(paint * paint * light + spark);
    color.a = 0.75 + 0.25 * color.r;
}
"""
)

_VERTEX_EYE = (
    VERTEX_HEAD
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

_FRAGMENT_HEAD = (
    TONE
    + """
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
)

_FRAGMENT_EYE = (
    _FRAGMENT_HEAD
    + """
uniform vec3 head_up;
uniform float lid;       // sine of the upper lid's elevation on the eyeball
void main() {
    vec4 paint = texture(p3d_Texture0, uv);
    vec3 albedo = paint.rgb * paint.rgb;
    // light that entered an iris seldom comes out: what is dark there stays dark
    albedo *= 0.42 + 0.72 * albedo;
    vec3 n = normalize(normal);
    vec3 v = normalize(p3d_ViewMatrixInverse[3].xyz - world);
    float height = dot(n, head_up);
    float shade = 1.0 - 0.55 * smoothstep(lid - 0.42, lid + 0.06, height);
    shade *= 1.0 - 0.45 * smoothstep(0.25, 0.75, abs(n.x) * (1.0 - abs(height)));
    shade *= 1.0 - 0.25 * smoothstep(0.10, 0.45, -height);
    float key = dot(n, key_direction);
    float fill = dot(n, fill_direction);
    // sockets and lashes hold back a third of what would fall on a bare ball
    vec3 light = key_color * 0.62 * clamp((key + 0.5) * 0.6, 0.0, 1.0)
               + fill_color * clamp((fill + 0.5) * 0.5, 0.0, 1.0)
               + mix(ground_color, sky_color, 0.5 + 0.5 * n.z);
    vec3 r = reflect(-v, n);
    // a window low enough that the upper lid does not hide its reflection
    vec3 window = normalize(key_direction - vec3(-0.10, 0.25, 0.28));
    float spark = smoothstep(0.978, 0.998, dot(r, window)) * 0.85
                + smoothstep(0.965, 0.995, dot(r, fill_direction)) * 0.10;
    spark *= 1.0 - smoothstep(lid - 0.10, lid + 0.04, height);
    vec3 lit = albedo * light * shade + vec3(spark) + sky_color * 0.02 * shade;
    color.rgb = tone(lit);
    color.a = 0.75 + 0.25 * color.r;
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

# What hides people is drawn into the depth buffer alone: the driver's own program would paint it.
_FRAGMENT_DEPTH = """
#version 130
void main() {
}
"""

_VERTEX_LAYER = """
#version 130
uniform mat4 p3d_ModelViewProjectionMatrix;
in vec4 p3d_Vertex;
void main() {
    gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
}
"""

_FRAGMENT_LAYER = """
#version 130
uniform sampler2D p3d_Texture0;
out vec4 color;
void main() {
    color = texelFetch(p3d_Texture0, ivec2(gl_FragCoord.xy), 0);
    color.a = min(color.a * 1.3334, 1.0);
}
"""

_NEIGHBOURS = """
#version 400
uniform sampler2D p3d_Texture0;
out vec4 color;
const int REACH = 8;     // pixels along a step that are looked at to each side
void main() {
    ivec2 place = ivec2(gl_FragCoord.xy);
    vec2 texel = 1.0 / vec2(textureSize(p3d_Texture0, 0));
    vec2 uv = gl_FragCoord.xy * texel;
    vec4 upper = textureGather(p3d_Texture0, uv + 0.5 * texel, 3);
    vec4 lower = textureGather(p3d_Texture0, uv - 0.5 * texel, 3);
    float here = upper.w;
    float north = upper.x, east = upper.z, west = lower.x, south = lower.z;
    float most = max(max(max(north, south), max(east, west)), here);
    float least = min(min(min(north, south), min(east, west)), here);
"""

# Where there is no step. A software renderer computes both sides of a branch and the first turn of
# any loop, so what is done at steps is a program of its own; depth keeps it from all other pixels.
_FRAGMENT_LEVEL = (
    _NEIGHBOURS
    + """
    if (most - least > 0.05) discard;
    color = texelFetch(p3d_Texture0, place, 0);
    color.a = min(color.a * 1.3334, 1.0);
}
"""
)

_FRAGMENT_SMOOTH = (
    _NEIGHBOURS
    + """
    bool level = abs(north + south - 2.0 * here) >= abs(east + west - 2.0 * here);
    float beyond = level ? north : east;
    float behind = level ? south : west;
    ivec2 across = level ? ivec2(0, 1) : ivec2(1, 0);
    if (abs(behind - here) > abs(beyond - here)) {
        across = -across;
        beyond = behind;
    }
    vec2 along = level ? vec2(texel.x, 0.0) : vec2(0.0, texel.y);
    vec2 seam = uv + 0.5 * vec2(across) * texel;
    float middle = 0.5 * (here + beyond);
    float slack = 0.25 * abs(beyond - here);
    vec2 reach = vec2(float(REACH));
    float first = 0.0, second = 0.0;
    for (int i = 1; i < REACH; ++i) {
        vec2 step = along * float(i);
        if (abs(first) <= slack) {
            first = texture(p3d_Texture0, seam + step).a - middle;
            reach.x = float(i);
        }
        if (abs(second) <= slack) {
            second = texture(p3d_Texture0, seam - step).a - middle;
            reach.y = float(i);
        }
        if (min(abs(first), abs(second)) > slack) break;
    }
    float end = reach.x < reach.y ? first : second;
    float share = end * (here - middle) < 0.0
        ? 0.5 - min(reach.x, reach.y) / (reach.x + reach.y) : 0.0;
    // a pixel that stands out alone has no step to follow
    float alone = abs(0.25 * (north + south + east + west) - here) / (most - least);
    share = max(share, 0.5 * alone * alone);
    color = texelFetch(p3d_Texture0, place, 0);
    color.a = min(color.a * 1.3334, 1.0);
    vec4 other = texelFetch(p3d_Texture0, place + across, 0);
    other.a = min(other.a * 1.3334, 1.0);
    color = mix(color, other, share);
}
"""
)

PROGRAMS: dict[str, tuple[str, str]] = {
    "plain": (_VERTEX, _FRAGMENT),
    "skin": (_VERTEX, _FRAGMENT_SKIN),
    "cloth": (_VERTEX, _FRAGMENT_CLOTH),
    "mouth": (_VERTEX, _FRAGMENT_MOUTH),
    "hair": (_VERTEX_HAIR, _FRAGMENT_HAIR),
    "tress": (_VERTEX_HAIR, _FRAGMENT_TRESS),
    "solid": (_VERTEX, _FRAGMENT_SOLID),
    "eye": (_VERTEX_EYE, _FRAGMENT_EYE),
    "depth": (_VERTEX_LAYER, _FRAGMENT_DEPTH),
    "layer": (_VERTEX_LAYER, _FRAGMENT_LAYER),
    "level": (_VERTEX_LAYER, _FRAGMENT_LEVEL),
    "smooth": (_VERTEX_LAYER, _FRAGMENT_SMOOTH),
    "picture": (_VERTEX_PICTURE, _FRAGMENT_PICTURE),
    # a picture that is bent or tilted, and may reach past the screen's edges
    "sheet": (
        _VERTEX_PICTURE.replace("noperspective ", ""),
        _FRAGMENT_PICTURE.replace("noperspective ", ""),
    ),
}
"""Name to vertex and fragment program."""
