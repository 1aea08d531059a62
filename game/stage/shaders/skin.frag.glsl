// Skin: covers all that it is drawn on; its texture's alpha is gloss.
#version 130
#include "tone.glsl"

uniform sampler2D p3d_Texture0;
in vec2 uv;
in vec3 light;
in vec3 spark;
out vec4 color;
void main() {
    vec4 paint = texture(p3d_Texture0, uv);
    color.rgb = tone(paint.rgb * paint.rgb * light + spark * paint.a);
    color.a = 0.75 + 0.25 * color.r;     // what game.stage.layers smooths steps by
}
