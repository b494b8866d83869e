import { html, LitElement, nothing, svg, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { styleMap } from "lit/directives/style-map.js";
import { type Box, placed } from "../fitting";
import { icon } from "../icons";
import "../split_line";
import type { Language } from "../words";
import type { Piece, Point } from "./room_api";
import { boundsOf, clamp, pieceAt, turnOf, wrapped } from "./room_geometry";
import "./room_loupe";
import { sizeText } from "./room_lengths";
import { furnitureName } from "./room_names";
import { stageStyle } from "./room_stage_style";
import { sayRoom } from "./room_words";

/** What fingers do on the picture: move furniture, or put points. */
export type Manner = "furnish" | "corners" | "wall" | "measure";

const NUDGE = 0.01;
const FAR_NUDGE = 0.05;
const TURN_DEG = 5;
const DEGREES_A_PIXEL = 0.6;
const LOUPE = 132;

interface Finger {
  start: Point;
  now: Point;
}

/**
 * The picture of the room and what one touches in it. Tells `pick` (a piece's id or ""), `place` ({id, at, yaw_deg}
 * while it moves), `settle` (id, when a finger is lifted), `remove` (id), `point` ({index, at}) and `split` (share).
 */
@customElement("room-stage")
export class RoomStage extends LitElement {
  static override styles = stageStyle;

  @property() language: Language = "en";
  @property({ attribute: false }) size = { width: 4, height: 3 };
  @property({ attribute: false }) pieces: Piece[] = [];
  @property() chosen = "";
  @property() manner: Manner = "furnish";
  @property({ attribute: false }) points: Point[] = [];
  @property() label = "";
  /** Where the picture as it was ends, from the left; null for none of it. */
  @property({ attribute: false }) split: number | null = null;
  /** Free space below the picture for the buttons, CSS pixels. */
  @property({ type: Number }) below = 0;
  @state() private box: Box = { x: 0, y: 0, width: 1, height: 1 };
  @state() private held: number | undefined;
  @query("canvas.picture") private canvas!: HTMLCanvasElement;
  #after = document.createElement("canvas");
  #before: ImageBitmap | undefined;
  #fingers = new Map<number, Finger>();
  #grip: Point = [0, 0];
  #turned = 0;
  #nextPoint = 0;
  #watch = new ResizeObserver(() => this.#lay());

  override connectedCallback(): void {
    super.connectedCallback();
    this.#watch.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#watch.disconnect();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("size") || changed.has("below")) this.#lay();
    if (changed.has("manner")) this.#nextPoint = 0;
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("split")) this.#show();
  }

  /** Show a picture, or a part of it from a corner on, in its own pixels. */
  paint(picture: ImageBitmap, x = 0, y = 0): void {
    if (x === 0 && y === 0 && picture.width === this.size.width && picture.height === this.size.height) {
      this.#after.width = picture.width;
      this.#after.height = picture.height;
    }
    this.#after.getContext("2d")?.drawImage(picture, x, y);
    this.#show();
  }

  /** The picture as it was, for the line between before and after. */
  keepBare(picture: ImageBitmap): void {
    this.#before = picture;
    this.#show();
  }

  override render() {
    const { x, y, width, height } = this.box;
    const place = { left: `${x}px`, top: `${y}px`, width: `${width}px`, height: `${height}px` };
    return html`<div class="board" style=${styleMap(place)} @pointerdown=${this.#down} @pointermove=${this.#move} @pointerup=${this.#up}
        @pointercancel=${this.#up}>
        <canvas class="picture" role="img" aria-label=${sayRoom(this.language, "picture")}></canvas>
        ${this.#lines()}
        ${this.manner === "furnish" ? this.#furnishing() : this.points.map((point, index) => this.#point(point, index))}
        ${this.#span()} ${this.held === undefined ? nothing : this.#loupe(this.points[this.held] ?? [0.5, 0.5])}
      </div>
      ${this.split === null
        ? nothing
        : html`<div class="splitter" style=${styleMap({ top: `${y}px`, height: `${height}px` })}>
            <try-on-line .share=${this.split} .box=${this.box} .language=${this.language}
              @move=${(event: CustomEvent<number>) => this.#tell("split", event.detail)}></try-on-line></div>`}`;
  }

  #furnishing() {
    const chosen = this.pieces.find((piece) => piece.id === this.chosen);
    return html`<div role="group" aria-label=${sayRoom(this.language, "pieces")}>${this.pieces.map((piece) => this.#piece(piece))}</div>
      ${chosen && this.split === null ? this.#knob(chosen) : nothing}`;
  }

  #piece(piece: Piece) {
    const { x, y, width, height } = boundsOf(piece.outline);
    const place = { left: percent(x), top: percent(y), width: percent(width), height: percent(height) };
    const name = `${furnitureName(this.language, piece.name)}, ${sizeText(piece.size_mm)}`;
    return html`<button class="piece" style=${styleMap(place)} aria-label=${name} aria-pressed=${piece.id === this.chosen} data-piece=${piece.id}
      aria-describedby="keys" @focus=${() => this.#tell("pick", piece.id)} @keydown=${(event: KeyboardEvent) => this.#keys(event, piece)}></button>`;
  }

  #knob(piece: Piece) {
    const { x, y, width, height } = boundsOf(piece.outline);
    const place = { left: percent(clamp(x + width / 2)), top: `min(calc(${percent(y + height)} + 2.1rem), calc(100% - 1.7rem))` };
    const yaw = Math.round(piece.yaw_deg);
    return html`<div class="knob" role="slider" tabindex="0" style=${styleMap(place)} aria-label=${sayRoom(this.language, "turn")}
      aria-valuemin="-180" aria-valuemax="180" aria-valuenow=${yaw} aria-valuetext="${yaw}°" @pointerdown=${this.#grabKnob}
      @pointermove=${(event: PointerEvent) => this.#dragKnob(event, piece)} @pointerup=${this.#dropKnob}
      @pointercancel=${this.#dropKnob} @keydown=${(event: KeyboardEvent) => this.#knobKeys(event, piece)}>${icon("turn")}</div>`;
  }

  #point(point: Point, index: number) {
    const place = { left: percent(point[0]), top: percent(point[1]) };
    const word = sayRoom(this.language, this.manner === "corners" ? "corner" : "measurePoint");
    return html`<button class="point ${this.manner === "measure" ? "" : "corner"} ${this.held === index ? "held" : ""}" style=${styleMap(place)}
      aria-label="${word} ${index + 1}" data-point=${index} @keydown=${(event: KeyboardEvent) => this.#pointKeys(event, index)}
      @focus=${() => (this.#nextPoint = index)}></button>`;
  }

  #lines() {
    const { width, height } = this.size;
    const path = (points: readonly Point[]) => points.map(([x, y]) => `${x * width},${y * height}`).join(" ");
    const chosen = this.manner === "furnish" && this.split === null ? this.pieces.find((piece) => piece.id === this.chosen) : undefined;
    const outline = chosen ? path(chosen.outline) : "";
    return svg`<svg class="lines" viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">
      ${chosen ? svg`<polygon class="dark" points=${outline} /><polygon class="outline" points=${outline} />` : nothing}
      ${this.manner !== "furnish" && this.points.length > 2 ? svg`<polygon class="sheet" points=${path(this.points)} />` : nothing}
      ${this.manner !== "furnish" && this.points.length === 2
        ? svg`<polyline class="dark" points=${path(this.points)} /><polyline class="span" points=${path(this.points)} />`
        : nothing}
    </svg>`;
  }

  #span() {
    const [a, b] = this.points;
    if (this.manner === "furnish" || !a || !b || !this.label) return nothing;
    const place = { left: percent((a[0] + b[0]) / 2), top: `calc(${percent((a[1] + b[1]) / 2)} - 1.9rem)` };
    return html`<span class="label" style=${styleMap(place)}>${this.label}</span>`;
  }

  #loupe(point: Point) {
    const [x, y] = [point[0] * this.box.width, point[1] * this.box.height];
    // Above the finger; beside it where there is no room.
    const above = y + this.box.y > LOUPE + 48;
    const left = Math.min(Math.max(x - LOUPE / 2, -this.box.x + 8), this.offsetWidth - this.box.x - LOUPE - 8);
    const aside = x > this.box.width / 2 ? x - LOUPE - 48 : x + 48;
    const place = { left: `${above ? left : aside}px`, top: `${above ? y - LOUPE - 40 : Math.max(8 - this.box.y, y - LOUPE / 2)}px` };
    return html`<room-loupe style=${styleMap(place)} .source=${this.#after} .point=${point}
      .density=${this.size.width / this.box.width}></room-loupe>`;
  }

  #down = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const at = this.#at(event);
    this.#fingers.set(event.pointerId, { start: at, now: at });
    const board = event.currentTarget as HTMLElement;
    board.setPointerCapture(event.pointerId);
    if (this.manner !== "furnish") return this.#downPoint(event, at);
    if (this.#fingers.size === 2) return this.#startTwist();
    const piece = pieceAt(this.pieces, at);
    this.#tell("pick", piece?.id ?? "");
    if (!piece) return;
    this.#grip = [piece.at[0] - at[0], piece.at[1] - at[1]];
    this.renderRoot.querySelector<HTMLElement>(`[data-piece="${piece.id}"]`)?.focus({ preventScroll: true });
  };

  #downPoint(event: PointerEvent, at: Point): void {
    const grabbed = (event.target as HTMLElement).dataset["point"];
    const index = grabbed === undefined ? this.#nearestPoint(at) : Number(grabbed);
    const point = this.points[index] ?? at;
    this.#grip = grabbed === undefined ? [0, 0] : [point[0] - at[0], point[1] - at[1]];
    this.held = index;
    this.#nextPoint = (index + 1) % Math.max(1, this.points.length);
    if (grabbed === undefined) this.#tell("point", { index, at });
  }

  /** A tap beside every point moves the next one in turn when measuring, the nearest corner otherwise. */
  #nearestPoint(at: Point): number {
    if (this.manner === "measure") return this.#nextPoint;
    const far = this.points.map(([x, y]) => Math.hypot((x - at[0]) * this.size.width, (y - at[1]) * this.size.height));
    return far.indexOf(Math.min(...far));
  }

  #move = (event: PointerEvent): void => {
    const finger = this.#fingers.get(event.pointerId);
    if (!finger) return;
    finger.now = this.#at(event);
    const wanted: Point = [clamp(finger.now[0] + this.#grip[0]), clamp(finger.now[1] + this.#grip[1])];
    if (this.manner !== "furnish") {
      if (this.held !== undefined) this.#tell("point", { index: this.held, at: wanted });
      return;
    }
    if (!this.chosen) return;
    if (this.#fingers.size === 1) this.#tell("place", { id: this.chosen, at: wanted });
    else this.#twist();
  };

  #up = (event: PointerEvent): void => {
    if (!this.#fingers.delete(event.pointerId)) return;
    if (this.manner !== "furnish") {
      if (this.held !== undefined) this.#tell("pointed", this.held);
      this.held = undefined;
      return;
    }
    // The finger that stays does not drag on from where the two of them were.
    if (this.#fingers.size === 0 && this.chosen) this.#tell("settle", this.chosen);
    this.#fingers.clear();
  };

  #startTwist(): void {
    this.#turned = this.pieces.find((piece) => piece.id === this.chosen)?.yaw_deg ?? 0;
  }

  #twist(): void {
    const [a, b] = [...this.#fingers.values()];
    if (!a || !b) return;
    const turn = turnOf(this.#square(a.start, b.start), this.#square(a.now, b.now));
    this.#tell("place", { id: this.chosen, yaw_deg: wrapped(this.#turned + turn) });
  }

  /** Two points in a picture whose pixels are square. */
  #square(a: Point, b: Point): [Point, Point] {
    const { width, height } = this.size;
    return [[a[0] * width, a[1] * height], [b[0] * width, b[1] * height]];
  }

  #grabKnob = (event: PointerEvent): void => {
    event.stopPropagation();
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.#grip = [event.clientX, event.clientY];
    this.#turned = this.pieces.find((piece) => piece.id === this.chosen)?.yaw_deg ?? 0;
  };

  #dragKnob = (event: PointerEvent, piece: Piece): void => {
    event.stopPropagation();
    if (!(event.currentTarget as HTMLElement).hasPointerCapture(event.pointerId)) return;
    this.#tell("place", { id: piece.id, yaw_deg: wrapped(this.#turned + (event.clientX - this.#grip[0]) * DEGREES_A_PIXEL) });
  };

  #dropKnob = (event: PointerEvent): void => {
    event.stopPropagation();
    if (this.chosen) this.#tell("settle", this.chosen);
  };

  #keys(event: KeyboardEvent, piece: Piece): void {
    const turn = event.key === "," ? TURN_DEG : event.key === "." ? -TURN_DEG : 0;
    const step = stepOf(event);
    if (step) this.#tell("place", { id: piece.id, at: [clamp(piece.at[0] + step[0]), clamp(piece.at[1] + step[1])] });
    else if (turn) this.#tell("place", { id: piece.id, yaw_deg: wrapped(piece.yaw_deg + turn) });
    else if (event.key === "Delete" || event.key === "Backspace") return this.#tell("remove", piece.id);
    else if (event.key === "Escape") return this.#tell("pick", "");
    else return;
    event.preventDefault();
    this.#tell("settle", piece.id);
  }

  #knobKeys(event: KeyboardEvent, piece: Piece): void {
    const turn = { ArrowLeft: -TURN_DEG, ArrowDown: -TURN_DEG, ArrowRight: TURN_DEG, ArrowUp: TURN_DEG, PageUp: 45, PageDown: -45 }[event.key];
    if (turn === undefined) return;
    event.preventDefault();
    this.#tell("place", { id: piece.id, yaw_deg: wrapped(piece.yaw_deg + turn) });
    this.#tell("settle", piece.id);
  }

  #pointKeys(event: KeyboardEvent, index: number): void {
    const step = stepOf(event, 1 / this.size.width, 10 / this.size.width);
    const point = this.points[index];
    if (!step || !point) return;
    event.preventDefault();
    this.#tell("point", { index, at: [clamp(point[0] + step[0]), clamp(point[1] + step[1])] });
    this.#tell("pointed", index);
  }

  #at(event: PointerEvent): Point {
    const host = this.getBoundingClientRect();
    return [(event.clientX - host.left - this.box.x) / this.box.width, (event.clientY - host.top - this.box.y) / this.box.height];
  }

  #lay(): void {
    const stage = { width: this.clientWidth || 1, height: Math.max(1, this.clientHeight - this.below) };
    this.box = placed(stage, this.size, "contain");
  }

  #show(): void {
    const context = this.canvas?.getContext("2d");
    if (!context || !this.#after.width) return;
    if (this.canvas.width !== this.#after.width) this.canvas.width = this.#after.width;
    if (this.canvas.height !== this.#after.height) this.canvas.height = this.#after.height;
    context.drawImage(this.#after, 0, 0);
    if (this.split === null || !this.#before) return;
    const width = Math.round(this.split * this.#after.width);
    if (width > 0) context.drawImage(this.#before, 0, 0, width, this.#before.height, 0, 0, width, this.#after.height);
  }

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}

function stepOf(event: KeyboardEvent, near = NUDGE, far = FAR_NUDGE): Point | undefined {
  const size = event.shiftKey ? far : near;
  const ways: Record<string, Point> = { ArrowLeft: [-size, 0], ArrowRight: [size, 0], ArrowUp: [0, -size], ArrowDown: [0, size] };
  return ways[event.key];
}
