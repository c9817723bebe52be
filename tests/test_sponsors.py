"""The senior-leader page: one barrier in a line, seen first, sent or forwarded, answered, told on the next report."""

import struct
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlmodel import select

from bot.cards import sponsor_words, team_report_cards
from bot.domain import absences, checkins
from bot.domain.checkins import CheckIn, Told
from bot.domain.pdsa import Cycle
from bot.domain.people import Membership, Person
from bot.domain.sponsors import OnePager
from bot.domain.teams import Team
from bot.gallery import sponsors as gallery
from bot.gallery.scenes import FULLEST
from bot.templates import Templates
from tests import town as towns
from tests.charting import BETTER, filed
from tests.cycling import buttons, logs
from tests.personas import Persona, texts
from tests.test_team_reports import DUE, studied
from tests.town import SMALL_TOWN, Town

LED = SMALL_TOWN.replace("name: Gil Santos, roles: [member]", "name: Gil Santos, roles: [senior_leader]")
STUDY = "The wrong number was on the referral"


@pytest.fixture
def led() -> Iterator[Town]:
    """The town, of whose first team Gil is the senior leader, on the morning of its first report."""
    with towns.built() as town:
        town.load(LED)
        studied(town, "Nadia calls", STUDY, at=DUE - timedelta(days=9))
        _decides(town, "abandon")
        town.turn_clock(DUE + timedelta(minutes=1))
        town.bot.tick()
        yield town


def test_a_page_is_made_from_the_report_seen_sent_and_answered_and_stands_on_the_next_report(led: Town) -> None:
    ana, ben, gil, cleo = (led.people[name] for name in ("ana", "ben", "gil", "cleo"))
    _checks_in(led, "No interpreter\non Fridays")
    led.later(hours=1)
    led.bot.tick()
    assert "No numbers are in yet. No test moved since the last report. You get this" in cleo.reads("team-prairie")[-1]

    ana.presses("Senior-leader page", channel="team-alder")
    assert _offered(ana) == ["No interpreter on Fridays", STUDY]
    _decides(led, "adopt")
    ana.presses("Senior-leader page", channel="team-alder")
    assert _offered(ana) == ["No interpreter on Fridays"]
    ana.submits(offered=next(iter(_options(ana))))
    own = ana.dm()[-1]
    assert own["text"].startswith(
        "The page for your senior leader: Alder &amp; Main, January 2026. Nobody but you has it so far. Our aim: "
    )
    assert "One barrier you could remove: No interpreter on Fridays. No numbers are in yet." in own["text"]
    _is_away(led, "Gil Santos", days=4)
    ana.presses("Send to Gil Santos")
    _is_away(led, "Gil Santos", days=20)
    led.turn_clock(DUE + timedelta(days=13))
    led.bot.tick()
    assert not [text for text in gil.hears() if text.startswith("Hello Gil. Ana")]
    led.turn_clock(DUE + timedelta(days=21))
    led.bot.tick()
    ana.presses("Text to forward")

    asked = _asked(gil)
    assert asked["text"].startswith("Hello Gil. Ana Reyes sends you one page from Alder &amp; Main: what we measured")
    assert "You get this because Ana Reyes sent it to you." in asked["text"]
    assert "- No interpreter on Fridays\n" in ana.hears()[-1]
    assert (
        "Please answer with one of these: I'll remove it / Let's talk about it / I can't change this."
        in (ana.hears()[-1])
    )
    gil.presses("Let's talk about it")
    gil.presses("I'll remove it")
    gil.presses("I'll remove it")

    (said,) = [text for text in ben.reads("team-alder") if text.startswith("An answer to ")]
    assert said.startswith("An answer to “No interpreter on Fridays”: Gil: I'll remove it. Once it is gone, a word of")
    assert "You said: I'll remove it. The team knows, thank you." in _asked(gil)["text"]
    assert "Asked of our senior leader: No interpreter on Fridays. Gil: I'll remove it." in _report(ben)
    assert cleo.reads("team-prairie")[-1].count("No interpreter") == 0

    led.turn_clock(DUE + timedelta(days=29))  # Thursday 2 April is three working days after Monday 30 March
    led.bot.tick()
    assert _report(ben).startswith("Alder &amp; Main: February 2026 at a glance. ")
    assert "Asked of our senior leader for January 2026: No interpreter on Fridays. Gil: I'll remove it." in _report(
        ben
    )
    gil.presses("I can't change this")
    assert "Asked of our senior leader for January 2026: No interpreter on Fridays. Gil: I can't" in _report(ben)

    logs(ana, due="2026-04-20")
    ana.presses("Senior-leader page", channel="team-alder")
    ana.submits(barrier="A second phone line")
    own = next(one["text"] for one in reversed(ana.dm()) if one["text"].startswith("The page for your senior leader"))
    assert "What we plan next: Cycle 2 (planned): Nadia calls the next 10 callers." in own
    ana.presses("Text to forward")
    assert "WHAT WE PLAN NEXT\n- Cycle 2 (planned): " in ana.hears()[-1]
    ana.presses("Printable page")
    led.bot.tick()
    (file,) = (file for message in ana.dm() for file in message.get("files", ()))
    assert b"No interpreter" in led.practice.world.files[file["id"]].content
    gil.presses("Report patient details", _asked(gil))
    led.bot.tick()
    assert led.practice.world.files[file["id"]].deleted
    for person in (ana, ben, gil):  # on this page, and wherever a later one tells of it
        assert "No interpreter" not in " ".join([*person.hears(), *person.reads("team-alder")])


