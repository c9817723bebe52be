"""What a new feature may forget is named here, with its file: listeners, buttons, words, examples, scopes, limits."""

import ast
import inspect
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot import app, dispatching, forms, gallery, routes, settings, voice
from bot.commands import manifest
from bot.domain import measures, pdsa, points, polls, sheet_drafts, shoutouts, strata
from bot.domain.absences import Absence
from bot.domain.alerts import Alert
from bot.domain.broadcasts import Broadcast
from bot.domain.callsheets import CallSheet
from bot.domain.checkins import CheckIn, CheckInAnswer
from bot.domain.collaborative_file import reader
from bot.domain.collaboratives import Collaborative
from bot.domain.commitments import Commitment
from bot.domain.contacts import Outreach
from bot.domain.covers import Cover
from bot.domain.endings import Ending
from bot.domain.entries import Entry
from bot.domain.events import EventChange
from bot.domain.idea_permissions import Permission
from bot.domain.ideas import Idea, Steal
from bot.domain.loading import loader
from bot.domain.measures import Measure
from bot.domain.minutes import Minutes
from bot.domain.moments import Moment
from bot.domain.notes import Note
from bot.domain.participant_files import ParticipantFile
from bot.domain.pdsa_drafts import CycleDraft
from bot.domain.people import Person
from bot.domain.polls import Poll
from bot.domain.preparations import Task
from bot.domain.questions import Question
from bot.domain.replies import Reply
from bot.domain.scores import Scoring
from bot.domain.shoutouts import Shoutout, Thanked
from bot.domain.sponsors import OnePager
from bot.domain.submissions import Submission
from bot.domain.teams import Channel, Team
from bot.homes import letters
from bot.kit import Kit
from bot.planning import asking, late
from bot.routes import Routes
from bot.running import opened
from bot.sandbox import scopes
from bot.sandbox.web_api import METHODS
from tests import sources
from tests.shown import templates, usual

Json = dict[str, Any]
SAYING = ("outbox.say", "outbox.say_once", "outbox.answer", "outbox.pin", "outbox.plan")
SHOWING = ("answers.open_view", "answers.replace_view", "kit.templates.render", "_open")
IN_PUBLIC = ("team:", "channel:", "home:")  # how addresses begin; one that can't be told counts as a person's
CALLING = ("kit.slack.call", "self._kit.slack.call", "self.kit.slack.call", "slack.call")
KEPT_BY_SLACK = set(
    """
    active anon apps archive away call canvas close collapse dm dnd expand feed feedback help huddle invite
    invite_people join keys kick leave list me msg mute open part poll prefs pro remind remove rename s search
    shortcuts shrug star status todo topic unarchive who workflow
    """.split()
)
SCOPES_OF_EVENTS = {
    "app_home_opened": (),
    "channel_archive": ("channels:read",),
    "channel_id_changed": ("channels:read", "groups:read"),
    "channel_unarchive": ("channels:read",),
    "group_archive": ("groups:read",),
    "group_unarchive": ("groups:read",),
    "member_joined_channel": ("channels:read", "groups:read"),
    "member_left_channel": ("channels:read", "groups:read"),
    "message.im": ("im:history",),
    "team_join": ("users:read",),
    "user_change": ("users:read",),
}
CONVERSATIONS_OF = {
    "conversations.open": ["im"],
    "conversations.join": ["channel"],
    "conversations.history": ["channel", "group", "im"],
    "conversations.replies": ["channel", "group", "im"],
}


@cache
def registered() -> Routes:
    """Everything people can do."""
    return routes.recorded(app.FEATURES)


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    """The kit of a bot that was never started."""
    made = opened(settings.read(ALLTEACH_CLOCK="slack", ALLTEACH_DATABASE_URL=f"sqlite:///{tmp_path / 'allteach.db'}"))
    yield made
    made.store.close()


def test_every_file_with_listeners_is_a_feature() -> None:
    features = {feature.__name__ for feature in app.FEATURES}

    forgotten = [one.path for one in sources.of("handlers") if _listens(one) and one.module not in features]

    assert not forgotten, f"not in FEATURES of bot/app.py: {forgotten}"


def test_every_file_of_jobs_ticks(kit: Kit) -> None:
    ticking = {job.func.__module__ for job in app.schedule(kit, app.sender(kit)).get_jobs()}

    forgotten = [one.path for one in sources.of("jobs") if one.module not in {*ticking, "jobs"}]

    assert not forgotten, f"bot/app.py does not schedule {forgotten}"


def test_listeners_ask_only_for_what_they_are_given() -> None:
    asked = {
        _told(listener, f"{listener.__name__} asks for {name}")
        for listener in registered().listeners()
        for name in inspect.signature(listener).parameters
        if name not in dispatching.GIVEN
    }

    assert not asked


