"""A coordinator plans calls in Slack and sees the next dates first; later changes reach whoever knew of them."""

from datetime import UTC, datetime, timedelta

import vobject
from sqlmodel import col, select

from bot.cards import event_moves
from bot.domain import event_edits, event_repeats, events, recurrence
from bot.domain.collaboratives import Collaborative
from bot.domain.event_plans import Plan
from bot.domain.events import Event
from tests.calling import ANSWERS, CALL, changes, comes_up
from tests.checking_in import at
from tests.cycling import buttons, everything_stored, last_sent, only_people_are_heard, sends_again
from tests.personas import Json, Persona, texts
from tests.town import Town

MONTHLY = {
    "kind": "call", "title": "First predictions", "day": "2026-02-19", "at": "12:00", "minutes": "60",
    "repeats": "month", "until": "2026-12-09", "join_url": "https://meet.example.org/ap", "agenda": "Roll and tests",
    "presenters": "1",
}  # fmt: skip
DATES = [
    "Thu 19 Feb 2026 12:00 PM EST", "Thu 19 Mar 2026 12:00 PM EDT", "Thu 16 Apr 2026 12:00 PM EDT",
    "Thu 21 May 2026 12:00 PM EDT",
    "Thu 18 Jun 2026 12:00 PM EDT", "Thu 16 Jul 2026 12:00 PM EDT",
]  # fmt: skip

WRONG: list[tuple[Json, str, str]] = [
    ({"day": "2026-01-15"}, "day", "has passed. Please choose a day and time to come."),
    ({"day": "2030-01-17", "until": "2030-05-01"}, "day", "more than three years away"),
    ({"minutes": "0"}, "minutes", "0 minutes can't be. From 5 to 1,440 fit in a day."),
    ({"minutes": "5000"}, "minutes", "Something of several days has a last day instead."),
    ({"minutes": "-60"}, "minutes", "-60 minutes can't be."),
    ({"last_day": "2026-02-18"}, "last_day", "It would end before it starts, on Thu 19 Feb 2026."),
    ({"last_day": "2026-03-18"}, "last_day", "At most 14 days fit."),
    ({"until": "2026-02-01"}, "until", "That is before its first day"),
    ({"until": ""}, "until", "without one it would repeat for ever"),
    ({"repeats": "rule", "rule": "FREQ=WEEKLY", "until": ""}, "rule", "This rule repeats for ever."),
    ({"repeats": "rule", "rule": "every thursday"}, "rule", "A repeat rule is such as FREQ=MONTHLY;BYDAY=3TH;COUNT=3"),
    (
        {"repeats": "rule", "rule": "FREQ=WEEKLY;BYDAY=TU;COUNT=3"},
        "rule",
        "isn't one of the dates that this rule gives",
    ),
    ({"repeats": "rule", "rule": "FREQ=DAILY;UNTIL=20260230"}, "rule", "can't be followed. UNTIL is a day"),
    ({"repeats": "rule"}, "rule", "Please write the rule"),
    ({"repeats": "month", "day": "2026-04-30"}, "repeats", "Few months have a fifth Thursday."),
    ({"repeats": "last"}, "repeats", "Thu 19 Feb 2026 isn't the last Thursday of its month."),
    ({"day": "2026-03-08", "at": "02:30"}, "at", "2:30 AM doesn't exist on Sun 8 Mar 2026"),
    ({"repeats": "rule", "rule": "FREQ=WEEKLY;COUNT=3", "until": "2026-02-01"}, "until", "That is before its first"),
    ({"join_url": "http://meet.example.org/x"}, "join_url", "a link begins with https://"),
    ({"join_url": "javascript:alert(1)"}, "join_url", "a link begins with https://"),
    ({"join_url": "https://meet.example.org/a b"}, "join_url", "has no spaces"),
    ({"title": "AP1 call", "day": "2026-09-17"}, "title", "AP1 call is in the calendar at that time already."),
]


