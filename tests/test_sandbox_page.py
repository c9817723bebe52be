"""The browser page of the practice Slack, used as people use it: by eye, by keyboard, and on a phone."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from bot.sandbox.server import Running
from tests.browsing import DESK, PHONE
from tests.sandbox_desk import Desk, Ear, listening
from tests.sandbox_shapes import button, modal, plain, question, section

Json = dict[str, Any]
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
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
    return desk.channel("alder-main", "UANA", "UBEN", "UNADIA", "UKIT", private=True)


@pytest.fixture
def ear(desk: Desk) -> Iterator[Ear]:
    with listening(desk) as ear:
        yield ear


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
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


def test_someone_is_chosen_and_reads_their_channel(page: Page, desk: Desk, team: str) -> None:
    by, plan = "<!date^1772722800^{date_long_pretty}|Thursday>", "<https://example.org|the plan>"
    desk.api("chat.postMessage", channel=team, text=f"Hello <@UANA>, *by* {by}. :tada: See {plan}")

    page.goto(desk.url)
    page.get_by_role("link", name=re.compile("Ana")).click()

    expect(page.get_by_role("heading", name="alder-main")).to_be_visible()
    message = page.get_by_role("list", name="Messages").get_by_role("listitem").last
    expect(message).to_contain_text("Hello @Ana, by Thursday, March 5th, 2026. 🎉 See the plan")
    expect(message.get_by_role("link", name="the plan")).to_have_attribute("href", "https://example.org")


def test_words_of_others_appear_at_once_and_are_counted_elsewhere(page: Page, desk: Desk, team: str) -> None:
    ideas = desk.channel("ideas", "UANA", "UBEN")
    open_page(page, desk, "UANA", team)

    desk.act("UBEN", "message", channel=team, text="I can call after five.")
    desk.act("UBEN", "message", channel=ideas, text="Steal this.")

    expect(message(page, "I can call after five.")).to_be_visible()
    expect(page.get_by_role("link", name="ideas 1 unread")).to_be_visible()
    expect(page.locator("#announcer")).to_contain_text("Ben: I can call after five.")


def test_pins_threads_and_whispers_look_like_what_they_are(page: Page, desk: Desk, team: str) -> None:
    card = desk.api("chat.postMessage", channel=team, text="The team card")["ts"]
    desk.api("pins.add", channel=team, timestamp=card)
    root = desk.act("UBEN", "message", channel=team, text="Who calls?")["ts"]
    desk.act("UBEN", "message", channel=team, text="I do.", thread_ts=root)
    desk.api("chat.postEphemeral", channel=team, user="UANA", text="The lead can.")
    open_page(page, desk, "UANA", team)

    page.get_by_role("button", name="1 reply").click()
    page.get_by_label("Reply", exact=True).fill("Thank you!")
    page.keyboard.press("Enter")

    expect(page.get_by_role("complementary", name="Thread")).to_contain_text("Thank you!")
    expect(page.get_by_role("button", name="2 replies")).to_be_visible()
    expect(page.get_by_role("navigation", name="Pinned messages").get_by_role("button")).to_have_text("The team card")
    expect(message(page, "The lead can.")).to_contain_text("Only visible to you")


def test_a_pin_leads_to_its_message_however_much_was_said_since(page: Page, desk: Desk, team: str) -> None:
    card = desk.api("chat.postMessage", channel=team, text="The team card")["ts"]
    desk.api("pins.add", channel=team, timestamp=card)
    for number in range(120):
        desk.act("UBEN", "message", channel=team, text=f"Call {number}")
    open_page(page, desk, "UANA", team)
    expect(message(page, "Call 119")).to_be_in_viewport()

    page.get_by_role("button", name="The team card").click()

    expect(message(page, "The team card")).to_be_focused()
    expect(message(page, "The team card")).to_be_in_viewport()


def test_a_command_is_found_and_given_by_keyboard_alone(page: Page, desk: Desk, team: str, ear: Ear) -> None:
    open_page(page, desk, "UANA", team)
    composer(page).focus()

    page.keyboard.type("/")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("/allteach")
    page.keyboard.press("Escape")
    expect(page.get_by_role("option")).to_have_count(0)
    page.keyboard.type("p")
    page.keyboard.press("Enter")
    expect(composer(page)).to_have_value("/pdsa ")
    page.keyboard.type("list")
    page.keyboard.press("Enter")

    [command] = ear.waits_for("/pdsa")
    assert (command["text"], command["user_id"], command["channel_id"]) == ("list", "UANA", team)


def test_a_form_is_filled_and_sent_by_keyboard_alone(page: Page, desk: Desk, team: str, ear: Ear) -> None:
    open_page(page, desk, "UANA", team)
    open_form(page, desk, ear)
    expect(page.get_by_label("What will we try?")).to_be_focused()

    page.keyboard.type("Call within a day")
    page.keyboard.press("Tab")
    page.keyboard.type("8 of 10 come")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("03102026")
    page.keyboard.press("Control+Enter")

    [sent] = ear.waits_for("view_submission")
    held = sent["view"]["state"]["values"]
    assert held["what"]["value"]["value"] == "Call within a day"
    assert held["prediction"]["value"]["value"] == "8 of 10 come"
    assert held["scale"]["value"]["selected_option"]["value"] == "five"
    assert held["idea"]["value"]["selected_option"]["value"] == "peer"
    assert held["due"]["value"]["selected_date"] == "2026-03-10"
    typed = [heard["actions"][0]["value"] for heard in ear.events("block_actions")]
    assert typed[-1] == "Call within a day", "the last words typed are told before the form is sent"
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_errors_stand_under_their_field_and_take_the_focus(page: Page, desk: Desk, team: str, ear: Ear) -> None:
    open_page(page, desk, "UANA", team)
    open_form(page, desk, ear)
    ear.answers["view_submission"] = {"response_action": "errors", "errors": {"prediction": "A number says more."}}
    submit = page.get_by_role("button", name="Log it")
    what, prediction = page.get_by_label("What will we try?"), page.get_by_label("What do we predict?")

    submit.click()
    expect(what).to_be_focused()
    expect(what).to_have_accessible_description("Please complete this required field.")
    page.keyboard.type("Call")
    prediction.fill("more")
    submit.click()

    expect(page.get_by_text("A number says more.")).to_be_visible()
    expect(prediction).to_be_focused()
    expect(what).to_have_value("Call")


def test_words_focus_and_caret_survive_an_update_of_the_form(page: Page, desk: Desk, team: str, ear: Ear) -> None:
    open_page(page, desk, "UANA", team)
    view = open_form(page, desk, ear)
    page.get_by_label("What do we predict?").fill("8 of 10")
    page.keyboard.press("ArrowLeft")

    longer = [FORM["blocks"][0], question("asked", label=plain("Who was asked?")), *FORM["blocks"][1:]]
    desk.api("views.update", view_id=view, view={**FORM, "blocks": longer})
    expect(page.get_by_label("Who was asked?")).to_be_visible()
    page.keyboard.type("0")

    expect(page.get_by_label("What do we predict?")).to_have_value("8 of 100")


def test_escape_closes_a_form_and_hands_its_words_to_the_app(page: Page, desk: Desk, team: str, ear: Ear) -> None:
    open_page(page, desk, "UANA", team)
    open_form(page, desk, ear)
    page.get_by_label("What do we predict?").fill("half of a thought")

    page.keyboard.press("Escape")

    [closed] = ear.waits_for("view_closed")
    assert closed["view"]["state"]["values"]["prediction"]["value"]["value"] == "half of a thought"
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_form_on_top_of_another_goes_back_to_it_with_its_words(page: Page, desk: Desk, team: str, ear: Ear) -> None:
    open_page(page, desk, "UANA", team)
    open_form(page, desk, ear)
    page.get_by_label("What will we try?").fill("Call")

    page.get_by_role("button", name="More").click()
    pressed = ear.waits_for("block_actions")[-1]
    desk.api("views.push", trigger_id=pressed["trigger_id"], view={**FORM, "title": plain("On top")})
    expect(page.get_by_role("dialog", name="On top")).to_be_visible()
    page.get_by_role("button", name="Back").click()

    expect(page.get_by_role("dialog", name="Log a PDSA cycle")).to_be_visible()
    expect(page.get_by_label("What will we try?")).to_have_value("Call")


def test_a_button_that_asks_first_does_nothing_until_confirmed(page: Page, desk: Desk, team: str, ear: Ear) -> None:
    asked = {"title": plain("Stop it?"), "text": plain("It keeps its number."), "style": "danger"}
    stop = button("stop", "We stopped it", confirm={**asked, "confirm": plain("Stop"), "deny": plain("Keep")})
    desk.api("chat.postMessage", channel=team, text="Cycle 1", blocks=[{"type": "actions", "elements": [stop]}])
    open_page(page, desk, "UANA", team)

    page.get_by_role("button", name="We stopped it").click()
    expect(page.get_by_role("button", name="Keep")).to_be_focused()
    page.keyboard.press("Enter")
    assert ear.events("block_actions") == []
    page.get_by_role("button", name="We stopped it").click()
    page.get_by_role("button", name="Stop", exact=True).click()

    [pressed] = ear.waits_for("block_actions")
    assert pressed["actions"][0]["action_id"] == "stop"


def test_a_message_and_its_shortcut_are_reached_by_keyboard(page: Page, desk: Desk, team: str, ear: Ear) -> None:
    for text in ("We could call them.", "Or write."):
        desk.act("UBEN", "message", channel=team, text=text)
    open_page(page, desk, "UANA", team)
    composer(page).focus()

    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("list", name="Messages", exact=True)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(message(page, "We could call them.")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Log this")).to_be_focused()
    page.keyboard.press("Enter")

    [asked] = ear.waits_for("message_action")
    assert (asked["callback_id"], asked["message"]["text"]) == ("log_this", "We could call them.")


def test_a_command_that_nobody_answers_is_said_so_in_a_notice(page: Page, desk: Desk, team: str) -> None:
    open_page(page, desk, "UANA", team)

    composer(page).fill("/pdsa list")
    page.keyboard.press("Enter")

    expect(page.get_by_role("log", name="Notices")).to_contain_text("/pdsa did not work")


@pytest.mark.parametrize("user", ["UNADIA", "UKIT"])
def test_guests_and_other_workspaces_have_no_home_commands_or_shortcuts(
    page: Page, desk: Desk, team: str, user: str
) -> None:
    open_page(page, desk, user, team)
    composer(page).type("/")

    expect(page.get_by_role("option")).to_have_count(0)
    expect(page.get_by_role("button", name="Shortcuts")).to_have_count(0)
    page.get_by_role("link", name="Allteach").click()
    expect(page.get_by_role("tab")).to_have_text(["Messages"])


def test_the_clock_is_turned_by_keyboard_alone_and_the_new_time_is_read_out(page: Page, desk: Desk, team: str) -> None:
    open_page(page, desk, "UANA", team)
    clock = page.get_by_role("button", name="Practice clock, Tue, Mar 3, 2026, 10:00 AM; turn it")
    clock.focus()

    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem")).to_have_text(["To Monday 09:00", "+1 day", "+1 week"])
    expect(page.get_by_role("menuitem", name="To Monday 09:00")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_be_hidden()
    expect(clock).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="Practice clock, Wed, Mar 4, 2026, 10:00 AM; turn it")).to_be_focused()
    expect(page.locator("#announcer")).to_contain_text("The practice clock says Wed, Mar 4, 2026, 10:00 AM.")
    assert desk.get("state")["now"].startswith("2026-03-04T15:00")


@pytest.mark.parametrize("to", ["To Monday 09:00", "+1 day", "+1 week"])
def test_every_step_of_the_clock_shows_the_time_where_the_person_is(page: Page, desk: Desk, team: str, to: str) -> None:
    shown = {"To Monday 09:00": "Mon, Mar 9, 2026, 9:00 AM", "+1 day": "Wed, Mar 4", "+1 week": "Tue, Mar 10"}
    open_page(page, desk, "UANA", team)
    desk.act("UBEN", "message", channel=team, text="I call today.")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()

    turn_clock(page, to)

    expect(page.get_by_role("button", name=f"Practice clock, {shown[to]}")).to_be_visible()
    expect(page.get_by_role("heading", name="Today")).to_have_count(0)


def test_a_clock_that_cannot_be_turned_further_says_so_and_stays(page: Page, desk: Desk, team: str) -> None:
    desk.post("clock", now="9999-12-30T12:00:00+00:00")
    open_page(page, desk, "UANA", team)

    turn_clock(page, "+1 week")

    expect(page.get_by_role("log", name="Notices")).to_contain_text("The calendar ends here.")
    expect(page.get_by_role("button", name="Practice clock, Thu, Dec 30, 9999")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_clock_and_its_menu_fit_on_a_phone(page: Page, desk: Desk, team: str, scheme: str) -> None:
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    desk.post("clock", now="2026-09-30T15:58:00+00:00")
    desk.post("users", id="UANA", real_name="Ana Reyes-Whitfield")
    open_page(page, desk, "UANA", team)
    clock = page.get_by_role("button", name=re.compile("^Practice clock, Wed, Sep 30, 2026"))

    clock.click()

    menu = page.get_by_role("menu")
    expect(menu.get_by_role("menuitem", name="+1 week")).to_be_in_viewport(ratio=1)
    assert_narrow(page)
    face, switch = (one.bounding_box() for one in (clock, page.get_by_role("button", name="You are Ana")))
    assert face
    assert switch
    assert face["x"] + face["width"] <= switch["x"]
    assert switch["x"] + switch["width"] <= PHONE["width"]
    assert clock.locator(".in-brief").evaluate("words => words.scrollWidth <= words.clientWidth"), "the time is cut off"


HOSTILE = [
    "<script>document.title='taken'</script>",
    "<img src=x onerror=\"document.title='taken'\">",
    "<!channel> <javascript:alert(1)|press me> {{ 7 * 7 }} ${7*7}",
    "\u202eright to left\u202c *_~`unclosed &lt;b&gt; &amp;amp;",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_are_shown_as_they_were_typed(page: Page, desk: Desk, team: str, text: str) -> None:
    plainly = [{"type": "section", "text": plain(text)}, {"type": "header", "text": plain(text)}]
    desk.api("chat.postMessage", channel=team, text="A card", blocks=plainly)
    desk.act("UBEN", "message", channel=team, text=text)

    open_page(page, desk, "UANA", team)

    said = page.get_by_role("list", name="Messages").get_by_role("listitem")
    expect(said.last.locator(".words")).to_have_text(text, use_inner_text=False)
    expect(page.locator(".block-section .words")).to_have_text(text)
    expect(page.locator(".block-header")).to_have_text(text)
    expect(page.locator("main :is(script, img, b b, a)")).to_have_count(0)
    expect(page).not_to_have_title("taken")


def test_nothing_is_wider_than_a_phone(page: Page, desk: Desk, team: str, ear: Ear) -> None:
    page.set_viewport_size(PHONE)
    endless = "w" * 300
    fields = [{"type": "mrkdwn", "text": f"*{endless}*"}, plain(endless)]
    card = [
        {"type": "header", "text": plain(endless[:150])},
        section(endless, fields=fields, accessory=button("a", endless[:75])),
        {"type": "actions", "elements": [button(f"b{n}", "A long label indeed") for n in range(5)]},
    ]
    desk.api("chat.postMessage", channel=team, text=endless, blocks=card)
    desk.api("views.publish", user_id="UANA", view={"type": "home", "blocks": card})
    open_page(page, desk, "UANA", team)

    assert_narrow(page)
    open_form(page, desk, ear)
    assert_narrow(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="All channels").click()
    assert_narrow(page)
    page.get_by_role("link", name="Allteach").click()
    expect(page.get_by_role("tabpanel").get_by_role("heading")).to_be_visible()
    assert_narrow(page)
    page.goto(desk.url)
    expect(page.get_by_role("link", name=re.compile("Ana"))).to_be_visible()
    assert_narrow(page)


def open_page(page: Page, desk: Desk, user: str, channel: str) -> None:
    page.goto(f"{desk.url}/?user={user}&at={channel}")
    expect(composer(page)).to_be_visible()


def composer(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("combobox")


def message(page: Page, text: str) -> Locator:
    return page.get_by_role("list", name="Messages", exact=True).get_by_role("listitem").filter(has_text=text)


def turn_clock(page: Page, step: str) -> None:
    page.get_by_role("button", name=re.compile("^Practice clock")).click()
    page.get_by_role("menuitem", name=step, exact=True).click()


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
