import { describe, expect, it } from "vitest";
import { cropped, placed, sent, shareAt, xOf } from "../src/fitting";

const camera = { width: 1280, height: 720 };

describe("a picture on the stage", () => {
  it("covers it, centered", () => {
    expect(placed({ width: 400, height: 600 }, { width: 640, height: 480 }, "cover")).toEqual({ x: -200, y: 0, width: 800, height: 600 });
  });

  it("is whole when it is one's own", () => {
    expect(placed({ width: 400, height: 600 }, { width: 640, height: 480 }, "contain")).toEqual({ x: 0, y: 150, width: 400, height: 300 });
  });
});

describe("what is sent", () => {
  it("is the middle that a phone shows", () => {
    const crop = cropped(camera, { width: 390, height: 600 });
    expect(crop.height).toBe(720);
    expect(crop.width / crop.height).toBeCloseTo(2 / 3, 5);
    expect(crop.x).toBeCloseTo((1280 - crop.width) / 2, 5);
  });

  it("does not change with a pixel more or less of panel", () => {
    expect(cropped(camera, { width: 390, height: 601 })).toEqual(cropped(camera, { width: 390, height: 600 }));
  });

  it("is the whole picture before the stage is known, and never wider than film", () => {
    expect(cropped(camera, { width: 0, height: 0 })).toEqual({ x: 0, y: 0, ...camera });
    expect(cropped(camera, { width: 4000, height: 100 })).toEqual({ x: 0, y: 0, ...camera });
  });

  it("follows a camera that was rotated", () => {
    const crop = cropped({ width: 720, height: 1280 }, { width: 390, height: 600 });
    expect(crop.width).toBe(720);
    expect(crop.height).toBeCloseTo(1080, 5);
  });

  it("has no more pixels than asked for, even sides, and none made up", () => {
    const asked = { width: 640, height: 480 };
    for (const crop of [camera, { width: 450, height: 720 }, { width: 333, height: 251 }]) {
      const { width, height } = sent(crop, asked);
      expect(width * height).toBeLessThanOrEqual(640 * 480 * 1.01);
      expect([width % 2, height % 2]).toEqual([0, 0]);
      expect(width / height).toBeCloseTo(crop.width / crop.height, 1);
      expect(width).toBeLessThanOrEqual(crop.width + 1);
    }
  });
});

describe("the line", () => {
  const box = { x: -200, y: 0, width: 800, height: 600 };

  it("returns to where it was put, in glass and out of it", () => {
    for (const mirrored of [true, false]) {
      for (const share of [0.3, 0.5, 0.71]) expect(shareAt(xOf(share, box, mirrored), box, mirrored)).toBeCloseTo(share, 9);
    }
  });

  it("runs the other way in a mirror, and stays on the picture", () => {
    expect(xOf(0.25, box, false)).toBe(0);
    expect(xOf(0.25, box, true)).toBe(400);
    expect(shareAt(-1000, box, false)).toBe(0);
    expect(shareAt(5000, box, true)).toBe(0);
  });
});
