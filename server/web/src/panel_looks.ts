import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { LookCard } from "./api";
import { controlStyle } from "./control_style";
import { lookFace } from "./look_face";
import { named } from "./names";
import { type Language, say } from "./words";

/** The looks as drawings. Tells `choose` with a look's name, "" for the bare face. */
@customElement("try-on-looks")
export class Looks extends LitElement {
  static override styles = [controlStyle, css`:host { display: grid; gap: 0.4rem; }`];

  @property({ attribute: false }) looks: LookCard[] = [];
  @property() language: Language = "en";
  /** The look that is on; "" for none. */
  @property() look = "";
  /** While comparing: those chosen, in order. */
  @property({ attribute: false }) compared: string[] | undefined;

  override updated(changed: PropertyValues<this>): void {
    if (!changed.has("looks") && !changed.has("look")) return;
    const strip = this.renderRoot.querySelector(".strip");
    const card = this.renderRoot.querySelector<HTMLElement>('[aria-pressed="true"]');
    if (!strip || !card || strip.scrollWidth <= strip.clientWidth) return;
    const before = card.offsetLeft - strip.scrollLeft;
    const inside = before > 0 && before + card.offsetWidth < strip.clientWidth;
    if (!inside) strip.scrollLeft = card.offsetLeft - (strip.clientWidth - card.offsetWidth) / 2;
  }

  override render() {
    const chosen = this.looks.find((each) => each.name === this.look);
    const hint = this.compared
      ? say(this.language, this.compared.length < 4 ? "compareHint" : "compareFull")
      : chosen
        ? named(this.language, chosen.description)
        : say(this.language, "noLookHint");
    return html`<div class="strip cards" role="group" aria-label=${say(this.language, "looks")}>
        ${[undefined, ...this.looks].map((look) => this.#card(look))}
      </div>
      <p class="quiet">${hint}</p>`;
  }

  #card(look: LookCard | undefined) {
    const name = look?.name ?? "";
    const at = this.compared?.indexOf(name) ?? -1;
    const pressed = this.compared ? at >= 0 : this.look === name;
    return html`<button class="card" aria-pressed=${pressed} data-look=${name}
      @click=${() => this.dispatchEvent(new CustomEvent("choose", { detail: name }))}>
      <span class="picture">${lookFace(look)}</span>
      ${look ? named(this.language, look.title) : say(this.language, "noLook")}
      ${at >= 0 ? html`<span class="number" aria-hidden="true">${at + 1}</span>` : nothing}
    </button>`;
  }
}
