// Eyes: iris, the lid's shadow, reflections of the window.
#version 130
#include "tone.glsl"

uniform sampler2D p3d_Texture0;
uniform mat4 p3d_ViewMatrixInverse;
uniform vec3 key_direction;
uniform vec3 key_color;
uniform vec3 fill_direction;
uniform vec3 fill_color;
uniform vec3 sky_color;
uniform vec3 ground_color;
in vec3 world;
in vec3 normal;
in vec2 uv;
out vec4 color;

uniform vec3 head_up;
uniform float lid;       // sine of the upper lid's elevation on the eyeball
void main() {
    vec4 paint = texture(p3d_Texture0, uv);
    vec3 albedo = paint.rgb * paint.rgb;
    // light that entered an iris seldom comes out: what is dark there stays dark
    albedo *= 0.42 + 0.72 * albedo;
    vec3 n = normalize(normal);
    vec3 v = normalize(p3d_ViewMatrixInverse[3].xyz - world);
    float height = dot(n, head_up);
    float shade = 1.0 - 0.55 * smoothstep(lid - 0.42, lid + 0.06, height);
    shade *= 1.0 - 0.45 * smoothstep(0.25, 0.75, abs(n.x) * (1.0 - abs(height)));
    shade *= 1.0 - 0.25 * smoothstep(0.10, 0.45, -height);
    float key = dot(n, key_direction);
    float fill = dot(n, fill_direction);
    // sockets and lashes hold back a third of what would fall on a bare ball
    vec3 light = key_color * 0.62 * clamp((key + 0.5) * 0.6, 0.0, 1.0)
               + fill_color * clamp((fill + 0.5) * 0.5, 0.0, 1.0)
               + mix(ground_color, sky_color, 0.5 + 0.5 * n.z);
    vec3 r = reflect(-v, n);
    // a window low enough that the upper lid does not hide its reflection
    vec3 window = normalize(key_direction - vec3(-0.10, 0.25, 0.28));
    float spark = smoothstep(0.978, 0.998, dot(r, window)) * 0.85
                + smoothstep(0.965, 0.995, dot(r, fill_direction)) * 0.10;
    spark *= 1.0 - smoothstep(lid - 0.10, lid + 0.04, height);
    vec3 lit = albedo * light * shade + vec3(spark) + sky_color * 0.02 * shade;
    color.rgb = tone(lit);
    color.a = 0.75 + 0.25 * color.r;
}
