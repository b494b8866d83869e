/** Pictures side by side on one, two to a row, their titles on them. */
export function contactSheet(tiles: HTMLCanvasElement[], named: { title: string }[]): HTMLCanvasElement {
  const { width, height } = tiles[0] ?? { width: 1, height: 1 };
  const columns = Math.min(2, tiles.length);
  const sheet = document.createElement("canvas");
  sheet.width = width * columns;
  sheet.height = height * Math.ceil(tiles.length / columns);
  const context = sheet.getContext("2d", { alpha: false });
  if (!context) return sheet;
  context.font = `600 ${Math.round(width / 18)}px system-ui, sans-serif`;
  context.fillStyle = "#fff";
  context.shadowColor = "#000";
  context.shadowBlur = 6;
  tiles.forEach((tile, at) => {
    const x = (at % columns) * width;
    const y = Math.floor(at / columns) * height;
    context.drawImage(tile, x, y, width, height);
    context.fillText(named[at]?.title ?? "", x + width / 24, y + width / 12);
  });
  return sheet;
}
