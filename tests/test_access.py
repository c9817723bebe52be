"""Whatever can be pressed, sent or typed is checked on the server, for the record it touches: a generated matrix."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot import app
from bot.access import ACTS, Actor
from bot.domain import polls, sheet_drafts
from bot.domain.adaptations import Adaptation
from bot.domain.alerts import Alert
from bot.domain.asks import Ask
from bot.domain.broadcasts import Broadcast
from bot.domain.callsheets import CallSheet
from bot.domain.checkins import CheckIn, CheckInAnswer
from bot.domain.commitments import Commitment
from bot.domain.endings import Ending
from bot.domain.exit_talks import ExitTalk
from bot.domain.idea_permissions import Permission
from bot.domain.ideas import Idea
from bot.domain.measures import OptOut
from bot.domain.medians import NewMedian
from bot.domain.minutes import Minutes
from bot.domain.moments import Moment
from bot.domain.people import STAFF_ROLES, TEAM_ROLES, Membership, Person
from bot.domain.polls import Poll
from bot.domain.questions import Question
from bot.domain.replies import Reply
from bot.domain.scores import Scoring
from bot.domain.shoutouts import Shoutout
from bot.domain.sponsors import OnePager
from bot.domain.stories import Story
from bot.domain.submissions import Submission
from bot.domain.teams import Team, TeamInBrief
from bot.errors import Refused
from bot.routes import recorded
from tests import town as towns
from tests.cycling import TEST, cards, everything_stored, logs, only_people_are_heard, sends_again
from tests.personas import Json, Persona, texts
from tests.town import Town

ROUTES = recorded(app.FEATURES)
COMMANDS = (
    "/pdsa", "/pdsa list", "/pdsa 1", "/pdsa find x", "/allteach pdsa", "/allteach pdsa list", "/allteach home",
    "/timeoff", "/timeoff back", "/timeoff until yesterday", "/allteach away", "/data", "/data january", "/data fix",
    "/data view", "/data template", "/data report", "/allteach data", "/share", "/share Calls", "/allteach share",
    "/steal", "/steal x", "/allteach steal",
    "/shoutout", "/shoutout @ana for x", "/allteach shoutout", "/calls", "/calls new", "/calls poll",
    "/allteach calls",
    "/allteach digest", "/allteach ask who", "/broadcast", "/broadcast x", "/allteach broadcast", "/allteach retention",
    "/allteach leave",
)  # fmt: skip
EVERYTHING = [
    *(("command", line) for line in COMMANDS),
    *(("action", name) for name in ROUTES.actions),
    *(("view", name) for name in ROUTES.views),
    *(("shortcut", name) for name in ROUTES.shortcuts),
]
IN_A_FORM = (
    "pdsa.more", "pdsa.already_ran", "pdsa.not_yet", "pdsa.fresh", "pdsa.unedit", "pdsa.delete", "drafts.empty",
    "measures.more", "measures.details", "measures.restart", "measures.before", "measures.after", "ideas.unedit",
    "changes.before", "changes.after", "changes.adapt", "polls.more", "minutes.more", "minutes.fresh",
    "readiness.change", "scores.before", "scores.after",
    "broadcasts.as_team", "broadcasts.count", "broadcasts.before", "broadcasts.after", "broadcasts.try_again",
    *(FINDING := [f"steal.{what}" for what in "words driver organization order only back more".split()]),
)  # fmt: skip
OF_TWO = ("broadcasts.got_it", "broadcasts.trial", "sponsors.send")  # buttons that speak of two rows
SILENT = ("value", "value.anew")  # a letter typed in a form: nobody waits for an answer
THEIR_OWN = (  # what opens one's own things, whoever of the collaborative one is
    "home.overview",
    "/pdsa find x", "/allteach home", "home.actions", "pdsa.library", "pdsa.search", "pdsa.new", "drafts.empty",
    "/timeoff", "/timeoff back", "/timeoff until yesterday", "/allteach away", "timeoff.open", "timeoff.back",
    "timeoff.saved", "words.rest", "hours.open", "hours.saved", "privacy.where", "measures.new", "/data template",
    "/shoutout", "/shoutout @ana for x", "/allteach shoutout", "shoutouts.open", "shoutouts.list", "shoutouts.given",
    "shoutouts.from_message",
    "calls.coming", "calls.cannot", "calls.someone", "calls.named", "presenting.swap", "presenting.swapped",
    "/calls", "/allteach calls", "events.list", "attendance.here", "arrivals.open",
    "arrivals.told", "preparations.tick", "preparations.untick",
    *(f"pulse.{score}" for score in "one two three four five".split()),
    "ideas.new", "ideas.from_message", "ideas.read", "ideas.spread",  # what was shared is for all teams
    "changes.open", "changes.before", "changes.after", "changes.read", "changes.test",
    "/steal", "/steal x", "/allteach steal", "steal.open", "steal.search", *FINDING,
    "/allteach ask who", "questions.new_peers", "questions.new_faculty", "words.ask", "words.ask_faculty",
    "replies.answer", "replies.told", "replies.from_message", "replies.share",
)  # fmt: skip
ANYBODYS = (
    "privacy.report", "privacy.report_checkin", "privacy.report_question", "privacy.report_reply",
    "privacy.report_change", "privacy.report_message", "privacy.report_numbers", "privacy.report_moment",
    "privacy.report_idea", "privacy.report_adaptation", "privacy.report_shoutout", "privacy.report_event",
    "strata.report", "privacy.report_poll", "privacy.report_minutes", "privacy.report_note", "privacy.report_tasks",
    "privacy.report_alert", "privacy.report_broadcast", "privacy.report_ending", "privacy.report_callsheet",
    "privacy.report_onepager", "privacy.report_score", "privacy.report_needs", *SILENT,
)  # fmt: skip  # whoever sees words may report them
REFUSALS = (
    "I don't know you yet, so I can't do that. Ask your coordinator",
    "You're not in this collaborative any more. If that isn't right, ask a coordinator",
    "That's for ",
    "Only people of ",
    "You're not in a team, so there is nowhere to log a cycle. Teams log their own",
    "You're not in a team, so there are no numbers to send.",
    "This question isn't for you",
    "Questions here are asked by teams, and you're in none.",
)


@pytest.fixture(scope="module")
def town() -> Iterator[Town]:
    """One town for the whole matrix: nothing in it leaves a trace."""
    with towns.built() as built:
        only_people_are_heard(built)
        logs(built.people["ana"])
        with built.kit.store.transaction() as session:
            gil = session.exec(select(Person).where(Person.email == "gil@example.org")).one()
            member = session.exec(select(Membership).where(Membership.person_id == gil.id)).one()
            member.left_at = datetime.now(UTC)
            session.add(member)
            day = date(2026, 2, 2)
            session.add(CheckIn(team_id=1, since=day, opens=day, closes=date(2027, 1, 1), day=day, every="week"))
            session.flush()
            ana, now = session.exec(select(Person).where(Person.name == "Ana Reyes")).one(), built.kit.now()
            session.add(CheckInAnswer(check_in_id=1, person_id=ana.id or 0, mood="heavy", answered_at=now))
            asked = Question(
                collaborative_id=1, team_id=1, person_id=ana.id, to="faculty", text="Who helps?", asked_at=now
            )
            session.add(asked)
            session.add(
                Question(collaborative_id=1, team_id=1, person_id=ana.id, to="peers", text="Who?", asked_at=now)
            )
            session.flush()
            session.add(Reply(question_id=2, team_id=2, person_id=1, text="We do", at=now))
            session.add(Submission(team_id=1, period=date(2026, 1, 1), due=date(2026, 2, 16)))
            session.add(Story(team_id=1, month=date(2026, 1, 1), person_id=ana.id or 0, words="Snow", at=now))
            session.add(OptOut(team_id=1, measure_id=1, since=date(2026, 9, 1), person_id=ana.id or 0, at=now))
            month = date(2026, 9, 1)
            session.add(NewMedian(team_id=1, measure_id=1, month=month, annotation="Stays", person_id=1, at=now))
            session.add(Adaptation(idea_id=1, team_id=1, words="In Spanish", person_id=1, at=now))
            session.add(Moment(measure_id=1, team_id=1, person_id=1, at=now, see="It rises"))
            session.add(Idea(
                collaborative_id=1, team_id=1, person_id=ana.id or 0, title="Calls", what="We call", shared_at=now,
            ))  # fmt: skip
            session.add(Permission(
                collaborative_id=1, permalink="https://small-town.slack.com/x", said_at=now, author_id=ana.id or 0,
                asked_by=1, asked_at=now,
            ))  # fmt: skip
            session.add(Broadcast(
                collaborative_id=1, person_id=1, form="V1", words="Hello", drafted_at=now, goes_at=now, begun_at=now,
                last_at=now, settled_at=now,
            ))  # fmt: skip
            session.add(Shoutout(collaborative_id=1, team_id=1, person_id=ana.id or 0, words="The call", at=now))
            poll = Poll(
                collaborative_id=1, person_id=1, title="A call", kind="call", minutes=60, asks_all=False, opened_at=now,
                closes=now + timedelta(days=1),
            )  # fmt: skip
            polls.propose(session, poll, [now + timedelta(days=2)], [session.get_one(Team, 1)])
            session.add(Minutes(event_id=1, planned=now, person_id=1, said="Calls work", at=now))
            session.flush()
            session.add(Commitment(minutes_id=1, row=1, team_id=1, words="Call ten", due=day))
            session.add(Alert(team_id=1, reason="quiet", opened_at=now))
            session.add(Ending(team_id=1, how="lapsed", day=day, at=now, back_on=day, words="They were tired"))
            session.flush()
            session.add(ExitTalk(ending_id=1, held_on=day, gained="Friends", person_id=1, at=now))
            session.add(
                CallSheet(team_id=1, person_id=1, at=now, note="Short of people", agreed="Call ten", offered_to=4)
            )
            session.add(OnePager(team_id=1, period=date(2026, 1, 1), barrier="Phones", person_id=ana.id or 0, at=now))
            session.add(Scoring(team_id=1, period="ap1", opens=day, closes=day))
            sheet_drafts.drop(session, person=ana.id or 0, file="F1", team=1, now=now)
            key = f"pdsa:1:due:{TEST['due']}"
            session.add(Ask(key=key, kind="pdsa.due", team_id=1, subject=1, opened_at=built.kit.now()))
        yield built


@pytest.fixture(scope="module")
def stranger(town: Town) -> Persona:
    """Somebody in the workspace whom the collaborative doesn't know."""
    user = town.slack.post("users", name="mallory", real_name="Mallory", email="mallory@example.org")["id"]
    return Persona("mallory", user, town.slack, town.bot.settle)


