// Hair per pixel: Marschner's primary and secondary highlights as two shifted Kajiya-Kay lobes
// (Scheuermann, 2004).
#version 130
#include "full_light.glsl"

void main() {
    vec4 paint = texture(p3d_Texture0, uv);
    float alpha = 1.0;
#if defined(COVERED)
    alpha = paint.a * tint.a;
    if (alpha < 0.02) discard;
#elif defined(CUT)
    // coverage is a distance from the garment's rim: its slope makes an edge of a few pixels
    alpha = min(paint.a, clamp((tint.a - 0.5) * 40.0, 0.0, 1.0));
    if (alpha < 0.02) discard;
#elif defined(STRANDS)
    alpha = (paint.a + tint.a - 1.0) * 3.5;
    if (alpha < 0.06) discard;
#endif
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
#ifdef GROUP
    color.a = 0.75 + 0.25 * color.r;     // what game.stage.layers smooths steps by
#endif
}
