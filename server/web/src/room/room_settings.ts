import { css, html, LitElement } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import type { Receipt } from "../api";
import { controlStyle } from "../control_style";
import { save } from "../keepsake";
import "../sheet";
import type { Sheet } from "../sheet";
import type { Language } from "../words";
import { type RoomWord, sayRoom } from "./room_words";

/** Language, contrast and privacy. Tells `speak` (a language), `contrast` (boolean), `withdraw` and `close`. */
@customElement("room-settings")
export class RoomSettings extends LitElement {
  static override styles = [
    controlStyle,
    css`
      h3, p { margin: 0; }
      h3 { font-size: 1.05rem; font-weight: 600; }
      hr { border: none; border-top: 1px solid var(--line); margin: 0; width: 100%; }
      label { display: flex; justify-content: space-between; align-items: center; gap: 1rem; min-height: 3rem; }
      input { width: 1.6rem; height: 1.6rem; accent-color: var(--accent); margin: 0.6rem; flex: none; }
    `,
  ];

  @property() language: Language = "en";
  @property({ type: Boolean }) contrast = false;
  @property({ attribute: false }) receipt: Receipt | undefined;
  @query("try-on-sheet") private sheet!: Sheet;

  override render() {
    return html`<try-on-sheet .heading=${this.#word("more")} .closeName=${this.#word("close")} @close=${() => this.#tell("close")}>
      <div>
        <label>${this.#word("language")}
          <select @change=${(event: Event) => this.#tell("speak", (event.target as HTMLSelectElement).value)}>
            <option value="en" lang="en" ?selected=${this.language === "en"}>English</option>
            <option value="zh" lang="zh" ?selected=${this.language === "zh"}>中文</option>
          </select></label>
        <label>${this.#word("contrast")}<input type="checkbox" .checked=${this.contrast}
          @change=${(event: Event) => this.#tell("contrast", (event.target as HTMLInputElement).checked)} /></label>
      </div>
      <hr />
      <h3>${this.#word("privacy")}</h3>
      ${this.receipt ? this.#privacy(this.receipt) : html`<p>${this.#word("noConsent")}</p>`}
    </try-on-sheet>`;
  }

  #privacy(receipt: Receipt) {
    const file = (): Blob => new Blob([JSON.stringify(receipt, null, 2)], { type: "application/json" });
    return html`<p>${receipt.text}</p>
      <p class="quiet">${this.#word("agreedAt")} ${new Date(receipt.given_s * 1000).toLocaleString(this.language)}</p>
      <div class="row">
        <button @click=${() => save(file(), `consent-${receipt.id}.json`)}>${this.#word("receipt")}</button>
        <button @click=${this.#withdraw}>${this.#word("withdraw")}</button>
      </div>`;
  }

  #withdraw = (): void => {
    this.sheet.close();
    this.#tell("withdraw");
  };

  #tell(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #word(word: RoomWord): string {
    return sayRoom(this.language, word);
  }
}
