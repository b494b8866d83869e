/** Numbers of the last second. */
export interface Numbers {
  fps: number;
  latencyMs: number;
  serverMs: number;
}

/** Counts pictures and gives the numbers once a second. */
export class Counter {
  #firstMs: number | undefined;
  #latencies: number[] = [];

  /** One picture on the screen at `nowMs`; the numbers when a second is full. */
  add(nowMs: number, latencyMs: number, serverMs: number): Numbers | undefined {
    this.#firstMs ??= nowMs;
    this.#latencies.push(latencyMs);
    const pastMs = nowMs - this.#firstMs;
    if (pastMs < 1000) return undefined;
    const sorted = this.#latencies.sort((a, b) => a - b);
    const fps = ((sorted.length - 1) * 1000) / pastMs;
    const numbers = { fps, latencyMs: sorted[Math.floor(sorted.length / 2)] ?? 0, serverMs };
    this.#firstMs = nowMs;
    this.#latencies = [latencyMs];
    return numbers;
  }
}