def test_every_button_and_box_is_answered() -> None:
    unanswered = {
        f"templates/{shown.name}: {action}"
        for shown in usual()
        for action in shown.actions() - set(registered().actions)
    }

    assert not unanswered


def test_every_action_that_is_answered_is_offered() -> None:
    offered = set(forms.BOXES).union(*(shown.actions() for shown in usual()))  # one of them where a box is shown anew

    idle = {_told(listener, name) for name, listener in registered().actions.items() if name not in offered}

    assert not idle, "no template offers these"


def test_every_menu_that_asks_for_its_choices_is_answered_and_the_reverse() -> None:
    asking = set().union(*(shown.menus() for shown in usual()))

    assert asking == set(registered().menus)


def test_every_form_that_is_sent_is_read_and_every_form_that_is_read_exists() -> None:
    sent = {shown.payload["callback_id"]: shown.name for shown in usual() if shown.payload.get("submit")}

    unread = {f"templates/{name}: {form}" for form, name in sent.items() if form not in registered().views}
    unsent = {_told(listener, form) for form, listener in registered().views.items() if form not in sent}

    assert not unread
    assert not unsent


def test_every_form_that_tells_when_it_is_closed_is_heard() -> None:
    telling = {shown.payload["callback_id"]: shown.name for shown in usual() if shown.payload.get("notify_on_close")}

    unheard = {f"templates/{name}: {form}" for form, name in telling.items() if form not in registered().closings}
    silent = {_told(listener, form) for form, listener in registered().closings.items() if form not in telling}

    assert not unheard
    assert not silent


def test_every_template_has_an_example_and_every_example_a_template() -> None:
    assert gallery.names() == templates().names()


def test_every_message_has_a_voice_and_every_voice_a_message() -> None:
    messages = {shown.name for shown in usual() if shown.surface != "modal"}

    assert messages == set(voice.MESSAGES)


def test_every_message_has_a_name_by_which_lists_of_letters_tell_it() -> None:
    assert set(letters.KINDS) == set(voice.MESSAGES)


def test_every_message_says_in_its_text_what_it_is_about() -> None:
    wordless = {shown.name for shown in usual() if shown.surface == "message" and len(shown.payload["text"]) < 20}

    assert not wordless


def test_what_the_code_says_and_shows_exists() -> None:
    said = {(at, name) for at, name, _ in _said()}
    shown = {(at, name) for at, name in _named(SHOWING)}

    assert not [f"{at} says {name}" for at, name in said if name not in voice.MESSAGES]
    assert not [f"{at} shows {name}" for at, name in shown if name not in templates().names()]
    assert {name for _, name in said | shown} | {"home/view"} == set(templates().names())


