"""Commands of the command line in this process, which has compiled most of what they ask and say already."""

import pytest
from typer.testing import CliRunner, Result

from bot import running
from bot.__main__ import cli
from bot.kit import Kit
from bot.running import opened
from bot.settings import Settings
from tests import town


def run(*words: str) -> Result:
    """One command to its end, in this process's folder and environment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "opened", _opened_warm)
        return CliRunner().invoke(cli, words)


def _opened_warm(settings: Settings) -> Kit:
    return town.warmed(opened(settings))
