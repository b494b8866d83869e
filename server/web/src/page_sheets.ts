import { html, nothing } from "lit";
import type { Api, Receipt } from "./api";
import { type Keepsake, save } from "./keepsake";
import "./keep_online";
import "./sheet";
import { type Language, say, type Word } from "./words";

/** A photo or clip just taken: save it, hand it on, keep it online for a while, or throw it away. */
export function keepsakeSheet(
  language: Language,
  kept: Keepsake,
  around: { api: Api; receipt: Receipt | undefined; copied: boolean },
  calls: { discard: () => unknown; close: () => unknown; hand: () => unknown },
) {
  const word = (name: Word) => say(language, name);
  return html`<try-on-sheet .heading=${word(kept.isClip ? "clip" : "photo")} .closeName=${word("discard")} @close=${calls.discard}>
    ${kept.isClip
      ? html`<video class="kept" src=${kept.url} controls loop muted autoplay playsinline aria-label=${word("clip")}></video>`
      : html`<img class="kept" src=${kept.url} alt=${word("photo")} />`}
    <p class="quiet">${word("captured")}</p>
    <div class="row">
      <button class="main" @click=${() => save(kept.blob, kept.fileName)}>${word("save")}</button>
      ${kept.way ? html`<button @click=${calls.hand}>${word(kept.way)}</button>` : nothing}
      <button @click=${calls.close}>${word("discard")}</button>
      <span role="status">${around.copied ? word("copied") : ""}</span>
    </div>
    ${kept.isClip || !around.receipt
      ? nothing
      : html`<hr /><try-on-keep .photo=${kept.blob} .api=${around.api} .consent=${around.receipt.token} .language=${language}></try-on-keep>`}
  </try-on-sheet>`;
}

/** What the shopper agreed to: the receipt to take along, and the way out. */
export function privacyPart(language: Language, receipt: Receipt | undefined, withdraw: () => unknown) {
  const word = (name: Word) => say(language, name);
  const file = () => new Blob([JSON.stringify(receipt, null, 2)], { type: "application/json" });
  return html`<h3>${word("privacy")}</h3>
    ${receipt
      ? html`<p>${receipt.text}</p>
          <p class="quiet">${word("agreedAt")} ${new Date(receipt.given_s * 1000).toLocaleString(language)}</p>
          <div class="row">
            <button @click=${() => save(file(), `consent-${receipt.id}.json`)}>${word("receipt")}</button>
            <button class="main" data-tool="withdraw" @click=${withdraw}>${word("withdraw")}</button>
          </div>`
      : html`<p>${word("noConsent")}</p>`}`;
}

export function languageChoice(language: Language, choose: (language: Language) => unknown) {
  return html`<label class="switch">${say(language, "language")}
    <select @change=${(event: Event) => choose((event.target as HTMLSelectElement).value as Language)}>
      <option value="en" lang="en" ?selected=${language === "en"}>English</option>
      <option value="zh" lang="zh" ?selected=${language === "zh"}>中文</option>
    </select></label>`;
}

export function cameraChoice(language: Language, cameras: MediaDeviceInfo[], now: string | undefined, choose: (id: string) => unknown) {
  return html`<label class="switch">${say(language, "camera")}
    <select @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
      ${cameras.map(
        (camera, at) => html`<option value=${camera.deviceId} ?selected=${camera.deviceId === now}>
          ${camera.label || `${say(language, "cameraNumber")} ${at + 1}`}</option>`,
      )}
    </select></label>`;
}

export function switchRow(language: Language, name: Word, on: boolean, set: (on: boolean) => void) {
  return html`<label class="switch">${say(language, name)}
    <input type="checkbox" role="switch" .checked=${on} @change=${(event: Event) => set((event.target as HTMLInputElement).checked)} /></label>`;
}