def test_examples_have_the_shape_of_what_the_voice_gathers(kit: Kit) -> None:
    named = "cycle team person collaborative stamp receipt checkin question change version was starts channel".split()
    named += (
        "submission measure sheet moment idea permission stratum shoutout reply event planned by what hosts".split()
    )
    named += ["poll", "broadcast", "callsheet", "other", "takes"]
    named += "minutes note task participants".split()
    named += "alert again teams ending onepager turn contact".split()
    about = dict.fromkeys(named, 1) | {"day": date(2026, 2, 3).toordinal(), "stratum": strata.number_of("language")}
    about["coach"] = 2
    kit.now = lambda: datetime(2026, 2, 3, 15, tzinfo=UTC)
    with kit.store.transaction() as session:
        file = reader.open_file(sources.ROOT / "tests" / "small_town.yaml")
        loader.load(session, file, now=kit.now())
        draft = CycleDraft(change="Nadia calls", prediction="8 of 10", due=date(2026, 2, 3))
        owner = session.get_one(Person, 1)
        owner.workspace = "T0TOWN"
        session.get_one(Collaborative, 1).launched_at = kit.now()
        pdsa.start(session, draft, team=session.get_one(Team, 1), owner=1, now=datetime(2026, 2, 2, tzinfo=UTC))
        session.get_one(Team, 1).coach_id = 1  # person 1 reads what is for the coach, and sees the team's groups
        day = date(2026, 2, 3)
        session.add(CheckIn(team_id=1, since=day, opens=day, closes=day, day=day, every="week"))
        session.flush()
        session.add(CheckInAnswer(check_in_id=1, person_id=1, mood="heavy", answered_at=kit.now()))
        asked: dict[str, Any] = {
            "collaborative_id": 1,
            "team_id": 1,
            "person_id": 1,
            "text": "Who can help?",
            "asked_at": kit.now(),
        }
        session.add(Question(to="faculty", **asked))
        session.add(Reply(question_id=1, team_id=2, person_id=1, text="We can", at=kit.now()))
        session.add(EventChange(event_id=1, planned=kit.now(), person_id=1, changed_at=kit.now()))
        session.add(Submission(team_id=1, period=date(2026, 2, 1), due=day))
        lower = enumerate([60, 62] * 4 + [50] * 6)  # since half a year, which the last month made worth a look
        months = [Entry(1, measures.moved(date(2025, 1, 1), count), "value", over, 100) for count, over in lower]
        session.add(Team(collaborative_id=1, organization_id=1, name="Elm", timezone="UTC"))  # of three, sums are shown
        session.flush()
        for team in (1, 2, 3):
            points.file(session, team=session.get_one(Team, team), person=1, entries=months, now=kit.now())
        session.get_one(Measure, 1).strata = ["language"]
        spanish = Entry(1, months[-1].month, "value", 20, 40, stratum="language", level="Spanish")
        points.file(session, team=session.get_one(Team, 1), person=1, entries=[spanish], now=kit.now())
        session.add(Moment(measure_id=1, team_id=1, person_id=1, at=kit.now(), see="It rises"))
        session.exec(select(Channel).where(Channel.team_id == 1)).one().slack_id = "C0ALDER"
        session.add(Broadcast(
            collaborative_id=1, person_id=1, form="V1", words="Hello", drafted_at=kit.now(), goes_at=kit.now()
        ))  # fmt: skip
        thanks = Shoutout(
            collaborative_id=1, team_id=2, person_id=1, words="The call", at=kit.now() - timedelta(hours=1)
        )
        shoutouts.give(session, thanks, [Thanked(shoutout_id=0, team_id=1)])
        poll = Poll(
            collaborative_id=1, person_id=1, title="AP2 call", kind="call", minutes=60, asks_all=True,
            closes=kit.now(), opened_at=kit.now(),
        )  # fmt: skip
        polls.propose(session, poll, [kit.now()], [session.get_one(Team, 1)])
        sheet_drafts.drop(session, person=1, file="F1", team=1, now=kit.now())
        session.add_all(
            Team(collaborative_id=1, organization_id=1, name=f"Elm {number}", timezone="UTC") for number in range(7)
        )  # of ten, a curve is shown
        session.add(Ending(team_id=2, how="lapsed", day=day, at=kit.now()))
        session.add(CallSheet(team_id=1, person_id=1, at=kit.now(), agreed="Call ten", offered_to=1))
        session.add(Absence(person_id=2, first=day, back=day + timedelta(days=7), written_at=kit.now()))
        session.add(Cover(coach_id=2, person_id=1, named_by=1, named_at=kit.now()))
        session.add(Scoring(team_id=1, period="ap1", opens=day, closes=day))
        session.add(Alert(team_id=1, reason="quiet", opened_at=kit.now(), told_on=day, told_to=1, caller_id=1))
        session.flush()
        session.add(Outreach(alert_id=1, person_id=1, at=kit.now(), what="answered", outcome="help"))
        asks: dict[str, Any] = {"barrier": "Phones", "answer": "talk", "answered_by": 1, "at": kit.now()}
        session.add(OnePager(team_id=1, period=day.replace(day=1), person_id=1, **asks))
        session.add(
            Idea(collaborative_id=1, team_id=2, person_id=1, title="Calls", what="We call", shared_at=kit.now())
        )
        written = Minutes(event_id=1, planned=kit.now(), person_id=1, said="Calls work", at=kit.now())
        session.add(written)
        session.flush()
        session.add(ParticipantFile(person_id=1, state="left", dropped_at=kit.now()))
        session.add(Note(event_id=1, planned=kit.now(), person_id=1, words="Do you come?", at=kit.now()))
        coming = datetime(2026, 9, 17, 16, tzinfo=UTC)  # the call of the small town
        session.add(Task(event_id=1, planned=coming, words="Bring a storyboard", row=0))
        promise = Commitment(minutes_id=1, row=1, team_id=1, words="Call ten", due=day)
        session.add(promise)
        session.add(Permission(
            collaborative_id=1, permalink="https://x.example", said_at=kit.now(), author_id=1, asked_by=1,
            asked_at=kit.now(),
        ))  # fmt: skip
        session.flush()
        ended = pdsa.start(session, draft, team=session.get_one(Team, 1), owner=1, now=kit.now()).id
        pdsa.stop(session, pdsa.get(session, ended), "Too late", by=1, now=kit.now())
        session.add(Steal(idea_id=1, team_id=1, person_id=1, cycle_id=ended, at=kit.now()))
        asking.plan_in(session, kit)

    with kit.store.reading() as session:
        for name in voice.MESSAGES:
            gathered = voice.gather(session, name, about, kit)

            assert gathered is not None, name
            assert set(gathered) == set(gallery.faces(name)[0]), name


