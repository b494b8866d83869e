import { html, nothing } from "lit";
import { type Language, say, type Word } from "./words";

/** What lies over the mirror while there is no picture: the question, a fault, a place to drop a file. */

/** The question before anything is sent; after a no, that nothing was recorded. */
export function consentScreen(
  language: Language,
  shown: { text: string; declined: boolean; agree: Word; fault: Word | undefined },
  calls: { agree: () => unknown; decline: () => unknown },
) {
  return html`<div class="over"><div>
    <h2>${say(language, "welcome")}</h2>
    <p>${shown.declined ? say(language, "declined") : shown.text}</p>
    <div class="buttons">
      <button class="main" @click=${calls.agree} ?disabled=${!shown.text}>${say(language, shown.agree)}</button>
      ${shown.declined ? nothing : html`<button @click=${calls.decline}>${say(language, "decline")}</button>`}
    </div>
    ${shown.fault ? html`<p role="alert">${say(language, shown.fault)}</p>` : nothing}
    <slot name="aside"></slot>
  </div></div>`;
}

/** One sentence and the one thing to do about it. */
export function noticeScreen(language: Language, text: Word, button: Word, call: () => unknown) {
  return html`<div class="over"><div>
    <p role="alert">${say(language, text)}</p>
    <button class="main" @click=${call}>${say(language, button)}</button>
    <slot name="aside"></slot>
  </div></div>`;
}

/** Where a picture or video of one's own is chosen or dropped. */
export function dropScreen(language: Language, fault: Word | undefined, calls: { choose: () => unknown; drop: (event: DragEvent) => unknown }) {
  return html`<div class="over" @dragover=${(event: DragEvent) => event.preventDefault()} @drop=${calls.drop}>
    <div class="drop">
      <button class="main" @click=${calls.choose}>${say(language, "choose")}</button>
      <p>${say(language, "drop")}</p>
      ${fault ? html`<p role="alert">${say(language, fault)}</p>` : nothing}
    </div>
  </div>`;
}

export function waitScreen(words: string) {
  return html`<div class="over quiet"><div><span class="wait"></span><p>${words}</p></div></div>`;
}

/** The compared looks side by side; each is worn by a tap. */
export function compareScreen(
  language: Language,
  compared: readonly { look: string; title: string }[],
  kind: string,
  choose: (look: string) => unknown,
) {
  return html`<div class="tiles n${compared.length}">
    ${compared.map(
      ({ look, title }) => html`<figure>
        <canvas class=${kind} aria-hidden="true"></canvas>
        <button @click=${() => choose(look)} aria-label="${title}: ${say(language, "compareChoose")}"><span>${title}</span></button>
      </figure>`,
    )}
  </div>`;
}
