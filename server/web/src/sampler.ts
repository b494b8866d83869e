import { cropped, sent, type Size } from "./fitting";
import type { Source } from "./source";

export interface Sample extends Size {
  bytes: Uint8Array;
}

const QUALITY = 0.88;
const PROBE_PX = 8;
// Codes of 255. A covered lens gives 0 to 5 with noise; a face by candle light has parts above 30.
const BLACKEST = 12;

/** Takes pictures from a source as JPEG bytes. */
export class Sampler {
  readonly #canvas = document.createElement("canvas");
  readonly #probe = document.createElement("canvas");

  /** The current picture, cropped to what the stage shows; undefined before the first one. */
  async jpeg(source: Source, stage: Size, asked: Size): Promise<Sample | undefined> {
    const canvas = this.draw(source, stage, asked);
    if (!canvas) return undefined;
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return blob ? { bytes: new Uint8Array(await blob.arrayBuffer()), width: canvas.width, height: canvas.height } : undefined;
  }

  /** The current picture on a canvas, which holds until the next one is drawn. */
  draw(source: Source, stage: Size, asked: Size): HTMLCanvasElement | undefined {
    const size = source.size();
    if (!size) return undefined;
    const crop = source.fit === "cover" ? cropped(size, stage) : { x: 0, y: 0, ...size };
    const { width, height } = sent(crop, asked);
    // Setting a canvas's size clears and reallocates it.
    if (this.#canvas.width !== width) this.#canvas.width = width;
    if (this.#canvas.height !== height) this.#canvas.height = height;
    const context = this.#canvas.getContext("2d", { alpha: false });
    if (!context) return undefined;
    context.drawImage(source.element, crop.x, crop.y, crop.width, crop.height, 0, 0, width, height);
    return this.#canvas;
  }

  /** Whether the picture is black: a covered lens, or no light at all. */
  isBlack(source: Source): boolean {
    this.#probe.width = this.#probe.height = PROBE_PX;
    const context = this.#probe.getContext("2d", { alpha: false, willReadFrequently: true });
    if (!context || !source.size()) return false;
    context.drawImage(source.element, 0, 0, PROBE_PX, PROBE_PX);
    return isBlack(context.getImageData(0, 0, PROBE_PX, PROBE_PX).data);
  }
}

/** RGBA codes that hold nothing to see. */
export function isBlack(rgba: ArrayLike<number>): boolean {
  for (let at = 0; at < rgba.length; at++) if (at % 4 !== 3 && (rgba[at] ?? 0) > BLACKEST) return false;
  return true;
}
