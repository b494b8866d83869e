import type { Size } from "./fitting";
import { type Coded, H264Pictures, H264Sampler, type Picture, speaksH264 } from "./h264";
import { type Packet, packetBytes, parsePacket } from "./packet";
import type { Sample, Sampler } from "./sampler";
import type { Source } from "./source";
import { Call } from "./webrtc";
import { type ClientMessage, type Control, KIND, type LayerChange, type ServerMessage, type Status } from "./wire";

export type LinkState = "connecting" | "open" | "waiting" | "refused" | "closed";
export type Change = Omit<Control, "type">;

export interface LinkEvents {
  state(state: LinkState, detail: string): void;
  picture(packet: Packet, latencyMs: number): void;
  status(status: Status): void;
  problem(detail: string): void;
}

/** How pictures travel; "auto" takes the fastest that both sides speak. */
export type Transport = "auto" | "jpeg" | "h264" | "webrtc";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;
const FULL_WAIT_MS = 10_000;
// Pictures sent and not yet answered: two keep the server busy, more would only be dropped there.
const MOST_IN_FLIGHT = 2;
// Later pictures are answered in a blink, or the network is gone; the first one may have to wait for models.
const DEAD_MS = 6000;
const FIRST_DEAD_MS = 90_000;
const FLUSH_MS = 50;

/**
 * The socket to the server: says hello with the consent, sends the newest picture when there is room, comes back by
 * itself after sleep or a change of network, with the same controls. Changes are gathered and leave with the next
 * picture, so that a slider cannot flood the server.
 */
export class Link {
  width = 640;
  height = 480;
  fps = 30;
  #answered = -1;
  #served = false;
  /** The shop's token for this shopper, where the server asks for one. */
  token = "";
  #socket: WebSocket | undefined;
  #sequence = 0;
  #sentMs = 0;
  #heardMs = 0;
  #waitMs = FIRST_WAIT_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #controls: Change = {};
  #pending: Change = {};
  #flush: ReturnType<typeof setTimeout> | undefined;
  #coder: H264Sampler | undefined;
  #pictures: H264Pictures | undefined;
  #call: Call | undefined;
  #calls = 0;
  #stepMs = 0;
  #tripMs = 0;
  #wanted = false;
  #greeted = false;

  constructor(
    readonly url: string,
    readonly consent: () => string,
    readonly events: LinkEvents,
    readonly transport: Transport = "jpeg",
    readonly wished = 640,
  ) {}

