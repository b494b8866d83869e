import type { Size } from "./fitting";
import { nextPicture, type Source, videoSize } from "./source";

export type FileFault = "unreadable" | "tooLarge";

export class FileError extends Error {
  constructor(readonly fault: FileFault) {
    super(fault);
  }
}

const MOST_BYTES = 200 * 1024 * 1024;
// A picture is sent several times after a change: masks of hair and hands are worked out beside the first ones.
const TIMES = 8;
const PAUSE_MS = 120;
// Keeps the socket awake while the shopper thinks.
const REST_MS = 20_000;

/** A picture of the shopper's own. */
export class Still implements Source {
  readonly fit = "contain";
  readonly mirrored = false;
  readonly moving = false;
  #left = TIMES;
  #wake: (() => void) | undefined;

  constructor(readonly element: ImageBitmap) {}

  size = (): Size => ({ width: this.element.width, height: this.element.height });

  /** What is worn has changed: send it again. */
  poke(): void {
    this.#left = TIMES;
    this.#wake?.();
  }

  next(): Promise<void> {
    return new Promise((done) => {
      const timer = setTimeout(done, this.#left > 0 ? PAUSE_MS : REST_MS);
      this.#left--;
      this.#wake = () => (clearTimeout(timer), done());
    });
  }

  close(): void {
    this.#wake?.();
    this.element.close();
  }
}

/** A video of the shopper's own, played over and over. */
export class Clip implements Source {
  readonly fit = "contain";
  readonly mirrored = false;
  readonly moving = true;

  constructor(readonly element: HTMLVideoElement) {}

  size = () => videoSize(this.element);

  next = (): Promise<void> => nextPicture(this.element);

  close(): void {
    this.element.pause();
    URL.revokeObjectURL(this.element.src);
    this.element.removeAttribute("src");
  }
}

/** Open a file. Throws FileError. Its rotation (EXIF) is applied by the browser. */
export async function openFile(file: Blob): Promise<Still | Clip> {
  if (file.size > MOST_BYTES) throw new FileError("tooLarge");
  if (!file.type.startsWith("video/")) {
    try {
      return new Still(await createImageBitmap(file, { imageOrientation: "from-image" }));
    } catch {
      throw new FileError("unreadable");
    }
  }
  const video = Object.assign(document.createElement("video"), { muted: true, playsInline: true, loop: true });
  video.src = URL.createObjectURL(file);
  try {
    await video.play();
  } catch {
    URL.revokeObjectURL(video.src);
    throw new FileError("unreadable");
  }
  return new Clip(video);
}
