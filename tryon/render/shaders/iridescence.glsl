// Thin-film interference (Belcour and Barla 2017, "A Practical Extension to Microfacet Theory for the Modeling of
// Varying Iridescence", sections 3 and 4): the Airy sum truncated after two bounces, integrated over the CIE curves in
// Fourier space with the authors' Gaussian fits.

vec3 film_sensitivity(float path_nm, vec3 phase) {
    const vec3 PEAK = vec3(5.4856e-13, 4.4201e-13, 5.2481e-13);
    const vec3 CENTER = vec3(1.6810e+06, 1.7953e+06, 2.2084e+06);
    const vec3 VARIANCE = vec3(4.3278e+09, 9.3046e+09, 6.6121e+09);
    const mat3 SRGB_FROM_XYZ = mat3(
        3.2404542, -0.9692660, 0.0556434, -1.5371385, 1.8760108, -0.2040259, -0.4985314, 0.0415560, 1.0572252);
    float wave = 2.0 * PI * path_nm * 1e-9;
    vec3 xyz = PEAK * sqrt(2.0 * PI * VARIANCE) * cos(CENTER * wave + phase) * exp(-wave * wave * VARIANCE);
    // The red curve has a second hump in the blue.
    xyz.x += 9.7470e-14 * sqrt(2.0 * PI * 4.5282e+09) * cos(2.2399e+06 * wave + phase.x) * exp(-4.5282e+09 * wave * wave);
    return SRGB_FROM_XYZ * (xyz / 1.0685e-7);
}

vec3 film_fresnel(float film_ior, float thickness_nm, float cos_view, vec3 base_f0) {
    float ior = mix(1.0, film_ior, smoothstep(0.0, 0.03, thickness_nm));  // no film where it has no thickness
    float cos2_inside = 1.0 - (1.0 - cos_view * cos_view) / (ior * ior);
    if (cos2_inside < 0.0) return vec3(1.0);
    float cos_inside = sqrt(cos2_inside);

    float top = fresnel(vec3(squared((ior - 1.0) / (ior + 1.0))), 1.0, cos_view).x;
    float through = 1.0 - top;
    vec3 root = sqrt(clamp(base_f0, 0.0, 0.9999));
    vec3 base_ior = (1.0 + root) / (1.0 - root);
    vec3 step = (base_ior - ior) / (base_ior + ior);
    vec3 bottom = fresnel(step * step, 1.0, cos_inside);

    float phase_top = ior < 1.0 ? 0.0 : PI;
    vec3 phase = phase_top + PI * vec3(lessThan(base_ior, vec3(ior)));
    float path_nm = 2.0 * ior * thickness_nm * cos_inside;

    vec3 product = clamp(top * bottom, 1e-5, 0.9999);
    vec3 amplitude = sqrt(product);
    vec3 bounced = through * through * bottom / (1.0 - product);
    vec3 reflected = top + bounced;
    vec3 term = bounced - through;
    for (int order = 1; order <= 2; ++order) {
        term *= amplitude;
        reflected += term * 2.0 * film_sensitivity(float(order) * path_nm, float(order) * phase);
    }
    return max(reflected, vec3(0.0));
}

// The F0 that Schlick's formula would need to give this reflectance at this angle.
vec3 f0_of(vec3 reflectance, float cos_view) {
    float rest = clamp(1.0 - cos_view, 0.0, 1.0);
    float weight = clamp(rest * rest * rest * rest * rest, 0.0, 0.9999);
    return (reflectance - weight) / (1.0 - weight);
}
