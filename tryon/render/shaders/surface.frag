// One material under one sky, a sun and the file's own lights; writes premultiplied display light.

#include "frame.glsl"

in vec3 v_position;
in vec3 v_normal;
#ifdef HAS_TANGENT
in vec4 v_tangent;
#endif
#ifdef HAS_UV0
in vec2 v_uv0;
#endif
#ifdef HAS_UV1
in vec2 v_uv1;
#endif
#ifdef HAS_COLOR
in vec4 v_color;
#endif
uniform float u_scale;  // metres in camera space of one model metre

layout(location = 0, index = 0) out vec4 o_color;
#ifdef FILTERS_BEHIND
layout(location = 0, index = 1) out vec4 o_filter;  // by which what is already drawn is multiplied
#endif

SAMPLERS_HERE

#include "brdf.glsl"
#include "tone.glsl"
#include "material.glsl"
#ifndef UNLIT
#include "environment.glsl"
#include "lights.glsl"
#endif
#ifdef HAS_IRIDESCENCE
#include "iridescence.glsl"
#endif
#include HOOKS

// The mirrors of a point: how its dielectric and its metal reflect, before any light.
struct Mirror {
    vec3 dielectric_f0;
    vec3 metal_f0;
    vec3 f0;
    float f90;
    float roughness;
    float cos_view;
    vec2 sums;
#ifdef HAS_IRIDESCENCE
    vec3 film;              // reflectance at this angle
#endif
#ifdef HAS_ANISOTROPY
    vec3 along;
    vec3 across;
    float strength;
#endif
};

#ifndef UNLIT

struct Light {
    vec3 diffuse;
    vec3 specular;
    vec3 sheen;
    vec3 coat;
};

#ifdef HAS_SHEEN
vec4 sheen_at() {
    vec4 value = vec4(sheen.rgb, clamp(sheen.w, 0.0001, 1.0));
#ifdef TEX_SHEEN_COLOR
    value.rgb *= texture(u_sheen_color, UV_SHEEN_COLOR).rgb;
#endif
#ifdef TEX_SHEEN_ROUGHNESS
    value.w = max(value.w * texture(u_sheen_roughness, UV_SHEEN_ROUGHNESS).a, 0.0001);
#endif
    return value;
}
#endif

#ifdef HAS_CLEARCOAT
vec2 coat_at(float blur) {
    vec2 coat = dielectric.zw;
#ifdef TEX_CLEARCOAT
    coat.x *= texture(u_clearcoat, UV_CLEARCOAT).r;
#endif
#ifdef TEX_CLEARCOAT_ROUGHNESS
    coat.y *= texture(u_clearcoat_roughness, UV_CLEARCOAT_ROUGHNESS).g;
#endif
    return vec2(clamp(coat.x, 0.0, 1.0), min(max(coat.y, 0.045) + blur, 1.0));
}
#endif

Mirror mirror_at(Point point, vec3 view) {
    Mirror mirror;
    mirror.roughness = min(max(point.roughness, 0.045) + point.blur, 1.0);  // below 0.045 half floats break
    mirror.cos_view = clamp(dot(point.normal, view), 0.0, 1.0);
    float reflects = squared((dielectric.x - 1.0) / (dielectric.x + 1.0));
    float strength = 1.0;
    vec3 tint = vec3(1.0);
#ifdef HAS_SPECULAR
    strength = dielectric.y;
    tint = specular_clearcoat.rgb;
#ifdef TEX_SPECULAR
    strength *= texture(u_specular, UV_SPECULAR).a;
#endif
#ifdef TEX_SPECULAR_COLOR
    tint *= texture(u_specular_color, UV_SPECULAR_COLOR).rgb;
#endif
#endif
    mirror.dielectric_f0 = min(reflects * tint, vec3(1.0)) * strength;
    mirror.metal_f0 = point.base.rgb;
    mirror.f0 = mix(mirror.dielectric_f0, mirror.metal_f0, point.metallic);
    mirror.f90 = mix(strength, 1.0, point.metallic);
    mirror.sums = reflectance_sums(mirror.roughness, mirror.cos_view);
#ifdef HAS_ANISOTROPY
    vec2 turn = film_anisotropy.zw;
#ifdef TEX_ANISOTROPY
    vec3 texel = texture(u_anisotropy, UV_ANISOTROPY).rgb;
    vec2 own = texel.rg * 2.0 - 1.0;
    own = own * inversesqrt(max(dot(own, own), 1e-8)) * texel.b;
    turn = vec2(turn.x * own.x - turn.y * own.y, turn.y * own.x + turn.x * own.y);
#endif
    mirror.strength = min(length(turn), 1.0);
    turn = mirror.strength > 0.0 ? normalize(turn) : vec2(1.0, 0.0);
    mirror.along = point.tangents[0] * turn.x + point.tangents[1] * turn.y;
    mirror.across = point.tangents[1] * turn.x - point.tangents[0] * turn.y;
#endif
    return mirror;
}

