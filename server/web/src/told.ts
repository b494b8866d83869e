import { named } from "./names";
import type { Language } from "./words";

/**
 * What the server says to a shopper, in their language. The server speaks English sentences that are part of its
 * contract (`tests/server/test_page_words.py` checks that none is missing here); numbers in them are kept.
 */

type Put = string | ((...found: string[]) => string);

const FINGERS: Record<string, string> = { thumb: "拇指", index: "食指", middle: "中指", ring: "无名指", little: "小指", pinky: "小指" };

const SENTENCES: Record<string, string> = {
  "Looks good.": "很好。",
  "No face in view.": "画面中没有人脸。",
  "Move back a little.": "请稍微后退。",
  "Move your whole face into the picture.": "请把整张脸移入画面。",
  "Move closer.": "请靠近一些。",
  "Turn to the camera.": "请面向摄像头。",
  "Raise your chin a little.": "请稍微抬头。",
  "Lower your chin a little.": "请稍微低头。",
  "Find more light.": "请到光线更亮的地方。",
  "Step out of the bright light.": "请避开强光。",
  "Turn to the light.": "请面向光源。",
  "Hold still and wipe the lens.": "请保持不动，并擦拭镜头。",
  "The server cannot keep up just now, so your picture is a little smaller or slower.":
    "服务器暂时处理不过来，画面会稍小或稍慢。",
  "All mirrors are taken; try again in a minute.": "镜子都在使用中，请一分钟后再试。",
  "The server is being restarted; the mirror comes back by itself.": "服务器正在重启，镜子会自动恢复。",
  "Your consent has expired; agree again to go on.": "您的同意已过期；请重新同意后继续。",
  "Expected a consent given on this page; agree to go on.": "请先在本页同意后继续。",
  "This consent was withdrawn; agree again to go on.": "该同意已撤回；请重新同意后继续。",
  "The JPEG picture is damaged; send the next one.": "一帧画面损坏，已跳过。",
  "This picture could not be worked on; the server's log says why.": "这一帧未能处理；原因见服务器日志。",
  "Fits.": "合适。",
};

const PATTERNS: [RegExp, Put][] = [
  [/^(\d+) mm too wide for your face\.$/, "比您的脸宽 $1 毫米。"],
  [/^(\d+) mm too narrow for your face\.$/, "比您的脸窄 $1 毫米。"],
  [/^The lenses are too far apart: your eyes sit (\d+) mm toward the nose\.$/, "镜片间距偏大：您的眼睛偏向鼻侧 $1 毫米。"],
  [/^The lenses are too close together: your eyes sit (\d+) mm toward the temples\.$/, "镜片间距偏小：您的眼睛偏向外侧 $1 毫米。"],
  [/^Sits low: the lenses are (\d+) mm below your eyes\.$/, "戴得偏低：镜片在眼睛下方 $1 毫米。"],
  [/^Sits high: (\d+) mm above your eyes\.$/, "戴得偏高：在眼睛上方 $1 毫米。"],
  [/^The temples are (\d+) mm too long for your ears\.$/, "镜腿长了 $1 毫米。"],
  [/^The temples are (\d+) mm too short\.$/, "镜腿短了 $1 毫米。"],
  [/^The bridge is too narrow: it pinches and holds the lenses (\d+) mm too far out\.$/, "鼻梁偏窄：会夹鼻，镜片前移 $1 毫米。"],
  [/^Sits (\d+) mm too close to your eyes\.$/, "离眼睛太近 $1 毫米。"],
  [/^The bridge is too wide: it hangs (\d+) mm off your nose and will slide\.$/, "鼻梁偏宽：悬空 $1 毫米，容易下滑。"],
  [/^The lower rims press (\d+) mm into your cheeks\.$/, "镜框下缘会压到脸颊 $1 毫米。"],
  [/^Fits: your head is about (\d+) ± (\d+) cm around, the inside (\d+) cm\.$/, "合适：头围约 $1 ± $2 厘米，内围 $3 厘米。"],
  [
    /^About (\d+) cm too (large|small): your head is about (\d+) ± (\d+) cm around, the inside (\d+) cm\.$/,
    (over, way, head, reach, inside) =>
      `约${way === "large" ? "大" : "小"} ${over} 厘米：头围约 ${head} ± ${reach} 厘米，内围 ${inside} 厘米。`,
  ],
  [
    /^(Probably t|T)ight: (\d+) mm inside, your wrist is taken to be (\d+) mm round \((\d+) to (\d+)\)\.$/,
    (sure, inside, wrist, low, high) => `${maybe(sure)}偏紧：内围 ${inside} 毫米，手腕约 ${wrist} 毫米（${low} 至 ${high}）。`,
  ],
  [
    /^(Probably l|L)oose by (\d+) mm: your wrist is taken to be (\d+) mm round \((\d+) to (\d+)\)\.$/,
    (sure, spare, wrist, low, high) => `${maybe(sure)}偏松 ${spare} 毫米：手腕约 ${wrist} 毫米（${low} 至 ${high}）。`,
  ],
  [
    /^Fits: (-?\d+) mm to spare, your wrist is taken to be (\d+) mm round \((\d+) to (\d+)\)\.$/,
    "合适：余量 $1 毫米，手腕约 $2 毫米（$3 至 $4）。",
  ],
  [
    /^(Probably t|T)ight: the ring is size (\d+), ([\d.]+) mm inside; your (\w+) finger is taken to be ([\d.]+) mm across \(([\d.]+) to ([\d.]+)\)\.$/,
    (sure, size, inside, finger, wide, low, high) =>
      `${maybe(sure)}偏紧：戒指 ${size} 号，内径 ${inside} 毫米；${FINGERS[finger] ?? finger}约 ${wide} 毫米（${low} 至 ${high}）。`,
  ],
  [
    /^(Probably l|L)oose by ([\d.]+) mm: the ring is size (\d+); your (\w+) finger is taken to be ([\d.]+) mm across \(([\d.]+) to ([\d.]+)\)\.$/,
    (sure, spare, size, finger, wide, low, high) =>
      `${maybe(sure)}偏松 ${spare} 毫米：戒指 ${size} 号；${FINGERS[finger] ?? finger}约 ${wide} 毫米（${low} 至 ${high}）。`,
  ],
  [
    /^Fits: the ring is size (\d+); your (\w+) finger is taken to be ([\d.]+) mm across \(([\d.]+) to ([\d.]+)\)\.$/,
    (size, finger, wide, low, high) =>
      `合适：戒指 ${size} 号；${FINGERS[finger] ?? finger}约 ${wide} 毫米（${low} 至 ${high}）。`,
  ],
  [/^Expected a picture of .*$/, "画面大小有变，已跳过一帧。"],
];

function maybe(sure: string): string {
  return sure.startsWith("Probably") ? "可能" : "";
}

/** The sentence in that language; one that is not known stays as it is. */
export function told(language: Language, sentence: string): string {
  if (language === "en") return sentence;
  const known = SENTENCES[sentence];
  if (known) return known;
  for (const [pattern, put] of PATTERNS) {
    const found = pattern.exec(sentence);
    if (found) return typeof put === "string" ? sentence.replace(pattern, put) : put(...found.slice(1));
  }
  return sentence;
}

/** How one product sits, its name before it. */
export function toldFit(language: Language, note: { product: string; verdict: string }): string {
  const colon = language === "zh" ? "：" : ": ";
  return named(language, note.product) + colon + told(language, note.verdict);
}
