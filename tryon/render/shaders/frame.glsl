// What is the same for everything drawn in one go. Camera space: metres, +Y up, looking down −Z.
layout(std140) uniform Frame {
    mat4 clip_from_camera;
    vec4 environment_from_camera[3];  // rows
    vec4 environment_rgb;             // rgb: the map's factor; w: its last level
    vec4 sun_direction;               // xyz: toward the sun; w: half angle
    vec4 sun_rgb;                     // irradiance / π on a surface facing it
    vec4 box;                         // x0, y0 of the drawn box in the camera's picture, width, height
    vec4 exposure;                    // x: factor; y: the camera's picture width; z: levels of what lies behind
    vec4 background;                  // rgb premultiplied, coverage
};
