import type { ReactiveController, ReactiveControllerHost } from "lit";
import { Newest } from "./newest";
import type { Change, Drawn, Fit, Length, Piece, Point, Room, RoomApi, ScaleKind } from "./room_api";
import { RoomError } from "./room_api";

/** Where pictures are shown. */
export interface Easel {
  paint(picture: ImageBitmap, x?: number, y?: number): void;
  keepBare(picture: ImageBitmap): void;
}

export interface Place {
  id: string;
  at?: Point;
  yaw_deg?: number;
}

const SETTLE_MS = 220;

/**
 * The room as the server knows it, and what the shopper does to it. While a finger moves, the newest place alone is
 * sent, one request at a time, and the part of the picture that comes back is painted; then the whole picture once.
 */
export class Furnisher implements ReactiveController {
  room: Room | undefined;
  fit: Fit | undefined;
  /** The last thing that was refused, in the server's words. */
  problem = "";
  isGone = false;
  /** The whole picture is being drawn. */
  isDrawing = false;
  dimensions = false;
  /** From a finger's move to its picture on the page, milliseconds, newest last. */
  readonly drawnMs: number[] = [];
  #moves: Newest<Place & { asked: number }>;
  #pictures: Newest<"whole">;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly api: RoomApi,
    private readonly easel: () => Easel | null | undefined,
  ) {
    host.addController(this);
    this.#moves = new Newest((place) => this.#try(() => this.#move(place)));
    this.#pictures = new Newest(async () => {
      this.isDrawing = true;
      await this.#try(() => this.#paint());
      this.isDrawing = false;
      this.host.requestUpdate();
    });
  }

  hostDisconnected(): void {
    clearTimeout(this.#settling);
  }

  /** A room from a picture. Throws RoomError. */
  async open(picture: Blob): Promise<void> {
    this.leave();
    this.isGone = false;
    this.problem = "";
    this.#take(await this.api.open(picture));
  }

  /** Show the room's picture; the stage must be there. */
  async show(): Promise<void> {
    const room = this.room;
    const easel = this.easel();
    if (!room || !easel) return;
    const before = await createImageBitmap(await this.api.picture(room.id, { before: true }));
    easel.keepBare(before);
    easel.paint(before);
    if (room.pieces.length) await this.#paint();
  }

  leave(): void {
    if (this.room) this.api.leave(this.room.id);
    this.room = this.fit = undefined;
    this.host.requestUpdate();
  }

  piece(id: string): Piece | undefined {
    return this.room?.pieces.find((piece) => piece.id === id);
  }

  /** The scale from what is marked; true when it is known then. */
  async scale(kind: ScaleKind, corners: Point[], sizeMm: number | undefined): Promise<boolean> {
    const done = await this.#change((id) => this.api.scale(id, kind, corners.length ? corners : undefined, sizeMm));
    return done && Boolean(this.room?.scale);
  }

  wall = (a: Point, b: Point): Promise<boolean> => this.#change((id) => this.api.wall(id, a, b));

  /** A product more; its id, or undefined when it was refused. */
  async add(product: string): Promise<string | undefined> {
    const before = new Set(this.room?.pieces.map((piece) => piece.id));
    if (!(await this.#change((id) => this.api.add(id, product, undefined)))) return undefined;
    return this.room?.pieces.find((piece) => !before.has(piece.id))?.id;
  }

  remove = (piece: string): Promise<boolean> => this.#change((id) => this.api.remove(id, piece));
  change = (piece: string, change: Change): Promise<boolean> => this.#change((id) => this.api.change(id, piece, change));

  /** A finger moves it: its outline follows at once, its picture as fast as the server draws. */
  place(place: Place): void {
    const piece = this.piece(place.id);
    if (!piece || !this.room) return;
    this.#put(shifted(piece, place));
    this.fit = undefined;
    clearTimeout(this.#settling);
    this.#moves.offer({ ...place, asked: performance.now() });
  }

  /** The finger is lifted: draw the whole picture, with shadows that reach far. */
  settle(): void {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => void this.#moves.settled.then(() => this.repaint()), SETTLE_MS);
  }

  /** Draw the whole picture anew. */
  repaint(): void {
    this.#pictures.offer("whole");
    this.host.requestUpdate();
  }

  async askFit(piece: string): Promise<void> {
    const room = this.room;
    if (room) await this.#try(async () => void (this.fit = await this.api.fit(room.id, piece)));
  }

  async measure(a: Point, b: Point, upright: boolean): Promise<Length | undefined> {
    const room = this.room;
    let length: Length | undefined;
    if (room) await this.#try(async () => void (length = await this.api.measure(room.id, a, b, upright)));
    return length;
  }

  /** The picture at its own size. */
  async keepsake(): Promise<Blob | undefined> {
    const room = this.room;
    let picture: Blob | undefined;
    if (room) await this.#try(async () => void (picture = await this.api.picture(room.id, { whole: true, dimensions: this.dimensions })));
    return picture;
  }

  async #move(place: Place & { asked: number }): Promise<void> {
    if (!this.room || !this.piece(place.id)) return;
    const { id, asked, ...change } = place;
    const drawn: Drawn = await this.api.drag(this.room.id, id, change);
    const picture = await createImageBitmap(drawn.jpeg);
    this.easel()?.paint(picture, drawn.x, drawn.y);
    picture.close();
    this.drawnMs.push(performance.now() - asked);
    if (this.drawnMs.length > 500) this.drawnMs.shift();
    const now = this.piece(id);
    // The finger may be further on by now: what the server says of the place would make the outline jump back.
    if (now) this.#put({ ...drawn.piece, ...(isSame(now, place) ? {} : { at: now.at, yaw_deg: now.yaw_deg, outline: now.outline }) });
  }

  async #paint(): Promise<void> {
    if (!this.room) return;
    const picture = await createImageBitmap(await this.api.picture(this.room.id, this.dimensions ? { dimensions: true } : {}));
    this.easel()?.paint(picture);
    picture.close();
  }

  async #change(call: (room: string) => Promise<Room>): Promise<boolean> {
    const room = this.room;
    if (!room) return false;
    await this.#moves.settled;
    let done = false;
    await this.#try(async () => {
      this.#take(await call(room.id));
      done = true;
    });
    if (done) this.repaint();
    return done;
  }

  #take(room: Room): void {
    this.room = room;
    this.fit = undefined;
    this.host.requestUpdate();
  }

  #put(piece: Piece): void {
    if (!this.room) return;
    this.room = { ...this.room, pieces: this.room.pieces.map((each) => (each.id === piece.id ? piece : each)) };
    this.host.requestUpdate();
  }

  async #try(call: () => Promise<void>): Promise<void> {
    this.problem = "";
    try {
      await call();
    } catch (error) {
      this.problem = error instanceof RoomError ? error.message : "offline";
      this.isGone = error instanceof RoomError && error.status === 404 && error.message.startsWith("No such room");
    }
    this.host.requestUpdate();
  }
}

/** The piece where a finger has it, before the server has drawn it there: its outline moves along. */
function shifted(piece: Piece, place: Place): Piece {
  if (!place.at) return { ...piece, yaw_deg: place.yaw_deg ?? piece.yaw_deg };
  const [dx, dy] = [place.at[0] - piece.at[0], place.at[1] - piece.at[1]];
  return { ...piece, at: place.at, outline: piece.outline.map(([x, y]) => [x + dx, y + dy]) };
}

function isSame(piece: Piece, place: Place): boolean {
  const still = !place.at || (piece.at[0] === place.at[0] && piece.at[1] === place.at[1]);
  return still && (place.yaw_deg === undefined || piece.yaw_deg === place.yaw_deg);
}
