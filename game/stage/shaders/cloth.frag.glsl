// Cloth, with the rims of garments.
#version 130
#include "tone.glsl"

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
