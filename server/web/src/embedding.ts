/**
 * The page inside a shop's frame, `/embed?look=…&product=…&origin=https://shop.example`: tells the shop what happens
 * and takes its wishes, both as messages `{ source: "tryon", … }`. Nothing about the shopper's face leaves this way:
 * only that the mirror is open, the status line, that consent was given or ended, that a photo was taken.
 *
 * The shop's origin is the `origin` parameter, or what the browser says about the page around. The server decides by
 * its Content-Security-Policy which sites may frame this page at all.
 */

/** What a shop may ask for. */
export interface Wish {
  look?: string;
  product?: string;
  strength?: number;
  split?: number | null;
}

function shop(): string | undefined {
  if (window.parent === window) return undefined;
  return new URLSearchParams(location.search).get("origin") ?? location.ancestorOrigins?.[0] ?? undefined;
}

export function announce(type: string, detail: unknown): void {
  const origin = shop();
  if (origin) window.parent.postMessage({ source: "tryon", type, detail }, origin);
}

/** Hear the shop's wishes; anything that is no wish is passed over. */
export function listen(take: (wish: Wish) => void): void {
  const origin = shop();
  if (!origin) return;
  addEventListener("message", (event: MessageEvent<unknown>) => {
    if (event.source !== window.parent || event.origin !== origin) return;
    const wish = wishFrom(event.data);
    if (wish) take(wish);
  });
}

/** The wish in a message; undefined when it is none. */
export function wishFrom(data: unknown): Wish | undefined {
  if (typeof data !== "object" || data === null || (data as { source?: unknown }).source !== "tryon") return undefined;
  const { look, product, strength, split } = data as Record<string, unknown>;
  const isShare = (value: unknown): value is number => typeof value === "number" && value >= 0 && value <= 1;
  return {
    ...(typeof look === "string" ? { look } : {}),
    ...(typeof product === "string" ? { product } : {}),
    ...(isShare(strength) ? { strength } : {}),
    ...(split === null || isShare(split) ? { split } : {}),
  };
}
