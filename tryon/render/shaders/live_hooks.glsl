// Hooks of a product in a real picture: soft things in front of it, and how it is stored.
#include "live_picture.glsl"

#ifdef COVERED
uniform sampler2D u_cover;
uniform vec3 u_cover_from_image[2];  // rows: texture coordinates from picture pixels
uniform float u_beyond_m;
#endif

float shadow(vec3 position, vec3 normal) {
    return 1.0;
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

// What is stored is the root of linear light, and the blender adds roots. So that color over the bare picture comes
// out as in linear light, what is added is the root of the sum less the root of what stays.
#ifdef FILTERS_BEHIND
void store(inout vec4 color, inout vec4 filters) {
    vec3 stays = filters.rgb * picture_here().rgb;
    color = vec4(sqrt(color.rgb + stays) - sqrt(stays), 0.75);
    filters.rgb = sqrt(filters.rgb);
}
#elif defined(ALPHA_BLEND) || defined(COVERED)
void store(inout vec4 color) {
    vec3 under = picture_here().rgb;
    float stays = 1.0 - color.a;
    color.rgb = sqrt(color.rgb + stays * under) - stays * sqrt(under);
}
#else
void store(inout vec4 color) {
    color.rgb = sqrt(color.rgb);
}
#endif
