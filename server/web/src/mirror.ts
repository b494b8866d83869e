import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, queryAll, state } from "lit/decorators.js";
import { Api, type Receipt } from "./api";
import { Camera, CameraError, type CameraFault } from "./camera";
import { contactSheet } from "./contact_sheet";
import { type Box, placed, type Size } from "./fitting";
import { type Change, Link, type LinkState, type Transport } from "./link";
import { mirrorStyle } from "./mirror_style";
import { Counter } from "./numbers";
import type { Packet } from "./packet";
import { keep, kept } from "./receipts";
import { Sampler } from "./sampler";
import type { Source } from "./source";
import "./split_line";
import { told, toldFit } from "./told";
import { Clip, type FileFault, FileError, openFile, Still } from "./upload";
import type { FitNote, LayerChange, Status, WornProduct } from "./wire";
import { type Language, ownLanguage, say, type Word } from "./words";

type Phase = "asking" | "declined" | "opening" | "open" | "withdrawn";
type Fault = CameraFault | "offline";

const ASLEEP_MS = 30_000;
const SAY_MS = 1500;
const STILL: Size = { width: 1280, height: 960 };

/**
 * The mirror alone: `<try-on-mirror look="rose" product="aviator"></try-on-mirror>`.
 *
 * Asks for consent, opens the camera, shows the shopper wearing look and products, and says what they should change.
 *
 * Attributes: `look` (empty for a bare face), `product` (names, separated by commas), `strength` (0 to 1), `split`
 * (0 to 1: where the bare half ends, as a share of the width; absent for none), `server` (its address; the script's
 * own by default), `token` (a shopper's, from the shop's server), `language` (en, zh), `source` (camera, file), `fitting` (says how products sit), `facing` (mirror: left and right as in glass;
 * camera: as others see it).
 *
 * Events, all bubbling through shadow roots: `tryon-open`, `tryon-status` (detail: Status), `tryon-numbers` (Numbers),
 * `tryon-problem` (string), `tryon-fault` (string: a camera's or file's fault), `tryon-split` (number), `tryon-choose`
 * (string: the look tapped while comparing), `tryon-consent` (Receipt, or null when withdrawn).
 */
@customElement("try-on-mirror")
export class TryOnMirror extends LitElement {
  static override styles = mirrorStyle;

  @property() look = "";
  @property() product = "";
  @property({ type: Number }) strength = 1;
  @property({ type: Number }) split: number | null = null;
  @property() server = "";
  /** A shopper's token, where the server asks shops for one. */
  @property() token = "";
  @property() language: Language = ownLanguage();
  @property() source: "camera" | "file" = "camera";
  @property() facing: "mirror" | "camera" = "mirror";
  /** How pictures travel: auto, jpeg, h264, webrtc. */
  @property() transport: Transport = "auto";
  /** How wide a picture to ask for; the server may say less. */
  @property({ type: Number }) wished = 640;
  /** Changes of single layers of the look. */
  @property({ attribute: false }) layers: LayerChange[] = [];
  /** Products with their variants; instead of `product` when given. */
  @property({ attribute: false }) worn: WornProduct[] | undefined;
  /** Say on the picture how the products sit. */
  @property({ type: Boolean }) fitting = false;
  /** Looks side by side, up to four; "" is the bare face. */
  @property({ attribute: false }) compared: { look: string; title: string }[] = [];

  @state() private phase: Phase = "asking";
  @state() private consentText = "";
  @state() private fault: Fault | undefined;
  @state() private fileFault: FileFault | undefined;
  @state() private linkState: LinkState = "closed";
  @state() private problem = "";
  @state() private guidance = "";
  @state() private fit: FitNote[] = [];
  @state() private black = false;
  @state() private said = "";
  @state() private box: Box | undefined;
  @state() private hasSource = false;
  @query("canvas.main") private canvas!: HTMLCanvasElement;
  @query('input[type="file"]') private input: HTMLInputElement | null | undefined;
  @queryAll("figure canvas") private tiles!: NodeListOf<HTMLCanvasElement>;

  readonly camera = new Camera();
  receipt: Receipt | undefined;
  #api: Api | undefined;
  #link: Link | undefined;
  #source: Source | undefined;
  #sampler = new Sampler();
  #counter = new Counter();
  #running = false;
  #pumps = 0;
  #newest = 0;
  #turn = 0;
  /** Pictures on their way for a tile: which, and of which comparison. */
  #tileOf = new Map<number, { turn: number; of: string }>();
  #stage: Size = { width: 0, height: 0 };
  #observer: ResizeObserver | undefined;
  #asleep: ReturnType<typeof setTimeout> | undefined;
  #saying: ReturnType<typeof setTimeout> | undefined;
  #probedMs = 0;
  #hurry: (() => void) | undefined;