def test_commands_shortcuts_and_events_are_in_the_manifest_and_nothing_else_is() -> None:
    assert set(manifest.COMMANDS) == set(registered().commands), "in bot/manifest.py and in the handlers"
    assert set(manifest.SHORTCUTS) == set(registered().shortcuts), "in bot/manifest.py and in the handlers"

    made = manifest.manifest()

    assert {one["command"] for one in made["features"]["slash_commands"]} == set(registered().commands)
    assert {one["callback_id"] for one in made["features"]["shortcuts"]} == set(registered().shortcuts)
    assert len(made["settings"]["event_subscriptions"]["bot_events"]) == len(registered().events)
    assert set(made["oauth_config"]["scopes"]["bot"]) == set(manifest.SCOPES)


def test_every_method_and_event_has_its_scope_and_no_scope_is_unused() -> None:
    needed = [*_scopes_of_methods(), *_scopes_of_events(), ("a slash command", {"commands"})]

    lacking = [
        f"{what} needs {' or '.join(sorted(any_of))}" for what, any_of in needed if not any_of & {*manifest.SCOPES}
    ]
    used = set().union(*(any_of for _, any_of in needed))

    assert not lacking
    assert set(manifest.SCOPES) - used == set(), "asked for, and not used"


def test_every_method_we_call_is_known_to_the_practice_slack() -> None:
    unknown = [f"{at}: {method}" for at, method in _named(CALLING) if method not in METHODS]

    assert not unknown


def test_no_command_takes_a_name_that_slack_keeps_for_itself() -> None:
    assert not {command.removeprefix("/") for command in registered().commands} & KEPT_BY_SLACK


def test_every_direct_message_and_the_team_card_carry_all_actions() -> None:
    private = {name for _, name, to in _said() if to not in IN_PUBLIC} | {"teams/card"}

    without = {shown.name for shown in usual() if shown.name in private and "home.actions" not in shown.actions()}

    assert {"asks/day", "words/offer"} <= private
    assert not without


def test_every_message_the_clock_starts_says_why_one_gets_it() -> None:
    started = {name for _, name in _named(("outbox.plan",))}

    told = re.compile("You g[eo]t this")  # it is said of what was, where nothing is asked any more
    silent = {shown.name for shown in usual() if shown.name in started and not told.search(shown.payload["text"])}

    assert started
    assert not silent


def test_every_message_the_clock_starts_has_a_rule_for_when_it_is_late() -> None:
    calls = [call for source in sources.the_bot() for called, call in source.calls if called == "outbox.plan"]
    started = {(_first_text(call), any(keyword.arg == "until" for keyword in call.keywords)) for call in calls}

    assert started == {(message, rule is not late.Rule.SAID) for message, rule in late.RULES.items()}


def _first_text(call: ast.Call) -> str:
    return next(str(argument.value) for argument in call.args if isinstance(argument, ast.Constant))


def _told(listener: routes.Listener, what: str) -> str:
    return f"{listener.__module__.replace('.', '/')}.py: {what}"


def _listens(source: sources.Source) -> bool:
    return any(
        function.name == "register" or any(argument.arg == "ack" for argument in function.args.args)
        for function in source.functions
        if not function.name.startswith("_")
    )


def _named(callers: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The names of messages, views or methods in calls of these, with their places."""
    for source in sources.the_bot():
        for called, call in source.calls:
            if called in callers:
                for argument in call.args:
                    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                        yield source.at(call), argument.value
                        break


def _said() -> Iterator[tuple[str, str, str]]:
    """Every message the code owes: its place, its name, and how its address begins."""
    for source in sources.the_bot():
        for called, call in source.calls:
            if called in SAYING and isinstance(call.args[1], ast.Constant):
                to = next((keyword.value for keyword in call.keywords if keyword.arg == "to"), None)
                begins = (
                    to.values[0].value
                    if isinstance(to, ast.JoinedStr) and isinstance(to.values[0], ast.Constant)
                    else ""
                )
                yield source.at(call), str(call.args[1].value), str(begins)


def _scopes_of_methods() -> Iterator[tuple[str, set[str]]]:
    called = {text for source in sources.the_bot() for text, _ in source.texts if text in METHODS}
    for method in sorted(called):
        kinds = CONVERSATIONS_OF.get(method, ["channel", "group"] if "conversations" in method else [])
        yield from ((method, any_of) for any_of in scopes.wanted(method, kinds))


def _scopes_of_events() -> Iterator[tuple[str, set[str]]]:
    for event in manifest.manifest()["settings"]["event_subscriptions"]["bot_events"]:
        yield from ((event, {scope}) for scope in SCOPES_OF_EVENTS[event])
