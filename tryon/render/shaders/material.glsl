// A glTF material at one point. Texture slots, their coordinates and extensions are chosen by defines, so that a
// plain material reads and computes nothing it does not need.

layout(std140) uniform Material {
    vec4 base_color;
    vec4 emissive_cutoff;          // rgb: emissive; w: alpha cutoff
    vec4 metallic_roughness;       // metallic, roughness, normal scale, occlusion strength
    vec4 dielectric;               // ior, specular, clearcoat, clearcoat roughness
    vec4 specular_clearcoat;       // rgb: specular color; w: clearcoat normal scale
    vec4 sheen;                    // rgb: color; w: roughness
    vec4 transmission_iridescence; // transmission, thickness in metres, 0, iridescence
    vec4 extinction;               // rgb: absorption per metre; w: iridescence ior
    vec4 film_anisotropy;          // film thickness at least and at most in nm; anisotropy along the tangent, across
    vec4 uv_rows[34];              // two rows for each transformed texture slot
};

vec2 transformed_uv(int slot, vec2 uv) {
    vec3 point = vec3(uv, 1.0);
    return vec2(dot(uv_rows[2 * slot].xyz, point), dot(uv_rows[2 * slot + 1].xyz, point));
}

// Coordinates of a texture that repeats mirrored along the axes marked 1.
vec2 folded_uv(vec2 uv, vec2 axes) {
    return mix(uv, 1.0 - abs(mod(uv, 2.0) - 1.0), axes);
}

struct Point {
    vec4 base;              // rgb linear, alpha
    vec3 emissive;
    float metallic;
    float roughness;
    float occlusion;
    vec3 normal;            // with the normal map
    vec3 coat_normal;
    mat3 tangents;          // tangent, bitangent, geometric normal
    float blur;             // roughness that curvature within a pixel adds
};

#if defined(TEX_NORMAL) || defined(TEX_CLEARCOAT_NORMAL) || defined(HAS_ANISOTROPY)
#define NEEDS_TANGENTS
#endif

#ifdef NEEDS_TANGENTS
// Tangents follow from how position and coordinates change over the picture, solved for the directions of u and −v.
mat3 tangents_at(vec3 normal, float facing) {
#ifdef HAS_TANGENT
    vec3 tangent = normalize(v_tangent.xyz) * facing;
    vec3 bitangent = normalize(cross(normalize(v_normal), v_tangent.xyz) * v_tangent.w) * facing;
    return mat3(tangent, bitangent, normal);
#elif defined(TANGENT_UV)
    vec2 uv = TANGENT_UV;
    vec3 position_x = dFdx(v_position);
    vec3 position_y = dFdy(v_position);
    vec2 uv_x = dFdx(uv);
    vec2 uv_y = dFdy(uv);
    // Built in the plane of the normal, so that smooth normals keep their frame.
    vec3 across = cross(position_y, normal);
    vec3 along = cross(normal, position_x);
    float turn = dot(cross(position_x, position_y), normal) < 0.0 ? -1.0 : 1.0;
    vec3 tangent = (across * uv_x.x + along * uv_y.x) * turn;
    vec3 bitangent = (across * uv_x.y + along * uv_y.y) * turn;
    float size2 = max(dot(tangent, tangent), dot(bitangent, bitangent));
    float factor = size2 > 0.0 ? inversesqrt(size2) : 0.0;
    return mat3(tangent * factor, -bitangent * factor, normal);
#else
    vec3 tangent = normalize(abs(normal.y) < 0.99 ? cross(vec3(0.0, 1.0, 0.0), normal) : vec3(1.0, 0.0, 0.0));
    return mat3(tangent, cross(normal, tangent), normal);
#endif
}
#endif

#ifdef ALPHA_MASK
// Drops what the mask cuts out; at its rim only some of the pixel's samples, so that cut edges are as smooth as others.
void cut_out(float alpha) {
#if defined(GL_ARB_sample_shading) && defined(SAMPLE_COUNT)
    float inside = (alpha - emissive_cutoff.w) / max(fwidth(alpha), 1e-4) + 0.5;
    int kept = int(clamp(inside, 0.0, 1.0) * float(SAMPLE_COUNT) + 0.5);
    if (kept == 0) discard;
    gl_SampleMask[0] = (1 << kept) - 1;
#else
    if (alpha < emissive_cutoff.w) discard;
#endif
}
#endif

