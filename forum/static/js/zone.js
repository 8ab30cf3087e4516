/**
 * Guess the reader's time zone from her device.
 *
 * A <select data-guess-zone> that still has its first answer gets the guess. A question
 * [data-zone-question] is asked where her clock shows another time than that zone's; what is
 * marked [data-own-zone] in its answers, a link with ?tz= or a hidden field, gets the guess.
 */
export function guessZone(page) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone) return;

  for (const question of page.querySelectorAll("[data-zone-question]")) {
    const { zoneQuestion, moments } = question.dataset;
    if (isPlace(zone) && moments.split(" ").some((at) => differ(zone, zoneQuestion, at))) {
      ask(question, zone);
    }
  }
  for (const select of page.querySelectorAll("select[data-guess-zone]")) {
    if (select.value !== select.dataset.guessZone) continue;
    if (![...select.options].some((option) => option.value === zone)) {
      select.append(new Option(city(zone), zone));
    }
    select.value = zone;
  }
}

/** A device that hides where it is says UTC. */
const isPlace = (zone) => zone.includes("/") && !zone.startsWith("Etc/");

const city = (zone) => zone.split("/").pop().replaceAll("_", " ");

function differ(zone, other, at) {
  const [own, theirs] = [zone, other].map((timeZone) =>
    new Date(at).toLocaleString("en", { timeZone }),
  );
  return own !== theirs;
}

/** Name the zone as the page's own list does, or else by its city. */
function ask(question, zone) {
  const { asks, city: cityTime } = question.dataset;
  const listed = [...document.querySelectorAll("option")].find(({ value }) => value === zone);
  const name = listed?.textContent ?? cityTime.replace("{}", city(zone));
  question.querySelector(".notice__title").textContent = asks.replace("{}", name);
  for (const answer of question.querySelectorAll("[data-own-zone]")) {
    if (answer.matches("input")) {
      answer.value = zone;
    } else {
      const address = new URL(answer.href);
      address.searchParams.set("tz", zone);
      answer.href = address.pathname + address.search + address.hash;
    }
  }
  question.hidden = false;
}
