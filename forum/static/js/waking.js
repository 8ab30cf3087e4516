/**
 * Bring a page up to date once it would say something else.
 *
 * [data-wakes-in] says in how many seconds that is. Nothing is asked of the server before. A page
 * that nobody looks at waits until somebody does, and one with something typed is left alone. So
 * is one whose server cannot be reached: whom to call stands on it. Those who wait for the same
 * moment do not all come in the same second.
 */
const WOKEN = "woken";
const SPREAD = 20_000;
const AGAIN = 10_000;

export function wakeUp(page) {
  const status = page.querySelector("[data-wakes-in]");
  if (recall() === page.location.pathname && status) {
    setTimeout(() => { status.textContent = status.dataset.woken; }, 500);
  }
  if (!status) return;
  const due = Date.now() + Number(status.dataset.wakesIn) * 1000 + Math.random() * SPREAD;
  let isAsking = false;

  const look = async () => {
    if (isAsking || Date.now() < due || page.hidden || isTyped(page)) return;
    isAsking = true;
    const isThere = await isReached(page.location.href);
    isAsking = false;
    if (!isThere) {
      setTimeout(look, AGAIN + Math.random() * SPREAD);
    } else if (!page.hidden && !isTyped(page)) {
      remember(page.location.pathname);
      page.location.reload();
    }
  };
  setTimeout(look, due - Date.now());
  page.addEventListener("visibilitychange", look); // a phone that slept has slept its timers too
  window.addEventListener("online", look);
}

/** Ask for the page's head alone. Where the server has trouble, what stands here says more. */
async function isReached(address) {
  try {
    const answer = await fetch(address, { method: "HEAD", cache: "no-store" });
    return answer.status < 500 && answer.status !== 429;
  } catch {
    return false;
  }
}

const isTyped = (page) =>
  [...page.querySelectorAll("input, textarea")].some(
    (field) =>
      field.type !== "hidden" &&
      (field.value !== field.defaultValue || field.checked !== field.defaultChecked),
  );

/** A browser may keep nothing for us; then the page wakes in silence. */
function remember(path) {
  try {
    sessionStorage.setItem(WOKEN, path);
  } catch {
    /* as said */
  }
}

function recall() {
  try {
    const path = sessionStorage.getItem(WOKEN);
    sessionStorage.removeItem(WOKEN);
    return path;
  } catch {
    return null;
  }
}
