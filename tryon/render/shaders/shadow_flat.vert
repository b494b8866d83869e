// A flat surface, already in camera space. Its shadow is drawn a little nearer along the line of sight, so that neither
// its own depth nor the noise of a depth camera hides it.
#include "frame.glsl"

in vec3 in_position;
out vec3 v_position;

const float NEARER = 0.97;

void main() {
    v_position = in_position;
    gl_Position = clip_from_camera * vec4(in_position * NEARER, 1.0);
}
