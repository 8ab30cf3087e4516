/** Show the buttons that copy a field: <button data-copy="id of the field" data-copied="words" hidden>. */
export function copyAddress(page) {
  if (!navigator.clipboard) return;

  for (const button of page.querySelectorAll("button[data-copy]")) {
    const words = button.textContent;
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(page.getElementById(button.dataset.copy).value);
      button.textContent = button.dataset.copied;
      setTimeout(() => { button.textContent = words; }, 4000);
    });
  }
}
