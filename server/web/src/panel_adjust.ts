import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { LayerCard, LookCard } from "./api";
import { controlStyle } from "./control_style";
import { effectName, named } from "./names";
import { colorName, shadesFor } from "./shades";
import type { LayerChange } from "./wire";
import { type Language, say, type Word } from "./words";

/**
 * How strong each part of the look is, and in which shade: one part at a time, so that it fits under a thumb.
 * Tells `strength` (number, the whole look), `layer` (LayerChange) and `reset`.
 */
@customElement("try-on-adjust")
export class Adjust extends LitElement {
  static override styles = [controlStyle, css`:host { display: grid; gap: 0.55rem; }`];

  @property({ attribute: false }) look: LookCard | undefined;
  @property({ attribute: false }) looks: LookCard[] = [];
  @property() language: Language = "en";
  @property({ type: Number }) strength = 1;
  @property({ attribute: false }) changes: LayerChange[] = [];
  @state() private chosen = -1;

  override willUpdate(): void {
    if (!this.look?.layers.some((layer) => layer.index === this.chosen)) this.chosen = -1;
  }

  override render() {
    if (!this.look) return html`<p class="quiet">${this.#word("noLookHint")}</p>`;
    const layer = this.look.layers.find((each) => each.index === this.chosen);
    return html`<div class="strip" role="group" aria-label=${named(this.language, this.look.title)}>
        ${this.#chip(-1, this.#word("wholeLook"))}
        ${this.#ordered(this.look.layers).map((each) => this.#chip(each.index, effectName(this.language, each.effect)))}
      </div>
      ${layer ? this.#layer(layer) : this.#slide(this.#word("wholeLook"), this.strength, (value) => this.#tell("strength", value))}
      ${this.changes.length ? html`<div><button class="chip" @click=${() => this.#tell("reset", null)}>${this.#word("resetLook")}</button></div>` : nothing}`;
  }

  #layer(layer: LayerCard) {
    const change = this.changes.find((each) => each.index === layer.index);
    const shades = shadesFor(layer, this.looks);
    const color = (change?.color ?? layer.color ?? "").toLowerCase();
    return html`${this.#slide(effectName(this.language, layer.effect), change?.opacity ?? layer.opacity, (opacity) =>
        this.#tell("layer", { ...change, index: layer.index, opacity }),
      )}
      ${shades.length > 1
        ? html`<div class="strip" role="group" aria-label=${this.#word("shade")}>
            ${shades.map((shade, at) => {
              const name = at ? colorName(this.language, shade) : `${colorName(this.language, shade)}, ${this.#word("shadeOwn")}`;
              return html`<button class="shade" style="background: ${shade}" aria-pressed=${shade === color} title=${name}
                aria-label=${name} data-color=${shade}
                @click=${() => this.#tell("layer", { ...change, index: layer.index, color: shade })}></button>`;
            })}
          </div>`
        : nothing}`;
  }

  /** Lips and eyes first: what people change most. */
  #ordered(layers: LayerCard[]): LayerCard[] {
    const first = ["lipstick", "eyeshadow", "blush", "eyeliner", "hair_color", "lenses", "foundation"];
    const rank = (layer: LayerCard) => (first.indexOf(layer.effect) + first.length + 1) % (first.length + 1);
    return [...layers].sort((a, b) => rank(a) - rank(b));
  }

  #chip(part: number, name: string) {
    return html`<button class="chip" aria-pressed=${this.chosen === part} @click=${() => (this.chosen = part)}>${name}</button>`;
  }

  #slide(name: string, value: number, set: (value: number) => void) {
    const percent = Math.round(value * 100);
    return html`<label class="slide"><span>${name} · ${this.#word("strength")}</span><output>${percent} %</output>
      <input type="range" min="0" max="100" step="1" .value=${String(percent)} aria-valuetext="${percent} %"
        @input=${(event: Event) => set(Number((event.target as HTMLInputElement).value) / 100)} /></label>`;
  }

  #word(word: Word): string {
    return say(this.language, word);
  }

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