def test_a_stranger_is_refused_everything(town: Town, stranger: Persona) -> None:
    before = everything_stored(town)
    allowed = [name for kind, name in EVERYTHING if not _is_refused(town, stranger, kind, name) and name not in SILENT]

    assert allowed == []
    assert everything_stored(town) == before


def test_a_removed_member_is_refused_everything(town: Town) -> None:
    before, gil = everything_stored(town), town.people["gil"]
    allowed = [name for kind, name in EVERYTHING if not _is_refused(town, gil, kind, name) and name not in SILENT]

    assert allowed == []
    assert everything_stored(town) == before


def test_a_member_of_another_team_is_refused_what_is_not_theirs(town: Town) -> None:
    before, cleo = everything_stored(town), town.people["cleo"]
    others = [(kind, name) for kind, name in EVERYTHING if name not in ANYBODYS]
    allowed = [name for kind, name in others if not _is_refused(town, cleo, kind, name)]

    assert allowed == [name for _, name in others if name in THEIR_OWN]
    assert everything_stored(town) == before


@pytest.mark.parametrize("who", ["imani", "tobias", "pru"])
def test_faculty_coach_and_coordinator_read_and_write_nothing(town: Town, who: str) -> None:
    before = everything_stored(town)
    of_teams = [(kind, name) for kind, name in EVERYTHING if name.startswith(("pdsa.", "teams."))]
    allowed = [name for kind, name in of_teams if not _is_refused(town, town.people[who], kind, name)]

    reading = ("pdsa.read", "pdsa.list", "teams.list", *THEIR_OWN)
    assert allowed == [name for _, name in of_teams if name in reading and name != "pdsa.new"]
    assert everything_stored(town) == before


