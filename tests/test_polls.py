"""Finding a time: a coordinator proposes some, each team says which work, and the best of them becomes the event."""

from datetime import timedelta
from typing import Any

from sqlmodel import select

from bot.domain import poll_events, polls
from bot.domain.events import Event
from bot.domain.people import Membership, Person
from bot.domain.polls import Poll
from bot.domain.rsvps import Invited, Rsvp
from bot.domain.teams import Team
from tests.asking import form, is_away, leaves
from tests.checking_in import at
from tests.cycling import buttons, everything_stored, last_sent, only_people_are_heard, sends_again
from tests.personas import Json, Persona, texts
from tests.polling import CLOSES, FORM, NOON, TITLE, answers, card, cards, opens, opens_another, results, slots
from tests.town import Town

_TIMES: Any = {"collaborative_id": 1, "opened_at": CLOSES, "closes": CLOSES + timedelta(hours=1)}
A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
REMINDS = CLOSES - 3 * A_DAY - timedelta(hours=2)  # the Friday before, at nine in Chicago: the Monday is within it too
MAKE = "Make it the event: Thu 19 Feb 3:00 PM EST"
OVER = f"The poll for {TITLE} has closed, so no answers are taken any more."


def test_times_are_proposed_answered_by_team_and_the_best_becomes_the_event(
    town: Town, ana: Persona, ben: Persona, cleo: Persona, pru: Persona
) -> None:
    only_people_are_heard(town)
    gil, imani = town.people["gil"], town.people["imani"]
    opens(pru)
    sends_again(town, last_sent(town))

    assert pru.hears()[-1] == (
        "It's open until Mon 9 Feb 12:00 PM EST: 2 teams are asked about 3 times. Teams that haven't answered "
        "hear of it once, Fri 6 Feb 10:00 AM EST to Fri 6 Feb 11:00 AM EST, as it suits where they are. "
        "You hear what came of it then."
    )
    (told,) = cards(ana)
    assert told["text"].startswith(f"Finding a time for {TITLE} (Action-period call · 1 hour). When can you? Answers")
    assert (
        f"1: <!date^{int(NOON.timestamp())}^{{date_long}} at {{time}}|Thursday 19 February at 12:00 PM (America/"
        in (told["text"])
    )
    assert "<!date^1771531200^" in told["text"]  # three on the same day
    assert "<!date^1771617600^" in told["text"]  # three on the next
    assert told["text"].endswith("You get this because this channel is for everybody of Small Town.")
    assert buttons(told["blocks"]) == ["Say when you can", "None of these times", "Report patient details"]

    ana.presses("Say when you can", told)
    labels = [ana.box(slot)["label"]["text"] for slot in slots(ana)]
    assert labels == ["Thu 19 Feb 11:00 AM CST", "Thu 19 Feb 2:00 PM CST", "Fri 20 Feb 2:00 PM CST"]
    assert ana.submits()["errors"] == {slots(ana)[0]: "Please say of at least one time whether you can."}
    ana.submits(**dict(zip(slots(ana), ["works", "if_need_be", "cannot"], strict=True)))
    sends_again(town, last_sent(town))
    assert ana.hears()[-1].endswith("come at 2 of 3 times. You can change that until Mon 9 Feb 11:00 AM CST.")
    assert "Ana Reyes has answered." in _team_card(ana)
    answers(gil, "cannot", "works", channel="team-alder")  # one of the team is enough
    cleo.presses("None of these times")
    answers(cleo, "if_need_be", "works")  # what is said of others stays
    answers(imani, "", "works")  # faculty stand beside the teams
    assert imani.hears()[-1].startswith("Thank you. You can come at 1 of 3 times.")

    stands = [line for line in card(ana) if not line.startswith("*<!date")]
    assert stands[3:7] == [
        "Works for 1 team, if need be for 1 team.",
        "Works for 2 teams. Faculty and coordinators, works: Dr. Imani Osei.", "2 teams can't.",
        "2 of 2 teams have answered. One of a team is enough for it to be reached.",
    ]  # fmt: skip
    at(town, CLOSES - A_MINUTE)
    assert results(pru) == []
    ben.presses("Say when you can", cards(ben)[0])
    late = slots(ben)
    for _ in range(2):
        at(town, CLOSES + A_MINUTE)

    assert ben.submits(**{late[0]: "works"})["errors"][late[0]].startswith(OVER)
    (heard,) = results(pru)
    assert heard["text"].startswith(
        f"What came of the poll for {TITLE}: Thu 19 Feb 3:00 PM EST suits most: it reaches 2 of 2 teams. 2 of 2 teams"
    )
    assert heard["text"].endswith("because you coordinate the collaborative, and the poll has closed.")
    assert buttons(heard["blocks"]) == [
        MAKE, "Which teams can", "Ask again with other times", "All actions",
    ]  # fmt: skip
    assert "Answers are in." in card(ana)
    assert buttons(cards(ana)[0]["blocks"]) == ["Report patient details"]
    pru.presses(MAKE, heard)
    pressed = last_sent(town)
    sends_again(town, pressed)
    pressed["payload"]["actions"][0]["action_ts"] = "9.9"
    sends_again(town, pressed)

    assert pru.hears()[-1].startswith("The time is found already, and in the calendar.")
    assert _events(town) == [("AP1 call", "call", 60), (TITLE, "call", 60)]
    town.bot.tick()
    assert buttons(results(pru)[0]["blocks"]) == ["Which teams can", "All actions"]
    assert "it is in the calendar, on <!date^1771531200^" in results(pru)[0]["text"]
    assert "The time is found. It is on <!date^1771531200^" in cards(ana)[0]["text"]
    assert f"*Next call*: {TITLE}, <!date^1771531200^" in _team_card(ana)
    (call,) = [one["text"] for one in _channel(ana) if one["text"].startswith(f"Action-period call: {TITLE}, <!date")]
    assert "Coming: 2 of 2 teams. Alder &amp; Main: Gil Santos." in call
    assert "Prairie Bend: Cleo Hart." in call
    assert "i Osei. Coming, Can't, or Someone else" in call
    assert any("Gil, you said that this time works, so you're counted as coming" in one for one in gil.hears())
    assert not any("counted as coming" in one for one in ana.hears())  # if need be promises nothing


