// How much light casters keep from a point: two blurred maps, one along the sun, one for the open sky.
#ifndef SHADOW_MAPS
#define SHADOW_MAPS

layout(std140) uniform Pass {
    mat4 sun_map_from_camera;
    mat4 sky_map_from_camera;
    vec4 sun_cone;      // x: level-0 texels of blur per metre of distance; y: last level; z: level searched first; w: 1 when there
    vec4 sky_cone;
    vec4 key_direction; // xyz: toward the light whose shadow is drawn
    vec4 key_rgb;       // rgb: its irradiance / π; w: 1 when it is part of the sky
};
uniform sampler2D u_sun_map;
uniform sampler2D u_sky_map;

// rgb: share of light kept, averaged as wide as the penumbra is there. `clear_m`: casters nearer than this do not count.
vec3 kept_light(sampler2D map, mat4 map_from_camera, vec4 cone, vec3 position, float clear_m) {
    vec3 at = (map_from_camera * vec4(position, 1.0)).xyz;
    vec2 inside = smoothstep(vec2(0.0), vec2(0.06), at.xy) * smoothstep(vec2(0.0), vec2(0.06), 1.0 - at.xy);
    vec4 around = textureLod(map, at.xy, cone.z);
    float kept = dot(around.rgb, vec3(1.0 / 3.0));
    if (kept < 0.002 || inside.x * inside.y <= 0.0) return vec3(0.0);
    float found = smoothstep(0.002, 0.03, kept);  // so that no step shows where the search finds its first caster
    float gap = at.z - around.a / kept;
    // Once more at the width that this distance asks for, which is where the light is averaged.
    // Never sharper than two texels: light scattered in skin softens edges as much, and steps would show.
    float level = clamp(log2(max(gap, 1e-5) * cone.x), 0.9, cone.y);
    vec4 seen = textureLod(map, at.xy, level);
    kept = dot(seen.rgb, vec3(1.0 / 3.0));
    gap = at.z - seen.a / max(kept, 1e-4);
    float behind = smoothstep(clear_m - 0.001, clear_m + 0.0015, gap);
    return seen.rgb * (found * behind * inside.x * inside.y);
}

vec3 sun_kept(vec3 position, float clear_m) {
    return sun_cone.w > 0.0 ? kept_light(u_sun_map, sun_map_from_camera, sun_cone, position, clear_m) : vec3(0.0);
}

vec3 sky_kept(vec3 position, float clear_m) {
    return sky_cone.w > 0.0 ? kept_light(u_sky_map, sky_map_from_camera, sky_cone, position, clear_m) : vec3(0.0);
}
#endif
