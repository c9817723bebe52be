"""A call or session is moved or canceled: coordinators say so, see whom it reaches and when, and it is told once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot import outbox
from bot.audit import Audit
from bot.domain import absences, events
from bot.domain.collaboratives import Collaborative
from bot.domain.events import Event, EventChange
from bot.domain.people import Membership, Person
from bot.domain.teams import Team
from bot.outbox import Letter
from tests import calling
from tests import town as towns
from tests.calling import CALL, FILE, FIRST, MOVED
from tests.checking_in import DAY, asked, at, cards
from tests.cycling import buttons, last_sent, only_people_are_heard, sends_again
from tests.personas import Json, Persona, texts
from tests.town import Town

A_DAY_BEFORE = CALL - timedelta(hours=22)  # an afternoon: nobody in America sleeps
EVENING = datetime(2026, 2, 19, 1, 30, tzinfo=UTC)  # 20:30 in New York, 19:30 in Chicago, 02:30 in Stockholm
MORNING = datetime(2026, 2, 19, 12, tzinfo=UTC)  # 07:00 in New York
CANCELED = {"which": FIRST, "what": "canceled"}
ITS_BUTTON = "Move or cancel a date"
WHEN_IT_WAS = "Thursday 19 February at 11:00 AM (America/Chicago)"
WHEN_IT_IS = "Friday 20 February at 12:00 PM (America/Chicago)"


@pytest.fixture(autouse=True)
def the_call_comes_up(town: Town) -> None:
    """Every conversation here is about it."""
    calling.comes_up(town)


def test_the_form_has_the_next_dates_and_a_preview_says_what_was_understood_and_whom_it_reaches(
    town: Town, pru: Persona
) -> None:
    _opens(pru)
    assert [option["text"]["text"] for option in _dates(pru)] == [
        "AP1 call · Thu 19 Feb 12:00 PM EST", "AP1 call · Thu 19 Mar 12:00 PM EDT",
        "AP1 call · Thu 16 Apr 12:00 PM EDT",
    ]  # fmt: skip

    pru.submits(**MOVED, words="The room is  flooded")

    said = _lines(pru)
    assert said[1].startswith("AP1 call is moved from <!date^1771520400^")
    assert "Pru Adebayo writes" in said
    assert "The room is flooded" in said
    assert said[said.index("Where people are") + 1 :][:4] == [
        "Fri 20 Feb 7:00 PM CET", "Fri 20 Feb 1:00 PM EST", "Fri 20 Feb 12:00 PM CST", "Fri 20 Feb 11:00 AM MST",
    ]  # fmt: skip
    assert said[said.index("Whom it reaches, and when") + 1 :][:2] == [
        "It is posted in 3 channels, where 7 people in 2 teams read it.",
        "Channels: all 3 at once.",
    ]
    assert "Send now, also at night" not in texts(_form(pru)["blocks"])
    pru.closes()
    assert pru.filled_in()["day"] == "2026-02-20"
    assert _changes(town) == []

    pru.types("words", "The room is flooded")
    pru.closes()
    _opens(pru)
    assert "Your words from last time are still here." in texts(_form(pru)["blocks"])
    assert pru.filled_in() == {**MOVED, "words": "The room is flooded"}
    pru.submits()
    assert pru.submits()["ok"]
    _opens(pru)
    assert set(pru.filled_in().values()) == {None}


def test_moved_in_good_time_it_is_posted_in_the_channels_and_the_cards_follow(
    town: Town, ana: Persona, pru: Persona
) -> None:
    only_people_are_heard(town)
    heard = len(ana.hears())
    _saves(pru, **MOVED, words="The room is flooded")
    sends_again(town, last_sent(town))

    assert "*Next call*: AP1 call, <!date^1771610400^" in texts(_card(ana)["blocks"])
    (post,) = _news(ana, "team-alder")
    assert WHEN_IT_WAS in post["text"]
    assert WHEN_IT_IS in post["text"]
    assert post["text"].endswith("You get this because Alder &amp; Main takes part in Small Town.")
    assert "Pru Adebayo writes: The room is flooded." in post["text"]
    assert len(_news(ana, "small-town")) == 1
    assert len(ana.hears()) == heard
    assert pru.hears()[-1].startswith("Saved. AP1 call is on Fri 20 Feb 1:00 PM EST now. It is posted in 3 channels")
    assert _trail(town) == [
        ("event.changed", {"planned": "2026-02-19T17:00:00+00:00", "starts": "2026-02-20T18:00:00+00:00", "people": 0,
                           "channels": 3})
    ]  # fmt: skip


def test_loading_the_file_again_keeps_it_and_the_other_dates_of_the_series(
    town: Town, ana: Persona, pru: Persona
) -> None:
    _saves(pru, **CANCELED)

    town.load(FILE.replace("topic: first visits", "topic: the first visits"))

    assert "*Next call*: AP1 call, <!date^1773936000^" in texts(_card(ana)["blocks"])
    town.load(FILE.replace("T12:00, minutes: 60", "T11:00, minutes: 60"))
    assert "*Next call*: AP1 call, <!date^1771516800^" in texts(_card(ana)["blocks"])  # that date is the file's again


def test_on_the_days_of_a_moved_session_nobody_is_asked_and_its_old_days_are_free(
    town: Town, ana: Persona, pru: Persona
) -> None:
    begins = datetime(2026, 2, 25, 14, tzinfo=UTC)
    with town.kit.store.transaction() as session:
        ends = begins + timedelta(days=1, hours=7)
        session.add(Event(collaborative_id=1, title="LS1", kind="session", starts=begins, ends=ends))
    at(town, DAY - timedelta(days=1))  # the check-in of tomorrow waits
    which = f"2:{int(begins.timestamp())}"

    _saves(pru, which=which, what="moved", day="2026-02-16", at="09:00")
    assert _days_together(town) == ["2026-02-16", "2026-02-17"]

    asked(town)
    assert cards(ana) == []
    at(town, DAY + timedelta(days=2))
    assert "check-in of Wed 18 Feb 2026" in cards(ana)[0]["text"]


def test_within_24_hours_each_person_gets_a_message_too(town: Town, ana: Persona, pru: Persona) -> None:
    town.turn_clock(A_DAY_BEFORE)
    _saves(pru, **CANCELED)

    told = ana.hears()[-1]
    assert told.startswith("AP1 call, <!date^1771520400^")
    assert "is canceled: it doesn't take place. You get this because you take part in Small Town, and one of" in told
    assert "Thursday 19 February at 11:00 AM (America/Chicago)" in told
    assert [buttons(message["blocks"]) for message in ana.dm()[-1:]] == [["All actions"]]
    assert len(_news(ana, "team-alder")) == len(_news(ana, "small-town")) == 1
    without = {name for name, one in town.people.items() if not _told(one)}
    assert without == {"pru", "tobias"}  # it is her news, and his evening in Stockholm
    assert pru.hears()[-1].startswith(
        "Saved. AP1 call of Thu 19 Feb 12:00 PM EST is canceled. 7 people in 2 teams get it"
    )


def test_at_night_it_waits_for_the_morning_and_upcoming_messages_say_why(
    town: Town, ana: Persona, pru: Persona
) -> None:
    imani, tobias = town.people["imani"], town.people["tobias"]
    town.turn_clock(EVENING)
    _opens(pru)
    pru.submits(**CANCELED)
    assert "People: 5 at once, 2 once their night, time off or pause is over, the last on Thu 19 Feb 7:00 AM EST." in (
        _lines(pru)
    )
    assert pru.submits()["ok"]
    assert [len(_told(one)) for one in (ana, imani, tobias)] == [1, 0, 0]
    assert len(_news(ana, "team-alder")) == 1
    assert _news(ana, "small-town") == []

    pru.opens_home()
    pru.presses_at_home("Upcoming messages")

    held = [line for line in _lines(pru) if line.startswith("Word of a date that changed to ")]
    assert len(held) == 3
    assert "Why: a call or session is moved or canceled, and it waits for the end of their night." in _lines(pru)
    town.turn_clock(MORNING - timedelta(minutes=1))
    town.bot.tick()
    assert [len(_told(one)) for one in (imani, tobias)] == [0, 1]
    town.turn_clock(MORNING)
    town.bot.tick()
    assert [len(_told(one)) for one in (ana, imani, tobias)] == [1, 1, 1]
    assert len(_news(ana, "small-town")) == 1


def test_send_now_also_at_night_says_how_many_it_may_wake_asks_twice_and_is_audited(
    town: Town, ana: Persona, pru: Persona
) -> None:
    only_people_are_heard(town)
    imani, tobias = town.people["imani"], town.people["tobias"]
    town.turn_clock(EVENING)
    _opens(pru)
    pru.submits(**CANCELED)
    assert _night(pru) == ("Send now, also at night", "It is night for 2 of 7 people.")

    pru.submits(night=["night"])

    assert "Wake 2 people?" in texts(_form(pru)["blocks"])
    assert _form(pru)["submit"]["text"] == "Wake 2 people"
    assert [_told(one) for one in (ana, imani, tobias)] == [[], [], []]
    assert _changes(town) == []
    pru.submits()
    sends_again(town, last_sent(town))
    assert pru.form is None
    assert [len(_told(one)) for one in (ana, imani, tobias)] == [1, 1, 1]
    assert len(_news(ana, "small-town")) == len(_news(ana, "team-alder")) == 1
    assert pru.hears()[-1] == (
        "Saved. AP1 call of Thu 19 Feb 12:00 PM EST is canceled. It goes out now, also at night, to 7 people and their "
        "channels."
    )
    with town.record() as session:
        (line,) = session.exec(select(Audit).where(Audit.act == "event.told_at_night"))
    assert (line.at.replace(second=0, microsecond=0), line.detail) == (
        EVENING,
        {"woken": 2, "people": 7, "channels": 3},
    )
    town.turn_clock(MORNING)
    town.bot.tick()
    assert len(_told(imani)) == 1


def test_where_more_people_sleep_by_the_second_yes_it_is_asked_once_more(town: Town, pru: Persona) -> None:
    town.turn_clock(EVENING)
    _opens(pru)
    pru.submits(**CANCELED)
    pru.submits(night=["night"])
    town.later(hours=1)  # 20:30 in Chicago

    pru.submits()

    assert _form(pru)["submit"]["text"] == "Wake 6 people"
    assert _changes(town) == []
    pru.submits()
    assert len(_changes(town)) == 1


def test_nobody_is_woken_for_what_is_not_within_24_hours(town: Town, pru: Persona, ana: Persona) -> None:
    only_people_are_heard(town)
    town.turn_clock(EVENING - timedelta(days=3))
    _opens(pru)
    pru.submits(**CANCELED)
    assert "also at night" not in texts(_form(pru)["blocks"])
    pru.submits()
    forged = last_sent(town)
    ticked = {"night": {"value": {"type": "checkboxes", "selected_options": [{"value": "night"}]}}}
    forged["payload"]["view"].update(id="V9", state={"values": ticked})
    forged["payload"]["view"]["private_metadata"] = (
        forged["payload"]["view"]["private_metadata"]
        .replace('"version":0', '"version":1')
        .replace('"starts":0', f'"starts":{int(CALL.timestamp())}')
    )

    sends_again(town, forged)

    assert pru.hears()[-1].startswith("At night one may be told of what is within 24 hours.")
    assert [one.version for one in _changes(town)] == [1]


def test_changed_again_before_anybody_heard_only_the_last_is_said(town: Town, ana: Persona, pru: Persona) -> None:
    ben, imani = town.people["ben"], town.people["imani"]
    with town.kit.store.transaction() as session:
        session.exec(select(Person).where(Person.name == "Ben Castellano")).one().quiet_hours = "19:00-06:00"
    town.turn_clock(EVENING)
    _saves(pru, **MOVED)
    _saves(pru, **{**MOVED, "at": "15:00"})
    assert all(letter.ts or letter.about["version"] == 2 for letter in _letters(town))

    town.turn_clock(MORNING)
    town.bot.tick()

    (heard,), (heard_by_ben,) = _told(imani), _told(ben)
    assert "Thursday 19 February at 12:00 PM (America/New_York)" in heard  # she never heard of one o'clock
    assert "Friday 20 February at 3:00 PM (America/New_York)" in heard
    assert WHEN_IT_WAS in heard_by_ben  # nor did he, though his team's channel did
    first, second = _told(ana)
    assert first.startswith("Changed again. AP1 call is moved from ")
    assert "at 2:00 PM (America/Chicago)" in first
    assert f"from <!date^{int((CALL + timedelta(hours=25)).timestamp())}^" in second


def test_what_slack_refused_and_was_changed_since_is_not_said_on_a_second_try(
    town: Town, ana: Persona, pru: Persona
) -> None:
    town.turn_clock(EVENING)
    _saves(pru, **CANCELED)
    with town.kit.store.transaction() as session:
        letter = session.exec(select(Letter).where(col(Letter.why).contains("night"))).all()[0]
        letter.state, letter.problem = outbox.PARKED, "Slack won't take it."
    _saves(pru, **MOVED)

    with town.kit.store.transaction() as session:
        outbox.try_again(session, session.get_one(Letter, letter.id), town.kit.now())
    town.turn_clock(MORNING)
    town.bot.tick()

    assert [one.state for one in _letters(town) if one.id == letter.id] == [outbox.DROPPED]


def test_canceled_and_put_back_overnight_is_told_to_those_only_who_heard_of_it(
    town: Town, ana: Persona, pru: Persona
) -> None:
    imani = town.people["imani"]
    town.turn_clock(EVENING)
    _saves(pru, **CANCELED)
    _opens(pru)
    assert _dates(pru)[0]["text"]["text"] == "AP1 call · Thu 19 Feb 12:00 PM EST, canceled"

    pru.submits(which=FIRST, what="moved", day="2026-02-19", at="12:00")
    pru.submits()

    assert [text.split(":")[0] for text in _told(ana)] == [
        "Changed again. AP1 call takes place after all", "AP1 call takes place after all",
    ]  # fmt: skip
    town.turn_clock(MORNING)
    town.bot.tick()
    assert _told(imani) == []
    assert "*Next call*: AP1 call, <!date^1771520400^" in texts(_card(ana)["blocks"])
    _saves(pru, **CANCELED)
    _opens(pru)
    pru.submits(**MOVED)
    (said,) = [line for line in _lines(pru) if line.startswith("AP1 call takes place after all")]
    assert said.startswith("AP1 call takes place after all, at another time than <!date^1771520400^")


def test_what_is_changed_after_it_was_said_is_said_anew_and_what_was_said_is_edited(
    town: Town, ana: Persona, pru: Persona
) -> None:
    _saves(pru, **{**MOVED, "day": None})  # the day stays
    assert pru.hears()[-1].startswith("Saved. AP1 call is on Thu 19 Feb 1:00 PM EST now.")
    _saves(pru, **{**MOVED, "at": None})  # and now the time, as it is by then
    town.later(minutes=5)

    _saves(pru, **CANCELED)

    *_, before, now = _news(ana, "team-alder")
    assert before["text"].startswith("Changed again. AP1 call, ")
    assert "is canceled" in before["text"]
    assert WHEN_IT_IS in now["text"]
    assert "is canceled: it doesn't take place." in now["text"]
    assert "*Next call*: AP1 call, <!date^1773936000^" in texts(_card(ana)["blocks"])


def test_what_cannot_be_is_said_on_its_box(pru: Persona) -> None:
    _opens(pru)

    for chosen, box, sentence in (
        ({**MOVED, "day": None, "at": None}, "day", "It takes place then already, so nothing changes."),
        ({**MOVED, "day": "2026-02-02", "at": "09:59"}, "day", "Mon 2 Feb 9:59 AM EST has passed. Please choose a day"),
        ({**MOVED, "day": "2026-02-19", "at": "12:00"}, "day", "It takes place then already, so nothing changes."),
        ({**MOVED, "day": "2027-02-19"}, "day", "That is more than a year away. Please choose an earlier day."),
        ({**MOVED, "day": "2026-03-08", "at": "02:30"}, "at", "The clocks change that night: 2:30 AM doesn't exist on"),
    ):
        (said,) = pru.submits(**chosen)["errors"].items()
        assert said[0] == box
        assert said[1].startswith(sentence)

    for day, hour, odd in (
        ("2027-01-12", "12:00", "It comes after Small Town ends, on Wed 9 Dec 2026: nobody is asked or reminded then."),
        ("2027-01-12", "12:00", "Tue 12 Jan 2027 12:00 PM EST"),
        ("2026-03-08", "03:15", "3:15 AM is at night in America/New_York."),
        ("2026-03-08", "03:15", "Sun 8 Mar 2026 is on a weekend."),
        ("2026-03-19", "12:30", "At the same time takes place: AP1 call, Thu 19 Mar 12:00 PM EDT."),
        ("2026-02-20", "12:30", ""),
    ):
        pru.submits(**{**MOVED, "day": day, "at": hour})
        assert odd in texts(_form(pru)["blocks"]), odd
        assert ("Please look at this" in texts(_form(pru)["blocks"])) == bool(odd)
        pru.closes()

    assert pru.submits(**CANCELED)["ok"]
    pru.submits()
    _opens(pru)
    twice = "It is canceled already, so nothing changes. Moved gives it a date again."
    assert pru.submits(**CANCELED)["errors"] == {"what": twice}


def test_a_date_that_the_file_moved_while_the_form_was_open_is_not_there_any_more(town: Town, pru: Persona) -> None:
    _opens(pru)
    town.load(FILE.replace("T12:00, minutes: 60", "T11:00, minutes: 60"))

    assert pru.submits(**MOVED)["errors"] == {"which": "This date isn't in the record any more. Please choose another."}


def test_a_date_that_passed_while_the_form_was_open_stays_as_it_is(town: Town, pru: Persona) -> None:
    _opens(pru)
    town.turn_clock(CALL + timedelta(minutes=1))
    (said,) = pru.submits(**MOVED)["errors"].values()
    assert said.startswith("AP1 call of Thu 19 Feb 12:00 PM EST has begun or is over, so it stays as it is.")
    pru.closes()
    town.turn_clock(CALL + timedelta(days=1))
    _opens(pru)
    following = _dates(pru)[0]["value"]
    pru.submits(which=following, what="canceled")
    town.turn_clock(CALL + timedelta(days=29))

    pru.submits()

    assert pru.hears()[-1].startswith("AP1 call of Thu 19 Mar 12:00 PM EDT has begun or is over")
    assert pru.filled_in()["what"] == "canceled"
    assert _changes(town) == []
    pru.closes()
    town.turn_clock(CALL + timedelta(days=90))
    _opens(pru)
    assert pru.form is None
    assert pru.hears()[-1] == "No call or session is to come: the collaborative file has none after today."


def test_of_two_who_change_the_same_date_the_second_sees_what_the_first_did(town: Town, pru: Persona) -> None:
    imani = town.people["imani"]
    with town.kit.store.transaction() as session:
        staff = select(Membership).join(Person).where(Person.name == "Dr. Imani Osei")
        session.exec(staff).one().roles = ["director"]
    _opens(imani)
    imani.submits(**CANCELED)

    _saves(pru, **MOVED)
    imani.submits()

    assert imani.hears()[-1] == (
        "Pru Adebayo changed this date while you looked: AP1 call is on Fri 20 Feb 1:00 PM EST now. "
        "Nothing was sent for you; please look again."
    )
    assert imani.filled_in()["what"] == "canceled"
    assert [one.version for one in _changes(town)] == [1]


def test_who_is_away_gets_nothing_before_they_are_back_and_a_team_that_pauses_neither(
    town: Town, ana: Persona, cleo: Persona, pru: Persona
) -> None:
    with town.kit.store.transaction() as session:
        row = session.exec(select(Person).where(Person.name == "Ana Reyes")).one()
        day = A_DAY_BEFORE.date()
        absences.leave(session, row.id or 0, day, day + timedelta(days=2), A_DAY_BEFORE)
        team = session.exec(select(Team).where(Team.name == "Prairie Bend")).one()
        team.status, team.status_until = "paused", day + timedelta(days=30)
    town.turn_clock(A_DAY_BEFORE)
    _opens(pru)
    pru.submits(**{**MOVED, "day": "2026-02-24"})
    told = "1 person is away or pauses for all of that time, and not told: Cleo Hart (cleo@example.org)."
    assert told in _lines(pru), _lines(pru)
    late = "For Ana Reyes (ana@example.org) (away until Fri 20 Feb 2026) that is after it would have begun: please tell"
    assert any(late in line for line in _lines(pru)), _lines(pru)
    pru.submits()
    assert (_told(ana), _told(cleo), _news(cleo, "team-prairie")) == ([], [], [])

    town.turn_clock(datetime(2026, 2, 20, 15, tzinfo=UTC))  # her nine o'clock of the day she is back
    town.bot.tick()

    assert len(_told(ana)) == 1
    assert _told(cleo) == []


def test_before_the_launch_nobody_hears_of_it() -> None:
    with towns.built(launched=False) as town:
        pru = town.people["pru"]
        calling.comes_up(town)
        town.turn_clock(A_DAY_BEFORE)
        _opens(pru)
        pru.submits(**CANCELED)
        assert "Nobody is told, since the collaborative isn't launched yet. The team cards follow." in _lines(pru)

        pru.submits()

        assert [one.starts for one in _changes(town)] == [None]
        assert _letters(town) == []


def test_details_of_a_patient_are_asked_about_and_what_is_reported_is_taken_down(
    town: Town, ana: Persona, pru: Persona
) -> None:
    _opens(pru)
    pru.submits(**MOVED, words="MRN 12345678 is late")
    assert "confirm below" in texts(_form(pru)["blocks"])
    (tick,) = [name for name in pru.boxes() if name.startswith("guard.")]
    pru.submits(**{tick: ["confirmed"]})
    pru.submits()
    (post,) = _news(ana, "team-alder")
    assert ("privacy.confirmed", {"fields": ["words"]}) in _trail(town)
    assert "12345678" in post["text"]

    ana.presses("Report patient details", post)

    assert ana.whispers("team-alder")[-1].startswith("Thank you. Receipt ")
    assert "12345678" not in texts([*_news(ana, "team-alder"), *_news(ana, "small-town")])
    assert any("word about a changed date of Small Town" in text for text in pru.hears())
    assert [one.words for one in _changes(town)] == [""]


def test_nobody_else_changes_a_date(town: Town, pru: Persona) -> None:
    only_people_are_heard(town)
    _saves(pru, **MOVED)
    saved = last_sent(town)
    saved["payload"]["view"]["id"] = "V9"

    for who in ("ana", "imani", "tobias", "cleo"):
        person = town.people[who]
        assert ITS_BUTTON not in texts(person.opens_home()["blocks"])
        sends_again(town, saved, person)
        assert "That's for a coordinator or the director." in person.hears()[-1]

    assert [one.version for one in _changes(town)] == [1]


def test_the_window_for_guests_has_it_too(town: Town, pru: Persona) -> None:
    pru.presses("All actions", channel="team-alder")
    pru.presses(ITS_BUTTON)
    pru.submits(**CANCELED)
    assert pru.submits()["ok"]

    assert pru.form is None
    assert len(_changes(town)) == 1


def _opens(person: Persona) -> None:
    person.opens_home()
    person.presses_at_home(ITS_BUTTON)


def _saves(person: Persona, **chosen: Any) -> None:
    _opens(person)
    person.submits(**chosen)
    answer = person.submits()
    assert answer["ok"], answer
    assert person.form is None


def _form(person: Persona) -> Json:
    return person.form or {"blocks": []}


def _lines(person: Persona) -> list[str]:
    return [line for line in texts(_form(person)["blocks"]).splitlines() if line]


def _dates(person: Persona) -> list[Json]:
    """The choices of the menu, month by month."""
    return [one for group in person.box("which")["element"]["option_groups"] for one in group["options"]]


def _night(person: Persona) -> tuple[str, str]:
    (option,) = person.box("night")["element"]["options"]
    return option["text"]["text"], option["description"]["text"]


def _news(person: Persona, channel: str) -> list[Json]:
    """What is said of the call there, but by the cards that show it."""
    here = [one for one in person.messages(channel) if "AP1 call" in one["text"]]
    return [one for one in here if "team card." not in one["text"] and not one["text"].startswith("Calendar of")]


def _told(person: Persona) -> list[str]:
    return [text for text in person.hears() if "You get this because you take part in Small Town, and " in text]


def _card(person: Persona) -> Json:
    return next(message for message in person.messages("team-alder") if "team card." in message["text"])


def _changes(town: Town) -> list[EventChange]:
    with town.record() as session:
        return list(session.exec(select(EventChange).order_by(col(EventChange.id))))


def _letters(town: Town) -> list[Letter]:
    with town.record() as session:
        return list(session.exec(select(Letter).where(Letter.message == "events/changed")))


def _days_together(town: Town) -> list[str]:
    with town.record() as session:
        return sorted(events.days_together(session, session.get_one(Collaborative, 1).id))


def _trail(town: Town) -> list[tuple[str, dict[str, Any]]]:
    with town.record() as session:
        return [
            (one.act, one.detail)
            for one in session.exec(select(Audit))
            if one.act.startswith(("event", "privacy.conf"))
        ]
