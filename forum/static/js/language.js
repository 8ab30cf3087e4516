/**
 * Show on the first page of a visit that it is there in the browser's own language, too.
 *
 * Where the address names a language, somebody has chosen it.
 */
export function offerLanguage(page) {
  const line = page.querySelector("[data-offers-language]");
  const isChosen = new URLSearchParams(location.search).has("lang");
  const isFirst = !page.referrer.startsWith(`${location.origin}/`);
  line.hidden = isChosen || !isFirst || !navigator.language.startsWith(line.lang);
}
