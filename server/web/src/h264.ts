import { cropped, sent, type Size } from "./fitting";
import type { Packet } from "./packet";
import type { Sample, Sampler } from "./sampler";
import type { Source } from "./source";
import { cut, plainColors } from "./track_frames";
import { BT709, FULL_RANGE, KEY_FRAME, KIND } from "./wire";

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

/** What goes into the encoder, and the size that comes out. */
interface Input {
  frame: VideoFrame;
  size: Size;
  colors: number;
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
  #colors = 0;
  #take: ((coded: Coded | undefined) => void) | undefined;

  constructor(readonly failed: () => void) {}

  /** The next picture must need no other: somebody new listens, or one was lost. */
  askKey(): void {
    this.#key = true;
  }

  /** The current picture; undefined before the first one, and when the encoder gave none. */
  async sample(sampler: Sampler, source: Source, stage: Size, asked: Size, fps: number): Promise<Coded | undefined> {
    const { frame, size, colors } = this.#straight(source, stage, asked) ?? this.#drawn(sampler, source, stage, asked) ?? {};
    if (!frame || !size) return undefined;
    const encoder = this.#configured(size, fps);
    this.#colors = colors ?? 0;
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

  /** The camera's own frame, cut; the encoder scales it. */
  #straight(source: Source, stage: Size, asked: Size): Input | undefined {
    const whole = source.take?.();
    if (!whole) return undefined;
    const plain = plainColors(whole);
    const crop = cut(cropped({ width: whole.displayWidth, height: whole.displayHeight }, stage), { width: whole.displayWidth, height: whole.displayHeight });
    const frame = plain && new VideoFrame(whole, { visibleRect: crop, timestamp: timestampNow() });
    whole.close();
    return frame && { frame, size: sent(crop, asked), colors: (plain.bt709 ? BT709 : 0) | (plain.fullRange ? FULL_RANGE : 0) };
  }

  #drawn(sampler: Sampler, source: Source, stage: Size, asked: Size): Input | undefined {
    const canvas = sampler.draw(source, stage, asked);
    if (!canvas) return undefined;
    const frame = new VideoFrame(canvas, { timestamp: timestampNow(), alpha: "discard" });
    return { frame, size: { width: canvas.width, height: canvas.height }, colors: 0 };
  }

  close(): void {
    this.#give(undefined);
    if (this.#encoder && this.#encoder.state !== "closed") this.#encoder.close();
    this.#encoder = undefined;
  }

  #configured({ width, height }: Size, fps: number): VideoEncoder {
    const same = this.#size.width === width && this.#size.height === height && this.#fps === fps;
    if (this.#encoder && same) return this.#encoder;
    this.#encoder ??= new VideoEncoder({ output: (chunk) => this.#output(chunk), error: () => this.#broken() });
    this.#encoder.configure(config({ width, height }, fps));
    this.#size = { width, height };
    this.#fps = fps;
    this.#key = true;
    return this.#encoder;
  }

  #output(chunk: EncodedVideoChunk): void {
    const bytes = new Uint8Array(chunk.byteLength);
    chunk.copyTo(bytes);
    this.#give({ bytes, ...this.#size, kind: KIND.H264, flags: this.#colors | (chunk.type === "key" ? KEY_FRAME : 0) });
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

function timestampNow(): number {
  return Math.round(performance.now() * 1000);
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
