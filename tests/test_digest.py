"""The weekly digest: on Monday at eight everybody who looks after teams reads one screen, their own teams first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlmodel import Session, col, select

from bot.cards import digest_cards, team_weeks, week_grids
from bot.cards.team_weeks import Mark, TeamWeeks, WeekGrid
from bot.domain import (
    absences,
    activity,
    alerts,
    contacts,
    covers,
    digest,
    digest_finds,
    digest_numbers,
    engagement_facts,
)
from bot.domain.alerts import Alert
from bot.domain.collaboratives import Collaborative
from bot.domain.digest import Numbers
from bot.domain.expected import Expected
from bot.domain.pauses import Pause
from bot.domain.people import Membership, Person
from bot.domain.submissions import Submission
from bot.domain.teams import Team
from bot.outbox import Letter
from bot.planning import digests
from jobs import digest as job
from tests.cycling import buttons, logs
from tests.personas import Json, Persona, texts
from tests.town import Town

ASKED = "You get this because you asked for it."
WEEKLY = "You get this once a week, on Monday, because you look after teams here."


def at(town: Town, moment: datetime) -> None:
    town.turn_clock(moment)
    town.bot.tick()


def posted(person: Persona) -> list[Json]:
    return [one for one in person.dm() if ASKED in one["text"] or WEEKLY in one["text"]]


def test_on_monday_at_eight_each_reads_once_whom_to_call_and_praise_and_acts_on_it(town: Town, ana: Persona) -> None:
    imani, pru, tobias, cleo = (town.people[name] for name in ("imani", "pru", "tobias", "cleo"))
    logs(ana)
    ana.runs("/share")
    ana.submits(title="Put their stickers up", what="On a bookmark")
    at(town, datetime(2026, 2, 8, 20, tzinfo=UTC))
    pru.opens_home()
    pru.presses_at_home("Upcoming messages")
    shown = texts((pru.form or {})["blocks"])
    assert "The weekly digest" in shown
    assert "Why: once a week whoever looks after teams hears how they go." in shown
    pru.closes()

    at(town, datetime(2026, 2, 9, 7, 5, tzinfo=UTC))  # eight in Stockholm
    assert [len(posted(one)) for one in (tobias, imani, ana)] == [1, 0, 0]
    assert "To praise: Alder &amp; Main (yours): They shared “Put their stickers up”" in posted(tobias)[0]["text"]
    at(town, datetime(2026, 2, 9, 13, 5, tzinfo=UTC))
    town.bot.tick()
    (first,) = posted(imani)
    assert first["text"] == (
        "Small Town. To praise: Alder &amp; Main: They shared “Put their stickers up” with all teams. "
        f"New ideas: “Put their stickers up” (Alder &amp; Main). Tests: 1 planned. {WEEKLY}"
    )
    assert len(posted(pru)) == 1
    imani.presses("Thank them", first)
    assert "Alder & Main" in texts((imani.form or {})["blocks"])
    assert imani.filled_in()["teams"] == ["1"]
    assert imani.filled_in()["words"] == "Thank you for sharing “Put their stickers up” with all of us."
    imani.closes()

    at(town, datetime(2026, 2, 16, 13, 5, tzinfo=UTC))
    second = posted(imani)[-1]
    assert "Small Town. To call: Prairie Bend, Hasn't started yet: one person, not active" in second["text"]
    assert "Prairie Bend" not in posted(tobias)[-1]["text"]  # he coaches another team
    imani.presses("I'll call", second)
    second = posted(imani)[-1]
    assert "(Dr. Imani Osei calls)" in second["text"]
    assert "Already spoke" in buttons(second["blocks"])
    at(town, datetime(2026, 2, 23, 13, 5, tzinfo=UTC))
    assert posted(imani)[-1]["text"] == (
        f"Small Town. Nothing changed since Mon 16 Feb 2026: 2 teams, still to call: Prairie Bend. {WEEKLY}"
    )

    imani.presses("As a picture", posted(imani)[-1])
    (picture,) = [block for block in imani.dm()[-1]["blocks"] if block["type"] == "image"]
    assert picture["alt_text"].startswith(
        "Teams by weeks, Small Town, 2 Feb 2026 to 23 Feb 2026. Week of 23 Feb 2026: 0 of"
    )
    ana.presses("Read all", channel="small-town-share")
    ana.presses("Take it back")
    assert "Put their stickers up" not in posted(imani)[0]["text"]
    with town.kit.store.transaction() as session:
        for alert in session.exec(select(Alert)):
            alert.ended_at = town.kit.now()
    imani.presses("Already spoke", posted(imani)[1])
    assert "(settled by now)" in posted(imani)[1]["text"]
    assert "Already spoke" not in buttons(posted(imani)[1]["blocks"])
    with town.kit.store.transaction() as session:
        session.add(Team(id=3, collaborative_id=1, organization_id=1, name="Elm", timezone="UTC", status="paused"))
    for fault in (True, False):  # of three teams it has a picture; where that can't be had, the words say the same
        if fault:
            town.slack.fault("files.getUploadURLExternal", "error", error="file_uploads_disabled")
        imani.runs("/allteach digest")
        newest = posted(imani)[-1]
        assert len([one for one in posted(imani) if ASKED in one["text"]]) == 2 - fault
        assert ("The picture couldn't be made just now." in newest["text"]) == fault
        assert "By weeks: Week of 23 Feb 2026: 0 of 3 teams did something, 0 with numbers or a test." in newest["text"]
        alts = [block["alt_text"] for block in newest["blocks"] if block["type"] == "image"]
        assert len(alts) == 1 - fault
    assert alts[0].startswith("Teams by weeks, Small Town, 2 Feb 2026 to 23 Feb 2026. Week of 23 Feb 2026: 0 of 3")
    cleo.runs("/allteach digest")
    assert "That's for the coaches of teams and faculty." in cleo.whispers()[-1]


class Week:
    """A rehearsal of the small town, in which time and the record may be anything."""

    def __init__(self, town: Town, session: Session, now: datetime) -> None:
        self.session, self.now = session, now
        self.kit = replace(town.kit, now=lambda: self.now)
        self.here = session.get_one(Collaborative, 1)

    def planned(self) -> dict[int, datetime]:
        """Whose digest waits, and for when."""
        self.session.flush()
        job.plan_in(self.session, self.kit)
        letters = self.session.exec(select(Letter).where(Letter.message == "digest/post").order_by(col(Letter.id)))
        return {one.about["person"]: one.due for one in letters}

    def reads(self, person: int, monday: date, **more: int) -> dict[str, Any] | None:
        """What somebody's digest of that Monday would print now."""
        self.session.flush()
        return digest_cards.post(self.session, {"person": person, "day": monday.toordinal(), **more}, self.kit)

    def another(self, number: int) -> None:
        """Another collaborative, of which Imani is faculty, with one team."""
        launched = datetime(2026, 2, 2, 15, tzinfo=UTC)
        self.session.add(Collaborative(
            id=number, name=f"Town {number}", timezone="UTC", loaded_at=launched, launched_at=launched,
        ))  # fmt: skip
        self.session.flush()
        self.session.add(Team(id=100 * number, collaborative_id=number, organization_id=1, name="Elm", timezone="UTC"))
        self.session.add(Membership(collaborative_id=number, person_id=IMANI, roles=["faculty"], joined_at=launched))


