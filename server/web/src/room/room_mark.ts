import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { controlStyle } from "../control_style";
import type { Language } from "../words";
import type { Point, ScaleKind } from "./room_api";
import { type RoomWord, sayRoom } from "./room_words";

type Marked = Exclude<ScaleKind, "auto">;

const KINDS: [Marked, RoomWord][] = [
  ["a4", "kindA4"],
  ["letter", "kindLetter"],
  ["card", "kindCard"],
  ["points", "kindPoints"],
  ["tag", "kindTag"],
];
const SHEETS: Marked[] = ["a4", "letter", "card"];
const SQUARE: Point[] = [[0.4, 0.6], [0.6, 0.6], [0.66, 0.78], [0.34, 0.78]];
const SPAN: Point[] = [[0.35, 0.75], [0.65, 0.75]];

/** The points that a kind of reference starts from, in the middle of the picture. */
export function firstPoints(kind: Marked): Point[] {
  return kind === "tag" ? [] : kind === "points" ? SPAN : SQUARE;
}

export function isSheet(kind: Marked): boolean {
  return SHEETS.includes(kind);
}

/**
 * What lies on the floor, said by the shopper: a sheet or card is then looked for as such, or its corners are marked by
 * hand. Tells `kind`, `find` (a kind), `hand` (show the points), `use` ({kind, sizeMm}) and `cancel`.
 */
@customElement("room-mark")
export class RoomMark extends LitElement {
  static override styles = [
    controlStyle,
    css`
      :host { display: grid; gap: 0.7rem; }
      h2, p { margin: 0; }
      h2 { font-size: 1.15rem; font-weight: 600; }
      label { display: flex; gap: 0.8rem; align-items: center; }
      input { font: inherit; color: inherit; background: var(--well); border: 1.5px solid var(--line); border-radius: 0.8rem; min-height: 2.75rem;
        padding: 0 0.8rem; width: 7rem; }
    `,
  ];

  @property() language: Language = "en";
  @property() kind: Marked = "a4";
  @property() reason = "";
  @property({ type: Boolean }) busy = false;
  @property({ type: Boolean }) optional = false;
  /** Its corners are being marked by hand. */
  @property({ type: Boolean }) byHand = false;
  @state() private sizeCm = "";

  override render() {
    const sized = !isSheet(this.kind);
    return html`<h2>${this.#word("what")}</h2>
      ${this.reason ? html`<p role="status">${this.reason}</p>` : nothing}
      <div class="strip" role="group" aria-label=${this.#word("what")}>
        ${KINDS.map(
          ([kind, word]) => html`<button class="chip" aria-pressed=${kind === this.kind} data-kind=${kind}
            @click=${() => this.#tell("kind", kind)}>${this.#word(word)}</button>`,
        )}
      </div>
      <p class="quiet">${this.#word(this.#hint)}</p>
      ${sized
        ? html`<label>${this.#word(this.kind === "tag" ? "tagCm" : "lengthCm")}
            <input inputmode="decimal" .value=${this.sizeCm} @input=${(event: Event) => (this.sizeCm = (event.target as HTMLInputElement).value)} /></label>`
        : nothing}
      <div class="row">
        ${sized || this.byHand
          ? html`<button class="main" data-mark="use" ?disabled=${this.busy || (sized && !this.#sizeMm)} @click=${this.#use}>${this.#word("use")}</button>`
          : html`<button class="main" data-mark="find" ?disabled=${this.busy} @click=${() => this.#tell("find", this.kind)}>${this.#word("find")}</button>
              <button data-mark="hand" ?disabled=${this.busy} @click=${() => this.#tell("hand")}>${this.#word("byHand")}</button>`}
        ${this.optional ? html`<button @click=${() => this.#tell("cancel")}>${this.#word("cancel")}</button>` : nothing}
        <slot></slot>
      </div>`;
  }

  get #sizeMm(): number | undefined {
    const value = 10 * Number.parseFloat(this.sizeCm.replace(",", "."));
    return value > 5 && value < 20_000 ? value : undefined;
  }

  get #hint(): RoomWord {
    if (this.kind === "tag") return "tagHint";
    if (this.kind === "points") return "lengthHint";
    return this.byHand ? "cornersHint" : "findHint";
  }

  #use = (): void => {
    this.#tell("use", { kind: this.kind, sizeMm: this.#sizeMm });
  };

  #tell(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #word(word: RoomWord): string {
    return sayRoom(this.language, word);
  }
}