  /** How pictures travel now. */
  get codec(): "jpeg" | "h264" | "webrtc" {
    if (this.#call) return "webrtc";
    return this.#coder ? "h264" : "jpeg";
  }

  open(): void {
    this.#wanted = true;
    addEventListener("online", this.wake);
    if (this.transport === "jpeg") this.#connect();
    else if (this.transport === "webrtc") void this.#ring();
    else void speaksH264().then((speaks) => this.#begin(speaks));
  }

  /** Call over WebRTC; where that does not work, by socket. */
  async #ring(): Promise<void> {
    const turn = ++this.#calls;
    this.events.state("connecting", "");
    this.#answered = this.#sequence - 1;
    try {
      const call = await Call.open(this.url.replace(/^ws/, "http"), { consent: this.consent(), token: this.token, width: this.wished }, {
        message: (message) => this.#hear(message),
        picture: () => this.#pictured(),
        lost: () => this.#hungUp(),
      });
      if (!this.#wanted || turn !== this.#calls) return call.close();
      this.#call = call;
    } catch {
      if (this.#wanted && turn === this.#calls) this.#begin(await speaksH264());
    }
  }

  #hungUp(): void {
    this.#call = undefined;
    this.#greeted = false;
    if (!this.#wanted) return;
    this.events.state("waiting", "");
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ring(), this.#waitMs);
    this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2);
  }

  /** A worn picture came by call: only the newest counts, so it answers all before it. */
  #pictured(): void {
    this.#heardMs = performance.now();
    const sequence = this.#sequence++;
    this.#answered = sequence;
    const { width, height } = this.#call?.picture() ?? { width: 0, height: 0 };
    if (!width) return;
    const packet = { kind: 0, flags: 0, sequence, capturedUs: 0, width, height, serverUs: this.#stepMs * 1000 };
    this.events.picture({ ...packet, payload: new Uint8Array() }, this.#tripMs + this.#stepMs);
  }

  #begin(speaks: boolean): void {
    if (!this.#wanted) return;
    if (speaks) {
      this.#coder = new H264Sampler(() => this.#plain());
      this.#pictures = new H264Pictures(() => this.once({ key: true }), () => this.#plain());
    }
    this.#connect();
  }

  /** The browser's H.264 failed after all: JPEG from now on. */
  #plain(): void {
    if (!this.#coder) return;
    this.#uncode();
    if (this.#wanted) this.#again();
  }

  #uncode(): void {
    this.#call?.close();
    this.#call = undefined;
    this.#coder?.close();
    this.#pictures?.close();
    this.#coder = this.#pictures = undefined;
  }

  /** The source's picture as it travels now. */
  sample(sampler: Sampler, source: Source, stage: Size, asked: Size): Promise<Sample | undefined> {
    if (this.#call) {
      const canvas = sampler.draw(source, stage, asked);
      if (canvas) this.#call.show(canvas);
      return Promise.resolve(undefined);
    }
    return this.#coder?.sample(sampler, source, stage, asked, this.fps) ?? sampler.jpeg(source, stage, asked);
  }

  /** A packet's picture; undefined when it cannot be shown. */
  async picture(packet: Packet): Promise<Picture | undefined> {
    if (!packet.kind) return this.#call?.picture();
    if (packet.kind === KIND.H264) return this.#pictures?.picture(packet);
    const image = await createImageBitmap(new Blob([packet.payload as BlobPart], { type: "image/jpeg" }));
    return { image, width: image.width, height: image.height, close: () => image.close() };
  }

  close(): void {
    this.#wanted = false;
    removeEventListener("online", this.wake);
    clearTimeout(this.#timer);
    clearTimeout(this.#flush);
    this.#socket?.close();
    this.#uncode();
    this.events.state("closed", "");
  }

  /** Change what is worn; remembered for the next connection. */
  control(change: Change): void {
    this.#controls = merged(this.#controls, change);
    this.#pending = merged(this.#pending, change);
    if (change.look || change.wear) this.#say(); // a choice, not a slider: the picture on its way may still get it
    else this.#flush ??= setTimeout(() => this.#say(), FLUSH_MS);
  }

  /** Change the next picture only; not remembered. */
  once(change: Change): void {
    this.#pending = merged(this.#pending, change);
  }

  /** Connect now instead of after the pause: the page is seen again, the network is back. */
  wake = (): void => {
    if (!this.#wanted || this.#call || (this.transport === "webrtc" && !this.#socket)) return;
    if (this.#socket?.readyState === WebSocket.OPEN) this.#heardMs = this.#sentMs = performance.now();
    else if (this.#socket?.readyState !== WebSocket.CONNECTING) {
      clearTimeout(this.#timer);
      this.#waitMs = FIRST_WAIT_MS;
      this.#connect();
    }
  };

  /** Pictures sent and not yet answered. */
  get inFlight(): number {
    return this.#sequence - 1 - this.#answered;
  }

  /** Whether a picture sent now would be worked on soon. */
  get hasRoom(): boolean {
    if (this.#call) return this.#greeted && this.#call.isOpen;
    if (!this.#greeted || this.#socket?.readyState !== WebSocket.OPEN) return false;
    const now = performance.now();
    if (this.inFlight && now - Math.max(this.#heardMs, this.#sentMs) > (this.#served ? DEAD_MS : FIRST_DEAD_MS)) {
      this.#again(); // the network changed under the socket; nobody will tell us
      return false;
    }
    return this.inFlight < MOST_IN_FLIGHT && this.#socket.bufferedAmount === 0;
  }

  /** Send a picture and the changes gathered; its number. */
  send(picture: Sample | Coded, capturedMs: number): number {
    const { bytes, width, height } = picture;
    const { kind, flags } = "kind" in picture ? picture : { kind: KIND.JPEG, flags: 0 };
    this.#say();
    const sequence = this.#sequence++;
    const packet = { kind, flags, sequence, capturedUs: capturedMs * 1000 };
    if (this.#socket?.readyState !== WebSocket.OPEN) return sequence;
    this.#socket.send(packetBytes({ ...packet, width, height, payload: bytes }));
    this.#sentMs = performance.now();
    return sequence;
  }

  #connect(): void {
    this.events.state("connecting", "");
    this.#greeted = false;
    this.#coder?.askKey();
    this.#pictures?.close();
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#answered = this.#sequence - 1;
    const shop = this.token ? { token: this.token } : {};
    socket.onopen = () =>
      this.#write({ type: "hello", version: 1, consent: this.consent(), codec: this.#coder ? "h264" : "jpeg", width: this.wished, ...shop });
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      if (socket === this.#socket) this.#take(event.data);
    };
    socket.onclose = (event) => this.#lost(socket, event.code, event.reason);
  }

  #again(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
    this.#connect();
  }

  #take(data: string | ArrayBuffer): void {
    this.#heardMs = performance.now();
    if (typeof data !== "string") {
      const packet = parsePacket(data);
      this.#served = true;
      this.#answered = Math.max(this.#answered, packet.sequence); // earlier ones were passed over
      this.events.picture(packet, performance.now() - packet.capturedUs / 1000);
      return;
    }
    this.#hear(JSON.parse(data) as ServerMessage);
  }

  #hear(message: ServerMessage): void {
    if (message.type === "ready") {
      this.#waitMs = FIRST_WAIT_MS;
      this.#size(message);
      this.#greeted = true;
      this.#pending = merged(this.#controls, this.#pending);
      this.#say();
      this.events.state("open", "");
    } else if (message.type === "status") {
      this.#size(message);
      this.#stepMs = message.step_ms;
      void this.#call?.roundTripMs().then((ms) => (this.#tripMs = ms));
      this.events.status(message);
    } else {
      if ((message.code === "frame" || message.code === "keyframe") && this.inFlight) this.#answered++;
      if (message.code === "keyframe") return this.#coder?.askKey(); // mended by the next picture; nothing to tell
      if (message.code === "hello") this.#waitMs = FULL_WAIT_MS;
      this.events.problem(message.detail);
    }
  }

  #size({ width, height, fps }: { width: number; height: number; fps: number }): void {
    Object.assign(this, { width, height, fps });
  }

  #lost(socket: WebSocket, code: number, reason: string): void {
    if (socket !== this.#socket || !this.#wanted) return;
    if (code === 4403) {
      this.#wanted = false;
      this.events.state("refused", reason);
      return;
    }
    this.events.state("waiting", reason);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), this.#waitMs);
    this.#waitMs = Math.min(Math.max(LONGEST_WAIT_MS, this.#waitMs), this.#waitMs * 2);
  }

  #say(): void {
    clearTimeout(this.#flush);
    this.#flush = undefined;
    if (!this.#greeted || !Object.keys(this.#pending).length) return;
    this.#write({ type: "control", ...this.#pending });
    this.#pending = {};
  }

  #write(message: ClientMessage): void {
    if (this.#call && message.type === "control") this.#call.control(message);
    else if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}

/** Both changes as one, the later on top; a new look forgets the layers of the old one. */
export function merged(earlier: Change, later: Change): Change {
  const both: Change = { ...earlier, ...later };
  if (later.look) {
    if (later.layers) both.layers = later.layers;
    else delete both.layers;
  } else if (earlier.layers && later.layers) {
    const byIndex = new Map<number, LayerChange>(earlier.layers.map((layer) => [layer.index, layer]));
    for (const layer of later.layers) byIndex.set(layer.index, { ...byIndex.get(layer.index), ...layer });
    both.layers = [...byIndex.values()];
  }
  return both;
}
