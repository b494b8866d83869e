// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Link, type LinkEvents, merged } from "../src/link";
import { packetBytes } from "../src/packet";
import { KIND } from "../src/wire";

class FakeSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = FakeSocket.OPEN;
  bufferedAmount = 0;
  sent: (string | Uint8Array)[] = [];
  onopen?: () => void;
  onmessage?: (event: { data: unknown }) => void;
  onclose?: (event: { code: number; reason: string }) => void;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(data: string | Uint8Array) {
    this.sent.push(data);
  }
  close(code = 1000) {
    this.readyState = 3;
    this.onclose?.({ code, reason: "" });
  }
  hear(data: unknown) {
    this.onmessage?.({ data });
  }
  texts() {
    return this.sent.filter((data): data is string => typeof data === "string").map((text) => JSON.parse(text) as Record<string, unknown>);
  }
}

const picture = { bytes: new Uint8Array([1]), width: 640, height: 480 };
const ready = JSON.stringify({ type: "ready", version: 1, codec: "jpeg", width: 640, height: 480, fps: 30 });
let events: { [name in keyof LinkEvents]: ReturnType<typeof vi.fn> };

function linked(): { link: Link; socket: FakeSocket } {
  const link = new Link("ws://x/api/mirror", () => "token", events as unknown as LinkEvents);
  link.control({ look: "rose", intensity: 1 });
  link.open();
  const socket = FakeSocket.all.at(-1) as FakeSocket;
  socket.onopen?.();
  socket.hear(ready);
  return { link, socket };
}

function answer(sequence: number): ArrayBuffer {
  return packetBytes({ kind: KIND.JPEG, flags: 0, sequence, capturedUs: 1, width: 640, height: 480, payload: new Uint8Array([9]) }).buffer;
}

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.all = [];
  vi.stubGlobal("WebSocket", FakeSocket);
  events = { state: vi.fn(), picture: vi.fn(), status: vi.fn(), problem: vi.fn() };
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("the link", () => {
  it("says hello with the consent, then what is worn", () => {
    const { socket } = linked();
    expect(socket.texts()).toEqual([
      { type: "hello", version: 1, consent: "token", codec: "jpeg", width: 640 },
      { type: "control", look: "rose", intensity: 1 },
    ]);
  });

  it("gathers what a slider does into one message before the next picture", () => {
    const { link, socket } = linked();
    for (let step = 0; step < 50; step++) link.control({ intensity: step / 50 });
    link.send(picture, 0);
    expect(socket.texts().slice(2)).toEqual([{ type: "control", intensity: 0.98 }]);
    expect(socket.sent.at(-1)).toBeInstanceOf(Uint8Array);
  });

  it("has two pictures on the way at most; an answer clears those passed over too", () => {
    const { link, socket } = linked();
    link.send(picture, 0);
    expect(link.hasRoom).toBe(true);
    link.send(picture, 0);
    expect(link.hasRoom).toBe(false);
    socket.hear(answer(1));
    expect(link.inFlight).toBe(0);
  });

  it("comes back after a loss, wearing the same", () => {
    const { link, socket } = linked();
    link.control({ layers: [{ index: 7, color: "#112233" }] });
    socket.close(1006);
    expect(events.state).toHaveBeenLastCalledWith("waiting", "");
    vi.advanceTimersByTime(600);
    const next = FakeSocket.all.at(-1) as FakeSocket;
    expect(next).not.toBe(socket);
    next.onopen?.();
    next.hear(ready);
    expect(next.texts().at(-1)).toEqual({ type: "control", look: "rose", intensity: 1, layers: [{ index: 7, color: "#112233" }] });
  });

  it("waits longer and longer, and not at all when the network is back", () => {
    const { link } = linked();
    for (let times = 0; times < 4; times++) {
      (FakeSocket.all.at(-1) as FakeSocket).close(1006);
      vi.advanceTimersByTime(500 * 2 ** times + 10);
    }
    const count = FakeSocket.all.length;
    expect(count).toBe(5);
    (FakeSocket.all.at(-1) as FakeSocket).close(1006);
    link.wake();
    expect(FakeSocket.all.length).toBe(count + 1);
  });

  it("leaves a socket that has died without a word", () => {
    const { link, socket } = linked();
    link.send(picture, 0);
    socket.hear(answer(0));
    link.send(picture, 0);
    vi.advanceTimersByTime(7000);
    expect(link.hasRoom).toBe(false);
    expect(FakeSocket.all.at(-1)).not.toBe(socket);
  });

  it("does not come back when the consent is refused", () => {
    const { socket } = linked();
    socket.close(4403);
    vi.advanceTimersByTime(60_000);
    expect(events.state).toHaveBeenLastCalledWith("refused", "");
    expect(FakeSocket.all.length).toBe(1);
  });
});

describe("changes", () => {
  it("of layers add up, by layer", () => {
    const both = merged({ layers: [{ index: 1, opacity: 0.5 }] }, { layers: [{ index: 1, color: "#ffffff" }, { index: 2, opacity: 1 }] });
    expect(both.layers).toEqual([{ index: 1, opacity: 0.5, color: "#ffffff" }, { index: 2, opacity: 1 }]);
  });

  it("of layers are forgotten with a new look", () => {
    expect(merged({ look: "rose", layers: [{ index: 1, opacity: 0.5 }] }, { look: "smoky" })).toEqual({ look: "smoky" });
  });
});
