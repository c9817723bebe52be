"""`allteach demo` as a newcomer meets it: one link, a real browser, a cycle logged, run, studied and adapted."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browsing import DESK, PHONE, Desk
from tests.command_line import environment
from tests.personas import Control

pytestmark = pytest.mark.browser
PICTURES = Path(__file__).parent.parent / ".readme"
TEXTS = "AP1 call: texts that get answers"
CHANGE = "Nadia calls the next 10 callers within a day"
Sit = Callable[[str], Desk]
IN_A_WHILE = 45_000  # milliseconds; where a turn of the clock has many cards edited, Slack takes them one by one


@pytest.fixture(scope="module")
def demo() -> Iterator[str]:
    """The demo in a process of its own; its link is all we know of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", str(port), "--at", "2026-02-02T09:00"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment())
    assert process.stdout
    link = next(found[0] for line in process.stdout if (found := re.search(r"http://\S+/\?user=\S+", line)))
    yield link
    process.send_signal(signal.SIGINT)
    process.stdout.close()
    assert process.wait(20) == 0


@pytest.fixture(scope="module")
def practice(demo: str) -> Iterator[Control]:
    control = Control(demo.partition("/?")[0])
    yield control
    control.close()


@pytest.fixture
def sit(demo: str, browser: Browser, practice: Control) -> Iterator[Sit]:
    """Have somebody sit down at a desk, by their e-mail's first part."""
    people = practice.get("state")["users"]
    pages: list[Page] = []

    def sit_down(name: str) -> Desk:
        page = browser.new_page(viewport=DESK, reduced_motion="reduce")
        pages.append(page)
        user = next(one["id"] for one in people if one.get("email") == f"{name}@example.org")
        return Desk(page, practice.url, user)

    yield sit_down
    for page in pages:
        page.close()


def test_ana_logs_runs_studies_and_adapts_a_cycle(demo: str, sit: Sit) -> None:
    ana = sit("ana")
    assert ana.page.url.startswith(demo)
    ana.goes_to("team-alder-main")

    ana.presses("Log a PDSA cycle", on="Whom it is for")
    ana.sends("Log a PDSA cycle", "Log it", change=CHANGE, prediction="8 of 10 called come to the first visit")
    ana.presses("We ran it", on="Cycle 1 · planned")
    ana.sends("Cycle 1: we ran it", "Save", happened="9 called, 1 wrong number")
    ana.presses("What did we learn", on="Cycle 1 · it ran")
    expect(ana.form("Cycle 1: learning")).to_contain_text("8 of 10 called come to the first visit")
    ana.sends("Cycle 1: learning", "Save", learned="7 of 9 came (usually 6 of 10); callers liked “I've been there”")
    _picture(ana.page, "cycle.png", after=ana.message("Cycle 1 · learned from"))
    ana.presses("Adapt", on="Cycle 1 · learned from")

    second = ana.form("After cycle 1")
    expect(second.locator('[data-block="change"]').get_by_role("textbox")).to_have_value(CHANGE)
    expect(second).to_contain_text("7 of 9 came")
    ana.sends("After cycle 1", "Log it", prediction="85 % reached if we ask for the best time")
    expect(ana.message("Cycle 2 · planned")).to_contain_text("1: one person → 2: 3 to 5 people")


