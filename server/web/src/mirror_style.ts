import { css } from "lit";

export const mirrorStyle = css`
  :host { display: block; position: relative; background: #141216; color: #fff; overflow: hidden; min-height: 15rem;
    font: 1rem/1.5 system-ui, "Noto Sans SC", "PingFang SC", sans-serif; isolation: isolate; contain: strict; }
  :host([hidden]) { display: none; }
  canvas { width: 100%; height: 100%; object-fit: cover; display: block; }
  canvas.whole { object-fit: contain; }
  canvas.mirrored { transform: scaleX(-1); }
  canvas[hidden] { display: none; }
  .tiles { position: absolute; inset: 0; display: grid; gap: 3px; grid-template: 1fr / 1fr; }
  .tiles.n2 { grid-template: 1fr / 1fr 1fr; }
  .tiles.n3, .tiles.n4 { grid-template: 1fr 1fr / 1fr 1fr; }
  .tiles.n3 figure:first-child { grid-column: 1 / -1; }
  @container (aspect-ratio < 0.9) { .tiles.n2 { grid-template: 1fr 1fr / 1fr; } }
  figure { position: relative; margin: 0; overflow: hidden; background: #1d1b20; min-width: 0; min-height: 0; }
  figure canvas { position: absolute; inset: 0; }
  figure canvas[data-begun="waiting"] { filter: blur(12px) brightness(0.8); }
  figure button { position: absolute; inset: 0; border: 0; border-radius: 0; background: transparent; width: 100%;
    height: 100%; display: grid; align-items: start; justify-items: start; padding: 0.6rem; min-height: 0; }
  figure button span { background: rgb(16 14 18 / 0.78); padding: 0.1rem 0.8rem; border-radius: 1rem; font-weight: 600; }
  figure button:focus-visible { outline-offset: -4px; }
  .over { position: absolute; inset: 0; display: grid; background: #141216; overflow: auto; padding: 1.5rem; z-index: 3; }
  .over > div { margin: auto; max-width: 30rem; display: grid; gap: 1.1rem; justify-items: start; }
  .over.quiet { background: rgb(20 18 22 / 0.55); backdrop-filter: blur(14px); text-align: center; }
  .over.quiet > div { justify-items: center; }
  h2 { margin: 0; font-size: 1.75rem; line-height: 1.2; font-weight: 600; letter-spacing: -0.01em; }
  p { margin: 0; }
  button, label.button { font: inherit; min-height: 3rem; padding: 0 1.4rem; border-radius: 1.5rem; border: 1.5px solid #fff;
    background: transparent; color: #fff; cursor: pointer; display: inline-grid; align-items: center; box-sizing: border-box; padding-block: 0.5rem; }
  button.main, label.main { background: #fff; color: #141216; font-weight: 600; }
  button:focus-visible, label:focus-within { outline: 3px solid #7cc4ff; outline-offset: 3px; }
  .buttons { display: flex; gap: 0.75rem; flex-wrap: wrap; }
  .drop { border: 2px dashed rgb(255 255 255 / 0.45); border-radius: 1.5rem; padding: 2.5rem 1.5rem; text-align: center;
    justify-items: center !important; }
  input[type="file"] { position: absolute; opacity: 0; inset: 0; width: 1px; height: 1px; }
  .guide { position: absolute; inset-block-start: max(0.9rem, env(safe-area-inset-top)); inset-inline: 1rem; margin: auto;
    width: fit-content; background: rgb(16 14 18 / 0.78); border-radius: 1.4rem; padding: 0.35rem 1.1rem; z-index: 2;
    text-align: center; font-weight: 500; text-wrap: balance; white-space: pre-line; pointer-events: none; }
  .said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
  .wait { width: 2.2rem; height: 2.2rem; border-radius: 50%; border: 3px solid rgb(255 255 255 / 0.25); border-top-color: #fff;
    animation: turn 0.9s linear infinite; }
  @keyframes turn { to { rotate: 1turn; } }
  @media (prefers-reduced-motion: reduce) { .wait { animation-duration: 6s; } }
`;