def test_what_comes_of_a_poll_among_some_teams_is_theirs_alone(
    town: Town, ana: Persona, cleo: Persona, pru: Persona
) -> None:
    only_people_are_heard(town)
    with town.kit.store.transaction() as session:
        session.get_one(Event, 1).starts = NOON  # the call of all teams, at the first of the times
    opens(pru, title="Another poll", until="2026-02-11")
    pru.runs("/calls poll")
    pru.presses("Propose times")
    pru.submits(**{**FORM, "teams": ["1"], "until": "2026-02-10"})
    shown = texts(form(pru)["blocks"])
    assert "Alder & Main, each in its own channel; the event is theirs alone" in shown
    assert "Thu 19 Feb 12:00 PM EST: At the same time takes place: AP1 call, Thu 19 Feb 12:00 PM EST." in shown
    assert cards(ana, "team-alder") == []
    pru.submits()
    waits = _team_card(ana)
    assert waits.index(TITLE) < waits.index("Another poll")  # each is there, what closes first first
    answers(ana, "works", channel="team-alder")
    waits = _team_card(ana)
    assert waits.index("Another poll") < waits.index(TITLE)  # and now what nobody has answered
    at(town, CLOSES + A_DAY + A_MINUTE)
    (heard,) = results(pru)
    assert "At the same time takes place: AP1 call" in heard["text"]

    pru.presses("Make it the event: Thu 19 Feb 12:00 PM EST", heard)

    told = pru.hears()[-1]
    assert "1 person for whom it works is counted as coming, and told so." in told
    assert "At the same time takes place: AP1 call, Thu 19 Feb 12:00 PM EST. Move or cancel a date" in told
    town.bot.tick()
    (call,) = [one["text"] for one in ana.messages("team-alder") if f"call: {TITLE}, <!date" in one["text"]]
    assert "Coming: 1 of 1 team. Alder &amp; Main: Ana Reyes." in call
    assert call.endswith("You get this because Alder &amp; Main is asked.")
    assert not any(f"call: {TITLE}, <!date" in one["text"] for one in _channel(ana))
    for person, knows in ((ana, True), (cleo, False), (pru, True)):
        person.runs("/calls")
        assert (TITLE in texts(form(person)["blocks"])) is knows, person.name
    assert "for Alder &amp; Main" in texts(form(pru)["blocks"])
    ana.presses("Coming", next(one for one in ana.messages("team-alder") if f"call: {TITLE}, <!date" in one["text"]))
    pressed = last_sent(town)
    pressed["payload"]["actions"][0]["action_ts"] = "9.9"
    sends_again(town, pressed, cleo)
    assert cleo.hears()[-1].startswith(f"{TITLE} is for other teams")
    with town.kit.store.transaction() as session:
        session.get_one(Team, 2).status = "withdrawn"  # a team that left isn't asked, nor are its people staff
    pressed["payload"]["actions"][0]["action_ts"] = "9.8"
    sends_again(town, {**pressed, "envelope_id": "left"}, cleo)
    assert [one for one in cleo.hears()[-2:] if one.startswith(f"{TITLE} is for other teams")] == cleo.hears()[-2:]
    cleo.runs("/calls")
    assert TITLE not in texts(form(cleo)["blocks"])
    with town.record() as session:
        (event,) = session.exec(select(Event).where(Event.title == TITLE)).all()
        invited = session.exec(select(Invited.team_id).where(Invited.event_id == event.id)).all()
    assert (event.team_ids, invited) == ([1], [1])
    with town.kit.store.transaction() as session:  # another poll of the same name finds the same time
        session.get_one(Team, 2).status = "active"
        other = Poll(person_id=1, title=TITLE, kind="call", minutes=60, asks_all=False, **_TIMES)
        (slot,) = polls.slots(session, polls.propose(session, other, [NOON], [session.get_one(Team, 2)]))
        assert poll_events.make(session, other, slot, by=1, now=CLOSES + A_DAY).team_ids == [1, 2]
    town.later(minutes=1)
    town.bot.tick()
    assert [one for one in cleo.messages("team-prairie") if f"call: {TITLE}, <!date" in one["text"]]
    with town.kit.store.transaction() as session:
        assert session.exec(select(Invited.team_id).where(Invited.event_id == event.id)).all() == [1, 2]
        other = session.get_one(Poll, other.id)
        other.asks_all = True
        assert poll_events.make(session, other, slot, by=1, now=CLOSES + A_DAY).team_ids == []


