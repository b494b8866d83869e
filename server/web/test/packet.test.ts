import { describe, expect, it } from "vitest";
import { packetBytes, parsePacket } from "../src/packet";
import { HEADER_BYTES, KIND } from "../src/wire";

const packet = {
  kind: KIND.JPEG,
  flags: 0,
  sequence: 4_000_000_000,
  capturedUs: 123_456_789_012,
  width: 640,
  height: 480,
  payload: new Uint8Array([1, 2, 3]),
};

describe("a packet", () => {
  it("survives the wire", () => {
    expect(parsePacket(packetBytes(packet).buffer)).toEqual({ ...packet, serverUs: 0 });
  });

  it("begins as the server expects: tm, kind, little-endian", () => {
    const bytes = packetBytes(packet);
    expect(bytes.byteLength).toBe(HEADER_BYTES + 3);
    expect([...bytes.slice(0, 4)]).toEqual([0x74, 0x6d, 1, 0]);
    expect([...bytes.slice(4, 8)]).toEqual([0x00, 0x28, 0x6b, 0xee]);
  });

  it("is refused when it is half a packet or something else", () => {
    expect(() => parsePacket(new ArrayBuffer(HEADER_BYTES))).toThrow("half");
    expect(() => parsePacket(new ArrayBuffer(200))).toThrow("something else");
  });
});
