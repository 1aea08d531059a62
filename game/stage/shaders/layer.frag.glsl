// People laid over the room as they are.
#version 130

uniform sampler2D p3d_Texture0;
out vec4 color;
void main() {
    color = texelFetch(p3d_Texture0, ivec2(gl_FragCoord.xy), 0);
    color.a = min(color.a * 1.3334, 1.0);
}
