// Hooks of a product in a real picture: its own shadow, soft things in front of it.
#ifdef SHADOWED
#include "shadow_maps.glsl"
#endif

#ifdef COVERED
uniform sampler2D u_cover;
uniform vec3 u_cover_from_image[2];  // rows: texture coordinates from picture pixels
uniform float u_beyond_m;
#endif

float shadow(vec3 position, vec3 normal) {
#ifdef SHADOWED
    // Nearer casters are the surface itself, as the map's texels see it.
    return 1.0 - dot(sun_kept(position, 0.006), vec3(1.0 / 3.0));
#else
    return 1.0;
#endif
}

vec4 behind(vec2 pixel, float level) {
    return vec4(0.0);
}

float cover(vec3 position) {
#ifdef COVERED
    vec3 pixel = vec3(gl_FragCoord.xy + box.xy - 0.5, 1.0);
    vec2 at = vec2(dot(u_cover_from_image[0], pixel), dot(u_cover_from_image[1], pixel));
    float hidden = texture(u_cover, at).r * smoothstep(0.0, 0.005, -position.z - u_beyond_m);
    if (hidden > 0.99) discard;
    return hidden;
#else
    return 0.0;
#endif
}
