import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { Api } from "../api";
import { controlStyle } from "../control_style";
import "../keep_online";
import { type Keepsake, save } from "../keepsake";
import "../sheet";
import type { Sheet } from "../sheet";
import type { Language } from "../words";
import { type RoomWord, sayRoom } from "./room_words";

/** The furnished picture: saved, shared, or kept on the server with a link. Tells `close`. */
@customElement("room-keepsake")
export class RoomKeepsake extends LitElement {
  static override styles = [
    controlStyle,
    css`
      p { margin: 0; }
      img { max-width: 100%; max-height: 58dvh; justify-self: center; border-radius: 1rem; background: #141216; }
      hr { border: none; border-top: 1px solid var(--line); margin: 0; width: 100%; }
    `,
  ];

  @property() language: Language = "en";
  @property({ attribute: false }) kept!: Keepsake;
  @property() base = "";
  @property() consent = "";
  @state() private copied = false;
  @query("try-on-sheet") private sheet!: Sheet;

  override render() {
    const { kept } = this;
    return html`<try-on-sheet .heading=${this.#word("yourPicture")} .closeName=${this.#word("discard")}
      @close=${() => this.dispatchEvent(new CustomEvent("close"))}>
      <img src=${kept.url} alt=${this.#word("picture")} />
      <p class="quiet">${this.#word("kept")}</p>
      <div class="row">
        <button class="main" @click=${() => save(kept.blob, "room.jpg")}>${this.#word("save")}</button>
        ${kept.way ? html`<button @click=${this.#hand}>${this.#word(kept.way)}</button>` : nothing}
        <button @click=${() => this.sheet.close()}>${this.#word("discard")}</button>
        <span role="status">${this.copied ? this.#word("copied") : ""}</span>
      </div>
      ${this.consent
        ? html`<hr /><try-on-keep .photo=${kept.blob} .api=${new Api(this.base)} .consent=${this.consent} .language=${this.language}></try-on-keep>`
        : nothing}
    </try-on-sheet>`;
  }

  #hand = async (): Promise<void> => {
    this.copied = (await this.kept.hand()) && this.kept.way === "copy";
  };

  #word(word: RoomWord): string {
    return sayRoom(this.language, word);
  }
}
