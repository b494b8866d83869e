import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { controlStyle } from "../control_style";
import { icon } from "../icons";
import type { Language } from "../words";
import type { Fit, Furniture, Piece } from "./room_api";
import { lengthText, sizeText } from "./room_lengths";
import { furnitureName } from "./room_names";
import { roomTold } from "./room_told";
import { type RoomWord, sayRoom } from "./room_words";

const SIDES: Record<string, RoomWord> = { width: "sideWidth", height: "sideHeight", depth: "sideDepth" };

/**
 * Everything about the chosen piece. Tells `turn` (degrees more), `finish` (a variant), `snap`, `fit`, `ar` and
 * `remove`.
 */
@customElement("room-piece")
export class RoomPiece extends LitElement {
  static override styles = [
    controlStyle,
    css`
      :host { display: grid; gap: 0.8rem; }
      h2 { margin: 0; font-size: 1.15rem; font-weight: 600; }
      p { margin: 0; }
      dl { margin: 0; display: grid; grid-template-columns: auto 1fr; gap: 0.1rem 0.9rem; }
      dt { color: var(--soft); }
      dd { margin: 0; font-variant-numeric: tabular-nums; }
      .turner.flipped svg { scale: -1 1; }
      .verdict { font-weight: 600; }
      @media (hover: none) { .keys { display: none; } }
    `,
  ];

  @property({ attribute: false }) piece: Piece | undefined;
  @property({ attribute: false }) furniture: Furniture | undefined;
  @property({ attribute: false }) fit: Fit | undefined;
  @property({ attribute: false }) error: number | null = null;
  @property() language: Language = "en";
  @property({ type: Boolean }) walls = false;

  override render() {
    const piece = this.piece;
    if (!piece) return html`<p class="quiet">${this.#word("noPiece")}</p>`;
    return html`<h2>${furnitureName(this.language, piece.name)}</h2>
      <dl><dt>${this.#word("size")}</dt><dd>${sizeText(piece.size_mm)}</dd></dl>
      <div class="row">
        ${this.#turner("turnLeft", -15, "")}${this.#turner("turnRight", 15, "flipped")}
        ${this.walls ? html`<button @click=${() => this.#tell("snap")}>${this.#word("snap")}</button>` : nothing}
        <button @click=${() => this.#tell("remove", piece.id)}>${icon("remove")}${this.#word("remove")}</button>
      </div>
      ${this.#finishes(piece)}
      <div class="row">
        <button @click=${() => this.#tell("fit")}>${this.#word("fit")}</button>
        <button @click=${() => this.#tell("ar")}>${icon("space")}${this.#word("inAr")}</button>
      </div>
      <div role="status">${this.fit ? this.#verdict(this.fit) : nothing}</div>
      <p class="quiet keys">${this.#word("keysHint")}</p>`;
  }

  #turner(word: RoomWord, degrees: number, way: string) {
    return html`<button class="turner ${way}" aria-label="${this.#word(word)} 15°" title=${this.#word(word)}
      @click=${() => this.#tell("turn", degrees)}>${icon("turn")}15°</button>`;
  }

  #finishes(piece: Piece) {
    const variants = this.furniture?.variants ?? [];
    if (variants.length < 2) return nothing;
    return html`<div class="strip" role="group" aria-label=${this.#word("finish")}>
      ${variants.map(
        (variant) => html`<button class="chip" aria-pressed=${variant === piece.variant} @click=${() => this.#tell("finish", variant)}>
          ${furnitureName(this.language, variant)}</button>`,
      )}
    </div>`;
  }

  #verdict(fit: Fit) {
    return html`<p class="verdict">${this.#word(`verdict_${fit.verdict}`)}</p>
      <p>${roomTold(this.language, fit.sentence)}</p>
      <dl>${fit.sides.map(({ side, free }) => html`<dt>${this.#word(SIDES[side] ?? "sideWidth")}</dt><dd>${lengthText(free)}</dd>`)}</dl>`;
  }

  #tell(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  #word(word: RoomWord): string {
    return sayRoom(this.language, word);
  }
}
