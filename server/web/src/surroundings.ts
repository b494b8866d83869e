import type { ReactiveController, ReactiveControllerHost } from "lit";
import type { Size } from "./fitting";

const ASLEEP_MS = 30_000;

export interface Calls {
  /** The page has been hidden for half a minute. */
  asleep(): void;
  /** The page is seen again. */
  awake(): void;
  /** A camera was plugged in or taken away. */
  plugged(): void;
  pasted(file: File): void;
  sized(size: Size): void;
}

/** What happens around an element: its page hidden or seen, cameras that come and go, pasted files, its own size. */
export class Surroundings implements ReactiveController {
  #sleep: ReturnType<typeof setTimeout> | undefined;
  #observer: ResizeObserver | undefined;

  constructor(
    readonly host: ReactiveControllerHost & Element,
    readonly calls: Calls,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    document.addEventListener("visibilitychange", this.#seen);
    navigator.mediaDevices?.addEventListener("devicechange", this.#plugged);
    addEventListener("paste", this.#paste);
    this.#observer = new ResizeObserver(([entry]) => entry && this.calls.sized(entry.contentRect));
    this.#observer.observe(this.host);
  }

  hostDisconnected(): void {
    document.removeEventListener("visibilitychange", this.#seen);
    navigator.mediaDevices?.removeEventListener("devicechange", this.#plugged);
    removeEventListener("paste", this.#paste);
    this.#observer?.disconnect();
    clearTimeout(this.#sleep);
  }

  #seen = (): void => {
    clearTimeout(this.#sleep);
    if (document.hidden) this.#sleep = setTimeout(() => this.calls.asleep(), ASLEEP_MS);
    else this.calls.awake();
  };

  #plugged = (): void => this.calls.plugged();

  #paste = (event: ClipboardEvent): void => {
    const file = event.clipboardData?.files[0];
    if (file) this.calls.pasted(file);
  };
}
