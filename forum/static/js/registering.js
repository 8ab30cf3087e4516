// Say the chosen time zone in words below the form, as it is guessed or picked.

for (const shown of document.querySelectorAll("[data-zone-shown]")) {
  const select = document.getElementById(shown.dataset.zoneShown);
  const say = () => {
    shown.textContent = select.selectedOptions[0].textContent;
  };
  select.addEventListener("change", say);
  say();
}
