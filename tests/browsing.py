"""A real Chromium, driven as a person would: by what is written on the page."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

from tests import needs

QUIETLY = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
QUIETLY += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
DESK: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 375, "height": 720}
PATIENCE = 10_000  # milliseconds


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser, for as long as the block lasts."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=needs.chromium(), args=QUIETLY)
        yield browser
        browser.close()


class Desk:
    """One person at their practice Slack."""

    def __init__(self, page: Page, url: str, user: str) -> None:
        self.page, self._url, self._user = page, url, user
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        self.open()

    def open(self, where: str = "") -> None:
        """Go there as this person."""
        self.page.goto(f"{self._url}/?user={self._user}{f'&at={where}' if where else ''}")

    def goes_to(self, channel: str) -> None:
        """Choose a channel in the list."""
        self.page.get_by_role("link", name=re.compile(channel)).first.click()

    def message(self, words: str) -> Locator:
        """The newest message that says this."""
        listed = self.page.get_by_role("list", name="Messages", exact=True).get_by_role("listitem")
        return listed.filter(has_text=words).last

    def presses(self, label: str, on: str) -> None:
        """Press a button on the message that says `on`."""
        self.message(on).get_by_role("button", name=label, exact=True).click()

    def runs(self, command: str) -> None:
        """Type a command where one writes a message, and send it."""
        self.page.get_by_role("main").get_by_role("combobox").fill(command)
        self.page.keyboard.press("Enter")

    def turns_clock(self, step: str) -> None:
        """Open the menu of the clock in the top bar and choose a step."""
        self.page.get_by_role("button", name=re.compile("^Practice clock")).click(timeout=3 * PATIENCE)
        self.page.get_by_role("menuitem", name=step, exact=True).click()

    def form(self, title: str) -> Locator:
        """The form of that title, once it is open."""
        form = self.page.get_by_role("dialog", name=title)
        expect(form).to_be_visible()
        return form

    def sends(self, title: str, button: str, **answers: str) -> None:
        """Fill in boxes of the open form by their names, and send it."""
        form = self.form(title)
        for block, words in answers.items():
            form.locator(f'[data-block="{block}"]').get_by_role("textbox").fill(words)
        form.get_by_role("button", name=button, exact=True).click()
        expect(form).to_be_hidden()