def test_a_coordinator_sees_the_next_six_dates_before_they_are_in_the_calendar(
    town: Town, ana: Persona, pru: Persona
) -> None:
    only_people_are_heard(town)
    ana.runs("/calls new")
    assert "That's for a coordinator or the director" in ana.whispers()[-1]
    pru.runs("/calls new")

    shown = pru.submits(**MONTHLY)["response"]["view"]

    told = texts(shown["blocks"])
    assert "This is what I understood: every third Thursday of a month, until Thu 19 Nov 2026" in told
    assert "\n".join([*DATES, "and 4 dates more, the last on Thu 19 Nov 2026"]) in told
    assert "Thu 19 Feb 12:00 PM EST\nThu 19 Feb 11:00 AM CST" in told
    assert _planned(town) == []
    assert [one.get("block_id") for one in shown["blocks"]].index("understood") == len(shown["blocks"]) - 2
    again = texts(pru.submits(day="2026-02-20")["response"]["view"]["blocks"])
    assert "every third Friday of a month" in again
    assert "lasts 1 hour" in again
    assert "Its card comes on Fri 6 Feb 9:00 AM EST. It reaches everybody" in again
    assert "Each team is asked a week before" in again
    refused = texts(pru.submits(minutes="5000")["response"]["view"]["blocks"])
    assert "5,000 minutes can't be." in refused
    assert "This is what I understood" not in refused
    daily = texts(
        pru.submits(minutes="60", repeats="rule", rule="FREQ=DAILY", day="2026-02-20")["response"]["view"]["blocks"]
    )
    assert "That is 293 dates, the last on Wed 9 Dec 2026." in daily
    assert "Sat 21 Feb 2026, Sun 22 Feb 2026, Sat 28 Feb 2026 and 81 more are on a weekend." in daily
    twice = pru.submits(day="2026-09-17", repeats="rule", rule="FREQ=YEARLY;COUNT=2")
    odd = texts(twice["response"]["view"]["blocks"])
    assert "1 date of it comes after Small Town ends, on Wed 9 Dec 2026: nobody is asked or reminded then." in odd
    assert "At the same time takes place: AP1 call, Thu 17 Sep 12:00 PM EDT." in odd
    pru.submits(**MONTHLY, rule="")

    assert pru.submits()["ok"]
    sends_again(town, last_sent(town))

    (event,) = _planned(town)
    assert (event.starts, event.repeats) == (CALL, "FREQ=MONTHLY;BYDAY=3TH;UNTIL=20261209")
    assert "Saved. First predictions is in the calendar, every third Thursday" in pru.hears()[-1]
    assert pru.hears()[-1].endswith("Its card comes on Thu 5 Feb 9:00 AM EST.")
    assert "*Next call*: First predictions, <!date^1771520400^" in _team_card(ana)
    (calendar,) = _calendar(ana)
    assert calendar["text"].startswith("Calendar of Small Town. Next: First predictions, <!date^1771520400^")
    assert "AP1 call" in texts(calendar["blocks"])
    with town.kit.store.transaction() as session:
        weekly = Event(collaborative_id=1, title="Drop-in *now*", kind="office_hours", starts=CALL)
        weekly.repeats = "FREQ=WEEKLY;COUNT=40"
        session.add(weekly)
        for month, kind, title in (
            (5, "session", "LS2: mid-point"),
            (9, "session", "LS3"),
            (12, "congress", "Congress"),
        ):
            ends = datetime(2026, month, 9, 21, tzinfo=UTC)
            starts = datetime(2026, month, 8, 14, tzinfo=UTC)
            session.add(Event(collaborative_id=1, title=title, kind=kind, starts=starts, ends=ends))
        session.flush()
        event_moves.follow(session, session.get_one(Collaborative, 1), session.get_one(Event, 1), town.kit)
    town.bot.settle()
    (calendar,) = _calendar(ana)
    told = texts(calendar["blocks"])
    for words in ("LS2: mid-point", "LS3", "Congress", "Drop-in *now* (Office hours), every Thursday, until", "moved"):
        assert (words in told) == (words != "moved"), words
    assert told.count("Drop-in *now*") == 3  # once in each phase
    ana.presses("Calls and sessions", calendar)
    assert "Drop-in *now*" in texts((ana.form or {})["blocks"])
    ana.closes()
    pru.runs("/calls")
    assert "every third Thursday of a month, until Thu 19 Nov 2026" in texts(pru.form["blocks"] if pru.form else [])
    ana.runs("/calls")
    assert buttons((ana.form or {})["blocks"])[:6] == 2 * ANSWERS  # none for hours to drop in
    assert buttons((ana.form or {})["blocks"]).count("Coming") == 5
    ana.presses("Coming")
    line = "Action-period call, 1 hour, every third Thursday of a month, until Thu 19 Nov 2026"
    first, *_ = _listed(ana)
    assert line in first
    assert first.endswith("You said that you're coming.\nJoin: https://meet.example.org/ap")
    assert ana.hears()[-1].startswith("You're coming to First predictions of Thu 19 Feb 11:00 AM CST.")
    at(town, datetime(2026, 2, 5, 14, tzinfo=UTC))
    assert "Agenda: Roll and tests." in _card(ana)["text"]


