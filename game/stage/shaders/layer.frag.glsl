// People laid over the room as they are, whatever the size at which they were drawn.
#version 130

uniform sampler2D p3d_Texture0;
uniform vec2 origin;     // of what the texture holds, pixels of the picture
uniform vec2 pixel;      // share of it
out vec4 color;
void main() {
    color = texture(p3d_Texture0, (gl_FragCoord.xy - origin) * pixel);
    color.a = min(color.a * 1.3334, 1.0);
}
