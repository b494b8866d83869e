import type { Box } from "../fitting";
import type { Piece, Point } from "./room_api";

/** Where fingers meet furniture, in shares of the picture. */

/** The piece under a point; of several the one whose foot is nearest to the camera, lowest in the picture. */
export function pieceAt(pieces: readonly Piece[], point: Point): Piece | undefined {
  const hit = pieces.filter((piece) => inside(piece.outline, point));
  return hit.sort((a, b) => b.at[1] - a.at[1])[0];
}

/** Whether a convex polygon holds a point, on whichever way round it runs. */
export function inside(polygon: readonly Point[], [x, y]: Point): boolean {
  let sign = 0;
  for (let index = 0; index < polygon.length; index++) {
    const [ax, ay] = polygon[index] as Point;
    const [bx, by] = polygon[(index + 1) % polygon.length] as Point;
    const side = Math.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax));
    if (side !== 0 && sign !== 0 && side !== sign) return false;
    if (side !== 0) sign = side;
  }
  return polygon.length > 2;
}

/** The box of a polygon, cut to the picture. */
export function boundsOf(polygon: readonly Point[]): Box {
  const xs = polygon.map(([x]) => clamp(x));
  const ys = polygon.map(([, y]) => clamp(y));
  const [left, top] = [Math.min(...xs, 1), Math.min(...ys, 1)];
  return { x: left, y: top, width: Math.max(...xs, 0) - left, height: Math.max(...ys, 0) - top };
}

export function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** The turn of a line from one finger to the other, degrees counterclockwise as it is seen, -180 to 180. */
export function turnOf(before: [Point, Point], after: [Point, Point]): number {
  const [a, b] = [before, after].map(([p, q]) => Math.atan2(q[1] - p[1], q[0] - p[0])) as [number, number];
  return wrapped(((a - b) * 180) / Math.PI);
}

export function wrapped(degrees: number): number {
  return ((((degrees + 180) % 360) + 360) % 360) - 180;
}
