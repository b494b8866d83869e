import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { icon } from "../icons";
import { type Language, say } from "../words";
import { LiveLink, type LiveStatus } from "./live_link";
import type { Furniture, RoomApi } from "./room_api";
import { RoomCamera, RoomCameraError } from "./room_camera";
import { furnitureName } from "./room_names";
import { roomTold } from "./room_told";
import { type RoomWord, sayRoom } from "./room_words";

const CAMERA = { width: 1280, height: 720 };
const QUALITY = 0.82;
const LATE_MS = 3000; // an answer that does not come: send the next frame anyway

/** The shopper's camera with a product on the printed marker. Tells `stop`. */
@customElement("room-live")
export class RoomLive extends LitElement {
  static override styles = css`
    :host { position: absolute; inset: 0; background: #141216; color: #fff; z-index: 5; display: grid; grid-template-rows: minmax(0, 1fr) auto auto; }
    canvas { width: 100%; height: 100%; object-fit: contain; display: block; min-height: 0; }
    .hint { position: absolute; inset: 0.8rem 1rem auto; margin: auto; width: fit-content; background: rgb(16 14 18 / 0.82); border-radius: 1.4rem;
      padding: 0.35rem 1.1rem; text-align: center; text-wrap: balance; }
    .strip { display: flex; gap: 0.5rem; overflow-x: auto; padding: 0.6rem 1rem; scrollbar-width: thin; }
    button { font: inherit; color: #fff; background: transparent; border: 1.5px solid rgb(255 255 255 / 0.6); border-radius: 1.4rem; min-height: 2.75rem;
      padding: 0 1rem; cursor: pointer; flex: none; display: inline-flex; align-items: center; gap: 0.5rem; }
    button[aria-pressed="true"] { background: #fff; color: #141216; font-weight: 600; }
    :focus-visible { outline: 3px solid #7cc4ff; outline-offset: 2px; }
    .bar { display: flex; gap: 0.8rem; align-items: center; padding: 0 1rem calc(1rem + env(safe-area-inset-bottom)); }
    label { flex: 1; display: flex; gap: 0.6rem; align-items: center; }
    input { flex: 1; accent-color: #fff; min-height: 2.75rem; }
  `;

  @property() language: Language = "en";
  @property({ attribute: false }) api!: RoomApi;
  @property({ attribute: false }) furniture: Furniture[] = [];
  @state() private product = "armchair";
  @state() private status: LiveStatus | undefined;
  @state() private problem = "";
  @query("canvas") private canvas!: HTMLCanvasElement;
  #camera = new RoomCamera();
  #link: LiveLink | undefined;
  #width = 960;
  #late: ReturnType<typeof setTimeout> | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#close();
  }

  override async firstUpdated(): Promise<void> {
    try {
      await this.#camera.open(CAMERA.width, CAMERA.height);
    } catch (error) {
      this.problem = say(this.language, error instanceof RoomCameraError ? error.fault : "failed");
      return;
    }
    this.#link = new LiveLink(this.api.base, this.api.consent, {
      onReady: (width) => {
        this.#width = width;
        this.#link?.wish({ product: this.product });
        void this.#next();
      },
      onPicture: (packet) => void this.#show(packet.payload),
      onStatus: (status) => (this.status = status),
      onProblem: (problem) => (this.problem = roomTold(this.language, problem.detail)),
      onClosed: () => (this.problem ||= this.#word("offline")),
    });
  }

  override render() {
    const hint = this.problem || (this.status && !this.status.seen ? `${this.#word("liveNone")} ${this.#word("liveHint")}` : "");
    return html`<canvas role="img" aria-label=${this.#word("picture")} width="16" height="9"></canvas>
      ${hint ? html`<p class="hint" role="status">${hint}</p>` : nothing}
      <div class="strip" role="group" aria-label=${this.#word("furniture")}>
        ${this.furniture
          .filter((each) => each.anchor !== "wall")
          .map(
            (each) => html`<button aria-pressed=${each.product === this.product} data-product=${each.product} @click=${() => this.#choose(each.product)}>
              ${furnitureName(this.language, each.name)}</button>`,
          )}
      </div>
      <div class="bar">
        <label>${this.#word("turn")}<input type="range" min="-180" max="180" value="0" step="1"
          @input=${(event: Event) => this.#link?.wish({ yaw_deg: Number((event.target as HTMLInputElement).value) })} /></label>
        <button @click=${this.#stop}>${icon("close")}${this.#word("liveStop")}</button>
      </div>`;
  }

  #choose(product: string): void {
    this.product = product;
    this.problem = "";
    this.#link?.wish({ product });
  }

  async #next(): Promise<void> {
    clearTimeout(this.#late);
    const picture = await this.#camera.picture(this.#width, QUALITY);
    if (picture) await this.#link?.send(picture);
    this.#late = setTimeout(() => void this.#next(), picture ? LATE_MS : 100);
  }

  async #show(jpeg: Uint8Array): Promise<void> {
    void this.#next();
    const picture = await createImageBitmap(new Blob([jpeg as Uint8Array<ArrayBuffer>], { type: "image/jpeg" }));
    if (this.canvas.width !== picture.width) this.canvas.width = picture.width;
    if (this.canvas.height !== picture.height) this.canvas.height = picture.height;
    this.canvas.getContext("2d")?.drawImage(picture, 0, 0);
    picture.close();
  }

  #stop = (): void => {
    this.#close();
    this.dispatchEvent(new CustomEvent("stop"));
  };

  #close(): void {
    clearTimeout(this.#late);
    this.#link?.close();
    this.#camera.close();
    this.#link = undefined;
  }

  #word(word: RoomWord): string {
    return sayRoom(this.language, word);
  }
}
