"""The change package as somebody chooses from it while typing: its ideas under their drivers, those that fit."""

from collections.abc import Callable
from typing import NamedTuple

from sqlmodel import Session, col, select

from bot.domain import folding
from bot.domain.changes import ChangeIdea, Driver

MOST = 100  # choices that Slack shows in one list
LONGEST = 75  # characters of one
Group = tuple[str, list[tuple[str, str]]]  # a driver's name, and what can be chosen under it: value and label


class Choice(NamedTuple):
    """One idea of the package; 0 for its driver as a whole."""

    driver: int
    under: str  # the driver's name
    idea: int
    label: str  # code and name


def ideas_like(session: Session, collaboratives: list[int], typed: str) -> list[Group]:
    """The ideas that have a word for each one typed, as it begins; where none has, a slip is forgiven.

    Words are looked for in an idea's code and name and in its driver's name. In the package's own order.
    """
    return _grouped(_fitting(_ideas(session, collaboratives), typed), lambda choice: str(choice.idea))


def places_like(session: Session, collaboratives: list[int], typed: str) -> list[Group]:
    """The same with each driver before its ideas; what is chosen is `driver:1` or `idea:1`."""
    drivers = _drivers(session, collaboratives)
    ideas = _ideas(session, collaboratives)
    there = [one for driver in drivers for one in (driver, *(idea for idea in ideas if idea.driver == driver.driver))]
    return _grouped(_fitting(there, typed), lambda one: f"idea:{one.idea}" if one.idea else f"driver:{one.driver}")


def label(session: Session, collaborative: int, value: str) -> str:
    """How a choice stands in its list; empty for none, and for one of another collaborative."""
    kind, _, number = value.rpartition(":")
    row = int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0
    idea = session.get(ChangeIdea, row) if kind in ("", "idea") else None
    driver = session.get(Driver, idea.driver_id if idea else row if kind == "driver" else 0)
    if driver is None or driver.collaborative_id != collaborative:
        return ""
    return _short(f"{idea.code} {idea.name}") if idea else _whole(driver)


def any_in(session: Session, collaborative: int) -> bool:
    """Whether there is a package to choose from."""
    return session.exec(select(Driver.id).where(Driver.collaborative_id == collaborative).limit(1)).first() is not None


def _drivers(session: Session, collaboratives: list[int]) -> list[Choice]:
    here = col(Driver.collaborative_id).in_(collaboratives)
    found = session.exec(select(Driver).where(here).order_by(col(Driver.position), col(Driver.id)))
    return [Choice(driver.id or 0, driver.name, 0, _whole(driver)) for driver in found]


def _ideas(session: Session, collaboratives: list[int]) -> list[Choice]:
    called = col(ChangeIdea.code) + " " + col(ChangeIdea.name)
    there = select(Driver.id, Driver.name, ChangeIdea.id, called).select_from(ChangeIdea).join(Driver).order_by(
        col(Driver.position), col(Driver.id), col(ChangeIdea.position), col(ChangeIdea.id)
    )  # fmt: skip
    found = session.exec(there.where(col(Driver.collaborative_id).in_(collaboratives)))
    return [Choice(driver or 0, under, idea or 0, _short(label)) for driver, under, idea, label in found]


def _fitting(there: list[Choice], typed: str) -> list[Choice]:
    return folding.fitting(((choice, f"{choice.label} {choice.under}") for choice in there), typed)[:MOST]


def _grouped(choices: list[Choice], value: Callable[[Choice], str]) -> list[Group]:
    groups: dict[int, Group] = {}
    for choice in choices:
        groups.setdefault(choice.driver, (choice.under[:LONGEST], []))[1].append((value(choice), choice.label))
    return list(groups.values())


def _short(label: str) -> str:
    return label.strip()[:LONGEST]


def _whole(driver: Driver) -> str:
    """A driver's own line in the list, which stands under its name already."""
    return f"{driver.name[: LONGEST - 9]}, in all"
