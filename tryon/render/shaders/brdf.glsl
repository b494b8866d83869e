// Microfacet formulas, each with its source. Angles are cosines clamped to 0 to 1.

#ifndef PI_DEFINED
#define PI_DEFINED
const float PI = 3.14159265358979;
#endif

float squared(float x) {
    return x * x;
}

// Schlick 1994.
vec3 fresnel(vec3 f0, float f90, float cos_view) {
    float rest = 1.0 - cos_view;
    float rest2 = rest * rest;
    return f0 + (f90 - f0) * (rest2 * rest2 * rest);
}

// GGX distribution (Walter et al. 2007, equation 33).
float ggx(float alpha, float cos_half) {
    float a2 = alpha * alpha;
    return a2 / (PI * squared(cos_half * cos_half * (a2 - 1.0) + 1.0));
}

// Height-correlated Smith masking over 4·cos·cos (Heitz 2014, equation 99).
float smith(float alpha, float cos_light, float cos_view) {
    float a2 = alpha * alpha;
    float view = cos_light * sqrt(a2 + (1.0 - a2) * cos_view * cos_view);
    float light = cos_view * sqrt(a2 + (1.0 - a2) * cos_light * cos_light);
    return 0.5 / max(view + light, 1e-6);
}

// Both for different widths along the tangents (Burley 2012, section B.2; Heitz 2014, section 5.3).
float ggx_along(vec2 alpha, vec2 half_along, float cos_half) {
    float spread = squared(half_along.x / alpha.x) + squared(half_along.y / alpha.y) + cos_half * cos_half;
    return 1.0 / (PI * alpha.x * alpha.y * spread * spread);
}

float smith_along(vec2 alpha, vec2 light_along, vec2 view_along, float cos_light, float cos_view) {
    float view = cos_light * length(vec3(alpha * view_along, cos_view));
    float light = cos_view * length(vec3(alpha * light_along, cos_light));
    return 0.5 / max(view + light, 1e-6);
}

// Sheen (Estevez and Kulla 2017) with Neubelt's masking.
float charlie(float roughness, float cos_half) {
    float inverse = 1.0 / (roughness * roughness);
    float sin2 = max(1.0 - cos_half * cos_half, 1.0 / 128.0);
    return (2.0 + inverse) * pow(sin2, 0.5 * inverse) / (2.0 * PI);
}

float neubelt(float cos_light, float cos_view) {
    return clamp(1.0 / (4.0 * (cos_light + cos_view - cos_light * cos_view)), 0.0, 1.0);
}

// How much sheen reflects of a uniform sky: the exponential fit three.js uses.
float sheen_albedo(float cos_view, float roughness) {
    float inverse = 1.0 / (roughness + 0.1);
    float slope = -1.9362 + 1.0678 * roughness + 0.4573 * roughness * roughness - 0.8469 * inverse;
    float offset = -0.6014 + 0.5538 * roughness - 0.4670 * roughness * roughness - 0.1255 * inverse;
    return clamp(exp(slope * cos_view + offset), 0.0, 1.0);
}

// Single and multiple scattering of a rough mirror under a uniform sky (Fdez-Agüera 2019, JCGT 8(1)).
void scattering(vec2 sums, vec3 f0, float f90, inout vec3 single, inout vec3 multiple) {
    single = f0 * sums.x + f90 * sums.y;
    float lost = 1.0 - sums.x - sums.y;
    vec3 average = f0 + (1.0 - f0) / 21.0;
    multiple = lost * single * average / (1.0 - lost * average);
}

// Occlusion of reflections from occlusion of ambient light (Lagarde and de Rousiers 2014, section 4.10.2).
float specular_occlusion(float cos_view, float occlusion, float roughness) {
    return clamp(pow(cos_view + occlusion, exp2(-16.0 * roughness - 1.0)) - 1.0 + occlusion, 0.0, 1.0);
}
