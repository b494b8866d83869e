import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Api, DeletionProof, KeptPhoto } from "./api";
import { controlStyle } from "./control_style";
import { save } from "./keepsake";
import { type Language, say, type Word } from "./words";

const TIMES: [number, Word][] = [
  [24, "keepDay"],
  [7 * 24, "keepWeek"],
  [30 * 24, "keepMonth"],
];

/** Keep a photo on the server for as long as the shopper says; delete it before, with a signed proof. */
@customElement("try-on-keep")
export class KeepOnline extends LitElement {
  static override styles = [controlStyle, css`:host { display: grid; gap: 0.6rem; } p { margin: 0; } a { color: inherit; overflow-wrap: anywhere; }`];

  @property({ attribute: false }) photo!: Blob;
  @property({ attribute: false }) api!: Api;
  @property() consent = "";
  @property() language: Language = "en";
  @state() private hours = 24;
  @state() private kept: KeptPhoto | undefined;
  @state() private proof: DeletionProof | undefined;
  @state() private failed = false;
  @state() private busy = false;
  @state() private copied = false;

  override render() {
    return html`${this.proof ? this.#removed(this.proof) : this.kept ? this.#link(this.kept) : this.#question()}
      <p role="status">${this.failed ? this.#word("keepFailed") : ""}</p>`;
  }

  #question() {
    return html`<label class="row">${this.#word("keepFor")}
        <select @change=${(event: Event) => (this.hours = Number((event.target as HTMLSelectElement).value))}>
          ${TIMES.map(([hours, name]) => html`<option value=${hours} ?selected=${hours === this.hours}>${this.#word(name)}</option>`)}
        </select></label>
      <div><button ?disabled=${this.busy} @click=${() => this.#try(this.#keep)}>${this.#word("keep")}</button></div>`;
  }

  #link(kept: KeptPhoto) {
    const url = new URL(kept.url, this.api.base).href;
    return html`<p>${this.#word("keptUntil")} ${new Date(kept.expires_s * 1000).toLocaleString(this.language)}</p>
      <p class="quiet">${this.#word("keptLink")} <a href=${url} target="_blank" rel="noreferrer">${new URL(url).host}/…</a></p>
      <div class="row">
        ${navigator.clipboard ? html`<button @click=${() => this.#copy(url)}>${this.#word("copyLink")}</button>` : nothing}
        <button ?disabled=${this.busy} @click=${() => this.#try(this.#remove)}>${this.#word("removeKept")}</button>
        <span role="status">${this.copied ? this.#word("copied") : ""}</span>
      </div>`;
  }

  async #copy(url: string): Promise<void> {
    await navigator.clipboard.writeText(url).then(() => (this.copied = true), () => undefined); // the link can be opened still
  }

  #removed(proof: DeletionProof) {
    const file = new Blob([JSON.stringify(proof, null, 2)], { type: "application/json" });
    return html`<p>${this.#word("removedKept")}</p>
      <div><button @click=${() => save(file, `deleted-${proof.id}.json`)}>${this.#word("removalProof")}</button></div>`;
  }

  #keep = async (): Promise<void> => {
    this.kept = await this.api.keepPhoto(this.photo, this.hours, this.consent);
  };

  #remove = async (): Promise<void> => {
    if (this.kept) this.proof = await this.api.removePhoto(this.kept);
  };

  async #try(call: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.failed = false;
    try {
      await call();
    } catch {
      this.failed = true; // the status line says so; the server's sentence is for its log
    }
    this.busy = false;
  }

  #word(word: Word): string {
    return say(this.language, word);
  }
}
