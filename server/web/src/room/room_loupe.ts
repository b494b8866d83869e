import { css, html, LitElement } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Point } from "./room_api";

const SIDE = 132;
const ZOOM = 4;

/** A magnifier over the picture while a point is being put somewhere; it keeps out of the finger's way. */
@customElement("room-loupe")
export class RoomLoupe extends LitElement {
  static override styles = css`
    :host { position: absolute; z-index: 6; pointer-events: none; width: ${SIDE}px; height: ${SIDE}px; border-radius: 50%; overflow: hidden;
      border: 3px solid #fff; box-shadow: 0 4px 22px rgb(0 0 0 / 0.5); background: #141216; }
    canvas { width: 100%; height: 100%; display: block; }
    svg { position: absolute; inset: 0; }
  `;

  @property({ attribute: false }) source: HTMLCanvasElement | undefined;
  @property({ attribute: false }) point: Point = [0.5, 0.5];
  /** Picture pixels on one CSS pixel of the page. */
  @property({ type: Number }) density = 1;
  @query("canvas") private canvas!: HTMLCanvasElement;

  override render() {
    return html`<canvas width=${SIDE * 2} height=${SIDE * 2} aria-hidden="true"></canvas>
      <svg viewBox="-50 -50 100 100" fill="none" stroke-linecap="round" aria-hidden="true">
        <path d="M-16 0h11M5 0h11M0-16v11M0 5v11" stroke="#000" stroke-opacity="0.55" stroke-width="3" />
        <path d="M-16 0h11M5 0h11M0-16v11M0 5v11" stroke="#fff" stroke-width="1.4" />
      </svg>`;
  }

  override updated(): void {
    const context = this.canvas.getContext("2d");
    if (!context || !this.source) return;
    const side = (SIDE / ZOOM) * this.density;
    const [x, y] = [this.point[0] * this.source.width, this.point[1] * this.source.height];
    context.fillStyle = "#141216";
    context.fillRect(0, 0, SIDE * 2, SIDE * 2);
    context.imageSmoothingEnabled = false;
    context.drawImage(this.source, x - side / 2, y - side / 2, side, side, 0, 0, SIDE * 2, SIDE * 2);
  }
}
