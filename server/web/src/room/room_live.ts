import { html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Language } from "../words";
import type { Furniture, RoomApi } from "./room_api";
import { sayRoom } from "./room_words";

@customElement("room-live")
export class RoomLive extends LitElement {
  @property() language: Language = "en";
  @property({ attribute: false }) api!: RoomApi;
  @property({ attribute: false }) furniture: Furniture[] = [];

  override render() {
    return html`<p>${sayRoom(this.language, "liveNone")}</p>`;
  }
}
