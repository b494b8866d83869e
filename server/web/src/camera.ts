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

/** The shopper's camera as JPEG pictures of the size the server asks for. */
export class Camera {
  readonly video = document.createElement("video");
  #canvas: HTMLCanvasElement = document.createElement("canvas");
  #stream: MediaStream | undefined;

  constructor() {
    this.video.muted = true;
    this.video.playsInline = true;
  }

  /** Ask for the camera; `deviceId` chooses among several. Throws CameraError. */
  async open(deviceId?: string): Promise<void> {
    this.close();
    if (!navigator.mediaDevices?.getUserMedia) throw new CameraError("insecure");
    try {
      this.#stream = await navigator.mediaDevices.getUserMedia({
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
    this.video.srcObject = this.#stream;
    await this.video.play();
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
    const all = await navigator.mediaDevices.enumerateDevices();
    return all.filter((device) => device.kind === "videoinput");
  }

  /** The current picture, at most `width` wide, as JPEG bytes; undefined before the first picture. */
  async jpeg(width: number): Promise<{ bytes: Uint8Array; width: number; height: number } | undefined> {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth || !videoHeight) return undefined;
    const scale = Math.min(1, width / Math.max(videoWidth, videoHeight));
    // Even sides: video codecs and 4:2:0 pictures want them.
    this.#canvas.width = Math.round((videoWidth * scale) / 2) * 2;
    this.#canvas.height = Math.round((videoHeight * scale) / 2) * 2;
    const context = this.#canvas.getContext("2d", { alpha: false, desynchronized: true });
    if (!context) return undefined;
    context.drawImage(this.video, 0, 0, this.#canvas.width, this.#canvas.height);
    const blob = await new Promise<Blob | null>((done) => this.#canvas.toBlob(done, "image/jpeg", 0.88));
    if (!blob) return undefined;
    const bytes = new Uint8Array(await blob.arrayBuffer());
    return { bytes, width: this.#canvas.width, height: this.#canvas.height };
  }

  close(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
    this.video.srcObject = null;
  }
}