PRU, IMANI, TOBIAS, CLEO = 1, 2, 3, 8


def test_it_goes_to_whoever_looks_after_teams_at_their_hour_over_years_time_off_and_turned_clocks(town: Town) -> None:
    friday = datetime(2026, 2, 6, 12, tzinfo=UTC)
    at_eight = {who: datetime(2026, 2, 9, hour, tzinfo=UTC) for who, hour in ((TOBIAS, 7), (PRU, 13), (IMANI, 13))}
    others = {who: at_eight[who] for who in (PRU, IMANI)}
    cases: list[tuple[str, Callable[[Week], Any], dict[int, datetime]]] = [
        ("as usual", lambda week: None, at_eight),
        (
            "a Monday that is a holiday",
            lambda week: setattr(week.here, "holidays", ["2026-02-09"]),
            {who: day + timedelta(days=1) for who, day in at_eight.items()},
        ),
        ("a coach with no team", lambda week: _coached_by(week, None), others),
        ("a coach away all week", lambda week: _away(week, TOBIAS, date(2026, 2, 16)), others),
        ("and whoever covers for them", _covered, {**others, CLEO: datetime(2026, 2, 9, 15, tzinfo=UTC)}),
        (
            "one who works at weekends only",
            lambda week: setattr(week.session.get_one(Person, PRU), "asked_on", [5]),
            {**at_eight, PRU: datetime(2026, 2, 14, 13, tzinfo=UTC)},
        ),
    ]
    for called, changes, expected in cases:
        with town.kit.store.rehearsal() as session:
            week = Week(town, session, friday)
            changes(week)
            assert week.planned() == expected, called

    with town.kit.store.rehearsal() as session:
        week = Week(town, session, friday)
        _away(week, IMANI, date(2026, 2, 11))
        session.get_one(Person, PRU).asked_at = time(15)
        week.another(2)
        assert week.planned() == {
            TOBIAS: datetime(2026, 2, 9, 7, tzinfo=UTC), PRU: datetime(2026, 2, 9, 20, tzinfo=UTC),
            IMANI: datetime(2026, 2, 11, 13, tzinfo=UTC),
        }  # fmt: skip
        week.now -= timedelta(hours=30)  # a clock that is turned back plans the Monday before, which is over
        assert len(week.planned()) == 3

        week.now = datetime(2026, 2, 9, 6, 30, tzinfo=UTC)
        week.planned()
        assert digest.needs(session, week.now) == []
        parts = (week.reads(IMANI, date(2026, 2, 9)) or {})["parts"]
        assert [part["name"] for part in parts] == ["Small Town", "Town 2"]
        for number in (3, 4):
            week.another(number)
        told = week.reads(IMANI, date(2026, 2, 9)) or {}
        assert [one["line"] for one in told["others"]] == ["none to call, none to praise"] * 2
        assert len((week.reads(IMANI, date(2026, 2, 9), asked=1, only=4) or {})["parts"]) == 1
        week.now = datetime(2026, 2, 9, 14, tzinfo=UTC)  # they were found before Tobias leaves his teams to Cleo
        _covered(week)
        digests.catch_up(session, TOBIAS, week.now)
        assert week.planned()[CLEO] == datetime(2026, 2, 9, 15, tzinfo=UTC)
        for place in session.exec(select(Membership).where(Membership.person_id == PRU)):
            place.left_at = week.now
        assert week.reads(PRU, date(2026, 2, 9)) is None

    assert [digest.monday(datetime(*day, tzinfo=UTC)) for day in ((2026, 12, 31), (2027, 1, 1), (2027, 1, 4))] == [
        date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 4),
    ]  # fmt: skip


