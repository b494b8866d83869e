import { svg } from "lit";

/** Line drawings on a 24 × 24 grid; hidden from screen readers, the button says what it does. */
const PATHS = {
  split: "M12 3v18M4.5 6.5h4v11h-4zM15.5 6.5h4v11h-4z",
  compare: "M4 4.5h6.8v6.8H4zM13.2 4.5H20v6.8h-6.8zM4 13.7h6.8v6.8H4zM13.2 13.7H20v6.8h-6.8z",
  clip: "M4 7.2h10.5v9.6H4zM14.5 10.8 20 7.6v8.8l-5.5-3.2",
  more: "M4 7.5h9M17 7.5h3M4 16.5h3M11 16.5h9M13 7.5a2 2 0 1 0 4 0 2 2 0 1 0-4 0M7 16.5a2 2 0 1 0 4 0 2 2 0 1 0-4 0",
  close: "M6 6l12 12M18 6 6 18",
  picture: "M4 5h16v14H4zM4 15.5l4.5-4 4 3.5 3-2.5 4.5 4M15.6 9.2a1 1 0 1 0 .01 0",
  handle: "M9.5 7 4.5 12l5 5M14.5 7l5 5-5 5",
  play: "M8 5.5v13l11-6.5z",
  pause: "M8 5.5v13M16 5.5v13",
  turn: "M4.5 10.5a7.5 7.5 0 1 1 .2 3.6M4.5 5.5v5h5",
  measure: "M3.5 15.5 15.5 3.5l5 5-12 12zM7 12l2 2M10 9l2.5 2.5M13 6l2 2",
  sizes: "M4 8V4h4M20 8V4h-4M4 16v4h4M20 16v4h-4M8.5 12h7M12 8.5v7",
  remove: "M5 7h14M9.5 7V4.5h5V7M7 7l.8 12.5h8.4L17 7M10.2 10.5v5.5M13.8 10.5v5.5",
  space: "M12 3.5 20 8v8l-8 4.5L4 16V8zM4 8l8 4.5L20 8M12 12.5v8",
  photo: "M4 7.5h3.5L9 5h6l1.5 2.5H20v11.5H4zM12 16.2a3.4 3.4 0 1 0 0-6.8 3.4 3.4 0 0 0 0 6.8",
  sofa: "M5 11V8a2.5 2.5 0 0 1 2.5-2.5h9A2.5 2.5 0 0 1 19 8v3M3 12.5a2 2 0 0 1 4 0V14h10v-1.5a2 2 0 0 1 4 0V18H3zM5.5 18v1.5M18.5 18v1.5",
} as const;

export type Icon = keyof typeof PATHS;

export function icon(name: Icon) {
  return svg`<svg viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" fill="none" stroke="currentColor"
    stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"><path d=${PATHS[name]} /></svg>`;
}
