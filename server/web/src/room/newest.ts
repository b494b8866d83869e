/**
 * Sends one thing at a time; of what is offered meanwhile only the newest is sent next, so that a finger is never
 * followed late.
 */
export class Newest<T> {
  #next: T | undefined;
  #running: Promise<void> | undefined;

  constructor(private readonly send: (value: T) => Promise<void>) {}

  offer(value: T): void {
    this.#next = value;
    this.#running ??= this.#run();
  }

  /** Done when nothing is left to send. */
  get settled(): Promise<void> {
    return this.#running ?? Promise.resolve();
  }

  async #run(): Promise<void> {
    while (this.#next !== undefined) {
      const value = this.#next;
      this.#next = undefined;
      await this.send(value);
    }
    this.#running = undefined;
  }
}
