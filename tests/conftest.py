"""What every test may ask for."""

import gc
import sys
from collections.abc import Iterator

import pytest
import structlog
from playwright.sync_api import Browser

from tests import browsing, post_office
from tests import town as towns
from tests.personas import Control, Persona
from tests.post_office import PostOffice
from tests.town import Asleep, Town

structlog.configure(
    processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)],
    logger_factory=structlog.PrintLoggerFactory(sys.stderr),  # stdout is a command's answer
)
pytest_plugins = ["tests.each_statement", "tests.left_out", "tests.sandbox_page", "tests.tallies"]


def pytest_collection_finish() -> None:
    """What is there for the whole run (our modules, the tests) isn't looked through for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Nor at its end, where pytest looks five times over."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def town() -> Iterator[Town]:
    """A small collaborative at work on SQLite, launched, on a Monday at nine in Chicago."""
    with towns.built() as built:
        yield built


@pytest.fixture
def ana(town: Town) -> Persona:
    """Team lead of Alder & Main."""
    return town.people["ana"]


@pytest.fixture
def ben(town: Town) -> Persona:
    """Data lead and deputy of Alder & Main."""
    return town.people["ben"]


@pytest.fixture
def cleo(town: Town) -> Persona:
    """Team lead of Prairie Bend, another team."""
    return town.people["cleo"]


@pytest.fixture
def pru(town: Town) -> Persona:
    """Coordinator."""
    return town.people["pru"]


@pytest.fixture
def town_asleep() -> Iterator[Asleep]:
    """The same town on the same Monday, its bot still to be started."""
    with towns.asleep() as here:
        yield here


@pytest.fixture
def practice(town_asleep: Asleep) -> Iterator[Control]:
    """The controls of that town's practice Slack."""
    control = Control(town_asleep.practice.url)
    yield control
    control.close()


@pytest.fixture
def office() -> Iterator[PostOffice]:
    """A sender on a town's record, as fast as the practice Slack takes it."""
    with post_office.opened_office() as opened:
        yield opened


@pytest.fixture
def hasty() -> Iterator[PostOffice]:
    """The same, with so little patience that a test can wait it out; on a busy machine that may come up by itself."""
    with post_office.opened_office(times=post_office.QUICK) as opened:
        yield opened


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    with browsing.chromium() as browser:
        yield browser
