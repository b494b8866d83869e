import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { type Box, shareAt, xOf } from "./fitting";
import { icon } from "./icons";
import { type Language, say } from "./words";

const STEPS: Record<string, number> = {
  ArrowRight: 0.02,
  ArrowUp: 0.02,
  ArrowLeft: -0.02,
  ArrowDown: -0.02,
  PageUp: 0.1,
  PageDown: -0.1,
};
const ENDS: Record<string, number> = { Home: 0, End: 1 };

/**
 * The line between before and after, on the picture: drag it, or move it by keyboard. What is left of it in the
 * picture as the camera sees it is bare. Tells `move` with the new share of the picture's width.
 */
@customElement("try-on-line")
export class SplitLine extends LitElement {
  static override styles = css`
    :focus-visible { outline: 3px solid #7cc4ff; }
    .line { position: absolute; inset-block: 0; width: 3rem; margin-inline-start: -1.5rem; cursor: ew-resize; touch-action: none;
      z-index: 2; border: 0; padding: 0; outline-offset: -3px !important; border-radius: 0.5rem; }
    .line::before { content: ""; position: absolute; inset-block: 0; inset-inline-start: calc(50% - 1px); width: 2px; background: #fff;
      box-shadow: 0 0 6px rgb(0 0 0 / 0.5); }
    .knob { position: absolute; inset-block-start: max(2rem, min(66%, 100% - 12.5rem)); inset-inline-start: calc(50% - 1.5rem); width: 3rem; height: 3rem;
      border-radius: 50%; background: #fff; color: #141216; display: grid; place-content: center;
      box-shadow: 0 2px 12px rgb(0 0 0 / 0.4); }
    .side { position: absolute; inset-block-end: var(--try-on-side, 0.9rem); z-index: 1; background: rgb(16 14 18 / 0.78);
      border-radius: 1rem; padding: 0.05rem 0.8rem; font-size: 0.875rem; pointer-events: none; }
    .side.left { inset-inline-start: 0.9rem; }
    .side.right { inset-inline-end: 0.9rem; }
  `;

  @property({ type: Number }) share = 0.5;
  @property({ attribute: false }) box: Box = { x: 0, y: 0, width: 1, height: 1 };
  @property({ type: Boolean }) mirrored = false;
  @property() language: Language = "en";

  override render() {
    const percent = Math.round(this.#seen * 100);
    return html`<span class="side left" aria-hidden="true">${say(this.language, this.mirrored ? "after" : "before")}</span>
      <span class="side right" aria-hidden="true">${say(this.language, this.mirrored ? "before" : "after")}</span>
      <div class="line" role="slider" tabindex="0" aria-label=${say(this.language, "split")} aria-valuemin="0" aria-valuemax="100"
        aria-valuenow=${percent} aria-valuetext="${percent} %" aria-orientation="horizontal"
        style="left: ${xOf(this.share, this.box, this.mirrored)}px"
        @pointerdown=${this.#grab} @pointermove=${this.#drag} @keydown=${this.#nudge}>
        <span class="knob">${icon("handle")}</span>
      </div>`;
  }

  /** The share as it is seen, from the left of the screen. */
  get #seen(): number {
    return this.mirrored ? 1 - this.share : this.share;
  }

  #grab = (event: PointerEvent): void => {
    event.preventDefault();
    const line = event.currentTarget as HTMLElement;
    line.setPointerCapture(event.pointerId);
    line.focus();
  };

  #drag = (event: PointerEvent): void => {
    const line = event.currentTarget as HTMLElement;
    const stage = (this.getRootNode() as ShadowRoot).host;
    if (!line.hasPointerCapture(event.pointerId) || !stage) return;
    this.#tell(shareAt(event.clientX - stage.getBoundingClientRect().left, this.box, this.mirrored));
  };

  #nudge = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    const wanted = ENDS[event.key] ?? (step === undefined ? undefined : this.#seen + step);
    if (wanted === undefined) return;
    event.preventDefault();
    const seen = Math.min(1, Math.max(0, wanted));
    this.#tell(this.mirrored ? 1 - seen : seen);
  };

  #tell(share: number): void {
    this.dispatchEvent(new CustomEvent("move", { detail: share }));
  }
}
