// Places, normals and strands are handed on: light is worked out per pixel.
#version 130
#include "person_inputs.glsl"

in vec3 p3d_Tangent;
out vec3 world;
out vec3 normal;
out vec3 strand;
out vec4 tint;
out vec4 blocked;
void main() {
    gl_Position = p3d_ModelViewProjectionMatrix * p3d_Vertex;
    uv = p3d_MultiTexCoord0;
    world = (p3d_ModelMatrix * p3d_Vertex).xyz;
    normal = mat3(p3d_ModelMatrix) * p3d_Normal;
    strand = mat3(p3d_ModelMatrix) * p3d_Tangent;
    tint = p3d_Color * vec4(p3d_ColorScale.rgb * p3d_ColorScale.rgb, p3d_ColorScale.a);
    blocked = visibility;
}
