// From samples to pixels: the mean of premultiplied display light, sRGB-encoded, and the nearest sample's distance.
#include "tone.glsl"

#if SAMPLES > 1
uniform sampler2DMS u_color;
uniform sampler2DMS u_depth;
#else
uniform sampler2D u_color;
uniform sampler2D u_depth;
#endif
layout(location = 0) out vec4 o_color;
#ifndef SCENE_LIGHT
uniform vec2 u_near_far;
layout(location = 1) out float o_depth;
#endif

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec4 sum = vec4(0.0);
    for (int i = 0; i < SAMPLES; ++i) {
        sum += texelFetch(u_color, at, i);
    }
    sum /= float(SAMPLES);
#ifdef SCENE_LIGHT
    o_color = sum;
#else
    o_color = vec4(srgb_encoded(clamp(sum.rgb, 0.0, 1.0)), sum.a);
    float nearest = 1.0;
    for (int i = 0; i < SAMPLES; ++i) {
        nearest = min(nearest, texelFetch(u_depth, at, i).r);
    }
    float n = u_near_far.x;
    float f = u_near_far.y;
    o_depth = nearest < 1.0 ? n * f / (f - nearest * (f - n)) : uintBitsToFloat(0x7F800000u);
#endif
}
