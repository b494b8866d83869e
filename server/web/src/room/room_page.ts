import { html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Receipt } from "../api";
import { controlStyle } from "../control_style";
import { icon, type Icon } from "../icons";
import { Keepsake } from "../keepsake";
import { pageStyle } from "../page_style";
import { recall, remember } from "../prefs";
import "../sheet";
import { type Language, ownLanguage } from "../words";
import { Furnisher } from "./furnisher";
import { type Marked, Pointing } from "./pointing";
import "./room_ar";
import { type Furniture, type Point, RoomApi, RoomError, type ScaleKind } from "./room_api";
import { keepReceipt, keptReceipt } from "./room_consent";
import { errorText, lengthText } from "./room_lengths";
import "./room_keepsake";
import "./room_live";
import "./room_mark";
import { furnitureName, sourceName } from "./room_names";
import { roomPageStyle } from "./room_page_style";
import "./room_piece";
import "./room_settings";
import "./room_shelf";
import "./room_stage";
import type { RoomStage } from "./room_stage";
import "./room_start";
import { roomTold } from "./room_told";
import { type RoomWord, sayRoom } from "./room_words";

type Panel = "furniture" | "piece" | "room";

const PANELS: Panel[] = ["furniture", "piece", "room"];
const TOAST_MS = 6000;

/** A picture of the shopper's room with furniture in it at true size. */
@customElement("room-page")
export class RoomPage extends LitElement {
  static override styles = [controlStyle, pageStyle, roomPageStyle];

