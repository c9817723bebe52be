"""Slack says no: wait as long as it asks, try otherwise, stop altogether, or show a person what stands in the way."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from bot import outbox
from bot.domain.people import Person
from bot.domain.teams import Channel
from bot.outbox import PARKED, PENDING, SENT, UNKNOWN
from bot.sending import gates
from bot.sending.refusals import DESTINATION, GATES, LACKING, OTHERWISE
from bot.slack import Slack
from bot.store import real_time
from tests.answering import Answering
from tests.personas import Persona, texts
from tests.post_office import PRAIRIE, PostOffice
from tests.town import Town


@pytest.mark.parametrize(
    "method", ["chat.postMessage", "chat.update", "chat.delete", "pins.add", "conversations.open", "views.publish"]
)
def test_no_such_call_comes_before_the_time_slack_asked_for(office: PostOffice, method: str) -> None:
    key = office.pins(office.saves())
    if method in ("chat.update", "chat.delete"):
        office.sender.drain()
    office.edits(key, "once more")
    if method == "chat.delete":
        office.recalls(key)
    homes = [office.shows_home(name) for name in ("ana", "pru")]
    direct = [office.tells(name, office.saves()) for name in ("ben", "imani")]
    office.slack.fault(method, "429", retry_after=30)
    began = _real_time(office)

    while office.sender.step():
        pass

    assert [call.get("fault") for call in office.calls(method)].count("429") == 1
    assert office.calls(method)[-1].get("fault") == "429"
    with office.kit.store.reading() as session:
        opens = gates.opens_at(session, GATES[method], gates.UNPACED)
        assert opens
        assert began < opens - timedelta(seconds=30) < real_time(session)
    office.passes_a_minute()
    assert office.sender.drain()
    assert {office.letter(one).state for one in (*homes, *direct)} == {SENT}
    assert len(office.seen_in_slack(key)) == (method != "chat.delete")


@pytest.mark.parametrize(
    ("stated", "seconds"), [("1", 1), ("30", 30), ("abc", 60), (None, 60), ("nan", 60), ("-5", 1), ("99999", 3600)]
)
def test_the_time_slack_asks_for_holds_whatever_it_looks_like(
    office: PostOffice, stated: str | None, seconds: int
) -> None:
    keys = [office.saves(), office.saves(team=PRAIRIE)]
    headers = {"Retry-After": stated} if stated else {}
    began = _real_time(office)
    with Answering([(429, headers, b'{"ok":false,"error":"ratelimited"}')]) as elsewhere:
        office.kit.slack = Slack(f"{elsewhere.url}/api/", "xoxb-town", timeout=2)
        office.sender.step()
        office.sender.step()

        assert len(elsewhere.asked) == 1
    with office.kit.store.reading() as session:
        opens = gates.opens_at(session, gates.POSTS, gates.UNPACED)
        assert opens
        assert began < opens - timedelta(seconds=seconds) < real_time(session)
    assert {office.letter(key).state for key in keys} == {PENDING}


def test_a_refusal_for_speed_loses_nothing_and_keeps_the_order(office: PostOffice) -> None:
    keys = [office.saves(f"change {count}") for count in range(4)]
    office.slack.fault("chat.postMessage", "429", times=1, retry_after=1)

    assert office.sender.drain()

    assert office.in_order()[-4:] == [office.letter(key).mark for key in keys]
    assert len(office.calls("chat.postMessage")) == 5


def test_what_is_caught_up_with_ends_where_slack_only_says_later(office: PostOffice) -> None:
    key = office.saves()
    office.slack.fault("chat.postMessage", "429", times=4, retry_after=1)

    office.sender.catch_up(1.5)

    assert office.letter(key).state == PENDING
    assert len(office.calls("chat.postMessage")) <= 2


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "not_in_channel", "restricted_action_read_only"])
def test_what_no_repetition_mends_is_parked_with_a_reason_and_the_rest_goes_on(office: PostOffice, error: str) -> None:
    stuck, fine = office.saves(), office.saves(team=PRAIRIE)
    office.slack.fault("chat.postMessage", "error", error=error)

    assert office.sender.drain()

    letter = office.letter(stuck)
    assert letter.state == PARKED
    assert letter.problem in DESTINATION.values()
    assert office.letter(fine).state == SENT
    assert len(office.calls("chat.postMessage")) == 2


@pytest.mark.parametrize("error", ["user_not_found", "user_disabled", "cannot_dm_bot"])
def test_a_person_who_cannot_be_written_to_is_named_to_the_coordinator(office: PostOffice, error: str) -> None:
    direct = office.tells("ben", office.saves())
    office.slack.fault("conversations.open", "error", error=error)

    assert office.sender.drain()

    assert (office.letter(direct).state, office.letter(direct).problem) == (PARKED, DESTINATION[error])


def test_what_was_parked_goes_where_the_channel_is_by_now(office: PostOffice) -> None:
    key = office.saves()
    office.slack.fault("chat.postMessage", "error", error="channel_not_found")
    office.sender.drain()
    new = office.slack.post("channels", name="another", private=True, members=["UALLTEACH"])["id"]
    with office.kit.store.transaction() as session:
        channel = session.exec(Channel.in_slack(office.channel_id())).one()
        channel.slack_id = new
        outbox.try_again(session, office.letter(key), office.kit.now())

    assert office.sender.drain()

    assert office.letter(key).channel == new
    assert office.posts_of(key) == 1


def test_a_coordinator_sees_what_is_stuck_at_home_and_sends_it_again(town: Town, ana: Persona, pru: Persona) -> None:
    pru.opens_home()
    town.slack.fault("chat.postMessage", "error", error="is_archived")
    ana.runs("/pdsa", "team-alder")
    ana.submits(change="Nadia calls back", prediction="8 of 10", due="2026-02-10")
    assert DESTINATION["is_archived"] in texts(pru.home["blocks"])  # it came up by itself

    pru.presses_at_home("Try again")

    assert sum("Cycle 1" in texts(message["blocks"] or []) for message in ana.messages("team-alder")) == 1
    assert "Not delivered" not in texts(pru.home["blocks"])


def test_a_message_whose_blocks_slack_refuses_is_said_in_plain_text(office: PostOffice) -> None:
    key = office.saves("Nadia calls back")
    office.slack.fault("chat.postMessage", "error", error="invalid_blocks")

    assert office.sender.drain()

    (message,) = office.seen_in_slack(key)
    assert "Nadia calls back" in message["text"]
    assert message["blocks"] == []


def test_an_edit_whose_blocks_slack_refuses_takes_the_old_ones_away(office: PostOffice) -> None:
    key = office.saves("one")
    office.sender.drain()
    office.edits(key, "two")
    office.slack.fault("chat.update", "error", error="msg_blocks_too_long")

    office.sender.drain()
    (message,) = office.seen_in_slack(key)
    assert ("two" in message["text"], message["blocks"]) == (True, [])

    office.edits(key, "three")
    office.sender.drain()
    (message,) = office.seen_in_slack(key)
    assert "three" in texts(message["blocks"])


def test_what_slack_does_not_even_take_as_plain_text_is_parked(office: PostOffice) -> None:
    key = office.saves()
    office.slack.fault("chat.postMessage", "error", error="invalid_blocks", times=2)

    assert office.sender.drain()

    assert (office.letter(key).state, len(office.calls("chat.postMessage"))) == (PARKED, 2)
    assert office.letter(key).problem == OTHERWISE["post"].format(error="invalid_blocks")


def test_a_word_nobody_knows_is_looked_up_three_times_and_then_shown(office: PostOffice) -> None:
    key = office.saves()
    office.slack.fault("chat.postMessage", "error", error="new_word", times=99)

    while office.letter(key).state != PARKED:
        office.sender.step()
        office.has_settled()
        office.sender.settle()

    assert "new_word" in office.letter(key).problem
    assert len(office.calls("chat.postMessage")) == 3
    assert len(office.calls("conversations.history")) == 3


@pytest.mark.parametrize("step", ["post", "edit", "pin", "home"])
def test_a_revoked_token_stops_everything_and_loses_nothing(office: PostOffice, step: str) -> None:
    key = office.shows_home("pru") if step == "home" else office.pins(office.saves())
    if step in ("edit", "pin"):
        office.sender.step()
        office.sender.step()
    if step == "edit":
        office.edits(key, "once more")
    others = [office.saves(team=PRAIRIE) for _ in range(3)]
    office.kit.slack.token = "xoxb-revoked"
    made = len(office.slack.get("calls")["calls"])

    assert not office.sender.drain()
    assert not office.sender.drain()

    assert len(office.slack.get("calls")["calls"]) - made == 1
    office.kit.slack.token = "xoxb-town"
    office.passes_a_minute()
    assert office.sender.drain()
    assert {office.letter(one).state for one in (key, *others)} == {SENT}
    assert [office.posts_of(one) for one in others] == [1, 1, 1]
    assert office.letter(key).pinned == (step != "home")


@pytest.mark.parametrize("method", ["conversations.open", "views.publish"])
def test_a_permission_that_one_call_lacks_holds_only_what_needs_that_call(office: PostOffice, method: str) -> None:
    home, direct = office.shows_home("ben"), office.tells("ben", office.saves())
    others = [office.saves(), office.saves(team=PRAIRIE)]
    office.slack.fault(method, "error", error="missing_scope", times=9)

    assert office.sender.drain()

    stuck, fine = (direct, home) if method == "conversations.open" else (home, direct)
    assert (office.letter(stuck).state, office.letter(stuck).problem) == (PARKED, LACKING)
    assert {office.letter(key).state for key in (fine, *others)} == {SENT}


@pytest.mark.parametrize("step", ["post", "edit", "delete"])
def test_without_the_permission_to_write_everything_waits_and_nothing_is_lost(office: PostOffice, step: str) -> None:
    key = office.saves()
    if step != "post":
        office.sender.drain()
        office.edits(key, "once more")
    if step == "delete":
        office.recalls(key)
    others = [office.saves(team=PRAIRIE) for _ in range(2)]
    for method in ("chat.postMessage", "chat.update", "chat.delete"):
        office.slack.fault(method, "error", error="missing_scope", times=9)
    made = len(office.slack.get("calls")["calls"])

    assert not office.sender.drain()

    assert len(office.slack.get("calls")["calls"]) - made == 1
    office.slack.heals()
    office.passes_a_minute()
    assert office.sender.drain()
    assert {office.letter(one).state for one in others} == {SENT}
    assert len(office.seen_in_slack(key)) == (step != "delete")


def test_once_the_permission_is_there_one_press_brings_everything_it_held(pru: Persona, town: Town) -> None:
    pru.opens_home()
    town.slack.fault("conversations.open", "error", error="missing_scope", times=99)
    with town.kit.store.transaction() as session:
        for person in session.exec(select(Person).where(Person.slack_user != pru.user)):
            person.dm_channel = None
            outbox.say(
                session, "people/welcome", key=f"once more:{person.id}", to=f"person:{person.id}", now=town.kit.now(),
                person=person.id or 0, collaborative=1,
            )  # fmt: skip
    town.bot.settle()
    heard = {name: len(person.hears()) for name, person in town.people.items()}
    assert LACKING in texts(pru.home["blocks"])
    town.slack.heals()

    pru.presses_at_home("Try again")

    others = {name: len(person.hears()) for name, person in town.people.items() if name != "pru"}
    assert others == {name: count + 1 for name, count in heard.items() if name != "pru"}
    assert "Not delivered" not in texts(pru.home["blocks"])


@pytest.mark.parametrize("why", ["not_in_channel", "missing_scope"])
def test_where_slack_does_not_let_us_look_a_person_is_told_and_it_heals_by_itself(office: PostOffice, why: str) -> None:
    key = office.saves()
    office.slack.fault("chat.postMessage", "drop_after")
    office.slack.fault("conversations.history", "error", error=why)
    office.sender.step()
    office.has_settled()
    office.sender.settle()

    with office.kit.store.reading() as session:
        (stuck,) = outbox.parked(session)
        assert (stuck.key, stuck.state) == (key, UNKNOWN)
        assert why in stuck.problem
    with office.kit.store.transaction() as session:
        outbox.try_again(session, stuck, office.kit.now())
    assert office.sender.drain()
    assert (office.letter(key).state, office.letter(key).problem, office.posts_of(key)) == (SENT, "", 1)


def _real_time(office: PostOffice) -> datetime:
    with office.kit.store.reading() as session:
        return real_time(session)
