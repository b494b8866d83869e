// The picture behind, texel by pixel, under the shadow that falls on it.
uniform sampler2D u_picture;
#ifdef SHADOWED
uniform sampler2D u_shadow;  // factor on linear light, half the resolution
uniform vec2 u_half;         // half of one over its size
#endif
out vec4 o_color;  // alpha: 1 where the picture changes

void main() {
    vec3 color = texelFetch(u_picture, ivec2(gl_FragCoord.xy), 0).rgb;
#ifdef SHADOWED
    vec3 left = textureLod(u_shadow, gl_FragCoord.xy * u_half, 0.0).rgb;
    float touched = min(left.r, min(left.g, left.b)) < 0.997 ? 1.0 : 0.0;
    o_color = vec4(touched > 0.0 ? color * left : color, touched);
#else
    o_color = vec4(color, 0.0);
#endif
}
