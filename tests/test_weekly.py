"""The weekly post: once a week each team's channel hears what is new in all of them, and nothing where nothing is."""

from datetime import timedelta

from sqlmodel import col, select

from bot.domain.collaboratives import Collaborative
from bot.domain.ideas import Idea, share
from bot.domain.people import Person
from bot.domain.teams import Team
from bot.outbox import Letter
from tests import calling
from tests.personas import Persona, texts
from tests.town import SMALL_TOWN, Town

WHY = "You get this once a week, when there is something new"


def test_what_is_new_reaches_every_team_once_on_friday_at_its_own_hour(town: Town, ana: Persona, cleo: Persona) -> None:
    gil = town.people["gil"]
    calling.comes_up(town)
    _thanks(town, cleo, "Ana Reyes")
    _until_friday(town)

    town.later(minutes=59)
    town.bot.tick()
    assert _posts(gil, "team-alder") == []
    town.later(minutes=2)
    town.bot.tick()
    town.bot.tick()
    (alder,) = _posts(gil, "team-alder")
    assert _posts(cleo, "team-prairie") == []  # it is eight in Denver
    town.later(hours=1)
    town.bot.tick()
    (prairie,) = _posts(cleo, "team-prairie")

    thanked = "One shout-out: Cleo Hart of Prairie Bend thanks Ana Reyes of Alder &amp; Main. "
    for post, hour in ((alder, "11:00 AM (America/Chicago)"), (prairie, "10:00 AM (America/Denver)")):
        assert post.startswith(f"This week in Small Town. {thanked}Coming: AP1 call, <!date^")
        assert f"Thursday 19 February at {hour}>. {WHY}" in post
    assert "thanks Ana Reyes of Alder & Main" in texts(gil.messages("team-alder")[-1]["blocks"])

    cleo.presses("Shout-outs", channel="team-prairie")
    assert "thanks Ana Reyes of Alder & Main" in texts((cleo.form or {})["blocks"])
    cleo.presses("Report patient details", calling.cards(cleo)[0])
    assert "Coming: Action-period call, <!date^" in _posts(cleo, "team-prairie")[0]


