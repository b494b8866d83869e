// The environment itself as the background.
#include "frame.glsl"
#include "tone.glsl"
#include "environment.glsl"

in vec2 v_at;
uniform vec4 u_tangents;  // left, right, top, bottom of the box as x/−z and y/−z
out vec4 o_color;

void main() {
    vec2 slope = vec2(mix(u_tangents.x, u_tangents.y, v_at.x), mix(u_tangents.z, u_tangents.w, v_at.y));
    vec3 light = radiance_of(normalize(vec3(slope, -1.0)), 0.0);
#ifdef SCENE_LIGHT
    o_color = vec4(light, 1.0);
#else
    o_color = vec4(tone_mapped(light * exposure.x), 1.0);
#endif
}
