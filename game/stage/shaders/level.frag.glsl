// People where no outline is. A software renderer computes both sides of a branch and the first
// turn of any loop, so what is done at outlines is a program of its own; depth keeps it from all
// other pixels.
#version 400
#include "neighbours.glsl"

    if (most - least > 0.05) discard;
    color = texelFetch(p3d_Texture0, place, 0);
    color.a = min(color.a * 1.3334, 1.0);
}
