"""A phone in somebody's hand, that counts what she must do."""

from playwright.sync_api import Locator, Page


class Phone:
    """Taps and answers are counted from the last `begin` on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.begin()

    def begin(self) -> None:
        self.taps = self.answers = 0

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text()

    @property
    def words(self) -> str:
        """Return what the page says, with single spaces, and that nothing of it is cut off."""
        assert self.page.evaluate("document.documentElement.scrollWidth") <= 390
        return " ".join(self.page.locator("main").inner_text().split())

    def tap(self, what: Locator) -> None:
        self.taps += 1
        what.tap()

    def link(self, words: str) -> None:
        self.tap(self.page.get_by_role("link", name=words, exact=True))

    def button(self, words: str) -> None:
        self.tap(self.page.get_by_role("button", name=words))

    def fold(self, words: str) -> None:
        """Open or close a folded part."""
        self.tap(self.page.locator("summary", has_text=words).first)

    def write(self, label: str, text: str) -> None:
        """Tap into a field and write: one answer."""
        field = self.page.get_by_label(label, exact=True)
        self.tap(field)
        field.fill(text)
        self.answers += 1

    def choose(self, label: str) -> None:
        """Tap a choice: one answer."""
        self.tap(self.page.get_by_text(label, exact=True).first)
        self.answers += 1

    def follow(self, address: str) -> None:
        """Tap a link in an email."""
        self.taps += 1
        self.page.goto(address)