def test_what_a_monday_finds_is_told_once_however_many_are_silent_and_by_what_came_since_the_last(town: Town) -> None:
    with town.kit.store.rehearsal() as session:
        week = Week(town, session, datetime(2026, 12, 28, 14, tzinfo=UTC))  # the 53rd week of its year
        week.here.ends = None
        for number in range(10, 70):
            session.add(Team(id=number, collaborative_id=1, organization_id=1, name=f"T{number}", timezone="UTC"))
            session.flush()
            session.add(Membership(
                collaborative_id=1, team_id=number, person_id=4, joined_at=week.here.launched_at or week.now
            ))  # fmt: skip
        alerts.watch(session, week.now)
        week.planned()
        told = week.reads(IMANI, date(2026, 12, 28)) or {}
        text = town.kit.templates.render("digest/post", told)["text"]
        assert text.startswith("Small Town. All 62 teams at work haven't begun yet. ")
        assert (text.count("haven't begun"), "To call" in text, "T10" in text) == (1, False, False)
        (his,) = (week.reads(TOBIAS, date(2026, 12, 28)) or {})["parts"]
        assert his["picture"] is None  # of one team
        assert [one["team"] for one in his["calls"]] == ["Alder & Main (yours)"]

        week.now = datetime(2027, 1, 4, 14, tzinfo=UTC)
        week.planned()
        (part,) = (week.reads(PRU, date(2027, 1, 4)) or {})["parts"]
        assert part["line"] == "Nothing changed since Mon 28 Dec 2026: all 62 teams at work are still quiet."
        week.now = datetime(2027, 1, 6, 14, tzinfo=UTC)
        for kind, team in (("pdsa.decided", 2), ("pdsa.decided", 2), ("idea.given", 10), ("data.filed", 1)):
            activity.record(session, kind, team=team, person=4, subject="cycle:1", now=week.now)
        facts = engagement_facts.by_team(session, week.now)
        session.get_one(Team, 11).status = "paused"
        session.get_one(Team, 12).status = "withdrawn"  # while the facts were gathered
        _january(session, week.now)
        session.flush()
        meanwhile = digest_finds.found(session, week.here, facts, None, week.now)
        assert (12 in facts, 12 in meanwhile.to_call) == (True, False)
        teams = {team.id or 0: team for team in session.exec(select(Team)) if team.id != 12}
        on_the_day = digest_numbers.of(session, week.here, teams, date(2027, 1, 5))
        assert on_the_day == meanwhile.numbers == Numbers(period=date(2026, 12, 1), is_in=2, of=3)
        alerts.watch(session, week.now)
        (part,) = (week.reads(TOBIAS, date(2027, 1, 4), asked=1) or {})["parts"]
        assert [(one["team"], one["why"]) for one in part["praise"]] == [
            ("Alder & Main (yours)", "They are back after a quiet time")
        ]  # fmt: skip
        (part,) = (week.reads(IMANI, date(2027, 1, 4), asked=1) or {})["parts"]
        assert [one["why"] for one in part["praise"]] == [
            "They are back after a quiet time", "They are back after a quiet time", "Another team took their idea",
        ]  # fmt: skip
        assert "to 4 Jan 2027, the first 30 of 61 teams. Week of 4 Jan 2027: " in part["picture"].alt
        lines = dict(part["told"])
        assert lines["What changed"].endswith("; and 1 more")
        assert lines["Numbers"] == "December 2026 is in from 2 of 3 teams"
        assert lines["Tests"] == "2 decided since"
        assert part["more_calls"] == 62 - 4 - 3  # two are back, one pauses, one has left

        coached = session.get_one(Team, 20)
        coached.coach_id = TOBIAS
        (part,) = (week.reads(TOBIAS, date(2027, 1, 4), asked=1) or {})["parts"]
        assert [one["team"] for one in part["calls"]] == ["T20 (yours)"]
        session.get_one(Team, 21).coach_id = TOBIAS
        (alert,) = alerts.open_of(session, [20])
        contacts.spoke(session, alert, IMANI, "fine", "", week.now)
        contacts.answer(session, alert, CLEO, "help", week.now - timedelta(days=2), week.now)
        for number, day in enumerate((date(2026, 12, 3), date(2026, 12, 17))):
            call = Expected(team_id=1, kind="call", source=900 + number, due=day, closes=day, outcome="missed")
            session.add(call)
        session.add(Alert(team_id=1, reason="calls", opened_at=week.now))  # back, and to be called for something else
        session.flush()
        (part,) = (week.reads(TOBIAS, date(2027, 1, 4), asked=1) or {})["parts"]
        talk = "Dr. Imani Osei spoke on Wed 6 Jan 2027: They're fine, just quiet"
        assert [(one["team"], one["stands"], one["can"]) for one in part["calls"]] == [
            ("T21 (yours)", "", "call"), ("Alder & Main (yours)", "", "call"),
            (
                "T20 (yours)",
                f"{talk}; Cleo Hart answered on Wed 6 Jan 2027: stuck, please help",
                "call",
            ),
        ]  # fmt: skip
        assert [one["why"] for one in part["praise"]] == ["They sent their numbers of December 2026"]

        monday = date(2026, 12, 28)
        absences.leave(session, 4, monday, date(2027, 1, 2), week.now)  # all of T20, and one of Alder & Main
        shown = [(coached, ""), (session.get_one(Team, 1), "")]
        weeks = week_grids.rows(session, shown, [], [date(2026, 12, 21), monday])
        assert [one.marks for one in weeks] == [("nothing", "pause"), ("nothing", "nothing")]


