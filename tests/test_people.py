"""People are known by e-mail or Slack id, from the start or whenever they turn up, and welcomed once they are."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot import inbox
from bot.domain.people import Person
from bot.domain.teams import Channel, Seat
from bot.inbox import Delivery
from tests import newcomers
from tests import town as towns
from tests.cycling import cycles, logs
from tests.personas import Persona, texts
from tests.town import SMALL_TOWN, Town

WELCOME = "welcome to Small Town."


@pytest.fixture
def start() -> Iterator[Town]:
    """The people are in Slack; nothing is loaded yet."""
    with towns.before_loading() as built:
        yield built


def test_people_are_matched_by_email_whatever_its_case_and_by_slack_id(start: Town) -> None:
    start.slack.post("users", id=start.people["ana"].user, email="Ana@Example.org")

    start.load()

    with start.record() as session:
        ana, olga = newcomers.called(session, "Ana Reyes"), newcomers.called(session, "Olga Novak")
    assert (ana.workspace, ana.slack_user) == ("T0PRACTICE", start.people["ana"].user)
    assert (olga.workspace, olga.slack_user) == ("T0OTHER", "U0OLGA")


def test_the_zone_is_kept_from_the_profile_and_follows_it(town: Town, ana: Persona) -> None:
    with town.record() as session:
        assert newcomers.called(session, "Tobias Lindqvist").timezone == "Europe/Stockholm"

    town.slack.post("users", id=ana.user, tz="Asia/Tokyo")

    ana.waits_until(lambda: _zone(town, "Ana Reyes") == "Asia/Tokyo")


def test_a_zone_that_nobody_knows_is_not_kept(town: Town, ana: Persona) -> None:
    _hand_in_profile(town, ana, team="T0PRACTICE", tz="Mars/Olympus_Mons")

    with town.record() as session:
        assert newcomers.called(session, "Ana Reyes").timezone == "America/Chicago"


def test_whoever_joins_the_workspace_after_the_launch_is_known_invited_and_welcomed_once(start: Town) -> None:
    new = newcomers.comes(start, "zoe", joined=False)
    start.load(newcomers.town_with("{email: zoe@example.org, name: Zoe Lin, roles: [member]}"), launch=True)
    assert "Zoe Lin" in _waited_for(start)

    start.slack.post("act/join_workspace", user=new.user)
    start.bot.settle()
    start.bot.tick()

    assert [text for text in new.hears() if WELCOME in text] == new.hears() != []
    assert {"team-alder", "small-town"} <= {one["name"] for one in start.slack.get("see", user=new.user)["channels"]}
    start.slack.post("users", id=new.user, tz="Asia/Tokyo")
    start.slack.post("redeliver", times=2)
    start.load(launch=True)
    start.bot.tick()
    assert len(new.hears()) == 1


def test_the_team_card_has_the_name_of_somebody_who_turned_up(start: Town) -> None:
    new = newcomers.comes(start, "zoe", joined=False)
    start.load(newcomers.town_with("{email: zoe@example.org, roles: [member]}"), launch=True)
    ana = start.people["ana"]
    assert "somebody who hasn't joined yet" in str(ana.messages("team-alder"))

    start.slack.post("act/join_workspace", user=new.user)
    start.bot.settle()

    assert "somebody who hasn't joined yet" not in str(ana.messages("team-alder"))
    assert "Zoe, team member" in str(ana.messages("team-alder"))


def test_before_the_launch_whoever_joins_is_known_and_hears_nothing(start: Town) -> None:
    new = newcomers.comes(start, "zoe", joined=False)
    start.load(newcomers.town_with("{email: zoe@example.org, name: Zoe Lin, roles: [member]}"))

    start.slack.post("act/join_workspace", user=new.user)
    start.bot.settle()
    start.bot.tick()

    with start.record() as session:
        assert newcomers.called(session, "Zoe Lin").slack_user == new.user
    assert new.hears() == []
    start.load(launch=True)
    assert len(new.hears()) == 1


def test_whoever_changes_their_address_to_the_one_we_wait_for_is_known(start: Town) -> None:
    new = newcomers.comes(start, "zoe", email="old@example.org")
    start.load(newcomers.town_with("{email: zoe@example.org, name: Zoe Lin, roles: [member]}"), launch=True)

    start.slack.post("users", id=new.user, email="zoe@example.org")

    new.waits_until(lambda: _zone(start, "Zoe Lin"))
    start.bot.settle()
    assert len(new.hears()) == 1


@pytest.mark.parametrize(
    ("mark", "guest", "workspace"),
    [
        ("email: zoe@example.org", "single", None),
        ("slack: U0ZOE", "single", None),
        ("slack: U0ZOE", None, "T0OTHER"),  # Slack shows no address of another workspace
    ],
)
def test_a_guest_or_a_visitor_is_known_by_coming_into_their_teams_channel(
    start: Town, mark: str, guest: str | None, workspace: str | None
) -> None:
    start.load(newcomers.town_with("{%s, name: Zoe Lin, roles: [member]}" % mark), launch=True)  # noqa: UP031
    new = newcomers.comes(start, "zoe", id="U0ZOE", guest=guest, team_id=workspace)
    assert "Zoe Lin" in _waited_for(start)
    channel = next(one["id"] for one in start.slack.get("state")["channels"] if one["name"] == "team-alder")

    start.slack.post("act/invite", user=start.people["ana"].user, channel=channel, invited=new.user)
    start.bot.settle()
    start.bot.tick()

    assert len(new.hears()) == 1
    with start.record() as session:
        zoe = newcomers.called(session, "Zoe Lin")
        seats = session.exec(select(Seat, Channel).join(Channel).where(Seat.person_id == zoe.id)).all()
    assert (zoe.workspace, zoe.slack_user) == (workspace or "T0PRACTICE", "U0ZOE")
    assert [channel.name for seat, channel in seats if seat.invited_at] == ["team-alder"]
    assert not any(seat.problem for seat, _ in seats)
    assert new.presses("Log a first small test")["acked"]


def test_somebody_elsewhere_with_the_address_we_wait_for_is_nobody(start: Town) -> None:
    start.load(newcomers.town_with("{email: zoe@example.org, name: Zoe Lin, roles: [member]}"), launch=True)
    new = newcomers.comes(start, "zoe", team_id="T0STRANGER")
    channel = next(one["id"] for one in start.slack.get("state")["channels"] if one["name"] == "team-alder")

    start.slack.post("act/invite", user=start.people["ana"].user, channel=channel, invited=new.user)
    start.slack.post("users", id=new.user, tz="Asia/Tokyo")
    _hand_in_profile(start, new, team="T0STRANGER", email="zoe@example.org")
    start.bot.tick()

    assert new.hears() == []
    with start.record() as session:
        assert newcomers.called(session, "Zoe Lin").workspace is None


def test_apps_and_accounts_that_are_switched_off_are_nobody(start: Town) -> None:
    gone = newcomers.comes(start, "zoe", email="zoe@example.org")
    start.slack.post("act/leave_workspace", user=gone.user)

    start.load(
        newcomers.town_with(
            "{slack: UALLTEACH, name: The Bot, roles: [member]}, {slack: U0ZOE, name: Zoe, roles: [member]}"
        )
    )

    with start.record() as session:
        assert newcomers.called(session, "The Bot").workspace is None
        assert newcomers.called(session, "Zoe").workspace is None


def test_whoever_has_left_by_the_file_is_refused_kindly_whatever_they_press(town: Town, ana: Persona) -> None:
    logs(ana)
    gone = SMALL_TOWN.replace("name: Ana Reyes, ", "name: Ana Reyes, left: 2026-02-02, ")

    assert "Ana Reyes in Alder & Main: left on 2026-02-02." in town.load(gone)

    told = "You're not in this collaborative any more. If that isn't right, ask a coordinator to add you again."
    for press in ("We ran it", "Read all", "Log a PDSA cycle", "Our cycles", "All actions"):
        ana.presses(press, channel="team-alder")
        assert ana.form is None, press
    assert ana.whispers("team-alder") == [told] * 5
    assert [cycle.stage for cycle in cycles(town)] == ["plan"]
    assert texts(ana.opens_home()["blocks"]) == told
    town.load(SMALL_TOWN)  # it was a slip
    ana.presses("We ran it", channel="team-alder")
    assert ana.form


def test_whoever_s_account_is_switched_off_has_left(town: Town, ana: Persona) -> None:
    welcome = ana.dm()[0]
    user = {"id": ana.user, "team_id": "T0PRACTICE", "name": "ana", "deleted": True, "profile": {}}
    event = {"type": "user_change", "user": user, "event_ts": "1.1"}
    payload = {"type": "event_callback", "team_id": "T0PRACTICE", "event_id": "EvOFF", "event": event}
    town.slack.post("redeliver", envelope={"type": "events_api", "payload": payload})
    town.bot.settle()

    ana.presses("Log a first small test", welcome)

    assert ana.form is None
    assert "You're not in this collaborative any more." in ana.hears()[-1]


def test_somebody_who_comes_to_a_channel_and_is_nobody_of_ours_leaves_no_trace(town: Town) -> None:
    stranger = newcomers.comes(town, "stranger")
    before = len(town.slack.calls("users.info"))

    channel = next(one["id"] for one in town.slack.get("state")["channels"] if one["name"] == "small-town")
    town.slack.post("act/join", user=stranger.user, channel=channel)
    town.slack.post("users", id=stranger.user, tz="Asia/Tokyo")
    town.bot.settle()

    assert stranger.hears() == []
    assert len(town.slack.calls("users.info")) == before  # nobody is waited for, so nobody is asked for
    with town.record() as session:
        assert [person for person in session.exec(select(Person)) if person.slack_user == stranger.user] == []
        kinds = [delivery.kind for delivery in session.exec(select(Delivery))]
    assert "user_change" not in kinds


def test_who_came_while_slack_did_not_answer_is_asked_for_again(start: Town) -> None:
    start.load(newcomers.town_with("{slack: U0ZOE, name: Zoe Lin, roles: [member]}"), launch=True)
    new = newcomers.comes(start, "zoe", id="U0ZOE", team_id="T0OTHER")
    channel = next(one["id"] for one in start.slack.get("state")["channels"] if one["name"] == "team-alder")
    start.slack.fault("users.info", "500_before")

    start.slack.post("act/invite", user=start.people["ana"].user, channel=channel, invited=new.user)
    start.bot.settle()

    assert new.hears() == []
    with start.kit.store.transaction() as session:
        for delivery in inbox.left_over(session, datetime.now(UTC)):
            delivery.received_at -= timedelta(minutes=2)
            session.add(delivery)
    start.bot.tick()
    start.bot.settle()
    assert len(new.hears()) == 1


def test_a_form_opens_while_slack_is_slow_to_say_who_came(town: Town, ana: Persona) -> None:
    town.load(newcomers.town_with("{slack: U0ZOE, name: Zoe Lin, roles: [member]}"))
    before = len(town.slack.calls("users.info"))
    town.slack.fault("users.info", "slow", times=8, seconds=1.5)
    for count in range(8):
        _hand_in_arrival(town, f"U0STRANGER{count}")

    town.slack.post("act/shortcut", user=ana.user, callback_id="pdsa.new")

    ana.waits_until(lambda: ana.form)
    asked = town.slack.calls("users.info")[before:]
    assert [call.get("outcome") for call in asked] == [None] * 8
    town.slack.heals()
    town.bot.settle()


def _hand_in_profile(town: Town, person: Persona, *, team: str, email: str = "", tz: str = "") -> None:
    """Slack tells that a profile changed, with the address in it whatever workspace it is of."""
    user = {"id": person.user, "team_id": team, "name": person.name, "tz": tz, "profile": {"email": email}}
    event = {"type": "user_change", "user": user, "event_ts": "1.1"}
    payload = {"type": "event_callback", "team_id": "T0PRACTICE", "event_id": f"Ev{person.user}", "event": event}
    town.slack.post("redeliver", envelope={"type": "events_api", "payload": payload})
    town.bot.settle()


def _hand_in_arrival(town: Town, user: str) -> None:
    """Slack tells that somebody came into a channel."""
    event = {"type": "member_joined_channel", "user": user, "channel": "C0ANY", "team": "T0PRACTICE", "event_ts": "1.1"}
    payload = {"type": "event_callback", "team_id": "T0PRACTICE", "event_id": f"Ev{user}", "event": event}
    town.slack.post("redeliver", envelope={"type": "events_api", "payload": payload})


def _waited_for(town: Town) -> str:
    return next(text for text in town.people["pru"].hears() if text.startswith("Small Town: ")).partition("Not seen")[2]


def _zone(town: Town, name: str) -> str | None:
    with town.record() as session:
        return newcomers.called(session, name).timezone
