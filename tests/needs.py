"""What some tests need beside Python: where it is, and how to get it where it is not."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

LEFT_OUT = "left out for want of "
"""How the reason of such a skip begins; the name of a tool in HOW_TO_GET follows."""

HOW_TO_GET = {
    "chromium": "apt-get install chromium, or put a Chromium or Chrome on the PATH",
    "postgresql": "apt-get install postgresql, or put PostgreSQL's initdb on the PATH",
}

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
CHROME_ON_MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
POSTGRESQL_ON_DEBIAN = Path("/usr/lib/postgresql")


def chromium() -> str:
    """The path of a Chromium that can be driven, or this test is left out."""
    for name in CHROMIUMS:
        if path := shutil.which(name):
            return path
    if CHROME_ON_MACOS.exists():
        return str(CHROME_ON_MACOS)
    _leave_out("chromium")


def postgresql() -> Path:
    """The folder of PostgreSQL's own programs, the newest release first, or this test is left out."""
    for initdb in sorted(POSTGRESQL_ON_DEBIAN.glob("*/bin/initdb"), key=_release, reverse=True):
        return initdb.parent
    if path := shutil.which("initdb"):
        return Path(path).resolve().parent
    _leave_out("postgresql")


def _leave_out(tool: str) -> NoReturn:
    if os.environ.get("TESTS_NEED_ALL") == "1":
        pytest.fail(f"This test needs {tool}, and none is to be left out: {HOW_TO_GET[tool]}.", pytrace=False)
    pytest.skip(LEFT_OUT + tool)


def _release(initdb: Path) -> int:
    release = initdb.parent.parent.name
    return int(release) if release.isdigit() else 0
