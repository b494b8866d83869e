import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Furnisher } from "./furnisher";
import type { Length, Point, ScaleKind } from "./room_api";
import { firstPoints, isSheet } from "./room_mark";
import type { Manner } from "./room_stage";

export type Marked = Exclude<ScaleKind, "auto">;

const MEASURED: Point[] = [[0.35, 0.8], [0.65, 0.8]];
const WALL: Point[] = [[0.3, 0.5], [0.7, 0.5]];
const REST_MS = 60; // a point that still moves is not asked about

/** Points the shopper puts on the picture: corners of a sheet, the foot of a wall, the ends of a length. */
export class Pointing implements ReactiveController {
  manner: Manner = "furnish";
  points: Point[] = [];
  /** What lies on the floor, and whether its corners are being marked by hand. */
  marked: Marked = "a4";
  byHand = false;
  /** What is to hang on the wall that is being marked. */
  hanging = "";
  /** Between the two points, and whether the second is above the first. */
  length: Length | undefined;
  upright = false;
  /** An answer is on its way. */
  busy = false;
  #asked = 0;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly furnisher: Furnisher,
  ) {
    host.addController(this);
  }

  hostDisconnected(): void {
    this.#asked++;
  }

  /** Back to the furniture. */
  done = (): void => {
    this.manner = "furnish";
    this.byHand = false;
    this.hanging = "";
    this.host.requestUpdate();
  };

  /** Ask what lies on the floor; with its points to drag when it is marked by hand. */
  mark(kind: Marked, byHand: boolean): void {
    this.marked = kind;
    this.byHand = byHand;
    const found = isSheet(kind) ? this.furnisher.room?.corners : undefined;
    this.#begin("corners", isSheet(kind) && !byHand ? [] : (found ?? firstPoints(kind)));
  }

  /** The scale from what is marked, or from that kind of thing wherever it is found; true when it is known then. */
  async useMark(kind: ScaleKind, points: Point[], sizeMm?: number): Promise<boolean> {
    const known = await this.#wait(this.furnisher.scale(kind, points, sizeMm));
    if (known) this.done();
    return known;
  }

  markWall(hanging: string): void {
    this.hanging = hanging;
    this.#begin("wall", WALL);
  }

  /** The wall through the two points; true when it is known then. */
  async useWall(): Promise<boolean> {
    const [a, b] = this.points;
    return Boolean(a && b && (await this.#wait(this.furnisher.wall(a, b))));
  }

  startMeasuring = (): void => {
    this.#begin("measure", MEASURED);
    void this.#measure();
  };

  measureWay(upright: boolean): void {
    this.upright = upright;
    void this.#measure();
  }

  put(index: number, at: Point): void {
    this.points = this.points.map((point, each) => (each === index ? at : point));
    this.host.requestUpdate();
    if (this.manner === "measure") void this.#measure();
  }

  #begin(manner: Manner, points: Point[]): void {
    this.manner = manner;
    this.points = points;
    this.length = undefined;
    this.host.requestUpdate();
  }

  /** The length between the two points; of answers that overtake each other the newest counts. */
  async #measure(): Promise<void> {
    const [a, b] = this.points;
    const turn = ++this.#asked;
    await new Promise((rested) => setTimeout(rested, REST_MS));
    if (!a || !b || turn !== this.#asked) return;
    const length = await this.furnisher.measure(a, b, this.upright);
    if (turn === this.#asked) this.length = length;
    this.host.requestUpdate();
  }

  async #wait(answer: Promise<boolean>): Promise<boolean> {
    this.busy = true;
    this.host.requestUpdate();
    const known = await answer;
    this.busy = false;
    this.host.requestUpdate();
    return known;
  }
}
