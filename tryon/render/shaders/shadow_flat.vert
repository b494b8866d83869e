// A flat surface, already in camera space, drawn a hair nearer so that its own depth does not hide its shadow.
#include "frame.glsl"

in vec3 in_position;
out vec3 v_position;

void main() {
    v_position = in_position;
    gl_Position = clip_from_camera * vec4(in_position, 1.0);
    gl_Position.z -= 2e-4 * gl_Position.w;
}