def test_an_answer_is_noted_for_a_sponsor_outside_slack_and_whoever_may_not_is_told_who_can(led: Town) -> None:
    ana, ben, pru = (led.people[name] for name in ("ana", "ben", "pru"))
    filed(led.kit, BETTER)
    _leaves(led, "Gil Santos")

    for person, line in ((ben, "/data report"), (led.people["tobias"], "/data report")):
        person.runs(line, "team-alder")
        assert person.whispers("team-alder")[-1].startswith("That's for the team lead of Alder &amp; Main, a coord")
        assert person.form is None
    ana.runs("/data report", "team-alder")
    pru.runs("/data report", "team-alder")
    ana.submits(barrier="A second phone line")
    pru.submits(barrier="A parking lot")
    assert "While you were writing, Ana Reyes made this page: it asks for “A second phone line”." in _window(pru)
    assert pru.filled_in()["barrier"] == "A parking lot"
    pru.closes()
    assert "No senior leader of your team is in Slack: forward the text" in ana.dm()[-1]["text"]
    assert not [label for label in buttons(ana.dm()[-1]["blocks"]) if label.startswith("Send to")]

    pru.runs("/data report", "team-alder")
    ana.presses("Note the answer")
    ana.submits(answer="talk", words="Call 555-867-5309")
    assert "This isn't about a person served" in _window(ana)
    ana.submits(answer="talk", words="On Friday")
    assert "Our senior leader: Let's talk about it. “On Friday”. Noted by Ana Reyes." in ben.reads("team-alder")[-1]
    pru.submits(barrier="A parking lot")
    assert "Not on this page, but for the next one: “A parking lot”." in _window(pru)
    assert "Asked for: A second phone line" in _window(pru)
    pru.closes()
    ana.runs("/data report", "team-alder")
    assert "What is answered stays" in _window(ana)
    ana.submits()

    ana.presses("Text to forward")
    assert "THE ANSWER\n- Our senior leader: Let's talk about it. “On Friday”\n" in ana.hears()[-1]
    assert "Please answer" not in ana.hears()[-1]
    assert "Should they answer otherwise, Change the answer on the page tells" in texts(ana.dm()[-1]["blocks"])

    led.slack.fault("files.completeUploadExternal", "error", error="fatal_error")
    ana.presses("Printable page")
    assert "The page can't be put here just now." in ana.hears()[-1]
    ana.presses("Printable page")
    (file,) = (file for message in ana.dm() for file in message.get("files", ()))
    page = led.practice.world.files[file["id"]].content.decode()
    assert page.count('<img src="data:image/png;base64,') == 1
    assert "A second phone line" in page
    assert "60% in Jan 2026" in page
    assert "Prairie Bend" not in page
    assert "The answer: Our senior leader: Let" in page
    assert "☐" not in page
    with led.record() as session:
        team, march = session.get_one(Team, 1), date(2026, 3, 1)
        shown = team_report_cards.charted(session, team, march)
        told = team_report_cards.told(session, team, march, shown, DUE + timedelta(days=50))
    assert told["not_in"] == "The numbers of February 2026 and March 2026 aren't all in yet."
    assert [*sponsor_words.tests(told)] == [
        "No test moved since the last report.",
        f"Cycle 1 (learned from on Tue 24 Feb 2026): Nadia calls. We learned: {STUDY}.",
    ]

    ana.presses("Report patient details", channel="team-alder")
    led.bot.tick()
    assert "A second phone line" not in " ".join([*ana.hears(), *ben.reads("team-alder"), *_stored(led)])
    assert led.practice.world.files[file["id"]].deleted