def test_a_team_that_has_not_answered_is_reminded_once_and_nobody_who_is_away(
    town: Town, ana: Persona, ben: Persona, cleo: Persona, pru: Persona
) -> None:
    gil = town.people["gil"]
    is_away(town, "Cleo Hart", 5, 12)
    opens(pru, until="2026-02-10")
    opens_another(pru, title="Soon", until="2026-02-06", until_at="09:30")
    pru.opens_home()
    at(town, CLOSES - 4 * A_DAY - timedelta(hours=2))  # Thursday, nine in Chicago
    (soon,) = [one for one in ana.dm() if "A time is being found for Soon" in one["text"]]
    assert "Tomorrow" not in buttons(soon["blocks"])  # at nine of the next day it is over
    at(town, CLOSES - A_DAY)  # 48 hours before; a Sunday
    assert _reminders(ana) == []

    at(town, CLOSES - timedelta(hours=2))  # Monday, nine in Chicago
    at(town, CLOSES + timedelta(hours=12))

    (asked,) = _reminders(ana)
    assert asked["text"].startswith(
        f"Morning, Ana. A time is being found for {TITLE}, and answers are taken until Tue 10 Feb"
    )
    assert asked["text"].endswith("You get this because you lead the team and nobody of it has answered yet.")
    assert buttons(asked["blocks"])[:2] == ["Say when you can", "None of these times"]
    assert (_reminders(ben), _reminders(cleo)) == ([], [])
    answers(gil, "works", channel="team-alder")
    assert "Told by Gil Santos." in texts(_reminders(ana)[0]["blocks"])
    at(town, CLOSES + A_DAY + A_MINUTE)
    assert len(_reminders(ana)) == 1


