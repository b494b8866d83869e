import type { Language } from "../words";

/**
 * What the server says about a room, in the shopper's language. Its English sentences are part of its contract
 * (`tests/server/test_room_words.py` checks that none is missing here); numbers in them are kept.
 */

type Put = string | ((...found: string[]) => string);

const SENTENCES: Record<string, string> = {
  "Mark the free space with the measuring tape to see whether it fits.": "请用测量工具标出空位，再看是否放得下。",
};

const PATTERNS: [RegExp, Put][] = [
  [/^Nothing in view tells how large things are;.*$/, "画面中没有已知大小的物体。请在地面上平放一张纸或银行卡，或手动标记。"],
];

// Sentences that speak to a command line, as a page would say them.
const PLAIN: [RegExp, string][] = [
  [/^Nothing in view tells how large things are;.*$/, "Nothing in the picture tells how large things are. Mark the sheet or card on the floor, or take a picture with one."],
];

/** The sentence in that language; one that is not known stays as it is. */
export function roomTold(language: Language, sentence: string): string {
  if (language === "en") return PLAIN.find(([pattern]) => pattern.test(sentence))?.[1] ?? sentence;
  const known = SENTENCES[sentence];
  if (known) return known;
  for (const [pattern, put] of PATTERNS) {
    const found = pattern.exec(sentence);
    if (found) return typeof put === "string" ? sentence.replace(pattern, put) : put(...found.slice(1));
  }
  return sentence;
}
