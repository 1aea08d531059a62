// Alpha of a pixel and of the four beside it, by whose steps outlines are found.
uniform sampler2D p3d_Texture0;
uniform vec2 origin;     // of what the texture holds, pixels of the picture
out vec4 color;
const int REACH = 8;     // pixels along a step that are looked at to each side
void main() {
    vec2 here_px = gl_FragCoord.xy - origin;
    ivec2 place = ivec2(here_px);
    vec2 texel = 1.0 / vec2(textureSize(p3d_Texture0, 0));
    vec2 uv = here_px * texel;
    vec4 upper = textureGather(p3d_Texture0, uv + 0.5 * texel, 3);
    vec4 lower = textureGather(p3d_Texture0, uv - 0.5 * texel, 3);
    float here = upper.w;
    float north = upper.x, east = upper.z, west = lower.x, south = lower.z;
    float most = max(max(max(north, south), max(east, west)), here);
    float least = min(min(min(north, south), min(east, west)), here);
