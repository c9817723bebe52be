"""Slack may deliver anything twice, or be cut off: each event, click and form counts once, and none is lost."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select, update

from bot import inbox
from bot.domain import pdsa
from bot.errors import Gone
from bot.inbox import Delivery, Repeated
from bot.troubles import SAVED_BEFORE
from jobs import inbox as inbox_job
from tests.cycling import cards, cycles, last_sent, logs, only_people_are_heard, sends_again
from tests.personas import Persona, texts
from tests.post_office import PostOffice
from tests.test_store import locked
from tests.town import Town

EVENT = {
    "type": "event_callback", "event_id": "Ev1", "team_id": "T1",
    "event": {"type": "message", "channel_type": "im", "user": "U1", "channel": "D1", "ts": "1.2", "text": "Ida fell",
              "files": [{"id": "F1", "name": "Ida.csv"}]},
}  # fmt: skip
NOW = datetime(2026, 2, 2, 15, tzinfo=UTC)


def test_an_event_delivered_three_times_is_answered_once(town: Town, ana: Persona) -> None:
    before = len(ana.hears())
    ana.writes("We called ten people")

    assert town.slack.post("redeliver", times=2)["acked"] == 2
    town.bot.settle()

    assert len(ana.hears()) == before + 1


def test_a_form_submitted_again_is_stored_once_and_closes_and_one_that_was_changed_says_so(
    town: Town, ana: Persona
) -> None:
    only_people_are_heard(town)
    logs(ana)
    submitted = last_sent(town)
    form = submitted["payload"]["view"]
    boxes = form["blocks"]

    assert [sends_again(town, submitted) for _ in range(2)] == [{}, {}]

    form["state"]["values"]["change"]["value"]["value"] += ", and twice"
    answers = []
    for _ in range(2):
        answers.append(sends_again(town, submitted))
        form["blocks"] = answers[-1]["view"]["blocks"]

    for answer in answers:
        assert answer["response_action"] == "update"
        assert SAVED_BEFORE in texts(answer["view"]["blocks"][:1])
        assert answer["view"]["blocks"][1:] == boxes  # whatever was changed since stands on in them
        assert answer["view"]["private_metadata"] == form["private_metadata"]
    assert len(cycles(town)) == 1
    assert len(cards(ana)) == 1


def test_a_button_pressed_by_two_people_at_once_is_counted_for_the_first_and_told_to_the_second(
    town: Town, ana: Persona, ben: Persona
) -> None:
    logs(ana)
    ana.presses("We ran it")
    ben.presses("We ran it")
    ana.submits(happened="9 called")

    told = ben.submits(happened="8 called")

    assert "somebody already told what happened" in str(told["errors"])
    assert [cycle.happened for cycle in cycles(town)] == ["9 called"]


def test_an_event_that_comes_while_the_record_is_locked_is_sent_again_by_slack_and_counts(
    town: Town, ana: Persona
) -> None:
    town.slack.post("limits", on=False, retry_delays=[0.1, 0.1, 0.1])
    before = len(ana.hears())
    with locked(town.kit.store):
        town.slack.post("act/message", user=ana.user, app=True, text="We called ten people")

    def is_answered() -> bool:
        town.bot.settle()
        return len(ana.hears()) > before

    ana.waits_until(is_answered)
    assert len(ana.hears()) == before + 1


def test_what_is_kept_of_an_event_are_ids_and_never_words(office: PostOffice) -> None:
    with office.kit.store.transaction() as session:
        inbox.note(session, EVENT, NOW)

    with office.kit.store.reading() as session:
        kept = session.get_one(Delivery, "event:Ev1")
    assert "Ida" not in str(kept.model_dump())
    assert (kept.payload["event"]["channel"], kept.payload["event"]["files"]) == ("D1", [{"id": "F1"}])


def test_an_event_whose_effect_came_is_not_handed_in_again(office: PostOffice) -> None:
    with office.kit.store.transaction() as session:
        inbox.note(session, EVENT, long_ago())
    with office.kit.store.transaction() as session:
        inbox.count(session, EVENT, NOW)

    assert handed_in(office) == []
    with pytest.raises(Repeated), office.kit.store.transaction() as session:
        inbox.count(session, EVENT, NOW)


def test_an_event_whose_effect_never_came_is_handed_in_five_times_and_then_forgotten(office: PostOffice) -> None:
    with office.kit.store.transaction() as session:
        inbox.note(session, EVENT, long_ago())

    assert [len(handed_in(office)) for _ in range(7)] == [1, 1, 1, 1, 1, 0, 0]

    with office.kit.store.transaction() as session:
        session.exec(update(Delivery).values(received_at=long_ago() - timedelta(days=4)))
    inbox_job.forget(office.kit)
    with office.kit.store.reading() as session:
        assert session.exec(select(Delivery).where(col(Delivery.key) == "event:Ev1")).all() == []


def test_an_event_is_given_a_minute_before_it_is_handed_in_again(office: PostOffice) -> None:
    with office.kit.store.transaction() as session:
        inbox.note(session, EVENT, datetime.now(UTC))

    assert handed_in(office) == []


def test_whoever_comes_again_gets_the_first_answer(office: PostOffice) -> None:
    first = {"response_action": "clear"}
    with office.kit.store.transaction() as session:
        inbox.once(session, "form:V1", "pdsa.start", NOW, answer=first)

    with pytest.raises(Repeated) as repeated, office.kit.store.transaction() as session:
        inbox.once(session, "form:V1", "pdsa.start", NOW, answer={"response_action": "other"})

    assert repeated.value.answer == first


def test_a_delivery_whose_transaction_did_not_hold_was_not_counted(office: PostOffice) -> None:
    with suppress(Gone), office.kit.store.transaction() as session:
        inbox.once(session, "form:V1", "pdsa.start", NOW)
        pdsa.get(session, 99)

    with office.kit.store.transaction() as session:
        inbox.once(session, "form:V1", "pdsa.start", NOW)


def handed_in(office: PostOffice) -> list[dict[str, Any]]:
    """What the job hands in when it looks now."""
    seen: list[dict[str, Any]] = []
    office.kit.hand_in = seen.append
    inbox_job.replay(office.kit)
    return seen


def long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=5)
