// A textured card; SHEET where it is bent or tilted, or may reach past the screen's edges.
#version 130
#ifdef SHEET
#define AFFINE
#else
#define AFFINE noperspective
#endif
uniform mat4 p3d_ModelViewProjectionMatrix;
in vec4 p3d_Vertex;
in vec2 p3d_MultiTexCoord0;
AFFINE out vec2 uv;
void main() {
    gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
    uv = p3d_MultiTexCoord0;
}
