import { css, html, LitElement } from "lit";
import { customElement, property, query } from "lit/decorators.js";
import { icon } from "./icons";

/**
 * A dialog over the page, up from the bottom on a phone. The browser's own modal dialog keeps the focus inside, closes
 * on Escape and gives the focus back. Tells `close` when it is gone.
 */
@customElement("try-on-sheet")
export class Sheet extends LitElement {
  static override styles = css`
    dialog { border: none; padding: 0; margin: auto auto 0; width: min(100%, 34rem); max-width: 100%; max-height: 92dvh;
      background: var(--card); color: var(--ink); border-radius: 1.5rem 1.5rem 0 0; overflow: auto;
      box-shadow: 0 -6px 40px rgb(0 0 0 / 0.25); }
    dialog::backdrop { background: rgb(10 8 12 / 0.55); }
    div { padding: 1.1rem 1.25rem calc(1.4rem + env(safe-area-inset-bottom)); display: grid; gap: 1.1rem; }
    header { display: flex; align-items: center; justify-content: space-between; gap: 1rem; position: sticky; top: 0; z-index: 1;
      background: var(--card); margin: -1.1rem -1.25rem -0.4rem; padding: 0.6rem 0.6rem 0.4rem 1.25rem; }
    h2 { margin: 0; font-size: 1.25rem; font-weight: 600; }
    button { width: 3rem; height: 3rem; border-radius: 50%; border: none; background: transparent; color: inherit; cursor: pointer;
      display: grid; place-content: center; }
    button:hover { background: var(--hover); }
    button:focus-visible { outline: 3px solid var(--focus); outline-offset: -3px; }
    @media (min-width: 700px) { dialog { margin: auto; border-radius: 1.5rem; } }
    @media (prefers-reduced-motion: no-preference) {
      dialog[open] { animation: rise 0.22s ease-out; }
      @keyframes rise { from { translate: 0 2rem; opacity: 0; } }
    }
  `;

  @property() heading = "";
  @property() closeName = "";
  @query("dialog") private dialog!: HTMLDialogElement;

  override firstUpdated(): void {
    this.dialog.showModal();
  }

  /** Close it as the shopper would. */
  close(): void {
    this.dialog.close();
  }

  override render() {
    return html`<dialog aria-labelledby="heading" @close=${() => this.dispatchEvent(new CustomEvent("close"))} @click=${this.#outside}>
      <div>
        <header>
          <h2 id="heading">${this.heading}</h2>
          <button @click=${this.close} aria-label=${this.closeName} title=${this.closeName}>${icon("close")}</button>
        </header>
        <slot></slot>
      </div>
    </dialog>`;
  }

  #outside = (event: MouseEvent): void => {
    if (event.target === this.dialog) this.close();
  };
}
