import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { LookCard, ProductCard, Receipt } from "./api";
import { controlStyle } from "./control_style";
import { announce, listen } from "./embedding";
import { icon, type Icon } from "./icons";
import { Keepsake, Recorder } from "./keepsake";
import "./mirror";
import type { TryOnMirror } from "./mirror";
import { named } from "./names";
import type { Numbers } from "./numbers";
import { cameraChoice, keepsakeSheet, languageChoice, privacyPart, switchRow } from "./page_sheets";
import { pageStyle } from "./page_style";
import "./panel_adjust";
import "./panel_looks";
import "./panel_wear";
import { recall, remember } from "./prefs";
import "./sheet";
import type { Sheet } from "./sheet";
import { told } from "./told";
import type { LayerChange, Status, WornProduct } from "./wire";
import { type Language, ownLanguage, say, type Word } from "./words";

type Panel = "looks" | "adjust" | "wear";
type Mode = "mirror" | "photo" | "embed";

const PANELS: Panel[] = ["looks", "adjust", "wear"];
const FIRST_LOOK = "rose";
const MOST_COMPARED = 4;
const TOAST_MS = 6000;

/** The whole page: the mirror, and everything to change in it within reach of a thumb. */
@customElement("mirror-page")
export class MirrorPage extends LitElement {
  static override styles = [controlStyle, pageStyle];

