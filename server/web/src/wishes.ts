import type { PropertyValues } from "lit";
import type { Change } from "./link";
import type { LayerChange, WornProduct } from "./wire";

/** What a mirror's attributes ask for. */
export interface Wishes {
  look: string;
  strength: number;
  layers: LayerChange[];
  /** Names, separated by commas; `worn` counts where it is given. */
  product: string;
  worn: WornProduct[] | undefined;
  split: number | null;
  compared: { look: string; title: string }[];
}

/** Everything the server must know, when it knows nothing. */
export function whole(wishes: Wishes): Change {
  const { look, layers, strength, split } = wishes;
  const wear = wishes.worn ?? wishes.product.split(",").filter(Boolean).map((product) => ({ product: product.trim() }));
  return {
    ...(look ? { look, layers } : {}),
    intensity: look ? strength : 0,
    wear,
    ...(split === null ? { unsplit: true } : { split, unsplit: false }),
  };
}

/** What the server must hear after these attributes changed; empty when it is nothing. */
export function changeOf(wishes: Wishes, changed: PropertyValues<Wishes>): Change {
  const all = whole(wishes);
  if (changed.has("compared") && !wishes.compared.length) return all;
  const change: Change = {};
  if (changed.has("look") || changed.has("layers")) {
    const before = (changed.get("layers") as LayerChange[] | undefined) ?? [];
    // Layers taken back to what the look says can only be reached by loading the look again.
    const again = changed.has("look") || before.some((old) => !wishes.layers.some((each) => each.index === old.index));
    if (again && all.look) change.look = all.look;
    if (all.layers) change.layers = all.layers;
  }
  if (changed.has("look") || changed.has("strength")) change.intensity = all.intensity ?? 0;
  if (changed.has("product") || changed.has("worn")) change.wear = all.wear ?? [];
  if (changed.has("split")) Object.assign(change, wishes.split === null ? { unsplit: true } : { split: wishes.split, unsplit: false });
  return change;
}
