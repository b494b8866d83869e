// How much a rough mirror reflects of a uniform sky, as scale and offset of its F0 (Karis 2013, the second sum).
// x: roughness 0 to 1, y: cosine between normal and view 0 to 1.

in vec2 v_at;
out vec4 o_sums;

const float PI = 3.14159265358979;
const uint SAMPLES = 2048u;

float radical_inverse(uint bits) {
    float value = 0.0;
    float digit = 0.5;
    for (int i = 0; i < 11; ++i) {
        value += float(bits & 1u) * digit;
        bits >>= 1u;
        digit *= 0.5;
    }
    return value;
}

void main() {
    float cos_view = max(v_at.y, 1e-4);
    float alpha = v_at.x * v_at.x;
    vec3 view = vec3(sqrt(1.0 - cos_view * cos_view), 0.0, cos_view);
    // Visible normals (Heitz 2018, JCGT 7(4), listing 1): no sample is wasted and the weight is G2/G1.
    vec3 stretched = normalize(vec3(alpha * view.x, 0.0, view.z));
    vec3 side = stretched.z < 0.9999 ? normalize(cross(vec3(0.0, 0.0, 1.0), stretched)) : vec3(1.0, 0.0, 0.0);
    vec3 other = cross(stretched, side);
    vec2 sums = vec2(0.0);
    for (uint i = 0u; i < SAMPLES; ++i) {
        float radius = sqrt((float(i) + 0.5) / float(SAMPLES));
        float turn = 2.0 * PI * radical_inverse(i);
        float t1 = radius * cos(turn);
        float lift = 0.5 * (1.0 + stretched.z);
        float t2 = mix(sqrt(1.0 - t1 * t1), radius * sin(turn), lift);
        vec3 bumped = t1 * side + t2 * other + sqrt(max(0.0, 1.0 - t1 * t1 - t2 * t2)) * stretched;
        vec3 facet = normalize(vec3(alpha * bumped.x, alpha * bumped.y, max(1e-6, bumped.z)));
        vec3 light = reflect(-view, facet);
        if (light.z <= 0.0) continue;
        float a2 = alpha * alpha;
        float masked_view = sqrt(a2 + (1.0 - a2) * cos_view * cos_view);
        float masked_light = sqrt(a2 + (1.0 - a2) * light.z * light.z);
        float g1 = 2.0 * cos_view / (cos_view + masked_view);
        float g2 = 2.0 * cos_view * light.z / (light.z * masked_view + cos_view * masked_light);
        float fresnel = pow(1.0 - max(dot(view, facet), 0.0), 5.0);
        sums += vec2(1.0 - fresnel, fresnel) * (g2 / g1);
    }
    o_sums = vec4(sums / float(SAMPLES), 0.0, 1.0);
}
