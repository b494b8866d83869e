import { css } from "lit";

/** What the room page adds to the mirror page's style. */
export const roomPageStyle = css`
  :host { --room-below: 6.6rem; }
  main { overflow: hidden; }
  .tools { padding-bottom: 1.9rem; }
  .hint { position: absolute; inset-block-start: max(0.8rem, env(safe-area-inset-top)); inset-inline: 1rem; margin: auto; width: fit-content;
    background: rgb(16 14 18 / 0.82); color: #fff; border-radius: 1.4rem; padding: 0.35rem 1.1rem; text-align: center; font-weight: 500; text-wrap: balance;
    z-index: 4; pointer-events: none; }
  .facts { margin: 0; display: grid; grid-template-columns: auto 1fr; gap: 0.2rem 0.9rem; }
  .facts dt { color: var(--soft); }
  .facts dd { margin: 0; font-variant-numeric: tabular-nums; }
  .column { display: grid; gap: 0.8rem; }
  .toast { text-align: center; text-wrap: balance; max-width: calc(100% - 2rem); z-index: 6; }
  h3 { font-weight: 600; }
  h2 { margin: 0; font-size: 1.15rem; font-weight: 600; }
  aside.mark { grid-template-rows: auto; align-content: start; padding-block: 1rem calc(1rem + env(safe-area-inset-bottom)); }
  .drawing { position: absolute; inset-block-start: 1rem; inset-inline-end: 1rem; width: 1.8rem; height: 1.8rem; border-radius: 50%; z-index: 4;
    border: 3px solid rgb(255 255 255 / 0.3); border-top-color: #fff; animation: turn 0.9s linear infinite; }
  @keyframes turn { to { rotate: 1turn; } }
  @media (max-width: 899px) {
    :host(:not([furnished])) { grid-template-rows: minmax(0, 1fr); }
    :host(:not([furnished])) aside { display: none; }
  }
  @media (min-width: 900px) { .tools { padding-bottom: 1.1rem; } :host { --room-below: 6rem; } }
`;
