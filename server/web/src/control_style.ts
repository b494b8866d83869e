import { css } from "lit";

/** Buttons, chips, strips and sliders as every panel shows them. */
export const controlStyle = css`
  * { box-sizing: border-box; }
  button, select, a.button { font: inherit; color: inherit; min-height: 2.75rem; min-width: 2.75rem; border-radius: 1.4rem;
    border: 1.5px solid var(--line); background: var(--card); padding: 0 1rem; cursor: pointer; text-decoration: none;
    display: inline-flex; align-items: center; justify-content: center; gap: 0.5rem; }
  button:hover, a.button:hover { background: var(--hover); }
  button:disabled { opacity: 0.5; cursor: default; }
  :focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
  .main, .main:hover { background: var(--accent); color: var(--on-accent); border-color: var(--accent); font-weight: 600; }
  .quiet { color: var(--soft); margin: 0; }
  .row { display: flex; gap: 0.6rem; flex-wrap: wrap; align-items: center; }
  .strip { display: flex; gap: 0.5rem; overflow-x: auto; scrollbar-width: none; margin-inline: -1rem; padding: 0.3rem 1rem;
    scroll-padding-inline: 1rem; scroll-snap-type: x proximity; overscroll-behavior-x: contain; }
  .strip > * { flex: none; scroll-snap-align: start; }
  .chip { min-height: 2.5rem; font-size: 0.9375rem; padding: 0 0.9rem; }
  .chip[aria-pressed="true"], .chip[aria-pressed="true"]:hover { background: var(--ink); color: var(--card); border-color: var(--ink); }
  .card { border: none; background: none; padding: 0.2rem; width: 5.25rem; min-height: 0; display: grid; justify-items: center; align-content: start;
    gap: 0.35rem; border-radius: 1rem; font-size: 0.8125rem; line-height: 1.2; text-align: center; position: relative; }
  .card:hover { background: none; }
  .card > .picture { width: 4rem; height: 4rem; border-radius: 1.1rem; overflow: hidden; display: block; background: var(--well);
    outline: 1px solid var(--edge); outline-offset: -1px; }
  .card:hover > .picture { filter: brightness(1.04); }
  .card[aria-pressed="true"] { font-weight: 600; }
  .card[aria-pressed="true"] > .picture { outline: 3px solid var(--accent); outline-offset: 2px; }
  .card img, .card svg { width: 100%; height: 100%; display: block; object-fit: contain; }
  .card .number { position: absolute; inset-block-start: 0; inset-inline-end: 0.15rem; background: var(--accent); color: var(--on-accent);
    border-radius: 50%; width: 1.5rem; height: 1.5rem; display: grid; place-content: center; font-weight: 700; font-size: 0.8125rem; }
  label.slide { display: grid; grid-template-columns: 1fr auto; gap: 0 0.8rem; align-items: center; }
  label.slide input { grid-column: 1 / -1; width: 100%; height: 2.25rem; margin: 0; accent-color: var(--accent); cursor: pointer; }
  label.slide output { font-variant-numeric: tabular-nums; color: var(--soft); }
  .shade { width: 2.75rem; height: 2.75rem; padding: 0; border-radius: 50%; border: 1.5px solid var(--edge); }
  .shade[aria-pressed="true"] { outline: 3px solid var(--accent); outline-offset: 2px; }
  .shade:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
  @media (min-width: 900px) {
    .card > .picture { width: 4.5rem; height: 4.5rem; }
    .strip { flex-wrap: wrap; overflow: visible; margin-inline: 0; padding-inline: 0; }
    .strip.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(5.25rem, 1fr)); gap: 0.9rem 0.4rem; justify-items: center; }
  }
`;