  get api(): Api {
    this.#api ??= new Api(this.server || new URL(import.meta.url).origin, this.token);
    return this.#api;
  }

  /** Whether a worn picture is on the screen. */
  get isOpen(): boolean {
    return this.phase === "open" && this.#newest > 0;
  }

  /** What a video of the shopper's own plays in; undefined for a camera or a picture. */
  get video(): HTMLVideoElement | undefined {
    return this.#source instanceof Clip ? this.#source.element : undefined;
  }

  /** How pictures travel now. */
  get codec(): string {
    return this.#link?.codec ?? "";
  }

  /** The worn picture as others see the shopper, as a PNG; undefined before the first one. */
  async photo(): Promise<Blob | undefined> {
    if (!this.isOpen) return undefined;
    const canvas = this.compared.length ? contactSheet([...this.tiles], this.compared) : this.canvas;
    return (await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"))) ?? undefined;
  }

  /** The worn pictures as a stream, for recording. */
  stream(): MediaStream {
    return this.canvas.captureStream(30);
  }

  /** Choose another camera. */
  async useCamera(deviceId: string): Promise<void> {
    await this.#openCamera(deviceId);
  }

  /** Show the file chooser; works only while a click is handled. */
  chooseFile(): void {
    this.input?.click();
  }

  /** Wear on a picture or video of the shopper's own. Needs consent first. */
  async useFile(file: Blob): Promise<void> {
    this.fileFault = undefined;
    try {
      this.#use(await openFile(file));
    } catch (error) {
      this.fileFault = error instanceof FileError ? error.fault : "unreadable";
      this.#tell("tryon-fault", this.fileFault);
    }
  }

  /** End the consent: camera and socket close at once; the server's time of the end comes back. */
  async withdraw(): Promise<number | undefined> {
    const receipt = this.receipt;
    this.receipt = undefined;
    keep(undefined);
    this.#stop();
    this.phase = "withdrawn";
    if (!receipt) return undefined;
    this.#tell("tryon-consent", null);
    return (await this.api.withdraw(receipt.token)).withdrawn_s;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.#seen);
    navigator.mediaDevices?.addEventListener("devicechange", this.#plugged);
    addEventListener("paste", this.#paste);
    this.#observer = new ResizeObserver(([entry]) => {
      if (entry) this.#stage = entry.contentRect;
      this.#measure();
    });
    this.#observer.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.#seen);
    navigator.mediaDevices?.removeEventListener("devicechange", this.#plugged);
    removeEventListener("paste", this.#paste);
    this.#observer?.disconnect();
    this.#stop();
  }

  override firstUpdated(): void {
    this.receipt = kept();
    if (!this.receipt) return;
    this.#tell("tryon-consent", this.receipt);
    void this.#start();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("language") && !this.receipt) void this.#readConsent();
    if (changed.has("facing")) this.#measure();
    if (!this.#link) return;
    const change = this.#changeFrom(changed);
    if (!Object.keys(change).length) return;
    this.#link.control(change);
    if (this.#source instanceof Still) this.#source.poke();
    if (change.look || change.wear || changed.has("look")) this.#hurry?.();
  }

  override render() {
    const mirrored = this.#mirrored ? "mirrored" : "";
    const whole = this.#source?.fit === "contain" ? "whole" : "";
    return html`<canvas class="main ${mirrored} ${whole}" role="img" aria-label=${this.#word("mirrorImage")}
        ?hidden=${this.compared.length > 0}></canvas>
      ${this.compared.length ? this.#compareTiles(`${mirrored} ${whole}`) : this.#splitLine()} ${this.#guide()} ${this.#over()}
      <p class="said" role="status">${this.said}</p>
      ${this.source === "file" && this.receipt
        ? html`<input type="file" accept="image/*,video/*" tabindex="-1" aria-label=${this.#word("choose")} @change=${this.#picked} />`
        : nothing}`;
  }

  #compareTiles(kind: string) {
    return html`<div class="tiles n${this.compared.length}">
      ${this.compared.map(
        ({ look, title }) => html`<figure>
          <canvas class=${kind} aria-hidden="true"></canvas>
          <button @click=${() => this.#tell("tryon-choose", look)} aria-label="${title}: ${this.#word("compareChoose")}">
            <span>${title}</span>
          </button>
        </figure>`,
      )}
    </div>`;
  }

  #splitLine() {
    if (this.split === null || !this.box || !this.isOpen) return nothing;
    return html`<try-on-line .share=${this.split} .box=${this.box} .mirrored=${this.#mirrored} .language=${this.language}
      @move=${(event: CustomEvent<number>) => this.#splitAt(event.detail)}></try-on-line>`;
  }

  #guide() {
    const words = this.#advice();
    return words && this.phase === "open" && !this.fault ? html`<p class="guide" aria-hidden="true">${words}</p>` : nothing;
  }

  /** The one thing to tell now, or "". */
  #advice(): string {
    if (this.linkState === "waiting" || this.linkState === "connecting") {
      return this.problem ? told(this.language, this.problem) : this.#word("waiting");
    }
    if (this.fileFault) return this.#word(this.fileFault);
    if (this.black) return this.#word("black");
    if (this.guidance && this.guidance !== "Looks good.") return told(this.language, this.guidance);
    return this.fitting && !this.compared.length ? this.fit.map((note) => toldFit(this.language, note)).join("\n") : "";
  }

  #over() {
    if (this.phase === "asking" || this.phase === "declined") {
      return html`<div class="over"><div>
        <h2>${this.#word("welcome")}</h2>
        <p>${this.phase === "declined" ? this.#word("declined") : this.consentText}</p>
        <div class="buttons">
          <button class="main" @click=${this.#agree} ?disabled=${!this.consentText}>${this.#word(this.#agreeWord)}</button>
          ${this.phase === "asking"
            ? html`<button @click=${() => (this.phase = "declined")}>${this.#word("decline")}</button>`
            : nothing}
        </div>
        ${this.fault ? html`<p role="alert">${this.#word(this.fault)}</p>` : nothing}
        <slot name="aside"></slot>
      </div></div>`;
    }
    if (this.phase === "withdrawn") {
      return this.#notice(this.source === "file" ? "withdrawnPhoto" : "withdrawn", "agreeAgain", this.#agree);
    }
    if (this.linkState === "refused") return this.#notice("refused", "agreeAgain", this.#agree);
    if (this.fault) return this.#notice(this.fault, "retry", () => this.#openCamera(this.camera.deviceId));
    if (this.source === "file" && !this.hasSource) return this.#dropZone();
    if (this.phase === "opening") {
      const words = this.problem ? told(this.language, this.problem) : this.#word("connecting");
      return html`<div class="over quiet"><div><span class="wait"></span><p>${words}</p></div></div>`;
    }
    return nothing;
  }

  #dropZone() {
    return html`<div class="over" @dragover=${(event: DragEvent) => event.preventDefault()} @drop=${this.#dropped}>
      <div class="drop">
        <button class="main" @click=${() => this.chooseFile()}>${this.#word("choose")}</button>
        <p>${this.#word("drop")}</p>
        ${this.fileFault ? html`<p role="alert">${this.#word(this.fileFault)}</p>` : nothing}
      </div>
    </div>`;
  }

  #notice(text: Word, button: Word, call: () => unknown) {
    return html`<div class="over"><div>
      <p role="alert">${this.#word(text)}</p>
      <button class="main" @click=${call}>${this.#word(button)}</button>
      <slot name="aside"></slot>
    </div></div>`;
  }

  get #agreeWord(): Word {
    return this.source === "file" ? "agreePhoto" : "agree";
  }

  get #mirrored(): boolean {
    return (this.#source?.mirrored ?? false) && this.facing === "mirror";
  }

  #word(word: Word): string {
    return say(this.language, word);
  }

  /** Everything the server must know, when it knows nothing. */
  #all(): Change {
    const wear = this.worn ?? this.product.split(",").filter(Boolean).map((product) => ({ product: product.trim() }));
    return {
      ...(this.look ? { look: this.look, layers: this.layers } : {}),
      intensity: this.look ? this.strength : 0,
      wear,
      ...(this.split === null ? { unsplit: true } : { split: this.split, unsplit: false }),
    };
  }

  #changeFrom(changed: PropertyValues<this>): Change {
    const all = this.#all();
    if (changed.has("compared") && !this.compared.length) return all;
    const change: Change = {};
    if (changed.has("look") || changed.has("layers")) {
      const before = (changed.get("layers") as LayerChange[] | undefined) ?? [];
      // Layers taken back to what the look says can only be reached by loading the look again.
      const again = changed.has("look") || before.some((old) => !this.layers.some((each) => each.index === old.index));
      if (again && all.look) change.look = all.look;
      if (all.layers) change.layers = all.layers;
    }
    if (changed.has("look") || changed.has("strength")) change.intensity = all.intensity ?? 0;
    if (changed.has("product") || changed.has("worn")) change.wear = all.wear ?? [];
    if (changed.has("split")) Object.assign(change, this.split === null ? { unsplit: true } : { split: this.split, unsplit: false });
    return change;
  }

  async #readConsent(): Promise<void> {
    try {
      this.consentText = (await this.api.consentText(this.language)).text;
      if (this.fault === "offline") this.fault = undefined;
    } catch (error) {
      this.fault = "offline";
      this.#tell("tryon-problem", String(error));
      setTimeout(() => this.isConnected && !this.receipt && void this.#readConsent(), 3000);
    }
  }

  #agree = async (): Promise<void> => {
    try {
      this.receipt = await this.api.agree(this.language);
    } catch (error) {
      this.fault = "offline";
      this.#tell("tryon-problem", String(error));
      return;
    }
    keep(this.receipt);
    this.#tell("tryon-consent", this.receipt);
    await this.#start();
  };

  async #start(): Promise<void> {
    this.fault = undefined;
    this.phase = "opening";
    this.#openLink();
    if (this.source === "camera") await this.#openCamera();
    else await this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(".drop button")?.focus());
  }

  async #openCamera(deviceId?: string): Promise<void> {
    this.fault = undefined;
    try {
      await this.camera.open(deviceId);
      if (!this.receipt) return this.camera.close(); // withdrawn while the browser asked
      this.camera.onEnded(() => this.#failed("unplugged"));
      this.#use(this.camera);
    } catch (error) {
      this.#failed(error instanceof CameraError ? error.fault : "failed");
    }
  }

  #failed(fault: CameraFault): void {
    this.fault = fault;
    this.#tell("tryon-fault", fault);
  }

  #use(source: Source): void {
    if (this.#source !== source) this.#source?.close();
    this.#source = source;
    this.hasSource = true;
    this.#tileOf.clear();
    this.requestUpdate();
    if (this.#running) return;
    this.#running = true;
    void this.#pump();
  }

  #openLink(): void {
    this.#link?.close();
    this.#newest = 0;
    this.problem = "";
    this.#link = new Link(this.api.socketUrl, () => this.receipt?.token ?? "", {
      state: (link) => {
        this.linkState = link;
        if (link === "open") this.problem = "";
        if (link === "refused") this.#refused();
      },
      picture: (packet, latencyMs) => void this.#show(packet, latencyMs),
      status: this.#status,
      problem: (detail) => {
        this.problem = detail;
        this.#tell("tryon-problem", detail);
      },
    }, this.transport, this.wished);
    this.#link.token = this.token;
    this.#link.control(this.#all());
    this.#link.open();
  }

  /** The server no longer accepts the consent: the camera closes too. */
  #refused(): void {
    keep(undefined);
    this.receipt = undefined;
    this.#running = false;
    this.#source?.close();
    this.#tell("tryon-consent", null);
  }

  #status = (status: Status): void => {
    this.guidance = status.guidance;
    this.fit = status.fit;
    this.#tell("tryon-status", status);
    const advice = this.#advice();
    clearTimeout(this.#saying);
    // Advice that holds for a moment is spoken; what flickers is only shown.
    if (advice !== this.said) this.#saying = setTimeout(() => (this.said = this.#advice()), SAY_MS);
  };

  async #pump(): Promise<void> {
    const mine = ++this.#pumps;
    let sentMs = 0;
    while (this.#running && mine === this.#pumps && this.#source) {
      const source = this.#source;
      const chosen = await Promise.race([source.next(), this.#choice()]);
      const link = this.#link;
      const now = performance.now();
      const early = source.moving && !chosen && now - sentMs < 1000 / (link?.fps ?? 30) - 8;
      if (!link || early || document.hidden || source !== this.#source || !link.hasRoom) continue;
      const several = this.compared.length;
      if (several && link.inFlight) continue; // each look must meet its own picture
      sentMs = now;
      const asked = source.moving ? { width: link.width, height: link.height } : STILL;
      const picture = await link.sample(this.#sampler, source, this.#tileSize(), asked);
      if (!picture || !this.#running) continue;
      if (several) this.#sendTile(link);
      const sequence = link.send(picture, now);
      if (several) this.#tileOf.set(sequence, { turn: this.#turn, of: this.#comparison });
      this.#probe(now, source);
    }
  }

  /** True at once when a look or product is chosen: the last picture is sent again rather than waiting for the next. */
  #choice(): Promise<boolean> {
    return new Promise((done) => (this.#hurry = () => done(true)));
  }

  /** Which looks are compared, as one word; "" when none are. */
  get #comparison(): string {
    return this.compared.map(({ look }) => `/${look}`).join("");
  }

  /** Dress the next picture in the look whose turn it is. */
  #sendTile(link: Link): void {
    this.#turn = (this.#turn + 1) % this.compared.length;
    const look = this.compared[this.#turn]?.look;
    link.once({ ...(look ? { look } : {}), intensity: look ? 1 : 0, unsplit: true });
  }

  #tileSize(): Size {
    const tile = this.compared.length ? this.tiles[this.compared.length - 1] : undefined;
    return tile?.clientWidth ? { width: tile.clientWidth, height: tile.clientHeight } : this.#stage;
  }

  #probe(now: number, source: Source): void {
    if (now - this.#probedMs < 1000) return;
    this.#probedMs = now;
    this.black = source.moving && this.#sampler.isBlack(source);
  }

  async #show(packet: Packet, latencyMs: number): Promise<void> {
    const tile = this.#tileOf.get(packet.sequence);
    this.#tileOf.delete(packet.sequence);
    const bitmap = await this.#link?.picture(packet); // always: H.264 needs every picture
    if (!bitmap) return;
    const other = (tile?.of ?? "") !== this.#comparison; // chosen otherwise while it was on its way
    const canvas = other ? undefined : tile ? this.tiles[tile.turn] : this.canvas;
    const late = packet.sequence + 1 <= this.#newest && tile === undefined; // decoded out of order
    if (!canvas || late || !this.#link) return bitmap.close();
    this.#newest = packet.sequence + 1;
    if (canvas.width !== bitmap.width || canvas.height !== bitmap.height) {
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      this.#measure();
    }
    canvas.getContext("2d", { alpha: false })?.drawImage(bitmap.image, 0, 0);
    bitmap.close();
    if (this.phase === "opening") {
      this.phase = "open";
      this.#measure();
      this.said = this.#word("open");
      this.#tell("tryon-open", null);
    }
    const now = performance.now();
    const numbers = this.#counter.add(now, latencyMs, packet.serverUs / 1000);
    if (numbers) this.#tell("tryon-numbers", numbers);
  }

  #measure(): void {
    if (!this.canvas?.width || !this.#stage.width) return;
    this.box = placed(this.#stage, this.canvas, this.#source?.fit ?? "cover");
  }

  #splitAt(share: number): void {
    this.split = share;
    this.#tell("tryon-split", share);
  }

  #picked = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file) void this.useFile(file);
    input.value = "";
  };

  #dropped = (event: DragEvent): void => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (file && this.receipt) void this.useFile(file);
  };

  #paste = (event: ClipboardEvent): void => {
    const file = event.clipboardData?.files[0];
    if (file && this.source === "file" && this.receipt) void this.useFile(file);
  };

  /** The page is hidden or seen again: nothing is sent meanwhile, and after a while the camera goes off. */
  #seen = (): void => {
    clearTimeout(this.#asleep);
    if (document.hidden) {
      this.#asleep = setTimeout(() => this.camera.close(), ASLEEP_MS);
      return;
    }
    this.#link?.wake();
    const slept = this.#source === this.camera && !this.camera.isOpen && this.receipt;
    if (slept) void this.#openCamera(this.camera.deviceId);
  };

  #plugged = (): void => {
    if (this.fault === "unplugged" || this.fault === "missing") void this.#openCamera();
  };

  #stop(): void {
    this.#running = false;
    this.#link?.close();
    this.#link = undefined;
    this.#source?.close();
    this.#source = undefined;
    this.hasSource = false;
    this.camera.close();
    this.guidance = this.said = "";
    clearTimeout(this.#saying);
    clearTimeout(this.#asleep);
    for (const canvas of this.renderRoot.querySelectorAll("canvas")) canvas.width = canvas.height = 1; // forgets the pixels
    this.box = undefined;
  }

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "try-on-mirror": TryOnMirror;
  }
}