def test_words_taken_down_where_they_were_written_first_go_from_the_page_too_and_a_sponsor_who_left_gets_none(
    led: Town,
) -> None:
    ana, gil = led.people["ana"], led.people["gil"]
    ana.presses("Senior-leader page", channel="team-alder")
    ana.submits(offered=next(iter(_options(ana))))
    ana.presses("Printable page")
    (file,) = (file for message in ana.dm() for file in message.get("files", ()))
    with led.kit.store.transaction() as session:
        (gone,) = (one for one in session.exec(select(Membership)) if "senior_leader" in one.roles)
        gone.left_at = led.kit.now()
        session.add(gone)
    ana.presses("Send to Gil Santos")
    assert "Gil Santos isn't a senior leader of Alder &amp; Main in Slack any more" in ana.hears()[-1]
    assert not [text for text in gil.hears() if text.startswith("Hello Gil. Ana")]

    ana.presses("Our cycles", channel="team-alder")
    ana.presses("Open")
    ana.presses("Report patient details")

    assert STUDY not in " ".join([*ana.hears(), *ana.reads("team-alder"), *_stored(led)])
    led.bot.tick()
    assert led.practice.world.files[file["id"]].deleted


def test_the_page_to_print_runs_nothing_whatever_was_typed_and_takes_one_sheet(browser: Browser) -> None:
    for scene in FULLEST:
        values = sponsor_words.pictured(gallery.shown(scene), [_picture()])
        markup = Templates().page("sponsors/page", values)

        tags = _Tags()
        tags.feed(markup)
        assert tags.seen <= {*"html head meta title style body h1 h2 p ul li div span img".split()}
        assert not tags.handlers

    hostile = {"barrier": "<script>document.title = 'ran'</script><img src=x onerror=\"document.title='ran'\">"}
    page = browser.new_page()
    page.set_content(Templates().page("sponsors/page", values | hostile))
    assert page.title() != "ran"
    assert page.pdf(format="Letter", prefer_css_page_size=False).count(b"/Type /Page\n") == 1
    page.close()


def _picture() -> bytes:
    """A page of eight charts, by its size."""
    across, down = 1080, 1500
    parts = (b"IHDR", struct.pack(">IIBBBBB", across, down, 1, 0, 0, 0, 0)), (
        b"IDAT", zlib.compress(bytes(1 + across // 8) * down),
    ), (b"IEND", b"")  # fmt: skip
    chunks = (
        struct.pack(">I", len(held)) + name + held + struct.pack(">I", zlib.crc32(name + held)) for name, held in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


class _Tags(HTMLParser):
    """Which elements a page has, and what of them could run."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.handlers += [name for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")]


def _asked(person: Persona) -> dict[str, Any]:
    return [one for one in person.dm() if one["text"].startswith("Hello Gil. Ana Reyes sends you one page")][-1]


def _report(person: Persona) -> str:
    return [text for text in person.reads("team-alder") if " at a glance. " in text][-1]


def _options(person: Persona) -> dict[str, str]:
    return {one["value"]: one["text"]["text"] for one in person.box("offered")["element"]["options"]}


def _decides(town: Town, decision: str) -> None:
    with town.kit.store.transaction() as session:
        for cycle in session.exec(select(Cycle)):
            cycle.decision = decision
            session.add(cycle)


def _offered(person: Persona) -> list[str]:
    return [*_options(person).values()]


def _window(person: Persona) -> str:
    assert person.form
    return texts(person.form["blocks"])


def _stored(town: Town) -> list[str]:
    with town.record() as session:
        return [f"{page.barrier} {page.answer_words}" for page in session.exec(select(OnePager))]


def _leaves(town: Town, name: str) -> None:
    with town.kit.store.transaction() as session:
        row = session.exec(select(Person.id).where(Person.name == name)).one()
        seat = session.exec(select(Membership).where(Membership.person_id == row)).one()
        seat.left_at = town.kit.now()
        session.add(seat)


def _is_away(town: Town, name: str, days: int) -> None:
    today = town.kit.now().date()
    with town.kit.store.transaction() as session:
        row = session.exec(select(Person.id).where(Person.name == name)).one() or 0
        absences.leave(session, row, today, today + timedelta(days=days), town.kit.now())


def _checks_in(town: Town, in_the_way: str) -> None:
    day = town.kit.now().date()
    with town.kit.store.transaction() as session:
        asked = CheckIn(team_id=1, since=day, opens=day, closes=day, day=day, every="week")
        session.add(asked)
        session.flush()
        told = Told(mood="steady", in_the_way=in_the_way)
        checkins.answer(session, asked, told, {}, by=4, now=town.kit.now())
