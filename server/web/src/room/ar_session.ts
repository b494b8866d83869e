import {
  AmbientLight,
  DirectionalLight,
  Group,
  Matrix4,
  Mesh,
  MeshBasicMaterial,
  PerspectiveCamera,
  Quaternion,
  RingGeometry,
  Scene,
  Vector3,
  WebGLRenderer,
} from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";

interface Wish {
  overlay: HTMLElement;
  /** It hangs on a wall. */
  upright: boolean;
  onPlaced(): void;
  onEnd(): void;
}

/** WebXR puts a product where the shopper taps: one unit of the model is one metre, and nothing here scales it. */
export class ArSession {
  /** The product in the room; its scale stays 1. */
  readonly product = new Group();
  #scene = new Scene();
  #camera = new PerspectiveCamera();
  #ring = new Mesh(new RingGeometry(0.07, 0.09, 40).rotateX(-Math.PI / 2), new MeshBasicMaterial({ color: 0xffffff }));
  #renderer = new WebGLRenderer({ alpha: true, antialias: true });
  #session: XRSession | undefined;
  #hits: XRHitTestSource | undefined;

  constructor(
    private readonly url: string,
    private readonly wish: Wish,
  ) {
    this.product.visible = this.#ring.visible = false;
    this.#ring.matrixAutoUpdate = false;
    const sun = new DirectionalLight(0xffffff, 2);
    sun.position.set(0.4, 2, 0.8);
    this.#scene.add(new AmbientLight(0xffffff, 1.4), sun, this.#ring, this.product);
  }

  /** Begin, from a tap. Throws where the device has no AR after all. */
  async start(): Promise<void> {
    const xr = navigator.xr;
    if (!xr) throw new Error("no WebXR");
    const options: XRSessionInit = { requiredFeatures: ["hit-test", "local"], optionalFeatures: ["dom-overlay"], domOverlay: { root: this.wish.overlay } };
    // Asked for before anything is loaded: a browser grants it for the tap alone.
    const session = await xr.requestSession("immersive-ar", options);
    this.#session = session;
    session.addEventListener("end", this.#ended);
    session.addEventListener("select", this.#place);
    this.#renderer.xr.enabled = true;
    this.#renderer.xr.setReferenceSpaceType("local");
    await this.#renderer.xr.setSession(session);
    const space = await session.requestReferenceSpace("viewer");
    this.#hits = await session.requestHitTestSource?.({ space });
    const loaded = await new GLTFLoader().loadAsync(this.url);
    this.product.add(loaded.scene);
    this.#renderer.setAnimationLoop((_, frame) => this.#draw(frame));
  }

  async end(): Promise<void> {
    await this.#session?.end().catch(() => undefined);
  }

  #draw(frame: XRFrame | undefined): void {
    if (!frame) return; // the page's own loop, which runs beside the session's
    const space = this.#renderer.xr.getReferenceSpace();
    const hit = this.#hits && space ? frame.getHitTestResults(this.#hits)[0]?.getPose(space) : undefined;
    this.#ring.visible = Boolean(hit);
    if (hit) this.#ring.matrix.fromArray(hit.transform.matrix);
    this.#renderer.render(this.#scene, this.#camera);
  }

  #place = (): void => {
    if (!this.#ring.visible) return;
    const [position, turn, size] = [new Vector3(), new Quaternion(), new Vector3()];
    this.#ring.matrix.decompose(position, turn, size);
    this.product.position.copy(position);
    this.product.quaternion.copy(this.wish.upright ? onWall(this.#ring.matrix) : facing(position, this.#camera));
    this.product.visible = true;
    this.wish.onPlaced();
  };

  #ended = (): void => {
    this.#renderer.setAnimationLoop(null);
    this.#hits?.cancel?.();
    this.#renderer.dispose();
    this.wish.onEnd();
  };
}

/** Upright, its front toward whoever holds the phone. */
function facing(position: Vector3, camera: PerspectiveCamera): Quaternion {
  const eye = new Vector3().setFromMatrixPosition(camera.matrixWorld).sub(position);
  return new Quaternion().setFromAxisAngle(new Vector3(0, 1, 0), Math.atan2(eye.x, eye.z));
}

/** Its back on the wall: the hit's normal is where its front looks. */
function onWall(hit: Matrix4): Quaternion {
  const front = new Vector3().setFromMatrixColumn(hit, 1);
  return new Quaternion().setFromAxisAngle(new Vector3(0, 1, 0), Math.atan2(front.x, front.z));
}
