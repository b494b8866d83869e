import type { Size } from "./fitting";
import type { Packet } from "./packet";
import type { Sample, Sampler } from "./sampler";
import type { Source } from "./source";
import { KEY_FRAME, KIND } from "./wire";

/** A coded picture, ready to send. */
export interface Coded extends Sample {
  kind: number;
  flags: number;
}

/** A picture to draw; must be closed. */
export interface Picture extends Size {
  image: CanvasImageSource;
  close(): void;
}

const CODEC = "avc1.42001f"; // baseline, up to 720p at 30
// Bits per pixel and frame: a face at 640 by 480 and 30 frames a second takes some 2 Mbit/s.
const BITS_PER_PIXEL = 0.22;
const LONGEST_MS = 250;
const MOST_FAULTS = 3; // a decoder that fails this often will not learn it

/** Whether this browser codes and decodes H.264 by itself. */
export async function speaksH264(): Promise<boolean> {
  if (typeof VideoEncoder === "undefined" || typeof VideoDecoder === "undefined") return false;
  try {
    const [coded, decoded] = await Promise.all([
      VideoEncoder.isConfigSupported(config({ width: 640, height: 480 }, 30)),
      VideoDecoder.isConfigSupported({ codec: CODEC, optimizeForLatency: true }),
    ]);
    return Boolean(coded.supported && decoded.supported);
  } catch {
    return false;
  }
}

/** Camera pictures to H.264, one at a time, each out before the next goes in. */
export class H264Sampler {
  #encoder: VideoEncoder | undefined;
  #size: Size = { width: 0, height: 0 };
  #fps = 0;
  #key = true;
  #take: ((coded: Coded | undefined) => void) | undefined;

  constructor(readonly failed: () => void) {}

  /** The next picture must need no other: somebody new listens, or one was lost. */
  askKey(): void {
    this.#key = true;
  }

  /** The current picture; undefined before the first one, and when the encoder gave none. */
  async sample(sampler: Sampler, source: Source, stage: Size, asked: Size, fps: number): Promise<Coded | undefined> {
    const canvas = sampler.draw(source, stage, asked);
    if (!canvas) return undefined;
    const encoder = this.#configured(canvas, fps);
    const frame = new VideoFrame(canvas, { timestamp: Math.round(performance.now() * 1000), alpha: "discard" });
    const keyFrame = this.#key;
    this.#key = false;
    const coded = new Promise<Coded | undefined>((done) => (this.#take = done));
    const timer = setTimeout(() => this.#give(undefined), LONGEST_MS);
    try {
      encoder.encode(frame, { keyFrame });
    } catch {
      this.#broken();
    }
    frame.close();
    const result = await coded;
    clearTimeout(timer);
    if (!result) this.#key = true;
    return result;
  }

  close(): void {
    this.#give(undefined);
    if (this.#encoder && this.#encoder.state !== "closed") this.#encoder.close();
    this.#encoder = undefined;
  }

  #configured(canvas: HTMLCanvasElement, fps: number): VideoEncoder {
    const { width, height } = canvas;
    const same = this.#size.width === width && this.#size.height === height && this.#fps === fps;
    if (this.#encoder && same) return this.#encoder;
    this.#encoder ??= new VideoEncoder({ output: (chunk) => this.#output(chunk), error: () => this.#broken() });
    this.#encoder.configure(config(canvas, fps));
    this.#size = { width, height };
    this.#fps = fps;
    this.#key = true;
    return this.#encoder;
  }

  #output(chunk: EncodedVideoChunk): void {
    const bytes = new Uint8Array(chunk.byteLength);
    chunk.copyTo(bytes);
    this.#give({ bytes, ...this.#size, kind: KIND.H264, flags: chunk.type === "key" ? KEY_FRAME : 0 });
  }

  #give(coded: Coded | undefined): void {
    this.#take?.(coded);
    this.#take = undefined;
  }

  #broken(): void {
    this.#give(undefined);
    this.failed();
  }
}

/** Worn pictures from H.264. */
export class H264Pictures {
  #decoder: VideoDecoder | undefined;
  #faults = 0;
  #waiting = new Map<number, (picture: Picture | undefined) => void>();

  constructor(
    readonly lost: () => void,
    readonly failed: () => void,
  ) {}

  /** The picture of a packet; undefined where one before it is missing. */
  picture(packet: Packet): Promise<Picture | undefined> {
    const key = Boolean(packet.flags & KEY_FRAME);
    if (!this.#decoder || this.#decoder.state === "closed") {
      if (!key) {
        this.lost();
        return Promise.resolve(undefined);
      }
      this.#decoder = new VideoDecoder({ output: (frame) => this.#output(frame), error: () => this.#broken() });
      this.#decoder.configure({ codec: CODEC, optimizeForLatency: true });
    }
    const picture = new Promise<Picture | undefined>((done) => this.#waiting.set(packet.sequence, done));
    const data = packet.payload as BufferSource;
    this.#decoder.decode(new EncodedVideoChunk({ type: key ? "key" : "delta", timestamp: packet.sequence, data }));
    return picture;
  }

  close(): void {
    if (this.#decoder && this.#decoder.state !== "closed") this.#decoder.close();
    this.#decoder = undefined;
    for (const give of this.#waiting.values()) give(undefined);
    this.#waiting.clear();
  }

  #output(frame: VideoFrame): void {
    let taken = false;
    for (const [sequence, give] of this.#waiting) {
      if (sequence > frame.timestamp) break;
      this.#waiting.delete(sequence);
      taken = sequence === frame.timestamp;
      give(taken ? drawable(frame) : undefined);
    }
    if (!taken) frame.close();
  }

  #broken(): void {
    this.close();
    if (++this.#faults > MOST_FAULTS) this.failed();
    else this.lost();
  }
}

function drawable(frame: VideoFrame): Picture {
  return { image: frame, width: frame.displayWidth, height: frame.displayHeight, close: () => frame.close() };
}

function config({ width, height }: Size, fps: number): VideoEncoderConfig {
  return {
    codec: CODEC,
    width,
    height,
    framerate: fps,
    bitrate: Math.round(width * height * fps * BITS_PER_PIXEL),
    latencyMode: "realtime",
    avc: { format: "annexb" },
  };
}