def test_the_picture_of_teams_by_weeks_says_in_words_what_it_shows() -> None:
    mondays = [date(2026, 12, 21) + timedelta(weeks=count) for count in range(4)]
    marks: dict[str, tuple[Mark, ...]] = {
        "Alder": ("work", "some", "work", "nothing"), "Birch": ("nothing",) * 4, "Cedar": ("", "", "pause", "some"),
    }  # fmt: skip
    rows = [TeamWeeks(name, each, "call", mine=name == "Alder") for name, each in marks.items()]
    grid = WeekGrid("Open Door", "Mon 11 Jan 2027", mondays, rows)

    assert team_weeks.alt(grid) == (
        "Teams by weeks, Open Door, 21 Dec 2026 to 11 Jan 2027. "
        "Week of 11 Jan 2027: 1 of 3 teams did something, 0 with numbers or a test. "
        "Nothing for three weeks or longer: Birch. "
        "Week of 4 Jan 2027: 1 of 2 teams did something, 1 with numbers or a test. "
        "Week of 28 Dec 2026: 1 of 2 teams did something, 0 with numbers or a test. "
        "Week of 21 Dec 2026: 1 of 2 teams did something, 1 with numbers or a test."
    )
    many = [replace(rows[0], team=f"T{number}") for number in range(301)]
    pages = team_weeks.pages(replace(grid, rows=many))
    assert [(len(page.rows), page.page) for page in pages] == [(30, f"page {number} of 6") for number in range(1, 7)]