#ifdef HAS_IRIDESCENCE
// Replaces the F0 of dielectric and metal by the film's, as far as the film covers them.
float film_over(inout Mirror mirror, Point point, out vec3 film_dielectric, out vec3 film_metal) {
    float amount = transmission_iridescence.w;
    float thickness_nm = film_anisotropy.y;
#ifdef TEX_IRIDESCENCE
    amount *= texture(u_iridescence, UV_IRIDESCENCE).r;
#endif
#ifdef TEX_IRIDESCENCE_THICKNESS
    thickness_nm = mix(film_anisotropy.x, film_anisotropy.y, texture(u_iridescence_thickness, UV_IRIDESCENCE_THICKNESS).g);
#endif
    amount = thickness_nm > 0.0 ? clamp(amount, 0.0, 1.0) : 0.0;
    film_dielectric = film_fresnel(extinction.w, thickness_nm, mirror.cos_view, mirror.dielectric_f0);
    film_metal = film_fresnel(extinction.w, thickness_nm, mirror.cos_view, mirror.metal_f0);
    mirror.film = mix(film_dielectric, film_metal, point.metallic);
    film_dielectric = mix(mirror.dielectric_f0, f0_of(film_dielectric, mirror.cos_view), amount);
    film_metal = mix(mirror.metal_f0, f0_of(film_metal, mirror.cos_view), amount);
    return amount;
}
#endif

// Width of a lobe under a light of some size. A disc turns half vectors by half its angle, and widths add as variances
// do; Karis ("Real Shading in Unreal Engine 4", 2013) widens alpha to the same end. spread: squared tangent of that.
float widened(float alpha, float spread) {
    return min(sqrt(squared(alpha) + spread), 1.0);
}

vec3 specular_brdf(Mirror mirror, float film, vec3 normal, vec3 view, vec3 toward, float cos_light, float spread) {
    vec3 middle = normalize(view + toward);
    float cos_half = clamp(dot(normal, middle), 0.0, 1.0);
    float cos_middle = clamp(dot(view, middle), 0.0, 1.0);
    vec3 reflects = fresnel(mirror.f0, mirror.f90, cos_middle);
#ifdef HAS_IRIDESCENCE
    reflects = mix(reflects, mirror.film, film);
#endif
    float alpha = widened(squared(mirror.roughness), spread);
#ifdef HAS_ANISOTROPY
    vec2 widths = vec2(mix(alpha, 1.0, squared(mirror.strength)), alpha);
    float lobe = ggx_along(widths, vec2(dot(mirror.along, middle), dot(mirror.across, middle)), cos_half)
        * smith_along(widths, vec2(dot(mirror.along, toward), dot(mirror.across, toward)),
            vec2(dot(mirror.along, view), dot(mirror.across, view)), cos_light, mirror.cos_view);
#else
    float lobe = ggx(alpha, cos_half) * smith(alpha, cos_light, mirror.cos_view);
#endif
    // Energy lost between facets comes back tinted (Turquin 2019, equation 16).
    vec3 again = 1.0 + mirror.f0 * (1.0 / (mirror.sums.x + mirror.sums.y) - 1.0);
    return reflects * lobe * again;
}

