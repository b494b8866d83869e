import { ACESFilmicToneMapping, Box3, Color, PerspectiveCamera, PMREMGenerator, Scene, Vector3, WebGLRenderer } from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { RoomEnvironment } from "three/addons/environments/RoomEnvironment.js";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";

const FIELD_DEG = 30;

/** The product in a box of the page, to be turned by a finger or the arrow keys. */
export async function showModel(view: HTMLElement, url: string, name: string): Promise<{ close(): void }> {
  const renderer = new WebGLRenderer({ antialias: true });
  renderer.toneMapping = ACESFilmicToneMapping;
  renderer.setPixelRatio(Math.min(2, devicePixelRatio));
  renderer.setSize(view.clientWidth, view.clientHeight, false);
  const scene = new Scene();
  scene.background = new Color(0xf6f3ee);
  const light = new PMREMGenerator(renderer);
  scene.environment = light.fromScene(new RoomEnvironment(), 0.04).texture;
  light.dispose();
  const model = (await new GLTFLoader().loadAsync(url)).scene;
  scene.add(model);
  const bounds = new Box3().setFromObject(model);
  const [middle, size] = [bounds.getCenter(new Vector3()), bounds.getSize(new Vector3())];
  const camera = new PerspectiveCamera(FIELD_DEG, view.clientWidth / view.clientHeight, 0.01, 100);
  const away = (0.62 * size.length()) / Math.tan(((FIELD_DEG / 2) * Math.PI) / 180);
  camera.position.copy(middle).add(new Vector3(0.5, 0.35, 1).setLength(away));
  const controls = new OrbitControls(camera, renderer.domElement);
  controls.target.copy(middle);
  controls.enablePan = false;
  controls.maxPolarAngle = Math.PI / 2;
  [controls.minDistance, controls.maxDistance] = [away * 0.4, away * 2];
  const draw = (): void => renderer.render(scene, camera);
  controls.addEventListener("change", draw);
  controls.update();
  const canvas = renderer.domElement;
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", name);
  canvas.tabIndex = 0;
  controls.listenToKeyEvents(canvas);
  view.append(canvas);
  draw();
  return {
    close: () => {
      controls.dispose();
      renderer.dispose();
      canvas.remove();
    },
  };
}
