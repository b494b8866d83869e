import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { Api, type Receipt } from "./api";
import { Camera, CameraError, type CameraFault } from "./camera";
import { Link, type LinkState } from "./link";
import type { Control, Status } from "./wire";
import { type Language, ownLanguage, say, type Word } from "./words";

/** Numbers of the last second. */
export interface Numbers {
  fps: number;
  latencyMs: number;
  serverMs: number;
}

/**
 * The mirror alone: `<try-on-mirror look="rose" product="aviator"></try-on-mirror>`.
 *
 * Asks for consent, opens the camera, shows the shopper wearing look and product. Attributes: look, product, strength
 * (0 to 1), split (0 to 1), server (its address), language (en, zh). Events, all bubbling: `tryon-open`,
 * `tryon-status` (detail: Status), `tryon-numbers` (detail: Numbers), `tryon-problem` (detail: string),
 * `tryon-consent` (detail: Receipt or null).
 */
@customElement("try-on-mirror")
export class TryOnMirror extends LitElement {
  static override styles = css`
    :host { display: block; position: relative; background: #101013; color: #fff; overflow: hidden; min-height: 240px;
      font: 1rem/1.5 system-ui, sans-serif; }
    canvas { width: 100%; height: 100%; object-fit: contain; display: block; transform: scaleX(-1); }
    .over { position: absolute; inset: 0; display: grid; place-content: center; justify-items: center; gap: 1rem;
      padding: 1.5rem; text-align: center; background: #101013; overflow: auto; }
    .over p { max-width: 34rem; margin: 0; text-align: start; }
    h2 { margin: 0; font-size: 1.6rem; font-weight: 600; }
    button { font: inherit; min-height: 48px; padding: 0 1.4rem; border-radius: 24px; border: 1px solid #fff;
      background: transparent; color: #fff; cursor: pointer; }
    button.main { background: #fff; color: #101013; font-weight: 600; }
    button:focus-visible { outline: 3px solid #7cc4ff; outline-offset: 2px; }
    .buttons { display: flex; gap: 0.75rem; flex-wrap: wrap; justify-content: center; }
  `;

  @property() look = "";
  @property() product = "";
  @property({ type: Number }) strength = 1;
  @property({ type: Number }) split: number | null = null;
  @property() server = "";
  @property() language: Language = ownLanguage();

  @state() private phase: "asking" | "declined" | "opening" | "open" | "withdrawn" = "asking";
  @state() private consentText = "";
  @state() private fault: CameraFault | undefined;
  @state() private linkState: LinkState = "closed";
  @query("canvas") private canvas!: HTMLCanvasElement;

  readonly camera = new Camera();
  receipt: Receipt | undefined;
  #api: Api | undefined;
  #link: Link | undefined;
  #running = false;
  #shown: number[] = [];
  #latencies: number[] = [];
  #serverMs = 0;
  #newest = 0;

  get api(): Api {
    this.#api ??= new Api(this.server || new URL(import.meta.url).origin);
    return this.#api;
  }

  /** The worn picture, not mirrored, as a PNG; undefined before the first one. */
  async photo(): Promise<Blob | undefined> {
    if (!this.#newest) return undefined;
    return (await new Promise<Blob | null>((done) => this.canvas.toBlob(done, "image/png"))) ?? undefined;
  }

  /** The worn pictures as a stream, for recording. */
  stream(): MediaStream {
    return this.canvas.captureStream(30);
  }

  /** Change what is worn; see Control in wire.ts. */
  control(change: Omit<Control, "type">): void {
    this.#link?.control(change);
  }

  /** Choose another camera. */
  async useCamera(deviceId: string): Promise<void> {
    await this.#openCamera(deviceId);
  }

  /** End the consent: camera and socket close at once; the server's time of the end comes back. */
  async withdraw(): Promise<number | undefined> {
    this.#stop();
    this.phase = "withdrawn";
    if (!this.receipt) return undefined;
    const { withdrawn_s } = await this.api.withdraw(this.receipt.token);
    this.receipt = undefined;
    this.#tell("tryon-consent", null);
    return withdrawn_s;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("language")) void this.#readConsent();
    const change: Omit<Control, "type"> = {};
    if (changed.has("look") && this.look) change.look = this.look;
    if (changed.has("product")) change.wear = this.product ? [{ product: this.product }] : [];
    if (changed.has("strength")) change.intensity = this.strength;
    if (changed.has("split")) Object.assign(change, this.split === null ? { unsplit: true } : { split: this.split, unsplit: false });
    if (Object.keys(change).length) this.#link?.control(change);
  }

  override render() {
    return html`<canvas role="img" aria-label=${this.#word("mirrorImage")}></canvas>${this.#over()}`;
  }

