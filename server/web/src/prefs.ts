/** What the page remembers on this device; where storage is forbidden, it forgets. */
export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(`tryon-${key}`, value);
  } catch {
    // Storage is forbidden in this frame.
  }
}

export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`tryon-${key}`);
  } catch {
    return null;
  }
}
