import type { Receipt } from "./api";

const KEY = "tryon-receipt";

/** The receipt of this tab, so that a reload need not ask again; gone with the tab. Undefined when it has expired. */
export function kept(): Receipt | undefined {
  try {
    const receipt = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Receipt | null;
    return receipt && receipt.expires_s * 1000 > Date.now() ? receipt : undefined;
  } catch {
    return undefined; // storage is forbidden in this frame: ask each time
  }
}

export function keep(receipt: Receipt | undefined): void {
  try {
    if (receipt) sessionStorage.setItem(KEY, JSON.stringify(receipt));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Storage is forbidden in this frame; the receipt lives in memory then.
  }
}
