// Lights of the glTF file, in camera space (KHR_lights_punctual).
#ifdef LIGHT_COUNT
layout(std140) uniform Lights {
    vec4 light_position[LIGHT_COUNT];   // xyz; w: range in metres, 0 when unlimited
    vec4 light_direction[LIGHT_COUNT];  // xyz: where it shines; w: 0 directional, 1 point, 2 spot
    vec4 light_rgb[LIGHT_COUNT];        // rgb: color times candela or lux; w: cosine of the outer cone
    vec4 light_cone[LIGHT_COUNT];       // x: cosine of the inner cone
};

// Irradiance on a surface facing light i; `toward` becomes the direction to it.
vec3 light_at(int i, vec3 position, out vec3 toward) {
    vec4 direction = light_direction[i];
    if (direction.w < 0.5) {
        toward = -direction.xyz;
        return light_rgb[i].rgb;
    }
    vec3 away = light_position[i].xyz - position;
    float distance2 = max(dot(away, away), 1e-8);
    toward = away * inversesqrt(distance2);
    float fade = 1.0 / distance2;
    float range = light_position[i].w;
    if (range > 0.0) {
        // Smooth window to zero at the range (Lagarde and de Rousiers 2014, equation 26).
        float ratio2 = distance2 / (range * range);
        fade *= squared(clamp(1.0 - ratio2 * ratio2, 0.0, 1.0));
    }
    if (direction.w > 1.5) fade *= smoothstep(light_rgb[i].w, light_cone[i].x, dot(-toward, direction.xyz));
    return light_rgb[i].rgb * fade;
}
#endif
