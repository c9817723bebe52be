"""Says at the end of a test run what was counted in it: kills and what became of the letters, posts and how fast."""

from collections.abc import Generator

import pytest

TALLY = "tally"  # the name under which a test records what it counted


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    """One line for each tally, also where everything is as it should be."""
    yield
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    told = sorted(str(value) for report in reports for name, value in report.user_properties if name == TALLY)
    if told:
        terminalreporter.section("counted")
        terminalreporter.write_line("\n".join(told))
