// Loose hair: strands that end one by one.
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
