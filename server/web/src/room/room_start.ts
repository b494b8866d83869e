import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { icon } from "../icons";
import { type Language, say } from "../words";
import { RoomCamera, RoomCameraError } from "./room_camera";
import { type RoomWord, sayRoom } from "./room_words";

const MOST_BYTES = 16 * 1024 * 1024;
const CAMERA = { width: 4096, height: 3072 }; // as much as it has

/** How a room begins: what to do, consent, and a picture from a file or the camera. Tells `agree` and `picture`. */
@customElement("room-start")
export class RoomStart extends LitElement {
  static override styles = css`
    :host { position: absolute; inset: 0; display: grid; background: #141216; color: #fff; overflow: auto; z-index: 5; }
    .over { margin: auto; padding: 1.5rem; max-width: 34rem; display: grid; gap: 1.2rem; justify-items: start; }
    h2 { margin: 0; font-size: 1.9rem; line-height: 1.15; font-weight: 600; letter-spacing: -0.015em; text-wrap: balance; }
    p { margin: 0; }
    .small { font-size: 0.9375rem; color: #d6cfd3; }
    ol { margin: 0; padding: 0; list-style: none; display: grid; gap: 0.7rem; counter-reset: step; }
    li { display: grid; grid-template-columns: 2rem 1fr; gap: 0.8rem; align-items: baseline; counter-increment: step; }
    li::before { content: counter(step); width: 2rem; height: 2rem; border-radius: 50%; border: 1.5px solid #fff; display: grid; place-content: center;
      font-weight: 600; font-size: 0.9375rem; }
    .buttons { display: flex; gap: 0.75rem; flex-wrap: wrap; }
    button, a.button { font: inherit; min-height: 3rem; padding: 0.5rem 1.4rem; border-radius: 1.5rem; border: 1.5px solid #fff; background: transparent;
      color: #fff; cursor: pointer; display: inline-flex; align-items: center; gap: 0.6rem; text-decoration: none; box-sizing: border-box; }
    button:hover { background: rgb(255 255 255 / 0.12); }
    button.main, button.main:hover { background: #fff; color: #141216; font-weight: 600; }
    button:disabled { opacity: 0.6; }
    :focus-visible { outline: 3px solid #7cc4ff; outline-offset: 3px; }
    .drop { border: 2px dashed rgb(255 255 255 / 0.4); border-radius: 1.5rem; padding: 2rem 1.5rem; display: grid; gap: 1.2rem; width: 100%;
      box-sizing: border-box; }
    input { position: absolute; opacity: 0; width: 1px; height: 1px; inset: 0; }
    .camera { position: absolute; inset: 0; display: grid; grid-template-rows: minmax(0, 1fr) auto; }
    .camera > div:first-child { position: relative; overflow: hidden; }
    video { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: contain; }
    .bar { display: flex; justify-content: center; align-items: center; gap: 1.5rem; padding: 1rem; }
    .shutter { width: 4.4rem; height: 4.4rem; border-radius: 50%; border: 4px solid #fff; padding: 4px; background: #fff; background-clip: content-box; }
    .shutter:hover { background: #fff; background-clip: content-box; }
    .wait { width: 2.2rem; height: 2.2rem; border-radius: 50%; border: 3px solid rgb(255 255 255 / 0.25); border-top-color: #fff; animation: turn 0.9s linear infinite; }
    @keyframes turn { to { rotate: 1turn; } }
    @media (prefers-reduced-motion: reduce) { .wait { animation-duration: 6s; } }
  `;

  @property() language: Language = "en";
  @property() consentText = "";
  @property({ type: Boolean }) agreed = false;
  @property({ type: Boolean }) reading = false;
  @property() fault = "";
  @state() private declined = false;
  @state() private filming = false;
  @query("input") private input: HTMLInputElement | null | undefined;
  @query(".film") private film: HTMLElement | null | undefined;
  #camera = new RoomCamera();

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener("paste", this.#paste);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener("paste", this.#paste);
    this.#camera.close();
  }

  override render() {
    if (this.reading) return html`<div class="over" role="status"><span class="wait"></span><p>${this.#word("reading")}</p></div>`;
    if (this.filming) return this.#filming();
    return html`<div class="over">
      <h2>${this.#word("welcome")}</h2>
      <ol>
        <li>${this.#word("stepPaper")}</li>
        <li>${this.#word("stepPicture")}</li>
        <li>${this.#word("stepFurnish")}</li>
      </ol>
      ${this.agreed ? this.#ways() : this.#question()}
      ${this.fault ? html`<p role="alert">${this.fault}</p>` : nothing}
    </div>`;
  }

  #question() {
    return html`<p class="small">${this.declined ? this.#word("declined") : this.consentText}</p>
      <div class="buttons">
        <button class="main" ?disabled=${!this.consentText} @click=${() => this.dispatchEvent(new CustomEvent("agree"))}>${this.#word("agree")}</button>
        ${this.declined ? nothing : html`<button @click=${() => (this.declined = true)}>${this.#word("decline")}</button>`}
      </div>`;
  }

  #ways() {
    return html`<div class="drop" @dragover=${(event: DragEvent) => event.preventDefault()} @drop=${this.#drop}>
      <div class="buttons">
        <button class="main" @click=${() => this.input?.click()}>${icon("picture")}${this.#word("choose")}</button>
        <button @click=${this.#openCamera}>${icon("photo")}${this.#word("camera")}</button>
        <button @click=${() => this.dispatchEvent(new CustomEvent("live"))}>${icon("space")}${this.#word("live")}</button>
      </div>
      <p class="small">${this.#word("drop")}</p>
      <input type="file" accept="image/jpeg,image/png,image/webp" tabindex="-1" aria-label=${this.#word("choose")} @change=${this.#chosen} />
    </div>`;
  }

  #filming() {
    return html`<div class="camera">
      <div class="film"></div>
      <div class="bar">
        <button @click=${this.#closeCamera}>${this.#word("back")}</button>
        <button class="shutter" aria-label=${this.#word("take")} title=${this.#word("take")} @click=${this.#take}></button>
      </div>
    </div>`;
  }

  #openCamera = async (): Promise<void> => {
    this.fault = "";
    try {
      await this.#camera.open(CAMERA.width, CAMERA.height);
    } catch (error) {
      this.fault = say(this.language, error instanceof RoomCameraError ? error.fault : "failed");
      return;
    }
    this.filming = true;
    await this.updateComplete;
    this.film?.append(this.#camera.video);
  };

  #closeCamera = (): void => {
    this.#camera.close();
    this.filming = false;
  };

  #take = async (): Promise<void> => {
    const taken = await this.#camera.picture();
    this.#closeCamera();
    if (taken) this.#tell(taken.jpeg);
  };

  #chosen = (): void => {
    const file = this.input?.files?.[0];
    if (this.input) this.input.value = "";
    if (file) this.#tell(file);
  };

  #drop = (event: DragEvent): void => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file) this.#tell(file);
  };

  #paste = (event: ClipboardEvent): void => {
    const file = event.clipboardData?.files[0];
    if (file && this.agreed && !this.reading) this.#tell(file);
  };

  #tell(picture: Blob): void {
    if (picture.size > MOST_BYTES) this.fault = this.#word("tooLarge");
    else this.dispatchEvent(new CustomEvent("picture", { detail: picture }));
  }

  #word(word: RoomWord): string {
    return sayRoom(this.language, word);
  }
}
