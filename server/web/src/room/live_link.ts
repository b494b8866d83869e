import { type Packet, packetBytes, parsePacket } from "../packet";
import { KIND } from "../wire";

/** What the live room's server says; see tryon/server/room_live_wire.py. */
export interface LiveStatus {
  type: "status";
  seen: boolean;
  distance_mm: number | null;
  step_ms: number;
  dropped: number;
}
export interface LiveProblem {
  type: "problem";
  code: string;
  detail: string;
}
export interface LiveWish {
  product?: string;
  variant?: string;
  yaw_deg?: number;
}

interface Calls {
  onReady(width: number): void;
  onPicture(packet: Packet): void;
  onStatus(status: LiveStatus): void;
  onProblem(problem: LiveProblem): void;
  onClosed(): void;
}

/** The socket of the live room. One frame is on its way at a time, so that what comes back is never old. */
export class LiveLink {
  #socket: WebSocket;
  #sequence = 0;

  constructor(base: string, consent: string, calls: Calls) {
    const url = new URL("/api/room/live", base);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    this.#socket = new WebSocket(url);
    this.#socket.binaryType = "arraybuffer";
    this.#socket.onopen = () => this.#socket.send(JSON.stringify({ type: "hello", version: 1, consent }));
    this.#socket.onclose = () => calls.onClosed();
    this.#socket.onmessage = (event: MessageEvent<ArrayBuffer | string>) => {
      if (event.data instanceof ArrayBuffer) return calls.onPicture(parsePacket(event.data));
      const message = JSON.parse(event.data) as { type: "ready"; width: number } | LiveStatus | LiveProblem;
      if (message.type === "ready") calls.onReady(message.width);
      else if (message.type === "status") calls.onStatus(message);
      else calls.onProblem(message);
    };
  }

  wish(wish: LiveWish): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ type: "control", ...wish }));
  }

  async send(picture: { jpeg: Blob; width: number; height: number }): Promise<void> {
    const payload = new Uint8Array(await picture.jpeg.arrayBuffer());
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const { width, height } = picture;
    const head = { kind: KIND.JPEG, flags: 0, sequence: this.#sequence++, capturedUs: performance.now() * 1000, width, height };
    this.#socket.send(packetBytes({ ...head, payload }));
  }

  close(): void {
    this.#socket.onclose = null;
    this.#socket.close();
  }
}
