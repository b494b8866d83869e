// Made by tools/make_wire.py from tryon/server/wire.py; edit those instead.

/** What to show from the next frame on; fields left out stay as they were. key: The last H.264 picture could not be decoded; the next one must need no other. */
export interface Control {
  type: "control";
  look?: string | null;
  intensity?: number | null;
  split?: number | null;
  unsplit?: boolean;
  key?: boolean;
  wear?: WornProduct[] | null;
  layers?: LayerChange[] | null;
}

/** How one worn product sits on the shopper, in a sentence for them. */
export interface FitNote {
  product: string;
  verdict: string;
  ok: boolean;
}

/** First message of a client: its protocol, the consent it holds, and the shop's token where one is needed. codec: How pictures travel, both ways. width: How wide a picture the client would like to send. */
export interface Hello {
  type: "hello";
  version?: 1;
  consent: string;
  codec?: "jpeg" | "h264";
  width?: number;
  token?: string | null;
}

/** Strength, and color if given, of one layer of the look. */
export interface LayerChange {
  index: number;
  opacity?: number | null;
  color?: string | null;
}

/** Something was refused; the socket stays open unless it was the last straw. */
export interface Problem {
  type: "problem";
  code: string;
  detail: string;
}

/** The server's answer to `Hello`. */
export interface Ready {
  type: "ready";
  version: 1;
  codec: "jpeg" | "h264";
  width: number;
  height: number;
  fps: number;
}

/** Once a second: what the shopper should know, and the numbers on demand. guidance: One plain sentence about the face, "Looks good." when all is well. fit: How the worn products sit, as far as it can be told. width, height, fps: What the client should send now; lower under overload, with the reason in `notice`. */
export interface Status {
  type: "status";
  guidance: string;
  faces: number;
  width: number;
  height: number;
  fps: number;
  step_ms: number;
  dropped: number;
  notice: string;
  fit: FitNote[];
}

/** One product to wear. */
export interface WornProduct {
  product: string;
  variant?: string | null;
}

export type ClientMessage = Hello | Control;
export type ServerMessage = Ready | Status | Problem;

export const KIND = { JPEG: 1, H264: 2 } as const;
export const KEY_FRAME = 1;
export const BT709 = 2;
export const FULL_RANGE = 4;
export const HEADER_BYTES = 24;
