import type { Box, Size } from "./fitting";

// Not in TypeScript's own list of interfaces: Chromium's way to a track's frames.
declare const MediaStreamTrackProcessor: {
  new (options: { track: MediaStreamTrack; maxBufferSize: number }): { readonly readable: ReadableStream<VideoFrame> };
};

const STALLED_MS = 100; // a hidden tab or a stalled camera must not stop the loop

/**
 * A track's frames as they come, newest wins: earlier than a `<video>` shows them, which waits for the page's next
 * drawing turn, and without a way through RGB.
 */
export class TrackFrames {
  #reader: ReadableStreamDefaultReader<VideoFrame>;
  #newest: VideoFrame | undefined;
  #came: (() => void) | undefined;
  #told = true;

  private constructor(track: MediaStreamTrack) {
    this.#reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 1 }).readable.getReader();
    void this.#read();
  }

  /** Undefined where the browser has no way to them. */
  static of(track: MediaStreamTrack | undefined): TrackFrames | undefined {
    return track && "MediaStreamTrackProcessor" in globalThis ? new TrackFrames(track) : undefined;
  }

  /** Waits for a frame that came after the last one waited for, or a tenth of a second. */
  async next(): Promise<void> {
    if (this.#told) {
      await new Promise<void>((done) => {
        const timer = setTimeout(done, STALLED_MS);
        this.#came = () => (clearTimeout(timer), done());
      });
    }
    this.#told = true; // whether it is taken or not: a loop that passes it over waits for the next
  }

  /** The newest frame, the caller's to close; undefined when it was taken already. */
  take(): VideoFrame | undefined {
    const frame = this.#newest;
    this.#newest = undefined;
    return frame;
  }

  close(): void {
    void this.#reader.cancel().catch(() => undefined); // ended by itself
    this.take()?.close();
    this.#came?.();
  }

  async #read(): Promise<void> {
    for (;;) {
      const { value, done } = await this.#reader.read();
      if (done) return;
      this.take()?.close();
      this.#newest = value;
      this.#told = false;
      this.#came?.();
      this.#came = undefined;
    }
  }
}

/** How a frame's colors were made, where an encoder may take it as it is; undefined where it must be drawn first. */
export function plainColors(frame: VideoFrame): { bt709: boolean; fullRange: boolean } | undefined {
  const turned = (frame as { rotation?: number }).rotation || (frame as { flip?: boolean }).flip;
  const { matrix, fullRange } = frame.colorSpace;
  const known = matrix === null || matrix === "smpte170m" || matrix === "bt470bg" || matrix === "bt709";
  const planes = frame.format === "I420" || frame.format === "NV12";
  const square = frame.visibleRect?.width === frame.displayWidth && frame.visibleRect.height === frame.displayHeight;
  if (turned || !known || !planes || !square) return undefined;
  return { bt709: matrix === "bt709", fullRange: fullRange === true };
}

/** The box on even pixels and within the frame, as 4:2:0 planes can be cut. */
export function cut(box: Box, frame: Size): Box {
  const x = 2 * Math.floor(box.x / 2);
  const y = 2 * Math.floor(box.y / 2);
  const width = 2 * Math.floor(Math.min(box.width, frame.width - x) / 2);
  const height = 2 * Math.floor(Math.min(box.height, frame.height - y) / 2);
  return { x, y, width, height };
}
