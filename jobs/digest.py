"""Monday's digest of everybody who looks after teams: planned two days ahead, found once for all of them before it."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime

import structlog
from apscheduler.schedulers.base import BaseScheduler
from sqlmodel import Session, col, select

from bot import access
from bot.domain import covers, digest, digest_finds, engagement_facts
from bot.domain.collaboratives import Collaborative
from bot.domain.digest import DigestWeek
from bot.domain.engagement import Facts
from bot.domain.people import Membership, Person
from bot.domain.teams import GONE, Team
from bot.kit import Kit
from bot.planning import digests
from bot.planning.digests import Planned
from jobs import alerts

log = structlog.get_logger()


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Tick; nothing here hurries."""
    scheduler.add_job(plan, "interval", minutes=5, args=[kit], id="digest.plan")


def plan(kit: Kit) -> None:
    """Take the write lock only to plan digests and to keep what was found: finding it takes long."""
    now = kit.now()
    with kit.store.reading() as session:
        behind = _places(session, digest.needs(session, now), now)
    if not behind:
        return
    with kit.store.transaction() as session:
        _plan_weeks(session, now)
    with kit.store.reading() as session:
        facts = engagement_facts.by_team(session, now) if _near(session, now) else None
    if facts is None:
        return
    _look_at_alerts(kit, facts, now)
    with kit.store.reading() as session:
        found = find(session, facts, now)
    with kit.store.transaction() as session:
        keep(session, found, now)


def _look_at_alerts(kit: Kit, facts: Mapping[int, Facts], now: datetime) -> None:
    """Where it is time for that too: the facts are the same. The digests come also where it can't be done."""
    try:
        with kit.store.transaction() as session:
            alerts.look(session, facts, now)
    except Exception:  # the job of the alerts tries again, and what keeps it from that is in the log
        log.exception("digest.alerts_not_looked_at")


def plan_in(session: Session, kit: Kit) -> None:
    """The same inside a transaction, which a rehearsal takes back."""
    now = kit.now()
    _plan_weeks(session, now)
    session.flush()
    if _near(session, now):
        keep(session, find(session, engagement_facts.by_team(session, now), now), now)


def find(session: Session, facts: Mapping[int, Facts], now: datetime) -> Mapping[int, str]:
    """What there is to tell where the first digest is near, by collaborative."""
    found = {}
    for here in _near(session, now):
        last = digest.before(session, here.id or 0, digest.monday(now), now)
        found[here.id or 0] = digest_finds.found(session, here, facts, last, now).model_dump_json()
    return found


def keep(session: Session, found: Mapping[int, str], now: datetime) -> None:
    """Write it down, for everybody's digest of this Monday."""
    for row, told in found.items():
        week = digest.of_monday(session, row, digest.monday(now))
        assert week is not None, "it is planned"
        if week.found_at is None:  # else somebody else found it meanwhile, and its digests tell that
            week.found, week.found_at = told, now
            session.add(week)


def _plan_weeks(session: Session, now: datetime) -> None:
    monday, places = digest.monday(now), _places(session, digest.needs(session, now), now)
    for here in places:
        week = digest.of_monday(session, here.id or 0, monday) or DigestWeek(
            collaborative_id=here.id or 0, monday=monday, planned_at=now
        )
        every = [*_planned(session, here, monday)]
        week.planned_at, week.first_at = now, min((one.at for one in every), default=None)
        session.add(week)
        for one in every:
            digests.write(session, one, monday, now)


def _near(session: Session, now: datetime) -> list[Collaborative]:
    return _places(session, [one for one in digest.needs(session, now) if one[1] == "find"], now)


def _places(session: Session, needs: Iterable[tuple[int, digest.Need]], now: datetime) -> list[Collaborative]:
    found = (session.get_one(Collaborative, row) for row, _ in needs)
    return [one for one in found if digest.goes_on(one, now)]


def _planned(session: Session, here: Collaborative, monday: date) -> Iterator[Planned]:
    for person in _readers(session, here, monday):
        one = digests.of(session, person, monday)
        if one.at < one.until and here.launched_at and here.launched_at < one.at:
            yield one


def _readers(session: Session, here: Collaborative, monday: date) -> list[Person]:
    """Faculty, the coaches of its teams, and who covers for those away on that Monday, as far as Slack knows them."""
    coaches = set(session.exec(
        select(Team.coach_id).where(Team.collaborative_id == here.id, col(Team.status).not_in(GONE))
    ))  # fmt: skip
    named = covers.named_for(session, here, monday)
    staff = select(Person, Membership).join(Membership).where(
        Membership.collaborative_id == here.id, col(Membership.left_at).is_(None), col(Person.workspace).is_not(None)
    )  # fmt: skip
    found = {
        person.id: person
        for person, place in session.exec(staff.order_by(col(Membership.id)))
        if access.FACULTY & set(place.roles) or person.id in coaches or (place.team_id is None and person.id in named)
    }
    return [*found.values()]
