/**
 * What an agenda does besides: open the time that an address leads to, follow the clock while the
 * page stays open, print whole. What is on when the page is made, the page says by itself.
 */
const day = document.getElementById("the-day");
const rows = [...day.querySelectorAll(".row[data-from]")].map((row) => ({
  row,
  fold: row.querySelector("details"),
  from: Date.parse(row.dataset.from),
  until: Date.parse(row.dataset.until),
}));

/** Open the fold that holds the part named by the address, where the browser does not. */
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const fold = target?.closest("details");
  if (!fold || fold.open) return;
  fold.open = true;
  target.scrollIntoView();
}

/** Say what is on, or next; nothing before the first time. As `turns` in forum/events/agenda.py. */
function turnsAt(now) {
  if (!rows.length || now < rows[0].from) return [];
  const turns = rows
    .filter(({ from, until }) => from <= now && now < until)
    .map((each) => ({ ...each, turn: "now" }));
  if (turns.every(({ fold }) => !fold)) {
    const next = rows.find(({ fold, from }) => fold && from > now);
    if (next) turns.push({ ...next, turn: "next" });
  }
  return turns;
}

/** Bring an agenda that was left open up to date: what it opened for the clock, it folds again. */
function followTheClock() {
  for (const old of day.querySelectorAll(".row__turn")) {
    old.closest(".row").querySelector("details")?.removeAttribute("open");
    old.remove();
  }
  for (const { row, fold, turn } of turnsAt(Date.now())) {
    const said = document.createElement("span");
    said.className = turn === "now" ? "row__turn tag tag--good" : "row__turn tag";
    said.textContent = day.dataset[turn];
    row.querySelector("h3").append(" ", said);
    if (fold) fold.open = true;
  }
}

/** Open what print.css cannot, in browsers that do not know ::details-content, and fold it again. */
function printWhole() {
  const folded = [...document.querySelectorAll("details:not(.menu, [open])")];
  for (const each of folded) each.open = true;
  addEventListener("afterprint", () => folded.forEach((each) => { each.open = false; }), { once: true });
}

openTarget();
if (!CSS.supports("selector(::details-content)")) addEventListener("beforeprint", printWhole);
addEventListener("hashchange", openTarget);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") followTheClock();
});