  @property({ reflect: true }) mode: Mode = modeOf(location.pathname);
  @state() private language: Language = asked("language") === "zh" ? "zh" : asked("language") === "en" ? "en" : storedLanguage();
  @state() private contrast = recall("contrast") === "high";
  @state() private flipped = recall("facing") !== "camera";
  @state() private looks: LookCard[] = [];
  @state() private products: ProductCard[] = [];
  @state() private look = asked("look") ?? (asked("product") ? "" : (recall("look") ?? FIRST_LOOK));
  @state() private worn: WornProduct[] = products(asked("product"));
  @state() private strength = share(asked("strength")) ?? 1;
  @state() private changes: Record<string, LayerChange[]> = {};
  @state() private split: number | null = share(asked("split"));
  @state() private compared: string[] | undefined;
  @state() private panel: Panel = "looks";
  @state() private numbers: Numbers | undefined;
  @state() private showNumbers = recall("numbers") === "on";
  @state() private showMore = false;
  @state() private cameras: MediaDeviceInfo[] = [];
  @state() private receipt: Receipt | undefined;
  @state() private isOpen = false;
  /** Before consent a small screen shows the question alone. */
  @property({ type: Boolean, reflect: true }) agreed = false;
  @state() private keepsake: Keepsake | undefined;
  @state() private recorder: Recorder | undefined;
  @state() private toast = "";
  @state() private copied = false;
  @query("try-on-mirror") mirror!: TryOnMirror;
  @query("try-on-sheet") private sheet: Sheet | null | undefined;
  #notice = "";
  #toastTimer: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    listen((wish) => {
      if (wish.look !== undefined) this.look = wish.look;
      if (wish.product !== undefined) this.worn = products(wish.product);
      if (wish.strength !== undefined) this.strength = wish.strength;
      if (wish.split !== undefined) this.split = wish.split;
    });
  }

  override async firstUpdated(): Promise<void> {
    try {
      [this.looks, this.products] = await Promise.all([this.mirror.api.looks(), this.mirror.api.products()]);
      if (this.look && !this.looks.some((look) => look.name === this.look)) this.look = FIRST_LOOK;
    } catch {
      this.#toast(this.#word("offline"));
    }
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has("language") || changed.has("contrast")) this.#dress();
    if (changed.has("look") && this.mode !== "embed") remember("look", this.look);
  }

  override render() {
    const embedded = this.mode === "embed";
    return html`
      <main>
        <h1 class="unseen">${this.#word(this.mode === "photo" ? "titlePhoto" : "title")}</h1>
        <try-on-mirror
          .source=${this.mode === "photo" ? "file" : "camera"}
          .facing=${this.flipped ? "mirror" : "camera"}
          .look=${this.look}
          .layers=${this.changes[this.look] ?? NONE}
          .worn=${this.worn}
          .strength=${this.strength}
          .split=${this.split}
          .fitting=${this.panel === "wear" || embedded}
          .compared=${this.#tiles()}
          .language=${this.language}
          @tryon-open=${this.#opened}
          @tryon-status=${this.#status}
          @tryon-numbers=${(event: CustomEvent<Numbers>) => (this.numbers = event.detail)}
          @tryon-consent=${this.#consented}
          @tryon-split=${(event: CustomEvent<number>) => (this.split = event.detail)}
          @tryon-choose=${(event: CustomEvent<string>) => this.#chooseCompared(event.detail)}
          @tryon-problem=${(event: CustomEvent<string>) => this.isOpen && this.#toast(told(this.language, event.detail))}
          @tryon-fault=${() => this.requestUpdate()}
          @tryon-source=${() => this.requestUpdate()}
        >
          ${embedded ? nothing : this.#otherWay()}
        </try-on-mirror>
        ${this.isOpen ? this.#tools() : nothing} ${this.isOpen && this.mirror.video ? this.#player(this.mirror.video) : nothing}
        ${this.showNumbers && this.numbers && this.isOpen ? this.#numbersBox(this.numbers) : nothing}
        <p class="toast ${this.split === null ? "" : "above"}" role="status">${this.toast}</p>
      </main>
      ${embedded ? nothing : this.#aside()}
      ${this.keepsake ? this.#keepsakeSheet(this.keepsake) : this.showMore ? this.#moreSheet() : nothing}
    `;
  }

  #otherWay() {
    const photo = this.mode === "photo";
    return html`<a slot="aside" class="aside" href=${photo ? "/" : "/photo"}>${this.#word(photo ? "useCamera" : "usePhoto")}</a>`;
  }

  /** Over a video of the shopper's own: play or pause it, or take another. */
  #player(video: HTMLVideoElement) {
    const paused = video.paused;
    const toggle = () => void (paused ? video.play() : Promise.resolve(video.pause())).then(() => this.requestUpdate());
    return html`<div class="player">
      <button aria-label=${this.#word(paused ? "play" : "pause")} title=${this.#word(paused ? "play" : "pause")} data-tool="play"
        @click=${toggle}>${icon(paused ? "play" : "pause")}</button>
      <button aria-label=${this.#word("chooseAgain")} title=${this.#word("chooseAgain")} @click=${() => this.mirror.chooseFile()}>
        ${icon("picture")}</button>
    </div>`;
  }

  #tools() {
    const comparing = this.compared !== undefined;
    const clips = Recorder.isSupported && !comparing;
    const still = this.mode === "photo" && !this.mirror.video;
    return html`<div class="scrim"></div>
      <div class="tools" role="group" aria-label=${this.#word("mirrorImage")}>
        ${this.#tool("split", "toolSplit", "beforeAfter", this.split !== null && !comparing, this.#toggleSplit, comparing)}
        ${this.mode === "embed" ? nothing : this.#tool("compare", "compare", "compareHint", comparing, this.#toggleCompare)}
        <button class="shutter" aria-label=${this.#word("capture")} title=${this.#word("capture")} @click=${this.#capture}></button>
        ${still
          ? this.#tool("picture", "chooseAgain", "choose", undefined, () => this.mirror.chooseFile())
          : this.#tool("clip", this.recorder ? "toolStop" : "toolClip", this.recorder ? "recordStop" : "record", Boolean(this.recorder), this.#record, !clips)}
        ${this.#tool("more", "toolMore", "more", undefined, () => (this.showMore = true))}
      </div>`;
  }

  #tool(drawing: Icon, name: Word, title: Word, pressed: boolean | undefined, call: () => unknown, disabled = false) {
    return html`<button class="tool" title=${this.#word(title)} aria-pressed=${pressed ?? nothing} ?disabled=${disabled}
      data-tool=${name} @click=${call}>${icon(drawing)}<span>${this.#word(name)}</span></button>`;
  }

  #aside() {
    return html`<aside aria-label=${this.#word("controls")}>
      <div class="head">
        <p class="title" aria-hidden="true">${this.#word(this.mode === "photo" ? "titlePhoto" : "title")}</p>
        <button @click=${() => (this.showMore = true)} aria-label=${this.#word("more")} title=${this.#word("more")}>${icon("more")}</button>
      </div>
      <div role="tablist" aria-label=${this.#word("controls")} @keydown=${this.#arrows}>${PANELS.map((name) => this.#tab(name))}</div>
      <div role="tabpanel" id="panel" tabindex="0" aria-labelledby="tab-${this.panel}">${this.#panelBody()}</div>
    </aside>`;
  }

  #tab(name: Panel) {
    const chosen = this.panel === name;
    return html`<button role="tab" id="tab-${name}" aria-selected=${chosen} aria-controls="panel" tabindex=${chosen ? 0 : -1}
      @click=${() => (this.panel = name)}>${this.#word(name)}</button>`;
  }

  #panelBody() {
    if (this.panel === "adjust") {
      return html`<try-on-adjust .language=${this.language} .looks=${this.looks}
        .look=${this.looks.find((each) => each.name === this.look)} .strength=${this.strength}
        .changes=${this.changes[this.look] ?? NONE}
        @strength=${(event: CustomEvent<number>) => (this.strength = event.detail)}
        @layer=${(event: CustomEvent<LayerChange>) => this.#changeLayer(event.detail)}
        @reset=${() => this.#reset()}></try-on-adjust>`;
    }
    if (this.panel === "wear") {
      return html`<try-on-wear .language=${this.language} .products=${this.products} .worn=${this.worn}
        @wear=${(event: CustomEvent<WornProduct[]>) => (this.worn = event.detail)}></try-on-wear>`;
    }
    return html`<try-on-looks .language=${this.language} .looks=${this.looks} .look=${this.look} .compared=${this.compared}
      @choose=${(event: CustomEvent<string>) => this.#choose(event.detail)}></try-on-looks>`;
  }

  #numbersBox(numbers: Numbers) {
    return html`<p class="numbers">${numbers.fps.toFixed(0)} ${this.#word("fps")}<br />${numbers.latencyMs.toFixed(0)} ms
      ${this.#word("latency")}<br />${numbers.serverMs.toFixed(0)} ms ${this.#word("server")}</p>`;
  }

  #keepsakeSheet(kept: Keepsake) {
    return keepsakeSheet(this.language, kept, { api: this.mirror.api, receipt: this.receipt, copied: this.copied }, {
      discard: this.#discard,
      close: () => this.sheet?.close(),
      hand: () => this.#hand(kept),
    });
  }

  #moreSheet() {
    const { language } = this;
    return html`<try-on-sheet .heading=${this.#word("more")} .closeName=${this.#word("close")} @close=${() => (this.showMore = false)}>
      <div>
        ${this.cameras.length > 1 ? this.#cameraChoice() : nothing} ${languageChoice(language, (chosen) => this.#speak(chosen))}
        ${this.#switch("contrast", this.contrast, (on) => this.#set("contrast", (this.contrast = on) ? "high" : "normal"))}
        ${this.mode === "photo" ? nothing : this.#switch("flip", this.flipped, (on) => this.#set("facing", (this.flipped = on) ? "mirror" : "camera"))}
        ${this.#switch("numbers", this.showNumbers, (on) => this.#set("numbers", (this.showNumbers = on) ? "on" : "off"))}
      </div>
      <hr />
      ${privacyPart(language, this.receipt, this.#withdraw)}
    </try-on-sheet>`;
  }

  #cameraChoice() {
    return cameraChoice(this.language, this.cameras, this.mirror.camera.deviceId, (id) => this.mirror.useCamera(id));
  }

  #switch(name: Word, on: boolean, set: (on: boolean) => void) {
    return switchRow(this.language, name, on, set);
  }

  #word(word: Word): string {
    return say(this.language, word);
  }

  #tiles() {
    if (!this.compared?.length) return NO_TILES;
    return this.compared.map((name) => {
      const look = this.looks.find((each) => each.name === name);
      return { look: name, title: look ? named(this.language, look.title) : this.#word("noLook") };
    });
  }

  #dress(): void {
    document.documentElement.lang = this.language;
    document.documentElement.dataset["contrast"] = this.contrast ? "high" : "normal";
    document.title = this.#word(this.mode === "photo" ? "titlePhoto" : "title");
  }

  #set(key: string, value: string): void {
    remember(key, value);
  }

  #speak(language: Language): void {
    this.language = language;
    remember("language", language);
  }

  #choose(look: string): void {
    if (!this.compared) this.look = look;
    else if (this.compared.includes(look)) this.compared = this.compared.filter((each) => each !== look);
    else if (this.compared.length < MOST_COMPARED) this.compared = [...this.compared, look];
  }

  #chooseCompared(look: string): void {
    this.compared = undefined;
    this.look = look;
  }

  #changeLayer(change: LayerChange): void {
    const others = (this.changes[this.look] ?? []).filter((each) => each.index !== change.index);
    this.changes = { ...this.changes, [this.look]: [...others, change] };
  }

  #reset(): void {
    this.changes = { ...this.changes, [this.look]: [] };
  }

  #toggleSplit = (): void => {
    this.split = this.split === null ? 0.5 : null;
  };

  #toggleCompare = (): void => {
    this.compared = this.compared ? undefined : [this.look];
    if (this.compared) this.panel = "looks";
  };

  #status = (event: CustomEvent<Status>): void => {
    const { notice } = event.detail;
    if (notice && notice !== this.#notice && this.mode !== "photo") this.#toast(told(this.language, notice));
    this.#notice = notice;
    announce("tryon-status", event.detail);
  };

  #opened = async (): Promise<void> => {
    this.isOpen = true;
    announce("tryon-open", null);
    this.requestUpdate();
    this.cameras = await this.mirror.camera.devices();
  };

  #consented = (event: CustomEvent<Receipt | null>): void => {
    this.receipt = event.detail ?? undefined;
    this.agreed = Boolean(event.detail);
    if (!event.detail) this.isOpen = false;
    announce("tryon-consent", event.detail && { id: event.detail.id });
  };

  #toast(words: string): void {
    this.toast = words;
    clearTimeout(this.#toastTimer);
    this.#toastTimer = setTimeout(() => (this.toast = ""), TOAST_MS);
  }

  #capture = async (): Promise<void> => {
    const photo = await this.mirror.photo();
    if (photo) this.#keep(photo);
  };

  #record = async (): Promise<void> => {
    if (this.recorder) return this.recorder.stop();
    this.recorder = new Recorder(this.mirror.stream());
    this.#toast(this.#word("recording"));
    const clip = await this.recorder.done;
    this.recorder = undefined;
    this.#keep(clip);
  };

  #keep(blob: Blob): void {
    this.keepsake?.forget();
    this.copied = false;
    this.keepsake = new Keepsake(blob);
    announce("tryon-capture", { type: blob.type });
  }

  #hand = async (kept: Keepsake): Promise<void> => {
    const way = kept.way;
    this.copied = (await kept.hand()) && way === "copy";
  };

  #discard = (): void => {
    this.keepsake?.forget();
    this.keepsake = undefined;
  };

  #withdraw = async (): Promise<void> => {
    this.sheet?.close();
    this.#toast("");
    await this.mirror.withdraw().catch(() => this.#toast(this.#word("offline")));
  };

  #arrows = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    this.panel = PANELS[(PANELS.indexOf(this.panel) + step + PANELS.length) % PANELS.length] ?? "looks";
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus());
  };
}

// The same empty lists each time, so that nothing seems to have changed.
const NONE: LayerChange[] = [];
const NO_TILES: { look: string; title: string }[] = [];

function modeOf(path: string): Mode {
  return path.startsWith("/photo") ? "photo" : path.startsWith("/embed") ? "embed" : "mirror";
}

function asked(name: string): string | null {
  return new URLSearchParams(location.search).get(name);
}

function share(text: string | null): number | null {
  const value = Number.parseFloat(text ?? "");
  return value >= 0 && value <= 1 ? value : null;
}

function products(names: string | null): WornProduct[] {
  return (names ?? "").split(",").filter(Boolean).map((product) => ({ product: product.trim() }));
}

function storedLanguage(): Language {
  const stored = recall("language");
  return stored === "en" || stored === "zh" ? stored : ownLanguage();
}
