"""Looking at a page in a real browser, as strictly as a stranger would."""

WIDTHS = (320, 390, 1280)
AXE = """async options => {
  const found = await axe.run(document, { resultTypes: ["violations"], ...options });
  return found.violations;
}"""
"""What axe finds wrong; what it finds right would take longer to describe than to find."""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}

UNREAD = """() => [...document.querySelectorAll(".table")].flatMap(table => {
  const heads = [...table.querySelectorAll("thead th")]
    .map(th => th.querySelector(".visually-hidden") ? null : th.textContent.trim());
  const bare = [...table.querySelectorAll("tbody tr")].flatMap(row =>
    [...row.cells].filter((cell, place) =>
      cell.matches("td:not([colspan]):not(:empty)") && heads[place]
      && cell.dataset.label !== heads[place] && !cell.matches(".door__here")));
  const cut = table.scrollWidth > table.clientWidth ? [table.querySelector("caption")] : [];
  return [...bare, ...cut].map(each => each.textContent.trim().slice(0, 60));
})"""
"""On a phone: cells that do not say the word of their column, tables that are wider than it."""

UNTAPPED = r"""() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (texts.nextNode()) {
    const { parentElement, textContent } = texts.currentNode;
    const isNone = parentElement.closest(
      "a, pre, script, label, textarea, option, .field__hint, .field__error, #problems",
    );
    const isNamed = /(^|[^\d-])(\+1-)?\d{3}-\d{3}-\d{4}/.test(textContent);
    if (isNamed && !isNone) found.push(textContent.trim());
  }
  return found;
}"""
"""Phone numbers that a page only shows; neither an example in a form nor an email as it is sent."""


def look(page, axe) -> None:
    """Fail for what WCAG 2.2 AA forbids, and for a page that scrolls sideways at any width."""
    found = _found(page, axe, RULES)
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    assert page.evaluate(UNTAPPED) == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def _found(page, axe, options):
    """Return what axe finds in a page that stands: one still arriving has no document to read."""
    page.wait_for_load_state("load")
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    return page.evaluate(AXE, options)


def unfold(page) -> None:
    """Open every folded part of a page."""
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


def violations(screen, axe):
    """Return what axe-core finds against WCAG 2.2 AA and its own best practices."""
    return [
        (each["id"], [node["html"][:200] for node in each["nodes"]])
        for each in _found(screen, axe, {})
    ]


def is_sound(screen, axe):
    """Fail for what axe finds, and for a page that is wider than the screen."""
    found = _found(screen, axe, {})
    assert [(each["id"], [n["html"] for n in each["nodes"]]) for each in found] == []
    assert screen.evaluate(UNTAPPED) == []
    assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")
