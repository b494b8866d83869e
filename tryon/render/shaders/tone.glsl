// From scene light to display light (linear, 0 to 1), and the sRGB curve.

vec3 tone_mapped(vec3 radiance) {
#if defined(TONE_NEUTRAL)
    // Khronos PBR Neutral (specification 1.0, 2024): base colors stay as authored, only highlights are compressed.
    const float START = 0.8 - 0.04;
    const float DESATURATION = 0.15;
    float least = min(radiance.r, min(radiance.g, radiance.b));
    vec3 color = radiance - (least < 0.08 ? least - 6.25 * least * least : 0.04);
    float peak = max(color.r, max(color.g, color.b));
    if (peak >= START) {
        float room = 1.0 - START;
        float lowered = 1.0 - room * room / (peak + room - START);
        color *= lowered / peak;
        color = mix(color, vec3(lowered), 1.0 - 1.0 / (DESATURATION * (peak - lowered) + 1.0));
    }
#elif defined(TONE_ACES)
    // Stephen Hill's fit of the ACES reference and output transforms; 1/0.6 brightens it for a lit room as three.js does.
    const mat3 FIT_FROM_SRGB = mat3(0.59719, 0.07600, 0.02840, 0.35458, 0.90834, 0.13383, 0.04823, 0.01566, 0.83777);
    const mat3 SRGB_FROM_FIT = mat3(1.60475, -0.10208, -0.00327, -0.53108, 1.10813, -0.07276, -0.07367, -0.00605, 1.07602);
    vec3 v = FIT_FROM_SRGB * (radiance / 0.6);
    vec3 color = SRGB_FROM_FIT * ((v * (v + 0.0245786) - 0.000090537) / (v * (0.983729 * v + 0.4329510) + 0.238081));
#elif defined(TONE_SHOULDER)
    // Beside a real picture: colors stay true up to 0.9, brighter ones bend toward 1 and toward white.
    const float KNEE = 0.9;
    float peak = max(radiance.r, max(radiance.g, radiance.b));
    vec3 color = radiance;
    if (peak > KNEE) {
        float lowered = KNEE + (1.0 - KNEE) * (1.0 - exp((KNEE - peak) / (1.0 - KNEE)));
        color = mix(radiance * (lowered / peak), vec3(lowered), 1.0 - exp((KNEE - peak) * 0.35));
    }
#else
    vec3 color = radiance;
#endif
    return clamp(color, 0.0, 1.0);
}

vec3 srgb_encoded(vec3 linear) {
    vec3 curve = 1.055 * pow(max(linear, vec3(0.0031308)), vec3(1.0 / 2.4)) - 0.055;
    return mix(curve, linear * 12.92, vec3(lessThanEqual(linear, vec3(0.0031308))));
}
