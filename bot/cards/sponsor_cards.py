"""The senior-leader page where it is read: by whoever made it and by the sponsor; and what the team hears of it."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from bot import outbox, times
from bot.cards import edits, sponsor_lines, sponsor_words, team_charts, team_report_cards
from bot.domain import hours, months, pdsa_facts, people, sponsors
from bot.domain.people import Person
from bot.domain.sponsors import ANSWERS, OnePager
from bot.domain.teams import GONE, Team
from bot.kit import Kit
from bot.outbox import DROPPED, EXPIRED, Letter

Values = dict[str, Any]
About = Mapping[str, int]
OF_USE = timedelta(days=28)  # then the next month has a page of its own
WHY = "somebody of their team made a page for them"
MOST_LEADERS = 3  # buttons
TELLS = "the answer on the page tells your team."
NOUNS = {"onepager": "page for a senior leader"}
THEN = {
    "remove": "Once it is gone, a word of thanks goes a long way.",
    "talk": "The next step is yours: offer two times.",
    "cannot": "That is good to know early. Which smaller piece of it could they move?",
}


def key(page: OnePager) -> str:
    """How the occasions of a page begin."""
    return f"sponsor:{page.id}"


def show_own(session: Session, page: OnePager, person: int, now: datetime) -> None:
    """Whoever made it sees it below everything else in their conversation; the one from before goes."""
    own = f"{key(page)}:own:{person}"
    outbox.recall(session, own, now)
    outbox.say(
        session, "sponsors/own", key=f"{own}:{page.version}", to=f"person:{person}", now=now,
        onepager=page.id or 0, team=page.team_id, person=person,
    )  # fmt: skip


def ask(session: Session, page: OnePager, team: Team, sponsor: Person, now: datetime) -> str:
    """The sponsor has it at once, or at their next hour where that isn't now; returns when, in words."""
    edits.anew(session, [asking := f"{key(page)}:ask:{sponsor.id}"])
    if (before := outbox.of_key(session, asking)) and _fell_through(before):
        outbox.forget(session, before)
        session.flush()
    zone = hours.zone(session, sponsor)
    today = times.local_day(now, zone)
    at = max(now, hours.of_person(session, sponsor, team).on(today))
    outbox.plan(
        session, "sponsors/ask", key=asking, to=f"person:{sponsor.id}", at=at, why=WHY,
        until=at + OF_USE, now=now, onepager=page.id or 0, team=page.team_id, person=sponsor.id or 0,
    )  # fmt: skip
    return times.coming(at, now, zone)


def has_it(session: Session, page: OnePager, person: int) -> bool:
    """Whether it went to them, or still will: somebody away for long may have got none."""
    letter = outbox.of_key(session, f"{key(page)}:ask:{person}")
    return page.sent_to == person and letter is not None and not _fell_through(letter)


def _fell_through(letter: Letter) -> bool:
    """Whether it came too late to be said, or to somebody who had left by then."""
    return letter.ts is None and letter.state in (EXPIRED, DROPPED)


def tell(session: Session, page: OnePager, now: datetime) -> None:
    """The team hears of the answer, and everything that shows the page follows."""
    edits.anew(session, [telling := f"{key(page)}:answered"])
    outbox.say(
        session, "sponsors/answered", key=telling, to=f"team:{page.team_id}", now=now,
        onepager=page.id or 0,
    )  # fmt: skip
    follow(session, page, now)


def follow(session: Session, page: OnePager, now: datetime) -> None:
    """Its words or its answer have changed: wherever it stands that is shown."""
    said = col(Letter.key).startswith(f"{key(page)}:", autoescape=True) & col(Letter.ts).is_not(None)
    outbox.say_again(session, *session.exec(select(Letter.key).where(said)), now=now)
    team_report_cards.show_again(session, page, now)


def shown(session: Session, page: OnePager) -> Values:
    """What the page tells, whoever reads it."""
    team = session.get_one(Team, page.team_id)
    charted = team_report_cards.charted(session, team, page.period)
    return {
        **team_report_cards.told(session, team, page.period, charted, page.at),
        "short": sponsor_lines.short(charted),
        "onepager": page,
        "barrier": page.barrier,
        "answer": team_report_cards.answered(session, page),
        "pictures": team_charts.pages(team, [chart for _, chart in charted]),
    }


def own(session: Session, about: About, kit: Kit) -> Values | None:
    """What whoever made it sees; None once it was taken down, or they have left."""
    page = session.get(OnePager, about["onepager"])
    team = session.get(Team, page.team_id) if page else None
    if page is None or team is None or page.purged_at:
        return None
    if not people.is_in(session, about["person"], team.collaborative_id):
        return None
    leaders = sponsors.leaders(session, team)[:MOST_LEADERS]
    return {
        **shown(session, page),
        "leaders": [{"id": one.id, "name": one.name, "has_it": has_it(session, page, one.id or 0)} for one in leaders],
        "sent": _sent(session, page, team),
    }


def asked(session: Session, about: About, kit: Kit) -> Values | None:
    """What the sponsor reads; None once it was taken down, or where they left before its hour."""
    page, person = session.get(OnePager, about["onepager"]), session.get(Person, about["person"])
    team = session.get(Team, page.team_id) if page else None
    if page is None or person is None or team is None or page.purged_at or team.status in GONE:
        return None
    if not people.is_in(session, about["person"], team.collaborative_id):
        return None
    return {
        **shown(session, page),
        "name": people.first_name(person.name),
        "by": pdsa_facts.name_of(session, page.person_id),
        "said": ANSWERS.get(page.answer, ""),
    }


def told(session: Session, about: About, kit: Kit) -> Values | None:
    """What the team hears of the answer."""
    page = session.get(OnePager, about["onepager"])
    if page is None or page.purged_at or not page.answer:
        return None
    return {
        "onepager": page,
        "team": session.get_one(Team, page.team_id),
        "month": months.called(page.period),
        "barrier": page.barrier,
        "answer": team_report_cards.answered(session, page),
        "noted": pdsa_facts.name_of(session, page.answered_by) if page.noted else "",
        "then": THEN[page.answer],
    }


def text(session: Session, about: About, kit: Kit) -> Values | None:
    """The page as text to forward; None once it was taken down."""
    page = session.get(OnePager, about["onepager"])
    if page is None or page.purged_at:
        return None
    told_of = shown(session, page)
    return {"onepager": page, "team": told_of["team"], "words": sponsor_words.plain(told_of), "then": _then(page)}


def _then(page: OnePager) -> str:
    """How the team hears of the answer, once there is one or another."""
    if not page.barrier:
        return ""
    return f"{'Should they answer otherwise, Change' if page.answer else 'Once they answer, Note'} {TELLS}"


def _sent(session: Session, page: OnePager, team: Team) -> str:
    if page.sent_at is None:
        return "Nobody but you has it so far."
    if not has_it(session, page, page.sent_to or 0):
        return f"It didn't reach {pdsa_facts.name_of(session, page.sent_to)}, who was away. Send it once more."
    day = times.day(times.local_day(page.sent_at, team.timezone))
    return f"Sent to {pdsa_facts.name_of(session, page.sent_to)} on {day}. What changes here changes there too."


MESSAGES: Mapping[str, Callable[[Session, About, Kit], Values | None]] = {
    "team_reports/month": team_report_cards.month,
    "sponsors/own": own,
    "sponsors/ask": asked,
    "sponsors/answered": told,
    "sponsors/text": text,
}
