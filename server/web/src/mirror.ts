import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, queryAll, state } from "lit/decorators.js";
import { advice } from "./advice";
import { Api, type Receipt } from "./api";
import { Camera, CameraError, type CameraFault } from "./camera";
import { Consenting } from "./consenting";
import { contactSheet } from "./contact_sheet";
import { type Box, placed, type Size } from "./fitting";
import { Link, type LinkState, type Transport } from "./link";
import { mirrorStyle } from "./mirror_style";
import { Reflection } from "./reflection";
import { compareScreen, consentScreen, dropScreen, noticeScreen, waitScreen } from "./screens";
import type { Source } from "./source";
import "./split_line";
import { Surroundings } from "./surroundings";
import { told } from "./told";
import { Clip, type FileFault, FileError, openFile, Still } from "./upload";
import { changeOf, whole } from "./wishes";
import type { FitNote, LayerChange, Status, WornProduct } from "./wire";
import { type Language, ownLanguage, say, type Word } from "./words";

type Phase = "asking" | "declined" | "opening" | "open" | "withdrawn";
type Fault = CameraFault | "offline";

const SAY_MS = 1500;

/**
 * The mirror alone: `<try-on-mirror look="rose" product="aviator"></try-on-mirror>`.
 *
 * Asks for consent, opens the camera, shows the shopper wearing look and products, and says what they should change.
 *
 * Attributes: `look` (empty for a bare face), `product` (names, separated by commas), `strength` (0 to 1), `split`
 * (0 to 1: where the bare half ends, as a share of the width; absent for none), `server` (its address; the script's
 * own by default), `token` (a shopper's, from the shop's server), `language` (en, zh), `source` (camera, file),
 * `fitting` (says how products sit), `facing` (mirror: left and right as in glass; camera: as others see it).
 *
 * Events, all bubbling through shadow roots: `tryon-open`, `tryon-status` (detail: Status), `tryon-numbers` (Numbers),
 * `tryon-problem` (string), `tryon-fault` (string: a camera's or file's fault), `tryon-split` (number), `tryon-choose`
 * (string: the look tapped while comparing), `tryon-consent` (Receipt, or null when withdrawn), `tryon-source` (null:
 * another camera, picture or video).
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
  #api: Api | undefined;
  #consenting = new Consenting(() => this.api, {
    changed: () => this.requestUpdate(),
    online: () => this.fault === "offline" && (this.fault = undefined),
    offline: (error) => {
      this.fault = "offline";
      this.#tell("tryon-problem", String(error));
    },
  });
  #reflection = new Reflection({
    canvas: () => this.canvas,
    tiles: () => this.tiles,
    compared: () => this.compared,
    stage: () => this.#stage,
    resized: () => this.#measure(),
    shown: () => this.#shown(),
    counted: (numbers) => this.#tell("tryon-numbers", numbers),
    black: (isBlack) => (this.black = isBlack),
  });
  #stage: Size = { width: 0, height: 0 };
  #saying: ReturnType<typeof setTimeout> | undefined;

  get api(): Api {
    this.#api ??= new Api(this.server || new URL(import.meta.url).origin, this.token);
    return this.#api;
  }

  /** The shopper's consent; undefined before it is given and after it has ended. */
  get receipt(): Receipt | undefined {
    return this.#consenting.receipt;
  }

  /** Whether a worn picture is on the screen. */
  get isOpen(): boolean {
    return this.phase === "open" && this.#reflection.isShown;
  }

  /** What a video of the shopper's own plays in; undefined for a camera or a picture. */
  get video(): HTMLVideoElement | undefined {
    const { source } = this.#reflection;
    return source instanceof Clip ? source.element : undefined;
  }

  /** How pictures travel now. */
  get codec(): string {
    return this.#reflection.link?.codec ?? "";
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
    const receipt = this.#consenting.forget();
    this.#stop();
    this.phase = "withdrawn";
    if (!receipt) return undefined;
    this.#tell("tryon-consent", null);
    return (await this.api.withdraw(receipt.token)).withdrawn_s;
  }

  constructor() {
    super();
    new Surroundings(this, {
      asleep: () => this.camera.close(),
      awake: () => this.#awake(),
      plugged: () => (this.fault === "unplugged" || this.fault === "missing") && void this.#openCamera(),
      pasted: (file) => this.source === "file" && this.receipt && void this.useFile(file),
      sized: (size) => {
        this.#stage = size;
        this.#measure();
      },
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated && this.receipt) void this.#start(); // moved to another place in the page
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#consenting.stop();
    this.#stop();
  }

  override firstUpdated(): void {
    const receipt = this.#consenting.recall();
    if (!receipt) return;
    this.#tell("tryon-consent", receipt);
    void this.#start();
  }

  override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has("language") && !this.receipt) void this.#consenting.read(this.language);
    if (changed.has("facing")) this.#measure();
    const { link, source } = this.#reflection;
    const change = link ? changeOf(this, changed) : {};
    if (!link || !Object.keys(change).length) return;
    link.control(change);
    if (source instanceof Still) source.poke();
    if (change.look || change.wear || changed.has("look")) this.#reflection.hurry();
  }

  override updated(changed: PropertyValues<this>): void {
    if (changed.has("compared")) this.#reflection.fillTiles();
  }

  override render() {
    const mirrored = this.#mirrored ? "mirrored" : "";
    const fit = this.#reflection.source?.fit === "contain" ? "whole" : "";
    return html`<canvas class="main ${mirrored} ${fit}" role="img" aria-label=${this.#word("mirrorImage")}
        ?hidden=${this.compared.length > 0}></canvas>
      ${this.compared.length ? this.#tiles(`${mirrored} ${fit}`) : this.#splitLine()} ${this.#guide()} ${this.#over()}
      <p class="said" role="status">${this.said}</p>
      ${this.source === "file" && this.receipt
        ? html`<input type="file" accept="image/*,video/*" tabindex="-1" aria-label=${this.#word("choose")} @change=${this.#picked} />`
        : nothing}`;
  }

  #tiles(kind: string) {
    return compareScreen(this.language, this.compared, kind, (look) => this.#tell("tryon-choose", look));
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

  #advice(): string {
    const { linkState: link, problem, fileFault, black, guidance } = this;
    const fit = this.fitting && !this.compared.length ? this.fit : [];
    return advice(this.language, { link, problem, fileFault, black, guidance, fit });
  }

  #over() {
    const { language } = this;
    if (this.phase === "asking" || this.phase === "declined") {
      const shown = { text: this.#consenting.text, declined: this.phase === "declined", agree: this.#agreeWord, fault: this.fault };
      return consentScreen(language, shown, { agree: this.#agree, decline: () => (this.phase = "declined") });
    }
    if (this.phase === "withdrawn") {
      return noticeScreen(language, this.source === "file" ? "withdrawnPhoto" : "withdrawn", "agreeAgain", this.#agree);
    }
    if (this.linkState === "refused") return noticeScreen(language, "refused", "agreeAgain", this.#agree);
    if (this.fault) return noticeScreen(language, this.fault, "retry", () => this.#openCamera(this.camera.deviceId));
    if (this.source === "file" && !this.hasSource) {
      return dropScreen(language, this.fileFault, { choose: () => this.chooseFile(), drop: this.#dropped });
    }
    if (this.phase !== "opening") return nothing;
    return waitScreen(this.problem ? told(language, this.problem) : this.#word("connecting"));
  }

  get #agreeWord(): Word {
    return this.source === "file" ? "agreePhoto" : "agree";
  }

  get #mirrored(): boolean {
    return (this.#reflection.source?.mirrored ?? false) && this.facing === "mirror";
  }

  #word(word: Word): string {
    return say(this.language, word);
  }

  #agree = async (): Promise<void> => {
    const receipt = await this.#consenting.agree(this.language);
    if (!receipt) return;
    this.#tell("tryon-consent", receipt);
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
    this.#reflection.use(source);
    this.hasSource = true;
    this.requestUpdate();
    this.#tell("tryon-source", null);
  }

  #openLink(): void {
    this.problem = "";
    const link = new Link(this.api.socketUrl, () => this.receipt?.token ?? "", {
      state: (state) => {
        this.linkState = state;
        if (state === "open") this.problem = "";
        if (state === "refused") this.#refused();
      },
      picture: (packet, latencyMs) => void this.#reflection.show(packet, latencyMs),
      status: this.#status,
      problem: (detail) => {
        this.problem = detail;
        this.#tell("tryon-problem", detail);
      },
    }, this.transport, this.wished);
    link.token = this.token;
    link.control(whole(this));
    this.#reflection.connect(link);
    link.open();
  }

  #shown(): void {
    if (this.phase !== "opening") return;
    this.phase = "open";
    this.#measure();
    this.said = this.#word("open");
    this.#tell("tryon-open", null);
  }

  /** The server no longer accepts the consent: the camera closes too. */
  #refused(): void {
    this.#consenting.forget();
    this.#reflection.pause();
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

  #measure(): void {
    if (!this.canvas?.width || !this.#stage.width) return;
    this.box = placed(this.#stage, this.canvas, this.#reflection.source?.fit ?? "cover");
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

  /** The page is seen again: connect at once, and open the camera that went off while it slept. */
  #awake(): void {
    this.#reflection.link?.wake();
    const slept = this.#reflection.source === this.camera && !this.camera.isOpen && this.receipt;
    if (slept) void this.#openCamera(this.camera.deviceId);
  }

  #stop(): void {
    this.#reflection.stop();
    this.hasSource = false;
    this.camera.close();
    this.guidance = this.said = "";
    clearTimeout(this.#saying);
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
