import { describe, expect, it } from "vitest";
import { modelUrl, quickLookUrl, sceneViewerUrl } from "../src/room/ar_links";
import { Newest } from "../src/room/newest";
import type { Piece, Point } from "../src/room/room_api";
import { boundsOf, inside, pieceAt, turnOf, wrapped } from "../src/room/room_geometry";
import { errorText, lengthText, sizeText } from "../src/room/room_lengths";
import { roomTold } from "../src/room/room_told";
import { sayRoom } from "../src/room/room_words";

const SQUARE: Point[] = [[0.2, 0.2], [0.4, 0.2], [0.4, 0.4], [0.2, 0.4]];

function piece(id: string, outline: Point[], at: Point): Piece {
  return { id, outline, at, product: id, name: id, kind: "sofa", variant: null, plane: "floor", yaw_deg: 0, size_mm: [1, 1, 1] };
}

describe("the newest place alone", () => {
  it("is sent, one at a time", async () => {
    const sent: number[] = [];
    let release: () => void = () => undefined;
    const newest = new Newest<number>((value) => new Promise((done) => ((release = done), sent.push(value))));
    for (let value = 1; value <= 5; value++) newest.offer(value);
    expect(sent).toEqual([1]);
    release();
    await new Promise((done) => setTimeout(done));
    expect(sent).toEqual([1, 5]);
    release();
    await newest.settled;
    newest.offer(6);
    expect(sent).toEqual([1, 5, 6]);
  });
});

describe("a finger", () => {
  it("finds the piece under it, whichever way its outline runs", () => {
    expect(inside(SQUARE, [0.3, 0.3])).toBe(true);
    expect(inside([...SQUARE].reverse(), [0.3, 0.3])).toBe(true);
    expect(inside(SQUARE, [0.41, 0.3])).toBe(false);
    expect(inside([], [0.3, 0.3])).toBe(false);
  });

  it("takes the piece in front of another", () => {
    const far = piece("far", SQUARE, [0.3, 0.38]);
    const near = piece("near", SQUARE, [0.3, 0.45]);
    expect(pieceAt([near, far], [0.3, 0.3])?.id).toBe("near");
    expect(pieceAt([near, far], [0.9, 0.9])).toBeUndefined();
  });

  it("turns a piece with a second one", () => {
    const before: [Point, Point] = [[0, 0], [1, 0]];
    expect(turnOf(before, [[0, 0], [0, -1]])).toBeCloseTo(90); // counterclockwise as it is seen: y grows downward
    expect(turnOf(before, [[0, 0], [0, 1]])).toBeCloseTo(-90);
    expect(wrapped(190)).toBe(-170);
    expect(wrapped(-190)).toBe(170);
  });

  it("gets a box that stays inside the picture", () => {
    const box = boundsOf([[-0.5, 0.2], [0.5, 0.2], [0.5, 1.5]]);
    expect(box.x).toBe(0);
    expect(box.y + box.height).toBe(1);
  });
});

describe("lengths", () => {
  const length = (value: number, half: number) => ({ value_mm: value, low_mm: value - half, high_mm: value + half, source: "" });
  it("show as many digits as are known, and never a smaller interval than there is", () => {
    expect(lengthText(length(1823, 8))).toBe("182.3 ± 0.8 cm");
    expect(lengthText(length(1823, 8.4))).toBe("182.3 ± 0.9 cm");
    expect(lengthText(length(1823, 41))).toBe("182 ± 5 cm");
    expect(lengthText(length(85.6, 0.31))).toBe("8.56 ± 0.04 cm");
    expect(lengthText({ value_mm: 1e6, low_mm: 2104, high_mm: 1e6, source: "" })).toBe("> 210 cm");
  });
  it("read as a catalog writes them", () => {
    expect(sizeText([2120, 820, 900])).toBe("212 × 82 × 90 cm");
    expect(sizeText([1835.6, 12, 900])).toBe("183.6 × 1.2 × 90 cm");
    expect(errorText(0.0072, "en")).toBe("± 0.7 %");
  });
});

describe("hand-off to phones", () => {
  const base = "https://shop.example";
  it("fixes the size", () => {
    expect(quickLookUrl(base, "sofa", "Ochre")).toBe("https://shop.example/api/products/sofa/model.usdz?variant=Ochre#allowsContentScaling=0");
    const link = sceneViewerUrl(base, "sofa", null, "Sofa & more", false, "https://shop.example/room");
    expect(link).toContain("resizable=false");
    expect(link).toContain("mode=ar_preferred");
    expect(link).toContain(encodeURIComponent("https://shop.example/api/products/sofa/model.glb"));
    expect(link.split("#Intent;")[1]).toContain("package=com.google.android.googlequicksearchbox");
    expect(link).not.toContain("Sofa & more");
    expect(sceneViewerUrl(base, "sofa", null, "", true, base)).toContain("enable_vertical_placement=true");
  });
  it("names the finish", () => {
    expect(modelUrl(base, "rug", "Black and brass", "glb")).toBe("https://shop.example/api/products/rug/model.glb?variant=Black+and+brass");
  });
});

describe("what the server says", () => {
  it("loses its command line in English and is translated otherwise", () => {
    const told = "Expected an A4 sheet, but what lies there has the shape of a Letter sheet; say --scale letter if that is right.";
    expect(roomTold("en", told)).not.toContain("--");
    expect(roomTold("zh", told)).toMatch(/^那里/);
    expect(roomTold("zh", "The Wool rug fits.")).toBe("羊毛地毯放得下。");
    expect(roomTold("zh", "Something new.")).toBe("Something new.");
  });
  it("says nothing of options or commands to a shopper", () => {
    const refusals = [
      "A sheet is in view, but A4 or Letter cannot be told apart with this camera's focal length and this view; say which it is, such as --scale a4.",
      "Nothing in view tells how large things are; lay a sheet of A4 or Letter, a bank card or a page of `tryon marker` on the floor, or say what you know: --scale points:…, tile:…, door:… or height:….",
      "What may be a bank card is too small to be sure; go nearer or say --scale card.",
      "A tag is in view, but not how large it is; say the edge of its black square in metres, such as --scale tag:0.10.",
      "The marker page looks as if seen with a focal length 1.20 times the one known by EXIF; send the photo as it was taken, or give --focal 1200.",
      "No whole tag is in view; keep all of it in the picture, flat and lit, or print one with: tryon marker.",
    ];
    for (const refusal of refusals) {
      expect(roomTold("en", refusal)).not.toMatch(/--|tryon|`/);
      expect(roomTold("en", refusal)).toMatch(/\.$/);
      expect(roomTold("zh", refusal)).not.toMatch(/--|tryon|[a-z]{3}/);
    }
  });
  it("translates each of several reasons", () => {
    const told = roomTold("zh", "Two marker pages are in view; cover one of them. The tag is folded or bent; lay it flat.");
    expect(told).toBe("画面中有两张标记页；请遮住一张。标记有折痕或弯曲；请平放。");
  });
  it("has every word in both languages", () => {
    expect(sayRoom("zh", "measure")).toBe("测量");
  });
});