def test_the_same_user_id_in_another_workspace_is_somebody_else(town: Town, ana: Persona) -> None:
    impostor = _payload(town, "action", "pdsa.ran")
    impostor["payload"]["user"] = {"id": ana.user, "name": "ana", "username": "ana", "team_id": "T0EVIL"}
    impostor["payload"]["team"] = {"id": "T0EVIL", "domain": "evil"}
    before = everything_stored(town)

    sends_again(town, impostor)

    assert ana.hears()[-1].startswith("I don't know you yet")
    assert everything_stored(town) == before


def test_a_forged_form_shows_nothing_of_another_team(town: Town, ana: Persona) -> None:
    """Its own ids say that it follows a cycle of theirs; growing it would quote what they learned."""
    cleo = town.people["cleo"]
    for name in ("pdsa.more", "pdsa.fresh"):
        forged = _payload(town, "action", name)
        forged["payload"]["view"]["private_metadata"] = '{"parent": 1, "team": 2, "subject": "after:1"}'
        sends_again(town, forged, cleo)
        assert cleo.hears()[-1].startswith("That's for the members of Alder")
    assert TEST["change"] not in texts((cleo.form or {"blocks": []})["blocks"])


@pytest.mark.parametrize(
    ("who", "asked"),
    [
        ("cleo", "Ask one of them, or write to your coordinator."),
        ("imani", "Ask one of them, or write to your coordinator."),
        ("pru", "Ask one of them."),  # she coordinates
    ],
)
def test_a_refusal_names_whom_to_ask_and_sends_no_coordinator_to_the_coordinator(
    town: Town, who: str, asked: str
) -> None:
    told = _told(town, town.people[who], "action", "pdsa.ran")

    assert told == f"That's for the members of Alder &amp; Main and the director. {asked}"


