"""Whom an unanswered check-in is put to, and on which days: what those who ask people rely on."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from bot import times
from bot.domain import checkins
from bot.domain.checkins import CheckIn
from bot.domain.people import Membership, Person
from bot.domain.teams import Team
from tests.checking_in import DAY, answers, asked, at
from tests.cycling import logs
from tests.personas import Persona
from tests.town import Town

HOURS = times.Hours("America/Chicago", off=("2026-02-18",))


@pytest.mark.parametrize(
    ("where", "first"),
    [("channel", date(2026, 2, 19)), ("dm", date(2026, 2, 16))],  # the Wednesday is a holiday
)
def test_a_card_has_two_working_days_before_anybody_is_asked(where: str, first: date) -> None:
    monday = date(2026, 2, 16)
    check_in = CheckIn(team_id=1, since=monday, opens=monday, closes=monday, day=monday, every="week", where=where)

    assert checkins.asked_from(check_in, HOURS) == first


@pytest.mark.parametrize(
    ("gone", "deputy", "whom"),
    [
        ((), "Ben Castellano", "Ana Reyes"),
        (("Ana Reyes",), "Gil Santos", "Gil Santos"),
        (("Ana Reyes",), None, "Ben Castellano"),
        (("Ana Reyes", "Ben Castellano"), "Ben Castellano", "Gil Santos"),
        (("Ana Reyes", "Ben Castellano", "Gil Santos", "Olga Novak"), None, None),
    ],
)
def test_it_is_put_to_the_lead_else_the_deputy_else_whoever_is_longest_there(
    town: Town, gone: tuple[str, ...], deputy: str | None, whom: str | None
) -> None:
    with town.kit.store.transaction() as session:
        team = session.get_one(Team, 1)
        for place, person in _members(town):
            if person.name in gone:
                session.get_one(Membership, place.id).left_at = town.kit.now()
            if person.name == deputy:
                team.deputy_id = person.id
        if deputy is None:
            team.deputy_id = None
        session.flush()

        found = checkins.addressee(session, team)

    assert (found.name if found else None) == whom


def test_none_waits_before_the_first_one_and_one_does_until_it_is_answered(town: Town, ana: Persona) -> None:
    assert _open(town) == []
    at(town, DAY - timedelta(days=1))
    assert _open(town) == []

    asked(town)
    assert _open(town) == [1]

    answers(ana)
    assert _open(town) == []


def test_work_that_moved_answers_it(town: Town, ana: Persona) -> None:
    asked(town)
    logs(ana, due="2026-02-20")

    assert _open(town) == []


def _open(town: Town) -> list[int]:
    with town.record() as session:
        found = checkins.open_of(session, session.get_one(Team, 1), town.kit.now())
        return [found.id or 0] if found else []


def _members(town: Town) -> list[tuple[Membership, Person]]:
    with town.record() as session:
        here = select(Membership, Person).join(Person).where(Membership.team_id == 1)
        return list(session.exec(here))