  @property({ type: Boolean, reflect: true }) agreed = false;
  /** There is a room; before, a small screen shows the beginning alone. */
  @property({ type: Boolean, reflect: true }) furnished = false;
  @state() private language: Language = language();
  @state() private contrast = recall("contrast") === "high";
  @state() private furniture: Furniture[] = [];
  @state() private receipt: Receipt | undefined;
  @state() private consentText = "";
  @state() private reading = false;
  @state() private living = false;
  @state() private fault = "";
  @state() private panel: Panel = "furniture";
  @state() private chosen = "";
  @state() private split: number | null = null;
  @state() private keepsake: Keepsake | undefined;
  @state() private showMore = false;
  @state() private showAr = false;
  @state() private toast = "";
  @state() private busy = false;
  @query("room-stage") private stage: RoomStage | null | undefined;
  readonly api = new RoomApi(location.origin);
  readonly furnisher = new Furnisher(this, this.api, () => this.stage);
  readonly pointing = new Pointing(this, this.furnisher);
  #toastTimer: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#agreed(keptReceipt());
    addEventListener("pagehide", () => this.furnisher.leave());
  }

  override async firstUpdated(): Promise<void> {
    try {
      this.furniture = await this.api.furniture();
    } catch {
      this.#say("offline");
    }
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has("language") || changed.has("contrast")) void this.#dress();
    this.furnished = Boolean(this.furnisher.room) && !this.reading;
    if (this.furnisher.isGone && this.furnisher.room) this.#gone();
    else if (this.furnisher.problem) this.#refused();
  }

  override render() {
    const room = this.furnisher.room;
    return html`
      <main>
        <h1 class="unseen">${this.#word("title")}</h1>
        <span id="keys" class="unseen">${this.#word("keysHint")}</span>
        ${room && !this.reading ? this.#stage() : nothing}
        ${room && !this.reading && this.pointing.manner === "furnish" && room.scale ? this.#tools() : nothing}
        ${this.pointing.manner === "measure" ? this.#measureTools() : nothing} ${this.#hint()}
        ${this.living
          ? html`<room-live .language=${this.language} .api=${this.api} .furniture=${this.furniture} @stop=${() => (this.living = false)}></room-live>`
          : !room || this.reading
            ? html`<room-start .language=${this.language} .consentText=${this.consentText} ?agreed=${this.agreed} ?reading=${this.reading}
                .fault=${this.fault} @agree=${this.#agree} @picture=${(event: CustomEvent<Blob>) => this.#open(event.detail)}
                @live=${() => (this.living = true)}></room-start>`
            : nothing}
        ${this.busy || this.pointing.busy || this.furnisher.isDrawing ? html`<span class="drawing" aria-hidden="true"></span>` : nothing}
        <p class="toast" role="status">${this.toast}</p>
      </main>
      ${this.#aside()} ${this.#sheets()}
    `;
  }

  #stage() {
    const room = this.furnisher.room;
    return html`<room-stage .language=${this.language} .size=${{ width: room?.width ?? 4, height: room?.height ?? 3 }} .pieces=${room?.pieces ?? []}
      .chosen=${this.chosen} .manner=${this.pointing.manner} .points=${this.pointing.points} .label=${this.pointing.length ? lengthText(this.pointing.length) : ""}
      .split=${this.pointing.manner === "furnish" ? this.split : null} .below=${this.#below}
      @pick=${(event: CustomEvent<string>) => this.#pick(event.detail)}
      @place=${(event: CustomEvent) => this.furnisher.place(event.detail)} @settle=${() => this.furnisher.settle()}
      @remove=${(event: CustomEvent<string>) => this.#remove(event.detail)}
      @point=${(event: CustomEvent<{ index: number; at: Point }>) => this.pointing.put(event.detail.index, event.detail.at)}
      @split=${(event: CustomEvent<number>) => (this.split = event.detail)}></room-stage>`;
  }

  /** How much of the picture's area the buttons below it take, CSS pixels. */
  get #below(): number {
    return this.pointing.manner === "corners" || this.pointing.manner === "wall" || !this.furnisher.room?.scale ? 24 : 104;
  }

  #tools() {
    return html`<div class="tools" role="group" aria-label=${this.#word("controls")}>
      ${this.#tool("measure", "measure", undefined, this.pointing.startMeasuring)}
      ${this.#tool("sizes", "dimensions", this.furnisher.dimensions, this.#toggleDimensions)}
      <button class="shutter" aria-label=${this.#word("saveLong")} title=${this.#word("saveLong")} ?disabled=${this.busy} @click=${this.#keep}></button>
      ${this.#tool("split", "beforeAfter", this.split !== null, () => (this.split = this.split === null ? 0.5 : null))}
      ${this.#tool("more", "moreShort", undefined, () => (this.showMore = true))}
    </div>`;
  }

  #tool(drawing: Icon, word: RoomWord, pressed: boolean | undefined, call: () => unknown) {
    return html`<button class="tool" aria-pressed=${pressed ?? nothing} data-tool=${drawing} @click=${call}>
      ${icon(drawing)}<span>${this.#word(word)}</span></button>`;
  }

  #measureTools() {
    return html`<div class="tools" role="group" aria-label=${this.#word("measure")}>
      <button class="tool" aria-pressed=${!this.pointing.upright} @click=${() => this.pointing.measureWay(false)}><span>${this.#word("measureFloor")}</span></button>
      <button class="tool" aria-pressed=${this.pointing.upright} @click=${() => this.pointing.measureWay(true)}><span>${this.#word("measureUp")}</span></button>
      <button class="tool" data-tool="done" @click=${() => this.pointing.done()}>${icon("close")}<span>${this.#word("close")}</span></button>
    </div>
    <p class="unseen" role="status">${this.pointing.length ? lengthText(this.pointing.length) : ""}</p>`;
  }

  #hint() {
    const word = this.pointing.manner === "measure" ? (this.pointing.upright ? "measureUpHint" : "measureHint") : undefined;
    return word ? html`<p class="hint">${this.#word(word)}</p>` : nothing;
  }

  #aside() {
    if (!this.furnisher.room || this.reading) {
      return html`<aside class="idle" aria-label=${this.#word("controls")}>
        <div class="head"><p class="title" aria-hidden="true">${this.#word("title")}</p>${this.#moreButton()}</div>
        <room-shelf .language=${this.language} .furniture=${this.furniture} .base=${this.api.base} busy></room-shelf>
      </aside>`;
    }
    return html`<aside class=${this.pointing.manner === "corners" || this.pointing.manner === "wall" ? "mark" : ""} aria-label=${this.#word("controls")}>
      <div class="head"><p class="title" aria-hidden="true">${this.#word("title")}</p>${this.#moreButton()}</div>
      ${this.pointing.manner === "corners"
        ? html`<div class="column"><room-mark .language=${this.language} .kind=${this.pointing.marked} ?busy=${this.pointing.busy} ?optional=${Boolean(this.furnisher.room.scale)}
            .reason=${this.furnisher.room.scale ? "" : roomTold(this.language, this.furnisher.room.reason)}
            ?byHand=${this.pointing.byHand} @hand=${() => this.pointing.mark(this.pointing.marked, true)} @find=${(event: CustomEvent<Marked>) => this.#useMark(event.detail, [])}
            @kind=${(event: CustomEvent<Marked>) => this.pointing.mark(event.detail, this.pointing.byHand)} @cancel=${this.pointing.done}
            @use=${(event: CustomEvent<{ kind: Marked; sizeMm?: number }>) => this.#useMark(event.detail.kind, this.pointing.points, event.detail.sizeMm)}>
              <button @click=${this.#another}>${this.#word("another")}</button></room-mark></div>`
        : this.pointing.manner === "wall"
          ? this.#wallPanel()
          : html`<div role="tablist" aria-label=${this.#word("controls")} @keydown=${this.#arrows}>${PANELS.map((name) => this.#tab(name))}</div>
            <div role="tabpanel" id="panel" tabindex="0" aria-labelledby="tab-${this.panel}">${this.#panelBody()}</div>`}
    </aside>`;
  }

  #wallPanel() {
    return html`<div class="column">
      <h2>${this.#word("wall")}</h2>
      <p class="quiet">${this.#word("wallHint")}</p>
      <div class="row"><button class="main" data-mark="wall" ?disabled=${this.pointing.busy} @click=${this.#useWall}>${this.#word("use")}</button>
        <button @click=${this.pointing.done}>${this.#word("cancel")}</button></div>
    </div>`;
  }

  #moreButton() {
    return html`<button @click=${() => (this.showMore = true)} aria-label=${this.#word("more")} title=${this.#word("more")}>${icon("more")}</button>`;
  }

  #tab(name: Panel) {
    const chosen = this.panel === name;
    return html`<button role="tab" id="tab-${name}" aria-selected=${chosen} aria-controls="panel" tabindex=${chosen ? 0 : -1}
      @click=${() => (this.panel = name)}>${this.#word(name)}</button>`;
  }

  #panelBody() {
    const room = this.furnisher.room;
    if (this.panel === "piece") {
      const piece = this.furnisher.piece(this.chosen);
      return html`<room-piece .language=${this.language} .piece=${piece} .fit=${this.furnisher.fit} .error=${room?.error ?? null}
        .furniture=${this.furniture.find((each) => each.product === piece?.product)} ?walls=${room?.planes.includes("wall") ?? false}
        @turn=${(event: CustomEvent<number>) => this.#turn(event.detail)} @remove=${(event: CustomEvent<string>) => this.#remove(event.detail)}
        @finish=${(event: CustomEvent<string>) => this.furnisher.change(this.chosen, { variant: event.detail })}
        @snap=${() => this.furnisher.change(this.chosen, { snap: true })}
        @fit=${() => this.furnisher.askFit(this.chosen)} @ar=${() => (this.showAr = true)}></room-piece>`;
    }
    if (this.panel === "room") return this.#roomFacts();
    return html`<room-shelf .language=${this.language} .furniture=${this.furniture} .base=${this.api.base} ?busy=${this.busy}
      @add=${(event: CustomEvent<string>) => this.#add(event.detail)}></room-shelf>`;
  }

  #roomFacts() {
    const room = this.furnisher.room;
    if (!room) return nothing;
    return html`<div class="column">
      <dl class="facts">
        <dt>${this.#word("scaleKnown")}</dt><dd>${sourceName(this.language, room.scale)}</dd>
        ${room.error === null ? nothing : html`<dt>${this.#word("scaleError")}</dt><dd>${errorText(room.error, this.language)}</dd>`}
      </dl>
      ${room.remarks.map((remark) => html`<p class="quiet">${roomTold(this.language, remark)}</p>`)}
      <div class="row">
        <button @click=${() => this.pointing.mark(this.pointing.marked, true)}>${this.#word("scaleAgain")}</button>
        <button @click=${() => this.pointing.markWall("")}>${this.#word("wall")}</button>
        <button @click=${this.#another}>${this.#word("another")}</button>
        <a class="button" href="/">${this.#word("mirror")}</a>
      </div>
    </div>`;
  }

  #sheets() {
    if (this.keepsake) {
      return html`<room-keepsake .language=${this.language} .kept=${this.keepsake} .base=${this.api.base} .consent=${this.api.consent}
        @close=${this.#discard}></room-keepsake>`;
    }
    const piece = this.furnisher.piece(this.chosen);
    if (this.showAr && piece) {
      return html`<try-on-sheet .heading=${this.#word("arTitle")} .closeName=${this.#word("close")} @close=${() => (this.showAr = false)}>
        <room-ar .language=${this.language} .base=${this.api.base} .product=${piece.product} .name=${piece.name} .variant=${piece.variant}
          ?upright=${piece.plane === "wall"}></room-ar></try-on-sheet>`;
    }
    if (!this.showMore) return nothing;
    return html`<room-settings .language=${this.language} ?contrast=${this.contrast} .receipt=${this.receipt} @close=${() => (this.showMore = false)}
      @speak=${(event: CustomEvent<Language>) => remember("language", (this.language = event.detail))} @withdraw=${this.#withdraw}
      @contrast=${(event: CustomEvent<boolean>) => remember("contrast", (this.contrast = event.detail) ? "high" : "normal")}></room-settings>`;
  }

  #agree = async (): Promise<void> => {
    try {
      const receipt = await this.api.agree(this.language);
      keepReceipt(receipt);
      this.#agreed(receipt);
    } catch {
      this.#say("offline");
    }
  };

  #agreed(receipt: Receipt | undefined): void {
    this.receipt = receipt;
    this.agreed = receipt !== undefined;
    this.api.consent = receipt?.token ?? "";
    if (receipt) void this.#begin();
  }

  /** Begin with the picture that the command line was given, if any. */
  async #begin(): Promise<void> {
    const ticket = location.hash.slice(1);
    if (!ticket) return;
    const picture = await this.api.first(ticket).catch(() => undefined);
    if (picture) await this.#open(picture);
  }

  #withdraw = async (): Promise<void> => {
    const token = this.receipt?.token;
    this.furnisher.leave();
    keepReceipt(undefined);
    this.#agreed(undefined);
    try {
      if (token) await this.api.withdraw(token);
      this.#say("withdrawn");
    } catch {
      this.#say("offline");
    }
  };

  async #open(picture: Blob): Promise<void> {
    this.reading = true;
    this.fault = "";
    try {
      await this.furnisher.open(picture);
    } catch (error) {
      this.#openFailed(error);
      return;
    } finally {
      this.reading = false;
    }
    this.chosen = "";
    this.split = null;
    this.pointing.done();
    if (this.furnisher.room?.scale) this.#say("found");
    else this.pointing.mark("a4", false);
    await this.updateComplete;
    await this.furnisher.show();
    await this.#addAsked();
  }

  /** The product that a shop's link asked for, once the room's scale is known. */
  async #addAsked(): Promise<void> {
    const room = this.furnisher.room;
    const asked = new URLSearchParams(location.search).get("product");
    if (room?.scale && !room.pieces.length && this.furniture.some((each) => each.product === asked)) await this.#add(asked ?? "");
  }

  #openFailed(error: unknown): void {
    const status = error instanceof RoomError ? error.status : 0;
    if (status === 403) {
      keepReceipt(undefined);
      this.#agreed(undefined);
    }
    this.fault = status === 0 ? this.#word("offline") : status === 422 ? this.#word("unreadable") : roomTold(this.language, (error as Error).message);
  }

  #another = (): void => {
    this.pointing.done();
    this.furnisher.leave();
  };

  #gone(): void {
    this.furnisher.room = undefined;
    this.furnisher.isGone = false;
    this.furnisher.problem = "";
    this.fault = this.#word("gone");
  }

  #refused(): void {
    const problem = this.furnisher.problem;
    this.furnisher.problem = "";
    queueMicrotask(() => this.#toast(problem === "offline" ? this.#word("offline") : roomTold(this.language, problem)));
  }

  async #add(product: string): Promise<void> {
    const room = this.furnisher.room;
    if (room && room.pieces.length >= room.most_pieces) return this.#say("full");
    const wanted = this.furniture.find((each) => each.product === product);
    if (wanted?.anchor === "wall" && !room?.planes.includes("wall")) {
      this.#toast(`${furnitureName(this.language, wanted.name)}${this.language === "en" ? " " : ""}${this.#word("wallNeeded")}`);
      return this.pointing.markWall(product);
    }
    this.busy = true;
    const id = await this.furnisher.add(product);
    this.busy = false;
    if (!id) return;
    this.chosen = id;
    const name = this.furnisher.piece(id)?.name ?? "";
    this.#toast(`${furnitureName(this.language, name)}${this.language === "en" ? " " : ""}${this.#word("added")}`);
  }

  #pick(id: string): void {
    if (id === this.chosen) return;
    this.chosen = id;
    this.furnisher.fit = undefined;
    if (id) this.panel = "piece";
    else if (this.panel === "piece") this.panel = "furniture";
  }

  #turn(degrees: number): void {
    const piece = this.furnisher.piece(this.chosen);
    if (!piece) return;
    this.furnisher.place({ id: piece.id, yaw_deg: ((((piece.yaw_deg + degrees + 180) % 360) + 360) % 360) - 180 });
    this.furnisher.settle();
  }

  async #remove(id: string): Promise<void> {
    if (!(await this.furnisher.remove(id))) return;
    this.chosen = "";
    this.panel = "furniture";
    this.#say("removed");
  }

  async #useMark(kind: ScaleKind, points: Point[], sizeMm?: number): Promise<void> {
    if (!(await this.pointing.useMark(kind, points, sizeMm))) return;
    this.#say("found");
    await this.#addAsked();
  }

  #useWall = async (): Promise<void> => {
    if (!(await this.pointing.useWall())) return;
    const { hanging } = this.pointing;
    this.pointing.done();
    this.#say("wallKnown");
    if (hanging) await this.#add(hanging);
  };

  #toggleDimensions = (): void => {
    this.furnisher.dimensions = !this.furnisher.dimensions;
    this.furnisher.repaint();
    this.requestUpdate();
  };

  #keep = async (): Promise<void> => {
    this.busy = true;
    const picture = await this.furnisher.keepsake();
    this.busy = false;
    if (!picture) return;
    this.keepsake = new Keepsake(picture);
  };

  #discard = (): void => {
    this.keepsake?.forget();
    this.keepsake = undefined;
  };

  #arrows = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (!step) return;
    this.panel = PANELS[(PANELS.indexOf(this.panel) + step + PANELS.length) % PANELS.length] ?? "furniture";
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus());
  };

  async #dress(): Promise<void> {
    const root = document.documentElement;
    root.lang = this.language === "zh" ? "zh-Hans" : "en";
    root.dataset["contrast"] = this.contrast ? "high" : "normal";
    document.title = this.#word("title");
    this.consentText = await this.api.consentText(this.language).then(({ text }) => text, () => "");
  }

  #say(word: RoomWord): void {
    this.#toast(this.#word(word));
  }

  #toast(text: string): void {
    this.toast = text;
    clearTimeout(this.#toastTimer);
    this.#toastTimer = setTimeout(() => (this.toast = ""), TOAST_MS);
  }

  #word(word: RoomWord): string {
    return sayRoom(this.language, word);
  }
}

function language(): Language {
  const asked = new URLSearchParams(location.search).get("language") ?? recall("language");
  return asked === "en" || asked === "zh" ? asked : ownLanguage();
}
