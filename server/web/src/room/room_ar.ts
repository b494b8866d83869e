import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { controlStyle } from "../control_style";
import type { Language } from "../words";
import { modelUrl, ownViewer, quickLookUrl, sceneViewerUrl } from "./ar_links";
import type { ArSession } from "./ar_session";
import { furnitureName } from "./room_names";
import { type RoomWord, sayRoom } from "./room_words";

/** A product in the room around the shopper: the phone's own AR, WebXR in this browser, or turned around in 3D. */
@customElement("room-ar")
export class RoomAr extends LitElement {
  static override styles = [
    controlStyle,
    css`
      :host { display: grid; gap: 0.9rem; }
      p { margin: 0; }
      .view { position: relative; height: min(52dvh, 24rem); border-radius: 1rem; overflow: hidden; background: #f6f3ee; }
      .view canvas { position: absolute; inset: 0; width: 100%; height: 100%; touch-action: none; }
      a.button img { width: 1.6rem; height: 1.6rem; object-fit: contain; }
      .overlay { position: fixed; inset: 0; display: none; }
      .overlay.on { display: grid; align-content: space-between; justify-items: center; padding: 2rem 1rem calc(2rem + env(safe-area-inset-bottom)); }
      .overlay p { background: rgb(16 14 18 / 0.82); color: #fff; border-radius: 1.4rem; padding: 0.4rem 1.2rem; }
    `,
  ];

  @property() language: Language = "en";
  @property() base = "";
  @property() product = "";
  @property() name = "";
  @property() variant: string | null = null;
  @property({ type: Boolean }) upright = false;
  @state() private webxr = false;
  @state() private session: ArSession | undefined;
  @state() private viewing = false;
  @state() private said: RoomWord | undefined;
  @state() private copied = false;
  @query(".overlay") private overlay!: HTMLElement;
  @query(".view") private view: HTMLElement | null | undefined;
  #viewer: { close(): void } | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void navigator.xr?.isSessionSupported("immersive-ar").then((yes) => (this.webxr = yes), () => undefined);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#viewer?.close();
    void this.session?.end();
  }

  override render() {
    const own = ownViewer();
    return html`<p>${this.#word("arIntro")}</p>
      <div class="row">
        ${own === "apple" ? this.#apple() : own === "android" ? this.#android() : nothing}
        ${this.webxr ? html`<button class="main" data-ar="webxr" @click=${this.#start}>${this.#word("arWeb")}</button>` : nothing}
      </div>
      ${own === "none" && !this.webxr ? this.#elsewhere() : nothing}
      ${own === "android" && location.protocol !== "https:" ? html`<p class="quiet">${this.#word("arHttps")}</p>` : nothing}
      ${this.viewing
        ? html`<div class="view"></div>`
        : html`<div><button data-ar="view" @click=${this.#look}>${this.#word("arView")}</button></div>`}
      <p role="status">${this.session ? "" : this.said ? this.#word(this.said) : ""}</p>
      <div class="overlay ${this.session ? "on" : ""}">
        <p role="status">${this.said ? this.#word(this.said) : ""}</p>
        <button class="main" @click=${() => void this.session?.end()}>${this.#word("close")}</button>
      </div>`;
  }

  #apple() {
    // Quick Look starts only from a link whose first child is a picture.
    return html`<a class="button main" rel="ar" href=${quickLookUrl(this.base, this.product, this.variant)}
      ><img alt="" src="${this.base}/api/products/${this.product}/picture" />${this.#word("arApple")}</a>`;
  }

  #android() {
    const title = furnitureName(this.language, this.name);
    const url = sceneViewerUrl(this.base, this.product, this.variant, title, this.upright, location.href);
    return html`<a class="button main" href=${url}>${this.#word("arAndroid")}</a>`;
  }

  #elsewhere() {
    return html`<p>${this.#word("arNone")}</p>
      ${navigator.clipboard
        ? html`<div class="row"><button @click=${this.#copy}>${this.#word("arLink")}</button>
            <span role="status">${this.copied ? this.#word("copied") : ""}</span></div>`
        : nothing}`;
  }

  #copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(new URL("/room", this.base).href).then(() => (this.copied = true), () => undefined);
  };

  #start = async (): Promise<void> => {
    this.said = "loading";
    try {
      const { ArSession } = await import("./ar_session"); // three.js comes along, only now
      const session = new ArSession(modelUrl(this.base, this.product, this.variant, "glb"), {
        overlay: this.overlay,
        upright: this.upright,
        onPlaced: () => (this.said = "arPlaced"),
        onEnd: () => ((this.session = undefined), (this.said = undefined)),
      });
      await session.start();
      this.session = session;
      this.said = "arTap";
      this.dispatchEvent(new CustomEvent("ar-session", { detail: session, bubbles: true, composed: true }));
    } catch {
      this.said = "arFailed";
    }
  };

  #look = async (): Promise<void> => {
    this.viewing = true;
    this.said = "loading";
    try {
      const { showModel } = await import("./ar_viewer");
      await this.updateComplete;
      if (this.view) this.#viewer = await showModel(this.view, modelUrl(this.base, this.product, this.variant, "glb"), furnitureName(this.language, this.name));
      this.said = undefined;
    } catch {
      this.viewing = false;
      this.said = "arFailed";
    }
  };

  #word(word: RoomWord): string {
    return sayRoom(this.language, word);
  }
}
