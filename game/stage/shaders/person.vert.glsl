// Light of skin, cloth and things, worked out per vertex.
#version 130
#include "person_inputs.glsl"

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
