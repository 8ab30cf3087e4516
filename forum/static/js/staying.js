/**
 * Say in time that the desk will sign its organizer out, and let her stay.
 *
 * Said twice, five minutes and one minute before, so that a screen reader is quiet in between.
 */
const SOON = 5 * 60;
const LAST = 60;

export function warnBeforeTheEnd(page) {
  const box = page.querySelector("[data-staying]");
  if (!box) return;
  const said = box.querySelector("[role=status]");
  const button = box.querySelector("button");
  const { staying, seconds, soon, last, over, stayed } = box.dataset;
  let timers = [];

  const say = (words, canStay) => {
    said.textContent = words;
    button.hidden = !canStay;
    box.hidden = false;
  };
  const at = (left, act) => {
    timers.push(setTimeout(act, Math.max(0, Number(seconds) - left) * 1000));
  };
  const count = () => {
    timers.forEach(clearTimeout);
    timers = [];
    at(SOON, () => say(soon.replace("{}", String(SOON / 60)), true));
    at(LAST, () => say(last, true));
    at(0, () => say(over, false));
  };

  button.addEventListener("click", async () => {
    const answer = await fetch(staying, { redirect: "manual" }).catch(() => null);
    if (answer?.ok) {
      count();
      say(stayed, false);
    } else {
      say(over, false);
    }
  });
  count();
}
