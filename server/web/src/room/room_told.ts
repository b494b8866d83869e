import type { Language } from "../words";
import { furnitureName } from "./room_names";

/**
 * What the server says about a room, in the shopper's language. Its English sentences are part of its contract
 * (`tests/server/test_room_words.py` checks that none is missing here); numbers in them are kept. English ones that
 * speak to a command line lose that.
 */

type Put = string | ((...found: string[]) => string);

const SENTENCES: Record<string, string> = {
  "No sheet of paper was found; lay one flat on the floor or mark its corners.": "没有找到纸张；请在地面上平放一张，或标记它的四角。",
  "Two sheets of paper are in view; leave one, or mark the corners of the one that counts.": "画面中有两张纸；请只留一张，或标记要用的那张的四角。",
  "No bank card was found; lay one flat in view, nearer to the camera, or mark its corners.": "没有找到银行卡；请靠近镜头平放一张，或标记它的四角。",
  "Two bank cards are in view; leave one, or mark the corners of the one that counts.": "画面中有两张卡；请只留一张，或标记要用的那张的四角。",
  "The marked corners lie outside the picture; mark the four corners of the sheet.": "标记的角在照片之外；请标记纸张的四角。",
  "The marked corners make no rectangle seen from above; mark the four corners of the sheet.": "标记的角不构成从上方看到的矩形；请标记纸张的四角。",
  "No points were marked; mark two and give their distance.": "没有标记点；请标记两个点并填写距离。",
  "A marked point lies at or above the floor's horizon; mark points on the floor.": "标记的点在地平线或以上；请在地面上标记。",
  "No whole tag is in view; keep all of it in the picture, flat and lit, or print one with: tryon marker.": "没有看到完整的标记；请让它整个在画面中、平放且光线充足。",
  "No wall to stand against is known; mark two points of its foot on the floor.": "还没有标记墙面；请标记墙面与地面的交线。",
  "Two marker pages are in view; cover one of them.": "画面中有两张标记页；请遮住一张。",
  "The marker page is folded or bent; lay it flat, all of it in view.": "标记页有折痕或弯曲；请平放并整张拍进画面。",
  "The tag is folded or bent; lay it flat.": "标记有折痕或弯曲；请平放。",
  "Expected points on the plane, got one at or above its horizon; mark points further down.": "有一个点在地平线或以上；请在更下方标记。",
  "No such room: it was closed or not used for half an hour; take a new picture.": "房间已关闭或半小时未使用；请重新选择照片。",
  "Many rooms are being furnished right now; try again in a few minutes.": "当前使用的人较多，请几分钟后再试。",
  "Many pictures are being looked at right now; try again in a moment.": "当前使用的人较多，请稍后再试。",
  "Expected a room of known scale; mark the sheet's corners first.": "还不知道房间的尺寸；请先标记纸张的四角。",
  "Too much at once for this room; wait for the last.": "操作太快，请稍候。",
};

