// Light from everywhere: one octahedral map whose level l holds the map through a GGX lobe of roughness
// 1 − √(1 − l/last); the last level (roughness 1, view on the normal) is the irradiance over π.

#include "octahedron.glsl"

uniform sampler2D u_environment;
uniform sampler2D u_reflectance;

vec3 environment_level(vec2 at, float level) {
    float size = exp2(float(ENVIRONMENT_LOG2_SIZE) - level);
    return textureLod(u_environment, (at * (size - 2.0) + 1.0) / size, level).rgb;
}

vec2 environment_at(vec3 direction) {
    vec3 turned = vec3(
        dot(environment_from_camera[0].xyz, direction),
        dot(environment_from_camera[1].xyz, direction),
        dot(environment_from_camera[2].xyz, direction));
    return octahedron_of(turned);
}

vec3 radiance_of(vec3 direction, float roughness) {
    float level = environment_rgb.w * roughness * (2.0 - roughness);
    float below = floor(level);
    vec2 at = environment_at(direction);
    vec3 light = environment_level(at, below);
    if (level > below) light = mix(light, environment_level(at, below + 1.0), level - below);
    return light * environment_rgb.rgb;
}

// What a rough mirror sees. Off-specular peaks bend toward the normal (Lagarde and de Rousiers 2014, section 4.9.3).
vec3 reflected_radiance(vec3 view, vec3 normal, float roughness) {
    float square = roughness * roughness;
    vec3 direction = normalize(mix(reflect(-view, normal), normal, square * square));
    return radiance_of(direction, roughness);
}

vec3 irradiance_over_pi(vec3 normal) {
    return environment_level(environment_at(normal), environment_rgb.w) * environment_rgb.rgb;
}

// Scale and offset of F0 of a rough mirror under a uniform sky.
vec2 reflectance_sums(float roughness, float cos_view) {
    return texture(u_reflectance, vec2(roughness, cos_view)).xy;
}
