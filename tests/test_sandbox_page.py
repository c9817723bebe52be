"""The browser page of the practice Slack, used as people use it: by eye, by keyboard, and on a phone."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browsing import DESK, PHONE
from tests.sandbox_desk import Desk, Ear, listening
from tests.sandbox_page import assert_narrow, composer, message, open_form, open_page
from tests.sandbox_shapes import button, plain, section

pytestmark = pytest.mark.browser


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
    expect(page.get_by_role("menuitem")).to_have_text(["To Monday 09:00", "+1 hour", "+1 day", "+1 week"])
    expect(page.get_by_role("menuitem", name="To Monday 09:00")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_be_hidden()
    expect(clock).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("button", name="Practice clock, Wed, Mar 4, 2026, 10:00 AM; turn it")).to_be_focused()
    expect(page.locator("#announcer")).to_contain_text("The practice clock says Wed, Mar 4, 2026, 10:00 AM.")
    assert desk.get("state")["now"].startswith("2026-03-04T15:00")


@pytest.mark.parametrize(
    ("to", "shown", "today"),
    [
        ("To Monday 09:00", "Mon, Mar 9, 2026, 9:00 AM", 0),
        ("+1 hour", "Tue, Mar 3, 2026, 11:00 AM", 1),
        ("+1 day", "Wed, Mar 4, 2026, 10:00 AM", 0),
        ("+1 week", "Tue, Mar 10, 2026, 10:00 AM", 0),
    ],
)
def test_every_step_of_the_clock_shows_the_time_where_the_person_is(
    page: Page, desk: Desk, team: str, to: str, shown: str, today: int
) -> None:
    open_page(page, desk, "UANA", team)
    desk.act("UBEN", "message", channel=team, text="I call today.")
    expect(page.get_by_role("heading", name="Today")).to_be_visible()

    turn_clock(page, to)

    expect(page.get_by_role("button", name=f"Practice clock, {shown}")).to_be_visible()
    expect(page.get_by_role("heading", name="Today")).to_have_count(today)


def test_a_clock_that_cannot_be_turned_further_says_so_and_stays(page: Page, desk: Desk, team: str) -> None:
    desk.post("clock", now="9999-12-30T12:00:00+00:00")
    open_page(page, desk, "UANA", team)

    turn_clock(page, "+1 week")

    expect(page.get_by_role("log", name="Notices")).to_contain_text("The calendar ends here.")
    expect(page.get_by_role("button", name="Practice clock, Thu, Dec 30, 9999")).to_be_visible()


def test_a_clock_on_its_way_says_where_to_and_is_not_turned_meanwhile(page: Page, desk: Desk, team: str) -> None:
    open_page(page, desk, "UANA", team)
    with listening(desk):
        desk.api("api.test", due=1)  # there is an app that lives by the clock
        turn_clock(page, "+1 week")
        clock = page.get_by_role("button", name="Practice clock, on its way to Tue, Mar 10, 2026, 10:00 AM")
        expect(clock).to_have_text(re.compile("on its way to Tue, Mar 10, 10:00 AM"))
        expect(page.locator("#announcer")).to_contain_text("on its way to Tue, Mar 10, 2026, 10:00 AM.")
        page.set_viewport_size(PHONE)
        expect(clock.locator(".in-brief")).to_be_visible()
        expect(clock.locator(".in-brief")).to_have_text("on its way to Tue, Mar 10, 10:00 AM")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        page.set_viewport_size(DESK)
        clock.click(force=True)
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("menu")).to_be_hidden()
        april = int(datetime(2026, 4, 1, tzinfo=UTC).timestamp())
        desk.api("api.test", at=april, due=april)

        stands = page.get_by_role("button", name="Practice clock, Tue, Mar 10, 2026, 10:00 AM; turn it")
        expect(stands).to_be_focused()
    desk.post("limits", turn_seconds=0.1)  # it is waited for no longer
    turn_clock(page, "+1 day")
    expect(page.get_by_role("button", name="Practice clock, Wed, Mar 11, 2026, 10:00 AM; turn it")).to_be_visible()


def test_what_is_shown_can_be_pressed_while_the_page_still_asks_for_more(page: Page, desk: Desk, team: str) -> None:
    asked: list[str] = []

    def answer_only_the_first_two(route: Route) -> None:
        asked.append(route.request.url)
        if len(asked) <= 2:
            route.continue_()

    desk.act("UBEN", "message", channel=desk.channel("open-door", "UANA", "UBEN"), text="Good morning.")
    page.route("**/practice/see*", answer_only_the_first_two)
    open_page(page, desk, "UANA", team)

    page.get_by_role("link", name=re.compile("open-door")).click()
    expect(message(page, "Good morning.")).to_be_visible()
    page.get_by_role("button", name="You are Ana. Be someone else").click()

    expect(page.get_by_role("dialog").get_by_role("link", name=re.compile("Ben"))).to_be_visible()
    assert len(asked) > 2


def test_notifications_are_paused_and_turned_on_again_where_one_chooses_who_one_is(
    page: Page, desk: Desk, team: str
) -> None:
    open_page(page, desk, "UANA", team)
    page.get_by_role("button", name="You are Ana. Be someone else").click()

    page.get_by_role("button", name="Pause notifications").click()
    page.get_by_role("menuitem", name="Until tomorrow 09:00").click()

    who = page.get_by_role("dialog")
    expect(who.get_by_text("You get no notifications until Wed, Mar 4, 9:00 AM.")).to_be_visible()
    expect(page.get_by_role("button", name="You are Ana, notifications paused.", include_hidden=True)).to_be_attached()
    assert desk.api("dnd.info", user="UANA")["next_dnd_end_ts"] == 1_772_632_800
    page.get_by_role("button", name="Turn them on again").click()
    expect(who.get_by_text("You get notifications.")).to_be_visible()
    expect(page.get_by_role("button", name="Pause notifications")).to_be_focused()
    assert desk.api("dnd.info", user="UANA")["dnd_enabled"] is False


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


def turn_clock(page: Page, step: str) -> None:
    page.get_by_role("button", name=re.compile("^Practice clock")).click()
    page.get_by_role("menuitem", name=step, exact=True).click()
