// Start of a composition: the picture as it is, stored as the root of linear light.
#include "live_picture.glsl"
out vec4 o_color;

void main() {
    vec4 here = picture_here();
    o_color = vec4(sqrt(here.rgb), here.a);
}
