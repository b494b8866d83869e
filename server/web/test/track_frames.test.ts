import { describe, expect, it } from "vitest";
import { cut, plainColors } from "../src/track_frames";

const frame = (changes: object, colors: object = {}) =>
  ({
    format: "I420",
    visibleRect: { width: 640, height: 480 },
    displayWidth: 640,
    displayHeight: 480,
    rotation: 0,
    flip: false,
    colorSpace: { matrix: null, fullRange: null, ...colors },
    ...changes,
  }) as unknown as VideoFrame;

describe("a camera's frame goes into the encoder as it is", () => {
  it("when its colors are told or are what cameras send", () => {
    expect(plainColors(frame({}))).toEqual({ bt709: false, fullRange: false });
    expect(plainColors(frame({}, { matrix: "bt709", fullRange: true }))).toEqual({ bt709: true, fullRange: true });
    expect(plainColors(frame({ format: "NV12" }, { matrix: "smpte170m" }))).toEqual({ bt709: false, fullRange: false });
  });

  it("and is drawn first when it is turned, stretched, no 4:2:0, or of unknown colors", () => {
    for (const each of [frame({ rotation: 90 }), frame({ flip: true }), frame({ format: "RGBX" }), frame({ displayWidth: 480 })]) {
      expect(plainColors(each)).toBeUndefined();
    }
    expect(plainColors(frame({}, { matrix: "bt2020-ncl" }))).toBeUndefined();
  });
});

describe("a cut", () => {
  it("lies on even pixels and inside the frame", () => {
    expect(cut({ x: 159.7, y: 0.3, width: 960.6, height: 720 }, { width: 1280, height: 720 })).toEqual({ x: 158, y: 0, width: 960, height: 720 });
    expect(cut({ x: 1, y: 1, width: 639, height: 479 }, { width: 639, height: 479 })).toEqual({ x: 0, y: 0, width: 638, height: 478 });
  });
});
