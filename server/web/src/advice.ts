import type { FileFault } from "./upload";
import type { LinkState } from "./link";
import { told, toldFit } from "./told";
import type { FitNote } from "./wire";
import { type Language, say } from "./words";

/** What is known that a shopper may have to hear. */
export interface Known {
  link: LinkState;
  problem: string;
  fileFault: FileFault | undefined;
  black: boolean;
  guidance: string;
  /** How the products sit; empty where nobody asked. */
  fit: readonly FitNote[];
}

/** The one thing to tell a shopper now, or "": first what keeps the picture away, then the face, then the fit. */
export function advice(language: Language, known: Known): string {
  if (known.link === "waiting" || known.link === "connecting") {
    return known.problem ? told(language, known.problem) : say(language, "waiting");
  }
  if (known.fileFault) return say(language, known.fileFault);
  if (known.black) return say(language, "black");
  if (known.guidance && known.guidance !== "Looks good.") return told(language, known.guidance);
  return known.fit.map((note) => toldFit(language, note)).join("\n");
}
