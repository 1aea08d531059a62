// People where an outline is: the step is followed to its ends, and smoothed.
#version 400
#include "neighbours.glsl"

    bool level = abs(north + south - 2.0 * here) >= abs(east + west - 2.0 * here);
    float beyond = level ? north : east;
    float behind = level ? south : west;
    ivec2 across = level ? ivec2(0, 1) : ivec2(1, 0);
    if (abs(behind - here) > abs(beyond - here)) {
        across = -across;
        beyond = behind;
    }
    vec2 along = level ? vec2(texel.x, 0.0) : vec2(0.0, texel.y);
    vec2 seam = uv + 0.5 * vec2(across) * texel;
    float middle = 0.5 * (here + beyond);
    float slack = 0.25 * abs(beyond - here);
    vec2 reach = vec2(float(REACH));
    float first = 0.0, second = 0.0;
    for (int i = 1; i < REACH; ++i) {
        vec2 step = along * float(i);
        if (abs(first) <= slack) {
            first = texture(p3d_Texture0, seam + step).a - middle;
            reach.x = float(i);
        }
        if (abs(second) <= slack) {
            second = texture(p3d_Texture0, seam - step).a - middle;
            reach.y = float(i);
        }
        if (min(abs(first), abs(second)) > slack) break;
    }
    float end = reach.x < reach.y ? first : second;
    float share = end * (here - middle) < 0.0
        ? 0.5 - min(reach.x, reach.y) / (reach.x + reach.y) : 0.0;
    // a pixel that stands out alone has no step to follow
    float alone = abs(0.25 * (north + south + east + west) - here) / (most - least);
    share = max(share, 0.5 * alone * alone);
    color = texelFetch(p3d_Texture0, place, 0);
    color.a = min(color.a * 1.3334, 1.0);
    vec4 other = texelFetch(p3d_Texture0, place + across, 0);
    other.a = min(other.a * 1.3334, 1.0);
    color = mix(color, other, share);
}
