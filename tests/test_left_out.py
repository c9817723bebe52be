"""A machine without Chromium or PostgreSQL: the run says so at its end, or is refused where nothing may be left out."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NEEDING_TESTS = """
from pathlib import Path
from tests import needs

def test_in_a_browser(monkeypatch):
    monkeypatch.setattr(needs, "CHROME_ON_MACOS", Path("/nowhere"))
    needs.chromium()

def test_on_a_server(monkeypatch):
    monkeypatch.setattr(needs, "POSTGRESQL_ON_DEBIAN", Path("/nowhere"))
    needs.postgresql()

def test_that_needs_nothing():
    pass
"""


def test_a_run_without_the_tools_names_what_it_left_out_last_and_how_to_get_them(tmp_path: Path) -> None:
    outcome = run_without_tools(tmp_path, {})

    assert outcome.returncode == 0
    *_, browser, its_test, its_way, server, its_other_test, its_other_way, closing = outcome.stdout.splitlines()
    assert "left out: 1 test that needs chromium" in browser
    assert its_test == "test_needing.py::test_in_a_browser"
    assert "apt-get install chromium" in its_way
    assert "left out: 1 test that needs postgresql" in server
    assert its_other_test == "test_needing.py::test_on_a_server"
    assert "apt-get install postgresql" in its_other_way
    assert "1 passed, 2 skipped" in closing


def test_where_nothing_may_be_left_out_the_run_is_refused(tmp_path: Path) -> None:
    outcome = run_without_tools(tmp_path, {"TESTS_NEED_ALL": "1"})

    assert outcome.returncode == pytest.ExitCode.TESTS_FAILED
    assert "2 failed, 1 passed" in outcome.stdout
    assert "This test needs chromium" in outcome.stdout


def run_without_tools(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text('pytest_plugins = ["tests.left_out"]\n')
    (folder / "test_needing.py").write_text(NEEDING_TESTS)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", folder, folder],
        cwd=folder,
        env={"PATH": "", "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
