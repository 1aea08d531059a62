// Light of hair, along its strands, per vertex.
#version 130
#include "person_inputs.glsl"

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