def _coached_by(week: Week, person: int | None) -> None:
    for team in week.session.exec(select(Team)):
        team.coach_id = person


def _away(week: Week, person: int, back: date) -> None:
    absences.leave(week.session, person, date(2026, 2, 9), back, week.now)


def _covered(week: Week) -> None:
    _away(week, TOBIAS, date(2026, 2, 16))
    week.session.add(Membership(collaborative_id=1, person_id=CLEO, roles=["coach"], joined_at=week.now))
    covers.name(week.session, TOBIAS, CLEO, by=PRU, now=week.now)


def _january(session: Session, now: datetime) -> None:
    """Three teams that stay were asked for December: one sent it in time, one later, and one has not yet.

    A fourth paused on the day, and is back.
    """
    session.add(Pause(team_id=13, first=date(2027, 1, 5), back=date(2027, 1, 6)))
    for team, outcome in ((1, "missed"), (2, "met"), (10, "missed"), (11, "excused"), (12, "met"), (13, "open")):
        asked = Submission(team_id=team, period=date(2026, 12, 1), due=date(2027, 1, 5))
        session.add(asked)
        session.flush()
        session.add(Expected(
            team_id=team, kind="data", source=asked.id or 0, due=asked.due, closes=asked.due, outcome=outcome,
        ))  # fmt: skip
    activity.record(session, "data.filed", team=1, person=4, subject="data:2026-12", now=now)
