// Things that may be see-through.
#version 130

uniform sampler2D p3d_Texture0;
in vec2 uv;
in vec3 light;
in vec3 spark;
in float cover;
out vec4 color;
void main() {
    vec4 paint = texture(p3d_Texture0, uv);
    float alpha = paint.a * cover;
    if (alpha < 0.02) discard;
    color = vec4(sqrt(paint.rgb * paint.rgb * light + spark), alpha);
}
