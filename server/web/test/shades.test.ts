// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import type { LookCard } from "../src/api";
import { wishFrom } from "../src/embedding";
import { Counter } from "../src/numbers";
import { isBlack } from "../src/sampler";
import { colorName, shadesFor } from "../src/shades";

const layer = (effect: string, color: string | null) => ({ index: 0, effect, opacity: 1, color });
const look = (...layers: LookCard["layers"]): LookCard => ({ name: "x", title: "X", description: "", tags: [], layers });

describe("shades", () => {
  it("begin with the look's own and hold each color once", () => {
    const looks = [look(layer("lipstick", "#B3364A")), look(layer("lipstick", "#a3101f")), look(layer("lipstick", "#b3364a"), layer("blush", "#d9707a"))];
    expect(shadesFor(layer("lipstick", "#a3101f"), looks)).toEqual(["#a3101f", "#b3364a"]);
    expect(shadesFor(layer("lashes", null), looks)).toEqual([]);
  });

  it("have names a seller would use", () => {
    const names = Object.fromEntries(["#b3131f", "#5a1020", "#000000", "#2f5fd0", "#8a5a3c", "#f4d7c8"].map((color) => [color, colorName("en", color)]));
    expect(names).toEqual({
      "#b3131f": "red",
      "#5a1020": "wine",
      "#000000": "black",
      "#2f5fd0": "blue",
      "#8a5a3c": "brown",
      "#f4d7c8": "soft peach",
    });
    expect(colorName("zh", "#000000")).toBe("黑色");
  });
});

describe("a picture", () => {
  it("is black when a cover is on the lens, noise and all", () => {
    expect(isBlack([0, 3, 5, 255, 2, 0, 4, 255])).toBe(true);
    expect(isBlack([0, 3, 5, 255, 60, 40, 30, 255])).toBe(false);
  });
});

describe("the counter", () => {
  it("tells pictures a second and the middle latency", () => {
    const counter = new Counter();
    let numbers;
    for (let at = 0; at <= 20; at++) numbers = counter.add(at * 50, at % 2 ? 30 : 40, 12) ?? numbers;
    expect(numbers?.fps).toBeCloseTo(20, 5);
    expect(numbers?.latencyMs).toBe(40);
    expect(numbers?.serverMs).toBe(12);
  });
});

describe("a shop's message", () => {
  it("is a wish when it says so, and only in range", () => {
    expect(wishFrom({ source: "tryon", look: "rose", strength: 0.5, split: null })).toEqual({ look: "rose", strength: 0.5, split: null });
    expect(wishFrom({ source: "tryon", look: 3, strength: 7, split: -1 })).toEqual({});
    for (const other of [null, "x", {}, { source: "elsewhere", look: "rose" }]) expect(wishFrom(other)).toBeUndefined();
  });
});
