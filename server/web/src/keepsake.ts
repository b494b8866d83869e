/** A photo or a clip the shopper took; it lives in this page until they save or share it. */
export class Keepsake {
  readonly url: string;
  readonly isClip: boolean;

  constructor(readonly blob: Blob) {
    this.url = URL.createObjectURL(blob);
    this.isClip = blob.type.startsWith("video/");
  }

  get fileName(): string {
    const still = this.blob.type === "image/jpeg" ? "jpg" : "png";
    return `tryon.${this.blob.type.includes("mp4") ? "mp4" : this.isClip ? "webm" : still}`;
  }

  get #file(): File {
    return new File([this.blob], this.fileName, { type: this.blob.type });
  }

  /** How it can leave the page besides saving: the system's share sheet, the clipboard, or not at all. */
  get way(): "share" | "copy" | undefined {
    if (navigator.canShare?.({ files: [this.#file] })) return "share";
    const copies = this.blob.type === "image/png" && "ClipboardItem" in globalThis && navigator.clipboard; // PNG alone may be copied
    return copies ? "copy" : undefined;
  }

  /** Hand it on; false when the shopper thought better of it. */
  async hand(): Promise<boolean> {
    try {
      if (this.way === "share") await navigator.share({ files: [this.#file] });
      else await navigator.clipboard.write([new ClipboardItem({ [this.blob.type]: this.blob })]);
      return true;
    } catch {
      return false; // closed by the shopper, or refused by the browser: saving still works
    }
  }

  forget(): void {
    URL.revokeObjectURL(this.url);
  }
}

const TYPES = ["video/mp4;codecs=avc1.42E01E", "video/webm;codecs=vp9", "video/webm;codecs=vp8", "video/webm"];
const LONGEST_MS = 20_000;
const BITS_A_SECOND = 4_000_000;

/** Records a clip of at most twenty seconds. */
export class Recorder {
  readonly startedMs = performance.now();
  readonly done: Promise<Blob>;
  #recorder: MediaRecorder;
  #stream: MediaStream;

  constructor(stream: MediaStream) {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
    this.#stream = stream;
    this.#recorder = new MediaRecorder(stream, { mimeType, videoBitsPerSecond: BITS_A_SECOND });
    const parts: Blob[] = [];
    this.#recorder.ondataavailable = (event) => parts.push(event.data);
    this.done = new Promise((done) => {
      this.#recorder.onstop = () => done(new Blob(parts, { type: (this.#recorder.mimeType || "video/webm").split(";")[0] ?? "" }));
    });
    this.#recorder.start();
    setTimeout(() => this.stop(), LONGEST_MS);
  }

  static get isSupported(): boolean {
    return "MediaRecorder" in globalThis && "captureStream" in HTMLCanvasElement.prototype;
  }

  stop(): void {
    if (this.#recorder.state !== "inactive") this.#recorder.stop();
    for (const track of this.#stream.getTracks()) track.stop();
  }
}

/** Save a file under a name. */
export function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
