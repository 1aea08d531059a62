// What every program of people is given: the room's light, the surface, the vertex.
uniform mat4 p3d_ModelViewProjectionMatrix;
uniform mat4 p3d_ModelMatrix;
uniform mat4 p3d_ViewMatrixInverse;
uniform vec4 p3d_ColorScale;
uniform vec3 key_direction;
uniform vec3 key_color;
uniform vec3 fill_direction;
uniform vec3 fill_color;
uniform vec3 sky_color;
uniform vec3 ground_color;
uniform vec3 rim_color;
uniform vec3 wrap;
uniform vec4 gloss;      // strength, exponent, rim, whether alpha is gloss
uniform vec3 key_share;  // how much of the key each of the three baked lights stands for
uniform vec3 fill_share;
uniform float bounce;    // light that the desk throws up from below, 0-1 of the key
in vec4 p3d_Vertex;
in vec3 p3d_Normal;
in vec4 p3d_Color;
in vec2 p3d_MultiTexCoord0;
in vec4 visibility;      // blocked from left, right, above; openness: 0 0 0 1 unless baked
out vec2 uv;
