/** Where a picture lies on the stage, and which part of the camera's picture is worth sending. */

export interface Size {
  width: number;
  height: number;
}

export interface Box extends Size {
  x: number;
  y: number;
}

const NARROWEST = 9 / 16;
const WIDEST = 16 / 9;
// The crop follows the stage in steps, so that a panel that grows by a line does not change the picture's size.
const STEPS = 18;

/** The picture's box on the stage, as `object-fit` puts it there. */
export function placed(stage: Size, picture: Size, fit: "cover" | "contain"): Box {
  const across = stage.width / picture.width;
  const down = stage.height / picture.height;
  const scale = fit === "cover" ? Math.max(across, down) : Math.min(across, down);
  const width = picture.width * scale;
  const height = picture.height * scale;
  return { x: (stage.width - width) / 2, y: (stage.height - height) / 2, width, height };
}

/** The middle of the camera's picture that a stage of this shape shows. */
export function cropped(camera: Size, stage: Size): Box {
  if (!stage.width || !stage.height) return { x: 0, y: 0, ...camera };
  const wanted = Math.min(WIDEST, Math.max(NARROWEST, stage.width / stage.height));
  const aspect = Math.round(wanted * STEPS) / STEPS;
  const width = Math.min(camera.width, camera.height * aspect);
  const height = Math.min(camera.height, camera.width / aspect);
  return { x: (camera.width - width) / 2, y: (camera.height - height) / 2, width, height };
}

/** Size to send: the crop's shape, no more pixels than asked for, none made up, sides even for 4:2:0. */
export function sent(crop: Size, asked: Size): Size {
  const scale = Math.min(1, Math.sqrt((asked.width * asked.height) / (crop.width * crop.height)));
  return { width: even(crop.width * scale), height: even(crop.height * scale) };
}

/** Share of the picture's width (0 left, unmirrored) under a point of the stage. */
export function shareAt(x: number, box: Box, mirrored: boolean): number {
  const share = Math.min(1, Math.max(0, (x - box.x) / box.width));
  return mirrored ? 1 - share : share;
}

/** Where on the stage a share of the picture's width lies. */
export function xOf(share: number, box: Box, mirrored: boolean): number {
  return box.x + (mirrored ? 1 - share : share) * box.width;
}

function even(length: number): number {
  return Math.max(16, Math.round(length / 2) * 2);
}