def test_who_may_not_read_is_told_who_does(town: Town) -> None:
    told = _told(town, town.people["cleo"], "action", "pdsa.read")

    whom = "the members of Alder &amp; Main, its coach and faculty"
    assert told == f"That's for {whom}. Ask one of them, or write to your coordinator."


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("team", [None, TeamInBrief(9, 1, "Elm {2}", "UTC", None, "active")])
def test_every_refusal_reads_as_a_sentence(act: str, team: TeamInBrief | None) -> None:
    with pytest.raises(Refused) as refused:
        Actor(1, "Ana", ()).must(act, collaborative=1, team=team)

    assert re.fullmatch(
        r"That's for ([a-z].*)\. Ask one of them(, or write to your coordinator)?\.", str(refused.value)
    )
    assert ("Elm {2}" if team else "the team") in str(refused.value) or "{team}" not in ACTS[act][2]
    assert str(refused.value).count("coordinator") == 1


def test_every_role_and_every_act_is_in_the_table() -> None:
    for act, (own, anywhere, whom) in ACTS.items():
        assert own | anywhere <= {*STAFF_ROLES, *TEAM_ROLES}, act
        assert own | anywhere, act
        assert whom, act
    assert {"director"} == ACTS["cycle.write"][1]


def test_nothing_of_all_this_left_a_trace(town: Town, ana: Persona) -> None:
    (message,) = cards(ana)
    assert "cycle 1, planned. We try: Nadia calls the next 10 callers." in message["text"]


def _is_refused(town: Town, person: Persona, kind: str, name: str) -> bool:
    return _told(town, person, kind, name).startswith(REFUSALS)


