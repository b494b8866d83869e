// From stored roots to sRGB codes: samples are averaged in linear light. Alpha is 0 where nothing was drawn, 0.5 under
// shadow, 0.75 under glass, 1 under what hides all.
#include "tone.glsl"

uniform sampler2DMS u_samples;
out vec4 o_color;

void main() {
    ivec2 at = ivec2(gl_FragCoord.xy);
    vec4 sum = vec4(0.0);
    for (int i = 0; i < SAMPLES; ++i) {
        vec4 root = texelFetch(u_samples, at, i);
        sum += vec4(root.rgb * root.rgb, root.a);
    }
    sum /= float(SAMPLES);
    o_color = vec4(srgb_encoded(sum.rgb), sum.a);
}