def test_a_team_that_answered_is_not_reminded_and_somebody_who_left_counts_no_more(
    town: Town, ana: Persona, cleo: Persona, pru: Persona
) -> None:
    only_people_are_heard(town)
    opens(pru, until="2026-02-10", teams=["1"])
    (told,) = cards(ana, "team-alder")
    assert told["text"].endswith("You get this because your team is asked.")
    assert cards(ana) == []
    stranger = town.slack.post("users", name="mallory", real_name="Mallory", email="mallory@example.org")["id"]
    ben, before = town.people["ben"], everything_stored(town)
    ben.presses("None of these times", told)
    pressed = last_sent(town)
    pressed["payload"]["actions"][0]["action_ts"] = "9.9"
    for who in (cleo, Persona("mallory", stranger, town.slack, town.bot.settle)):
        sends_again(town, pressed, who)
        assert who.hears()[-1].startswith(("Only people of the teams", "I don't know you yet"))
    assert before != everything_stored(town)
    assert "1 of 1 team has answered. One of a team is enough for it to be reached." in card(ana, "team-alder")
    assert "1 team can't." in card(ana, "team-alder")

    at(town, CLOSES - timedelta(hours=2))
    assert _reminders(ana) == []
    leaves(town, "Ben Castellano")
    imani = town.people["imani"]
    _directs(town, "Dr. Imani Osei")
    is_away(town, "Pru Adebayo", 9, 20)
    sends_again(town, {**pressed, "envelope_id": "again"}, ben)

    assert ben.hears()[-1].startswith("You're not in this collaborative any more.")
    at(town, CLOSES + A_DAY + A_MINUTE)
    assert results(pru) == []
    assert "Nobody has answered. 0 of 1 team has answered." in results(imani)[0]["text"]


def test_a_form_says_on_its_box_what_cannot_be_and_has_room_for_ten_times(town: Town, pru: Persona) -> None:
    pru.opens_home()
    pru.presses_at_home("Find a time")
    pru.submits(**{**FORM, "title": "For patient Maria Alvarez, born 4 March 1961"})
    assert "This is what I understood" in texts(form(pru)["blocks"])
    pru.submits()
    assert "Nothing is saved yet: please look at what is marked below “" in texts(form(pru)["blocks"])
    for other, fault in (
        ({"day3": FORM["day1"]}, {"day3": "That is the same as time 2. Please choose another."}),
        ({"day3": "2026-03-08", "at3": "02:30"}, {"at3": "The clocks change that night"}),
        ({"day1": "2026-02-01"}, {"day1": "Sun 1 Feb 12:00 PM EST has passed."}),
        ({"until": "2026-02-20"}, {"until": "By then the first of the times"}),
        ({"minutes": "0"}, {"minutes": "Please give 5 to 1,440 minutes."}),
    ):
        pru.submits(**{**FORM, **other})
        told = [one for one in form(pru)["blocks"] if one.get("block_id", "").startswith("guard.wrong.")]
        assert [one["block_id"].rpartition(".")[2] for one in told] == [*fault]
        assert told[0]["text"]["text"].startswith(f"⚠ {next(iter(fault.values()))}")
    pru.presses("Up to ten times")
    assert len([box for box in pru.boxes() if box.startswith("day")]) == 10
    pru.submits(**{**FORM, "minutes": "60", **{f"day{row}": f"2026-02-{row + 17}" for row in range(4, 11)}})
    assert pru.submits()["ok"]
    assert len([line for line in card(pru) if line.startswith("*<!date")]) == 10
    pru.opens_home()
    pru.presses_at_home("Find a time")
    pru.presses("Propose times")
    pru.submits(**{**FORM, "title": "For patient Maria Alvarez, born 4 March 1961"})
    pru.submits()
    (tick,) = [name for name in pru.boxes() if name.startswith("guard.")]
    pru.submits(**{tick: ["confirmed"], "minutes": "45"})
    assert "45 minutes" in texts(form(pru)["blocks"])  # shown anew, with the tick
    pru.submits(**{tick: []})
    assert "Nothing is saved yet" in texts(form(pru)["blocks"])
    assert pru.submits(**{tick: ["confirmed"]})["ok"]  # the tick alone changes nothing of what was shown
    assert cards(pru)[-1]["text"].startswith("Finding a time for For patient Maria Alvarez")


