import { describe, expect, it } from "vitest";
import { effectName, kindName, named } from "../src/names";
import { told, toldFit } from "../src/told";
import { say, type Word } from "../src/words";

const some: Word[] = ["agree", "withdraw", "denied", "beforeAfter", "black", "drop"];
const chinese = /[\u4e00-\u9fff]/;

it("speaks both languages, differently", () => {
  for (const word of some) expect(say("zh", word)).not.toBe(say("en", word));
});

describe("names", () => {
  it("are words, never ids", () => {
    expect(effectName("en", "skin_smoothing")).toBe("Smooth skin");
    expect(effectName("zh", "lip_liner")).toBe("唇线");
    expect(effectName("en", "glitter_lip")).toBe("Glitter lip");
    expect(kindName("en", "face_mask")).toBe("Masks");
  });

  it("of a brand's own product stay as they are", () => {
    expect(named("zh", "Maison 7")).toBe("Maison 7");
    expect(named("zh", "Red carpet")).toBe("红毯");
  });
});

describe("the server's sentences", () => {
  it("keep their numbers in Chinese", () => {
    const said = told("zh", "Fits: your head is about 57 ± 2 cm around, the inside 58 cm.");
    expect(said).toBe("合适：头围约 57 ± 2 厘米，内围 58 厘米。");
    expect(told("zh", "8 mm too wide for your face.")).toBe("比您的脸宽 8 毫米。");
  });

  it("keep their doubt", () => {
    const sentence = "Probably loose by 24 mm: your wrist is taken to be 160 mm round (150 to 171).";
    expect(told("zh", sentence)).toBe("可能偏松 24 毫米：手腕约 160 毫米（150 至 171）。");
    expect(told("zh", sentence.replace("Probably l", "L"))).toMatch(/^偏松/);
  });

  it("pass through when nobody has translated them", () => {
    expect(told("zh", "Something new.")).toBe("Something new.");
    expect(told("en", "Move closer.")).toBe("Move closer.");
  });

  it("about fit begin with the product", () => {
    expect(toldFit("en", { product: "Aviator", verdict: "Fits." })).toBe("Aviator: Fits.");
    expect(toldFit("zh", { product: "Aviator", verdict: "Fits." })).toMatch(chinese);
  });
});
