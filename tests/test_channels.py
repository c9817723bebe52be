"""The channels of a collaborative are created or adopted, once, whoever pulls the plug, and coordinators are told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.domain.people import Person
from bot.domain.teams import Channel, Seat
from bot.outbox import Letter
from tests import in_slack
from tests import town as towns
from tests.personas import Persona, texts
from tests.town import SMALL_TOWN, Town

Json = dict[str, Any]
TEAMS = ("team-alder", "team-prairie")
COMMON = ("small-town", "small-town-share", "small-town-shoutouts")
FACULTY = "small-town-faculty"
STAFF = {"pru", "imani", "tobias"}
ALL_READY = "Small Town: 6 of 6 channels ready."
ELSEWHERE = (
    "A private channel of this name exists, and Allteach isn't in it. Invite Allteach there, and it goes on at once"
)


@pytest.fixture
def start() -> Iterator[Town]:
    """The people are in Slack; nothing is loaded yet."""
    with towns.before_loading() as built:
        yield built


@pytest.fixture
def loaded() -> Iterator[Town]:
    """The file is loaded, not launched, and the bot has ticked."""
    with towns.built(launched=False) as built:
        yield built


# before launch, and at launch


def test_before_launch_channels_topics_and_cards_are_there_and_only_coordinators_are_inside(loaded: Town) -> None:
    private = {name: in_slack.channel(loaded, name)["is_private"] for name in (*TEAMS, *COMMON, FACULTY)}

    assert private == {**dict.fromkeys((*TEAMS, FACULTY), True), **dict.fromkeys(COMMON, False)}
    assert [in_slack.inside(loaded, name) for name in ("team-prairie", *COMMON, FACULTY)] == [{"the bot", "pru"}] * 5
    assert (
        in_slack.channel(loaded, "team-prairie")["topic"] == "Prairie Bend in Small Town · no patient details, please"
    )
    assert in_slack.channel(loaded, COMMON[1])["topic"].startswith("Small Town: share openly, steal shamelessly")
    (card,) = in_slack.messages(loaded, "team-prairie")
    assert card["pinned"]
    assert card["text"].startswith("Prairie Bend: team card.")
    assert [in_slack.messages(loaded, name) for name in (*COMMON, FACULTY)] == [[]] * 4


def test_before_launch_nobody_but_coordinators_hears_anything(loaded: Town) -> None:
    heard = {name: person.hears() for name, person in loaded.people.items()}

    assert heard.pop("pru") == [ALL_READY]
    assert not any(heard.values())


def test_in_an_adopted_channel_with_people_in_it_the_card_waits_for_the_launch(loaded: Town) -> None:
    assert in_slack.inside(loaded, "team-alder") == {"the bot", "pru", "gil", "olga"}
    assert in_slack.messages(loaded, "team-alder") == []

    loaded.load(launch=True)

    assert [message["pinned"] for message in in_slack.messages(loaded, "team-alder")] == [True]


def test_at_launch_everybody_is_invited_where_they_belong(loaded: Town) -> None:
    loaded.load(launch=True)

    assert in_slack.inside(loaded, "team-alder") == {"the bot", *STAFF, "ana", "ben", "gil", "olga"}
    assert in_slack.inside(loaded, "team-prairie") == {"the bot", *STAFF, "cleo"}
    assert in_slack.inside(loaded, FACULTY) == {"the bot", *STAFF}
    everybody_but_guests = {"the bot", *STAFF, "ana", "ben", "cleo"}
    assert [in_slack.inside(loaded, name) for name in COMMON] == [everybody_but_guests] * 3


def test_guests_and_visitors_do_without_the_common_channels_and_are_not_asked_in_again(town: Town) -> None:
    asked = len(town.slack.calls("conversations.invite"))

    town.bot.tick()

    assert _progress(town) == ALL_READY
    assert len(town.slack.calls("conversations.invite")) == asked


def test_a_topic_follows_what_the_file_says_and_leaves_alone_what_people_wrote(loaded: Town) -> None:
    channel = in_slack.channel(loaded, "team-prairie")["id"]
    loaded.kit.slack.call("conversations.setTopic", channel=channel, topic="Ours now")
    loaded.load()
    assert in_slack.channel(loaded, "team-prairie")["topic"] == "Ours now"

    loaded.load(
        SMALL_TOWN.replace("channel: team-prairie,", "channel: team-prairie, population_of_focus: farm families,")
    )

    assert "for farm families" in in_slack.channel(loaded, "team-prairie")["topic"]


# channels that exist already


def test_an_existing_public_channel_is_joined_and_adopted(start: Town) -> None:
    existing = in_slack.exists(start, "small-town", "ana")

    start.load()

    assert in_slack.inside(start, "small-town") == {"the bot", "ana", "pru"}
    assert _record(start, "small-town").slack_id == existing
    assert start.people["pru"].hears() == [ALL_READY]


def test_a_private_channel_waits_for_an_invitation_says_so_and_goes_on_at_once(start: Town) -> None:
    channel = in_slack.exists(start, "team-prairie", "cleo", private=True)
    pru, cleo = start.people["pru"], start.people["cleo"]

    start.load()

    assert f"#team-prairie: {ELSEWHERE}" in pru.hears()[0]
    assert "5 of 6 channels ready." in pru.hears()[0]
    start.slack.post("act/invite", user=cleo.user, channel=channel, invited="UALLTEACH")
    start.bot.settle()
    start.bot.tick()
    assert pru.hears() == [ALL_READY]
    assert in_slack.inside(start, "team-prairie") == {"the bot", "cleo", "pru"}
    assert in_slack.messages(start, "team-prairie") == []  # it had members: the card waits for the launch


def test_an_existing_public_channel_is_never_facultys(start: Town) -> None:
    in_slack.exists(start, FACULTY, "imani")

    start.load()

    sentence = (
        f"#{FACULTY}: This channel is public, and faculty's alerts are private. Make it private, or choose another"
    )
    assert sentence in start.people["pru"].hears()[0]
    assert in_slack.inside(start, FACULTY) == {"imani"}


def test_an_archived_channel_of_the_name_is_told_as_what_it_is(start: Town) -> None:
    channel = in_slack.exists(start, "small-town", "ana")
    start.slack.post("act/archive", user=start.people["ana"].user, channel=channel)

    start.load()

    assert "#small-town: An archived channel has this name. Unarchive it" in start.people["pru"].hears()[0]


def test_a_name_is_looked_for_through_all_pages_of_a_large_workspace_and_once_a_round(start: Town) -> None:
    for number in range(120):
        start.slack.post("channels", name=f"other-{number}", members=[])
    for name in COMMON:
        in_slack.exists(start, name, "ana")

    start.load()

    assert start.people["pru"].hears() == [ALL_READY]
    assert len(start.slack.calls("conversations.list")) == 1


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            "restricted_action",
            "This workspace doesn't let apps do that. Create the channel by hand and invite Allteach",
        ),
        ("invalid_name_specials", "Slack doesn't take this name. Choose another in the collaborative file."),
        ("missing_scope", "The app lacks a permission for this. Install it again from its manifest."),
        ("something_new", "Slack said no (something_new). Please look at the channel in Slack."),
    ],
)
def test_what_slack_does_not_let_us_do_is_told_with_the_way_on(start: Town, error: str, sentence: str) -> None:
    start.slack.fault("conversations.create", "error", error=error)

    start.load()

    pru = start.people["pru"]
    assert f"5 of 6 channels ready. #small-town: {sentence}" in pru.hears()[0]
    assert sentence in texts(pru.opens_home()["blocks"])
    _everything_may_be_tried_again(start)
    start.bot.tick()
    assert pru.hears() == [ALL_READY]


def test_a_channel_that_gets_another_id_by_being_shared_keeps_its_card_and_gets_what_comes(
    town: Town, ana: Persona
) -> None:
    channels, old = town.practice.world.channels, str(in_slack.channel(town, "team-alder")["id"])
    shared = channels["C0SHARED"] = channels.pop(old)
    shared.id = "C0SHARED"
    for message in shared.messages.values():
        message.channel = shared.id
    event = {"type": "channel_id_changed", "old_channel_id": old, "new_channel_id": "C0SHARED", "event_ts": "1.1"}
    told = {"type": "event_callback", "team_id": "T0PRACTICE", "event_id": "Ev1", "event": event}

    assert town.slack.post("redeliver", envelope={"type": "events_api", "payload": told})["acked"]
    town.bot.settle()
    ana.runs("/pdsa", "team-alder")
    ana.submits(change="Nadia calls", prediction="8 of 10", due="2026-02-10")

    assert "cycle 1" in ana.reads("team-alder")[-1]
    assert "1 · planned" in texts(ana.messages("team-alder")[0]["blocks"])


def test_a_channel_somebody_archived_meanwhile_is_told_and_goes_on_when_it_is_back(loaded: Town) -> None:
    channel = in_slack.channel(loaded, "team-prairie")["id"]
    loaded.slack.post("act/archive", user=loaded.people["pru"].user, channel=channel)

    loaded.load(launch=True)

    assert "#team-prairie: The channel is archived. Unarchive it, and it goes on." in _progress(loaded)
    loaded.slack.post("act/archive", user=loaded.people["pru"].user, channel=channel, undo=True)
    loaded.bot.tick()
    assert _progress(loaded) == ALL_READY
    assert "cleo" in in_slack.inside(loaded, "team-prairie")


# people who can't be put where they belong


def test_people_who_are_not_found_are_told_to_the_coordinator_with_what_to_do(start: Town) -> None:
    start.load(SMALL_TOWN.replace("cleo@example.org", "cleo.hart@example.org"))

    pru = start.people["pru"]
    assert pru.hears() == [f"{ALL_READY} Not seen in Slack yet: Cleo Hart (cleo.hart@example.org)."]
    assert "give their Slack id there as slack: U…" in texts(pru.dm()[0]["blocks"])
    assert "Cleo Hart (cleo.hart@example.org)" in texts(pru.opens_home()["blocks"])


def test_somebody_whose_account_is_switched_off_keeps_nobody_out(loaded: Town) -> None:
    loaded.slack.post("act/leave_workspace", user=loaded.people["ana"].user)

    loaded.load(launch=True)

    assert _progress(loaded) == ALL_READY
    assert {"ben", "cleo"} <= in_slack.inside(loaded, "small-town")


def test_somebody_of_another_workspace_is_waited_for_until_they_are_in_the_shared_channel(start: Town) -> None:
    text = SMALL_TOWN.replace("{slack: U0OLGA, name: Olga Novak, roles: [tech_expert]}]", "]").replace(
        "members: [{email: cleo", "members: [{slack: U0OLGA, name: Olga Novak, roles: [tech_expert]}, {email: cleo"
    )

    start.load(text, launch=True)

    olga = "Olga Novak (U0OLGA) isn't in #team-prairie yet: From another workspace: share the channel with theirs"
    assert olga in _progress(start)


# told as it goes


def test_progress_is_one_message_edited_at_most_once_in_fifteen_seconds_and_at_the_end(start: Town) -> None:
    start.load()

    assert start.people["pru"].hears() == [ALL_READY]
    edits = [call for call in start.slack.calls("chat.update") if "channels ready" in call["arguments"]["text"]]
    assert edits == []  # nobody waited for one: it was all one round
    with start.kit.store.transaction() as session:
        before = session.exec(select(Letter).where(Letter.message == "channels/progress")).one()
        channel = session.exec(select(Channel).where(Channel.purpose == "share")).one()
        channel.problem = "Something new."
        session.add(channel)
        assert before.sent_at is not None
    start.bot.tick()  # all are ready, so it is told at once
    assert start.people["pru"].hears() == [f"{ALL_READY} #small-town-share: Something new."]


def test_within_fifteen_seconds_of_the_last_edit_only_the_end_is_told(start: Town) -> None:
    channel = in_slack.exists(start, "team-prairie", "cleo", private=True)
    in_slack.exists(start, "small-town-share", "ana")
    start.slack.fault("conversations.join", "error", error="restricted_action")
    start.load()
    pru = start.people["pru"]
    first = pru.hears()[0]
    assert "4 of 6 channels ready" in first

    _everything_may_be_tried_again(start)
    start.bot.tick()

    assert pru.hears() == [first]  # five now, but told a moment ago
    with start.kit.store.transaction() as session:
        letter = session.exec(select(Letter).where(Letter.message == "channels/progress")).one()
        letter.sent_at = datetime.now(UTC) - timedelta(seconds=16)
        session.add(letter)
    start.bot.tick()
    assert "5 of 6 channels ready" in pru.hears()[0]
    start.slack.post("act/invite", user=start.people["cleo"].user, channel=channel, invited="UALLTEACH")
    start.bot.settle()
    start.bot.tick()
    assert pru.hears() == [ALL_READY]


def _everything_may_be_tried_again(town: Town) -> None:
    """Time passes until what stood in the way is looked at again."""
    with town.kit.store.transaction() as session:
        for row in (*session.exec(select(Channel)), *session.exec(select(Seat))):
            row.retry_at = None
            session.add(row)
        for person in session.exec(select(Person)):
            person.looked_for_at = None
            session.add(person)


def _progress(town: Town) -> str:
    """What the coordinator is told of the channels, as it reads now."""
    return next(text for text in town.people["pru"].hears() if text.startswith("Small Town: "))


def _record(town: Town, name: str) -> Channel:
    with town.record() as session:
        return session.exec(select(Channel).where(Channel.name == name)).one()
