import { type Packet, packetBytes, parsePacket } from "./packet";
import { type ClientMessage, type Control, KIND, type ServerMessage, type Status } from "./wire";

export type LinkState = "connecting" | "open" | "waiting" | "refused" | "closed";

export interface LinkEvents {
  state(state: LinkState, detail: string): void;
  picture(packet: Packet, latencyMs: number): void;
  status(status: Status): void;
  problem(detail: string): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8000;
// Pictures sent and not yet answered: two keep the server busy, more would only be dropped there.
const MOST_IN_FLIGHT = 2;
const LOST_MS = 1500;

/**
 * The socket to the server: says hello with the consent, sends the newest picture when there is room, comes back by
 * itself after sleep or a change of network, with the same controls.
 */
export class Link {
  width = 640;
  fps = 30;
  #socket: WebSocket | undefined;
  #sequence = 0;
  #inFlight = 0;
  #sentMs = 0;
  #waitMs = FIRST_WAIT_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #controls: Control = { type: "control" };
  #wanted = false;

  constructor(
    readonly url: string,
    readonly consent: () => string,
    readonly events: LinkEvents,
  ) {}

  open(): void {
    this.#wanted = true;
    this.#connect();
  }

  close(): void {
    this.#wanted = false;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.events.state("closed", "");
  }

  /** Change what is worn; remembered for the next connection. */
  control(change: Omit<Control, "type">): void {
    const sent: Control = { type: "control", ...change };
    this.#controls = { ...this.#controls, ...sent };
    if (change.look) this.#controls.layers = change.layers ?? null;
    this.#say(sent);
  }

  /** Whether a picture sent now would be worked on soon. */
  get hasRoom(): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    if (performance.now() - this.#sentMs > LOST_MS) this.#inFlight = 0; // an answer was lost: begin again
    return this.#inFlight < MOST_IN_FLIGHT && this.#socket.bufferedAmount === 0;
  }

  send(picture: { bytes: Uint8Array; width: number; height: number }, capturedMs: number): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    const { bytes, width, height } = picture;
    const packet = { kind: KIND.JPEG, flags: 0, sequence: this.#sequence++, capturedUs: capturedMs * 1000 };
    this.#socket.send(packetBytes({ ...packet, width, height, payload: bytes }));
    this.#inFlight++;
    this.#sentMs = performance.now();
  }

  #connect(): void {
    this.events.state("connecting", "");
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#inFlight = 0;
    socket.onopen = () => this.#say({ type: "hello", version: 1, consent: this.consent(), codec: "jpeg" });
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => this.#take(event.data);
    socket.onclose = (event) => this.#lost(socket, event);
  }

  #take(data: string | ArrayBuffer): void {
    if (typeof data !== "string") {
      this.#inFlight = Math.max(0, this.#inFlight - 1);
      const packet = parsePacket(data);
      this.events.picture(packet, performance.now() - packet.capturedUs / 1000);
      return;
    }
    const message = JSON.parse(data) as ServerMessage;
    if (message.type === "ready") {
      this.#waitMs = FIRST_WAIT_MS;
      this.width = message.width;
      this.fps = message.fps;
      this.#say(this.#controls);
      this.events.state("open", "");
    } else if (message.type === "status") {
      this.width = message.width;
      this.fps = message.fps;
      this.events.status(message);
    } else {
      this.#inFlight = Math.max(0, this.#inFlight - 1);
      this.events.problem(message.detail);
    }
  }

  #lost(socket: WebSocket, event: CloseEvent): void {
    if (socket !== this.#socket || !this.#wanted) return;
    if (event.code === 4403) {
      this.#wanted = false;
      this.events.state("refused", event.reason);
      return;
    }
    this.events.state("waiting", event.reason);
    this.#timer = setTimeout(() => this.#connect(), this.#waitMs);
    this.#waitMs = Math.min(LONGEST_WAIT_MS, this.#waitMs * 2);
  }

  #say(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }
}