  #over() {
    if (this.phase === "asking" || this.phase === "declined") {
      const text = this.phase === "declined" ? this.#word("declined") : this.consentText;
      return html`<div class="over">
        <h2>${this.#word("welcome")}</h2>
        <p>${text}</p>
        <div class="buttons">
          <button class="main" @click=${this.#agree}>${this.#word("agree")}</button>
          ${this.phase === "asking"
            ? html`<button @click=${() => (this.phase = "declined")}>${this.#word("decline")}</button>`
            : nothing}
        </div>
      </div>`;
    }
    if (this.phase === "withdrawn") return this.#notice("withdrawn", "agree", this.#agree);
    if (this.fault) return this.#notice(this.fault, "retry", () => this.#openCamera());
    if (this.linkState === "refused") return this.#notice("refused", "agree", this.#agree);
    if (this.phase === "opening") return html`<div class="over" role="status">${this.#word("connecting")}</div>`;
    return nothing;
  }

  #notice(text: Word, button: Word, call: () => unknown) {
    return html`<div class="over" role="alert">
      <p>${this.#word(text)}</p>
      <button class="main" @click=${call}>${this.#word(button)}</button>
    </div>`;
  }

  #word(word: Word): string {
    return say(this.language, word);
  }

  async #readConsent(): Promise<void> {
    try {
      this.consentText = (await this.api.consentText(this.language)).text;
    } catch (error) {
      this.#tell("tryon-problem", String(error));
    }
  }

  #agree = async (): Promise<void> => {
    this.phase = "opening";
    this.receipt = await this.api.agree(this.language);
    this.#tell("tryon-consent", this.receipt);
    await this.#openCamera();
    this.#openLink();
  };

  async #openCamera(deviceId?: string): Promise<void> {
    this.fault = undefined;
    try {
      await this.camera.open(deviceId);
      this.camera.onEnded(() => (this.fault = "unplugged"));
    } catch (error) {
      this.fault = error instanceof CameraError ? error.fault : "failed";
    }
  }

  #openLink(): void {
    this.#link?.close();
    this.#newest = 0;
    this.#link = new Link(this.api.socketUrl, () => this.receipt?.token ?? "", {
      state: (link) => (this.linkState = link),
      picture: (packet, latencyMs) => void this.#show(packet.payload, packet.sequence, packet.serverUs, latencyMs),
      status: (status: Status) => this.#tell("tryon-status", status),
      problem: (detail) => this.#tell("tryon-problem", detail),
    });
    this.#link.control({
      ...(this.look ? { look: this.look } : {}),
      ...(this.product ? { wear: [{ product: this.product }] } : {}),
      intensity: this.strength,
      ...(this.split === null ? {} : { split: this.split }),
    });
    this.#link.open();
    if (!this.#running) {
      this.#running = true;
      void this.#pump();
    }
  }

  async #pump(): Promise<void> {
    let sentMs = 0;
    while (this.#running) {
      await nextPicture(this.camera.video);
      const link = this.#link;
      const now = performance.now();
      if (!link?.hasRoom || now - sentMs < 1000 / link.fps - 8 || document.hidden) continue;
      sentMs = now;
      const picture = await this.camera.jpeg(link.width);
      if (picture) link.send(picture, now);
    }
  }

  async #show(payload: Uint8Array, sequence: number, serverUs: number, latencyMs: number): Promise<void> {
    const bitmap = await createImageBitmap(new Blob([payload as BlobPart], { type: "image/jpeg" }));
    if (sequence + 1 <= this.#newest) return bitmap.close(); // decoded out of order
    this.#newest = sequence + 1;
    if (this.canvas.width !== bitmap.width || this.canvas.height !== bitmap.height) {
      this.canvas.width = bitmap.width;
      this.canvas.height = bitmap.height;
    }
    this.canvas.getContext("2d", { alpha: false })?.drawImage(bitmap, 0, 0);
    bitmap.close();
    if (this.phase === "opening") {
      this.phase = "open";
      this.#tell("tryon-open", null);
    }
    this.#count(serverUs, latencyMs);
  }

  #count(serverUs: number, latencyMs: number): void {
    const now = performance.now();
    this.#shown.push(now);
    this.#latencies.push(latencyMs);
    this.#serverMs = serverUs / 1000;
    const first = this.#shown[0] ?? now;
    if (now - first < 1000) return;
    const sorted = this.#latencies.sort((a, b) => a - b);
    const numbers: Numbers = {
      fps: ((this.#shown.length - 1) * 1000) / (now - first),
      latencyMs: sorted[Math.floor(sorted.length / 2)] ?? 0,
      serverMs: this.#serverMs,
    };
    this.#shown = [];
    this.#latencies = [];
    this.#tell("tryon-numbers", numbers);
  }

  #stop(): void {
    this.#running = false;
    this.#link?.close();
    this.#link = undefined;
    this.camera.close();
    this.canvas?.getContext("2d")?.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

/** The camera's next picture; a timer where the browser cannot tell. */
function nextPicture(video: HTMLVideoElement): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, 100); // a hidden tab or a stalled camera must not stop the loop
    const go = () => (clearTimeout(timer), done());
    if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(go);
    else requestAnimationFrame(go);
  });
}

declare global {
  interface HTMLElementTagNameMap {
    "try-on-mirror": TryOnMirror;
  }
}
