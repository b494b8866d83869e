import { HEADER_BYTES, KIND } from "./wire";

/** One picture on the wire; see tryon/server/wire.py for the header. */
export interface Packet {
  kind: number;
  flags: number;
  sequence: number;
  /** The sender's clock, microseconds; comes back untouched. */
  capturedUs: number;
  width: number;
  height: number;
  serverUs: number;
  payload: Uint8Array;
}

const MAGIC = 0x6d74; // "tm", little-endian
const KINDS = new Set<number>(Object.values(KIND));

export function packetBytes(packet: Omit<Packet, "serverUs">): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEADER_BYTES + packet.payload.byteLength);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, MAGIC, true);
  view.setUint8(2, packet.kind);
  view.setUint8(3, packet.flags);
  view.setUint32(4, packet.sequence >>> 0, true);
  view.setBigUint64(8, BigInt(Math.round(packet.capturedUs)), true);
  view.setUint16(16, packet.width, true);
  view.setUint16(18, packet.height, true);
  bytes.set(packet.payload, HEADER_BYTES);
  return bytes;
}

/** The packet in a server's message; throws when it is none. */
export function parsePacket(buffer: ArrayBuffer): Packet {
  if (buffer.byteLength <= HEADER_BYTES) throw new Error("The server sent half a packet.");
  const view = new DataView(buffer);
  const kind = view.getUint8(2);
  if (view.getUint16(0, true) !== MAGIC || !KINDS.has(kind)) throw new Error("The server sent something else.");
  return {
    kind,
    flags: view.getUint8(3),
    sequence: view.getUint32(4, true),
    capturedUs: Number(view.getBigUint64(8, true)),
    width: view.getUint16(16, true),
    height: view.getUint16(18, true),
    serverUs: view.getUint32(20, true),
    payload: new Uint8Array(buffer, HEADER_BYTES),
  };
}
