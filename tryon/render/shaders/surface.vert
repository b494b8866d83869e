#include "frame.glsl"

uniform mat4 u_camera_from_model;
uniform float u_mirrored;  // −1 when the placing mirrors, else 1

in vec3 in_position;
out vec3 v_position;
#ifndef DEPTH_ONLY
in vec3 in_normal;
out vec3 v_normal;
#endif
#ifdef HAS_TANGENT
in vec4 in_tangent;
out vec4 v_tangent;
#endif
#ifdef HAS_UV0
in vec2 in_uv0;
out vec2 v_uv0;
#endif
#ifdef HAS_UV1
in vec2 in_uv1;
out vec2 v_uv1;
#endif
#ifdef HAS_COLOR
in vec4 in_color;
out vec4 v_color;
#endif

void main() {
    vec4 position = u_camera_from_model * vec4(in_position, 1.0);
    v_position = position.xyz;
#ifndef DEPTH_ONLY
    v_normal = mat3(u_camera_from_model) * in_normal;  // scale is uniform, so no inverse transpose
#endif
#ifdef HAS_TANGENT
    v_tangent = vec4(mat3(u_camera_from_model) * in_tangent.xyz, in_tangent.w * u_mirrored);
#endif
#ifdef HAS_UV0
    v_uv0 = in_uv0;
#endif
#ifdef HAS_UV1
    v_uv1 = in_uv1;
#endif
#ifdef HAS_COLOR
    v_color = in_color;
#endif
    gl_Position = clip_from_camera * position;
}
