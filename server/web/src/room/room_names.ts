import type { Language } from "../words";

/** Names of furniture and its kinds in the shopper's language; a brand's own are shown as the server gives them. */

const KINDS: Record<string, [string, string]> = {
  sofa: ["Sofas", "沙发"],
  chair: ["Chairs", "椅子"],
  table: ["Tables", "桌子"],
  bed: ["Beds", "床"],
  cabinet: ["Cabinets", "柜子"],
  shelf: ["Shelves", "书架"],
  lamp: ["Lamps", "灯具"],
  rug: ["Rugs", "地毯"],
  plant: ["Plants", "绿植"],
  decor: ["Decor", "装饰"],
  furniture: ["Furniture", "家具"],
  object: ["Other", "其他"],
};

const CHINESE: Record<string, string> = {
  Black: "黑色",
  "Black and brass": "黑色与黄铜",
  Bookshelf: "书架",
  Brass: "黄铜",
  "Brass, off": "黄铜，关灯",
  Charcoal: "炭灰",
  Cognac: "干邑棕",
  "Cognac leather": "干邑棕皮革",
  "Counter stool": "吧台凳",
  "Dark pot": "深色花盆",
  "Desk with drawers": "抽屉书桌",
  "Dining chair": "餐椅",
  "Dining table": "餐桌",
  "Double bed": "双人床",
  "Fiddle-leaf fig": "琴叶榕",
  "Floor lamp": "落地灯",
  "Framed print": "装框画",
  "Glass coffee table": "玻璃茶几",
  Ivory: "象牙白",
  "Light pot": "浅色花盆",
  Lit: "开灯",
  Moss: "苔绿",
  Nightstand: "床头柜",
  Oak: "橡木",
  "Oak and sage": "橡木与鼠尾草绿",
  Ochre: "赭黄",
  Off: "关灯",
  Petrol: "孔雀蓝",
  "Round mirror": "圆镜",
  Rust: "锈红",
  Sideboard: "餐边柜",
  "Smoked oak": "烟熏橡木",
  Stone: "石色",
  Terracotta: "陶土色",
  "Three-seat sofa": "三人沙发",
  "Tub armchair": "圈椅",
  Walnut: "胡桃木",
  White: "白色",
  "Wool rug": "羊毛地毯",
};

export const KIND_ORDER = Object.keys(KINDS);

export function kindOf(language: Language, kind: string): string {
  return KINDS[kind]?.[language === "zh" ? 1 : 0] ?? kind;
}

/** A product's name or finish in the shopper's language. */
export function furnitureName(language: Language, name: string): string {
  return language === "zh" ? (CHINESE[name] ?? name) : name;
}

/** What gave the scale, in the shopper's language. */
const SOURCES: Record<string, string> = {
  "A4 sheet": "A4 纸",
  "Letter sheet": "美式信纸",
  "US Letter sheet": "美式信纸",
  "bank card": "银行卡",
  tag: "标记",
  "depth frame": "深度图",
};

export function sourceName(language: Language, source: string): string {
  if (language === "en") return source;
  return source.split(" + ").map((each) => SOURCES[each] ?? each).join("、");
}