// One light that is a point or a direction: `arrives` is irradiance on a surface that faces it; spread: see `widened`.
void add_direct(
    inout Light light, Point point, Mirror mirror, float film, vec3 view, vec3 toward, vec3 arrives, float spread
) {
    float cos_light = clamp(dot(point.normal, toward), 0.0, 1.0);
    vec3 incoming = arrives * cos_light;
#ifdef HAS_CLEARCOAT
    float coat_cos_light = clamp(dot(point.coat_normal, toward), 0.0, 1.0);
    if (coat_cos_light > 0.0) {
        vec2 coat = coat_at(point.blur);
        vec3 coat_middle = normalize(view + toward);
        float coat_cos_view = clamp(dot(point.coat_normal, view), 0.0, 1.0);
        float alpha = widened(squared(coat.y), spread);
        light.coat += arrives * coat_cos_light * fresnel(vec3(0.04), 1.0, clamp(dot(view, coat_middle), 0.0, 1.0))
            * ggx(alpha, clamp(dot(point.coat_normal, coat_middle), 0.0, 1.0)) * smith(alpha, coat_cos_light, coat_cos_view);
    }
#endif
    if (cos_light <= 0.0) return;
    vec3 middle = normalize(view + toward);
#ifdef HAS_SHEEN
    vec4 fuzz = sheen_at();
    float cos_half = clamp(dot(point.normal, middle), 0.0, 1.0);
    light.sheen += incoming * fuzz.rgb * charlie(fuzz.w, cos_half) * neubelt(cos_light, mirror.cos_view);
    float darkest = max(sheen_albedo(mirror.cos_view, fuzz.w), sheen_albedo(cos_light, fuzz.w));
    incoming *= 1.0 - max(fuzz.r, max(fuzz.g, fuzz.b)) * darkest;
#endif
    light.specular += incoming * specular_brdf(mirror, film, point.normal, view, toward, cos_light, spread);
    vec3 mirrored = fresnel(mirror.dielectric_f0, mirror.f90, clamp(dot(view, middle), 0.0, 1.0));
    light.diffuse += incoming * point.base.rgb * (1.0 - point.metallic) / PI * (1.0 - mirrored);
}

void add_sky(inout Light light, Point point, Mirror mirror, vec3 dielectric_f0, vec3 metal_f0, vec3 view) {
#ifdef ONLY_MIRRORS
    vec3 ambient = vec3(0.0);  // all other light goes through, and so smooth a mirror loses none between its facets
#else
    vec3 ambient = irradiance_over_pi(point.normal);
#endif
    vec3 mirror_normal = point.normal;
#ifdef HAS_ANISOTROPY
    // Reflections stretch across the grain: bend the normal toward the plane of view and grain (Filament, 5.3.5).
    vec3 bent = normalize(cross(cross(mirror.across, view), mirror.across));
    mirror_normal = normalize(mix(bent, point.normal, squared(squared(1.0 - mirror.strength * (1.0 - mirror.roughness)))));
#endif
    vec3 reflected = reflected_radiance(view, mirror_normal, mirror.roughness);
    vec3 single_dielectric, multiple_dielectric, single_metal, multiple_metal;
    scattering(mirror.sums, dielectric_f0, mirror.f90, single_dielectric, multiple_dielectric);
    scattering(mirror.sums, metal_f0, mirror.f90, single_metal, multiple_metal);
    vec3 single = mix(single_dielectric, single_metal, point.metallic);
    vec3 multiple = mix(multiple_dielectric, multiple_metal, point.metallic);
    vec3 specular = reflected * single + ambient * multiple;
    vec3 diffuse = ambient * point.base.rgb * (1.0 - point.metallic) * (1.0 - single_dielectric - multiple_dielectric);
#ifdef HAS_SHEEN
    vec4 fuzz = sheen_at();
    float albedo = sheen_albedo(mirror.cos_view, fuzz.w);
    light.sheen += ambient * fuzz.rgb * albedo * point.occlusion;
    float left = 1.0 - max(fuzz.r, max(fuzz.g, fuzz.b)) * albedo;
    specular *= left;
    diffuse *= left;
#endif
    light.diffuse += diffuse * point.occlusion;
    float specular_share = 1.0;
#ifdef TEX_OCCLUSION
    specular_share = specular_occlusion(mirror.cos_view, point.occlusion, mirror.roughness);
#endif
    light.specular += specular * specular_share;
#ifdef HAS_CLEARCOAT
    vec2 coat = coat_at(point.blur);
    vec2 coat_sums = reflectance_sums(coat.y, clamp(dot(point.coat_normal, view), 0.0, 1.0));
    light.coat += reflected_radiance(view, point.coat_normal, coat.y) * (0.04 * coat_sums.x + coat_sums.y) * point.occlusion;
#endif
}

#ifdef HAS_TRANSMISSION
// Share of light that goes through, and how far it travels inside.
vec2 transmission_at() {
    vec2 value = transmission_iridescence.xy;
#ifdef TEX_TRANSMISSION
    value.x *= texture(u_transmission, UV_TRANSMISSION).r;
#endif
#ifdef TEX_THICKNESS
    value.y *= texture(u_thickness, UV_THICKNESS).g;
#endif
    return value;
}

