"""Looking at a page in a real browser, as strictly as a stranger would."""

WIDTHS = (320, 390, 1280)
AXE = """async options => {
  const found = await axe.run(document, { resultTypes: ["violations"], ...options });
  return found.violations;
}"""
"""What axe finds wrong; what it finds right would take longer to describe than to find."""
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}


def look(page, axe) -> None:
    """Fail for what WCAG 2.2 AA forbids, and for a page that scrolls sideways at any width."""
    page.evaluate(axe)
    found = page.evaluate(AXE, RULES)
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def unfold(page) -> None:
    """Open every folded part of a page."""
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")


def violations(screen, axe):
    """Return what axe-core finds against WCAG 2.2 AA and its own best practices."""
    if not screen.evaluate("'axe' in window"):
        screen.evaluate(axe)
    return [
        (each["id"], [node["html"][:200] for node in each["nodes"]])
        for each in screen.evaluate(AXE, {})
    ]


def is_sound(screen, axe):
    """Fail for what axe finds, and for a page that is wider than the screen."""
    screen.evaluate(axe)
    found = screen.evaluate(AXE, {})
    assert [(each["id"], [n["html"] for n in each["nodes"]]) for each in found] == []
    assert screen.evaluate("document.documentElement.scrollWidth <= innerWidth")
