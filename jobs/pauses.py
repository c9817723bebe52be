"""A pause that is over: the team is at work again, and its card says so."""

from datetime import timedelta

from apscheduler.schedulers.base import BaseScheduler

from bot import home, outbox, times
from bot.domain import pauses
from bot.kit import Kit

A_DAY = timedelta(days=1)


def register(scheduler: BaseScheduler, kit: Kit) -> None:
    """Look every few minutes."""
    scheduler.add_job(end, "interval", minutes=5, args=[kit], id="pauses.end")


def end(kit: Kit) -> None:
    """End what ends today where the team is."""
    tomorrow = (kit.now() + A_DAY).date()  # which it is already in some zone
    with kit.store.reading() as session:
        if not pauses.ending_by(session, tomorrow):
            return
    with kit.store.transaction() as session:
        for team in pauses.ending_by(session, tomorrow):
            if team.status_until and team.status_until <= times.local_day(kit.now(), team.timezone):
                pauses.end(team)
                session.add(team)
                outbox.say_again(session, f"team:{team.id}", now=kit.now())
                home.refresh(session, home.people_of(session, team), kit.now())
