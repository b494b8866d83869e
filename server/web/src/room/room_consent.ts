import type { Receipt } from "../api";

const KEY = "tryon-room-receipt";

/** The room's receipt of this tab, so that a reload need not ask again; undefined when there is none that holds. */
export function keptReceipt(): Receipt | undefined {
  try {
    const receipt = JSON.parse(sessionStorage.getItem(KEY) ?? "null") as Receipt | null;
    return receipt && receipt.expires_s * 1000 > Date.now() ? receipt : undefined;
  } catch {
    return undefined; // storage is forbidden in this frame: ask each time
  }
}

export function keepReceipt(receipt: Receipt | undefined): void {
  try {
    if (receipt) sessionStorage.setItem(KEY, JSON.stringify(receipt));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Storage is forbidden in this frame; the receipt lives in memory then.
  }
}