// Color by which the body filters light that crosses it (Beer), under its mirror's share.
vec3 transmittance_at(Point point, Mirror mirror, vec2 through) {
    vec3 body = point.base.rgb * (1.0 - point.metallic) * exp(-extinction.rgb * through.y * u_scale);
    return body * (1.0 - (mirror.f0 * mirror.sums.x + mirror.f90 * mirror.sums.y));
}

// What stands behind, seen along the ray refracted at the front, blurred by the roughness (glTF Sample Viewer's model).
vec4 seen_through(Point point, Mirror mirror, vec3 view, vec2 through) {
    vec3 leaves = v_position + normalize(refract(-view, point.normal, 1.0 / dielectric.x)) * through.y * u_scale;
    vec4 clip = clip_from_camera * vec4(leaves, 1.0);
    vec2 pixel = (clip.xy / clip.w * 0.5 + 0.5) * box.zw + box.xy - 0.5;
    float level = log2(exposure.y) * mirror.roughness * clamp(dielectric.x * 2.0 - 2.0, 0.0, 1.0);
    return behind(pixel, level);
}
#endif

// Scene light from the point toward the camera, and how much of what is behind it hides.
vec4 shaded(Point point, out vec3 filters) {
    vec3 view = normalize(-v_position);
    Mirror mirror = mirror_at(point, view);
    Light light = Light(vec3(0.0), vec3(0.0), vec3(0.0), vec3(0.0));
    vec3 dielectric_f0 = mirror.dielectric_f0;
    vec3 metal_f0 = mirror.metal_f0;
    float film = 0.0;
#ifdef HAS_IRIDESCENCE
    film = film_over(mirror, point, dielectric_f0, metal_f0);
#endif
    add_sky(light, point, mirror, dielectric_f0, metal_f0, view);
#ifdef HAS_SUN
    vec3 sun = sun_rgb.rgb * (PI * shadow(v_position, point.normal));
    add_direct(light, point, mirror, film, view, sun_direction.xyz, sun, squared(0.5 * tan(sun_direction.w)));
#endif
#ifdef LIGHT_COUNT
    for (int i = 0; i < LIGHT_COUNT; ++i) {
        vec3 toward;
        vec3 arrives = light_at(i, v_position, toward);
        add_direct(light, point, mirror, film, view, toward, arrives, 0.0);
    }
#endif
    float alpha = point.base.a;
    filters = vec3(0.0);
#ifdef HAS_TRANSMISSION
    vec2 through = transmission_at();
    vec3 body = transmittance_at(point, mirror, through);
#ifdef FILTERS_BEHIND
    filters = body * through.x;
    light.diffuse *= 1.0 - through.x;
#else
    vec4 seen = seen_through(point, mirror, view, through);
    light.diffuse = mix(light.diffuse, body * seen.rgb, through.x);
    alpha *= 1.0 - through.x * (1.0 - seen.a) * dot(body, vec3(1.0 / 3.0));
#endif
#endif
    vec3 color = light.diffuse + light.specular + light.sheen + point.emissive;
#ifdef HAS_CLEARCOAT
    vec2 coat = coat_at(point.blur);
    vec3 coated = coat.x * fresnel(vec3(0.04), 1.0, clamp(dot(point.coat_normal, view), 0.0, 1.0));
    color = color * (1.0 - coated) + light.coat * coat.x;
    filters *= 1.0 - coated;
#endif
    return vec4(color, alpha);
}
#else
vec4 shaded(Point point, out vec3 filters) {
    filters = vec3(0.0);
    return vec4(point.base.rgb, point.base.a);
}
#endif

void main() {
    Point point = point_at();
    vec3 filters;
    vec4 color = shaded(point, filters);
    float shown = 1.0 - cover(v_position);
    float share = 1.0;
#ifdef ALPHA_BLEND
    share = point.base.a;  // straight in the file; what goes on is premultiplied
#endif
#ifdef SCENE_LIGHT
    o_color = vec4(min(color.rgb, vec3(60000.0)) * share, color.a) * shown;
#else
    // The curve applies to the surface's own light, or thin coverage would escape the compression.
    o_color = vec4(tone_mapped(color.rgb * exposure.x) * share, color.a) * shown;
#endif
#ifdef FILTERS_BEHIND
    o_filter = vec4(mix(vec3(1.0), filters * share + 1.0 - share, shown), 1.0);
#endif
#if defined(STORED_AS_ROOT) && defined(FILTERS_BEHIND)
    store(o_color, o_filter);
#elif defined(STORED_AS_ROOT)
    store(o_color);
#endif
}
