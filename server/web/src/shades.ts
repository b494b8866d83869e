import type { LayerCard, LookCard } from "./api";
import type { Language } from "./words";

/** Colors a layer may take: its own first, then those that other looks give the same kind of product. */
export function shadesFor(layer: LayerCard, looks: LookCard[]): string[] {
  if (!layer.color) return [];
  const others = looks.flatMap((look) => look.layers.filter((each) => each.effect === layer.effect && each.color));
  const sorted = [...new Set(others.map((each) => (each.color ?? "").toLowerCase()))].sort((a, b) => lightness(b) - lightness(a));
  const own = layer.color.toLowerCase();
  return [own, ...sorted.filter((color) => color !== own)];
}

const HUES: [number, string, string][] = [
  [14, "red", "红"],
  [26, "coral", "珊瑚"],
  [42, "peach", "桃"],
  [62, "gold", "金"],
  [95, "olive", "橄榄绿"],
  [165, "green", "绿"],
  [195, "teal", "青"],
  [255, "blue", "蓝"],
  [288, "violet", "紫"],
  [322, "plum", "梅紫"],
  [348, "pink", "粉"],
  [361, "red", "红"],
];

/** What a seller would call a color, so that a screen reader can tell shades apart. */
export function colorName(language: Language, color: string): string {
  const { hue, saturation, light } = hsl(color);
  const zh = language === "zh";
  if (light < 0.13) return zh ? "黑色" : "black";
  if (light > 0.93) return zh ? "白色" : "white";
  const depth = light < 0.32 ? ["deep ", "深"] : light > 0.7 ? ["soft ", "浅"] : ["", ""];
  let [, english, chinese] = HUES.find(([to]) => hue < to) ?? [0, "red", "红"];
  if (saturation < 0.1) [english, chinese] = ["gray", "灰"];
  else if (hue >= 10 && hue < 50 && light < 0.45) [english, chinese] = ["brown", "棕"];
  else if ((hue < 14 || hue >= 322) && light < 0.32) return zh ? "酒红色" : "wine";
  else if (hue >= 14 && hue < 42 && light > 0.7) [english, chinese] = ["peach", "桃"];
  else if (hue >= 10 && hue < 50 && saturation < 0.45) [english, chinese] = ["beige", "米"];
  else if ((hue < 14 || hue >= 330) && saturation < 0.5 && light >= 0.32) [english, chinese] = ["rose", "玫瑰"];
  return zh ? `${depth[1]}${chinese}色` : `${depth[0]}${english}`;
}

function lightness(color: string): number {
  return hsl(color).light;
}

function hsl(color: string): { hue: number; saturation: number; light: number } {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255);
  const most = Math.max(r, g, b);
  const spread = most - Math.min(r, g, b);
  const light = most - spread / 2;
  const saturation = spread ? spread / (1 - Math.abs(2 * light - 1)) : 0;
  const sector = !spread ? 0 : most === r ? (g - b) / spread : most === g ? 2 + (b - r) / spread : 4 + (r - g) / spread;
  return { hue: (sector * 60 + 360) % 360, saturation, light };
}
