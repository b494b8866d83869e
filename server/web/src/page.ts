import { css, html, LitElement, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { type LookCard, type ProductCard, type Receipt } from "./api";
import "./mirror";
import type { Numbers, TryOnMirror } from "./mirror";
import type { Status } from "./wire";
import { type Language, ownLanguage, say, type Word } from "./words";

type Panel = "looks" | "adjust" | "wear";

/** The whole page: the mirror, and everything to change in it within reach of a thumb. */
@customElement("mirror-page")
export class MirrorPage extends LitElement {
  static override styles = css`
    :host { display: grid; grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr); height: 100dvh; }
    header { display: flex; align-items: center; gap: 0.5rem; padding: 0.4rem 0.9rem; }
    h1 { font-size: 1.05rem; font-weight: 600; margin: 0; flex: 1; }
    button, select { font: inherit; color: inherit; min-height: 44px; min-width: 44px; border-radius: 22px;
      border: 1px solid var(--line); background: var(--card); padding: 0 0.9rem; cursor: pointer; }
    button:focus-visible, input:focus-visible, select:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
    main { position: relative; min-height: 0; }
    try-on-mirror { height: 100%; }
    .guidance { position: absolute; inset-block-start: 0.8rem; inset-inline: 0; margin: auto; width: fit-content;
      max-width: calc(100% - 2rem); background: rgb(16 16 19 / 0.72); color: #fff; border-radius: 1.2rem;
      padding: 0.25rem 0.9rem; }
    .numbers { position: absolute; inset-block-start: 3.6rem; inset-inline-start: 0.8rem; background: rgb(16 16 19 / 0.8);
      color: #fff; border-radius: 0.6rem; padding: 0.4rem 0.7rem; font-variant-numeric: tabular-nums; margin: 0; }
    .split { position: absolute; inset-inline: 1.2rem; inset-block-end: 0.8rem; }
    .split input { width: 100%; accent-color: #fff; height: 44px; }
    footer { background: var(--card); border-top: 1px solid var(--line);
      padding: 0.5rem 0.9rem calc(0.6rem + env(safe-area-inset-bottom)); }
    nav { display: flex; gap: 0.3rem; align-items: center; justify-content: space-between; font-size: 0.92rem; line-height: 1.1; }
    nav button { padding: 0 0.7rem; }
    [role="tablist"] { display: flex; gap: 0.3rem; }
    [role="tab"] { border-color: transparent; }
    [role="tab"][aria-selected="true"] { background: var(--accent); color: var(--on-accent); }
    .shutter { width: 60px; height: 60px; border-radius: 50%; border: 4px solid var(--accent); padding: 0;
      background: var(--card); flex: none; }
    .strip { display: flex; gap: 0.7rem; overflow-x: auto; padding: 0.6rem 0.2rem; scroll-snap-type: x proximity; }
    .swatch { flex: none; display: grid; justify-items: center; gap: 0.25rem; width: 5.2rem; border: none; padding: 0.3rem 0;
      background: transparent; border-radius: 0.8rem; height: auto; font-size: 0.85rem; line-height: 1.25; }
    .swatch i { width: 52px; height: 52px; border-radius: 50%; border: 2px solid var(--line); }
    .swatch[aria-pressed="true"] i { outline: 3px solid var(--accent); outline-offset: 2px; }
    .swatch[aria-pressed="true"] { font-weight: 600; }
    .sliders { display: grid; gap: 0.2rem; max-height: 11rem; overflow-y: auto; padding: 0.5rem 0; }
    .sliders label { display: grid; grid-template-columns: 8rem 1fr 3rem; align-items: center; gap: 0.6rem; min-height: 40px; }
    .sliders input { accent-color: var(--accent); height: 36px; }
    .sheet { position: fixed; inset: 0; background: var(--ground); z-index: 2; display: grid; align-content: start;
      gap: 1rem; padding: 1.2rem; overflow: auto; }
    .sheet img { max-width: 100%; max-height: 65dvh; justify-self: center; border-radius: 0.8rem; }
    .row { display: flex; gap: 0.6rem; flex-wrap: wrap; }
    .main { background: var(--accent); color: var(--on-accent); border-color: transparent; font-weight: 600; }
    .quiet { color: var(--soft); margin: 0; }
    @media (min-width: 900px) {
      :host { grid-template-columns: minmax(0, 1fr) 24rem; grid-template-rows: auto minmax(0, 1fr); }
      header { grid-column: 1 / -1; }
      footer { border-top: none; border-inline-start: 1px solid var(--line); overflow-y: auto; padding-top: 1rem; }
      .strip { flex-wrap: wrap; overflow: visible; }
      .sliders { max-height: none; }
    }
  `;

  @state() private language: Language = ownLanguage();
  @state() private contrast = localStorage.getItem("contrast") === "high";
  @state() private looks: LookCard[] = [];
  @state() private products: ProductCard[] = [];
  @state() private look = "rose";
  @state() private worn: string[] = [];
  @state() private strength = 1;
  @state() private opacities: Record<number, number> = {};
  @state() private split: number | null = null;
  @state() private panel: Panel = "looks";
  @state() private guidance = "";
  @state() private notice = "";
  @state() private numbers: Numbers | undefined;
  @state() private showNumbers = false;
  @state() private showPrivacy = false;
  @state() private receipt: Receipt | null = null;
  @state() private shot: string | undefined;
  @state() private cameras: MediaDeviceInfo[] = [];
  @query("try-on-mirror") private mirror!: TryOnMirror;

  override async firstUpdated(): Promise<void> {
    this.#dress();
    [this.looks, this.products] = await Promise.all([this.mirror.api.looks(), this.mirror.api.products()]);
  }

  override render() {
    return html`
      <header>
        <h1>${this.#word("title")}</h1>
        <button aria-pressed=${this.showNumbers} @click=${() => (this.showNumbers = !this.showNumbers)}>
          ${this.#word("numbers")}
        </button>
        <button aria-pressed=${this.contrast} aria-label=${this.#word("contrast")} @click=${this.#toggleContrast}>A+</button>
        <button lang=${this.language === "en" ? "zh" : "en"} @click=${this.#toggleLanguage}>${this.#word("language")}</button>
        <button @click=${() => (this.showPrivacy = true)}>${this.#word("privacy")}</button>
      </header>
      <main>
        <try-on-mirror
          .look=${this.look}
          .strength=${this.strength}
          .split=${this.split}
          .language=${this.language}
          @tryon-open=${this.#opened}
          @tryon-status=${this.#status}
          @tryon-numbers=${(event: CustomEvent<Numbers>) => (this.numbers = event.detail)}
          @tryon-consent=${(event: CustomEvent<Receipt | null>) => (this.receipt = event.detail)}
        ></try-on-mirror>
        <p class="guidance" role="status" ?hidden=${!this.guidance}>${this.notice || this.guidance}</p>
        ${this.showNumbers && this.numbers ? this.#numbersBox(this.numbers) : nothing}
        ${this.split === null
          ? nothing
          : html`<div class="split">
              <input type="range" min="0" max="1" step="0.01" .value=${String(1 - this.split)} aria-label=${this.#word("split")}
                @input=${(event: Event) => (this.split = 1 - Number((event.target as HTMLInputElement).value))} />
            </div>`}
      </main>
      <footer>
        <nav>
          <div role="tablist" @keydown=${this.#arrows}>${(["looks", "adjust", "wear"] as const).map((name) => this.#tab(name))}</div>
          <button class="shutter" aria-label=${this.#word("capture")} @click=${this.#capture}></button>
          <button aria-pressed=${this.split !== null} @click=${() => (this.split = this.split === null ? 0.5 : null)}>
            ${this.#word("beforeAfter")}
          </button>
        </nav>
        <div role="tabpanel" id="panel" aria-label=${this.#word(this.panel)}>${this.#panelBody()}</div>
      </footer>
      ${this.shot ? this.#shotSheet(this.shot) : nothing} ${this.showPrivacy ? this.#privacySheet() : nothing}
    `;
  }

  #tab(name: Panel) {
    const chosen = this.panel === name;
    return html`<button role="tab" aria-selected=${chosen} aria-controls="panel" tabindex=${chosen ? 0 : -1}
      @click=${() => (this.panel = name)}>${this.#word(name)}</button>`;
  }

  #panelBody() {
    if (this.panel === "adjust") return this.#sliders();
    if (this.panel === "wear") {
      if (!this.products.length) return html`<p class="quiet">${this.#word("nothing")}</p>`;
      return html`<div class="strip">
        ${this.products.map(
          (product) => html`<button class="swatch" aria-pressed=${this.worn.includes(product.product)}
            @click=${() => this.#toggleWorn(product)}>
            <i style="background: url(/api/products/${product.product}/picture) center / contain no-repeat var(--card)"></i>
            ${product.name}
          </button>`,
        )}
      </div>`;
    }
    return html`<div class="strip">
      ${this.looks.map(
        (look) => html`<button class="swatch" aria-pressed=${this.look === look.name} title=${look.description}
          @click=${() => this.#choose(look)}><i style="background: ${swatch(look)}"></i>${look.title}</button>`,
      )}
    </div>`;
  }

  #sliders() {
    const look = this.looks.find((each) => each.name === this.look);
    return html`<div class="sliders">
      ${this.#slider(this.#word("strength"), this.strength, (value) => (this.strength = value))}
      ${look?.layers.map((layer) =>
        this.#slider(layer.effect.replaceAll("_", " "), this.opacities[layer.index] ?? layer.opacity, (value) => {
          this.opacities = { ...this.opacities, [layer.index]: value };
          this.mirror.control({ layers: [{ index: layer.index, opacity: value }] });
        }),
      )}
    </div>`;
  }

  #slider(name: string, value: number, set: (value: number) => void) {
    return html`<label><span>${name}</span>
      <input type="range" min="0" max="1" step="0.01" .value=${String(value)}
        @input=${(event: Event) => set(Number((event.target as HTMLInputElement).value))} />
      <output>${Math.round(value * 100)} %</output></label>`;
  }

  #numbersBox(numbers: Numbers) {
    return html`<p class="numbers">${numbers.fps.toFixed(0)} ${this.#word("fps")}<br />${numbers.latencyMs.toFixed(0)} ms
      ${this.#word("latency")}<br />${numbers.serverMs.toFixed(0)} ms ${this.#word("server")}</p>`;
  }

  #shotSheet(url: string) {
    return html`<div class="sheet" role="dialog" aria-modal="true" aria-label=${this.#word("capture")}>
      <img src=${url} alt=${this.#word("captured")} />
      <p class="quiet">${this.#word("captured")}</p>
      <div class="row">
        <a href=${url} download="tryon.png"><button class="main">${this.#word("save")}</button></a>
        <button @click=${this.#discard}>${this.#word("discard")}</button>
      </div>
    </div>`;
  }

  #privacySheet() {
    const receipt = this.receipt;
    return html`<div class="sheet" role="dialog" aria-modal="true" aria-label=${this.#word("privacy")}>
      <h2>${this.#word("privacy")}</h2>
      ${receipt
        ? html`<p>${receipt.text}</p>
            <p class="quiet">${this.#word("agreedAt")} ${new Date(receipt.given_s * 1000).toLocaleString(this.language)}</p>
            <div class="row">
              <button @click=${() => download(receipt)}>${this.#word("receipt")}</button>
              <button class="main" @click=${this.#withdraw}>${this.#word("withdraw")}</button>
            </div>`
        : nothing}
      ${this.cameras.length > 1
        ? html`<label>${this.#word("camera")}
            <select @change=${(event: Event) => this.mirror.useCamera((event.target as HTMLSelectElement).value)}>
              ${this.cameras.map((camera) => html`<option value=${camera.deviceId}>${camera.label}</option>`)}
            </select></label>`
        : nothing}
      <div class="row"><button @click=${() => (this.showPrivacy = false)}>${this.#word("close")}</button></div>
    </div>`;
  }

  #word(word: Word): string {
    return say(this.language, word);
  }

  #dress(): void {
    document.documentElement.lang = this.language;
    document.documentElement.dataset["contrast"] = this.contrast ? "high" : "normal";
    document.title = this.#word("title");
  }

  #choose(look: LookCard): void {
    this.look = look.name;
    this.opacities = {};
  }

  #toggleWorn(product: ProductCard): void {
    const others = this.worn.filter((name) => this.products.find((each) => each.product === name)?.kind !== product.kind);
    this.worn = this.worn.includes(product.product) ? this.worn.filter((name) => name !== product.product) : [...others, product.product];
    this.mirror.control({ wear: this.worn.map((name) => ({ product: name })) });
  }

  #status = (event: CustomEvent<Status>): void => {
    this.guidance = event.detail.guidance;
    this.notice = event.detail.notice;
  };

  #opened = async (): Promise<void> => {
    this.cameras = await this.mirror.camera.devices();
  };

  #toggleContrast = (): void => {
    this.contrast = !this.contrast;
    localStorage.setItem("contrast", this.contrast ? "high" : "normal");
    this.#dress();
  };

  #toggleLanguage = (): void => {
    this.language = this.language === "en" ? "zh" : "en";
    this.#dress();
  };

  #capture = async (): Promise<void> => {
    const photo = await this.mirror.photo();
    if (photo) this.shot = URL.createObjectURL(photo);
  };

  #discard = (): void => {
    if (this.shot) URL.revokeObjectURL(this.shot);
    this.shot = undefined;
  };

  #withdraw = async (): Promise<void> => {
    await this.mirror.withdraw();
    this.guidance = "";
    this.showPrivacy = false;
  };

  #arrows = (event: KeyboardEvent): void => {
    const order: Panel[] = ["looks", "adjust", "wear"];
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    this.panel = order[(order.indexOf(this.panel) + step + order.length) % order.length] ?? "looks";
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus());
  };
}

/** A look as rings of its own colors, lips in the middle. */
function swatch(look: LookCard): string {
  const colors = look.layers.map((layer) => layer.color).filter((color): color is string => color !== null).reverse();
  if (!colors.length) return "var(--card)";
  const stops = colors.map((color, at) => `${color} ${(at * 70) / colors.length}% ${((at + 1) * 70) / colors.length}%`);
  return `radial-gradient(circle, ${stops.join(", ")})`;
}

function download(receipt: Receipt): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(receipt, null, 2)], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: `consent-${receipt.id}.json` });
  link.click();
  URL.revokeObjectURL(url);
}
