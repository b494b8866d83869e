// The environment itself as the background.
#include "frame.glsl"
#include "tone.glsl"
#include "equirect.glsl"

in vec2 v_at;
uniform sampler2D u_sky;
uniform vec4 u_slopes;  // x/−z of the box's left and right edge, y/−z of its top and bottom edge
out vec4 o_color;

void main() {
    vec3 ray = vec3(mix(u_slopes.x, u_slopes.y, v_at.x), mix(u_slopes.z, u_slopes.w, v_at.y), -1.0);
    vec3 turned = vec3(
        dot(environment_from_camera[0].xyz, ray),
        dot(environment_from_camera[1].xyz, ray),
        dot(environment_from_camera[2].xyz, ray));
    vec3 light = textureLod(u_sky, equirect_of(normalize(turned)), 0.0).rgb * environment_rgb.rgb;
#ifdef SCENE_LIGHT
    o_color = vec4(min(light, vec3(60000.0)), 1.0);
#else
    o_color = vec4(tone_mapped(light * exposure.x), 1.0);
#endif
}
