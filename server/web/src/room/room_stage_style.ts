import { css } from "lit";

export const stageStyle = css`
  :host { display: block; position: absolute; inset: 0; overflow: hidden; isolation: isolate; background: #141216; color: #fff; touch-action: none; user-select: none;
    -webkit-user-select: none; }
  .board { position: absolute; }
  canvas.picture { position: absolute; inset: 0; width: 100%; height: 100%; display: block; border-radius: 0.35rem; }
  .splitter { position: absolute; inset-inline: 0; overflow: hidden; }
  svg.lines { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; pointer-events: none; }
  .outline { fill: rgb(255 255 255 / 0.05); stroke: #fff; stroke-width: 2; stroke-linejoin: round; vector-effect: non-scaling-stroke;
    stroke-dasharray: 5 5; }
  .dark { stroke: rgb(0 0 0 / 0.55); stroke-dasharray: none; fill: none; stroke-width: 4; vector-effect: non-scaling-stroke; }
  .span { stroke: #fff; stroke-width: 2.5; vector-effect: non-scaling-stroke; fill: none; }
  .sheet { stroke: #7cc4ff; stroke-width: 2.5; vector-effect: non-scaling-stroke; fill: rgb(124 196 255 / 0.14); stroke-linejoin: round; }
  :focus-visible { outline: 3px solid #7cc4ff; outline-offset: 2px; }
  .piece { position: absolute; background: none; border: 0; padding: 0; pointer-events: none; border-radius: 0.6rem; min-width: 0; min-height: 0; }
  .knob { position: absolute; width: 3rem; height: 3rem; margin: -1.5rem 0 0 -1.5rem; border-radius: 50%; border: 0; background: #fff; color: #141216;
    display: grid; place-content: center; box-shadow: 0 2px 12px rgb(0 0 0 / 0.45); cursor: grab; touch-action: none; padding: 0; z-index: 3; }
  .knob:active { cursor: grabbing; }
  .point { position: absolute; width: 3rem; height: 3rem; margin: -1.5rem 0 0 -1.5rem; border: 0; background: none; padding: 0; cursor: grab; z-index: 4;
    touch-action: none; border-radius: 50%; }
  .point::before { content: ""; position: absolute; inset: 0.55rem; border-radius: 50%; border: 2.5px solid #fff;
    box-shadow: 0 0 0 1.5px rgb(0 0 0 / 0.6), inset 0 0 0 1.5px rgb(0 0 0 / 0.6); }
  .point::after { content: ""; position: absolute; inset: calc(50% - 2px); border-radius: 50%; background: #fff; box-shadow: 0 0 0 1.5px rgb(0 0 0 / 0.7); }
  .point.corner::before { border-color: #7cc4ff; }
  .point.held::before { opacity: 0.35; }
  .label { position: absolute; translate: -50% -50%; background: #fff; color: #141216; border-radius: 1rem; padding: 0.15rem 0.8rem; font-weight: 650;
    font-variant-numeric: tabular-nums; white-space: nowrap; pointer-events: none; box-shadow: 0 2px 10px rgb(0 0 0 / 0.4); z-index: 3; }
`;
