import { nothing, svg } from "lit";
import type { LookCard } from "./api";

/**
 * A look as a small drawing of a resting face in the look's own colors: lids, lashes, cheeks and lips where they are
 * worn. Nobody's photograph, and the same for every look, so that only the makeup differs.
 */
export function lookFace(look: LookCard | undefined) {
  const layer = (effect: string) => look?.layers.find((each) => each.effect === effect);
  const color = (effect: string) => layer(effect)?.color ?? undefined;
  const strength = (effect: string, most = 1) => Math.min(1, (layer(effect)?.opacity ?? 0) * most);
  const skin = skinOf(look);
  const lips = color("lipstick");
  const hair = color("hair_color");
  const paint = color("face_paint");
  const liner = layer("eyeliner") ? (color("eyeliner") ?? "#201815") : skin.line;
  return svg`<svg viewBox="0 0 64 64" aria-hidden="true" preserveAspectRatio="xMidYMid slice">
    <rect width="64" height="64" fill=${skin.base} />
    <path d="M0 40 C18 62 46 62 64 40 V64 H0Z" fill=${skin.shade} opacity="0.35" />
    ${hair ? svg`<path d="M0 0 H64 V20 C58 8 46 5 32 7 C18 5 6 8 0 20Z" fill=${hair} />` : nothing}
    ${[1, -1].map(
      (side) => svg`<g transform=${side === 1 ? "" : "translate(64 0) scale(-1 1)"}>
        <circle cx="12.5" cy="38" r="8.5" fill=${color("blush") ?? color("bronzer") ?? skin.shade}
          opacity=${color("blush") ? 0.22 + 0.4 * strength("blush") : 0.12} />
        <path d="M10 18.4 C14 14.2 21 13.6 27 16.4" fill="none" stroke=${color("brows") ?? skin.line}
          stroke-width=${layer("brows") ? 2.3 : 1.5} stroke-linecap="round" opacity="0.85" />
        <path d="M10.5 26 C12.5 17.6 26.5 17.6 29 26 C24 30 15.5 30 10.5 26Z" fill=${color("eyeshadow") ?? skin.shade}
          opacity=${color("eyeshadow") ? 0.45 + 0.5 * strength("eyeshadow") : 0.25} />
        <path d="M10.5 26 C15.5 30 24 30 29 26" fill="none" stroke=${liner} stroke-linecap="round"
          stroke-width=${1 + 1.4 * strength("eyeliner")} />
        ${layer("lashes") ? svg`<path d="M11.6 27.4 9 29.6 M14.6 28.8 12.9 31.8 M18.6 29.4 18 32.8" stroke=${liner} stroke-width="1.1" stroke-linecap="round" />` : nothing}
        ${layer("highlighter") ? svg`<ellipse cx="15" cy="34.2" rx="5" ry="1.8" fill="#fff" opacity="0.35" />` : nothing}
      </g>`,
    )}
    ${paint ? svg`<path d="M6 33 C18 30 26 31 32 33 C38 31 46 30 58 33" fill="none" stroke=${paint} stroke-width="3.4" stroke-linecap="round" />` : nothing}
    <path d="M30.2 38.4 C31 39.6 33 39.6 33.8 38.4" fill="none" stroke=${skin.line} stroke-width="1.2" stroke-linecap="round" opacity="0.5" />
    <path d="M22.5 48 C26.5 44 29.6 43.6 32 45.4 C34.4 43.6 37.5 44 41.5 48 C38.6 55 35.4 56.2 32 56.2 C28.6 56.2 25.4 55 22.5 48Z"
      fill=${lips ?? skin.lips} />
    <path d="M22.5 48 C27 49.4 29.5 48.8 32 49.2 C34.5 48.8 37 49.4 41.5 48" fill="none" stroke="#000" stroke-width="0.9" opacity="0.28" />
  </svg>`;
}

interface Skin {
  base: string;
  shade: string;
  line: string;
  lips: string;
}

const LIGHT: Skin = { base: "#f0d5c4", shade: "#cf9d86", line: "#7a5747", lips: "#cf8f84" };
const DEEP: Skin = { base: "#94603f", shade: "#5f3722", line: "#2e1a10", lips: "#7d4438" };
const MIDDLE: Skin = { base: "#d3a27d", shade: "#a06d4b", line: "#54382a", lips: "#b4766a" };

/** A look that was balanced for a skin is drawn on it. */
function skinOf(look: LookCard | undefined): Skin {
  const tags = look?.tags ?? [];
  if (tags.includes("deep skin") && !tags.includes("light skin")) return DEEP;
  return tags.includes("summer") || tags.includes("grooming") || tags.includes("light skin") ? MIDDLE : LIGHT;
}
