// Light per pixel. Surfaces answer as in Walter et al., "Microfacet models for refraction" (2007):
// the GGX distribution with Smith's shadowing (Hammon's approximation, 2017) and Schlick's Fresnel
// term. Shadows of the key light are those of the shadow map times what is left of those baked per
// vertex.
#include "tone.glsl"

uniform sampler2D p3d_Texture0;
uniform sampler2D shadow_depth;  // the key light's view of people, from game.stage.shadowmap
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
