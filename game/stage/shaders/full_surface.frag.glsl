// Skin, cloth and things per pixel. Skin spreads diffuse light about the terminator by channel,
// wider where it curves more (THIN; after Penner, SIGGRAPH 2011, without his table), and shines in
// two lobes, oil over skin (TWO_LOBES). Cloth adds the SHEEN of upright fibres (Estevez and Kulla,
// 2017). SHINE is the strength of the shine.
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
    vec3 albedo = paint.rgb * paint.rgb * tint.rgb;
    vec3 n = normalize(normal);
    vec3 v = normalize(p3d_ViewMatrixInverse[3].xyz - world);
    if (!gl_FrontFacing && dot(n, v) < 0.0) n = -n;
    float key_open = shadowed(n, 1.0 - dot(blocked.xyz, key_share));
    float fill_open = 1.0 - dot(blocked.xyz, fill_share);
#ifdef THIN
    // finely curved skin is thin against the way that light goes in it
    vec3 reach = wrap * (0.8 + 0.5 * clamp(length(fwidth(n)) / max(length(fwidth(world)), 1e-5)
                       * 0.012, 0.0, 1.0));
#else
    vec3 reach = wrap;
#endif
    vec3 through = mix(vec3(key_open), sqrt(vec3(max(key_open, 0.0))), wrap * 1.6);
    vec3 light = key_color * wrapped(dot(n, key_direction), reach) * through
               + fill_color * fill_open * wrapped(dot(n, fill_direction), reach)
               + ambient(n, wrap);
    float shine = SHINE;
    float bare = tint.r * tint.r * blocked.w;
    vec3 spark = vec3(0.0);
#if defined(TWO_LOBES)
    float key_lobes = 0.65 * ggx(n, v, key_direction, 0.52, 0.028)
                    + 0.35 * ggx(n, v, key_direction, 0.38, 0.028);
    spark = (key_color * key_open * key_lobes
          + fill_color * fill_open * ggx(n, v, fill_direction, 0.42, 0.028)) * (bare * shine);
#elif defined(SHEEN)
    float fibres = 1.0 - clamp(dot(n, v), 0.0, 1.0);
    fibres = fibres * fibres * fibres;
    spark = (key_color * key_open * ggx(n, v, key_direction, 0.72, 0.04)
          + fill_color * fill_open * ggx(n, v, fill_direction, 0.72, 0.04)) * (bare * shine)
          + (key_color * key_open * max(dot(n, key_direction) + 0.3, 0.0) + sky_color)
          * (fibres * 0.022);
#else
    float rough = sqrt(sqrt(2.0 / (gloss.y + 2.0)));
    spark = (key_color * key_open * ggx(n, v, key_direction, rough, 0.04)
          + fill_color * fill_open * ggx(n, v, fill_direction, rough, 0.04)) * (bare * shine);
#endif
    float edge = pow(1.0 - clamp(dot(n, v), 0.0, 1.0), 4.0);
    spark += rim_color * (bare * edge * gloss.z * (0.5 + 0.5 * n.z));
    color = vec4(tone(albedo * light + spark), alpha);
#ifdef GROUP
    color.a = 0.75 + 0.25 * color.r;     // what game.stage.layers smooths steps by
#endif
}
