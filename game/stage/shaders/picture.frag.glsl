// A texture as it is.
#version 130
#ifdef SHEET
#define AFFINE
#else
#define AFFINE noperspective
#endif
uniform sampler2D p3d_Texture0;
AFFINE in vec2 uv;
out vec4 color;
void main() {
    color = texture(p3d_Texture0, uv);
}
