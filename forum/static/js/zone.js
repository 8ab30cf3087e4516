/**
 * Guess the reader's time zone from her device.
 *
 * A <select data-guess-zone> that still has its first answer gets the guess; the sentence with
 * data-zone-guessed, if there is one, is shown. A link <a data-own-zone> has ?tz= filled in.
 */
export function guessZone(page) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;

  for (const select of page.querySelectorAll("select[data-guess-zone]")) {
    if (select.value !== select.dataset.guessZone) continue;
    if (![...select.options].some((option) => option.value === zone)) {
      select.append(new Option(zone.split("/").pop().replaceAll("_", " "), zone));
    }
    select.value = zone;
  }
  for (const link of page.querySelectorAll("a[data-own-zone]")) {
    const address = new URL(link.href);
    address.searchParams.set("tz", zone);
    link.href = address.pathname + address.search + address.hash;
    link.hidden = false;
  }
}
