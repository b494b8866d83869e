// Renders one case with three.js and hands its pixels back; `window.renderCase(task)` is called by drive.mjs.

import * as THREE from 'three';
import { DRACOLoader } from 'three/addons/loaders/DRACOLoader.js';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { HDRLoader } from 'three/addons/loaders/HDRLoader.js';
import { MeshoptDecoder } from 'three/addons/libs/meshopt_decoder.module.js';

const CURVES = { neutral: THREE.NeutralToneMapping, aces: THREE.ACESFilmicToneMapping, none: THREE.LinearToneMapping };

function makeRenderer(task) {
    // Half floats: blended and averaged over samples in linear light, which glTF asks for; the default canvas does both
    // on encoded values.
    const renderer = new THREE.WebGLRenderer({
        antialias: true, alpha: true, premultipliedAlpha: true, preserveDrawingBuffer: true,
        outputBufferType: THREE.HalfFloatType,
    });
    renderer.setPixelRatio(1);
    renderer.setSize(task.width, task.height);
    renderer.setClearColor(0x000000, 0);
    renderer.toneMapping = CURVES[task.tone];
    renderer.toneMappingExposure = task.exposure;
    document.body.replaceChildren(renderer.domElement);
    return renderer;
}

function pixels(renderer) {
    const gl = renderer.getContext();
    const { width, height } = renderer.domElement;
    const data = new Uint8Array(width * height * 4);
    gl.bindFramebuffer(gl.FRAMEBUFFER, null);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, data);
    let text = '';
    for (let i = 0; i < data.length; i += 32768) text += String.fromCharCode(...data.subarray(i, i + 32768));
    return btoa(text);
}

window.renderCase = async task => {
    const renderer = makeRenderer(task);
    const draco = new DRACOLoader().setDecoderPath('/three/examples/jsm/libs/draco/');
    const loader = new GLTFLoader().setDRACOLoader(draco).setMeshoptDecoder(MeshoptDecoder);
    const [environment, gltf] = await Promise.all([
        new HDRLoader().loadAsync(task.environment), loader.loadAsync(task.model),
    ]);
    environment.mapping = THREE.EquirectangularReflectionMapping;
    const scene = new THREE.Scene();
    scene.environment = environment;
    scene.add(gltf.scene);
    const camera = new THREE.PerspectiveCamera(task.fov_deg, task.width / task.height, task.near, task.far);
    camera.position.set(...task.eye);
    camera.lookAt(...task.target);
    scene.background = environment;
    renderer.render(scene, camera);
    renderer.render(scene, camera);
    const shown = pixels(renderer);
    scene.background = null;
    renderer.render(scene, camera);
    const alone = pixels(renderer);
    const times = [];
    for (let i = 0; i < (task.repeats ?? 0); ++i) {
        const begun = performance.now();
        renderer.render(scene, camera);
        renderer.getContext().readPixels(0, 0, 1, 1, 6408, 5121, new Uint8Array(4));
        times.push(performance.now() - begun);
    }
    const gl = renderer.getContext();
    const info = gl.getExtension('WEBGL_debug_renderer_info');
    const driver = info ? gl.getParameter(info.UNMASKED_RENDERER_WEBGL) : gl.getParameter(gl.RENDERER);
    renderer.dispose();
    renderer.forceContextLoss();
    return { shown, alone, times, driver, revision: THREE.REVISION };
};
window.ready = true;
