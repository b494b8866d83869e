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

export class Api {
  constructor(readonly base: string) {}

  looks = (): Promise<LookCard[]> => this.#get("/api/looks");
  products = (): Promise<ProductCard[]> => this.#get("/api/products");
  consentText = (language: string): Promise<{ text: string }> => this.#get(`/api/consent?language=${language}`);
  agree = (language: string): Promise<Receipt> => this.#post("/api/consent", { language });
  withdraw = (token: string): Promise<{ withdrawn_s: number }> => this.#post("/api/consent/withdraw", { token });

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
    const response = await fetch(new URL(path, this.base), { ...options, credentials: "omit" });
    const body: unknown = await response.json();
    if (!response.ok) throw new Error((body as { detail?: string }).detail ?? response.statusText);
    return body as T;
  }
}
