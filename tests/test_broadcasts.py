"""Broadcasts: written once, seen as each team will before they go, and edited, recalled and answered as one."""

from datetime import UTC, datetime
from typing import Any

from sqlmodel import select

from bot.audit import Audit
from bot.domain import broadcasts, event_facts
from bot.domain.broadcasts import Broadcast
from bot.drafts import Draft
from tests.broadcasting import (
    HELLO,
    a_minute_goes_by,
    enlarged,
    in_rooms,
    its_sender_reads_on,
    previews,
    progress,
    sends,
    shown,
)
from tests.cycling import buttons, last_sent, only_people_are_heard, sends_again
from tests.personas import Persona
from tests.small_town_steered import STEERED_BY_TWO
from tests.town import Town

AP1 = datetime(2026, 9, 17, 16, tzinfo=UTC)
FROM = "From Pru Adebayo, who coordinates Small Town. You get this because it is meant for all teams."


def test_one_to_sixty_teams_is_seen_sent_edited_answered_and_recalled(town: Town, ana: Persona, pru: Persona) -> None:
    enlarged(town.slack, town.kit.store, 58)
    only_people_are_heard(town)

    previews(pru, more=["got_it"])
    assert "60 teams of 60 get it." in shown(pru)
    assert "Hello, Alder & Main. Your numbers, please." in shown(pru)
    pru.chooses("broadcasts.as_team", "2")
    assert "Hello, Prairie Bend. Your numbers, please." in shown(pru)
    pru.presses("Send a test to me")
    assert pru.hears()[-1].startswith("This is a test, which only you see")
    assert "Hello, Prairie Bend." in pru.hears()[-1]
    pru.submits()
    pru.closes()
    sends_again(town, last_sent(town))
    assert "It goes out on Mon 2 Feb 10:01 AM EST. Until then Undo stops it." in progress(pru)
    assert in_rooms(town) == []

    a_minute_goes_by(town)
    assert sorted(one["text"] for one in in_rooms(town))[7] == f"Hello, Team 0007. Your numbers, please. {FROM}"
    assert len(in_rooms(town)) == 58
    its_sender_reads_on(town)
    assert "Delivered to 60 of 60 teams. Got it: no teams." in progress(pru)
    ana.presses("Got it", channel="team-alder")
    assert ana.whispers("team-alder")[-1] == "Thank you. It is noted that Alder &amp; Main has read it."
    ana.presses("Got it", channel="team-alder")
    assert ana.whispers("team-alder")[-1].startswith("You have said so already")
    of_earlier_words = last_sent(town)

    pru.presses("Edit")
    assert pru.filled_in()["words"] == HELLO
    pru.submits(words="Hello, {team}. Never mind {the rest}.")
    a_minute_goes_by(town)
    texts_now = {one["text"].partition(" From ")[0] for one in in_rooms(town)}
    assert len(texts_now) == len(in_rooms(town)) == 58
    assert "Hello, Team 0007. Never mind {the rest}." in texts_now
    its_sender_reads_on(town)
    assert "Delivered to 60 of 60 teams. Got it: 1 team, 1 of them before the last edit." in progress(pru)
    of_earlier_words["payload"]["actions"][0]["action_ts"] = "9.9"
    sends_again(town, of_earlier_words)  # pressed before her copy had the new words
    assert ana.whispers("team-alder")[-1].startswith("You have said so already")
    ana.presses("Got it", channel="team-alder")
    assert ana.whispers("team-alder")[-1].startswith("Thank you.")
    its_sender_reads_on(town)
    assert "Delivered to 60 of 60 teams. Got it: 1 team." in progress(pru)

    pru.presses("Delivery report")
    assert "Alder & Main: delivered Mon 2 Feb" in shown(pru)
    assert "Got it: 1 person." in shown(pru)
    assert "Page 1 of 2." in shown(pru)
    pru.presses("Recall")
    assert "Recalled. 60 copies are being deleted, and none goes out any more." in shown(pru)
    pru.closes()
    a_minute_goes_by(town)
    assert in_rooms(town) == []
    its_sender_reads_on(town)
    assert "Recalled: 60 of 60 are deleted or never went out." in progress(pru)
    assert _audited(town) == ["broadcast.sent", "broadcast.edited", "broadcast.recalled"]


def test_within_the_minute_it_is_undone_and_after_it_recalled(town: Town, ana: Persona, pru: Persona) -> None:
    previews(pru)
    pru.submits()
    pru.closes()
    town.later(seconds=55)
    pru.presses("Undo")
    a_minute_goes_by(town)
    assert _copies(ana) == []
    its_sender_reads_on(town)
    assert "Undone: nothing was sent." in progress(pru)
    pru.opens_home()
    pru.presses_at_home("Broadcasts")
    assert "Undone: nothing was sent." in shown(pru)
    pru.presses("Delivery report")
    assert "It went to no team." in shown(pru)
    pru.presses("Use it again")
    assert pru.filled_in()["words"] == HELLO
    pru.submits(words="Hello again", who="coming", call=f"1:{event_facts.stamp(AP1)}")
    pru.submits()
    pru.closes()
    first = [one for one in pru.dm() if "Undo" in buttons(one.get("blocks") or [])][-1]
    town.later(seconds=61)
    pru.presses("Undo", first)
    assert broadcasts.TOO_LATE in pru.hears()[-1]
    town.bot.tick()
    assert len(_copies(ana)) == 1
    ana.presses("Coming", _copies(ana)[0])
    assert "AP1 call" in ana.whispers("team-alder")[-1]


