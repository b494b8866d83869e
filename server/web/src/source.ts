import type { Size } from "./fitting";

/** Where pictures come from: a camera, a picture or a video of the shopper's own. */
export interface Source {
  /** What to draw from. */
  readonly element: CanvasImageSource;
  /** Shown whole, as a picture of one's own is, or cropped to fill the stage, as a mirror does. */
  readonly fit: "cover" | "contain";
  /** Left and right are exchanged on the screen, as glass does. */
  readonly mirrored: boolean;
  /** Its pictures change by themselves. */
  readonly moving: boolean;
  /** Undefined before the first picture. */
  size(): Size | undefined;
  /** Waits until there is something new to send. */
  next(): Promise<void>;
  /** The newest frame as the camera gave it, the caller's to close; where there is none, `element` shows it. */
  take?(): VideoFrame | undefined;
  close(): void;
}

/** A video element's next picture; a timer where the browser cannot tell. */
export function nextPicture(video: HTMLVideoElement): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, 100); // a hidden tab or a stalled camera must not stop the loop
    const go = () => (clearTimeout(timer), done());
    if ("requestVideoFrameCallback" in video) video.requestVideoFrameCallback(go);
    else requestAnimationFrame(go);
  });
}

export function videoSize(video: HTMLVideoElement): Size | undefined {
  return video.videoWidth ? { width: video.videoWidth, height: video.videoHeight } : undefined;
}
