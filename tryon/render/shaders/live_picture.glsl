// The picture behind, texel by pixel, under the shadow that falls on it; linear light.
uniform sampler2D u_picture;
#ifdef SHADOWED_PICTURE
uniform sampler2D u_behind;  // factor of the shadow, coarser
uniform vec2 u_shadow_scale; // its coordinates from pixels of the box
#endif

// Alpha: 0.5 where the shadow changes it; glass brings 0.75, the rest 1.
vec4 picture_here() {
    vec4 here = texelFetch(u_picture, ivec2(gl_FragCoord.xy), 0);
#ifdef PICTURE_AS_ROOT
    return vec4(here.rgb * here.rgb, here.a);  // under its shadow already
#else
    vec3 color = here.rgb;
#ifdef SHADOWED_PICTURE
    vec3 left = textureLod(u_behind, gl_FragCoord.xy * u_shadow_scale, 0.0).rgb;
    return min(left.r, min(left.g, left.b)) < 0.997 ? vec4(color * left, 0.5) : vec4(color, 0.0);
#else
    return vec4(color, 0.0);
#endif
#endif
}