def test_one_for_tomorrow_is_undone_until_its_first_copy_goes(town: Town, ana: Persona, pru: Persona) -> None:
    previews(pru, day="2026-02-03", at="10:30")
    pru.submits()
    assert "It waits for that hour. Until the first copy goes out, Undo stops it." in progress(pru)
    a_minute_goes_by(town)
    its_sender_reads_on(town)
    assert "It waits: 2 teams get it, the first on Tue 3 Feb 10:30 AM CST. Until then Undo stops it." in progress(pru)

    pru.presses("Undo")
    assert "Undone. Nothing was sent." in shown(pru)
    its_sender_reads_on(town)
    assert "Undone: nothing was sent." in progress(pru)
    town.turn_clock(datetime(2026, 2, 3, 18, tzinfo=UTC))
    town.bot.tick()
    assert _copies(ana) == []


def test_what_was_typed_notifies_nobody_and_only_the_names_of_the_form_are_filled_in(
    town: Town, ana: Persona, pru: Persona
) -> None:
    words = "<!channel> {lead} of {organization}: {x} {{team}} {team.name} <@U0ANA> *b* https://meet.example.org/x, now"
    previews(pru, words, role="data_lead")
    assert "<!channel> in your words is plain text and rings nobody." in shown(pru)
    assert "This is for the data lead of each team, whom it names at its beginning; {lead} is the team lead." in shown(
        pru
    )
    pru.submits()
    pru.closes()
    a_minute_goes_by(town)

    [copy] = _copies(ana)
    filled = "<!channel> Ana of Alder & Main Counseling: {x} {Alder & Main} {team.name} <@U0ANA> *b* "
    mentioned, said = (section["elements"] for section in copy["blocks"][0]["elements"])
    assert [one for one in mentioned if one["type"] != "text"] == [{"type": "user", "user_id": town.people["ben"].user}]
    assert copy["text"].startswith("For your data lead, Ben Castellano: &lt;!channel&gt; Ana of Alder")
    assert said[0] == {"type": "text", "text": filled}
    assert said[1:] == [{"type": "link", "url": "https://meet.example.org/x"}, {"type": "text", "text": ", now"}]
    assert "<" not in copy["text"]


def test_what_cannot_be_sent_is_said_on_its_box_and_the_words_stay(town: Town, pru: Persona) -> None:
    inflating = "{organization}" * 200
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"words": " \n  "}, "words", "Please"),
        ({"words": inflating}, "words", "With the names filled in this has 5,200 characters, and 3,000 fit"),
        ({"words": "Call 312-555-0100 about Maria Lopez, born 3/4/1985"}, "", ""),
        ({"words": "x", "who": "chosen"}, "teams", "Please choose the teams."),
        ({"words": "x", "teams": ["1"]}, "teams", "You ticked teams, and “All teams” above. Choose “The teams chosen"),
        ({"words": "x", "who": "chosen", "teams": ["1"], "period": "2026-01-01"}, "period", "You chose a month, and “"),
        ({"words": "x", "who": "data", "call": f"1:{event_facts.stamp(AP1)}"}, "call", "You chose a date, and “Teams"),
        ({"words": "x", "who": "coming"}, "call", "Please choose the call"),
        ({"words": "x", "at": "09:30"}, "day", "Please choose the day too"),
        ({"words": "x", "day": "2026-02-03", "at": "22:00"}, "at", "At 22:00 it is night. Please choose an hour from"),
        ({"words": "x", "day": "2026-02-02", "at": "08:00"}, "at", "08:00 on that day has passed in America/Chicago."),
        ({"words": "x", "day": "2027-02-02"}, "day", "That is more than half a year away."),
    ]
    for values, box, sentence in cases:
        pru.runs("/broadcast")
        answer = pru.submits(**{"who": "all", "day": None, "at": None, **values})
        told = answer.get("errors", {}).get(box, "")
        assert told.startswith(sentence) if box else "Nothing is saved yet" in shown(pru), (values, answer)
        assert "Preview" in str(pru.form), values
        pru.closes()
    with town.record() as session:
        assert not [one for one in session.exec(select(Broadcast)) if one.goes_at]


