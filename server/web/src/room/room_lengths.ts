import type { Language } from "../words";
import type { Length } from "./room_api";

/** Lengths as a shopper reads them: centimetres with as many digits as are known. */

const ENDLESS_MM = 999_000; // nothing in the way, as the server says it

/** `182 ± 1 cm`, `7.4 ± 0.2 cm`: the interval's half, rounded up to one digit, decides how many digits count. */
export function lengthText(length: Length): string {
  if (length.high_mm >= ENDLESS_MM) return `> ${Math.floor(length.low_mm / 10)} cm`;
  const half = Math.max(length.high_mm - length.value_mm, length.value_mm - length.low_mm) / 10;
  const digits = half < 0.095 ? 2 : half < 0.95 ? 1 : 0;
  const step = 10 ** -digits;
  const shown = Math.max(step, Math.ceil(half / step - 1e-6) * step);
  return `${(length.value_mm / 10).toFixed(digits)} ± ${shown.toFixed(digits)} cm`;
}

/** `212 × 82 × 90 cm`: width, height, depth as sold. */
export function sizeText(size: [number, number, number]): string {
  return `${size.map((side) => trimmed(side / 10)).join(" × ")} cm`;
}

/** `± 0.8 %` */
export function errorText(error: number, language: Language): string {
  const percent = 100 * error;
  return `± ${percent < 1 ? percent.toFixed(1) : percent.toFixed(0)}${language === "zh" ? "%" : " %"}`;
}

function trimmed(value: number): string {
  return value.toFixed(1).replace(/\.0$/, "");
}
