import { css } from "lit";

export const pageStyle = css`
  :host { display: grid; height: 100dvh; background: var(--ground); grid-template: minmax(0, 1fr) auto / minmax(0, 1fr); }
  .title { font-size: 1.3rem; font-weight: 600; letter-spacing: -0.01em; }
  .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; margin: 0; }
  main { position: relative; min-height: 0; background: #141216; }
  try-on-mirror { position: absolute; inset: 0; --try-on-side: 7.4rem; }
  try-on-mirror a.aside { color: #fff; text-underline-offset: 0.25em; padding: 0.6rem 0; }
  .scrim { position: absolute; inset: auto 0 0; height: 9.5rem; background: linear-gradient(transparent, rgb(10 8 12 / 0.62));
    pointer-events: none; }
  .tools { position: absolute; inset: auto 0 0; display: flex; justify-content: center; align-items: center; gap: 0.15rem;
    padding: 0.5rem 0.5rem 1.85rem; color: #fff; }
  .tool, .tool:hover { border: none; background: transparent; flex: 0 1 max(4.6rem, 18.5vw); min-width: 0; padding: 0.3rem 0.1rem; min-height: 3.4rem;
    display: grid; justify-items: center; gap: 0.1rem; font-size: min(0.8125rem, 3.5vw); line-height: 1.15; border-radius: 1rem;
    text-shadow: 0 1px 3px rgb(0 0 0 / 0.7); }
  .tool:hover { background: rgb(255 255 255 / 0.14); }
  .tool[aria-pressed="true"] { background: rgb(255 255 255 / 0.92); color: #141216; text-shadow: none; font-weight: 600; }
  .shutter, .shutter:hover { width: min(4.4rem, 19vw); height: min(4.4rem, 19vw); flex: none; border-radius: 50%; border: 4px solid #fff; margin: 0 min(0.5rem, 1.5vw);
    background: #fff; background-clip: content-box; padding: 4px; box-shadow: 0 1px 10px rgb(0 0 0 / 0.4); }
  .shutter:active { scale: 0.95; }
  .tools :focus-visible { outline-color: #7cc4ff; }
  .player { position: absolute; inset-block-start: 0.9rem; inset-inline-end: 0.9rem; display: flex; gap: 0.5rem; }
  .player button, .player button:hover { width: 2.9rem; height: 2.9rem; padding: 0; border: none; background: rgb(16 14 18 / 0.78); color: #fff; }
  .player :focus-visible { outline-color: #7cc4ff; }
  .numbers { position: absolute; inset-block-start: 3.6rem; inset-inline-start: 0.9rem; background: rgb(16 14 18 / 0.8); color: #fff;
    border-radius: 0.8rem; padding: 0.4rem 0.8rem; margin: 0; font-size: 0.875rem; font-variant-numeric: tabular-nums; pointer-events: none; }
  .toast { position: absolute; inset: auto 1rem 7.6rem; margin: auto; width: fit-content; background: #fff; color: #141216;
    border-radius: 1rem; padding: 0.45rem 1rem; box-shadow: 0 2px 14px rgb(0 0 0 / 0.35); }
  .toast.above { inset-block-end: 13rem; } /* the line's handle and its two names stand below */
  .toast:empty { display: none; }
  aside { background: var(--card); border-radius: 1.35rem 1.35rem 0 0; margin-block-start: -1.35rem; position: relative; z-index: 2; min-width: 0;
    padding: 0.35rem 1rem calc(0.5rem + env(safe-area-inset-bottom)); display: grid; grid-template-rows: auto 15rem; }
  .head { display: none; }
  [role="tablist"] { display: flex; justify-content: space-around; }
  [role="tab"], [role="tab"]:hover { border: none; border-radius: 0; background: none; flex: 1; color: var(--soft); position: relative; padding: 0 0.3rem; }
  [role="tab"][aria-selected="true"] { color: var(--ink); font-weight: 600; }
  [role="tab"][aria-selected="true"]::after { content: ""; position: absolute; inset: auto 22% 0.25rem; height: 3px; border-radius: 2px;
    background: var(--accent); }
  [role="tabpanel"] { overflow-y: auto; overflow-x: hidden; padding-block: 0.5rem; margin-inline: -1rem; padding-inline: 1rem; scrollbar-width: thin; }
  [role="tabpanel"]:focus-visible { outline-offset: -3px; }
  .kept { max-width: 100%; max-height: 58dvh; justify-self: center; border-radius: 1rem; background: #141216; }
  .switch { display: flex; justify-content: space-between; align-items: center; gap: 1rem; min-height: 3rem; }
  .switch input { width: 1.6rem; height: 1.6rem; accent-color: var(--accent); margin: 0.6rem; flex: none; }
  .switch select { max-width: 60%; }
  hr { border: none; border-top: 1px solid var(--line); margin: 0; width: 100%; }
  h3 { margin: 0; font-size: 1.05rem; }
  p { margin: 0; }
  @media (max-width: 899px) {
    :host(:not([agreed])) { grid-template-rows: minmax(0, 1fr); }
    :host(:not([agreed])) aside { display: none; }
  }
  :host([mode="embed"]) { grid-template-rows: minmax(0, 1fr); }
  @media (min-width: 900px) {
    :host { grid-template: minmax(0, 1fr) / minmax(0, 1fr) 25rem; }
    :host([mode="embed"]) { grid-template-columns: minmax(0, 1fr); }
    :host(:not([mode="embed"])) main { margin: 1rem 0 1rem 1rem; border-radius: 1.6rem; overflow: hidden; }
    aside { margin: 0; border-radius: 0; background: none; padding: 1rem 1.4rem; grid-template-rows: auto auto minmax(0, 1fr); }
    .head { display: flex; align-items: center; justify-content: space-between; padding-block: 0.4rem 0.9rem; }
    [role="tablist"] { border-bottom: 1px solid var(--line); }
    [role="tab"][aria-selected="true"]::after { inset-block-end: -1px; }
    [role="tabpanel"] { padding-block: 1rem; }
    try-on-mirror { --try-on-side: 6.4rem; }
    .toast { inset-block-end: 6.8rem; }
    .toast.above { inset-block-end: 12rem; }
    .tools { padding-bottom: 1.1rem; gap: 0.5rem; }
    .tool, .tool:hover { flex-basis: 5.2rem; font-size: 0.8125rem; }
  }
  @media (max-height: 480px) and (max-width: 899px) {
    :host { grid-template: minmax(0, 1fr) / minmax(0, 1fr) 19rem; }
    aside { margin: 0; border-radius: 0; grid-template-rows: auto minmax(0, 1fr); }
  }
`;