def _told(town: Town, person: Persona, kind: str, name: str) -> str:
    """What somebody is told who does this to the records of Alder & Main; nothing, where it simply opens."""
    before = _newest(person)
    answer = sends_again(town, _payload(town, kind, name), person)
    if kind == "view" and answer.get("errors"):
        return str(next(iter(answer["errors"].values())))
    told = _newest(person)
    return str(told["text"]) if told and told != before else ""


def _newest(person: Persona) -> Json | None:
    """What the bot told them last; counting all it ever told them would end where the page shows no more."""
    return next((message for message in reversed(person.dm()) if message.get("bot")), None)


def _payload(town: Town, kind: str, name: str) -> Json:
    """As Slack would send it from the channel of Alder & Main, about row 1: its cycle, its team, its collaborative."""
    channel = next(one for one in town.practice.world.channels.values() if one.name == "team-alder")
    place = {"id": channel.id, "name": channel.name}
    if kind == "command":
        command, _, text = name.partition(" ")
        typed = {"command": command, "text": text, "channel_id": channel.id, "trigger_id": "1.2.expired", "user_id": ""}
        return {"type": "slash_commands", "payload": typed}
    payload: Json = {"trigger_id": f"{name}.expired", "user": {}, "team": {}}
    if kind == "view":
        payload |= {"type": "view_submission", "view": _form(name)}
    elif kind == "shortcut":
        message = {"ts": "1.2", "text": "Ring them", "user": "U0SOMEBODY"}
        about = {"type": "message_action", "channel": place, "message": message} if "message" in name else {}
        payload |= {"type": "shortcut", "callback_id": name, **about}
    else:
        pressed = {"type": "button", "action_id": name, "block_id": "b", "value": "1", "action_ts": "1.2"}
        pressed |= {"value": "1:1"} if name in OF_TWO else {}
        payload |= {"type": "block_actions", "actions": [pressed]}
        inside = {"view": _form("pdsa.start"), "container": {"type": "view"}}
        outside = {"channel": place, "message": {"ts": "1.2", "blocks": []}, "container": {"type": "message"}}
        payload |= inside if name in IN_A_FORM or name in SILENT else outside
    return {"type": "interactive", "payload": payload}


def _form(callback: str) -> Json:
    """A form with something in every box, about row 1."""
    words: dict[str, Any] = {**TEST, "happened": "9", "learned": "7", "topic": "Calls", "people": "3", "words": "x"}
    words |= {"mood": "steady", "question": "Who helps?", "answer": "We do", "title": "Calls", "what": "We call"}
    words |= {"person": "U0SOMEBODY"}
    days = {"due": TEST["due"], "held_on": "2026-02-01"}
    values = {name: {"value": {"type": "plain_text_input", "value": value}} for name, value in words.items()}
    values |= {name: {"value": {"type": "datepicker", "selected_date": day}} for name, day in days.items()}
    ids: dict[str, Any] = {
        "cycle": 1, "version": 1, "seen": 1, "ask": 1, "team": 1, "collaborative": 1, "coach": 1, "subject": "new",
    }  # fmt: skip
    ids |= {
        "checkin": 1,
        "question": 1,
        "chosen": {},
        "event": 1,
        "planned": 1,
        "starts": 0,
        "period": "2026-01-01",
        "measure": 1,
        "sheet": 1,
        "idea": 1,
        "poll": 1,
        "alert": 1,
        "broadcast": 1,
        "how": "lapsed",
        "ending": 1,
        "onepager": 1,
        "turn": 1,
        "teams": {"1": 0},
    }
    element = {"type": "plain_text_input", "action_id": "value"}
    return {
        "id": f"V{callback}", "type": "modal", "callback_id": callback, "private_metadata": json.dumps(ids),
        "title": {"type": "plain_text", "text": "A form"}, "state": {"values": values},
        "blocks": [{"type": "input", "block_id": name, "element": element} for name in values],
    }  # fmt: skip
