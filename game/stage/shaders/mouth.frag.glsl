// Teeth, gums and tongue.
#version 130
#include "tone.glsl"

uniform sampler2D p3d_Texture0;
in vec2 uv;
in vec3 light;
in vec3 spark;
in float cover;
out vec4 color;
void main() {
    vec3 paint = texture(p3d_Texture0, uv).rgb;
    // what light reaches teeth has gone by lips and gums, which take its green and blue
    float grey = dot(light, vec3(0.4, 0.4, 0.2));
    float front = clamp(grey * 2.5, 0.0, 1.0);
    vec3 warm = grey * mix(vec3(1.10, 0.62, 0.52), vec3(1.22, 1.08, 0.92), front);
    color = vec4(tone(paint * paint * warm + spark), cover);
}