const PATTERNS: [RegExp, Put][] = [
  [/^Nothing in view (tells how large things are|gives the scale);.*$/, "画面中没有已知大小的物体。请在地面上平放一张纸或银行卡，或手动标记。"],
  [/^A sheet is in view, but .* cannot be told apart .*$/, "画面中有一张纸，但无法分辨是 A4 还是美式信纸；请选择是哪一种。"],
  [/^The sheet in view has not the shape of .*$/, "画面中的纸张形状不符；请平放、不要折叠，并整张拍进画面。"],
  [/^What looks like a sheet of paper is cut by .*$/, "纸张被照片边缘截断；请把整张纸拍进画面。"],
  [/^What looks like a sheet of paper .*$/, "看起来像纸张的物体形状不符；请平放、不要折叠。"],
  [/^What was marked is no flat rectangle .*$/, "标记的不是平放的矩形；请依次标记它的四角。"],
  [/^Expected an? .*, but what lies there has the shape of .*$/, "那里的纸张是另一种规格；请重新选择。"],
  [/^What may be a bank card is too small .*$/, "可能是银行卡，但太小无法确定；请靠近一些，或选择“银行卡”。"],
  [/^The (.+) looks as if seen with a focal length .*$/, "照片似乎被裁剪或放大过；请发送原始照片。"],
  [/^By the (.+) the camera is ([\d.]+) m from .*$/, "两个参照物给出的大小不一致；已采用更可靠的一个，请检查两者。"],
  [/^The (.+) and (.+) lie on planes .*$/, "两个参照物不在同一平面上；已采用更可靠的一个，请检查两者。"],
  [/^The (.+) that was asked for as a scale is not in view;.*$/, "照片中没有看到所选的参照物；请平放、光线充足并整个拍进画面。"],
  [/^The (.+) leans and lies neither .*$/, "参照物没有平放；请平放在地面上。"],
  [/^The (.+) would put the floor's horizon .*$/, "参照物不在地面上；请平放在地面上。"],
  [/^The floor's horizon would run through .*$/, "参照物不像平放在地面上；请重新标记或平放。"],
  [/^By the (.+) the floor's horizon .*$/, "按参照物推算，照片里看不到地面；请把地面也拍进去。"],
  [/^The (.+) in view gives the scale only to within (.+) %;.*$/, "参照物只能给出约 $2% 精度的比例；请靠近一些、更多地从上方拍摄，或发送原始照片。"],
  [/^The (.+) in view .*; lay it flat on the floor\.$/, "参照物没有平放；请平放在地面上。"],
  [/^\d+ known distances? cannot tell how the floor tilts\..*$/, "仅凭这段长度无法得知地面的倾斜；请改用纸张或银行卡。"],
  [/^The known distances .*$/, "已知长度不足或互相矛盾；请改用纸张或银行卡。"],
  [/^The points .* apart lie within a few pixels .*$/, "两点太近；请标记更长的距离。"],
  [/^A tag is in view, but not how large it is;.*$/, "看到标记，但不知道大小；请填写黑色方块的边长。"],
  [/^The tags in view .*$/, "画面中的标记不一致；请只留一个平放在地面上。"],
  [
    /^The photo does not say its focal length, .*$/,
    "照片没有焦距信息，因此按普通手机估计；离参照物越远，长度越不确定。请发送原始照片。",
  ],
  [/^There is no room for the (.+) within .*$/, (name) => `这里 2.5 米内放不下${furnitureName("zh", name)}；请取出一件或选择别处。`],
  [/^The (.+) would stand behind the camera;.*$/, (name) => `${furnitureName("zh", name)}会在镜头后面；请选择照片中更靠上的位置。`],
  [/^The (.+) goes on a wall, and none is known;.*$/, (name) => `${furnitureName("zh", name)}要挂在墙上；请先标记墙面。`],
  [/^The (.+) goes on a .*, and none is known;.*$/, (name) => `还没有可以放置${furnitureName("zh", name)}的平面。`],
  [/^The (.+) has no place at the room's new size; .*$/, (name) => `按新的尺寸，${furnitureName("zh", name)}没有位置了；请重新放入。`],
  [/^The (.+) hangs on a wall; .*$/, (name) => `${furnitureName("zh", name)}要挂在墙上；请选择能放在标记上的物品。`],
  [/^No free part of the .* is in view for the (.+); .*$/, (name) => `画面中没有放得下${furnitureName("zh", name)}的空位；请自己选择位置或取出一件。`],
  [/^The point lies at or above .*$/, "这个点在地平线或以上；请选择更下方的位置。"],
  [/^Expected at most (\d+) pieces in a room;.*$/, "房间最多放 $1 件；请先取出一件。"],
  [
    /^The (.+) fits barely: it is ([\d.]+) cm in (\w+) and (.+) is free, but with its clearance it needs ([\d.]+) cm\.$/,
    (name, size, side, free, needed) =>
      `${furnitureName("zh", name)}勉强放得下：${SIDES[side] ?? ""} ${size} 厘米，可用 ${centimetres(free)}，连同活动空间需要 ${needed} 厘米。`,
  ],
  [
    /^The (.+) does not fit: it is ([\d.]+) cm in (\w+), and at most ([\d.]+) cm .*$/,
    (name, size, side, most) => `${furnitureName("zh", name)}放不下：${SIDES[side] ?? ""} ${size} 厘米，最多只有 ${most} 厘米。`,
  ],
  [
    /^Whether the (.+) fits cannot be told: it is ([\d.]+) cm in (\w+), and (.+) is free; .*$/,
    (name, size, side, free) => `还无法判断${furnitureName("zh", name)}是否放得下：${SIDES[side] ?? ""} ${size} 厘米，可用 ${centimetres(free)}；请用尺子量一下。`,
  ],
  [/^Whether the (.+) fits cannot be told: no free .*$/, (name) => `还无法判断${furnitureName("zh", name)}是否放得下：请先标记墙面。`],
  [/^The (.+) fits.*$/, (name) => `${furnitureName("zh", name)}放得下。`],
];

const SIDES: Record<string, string> = { width: "宽", height: "高", depth: "深" };

// What speaks to a command line, as a page says it.
const PLAIN: [RegExp, string][] = [
  [
    /^Nothing in view (tells how large things are|gives the scale);.*$/,
    "Nothing in the picture tells how large things are. Say what lies on the floor, or take a picture with a sheet or card on it.",
  ],
  [/;? ?(or )?say (which it is, such as )?--scale [^.;]*/, "; say what it is below"],
  [/, or print one with: tryon marker/, ""],
  [/, or see: tryon \w+/, ""],
  [/,? (such as|or give) --\w+ [\w:.-]*\w/, ""],
];

/** Sentences in that language; one that is not known stays as it is. */
export function roomTold(language: Language, sentences: string): string {
  if (language === "en") return PLAIN.reduce((text, [pattern, plain]) => text.replace(pattern, plain), sentences);
  // Several reasons come as one text: each is looked up, unless the whole is known.
  return translated(sentences) ?? sentences.split(/(?<=\.) (?=[A-Z])/).map((one) => translated(one) ?? one).join("");
}

function translated(sentence: string): string | undefined {
  const known = SENTENCES[sentence];
  if (known) return known;
  for (const [pattern, put] of PATTERNS) {
    const found = pattern.exec(sentence);
    if (found) return typeof put === "string" ? sentence.replace(pattern, put) : put(...found.slice(1));
  }
  return undefined;
}

function centimetres(text: string): string {
  return text.replace("cm", "厘米");
}
