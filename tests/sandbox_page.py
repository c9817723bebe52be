"""The browser page of the practice Slack for a test: who is there, one tab, and the ways through it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from bot.sandbox.server import Running
from tests.browsing import DESK
from tests.sandbox_desk import Desk, Ear, listening
from tests.sandbox_shapes import button, modal, plain, question

Json = dict[str, Any]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    """The practice Slack itself, one for each file of tests."""
    with Running() as running:
        yield running


@pytest.fixture
def desk(running: Running) -> Iterator[Desk]:
    """A workspace with Ana and Ben, a guest and someone from elsewhere in one team channel."""
    desk = Desk(running.url)
    desk.post("reset")
    desk.post("clock", now="2026-03-03T15:00:00+00:00")
    desk.person("ana", id="UANA")
    desk.person("ben", id="UBEN")
    desk.person("nadia", id="UNADIA", guest="single")
    desk.person("kit", id="UKIT", team_id="T0OTHER")
    desk.post(
        "app",
        commands=[
            {"command": "/pdsa", "description": "Log a PDSA cycle", "usage_hint": "[list | 7]"},
            {"command": "/allteach", "description": "Help and setup"},
        ],
        shortcuts=[
            {"type": "global", "name": "Log a cycle", "callback_id": "log"},
            {"type": "message", "name": "Log this", "callback_id": "log_this"},
        ],
    )
    yield desk
    desk.close()


@pytest.fixture
def team(desk: Desk) -> str:
    """The team channel that all four are in."""
    return desk.channel("alder-main", "UANA", "UBEN", "UNADIA", "UKIT", private=True)


@pytest.fixture
def ear(desk: Desk) -> Iterator[Ear]:
    """An app that hears what people do."""
    with listening(desk) as ear:
        yield ear


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A window as wide as a desk's."""
    context = browser.new_context(viewport=DESK, reduced_motion="reduce")
    context.set_default_timeout(5000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """One tab; an error in the page's own code is an error of the test."""
    page = context.new_page()
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    yield page
    page.close()
    assert trouble == []


def open_page(page: Page, desk: Desk, user: str, channel: str) -> None:
    """Go to a channel as somebody."""
    page.goto(f"{desk.url}/?user={user}&at={channel}")
    expect(composer(page)).to_be_visible()


def composer(page: Page) -> Locator:
    """Where one writes a message."""
    return page.get_by_role("main").get_by_role("combobox")


def message(page: Page, text: str) -> Locator:
    """The messages that say this."""
    return page.get_by_role("list", name="Messages", exact=True).get_by_role("listitem").filter(has_text=text)


def open_form(page: Page, desk: Desk, ear: Ear) -> str:
    """Give the command and, as the app, answer it with a form; its view id."""
    composer(page).fill("/pdsa")
    page.keyboard.press("Enter")
    asked = ear.waits_for("/pdsa")[-1]
    opened = desk.api("views.open", trigger_id=asked["trigger_id"], view=FORM)
    expect(page.get_by_role("dialog", name="Log a PDSA cycle")).to_be_visible()
    view: str = opened["view"]["id"]
    return view


def assert_narrow(page: Page) -> None:
    """Neither the page nor anything that scrolls in it can be moved sideways."""
    wide = page.evaluate(
        """() => [...document.querySelectorAll('html, .scroll, .modal-body, .sidebar, .place, .chooser')]
            .filter((one) => one.clientWidth && one.scrollWidth > one.clientWidth + 1).map((one) => one.className)"""
    )
    assert wide == []


AS_TYPED = {"trigger_actions_on": ["on_character_entered"]}
WORDS: Json = {"type": "plain_text_input"}
ONE_OF: Json = {"type": "radio_buttons"}
SCALES: list[Json] = [{"text": plain("One person"), "value": "one"}, {"text": plain("Five people"), "value": "five"}]
IDEAS = [{"text": plain("1.1 Walk-in"), "value": "walk"}, {"text": plain("2.1 Peer call"), "value": "peer"}]
FORM = modal(
    question(
        "what",
        {**WORDS, "multiline": True, "dispatch_action_config": AS_TYPED},
        label=plain("What will we try?"),
        dispatch_action=True,
    ),
    question("prediction", label=plain("What do we predict?")),
    question("scale", {**ONE_OF, "options": SCALES, "initial_option": SCALES[0]}, label=plain("How many?")),
    question("idea", {"type": "static_select", "options": IDEAS}, label=plain("Which idea?"), optional=True),
    question("due", {"type": "datepicker"}, label=plain("By when?"), optional=True),
    {"type": "actions", "block_id": "more", "elements": [button("more", "More")]},
    title=plain("Log a PDSA cycle"),
    submit=plain("Log it"),
    notify_on_close=True,
)