def test_a_poll_is_closed_early_asked_again_with_other_times_and_canceled(
    town: Town, ana: Persona, cleo: Persona, pru: Persona
) -> None:
    only_people_are_heard(town)
    opens(pru)
    for person in (ana, cleo):
        person.presses("None of these times", cards(person)[0])
    pru.opens_home()
    assert "You haven't said when you can." in texts(pru.home["blocks"])  # whoever is in no team answers too
    pru.presses_at_home("Find a time")
    assert f"{TITLE}\nAnswers are taken until Mon 9 Feb 12:00 PM EST. 2 of 2 teams have answered." in texts(
        form(pru)["blocks"]
    )
    pru.presses("How it stands")
    assert "Can't: Alder & Main and Prairie Bend." in texts(form(pru)["blocks"])
    assert buttons(form(pru)["blocks"]) == ["Close it now", "Cancel it"]
    pru.presses("Close it now")

    assert buttons(form(pru)["blocks"])[-2:] == ["Ask again with other times", "Cancel it"]
    (heard,) = results(pru)
    assert "None of these times works for any of the 2 teams that answered." in heard["text"]
    assert buttons(heard["blocks"]) == ["Which teams can", "Ask again with other times", "All actions"]
    assert "Say when you can" not in _team_card(ana)
    pru.presses("Ask again with other times")
    again = last_sent(town)
    again["payload"]["trigger_id"] = "9.9"
    assert pru.filled_in()["title"] == TITLE
    pru.submits(**{**FORM, "day1": "2026-02-24", "day3": "2026-02-25"})
    assert pru.submits()["ok"]

    sends_again(town, again, pru)
    assert pru.hears()[-1].startswith("Other times are asked for already:")
    before, after = cards(ana)
    assert "Other times are asked for now: the newer card has them." in before["text"]
    assert buttons(after["blocks"])[0] == "Say when you can"
    pru.opens_home()
    pru.presses_at_home("Find a time")
    pru.presses_beside("0 of 2 teams", "How it stands")
    pru.presses("Cancel it")
    assert "It is canceled: no time is being found any more." in cards(ana)[1]["text"]
    at(town, CLOSES + A_DAY)
    assert len(results(pru)) == 1
    assert _reminders(ana) == []


def test_what_is_reported_goes_from_the_card_and_the_event(town: Town, ana: Persona, pru: Persona) -> None:
    opens(pru, kind="office_hours")
    answers(ana, "works")
    at(town, CLOSES + A_MINUTE)
    pru.presses("Make it the event: Thu 19 Feb 12:00 PM EST", results(pru)[0])
    with town.record() as session:
        assert not session.exec(select(Rsvp)).all()  # one drops in, so nobody is counted as coming
    assert "counted as coming" not in pru.hears()[-1]

    ana.presses("Report patient details", cards(ana)[0])

    assert cards(ana)[0]["text"].startswith("Finding a time for Office hours (")
    assert TITLE not in texts(results(pru)[0]["blocks"])
    assert _events(town)[1] == ("Office hours", "office_hours", 60)
    assert any("what may be a patient's details in a poll of Small Town" in one for one in pru.hears())
    with town.record() as session:
        assert session.exec(select(Poll)).one().title == ""


def _directs(town: Town, name: str) -> None:
    """Somebody of faculty is the director too."""
    with town.kit.store.transaction() as session:
        person = session.exec(select(Person).where(Person.name == name)).one()
        member = session.exec(select(Membership).where(Membership.person_id == person.id)).one()
        member.roles = [*member.roles, "director"]
        session.add(member)


def _events(town: Town) -> list[tuple[str, str, int]]:
    with town.record() as session:
        return [(one.title, one.kind, one.minutes) for one in session.exec(select(Event).order_by("id"))]


def _reminders(person: Persona) -> list[Json]:
    return [one for one in person.dm() if one["text"].startswith("Morning") and TITLE in one["text"]]


def _channel(person: Persona) -> list[Json]:
    return person.messages("small-town")


def _team_card(person: Persona) -> str:
    return texts(next(one for one in person.messages("team-alder") if "team card." in one["text"])["blocks"])