#ifdef MAPS_PACKED
// Color as roots and occlusion; normal x, roughness, metal, normal y. What a material lacks is 1 and not read.
#if defined(TEX_BASE) || defined(TEX_OCCLUSION)
vec4 color_texel() { return texture(u_packed_color, UV_PACKED); }
#endif
#if defined(TEX_NORMAL) || defined(TEX_METALLIC_ROUGHNESS)
vec4 surface_texel() { return texture(u_packed_surface, UV_PACKED); }
#endif
#endif

vec4 base_at() {
    vec4 base = base_color;
#if defined(TEX_BASE) && defined(MAPS_PACKED)
    vec3 root = color_texel().rgb;
    base.rgb *= root * root;
#elif defined(TEX_BASE)
    base *= texture(u_base, UV_BASE);
#endif
#ifdef HAS_COLOR
    base *= v_color;
#endif
#ifdef ALPHA_MASK
    cut_out(base.a);
    base.a = 1.0;
#elif !defined(ALPHA_BLEND)
    base.a = 1.0;
#endif
    return base;
}

Point point_at() {
    Point point;
    point.base = base_at();
    point.emissive = emissive_cutoff.rgb;
#if defined(TEX_EMISSIVE) && defined(MAPS_PACKED)
    vec3 glow = texture(u_packed_emissive, UV_PACKED).rgb;
    point.emissive *= glow * glow;
#elif defined(TEX_EMISSIVE)
    point.emissive *= texture(u_emissive, UV_EMISSIVE).rgb;
#endif
    point.metallic = metallic_roughness.x;
    point.roughness = metallic_roughness.y;
#ifdef TEX_METALLIC_ROUGHNESS
#ifdef MAPS_PACKED
    vec2 metallic_texel = surface_texel().bg;
#else
    vec2 metallic_texel = texture(u_metallic_roughness, UV_METALLIC_ROUGHNESS).bg;
#endif
    point.metallic *= metallic_texel.x;
    point.roughness *= metallic_texel.y;
#endif
    point.occlusion = 1.0;
#if defined(TEX_OCCLUSION) && defined(MAPS_PACKED)
    point.occlusion = 1.0 + metallic_roughness.w * (color_texel().a - 1.0);
#elif defined(TEX_OCCLUSION)
    point.occlusion = 1.0 + metallic_roughness.w * (texture(u_occlusion, UV_OCCLUSION).r - 1.0);
#endif
    float facing = 1.0;
#ifdef DOUBLE_SIDED
    facing = gl_FrontFacing ? 1.0 : -1.0;
#endif
    vec3 normal = normalize(v_normal) * facing;
    point.normal = normal;
    point.coat_normal = normal;
    vec3 bend = max(abs(dFdx(normal)), abs(dFdy(normal)));
    point.blur = max(bend.x, max(bend.y, bend.z));
#ifdef NEEDS_TANGENTS
    point.tangents = tangents_at(normal, facing);
#endif
#ifdef TEX_NORMAL
#ifdef MAPS_PACKED
    vec2 lean = surface_texel().ra * 2.0 - 1.0;
    vec3 bump = vec3(lean, sqrt(max(1.0 - dot(lean, lean), 0.0)));
#else
    vec3 bump = texture(u_normal, UV_NORMAL).xyz * 2.0 - 1.0;
#endif
    bump.xy *= metallic_roughness.z;
    point.normal = normalize(point.tangents * bump);
#endif
#ifdef TEX_CLEARCOAT_NORMAL
    vec3 coat_bump = texture(u_clearcoat_normal, UV_CLEARCOAT_NORMAL).xyz * 2.0 - 1.0;
    coat_bump.xy *= specular_clearcoat.w;
    point.coat_normal = normalize(point.tangents * coat_bump);
#endif
    return point;
}
