"""Says at the end of a test run which tests were left out for want of a tool, and how to get it."""

from collections import defaultdict
from collections.abc import Generator

import pytest

from tests.needs import HOW_TO_GET, LEFT_OUT


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    """Comes after everything else that a summary says, so that nobody scrolls for it."""
    yield
    for tool, tests in _left_out(terminalreporter).items():
        terminalreporter.section(f"left out: {_how_many(tests)} {tool}")
        terminalreporter.write_line("\n".join(tests))
        terminalreporter.write_line(f"To run them too: {HOW_TO_GET[tool]}.")


def _left_out(reporter: pytest.TerminalReporter) -> dict[str, list[str]]:
    by_tool: dict[str, list[str]] = defaultdict(list)
    for report in reporter.getreports("skipped"):
        if isinstance(report.longrepr, tuple):
            _, _, reason = report.longrepr
            _, found, tool = reason.partition(LEFT_OUT)
            if found:
                by_tool[tool].append(report.nodeid)
    return {tool: sorted(tests) for tool, tests in sorted(by_tool.items())}


def _how_many(tests: list[str]) -> str:
    return "1 test that needs" if len(tests) == 1 else f"{len(tests)} tests that need"
