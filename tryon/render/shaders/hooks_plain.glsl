// What a pass may do differently. Another hooks file with the same three functions makes another kind of picture.

#if defined(HAS_TRANSMISSION)
uniform sampler2D u_behind;  // premultiplied scene light behind the glass, with mipmaps, over the drawn box

// Cubic B-spline of one level through four bilinear reads (Sigg and Hadwiger, GPU Gems 2, chapter 20).
vec4 behind_level(vec2 at, float level) {
    vec2 size = vec2(textureSize(u_behind, int(level)));
    vec2 texel = at * size - 0.5;
    vec2 f = fract(texel);
    vec2 base = texel - f;
    vec2 f2 = f * f;
    vec2 f3 = f2 * f;
    vec2 w0 = (1.0 - f) * (1.0 - f) * (1.0 - f) / 6.0;
    vec2 w1 = (4.0 - 6.0 * f2 + 3.0 * f3) / 6.0;
    vec2 w3 = f3 / 6.0;
    vec2 low = w0 + w1;
    vec2 high = 1.0 - low;
    vec2 a = (base - 0.5 + w1 / low) / size;
    vec2 b = (base + 1.5 + w3 / high) / size;
    return low.y * (low.x * textureLod(u_behind, a, level) + high.x * textureLod(u_behind, vec2(b.x, a.y), level))
        + high.y * (low.x * textureLod(u_behind, vec2(a.x, b.y), level) + high.x * textureLod(u_behind, b, level));
}
#endif

// Share of the sun that arrives, 0 to 1.
float shadow(vec3 position, vec3 normal) {
    return 1.0;
}

// Premultiplied scene light that stands behind a point of the picture; pixel counts in the camera's picture.
vec4 behind(vec2 pixel, float level) {
#if defined(HAS_TRANSMISSION)
    vec2 at = (pixel + 0.5 - box.xy) / box.zw;
    level = min(level, exposure.z);
    float below = floor(level);
    return mix(behind_level(at, below), behind_level(at, min(below + 1.0, exposure.z)), level - below);
#else
    return background;
#endif
}

// Share of the point that soft things in front of it hide, 0 to 1.
float cover(vec3 position) {
    return 0.0;
}
