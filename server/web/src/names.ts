import type { Language } from "./words";

/**
 * Names of what the server lists, in the shopper's language. The server's own titles are English; a name that is not
 * here, such as one of a brand's own product, is shown as the server gives it.
 */

const EFFECTS: Record<string, [string, string]> = {
  blush: ["Blush", "腮红"],
  bronzer: ["Bronzer", "古铜粉"],
  brow_shape: ["Brow shape", "眉形"],
  brows: ["Brows", "眉毛"],
  concealer: ["Concealer", "遮瑕"],
  contour: ["Contour", "修容"],
  eyeliner: ["Eyeliner", "眼线"],
  eyeshadow: ["Eyeshadow", "眼影"],
  face_paint: ["Face paint", "彩绘"],
  foundation: ["Foundation", "粉底"],
  hair_color: ["Hair color", "发色"],
  highlighter: ["Highlighter", "高光"],
  lashes: ["Lashes", "睫毛"],
  lenses: ["Colored lenses", "美瞳"],
  lip_liner: ["Lip liner", "唇线"],
  lipstick: ["Lipstick", "口红"],
  skin_smoothing: ["Smooth skin", "柔肤"],
  teeth_whitening: ["White teeth", "亮齿"],
};

const KINDS: Record<string, [string, string]> = {
  glasses: ["Glasses", "眼镜"],
  earring: ["Earrings", "耳饰"],
  necklace: ["Necklaces", "项链"],
  hat: ["Hats", "帽子"],
  headband: ["Headbands", "发带"],
  scarf: ["Scarves", "围巾"],
  face_mask: ["Masks", "口罩"],
  watch: ["Watches", "手表"],
  bracelet: ["Bracelets", "手镯"],
  ring: ["Rings", "戒指"],
};

const CHINESE: Record<string, string> = {
  // looks: title and description
  "Barely there": "裸感",
  "Skin that slept well: evened, a breath of warmth, nothing that reads as makeup.": "像睡足了的肌肤：匀净、微暖，看不出妆感。",
  "Berry night": "莓夜",
  "A deep berry lip and plum shadow.": "深莓果唇与梅紫眼影。",
  Chrome: "金属光",
  "Liquid-metal lids and a holographic lip.": "液态金属眼妆与幻彩唇。",
  Copper: "铜发",
  "Copper hair with a soft peach face.": "铜色秀发，柔和蜜桃妆。",
  Festival: "音乐节",
  "Face paint and flakes for an open-air night.": "露天之夜的彩绘与亮片。",
  "Golden hour": "金色时刻",
  "Burnished gold lids and a glossed plum-brown lip, made for deep skin.": "为深肤色而设：鎏金眼妆，梅棕亮唇。",
  Groomed: "清爽",
  "Evened skin, calmer under-eyes, tidy brows: nothing that shows.": "匀净肌肤、淡化眼周、整齐眉形，不着痕迹。",
  Midnight: "午夜",
  "Blue-black hair, a wine lip, a sharp wing.": "蓝黑发色，酒红唇，利落眼线。",
  "Office nude": "通勤裸妆",
  "Warm neutrals that hold through a working day.": "温暖中性色，一整天都得体。",
  "Red carpet": "红毯",
  "The true red lip with a clean wing.": "正红唇配干净上扬的眼线。",
  Rose: "玫瑰",
  "A rose lip, soft lids and a fresh cheek for every day.": "玫瑰唇、柔和眼妆与清新腮红，日常皆宜。",
  Rosewood: "玫瑰木",
  "Rosewood lip and warm copper lids, balanced for deep skin.": "玫瑰木唇与暖铜眼妆，适合深肤色。",
  "Seoul glass": "首尔水光",
  "Glass skin, straight brows, a blurred gradient lip.": "水光肌、平直眉、渐变雾面唇。",
  Sixties: "六十年代",
  "Graphic liner, doll lashes, a pale lip.": "几何眼线、娃娃睫毛、浅色唇。",
  Smoky: "烟熏",
  "Charcoal lids, a nude lip.": "炭灰眼妆，裸色唇。",
  "Sun-kissed": "日光",
  "Bronze across the nose, a peach gloss.": "鼻梁古铜光，蜜桃唇彩。",
  // products
  Aviator: "飞行员",
  "Crystal bangle": "水晶手镯",
  "Baseball cap": "棒球帽",
  "Knitted beanie": "针织帽",
  "Cat-eye": "猫眼",
  "Curb bracelet": "马鞭链手链",
  "Disc pendant": "圆牌吊坠",
  "Brilliant stud": "单钻耳钉",
  "Steel diver": "钢质潜水表",
  "Leather dress watch": "皮带正装表",
  "Wide-brim felt": "宽檐毡帽",
  "Twisted headband": "扭结发带",
  "Gold hoops": "金色耳环",
  "Blue mirror": "蓝色镜面",
  Panama: "巴拿马草帽",
  "Pearl drop": "珍珠耳坠",
  "Pearl strand": "珍珠项链",
  "Plain band": "素圈戒指",
  Rimless: "无框",
  "Round gold": "金丝圆框",
  "Round tortoiseshell": "玳瑁圆框",
  "Checked scarf": "格纹围巾",
  Solitaire: "独钻戒指",
  "Square black": "黑色方框",
  "Pleated mask": "折叠口罩",
  "Long tassel": "长流苏",
  // finishes
  Gold: "金色",
  Gunmetal: "枪灰",
  Silver: "银色",
  "Rose gold": "玫瑰金",
  Platinum: "铂金",
  Navy: "海军蓝",
  Red: "红色",
  Stone: "石色",
  Camel: "驼色",
  Oatmeal: "燕麦色",
  Black: "黑色",
  Cognac: "干邑棕",
  Havana: "哈瓦那",
  Crystal: "透明",
  "Bottle green": "墨绿",
  Blue: "蓝色",
};

export const KIND_ORDER = Object.keys(KINDS);

export function effectName(language: Language, effect: string): string {
  const plain = effect.replaceAll("_", " ");
  return EFFECTS[effect]?.[language === "zh" ? 1 : 0] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

export function kindName(language: Language, kind: string): string {
  const plain = kind.replaceAll("_", " ");
  return KINDS[kind]?.[language === "zh" ? 1 : 0] ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

/** A title, description or variant in the shopper's language. */
export function named(language: Language, title: string): string {
  return language === "zh" ? (CHINESE[title] ?? title) : title;
}
