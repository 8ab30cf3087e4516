/**
 * Ask before somebody leaves a page of the desk over a form that she has not sent; and when she
 * comes back to the page with Back, show what she had typed. The server asks the browser to store
 * no page of the desk, so that Back fetches it anew.
 *
 * Kept in this tab alone, for an hour and for her alone, until she sends the form or signs out:
 * only the fields that she had changed, so that the others are as they are saved now. The page
 * comes again in another language with what she had typed; a form that only chooses what to be
 * shown (data-choices) is not worth a question.
 */
const KEY = "unsent";
const HOUR = 60 * 60 * 1000;

export function keepUnsent(page) {
  const desk = page.querySelector("[data-unsent]");
  if (!desk) return;
  const forms = [...page.querySelectorAll("main form[method=post]:not([data-choices])")];
  const who = desk.dataset.unsent;
  const place = placeHere();
  const wasRefused = Boolean(page.getElementById("problems"));
  let pressed = null;
  let isSent = false;
  let isOut = false;
  let isSwitch = false; // to another language

  bringBack(page, forms, kept(who)[place]);
  page.addEventListener("submit", (event) => {
    pressed = event.target;
    isOut = pressed.matches("[data-out]");
  });
  window.addEventListener("beforeunload", (event) => {
    const others = forms.filter((form) => form !== pressed);
    isSent = others.length < forms.length;
    isSwitch = pressed?.matches("[data-switch]") ?? false;
    const isLost = isSent ? others.some(isTyped) : wasRefused || forms.some(isTyped);
    if (isLost && !isSwitch) event.preventDefault();
    pressed = null;
  });
  window.addEventListener("pagehide", () => {
    const all = isOut ? {} : kept(who);
    delete all[place];
    const isHers = isSwitch && wasRefused ? isHerField : isChanged; // refused: all stands preset
    const fields = isSent || isOut ? [] : forms.map((form) => typedInto(form, isHers));
    if (fields.some((each) => each.length)) all[place] = { fields, isSwitch, at: Date.now() };
    write({ who, all });
  });
}

function placeHere() {
  const here = new URL(location.href);
  here.searchParams.delete("lang"); // the page is the same in each
  return here.pathname + here.search;
}

function kept(who) {
  let found = {};
  try {
    const { who: owner, all } = JSON.parse(sessionStorage.getItem(KEY)) ?? {};
    if (owner === who) found = all;
  } catch {
    return {}; // a browser that keeps nothing, or what is not ours
  }
  return Object.fromEntries(
    Object.entries(found).filter(([, each]) => Date.now() - each.at < HOUR),
  );
}

function write({ who, all }) {
  try {
    if (Object.keys(all).length) sessionStorage.setItem(KEY, JSON.stringify({ who, all }));
    else sessionStorage.removeItem(KEY);
  } catch {
    // Nothing is kept: she was asked before she left.
  }
}

function bringBack(page, forms, found) {
  const [opened] = performance.getEntriesByType("navigation");
  if (!found || !(found.isSwitch || opened?.type === "back_forward")) return;
  found.fields.forEach((fields, index) => {
    for (const { at, name, value, isTicked } of fields) {
      const field = forms[index]?.elements[at];
      if (field?.name !== name) continue;
      if (isTicked === undefined) choose(field, value);
      else field.checked = isTicked;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  const box = page.querySelector("[data-brought-back]");
  const title = Object.assign(page.createElement("p"), { className: "notice__title" });
  title.textContent = box.dataset.broughtBack;
  const more = Object.assign(page.createElement("p"), { textContent: box.dataset.more });
  box.hidden = false;
  box.append(title, more);
}

function choose(field, value) {
  if (!field.options) field.value = value;
  else for (const option of field.options) option.selected = value.includes(option.value);
}

function typedInto(form, isHers) {
  return [...form.elements].flatMap((field, at) => {
    if (!isHers(field)) return [];
    const { name, type } = field;
    if (type === "checkbox" || type === "radio") return [{ at, name, isTicked: field.checked }];
    if (!field.options) return [{ at, name, value: field.value }];
    return [{ at, name, value: [...field.selectedOptions].map((each) => each.value) }];
  });
}

function isTyped(form) {
  return [...form.elements].some(isChanged);
}

function isHerField(field) {
  return field.name && field.matches("input, select, textarea") && field.type !== "hidden";
}

function isChanged(field) {
  if (!isHerField(field)) return false;
  if (field.type === "checkbox" || field.type === "radio") {
    return field.checked !== field.defaultChecked;
  }
  if (field.options) return [...field.options].some((each) => each.selected && !isFirst(each));
  return field.value !== field.defaultValue;
}

function isFirst(option) {
  const preset = option.parentElement.closest("select").querySelector("option[selected]");
  return preset ? option.defaultSelected : option.index === 0;
}
