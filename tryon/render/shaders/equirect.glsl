// Where a direction lies on a latitude-longitude map: +Y up, the map's middle column looks along −Z, row 0 is up.

const float PI = 3.14159265358979;

vec2 equirect_of(vec3 direction) {
    return vec2(0.5 + atan(direction.x, -direction.z) / (2.0 * PI), acos(clamp(direction.y, -1.0, 1.0)) / PI);
}
