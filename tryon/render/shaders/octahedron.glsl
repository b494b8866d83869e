// The sphere on a square: octahedral mapping (Cigolle et al. 2014, JCGT 3(2), section 3), +Y in the middle.
// Each level keeps a border of one texel that repeats its neighbours over the fold, so bilinear reads never show a seam.

vec2 octahedron_of(vec3 direction) {
    vec3 d = direction / (abs(direction.x) + abs(direction.y) + abs(direction.z));
    vec2 folded = (1.0 - abs(d.zx)) * vec2(d.x < 0.0 ? -1.0 : 1.0, d.z < 0.0 ? -1.0 : 1.0);
    return (d.y < 0.0 ? folded : d.xz) * 0.5 + 0.5;
}

vec3 direction_of(vec2 at) {
    vec2 p = at * 2.0 - 1.0;
    // A border texel lies past an edge: it stands for the texel on the same edge, mirrored about the edge's middle.
    if (abs(p.x) > 1.0) p = vec2(sign(p.x) * 2.0 - p.x, -p.y);
    if (abs(p.y) > 1.0) p = vec2(-p.x, sign(p.y) * 2.0 - p.y);
    float y = 1.0 - abs(p.x) - abs(p.y);
    vec2 unfolded = (1.0 - abs(p.yx)) * vec2(p.x < 0.0 ? -1.0 : 1.0, p.y < 0.0 ? -1.0 : 1.0);
    return normalize(y < 0.0 ? vec3(unfolded.x, y, unfolded.y) : vec3(p.x, y, p.y));
}
