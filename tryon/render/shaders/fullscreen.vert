// One triangle that covers the viewport; drawn with three vertices and no attributes.
out vec2 v_at;  // 0 to 1 over the viewport

void main() {
    vec2 corner = vec2(float((gl_VertexID & 1) << 2), float((gl_VertexID & 2) << 1));
    v_at = corner * 0.5;
    gl_Position = vec4(corner - 1.0, 0.0, 1.0);
}
