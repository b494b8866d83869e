import type { Picture } from "./h264";
import type { Control, ServerMessage } from "./wire";

export interface CallWish {
  consent: string;
  /** The shop's, or empty. */
  token: string;
  width: number;
}

export interface CallEvents {
  message(message: ServerMessage): void;
  picture(): void;
  lost(): void;
}

const START_KBIT = 2500; // browsers begin at 300 and take seconds to find out that there is more room
const GATHER_MS = 1500;

/** A mirror over WebRTC: the canvas's pictures go out as video, the worn ones come back as video. */
export class Call {
  readonly #peer: RTCPeerConnection;
  readonly #sender: RTCRtpSender;
  readonly #video = document.createElement("video");
  readonly #channel: RTCDataChannel;
  #track: CanvasCaptureMediaStreamTrack | undefined;
  #closed = false;

  private constructor(
    ice: RTCIceServer[],
    readonly events: CallEvents,
  ) {
    this.#peer = new RTCPeerConnection({ iceServers: ice });
    const transceiver = this.#peer.addTransceiver("video", { direction: "sendrecv" });
    const known = RTCRtpReceiver.getCapabilities("video")?.codecs ?? [];
    const plain = known.filter((codec) => codec.mimeType === "video/H264" && /42e01f|42001f/.test(codec.sdpFmtpLine ?? ""));
    transceiver.setCodecPreferences(plain.length ? plain : known);
    transceiver.receiver.jitterBufferTarget = 0;
    this.#sender = transceiver.sender;
    this.#channel = this.#peer.createDataChannel("mirror");
    this.#channel.onmessage = (event: MessageEvent<string>) => events.message(JSON.parse(event.data) as ServerMessage);
    this.#video.muted = this.#video.playsInline = true;
    this.#peer.ontrack = ({ track }) => {
      this.#video.srcObject = new MediaStream([track]);
      void this.#video.play().catch(() => undefined);
      this.#watch();
    };
    this.#peer.onconnectionstatechange = () => {
      if (["failed", "disconnected"].includes(this.#peer.connectionState)) this.#lose();
    };
  }

  /** Call the server at `base`. Throws when it does not answer, or speaks no WebRTC. */
  static async open(base: string, wish: CallWish, events: CallEvents): Promise<Call> {
    const shop: Record<string, string> = wish.token ? { "X-Tryon-Token": wish.token } : {};
    const headers = { ...shop, "Content-Type": "application/json", "X-Tryon-Consent": wish.consent };
    const ice = await answered<{ iceServers: RTCIceServer[] }>(fetch(`${base}/ice`, { headers: shop }));
    const call = new Call(ice.iceServers, events);
    try {
      await call.#peer.setLocalDescription(await call.#peer.createOffer());
      await call.#gathered();
      const body = JSON.stringify({ sdp: call.#peer.localDescription?.sdp ?? "", width: wish.width });
      const { sdp } = await answered<{ sdp: string }>(fetch(`${base}/offer`, { method: "POST", headers, body }));
      await call.#peer.setRemoteDescription({ type: "answer", sdp: hurried(sdp) });
      return call;
    } catch (error) {
      call.close();
      throw error;
    }
  }

  get isOpen(): boolean {
    return this.#peer.connectionState === "connected" && this.#channel.readyState === "open";
  }

  /** Send what the canvas shows now. */
  show(canvas: HTMLCanvasElement): void {
    if (!this.#track) {
      this.#track = canvas.captureStream(0).getVideoTracks()[0] as CanvasCaptureMediaStreamTrack;
      this.#track.contentHint = "motion"; // keep the rate; the size is the page's choice
      void this.#sender.replaceTrack(this.#track);
    }
    this.#track.requestFrame();
  }

  control(change: Control): void {
    if (this.#channel.readyState === "open") this.#channel.send(JSON.stringify(change));
  }

  /** The picture that came last. */
  picture(): Picture {
    const { videoWidth: width, videoHeight: height } = this.#video;
    return { image: this.#video, width, height, close: () => undefined };
  }

  /** Milliseconds to the server and back, as far as the browser knows. */
  async roundTripMs(): Promise<number> {
    let found = 0;
    (await this.#peer.getStats()).forEach((each: { type: string; nominated?: boolean; currentRoundTripTime?: number }) => {
      if (each.type === "candidate-pair" && each.nominated) found = (each.currentRoundTripTime ?? 0) * 1000;
    });
    return found;
  }

  close(): void {
    this.#closed = true;
    this.#track?.stop();
    this.#peer.close();
    this.#video.srcObject = null;
  }

  #watch = (): void => {
    this.#video.requestVideoFrameCallback(() => {
      if (this.#closed) return;
      this.events.picture();
      this.#watch();
    });
  };

  #lose(): void {
    if (this.#closed) return;
    this.close();
    this.events.lost();
  }

  #gathered(): Promise<void> {
    return new Promise((done) => {
      if (this.#peer.iceGatheringState === "complete") return done();
      setTimeout(done, GATHER_MS);
      this.#peer.onicegatheringstatechange = () => this.#peer.iceGatheringState === "complete" && done();
    });
  }
}

/** The answer with the rate to begin at. */
export function hurried(sdp: string): string {
  return sdp.replace(/^(a=fmtp:\d+ .*packetization-mode.*)$/gm, (line) => `${line.trimEnd()};x-google-start-bitrate=${START_KBIT}`);
}

async function answered<Body>(asked: Promise<Response>): Promise<Body> {
  const response = await asked;
  if (!response.ok) throw new Error(`${response.status}`);
  return (await response.json()) as Body;
}
