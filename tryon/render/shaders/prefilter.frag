// One level of an environment: its radiance seen through a GGX lobe of one roughness, view along the normal.
// Split sum after Karis 2013, "Real Shading in Unreal Engine 4"; visible normals after Heitz 2018 with the view on the normal.

#include "equirect.glsl"
#include "octahedron.glsl"

uniform sampler2D u_map;       // sharp levels: the map with mipmaps; rough levels: the map at 64×32
uniform float u_size;          // texels on a side of this level, border included
uniform float u_roughness;
in vec2 v_at;
out vec4 o_radiance;

const uint SAMPLES = 512u;

float radical_inverse(uint bits) {
    bits = (bits << 16u) | (bits >> 16u);
    bits = ((bits & 0x55555555u) << 1u) | ((bits & 0xAAAAAAAAu) >> 1u);
    bits = ((bits & 0x33333333u) << 2u) | ((bits & 0xCCCCCCCCu) >> 2u);
    bits = ((bits & 0x0F0F0F0Fu) << 4u) | ((bits & 0xF0F0F0F0u) >> 4u);
    bits = ((bits & 0x00FF00FFu) << 8u) | ((bits & 0xFF00FF00u) >> 8u);
    return float(bits) * 2.3283064365386963e-10;
}

vec3 mirror_like() {
    vec3 sum = vec3(0.0);
    for (int i = 0; i < 4; ++i) {
        vec2 inside = vec2(float(i & 1), float(i >> 1)) * 0.5 - 0.25;
        vec3 direction = direction_of((v_at * u_size + inside - 1.0) / (u_size - 2.0));
        sum += textureLod(u_map, equirect_of(direction), 0.0).rgb;
    }
    return sum * 0.25;
}

vec3 sampled(vec3 normal, float alpha2) {
    vec3 side = normalize(abs(normal.y) < 0.99 ? cross(vec3(0.0, 1.0, 0.0), normal) : cross(vec3(1.0, 0.0, 0.0), normal));
    vec3 other = cross(normal, side);
    float texel_rad = PI / float(textureSize(u_map, 0).y);
    vec3 sum = vec3(0.0);
    float weights = 0.0;
    for (uint i = 0u; i < SAMPLES; ++i) {
        float x = (float(i) + 0.5) / float(SAMPLES);
        float turn = 2.0 * PI * radical_inverse(i);
        // Half vector from the distribution of normals, reflected about the view (which is the normal).
        float cos2_half = (1.0 - x) / (1.0 + (alpha2 - 1.0) * x);
        float cos_light = 2.0 * cos2_half - 1.0;
        if (cos_light <= 0.0) continue;
        float sin_light = sqrt(max(0.0, 1.0 - cos_light * cos_light));
        vec3 light = normal * cos_light + (side * cos(turn) + other * sin(turn)) * sin_light;
        float denominator = cos2_half * (alpha2 - 1.0) + 1.0;
        float density = alpha2 / (PI * denominator * denominator) * 0.25;
        // Read the mip whose texel covers the sample's share of solid angle, so no sun is missed.
        float level = log2(inversesqrt(float(SAMPLES) * density) / texel_rad);
        sum += textureLod(u_map, equirect_of(light), max(level, 0.0)).rgb * cos_light;
        weights += cos_light;
    }
    return sum / weights;
}

vec3 integrated(vec3 normal, float alpha2) {
    ivec2 size = textureSize(u_map, 0);
    vec3 sum = vec3(0.0);
    float weights = 0.0;
    for (int row = 0; row < size.y; ++row) {
        float polar = PI * (float(row) + 0.5) / float(size.y);
        for (int column = 0; column < size.x; ++column) {
            float azimuth = 2.0 * PI * ((float(column) + 0.5) / float(size.x) - 0.5);
            vec3 light = vec3(sin(polar) * sin(azimuth), cos(polar), -sin(polar) * cos(azimuth));
            float cos_light = dot(normal, light);
            if (cos_light <= 0.0) continue;
            // cos²(half) = (1 + cos(light)) / 2 turns the GGX density into this, up to a constant.
            float denominator = (1.0 + cos_light) * (alpha2 - 1.0) + 2.0;
            float weight = cos_light * sin(polar) / (denominator * denominator);
            sum += texelFetch(u_map, ivec2(column, row), 0).rgb * weight;
            weights += weight;
        }
    }
    return sum / weights;
}

void main() {
    vec3 normal = direction_of((v_at * u_size - 1.0) / (u_size - 2.0));
    float alpha = u_roughness * u_roughness;
#if defined(SHARP)
    vec3 radiance = mirror_like();
#elif defined(ROUGH)
    vec3 radiance = integrated(normal, alpha * alpha);
#else
    vec3 radiance = sampled(normal, alpha * alpha);
#endif
    o_radiance = vec4(min(radiance, vec3(65000.0)), 1.0);
}
