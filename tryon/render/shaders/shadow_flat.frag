// The factor by which one piece of furniture darkens a flat surface.
#include "frame.glsl"

in vec3 v_position;
uniform sampler2D u_sun_kept;
uniform sampler2D u_sky_kept;
uniform vec4 u_sun_from_camera[2];  // rows: texture coordinates of a point of the surface
uniform vec4 u_sky_from_camera[2];
uniform vec3 u_sun_share;  // of the light that arrives here, times how much shadow is caught
uniform vec3 u_sky_share;
uniform vec4 u_edges;
uniform float u_scale;
#ifdef COVERED
uniform sampler2D u_cover;
uniform vec3 u_cover_from_image[2];  // rows: texture coordinates from picture pixels
uniform float u_beyond_m;
#endif
out vec4 o_color;

const float FADE_PX = 14.0;

float kept(sampler2D map, vec4 row_x, vec4 row_y) {
    vec4 here = vec4(v_position, 1.0);
    return textureLod(map, vec2(dot(row_x, here), dot(row_y, here)), 0.0).r;
}

void main() {
    vec3 lost = u_sun_share * kept(u_sun_kept, u_sun_from_camera[0], u_sun_from_camera[1])
              + u_sky_share * kept(u_sky_kept, u_sky_from_camera[0], u_sky_from_camera[1]);
    vec2 at = gl_FragCoord.xy * u_scale;
    vec2 within = clamp(min(at - u_edges.xy, u_edges.zw - at) / FADE_PX, 0.0, 1.0);
#ifdef COVERED
    vec3 pixel = vec3(at + box.xy - 0.5, 1.0);
    vec2 mask = vec2(dot(u_cover_from_image[0], pixel), dot(u_cover_from_image[1], pixel));
    lost *= 1.0 - texture(u_cover, mask).r * smoothstep(0.0, 0.005, -v_position.z - u_beyond_m);
#endif
    o_color = vec4(1.0 - within.x * within.y * clamp(lost, 0.0, 1.0), 1.0);
}