def test_what_can_t_be_is_said_on_its_box_and_nothing_is_saved(town: Town, pru: Persona) -> None:
    pru.runs("/calls new")
    for filled_in, box, words in WRONG:
        answer = pru.submits(**{**MONTHLY, "last_day": "", "rule": "", **filled_in})

        told = answer["errors"]
        assert list(told) == [box], filled_in
        assert words in told[box]
    assert _planned(town) == []
    pru.closes()
    with town.kit.store.transaction() as session:
        session.get_one(Collaborative, 1).timezone = "Europe/Stockholm"
    pru.runs("/calls new")

    shown = pru.submits(**{**MONTHLY, "repeats": "once", "day": "2026-10-25", "at": "02:30"})["response"]["view"]

    assert "Sun 25 Oct 2026 2:30 AM CEST" in texts(shown["blocks"])  # there twice: the first one counts
    pru.submits(day="2026-12-20")
    assert pru.submits()["ok"]
    assert pru.hears()[-1].endswith("It has no card, and nobody is asked or reminded: Small Town is over by then.")


def test_a_closed_form_is_kept_but_for_what_may_be_a_patients_which_is_asked_about_first(
    town: Town, pru: Persona
) -> None:
    pru.runs("/calls new")
    pru.submits(**{**MONTHLY, "agenda": "Story of the patient, born 3/14/1961, SSN 078-05-1120"})

    pru.closes()
    pru.runs("/calls new")
    assert "Your words from last time are still here." in texts((pru.form or {})["blocks"])
    assert pru.filled_in()["day"] == MONTHLY["day"]
    assert pru.filled_in()["agenda"] is None
    pru.submits(agenda="Story of the patient, born 3/14/1961, SSN 078-05-1120")

    asked = pru.submits()["response"]["view"]

    (mark,) = [name for name in pru.boxes() if name.startswith("guard.")]
    assert "what I understood" in texts(asked["blocks"])
    assert "078-05" not in everything_stored(town)
    assert pru.submits(**{mark: ["confirmed"]})["ok"]
    assert len(_planned(town)) == 1
    pru.runs("/calls")
    pru.presses("Cancel all to come")
    assert "10 dates to come" in texts((pru.form or {})["blocks"])
    assert pru.submits()["ok"]
    town.bot.tick()
    assert pru.hears()[-1].startswith("Saved. First predictions takes place no more: 10 dates to come are canceled.")
    assert pru.hears()[-1].endswith("Nobody is told, since nobody was told of any of its dates yet.")
    assert [one for one in pru.messages("small-town") if "canceled" in one["text"]] == []
    pru.runs("/calls")
    assert "First predictions" not in texts(pru.form["blocks"] if pru.form else [])


def test_another_link_is_told_of_only_where_that_is_ticked(town: Town, ana: Persona, pru: Persona) -> None:
    only_people_are_heard(town)
    comes_up(town)
    at(town, datetime(2026, 2, 5, 14, tzinfo=UTC))
    before = len(ana.messages("small-town"))

    _edit(pru, join_url="https://meet.example.org/new")

    assert "Join: https://meet.example.org/new" in _card(ana)["text"]
    assert len(ana.messages("small-town")) == before
    assert pru.hears()[-1].endswith("The cards show it, and nobody is told.")

    _edit(pru, join_url="https://meet.example.org/newer", agenda="Two tests", tell=["tell"])

    (told,) = [one["text"] for one in ana.messages("small-town") if "is changed" in one["text"]]
    assert told.startswith("AP1 call is changed: the link and the agenda.")
    assert "Join: https://meet.example.org/newer" in told
    assert "Agenda: Two tests." in _card(ana)["text"]
    assert "AP1 call stands as it was changed in Slack; the file says otherwise." in "\n".join(town.load())
    assert "Agenda: Two tests." in _card(ana)["text"]