def test_somebody_of_another_team_is_refused_kindly(sit: Sit, practice: Control) -> None:
    ruth, ana = sit("ruth"), sit("ana")
    ana.goes_to("team-alder-main")
    ana.presses("Log a PDSA cycle", on="Whom it is for")
    ana.sends("Log a PDSA cycle", "Log it", change="Read the greeting aloud", prediction="half would call back")
    channel = next(one for one in practice.get("state")["channels"] if one["name"] == "team-alder-main")["id"]
    practice.post("act/invite", user=_id(practice, "ana"), channel=channel, invited=_id(practice, "ruth"))
    ruth.open(channel)

    ruth.presses("We ran it", on="Read the greeting aloud")

    expect(ruth.message("That's for the members of Alder & Main Counseling")).to_be_visible()
    expect(ruth.page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize(("name", "channel"), [("paloma", "team-casa-farol"), ("winona", "team-three-herons")])
def test_a_guest_and_a_person_of_another_workspace_do_the_same_from_the_team_card(
    sit: Sit, name: str, channel: str
) -> None:
    person = sit(name)
    person.goes_to(channel)

    person.presses("Log a PDSA cycle", on="Whom it is for")
    person.sends(
        "Log a PDSA cycle", "Log it", change="Ask what would make Tuesday hard", prediction="2 of 6 need a ride"
    )
    person.presses("We ran it", on="Cycle 1 · planned")
    person.sends("Cycle 1: we ran it", "Save", happened="4 of 6 needed one")
    person.presses("What did we learn", on="Cycle 1 · it ran")
    person.sends("Cycle 1: learning", "Save", learned="Ask at booking, not the day before")
    person.presses("Adapt", on="Cycle 1 · learned from")
    person.sends("After cycle 1", "Log it", prediction="3 of 6")
    person.presses("All actions", on="Whom it is for")

    expect(person.form("All actions")).to_contain_text("Ask what would make Tuesday hard")


def test_an_idea_is_shared_found_misspelt_stolen_and_adopted_and_its_spread_drawn(sit: Sit) -> None:
    omar, grace, imani = sit("omar"), sit("grace"), sit("imani")
    omar.goes_to("team-juniper-steps")
    _tests(omar, "A bell at the front desk")
    omar.presses("Share it", on="Cycle 1 · adopted")
    omar.form("Share an idea").locator('[data-block="title"]').get_by_role("textbox").fill("The bell")
    omar.sends("Share an idea", "Share it", took="Nine dollars")

    grace.goes_to("team-little-kestrel")
    grace.runs("/steal frnot bel")
    found = grace.form("Ideas to steal")
    expect(found).to_contain_text("I read “frnot” as “front”.")
    expect(found).to_contain_text("Juniper Steps Recovery · It worked")
    found.get_by_role("button", name="Steal this", exact=True).first.click()
    expect(grace.form("Steal this")).to_contain_text("What it took: Nine dollars")
    grace.sends("Steal this", "Log it", prediction="5 of 10 come")
    expect(grace.message("Cycle 1 · planned")).to_contain_text("with thanks: The bell")
    omar.open("messages")
    expect(omar.message("took your idea “The bell”")).to_contain_text("tests it as their cycle 1")
    _goes_on(grace)

    expect(omar.message("and adopted it: they keep doing it")).to_contain_text("Callers smile")
    omar.goes_to("open-door-share")
    expect(omar.message("The bell")).to_contain_text("Tried by 1 team: 1 adopted")
    imani.goes_to("open-door-share")
    imani.presses("Who took it", on="The bell")
    imani.form("Who took it").get_by_role("button", name="As a picture").click()
    imani.open("messages")
    picture = imani.message("The bell").get_by_role("img", name="Who took “The bell” of Juniper Steps Recovery")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > DESK["width"] / 2


def test_it_is_readable_on_a_phone(sit: Sit, practice: Control) -> None:
    mei = sit("mei")
    mei.page.set_viewport_size(PHONE)
    channel = next(one for one in practice.get("state")["channels"] if one["name"] == "team-alder-main")["id"]
    mei.open(channel)

    mei.presses("Log a PDSA cycle", on="Whom it is for")
    form = mei.form("Log a PDSA cycle")
    form.locator('[data-block="change"]').get_by_role("textbox").fill("One warm call, no voicemail")

    assert mei.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    _picture(mei.page, "phone.png", after=form)


def test_the_clock_is_turned_and_what_is_due_comes_at_once_and_once(sit: Sit, practice: Control) -> None:
    ana = sit("ana")
    ana.goes_to("team-alder-main")
    ana.presses("Log a PDSA cycle", on="Whom it is for")
    ana.form("Log a PDSA cycle").locator('[data-block="due"] input').fill("2026-02-06")
    ana.sends("Log a PDSA cycle", "Log it", change="Say who will call back", prediction="7 of 10 pick up")
    expect(ana.message("Say who will call back")).to_be_visible()
    ana.open("messages")
    ana.page.evaluate("window.sameAsBefore = true")

    ana.turns_clock("+1 day")
    tomorrow = re.compile("Practice clock, T[a-z]+, Feb")  # Tuesday, or Thursday after a call that was walked through
    expect(ana.page.get_by_role("button", name=tomorrow)).to_be_focused(timeout=30_000)
    ana.turns_clock("To Monday 09:00")

    question = ana.message("was to have run by Fri 6 Feb 2026. What happened?")
    expect(question).to_contain_text("Say who will call back", timeout=30_000)
    stands = ana.page.get_by_role("button", name="Practice clock, Mon, Feb 9, 2026, 9:00 AM; turn it")
    expect(stands).to_be_focused(timeout=30_000)
    assert ana.page.evaluate("window.sameAsBefore"), "the page was loaded anew"
    ana.turns_clock("+1 week")
    later = ana.page.get_by_role("button", name="Practice clock, Mon, Feb 16, 2026")
    expect(later).to_be_visible(timeout=30_000)
    asked = [one["text"] for one in practice.get("posts")["posts"] if "to have run by Fri 6 Feb 2026" in one["text"]]
    assert len(asked) == 1


def _id(practice: Control, name: str) -> str:
    return next(str(one["id"]) for one in practice.get("state")["users"] if one.get("email") == f"{name}@example.org")


def test_ana_drops_a_file_by_keyboard_alone_and_files_what_is_in_it(sit: Sit) -> None:
    ana = sit("ana")
    ana.open("messages")
    ana.page.get_by_role("combobox", name="Message Allteach").focus()

    with ana.page.expect_file_chooser() as chosen:
        ana.page.evaluate("0")  # keys overtake the request to hand us the chooser; an answer comes only after it
        ana.page.keyboard.press("Tab")
        ana.page.keyboard.press("Enter")
    table = b"month,measure,numerator,denominator\n2025-12,OFFER3,38,90\n2026-01,OFFER3,41,85\n"
    chosen.value.set_files({"name": "offers.csv", "mimeType": "text/csv", "buffer": table})
    expect(ana.page.get_by_role("list", name="Attached files")).to_contain_text("offers.csv")
    ana.page.keyboard.press("Enter")

    expect(ana.message("offers.csv")).to_contain_text("78 bytes")
    ana.presses("Import", on="2 values for 1 measure")
    expect(ana.message("Filed for Alder & Main Counseling")).to_contain_text("Thank you!")
    ana.goes_to("team-alder-main")
    expect(ana.message("OFFER3")).to_contain_text("41 of 85")


@pytest.mark.timeout(180)  # four people, two days
def test_a_time_is_found_the_call_is_moved_and_held_and_what_was_promised_there_becomes_a_cycle(
    sit: Sit, practice: Control
) -> None:
    pru, ana, ruth, omar = sit("pru"), sit("ana"), sit("ruth"), sit("omar")
    for person in (pru, ana, ruth, omar):
        person.goes_to("open-door")
    today = datetime.fromisoformat(practice.get("state")["now"]).date()
    day = (today + timedelta(days=2)).isoformat()

    pru.runs("/calls poll")
    times = {"day1": day, "at1": "12:00", "at2": "15:00", "until": today.isoformat(), "until_at": "23:00"}
    _fills(pru.form("Find a time"), title=TEXTS, **times)
    pru.form("Find a time").get_by_role("button", name="Preview", exact=True).click()
    pru.sends("Find a time", "Ask the teams")
    for lead in (ana, ruth, omar):
        lead.presses("Say when you can", on=TEXTS)
        lead.form("When can you?").get_by_role("radio", name="Works").last.check()
        lead.sends("When can you?", "Answer")
    expect(pru.message(TEXTS)).to_contain_text("Works for 3 teams.", timeout=IN_A_WHILE)
    pru.runs("/calls poll")
    pru.form("Find a time").get_by_role("button", name="How it stands").click()
    stands = pru.form("How it stands")
    stands.get_by_role("button", name="Close it now").click()
    pru.page.get_by_role("alertdialog").get_by_role("button", name="Close it").click()
    stands.get_by_role("button", name="Make it the event").first.click()
    expect(stands).to_contain_text("The time is found.")
    stands.get_by_role("button", name="Close").first.click()

    pru.turns_clock("+1 day")
    for lead, answer in ((ana, "Coming"), (ruth, "Can't"), (omar, "Coming")):
        _call(lead).get_by_role("button", name=answer, exact=True).click(timeout=IN_A_WHILE)
    expect(_call(pru)).to_contain_text("Coming: 2 of 12 teams. 1 team can't.", timeout=IN_A_WHILE)
    _is_moved(pru, day, "09:00")
    for lead, answer in ((ana, "Coming"), (ruth, "Coming"), (omar, "Can't")):
        lead.presses(answer, on="please answer again")
    expect(_call(pru)).to_contain_text("Alder & Main Counseling: Ana Reyes", timeout=IN_A_WHILE)
    expect(_call(pru)).to_contain_text("Prairie Bend Health Center: Ruth Sorensen", timeout=IN_A_WHILE)

    pru.turns_clock("+1 day")
    for lead in (ana, ruth):
        _call(lead).get_by_role("button", name="I'm here").click(timeout=IN_A_WHILE)
    expect(_call(pru)).to_contain_text("Here: 2 of 12 teams, 2 people.", timeout=IN_A_WHILE)
    pru.open("home")
    pru.page.get_by_role("button", name="Before and after calls").click()
    pru.form("Before and after calls").get_by_role("button", name="Minutes").first.click()
    minutes = pru.form("Minutes")
    minutes.get_by_label("What a team will do: which team?").first.fill("prairie")
    minutes.get_by_role("option", name="Prairie Bend Health Center").click()
    pru.sends("Minutes", "Post the recap", said="Texts work the day before", words_1="Gus texts ten callers")

    _call(ruth).get_by_role("button", name="replies").click()
    recap = ruth.page.get_by_role("complementary", name="Thread")
    expect(recap).to_contain_text("Texts work the day before", timeout=IN_A_WHILE)
    recap.get_by_role("button", name="Make it a cycle").click()
    tried = ruth.form("Log a PDSA cycle").locator('[data-block="change"]').get_by_role("textbox")
    expect(tried).to_have_value("Gus texts ten callers")
    ruth.sends("Log a PDSA cycle", "Log it", prediction="8 of 10 come")
    expect(recap).to_contain_text("(cycle 1): Gus texts ten callers", timeout=IN_A_WHILE)


def _tests(person: Desk, change: str) -> None:
    """Log a cycle in the team's channel, and bring it to its end."""
    person.presses("Log a PDSA cycle", on="Whom it is for")
    person.sends("Log a PDSA cycle", "Log it", change=change, prediction="Half of them smile")
    _goes_on(person)


def _goes_on(person: Desk) -> None:
    """From its plan to *Adopt*."""
    person.presses("We ran it", on="Cycle 1 · planned")
    person.sends("Cycle 1: we ran it", "Save", happened="8 of 10 came")
    person.presses("What did we learn", on="Cycle 1 · it ran")
    person.sends("Cycle 1: learning", "Save", learned="Callers smile")
    person.presses("Adopt", on="Cycle 1 · learned from")
    person.sends("Adopt cycle 1", "Adopt")


def _is_moved(pru: Desk, day: str, hour: str) -> None:
    """The call, to that hour; everybody is told."""
    pru.runs("/calls")
    pru.form("Calls and sessions").get_by_role("button", name="Move or cancel a date").click()
    form = pru.form("Move or cancel a date")
    which = form.get_by_label("Which call or session")
    which.select_option(which.get_by_role("option").filter(has_text=TEXTS).first.get_attribute("value"))
    form.get_by_role("radio", name="Moved").check()
    _fills(form, day=day, at=hour)
    form.get_by_role("button", name="Preview").click()
    pru.sends("Move or cancel a date", "Save and tell")


def _call(person: Desk) -> Locator:
    """The card of the call in the channel for everybody, which stands below that of its poll."""
    listed = person.page.get_by_role("list", name="Messages", exact=True).get_by_role("listitem")
    return listed.filter(has_text="Action-period call · 1 hour").filter(has_text=TEXTS).last


def _fills(form: Locator, **answers: str) -> None:
    """Boxes for a line, a day or an hour, by their names."""
    for block, answer in answers.items():
        form.locator(f'[data-block="{block}"] input').fill(answer)


def _picture(page: Page, name: str, *, after: Locator) -> None:
    """Take the README's picture anew where it is asked for (`make pictures`); it has to be there in any case."""
    expect(after).to_be_visible()
    if os.environ.get("TAKE_PICTURES"):
        page.screenshot(path=PICTURES / name)
    assert (PICTURES / name).stat().st_size > 10_000
