/** The server's REST routes, typed; every failure is an Error with the server's own sentence. */

export interface LayerCard {
  index: number;
  effect: string;
  opacity: number;
  color: string | null;
}

export interface LookCard {
  name: string;
  title: string;
  description: string;
  tags: string[];
  layers: LayerCard[];
}

export interface ProductCard {
  product: string;
  name: string;
  kind: string;
  description: string;
  variants: string[];
  size_mm: [number, number, number];
}

export interface Receipt {
  id: string;
  given_s: number;
  expires_s: number;
  language: string;
  text: string;
  text_sha256: string;
  token: string;
}

/** A photo kept on the server for a while; `removal_url` is the shopper's alone. */
export interface KeptPhoto {
  url: string;
  removal_url: string;
  expires_s: number;
}

/** Signed: this photo was deleted at that time. */
export interface DeletionProof {
  id: string;
  sha256: string;
  deleted_s: number;
  proof: string;
}

export class Api {
  /** `token`: a shopper's token from the shop's own server, where the mirror's server asks for one. */
  constructor(
    readonly base: string,
    readonly token = "",
  ) {}

  looks = (): Promise<LookCard[]> => this.#get("/api/looks");
  products = (): Promise<ProductCard[]> => this.#get("/api/products");
  consentText = (language: string): Promise<{ text: string }> => this.#get(`/api/consent?language=${language}`);
  agree = (language: string): Promise<Receipt> => this.#post("/api/consent", { language });
  withdraw = (token: string): Promise<{ withdrawn_s: number }> => this.#post("/api/consent/withdraw", { token });

  /** Keep a photo on the server for some hours. */
  keepPhoto(photo: Blob, hours: number, consent: string): Promise<KeptPhoto> {
    const headers = { "Content-Type": photo.type, "X-Tryon-Consent": consent };
    return this.#ask(`/api/photos?hours=${hours}`, { method: "POST", headers, body: photo });
  }

  /** Delete it now. */
  removePhoto = (kept: KeptPhoto): Promise<DeletionProof> => this.#ask(kept.removal_url, { method: "DELETE" });

  get socketUrl(): string {
    const url = new URL("/api/mirror", this.base);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return url.href;
  }

  #get<T>(path: string): Promise<T> {
    return this.#ask(path, {});
  }

  #post<T>(path: string, body: unknown): Promise<T> {
    const headers = { "Content-Type": "application/json" };
    return this.#ask(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  async #ask<T>(path: string, options: RequestInit): Promise<T> {
    const headers = { ...(options.headers as Record<string, string>), ...(this.token ? { "X-Tryon-Token": this.token } : {}) };
    const response = await fetch(new URL(path, this.base), { ...options, headers, credentials: "omit" });
    const body: unknown = await response.json();
    if (!response.ok) throw new Error((body as { detail?: string }).detail ?? response.statusText);
    return body as T;
  }
}
