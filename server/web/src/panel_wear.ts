import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { ProductCard } from "./api";
import { controlStyle } from "./control_style";
import { KIND_ORDER, kindName, named } from "./names";
import type { WornProduct } from "./wire";
import { type Language, say } from "./words";

/** Products by kind, and their finishes. Tells `wear` with everything that is to be on. */
@customElement("try-on-wear")
export class Wear extends LitElement {
  static override styles = [
    controlStyle,
    css`
      :host { display: grid; gap: 0.5rem; }
      .card > .picture { background: #f6f3ee; padding: 0.2rem; }
    `,
  ];

  @property({ attribute: false }) products: ProductCard[] = [];
  @property({ attribute: false }) worn: WornProduct[] = [];
  @property() base = "";
  @property() language: Language = "en";
  @state() private kind = "";

  override render() {
    if (!this.products.length) return html`<p class="quiet">${say(this.language, "nothing")}</p>`;
    const kinds = [...new Set(this.products.map((product) => product.kind))].sort((a, b) => order(a) - order(b));
    const kind = kinds.includes(this.kind) ? this.kind : (kinds[0] ?? "");
    return html`<div class="strip" role="group" aria-label=${say(this.language, "wear")}>
        ${kinds.map(
          (each) => html`<button class="chip" aria-pressed=${each === kind} @click=${() => (this.kind = each)}>
            ${kindName(this.language, each)}${this.#wornOf(each) ? html` <span aria-hidden="true">●</span>` : nothing}
          </button>`,
        )}
        ${this.worn.length ? html`<button class="chip" @click=${() => this.#tell([])}>${say(this.language, "takeOff")}</button>` : nothing}
      </div>
      <div class="strip cards" role="group" aria-label=${kindName(this.language, kind)}>
        ${this.products.filter((product) => product.kind === kind).map((product) => this.#card(product))}
      </div>
      ${this.#variants(kind)}`;
  }

  #card(product: ProductCard) {
    const worn = this.worn.find((each) => each.product === product.product);
    const variant = worn?.variant ? `?variant=${encodeURIComponent(worn.variant)}` : "";
    return html`<button class="card" aria-pressed=${Boolean(worn)} data-product=${product.product}
      @click=${() => this.#toggle(product)}>
      <span class="picture"><img alt="" width="72" height="72" loading="lazy"
        src="${this.base}/api/products/${product.product}/picture${variant}"
        @error=${(event: Event) => ((event.target as HTMLElement).hidden = true)} /></span>
      ${named(this.language, product.name)}
    </button>`;
  }

  #variants(kind: string) {
    const product = this.#wornOf(kind);
    if (!product || product.variants.length < 2) return nothing;
    const now = this.worn.find((each) => each.product === product.product)?.variant ?? product.variants[0];
    return html`<div class="strip" role="group" aria-label=${say(this.language, "variant")}>
      ${product.variants.map(
        (variant) => html`<button class="chip" aria-pressed=${variant === now} @click=${() => this.#finish(product, variant)}>
          ${named(this.language, variant)}
        </button>`,
      )}
    </div>`;
  }

  #wornOf(kind: string): ProductCard | undefined {
    return this.products.find((product) => product.kind === kind && this.worn.some((each) => each.product === product.product));
  }

  /** One of each kind: glasses over glasses would be no help. */
  #toggle(product: ProductCard): void {
    const taken = this.#wornOf(product.kind)?.product;
    const others = this.worn.filter((each) => each.product !== taken);
    this.#tell(taken === product.product ? others : [...others, { product: product.product }]);
  }

  #finish(product: ProductCard, variant: string): void {
    this.#tell(this.worn.map((each) => (each.product === product.product ? { ...each, variant } : each)));
  }

  #tell(worn: WornProduct[]): void {
    this.dispatchEvent(new CustomEvent("wear", { detail: worn }));
  }
}

function order(kind: string): number {
  const at = KIND_ORDER.indexOf(kind);
  return at < 0 ? KIND_ORDER.length : at;
}
