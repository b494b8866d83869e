import { nextPicture, type Source, videoSize } from "./source";
import { TrackFrames } from "./track_frames";

/** Why there is no picture, in words the page translates. */
export type CameraFault = "denied" | "missing" | "busy" | "unplugged" | "insecure" | "failed";

export class CameraError extends Error {
  constructor(readonly fault: CameraFault) {
    super(fault);
  }
}

const FAULTS: Record<string, CameraFault> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "missing",
  OverconstrainedError: "missing",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** The shopper's camera. */
export class Camera implements Source {
  readonly element = document.createElement("video");
  readonly fit = "cover";
  readonly moving = true;
  mirrored = true;
  deviceId: string | undefined;
  #stream: MediaStream | undefined;
  #frames: TrackFrames | undefined;

  constructor() {
    this.element.muted = true;
    this.element.playsInline = true;
  }

  /** Ask for the camera; `deviceId` chooses among several. Throws CameraError. */
  async open(deviceId?: string): Promise<void> {
    this.close();
    if (!navigator.mediaDevices?.getUserMedia) throw new CameraError("insecure");
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: {
          width: { ideal: 1280 },
          height: { ideal: 720 },
          frameRate: { ideal: 30 },
          ...(deviceId ? { deviceId: { exact: deviceId } } : { facingMode: "user" }),
        },
      });
    } catch (error) {
      throw new CameraError(FAULTS[(error as DOMException).name] ?? "failed");
    }
    this.#stream = stream;
    this.#frames = TrackFrames.of(stream.getVideoTracks()[0]);
    const settings = stream.getVideoTracks()[0]?.getSettings();
    this.deviceId = settings?.deviceId;
    this.mirrored = settings?.facingMode !== "environment";
    this.element.srcObject = stream;
    await this.element.play().catch(() => undefined); // a page that leaves at once aborts the play; nothing to show then
  }

  get isOpen(): boolean {
    return this.#stream?.getVideoTracks().some((track) => track.readyState === "live") ?? false;
  }

  /** Called when the camera goes away by itself. */
  onEnded(call: () => void): void {
    for (const track of this.#stream?.getVideoTracks() ?? []) track.addEventListener("ended", call, { once: true });
  }

  /** Cameras to choose from; names are empty until the shopper has allowed one. */
  async devices(): Promise<MediaDeviceInfo[]> {
    const all = (await navigator.mediaDevices?.enumerateDevices()) ?? [];
    return all.filter((device) => device.kind === "videoinput");
  }

  size = () => videoSize(this.element);

  next = (): Promise<void> => this.#frames?.next() ?? nextPicture(this.element);

  take = (): VideoFrame | undefined => this.#frames?.take();

  close(): void {
    this.#frames?.close();
    this.#frames = undefined;
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    this.element.srcObject = null;
  }
}
