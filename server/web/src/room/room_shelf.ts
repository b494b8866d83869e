import { css, html, LitElement } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { controlStyle } from "../control_style";
import type { Language } from "../words";
import type { Furniture } from "./room_api";
import { sizeText } from "./room_lengths";
import { furnitureName, KIND_ORDER, kindOf } from "./room_names";
import { sayRoom } from "./room_words";

/** Furniture to choose from, by kind. Tells `add` with a product's name. */
@customElement("room-shelf")
export class RoomShelf extends LitElement {
  static override styles = [
    controlStyle,
    css`
      :host { display: grid; gap: 0.5rem; }
      .card { width: 6.4rem; }
      .card > .picture { width: 5.6rem; height: 4.6rem; background: #f6f3ee; padding: 0.2rem; }
      .card small { color: var(--soft); font-size: 0.75rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
      @media (min-width: 900px) {
        .strip.cards { grid-template-columns: repeat(auto-fill, minmax(6.6rem, 1fr)); }
        .card > .picture { width: 6.4rem; height: 5.2rem; }
      }
    `,
  ];

  @property({ attribute: false }) furniture: Furniture[] = [];
  @property() language: Language = "en";
  @property() base = "";
  @property({ type: Boolean }) busy = false;
  @state() private kind = "";

  override render() {
    const kinds = [...new Set(this.furniture.map((each) => each.kind))].sort((a, b) => order(a) - order(b));
    const shown = this.furniture.filter((each) => !this.kind || each.kind === this.kind).sort((a, b) => order(a.kind) - order(b.kind));
    return html`<div class="strip" role="group" aria-label=${sayRoom(this.language, "furniture")}>
        ${["", ...kinds].map(
          (kind) => html`<button class="chip" aria-pressed=${kind === this.kind} @click=${() => (this.kind = kind)}>
            ${kind ? kindOf(this.language, kind) : sayRoom(this.language, "all")}
          </button>`,
        )}
      </div>
      <div class="strip cards" role="group" aria-label=${this.kind ? kindOf(this.language, this.kind) : sayRoom(this.language, "all")}>
        ${shown.map((each) => this.#card(each))}
      </div>`;
  }

  #card(each: Furniture) {
    const name = furnitureName(this.language, each.name);
    return html`<button class="card" data-product=${each.product} ?disabled=${this.busy} title=${sayRoom(this.language, "add")}
      @click=${() => this.dispatchEvent(new CustomEvent("add", { detail: each.product }))}>
      <span class="picture"><img alt="" width="90" height="74" loading="lazy" src="${this.base}/api/products/${each.product}/picture"
        @error=${(event: Event) => ((event.target as HTMLElement).hidden = true)} /></span>
      ${name}
      <small>${sizeText(each.size_mm).replaceAll(" × ", "×")}</small>
    </button>`;
  }
}

function order(kind: string): number {
  const at = KIND_ORDER.indexOf(kind);
  return at < 0 ? KIND_ORDER.length : at;
}
