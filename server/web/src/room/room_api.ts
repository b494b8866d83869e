import type { Receipt } from "../api";

/** The server's routes for rooms, typed; every failure is an Error with the server's own sentence. */

/** Shares of the picture's width and height, from its upper left corner. */
export type Point = [number, number];
export type ScaleKind = "auto" | "a4" | "letter" | "card" | "tag" | "points";

export interface Length {
  value_mm: number;
  low_mm: number;
  high_mm: number;
  source: string;
}

export interface Piece {
  id: string;
  product: string;
  name: string;
  kind: string;
  variant: string | null;
  plane: string;
  at: Point;
  yaw_deg: number;
  outline: Point[];
  size_mm: [number, number, number];
}

export interface Room {
  id: string;
  width: number;
  height: number;
  /** What gave the scale; empty while nobody knows. */
  scale: string;
  reason: string;
  /** Share of any length that the scale may be off by. */
  error: number | null;
  corners: Point[] | null;
  remarks: string[];
  planes: string[];
  pieces: Piece[];
  most_pieces: number;
  expires_s: number;
}

export interface Fit {
  verdict: "fits" | "barely" | "not" | "unknown";
  sentence: string;
  sides: { side: string; verdict: Fit["verdict"]; free: Length; needed_mm: number }[];
}

export interface Furniture {
  product: string;
  name: string;
  kind: string;
  description: string;
  variants: string[];
  size_mm: [number, number, number];
  /** What it stands or hangs on: floor, table, wall, ceiling. */
  anchor: string;
}

export interface Change {
  at?: Point;
  yaw_deg?: number;
  variant?: string;
  snap?: boolean;
}

/** The part of the picture that a drag changed, and where it belongs in pixels. */
export interface Drawn {
  jpeg: Blob;
  x: number;
  y: number;
  piece: Piece;
}

export interface PictureWish {
  before?: boolean;
  dimensions?: boolean;
  whole?: boolean;
}

/** An answer with a status of its own, so that the page can tell a room that is gone from a wish refused. */
export class RoomError extends Error {
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(detail);
  }
}

export class RoomApi {
  consent = "";

  constructor(readonly base: string) {}

  furniture = (): Promise<Furniture[]> => this.#json("GET", "/api/room/products");
  consentText = (language: string): Promise<{ text: string }> => this.#json("GET", `/api/consent?language=${language}&subject=room`);
  agree = (language: string): Promise<Receipt> => this.#json("POST", "/api/consent", { language, subject: "room" });
  withdraw = (token: string): Promise<unknown> => this.#json("POST", "/api/consent/withdraw", { token });

  /** The picture that `tryon room PHOTO` began with; undefined when there is none of that ticket. */
  async first(ticket: string): Promise<Blob | undefined> {
    const response = await fetch(new URL(`/api/room/first/${encodeURIComponent(ticket)}`, this.base), { credentials: "omit" });
    return response.ok ? response.blob() : undefined;
  }

  /** A new room from a picture. */
  async open(picture: Blob): Promise<Room> {
    const response = await this.#ask("POST", "/api/rooms", picture, picture.type);
    return (await response.json()) as Room;
  }

  room = (id: string): Promise<Room> => this.#json("GET", `/api/rooms/${id}`);

  scale(id: string, kind: ScaleKind, corners?: Point[], sizeMm?: number): Promise<Room> {
    const wish = { kind, ...(corners ? { corners } : {}), ...(sizeMm ? { size_mm: sizeMm } : {}) };
    return this.#json("PUT", `/api/rooms/${id}/scale`, wish);
  }

  wall = (id: string, a: Point, b: Point): Promise<Room> => this.#json("POST", `/api/rooms/${id}/walls`, { a, b });
  add = (id: string, product: string, variant: string | undefined): Promise<Room> =>
    this.#json("POST", `/api/rooms/${id}/pieces`, { product, ...(variant ? { variant } : {}) });
  change = (id: string, piece: string, change: Change): Promise<Room> => this.#json("PATCH", `/api/rooms/${id}/pieces/${piece}`, change);
  remove = (id: string, piece: string): Promise<Room> => this.#json("DELETE", `/api/rooms/${id}/pieces/${piece}`);
  fit = (id: string, piece: string): Promise<Fit> => this.#json("GET", `/api/rooms/${id}/pieces/${piece}/fit`);
  measure = (id: string, a: Point, b: Point, upright: boolean): Promise<Length> =>
    this.#json("POST", `/api/rooms/${id}/measure`, { a, b, upright });

  async drag(id: string, piece: string, change: Change): Promise<Drawn> {
    const response = await this.#ask("POST", `/api/rooms/${id}/pieces/${piece}/drag`, JSON.stringify(change));
    const [x = 0, y = 0] = (response.headers.get("X-Tryon-Box") ?? "").split(",").map(Number);
    const moved = JSON.parse(response.headers.get("X-Tryon-Piece") ?? "{}") as Piece;
    return { jpeg: await response.blob(), x, y, piece: moved };
  }

  async picture(id: string, wish: PictureWish = {}): Promise<Blob> {
    const query = new URLSearchParams(Object.entries(wish).map(([name, value]) => [name, String(value)]));
    return (await this.#ask("GET", `/api/rooms/${id}/picture?${query}`)).blob();
  }

  /** Forget the room on the server, even while the page is being left. */
  leave(id: string): void {
    const headers = { "X-Tryon-Consent": this.consent };
    void fetch(new URL(`/api/rooms/${id}`, this.base), { method: "DELETE", headers, keepalive: true }).catch(() => undefined);
  }

  async #json<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.#ask(method, path, body === undefined ? undefined : JSON.stringify(body));
    return (await response.json()) as T;
  }

  async #ask(method: string, path: string, body?: BodyInit, type = "application/json"): Promise<Response> {
    const headers = { ...(body === undefined ? {} : { "Content-Type": type }), ...(this.consent ? { "X-Tryon-Consent": this.consent } : {}) };
    const options: RequestInit = { method, headers, credentials: "omit", ...(body === undefined ? {} : { body }) };
    const response = await fetch(new URL(path, this.base), options);
    if (response.ok) return response;
    const told = (await response.json().catch(() => ({}))) as { detail?: string };
    throw new RoomError(response.status, told.detail ?? response.statusText);
  }
}
