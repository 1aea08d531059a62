// What is nowhere see-through: wool, frames of glasses.
#version 130
#include "tone.glsl"

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
