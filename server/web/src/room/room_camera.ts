import type { CameraFault } from "../camera";

const FAULTS: Record<string, CameraFault> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};
const QUALITY = 0.94;

export class RoomCameraError extends Error {
  constructor(readonly fault: CameraFault) {
    super(fault);
  }
}

/** The camera that looks away from the shopper, at the picture size asked for. */
export class RoomCamera {
  readonly video = Object.assign(document.createElement("video"), { muted: true, playsInline: true });
  #stream: MediaStream | undefined;

  /** Ask for it. Throws RoomCameraError. */
  async open(width: number, height: number): Promise<void> {
    if (!navigator.mediaDevices?.getUserMedia) throw new RoomCameraError("insecure");
    try {
      const video = { width: { ideal: width }, height: { ideal: height }, facingMode: "environment" };
      this.#stream = await navigator.mediaDevices.getUserMedia({ audio: false, video });
    } catch (error) {
      throw new RoomCameraError(FAULTS[(error as DOMException).name] ?? "failed");
    }
    this.video.srcObject = this.#stream;
    await this.video.play().catch(() => undefined); // a page that leaves at once aborts the play; nothing to show then
  }

  /** What it sees now, at most so wide; undefined before its first picture. */
  async picture(widest = Number.POSITIVE_INFINITY, quality = QUALITY): Promise<{ jpeg: Blob; width: number; height: number } | undefined> {
    const scale = Math.min(1, widest / this.video.videoWidth);
    const [width, height] = [Math.round(this.video.videoWidth * scale), Math.round(this.video.videoHeight * scale)];
    if (!width || !height) return undefined;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    canvas.getContext("2d")?.drawImage(this.video, 0, 0, width, height);
    const jpeg = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", quality));
    return jpeg ? { jpeg, width, height } : undefined;
  }

  close(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    this.video.srcObject = null;
  }
}
