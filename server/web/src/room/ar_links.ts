/** Addresses that hand a product to a phone's own AR, at its true size and not to be scaled. */

/** The product as a file of ours. */
export function modelUrl(base: string, product: string, variant: string | null | undefined, kind: "glb" | "usdz"): string {
  const url = new URL(`/api/products/${product}/model.${kind}`, base);
  if (variant) url.searchParams.set("variant", variant);
  return url.href;
}

/** For `<a rel="ar">`: Quick Look reads what it may do from the fragment. */
export function quickLookUrl(base: string, product: string, variant: string | null | undefined): string {
  return `${modelUrl(base, product, variant, "usdz")}#allowsContentScaling=0`;
}

/** Android's intent for Scene Viewer; a phone without it comes back to the page. */
export function sceneViewerUrl(base: string, product: string, variant: string | null | undefined, title: string, upright: boolean, back: string): string {
  const query = new URLSearchParams({
    file: modelUrl(base, product, variant, "glb"),
    mode: "ar_preferred",
    resizable: "false",
    title,
    ...(upright ? { enable_vertical_placement: "true" } : {}),
  });
  const intent = `scheme=https;package=com.google.android.googlequicksearchbox;action=android.intent.action.VIEW;S.browser_fallback_url=${encodeURIComponent(back)}`;
  return `intent://arvr.google.com/scene-viewer/1.2?${query}#Intent;${intent};end;`;
}

/** What this device offers of its own. */
export function ownViewer(): "apple" | "android" | "none" {
  if (document.createElement("a").relList.supports("ar")) return "apple";
  return /android/i.test(navigator.userAgent) ? "android" : "none";
}
