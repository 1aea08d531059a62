// Film's shoulder: what is bright comes closer together instead of all turning white, and what is
// dark is a little lifted. The square root is the display's gamma.
vec3 tone(vec3 seen) {
    // one share for all channels, so that skin keeps its colour
    return sqrt(seen * (1.10 / (1.0 + 0.46 * dot(seen, vec3(0.55, 0.40, 0.05)))));
}
