/**
 * Count the minutes until it starts, without asking the server.
 *
 * [data-starts-in] says in how many seconds that is; [data-one] and [data-two] are the words for
 * one minute and for two.
 */
const MINUTE = 60_000;

export function countDown(page) {
  const heading = page.querySelector("[data-starts-in]");
  if (!heading) return;
  const { startsIn, one, two } = heading.dataset;
  const starts = Date.now() + Number(startsIn) * 1000;
  let timer;

  const say = () => {
    clearTimeout(timer);
    const left = starts - Date.now();
    const minutes = Math.ceil(left / MINUTE);
    if (minutes < 1) return; // the page wakes up then
    const words = minutes === 1 ? one : two.replace("2", String(minutes));
    if (heading.textContent !== words) {
      page.title = page.title.replace(heading.textContent, words);
      heading.textContent = words;
    }
    timer = setTimeout(say, left - (minutes - 1) * MINUTE);
  };
  say();
  page.addEventListener("visibilitychange", say);
}
