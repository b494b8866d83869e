import type { Api, Receipt } from "./api";
import { keep, kept } from "./receipts";
import type { Language } from "./words";

const AGAIN_MS = 3000;

export interface Calls {
  /** Text or receipt are others than before. */
  changed(): void;
  /** The server does not answer. */
  offline(error: unknown): void;
  /** It answers again. */
  online(): void;
}

/** The shopper's consent: what is asked, the receipt once it is given, and its end. */
export class Consenting {
  text = "";
  #receipt: Receipt | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly api: () => Api,
    readonly calls: Calls,
  ) {}

  get receipt(): Receipt | undefined {
    return this.#receipt;
  }

  /** The consent given in this tab before a reload. */
  recall(): Receipt | undefined {
    this.#receipt = kept();
    return this.#receipt;
  }

  /** Read what is asked; again and again while the server does not answer. */
  async read(language: Language): Promise<void> {
    clearTimeout(this.#again);
    try {
      this.text = (await this.api().consentText(language)).text;
      this.calls.online();
    } catch (error) {
      this.calls.offline(error);
      this.#again = setTimeout(() => !this.#receipt && void this.read(language), AGAIN_MS);
    }
    this.calls.changed();
  }

  /** Agree; undefined when the server does not answer. */
  async agree(language: Language): Promise<Receipt | undefined> {
    try {
      this.#receipt = await this.api().agree(language);
      keep(this.#receipt);
    } catch (error) {
      this.calls.offline(error);
    }
    return this.#receipt;
  }

  /** The consent no longer holds here, whatever the server knows. */
  forget(): Receipt | undefined {
    const receipt = this.#receipt;
    this.#receipt = undefined;
    keep(undefined);
    return receipt;
  }

  /** Ask no more. */
  stop(): void {
    clearTimeout(this.#again);
  }
}
