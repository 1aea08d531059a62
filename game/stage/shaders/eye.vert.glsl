// Eyes are lit pixel by pixel: only places and normals are handed on.
#version 130
#include "person_inputs.glsl"

out vec3 world;
out vec3 normal;
void main() {
    gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
    world = (p3d_ModelMatrix * p3d_Vertex).xyz;
    normal = mat3(p3d_ModelMatrix) * p3d_Normal;
    uv = p3d_MultiTexCoord0;
}
