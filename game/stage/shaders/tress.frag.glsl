// Solid hair under the loose.
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
