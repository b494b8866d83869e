// Real surfaces of the picture, already in camera space.
#include "frame.glsl"

in vec3 in_position;
#ifdef CATCHES
#include "environment.glsl"
#include "shadow_maps.glsl"

in vec3 in_normal;
in float in_catches;
out vec3 v_position;
out vec3 v_sun;  // share of the light here that the key gives, times how much shadow is caught
out vec3 v_sky;  // and the rest of the sky
#endif

void main() {
#ifdef CATCHES
    v_position = in_position;
    vec3 normal = normalize(in_normal);
    if (dot(normal, in_position) > 0.0) normal = -normal;
    vec3 all = irradiance_over_pi(normal);
    vec3 sun = key_rgb.rgb * max(dot(normal, key_direction.xyz), 0.0);
    vec3 sky = max(all - sun * key_rgb.w, all * 0.1);
    vec3 caught = in_catches / max(sun + sky, vec3(1e-4));
    v_sun = sun * caught;
    v_sky = sky * caught;
#endif
    gl_Position = clip_from_camera * vec4(in_position, 1.0);
}