def test_a_rhythm_that_changes_moves_what_people_knew_of_and_asks_again(town: Town, ana: Persona, pru: Persona) -> None:
    only_people_are_heard(town)
    comes_up(town)
    at(town, datetime(2026, 2, 5, 14, tzinfo=UTC))
    ana.presses("Coming", _card(ana))

    shown = _edit(pru, day="2026-02-24", at="13:00", repeats="two_weeks", until="2026-04-30")

    assert "People were told of these, are told again" in shown
    assert "Thu 19 Feb 12:00 PM EST moves to Tue 24 Feb 1:00 PM EST" in shown
    (card,) = [one for one in ana.messages("small-town") if one["text"].startswith("Action-period call: AP1 call")]
    assert "It was moved from <!date^1771520400^" in card["text"]
    assert "please answer again" in card["text"]
    moved = [one for one in ana.hears() if "AP1 call is moved from" in one]
    assert ["you had said whether you're coming" in one for one in moved] == [True]
    said = "Saved. AP1 call is in the calendar, every second Tuesday, until Tue 21 Apr 2026. 1 date that people knew of"
    assert pru.hears()[-1].startswith(said)
    tuesdays = [datetime(2026, *day, tzinfo=UTC) for day in ((3, 10, 17), (3, 24, 17), (4, 7, 17), (4, 21, 17))]
    (call,) = _events(town)
    assert [*recurrence.all_starts(call.starts, call.repeats, "America/New_York")] == [CALL, *tuesdays]
    town.bot.tick()
    *_, file = (one for message in ana.dm() for one in message.get("files", ()))
    series, moved = vobject.readOne(town.practice.world.files[file["id"]].content.decode()).vevent_list
    assert [one.astimezone(UTC) for one in series.getrruleset(addRDate=True)] == [CALL, *tuesdays]
    assert moved.dtstart.value == datetime(2026, 2, 24, 18, tzinfo=UTC)
    pru.runs("/calls")
    (line,) = _listed(pru)
    assert "every second Tuesday, until Tue 21 Apr 2026" in line
    assert "Tuesday 24 February at 1:00 PM" in line
    pru.presses_beside("AP1 call", "Change")
    filled = pru.filled_in()
    assert (filled["day"], filled["at"], filled["repeats"]) == ("2026-02-24", "13:00", "two_weeks")
    assert pru.submits(agenda="Two tests")["response"]["view"]
    assert pru.submits()["ok"]
    assert pru.hears()[-1].endswith("The cards show it, and nobody is told.")
    for planned, day in ((CALL, "2026-02-25"), (tuesdays[2], "2026-04-08")):
        changes(pru, which=f"1:{int(planned.timestamp())}", what="moved", day=day, at="13:00")
    stood = _stand(town)

    shown = _edit(pru, join_url="https://meet.example.org/newer")

    assert _stand(town) == stood
    assert "Wed 25 Feb 2026 1:00 PM EST\nTue 10 Mar" in shown
    assert "Its card comes" not in shown  # it stands there
    changes(pru, which=f"1:{int(tuesdays[1].timestamp())}", what="canceled")

    shown = _edit(pru, day="2026-02-24", repeats="week")

    assert "Tue 17 Mar 2026 1:00 PM EDT\nTue 31 Mar 2026" in shown
    assert "Tue 24 Mar 2026 stays canceled; Move or cancel a date puts it back." in shown
    assert tuesdays[1] not in _stand(town)

    pru.runs("/calls")
    pru.presses("Cancel all to come")
    assert "8 dates to come" in texts((pru.form or {})["blocks"])
    assert pru.submits()["ok"]

    pru.runs("/calls")
    assert _listed(pru) == []


def test_dates_before_one_that_people_know_of_follow_the_new_rhythm_or_end_with_it() -> None:
    event = Event(id=1, collaborative_id=1, title="AP1 call", kind="call", starts=CALL, repeats="FREQ=WEEKLY;COUNT=9")
    weeks = [CALL + timedelta(days=7 * week) for week in range(9)]
    plan = Plan("AP1 call", CALL + timedelta(days=1), repeats="FREQ=WEEKLY;COUNT=6")
    for announced in ({weeks[0], weeks[4]}, {weeks[4]}):
        for new, by in ((None, None), (plan, timedelta(days=1))):
            found = event_edits.rearranged(event, {}, "UTC", new, announced=announced, now=CALL - timedelta(days=1))

            moves = {one.planned: start for one, start in (*found.moves, *found.unknown)}
            assert moves == {one: one + by if by else None for one in weeks[:5]}
            assert {one.planned for one, _ in found.moves} == announced
            rest = [weeks[5] + by] if by else []
            assert [*recurrence.all_starts(found.starts, found.repeats, "UTC")] == [*weeks[:5], *rest]