def test_39_000_characters_after_the_command_come_back_as_they_are(town: Town, pru: Persona) -> None:
    pru.runs(f"/broadcast {'word ' * 7800}")

    assert pru.form is None
    assert pru.whispers()[-1].startswith("Your text has 38,999 characters, and 3,000 fit into one message.")
    assert pru.whispers()[-1].count("word") > 6000
    pru.runs("/broadcast help")
    assert pru.whispers()[-1].startswith("*/broadcast* writes to several teams at once")
    pru.runs("/allteach broadcast Hello all")
    assert pru.filled_in()["words"] == "Hello all"


def test_members_send_none_and_answer_for_their_own_team_only(town: Town, ana: Persona, pru: Persona) -> None:
    cleo, imani = town.people["cleo"], town.people["imani"]
    for person in (ana, imani):
        person.runs("/broadcast")
        assert person.form is None
        assert person.whispers()[-1].startswith("That's for a coordinator or the director. Ask one of them.")
    sends(town, pru, more=["got_it"], who="chosen", teams=["1"])

    assert [text for text in cleo.reads("team-prairie") if "Hello, " in text] == []
    imani.presses("Got it", channel="team-alder")
    assert imani.whispers("team-alder")[-1].startswith("That's for the members of Alder &amp; Main.")
    for _ in range(2):
        town.people["gil"].presses("Got it", channel="team-alder")
    pru.presses("Delivery report")
    assert "Got it: 1 person." in shown(pru)


def test_a_director_alone_rings_people_and_only_once_they_agreed_to_how_many(
    town: Town, ana: Persona, pru: Persona
) -> None:
    imani = town.people["imani"]
    pru.runs("/broadcast")
    assert "ring" not in pru.boxes()
    pru.closes()
    town.load(STEERED_BY_TWO)

    previews(imani, ring="channel", who="chosen", teams=["1"])
    assert "@channel: 7 people are in these channels. You are asked once more before." in shown(imani)
    imani.submits()
    assert "Ring 7 people?" in shown(imani)
    a_minute_goes_by(town)
    assert _copies(ana) == []
    imani.submits()
    imani.closes()
    a_minute_goes_by(town)

    [copy] = _copies(ana)
    assert copy["blocks"][0]["elements"][0]["elements"] == [{"type": "broadcast", "range": "channel"}]
    assert "From Dr. Imani Osei, who directs Small Town." in copy["text"]
    assert "broadcast.sent" in _audited(town)


def test_patient_details_in_one_are_taken_down_everywhere(town: Town, ana: Persona, pru: Persona) -> None:
    cleo = town.people["cleo"]
    previews(pru)
    pru.presses("Send a test to me")
    pru.submits()
    pru.closes()
    a_minute_goes_by(town)

    ana.presses("Report patient details", channel="team-alder")
    a_minute_goes_by(town)

    assert "Receipt" in ana.whispers("team-alder")[-1]
    assert _copies(ana) == []
    assert "Hello, " not in str([*cleo.messages("team-prairie"), *pru.dm()])
    its_sender_reads_on(town)
    assert "Taken down, since patient details were reported in it." in progress(pru)
    with town.record() as session:
        assert [one.words for one in session.exec(select(Broadcast))] == [""]


def test_the_words_of_the_form_are_kept_and_changing_it_after_the_preview_loses_nothing(
    town: Town, ana: Persona, pru: Persona
) -> None:
    pru.runs("/broadcast")
    pru.types("words", "Half of it")
    pru.closes()
    with town.kit.store.transaction() as session:  # as the form of before kept it
        draft = session.exec(select(Draft)).one()
        draft.fields = {**draft.fields, "period": "2026-01-01"}
    pru.runs("/broadcast")
    assert pru.filled_in()["words"] == "Half of it"
    pru.submits(words="All of it", who="chosen", teams=["1"], more=["got_it"])
    pru.presses("Change it")

    filled_in = pru.filled_in()
    assert (filled_in["words"], filled_in["who"], filled_in["teams"]) == ("All of it", "chosen", ["1"])
    pru.submits(words="All of it, and more")
    pru.submits()
    pru.closes()
    a_minute_goes_by(town)
    assert [one["text"].partition(" From")[0] for one in _copies(ana)] == ["All of it, and more."]
    pru.runs("/broadcast")
    assert not pru.filled_in().get("words")


def test_two_who_edit_at_once_learn_of_each_other(town: Town, pru: Persona) -> None:
    imani = town.people["imani"]
    town.load(STEERED_BY_TWO)
    sends(town, pru)
    for person in (pru, imani):
        person.opens_home()
        person.presses_at_home("Broadcasts")
        person.presses("Delivery report")
        person.presses("Edit")
    pru.submits(words="Pru's")
    answer = imani.submits(words="Imani's")

    assert answer["errors"]["words"].startswith("Pru Adebayo changed it while you wrote")


def _copies(person: Persona, channel: str = "team-alder") -> list[Any]:
    return [one for one in person.messages(channel) if "You get this because it is meant for" in one["text"]]


def _audited(town: Town) -> list[str]:
    with town.record() as session:
        return [one.act for one in session.exec(select(Audit)) if one.act.startswith("broadcast.")]