def test_zero_one_and_many_read_well_and_every_week_tells_what_came_since_the_last(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    calling.comes_up(town)
    _to_post(town)
    assert _posts(ana) == []

    _shares(town, "Four stickers")
    for number in range(7):
        _thanks(town, cleo, "Ana Reyes", f"thing {number}")
    town.later(days=7)
    town.bot.tick()
    (second,) = _posts(ana)
    assert "One new idea: Four stickers (Alder &amp; Main). 7 shout-outs: Cleo" in second
    assert "and 2 more. Coming: AP1 call, <!date^" in second

    for title in ("A", "B"):
        _shares(town, title)
    town.later(days=7)
    town.bot.tick()
    third = _posts(ana)[-1]
    assert "2 new ideas: A (Alder &amp; Main); B (Alder &amp; Main). " in third
    assert "shout-out" not in third.partition(WHY)[0]
    town.later(days=7)
    town.bot.tick()
    assert len(_posts(ana)) == 2


def test_what_came_too_late_is_told_with_the_next_one(town: Town, ana: Persona, cleo: Persona) -> None:
    _thanks(town, cleo, "Ana Reyes", "the early call")
    _until_friday(town)
    town.is_down(timedelta(days=3))
    town.bot.tick()
    assert _posts(ana) == []

    town.later(days=1)
    _thanks(town, cleo, "Ana Reyes", "the late call")
    town.later(days=3, hours=2)
    town.bot.tick()

    (post,) = _posts(ana)
    assert "2 shout-outs" in post
    assert "weekly post" not in " ".join(town.people["pru"].hears())  # nothing was lost, so nobody is told


def test_a_team_that_pauses_one_that_left_and_a_collaborative_that_is_over_get_none(
    town: Town, ana: Persona, cleo: Persona
) -> None:
    _thanks(town, cleo, "Ana Reyes")
    _until_friday(town)
    assert _planned(town) == 2

    with town.kit.store.transaction() as session:
        alder, prairie = session.exec(select(Team).order_by(col(Team.id)))
        alder.status, alder.status_until = "paused", town.kit.now().date() + timedelta(days=3)
        prairie.status = "withdrawn"
        session.add_all([alder, prairie])
    town.bot.tick()
    assert _planned(town) == 0
    town.later(days=3, hours=2)
    town.bot.tick()
    assert _posts(ana) == []  # its pause was over on Monday, and the week with it

    with town.kit.store.transaction() as session:
        there = session.exec(select(Collaborative)).one()
        there.ends = town.kit.now().date()
        session.add(there)
    _thanks(town, cleo, "Ana Reyes")
    town.later(days=4, hours=2)
    town.bot.tick()

    assert _posts(ana) == []


def test_its_day_and_hour_are_what_the_collaborative_chose(town: Town, ana: Persona, cleo: Persona) -> None:
    town.load(f'{SMALL_TOWN}\nweekly: {{weekday: wednesday, at: "13:30"}}\n')
    _thanks(town, cleo, "Ana Reyes", "the early call")
    town.later(days=2, hours=4, minutes=20)
    town.bot.tick()
    assert _posts(ana) == []
    town.later(minutes=20)
    town.bot.tick()
    assert len(_posts(ana)) == 1

    _thanks(town, cleo, "Ana Reyes", "the late call")
    for days in (3, 2, 2):
        town.later(days=days)
        town.bot.tick()

    (first, second) = _posts(ana)
    assert ("the early call" in first, "One shout-out" in second) == (False, True)


def test_on_a_day_off_it_comes_on_the_next_day_at_work(town: Town, ana: Persona, cleo: Persona) -> None:
    _thanks(town, cleo, "Ana Reyes")
    with town.kit.store.transaction() as session:
        alder = session.exec(select(Team).order_by(col(Team.id))).first()
        assert alder
        alder.holidays = ["2026-02-06"]
        session.add(alder)
    _to_post(town)
    assert (_posts(ana), len(_posts(cleo, "team-prairie"))) == ([], 1)
    town.later(days=3)
    town.bot.tick()
    assert len(_posts(ana)) == 1


def test_it_stands_in_upcoming_messages_and_is_held_back_or_sent_now_as_any_other(
    town: Town, ana: Persona, cleo: Persona, pru: Persona
) -> None:
    _thanks(town, cleo, "Ana Reyes")
    _until_friday(town)
    pru.opens_home()
    pru.presses_at_home("Upcoming messages")
    shown = texts((pru.form or {})["blocks"])
    assert "The weekly post to 2 teams: #team-alder, #team-prairie" in shown
    assert "Why: once a week each team hears what is new in all of them." in shown

    pru.presses("Show them")
    pru.presses("Send now")
    assert len(_posts(ana)) == 1
    pru.presses("Hold back")
    _thanks(town, ana, "Cleo Hart", "what came after it was sent")
    town.later(days=1)
    town.bot.tick()

    assert len(_posts(ana)) == 1
    assert _posts(cleo, "team-prairie") == []
    town.later(days=6, hours=3)
    town.bot.tick()
    assert "One shout-out: Ana" in _posts(ana)[-1]


def test_what_is_taken_back_hidden_or_taken_down_leaves_the_posts_that_told_it(
    town: Town, ana: Persona, cleo: Persona, pru: Persona
) -> None:
    ana.runs("/share")
    ana.submits(title="Four stickers", what="On a bookmark")
    _thanks(town, cleo, "Ana Reyes", "one thing")
    _thanks(town, cleo, "Ana Reyes", "another thing")
    _to_post(town)
    assert "One new idea: Four stickers" in _posts(ana)[0]
    assert "2 shout-outs" in _posts(ana)[0]
    cleo.presses("Read all", channel="team-prairie")
    cleo.presses("Steal this")
    assert cleo.filled_in()["change"] == "On a bookmark"
    cleo.closes()
    cleo.closes()
    cleo.presses("Ideas to steal", channel="team-prairie")
    assert "Four stickers" in texts((cleo.form or {})["blocks"])

    ana.presses("Read all", channel="small-town-share")
    ana.presses("Take it back")
    ana.closes()
    assert "Four stickers" not in _posts(ana)[0]
    pru.opens_home()
    pru.presses_at_home("Shout-outs")
    pru.presses("Hide")
    assert "One shout-out" in _posts(ana)[0]
    ana.presses("Report patient details", channel="team-alder")

    (post,) = _posts(ana)
    assert "What was told here has been taken back." in post
    assert "thing" not in texts(ana.messages("team-alder")[-1]["blocks"])


def _until_friday(town: Town) -> None:
    """To eight on Friday morning in Chicago, through the planning."""
    town.later(days=3)
    town.bot.tick()
    town.later(hours=23)
    town.bot.tick()


def _to_post(town: Town) -> None:
    _until_friday(town)
    town.later(hours=2, minutes=5)
    town.bot.tick()


def _thanks(town: Town, by: Persona, whom: str, words: str = "the call") -> None:
    with town.record() as session:
        row = str(session.exec(select(Person.id).where(Person.name == whom)).one())
    by.runs("/shoutout")
    by.looks_for("people", whom)
    by.submits(people=[row], words=words)


def _shares(town: Town, title: str) -> None:
    with town.kit.store.transaction() as session:
        share(
            session, Idea(collaborative_id=1, team_id=1, person_id=4, title=title, what="x", shared_at=town.kit.now())
        )


def _posts(person: Persona, channel: str = "team-alder") -> list[str]:
    return [text for text in person.reads(channel) if text.startswith("This week in ")]


def _planned(town: Town) -> int:
    with town.record() as session:
        waiting = select(Letter).where(Letter.message == "weekly/post", Letter.state == "pending")
        return len(session.exec(waiting).all())