def test_dates_that_the_new_rhythm_has_too_stay_and_none_is_told_of_twice() -> None:
    event = Event(id=1, collaborative_id=1, title="AP1 call", kind="call", starts=CALL, repeats="FREQ=WEEKLY;COUNT=9")
    weeks = [CALL + timedelta(days=7 * week) for week in range(12)]
    day = timedelta(days=1)
    for old, rule, begins, known, stand in (
        ("FREQ=WEEKLY;COUNT=9", "FREQ=WEEKLY;INTERVAL=2;COUNT=3", 0, 3, [weeks[0], weeks[2], weeks[4]]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4", "FREQ=WEEKLY;COUNT=5", 0, 2, weeks[:5]),
        ("FREQ=WEEKLY;COUNT=9", "FREQ=WEEKLY;INTERVAL=2;COUNT=3", 1, 2, [one + day for one in weeks[0:5:2]]),
        ("FREQ=WEEKLY;COUNT=3", "", 1, 2, [weeks[0] + day]),
    ):
        event.repeats = old
        plan = Plan("AP1 call", CALL + begins * day, repeats=rule)
        dates = [*recurrence.all_starts(CALL, old, "UTC")]

        found = event_edits.rearranged(event, {}, "UTC", plan, announced={*dates[:known]}, now=CALL - day)

        moves = {one.planned: start for one, start in (*found.moves, *found.unknown)}
        planned = recurrence.all_starts(found.starts, found.repeats, "UTC")
        assert sorted(start for one in planned if (start := moves.get(one, one))) == stand, (old, rule)
        assert not {*moves} & {one for one in dates[:known] if one in recurrence.all_starts(plan.starts, rule, "UTC")}


def test_a_rule_of_somebody_s_own_is_read_in_words() -> None:
    tuesday = datetime(2026, 2, 10, 17, tzinfo=UTC)
    for rule, words in (
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2,-1;COUNT=6", "every second and last Tuesday of a month, until Tue 28 Apr"),
        ("FREQ=MONTHLY;BYDAY=2TU,+4TU;COUNT=5", "every second Tuesday and fourth Tuesday of a month, until Tue 14 Apr"),
        ("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=9", "every Tuesday and Thursday, until Tue 10 Mar"),
        ("FREQ=WEEKLY;INTERVAL=3;COUNT=2", "every 3 weeks on Tuesday, until Tue 3 Mar"),
        ("FREQ=DAILY;COUNT=5", "every day, until Sat 14 Feb"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", "on dates of its own rule, until Tue 31 Mar"),
        ("FREQ=MONTHLY;BYMONTHDAY=10;COUNT=3", "on dates of its own rule, until Fri 10 Apr"),
        ("FREQ=WEEKLY;UNTIL=20260217T170000Z|DTSTART=20260225T170000Z", "the last on Wed 25 Feb"),
    ):
        assert event_repeats.words(rule, tuesday, "America/New_York") == f"{words} 2026"


def _edit(pru: Persona, **values: object) -> str:
    """Change the call in the list; returns what was understood, where that had to be shown."""
    pru.runs("/calls")
    pru.presses_beside("AP1 call", "Change")
    shown = pru.submits(**values)["response"]
    assert pru.submits()["ok"]
    return texts(shown["view"]["blocks"])


def _listed(person: Persona) -> list[str]:
    """The lines of the list of calls."""
    return [texts([one]) for one in (person.form or {})["blocks"] if one.get("block_id", "").startswith("event.")]


def _events(town: Town) -> list[Event]:
    with town.kit.store.reading() as session:
        return list(session.exec(select(Event).where(Event.title == "AP1 call").order_by(col(Event.id))))


def _stand(town: Town) -> list[datetime | None]:
    """When each of its dates takes place."""
    (call,) = _events(town)
    with town.kit.store.reading() as session:
        changed = events.changes(session, 1)
    return [one.starts for one in events.meetings(call, changed, "America/New_York")]


def _planned(town: Town) -> list[Event]:
    with town.kit.store.reading() as session:
        return list(session.exec(select(Event).where(Event.title == "First predictions")))


def _calendar(person: Persona) -> list[Json]:
    return [one for one in person.messages("small-town") if one["text"].startswith("Calendar of")]


def _card(person: Persona) -> Json:
    return next(one for one in person.messages("small-town") if one["text"].startswith("Action-period call:"))


def _team_card(person: Persona) -> str:
    return texts(next(one for one in person.messages("team-alder") if "team card." in one["text"])["blocks"])
