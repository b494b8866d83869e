import { expect, it } from "vitest";
import { say, type Word } from "../src/words";

const some: Word[] = ["agree", "withdraw", "denied", "beforeAfter"];

it("speaks both languages, differently", () => {
  for (const word of some) expect(say("zh", word)).not.toBe(say("en", word));
});
