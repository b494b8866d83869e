// A real surface under the shadow of items: the factor by which the picture there darkens.
#include "frame.glsl"
#include "shadow_maps.glsl"

in vec3 v_position;
in vec3 v_sun;
in vec3 v_sky;
uniform vec4 u_edges;   // left, top, right, bottom of what may be drawn, pixels of the box; far outside where all may
uniform float u_scale;  // pixels of the box per pixel drawn
out vec4 o_color;

const float FADE_PX = 14.0;

void main() {
    vec3 lost = v_sun * sun_kept(v_position, 0.0) + v_sky * sky_kept(v_position, 0.0);
    vec2 at = gl_FragCoord.xy * u_scale;
    vec2 within = clamp(min(at - u_edges.xy, u_edges.zw - at) / FADE_PX, 0.0, 1.0);
    vec3 left = 1.0 - within.x * within.y * clamp(lost, 0.0, 1.0);
#ifdef AS_ALPHA
    o_color = vec4(0.0, 0.0, 0.0, 1.0 - dot(left, vec3(1.0 / 3.0)));
#else
    o_color = vec4(left, 1.0);
#endif
}
