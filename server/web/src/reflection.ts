import type { Size } from "./fitting";
import type { Link } from "./link";
import { Counter, type Numbers } from "./numbers";
import type { Packet } from "./packet";
import { Sampler } from "./sampler";
import type { Source } from "./source";

/** What worn pictures are shown on. */
export interface Glass {
  canvas(): HTMLCanvasElement;
  /** One for each compared look. */
  tiles(): ArrayLike<HTMLCanvasElement>;
  compared(): readonly { look: string }[];
  stage(): Size;
  /** A picture of another size than before is on the canvas. */
  resized(): void;
  /** A picture is on the screen. */
  shown(): void;
  counted(numbers: Numbers): void;
  /** Once a second: whether there is nothing to see. */
  black(isBlack: boolean): void;
}

const STILL: Size = { width: 1280, height: 960 };
const PROBE_MS = 1000;

/** A source's pictures go out by a link, worn ones come back and are drawn: the newest wins on both ways. */
export class Reflection {
  #source: Source | undefined;
  #link: Link | undefined;
  #sampler = new Sampler();
  #counter = new Counter();
  #running = false;
  #pumps = 0;
  #newest = 0;
  #turn = 0;
  /** Pictures on their way for a tile: which, and of which comparison. */
  #tileOf = new Map<number, { turn: number; of: string }>();
  #probedMs = 0;
  #hurry: (() => void) | undefined;

  constructor(readonly glass: Glass) {}

  get source(): Source | undefined {
    return this.#source;
  }

  get link(): Link | undefined {
    return this.#link;
  }

  /** Whether a worn picture is on the screen. */
  get isShown(): boolean {
    return this.#newest > 0;
  }

  /** Send and hear by this link from now on. */
  connect(link: Link): void {
    this.#link?.close();
    this.#newest = 0;
    this.#link = link;
  }

  /** Show this source from now on. */
  use(source: Source): void {
    if (this.#source !== source) this.#source?.close();
    this.#source = source;
    this.#tileOf.clear();
    if (this.#running) return;
    this.#running = true;
    void this.#pump();
  }

  /** A look or product was chosen: the last picture is sent again rather than waiting for the next. */
  hurry(): void {
    this.#hurry?.();
  }

  /** Send nothing more; what is on the screen stays. */
  pause(): void {
    this.#running = false;
    this.#source?.close();
  }

  /** Let source and link go. */
  stop(): void {
    this.pause();
    this.#link?.close();
    this.#link = this.#source = undefined;
  }

  async #pump(): Promise<void> {
    const mine = ++this.#pumps;
    let sentMs = 0;
    while (this.#running && mine === this.#pumps && this.#source) {
      const source = this.#source;
      const chosen = await Promise.race([source.next(), this.#choice()]);
      const link = this.#link;
      const now = performance.now();
      const early = source.moving && !chosen && now - sentMs < 1000 / (link?.fps ?? 30) - 8;
      if (!link || early || document.hidden || source !== this.#source || !link.hasRoom) continue;
      const several = this.glass.compared().length;
      if (several && link.inFlight) continue; // each look must meet its own picture
      sentMs = now;
      await this.#send(link, source, now);
    }
  }

  async #send(link: Link, source: Source, now: number): Promise<void> {
    const asked = source.moving ? { width: link.width, height: link.height } : STILL;
    const picture = await link.sample(this.#sampler, source, this.#tileSize(), asked);
    if (!picture || !this.#running) return;
    const several = this.glass.compared().length;
    if (several) this.#dressTile(link);
    const sequence = link.send(picture, now);
    if (several) this.#tileOf.set(sequence, { turn: this.#turn, of: this.#comparison });
    if (now - this.#probedMs < PROBE_MS) return;
    this.#probedMs = now;
    this.glass.black(source.moving && this.#sampler.isBlack(source));
  }

  /** Show what is worn now, blurred, on tiles that wait for their own first picture. */
  fillTiles(): void {
    const { width, height } = this.glass.canvas();
    for (const tile of Array.from(this.glass.tiles())) {
      if (tile.dataset["begun"] || !this.isShown) continue;
      tile.dataset["begun"] = "waiting";
      Object.assign(tile, { width, height });
      tile.getContext("2d", { alpha: false })?.drawImage(this.glass.canvas(), 0, 0);
    }
  }

  #choice(): Promise<boolean> {
    return new Promise((done) => (this.#hurry = () => done(true)));
  }

  /** Which looks are compared, as one word; "" when none are. */
  get #comparison(): string {
    return this.glass.compared().map(({ look }) => `/${look}`).join("");
  }

  /** Dress the next picture in the look whose turn it is. */
  #dressTile(link: Link): void {
    this.#turn = (this.#turn + 1) % this.glass.compared().length;
    const look = this.glass.compared()[this.#turn]?.look;
    link.once({ ...(look ? { look } : {}), intensity: look ? 1 : 0, unsplit: true });
  }

  #tileSize(): Size {
    const tile = this.glass.compared().length ? this.glass.tiles()[this.glass.compared().length - 1] : undefined;
    return tile?.clientWidth ? { width: tile.clientWidth, height: tile.clientHeight } : this.glass.stage();
  }

  /** Draw a worn picture, unless it is late or for a comparison that has ended. */
  async show(packet: Packet, latencyMs: number): Promise<void> {
    const tile = this.#tileOf.get(packet.sequence);
    this.#tileOf.delete(packet.sequence);
    const bitmap = await this.#link?.picture(packet); // always: H.264 needs every picture
    if (!bitmap) return;
    const other = (tile?.of ?? "") !== this.#comparison; // chosen otherwise while it was on its way
    const canvas = other ? undefined : tile ? this.glass.tiles()[tile.turn] : this.glass.canvas();
    const late = packet.sequence + 1 <= this.#newest && tile === undefined; // decoded out of order
    if (!canvas || late || !this.#link) return bitmap.close();
    this.#newest = packet.sequence + 1;
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      this.glass.resized();
    }
    canvas.getContext("2d", { alpha: false })?.drawImage(bitmap.image, 0, 0);
    bitmap.close();
    if (tile) canvas.dataset["begun"] = "yes";
    this.glass.shown();
    const numbers = this.#counter.add(performance.now(), latencyMs, packet.serverUs / 1000);
    if (numbers) this.glass.counted(numbers);
  }
}
